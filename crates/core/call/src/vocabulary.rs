//! Everything that can happen to a call, and everything a call can want.

use std::collections::VecDeque;
use std::time::Duration;

use bell_types::{
    AgentName, CallId, Caller, Cause, Codec, Digit, DigitVia, Ending, EndpointName, FlowName, LegId, LegRole, Mono,
    Number, OfferId, OfferOutcome, Party, PromptEnd, PromptName, QueueExit, QueueName, TrunkName, What,
};

use crate::leg::Leg;

/// A call at the door: what is known before it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who calls.
    pub caller: Caller,
    /// What was called.
    pub called: Number,
    /// The trunk it came in by; none from an endpoint of ours.
    pub trunk: Option<TrunkName>,
    /// The flow that greets it.
    pub flow: FlowName,
    /// The flow's version, which the call keeps.
    pub flow_version: u32,
    /// Whether it is recorded from answer to hang-up.
    pub recorded: bool,
    /// What the caller hears while a phone rings for him, if the called number has a sound of its own (TEL-21).
    pub ringback: Option<PromptName>,
}

/// Everything that can happen to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Something happened to a leg.
    Leg(LegId, LegInput),
    /// The call's flow wants something.
    Flow(CallId, FlowInput),
    /// The router wants something.
    Acd(CallId, AcdInput),
    /// A phone of ours has registered.
    PhoneUp(EndpointName),
    /// A call that we place is not wanted any more: it ends if it still looks for an agent.
    GiveUp(CallId),
    /// A deadline may have passed.
    Tick,
}

/// What happened to a leg.
#[derive(Clone, Debug, PartialEq)]
pub enum LegInput {
    /// Its media is open.
    MediaReady,
    /// Its media could not be opened, or broke.
    MediaFailed,
    /// No packet came for so long that the other side must be gone.
    MediaTimedOut,
    /// The phone rings, or sends sound before the answer.
    Ringing {
        /// Whether it sends sound.
        early_media: bool,
    },
    /// The leg is up: the phone we dialled answered, or the caller confirmed our answer.
    Answered {
        /// The codec that was agreed.
        codec: Codec,
    },
    /// The other side ended the leg, or could not be reached.
    Ended {
        /// Our cause.
        cause: Cause,
        /// The SIP status, if a response said so.
        sip_status: Option<u16>,
        /// The Q.850 cause, if one was given.
        q850: Option<u8>,
    },
    /// The other side put us on hold.
    Held,
    /// The other side took us off hold.
    Resumed,
    /// A key was pressed.
    Digit {
        /// The key.
        digit: Digit,
        /// For how long.
        held: Duration,
        /// How it reached us.
        via: DigitVia,
    },
    /// A playing ended.
    PlayEnded {
        /// Which.
        play: PlayId,
        /// How.
        how: PromptEnd,
    },
    /// The phone asks to transfer its call partner to this number.
    TransferAsked {
        /// What was asked for, for the facts.
        target: String,
        /// How it is reached; none, with the reason, if it cannot be.
        goal: Result<Goal, Cause>,
    },
}

/// What a call's flow wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowInput {
    /// Answer the caller.
    Answer,
    /// Play prompts, one after the other.
    Play {
        /// The prompts.
        prompts: Vec<PromptName>,
        /// Whether a key ends them.
        barge_in: bool,
        /// Whether they are the notice that the call is recorded.
        notice: bool,
    },
    /// Break off what is playing.
    StopPlaying,
    /// Wait in a queue.
    Enqueue {
        /// The queue.
        queue: QueueName,
        /// Higher goes first.
        priority: u8,
        /// What the caller hears while he waits.
        music: Option<PromptName>,
        /// What becomes of him when the agent hangs up first.
        after_agent: AfterAgent,
    },
    /// Let the caller hear that he may speak: a message begins.
    Beep,
    /// Ask the caller for a score: a fact to note, with the agent who served him.
    SurveyBegan {
        /// What is asked.
        question: String,
    },
    /// The caller gave a score.
    Scored {
        /// What was asked.
        question: String,
        /// The score.
        score: u8,
        /// The best that could have been given.
        best: u8,
    },
    /// Transfer to somebody outside.
    Transfer {
        /// The number, for the facts.
        target: Number,
        /// How it is reached, the first way first; none, with the reason, if it cannot be.
        routes: Result<Vec<Destination>, Cause>,
        /// How long it may ring.
        ring_timeout: Duration,
    },
    /// Leave the queue; the flow goes on.
    LeaveQueue,
    /// End the call.
    HangUp(Cause),
}

/// What becomes of a caller when the agent who served him hangs up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterAgent {
    /// His call ends.
    Ends,
    /// He goes on in his flow: a survey.
    GoesOn,
}

