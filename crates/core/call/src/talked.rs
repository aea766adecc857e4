//! Whose call it was: who called whom, who talked, and what each did.

use std::time::Duration;

use bell_types::{AgentName, LegRole, Number};
use serde::{Deserialize, Serialize};

use crate::record::{CallRecord, LegRecord, Peer, Stage, StageKind};

/// What one party did for a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// Talked with him alone.
    pub talk: Duration,
    /// Held him.
    pub hold: Duration,
    /// Asked somebody on his behalf, or was asked.
    pub consult: Duration,
    /// Talked with him and others.
    pub conference: Duration,
}

impl CallRecord {
    /// Who called whom: the customer us, or we the customer. Nobody: the number was withheld.
    pub fn ends(&self) -> (Option<&Number>, &Number) {
        match (&self.trunk, &self.caller.number) {
            (None, Some(customer)) => (Some(&self.called), customer),
            (_, customer) => (customer.as_ref(), &self.called),
        }
    }

    /// The agents who talked with the caller, who did so last at the end; and when each one's part ended, from arrival.
    /// While he is on hold or waits for what an agent asks somebody else, that agent's part goes on. Of a call that was
    /// placed and that nobody took, the agents who wanted it: that nobody is there is what came of it.
    pub fn talked(&self) -> Vec<(&AgentName, Duration)> {
        let mut talked: Vec<(&AgentName, Duration)> = Vec::new();
        for stage in &self.stages {
            for agent in stage.kind.served_by() {
                talked.retain(|(known, _)| *known != agent);
                talked.push((agent, stage.from.saturating_add(stage.length)));
            }
        }
        if talked.is_empty() && self.trunk.is_none() {
            talked.extend(self.legs.iter().filter(|leg| leg.answered.is_some()).filter_map(|leg| self.at_phone(leg)));
        }
        talked
    }

    /// What each party did for the caller, in the order in which they came: talk time belongs to him who talked
    /// (field complaint 40).
    pub fn handled(&self) -> Vec<(Peer, Handled)> {
        let mut all: Vec<(Peer, Handled)> = Vec::new();
        let mut add = |peer: &Peer, part: fn(&mut Handled) -> &mut Duration, length: Duration| {
            let place = all.iter().position(|(known, _)| known == peer).unwrap_or_else(|| {
                all.push((peer.clone(), Handled::default()));
                all.len() - 1
            });
            *part(&mut all[place].1) += length;
        };
        for Stage { kind, length, .. } in &self.stages {
            match kind {
                StageKind::Talk(peer) => add(peer, |handled| &mut handled.talk, *length),
                StageKind::Hold(peer) => add(peer, |handled| &mut handled.hold, *length),
                StageKind::Consult { by, with } => {
                    add(by, |handled| &mut handled.consult, *length);
                    add(with, |handled| &mut handled.consult, *length);
                }
                StageKind::Conference(peers) => {
                    peers.iter().for_each(|peer| add(peer, |handled| &mut handled.conference, *length));
                }
                StageKind::Arriving
                | StageKind::Flow
                | StageKind::Queue(_)
                | StageKind::Transfer
                | StageKind::Parked(_)
                | StageKind::Missing(_) => {}
            }
        }
        all
    }

    fn at_phone<'r>(&self, leg: &'r LegRecord) -> Option<(&'r AgentName, Duration)> {
        let ended = leg.ended.as_ref().map_or(self.length, |(at, _)| *at);
        match &leg.role {
            LegRole::Agent { agent, .. } => Some((agent, ended)),
            LegRole::Caller | LegRole::External { .. } | LegRole::Supervisor { .. } => None,
        }
    }
}

impl StageKind {
    fn served_by(&self) -> Vec<&AgentName> {
        let peers: &[Peer] = match self {
            Self::Talk(peer) | Self::Hold(peer) | Self::Consult { by: peer, .. } => std::slice::from_ref(peer),
            Self::Conference(peers) => peers,
            Self::Arriving | Self::Flow | Self::Queue(_) | Self::Transfer | Self::Parked(_) | Self::Missing(_) => &[],
        };
        let agents = peers.iter().filter_map(|peer| match peer {
            Peer::Agent(agent) => Some(agent),
            Peer::External(_) => None,
        });
        agents.collect()
    }
}
