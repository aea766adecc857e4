//! One call: its stage, its legs, and who hears whom.

use std::collections::VecDeque;

use bell_types::{
    AbsenceEnd, AgentName, CallId, Caller, Cause, Codec, ConsultEnd, Digit, DigitVia, Direction, Ending, EndpointName,
    LegId, LegRole, Mono, Now, Number, OfferOutcome, ParkExit, Party, PromptEnd, PromptName, QueueExit, QueueName,
    RecordingId, What, never,
};
use smallvec::SmallVec;

use crate::calls::{Config, LostParty};
use crate::causes::{is_lost, of_phone, outcome};
use crate::consult::Consult;
use crate::leg::{Leg, LegState};
use crate::missing::Missing;
use crate::park::Parked;
use crate::place::{Dialled, Placement, Placing};
use crate::setup::Setup;
use crate::supervise::Watcher;
use crate::talk::Talk;
use crate::transfer::Transfer;
use crate::trunks::Trunks;
use crate::vocabulary::{
    AcdOutput, AfterAgent, AgentLine, Arrival, Destination, FlowOutput, Hear, LegInput, LegOutput, Output, Shown,
    ending,
};

/// What a call may use while it handles one input.
pub(crate) struct Turn<'a> {
    pub(crate) now: Now,
    pub(crate) config: &'a Config,
    pub(crate) output: &'a mut VecDeque<Output>,
    /// The trunks as set-ups have found them.
    pub(crate) trunks: &'a mut Trunks,
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
    /// Whether the flow waits for word from a queue; otherwise it is over, or asked for something else last.
    pub(crate) flow_queued: bool,
    /// The supervisors who watch.
    pub(crate) watchers: SmallVec<[Watcher; 1]>,
    /// The agent who served the caller last.
    pub(crate) served_by: Option<AgentName>,
    legs: SmallVec<[Leg; 2]>,
    legs_opened: u16,
    /// Who hears whom both ways, for the facts.
    bridges: SmallVec<[(LegId, LegId); 2]>,
    recording: bool,
    /// How often a phone that was lost has come back.
    pub(crate) returns: u8,
}

/// Agents whose phones ring.
pub(crate) type Rings = SmallVec<[AgentName; 1]>;

