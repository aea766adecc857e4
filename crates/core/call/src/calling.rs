//! Calling somebody into a call, by one route after the other.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{Cause, LegId, LegRole, Mono, What};

use crate::call::{Call, Turn};
use crate::setup::Setup;
use crate::vocabulary::{AgentLine, Destination};

/// A party that is being called.
#[derive(Clone, Debug)]
pub(crate) struct Calling {
    /// The leg that is to answer.
    pub(crate) target: LegId,
    /// Whether it sends sound before the answer.
    pub(crate) early_media: bool,
    /// Other ways to the same party, the next one first.
    rest: VecDeque<Destination>,
    began: Mono,
    ring_timeout: Duration,
    /// When it has rung long enough.
    deadline: Mono,
    /// When the next way is tried if this one has shown no life.
    route_until: Option<Mono>,
}

impl Calling {
    /// When something is due.
    pub(crate) fn due(&self) -> Mono {
        self.route_until.map_or(self.deadline, |until| until.min(self.deadline))
    }

    /// Why it is given up now: the way is dead, or nobody answers.
    pub(crate) fn verdict(&self, now: Mono) -> Cause {
        if self.deadline <= now { Cause::NoAnswer } else { Cause::Timeout }
    }

    pub(crate) fn rang(&mut self, early_media: bool) {
        self.early_media = early_media;
        self.route_until = None;
    }

    /// Its leg was answered and waits for a key until then: what it let hear is not meant for whoever waits.
    pub(crate) const fn confirms(&mut self, until: Mono) {
        self.early_media = false;
        self.route_until = None;
        self.deadline = until;
    }

    /// Its leg is called by another way: what the last one let hear is over.
    pub(crate) fn anew(&mut self, setup: &Setup, turn: &Turn<'_>) {
        self.early_media = false;
        self.route_until = (!self.rest.is_empty()).then(|| turn.now.mono + turn.config.route_timeout);
        self.deadline = setup.rings_until(turn, self.ring_timeout);
    }
}

/// Whether a set-up failed for a reason that lies with the way and not with who was called.
pub(crate) const fn is_of_the_route(cause: Cause) -> bool {
    match cause {
        Cause::Timeout
        | Cause::PeerFailed
        | Cause::Overloaded
        | Cause::Unreachable
        | Cause::TransportLost
        | Cause::ProtocolError
        | Cause::TrunkDown
        | Cause::TrunkFull => true,
        Cause::HungUp
        | Cause::FlowEnded
        | Cause::Moved
        | Cause::Cancelled
        | Cause::AnsweredElsewhere
        | Cause::Released
        | Cause::Busy
        | Cause::NoAnswer
        | Cause::Declined
        | Cause::NumberUnknown
        | Cause::NumberIncomplete
        | Cause::Forbidden
        | Cause::Blocked
        | Cause::QueueFull
        | Cause::QueueTimeout
        | Cause::NoAgent
        | Cause::NoCommonCodec
        | Cause::NotEncrypted
        | Cause::MediaTimeout
        | Cause::MediaFailed
        | Cause::NotAcknowledged
        | Cause::SessionExpired
        | Cause::NoRoute
        | Cause::PromptBroken
        | Cause::FlowFailed
        | Cause::DiskFull
        | Cause::ShuttingDown
        | Cause::NodeFailed
        | Cause::Internal
        | Cause::NotConfirmed => false,
    }
}

/// What a failed transfer is about: where to look first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureClass {
    /// The number: wrong, incomplete or not in service.
    Number,
    /// A right: ours or the carrier's.
    Permission,
    /// Who was called: busy, absent, unwilling.
    Target,
    /// The way there: trunks, network, carriers.
    Route,
    /// The audio.
    Media,
    /// Ourselves: limits and defects.
    Ours,
    /// Nothing failed: somebody ended it.
    Ended,
}

impl FailureClass {
    /// One English word. Screens translate by it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Permission => "permission",
            Self::Target => "target",
            Self::Route => "route",
            Self::Media => "audio",
            Self::Ours => "this server",
            Self::Ended => "ended",
        }
    }
}

