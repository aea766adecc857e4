//! Ogg Opus files (RFC 7845): written for listening. The packets come from an encoder outside; this crate does not encode.

/// Samples per second in which an Ogg Opus file counts, whatever its audio had (RFC 7845 §4).
pub const CLOCK_HZ: u32 = 48_000;

/// What we call ourselves in files.
const VENDOR: &[u8] = b"belltower";
/// A page has at most so many segments (RFC 3533 §6).
const SEGMENTS_MAX: usize = 255;
/// A page holds a second at most, so that a player finds its place (RFC 7845 §6).
const PAGE_TICKS_MAX: u32 = CLOCK_HZ;

/// The flags of a page.
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// What an Opus file says about its audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpusHead {
    /// How many channels: 1 or 2.
    pub channels: u8,
    /// The samples at the beginning, of [`CLOCK_HZ`], that belong to the encoder and are not heard.
    pub pre_skip: u16,
    /// The rate of what was encoded, for information.
    pub rate_hz: u32,
}

/// Puts Opus packets into an Ogg file with this one stream. Append what `out` gets to the file.
#[derive(Clone, Debug)]
pub struct OpusFile {
    pre_skip: u16,
    next_page: u32,
    /// How far the packets reach that were taken.
    ticks: u64,
    page: Page,
}

/// A page that is being filled.
#[derive(Clone, Debug, Default)]
struct Page {
    segments: Vec<u8>,
    body: Vec<u8>,
    ticks: u32,
}

impl OpusFile {
    /// Begins a file.
    pub fn begin(head: OpusHead, out: &mut Vec<u8>) -> Self {
        let mut file = Self { pre_skip: head.pre_skip, next_page: 0, ticks: 0, page: Page::default() };
        let mut identification = b"OpusHead".to_vec();
        identification.extend([1, head.channels]);
        identification.extend(head.pre_skip.to_le_bytes());
        identification.extend(head.rate_hz.to_le_bytes());
        // No gain; mono or stereo as everybody plays it (RFC 7845 §5.1.1.1).
        identification.extend([0, 0, 0]);
        file.page.take(&identification, 0);
        file.write_page(FIRST, 0, out);
        let mut comment = b"OpusTags".to_vec();
        comment.extend((VENDOR.len() as u32).to_le_bytes());
        comment.extend(VENDOR);
        comment.extend(0_u32.to_le_bytes());
        file.page.take(&comment, 0);
        file.write_page(0, 0, out);
        file
    }

    /// Takes the next packet, which decodes to so many samples of [`CLOCK_HZ`].
    pub fn packet(&mut self, packet: &[u8], ticks: u32, out: &mut Vec<u8>) {
        if !self.page.has_room(packet, ticks) {
            self.write_page(0, self.ticks, out);
        }
        self.page.take(packet, ticks);
        self.ticks += u64::from(ticks);
    }

    /// Ends the file: the audio that was encoded had so many samples of [`CLOCK_HZ`]. What the last packets decode to
    /// beyond that is not heard.
    pub fn finish(mut self, heard: u64, out: &mut Vec<u8>) {
        let end = heard + u64::from(self.pre_skip);
        self.write_page(LAST, end.min(self.ticks), out);
    }

    fn write_page(&mut self, flags: u8, ticks: u64, out: &mut Vec<u8>) {
        let Page { segments, body, .. } = std::mem::take(&mut self.page);
        let start = out.len();
        out.extend(b"OggS");
        out.extend([0, flags]);
        out.extend(ticks.to_le_bytes());
        // The only stream of its file.
        out.extend(1_u32.to_le_bytes());
        out.extend(self.next_page.to_le_bytes());
        out.extend([0; 4]);
        // Pages are cut before there are more.
        out.push(u8::try_from(segments.len()).unwrap_or(u8::MAX));
        out.extend(segments);
        out.extend(body);
        let sum = checksum(&out[start..]);
        out[start + 22..start + 26].copy_from_slice(&sum.to_le_bytes());
        self.next_page += 1;
    }
}

impl Page {
    fn has_room(&self, packet: &[u8], ticks: u32) -> bool {
        let segments = self.segments.len() + packet.len() / 255 + 1;
        self.segments.is_empty() || (segments <= SEGMENTS_MAX && self.ticks + ticks <= PAGE_TICKS_MAX)
    }

