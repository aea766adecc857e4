//! Proving and simulating flows.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bell_engine::Policies;
use bell_ivr::{CounterExample, Known, Limits, PromptState, Proof, RunLimits, TreeLimits, prove, simulate};
use bell_types::{NumberPlan, QueueName, Zone};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use crate::clock::wall;

/// What a proof comes to.
type Proved = Result<Proof, Vec<CounterExample>>;

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
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    fn run(self) -> Outcome {
        let flow = read(&self.file)?;
        let queues: BTreeSet<QueueName> = if self.queue.is_empty() {
            flow.queues().into_iter().collect()
        } else {
            self.queue.iter().cloned().collect()
        };
        // Whether prompts decode is found when the flow is applied with its centre's prompts.
        let prompts = flow.prompts().into_iter().map(|prompt| (prompt.name, PromptState::Playable)).collect();
        // Nothing that is shipped depends on the zone.
        let policies = Policies::shipped(Zone::fixed(0).local(wall()).date);
        let proved = prove(&flow, &Known { prompts, queues }, &policies.of_flows());
        if self.json {
            self.print_json(&flow, &proved);
        } else {
            self.print(&flow, &proved);
        }
        let count = proved.err().map_or(0, |found| found.len());
        if count > 0 {
            return Err(format!("flow {} cannot be published: {count} counter-examples", flow.name()).into());
        }
        Ok(())
    }

    fn print(&self, flow: &bell_ivr::Flow, proved: &Proved) {
        match proved {
            Ok(proof) => {
                for warning in &proof.warnings {
                    println!("warning: {warning}");
                }
                let (nodes, depth) = (flow.nodes().len(), proof.depth);
                println!("flow {} version {}: proved, {nodes} nodes, {depth} menu levels", flow.name(), flow.version());
            }
            Err(found) => {
                for counter_example in found {
                    println!("{}:{}", self.file.display(), counter_example);
                }
            }
        }
    }

    fn print_json(&self, flow: &bell_ivr::Flow, proved: &Proved) {
        let proof = proved.as_ref().ok();
        let warnings = proof.map(|proof| proof.warnings.iter().map(ToString::to_string).collect::<Vec<_>>());
        let found = proved.as_ref().err().map(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>());
        let answer = json!({
            "flow": flow.name(), "version": flow.version(), "file": self.file, "proved": proof.is_some(),
            "nodes": flow.nodes().len(), "depth": proof.map(|proof| proof.depth),
            "warnings": warnings.unwrap_or_default(), "counter_examples": found.unwrap_or_default(),
        });
        println!("{answer:#}");
    }
}

/// Print every path of a flow.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// The flow's file.
    file: PathBuf,
    /// Print JSON: the tree as lines.
    #[arg(long)]
    json: bool,
}

impl Simulate {
    fn run(self) -> Outcome {
        let flow = Arc::new(read(&self.file)?);
        let tree = simulate(&flow, &RunLimits::USUAL, &TreeLimits::USUAL).to_string();
        if self.json {
            let lines: Vec<&str> = tree.lines().collect();
            let answer = json!({ "flow": flow.name(), "version": flow.version(), "tree": lines });
            println!("{answer:#}");
        } else {
            print!("{tree}");
        }
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
