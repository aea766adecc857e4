//! Whether an Ogg file is whole (RFC 3533). The decoder passes over pages that are damaged or missing, and callers
//! would hear a piece of a sentence.

use std::collections::BTreeMap;

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

/// The checksum of a page, with nothing in the place of the checksum itself (RFC 3533 §6).
fn checksum(page: &[u8]) -> u32 {
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
