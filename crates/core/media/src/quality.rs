//! How a leg sounds to its listener: the E-model (ITU-T G.107, G.113), and the report of a leg.

use std::time::Duration;

use bell_types::LegQuality;

use crate::level::Level;
use crate::rtp::Interval;

mod worst;

pub use worst::{LikelyCause, Worst};

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
        let delay_ms = self.delay.as_secs_f64() * 1000.0;
        let loss_percent = f64::from(self.loss_permille.min(1000)) / 10.0;
        BASIC_RATING - delay_impairment(delay_ms) - self.loss_impairment(loss_percent)
    }

    /// The estimated MOS in hundredths, 100 to 450.
    pub fn mos_centi(&self) -> u16 {
        // Between 100 and 450 by the formula.
        (mos(self.rating()) * 100.0).round() as u16
    }

    /// Ie-eff with random loss (G.107 §3.5): G.711 has an Ie of 0.
    fn loss_impairment(&self, loss_percent: f64) -> f64 {
        let robustness = match self.concealed {
            Concealed::Yes => 25.1,
            Concealed::No => 4.3,
        };
        95.0 * loss_percent / (loss_percent + robustness)
    }
}

/// R of a connection with all defaults and no delay (G.107 §3.6).
const BASIC_RATING: f64 = 93.2;

/// Idd: what pure delay takes, without echo (G.107 §3.4). Nothing up to 100 ms.
fn delay_impairment(delay_ms: f64) -> f64 {
    if delay_ms <= 100.0 {
        return 0.0;
    }
    let x = (delay_ms / 100.0).log2();
    25.0 * ((1.0 + x.powi(6)).powf(1.0 / 6.0) - 3.0 * (1.0 + (x / 3.0).powi(6)).powf(1.0 / 6.0) + 2.0)
}

/// The mean opinion score of a rating (G.107 Annex B).
fn mos(rating: f64) -> f64 {
    if rating <= 0.0 {
        return 1.0;
    }
    if rating >= 100.0 {
        return 4.5;
    }
    // The cubic dips below 1 for very small ratings.
    (1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6).max(1.0)
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
    /// What could not be made good of what was lost; none: nothing was, beyond concealment.
    pub unmended_permille: Option<u16>,
}

impl Heard {
    /// The report.
    pub fn report(&self) -> LegQuality {
        let loss_in_permille = self.interval.loss_permille();
        let one_way = self.round_trip.unwrap_or_default() / 2;
        let connection = Connection {
            loss_permille: self.unmended_permille.unwrap_or(loss_in_permille),
            delay: one_way + self.buffered,
            concealed: Concealed::Yes,
        };
        LegQuality {
            packets_in: self.interval.received,
            packets_out: self.packets_out,
            level_in_dbov: self.level_in.dbov(),
            level_out_dbov: self.level_out.dbov(),
            loss_in_permille,
            loss_out_permille: self.loss_out_permille,
            jitter_us: self.jitter_us,
            round_trip_us: self.round_trip.map(|time| u32::try_from(time.as_micros()).unwrap_or(u32::MAX)),
            mos_centi: connection.mos_centi(),
        }
    }
}

#[cfg(test)]
mod tests;
