//! Who talks with the caller, and who hears whom: one function of the state, so that no path can forget a leg.

use bell_types::{LegId, LegRole, Party, What};
use smallvec::{SmallVec, smallvec};

use crate::call::{Call, Stage, Turn};
use crate::calls::Config;
use crate::consult::{Consult, Line, Side};
use crate::vocabulary::{AfterAgent, FlowOutput, Hear};

/// A handful of legs.
pub(crate) type Legs = SmallVec<[LegId; 4]>;

/// A talk with the caller.
#[derive(Debug)]
pub(crate) struct Talk {
    /// Those who talk with him, the first of them longest. Never empty.
    pub(crate) with: Legs,
    /// Whether he has been put on hold by command. Phones that hold are known by their legs.
    pub(crate) held: bool,
    /// Somebody who is being asked meanwhile.
    pub(crate) consult: Option<Consult>,
}

impl Talk {
    pub(crate) fn of(leg: LegId) -> Self {
        Self { with: smallvec![leg], held: false, consult: None }
    }

    fn turned_away(&self) -> bool {
        self.consult.as_ref().is_some_and(|consult| matches!(consult.line, Line::Same(Side::Target)))
    }
}

impl Call {
    /// The caller talks with this leg and nobody else.
    pub(crate) fn talk_with(&mut self, leg: LegId, turn: &mut Turn<'_>) {
        self.stop_playing(self.caller_id(), turn);
        self.answer_caller(turn);
        self.stage = Stage::Talking(Talk::of(leg));
        self.bridge(leg, turn);
        self.arrange(turn);
    }

    /// Lets everybody hear what he is to hear now. Only differences go out.
    pub(crate) fn arrange(&mut self, turn: &mut Turn<'_>) {
        let up: Legs = self.legs().iter().filter(|leg| leg.hears_us()).map(|leg| leg.id).collect();
        for id in up {
            if let Some(hears) = self.hears(id, turn.config) {
                self.hear(id, hears, turn);
            }
        }
    }

    /// What a leg is to hear; none: that is decided elsewhere, by the flow or the queue.
    fn hears(&self, id: LegId, config: &Config) -> Option<Hear> {
        if self.watcher(id).is_some() {
            return Some(Hear::legs(&self.audible_to_watchers()));
        }
        match &self.stage {
            Stage::Placing(placing) => match placing.listening() {
                Some((agent, true)) if agent == id => Some(Hear::Leg(self.caller_id())),
                Some((agent, false)) if agent == id => Some(Hear::Ringback),
                Some(_) | None => Some(Hear::Silence),
            },
            Stage::Opening { .. } | Stage::Flow | Stage::Queued | Stage::Over => {
                (id != self.caller_id()).then_some(Hear::Silence)
            }
            Stage::Parked(_) if id == self.caller_id() => Some(self.music(config)),
            Stage::Transferring(transfer) if id == self.caller_id() => {
                let calling = &transfer.calling;
                // The carrier's own announcement or ring-back, if it sends one; ours otherwise.
                Some(if calling.early_media { Hear::Leg(calling.target) } else { self.ringback() })
            }
            Stage::Missing(_) if id == self.caller_id() => Some(self.hears_while_missing(config)),
            Stage::Parked(_) | Stage::Transferring(_) | Stage::Missing(_) => Some(Hear::Silence),
            Stage::Talking(talk) if id == self.caller_id() => Some(self.caller_hears(talk, config)),
            Stage::Talking(talk) if self.is_agent(id) => {
                Some(self.with_tone(self.party_hears(talk, id, config), config.supervision_tone))
            }
            Stage::Talking(talk) => Some(self.party_hears(talk, id, config)),
        }
    }

    fn caller_hears(&self, talk: &Talk, config: &Config) -> Hear {
        if talk.held || talk.turned_away() {
            return self.music(config);
        }
        let present: Legs = talk.with.iter().copied().filter(|leg| !self.is_held_by(*leg)).collect();
        match (present.as_slice(), talk.with.as_slice(), &config.hold_music) {
            // Without music of ours he hears what the phone that holds him sends.
            ([], [only], None) => Hear::Leg(*only),
            ([], _, _) => self.music(config),
            (present, _, _) => Hear::legs(present),
        }
    }

    fn party_hears(&self, talk: &Talk, id: LegId, config: &Config) -> Hear {
        let consult = talk.consult.as_ref();
        if let Some(consult) = consult.filter(|consult| consult.target() == id) {
            return match consult.line {
                Line::Same(Side::Caller) => self.music(config),
                Line::Same(Side::Target) => Hear::Leg(consult.by),
                Line::Second(line) if self.is_held_by(line) => self.music(config),
                Line::Second(line) => Hear::Leg(line),
            };
        }
        let asks = consult.filter(|consult| match consult.line {
            Line::Same(Side::Target) => consult.by == id,
            Line::Same(Side::Caller) => false,
            Line::Second(line) => line == id,
        });
        if let Some(consult) = asks {
            return self.asker_hears(consult);
        }
        if !talk.with.contains(&id) {
            return Hear::Silence;
        }
        let mut heard = Legs::new();
        if !talk.held {
            heard.push(self.caller_id());
        }
        heard.extend(talk.with.iter().copied().filter(|other| *other != id && !self.is_held_by(*other)));
        if self.is_agent(id) {
            heard.extend(self.whisperers());
        }
        Hear::legs(&heard)
    }

