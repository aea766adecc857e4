//! Proving and simulating flows.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bell_engine::Policies;
use bell_ivr::templates::{TEMPLATES, Template};
use bell_ivr::{
    CounterExample, FlowStats, Known, Limits, OrderPolicy, PromptState, Proof, RunLimits, TreeLimits, prove, simulate,
};
use bell_store::{Db, TenantId, facts};
use bell_types::{FlowName, NumberPlan, QueueName, Wall, Zone};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use super::calls::block_on;
use crate::clock::wall;
use crate::configure::{ConfigureError, Versions};
use crate::dirs::Dirs;
use crate::serve::db_config;

/// What a proof comes to.
type Proved = Result<Proof, Vec<CounterExample>>;

/// Prove and simulate flows.
#[derive(Debug, Subcommand)]
pub(super) enum Flow {
    /// Prove that every path ends, every menu reaches a human, and the notice comes before recording.
    Check(Check),
    /// Print every path a caller can take.
    Simulate(Simulate),
    /// List the flows that ship with the program, to be copied and changed.
    Templates,
    /// Write one of them into a file.
    New(New),
    /// Print how often callers take which way out of each node, where they hang up, and what they say afterwards.
    Stats(Stats),
}

impl Flow {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        match self {
            Self::Check(check) => check.run(),
            Self::Simulate(simulate) => simulate.run(),
            Self::Templates => {
                for Template { name, purpose: [chinese, english], .. } in TEMPLATES {
                    println!("{name:<16} {chinese}: {english}");
                }
                Ok(())
            }
            Self::New(new) => new.run(),
            Self::Stats(stats) => stats.run(dirs),
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
        // So is whether its calendars, lists, classes and services are configured.
        let known = Known { prompts, queues, calendars: flow.calendars(), ..Known::default() };
        // Nothing that is shipped depends on the zone.
        let policies = Policies::shipped(Zone::fixed(0).local(wall()).date);
        let proved = prove(&flow, &known, &policies.of_flows());
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

/// Write a template into a file.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The template.
    template: String,
    /// The file; by default the template's name in this directory. What is there already is kept.
    #[arg(long)]
    file: Option<PathBuf>,
}

impl New {
    fn run(self) -> Outcome {
        let names = TEMPLATES.iter().map(|template| template.name);
        let Some(template) = TEMPLATES.iter().find(|template| template.name == self.template) else {
            let remedy = bell_ivr::suggestion(&self.template, names);
            return Err(format!("no template is named {:?}: {remedy}", self.template).into());
        };
        let file = self.file.unwrap_or_else(|| PathBuf::from(format!("{}.toml", template.name)));
        let failed = |error| format!("failed to write {}: {error}", file.display());
        let mut opened = fs::File::create_new(&file).map_err(failed)?;
        opened.write_all(template.text.as_bytes()).map_err(failed)?;
        println!("{} is written: name it under [flow.{}] in the configuration", file.display(), template.name);
        let flow = read(&file)?;
        for queue in flow.queues() {
            println!("  it needs [queue.{queue}]");
        }
        for calendar in flow.calendars().keys() {
            println!("  it needs [calendar.{calendar}]");
        }
        for origin in flow.origins() {
            println!("  it asks {origin}: change it, and list it in origins under [look_up]");
        }
        Ok(())
    }
}

/// Print the figures of a flow.
#[derive(Debug, Args)]
pub(super) struct Stats {
    /// The flow's name.
    flow: FlowName,
    /// Of how many days.
    #[arg(long, default_value_t = 30)]
    days: u32,
}

impl Stats {
    fn run(self, dirs: &Dirs) -> Outcome {
        let days = i64::from(self.days) * 86_400 * 1_000_000;
        let since = Wall::from_micros(wall().as_micros().saturating_sub(days));
        let mut stats = FlowStats::of(self.flow.clone());
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            facts::since(&db, TenantId::FIRST, since, &FlowStats::KINDS, |fact| stats.apply(&fact.what)).await?;
            Ok(())
        })?;
        if stats.calls() == 0 {
            println!("flow {} has greeted no call in the last {} days", self.flow, self.days);
            return Ok(());
        }
        print!("{stats}");
        // The order is checked against the flow as it runs now.
        let Some(source) = Versions::of(dirs).latest()? else { return Ok(()) };
        let snapshot = bell_engine::Snapshot::build(source).map_err(ConfigureError::Mistakes)?;
        if let Some(flow) = snapshot.flows.get(&self.flow) {
            for disorder in stats.disorders(flow, &OrderPolicy::USUAL) {
                println!("warning: {disorder}");
            }
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
