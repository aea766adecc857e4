//! Taking over a configuration: the difference by name, then the indices that follow from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use bell_types::{AgentName, AgentPresence, CallId, Mono, Party, QueueExit, QueueName};

use crate::acd::Acd;
use crate::agent::{Agent, AgentIx, Phone, Seat};
use crate::config::{AgentConfig, Config, QueueConfig};
use crate::queue::{Place, Queue, QueueIx};

impl Acd {
    pub(crate) fn reconfigure(&mut self, now: Mono, config: &Arc<Config>) {
        self.config = Arc::clone(config);
        self.dismiss_agents(now, config);
        self.close_queues(now, config);
        self.appoint_agents(now, config);
        self.open_queues(config);
        self.assign_members();
        self.look_at_everything(now);
    }

    fn dismiss_agents(&mut self, now: Mono, config: &Config) {
        let kept: BTreeSet<&AgentName> = config.agents.iter().map(|agent| &agent.name).collect();
        for ix in (0..self.agents.len()).map(AgentIx) {
            let agent = &mut self.agents[ix.0];
            if agent.config.is_some() && !kept.contains(&agent.name) {
                agent.config = None;
                agent.phones.clear();
                self.ask(now, ix, AgentPresence::SignedOut, Party::System);
            }
        }
    }

    fn close_queues(&mut self, now: Mono, config: &Config) {
        let kept: BTreeSet<&QueueName> = config.queues.iter().map(|queue| &queue.name).collect();
        for ix in (0..self.queues.len()).map(QueueIx) {
            if self.queues[ix.0].open && !kept.contains(&self.queues[ix.0].config.name) {
                self.empty(now, ix, &QueueExit::Withdrawn);
                self.queues[ix.0].open = false;
            }
        }
    }

    fn appoint_agents(&mut self, now: Mono, config: &Config) {
        self.owners.clear();
        let mut seen = BTreeSet::new();
        for agent in config.agents.iter().filter(|agent| seen.insert(&agent.name)) {
            let ix = self.agent_slot(&agent.name);
            self.configure_agent(ix, agent);
            self.refresh(now, ix, Party::System);
        }
    }

    fn agent_slot(&mut self, name: &AgentName) -> AgentIx {
        if let Some(ix) = self.agents_by_name.get(name) {
            return *ix;
        }
        let ix = AgentIx(self.agents.len());
        self.agents.push(Agent::new(name.clone()));
        self.seats.push(Seat::EMPTY);
        self.agents_by_name.insert(name.clone(), ix);
        ix
    }

    fn configure_agent(&mut self, ix: AgentIx, config: &AgentConfig) {
        let agent = &mut self.agents[ix.0];
        agent.phones.clear();
        for endpoint in &config.endpoints {
            self.owners.entry(endpoint.clone()).or_default().push(ix);
            agent.phones.push(Phone { name: endpoint.clone(), reachable: self.reachable.contains(endpoint) });
        }
        agent.config = Some(config.clone());
        agent.skills = self.skills.learn(&config.skills);
    }

    fn open_queues(&mut self, config: &Config) {
        let mut seen = BTreeSet::new();
        for queue in config.queues.iter().filter(|queue| seen.insert(&queue.name)) {
            self.configure_queue(queue);
        }
    }

    fn configure_queue(&mut self, config: &QueueConfig) {
        match self.queues_by_name.get(&config.name) {
            Some(ix) => {
                let queue = &mut self.queues[ix.0];
                queue.open = true;
                queue.config = config.clone();
            }
            None => {
                let ix = QueueIx(self.queues.len());
                self.queues_by_name.insert(config.name.clone(), ix);
                self.queues.push(Queue::new(config.clone()));
            }
        }
    }

    /// Who serves which queue at which place, both ways.
    fn assign_members(&mut self) {
        for agent in &mut self.agents {
            agent.memberships.clear();
        }
        for ix in (0..self.queues.len()).map(QueueIx) {
            let queue = &mut self.queues[ix.0];
            let mut members: Vec<AgentIx> = Vec::with_capacity(queue.config.members.len());
            let named = queue.config.members.iter().filter(|_| queue.open);
            for member in named.filter_map(|name| self.agents_by_name.get(name)) {
                let agent = &mut self.agents[member.0];
                let twice = agent.memberships.last().is_some_and(|(queue, _)| *queue == ix);
                if agent.config.is_some() && !twice {
                    agent.memberships.push((ix, Place(members.len())));
                    members.push(*member);
                }
            }
            queue.set_members(members, &self.seats);
        }
    }

    /// Everything may have changed: every free agent and every call that somebody let pass is looked at again. A call
    /// that waits for any other reason waits for an agent to become free or to join.
    fn look_at_everything(&mut self, now: Mono) {
        self.deserted.extend((0..self.queues.len()).map(QueueIx));
        let seats = self.seats.iter().enumerate();
        self.freed.extend(seats.filter(|(_, seat)| seat.standing.is_none()).map(|(ix, _)| AgentIx(ix)));
        let waiting: Vec<CallId> = self.queues.iter().flat_map(|queue| queue.waiting.values().copied()).collect();
        for call in waiting {
            let needs_anew = self.set_needs(call);
            self.plan_reoffer(now, call);
            let passed = self.calls.get(&call).is_some_and(|call| !call.exclusions.is_empty());
            self.note_claim(call);
            if passed || needs_anew {
                self.unsettle(call);
            }
        }
        self.overdue.extend(self.queues.iter().flat_map(|queue| queue.waiting.values()));
        for ix in (0..self.queues.len()).map(QueueIx) {
            self.watch(now, ix);
        }
    }
}
