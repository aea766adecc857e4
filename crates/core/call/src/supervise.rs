//! Supervision: listening, whispering, coming in, taking over. A change of mode keeps the call.

use std::time::Duration;

use bell_types::{AgentName, Cause, ConsultEnd, LegId, LegRole, Party, SupervisionMode, What};

use crate::call::{Call, Turn};
use crate::talk::Legs;
use crate::vocabulary::{AcdOutput, Destination, Hear, ending};

/// A supervisor in a call. One who has come in is in the talk as well.
#[derive(Clone, Debug)]
pub(crate) struct Watcher {
    leg: LegId,
    supervisor: AgentName,
    mode: SupervisionMode,
}

impl Watcher {
    pub(crate) fn is_not(&self, leg: LegId) -> bool {
        self.leg != leg
    }
}

impl Call {
    /// The supervisor at this leg, if he watches: one who has come in does not only watch any more.
    pub(crate) fn watcher(&self, leg: LegId) -> Option<&Watcher> {
        let joined = self.talk().is_some_and(|talk| talk.with.contains(&leg));
        self.watchers.iter().find(|watcher| watcher.leg == leg && !joined)
    }

    /// The legs that agents hear and customers do not.
    pub(crate) fn whisperers(&self) -> Legs {
        let whisper = self.watchers.iter().filter(|watcher| watcher.mode == SupervisionMode::Whisper);
        whisper.map(|watcher| watcher.leg).filter(|leg| self.is_up(*leg)).collect()
    }

    /// What an agent hears: with a tone, if that is wanted, while somebody listens whom not all others hear.
    pub(crate) fn with_tone(&self, hears: Hear, every: Duration) -> Hear {
        let watched =
            self.watchers.iter().any(|watcher| self.is_up(watcher.leg) && self.watcher(watcher.leg).is_some());
        if watched && !every.is_zero() { hears.supervised(every) } else { hears }
    }

    fn is_up(&self, leg: LegId) -> bool {
        self.legs().iter().any(|held| held.id == leg && held.is_up())
    }

    /// Whether this supervisor is in the call.
    pub(crate) fn supervises(&self, supervisor: &AgentName) -> bool {
        self.watchers.iter().any(|watcher| watcher.supervisor == *supervisor)
    }

    /// Calls a supervisor, or lets him do something else than before.
    pub(crate) fn supervise(&mut self, to: Destination, mode: SupervisionMode, turn: &mut Turn<'_>) {
        let Some((agent, endpoint)) = to.agent() else { return };
        let (supervisor, endpoint) = (agent.clone(), endpoint.clone());
        if let Some(watcher) = self.watchers.iter_mut().find(|watcher| watcher.supervisor == supervisor) {
            watcher.mode = mode;
            let leg = watcher.leg;
            if self.leg_mut(leg).is_some_and(|leg| leg.is_up()) {
                self.supervision_begins(leg, turn);
            }
            return;
        }
        let role = LegRole::Supervisor { agent: supervisor.clone(), endpoint };
        let leg = self.dial(role, to, turn);
        self.watchers.push(Watcher { leg, supervisor, mode });
    }

    /// True if the leg is a supervisor's.
    pub(crate) fn supervisor_answered(&mut self, leg: LegId, turn: &mut Turn<'_>) -> bool {
        let Some(watcher) = self.watchers.iter().find(|watcher| watcher.leg == leg) else { return false };
        turn.tell_acd(self.id, AcdOutput::Took(watcher.supervisor.clone()));
        self.supervision_begins(leg, turn);
        true
    }

    fn supervision_begins(&mut self, leg: LegId, turn: &mut Turn<'_>) {
        let Some(watcher) = self.watchers.iter().find(|watcher| watcher.leg == leg).cloned() else { return };
        let Watcher { supervisor, mode, .. } = watcher;
        turn.fact(What::Supervised { leg, supervisor, mode });
        match mode {
            SupervisionMode::Listen | SupervisionMode::Whisper => self.step_out(leg, turn),
            SupervisionMode::Barge => self.join(leg, turn),
            SupervisionMode::Intercept => self.intercept(leg, turn),
        }
    }

    /// A supervisor who had come in only watches again, if somebody else still talks with the caller.
    fn step_out(&mut self, leg: LegId, turn: &mut Turn<'_>) {
        if let Some(talk) = self.talk_mut()
            && talk.with.len() > 1
            && talk.with.contains(&leg)
        {
            talk.with.retain(|other| *other != leg);
            self.unbridge(leg, turn);
        }
        self.arrange(turn);
    }

    /// The supervisor takes the place of all who talk with the caller.
    fn intercept(&mut self, leg: LegId, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk() else { return };
        let others: Legs = talk.with.iter().copied().filter(|other| *other != leg).collect();
        self.cancel_consult(ConsultEnd::Ended, Cause::Released, turn);
        self.unhold(turn);
        self.join(leg, turn);
        self.watchers.retain(|watcher| watcher.leg != leg);
        for other in others {
            if let Some(talk) = self.talk_mut() {
                talk.with.retain(|with| *with != other);
            }
            self.end_leg(other, ending(Cause::Released, Party::Operator), turn);
        }
        self.arrange(turn);
    }

    /// A supervisor leaves by command. True if he was in the call.
    pub(crate) fn stop_supervising(&mut self, supervisor: &AgentName, turn: &mut Turn<'_>) -> bool {
        let found = self.watchers.iter().find(|watcher| watcher.supervisor == *supervisor);
        let Some(leg) = found.map(|watcher| watcher.leg) else { return false };
        self.step_out(leg, turn);
        self.forget_watcher(leg);
        self.end_leg(leg, ending(Cause::HungUp, Party::Operator), turn);
        self.arrange(turn);
        true
    }

    /// True if the leg was that of a supervisor who only watched: nobody else notices that he is gone.
    pub(crate) fn forget_watcher(&mut self, leg: LegId) -> bool {
        let watched = self.watcher(leg).is_some();
        self.watchers.retain(|watcher| watcher.leg != leg);
        watched
    }
}