/// The class of a failed transfer (DIA-11).
pub const fn failure_class(cause: Cause) -> FailureClass {
    match cause {
        Cause::NumberUnknown | Cause::NumberIncomplete => FailureClass::Number,
        Cause::Forbidden | Cause::Blocked => FailureClass::Permission,
        Cause::Busy
        | Cause::NoAnswer
        | Cause::Declined
        | Cause::Unreachable
        | Cause::QueueFull
        | Cause::QueueTimeout
        | Cause::NoAgent
        | Cause::NotConfirmed => FailureClass::Target,
        Cause::Timeout
        | Cause::PeerFailed
        | Cause::TransportLost
        | Cause::ProtocolError
        | Cause::NotAcknowledged
        | Cause::SessionExpired
        | Cause::TrunkDown
        | Cause::TrunkFull
        | Cause::NoRoute => FailureClass::Route,
        Cause::NoCommonCodec | Cause::NotEncrypted | Cause::MediaTimeout | Cause::MediaFailed | Cause::PromptBroken => {
            FailureClass::Media
        }
        Cause::Overloaded
        | Cause::FlowFailed
        | Cause::DiskFull
        | Cause::ShuttingDown
        | Cause::NodeFailed
        | Cause::Internal => FailureClass::Ours,
        Cause::HungUp
        | Cause::FlowEnded
        | Cause::Moved
        | Cause::Cancelled
        | Cause::AnsweredElsewhere
        | Cause::Released => FailureClass::Ended,
    }
}

/// What whoever is reached this way is in the call.
pub(crate) fn role(to: &Destination) -> LegRole {
    match to {
        Destination::Endpoint { endpoint, agent } | Destination::Line(AgentLine { endpoint, agent, .. }) => {
            LegRole::Agent { agent: agent.clone(), endpoint: endpoint.clone() }
        }
        Destination::Trunk { trunk, number } => LegRole::External { number: number.clone(), trunk: trunk.clone() },
    }
}

impl Call {
    /// Calls a party by the first of these ways.
    pub(crate) fn call_party(
        &mut self,
        routes: Vec<Destination>,
        ring_timeout: Duration,
        turn: &mut Turn<'_>,
    ) -> Result<Calling, Cause> {
        let mut rest = VecDeque::from(routes);
        let to = rest.pop_front().ok_or(Cause::NoRoute)?;
        Ok(self.call_first(to, rest, ring_timeout, turn))
    }

    /// Calls a party this way, and else by the rest.
    pub(crate) fn call_first(
        &mut self,
        to: Destination,
        rest: VecDeque<Destination>,
        ring_timeout: Duration,
        turn: &mut Turn<'_>,
    ) -> Calling {
        let now = turn.now.mono;
        let target = self.dial(role(&to), to, turn);
        let route_until = (!rest.is_empty()).then(|| now + turn.config.route_timeout);
        let deadline = now + ring_timeout;
        Calling { target, early_media: false, rest, began: now, ring_timeout, deadline, route_until }
    }

    /// The leg of a party that was called has ended: the next way is tried if the way was to blame and there is time.
    pub(crate) fn try_next(&mut self, calling: Calling, failed: Cause, turn: &mut Turn<'_>) -> Result<Calling, Cause> {
        let now = turn.now.mono;
        let last = calling.began + turn.config.setup_max;
        let Calling { target, mut rest, began, ring_timeout, .. } = calling;
        // Another phone of the agent, where a voicemail took the call at the last one.
        let may = is_of_the_route(failed) || failed == Cause::NotConfirmed;
        if !may || now >= last || !self.has_room(turn.config) {
            return Err(failed);
        }
        let to = rest.pop_front().ok_or(failed)?;
        if let Destination::Trunk { trunk, .. } = &to {
            turn.fact(What::RouteChanged { leg: target, failed, next: trunk.clone() });
        }
        let target = self.dial(role(&to), to, turn);
        let route_until = (!rest.is_empty()).then(|| now + turn.config.route_timeout);
        let deadline = (now + ring_timeout).min(last);
        Ok(Calling { target, early_media: false, rest, began, ring_timeout, deadline, route_until })
    }
}
