//! Redundant audio (RFC 2198): a packet says again what the one before it said, so that one of two that is lost is there
//! all the same, bit by bit.

use thiserror::Error;

/// How many blocks a packet may hold: more than anybody sends, and a bound for what strangers do.
const BLOCKS_MAX: usize = 8;

/// The longest block that is not the last: its length has ten bits.
const BLOCK_LEN_MAX: usize = 0x3FF;

/// The earliest block: its distance has fourteen bits.
const DISTANCE_MAX: u32 = 0x3FFF;

/// A block of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// What it is, as if it stood in a packet of its own.
    pub payload_type: u8,
    /// So many ticks before the packet that it stands in.
    pub distance: u32,
    /// It.
    pub payload: &'a [u8],
}

/// Why a payload holds no blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RedError {
    /// It ends before the blocks do that it names.
    #[error("shorter than the blocks in it")]
    Truncated,
    /// It names more blocks than make sense.
    #[error("too many blocks")]
    TooMany,
}

/// The blocks of a payload, the earliest first; the last one is the packet's own.
///
/// # Errors
/// It is no such payload.
pub fn blocks(payload: &[u8]) -> Result<impl Iterator<Item = Block<'_>>, RedError> {
    let mut heads = [(0, 0, 0); BLOCKS_MAX];
    let mut count = 0;
    let mut rest = payload;
    let own = loop {
        match *rest {
            [head, ref data @ ..] if head & 0x80 == 0 => {
                rest = data;
                break head;
            }
            [head, high, middle, low, ref data @ ..] => {
                let fields = u32::from_be_bytes([0, high, middle, low]);
                let place = heads.get_mut(count).ok_or(RedError::TooMany)?;
                *place = (head & 0x7F, fields >> 10, (fields & 0x3FF) as usize);
                count += 1;
                rest = data;
            }
            _ => return Err(RedError::Truncated),
        }
    };
    let redundant: usize = heads[..count].iter().map(|(_, _, len)| len).sum();
    if redundant > rest.len() {
        return Err(RedError::Truncated);
    }
    let (before, last) = rest.split_at(redundant);
    let mut at = 0;
    let earlier = heads.into_iter().take(count).map(move |(payload_type, distance, len)| {
        let block = Block { payload_type, distance, payload: &before[at..at + len] };
        at += len;
        block
    });
    Ok(earlier.chain([Block { payload_type: own, distance: 0, payload: last }]))
}

/// Appends a payload that says `last` and, if it fits, `before` again.
pub fn write(before: Option<Block<'_>>, payload_type: u8, last: &[u8], out: &mut Vec<u8>) {
    let fits = |block: &Block<'_>| block.distance <= DISTANCE_MAX && block.payload.len() <= BLOCK_LEN_MAX;
    let before = before.filter(fits);
    if let Some(Block { payload_type, distance, payload }) = before {
        let fields = distance << 10 | payload.len() as u32;
        out.push(0x80 | payload_type & 0x7F);
        out.extend_from_slice(&fields.to_be_bytes()[1..]);
    }
    out.push(payload_type & 0x7F);
    if let Some(block) = before {
        out.extend_from_slice(block.payload);
    }
    out.extend_from_slice(last);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let before = Block { payload_type: 111, distance: 960, payload: &[1, 2, 3] };
        let own = Block { payload_type: 111, distance: 0, payload: &[4, 5] };
        let mut payload = Vec::new();
        write(Some(before), 111, own.payload, &mut payload);
        assert_eq!(blocks(&payload).unwrap().collect::<Vec<_>>(), [before, own]);
        payload.clear();
        write(None, 111, own.payload, &mut payload);
        assert_eq!(blocks(&payload).unwrap().collect::<Vec<_>>(), [own]);
        payload.clear();
        write(Some(Block { distance: DISTANCE_MAX + 1, ..before }), 111, own.payload, &mut payload);
        assert_eq!(blocks(&payload).unwrap().collect::<Vec<_>>(), [own], "what does not fit is left out");
    }

    /// The layout of RFC 2198 §5, with two earlier blocks.
    #[test]
    fn a_packet_of_somebody_else_is_read() {
        let payload = [0x80 | 111, 0x1E, 0x00, 0x01, 0x80 | 111, 0x0F, 0x00, 0x02, 111, 7, 8, 9, 10];
        let read: Vec<_> = blocks(&payload).unwrap().map(|block| (block.distance, block.payload.to_vec())).collect();
        assert_eq!(read, [(1920, vec![7]), (960, vec![8, 9]), (0, vec![10])]);
    }

    #[test]
    fn nonsense_is_refused() {
        for payload in [&[][..], &[0x80], &[0x80 | 111, 0, 0], &[0x80 | 111, 0, 0, 9, 111, 1]] {
            assert_eq!(blocks(payload).err(), Some(RedError::Truncated), "{payload:?}");
        }
        assert_eq!(blocks(&[0x80; 64]).err(), Some(RedError::TooMany));
    }
}
