//! How many callers of a queue were answered in time.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::Mono;

/// The latest departures from a queue: when, after how long a wait, and whether to an agent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Departures(VecDeque<(Mono, Duration, Departed)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Departed {
    Answered,
    Abandoned,
}

impl Departures {
    pub(crate) fn add(&mut self, now: Mono, waited: Duration, how: Departed, departures_max: usize) {
        self.0.push_back((now, waited, how));
        let surplus = self.0.len().saturating_sub(departures_max);
        self.0.drain(..surplus);
    }

    /// Of a hundred who left within the window so many were answered within the time. Who gave up sooner than that does
    /// not count. None if too few left to be honest.
    pub(crate) fn level(&self, now: Mono, within: Duration, window: Duration, samples_min: usize) -> Option<u8> {
        let late = self.0.iter().rev().take_while(|(at, ..)| now.since(*at) <= window);
        let mut counted = 0;
        let mut in_time = 0;
        for (_, waited, how) in late {
            match how {
                Departed::Answered => {
                    counted += 1;
                    in_time += usize::from(*waited <= within);
                }
                Departed::Abandoned => counted += usize::from(*waited > within),
            }
        }
        if counted == 0 || counted < samples_min {
            return None;
        }
        u8::try_from(in_time * 100 / counted).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_counts_who_was_answered_in_time_among_those_who_gave_it_a_chance() {
        let secs = Duration::from_secs;
        let mut departures = Departures::default();
        let at = |seconds| Mono::ZERO + secs(seconds);
        departures.add(at(10), secs(5), Departed::Answered, 4);
        departures.add(at(20), secs(25), Departed::Answered, 4);
        departures.add(at(30), secs(3), Departed::Abandoned, 4);
        assert_eq!(departures.level(at(30), secs(20), secs(60), 3), None, "two say too little");
        assert_eq!(departures.level(at(30), secs(20), secs(60), 2), Some(50));
        departures.add(at(40), secs(30), Departed::Abandoned, 4);
        assert_eq!(departures.level(at(40), secs(20), secs(60), 2), Some(33));
        assert_eq!(departures.level(at(75), secs(20), secs(60), 2), Some(0), "the first is too old");
        departures.add(at(41), secs(1), Departed::Answered, 4);
        assert_eq!(departures.level(at(41), secs(20), secs(60), 2), Some(33), "the first is forgotten");
    }
}
