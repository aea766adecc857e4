//! Nobody is offered a call who is not there for it: one offer at a time, never more calls than his capacity.

use std::collections::{BTreeMap, BTreeSet};

use bell_engine::Snapshot;
use bell_types::{AgentName, AgentPresence, EndpointName, Fact, LegId, LegRole, OfferId, What};

#[derive(Default)]
pub(super) struct Agents {
    presence: BTreeMap<AgentName, AgentPresence>,
    /// Live offers.
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
            What::EndpointGone { endpoint, .. } | What::LineReached { endpoint, down: Some(_) } => {
                self.registered.remove(endpoint);
            }
            What::LineReached { endpoint, down: None } => {
                self.registered.insert(endpoint.clone());
            }
            What::LegOpened { leg, role: LegRole::Agent { agent, .. }, .. } => {
                self.legs.insert(*leg, (agent.clone(), false));
            }
            What::LegAnswered { leg, .. } | What::Confirmed { leg } => self.answered(*leg, true),
            // A voicemail may have answered: nobody is on a call before the key.
            What::ConfirmAsked { leg, .. } => self.answered(*leg, false),
            What::LegEnded { leg, .. } => {
                self.legs.remove(leg);
            }
            What::Offered { offer, agent, endpoint, .. } => self.offered(*offer, agent, endpoint, snapshot)?,
            // Whatever else he is on now was transferred to him meanwhile, and he has answered it himself.
            What::OfferEnded { agent, .. } => {
                self.offers.remove(agent);
            }
            _ => {}
        }
        Ok(())
    }

    fn answered(&mut self, leg: LegId, is_on_call: bool) {
        if let Some((_, answered)) = self.legs.get_mut(&leg) {
            *answered = is_on_call;
        }
    }

    fn offered(
        &mut self,
        offer: OfferId,
        agent: &AgentName,
        endpoint: &EndpointName,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        let config = snapshot.acd.agents.iter().find(|config| config.name == *agent);
        let capacity = config.map_or(0, |config| config.capacity as usize);
        if let Some(other) = self.offers.insert(agent.clone(), offer) {
            return Err(format!("{agent} is offered {offer:?} and has {other:?}"));
        }
        if self.presence.get(agent) != Some(&AgentPresence::Available) {
            return Err(format!("{agent} is offered {offer:?} and is {:?}", self.presence.get(agent)));
        }
        if !self.registered.contains(endpoint) {
            return Err(format!("{agent} is offered {offer:?} at {endpoint}, which is not registered"));
        }
        let load = self.load(agent);
        if load >= capacity {
            return Err(format!("{agent} is offered {offer:?}, is on {load} calls and takes {capacity}"));
        }
        Ok(())
    }

    /// A step is over: where an offer is live, a phone of its agent is being called, or was just answered.
    pub(super) fn settled(&self) -> Result<(), String> {
        let rings = |offer: &OfferId, agent: &AgentName| {
            self.legs.iter().any(|(leg, (other, _))| leg.call == offer.call && other == agent)
        };
        match self.offers.iter().find(|(agent, offer)| !rings(offer, agent)) {
            Some((agent, offer)) => Err(format!("{agent} has the offer {offer:?}, and no phone rings for it")),
            None => Ok(()),
        }
    }

    /// How many answered calls he is on.
    fn load(&self, agent: &AgentName) -> usize {
        self.legs.values().filter(|(other, answered)| *answered && other == agent).count()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bell_types::{AgentActivity, CallId, Codec, Direction, Now, Party, Seq};

    use super::*;
    use crate::configuration;
    use crate::dice::Dice;

    fn check(facts: &[What]) -> Result<(), String> {
        let snapshot = configuration::draw(1, &mut Dice::new(1));
        let mut agents = Agents::default();
        for what in facts {
            agents.fact(&Fact { seq: Seq(1), now: Now::default(), what: what.clone() }, &snapshot)?;
        }
        Ok(())
    }

    fn alice() -> AgentName {
        AgentName::new("alice").unwrap()
    }

    fn phone() -> EndpointName {
        EndpointName::new("alice").unwrap()
    }

    fn ready() -> [What; 2] {
        let source = "10.0.1.1:5060".parse().unwrap();
        let (presence, activity) = (AgentPresence::Available, AgentActivity::Idle);
        [
            What::EndpointRegistered { endpoint: phone(), source, user_agent: None },
            What::AgentChanged { agent: alice(), presence, activity, by: Party::System },
        ]
    }

    fn offered(call: u64) -> What {
        let offer = OfferId { call: CallId::from_u64(call), number: 1 };
        What::Offered { offer, agent: alice(), endpoint: phone(), ring_timeout: Duration::from_secs(9) }
    }

    fn on_call(number: u64) -> [What; 2] {
        let leg = LegId { call: CallId::from_u64(number), number: 2 };
        let role = LegRole::Agent { agent: alice(), endpoint: phone() };
        [What::LegOpened { leg, role, direction: Direction::Outbound }, What::LegAnswered { leg, codec: Codec::Pcma }]
    }

    #[test]
    fn who_is_offered_too_much_is_caught() {
        assert_eq!(check(&[&ready()[..], &[offered(1)]].concat()), Ok(()));
        assert!(check(&[offered(1)]).is_err(), "nobody is there");
        assert!(check(&[&ready()[1..], &[offered(1)]].concat()).is_err(), "no phone");
        assert!(check(&[&ready()[..], &[offered(1), offered(2)]].concat()).is_err(), "two offers");
        let busy = [&ready()[..], &on_call(1), &on_call(2), &[offered(3)]].concat();
        assert!(check(&busy).is_err(), "nobody takes three calls here");
    }
}
