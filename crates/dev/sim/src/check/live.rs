//! What facts fold to is what the node is.

use std::collections::BTreeMap;

use bell_call::CallRecord;
use bell_engine::{AgentLive, Live, Node};
use bell_types::{AgentActivity, AgentName, AgentPresence, Fact};

#[derive(Default)]
pub(super) struct LiveView {
    live: Live,
}

impl LiveView {
    pub(super) fn fact(&mut self, fact: &Fact) {
        self.live.apply(fact);
    }

    pub(super) fn calls(&self) -> impl Iterator<Item = &CallRecord> {
        self.live.calls()
    }

    pub(super) fn compare(&self, node: &Node) -> Result<(), String> {
        let calls = self.live.calls().count();
        if calls != node.calls() {
            return Err(format!("{calls} calls are live by the facts, and {} in the node", node.calls()));
        }
        if self.live.last().next() != node.next_seq() {
            return Err(format!("the last fact is {}, and the node's next is {}", self.live.last(), node.next_seq()));
        }
        if self.live.config_version() != node.snapshot().source.version {
            return Err("the running configuration is not the last that was applied".to_owned());
        }
        let told: BTreeMap<&AgentName, &AgentLive> = self.live.agents().collect();
        for config in &node.snapshot().acd.agents {
            let agent = &config.name;
            let Some(view) = node.router().agent(agent) else {
                return Err(format!("the router does not know {agent}"));
            };
            let told = told.get(agent);
            let told =
                told.map_or((&AgentPresence::SignedOut, AgentActivity::Idle), |live| (&live.presence, live.activity));
            if told != (view.presence, view.activity) {
                return Err(format!("{agent} is {told:?} by the facts, and {view:?}"));
            }
            if !view.calls.is_empty() && view.activity != AgentActivity::Talking {
                return Err(format!("{agent} is on a call and {:?}", view.activity));
            }
        }
        Ok(())
    }
}
