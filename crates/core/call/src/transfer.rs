//! Moving a caller to somebody else. Whatever goes wrong, the caller is never dropped by a failed transfer.

use std::time::Duration;

use bell_types::{Cause, LegId, LegRole, Mono, Number, Party, What};

use crate::call::{Call, Stage, Turn};
use crate::vocabulary::{AcdOutput, Destination, FlowOutput, Hear, LegOutput, ending};

/// A transfer on its way.
#[derive(Debug)]
pub(crate) struct Transfer {
    /// Who asked for it: an agent's leg, or the caller's own for the flow.
    by: LegId,
    /// The leg that is to answer.
    pub(crate) target: LegId,
    /// When it has rung long enough.
    pub(crate) deadline: Mono,
}

impl Call {
    /// An agent's phone asks to hand the caller on (RFC 3515).
    pub(crate) fn transfer_asked(
        &mut self,
        by: LegId,
        target: String,
        to: Result<Destination, Cause>,
        turn: &mut Turn<'_>,
    ) {
        turn.fact(What::TransferAsked { by, target });
        let talking = matches!(&self.stage, Stage::Talking(peer) if *peer == by);
        let allowed = if talking && self.has_room(turn.config) { to } else { Err(Cause::Forbidden) };
        let to = match allowed {
            Ok(to) => to,
            Err(cause) => {
                turn.leg(by, LegOutput::TransferEnded(Some(cause)));
                return turn.fact(What::TransferEnded { by, failed: Some(cause) });
            }
        };
        self.unbridge(by, turn);
        self.begin_transfer(by, to, turn.config.transfer_ring_timeout, turn);
    }

    /// The flow hands the caller on.
    pub(crate) fn transfer_by_flow(
        &mut self,
        target: &Number,
        to: Result<Destination, Cause>,
        ring_timeout: Duration,
        turn: &mut Turn<'_>,
    ) {
        let by = self.caller_id();
        turn.fact(What::TransferAsked { by, target: target.to_string() });
        match to {
            Ok(to) => self.begin_transfer(by, to, ring_timeout, turn),
            Err(cause) => {
                turn.fact(What::TransferEnded { by, failed: Some(cause) });
                turn.tell_flow(self.id, FlowOutput::TransferFailed(cause));
            }
        }
    }

    fn begin_transfer(&mut self, by: LegId, to: Destination, ring_timeout: Duration, turn: &mut Turn<'_>) {
        self.hear_ringback(turn);
        let role = match &to {
            Destination::Endpoint { endpoint, agent } => {
                LegRole::Agent { agent: agent.clone(), endpoint: endpoint.clone() }
            }
            Destination::Trunk { trunk, number } => LegRole::External { number: number.clone(), trunk: trunk.clone() },
        };
        let target = self.dial(role, to, turn);
        let deadline = turn.now.mono + ring_timeout;
        self.stage = Stage::Transferring(Transfer { by, target, deadline });
    }

    pub(crate) fn transfer_answered(&mut self, id: LegId, turn: &mut Turn<'_>) {
        let Stage::Transferring(transfer) = &self.stage else {
            return;
        };
        if transfer.target != id {
            return;
        }
        let by = transfer.by;
        self.stage = Stage::Talking(id);
        turn.fact(What::TransferEnded { by, failed: None });
        if let Some(agent) = self.agent(id) {
            turn.tell_acd(self.id, AcdOutput::Took(agent));
        }
        if by != self.caller_id() && self.has_leg(by) {
            turn.leg(by, LegOutput::TransferEnded(None));
            self.end_leg(by, ending(Cause::Moved, Party::System), turn);
        }
        self.answer_caller(turn);
        self.bridge(id, turn);
    }

    /// The target cannot have the caller. He goes back to the agent who sent him, or else to the queue he came from.
    pub(crate) fn transfer_failed(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        let Stage::Transferring(transfer) = &self.stage else {
            return;
        };
        let by = transfer.by;
        turn.fact(What::TransferEnded { by, failed: Some(cause) });
        if by == self.caller_id() {
            self.stage = Stage::Flow;
            self.hear(by, Hear::Silence, turn);
            turn.tell_flow(self.id, FlowOutput::TransferFailed(cause));
        } else if self.has_leg(by) {
            turn.leg(by, LegOutput::TransferEnded(Some(cause)));
            self.stage = Stage::Talking(by);
            self.bridge(by, turn);
        } else {
            self.go_back(cause, turn);
        }
    }

    /// The call ends before the target has answered.
    pub(crate) fn give_up_transfer(&self, cause: Cause, turn: &mut Turn<'_>) {
        if let Stage::Transferring(transfer) = &self.stage {
            turn.fact(What::TransferEnded { by: transfer.by, failed: Some(cause) });
        }
    }

    fn go_back(&mut self, cause: Cause, turn: &mut Turn<'_>) {
        match self.queue.clone() {
            Some(mut waiting) => {
                // He has waited once already, and it was not he who failed.
                waiting.priority = u8::MAX;
                self.enqueue(waiting, turn);
            }
            // His flow ended when a human joined; there is nobody left to give him to.
            None => self.end(cause, Party::System, turn),
        }
    }
}
