//! Seeds that once showed a defect, and some that show what a run holds. Each must stay clean.

use std::time::Duration;

use bell_sim::{Settings, Verdict, run};

fn check(seed: u64) -> Verdict {
    let settings = Settings { seed, traffic: Duration::from_secs(180) };
    run(settings).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_seed_runs_clean_1() {
    let verdict = check(1);
    assert!(verdict.calls > 10 && verdict.served > 2, "{verdict}");
}
