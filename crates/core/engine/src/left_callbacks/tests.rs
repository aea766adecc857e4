use std::time::Duration;

use bell_types::{AgentName, CallbackOutcome, Mono, Now, NumberPlan, QueueName, Seq, SkillName, Wall, Wants};

use super::*;

const CALL: CallId = CallId::from_u64(7);
const OTHER: CallId = CallId::from_u64(8);
const PLANNED: CallId = CallId::from_u64(70);

fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(Some("571"))).unwrap()
}

fn sales() -> QueueName {
    QueueName::new("sales").unwrap()
}

fn wants() -> Wants {
    Wants { skills: vec![(SkillName::new("english").unwrap(), 2)], ..Wants::default() }
}

fn wished(call: CallId, of: &str) -> What {
    What::CallbackWished { call, queue: sales(), number: Ok(number(of)), shown: Some(number("4001234567")) }
}

fn asked(call: CallId) -> What {
    let waited = Duration::from_secs(60);
    What::CallbackAsked { call, planned: PLANNED, queue: sales(), priority: 3, waited, wants: wants() }
}

fn attempted() -> What {
    What::CallbackAttempted { call: CALL, planned: PLANNED, attempt: 1, agent: AgentName::new("sue").unwrap() }
}

/// The facts, one a second from 100 s on, lead to this.
#[track_caller]
fn check(facts: Vec<What>, expected: &[KeptCallback]) {
    let mut left = LeftCallbacks::new();
    for (seq, what) in (100..).zip(facts) {
        let wall = Wall::from_micros(seq * 1_000_000);
        left.apply(&Fact { seq: Seq(1), now: Now { mono: Mono::ZERO, wall }, what });
    }
    assert_eq!(left.kept().collect::<Vec<_>>(), expected);
}

fn kept(attempts: u32, failed: Option<i64>) -> KeptCallback {
    KeptCallback {
        call: CALL,
        number: number("13800138000"),
        shown: number("4001234567"),
        queue: sales(),
        priority: 3,
        since: Wall::from_micros(41_000_000),
        wants: wants(),
        attempts,
        failed: failed.map(|at| Wall::from_micros(at * 1_000_000)),
    }
}

#[test]
fn inb_30_who_asked_is_left_with_the_time_he_has_waited() {
    check(vec![wished(CALL, "13800138000"), asked(CALL)], &[kept(0, None)]);
}

#[test]
fn inb_30_an_attempt_that_was_under_way_counts_and_has_failed() {
    check(vec![wished(CALL, "13800138000"), asked(CALL), attempted()], &[kept(1, Some(102))]);
    let put_off = What::CallbackPutOff { call: CALL, planned: CallId::from_u64(71) };
    check(vec![wished(CALL, "13800138000"), asked(CALL), attempted(), put_off], &[kept(1, Some(103))]);
}

#[test]
fn inb_30_a_plan_that_ended_and_a_wish_that_was_refused_leave_nothing() {
    let ended = What::CallbackEnded { call: CALL, outcome: CallbackOutcome::NotReached };
    check(vec![wished(CALL, "13800138000"), asked(CALL), ended, wished(OTHER, "13900139000")], &[]);
}

#[test]
fn inb_30_a_second_wish_changes_nothing_and_each_start_says_the_same_again() {
    let again = What::CallbackKept { call: CALL, planned: CallId::from_u64(72), waited: Duration::from_secs(63) };
    let facts = vec![wished(CALL, "13800138000"), asked(CALL), wished(CALL, "13900139000"), again];
    check(facts, &[kept(0, None)]);
}
