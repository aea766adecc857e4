//! A desk for tests: a clock that is moved by hand, and short words for what is done with the lists.

use std::time::Duration;

use bell_callers::{Callers, Change, Config, Group, Output, Refused, Which};
use bell_types::{
    ActorName, CallId, Caller, EntryEnd, EntryId, EntrySource, Fact, FlowName, ListName, Now, Number, NumberPlan,
    Pattern, Reception, Seq, Service, Term, Terms, Treatment, Wall, What,
};

/// The lists, the clock, and what happened.
pub(crate) struct Desk {
    pub(crate) callers: Callers,
    pub(crate) now: Now,
    /// Everything that has happened.
    pub(crate) facts: Vec<Fact>,
    /// What has happened since the last look.
    lines: Vec<String>,
    calls: u64,
}

pub(crate) fn list(name: &str) -> ListName {
    ListName::new(name).expect("a name")
}

pub(crate) fn actor(name: &str) -> ActorName {
    ActorName::new(name).expect("a name")
}

pub(crate) fn number(text: &str) -> Number {
    Number::parse(text, &NumberPlan::china(Some("571"))).expect("a number")
}

pub(crate) fn pattern(text: &str) -> Pattern {
    Pattern::parse(text, &NumberPlan::china(Some("571"))).expect("a number")
}

pub(crate) fn terms(by: &str, reason: &str) -> Terms {
    Terms {
        owner: actor(by),
        by: Some(actor(by)),
        reason: reason.to_owned(),
        source: EntrySource::Manual,
        service: Service::default(),
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(Config::for_tests())
    }

    pub(crate) fn with(config: Config) -> Self {
        let mut callers = Callers::new(config);
        callers.loaded(&[], EntryId(1));
        let wall = Wall::from_micros(1_793_003_400_000_000);
        let now = Now { wall, ..Now::default() };
        Self { callers, now, facts: Vec::new(), lines: Vec::new(), calls: 0 }
    }

    pub(crate) fn after(&mut self, delay: Duration) {
        self.now = self.now.after(delay);
    }

    /// One thing as a number of `list`, for so long.
    pub(crate) fn add(&mut self, by: &str, on: &str, text: &str, term: Term) -> Result<(), Refused> {
        let group = Group { terms: terms(by, "test"), entries: vec![(pattern(text), term)] };
        self.change(by, &Change::Add { list: list(on), groups: vec![group] })
    }

    pub(crate) fn approve(&mut self, by: &str, on: &str, which: Which) -> Result<(), Refused> {
        self.change(by, &Change::Approve { list: list(on), which })
    }

    pub(crate) fn remove(&mut self, by: &str, on: &str, text: &str) -> Result<(), Refused> {
        self.change(by, &Change::Remove { list: list(on), patterns: vec![pattern(text)] })
    }

    pub(crate) fn undo(&mut self, by: &str, on: &str, text: &str) -> Result<(), Refused> {
        self.change(by, &Change::Undo { list: list(on), pattern: pattern(text) })
    }

    pub(crate) fn change(&mut self, by: &str, change: &Change) -> Result<(), Refused> {
        self.callers.change(self.now, &actor(by), change)
    }

    /// Somebody calls.
    pub(crate) fn call(&mut self, from: &str) -> Reception {
        self.calls += 1;
        let call = CallId::from_u64(self.calls);
        let reception = self.callers.receive(self.now, call, Some(&number(from)));
        self.take();
        self.fact(What::CallArrived {
            call,
            caller: Caller { number: Some(number(from)), name: None },
            called: number("4001234567"),
            trunk: None,
            flow: FlowName::new("welcome").expect("a name"),
            flow_version: 1,
        });
        self.fact(What::CallReceived { call, reception: reception.clone() });
        reception
    }

    fn fact(&mut self, what: What) {
        let seq = Seq(self.facts.len() as u64 + 1);
        self.facts.push(Fact { seq, now: self.now, what });
    }

    fn take(&mut self) {
        while let Some(Output::Fact(what)) = self.callers.poll_output() {
            self.lines.push(line(&what));
            self.fact(what);
        }
    }

    /// What would be done with a caller: `usual`, `blocked by blocked 1`, `favoured by friends 2`.
    pub(crate) fn treated(&self, from: &str) -> String {
        told(&self.callers.decide(self.now.wall, Some(&number(from))))
    }

    /// What happened since the last look: `+blocked 1 active`, `-blocked 1 expired`.
    pub(crate) fn happened(&mut self) -> Vec<String> {
        self.take();
        std::mem::take(&mut self.lines)
    }

    /// Ticks as long as something is due.
    pub(crate) fn tick(&mut self) {
        while self.callers.poll_timeout(self.now).is_some_and(|at| at <= self.now.mono) {
            self.callers.tick(self.now);
        }
    }
}

pub(crate) fn told(reception: &Reception) -> String {
    match &reception.treatment {
        Treatment::Usual => "usual".to_owned(),
        Treatment::Blocked { list, entry, .. } => format!("blocked by {list} {entry}"),
        Treatment::Favoured { list, entry, .. } => format!("favoured by {list} {entry}"),
    }
}

fn line(what: &What) -> String {
    match what {
        What::ListEntriesAdded { list, terms, entries } => {
            let entries: Vec<String> =
                entries.iter().map(|entry| format!("{} {:?}", entry.entry, entry.state).to_lowercase()).collect();
            let source = match &terms.source {
                EntrySource::Manual => String::new(),
                EntrySource::Import(file) => format!(" from {file}"),
                EntrySource::Auto(calls) => format!(" for {} calls", calls.len()),
            };
            format!("+{list} {}{source}", entries.join(", "))
        }
        What::ListEntriesApproved { list, by, entries } => format!("={list} {} by {by}", ids(entries)),
        What::ListEntriesEnded { list, by, how, entries } => {
            let by = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            let how = match how {
                EntryEnd::Expired => "expired",
                EntryEnd::Removed => "removed",
                EntryEnd::Undone => "undone",
                EntryEnd::Replaced => "replaced",
            };
            format!("-{list} {} {how}{by}", ids(entries))
        }
        other => panic!("the lists say nothing of {other:?}"),
    }
}

fn ids(entries: &[EntryId]) -> String {
    entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