/// How far a call has come.
#[derive(Debug)]
pub(crate) enum Stage {
    /// The caller's media is being opened.
    Opening {
        deadline: Mono,
    },
    /// We place it: an agent's phone rings, then the customer's.
    Placing(Placing),
    /// The flow decides what the caller hears.
    Flow,
    /// The caller waits; an agent's phone may be ringing.
    Queued,
    /// The caller hears music in a numbered place.
    Parked(Parked),
    /// The caller talks with somebody.
    Talking(Talk),
    /// The caller waits for another party to answer.
    Transferring(Transfer),
    /// The caller waits for his agent's phone to come back.
    Missing(Missing),
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
        let mut call = Self::new(id, arrival, Stage::Opening { deadline });
        call.open_leg(LegRole::Caller, None, turn);
        call
    }

    /// A call that we place: the agent's phone rings first.
    pub(crate) fn place(id: CallId, placement: Placement, turn: &mut Turn<'_>) -> Self {
        let arrival = placement.arrival.clone();
        turn.fact(What::CallArrived {
            call: id,
            caller: arrival.caller.clone(),
            called: arrival.called.clone(),
            trunk: None,
            flow: arrival.flow.clone(),
            flow_version: arrival.flow_version,
        });
        let agent = placement.agent();
        turn.fact(What::CallPlaced { call: id, agent });
        if let Some(Dialled { mode, again }) = placement.dialled.clone() {
            turn.fact(What::DialledBy { call: id, mode, attempt: again.unwrap_or(id) });
        }
        let mut call = Self::new(id, arrival, Stage::Over);
        // Number 1 is the customer's, whenever he is called.
        call.legs_opened = 1;
        call.begin_placing(placement, turn);
        call
    }

    fn new(id: CallId, arrival: Arrival, stage: Stage) -> Self {
        Self {
            id,
            arrival,
            stage,
            queue: None,
            flow_queued: false,
            served_by: None,
            watchers: SmallVec::new(),
            legs: SmallVec::new(),
            legs_opened: 0,
            bridges: SmallVec::new(),
            recording: false,
            returns: 0,
        }
    }

    pub(crate) fn caller_id(&self) -> LegId {
        LegId { call: self.id, number: 1 }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub(crate) fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The parking place it has.
    pub(crate) fn slot(&self) -> Option<u16> {
        match &self.stage {
            Stage::Parked(parked) => Some(parked.slot),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Talking(_)
            | Stage::Transferring(_)
            | Stage::Missing(_)
            | Stage::Over => None,
        }
    }

    /// Whether it is being moved to somebody who has not answered.
    pub(crate) fn is_moving(&self) -> bool {
        let asks = self.talk().and_then(|talk| talk.consult.as_ref());
        matches!(self.stage, Stage::Transferring(_)) || asks.is_some_and(|consult| consult.calling.is_some())
    }

    pub(crate) fn has_leg(&self, leg: LegId) -> bool {
        self.legs.iter().any(|held| held.id == leg)
    }

    pub(crate) fn has_room(&self, config: &Config) -> bool {
        self.legs.len() < config.legs_max
    }

    /// When something is due: a stage of the call, or a way to one of its legs.
    pub(crate) fn deadline(&self) -> Option<Mono> {
        let legs = self.legs.iter().filter_map(Leg::due);
        self.stage_deadline().into_iter().chain(legs).min()
    }

    fn stage_deadline(&self) -> Option<Mono> {
        match &self.stage {
            Stage::Opening { deadline } => Some(*deadline),
            Stage::Placing(placing) => placing.due(),
            Stage::Transferring(transfer) => Some(transfer.calling.due()),
            Stage::Parked(parked) => Some(parked.due()),
            Stage::Missing(missing) => Some(missing.due()),
            Stage::Talking(talk) => talk.consult.as_ref().and_then(Consult::deadline),
            Stage::Flow | Stage::Queued | Stage::Over => None,
        }
    }

    pub(crate) fn deadline_passed(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        let due = |leg: &&Leg| leg.due().is_some_and(|at| at <= now);
        let legs: SmallVec<[LegId; 2]> = self.legs.iter().filter(due).map(|leg| leg.id).collect();
        for leg in legs {
            // It shows no life; of a leg that waits for a key, that is its own matter.
            self.leg_ended(leg, ending(Cause::Timeout, Party::System), turn);
        }
        if self.stage_deadline().is_some_and(|at| at <= now) {
            self.stage_due(turn);
        }
    }

    fn stage_due(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        match &self.stage {
            Stage::Opening { .. } => self.end(Cause::MediaFailed, Party::System, turn),
            Stage::Placing(_) => self.placing_due(turn),
            Stage::Transferring(transfer) => {
                let (target, cause) = (transfer.calling.target, transfer.calling.verdict(now));
                self.trunk_failed(target, cause, turn);
                self.end_leg(target, ending(cause, Party::System), turn);
                self.transfer_leg_ended(cause, turn);
            }
            Stage::Parked(_) => self.park_due(turn),
            Stage::Missing(_) => self.missing_due(turn),
            Stage::Talking(talk) => {
                let calling = talk.consult.as_ref().and_then(|consult| consult.calling.as_ref());
                let Some((target, cause)) = calling.map(|calling| (calling.target, calling.verdict(now))) else {
                    return;
                };
                self.trunk_failed(target, cause, turn);
                self.end_leg(target, ending(cause, Party::System), turn);
                self.consult_failed(cause, turn);
            }
            Stage::Flow | Stage::Queued | Stage::Over => {}
        }
    }

    // What happens to legs.

    pub(crate) fn leg(&mut self, leg: LegId, input: LegInput, turn: &mut Turn<'_>) {
        if !self.has_leg(leg) {
            if let LegInput::Ended { cause, q850, .. } = input
                && of_phone(cause, q850) == Cause::HungUp
            {
                self.hung_up_late(leg, turn);
            }
            return;
        }
        match input {
            LegInput::MediaReady => self.media_ready(leg, turn),
            LegInput::MediaFailed => self.leg_ended(leg, ending(Cause::MediaFailed, Party::System), turn),
            LegInput::MediaTimedOut => self.leg_ended(leg, ending(Cause::MediaTimeout, Party::System), turn),
            LegInput::Ringing { early_media } => self.ringing(leg, early_media, turn),
            LegInput::Answered { codec } => self.answered(leg, codec, turn),
            LegInput::Ended { cause, sip_status, q850 } => {
                let cause = if self.endpoint(leg).is_some() { of_phone(cause, q850) } else { cause };
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
            LegInput::TransferAsked { target, goal } => self.transfer_asked(leg, target, goal, turn),
        }
    }

    fn media_ready(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        if leg.state != LegState::Opening {
            return;
        }
        leg.state = LegState::Ringing;
        let returns = leg.returns;
        match leg.setup.as_ref().map(|setup| (setup.way.clone(), setup.caller.clone())) {
            Some((to, caller)) if returns => turn.leg(id, LegOutput::Redial { to, caller }),
            Some((to, caller)) => turn.leg(id, LegOutput::Dial { to, caller }),
            // A second line of an agent's phone is answered at once: he hears how his call to somebody else goes.
            None if id != self.caller_id() => {
                if let Some(leg) = self.leg_mut(id) {
                    leg.state = LegState::Answering;
                }
                turn.leg(id, LegOutput::Answer);
            }
            None => {
                self.stage = Stage::Flow;
                turn.tell_flow(self.id, FlowOutput::Start);
            }
        }
    }

    fn ringing(&mut self, id: LegId, early_media: bool, turn: &mut Turn<'_>) {
        turn.fact(What::LegRinging { leg: id, early_media });
        self.trunk_works(id, turn);
        // What a carrier lets hear whoever calls an agent's mobile is not meant for customers.
        let early_media = early_media && !self.leg_mut(id).is_some_and(|leg| leg.is_line());
        if let Some(offer) = self.leg_mut(id).and_then(|leg| leg.offer) {
            return turn.tell_acd(self.id, AcdOutput::OfferRinging(offer));
        }
        match &mut self.stage {
            Stage::Transferring(transfer) if transfer.calling.target == id => {
                transfer.calling.rang(early_media);
                self.arrange(turn);
            }
            Stage::Talking(_) => self.consult_rings(id, early_media, turn),
            Stage::Placing(_) => self.customer_rings(id, early_media, turn),
            Stage::Opening { .. }
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Transferring(_)
            | Stage::Missing(_)
            | Stage::Over => {}
        }
    }

    fn answered(&mut self, id: LegId, codec: Codec, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        if leg.is_up() || leg.confirms() {
            return;
        }
        turn.fact(What::LegAnswered { leg: id, codec });
        self.trunk_works(id, turn);
        if !self.asks_for_key(id, codec, turn) {
            self.taken(id, codec, turn);
        }
    }

    /// A leg is up, and whoever is there takes part in the call.
    pub(crate) fn taken(&mut self, id: LegId, codec: Codec, turn: &mut Turn<'_>) {
        let Some(leg) = self.leg_mut(id) else { return };
        leg.state = LegState::Up { codec };
        let offer = leg.offer.take();
        if self.placing_answered(id, turn) {
            return;
        }
        if id == self.caller_id() {
            if self.arrival.recorded {
                self.begin_recording(turn);
            }
            turn.tell_flow(self.id, FlowOutput::Answered);
        } else if let Some(offer) = offer {
            turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, OfferOutcome::Accepted));
            self.end_ringing(Cause::AnsweredElsewhere, turn);
            if matches!(self.stage, Stage::Placing(_)) {
                return self.call_customer(id, turn);
            }
            self.talk_with(id, turn);
        } else if !self.supervisor_answered(id, turn)
            && !self.line_answered(id, turn)
            && !self.consult_answered(id, turn)
        {
            self.transfer_answered(id, turn);
            self.fetch_answered(id, turn);
            self.missing_answered(id, turn);
            self.arrange(turn);
        }
    }

    pub(crate) fn begin_recording(&mut self, turn: &mut Turn<'_>) {
        self.recording = true;
        turn.fact(What::RecordingStarted { recording: RecordingId(self.id) });
        turn.leg(self.caller_id(), LegOutput::Record);
    }

    /// A leg is over, by the other side's doing or for want of media.
    pub(crate) fn leg_ended(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        let confirms = self.leg_mut(id).is_some_and(|leg| leg.confirms());
        let how = if confirms { Ending { cause: Cause::NotConfirmed, ..how } } else { how };
        let cause = how.cause;
        self.trunk_failed(id, cause, turn);
        if self.another_way(id, cause, turn) {
            return;
        }
        if id == self.caller_id() {
            return self.end_as(how, turn);
        }
        let Some(leg) = self.leg_mut(id) else { return };
        let offer = leg.offer.take();
        if self.talk().is_some_and(|talk| talk.with.contains(&id)) {
            return self.party_gone(id, how, turn);
        }
        let watched = self.forget_watcher(id);
        let ended = how.clone();
        self.end_leg(id, how, turn);
        if let Some(offer) = offer {
            return turn.tell_acd(self.id, AcdOutput::OfferEnded(offer, outcome(cause)));
        }
        if watched {
            return self.arrange(turn);
        }
        match &self.stage {
            Stage::Transferring(transfer) if transfer.calling.target == id => self.transfer_leg_ended(cause, turn),
            Stage::Parked(parked) if parked.ringing.as_ref().is_some_and(|fetching| fetching.leg == id) => {
                self.fetch_failed(turn);
            }
            Stage::Talking(talk) => match &talk.consult {
                Some(consult) if consult.target() == id => self.consult_failed(cause, turn),
                Some(consult) if consult.line.second() == Some(id) => {
                    self.cancel_consult(ConsultEnd::Cancelled, cause, turn);
                }
                Some(_) | None => self.arrange(turn),
            },
            Stage::Placing(placing) if !placing.waits() => self.placing_failed(id, ended, turn),
            Stage::Missing(_) => self.return_failed(id, cause, turn),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Transferring(_)
            | Stage::Over => {}
        }
    }

    /// One of those who talk with the caller is gone.
    fn party_gone(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        if self.goes_missing(id, how.cause, turn.config) {
            return self.await_agent(id, how, turn);
        }
        let (cause, by, agent) = (how.cause, how.by.clone(), self.agent(id));
        let alone = self.left_talk(id, turn);
        self.end_leg(id, how, turn);
        self.watchers.retain(|watcher| watcher.is_not(id));
        if !alone {
            self.consult_orphaned(id, cause, turn);
            return self.arrange(turn);
        }
        if self.consulting().is_some() {
            // He gave the caller to whom he asked by hanging up.
            self.handed_on(agent, turn);
            return self.complete(turn);
        }
        if let Some(agent) = agent.filter(|_| is_lost(cause)) {
            turn.tell_acd(self.id, AcdOutput::Lost(agent));
        }
        self.left_alone(cause, by, turn);
    }

    /// Nobody is left to talk with the caller.
    pub(crate) fn left_alone(&mut self, cause: Cause, by: Party, turn: &mut Turn<'_>) {
        match (is_lost(cause), turn.config.lost_party) {
            (true, LostParty::Requeue) => self.go_back(turn),
            (false, LostParty::Requeue | LostParty::End) if self.goes_on_after(&by) => self.agent_left(turn),
            (true, LostParty::End) | (false, LostParty::Requeue | LostParty::End) => self.end(cause, by, turn),
        }
    }

    /// A leg leaves the talk. True if nobody else talks with the caller.
    pub(crate) fn left_talk(&mut self, id: LegId, turn: &mut Turn<'_>) -> bool {
        self.unhold(turn);
        let Some(talk) = self.talk_mut() else { return false };
        if talk.with.len() < 2 {
            return true;
        }
        talk.with.retain(|leg| *leg != id);
        let left: SmallVec<[LegId; 4]> = talk.with.clone();
        if let [only] = left.as_slice() {
            // A supervisor who had come in and stays alone with the caller watches nobody any more.
            self.watchers.retain(|watcher| watcher.is_not(*only));
        }
        false
    }

    fn digit(&mut self, id: LegId, digit: Digit, via: DigitVia, turn: &mut Turn<'_>) {
        if self.key_for_line(id, digit, turn) {
            return;
        }
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

    // Opening, hearing, ending.

    /// Opens a leg that dials as soon as its media is open. A phone of ours shows who calls.
    pub(crate) fn dial(&mut self, role: LegRole, to: Destination, turn: &mut Turn<'_>) -> LegId {
        let Destination::Line(line) = &to else {
            let setup = Setup::new(to, Vec::new(), self.arrival.caller.clone(), turn);
            return self.open_leg(role, Some(setup), turn);
        };
        let (trunk, shown) = (line.trunk.clone(), self.shown_at(line));
        let caller = Caller { number: shown.clone(), name: None };
        let setup = Setup::new(to, Vec::new(), caller, turn);
        let leg = self.open_leg(role, Some(setup), turn);
        turn.fact(What::LineCalled { leg, trunk, shown });
        leg
    }

    /// What an agent's line shows: it leads through carriers, who need not know the customer.
    fn shown_at(&self, line: &AgentLine) -> Option<Number> {
        match &line.shown {
            Shown::Caller => self.arrival.caller.number.clone(),
            Shown::Called => Some(self.arrival.called.clone()),
            Shown::Number(number) => Some(number.clone()),
        }
    }

    pub(crate) fn open_leg(&mut self, role: LegRole, setup: Option<Setup>, turn: &mut Turn<'_>) -> LegId {
        self.legs_opened += 1;
        let id = LegId { call: self.id, number: self.legs_opened };
        let direction = if setup.is_some() { Direction::Outbound } else { Direction::Inbound };
        turn.fact(What::LegOpened { leg: id, role: role.clone(), direction });
        turn.leg(id, LegOutput::OpenMedia);
        self.legs.push(Leg::new(id, role, setup));
        id
    }

    /// Calls the customer of a call that we place. He sees the number of ours that was called, so to speak.
    pub(crate) fn open_customer(&mut self, way: Destination, others: Vec<Destination>, turn: &mut Turn<'_>) {
        let id = self.caller_id();
        let shown = Caller { number: Some(self.arrival.called.clone()), name: None };
        let setup = Setup::new(way, others, shown, turn);
        turn.fact(What::LegOpened { leg: id, role: LegRole::Caller, direction: Direction::Outbound });
        turn.leg(id, LegOutput::OpenMedia);
        self.legs.push(Leg::new(id, LegRole::Caller, Some(setup)));
    }

    pub(crate) fn leg_mut(&mut self, id: LegId) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.id == id)
    }

    /// The endpoint of ours at the other end of a leg, if one is.
    pub(crate) fn endpoint(&self, id: LegId) -> Option<&EndpointName> {
        match &self.legs.iter().find(|leg| leg.id == id)?.role {
            LegRole::Agent { endpoint, .. } | LegRole::Supervisor { endpoint, .. } => Some(endpoint),
            LegRole::Caller | LegRole::External { .. } => None,
        }
    }

    /// The agent at the other end of a leg, if one is.
    pub(crate) fn agent(&self, id: LegId) -> Option<AgentName> {
        let leg = self.legs.iter().find(|leg| leg.id == id)?;
        match &leg.role {
            LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. } => Some(agent.clone()),
            LegRole::Caller | LegRole::External { .. } => None,
        }
    }

    /// The agents whose phone rings for this call, which the router did not offer them. One whose phone comes back into
    /// his talk is on the call all the while.
    pub(crate) fn rings(&self) -> Rings {
        let mut agents = Rings::new();
        let rings = |leg: &&Leg| leg.setup.is_some() && !leg.is_up() && !leg.offered && !leg.returns;
        for agent in self.legs.iter().filter(rings).filter_map(|leg| self.agent(leg.id)) {
            if !agents.contains(&agent) {
                agents.push(agent);
            }
        }
        agents
    }

    /// The phone at which an agent is in the call.
    pub(crate) fn phone_of(&self, agent: &AgentName) -> Option<EndpointName> {
        self.legs.iter().find_map(|leg| match &leg.role {
            LegRole::Agent { agent: his, endpoint } | LegRole::Supervisor { agent: his, endpoint } if his == agent => {
                Some(endpoint.clone())
            }
            LegRole::Agent { .. } | LegRole::Supervisor { .. } | LegRole::Caller | LegRole::External { .. } => None,
        })
    }

    pub(crate) fn party(&self, id: LegId) -> Party {
        match self.legs.iter().find(|leg| leg.id == id).map(|leg| &leg.role) {
            Some(LegRole::Caller) => Party::Caller,
            Some(LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. }) => Party::Agent(agent.clone()),
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
    pub(crate) fn ringback(&self) -> Hear {
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
            LegState::Opening | LegState::Ringing | LegState::HearsEarly | LegState::Confirming { .. } => false,
        })
    }

    /// The caller and this leg hear each other.
    pub(crate) fn bridge(&mut self, peer: LegId, turn: &mut Turn<'_>) {
        if let Some(agent) = self.agent(peer) {
            self.served_by = Some(agent);
        }
        if let Some(leg) = self.leg_mut(peer) {
            leg.talked = true;
        }
        self.bridge_legs(self.caller_id(), peer, turn);
    }

    pub(crate) fn unbridge(&mut self, peer: LegId, turn: &mut Turn<'_>) {
        self.unbridge_legs(self.caller_id(), peer, turn);
    }

    pub(crate) fn bridge_legs(&mut self, a: LegId, b: LegId, turn: &mut Turn<'_>) {
        if !self.bridges.contains(&(a, b)) {
            self.bridges.push((a, b));
            turn.fact(What::Bridged { a, b });
        }
    }

    pub(crate) fn unbridge_legs(&mut self, a: LegId, b: LegId, turn: &mut Turn<'_>) {
        if let Some(place) = self.bridges.iter().position(|bridge| *bridge == (a, b)) {
            self.bridges.remove(place);
            turn.fact(What::Unbridged { a, b });
        }
    }

    /// Ends one leg; the call goes on. Its agent, if it has one who talked, is released.
    pub(crate) fn end_leg(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) {
        if let Some(rid) = self.close_leg(id, how, turn) {
            turn.tell_acd(self.id, rid);
        }
    }

    /// Ends one leg, and says what the router is to be told of its agent, who may not be rid of the call by that.
    pub(crate) fn close_leg(&mut self, id: LegId, how: Ending, turn: &mut Turn<'_>) -> Option<AcdOutput> {
        let place = self.legs.iter().position(|leg| leg.id == id)?;
        let rid = AcdOutput::rid(&self.legs[place]);
        let talked_with = if self.legs[place].is_up() { self.agent(id) } else { None };
        let with_it: SmallVec<[(LegId, LegId); 4]> =
            self.bridges.iter().copied().filter(|(a, b)| *a == id || *b == id).collect();
        for (a, b) in with_it {
            self.unbridge_legs(a, b, turn);
        }
        turn.leg(id, LegOutput::End(how.cause));
        turn.fact(What::LegEnded { leg: id, ending: how });
        self.legs.remove(place);
        talked_with.map(rid)
    }

    /// Ends the call and all its legs.
    pub(crate) fn end(&mut self, cause: Cause, by: Party, turn: &mut Turn<'_>) {
        self.end_as(ending(cause, by), turn);
    }

    pub(crate) fn end_as(&mut self, how: Ending, turn: &mut Turn<'_>) {
        if never!(self.is_over(), "{} ended twice", self.id) {
            return;
        }
        let waits = matches!(&self.stage, Stage::Placing(placing) if placing.waits());
        if waits || matches!(self.stage, Stage::Queued) {
            let exit = if how.by == Party::Caller { QueueExit::Abandoned } else { QueueExit::Withdrawn };
            turn.tell_acd(self.id, AcdOutput::Withdraw(exit));
        }
        if matches!(&self.stage, Stage::Placing(placing) if placing.rings_customer()) {
            turn.tell_acd(self.id, AcdOutput::CustomerMissed);
        }
        self.give_up_transfer(how.cause, turn);
        self.give_up_consult(turn);
        self.leave_park(ParkExit::Ended, turn);
        self.stop_waiting(AbsenceEnd::Ended, turn);
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
}
