//! What reports hold (RFC 3550 §6.4).

use std::time::Duration;

use bell_types::Wall;

/// Seconds from 1900 to 1970 (RFC 5905 §6).
const NTP_EPOCH_SECS: u64 = 2_208_988_800;

/// A wall time in NTP's format: 32 bits of seconds since 1900, 32 of fraction (RFC 3550 §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ntp(pub u64);

impl Ntp {
    /// The NTP time of a wall time.
    pub const fn from_wall(wall: Wall) -> Self {
        let secs = (wall.as_secs() as u64).wrapping_add(NTP_EPOCH_SECS);
        let micros = wall.as_micros().rem_euclid(1_000_000) as u64;
        Self((secs << 32) | ((micros << 32) / 1_000_000))
    }

    /// The middle 32 bits, in which reports refer to each other.
    pub const fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// A duration in units of 1/65536 s; the largest there is for one that does not fit.
    pub fn short(duration: Duration) -> u32 {
        u32::try_from(duration.as_micros() * 65_536 / 1_000_000).unwrap_or(u32::MAX)
    }
}

/// The sender's part of a sender report (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderInfo {
    /// When the report was made.
    pub ntp: Ntp,
    /// The same instant on the clock of the stream.
    pub rtp_timestamp: u32,
    /// Packets sent since the stream began.
    pub packets: u32,
    /// Octets of payload sent since the stream began.
    pub octets: u32,
}

/// What a party says about a stream it receives (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source it speaks of.
    pub ssrc: u32,
    /// Packets lost since its last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost since the stream began; negative with duplicates.
    pub cumulative_lost: i32,
    /// The highest sequence number received, with the count of wraps above it.
    pub highest_seq: u32,
    /// Interarrival jitter in ticks of the stream's clock.
    pub jitter: u32,
    /// The middle of the NTP time of the last sender report it has; 0 if it has none.
    pub last_sr: u32,
    /// The time between that report's arrival and this one, in 1/65536 s.
    pub delay_since_last_sr: u32,
}

impl ReportBlock {
    /// The round trip, from a block about our stream that arrived at `now` (RFC 3550 §6.4.1). None if the other side
    /// has no report of ours yet, or its figures contradict our clock.
    pub fn round_trip(&self, now: Ntp) -> Option<Duration> {
        if self.last_sr == 0 {
            return None;
        }
        let ticks = now.middle().wrapping_sub(self.last_sr).wrapping_sub(self.delay_since_last_sr);
        // A negative round trip shows as a huge one: a wrong delay, or a clock that was set back.
        (ticks < 0x8000_0000).then(|| Duration::from_micros(u64::from(ticks) * 1_000_000 / 65_536))
    }

    /// Packets lost since the last report, in thousandths.
    pub const fn loss_permille(&self) -> u16 {
        (self.fraction_lost as u32 * 1000 / 256) as u16
    }
}
