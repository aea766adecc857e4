//! One call: its stage, its legs, and who hears whom.

use std::collections::VecDeque;

use bell_types::{
    AgentName, CallId, Cause, Codec, Digit, DigitVia, Direction, Ending, EndpointName, LegId, LegRole, Mono, Now,
    OfferId, OfferOutcome, Party, PromptEnd, PromptName, QueueExit, QueueName, RecordingId, What, never,
};
use smallvec::SmallVec;

use crate::calls::Config;
use crate::leg::{Dial, Leg, LegState, Manner, Playing, PlayingFor};
use crate::transfer::Transfer;
use crate::vocabulary::{
    AcdInput, AcdOutput, AfterAgent, Arrival, Destination, FlowInput, FlowOutput, Hear, LegInput, LegOutput, Output,
    PlayId, ending,
};

/// What a call may use while it handles one input.
pub(crate) struct Turn<'a> {
    pub(crate) now: Now,
    pub(crate) config: &'a Config,
    pub(crate) output: &'a mut VecDeque<Output>,
}

impl Turn<'_> {
    pub(crate) fn leg(&mut self, leg: LegId, what: LegOutput) {
        self.output.push_back(Output::Leg(leg, what));
    }

    pub(crate) fn tell_flow(&mut self, call: CallId, what: FlowOutput) {
        self.output.push_back(Output::Flow(call, what));
    }

    pub(crate) fn tell_acd(&mut self, call: CallId, what: AcdOutput) {
        self.output.push_back(Output::Acd(call, what));
    }
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) id: CallId,
    pub(crate) arrival: Arrival,
    pub(crate) stage: Stage,
    /// The queue it last waited in: where it goes back to when a transfer fails and the agent is gone.
    pub(crate) queue: Option<Waiting>,
    /// The agent who served the caller last.
    served_by: Option<AgentName>,
    legs: SmallVec<[Leg; 2]>,
    legs_opened: u16,
    recording: bool,
}

/// How far a call has come.
#[derive(Debug)]
pub(crate) enum Stage {
    /// The caller's media is being opened.
    Opening {
        deadline: Mono,
    },
    /// The flow decides what the caller hears.
    Flow,
    /// The caller waits; an agent's phone may be ringing.
    Queued,
    /// The caller talks with this leg.
    Talking(LegId),
    /// The caller waits for another party to answer.
    Transferring(Transfer),
    Over,
}

/// A place in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) queue: QueueName,
    pub(crate) priority: u8,
    pub(crate) music: Option<PromptName>,
    pub(crate) after_agent: AfterAgent,
}

impl Call {
    pub(crate) fn arrive(id: CallId, arrival: Arrival, turn: &mut Turn<'_>) -> Self {
        turn.fact(What::CallArrived {
            call: id,
            caller: arrival.caller.clone(),
            called: arrival.called.clone(),
            trunk: arrival.trunk.clone(),
            flow: arrival.flow.clone(),
            flow_version: arrival.flow_version,
        });
        let deadline = turn.now.mono + turn.config.media_open_timeout;
        let mut call = Self {
            id,
            arrival,
            stage: Stage::Opening { deadline },
            queue: None,
            served_by: None,
            legs: SmallVec::new(),
            legs_opened: 0,
            recording: false,
        };
        call.open_leg(LegRole::Caller, None, turn);
        call
    }

