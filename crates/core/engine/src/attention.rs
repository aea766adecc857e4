//! Who asks for help in a call, and what supervisors do there: a fold over facts, for those who look after the floor.

use std::collections::BTreeMap;

use bell_types::{AgentName, CallId, Fact, LegId, SupervisionMode, Wall, What};

/// As of now. It holds no more than the node has calls and legs.
#[derive(Debug, Default)]
pub(crate) struct Attention {
    helps: BTreeMap<CallId, Help>,
    modes: BTreeMap<LegId, SupervisionMode>,
}

/// An agent asks his supervisors for help in a call (INB-29).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// Who.
    pub agent: AgentName,
    /// Since when.
    pub since: Wall,
}

impl Attention {
    /// Takes the next fact.
    pub(crate) fn apply(&mut self, fact: &Fact) {
        match &fact.what {
            What::HelpAsked { call, agent, .. } => {
                self.helps.insert(*call, Help { agent: agent.clone(), since: fact.now.wall });
            }
            What::Supervised { leg, mode, .. } => {
                // Somebody has come.
                self.helps.remove(&leg.call);
                self.modes.insert(*leg, *mode);
            }
            What::LegEnded { leg, .. } => drop(self.modes.remove(leg)),
            What::CallEnded { call, .. } => drop(self.helps.remove(call)),
            What::NodeStarted { .. } => *self = Self::default(),
            _ => {}
        }
    }

    pub(crate) fn helps(&self) -> impl Iterator<Item = (CallId, &Help)> {
        self.helps.iter().map(|(call, help)| (*call, help))
    }

    pub(crate) fn help(&self, call: CallId) -> Option<&Help> {
        self.helps.get(&call)
    }

    pub(crate) fn mode(&self, leg: LegId) -> Option<SupervisionMode> {
        self.modes.get(&leg).copied()
    }
}