    fn asker_hears(&self, consult: &Consult) -> Hear {
        match &consult.calling {
            // Who is asked does not hear the supervisor: only the agent is coached.
            None => {
                let mut heard: Legs = smallvec![consult.target()];
                if self.is_agent(consult.by) {
                    heard.extend(self.whisperers());
                }
                Hear::legs(&heard)
            }
            Some(calling) if calling.early_media => Hear::Leg(calling.target),
            Some(_) => Hear::Ringback,
        }
    }

    fn audible_to_watchers(&self) -> Legs {
        let mut heard: Legs = smallvec![self.caller_id()];
        if let Some(talk) = self.talk() {
            heard.extend(talk.with.iter().copied());
            if let Some(consult) = talk.consult.as_ref().filter(|consult| consult.calling.is_none()) {
                heard.extend(consult.line.second());
                heard.push(consult.target());
            }
        }
        heard
    }

    /// What a caller hears while he is put aside: the music of hold, else that of his queue.
    pub(crate) fn music(&self, config: &Config) -> Hear {
        let queue = self.queue.as_ref().and_then(|waiting| waiting.music.as_ref());
        config.hold_music.as_ref().or(queue).map_or(Hear::Silence, |music| Hear::Music(music.clone()))
    }

    pub(crate) fn talk(&self) -> Option<&Talk> {
        match &self.stage {
            Stage::Talking(talk) => Some(talk),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Transferring(_)
            | Stage::Missing(_)
            | Stage::Over => None,
        }
    }

    pub(crate) fn talk_mut(&mut self) -> Option<&mut Talk> {
        match &mut self.stage {
            Stage::Talking(talk) => Some(talk),
            Stage::Opening { .. }
            | Stage::Placing(_)
            | Stage::Flow
            | Stage::Queued
            | Stage::Parked(_)
            | Stage::Transferring(_)
            | Stage::Missing(_)
            | Stage::Over => None,
        }
    }

    pub(crate) fn is_held_by(&self, id: LegId) -> bool {
        self.legs().iter().any(|leg| leg.id == id && leg.held)
    }

    fn is_agent(&self, id: LegId) -> bool {
        self.legs().iter().any(|leg| leg.id == id && matches!(leg.role, LegRole::Agent { .. }))
    }

    // Ending.

    /// An agent who hangs up leaves the caller to his flow, if the queue's step of the flow wants that and still waits.
    pub(crate) fn goes_on_after(&self, by: &Party) -> bool {
        let wanted = self.queue.as_ref().is_some_and(|waiting| waiting.after_agent == AfterAgent::GoesOn);
        match by {
            Party::Agent(_) => wanted && self.flow_queued,
            Party::Caller | Party::External | Party::System | Party::Operator => false,
        }
    }

    pub(crate) fn agent_left(&mut self, turn: &mut Turn<'_>) {
        self.stage = Stage::Flow;
        self.flow_queued = false;
        self.hear(self.caller_id(), Hear::Silence, turn);
        self.arrange(turn);
        turn.tell_flow(self.id, FlowOutput::AgentLeft);
    }

    // Holding.

    /// A phone put us on hold.
    pub(crate) fn held(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let by_command = self.is_held_by_command(id);
        if let Some(leg) = self.leg_mut(id) {
            leg.held = true;
        }
        if !by_command {
            turn.fact(What::LegHeld { leg: id });
        }
        self.arrange(turn);
    }

    /// A phone took us off hold.
    pub(crate) fn resumed(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let by_command = self.is_held_by_command(id);
        if let Some(leg) = self.leg_mut(id) {
            leg.held = false;
        }
        if !by_command {
            turn.fact(What::LegResumed { leg: id });
        }
        self.arrange(turn);
    }

    fn is_held_by_command(&self, id: LegId) -> bool {
        self.talk().is_some_and(|talk| talk.held && talk.with.first() == Some(&id))
    }

    /// Puts the caller on hold by command. Our phone stays as it is: what is heard changes, not the session.
    pub(crate) fn hold(&mut self, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk_mut() else { return };
        talk.held = true;
        let by = talk.with[0];
        if !self.is_held_by(by) {
            turn.fact(What::LegHeld { leg: by });
        }
        self.arrange(turn);
    }

    /// Takes back a hold by command, if there is one.
    pub(crate) fn unhold(&mut self, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk_mut().filter(|talk| talk.held) else { return };
        talk.held = false;
        let by = talk.with[0];
        if !self.is_held_by(by) {
            turn.fact(What::LegResumed { leg: by });
        }
        self.arrange(turn);
    }
}