    pub(crate) fn caller_id(&self) -> LegId {
        LegId { call: self.id, number: 1 }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub(crate) fn has_leg(&self, leg: LegId) -> bool {
        self.legs.iter().any(|held| held.id == leg)
    }

    pub(crate) fn has_room(&self, config: &Config) -> bool {
        self.legs.len() < config.legs_max
    }

    pub(crate) fn deadline(&self) -> Option<Mono> {
        match &self.stage {
            Stage::Opening { deadline } => Some(*deadline),
            Stage::Transferring(transfer) => Some(transfer.deadline),
            Stage::Flow | Stage::Queued | Stage::Talking(_) | Stage::Over => None,
        }
    }

    pub(crate) fn deadline_passed(&mut self, turn: &mut Turn<'_>) {
        match &self.stage {
            Stage::Opening { .. } => self.end(Cause::MediaFailed, Party::System, turn),
            Stage::Transferring(transfer) => {
                let target = transfer.target;
                self.end_leg(target, ending(Cause::NoAnswer, Party::System), turn);
                self.transfer_failed(Cause::NoAnswer, turn);
            }
            Stage::Flow | Stage::Queued | Stage::Talking(_) | Stage::Over => {}
        }
    }

    // What happens to legs.

    pub(crate) fn leg(&mut self, leg: LegId, input: LegInput, turn: &mut Turn<'_>) {
        if !self.has_leg(leg) {
            return;
        }
        match input {
            LegInput::MediaReady => self.media_ready(leg, turn),
            LegInput::MediaFailed => self.leg_ended(leg, ending(Cause::MediaFailed, Party::System), turn),
            LegInput::MediaTimedOut => self.leg_ended(leg, ending(Cause::MediaTimeout, Party::System), turn),
            LegInput::Ringing { early_media } => self.ringing(leg, early_media, turn),
            LegInput::Answered { codec } => self.answered(leg, codec, turn),
            LegInput::Ended { cause, sip_status, q850 } => {
                let by = self.party(leg);
                self.leg_ended(leg, Ending { cause, by, sip_status, q850 }, turn);
            }
            LegInput::Held => self.held(leg, turn),
            LegInput::Resumed => self.resumed(leg, turn),
            LegInput::Digit { digit, held, via } => {
                turn.fact(What::DigitPressed { leg, digit, held, via });
                self.digit(leg, digit, via, turn);
            }
            LegInput::PlayEnded { play, how } => self.play_ended(leg, play, how, turn),
            LegInput::TransferAsked { target, destination } => self.transfer_asked(leg, target, destination, turn),
        }
    }

    fn media_ready(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        let LegState::Opening(dial) = &mut leg.state else {
            return;
        };
        let dial = dial.take();
        leg.state = LegState::Ringing;
        match dial {
            Some(Dial { to, caller }) => turn.leg(id, LegOutput::Dial { to, caller }),
            None => {
                self.stage = Stage::Flow;
                turn.tell_flow(self.id, FlowOutput::Start);
            }
        }
    }

    fn ringing(&mut self, id: LegId, early_media: bool, turn: &mut Turn<'_>) {
        turn.fact(What::LegRinging { leg: id, early_media });
        if let Some(offer) = self.leg_mut(id).and_then(|leg| leg.offer) {
            turn.tell_acd(self.id, AcdOutput::OfferRinging(offer));
        } else if matches!(&self.stage, Stage::Transferring(transfer) if transfer.target == id) {
            // The carrier's own announcement or ring-back, if it sends one; ours otherwise.
            let hear = if early_media { Hear::Leg(id) } else { self.ringback() };
            self.hear(self.caller_id(), hear, turn);
        }
    }

    fn answered(&mut self, id: LegId, codec: Codec, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        if leg.is_up() {
            return;
        }
        leg.state = LegState::Up { codec };
        let offer = leg.offer.take();
        turn.fact(What::LegAnswered { leg: id, codec });
        if id == self.caller_id() {
            if self.arrival.recorded {
                self.begin_recording(turn);
            }
            turn.tell_flow(self.id, FlowOutput::Answered);
        } else if let Some(offer) = offer {
            turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, OfferOutcome::Accepted));
            self.end_ringing(Cause::AnsweredElsewhere, turn);
            self.stage = Stage::Talking(id);
            self.answer_caller(turn);
            self.bridge(id, turn);
        } else {
            self.transfer_answered(id, turn);
        }
    }

    fn begin_recording(&mut self, turn: &mut Turn<'_>) {
        self.recording = true;
        turn.fact(What::RecordingStarted { recording: RecordingId(self.id) });
        turn.leg(self.caller_id(), LegOutput::Record);
    }

    /// A leg is over, by the other side's doing or for want of media.
    fn leg_ended(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        if id == self.caller_id() {
            return self.end_as(how, turn);
        }
        let Some(leg) = self.leg_mut(id) else { return };
        let offer = leg.offer.take();
        let cause = how.cause;
        let by = how.by.clone();
        self.end_leg(id, how, turn);
        match &self.stage {
            Stage::Talking(peer) if *peer == id => self.peer_left(cause, by, turn),
            Stage::Transferring(transfer) if transfer.target == id => self.transfer_failed(cause, turn),
            Stage::Opening { .. }
            | Stage::Flow
            | Stage::Queued
            | Stage::Talking(_)
            | Stage::Transferring(_)
            | Stage::Over => {
                if let Some(offer) = offer {
                    turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, outcome(cause)));
                }
            }
        }
    }

    /// Whom the caller talked with is gone. After an agent he goes on in his flow, if that is wanted.
    fn peer_left(&mut self, cause: Cause, by: Party, turn: &mut Turn<'_>) {
        let goes_on = self.queue.as_ref().is_some_and(|waiting| waiting.after_agent == AfterAgent::GoesOn);
        match by {
            Party::Agent(_) if goes_on => {
                self.stage = Stage::Flow;
                self.hear(self.caller_id(), Hear::Silence, turn);
                turn.tell_flow(self.id, FlowOutput::AgentLeft);
            }
            Party::Agent(_) | Party::Caller | Party::External | Party::System | Party::Operator => {
                self.end(cause, by, turn);
            }
        }
    }

    fn held(&mut self, id: LegId, turn: &mut Turn<'_>) {
        turn.fact(What::LegHeld { leg: id });
        if let (Stage::Talking(peer), Some(music)) = (&self.stage, &turn.config.hold_music)
            && *peer == id
        {
            let music = Hear::Music(music.clone());
            self.hear(self.caller_id(), music, turn);
        }
    }

    fn resumed(&mut self, id: LegId, turn: &mut Turn<'_>) {
        turn.fact(What::LegResumed { leg: id });
        if matches!(&self.stage, Stage::Talking(peer) if *peer == id) {
            self.hear(self.caller_id(), Hear::Leg(id), turn);
        }
    }

    fn digit(&mut self, id: LegId, digit: Digit, via: DigitVia, turn: &mut Turn<'_>) {
        let flow_listens = matches!(self.stage, Stage::Flow | Stage::Queued);
        if id != self.caller_id() || !flow_listens {
            return;
        }
        // The media host breaks a prompt off when it hears the key; a key by SIP INFO it does not hear.
        let barges = via == DigitVia::SipInfo;
        if barges && let Some(Hear::Prompt { play, barge_in: true, .. }) = self.leg_mut(id).map(|leg| leg.hears.clone())
        {
            self.hear(id, Hear::Silence, turn);
            self.play_ended(id, play, PromptEnd::BargedIn, turn);
        }
        turn.tell_flow(self.id, FlowOutput::Digit(digit));
    }

    // What the flow wants.

    pub(crate) fn flow(&mut self, input: FlowInput, turn: &mut Turn<'_>) {
        let leaves = input == FlowInput::LeaveQueue && matches!(self.stage, Stage::Queued);
        if !matches!(self.stage, Stage::Flow) && !leaves {
            // The caller hung up, or an operator acted, while the flow was deciding.
            return;
        }
        let caller = self.caller_id();
        match input {
            FlowInput::Answer => self.answer(turn),
            FlowInput::Play { prompts, barge_in, notice } => {
                self.play_for_flow(prompts, barge_in, notice, turn);
            }
            FlowInput::StopPlaying => {
                self.stop_playing(caller, turn);
                self.hear(caller, Hear::Silence, turn);
            }
            FlowInput::Enqueue { queue, priority, music, after_agent } => {
                self.enqueue(Waiting { queue, priority, music, after_agent }, turn);
            }
            FlowInput::Beep => self.hear(caller, Hear::Beep, turn),
            FlowInput::SurveyBegan { question } => {
                let agent = self.served_by.clone();
                turn.fact(What::SurveyBegan { call: self.id, agent, question });
            }
            FlowInput::Scored { question, score, best } => {
                let agent = self.served_by.clone();
                turn.fact(What::Scored { call: self.id, agent, question, score, best });
            }
            FlowInput::Transfer { target, destination, ring_timeout } => {
                self.transfer_by_flow(&target, destination, ring_timeout, turn);
            }
            FlowInput::LeaveQueue => self.leave_queue(turn),
            FlowInput::HangUp(cause) => self.end(cause, Party::System, turn),
        }
    }

    fn answer(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        let Some(leg) = self.leg_mut(id) else { return };
        match leg.state {
            LegState::Ringing | LegState::HearsEarly => self.answer_caller(turn),
            LegState::Up { .. } => turn.tell_flow(self.id, FlowOutput::Answered),
            LegState::Opening(_) | LegState::Answering => {}
        }
    }

    /// Answers a caller who has not been answered: his flow says so, or somebody has taken his call.
    pub(crate) fn answer_caller(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        if let Some(leg) = self.leg_mut(id)
            && matches!(leg.state, LegState::Ringing | LegState::HearsEarly)
        {
            leg.state = LegState::Answering;
            turn.leg(id, LegOutput::Answer);
        }
    }

    /// A caller who has not been answered hears from now on what he is to hear.
    fn open_early(&mut self, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        if let Some(leg) = self.leg_mut(id)
            && leg.state == LegState::Ringing
        {
            leg.state = LegState::HearsEarly;
            turn.leg(id, LegOutput::Progress);
        }
    }

    fn play_for_flow(&mut self, prompts: Vec<PromptName>, barge_in: bool, notice: bool, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        self.open_early(turn);
        self.stop_playing(id, turn);
        self.play(id, prompts, Manner { barge_in, notice, why: PlayingFor::Flow }, turn);
    }

    pub(crate) fn enqueue(&mut self, waiting: Waiting, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        self.stop_playing(id, turn);
        self.stage = Stage::Queued;
        let (queue, priority) = (waiting.queue.clone(), waiting.priority);
        self.queue = Some(waiting);
        self.hear_music(turn);
        turn.tell_acd(self.id, AcdOutput::Enqueue { queue, priority });
    }

    /// The caller asked for it by a key; an agent's phone that rings for him stops.
    fn leave_queue(&mut self, turn: &mut Turn<'_>) {
        if !matches!(self.stage, Stage::Queued) {
            return;
        }
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        self.end_ringing(Cause::Moved, turn);
        self.stage = Stage::Flow;
        turn.tell_acd(self.id, AcdOutput::Withdraw(QueueExit::Withdrawn));
        self.hear(caller, Hear::Silence, turn);
    }

    // What the router wants.

    pub(crate) fn acd(&mut self, input: AcdInput, turn: &mut Turn<'_>) {
        if !matches!(self.stage, Stage::Queued) {
            return;
        }
        match input {
            AcdInput::Offer { offer, agent, endpoint } => self.offer(offer, agent, endpoint, turn),
            AcdInput::WithdrawOffer { offer, cause } => {
                let ringing = self.legs.iter().find(|leg| leg.offer == Some(offer)).map(|leg| leg.id);
                if let Some(id) = ringing {
                    self.end_leg(id, ending(cause, Party::System), turn);
                }
            }
            AcdInput::Announce(prompts) => {
                let id = self.caller_id();
                self.stop_playing(id, turn);
                self.play(id, prompts, Manner { barge_in: false, notice: false, why: PlayingFor::Queue }, turn);
            }
            AcdInput::LeftQueue(how) => {
                self.stop_playing(self.caller_id(), turn);
                self.end_ringing(Cause::Moved, turn);
                self.stage = Stage::Flow;
                turn.tell_flow(self.id, FlowOutput::LeftQueue(how));
            }
        }
    }

    fn offer(&mut self, offer: OfferId, agent: AgentName, endpoint: EndpointName, turn: &mut Turn<'_>) {
        if !self.has_room(turn.config) {
            turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, OfferOutcome::Failed));
            return;
        }
        let to = Destination::Endpoint { endpoint: endpoint.clone(), agent: agent.clone() };
        let id = self.dial(LegRole::Agent { agent, endpoint }, to, turn);
        if let Some(leg) = self.leg_mut(id) {
            leg.offer = Some(offer);
            leg.offered = true;
        }
    }

    /// Ends every leg that rings for an offer.
    fn end_ringing(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        let ringing: SmallVec<[(LegId, OfferId); 2]> =
            self.legs.iter().filter_map(|leg| Some((leg.id, leg.offer?))).collect();
        for (id, offer) in ringing {
            self.end_leg(id, ending(cause, Party::System), turn);
            turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, OfferOutcome::Withdrawn));
        }
    }

    // Opening, hearing, ending.

    /// Opens a leg that dials as soon as its media is open. The caller's number is what its phone shows.
    pub(crate) fn dial(&mut self, role: LegRole, to: Destination, turn: &mut Turn<'_>) -> LegId {
        let dial = Dial { to, caller: self.arrival.caller.clone() };
        self.open_leg(role, Some(dial), turn)
    }

    fn open_leg(&mut self, role: LegRole, dial: Option<Dial>, turn: &mut Turn<'_>) -> LegId {
        self.legs_opened += 1;
        let id = LegId { call: self.id, number: self.legs_opened };
        let direction = if dial.is_some() { Direction::Outbound } else { Direction::Inbound };
        turn.fact(What::LegOpened { leg: id, role: role.clone(), direction });
        turn.leg(id, LegOutput::OpenMedia);
        self.legs.push(Leg::new(id, role, dial));
        id
    }

    pub(crate) fn leg_mut(&mut self, id: LegId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id)
    }

    /// The agent at the other end of a leg, if one is.
    pub(crate) fn agent(&self, id: LegId) -> Option<AgentName> {
        let leg = self.legs.iter().find(|leg| leg.id == id)?;
        match &leg.role {
            LegRole::Agent { agent, .. } => Some(agent.clone()),
            LegRole::Caller | LegRole::External { .. } => None,
        }
    }

    fn party(&self, id: LegId) -> Party {
        match self.legs.iter().find(|leg| leg.id == id).map(|leg| &leg.role) {
            Some(LegRole::Caller) => Party::Caller,
            Some(LegRole::Agent { agent, .. }) => Party::Agent(agent.clone()),
            Some(LegRole::External { .. }) => Party::External,
            None => Party::System,
        }
    }

    pub(crate) fn hear(&mut self, id: LegId, hears: Hear, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        if leg.hears != hears {
            leg.hears = hears.clone();
            turn.leg(id, LegOutput::Hear(hears));
        }
    }

    /// What the caller hears while a phone rings for him: his number's own sound, else the tone (TEL-21).
    fn ringback(&self) -> Hear {
        self.arrival.ringback.clone().map_or(Hear::Ringback, Hear::Music)
    }

    /// The caller hears that a phone rings for him, before the answer as well.
    pub(crate) fn hear_ringback(&mut self, turn: &mut Turn<'_>) {
        self.open_early(turn);
        self.hear(self.caller_id(), self.ringback(), turn);
    }

    /// The caller waits: with the queue's music. Before the answer a caller expects to hear it ring.
    pub(crate) fn hear_music(&mut self, turn: &mut Turn<'_>) {
        let music = self.queue.as_ref().and_then(|waiting| waiting.music.clone());
        match music {
            Some(music) if self.is_answered() => self.hear(self.caller_id(), Hear::Music(music), turn),
            Some(_) | None => self.hear_ringback(turn),
        }
    }

    fn is_answered(&self) -> bool {
        let caller = self.legs.iter().find(|leg| leg.id == self.caller_id());
        caller.is_some_and(|leg| match leg.state {
            LegState::Up { .. } | LegState::Answering => true,
            LegState::Opening(_) | LegState::Ringing | LegState::HearsEarly => false,
        })
    }

    /// The caller and this leg hear each other.
    pub(crate) fn bridge(&mut self, peer: LegId, turn: &mut Turn<'_>) {
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        if let Some(agent) = self.agent(peer) {
            self.served_by = Some(agent);
        }
        turn.fact(What::Bridged { a: caller, b: peer });
        self.hear(caller, Hear::Leg(peer), turn);
        self.hear(peer, Hear::Leg(caller), turn);
    }

    pub(crate) fn unbridge(&mut self, peer: LegId, turn: &mut Turn<'_>) {
        turn.fact(What::Unbridged { a: self.caller_id(), b: peer });
        self.hear(peer, Hear::Silence, turn);
    }

    /// Ends one leg; the call goes on. Its agent, if it has one who talked, is released.
    pub(crate) fn end_leg(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        let Some(place) = self.legs.iter().position(|leg| leg.id == id) else {
            return;
        };
        let offered = self.legs[place].offered;
        let talked_with = if self.legs[place].is_up() { self.agent(id) } else { None };
        if matches!(&self.stage, Stage::Talking(peer) if *peer == id) {
            turn.fact(What::Unbridged { a: self.caller_id(), b: id });
        }
        turn.leg(id, LegOutput::End(how.cause));
        turn.fact(What::LegEnded { leg: id, ending: how });
        self.legs.remove(place);
        if let Some(agent) = talked_with {
            let rid = if offered { AcdOutput::Released(agent) } else { AcdOutput::Freed(agent) };
            turn.tell_acd(self.id, rid);
        }
    }

    /// Ends the call and all its legs.
    pub(crate) fn end(&mut self, cause: Cause, by: Party, turn: &mut Turn<'_>) {
        self.end_as(ending(cause, by), turn);
    }

    fn end_as(&mut self, how: Ending, turn: &mut Turn<'_>) {
        if never!(self.is_over(), "{} ended twice", self.id) {
            return;
        }
        if matches!(self.stage, Stage::Queued) {
            let exit = if how.by == Party::Caller { QueueExit::Abandoned } else { QueueExit::Withdrawn };
            turn.tell_acd(self.id, AcdOutput::Withdraw(exit));
        }
        self.give_up_transfer(how.cause, turn);
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        let ids: SmallVec<[LegId; 4]> = self.legs.iter().map(|leg| leg.id).rev().collect();
        for id in ids {
            self.end_leg(id, how.clone(), turn);
        }
        if self.recording {
            turn.leg(caller, LegOutput::Seal);
        }
        turn.tell_flow(self.id, FlowOutput::Ended);
        turn.fact(What::CallEnded { call: self.id, ending: how });
        self.stage = Stage::Over;
    }

    // Playing prompts, one at a time so that each has its own facts.

    fn play(&mut self, id: LegId, mut prompts: Vec<PromptName>, manner: Manner, turn: &mut Turn<'_>) {
        if prompts.is_empty() {
            return self.all_played(manner.why, PromptEnd::Completed, turn);
        }
        let prompt = prompts.remove(0);
        let Some(leg) = self.leg_mut(id) else { return };
        let play = leg.next_play();
        turn.fact(What::PromptStarted { leg: id, prompt: prompt.clone(), notice: manner.notice });
        leg.playing = Some(Playing { play, prompt: prompt.clone(), rest: prompts, manner });
        self.hear(id, Hear::Prompt { play, prompt, barge_in: manner.barge_in }, turn);
    }

    fn play_ended(&mut self, id: LegId, play: PlayId, how: PromptEnd, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        let Some(playing) = leg.playing.take_if(|playing| playing.play == play) else {
            return;
        };
        turn.fact(What::PromptEnded { leg: id, prompt: playing.prompt, how });
        let Playing { rest, manner, .. } = playing;
        match how {
            // A prompt that cannot be played must not silence those after it.
            PromptEnd::Completed | PromptEnd::Failed if !rest.is_empty() => {
                self.play(id, rest, manner, turn);
            }
            PromptEnd::Completed | PromptEnd::Failed | PromptEnd::BargedIn | PromptEnd::Stopped => {
                self.all_played(manner.why, how, turn);
            }
        }
    }

    fn all_played(&mut self, why: PlayingFor, how: PromptEnd, turn: &mut Turn<'_>) {
        match why {
            PlayingFor::Flow => {
                self.hear(self.caller_id(), Hear::Silence, turn);
                turn.tell_flow(self.id, FlowOutput::PlayEnded(how));
            }
            PlayingFor::Queue => self.hear_music(turn),
        }
    }

    /// What was playing ends without its asker being told: it moved on by itself.
    fn stop_playing(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Some(playing) = self.leg_mut(id).and_then(|leg| leg.playing.take()) else {
            return;
        };
        turn.fact(What::PromptEnded { leg: id, prompt: playing.prompt, how: PromptEnd::Stopped });
    }
}

