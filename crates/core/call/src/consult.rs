//! Asking somebody while the caller waits: consultation, attended transfer, conference.

use bell_types::{AgentName, Cause, ConsultEnd, LegId, LegRole, Mono, Party, What};

use crate::call::{Call, Stage, Turn};
use crate::calling::Calling;
use crate::transfer::{Transfer, Waits};
use crate::vocabulary::{AcdOutput, Destination, LegOutput, ending};

/// An agent asks somebody.
#[derive(Debug)]
pub(crate) struct Consult {
    /// The leg of the agent who talks with the caller.
    pub(crate) by: LegId,
    /// How he turns from the one to the other.
    pub(crate) line: Line,
    /// Who is asked, once he has answered.
    answered: LegId,
    /// Who is asked, while he has not.
    pub(crate) calling: Option<Calling>,
}

/// How an agent turns from the caller to whom he asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// By command, on the same leg.
    Same(Side),
    /// By his phone, which has called on a second line and holds the one or the other.
    Second(LegId),
}

/// With whom an agent talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The caller.
    Caller,
    /// Who is asked.
    Target,
}

impl Line {
    /// The agent's second leg.
    pub(crate) fn second(self) -> Option<LegId> {
        match self {
            Self::Same(_) => None,
            Self::Second(leg) => Some(leg),
        }
    }
}

impl Consult {
    pub(crate) fn target(&self) -> LegId {
        self.calling.as_ref().map_or(self.answered, |calling| calling.target)
    }

    pub(crate) fn deadline(&self) -> Option<Mono> {
        self.calling.as_ref().map(Calling::due)
    }

    /// The leg that talks with who is asked.
    fn asker(&self) -> LegId {
        self.line.second().unwrap_or(self.by)
    }
}

impl Call {
    /// The agent turns from the caller to somebody else, on the same leg.
    pub(crate) fn consult(&mut self, by: LegId, routes: Vec<Destination>, turn: &mut Turn<'_>) -> Result<(), Cause> {
        self.unhold(turn);
        self.ask(by, Line::Same(Side::Target), routes, turn)
    }

    /// The agent's phone calls somebody on a second line while it holds the caller. None, with the reason, if it cannot.
    pub(crate) fn consult_by_phone(
        &mut self,
        agent: &AgentName,
        routes: Vec<Destination>,
        turn: &mut Turn<'_>,
    ) -> Result<LegId, Cause> {
        let Some(talk) = self.talk() else { return Err(Cause::Forbidden) };
        let by = talk.with[0];
        let room = self.legs().len() + 2 <= turn.config.legs_max;
        if talk.with.len() > 1 || talk.consult.is_some() || self.agent(by).as_ref() != Some(agent) || !room {
            return Err(Cause::Forbidden);
        }
        let role = self.legs().iter().find(|leg| leg.id == by).map(|leg| leg.role.clone());
        let line = self.open_leg(role.ok_or(Cause::Internal)?, None, turn);
        self.ask(by, Line::Second(line), routes, turn)?;
        Ok(line)
    }

    fn ask(&mut self, by: LegId, line: Line, routes: Vec<Destination>, turn: &mut Turn<'_>) -> Result<(), Cause> {
        let calling = self.call_party(routes, turn.config.transfer_ring_timeout, turn)?;
        let target = calling.target;
        turn.fact(What::ConsultBegan { by, target, line: line.second() });
        if let Some(talk) = self.talk_mut() {
            talk.consult = Some(Consult { by, line, answered: target, calling: Some(calling) });
        }
        self.arrange(turn);
        Ok(())
    }

    pub(crate) fn consult_rings(&mut self, id: LegId, early_media: bool, turn: &mut Turn<'_>) {
        let calling = self.consulting().and_then(|consult| consult.calling.as_mut());
        if let Some(calling) = calling.filter(|calling| calling.target == id) {
            calling.rang(early_media);
            self.arrange(turn);
        }
    }

    /// True if the leg is the second line of the agent who asks.
    pub(crate) fn line_answered(&mut self, id: LegId, turn: &mut Turn<'_>) -> bool {
        let asks = self.consulting().is_some_and(|consult| consult.line.second() == Some(id));
        if asks && let Some(agent) = self.agent(id) {
            turn.tell_acd(self.id, AcdOutput::Took(agent));
            self.arrange(turn);
        }
        asks
    }

    /// True if the leg is who is asked.
    pub(crate) fn consult_answered(&mut self, id: LegId, turn: &mut Turn<'_>) -> bool {
        let Some(consult) = self.consulting().filter(|consult| consult.target() == id) else { return false };
        consult.answered = id;
        consult.calling = None;
        let asker = consult.asker();
        if let Some(agent) = self.agent(id) {
            turn.tell_acd(self.id, AcdOutput::Took(agent));
        }
        self.bridge_legs(asker, id, turn);
        self.arrange(turn);
        true
    }

    /// Turns the agent to the other one.
    pub(crate) fn switch(&mut self, turn: &mut Turn<'_>) {
        let Some(consult) = self.consulting() else { return };
        let by = consult.by;
        let Line::Same(side) = &mut consult.line else { return };
        *side = match *side {
            Side::Caller => Side::Target,
            Side::Target => Side::Caller,
        };
        let to_caller = *side == Side::Caller;
        turn.fact(What::ConsultSwitched { by, to_caller });
        self.arrange(turn);
    }

