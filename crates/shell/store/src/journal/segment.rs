//! One file of the journal: its name, its head, what stands where.
//!
//! ```text
//! offset  bytes
//!      0      8  "BELLJRNL"
//!      8      2  version of the format, little endian
//!     10      1  node
//!     11      5  zero
//!     16      8  epoch: which journal this is
//!     24      8  number of the first record
//!     32      8  sequence number of the first fact in or after this file
//!     40      4  CRC-32 of the forty bytes before
//!     44      4  zero
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bell_types::{NodeId, Seq};

use super::{Epoch, JournalError, RecordNumber};

/// The bytes before the first record.
pub(crate) const HEADER_BYTES: usize = 48;
const MAGIC: &[u8; 8] = b"BELLJRNL";
const VERSION: u16 = 1;
const SUFFIX: &str = ".journal";

/// What a segment says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) node: NodeId,
    pub(crate) epoch: Epoch,
    pub(crate) first_record: RecordNumber,
    pub(crate) first_seq: Seq,
}

/// What stands where a header should be.
#[derive(Debug)]
pub(crate) enum HeaderRead {
    /// A header.
    Whole(Header),
    /// Nothing but the beginning of one: the node died as it began the file.
    Unfinished,
}

impl Header {
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10] = self.node.0;
        bytes[16..24].copy_from_slice(&self.epoch.0.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first_record.0.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.first_seq.0.to_le_bytes());
        let check = crc32fast::hash(&bytes[..40]);
        bytes[40..44].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// Reads a header. `path` is for the message.
    pub(crate) fn decode(bytes: &[u8], path: &Path) -> Result<HeaderRead, JournalError> {
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Ok(HeaderRead::Unfinished);
        };
        if bytes.iter().all(|&byte| byte == 0) {
            return Ok(HeaderRead::Unfinished);
        }
        if header[..8] != *MAGIC {
            return Err(JournalError::NotASegment { path: path.into() });
        }
        let version = u16::from_le_bytes([header[8], header[9]]);
        if version != VERSION {
            return Err(JournalError::Version { path: path.into(), version });
        }
        let check = crc32fast::hash(&header[..40]).to_le_bytes();
        if header[40..44] != check {
            return Err(JournalError::HeaderDamaged { path: path.into() });
        }
        Ok(HeaderRead::Whole(Self {
            node: NodeId(header[10]),
            epoch: Epoch(u64_at(header, 16)),
            first_record: RecordNumber(u64_at(header, 24)),
            first_seq: Seq(u64_at(header, 32)),
        }))
    }
}

fn u64_at(header: &[u8; HEADER_BYTES], offset: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&header[offset..offset + 8]);
    u64::from_le_bytes(bytes)
}

/// The file of the segment that begins with this record.
pub(crate) fn path(dir: &Path, first: RecordNumber) -> PathBuf {
    dir.join(format!("{:020}{SUFFIX}", first.0))
}

/// The segments in a directory by the record each begins with, oldest first.
pub(crate) fn list(dir: &Path) -> Result<Vec<RecordNumber>, JournalError> {
    let failed = |err: io::Error| JournalError::List { dir: dir.into(), err };
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        if let Some(Ok(number)) = number.map(str::parse) {
            found.push(RecordNumber(number));
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header {
        node: NodeId(3),
        epoch: Epoch(1_793_003_400_000_000),
        first_record: RecordNumber(4711),
        first_seq: Seq(815),
    };

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let read = Header::decode(&HEADER.encode(), Path::new("x")).unwrap();
        assert!(matches!(read, HeaderRead::Whole(header) if header == HEADER), "{read:?}");
    }

    #[test]
    fn a_header_of_another_version_is_refused_with_its_number() {
        let mut bytes = HEADER.encode();
        bytes[8] = 2;
        let refused = Header::decode(&bytes, Path::new("x")).unwrap_err();
        assert!(matches!(refused, JournalError::Version { version: 2, .. }), "{refused}");
    }

    #[test]
    fn a_damaged_header_is_refused() {
        let mut bytes = HEADER.encode();
        bytes[30] ^= 1;
        let refused = Header::decode(&bytes, Path::new("x")).unwrap_err();
        assert!(matches!(refused, JournalError::HeaderDamaged { .. }), "{refused}");
    }

    #[test]
    fn an_unfinished_header_is_no_damage() {
        for bytes in [&HEADER.encode()[..47], &[], &[0; HEADER_BYTES]] {
            let read = Header::decode(bytes, Path::new("x")).unwrap();
            assert!(matches!(read, HeaderRead::Unfinished), "{read:?}");
        }
    }
}
