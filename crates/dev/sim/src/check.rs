//! What must always hold, a module for each.

mod agents;
mod audio;
mod balance;
mod coverage;
mod lists;
mod live;
mod queues;
mod records;
mod sequence;
mod transfers;

use std::collections::BTreeSet;
use std::fmt::Write;

use bell_call::CallRecord;
use bell_engine::{CommandId, Node, Snapshot};
use bell_types::{Fact, What};
use sha2::{Digest, Sha256};

use crate::mediahost::Host;
use crate::verdict::Verdict;

/// All checkers, and what the run amounts to.
#[derive(Default)]
pub(crate) struct Checks {
    sequence: sequence::Sequence,
    balance: balance::Balance,
    agents: agents::Agents,
    queues: queues::Queues,
    lists: lists::Lists,
    transfers: transfers::Transfers,
    audio: audio::Audio,
    records: records::Records,
    live: live::LiveView,
    coverage: coverage::Coverage,
    commands: BTreeSet<CommandId>,
    /// Facts came since the state was compared.
    stirred: bool,
    hash: Sha256,
    facts: u64,
    calls: u64,
    starts: u64,
}

impl Checks {
    /// The node said something.
    pub(crate) fn fact(&mut self, fact: &Fact, snapshot: &Snapshot) -> Result<(), String> {
        self.facts += 1;
        self.stirred = true;
        self.calls += u64::from(matches!(fact.what, What::CallArrived { .. }));
        self.starts += u64::from(matches!(fact.what, What::NodeStarted { .. }));
        let line = serde_json::to_string(fact).map_err(|error| format!("{fact:?} cannot be written: {error}"))?;
        self.hash.update(&line);
        self.coverage.fact(fact, &line);
        self.sequence.fact(fact)?;
        self.balance.fact(fact)?;
        self.agents.fact(fact, snapshot)?;
        self.queues.fact(fact)?;
        self.lists.fact(fact, snapshot)?;
        self.transfers.fact(fact)?;
        self.audio.fact(fact);
        self.records.fact(fact)?;
        self.live.fact(fact);
        Ok(())
    }

    /// A step is over: what the facts say is compared with what the node is.
    pub(crate) fn settled(&mut self, node: &Node, host: &mut Host) -> Result<(), String> {
        self.audio.settled(host)?;
        if std::mem::take(&mut self.stirred) {
            self.live.compare(node)?;
            self.agents.settled()?;
        }
        Ok(())
    }

    /// An operator asked for something.
    pub(crate) fn asked(&mut self, command: CommandId) {
        self.commands.insert(command);
    }

    /// And was answered.
    pub(crate) fn done(&mut self, command: CommandId) -> Result<(), String> {
        let asked = self.commands.remove(&command);
        if asked { Ok(()) } else { Err(format!("{command:?} is answered, and nobody waits for that")) }
    }

    /// The node is gone, and answers nobody.
    pub(crate) fn died(&mut self) {
        self.commands.clear();
    }

    pub(crate) fn live_calls(&self) -> impl Iterator<Item = &CallRecord> {
        self.live.calls()
    }

    /// The run is over.
    pub(crate) fn end(&self) -> Result<(), String> {
        self.balance.end()?;
        match self.commands.first() {
            Some(command) => Err(format!("{command:?} was never answered")),
            None => Ok(()),
        }
    }

    pub(crate) fn verdict(&self, steps: u64) -> Verdict {
        let digest = self.hash.clone().finalize();
        let hash = digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing into a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let (facts, calls, served, starts) = (self.facts, self.calls, self.records.served(), self.starts);
        Verdict { hash, steps, facts, calls, served, starts, seen: self.coverage.seen() }
    }
}