/// What the end of a ringing agent's leg means for the offer.
fn outcome(cause: Cause) -> OfferOutcome {
    match cause {
        Cause::Busy => OfferOutcome::Busy,
        Cause::Declined => OfferOutcome::Declined,
        Cause::NoAnswer => OfferOutcome::Missed,
        Cause::Cancelled | Cause::AnsweredElsewhere | Cause::Moved | Cause::Released | Cause::HungUp => {
            OfferOutcome::Withdrawn
        }
        Cause::FlowEnded
        | Cause::Unreachable
        | Cause::NumberUnknown
        | Cause::NumberIncomplete
        | Cause::Forbidden
        | Cause::Blocked
        | Cause::QueueFull
        | Cause::QueueTimeout
        | Cause::NoAgent
        | Cause::TrunkFull
        | Cause::NoCommonCodec
        | Cause::MediaTimeout
        | Cause::MediaFailed
        | Cause::NotAcknowledged
        | Cause::SessionExpired
        | Cause::TransportLost
        | Cause::Timeout
        | Cause::PeerFailed
        | Cause::ProtocolError
        | Cause::NoRoute
        | Cause::TrunkDown
        | Cause::PromptBroken
        | Cause::FlowFailed
        | Cause::Overloaded
        | Cause::DiskFull
        | Cause::ShuttingDown
        | Cause::NodeFailed
        | Cause::Internal => OfferOutcome::Failed,
    }
}
