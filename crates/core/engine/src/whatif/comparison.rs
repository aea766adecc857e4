//! A recorded day beside runs of it: what is compared, and the table.

use std::fmt;
use std::sync::Arc;

use bell_acd::Config;
use bell_metrics::{Figures, QueueFigures, ServiceLevel};

use super::{Day, Interval};

/// A day as it was, and as it would have been in several runs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Comparison {
    /// How the day went.
    pub recorded: Figures,
    /// How it would have gone, a run each.
    pub runs: Vec<Figures>,
}

/// One figure of the day.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Row {
    /// What it is, with its unit.
    pub figure: &'static str,
    /// As it was.
    pub recorded: Option<f64>,
    /// As it would have been.
    pub what_if: Option<Interval>,
}

/// One figure: its name with its unit, and how it is read from a run.
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

impl Comparison {
    /// Of a day with so many runs under this configuration; their seeds count on from the first.
    pub fn of(day: &Day, config: &Arc<Config>, service_level: ServiceLevel, seed: u64, runs: u64) -> Self {
        let run = |run| day.run(config, service_level, seed.wrapping_add(run));
        Self { recorded: day.recorded(service_level), runs: (0..runs).map(run).collect() }
    }

    /// The figures, always the same ones in the same order.
    pub fn rows(&self) -> [Row; FIGURES.len()] {
        FIGURES.map(|(name, figure)| Row {
            figure: name,
            recorded: figure(&self.recorded),
            what_if: Interval::of(self.runs.iter().filter_map(figure).collect()),
        })
    }
}

/// A line for each figure, under a heading.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<26}{:>10}{:>10}   9 of 10 runs", "", "recorded", "what if")?;
        for Row { figure, recorded, what_if } in self.rows() {
            let was = recorded.map_or_else(|| "-".to_owned(), |was| format!("{was:.1}"));
            let (mean, range) = match what_if {
                Some(Interval { mean, low, high }) => (format!("{mean:.1}"), format!("{low:.1} to {high:.1}")),
                None => ("-".to_owned(), String::new()),
            };
            write!(f, "\n{figure:<26}{was:>10}{mean:>10}   {range}")?;
        }
        Ok(())
    }
}
