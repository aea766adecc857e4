//! How a leg sounds to its listener: the E-model (ITU-T G.107, G.113), and the report of a leg.

use std::time::Duration;

use bell_types::LegQuality;

use crate::level::Level;
use crate::rtp::Interval;

/// What the E-model needs to know of a connection; everything else has the default of G.107 table 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// Packets lost, in thousandths, with those that came too late to be played.
    pub loss_permille: u16,
    /// The delay from mouth to ear: half the round trip, packet time, jitter buffer.
    pub delay: Duration,
    /// How losses sound: with concealment or without.
    pub concealed: Concealed,
}

/// Whether lost packets are concealed (G.113 Appendix I: Bpl of G.711 is 25.1 with concealment, 4.3 without).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concealed {
    /// They are.
    Yes,
    /// They are not.
    No,
}

impl Connection {
    /// The transmission rating R, 0 to 93.2.
    pub fn rating(&self) -> f64 {
        todo!()
    }

    /// The estimated MOS in hundredths, 100 to 450.
    pub fn mos_centi(&self) -> u16 {
        todo!()
    }
}

/// What a leg's report is made of: everything since the last one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// What arrived.
    pub interval: Interval,
    /// How many packets were sent.
    pub packets_out: u32,
    /// How loud it was.
    pub level_in: Level,
    /// How loud what we sent was.
    pub level_out: Level,
    /// The loss the other side reported.
    pub loss_out_permille: Option<u16>,
    /// Interarrival jitter.
    pub jitter_us: u32,
    /// The round trip, if it is known.
    pub round_trip: Option<Duration>,
    /// What the jitter buffer and the packet time add to the delay.
    pub buffered: Duration,
}

impl Heard {
    /// The report.
    pub fn report(&self) -> LegQuality {
        todo!()
    }
}
