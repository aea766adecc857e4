//! Proving and simulating flows.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bell_engine::Policies;
use bell_ivr::{Known, Limits, PromptState, RunLimits, TreeLimits, prove, simulate};
use bell_types::{NumberPlan, QueueName, Zone};
use clap::{Args, Subcommand};

use super::Outcome;
use crate::clock::wall;

/// Prove and simulate flows.
#[derive(Debug, Subcommand)]
pub(super) enum Flow {
    /// Prove that every path ends, every menu reaches a human, and the notice comes before recording.
    Check(Check),
    /// Print every path a caller can take.
    Simulate(Simulate),
}

impl Flow {
    pub(super) fn run(self) -> Outcome {
        match self {
            Self::Check(check) => check.run(),
            Self::Simulate(simulate) => simulate.run(),
        }
    }
}

/// Prove a flow.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The flow's file.
    file: PathBuf,
    /// The queues there are; without any, those the flow names are taken to exist.
    #[arg(long)]
    queue: Vec<QueueName>,
}

impl Check {
    fn run(self) -> Outcome {
        let flow = read(&self.file)?;
        let queues: BTreeSet<QueueName> =
            if self.queue.is_empty() { flow.queues().into_iter().collect() } else { self.queue.into_iter().collect() };
        // Whether prompts decode is found when the flow is applied with its centre's prompts.
        let prompts = flow.prompts().into_iter().map(|prompt| (prompt.name, PromptState::Playable)).collect();
        // Nothing that is shipped depends on the zone.
        let policies = Policies::shipped(Zone::fixed(0).local(wall()).date);
        match prove(&flow, &Known { prompts, queues }, &policies.of_flows()) {
            Ok(proof) => {
                for warning in &proof.warnings {
                    println!("warning: {warning}");
                }
                let (nodes, depth) = (flow.nodes().len(), proof.depth);
                println!("flow {} version {}: proved, {nodes} nodes, {depth} menu levels", flow.name(), flow.version());
                Ok(())
            }
            Err(found) => {
                for counter_example in &found {
                    println!("{}:{}", self.file.display(), counter_example);
                }
                Err(format!("flow {} cannot be published: {} counter-examples", flow.name(), found.len()).into())
            }
        }
    }
}

/// Print every path of a flow.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// The flow's file.
    file: PathBuf,
}

impl Simulate {
    fn run(self) -> Outcome {
        let flow = Arc::new(read(&self.file)?);
        print!("{}", simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL));
        Ok(())
    }
}

fn read(file: &PathBuf) -> Result<bell_ivr::Flow, Box<dyn std::error::Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    bell_ivr::Flow::parse(&text, &NumberPlan::china(None), &Limits::USUAL).map_err(|found| {
        let lines: String = found.iter().map(|mistake| format!("\n  {}: {mistake}", file.display())).collect();
        format!("the flow cannot be read:{lines}").into()
    })
}
