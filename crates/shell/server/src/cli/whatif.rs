//! A recorded day run again under another configuration.

use std::path::PathBuf;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_engine::whatif::{Comparison, Day};
use bell_types::Date;
use clap::Args;
use serde_json::{Value, json};

use super::{Outcome, day};
use crate::clock::wall;
use crate::configure::{self, ConfigureError, Versions};
use crate::dirs::Dirs;

/// How a recorded day would have gone under another configuration: other agents, queues, thresholds.
#[derive(Debug, Args)]
pub(super) struct WhatIf {
    /// The configuration to try; that of the node if not given, which should reproduce the day.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The directory of the journal, or a file with a fact in each line; the journal of the node if not given.
    #[arg(long)]
    journal: Option<PathBuf>,
    /// The day, in the centre's zone, such as 2026-10-01; all that is recorded if not given.
    #[arg(long, value_parser = day::parse)]
    day: Option<Date>,
    /// How many runs; more tell the interval better.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
    runs: u64,
    /// Where the runs' chances begin: the same seed, the same result.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl WhatIf {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let running = Versions::of(dirs).latest()?;
        let tried = match &self.config {
            Some(file) => configure::load(file, &configure::library(dirs), wall())?,
            None => running.ok_or("there is no configuration: name one with --config FILE")?.as_of(wall()),
        };
        let journal = self.journal.unwrap_or_else(|| dirs.journal());
        let day = day::read(&journal, &tried, self.day)?;
        if day.visits() == 0 {
            return Err("no call entered a queue in what is recorded: choose another --day or --journal".into());
        }
        let snapshot = Snapshot::build(tried).map_err(ConfigureError::Mistakes)?;
        let compared = Comparison::of(&day, &snapshot.acd, snapshot.service_level, self.seed, self.runs);
        if self.json {
            println!("{}", as_json(&day, &compared));
        } else {
            print(&day, &compared, snapshot.service_level.within, snapshot.service_level_target);
        }
        Ok(())
    }
}

fn print(day: &Day, compared: &Comparison, within: Duration, target: u64) {
    let (agents, runs) = (compared.recorded.agents.len(), compared.runs.len());
    let hours = day.length().as_secs_f64() / 3600.0;
    println!("{} calls in queues, {agents} agents, {hours:.1} hours; {runs} runs\n", day.visits());
    println!("{compared}\n");
    println!(
        "service level: calls answered within {} s, of all that were offered; the target is {target} %",
        within.as_secs()
    );
}

fn as_json(day: &Day, compared: &Comparison) -> Value {
    json!({
        "calls": day.visits(), "hours": day.length().as_secs_f64() / 3600.0, "runs": compared.runs.len(),
        "figures": compared.rows(), "recorded": compared.recorded,
    })
}
