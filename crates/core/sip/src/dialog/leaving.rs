//! Calls that are over while SIP still has to clear away: CANCELs, answers that crossed them, BYEs.

use bell_types::Cause;
use smallvec::SmallVec;

use crate::desk::Desk;
use crate::dialog::calling::Branch;
use crate::dialog::deadline::Deadline;
use crate::dialog::talking::Unacked;
use crate::dialog::{Ask, Dialog, Phase, Reply, body, stray_answer};
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::txn::ClientKey;

/// What is left of a call.
#[derive(Debug)]
pub(crate) struct Leaving {
    /// INVITEs of ours that were taken back and have no final response yet.
    branches: SmallVec<[ClientKey; 1]>,
    /// Our 2xx waits for its ACK; until then no BYE may be sent (RFC 3261 §15).
    pub(super) unacked: Option<Unacked>,
    cause: Cause,
}

impl Leaving {
    pub(super) fn with_branches(branches: &[Branch], cause: Cause) -> Self {
        Self { branches: branches.iter().map(|branch| branch.key).collect(), unacked: None, cause }
    }

    pub(super) fn with_keys(branches: SmallVec<[ClientKey; 1]>, unacked: Option<Unacked>, cause: Cause) -> Self {
        Self { branches, unacked, cause }
    }

    pub(super) const fn cause(&self) -> Cause {
        self.cause
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.branches.is_empty() && self.unacked.is_none()
    }
}

impl Dialog {
    pub(super) fn heard_leaving(&mut self, desk: &mut Desk, mut leaving: Leaving, reply: &Reply<'_>) {
        let status = reply.response.status();
        let ours = leaving.branches.contains(&reply.key);
        if status.is_provisional() {
            // It came too late for the call, but in time for its CANCEL.
            if ours {
                desk.txns.cancel(&mut desk.wire, reply.key, body::reason(leaving.cause));
            }
        } else {
            leaving.branches.retain(|key| *key != reply.key);
            if status.is_success() && reply.response.cseq().method == Method::Invite {
                // The answer crossed our CANCEL: acknowledge it and hang up.
                stray_answer(desk, reply.response, reply.flow, Some(self.id), body::reason(leaving.cause));
            }
        }
        self.phase = Phase::Leaving(leaving);
        self.settle(desk);
    }

    pub(super) fn unheard_leaving(&mut self, mut leaving: Leaving, key: ClientKey) {
        leaving.branches.retain(|branch| *branch != key);
        let done = leaving.is_done() && self.asked.is_empty();
        self.phase = if done { Phase::Gone } else { Phase::Leaving(leaving) };
    }

    pub(super) fn woken_leaving(&mut self, desk: &mut Desk, mut leaving: Leaving, deadline: Deadline) {
        if deadline == Deadline::Ack
            && let Some(unacked) = leaving.unacked.take()
        {
            match self.repeat_answer(desk, unacked) {
                Some(unacked) => leaving.unacked = Some(unacked),
                None => self.bye(desk, leaving.cause),
            }
        }
        self.phase = Phase::Leaving(leaving);
        self.settle(desk);
    }

    /// BYE, if there is somebody to send it to.
    pub(super) fn bye(&mut self, desk: &mut Desk, cause: Cause) {
        let reason = body::reason(cause);
        let key = self.request(desk, &Method::Bye, |builder| match reason {
            Some(reason) => builder.header(HeaderName::Reason, reason).finish(),
            None => builder.finish(),
        });
        self.asked.extend(key.map(|key| (key, Ask::Bye)));
    }

    /// A response to a request other than INVITE.
    pub(super) fn heard_ask(&mut self, desk: &mut Desk, at: usize, reply: &Reply<'_>) {
        if reply.response.status().is_provisional() {
            return;
        }
        let (_, ask) = self.asked.remove(at);
        // A carrier may challenge even a BYE.
        if let Some(key) = self.repeat(desk, self.hop, reply) {
            self.asked.push((key, ask));
        }
        self.settle(desk);
    }

    pub(super) fn unheard_ask(&mut self, desk: &mut Desk, at: usize) {
        self.asked.remove(at);
        self.settle(desk);
    }
}
