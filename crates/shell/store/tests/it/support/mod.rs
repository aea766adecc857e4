//! What the tests share.

pub(crate) mod database;
pub(crate) mod postgres;

use std::future::Future;
use std::time::Duration;

use bell_store::journal::Limits;
use bell_types::{
    AgentName, CallId, Caller, Cause, Ending, Fact, FlowName, Mono, NodeId, Now, Number, NumberPlan, Party, QueueName,
    Seq, TrunkName, Wall, What,
};

/// Runs a future to its end on a small runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

pub(crate) fn limits() -> Limits {
    Limits {
        segment_bytes_max: 20_000,
        total_bytes_max: 64 << 20,
        reserve_bytes: 100_000,
        record_bytes_max: 100_000,
        buffer_bytes_max: 100_000,
        sync_interval: Duration::from_millis(1),
    }
}

pub(crate) const MORNING: Wall = Wall::from_micros(1_793_003_400_000_000);

pub(crate) fn call_id(count: u32) -> CallId {
    CallId::mint(MORNING, NodeId(0), count)
}

pub(crate) fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(Some("571"))).unwrap()
}

pub(crate) fn queue(name: &str) -> QueueName {
    QueueName::new(name).unwrap()
}

pub(crate) fn agent(name: &str) -> AgentName {
    AgentName::new(name).unwrap()
}

fn at(seq: u64, what: What) -> Fact {
    let start = Now { mono: Mono::ZERO, wall: MORNING };
    Fact { seq: Seq(seq), now: start.after(Duration::from_millis(seq)), what }
}

/// How many facts a call of [`facts_of_calls`] has.
pub(crate) const FACTS_PER_CALL: u64 = 4;

/// The facts of so many calls, of which two go on at any time.
pub(crate) fn facts_of_calls(first_seq: u64, calls: std::ops::Range<u32>) -> Vec<Fact> {
    let steps: Vec<Vec<What>> = calls.map(|count| steps_of(call_id(count))).collect();
    let pairs = steps.chunks(2);
    let woven =
        pairs.flat_map(|pair| (0..FACTS_PER_CALL as usize).flat_map(|step| pair.iter().map(move |call| &call[step])));
    woven.zip(first_seq..).map(|(what, seq)| at(seq, what.clone())).collect()
}

fn steps_of(call: CallId) -> Vec<What> {
    vec![
        What::CallArrived {
            call,
            caller: Caller { number: Some(number("13800138000")), name: Some("王\u{0}先生".to_owned()) },
            called: number("400-800-1234"),
            trunk: Some(TrunkName::new("telecom").unwrap()),
            flow: FlowName::new("main").unwrap(),
            flow_version: 3,
        },
        What::FlowEntered { call, node: "问候".to_owned() },
        What::FlowEntered { call, node: "menu".to_owned() },
        What::CallEnded {
            call,
            ending: Ending { cause: Cause::HungUp, by: Party::Caller, sip_status: None, q850: Some(16) },
        },
    ]
}
