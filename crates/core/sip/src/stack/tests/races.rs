//! Random races. What must hold: every dialog ends once, and nothing is left behind.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::Cause;
use bytes::Bytes;

use super::pair::{Pair, Side, Weather};
use crate::{Command, DialogId, StackEvent, Status};

/// How often each dialog said that it ended.
fn endings(pair: &Pair) -> BTreeMap<(Side, DialogId), usize> {
    let mut endings = BTreeMap::new();
    for (side, event) in &pair.events {
        match event {
            StackEvent::Incoming { dialog, .. } => drop(endings.insert((*side, *dialog), 0)),
            StackEvent::Ended { dialog, .. } => *endings.entry((*side, *dialog)).or_default() += 1,
            _ => {}
        }
    }
    endings
}

fn race(seed: u64, weather: Weather, calls: u32) {
    let mut pair = Pair::new(seed, weather);
    for _ in 0..calls {
        let caller = if pair.dice.below(2) == 0 { Side::A } else { Side::B };
        let called = caller.other();
        let offer = (pair.dice.below(4) > 0).then(|| Bytes::from_static(b"offer"));
        let dialog = pair.call(caller, offer);
        let steps = 1 + pair.dice.below(6);
        for _ in 0..steps {
            let pause = pair.dice.below(60);
            pair.run(pause);
            let incoming = pair.events.iter().rev().find_map(|(side, event)| match event {
                StackEvent::Incoming { dialog, .. } if *side == called => Some(*dialog),
                _ => None,
            });
            let sdp = Bytes::from_static(b"answer");
            let (side, command) = match (pair.dice.below(8), incoming) {
                (0, _) => (caller, Command::End { dialog, cause: Cause::Cancelled }),
                (1, Some(dialog)) => (called, Command::End { dialog, cause: Cause::Busy }),
                (2, Some(dialog)) => (called, Command::Progress { dialog, status: Status::RINGING, sdp: None }),
                (3 | 4, Some(dialog)) => (called, Command::Answer { dialog, sdp }),
                (5, _) => (caller, Command::AnswerOffer { dialog, sdp }),
                (6, _) => (caller, Command::Offer { dialog, sdp }),
                (7, Some(dialog)) => (called, Command::AnswerOffer { dialog, sdp }),
                (_, Some(dialog)) => (called, Command::Offer { dialog, sdp }),
                (_, None) => continue,
            };
            pair.command(side, command);
        }
        pair.command(caller, Command::End { dialog, cause: Cause::Cancelled });
        let answering: Vec<_> = endings(&pair).into_iter().filter(|(_, count)| *count == 0).collect();
        for ((side, dialog), _) in answering.into_iter().filter(|((side, _), _)| *side == called) {
            // Some callees hang up too; the rest must learn from the caller.
            if pair.dice.below(2) == 0 {
                pair.command(side, Command::End { dialog, cause: Cause::HungUp });
            }
        }
    }
    pair.run_until(pair.now.mono + Duration::from_secs(300));
    let counts = endings(&pair);
    assert!(counts.values().all(|count| *count == 1), "seed {seed}: {counts:?}\n{}", pair.trace);
    assert!(pair.is_empty(), "seed {seed}: {:?}\n{:?}\n{}", pair.a, pair.b, pair.trace);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(600))]

    #[test]
    fn whatever_a_peer_does_every_dialog_ends_once(data in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        crate::fuzz::fuzz_stack(&data);
    }
}

#[test]
fn notes_13_7500_races_of_cancel_and_answer_leave_nothing_behind() {
    let storm = Weather { latency: Duration::from_millis(5), jitter_ms: 40, loss_percent: 10, doubled_percent: 10 };
    for seed in 1..=1500 {
        race(seed, storm, 5);
    }
}
