//! How long callers wait before they give up, when most of them were answered first.

use std::time::Duration;

use bell_acd::Draws;

/// The share of callers who are still there after a wait, estimated from those who gave up and those who were answered
/// before they did (Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 1958).
#[derive(Clone, Debug, Default)]
pub(crate) struct Patience {
    /// Waits at which somebody gave up, in order, with the share that is left behind each.
    left: Vec<(Duration, f64)>,
}

impl Patience {
    /// From all waits, each with whether it ended by giving up.
    pub(crate) fn of(mut waits: Vec<(Duration, bool)>) -> Self {
        waits.sort_unstable();
        let mut share = 1.0;
        let mut left: Vec<(Duration, f64)> = Vec::new();
        let count = waits.len();
        for (before, (wait, gave_up)) in waits.into_iter().enumerate() {
            if !gave_up {
                continue;
            }
            let at_risk = (count - before) as f64;
            share *= 1.0 - 1.0 / at_risk;
            match left.last_mut() {
                Some((last, after)) if *last == wait => *after = share,
                Some(_) | None => left.push((wait, share)),
            }
        }
        Self { left }
    }

    /// The patience of a caller who has waited so long already; none: longer than anybody was seen to wait.
    pub(crate) fn draw(&self, waited: Duration, draws: &mut Draws) -> Option<Duration> {
        let known = self.left.partition_point(|(wait, _)| *wait <= waited);
        let here = known.checked_sub(1).map_or(1.0, |index| self.left[index].1);
        // 53 bits are what a float holds.
        let lot = (draws.draw() >> 11) as f64 / (1_u64 << 53) as f64;
        self.left[known..].iter().find(|(_, share)| *share <= lot * here).map(|(wait, _)| *wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    /// The textbook's way by hand: 6 at risk at 1 s, 4 at 3 s, 2 at 5 s.
    #[test]
    fn the_share_that_is_left_counts_who_was_answered_as_still_there() {
        let waits = vec![
            (secs(1), true),
            (secs(2), false),
            (secs(3), true),
            (secs(4), false),
            (secs(5), true),
            (secs(6), false),
        ];
        let left = Patience::of(waits).left;
        let expected = [(1, 5.0 / 6.0), (3, 5.0 / 6.0 * 3.0 / 4.0), (5, 5.0 / 6.0 * 3.0 / 4.0 / 2.0)];
        for ((wait, share), (at, known)) in left.iter().zip(expected) {
            assert_eq!(*wait, secs(at));
            assert!((share - known).abs() < 1e-12, "{share} {known}");
        }
    }

    #[test]
    fn who_has_waited_gives_up_later_or_never() {
        let patience = Patience::of(vec![(secs(10), true), (secs(20), true), (secs(30), false)]);
        let mut draws = Draws::new(7);
        let mut never = 0;
        for _ in 0..1000 {
            match patience.draw(secs(15), &mut draws) {
                Some(wait) => assert_eq!(wait, secs(20)),
                None => never += 1,
            }
        }
        assert!((400..600).contains(&never), "half of those who reach 15 s outlast 20 s, not {never} of 1000");
        assert_eq!(Patience::default().draw(secs(0), &mut draws), None);
    }
}
