//! A recorded day run again under another configuration.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_engine::whatif::{Day, Interval};
use bell_metrics::{Figures, QueueFigures};
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
    /// The directory of the journal; that of the node if not given.
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

/// One figure: its name, how it is read from a run, in the unit it is printed in.
type Figure = (&'static str, fn(&Figures) -> Option<f64>);

const FIGURES: [Figure; 7] = [
    ("service level, %", |figures| figures.total.service_level_permille.map(|level| level as f64 / 10.0)),
    ("mean wait, s", |figures| figures.total.answer_mean.map(|wait| wait.as_secs_f64())),
    ("9 of 10 wait at most, s", |figures| figures.total.answer_p90.map(|wait| wait.as_secs_f64())),
    ("abandoned, %", |figures| share(figures.total.abandoned, &figures.total)),
    ("timed out, %", |figures| share(figures.total.timed_out, &figures.total)),
    ("turned away, %", |figures| share(figures.total.turned_away, &figures.total)),
    ("occupancy, %", |figures| figures.occupancy_permille.map(|occupancy| occupancy as f64 / 10.0)),
];

fn share(part: u64, of: &QueueFigures) -> Option<f64> {
    (of.offered > 0).then(|| part as f64 * 100.0 / of.offered as f64)
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
        let level = snapshot.service_level;
        let recorded = day.recorded(level);
        let runs: Vec<Figures> =
            (0..self.runs).map(|run| day.run(&Arc::clone(&snapshot.acd), level, self.seed.wrapping_add(run))).collect();
        if self.json {
            println!("{}", as_json(&day, &recorded, &runs));
        } else {
            print(&day, &recorded, &runs, level.within, snapshot.service_level_target);
        }
        Ok(())
    }
}

fn print(day: &Day, recorded: &Figures, runs: &[Figures], within: Duration, target: u64) {
    let hours = day.length().as_secs_f64() / 3600.0;
    println!(
        "{} calls in queues, {} agents, {hours:.1} hours; {} runs",
        day.visits(),
        recorded.agents.len(),
        runs.len()
    );
    println!();
    println!("{:<26}{:>10}{:>10}   9 of 10 runs", "", "recorded", "what if");
    for (name, figure) in FIGURES {
        let was = figure(recorded).map_or_else(|| "-".to_owned(), |was| format!("{was:.1}"));
        let (mean, range) = match Interval::of(runs.iter().filter_map(figure).collect()) {
            Some(Interval { mean, low, high }) => (format!("{mean:.1}"), format!("{low:.1} to {high:.1}")),
            None => ("-".to_owned(), String::new()),
        };
        println!("{name:<26}{was:>10}{mean:>10}   {range}");
    }
    println!();
    println!(
        "service level: calls answered within {} s, of all that were offered; the target is {target} %",
        within.as_secs()
    );
}

fn as_json(day: &Day, recorded: &Figures, runs: &[Figures]) -> Value {
    let figures: Vec<Value> = FIGURES
        .iter()
        .map(|(name, figure)| {
            let interval = Interval::of(runs.iter().filter_map(figure).collect());
            json!({ "figure": name, "recorded": figure(recorded), "what_if": interval })
        })
        .collect();
    json!({
        "calls": day.visits(), "hours": day.length().as_secs_f64() / 3600.0, "runs": runs.len(), "figures": figures,
        "recorded": recorded,
    })
}
