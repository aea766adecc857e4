//! People who ask for things while the run goes on: of calls, of lists, of numbers; at random, sensible or not.

use std::sync::Arc;
use std::time::Duration;

use bell_call::{Ask, CallRecord, Target};
use bell_callers::{Change, Group, Which};
use bell_engine::{Command, Emergency, Ring};
use bell_types::{
    ActorName, AgentName, EntrySource, FlowName, LegRole, ListName, Number, NumberPlan, Party, Pattern, QueueName,
    Service, SupervisionMode, Term, Terms, Wall,
};

use crate::configuration::{AGENTS, FLOWS, LISTS, NUMBERS, QUEUES, SUPERVISORS};
use crate::dice::Dice;
use crate::party::caller_number;

/// How many callers call again and again. Lists are about them.
pub(crate) const REGULARS: u64 = 16;
/// Whom agents hand calls to outside; two of them cannot be called as they are written.
const OUTSIDE: [&str; 4] = ["13700137000", "013900139000", "8765", "12"];
const PEOPLE: [&str; 3] = ["wang", "li", "zhao"];

/// Who asks.
pub(crate) struct Meddler(Dice);

impl Meddler {
    pub(crate) fn new(dice: Dice) -> Self {
        Self(dice)
    }

    /// How long until the next.
    pub(crate) fn pause(&mut self) -> Duration {
        self.0.millis(100, 3000)
    }

    /// What is asked. None: of a call, and there is none.
    pub(crate) fn draw(&mut self, now: Wall, calls: &[&CallRecord]) -> Option<Command> {
        match self.0.below(100) {
            0..78 => self.ask(calls),
            78..84 => self.dial(),
            84..96 => self.change_lists(now),
            _ => self.emergency(),
        }
    }

    fn agent(&mut self) -> Option<AgentName> {
        AgentName::new(self.0.pick(&AGENTS)?).ok()
    }

    fn supervisor(&mut self) -> Option<AgentName> {
        if self.0.chance(100) { self.agent() } else { AgentName::new(self.0.pick(&SUPERVISORS)?).ok() }
    }

    fn queue(&mut self) -> Option<QueueName> {
        QueueName::new(self.0.pick(&QUEUES)?).ok()
    }

    fn ask(&mut self, calls: &[&CallRecord]) -> Option<Command> {
        // Where agents are, more is to be asked.
        let manned: Vec<&CallRecord> = calls.iter().copied().filter(|call| !agents(call).is_empty()).collect();
        let calls = if manned.is_empty() || self.0.chance(150) { calls } else { &manned };
        let record = self.0.pick(calls)?;
        let there = agents(record);
        let by = match self.0.below(10) {
            0..6 if !there.is_empty() => {
                let index = usize::try_from(self.0.below(there.len() as u64)).unwrap_or(0);
                Party::Agent(there[index].clone())
            }
            0..9 => Party::Operator,
            _ => Party::Agent(self.agent()?),
        };
        let ask = self.what()?;
        // Who asks for himself as a supervisor is the one who comes.
        let by = match &ask {
            Ask::Supervise(who, _) | Ask::StopSupervising(who) | Ask::Retrieve(who) if self.0.chance(800) => {
                if self.0.chance(500) { Party::Agent(who.clone()) } else { Party::Operator }
            }
            _ => by,
        };
        Some(Command::Call { call: record.call, by, ask })
    }

    fn what(&mut self) -> Option<Ask> {
        Some(match self.0.below(100) {
            0..9 => Ask::Hold,
            9..16 => Ask::Resume,
            16..30 => Ask::Transfer(self.target()?),
            30..33 => Ask::Escalate,
            33..49 => Ask::Consult(self.target()?),
            49..55 => Ask::Switch,
            55..61 => Ask::Complete,
            61..67 => Ask::Conference,
            67..71 => Ask::Cancel,
            71..74 => Ask::Leave,
            74..79 => Ask::Park(self.0.chance(300).then(|| 1 + self.0.below(4) as u16)),
            79..85 => Ask::Retrieve(self.agent()?),
            85..94 => Ask::Supervise(self.supervisor()?, self.mode()?),
            94..96 => Ask::StopSupervising(self.supervisor()?),
            96..98 => Ask::Help,
            _ => Ask::Release,
        })
    }

