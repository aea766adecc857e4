//! One leg: what it is, how far it has come, what it hears.

use bell_types::{Codec, LegId, LegRole, Mono, OfferId, PromptName};

use crate::setup::Setup;
use crate::vocabulary::{AgentLine, Destination, Hear, PlayId};

/// One leg of a call.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) role: LegRole,
    pub(crate) state: LegState,
    /// How it is set up, if it is we who call.
    pub(crate) setup: Option<Box<Setup>>,
    /// The offer this leg rings for, until it is answered.
    pub(crate) offer: Option<OfferId>,
    pub(crate) hears: Hear,
    /// Whether its phone has put us on hold.
    pub(crate) held: bool,
    /// Whether its phone has asked for a transfer and waits for a word about it.
    pub(crate) refers: bool,
    /// Whether its agent was offered the call by the router, which counts it then.
    pub(crate) offered: bool,
    /// Whether whoever is there has talked with the caller.
    pub(crate) talked: bool,
    /// Whether it brings a phone back into its talk.
    pub(crate) returns: bool,
    /// What is being played, for the facts.
    pub(crate) playing: Option<Playing>,
    next_play: u32,
}

/// How far a leg has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LegState {
    /// Its media is being opened; then it is dialled, or the flow begins.
    Opening,
    /// It was called and has not answered; or it called and we have not answered.
    Ringing,
    /// It called and we have not answered, but it hears us already.
    HearsEarly,
    /// We answered and wait for the confirmation.
    Answering,
    /// A line of an agent was answered, and whoever did so has until then to take the call by a key.
    Confirming { codec: Codec, until: Mono },
    /// Both sides can speak.
    Up { codec: Codec },
}

/// A prompt that is being played to a leg, and those that follow.
#[derive(Clone, Debug)]
pub(crate) struct Playing {
    pub(crate) play: PlayId,
    pub(crate) prompt: PromptName,
    pub(crate) rest: Vec<PromptName>,
    pub(crate) manner: Manner,
}

/// How prompts are played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Whether a key ends them.
    pub(crate) barge_in: bool,
    /// Whether they are the notice that the call is recorded.
    pub(crate) notice: bool,
    pub(crate) why: PlayingFor,
}

/// Who asked for the prompts, and is told of their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlayingFor {
    /// The flow.
    Flow,
    /// The queue: its music comes next.
    Queue,
}

impl Leg {
    pub(crate) fn new(id: LegId, role: LegRole, setup: Option<Setup>) -> Self {
        Self {
            id,
            role,
            state: LegState::Opening,
            setup: setup.map(Box::new),
            offer: None,
            held: false,
            refers: false,
            offered: false,
            talked: false,
            returns: false,
            hears: Hear::Silence,
            playing: None,
            next_play: 0,
        }
    }

    /// When its way is given up for the next one, or it for want of a key.
    pub(crate) fn due(&self) -> Option<Mono> {
        match self.state {
            LegState::Confirming { until, .. } => Some(until),
            LegState::Opening
            | LegState::Ringing
            | LegState::HearsEarly
            | LegState::Answering
            | LegState::Up { .. } => self.setup.as_deref().and_then(Setup::due),
        }
    }

    /// Whether it was answered and waits for a key.
    pub(crate) fn confirms(&self) -> bool {
        matches!(self.state, LegState::Confirming { .. })
    }

    fn line(&self) -> Option<&AgentLine> {
        match self.setup.as_ref().map(|setup| &setup.to) {
            Some(Destination::Line(line)) => Some(line),
            Some(Destination::Endpoint { .. } | Destination::Trunk { .. }) | None => None,
        }
    }

    /// Whether it is a mobile or fixed line of an agent.
    pub(crate) fn is_line(&self) -> bool {
        self.line().is_some()
    }

    /// What asks whoever answers for a key.
    pub(crate) fn confirm(&self) -> Option<&PromptName> {
        self.line()?.confirm.as_ref()
    }

    pub(crate) fn is_up(&self) -> bool {
        matches!(self.state, LegState::Up { .. })
    }

    /// Whether it hears what we send: a caller does before he has been answered.
    pub(crate) fn hears_us(&self) -> bool {
        match self.state {
            LegState::Up { .. } => true,
            LegState::HearsEarly | LegState::Answering => self.role == LegRole::Caller,
            LegState::Opening | LegState::Ringing | LegState::Confirming { .. } => false,
        }
    }

    pub(crate) fn next_play(&mut self) -> PlayId {
        self.next_play += 1;
        PlayId(self.next_play)
    }
}
