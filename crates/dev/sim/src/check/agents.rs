//! Nobody is offered a call who is not there for it: one offer at a time, never more calls than his capacity.

use std::collections::{BTreeMap, BTreeSet};

use bell_engine::Snapshot;
use bell_types::{AgentName, AgentPresence, EndpointName, Fact, LegId, LegRole, OfferId, What};

#[derive(Default)]
pub(super) struct Agents {
    presence: BTreeMap<AgentName, AgentPresence>,
    offers: BTreeMap<AgentName, OfferId>,
    registered: BTreeSet<EndpointName>,
    /// Legs to agents, and whether each is answered.
    legs: BTreeMap<LegId, (AgentName, bool)>,
}

impl Agents {
    pub(super) fn fact(&mut self, fact: &Fact, snapshot: &Snapshot) -> Result<(), String> {
        match &fact.what {
            What::NodeStarted { .. } => *self = Self::default(),
            What::AgentChanged { agent, presence, .. } => {
                self.presence.insert(agent.clone(), presence.clone());
            }
            What::EndpointRegistered { endpoint, .. } => {
                self.registered.insert(endpoint.clone());
            }
            What::EndpointGone { endpoint, .. } => {
                self.registered.remove(endpoint);
            }
            What::LegOpened { leg, role: LegRole::Agent { agent, .. }, .. } => {
                self.legs.insert(*leg, (agent.clone(), false));
            }
            What::LegAnswered { leg, .. } => {
                if let Some((_, answered)) = self.legs.get_mut(leg) {
                    *answered = true;
                }
            }
            What::LegEnded { leg, .. } => {
                self.legs.remove(leg);
            }
            What::Offered { offer, agent, endpoint, .. } => self.offered(*offer, agent, endpoint, snapshot)?,
            What::OfferEnded { agent, .. } => {
                self.offers.remove(agent);
            }
            _ => {}
        }
        Ok(())
    }

    fn offered(
        &mut self,
        offer: OfferId,
        agent: &AgentName,
        endpoint: &EndpointName,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        if let Some(other) = self.offers.insert(agent.clone(), offer) {
            return Err(format!("{agent} is offered {offer:?} and has {other:?}"));
        }
        if self.presence.get(agent) != Some(&AgentPresence::Available) {
            return Err(format!("{agent} is offered {offer:?} and is {:?}", self.presence.get(agent)));
        }
        if !self.registered.contains(endpoint) {
            return Err(format!("{agent} is offered {offer:?} at {endpoint}, which is not registered"));
        }
        let config = snapshot.acd.agents.iter().find(|config| config.name == *agent);
        let capacity = config.map_or(0, |config| config.capacity as usize);
        let load = self.legs.values().filter(|(other, answered)| *answered && other == agent).count();
        if load >= capacity {
            return Err(format!("{agent} is offered {offer:?}, is on {load} calls and takes {capacity}"));
        }
        Ok(())
    }
}
