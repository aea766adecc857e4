//! A matter that is not resolved yet, who looks after it, and until when the customer hears of it.

use std::time::Duration;

use bell_types::{AgentName, Wall};
use thiserror::Error;

use crate::promise::{Promise, PromiseError, Stage};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// It may wait.
    Low,
    /// As most.
    Normal,
    /// It goes first.
    High,
    /// It goes before everything.
    Urgent,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TicketState {
    /// Somebody waits for an answer.
    Open,
    /// It is resolved.
    Done,
    /// It need not be resolved any more.
    Cancelled,
}

/// What is decided about a ticket; its words are kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// How it stands.
    pub state: TicketState,
    /// Until when the customer hears of it.
    pub promise: Promise,
    /// Who looks after it; none: nobody yet.
    pub agent: Option<AgentName>,
}

/// What is to change, or has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketChange {
    /// How it stands from now on.
    pub state: Option<TicketState>,
    /// What was done or learned.
    pub text: Option<String>,
    /// Another time is promised.
    pub promised_at: Option<Wall>,
    /// Somebody else looks after it.
    pub agent: Option<AgentName>,
}

/// Why a ticket is not changed. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotChanged {
    /// The change is none.
    #[error("nothing is changed")]
    Nothing,
    /// It is closed: it takes words, and can be opened again.
    #[error("the ticket is closed: open it again first")]
    Closed,
    /// It is opened again after the promised time, and needs another.
    #[error("a ticket that is opened again after its time needs another promise")]
    PromiseMissing,
    /// The new promise is none.
    #[error(transparent)]
    Promise(#[from] PromiseError),
}

impl Priority {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.code() == code)
    }
}

impl TicketState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Cancelled];

    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl Ticket {
    /// How its promise stands; none once nobody waits for it any more.
    pub fn stage(&self, now: Wall, near_permille: u32) -> Option<Stage> {
        (self.state == TicketState::Open).then(|| self.promise.stage(now, near_permille))
    }

    /// Of which stage of its promise somebody is to be told now, if he was told of it up to `told`.
    pub fn tells(&self, now: Wall, near_permille: u32, told: Stage) -> Option<Stage> {
        let is_open = self.state == TicketState::Open;
        self.promise.tells(now, near_permille, told).filter(|_| is_open)
    }

    /// Changes it, and says what is another value now: what was so already is left out.
    ///
    /// # Errors
    /// Why not; nothing has changed then.
    pub fn change(&mut self, now: Wall, wanted: TicketChange, ahead_max: Duration) -> Result<TicketChange, NotChanged> {
        let state = wanted.state.filter(|state| *state != self.state);
        let promised_at = wanted.promised_at.filter(|at| *at != self.promise.until());
        let agent = wanted.agent.filter(|agent| self.agent.as_ref() != Some(agent));
        let changed = TicketChange { state, text: wanted.text, promised_at, agent };
        if changed == TicketChange::default() {
            return Err(NotChanged::Nothing);
        }
        let is_closed = self.state != TicketState::Open;
        let stays_closed = is_closed && changed.state != Some(TicketState::Open);
        if stays_closed && (changed.promised_at.is_some() || changed.agent.is_some() || changed.state.is_some()) {
            return Err(NotChanged::Closed);
        }
        let promise = match changed.promised_at {
            Some(until) => Promise::new(now, until, ahead_max)?,
            None if is_closed && !stays_closed && self.promise.until() <= now => {
                return Err(NotChanged::PromiseMissing);
            }
            None => self.promise,
        };
        self.promise = promise;
        self.state = changed.state.unwrap_or(self.state);
        self.agent = changed.agent.clone().or_else(|| self.agent.take());
        Ok(changed)
    }
}
