//! How queues and agents fared, from the facts of the journal.

use std::path::PathBuf;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_metrics::{AgentFigures, Figures as Fared, QueueFigures};
use bell_types::Date;
use clap::Args;

use super::{Outcome, day};
use crate::clock::wall;
use crate::configure::{ConfigureError, Versions};
use crate::dirs::Dirs;

/// Show how queues and agents fared.
#[derive(Debug, Args)]
pub(super) struct Figures {
    /// The day, in the centre's zone, such as 2026-10-01; all that is recorded if not given.
    #[arg(long, value_parser = day::parse)]
    day: Option<Date>,
    /// The directory of the journal, or a file with a fact in each line; the journal of the node if not given.
    #[arg(long)]
    journal: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Figures {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let source = Versions::of(dirs).latest()?.ok_or("there is no configuration yet: belltower apply FILE")?;
        let source = source.as_of(wall());
        let day = day::read(&self.journal.unwrap_or_else(|| dirs.journal()), &source, self.day)?;
        let snapshot = Snapshot::build(source).map_err(ConfigureError::Mistakes)?;
        let figures = day.recorded(snapshot.service_level);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&figures)?);
        } else {
            print(&figures, snapshot.service_level.within, snapshot.service_level_target);
        }
        Ok(())
    }
}

fn print(figures: &Fared, within: Duration, target: u64) {
    println!(
        "{:<20}{:>8}{:>9}{:>10}{:>9}{:>9}{:>8}{:>9}{:>8}",
        "queue", "offered", "answered", "abandoned", "left", "waiting", "level", "mean", "9 of 10"
    );
    for (name, queue) in &figures.queues {
        print_queue(name.as_str(), queue);
    }
    print_queue("all", &figures.total);
    println!();
    println!("level: answered within {} s, in percent of all that were offered; target {target} %", within.as_secs());
    if let Some(error) = figures.total.estimate_error_mean {
        let QueueFigures { estimated, waited_longer, .. } = figures.total;
        println!(
            "expected wait: told to {estimated}, wrong by {:.0} s in the mean, too short for {waited_longer}",
            error.as_secs_f64()
        );
    }
    println!();
    println!("{:<20}{:>11}{:>11}{:>11}{:>11}{:>11}", "agent", "signed in", "on break", "ringing", "talking", "wrap-up");
    for (name, agent) in &figures.agents {
        let AgentFigures { signed_in, on_break, offered, talking, wrap_up, .. } = agent;
        let [signed_in, on_break, offered, talking, wrap_up] =
            [signed_in, on_break, offered, talking, wrap_up].map(|time| clock(*time));
        println!("{:<20}{signed_in:>11}{on_break:>11}{offered:>11}{talking:>11}{wrap_up:>11}", name.as_str());
    }
    if let Some(occupancy) = figures.occupancy_permille {
        println!("occupancy: {:.1} % of the time agents were available", occupancy as f64 / 10.0);
    }
}

fn print_queue(name: &str, queue: &QueueFigures) {
    let seconds =
        |wait: Option<Duration>| wait.map_or_else(|| "-".to_owned(), |wait| format!("{:.1} s", wait.as_secs_f64()));
    let level = queue.service_level_permille;
    let level = level.map_or_else(|| "-".to_owned(), |level| format!("{:.1} %", level as f64 / 10.0));
    println!(
        "{name:<20}{:>8}{:>9}{:>10}{:>9}{:>9}{level:>8}{:>9}{:>8}",
        queue.offered,
        queue.answered,
        queue.abandoned,
        queue.timed_out + queue.turned_away + queue.withdrawn + queue.overflowed + queue.called_back,
        queue.waiting,
        seconds(queue.answer_mean),
        seconds(queue.answer_p90),
    );
}

/// `1:02:03`.
fn clock(time: Duration) -> String {
    let secs = time.as_secs();
    format!("{}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}