/// What the router wants of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcdInput {
    /// Ring this agent for it.
    Offer {
        /// The offer.
        offer: OfferId,
        /// His phone or line.
        to: Destination,
    },
    /// Take the offer back.
    WithdrawOffer {
        /// The offer.
        offer: OfferId,
        /// Why: as the agent's phone is told.
        cause: Cause,
    },
    /// Tell the caller something, then go on with the music.
    Announce(Vec<PromptName>),
    /// The call left the queue without an agent; its flow goes on.
    LeftQueue(QueueExit),
    /// The call waits in another queue now.
    Moved {
        /// The queue.
        queue: QueueName,
        /// What is heard there; what rings for the number if nothing is named.
        music: Option<PromptName>,
    },
}

/// Everything a call can want.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Do something with a leg.
    Leg(LegId, LegOutput),
    /// Tell the call's flow.
    Flow(CallId, FlowOutput),
    /// Tell the router.
    Acd(CallId, AcdOutput),
    /// Something happened that stands in the record.
    Fact(What),
    /// A call waits for this phone: say `PhoneUp` if it is registered now.
    Await(EndpointName),
}

/// What to do with a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegOutput {
    /// Open its media; answered by `MediaReady` or `MediaFailed`.
    OpenMedia,
    /// Call somebody. A second time: let the way that was tried go, and call by this one.
    Dial {
        /// Whom.
        to: Destination,
        /// Who is shown as the caller.
        caller: Caller,
    },
    /// Call a phone back into the talk that it was lost from. It is to answer by itself: its agent talks already.
    Redial {
        /// Whom.
        to: Destination,
        /// Who is shown as the caller.
        caller: Caller,
    },
    /// Let the caller hear before the answer what he is to hear. Once at most.
    Progress,
    /// Answer.
    Answer,
    /// Begin the call's recording with what this leg says and hears.
    Record,
    /// Let it hear this from now on.
    Hear(Hear),
    /// End it, whatever state it is in, and close its media.
    End(Cause),
    /// Tell the phone that asked for a transfer how it went; none: the target answered.
    TransferEnded(Option<Cause>),
    /// Every leg is closed: complete the recording. The last word about a recorded call.
    Seal,
}

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// An endpoint of ours.
    Endpoint {
        /// Which.
        endpoint: EndpointName,
        /// Whose it is.
        agent: AgentName,
    },
    /// A number outside, by a trunk.
    Trunk {
        /// The trunk.
        trunk: TrunkName,
        /// The number.
        number: Number,
    },
    /// A mobile or fixed line of an agent, by a trunk (TEL-05).
    Line(AgentLine),
}

/// A mobile or fixed line of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLine {
    /// Which of the agent's endpoints it is.
    pub endpoint: EndpointName,
    /// Whose it is.
    pub agent: AgentName,
    /// Its number.
    pub number: Number,
    /// The trunk it is called by.
    pub trunk: TrunkName,
    /// Other trunks, the next one first: tried if the set-up fails for a reason that lies with the way.
    pub others: Vec<TrunkName>,
    /// Whose number it shows.
    pub shown: Shown,
    /// What asks whoever answers to take the call by the key 1; none: whoever answers has it.
    pub confirm: Option<PromptName>,
}

/// Whose number an agent's line shows as the caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The caller's own.
    Caller,
    /// The number of ours that was called.
    Called,
    /// This one of ours.
    Number(Number),
}

impl Destination {
    /// The agent it leads to, and where he is reached.
    pub(crate) fn agent(&self) -> Option<(&AgentName, &EndpointName)> {
        match self {
            Self::Endpoint { endpoint, agent } | Self::Line(AgentLine { endpoint, agent, .. }) => {
                Some((agent, endpoint))
            }
            Self::Trunk { .. } => None,
        }
    }

    /// What is dialled to reach it, and other ways to the same party.
    pub(crate) fn ways(&self) -> (Self, VecDeque<Self>) {
        let Self::Line(line) = self else { return (self.clone(), VecDeque::new()) };
        let by = |trunk: &TrunkName| Self::Trunk { trunk: trunk.clone(), number: line.number.clone() };
        (by(&line.trunk), line.others.iter().map(by).collect())
    }
}

/// Where a caller is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To somebody who is called, by the first of these ways that works.
    Party(Vec<Destination>),
    /// Into a queue.
    Queue {
        /// The queue.
        queue: QueueName,
        /// What he hears while he waits.
        music: Option<PromptName>,
    },
    /// Into a flow.
    Flow(FlowName),
    /// To the partner of this leg of the same call (RFC 3891): an attended transfer.
    Partner(LegId),
}

/// The id of one playing, unique within its leg.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayId(pub u32);

