//! Moving a caller to somebody else. Whatever goes wrong, the caller is never dropped by a failed transfer.

use std::time::Duration;

use bell_types::{AgentName, CallRefusal, Cause, FlowName, LegId, Number, Party, What};

use crate::call::{Call, Stage, Turn, Waiting};
use crate::calling::Calling;
use crate::consult::Line;
use crate::vocabulary::{AcdOutput, AfterAgent, Destination, FlowOutput, Goal, Hear, ending};

/// A transfer on its way.
#[derive(Debug)]
pub(crate) struct Transfer {
    /// Who asked for it: an agent's leg, or the caller's own for the flow.
    pub(crate) by: LegId,
    /// Who is to answer.
    pub(crate) calling: Calling,
    /// Who waits for word of it besides a phone that asked.
    pub(crate) waits: Waits,
}

/// Who waits for word of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// The flow, which goes on if it fails.
    Flow,
    /// Nobody: the caller goes back to where he was.
    Nobody,
}

impl Call {
    /// An agent's phone asks to hand the caller on (RFC 3515).
    pub(crate) fn transfer_asked(&mut self, by: LegId, target: String, goal: Result<Goal, Cause>, turn: &mut Turn<'_>) {
        if let Some(leg) = self.leg_mut(by) {
            leg.refers = true;
        }
        if let Ok(Goal::Partner(partner)) = &goal {
            let partner = *partner;
            return self.attended_asked(by, partner, target, turn);
        }
        let alone = self.talk().is_some_and(|talk| talk.with.as_slice() == [by] && talk.consult.is_none());
        let allowed = if alone && self.has_room(turn.config) { goal } else { Err(Cause::Forbidden) };
        match allowed {
            Ok(goal) => self.transfer(by, target, goal, turn),
            Err(cause) => self.refuse_transfer(by, target, cause, turn),
        }
    }

    /// The phone has called somebody on a second line and gives him the caller.
    fn attended_asked(&mut self, by: LegId, partner: LegId, target: String, turn: &mut Turn<'_>) {
        let pair = self.consulting().map(|consult| (consult.by, consult.line));
        let ours = |(first, line)| match line {
            Line::Second(second) => (by, partner) == (first, second) || (partner, by) == (first, second),
            Line::Same(_) => false,
        };
        match pair.filter(|pair| ours(*pair)) {
            Some((first, _)) => {
                if let Some(leg) = self.leg_mut(first).filter(|leg| leg.id != by) {
                    leg.refers = false;
                }
                // The line that asked is told before it is ended.
                self.report_success_of(by, first, turn);
                self.complete(turn);
            }
            None => self.refuse_transfer(by, target, Cause::Forbidden, turn),
        }
    }

    /// A second line that asks is closed when the transfer begins: it hears now that all is well.
    fn report_success_of(&mut self, by: LegId, first: LegId, turn: &mut Turn<'_>) {
        if by != first {
            self.report(by, None, turn);
        }
    }

    fn refuse_transfer(&mut self, by: LegId, target: String, cause: Cause, turn: &mut Turn<'_>) {
        if matches!(self.stage, Stage::Transferring(_)) {
            // One is on its way, and its facts are not to be mixed up with those of another.
            let (call, by_whom) = (self.id, self.party(by));
            let (command, refused) = (format!("transfer {target}"), Some(CallRefusal::Busy.code().to_owned()));
            turn.fact(What::CallCommanded { call, by: by_whom, command, refused });
            return self.report(by, Some(cause), turn);
        }
        turn.fact(What::TransferAsked { by, target });
        self.report(by, Some(cause), turn);
        turn.fact(What::TransferEnded { by, failed: Some(cause) });
    }

    /// Hands the caller on. Who may, has been checked.
    pub(crate) fn transfer(&mut self, by: LegId, target: String, goal: Goal, turn: &mut Turn<'_>) {
        self.unhold(turn);
        turn.fact(What::TransferAsked { by, target });
        match goal {
            Goal::Party(routes) => {
                self.unbridge(by, turn);
                self.begin_transfer(by, routes, turn.config.transfer_ring_timeout, Waits::Nobody, turn);
            }
            Goal::Queue { queue, music } => {
                self.moved_by(by, turn);
                // A survey that his flow wants after the agent is wanted after the next one too.
                let after_agent = self.queue.as_ref().map_or(AfterAgent::Ends, |waiting| waiting.after_agent);
                // He has waited once already.
                self.enqueue(Waiting { queue, priority: u8::MAX, music, after_agent }, turn);
            }
            Goal::Flow(flow) => {
                self.moved_by(by, turn);
                self.enter_flow(flow, turn);
            }
            // An attended transfer is its own way.
            Goal::Partner(_) => self.transfer_over(by, Some(Cause::Forbidden), turn),
        }
    }

    /// The agent has handed the caller to something that takes everybody.
    fn moved_by(&mut self, by: LegId, turn: &mut Turn<'_>) {
        self.transfer_over(by, None, turn);
        self.handed_on(self.agent(by), turn);
        self.stage = Stage::Flow;
        if by != self.caller_id() {
            self.end_leg(by, ending(Cause::Moved, Party::System), turn);
        }
    }