    fn mode(&mut self) -> Option<SupervisionMode> {
        use SupervisionMode::{Barge, Intercept, Listen, Whisper};
        self.0.pick(&[Listen, Whisper, Barge, Intercept])
    }

    fn target(&mut self) -> Option<Target> {
        Some(match self.0.below(10) {
            0..5 => Target::Agent(self.agent()?),
            5..7 => Target::Queue(self.queue()?),
            7 => Target::Flow(FlowName::new(self.0.pick(&FLOWS)?).ok()?),
            _ => Target::Number(self.0.pick(&OUTSIDE)?.to_owned()),
        })
    }

    /// An agent calls a customer.
    fn dial(&mut self) -> Option<Command> {
        let first = if self.0.chance(700) { Ring::Agent(self.agent()?) } else { Ring::Queue(self.queue()?) };
        let (customer, shown) = (self.0.pick(&OUTSIDE)?.to_owned(), self.0.pick(&NUMBERS)?.to_owned());
        Some(Command::Dial { customer, shown, first })
    }

    fn change_lists(&mut self, now: Wall) -> Option<Command> {
        let by = ActorName::new(self.0.pick(&PEOPLE)?).ok()?;
        let list = ListName::new(self.0.pick(&LISTS)?).ok()?;
        let change = match self.0.below(10) {
            0..6 => Change::Add { list, groups: vec![self.group(now, by.clone())?] },
            6..8 => Change::Approve { list, which: Which::All },
            8 => Change::Remove { list, patterns: vec![self.pattern()?] },
            _ => Change::Undo { list, pattern: self.pattern()? },
        };
        Some(Command::Lists(by, Arc::new(change)))
    }

    fn group(&mut self, now: Wall, by: ActorName) -> Option<Group> {
        let service = Service { queue: if self.0.chance(300) { self.queue() } else { None }, ..Service::default() };
        let (reason, source) = ("simulated".to_owned(), EntrySource::Manual);
        let terms = Terms { owner: by.clone(), by: Some(by), reason, source, service };
        let count = 1 + self.0.below(3);
        let entries = (0..count).filter_map(|_| Some((self.pattern()?, self.term(now)))).collect();
        Some(Group { terms, entries })
    }

    /// Most entries end while the run goes on.
    fn term(&mut self, now: Wall) -> Term {
        match self.0.below(10) {
            0 => Term::Days(1),
            1 => Term::Permanent,
            _ => Term::Until(now + self.0.millis(500, 120_000)),
        }
    }

    /// A regular caller; now and then all of them.
    fn pattern(&mut self) -> Option<Pattern> {
        let number = caller_number(self.0.below(REGULARS))?;
        if self.0.chance(900) {
            return Some(Pattern::Number(number));
        }
        Pattern::parse("+861380000*", &NumberPlan::china(None)).ok()
    }

    fn emergency(&mut self) -> Option<Command> {
        let number = Number::parse(self.0.pick(&NUMBERS)?, &NumberPlan::china(None)).ok()?;
        let (on, drill) = (self.0.chance(400), self.0.chance(300));
        Some(Command::Emergency(Emergency { number, on, drill, by: "wang".to_owned() }))
    }
}

/// The agents on a call.
fn agents(record: &CallRecord) -> Vec<AgentName> {
    let live = record.legs.iter().filter(|leg| leg.ended.is_none());
    let agent = |role: &LegRole| match role {
        LegRole::Agent { agent, .. } => Some(agent.clone()),
        LegRole::Caller | LegRole::External { .. } | LegRole::Supervisor { .. } => None,
    };
    live.filter_map(|leg| agent(&leg.role)).collect()
}
