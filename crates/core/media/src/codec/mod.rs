//! Audio codecs: G.711 by tables, G.722 in integers. All of them carry one octet per tick of their 8 kHz RTP clock.

pub mod g711;
mod g722;

pub use g722::{G722Decoder, G722Encoder};

use bell_types::Codec;

/// How many RTP ticks the payload of an audio packet lasts: one per octet for the three codecs we speak (RFC 3551
/// §4.5.2, §4.5.14).
pub const fn ticks(payload: &[u8]) -> u32 {
    payload.len() as u32
}

/// The octet that is silence in this codec.
pub const fn silence(codec: Codec) -> u8 {
    match codec {
        Codec::Pcma => 0xD5,
        Codec::Pcmu => 0xFF,
        // The smallest difference in both bands, from which the predictors learn nothing.
        Codec::G722 => 0xFD,
    }
}

/// Turns payloads into samples. G.722 has a memory, so each stream needs its own.
#[derive(Clone, Debug)]
pub enum Decoder {
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// G.711 mu-law, 8 kHz.
    Pcmu,
    /// G.722, 16 kHz.
    G722(Box<G722Decoder>),
}

impl Decoder {
    /// A decoder at the beginning of a stream.
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcma => Self::Pcma,
            Codec::Pcmu => Self::Pcmu,
            Codec::G722 => Self::G722(Box::default()),
        }
    }

    /// The codec.
    pub const fn codec(&self) -> Codec {
        match self {
            Self::Pcma => Codec::Pcma,
            Self::Pcmu => Codec::Pcmu,
            Self::G722(_) => Codec::G722,
        }
    }

    /// Appends the samples of `payload` at the codec's sample rate.
    pub fn decode(&mut self, payload: &[u8], out: &mut Vec<i16>) {
        match self {
            Self::Pcma => out.extend(payload.iter().map(|&octet| g711::alaw_decode(octet))),
            Self::Pcmu => out.extend(payload.iter().map(|&octet| g711::ulaw_decode(octet))),
            Self::G722(state) => state.decode(payload, out),
        }
    }
}

/// Turns samples into payloads.
#[derive(Clone, Debug)]
pub enum Encoder {
    /// G.711 A-law, 8 kHz.
    Pcma,
    /// G.711 mu-law, 8 kHz.
    Pcmu,
    /// G.722, 16 kHz.
    G722(Box<G722Encoder>),
}

impl Encoder {
    /// An encoder at the beginning of a stream.
    pub fn new(codec: Codec) -> Self {
        match codec {
            Codec::Pcma => Self::Pcma,
            Codec::Pcmu => Self::Pcmu,
            Codec::G722 => Self::G722(Box::default()),
        }
    }

    /// The codec.
    pub const fn codec(&self) -> Codec {
        match self {
            Self::Pcma => Codec::Pcma,
            Self::Pcmu => Codec::Pcmu,
            Self::G722(_) => Codec::G722,
        }
    }

    /// Appends the octets of `samples`, which are at the codec's sample rate. G.722 takes them in pairs; an odd one at
    /// the end is dropped.
    pub fn encode(&mut self, samples: &[i16], out: &mut Vec<u8>) {
        match self {
            Self::Pcma => out.extend(samples.iter().map(|&sample| g711::alaw_encode(sample))),
            Self::Pcmu => out.extend(samples.iter().map(|&sample| g711::ulaw_encode(sample))),
            Self::G722(state) => state.encode(samples, out),
        }
    }
}

#[cfg(test)]
mod tests;
