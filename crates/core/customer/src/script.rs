//! Lines to say, by the phase a call is in.

use std::collections::BTreeMap;

use crate::code::{Code, Said};
use crate::greeting::{Greetings, Reason};

/// A phase of a call that has lines of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The agent answers.
    Opening,
    /// The caller is one who matters most.
    Vip,
    /// The caller has a complaint.
    Complaint,
    /// Somebody else has talked with him already.
    Transferred,
    /// The matter is settled.
    Closing,
}

impl Phase {
    /// All of them, in the order of a call.
    pub const ALL: [Self; 5] = [Self::Opening, Self::Vip, Self::Complaint, Self::Transferred, Self::Closing];

    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Vip => "vip",
            Self::Complaint => "complaint",
            Self::Transferred => "transferred",
            Self::Closing => "closing",
        }
    }

    /// The phase of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.code() == code)
    }

    /// For which reason its first line is a greeting; none: it greets nobody in particular.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Vip => Some(Reason::Vip),
            Self::Complaint => Some(Reason::Complaint),
            Self::Transferred => Some(Reason::Transferred),
            Self::Opening | Self::Closing => None,
        }
    }
}

/// The lines of a queue: for everybody, and for classes of customers that have their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    lines: BTreeMap<(Phase, Option<Code>), Said>,
}

impl Script {
    /// Sets the lines of a phase, for one class or for all that have none of their own.
    pub fn set(&mut self, phase: Phase, class: Option<Code>, said: Said) {
        self.lines.insert((phase, class), said);
    }

    /// The lines of each phase for a customer of this class.
    pub fn lines(&self, class: Option<&Code>) -> impl Iterator<Item = (Phase, &Said)> {
        Phase::ALL.into_iter().filter_map(move |phase| {
            let own = class.and_then(|class| self.lines.get(&(phase, Some(class.clone()))));
            own.or_else(|| self.lines.get(&(phase, None))).map(|said| (phase, said))
        })
    }

    /// The greetings in it: the first line for each reason.
    pub fn greetings(&self) -> Greetings {
        let mut greetings = Greetings::default();
        for ((phase, class), said) in &self.lines {
            if let Some(reason) = phase.reason() {
                greetings.set(reason, class.clone(), Said::new(first(&said.zh), first(&said.en)));
            }
        }
        greetings
    }
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