/// What a leg hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hear {
    /// Nothing.
    Silence,
    /// Ring-back tone.
    Ringback,
    /// A short tone once, then nothing: speak now.
    Beep,
    /// A prompt, once.
    Prompt {
        /// The id that comes back when it ends.
        play: PlayId,
        /// The prompt.
        prompt: PromptName,
        /// Whether a key ends it.
        barge_in: bool,
    },
    /// Music, until something else is to be heard.
    Music(PromptName),
    /// Another leg of the call.
    Leg(LegId),
    /// Several legs of the call.
    Mix(Vec<LegId>),
    /// These legs, and again and again a soft tone: somebody else listens (REC-18).
    Supervised {
        /// The legs.
        legs: Vec<LegId>,
        /// From the beginning of one tone to that of the next.
        every: Duration,
    },
}

impl Hear {
    /// These legs, and nobody else.
    pub(crate) fn legs(legs: &[LegId]) -> Self {
        match legs {
            [] => Self::Silence,
            [leg] => Self::Leg(*leg),
            legs => Self::Mix(legs.to_vec()),
        }
    }

    /// The same with the tone of supervision. Where nobody is heard, there is nothing to listen to.
    pub(crate) fn supervised(self, every: Duration) -> Self {
        match self {
            Self::Leg(leg) => Self::Supervised { legs: vec![leg], every },
            Self::Mix(legs) => Self::Supervised { legs, every },
            Self::Silence
            | Self::Ringback
            | Self::Beep
            | Self::Prompt { .. }
            | Self::Music(_)
            | Self::Supervised { .. } => self,
        }
    }
}

/// What a flow is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowOutput {
    /// The caller's media is open: the flow begins.
    Start,
    /// The caller is on the line.
    Answered,
    /// What it played ended.
    PlayEnded(PromptEnd),
    /// The caller pressed a key.
    Digit(Digit),
    /// The call left the queue without an agent.
    LeftQueue(QueueExit),
    /// The agent hung up, and the caller goes on.
    AgentLeft,
    /// The transfer it asked for failed.
    TransferFailed(Cause),
    /// The caller comes into this flow, from its beginning.
    Enter(FlowName),
    /// The call is over.
    Ended,
}

/// What the router is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcdOutput {
    /// The flow puts the call into a queue.
    Enqueue {
        /// The queue.
        queue: QueueName,
        /// Higher goes first.
        priority: u8,
    },
    /// A call that we place waits for an agent; who is to be called has waited since then (INB-30).
    EnqueueSince {
        /// The queue.
        queue: QueueName,
        /// Higher goes first.
        priority: u8,
        /// Since when he has waited.
        since: Mono,
    },
    /// The agent's phone rings.
    OfferRinging(OfferId),
    /// The agent's line was answered, and whoever did so has so long to take the call by the key.
    OfferConfirming(OfferId, Duration),
    /// An offer ended on our side.
    OfferEnded(OfferId, OfferOutcome),
    /// The call leaves the queue: the caller hung up, or it was ended from outside.
    Withdraw(QueueExit),
    /// The agent answered a call that the router did not offer him: a transfer.
    Took(AgentName),
    /// The agent is rid of a call that the router offered him; his wrap-up begins.
    Released(AgentName),
    /// The customer of a call that we place answered.
    CustomerReached,
    /// The customer of a call that we place was called and not reached.
    CustomerMissed,
    /// The agent is rid of a call that the router did not offer him, and in which he did not talk with the caller.
    Freed(AgentName),
    /// The agent is rid of a call that was handed to him; his wrap-up begins.
    Served(AgentName),
    /// The leg on which the agent talked with the caller broke. He should not have the call again at once.
    Lost(AgentName),
    /// The agent handed the caller on. He should not have the call again at once.
    HandedOn(AgentName),
    /// A phone of the agent begins to ring for a call that the router did not offer him: a transfer, a call he placed.
    Rings(AgentName),
    /// It does not any more: it was answered, or it was not.
    RingsNoMore(AgentName),
}

impl AcdOutput {
    /// What is told of the agent at this leg when he is rid of it. Supervisors serve nobody.
    pub(crate) fn rid(leg: &Leg) -> fn(AgentName) -> Self {
        match (&leg.role, leg.offered, leg.talked) {
            (_, true, _) => Self::Released,
            (LegRole::Agent { .. }, false, true) => Self::Served,
            (LegRole::Agent { .. }, false, false)
            | (LegRole::Supervisor { .. } | LegRole::Caller | LegRole::External { .. }, false, _) => Self::Freed,
        }
    }
}

/// How a leg ended, in the words of the facts.
pub(crate) fn ending(cause: Cause, by: Party) -> Ending {
    Ending { cause, by, sip_status: None, q850: None }
}