    /// A packet is full segments and one that is not, which may be empty.
    fn take(&mut self, packet: &[u8], ticks: u32) {
        self.segments.extend(std::iter::repeat_n(u8::MAX, packet.len() / 255));
        self.segments.push((packet.len() % 255) as u8);
        self.body.extend(packet);
        self.ticks += ticks;
    }
}

/// The checksum of a page, with nothing in the place of the checksum itself (RFC 3533 §6).
pub fn checksum(page: &[u8]) -> u32 {
    let octets = page.iter().enumerate().map(|(at, &octet)| if (22..26).contains(&at) { 0 } else { octet });
    octets.fold(0, |sum, octet| (sum << 8) ^ REMAINDERS[usize::from((sum >> 24) as u8 ^ octet)])
}

static REMAINDERS: [u32; 256] = remainders();

/// Of the polynomial that Ogg divides by.
const fn remainders() -> [u32; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let mut remainder = (octet as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            let carry = if remainder >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            remainder = (remainder << 1) ^ carry;
            bit += 1;
        }
        table[octet] = remainder;
        octet += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flags, time, number and body of each page of a file, read as RFC 3533 says.
    fn pages(mut file: &[u8]) -> Vec<(u8, u64, u32, Vec<u8>)> {
        let mut pages = Vec::new();
        while !file.is_empty() {
            assert!(file.starts_with(b"OggS\0"));
            let segments = usize::from(file[26]);
            let len = 27 + segments + file[27..27 + segments].iter().map(|&len| usize::from(len)).sum::<usize>();
            let (page, rest) = file.split_at(len);
            assert_eq!(checksum(page).to_le_bytes(), page[22..26]);
            let word = |at: usize| u32::from_le_bytes(page[at..at + 4].try_into().unwrap());
            let ticks = u64::from_le_bytes(page[6..14].try_into().unwrap());
            pages.push((page[5], ticks, word(18), page[27 + segments..].to_vec()));
            file = rest;
        }
        pages
    }

    fn file(packets: &[(usize, u32)], heard: u64) -> Vec<(u8, u64, u32, Vec<u8>)> {
        let mut out = Vec::new();
        let mut file = OpusFile::begin(OpusHead { channels: 2, pre_skip: 312, rate_hz: 8000 }, &mut out);
        for &(len, ticks) in packets {
            file.packet(&vec![7; len], ticks, &mut out);
        }
        file.finish(heard, &mut out);
        pages(&out)
    }

    #[test]
    fn a_file_begins_with_its_two_headers_each_on_a_page_of_its_own() {
        let pages = file(&[(80, 960)], 600);
        assert_eq!(pages[0].3, b"OpusHead\x01\x02\x38\x01\x40\x1f\x00\x00\x00\x00\x00");
        assert!(pages[1].3.starts_with(b"OpusTags\x09\x00\x00\x00belltower"));
        let heads: Vec<_> = pages.iter().map(|(flags, ticks, number, _)| (*flags, *ticks, *number)).collect();
        assert_eq!(heads, [(2, 0, 0), (0, 0, 1), (4, 912, 2)], "the end is where the audio ended, with the pre-skip");
    }

    #[test]
    fn a_page_holds_a_second_and_fits_its_table() {
        let pages = file(&[(80, 960); 120], 115_000);
        let times: Vec<_> = pages.iter().skip(2).map(|(flags, ticks, ..)| (*flags, *ticks)).collect();
        assert_eq!(times, [(0, 48_000), (0, 96_000), (4, 115_200)]);
        let large = file(&[(1275, 960); 100], 95_000);
        let bodies: Vec<_> = large.iter().skip(2).map(|(.., body)| body.len() / 1275).collect();
        assert_eq!(bodies, [42, 42, 16], "six segments each, of 255");
    }

    #[test]
    fn a_packet_of_full_segments_ends_with_an_empty_one() {
        let mut page = Page::default();
        page.take(&[1; 510], 960);
        assert_eq!(page.segments, [255, 255, 0]);
    }

    #[test]
    fn a_file_without_audio_has_an_end() {
        assert_eq!(file(&[], 0).last().map(|(flags, ticks, ..)| (*flags, *ticks)), Some((4, 0)));
    }
}
