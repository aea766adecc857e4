use bell_types::{
    Caller, Cause, Direction, Ending, FlowName, LegId, LegRole, Now, Number, NumberPlan, Party, Seq, What,
};

use super::*;

const CALL: CallId = CallId::from_u64(7);
const RECORDING: RecordingId = RecordingId(CALL);

fn leg(number: u16) -> LegId {
    LegId { call: CALL, number }
}

fn ending() -> Ending {
    Ending { cause: Cause::HungUp, by: Party::Caller, sip_status: None, q850: None }
}

fn arrived() -> What {
    What::CallArrived {
        call: CALL,
        caller: Caller { number: None, name: None },
        called: Number::parse("4001234567", &NumberPlan::china(Some("571"))).unwrap(),
        trunk: None,
        flow: FlowName::new("welcome").unwrap(),
        flow_version: 1,
    }
}

fn opened(number: u16) -> What {
    What::LegOpened { leg: leg(number), role: LegRole::Caller, direction: Direction::Inbound }
}

fn whole() -> Option<RecoveredRecording> {
    Some((RecordingStatus::Recorded, Duration::from_secs(3), "hash".to_owned()))
}

fn check(facts: Vec<What>, recovered: Option<&RecoveredRecording>, expected: &[Orphan]) {
    let mut left_open = LeftOpen::new();
    for (seq, what) in (1..).zip(facts) {
        left_open.apply(&Fact { seq: Seq(seq), now: Now::default(), what });
    }
    assert_eq!(left_open.orphans(|_| recovered.cloned()), expected);
}

#[test]
fn a_call_that_ended_leaves_nothing() {
    let ended = What::LegEnded { leg: leg(1), ending: ending() };
    check(vec![arrived(), opened(1), ended, What::CallEnded { call: CALL, ending: ending() }], None, &[]);
}

#[test]
fn an_open_call_is_left_with_the_legs_that_are_open() {
    let ended = What::LegEnded { leg: leg(2), ending: ending() };
    let orphan = Orphan { call: CALL, legs: vec![leg(1), leg(3)], recording: None, open: true };
    check(vec![arrived(), opened(1), opened(2), opened(3), ended], None, &[orphan]);
}

#[test]
fn a_recording_without_a_seal_is_left_after_its_call() {
    let facts = || {
        let started = What::RecordingStarted { recording: RECORDING };
        vec![arrived(), started, What::CallEnded { call: CALL, ending: ending() }]
    };
    let orphan = |(status, length, sha256): RecoveredRecording| {
        let recording = Some((RECORDING, status, length, sha256));
        Orphan { call: CALL, legs: Vec::new(), recording, open: false }
    };
    check(facts(), whole().as_ref(), &[orphan(whole().unwrap())]);
    check(facts(), None, &[orphan(lost())]);
    let (status, length, sha256) = whole().unwrap();
    let sealed = What::RecordingSealed { recording: RECORDING, status, length, sha256 };
    check(facts().into_iter().chain([sealed]).collect(), None, &[]);
}
