use bell_types::{Cause, Codec, Ending, FlowName, LegId, Mono, Now, NumberPlan, Party, Seq};

use super::*;

const FIRST: CallId = CallId::from_u64(7);
const SECOND: CallId = CallId::from_u64(8);

fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(Some("571"))).unwrap()
}

fn sue() -> AgentName {
    AgentName::new("sue").unwrap()
}

fn mode(name: &str) -> ModeName {
    ModeName::new(name).unwrap()
}

/// The facts of a call that sue dials.
fn dialled(call: CallId, by: &str, attempt: CallId) -> Vec<What> {
    vec![
        What::CallArrived {
            call,
            caller: Caller { number: Some(number("13900139000")), name: None },
            called: number("4001234567"),
            trunk: None,
            flow: FlowName::new("welcome").unwrap(),
            flow_version: 1,
        },
        What::CallPlaced { call, agent: Some(sue()) },
        What::DialledBy { call, mode: mode(by), attempt },
    ]
}

fn answered(call: CallId, number: u16) -> What {
    What::LegAnswered { leg: LegId { call, number }, codec: Codec::Pcma }
}

fn ended(call: CallId) -> What {
    What::CallEnded { call, ending: Ending { cause: Cause::Busy, by: Party::External, sip_status: None, q850: None } }
}

/// The facts, one a second from 100 s on.
fn fold(facts: &[Vec<What>]) -> Attempts {
    let mut attempts = Attempts::default();
    for (secs, what) in (100..).zip(facts.concat()) {
        let wall = Wall::from_micros(secs * 1_000_000);
        attempts.apply(&Fact { seq: Seq(1), now: Now { mono: Mono::ZERO, wall }, what });
    }
    attempts
}

/// What is left of it at this second, when an attempt goes on for a minute.
fn left(attempts: &Attempts, secs: i64) -> Vec<(CallId, CallId, bool)> {
    let kept = attempts.within(Duration::from_secs(60), Wall::from_micros(secs * 1_000_000));
    kept.iter().map(|one| (one.call, one.attempt, one.reached)).collect()
}

#[test]
fn tel_14_facts_tell_each_call_of_an_attempt_and_whether_somebody_answered() {
    let failed = [dialled(FIRST, "desk", FIRST), vec![answered(FIRST, 2), ended(FIRST)]];
    let attempts = fold(&failed);
    let kept = attempts.within(Duration::from_secs(60), Wall::from_micros(102_000_000));
    let at = Wall::from_micros(102_000_000);
    let (agent, number) = (sue(), number("13900139000"));
    let expected = KeptTry { call: FIRST, attempt: FIRST, agent, number, mode: mode("desk"), at, reached: false };
    assert_eq!(kept, [expected], "her own phone answered, and not the customer's");

    let again = [dialled(SECOND, "mobile", FIRST), vec![answered(SECOND, 2), answered(SECOND, 1), ended(SECOND)]];
    let both = fold(&[failed.concat(), again.concat()]);
    assert_eq!(left(&both, 110), [(FIRST, FIRST, false), (SECOND, FIRST, true)]);
}

#[test]
fn tel_14_what_is_told_to_the_next_node_is_what_this_one_knew() {
    let attempts = fold(&[dialled(FIRST, "desk", FIRST), vec![ended(FIRST)], dialled(SECOND, "mobile", FIRST)]);
    let end = |attempts: &Attempts| {
        let (first, open) = attempts.find(SECOND).unwrap();
        (first, open.attempt.tries().map(|one| (one.call, one.end)).collect::<Vec<_>>())
    };
    assert_eq!(end(&attempts), (FIRST, vec![(FIRST, TryEnd::Failed), (SECOND, TryEnd::Running)]));
    let mut next = Attempts::default();
    next.recall(&attempts.within(Duration::from_secs(60), Wall::from_micros(110_000_000)));
    let died = (FIRST, vec![(FIRST, TryEnd::Failed), (SECOND, TryEnd::Failed)]);
    assert_eq!(end(&next), died, "no call outlives its node");
}

#[test]
fn tel_14_an_attempt_that_began_too_long_ago_is_left_out_with_all_its_calls() {
    let attempts = fold(&[dialled(FIRST, "desk", FIRST), vec![ended(FIRST)], dialled(SECOND, "mobile", FIRST)]);
    assert_eq!(left(&attempts, 162).len(), 2, "the last moment");
    assert_eq!(left(&attempts, 163), []);
}

#[test]
fn tel_14_only_calls_that_an_agent_dials_by_a_mode_are_attempts() {
    let (mut came_in, mut by_queue) = (dialled(FIRST, "desk", FIRST), dialled(SECOND, "desk", SECOND));
    let What::CallArrived { trunk, .. } = &mut came_in[0] else { panic!() };
    *trunk = Some("carrier".parse().unwrap());
    by_queue[1] = What::CallPlaced { call: SECOND, agent: None };
    assert_eq!(left(&fold(&[came_in, by_queue]), 110), []);
    assert_eq!(left(&fold(&[dialled(SECOND, "mobile", FIRST)]), 110), [], "the first call was forgotten");
}

#[test]
fn tel_14_the_oldest_attempt_is_forgotten_first() {
    let calls = (1..=ATTEMPTS_MAX as u64 + 1).map(CallId::from_u64);
    let attempts = fold(&calls.map(|call| dialled(call, "desk", call)).collect::<Vec<_>>());
    assert!(attempts.find(CallId::from_u64(1)).is_none());
    assert!(attempts.find(CallId::from_u64(2)).is_some());
    assert_eq!((attempts.open.len(), attempts.of.len()), (ATTEMPTS_MAX, ATTEMPTS_MAX));
}
