//! Seeds that once showed a defect. Each must stay clean; what it showed stands beside it, as far as it still does:
//! whatever changes a message may change what a seed leads to.

use std::time::Duration;

use bell_sim::{Settings, Verdict, run};

fn check(seed: u64) -> Verdict {
    let settings = Settings { seed, traffic: Duration::from_secs(300) };
    let verdict = run(settings).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(verdict.calls > 10 && verdict.served > 2, "too little happens to prove anything: {verdict}");
    verdict
}

/// A caller hung up while the target of a transfer rang: the transfer had no end.
#[test]
fn a_seed_runs_clean_3() {
    check(3);
}

/// A refused transfer: the talk after it was not counted.
#[test]
fn a_seed_runs_clean_5() {
    check(5);
}

/// The clock was set back, and a node started again took the id of an earlier call.
#[test]
fn a_seed_runs_clean_101() {
    check(101);
}

/// An operator moved a caller who waited to another queue: his old flow went on as if he had waited too long.
#[test]
fn a_seed_runs_clean_24() {
    check(24);
}

/// A phone asked for a transfer while another was on its way: the second ended in the facts what the first had begun.
#[test]
fn a_seed_runs_clean_44() {
    check(44);
}

/// Somebody outside was made to ask a colleague, and heard the supervisor whisper.
#[test]
fn a_seed_runs_clean_72() {
    check(72);
}

/// The fifth call within an hour was turned away by an entry that no fact had told yet.
#[test]
fn a_seed_runs_clean_256() {
    check(256);
}

/// Fair weather, and nothing breaks.
#[test]
fn a_seed_runs_clean_11() {
    check(11);
}

#[test]
fn same_seed_same_hash() {
    let (one, other) = (check(8), check(8));
    assert_eq!(one, other);
    assert_ne!(one.hash, check(9).hash);
}
