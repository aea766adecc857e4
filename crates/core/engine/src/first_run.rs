//! The first run: what a new centre lacks until a caller reaches somebody, in the order in which a newcomer sets it up.
//!
//! Each step is one change of the configuration ([`Change`]), which the same model checks as everything else. A shell
//! keeps what cannot be read off the configuration ([`Kept`]), carries changes out, and asks the carrier.

mod arrivals;
mod begin;
mod change;
mod check;
mod forms;

use std::collections::BTreeSet;

use bell_types::{AgentName, EndpointName, FlowName, QueueName, Wall};
use serde::{Deserialize, Serialize};

pub use arrivals::{Arrival, Arrivals, Outcome};
pub use begin::{Addresses, begin};
pub use change::{
    AgentWanted, Change, CompanyWanted, Fields, Hours, NumberWanted, Reached, TrunkBy, TrunkWanted, Wrong, agent,
    company, number, test_phone, trunk,
};
pub use check::{Advice, Heard, Level, advise};
pub use forms::{AgentForm, CompanyForm, Forms, NumberForm, TrunkForm};

use crate::Snapshot;

/// What a centre is called before anybody has named it.
pub const UNNAMED: &str = "呼叫中心";
/// The phone by which a test call is placed from the console.
pub const TEST_PHONE: &str = "test-call";

/// One step of the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What the company is called, and when it is what time there.
    Company,
    /// The carrier.
    Trunk,
    /// The number, and what its callers hear.
    Number,
    /// The first agent.
    Agent,
    /// A call that reaches him.
    TestCall,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is done.
    Done,
    /// Something is missing.
    Open,
    /// Somebody does without it for now.
    Skipped,
}

/// What a step lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Nobody has named the centre yet.
    Name,
    /// There is no trunk.
    Trunk,
    /// There is no number.
    Number,
    /// No agent has a phone in the browser.
    BrowserPhone,
    /// The number's flow leads to no queue that such an agent serves.
    Queue,
    /// No account is this agent's: nobody can sign in as him.
    Account,
    /// No caller has talked with an agent yet.
    TestCall,
}

/// A step, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepNow {
    /// Which.
    pub step: Step,
    /// How it stands.
    pub state: State,
    /// What it lacks; nothing if it is done.
    pub lacks: Vec<Lack>,
}

/// What is remembered beside the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The steps somebody does without for now.
    #[serde(default)]
    pub skipped: BTreeSet<Step>,
    /// When a caller talked with an agent for the first time, in microseconds since 1970.
    #[serde(default)]
    pub tested: Option<i64>,
    /// Whether somebody has closed the first run.
    #[serde(default)]
    pub closed: bool,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Company, Self::Trunk, Self::Number, Self::Agent, Self::TestCall];

    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Trunk => "trunk",
            Self::Number => "number",
            Self::Agent => "agent",
            Self::TestCall => "test_call",
        }
    }

    /// The step of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

impl State {
    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Skipped => "skipped",
        }
    }
}

impl Lack {
    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Trunk => "trunk",
            Self::Number => "number",
            Self::BrowserPhone => "browser_phone",
            Self::Queue => "queue",
            Self::Account => "account",
            Self::TestCall => "test_call",
        }
    }
}

impl Kept {
    /// Does without a step, or takes it up again.
    pub fn skip(&mut self, step: Step, skipped: bool) {
        if skipped {
            self.skipped.insert(step);
        } else {
            self.skipped.remove(&step);
        }
    }

    /// A caller talks with an agent.
    pub fn test_passed(&mut self, now: Wall) {
        self.tested.get_or_insert(now.as_micros());
    }
}

/// How every step stands. `accounts`: the agents whom somebody can sign in as.
pub fn steps(snapshot: &Snapshot, kept: &Kept, accounts: &BTreeSet<AgentName>) -> Vec<StepNow> {
    let now = |step| {
        let lacks = lacks(step, snapshot, kept, accounts);
        let state = match (lacks.is_empty(), kept.skipped.contains(&step)) {
            (true, _) => State::Done,
            (false, true) => State::Skipped,
            (false, false) => State::Open,
        };
        StepNow { step, state, lacks }
    };
    Step::ALL.into_iter().map(now).collect()
}

/// The first step that is open; none: nothing is left to do.
pub fn next(steps: &[StepNow]) -> Option<Step> {
    steps.iter().find(|now| now.state == State::Open).map(|now| now.step)
}

fn lacks(step: Step, snapshot: &Snapshot, kept: &Kept, accounts: &BTreeSet<AgentName>) -> Vec<Lack> {
    let unless = |is_there: bool, lack| if is_there { Vec::new() } else { vec![lack] };
    match step {
        Step::Company => unless(snapshot.name != UNNAMED, Lack::Name),
        Step::Trunk => unless(!snapshot.sip.trunks.is_empty(), Lack::Trunk),
        Step::Number => unless(!snapshot.numbers.is_empty(), Lack::Number),
        Step::Agent => agent_lacks(snapshot, accounts),
        Step::TestCall => unless(kept.tested.is_some(), Lack::TestCall),
    }
}

/// One agent must have everything: a phone in the browser, a queue that callers come to, an account.
fn agent_lacks(snapshot: &Snapshot, accounts: &BTreeSet<AgentName>) -> Vec<Lack> {
    let reached = queues_reached(snapshot);
    let serves = |agent: &AgentName| {
        let queues = snapshot.acd.queues.iter().filter(|queue| reached.is_empty() || reached.contains(&queue.name));
        queues.flat_map(|queue| &queue.members).any(|member| member == agent)
    };
    let is_browser = |endpoint: &EndpointName| snapshot.browsers.contains(endpoint);
    let agents = snapshot.acd.agents.iter().filter(|agent| agent.endpoints.iter().any(is_browser));
    let lacks = agents.map(|agent| {
        let queue = (!serves(&agent.name)).then_some(Lack::Queue);
        let account = (!accounts.contains(&agent.name)).then_some(Lack::Account);
        queue.into_iter().chain(account).collect::<Vec<_>>()
    });
    lacks.min_by_key(Vec::len).unwrap_or_else(|| vec![Lack::BrowserPhone])
}

/// Whether the caller of this call has talked with an agent.
pub fn reached_an_agent(call: &bell_call::CallRecord) -> bool {
    call.stages.iter().any(|stage| matches!(stage.kind, bell_call::StageKind::Talk(bell_call::Peer::Agent(_))))
}

/// The queues that callers of our numbers can come to.
fn queues_reached(snapshot: &Snapshot) -> BTreeSet<QueueName> {
    let flows = |door: &bell_ivr::Door| {
        let after_hours = door.after_hours.as_ref().map(|(_, flow)| flow.clone());
        [Some(door.flow.clone()), after_hours].into_iter().flatten()
    };
    let flows: BTreeSet<FlowName> = snapshot.numbers.values().flat_map(flows).collect();
    flows.iter().filter_map(|flow| snapshot.flows.get(flow)).flat_map(|flow| flow.queues()).collect()
}

#[cfg(test)]
mod tests;
