//! Calling the same contact another way.

use std::time::Duration;

use bell_customer::{Attempt, AttemptLimits, Code, NotAgain, Try, TryEnd};
use bell_types::{CallId, Wall};

use crate::{code, codes};

const LIMITS: AttemptLimits = AttemptLimits { tries_max: 3, within: Duration::from_secs(600) };

fn at(secs: i64) -> Wall {
    Wall::from_micros(secs * 1_000_000)
}

const fn call(number: u64) -> CallId {
    CallId::from_u64(number)
}

fn permitted() -> Vec<Code> {
    codes(&["agent_first", "direct", "forwarded", "mobile"])
}

/// A call that was just made.
fn running(number: u64, mode: &str, secs: i64) -> Try {
    Try { call: call(number), mode: code(mode), at: at(secs), end: TryEnd::Running }
}

/// The first call, by `direct` at second 100, ended like this.
fn after(end: TryEnd) -> Attempt {
    let mut attempt = Attempt::begin(running(1, "direct", 100));
    attempt.ended(call(1), end);
    attempt
}

fn check(attempt: &Attempt, secs: i64, mode: &str) -> Result<(), NotAgain> {
    attempt.check(at(secs), &code(mode), &permitted(), LIMITS)
}

#[test]
fn tel_14_after_a_failure_the_same_contact_is_called_another_way_under_one_attempt() {
    let mut attempt = after(TryEnd::Failed);
    let left: Vec<_> = attempt.ways_left(at(110), &permitted(), LIMITS).cloned().collect();
    assert_eq!(left, codes(&["agent_first", "forwarded", "mobile"]));

    assert_eq!(check(&attempt, 110, "forwarded"), Ok(()));
    attempt.again(running(2, "forwarded", 110));
    let tries: Vec<_> = attempt.tries().map(|one| (one.call, one.mode.as_str(), one.end)).collect();
    assert_eq!(tries, [(call(1), "direct", TryEnd::Failed), (call(2), "forwarded", TryEnd::Running)]);
}

#[test]
fn tel_14_each_call_of_an_attempt_counts_for_the_caps() {
    let mut attempt = after(TryEnd::Failed);
    attempt.again(running(2, "mobile", 200));
    assert_eq!(attempt.counted_since(at(0)), 2);
    assert_eq!(attempt.counted_since(at(101)), 1, "of a day that began between the two");
    assert_eq!(attempt.counted_since(at(201)), 0);
}

#[test]
fn tel_14_what_is_no_other_way_is_told() {
    for (end, now, mode, why) in [
        (TryEnd::Running, 110, "mobile", NotAgain::Running),
        (TryEnd::Reached, 110, "mobile", NotAgain::Reached),
        (TryEnd::Failed, 110, "direct", NotAgain::Tried(code("direct"))),
        (TryEnd::Failed, 110, "satellite", NotAgain::NotPermitted(code("satellite"))),
        (TryEnd::Failed, 701, "mobile", NotAgain::TooLate),
    ] {
        assert_eq!(check(&after(end), now, mode), Err(why));
    }
    assert_eq!(check(&after(TryEnd::Failed), 700, "mobile"), Ok(()), "the last moment");
}

#[test]
fn tel_14_an_attempt_has_a_limit_and_offers_no_way_beyond_it() {
    let mut attempt = after(TryEnd::Failed);
    for (number, mode) in [(2, "forwarded"), (3, "mobile")] {
        assert_eq!(check(&attempt, 110, mode), Ok(()));
        attempt.again(running(number, mode, 110));
        attempt.ended(call(number), TryEnd::Failed);
    }
    assert_eq!(check(&attempt, 120, "agent_first"), Err(NotAgain::TooMany(3)));
    assert_eq!(attempt.ways_left(at(120), &permitted(), LIMITS).count(), 0);
}

#[test]
fn tel_14_the_first_end_of_a_call_is_its_end_and_strange_calls_change_nothing() {
    let mut attempt = after(TryEnd::Reached);
    attempt.ended(call(1), TryEnd::Failed);
    attempt.ended(call(9), TryEnd::Failed);
    assert_eq!(attempt, after(TryEnd::Reached));
}
