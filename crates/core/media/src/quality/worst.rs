//! The worst report of a leg, and what likely made it so (DIA-07).

use std::time::Duration;

use bell_types::LegQuality;

use super::{BASIC_RATING, Concealed, Connection, delay_impairment, mos};

/// What takes less than this of the rating R is heard by nobody.
const HEARD_MIN: f64 = 1.0;

/// What likely spoils how a leg sounds. What costs more of the rating R is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikelyCause {
    /// Nothing that can be heard.
    Nothing,
    /// Nothing arrived at all.
    Silence,
    /// Packets got lost on the way to us.
    LossIn,
    /// Packets got lost on the way from us: the other side hears it.
    LossOut,
    /// Packets came too unevenly: too late to be played, or played after a long wait.
    Jitter,
    /// The way there and back is long.
    Delay,
}

/// The worst report of a leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worst<'a, At> {
    /// When it was made: the end of what it tells of.
    pub at: At,
    /// The report.
    pub quality: &'a LegQuality,
    /// Why it is likely so.
    pub cause: LikelyCause,
}

impl<'a, At> Worst<'a, At> {
    /// The report with the lowest MOS, the first of equals; none if there is no report.
    pub fn of(reports: impl IntoIterator<Item = (At, &'a LegQuality)>) -> Option<Self> {
        let (at, quality) = reports.into_iter().min_by_key(|(_, quality)| quality.mos_centi)?;
        Some(Self { at, quality, cause: LikelyCause::of(quality) })
    }
}

impl LikelyCause {
    /// As programs know it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Silence => "silence",
            Self::LossIn => "loss_in",
            Self::LossOut => "loss_out",
            Self::Jitter => "jitter",
            Self::Delay => "delay",
        }
    }

    /// The cause by one report.
    pub fn of(quality: &LegQuality) -> Self {
        if quality.packets_in == 0 {
            return Self::Silence;
        }
        let loss = |permille: u16| {
            let loss_permille = permille.min(1000);
            let heard = Connection { loss_permille, delay: Duration::ZERO, concealed: Concealed::Yes };
            heard.loss_impairment(f64::from(loss_permille) / 10.0)
        };
        let taken = BASIC_RATING - rating_of(quality.mos_centi);
        let one_way = Duration::from_micros(quality.round_trip_us.unwrap_or(0).into()) / 2;
        let delay = delay_impairment(one_way.as_secs_f64() * 1000.0).max(0.0);
        // Of what was lost some may have been made good, and costs nothing then.
        let loss_in = loss(quality.loss_in_permille).min(taken);
        let costs = [
            (Self::LossIn, loss_in),
            (Self::LossOut, loss(quality.loss_out_permille.unwrap_or(0))),
            // What neither losses nor the network's delay explain, the jitter buffer took.
            (Self::Jitter, taken - loss_in - delay),
            (Self::Delay, delay),
        ];
        let most =
            costs.into_iter().fold((Self::Nothing, HEARD_MIN), |most, cost| if cost.1 > most.1 { cost } else { most });
        most.0
    }
}

/// The rating that leads to this MOS, found by halving: the formula grows with the rating where it counts.
fn rating_of(mos_centi: u16) -> f64 {
    let wanted = f64::from(mos_centi) / 100.0;
    let (mut low, mut high) = (0.0, BASIC_RATING);
    for _ in 0..20 {
        let middle = f64::midpoint(low, high);
        if mos(middle) < wanted { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bell_types::LegQuality;

    use super::{LikelyCause, Worst};
    use crate::quality::Heard;
    use crate::rtp::Interval;

    fn heard(received: u32, round_trip_ms: u64) -> Heard {
        let interval = Interval { received, expected: 250, ..Interval::default() };
        Heard { interval, round_trip: Some(Duration::from_millis(round_trip_ms)), ..Heard::default() }
    }

    fn report(received: u32, round_trip_ms: u64) -> LegQuality {
        heard(received, round_trip_ms).report()
    }

    fn worst(reports: &[LegQuality]) -> Option<(usize, LikelyCause)> {
        Worst::of(reports.iter().enumerate()).map(|worst| (worst.at, worst.cause))
    }

    #[test]
    fn dia_07_the_worst_5_s_have_a_likely_cause() {
        let (good, lossy, far) = (report(250, 40), report(225, 40), report(250, 900));
        assert_eq!(worst(&[]), None);
        assert_eq!(worst(&[good, good]), Some((0, LikelyCause::Nothing)));
        assert_eq!(worst(&[good, lossy, good]), Some((1, LikelyCause::LossIn)));
        assert_eq!(worst(&[good, good, far]), Some((2, LikelyCause::Delay)));
        assert_eq!(worst(&[good, report(0, 40)]), Some((1, LikelyCause::Silence)));
    }

    #[test]
    fn dia_07_what_costs_more_is_named() {
        assert_eq!(worst(&[report(245, 900)]), Some((0, LikelyCause::Delay)));
        assert_eq!(worst(&[report(150, 300)]), Some((0, LikelyCause::LossIn)));
        let one_way = LegQuality { loss_out_permille: Some(200), ..report(248, 40) };
        assert_eq!(worst(&[one_way]), Some((0, LikelyCause::LossOut)));
    }

    #[test]
    fn dia_07_what_the_network_does_not_explain_is_jitter_and_what_was_mended_is_no_loss() {
        let buffered = Heard { buffered: Duration::from_millis(400), ..heard(250, 40) }.report();
        assert_eq!(worst(&[buffered]), Some((0, LikelyCause::Jitter)));
        let late = Heard { unmended_permille: Some(100), ..heard(250, 40) }.report();
        assert_eq!(worst(&[late]), Some((0, LikelyCause::Jitter)));
        let mended = Heard { unmended_permille: Some(0), ..heard(225, 40) }.report();
        assert_eq!(worst(&[mended]), Some((0, LikelyCause::Nothing)));
    }
}
