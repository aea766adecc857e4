//! The RTP packet (RFC 3550 §5.1), read and written without copying its payload.

use std::ops::Range;

use thiserror::Error;

/// The length in octets of a header without CSRCs and extension: the only one we write.
pub const HEADER_LEN: usize = 12;

/// The first header octet of what we write: version 2, no padding, no extension, no CSRC.
const VERSION_2: u8 = 0x80;

/// The fields of a fixed header that mean something to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// For audio: the first packet of a talkspurt (RFC 3551 §4.1).
    pub marker: bool,
    /// The payload type, 0-127.
    pub payload_type: u8,
    /// The sequence number.
    pub seq: u16,
    /// The timestamp in ticks of the payload's clock.
    pub timestamp: u32,
    /// The synchronisation source.
    pub ssrc: u32,
}

impl Header {
    /// The header as it stands on the wire.
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[0] = VERSION_2;
        bytes[1] = u8::from(self.marker) << 7 | self.payload_type & 0x7F;
        bytes[2..4].copy_from_slice(&self.seq.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        bytes
    }

    /// Writes the header right before a payload that lies at `place` in `datagram`, over whatever stood there, and
    /// returns the packet to send. CSRCs, extension and padding of the old packet are left out. The fast path of a
    /// relay: twelve octets are written, nothing is moved.
    ///
    /// `place` comes from [`Packet::place`] of the same datagram; one that does not fit yields an empty slice.
    pub fn write_before<'a>(&self, datagram: &'a mut [u8], place: Range<usize>) -> &'a [u8] {
        let Some(start) = place.start.checked_sub(HEADER_LEN) else {
            return &[];
        };
        let Some(packet) = datagram.get_mut(start..place.end) else {
            return &[];
        };
        packet[..HEADER_LEN].copy_from_slice(&self.to_bytes());
        packet
    }

    /// Appends the header and `payload` to `out`.
    pub fn write(&self, payload: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bytes());
        out.extend_from_slice(payload);
    }
}

/// A packet that was received: the fields of its header, and its payload where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The header.
    pub header: Header,
    /// The payload, without padding.
    pub payload: &'a [u8],
    payload_start: usize,
}

/// Why a datagram is not an RTP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PacketError {
    /// Shorter than a header.
    #[error("shorter than an RTP header")]
    TooShort,
    /// Another version than 2: STUN, DTLS, or noise.
    #[error("RTP version {0} instead of 2")]
    Version(u8),
    /// The CSRCs or the extension go beyond the end.
    #[error("header longer than the packet")]
    Truncated,
    /// Padding of no octet, or more than there are.
    #[error("padding longer than the payload")]
    Padding,
}

impl<'a> Packet<'a> {
    /// Reads a datagram: CSRCs and header extension are skipped, padding is cut off.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, PacketError> {
        let (fixed, rest) = datagram.split_first_chunk::<HEADER_LEN>().ok_or(PacketError::TooShort)?;
        if fixed[0] >> 6 != 2 {
            return Err(PacketError::Version(fixed[0] >> 6));
        }
        let csrcs = usize::from(fixed[0] & 0x0F) * 4;
        let extension =
            if fixed[0] & 0x10 == 0 { 0 } else { extension_len(rest.get(csrcs..).ok_or(PacketError::Truncated)?)? };
        let payload_start = HEADER_LEN + csrcs + extension;
        let mut payload = datagram.get(payload_start..).ok_or(PacketError::Truncated)?;
        if fixed[0] & 0x20 != 0 {
            payload = without_padding(payload)?;
        }
        Ok(Self {
            header: Header {
                marker: fixed[1] & 0x80 != 0,
                payload_type: fixed[1] & 0x7F,
                seq: u16::from_be_bytes([fixed[2], fixed[3]]),
                timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
                ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            },
            payload,
            payload_start,
        })
    }

    /// Where in its datagram the payload lies, for [`Header::write_before`].
    pub fn place(&self) -> Range<usize> {
        self.payload_start..self.payload_start + self.payload.len()
    }
}

/// The length of a header extension with its own four octets of header (RFC 3550 §5.3.1).
fn extension_len(rest: &[u8]) -> Result<usize, PacketError> {
    let [_, _, high, low, ..] = *rest else {
        return Err(PacketError::Truncated);
    };
    Ok(4 + usize::from(u16::from_be_bytes([high, low])) * 4)
}

/// The last octet of padding counts all of it (RFC 3550 §5.1).
fn without_padding(payload: &[u8]) -> Result<&[u8], PacketError> {
    let padding = usize::from(*payload.last().ok_or(PacketError::Padding)?);
    if padding == 0 {
        return Err(PacketError::Padding);
    }
    let end = payload.len().checked_sub(padding).ok_or(PacketError::Padding)?;
    Ok(&payload[..end])
}

/// What a datagram on a media port is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An RTP packet.
    Rtp,
    /// An RTCP packet (RFC 5761 §4: packet types 192-223).
    Rtcp,
    /// STUN, DTLS (RFC 7983 §7), or noise.
    Other,
}

/// Tells RTP from RTCP where both share a port (RFC 5761 §4).
pub fn kind(datagram: &[u8]) -> Kind {
    match *datagram {
        [first, 192..=223, ..] if first >> 6 == 2 => Kind::Rtcp,
        [first, _, ..] if first >> 6 == 2 => Kind::Rtp,
        _ => Kind::Other,
    }
}
