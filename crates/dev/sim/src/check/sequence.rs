//! Facts follow each other without a gap, and time does not run backwards while a node lives.

use bell_types::{Fact, Mono, Seq, What};

#[derive(Default)]
pub(super) struct Sequence {
    last: Seq,
    at: Mono,
}

impl Sequence {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        if fact.seq != self.last.next() {
            return Err(format!("fact {} follows fact {}", fact.seq, self.last));
        }
        self.last = fact.seq;
        let restarted = matches!(fact.what, What::NodeStarted { .. });
        if !restarted && fact.now.mono < self.at {
            return Err(format!("fact {} is earlier than the one before it", fact.seq));
        }
        self.at = fact.now.mono;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(seq: u64, micros: u64) -> Fact {
        let now = bell_types::Now { mono: Mono::from_micros(micros), ..Default::default() };
        Fact { seq: Seq(seq), now, what: What::NodeStopped { node: bell_types::NodeId(0) } }
    }

    #[test]
    fn a_gap_and_a_step_back_are_caught() {
        let mut sequence = Sequence::default();
        sequence.fact(&fact(1, 5)).unwrap();
        assert!(sequence.fact(&fact(3, 5)).is_err());
        assert!(sequence.fact(&fact(2, 4)).is_err());
    }
}
