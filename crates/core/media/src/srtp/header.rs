//! The parts of a packet that stay in the clear.

use crate::rtp::HEADER_LEN;

/// The part of a compound packet of RTCP that stays in the clear (RFC 3711 §3.4).
pub const RTCP_HEADER_LEN: usize = 8;
/// The bit that says that the rest is encrypted.
const ENCRYPTED: u32 = 1 << 31;

/// The last word of a packet of RTCP before its authentication (RFC 3711 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RtcpIndex {
    /// The number of the packet, 31 bits.
    pub index: u32,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl RtcpIndex {
    /// Its length in octets.
    pub const LEN: usize = 4;

    /// As it stands on the wire.
    pub const fn to_bytes(self) -> [u8; Self::LEN] {
        let mark = if self.encrypted { ENCRYPTED } else { 0 };
        (self.index & !ENCRYPTED | mark).to_be_bytes()
    }

    /// Reads it.
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let word = u32::from_be_bytes(bytes);
        Self { index: word & !ENCRYPTED, encrypted: word & ENCRYPTED != 0 }
    }
}

/// The length of the header of a packet of RTP with its sources and its extension, which stay in the clear (RFC 3711 §3.1);
/// none if it is no RTP, or is cut off.
pub fn header_len(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    if first >> 6 != 2 {
        return None;
    }
    let mut len = HEADER_LEN + 4 * usize::from(first & 0x0F);
    if first & 0x10 != 0 {
        let words = packet.get(len + 2..len + 4)?;
        len += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
    }
    (len <= packet.len()).then_some(len)
}

/// Whose a compound packet of RTCP is; none if it is no RTCP, or is cut off.
pub fn ssrc_of_rtcp(packet: &[u8]) -> Option<u32> {
    let source = packet.get(4..RTCP_HEADER_LEN)?;
    (packet[0] >> 6 == 2).then(|| u32::from_be_bytes([source[0], source[1], source[2], source[3]]))
}
