//! Whether an Ogg file is whole (RFC 3533). The decoder passes over pages that are damaged or missing, and callers
//! would hear a piece of a sentence.

use std::collections::BTreeMap;

use bell_media::ogg::checksum;

/// The octets of a page's header before its table of segments.
const HEADER_LEN: usize = 27;

/// The flag of the last page of a stream.
const LAST: u8 = 4;

/// Every page follows the one before, is what was written, and the last one is marked as such. Otherwise says where
/// the damage is.
pub(crate) fn whole(file: &[u8]) -> Result<(), String> {
    let mut next_numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut at, mut flags) = (0, 0);
    while at < file.len() {
        let page = page(&file[at..]).ok_or_else(|| format!("it does not go on after octet {at}"))?;
        if checksum(page) != word(page, 22) {
            return Err(format!("the page at octet {at} was changed"));
        }
        let next = next_numbers.entry(word(page, 14)).or_insert(0);
        if *next != word(page, 18) {
            return Err(format!("a page is missing before octet {at}"));
        }
        *next = next.wrapping_add(1);
        flags = page[5];
        at += page.len();
    }
    if flags & LAST == 0 { Err("its end is missing".to_owned()) } else { Ok(()) }
}

/// The page that `rest` begins with; none if it is no whole page.
fn page(rest: &[u8]) -> Option<&[u8]> {
    let header = rest.get(..HEADER_LEN).filter(|header| header.starts_with(b"OggS"))?;
    let segments = rest.get(HEADER_LEN..HEADER_LEN + usize::from(header[26]))?;
    let body_len: usize = segments.iter().map(|&length| usize::from(length)).sum();
    rest.get(..HEADER_LEN + segments.len() + body_len)
}

fn word(page: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]])
}
