//! The ways in which an agent calls (TEL-13, TEL-14): which of his phones rings first, and which is tried after another one
//! failed.

use bell_call::{Dialled, Outside, check_outside};
use bell_customer::{Code, NotAgain};
use bell_types::{AgentName, CallId, CallRefusal, Date, EndpointName, ModeName, Number};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::config::Snapshot;
use crate::node::Node;
use crate::vocabulary::{Refused, Ring};

/// A way in which calls are placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Which of the agent's phones rings first.
    pub rings: Rings,
    /// What people read, in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// What it is good for, in Chinese.
    pub hint_zh: Option<String>,
    /// And in English.
    pub hint_en: Option<String>,
    /// From which day on nobody calls by it any more. Its calls and its help stay (TEL-13).
    pub retired_at: Option<Date>,
    /// Where it is explained.
    pub help: Option<String>,
}

/// A kind of phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rings {
    /// The browser.
    Browser,
    /// A phone or a softphone that registers.
    Phone,
    /// A mobile or fixed line.
    Line,
}

/// An agent calls a customer, as he wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialBy {
    /// The agent, whose phone rings first.
    pub agent: AgentName,
    /// The customer's number, as it was typed.
    pub customer: String,
    /// The number of ours that is shown to him, as it was typed.
    pub shown: String,
    /// By which mode; none: that of his first phone.
    pub mode: Option<ModeName>,
    /// The failed call that this is another way of.
    pub again: Option<CallId>,
}

/// Why a call is not dialled by a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotDialled {
    /// No such mode.
    #[error("there is no calling mode of this name: choose one of the list")]
    ModeUnknown,
    /// It is retired.
    #[error("this calling mode is retired: choose another one")]
    ModeRetired,
    /// He has no phone for it.
    #[error("you have no phone for this calling mode: an administrator gives you one, or choose another mode")]
    ModeNotYours,
    /// The call before was not dialled by him of late, or by no mode.
    #[error("the call before is not known any more: dial anew")]
    AttemptUnknown,
    /// It was to another number.
    #[error("the call before was to another number: dial anew")]
    AttemptElsewhere,
    /// It goes on.
    #[error("the call before goes on: wait until it has ended")]
    AttemptRunning,
    /// Somebody answered.
    #[error("somebody was reached: dial anew")]
    AttemptReached,
    /// This mode has failed already.
    #[error("this calling mode was tried already: choose another one")]
    AttemptTried,
    /// As many calls as an attempt may have.
    #[error("this contact was called as often as one attempt may: try again later")]
    AttemptTooMany,
    /// The first call is too long ago.
    #[error("the first call is too long ago: dial anew")]
    AttemptTooLate,
}

impl NotDialled {
    /// As programs know it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ModeUnknown => "mode_unknown",
            Self::ModeRetired => "mode_retired",
            Self::ModeNotYours => "mode_not_yours",
            Self::AttemptUnknown => "attempt_unknown",
            Self::AttemptElsewhere => "attempt_elsewhere",
            Self::AttemptRunning => "attempt_running",
            Self::AttemptReached => "attempt_reached",
            Self::AttemptTried => "attempt_tried",
            Self::AttemptTooMany => "attempt_too_many",
            Self::AttemptTooLate => "attempt_too_late",
        }
    }
}

impl From<NotAgain> for NotDialled {
    fn from(why: NotAgain) -> Self {
        match why {
            NotAgain::Running => Self::AttemptRunning,
            NotAgain::Reached => Self::AttemptReached,
            NotAgain::Tried(_) => Self::AttemptTried,
            NotAgain::NotPermitted(_) => Self::ModeNotYours,
            NotAgain::TooMany(_) => Self::AttemptTooMany,
            NotAgain::TooLate => Self::AttemptTooLate,
        }
    }
}

impl Snapshot {
    /// What kind of phone an endpoint is.
    pub fn rings(&self, endpoint: &EndpointName) -> Rings {
        if self.browsers.contains(endpoint) {
            Rings::Browser
        } else if self.lines.contains_key(endpoint) {
            Rings::Line
        } else {
            Rings::Phone
        }
    }