    /// An agent has handed the caller on. If the caller comes back, it is to somebody else first.
    pub(crate) fn handed_on(&self, agent: Option<AgentName>, turn: &mut Turn<'_>) {
        if let Some(agent) = agent {
            turn.tell_acd(self.id, AcdOutput::HandedOn(agent));
        }
    }

    /// The caller comes into a flow, from its beginning.
    pub(crate) fn enter_flow(&mut self, flow: FlowName, turn: &mut Turn<'_>) {
        let caller = self.caller_id();
        self.stop_playing(caller, turn);
        self.stage = Stage::Flow;
        self.flow_queued = false;
        self.hear(caller, Hear::Silence, turn);
        self.arrange(turn);
        turn.tell_flow(self.id, FlowOutput::Enter(flow));
    }

    /// The flow hands the caller on.
    pub(crate) fn transfer_by_flow(
        &mut self,
        target: &Number,
        routes: Result<Vec<Destination>, Cause>,
        ring_timeout: Duration,
        turn: &mut Turn<'_>,
    ) {
        let by = self.caller_id();
        turn.fact(What::TransferAsked { by, target: target.to_string() });
        match routes {
            Ok(routes) => self.begin_transfer(by, routes, ring_timeout, Waits::Flow, turn),
            Err(cause) => {
                turn.fact(What::TransferEnded { by, failed: Some(cause) });
                turn.tell_flow(self.id, FlowOutput::TransferFailed(cause));
            }
        }
    }

    fn begin_transfer(
        &mut self,
        by: LegId,
        routes: Vec<Destination>,
        ring_timeout: Duration,
        waits: Waits,
        turn: &mut Turn<'_>,
    ) {
        self.open_early(turn);
        match self.call_party(routes, ring_timeout, turn) {
            Ok(calling) => {
                self.stage = Stage::Transferring(Transfer { by, calling, waits });
                self.arrange(turn);
            }
            Err(cause) => self.transfer_over_without(by, cause, waits, turn),
        }
    }

    pub(crate) fn transfer_answered(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Stage::Transferring(transfer) = &self.stage else {
            return;
        };
        if transfer.calling.target != id {
            return;
        }
        let by = transfer.by;
        turn.fact(What::TransferEnded { by, failed: None });
        self.handed_on(self.agent(by), turn);
        if let Some(agent) = self.agent(id) {
            turn.tell_acd(self.id, AcdOutput::Took(agent));
        }
        if by != self.caller_id() && self.has_leg(by) {
            self.report(by, None, turn);
            self.end_leg(by, ending(Cause::Moved, Party::System), turn);
        }
        self.talk_with(id, turn);
    }

    /// The leg of the target is over. It has been closed already: another way to it is tried, if there is one.
    pub(crate) fn transfer_leg_ended(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        let Stage::Transferring(Transfer { by, calling, waits }) = std::mem::replace(&mut self.stage, Stage::Flow)
        else {
            return;
        };
        match self.try_next(calling, cause, turn) {
            Ok(calling) => {
                self.stage = Stage::Transferring(Transfer { by, calling, waits });
                self.arrange(turn);
            }
            Err(cause) => self.transfer_over_without(by, cause, waits, turn),
        }
    }

    /// The target cannot have the caller. He goes back to the agent who sent him, or else to where he came from.
    fn transfer_over_without(&mut self, by: LegId, cause: Cause, waits: Waits, turn: &mut Turn<'_>) {
        turn.fact(What::TransferEnded { by, failed: Some(cause) });
        if waits == Waits::Flow {
            self.stage = Stage::Flow;
            self.hear(by, Hear::Silence, turn);
            turn.tell_flow(self.id, FlowOutput::TransferFailed(cause));
        } else if by != self.caller_id() && self.has_leg(by) {
            self.report(by, Some(cause), turn);
            self.talk_with(by, turn);
        } else {
            self.go_back(turn);
        }
    }

    fn transfer_over(&mut self, by: LegId, failed: Option<Cause>, turn: &mut Turn<'_>) {
        self.report(by, failed, turn);
        turn.fact(What::TransferEnded { by, failed });
    }

    /// The call ends before the target has answered.
    pub(crate) fn give_up_transfer(&self, cause: Cause, turn: &mut Turn<'_>) {
        if let Stage::Transferring(transfer) = &self.stage {
            turn.fact(What::TransferEnded { by: transfer.by, failed: Some(cause) });
        }
    }

    /// Nobody is left to talk with the caller, through no doing of his: he goes to the front of the queue he came from,
    /// or else to the flow that greeted him.
    pub(crate) fn go_back(&mut self, turn: &mut Turn<'_>) {
        match self.queue.clone() {
            Some(mut waiting) => {
                // He has waited once already, and it was not he who failed.
                waiting.priority = u8::MAX;
                self.enqueue(waiting, turn);
            }
            None => self.enter_flow(self.arrival.flow.clone(), turn),
        }
    }
}
