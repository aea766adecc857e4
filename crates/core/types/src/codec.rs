//! The audio codecs a leg can speak.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An audio codec as it is negotiated in SDP and carried in RTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Codec {
    /// G.711 A-law, 64 kbit/s: what Chinese carriers speak.
    Pcma,
    /// G.711 mu-law, 64 kbit/s.
    Pcmu,
    /// G.722 wideband, 64 kbit/s. Its RTP clock runs at 8 kHz although it carries 16 kHz (RFC 3551 §4.5.2).
    G722,
}

impl Codec {
    /// Every codec, in the order we prefer towards a carrier.
    pub const ALL: [Self; 3] = [Self::Pcma, Self::Pcmu, Self::G722];

    /// The encoding name of `a=rtpmap` (RFC 3551 §6); names compare without case.
    pub const fn rtpmap_name(self) -> &'static str {
        match self {
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
            Self::G722 => "G722",
        }
    }

    /// The static payload type (RFC 3551 §6).
    pub const fn static_payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::Pcma => 8,
            Self::G722 => 9,
        }
    }

    /// The codec with this static payload type.
    pub fn from_static_payload_type(payload_type: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.static_payload_type() == payload_type)
    }

    /// The codec with this encoding name.
    pub fn from_rtpmap_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.rtpmap_name().eq_ignore_ascii_case(name))
    }

    /// The RTP clock in Hz, which also stands in `a=rtpmap`.
    pub const fn rtp_clock_hz(self) -> u32 {
        8000
    }

    /// The sample rate in Hz of the audio that is decoded.
    pub const fn sample_rate_hz(self) -> u32 {
        match self {
            Self::Pcma | Self::Pcmu => 8000,
            Self::G722 => 16_000,
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rtpmap_name())
    }
}