    /// The modes an agent may call by on this day: those for which he has a phone, that of his first phone first.
    pub fn modes_of(&self, agent: &AgentName, today: Date) -> Vec<&ModeName> {
        let config = self.acd.agents.iter().find(|config| config.name == *agent);
        let phones: Vec<Rings> =
            config.into_iter().flat_map(|config| &config.endpoints).map(|phone| self.rings(phone)).collect();
        let place = |mode: &Mode| phones.iter().position(|rings| *rings == mode.rings);
        let open = self.agent_rules.modes.iter().filter(|(_, mode)| !mode.is_retired(today));
        let mut modes: Vec<_> = open.filter_map(|(name, mode)| Some((place(mode)?, name))).collect();
        modes.sort();
        modes.into_iter().map(|(_, name)| name).collect()
    }
}

impl Mode {
    /// Whether nobody calls by it any more on this day.
    pub fn is_retired(&self, today: Date) -> bool {
        self.retired_at.is_some_and(|day| day <= today)
    }
}

impl Node {
    /// An agent calls a customer by a mode, for the first time or another way after one that failed.
    pub(crate) fn dial_by(&mut self, dial: &DialBy) -> Result<(), Refused> {
        let mode = self.mode(dial).map_err(Refused::NotDialled)?;
        let call = self.calls.mint(self.now());
        let before = mode.as_ref().zip(dial.again);
        let again = before.map(|(mode, before)| self.again(dial, before, mode)).transpose()?;
        let rings = mode.as_ref().and_then(|mode| self.snapshot.agent_rules.modes.get(mode)).map(|mode| mode.rings);
        let ring = Ring::Agent(dial.agent.clone());
        let (context, mut placement) =
            self.placement(&dial.customer, &dial.shown, ring, rings).map_err(Refused::Call)?;
        placement.dialled = mode.map(|mode| Dialled { mode, again });
        self.begin(call, context, placement)
    }

    /// By which mode; none where none is configured.
    fn mode(&self, dial: &DialBy) -> Result<Option<ModeName>, NotDialled> {
        let today = self.snapshot.zone.local(self.now().wall).date;
        let modes = self.snapshot.modes_of(&dial.agent, today);
        let Some(wanted) = &dial.mode else {
            let usual = modes.first().map(|mode| (*mode).clone());
            return if dial.again.is_some() && usual.is_none() { Err(NotDialled::AttemptUnknown) } else { Ok(usual) };
        };
        match self.snapshot.agent_rules.modes.get(wanted) {
            None => Err(NotDialled::ModeUnknown),
            Some(mode) if mode.is_retired(today) => Err(NotDialled::ModeRetired),
            Some(_) if !modes.contains(&wanted) => Err(NotDialled::ModeNotYours),
            Some(_) => Ok(Some(wanted.clone())),
        }
    }

    /// The first call of the attempt that goes on by this mode after the call before.
    fn again(&self, dial: &DialBy, before: CallId, mode: &ModeName) -> Result<CallId, Refused> {
        let number = self.customer(&dial.customer).map_err(Refused::Call)?;
        self.another_way(dial, before, &number, mode).map_err(Refused::NotDialled)
    }

    fn another_way(
        &self,
        dial: &DialBy,
        before: CallId,
        number: &Number,
        mode: &ModeName,
    ) -> Result<CallId, NotDialled> {
        let known = self.attempts.find(before).filter(|(_, open)| open.agent == dial.agent);
        let (first, open) = known.ok_or(NotDialled::AttemptUnknown)?;
        if open.number != *number {
            return Err(NotDialled::AttemptElsewhere);
        }
        let now = self.now().wall;
        let code = |mode: &ModeName| Code::parse(mode.as_str()).ok();
        let today = self.snapshot.zone.local(now).date;
        let permitted: Vec<Code> = self.snapshot.modes_of(&dial.agent, today).into_iter().filter_map(code).collect();
        let mode = code(mode).ok_or(NotDialled::ModeUnknown)?;
        open.attempt.check(now, &mode, &permitted, self.snapshot.agent_rules.attempts)?;
        Ok(first)
    }

    /// A customer's number, whole.
    pub(crate) fn customer(&self, typed: &str) -> Result<Number, CallRefusal> {
        check_outside(&Outside {
            typed,
            plan: &self.snapshot.plan,
            may: bell_call::MayTransfer::Anywhere,
            allowed: &[],
            trunks: (self.snapshot.outbound.len(), self.trunks_up().count()),
        })
    }
}