    /// The agent leaves, and the caller talks with who was asked; while he has not answered yet, the caller waits for
    /// him as in a blind transfer.
    pub(crate) fn complete(&mut self, turn: &mut Turn<'_>) {
        let Some(consult) = self.take_consult() else { return };
        let Consult { by, line, calling, .. } = consult;
        let target = calling.as_ref().map_or(consult.answered, |calling| calling.target);
        turn.fact(What::ConsultEnded { by, target, how: ConsultEnd::Completed });
        if let Some(line) = line.second() {
            self.end_leg(line, ending(Cause::Moved, Party::System), turn);
        }
        match calling {
            Some(calling) => {
                turn.fact(What::TransferAsked { by, target: self.named(target) });
                self.unbridge(by, turn);
                self.stage = Stage::Transferring(Transfer { by, calling, waits: Waits::Nobody });
                self.arrange(turn);
            }
            None => {
                self.unbridge(by, turn);
                self.handed_on(self.agent(by), turn);
                self.take_place(by, target, turn);
                self.report(by, None, turn);
                self.end_leg(by, ending(Cause::Moved, Party::System), turn);
                self.arrange(turn);
            }
        }
    }

    /// One takes the place of another in the talk; a supervisor who has come in stays.
    fn take_place(&mut self, of: LegId, leg: LegId, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk_mut() else { return };
        talk.with.retain(|with| *with != of);
        talk.with.insert(0, leg);
        self.bridge(leg, turn);
    }

    /// Everybody talks with everybody.
    pub(crate) fn conference(&mut self, turn: &mut Turn<'_>) {
        let Some(consult) = self.take_consult() else { return };
        let Consult { by, line, answered, .. } = consult;
        turn.fact(What::ConsultEnded { by, target: answered, how: ConsultEnd::Conference });
        self.unbridge_legs(line.second().unwrap_or(by), answered, turn);
        if let Some(line) = line.second() {
            self.end_leg(line, ending(Cause::Moved, Party::System), turn);
        }
        self.join(answered, turn);
    }

    /// One more talks with the caller.
    pub(crate) fn join(&mut self, leg: LegId, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk_mut() else { return };
        if !talk.with.contains(&leg) {
            talk.with.push(leg);
            self.bridge(leg, turn);
        }
        self.arrange(turn);
    }

    /// The agent takes the caller back; who was asked is let go.
    pub(crate) fn cancel_consult(&mut self, how: ConsultEnd, cause: Cause, turn: &mut Turn<'_>) {
        let Some(consult) = self.take_consult() else { return };
        let (by, target) = (consult.by, consult.target());
        let system = || ending(cause, Party::System);
        self.end_leg(target, system(), turn);
        if let Some(line) = consult.line.second() {
            self.end_leg(line, system(), turn);
        }
        turn.fact(What::ConsultEnded { by, target, how });
        self.arrange(turn);
    }

    /// The leg of who was asked is over. It has been closed already.
    pub(crate) fn consult_failed(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        let Some(mut consult) = self.take_consult() else { return };
        let target = consult.target();
        if let Some(calling) = consult.calling.take()
            && let Ok(next) = self.try_next(calling, cause, turn)
        {
            consult.calling = Some(next);
            if let Some(talk) = self.talk_mut() {
                talk.consult = Some(consult);
            }
            return self.arrange(turn);
        }
        let Consult { by, line, .. } = consult;
        turn.fact(What::ConsultEnded { by, target, how: ConsultEnd::Failed(cause) });
        if let Some(line) = line.second() {
            self.end_leg(line, ending(cause, Party::System), turn);
        }
        self.arrange(turn);
    }

    /// Who asked has left, and others talk on with the caller: nobody needs the answer any more.
    pub(crate) fn consult_orphaned(&mut self, left: LegId, cause: Cause, turn: &mut Turn<'_>) {
        if self.consulting().is_some_and(|consult| consult.by == left) {
            self.cancel_consult(ConsultEnd::Ended, cause, turn);
        }
    }

    /// The call ends while somebody is being asked.
    pub(crate) fn give_up_consult(&mut self, turn: &mut Turn<'_>) {
        if let Some(consult) = self.take_consult() {
            let (by, target) = (consult.by, consult.target());
            turn.fact(What::ConsultEnded { by, target, how: ConsultEnd::Ended });
        }
    }

    /// The consultation that is going on.
    pub(crate) fn consulting(&mut self) -> Option<&mut Consult> {
        self.talk_mut().and_then(|talk| talk.consult.as_mut())
    }

    fn take_consult(&mut self) -> Option<Consult> {
        self.talk_mut().and_then(|talk| talk.consult.take())
    }

    /// Tells a phone that asked for a transfer how it went. Others have asked by command and need no word.
    pub(crate) fn report(&mut self, by: LegId, failed: Option<Cause>, turn: &mut Turn<'_>) {
        if self.leg_mut(by).is_some_and(|leg| std::mem::take(&mut leg.refers)) {
            turn.leg(by, LegOutput::TransferEnded(failed));
        }
    }

    /// Who a leg leads to, for the facts.
    pub(crate) fn named(&self, id: LegId) -> String {
        match self.legs().iter().find(|leg| leg.id == id).map(|leg| &leg.role) {
            Some(LegRole::Agent { agent, .. } | LegRole::Supervisor { agent, .. }) => format!("agent:{agent}"),
            Some(LegRole::External { number, .. }) => format!("number:{number}"),
            Some(LegRole::Caller) | None => String::new(),
        }
    }
}
