//! Looks at a machine and a node's directory, and says of each thing whether it is well, and what helps if it is not.

mod audio;
mod certificate;
mod clock;
mod disk;
mod files;
mod network;
mod node;
mod ports;
mod sockets;

use std::sync::Arc;
use std::time::Duration;

use bell_engine::{Policies, Snapshot, ZoneTable};
use bell_store::disk::DiskThresholds;
use clap::Args;
use serde::Serialize;

use super::width::fit;
use super::{Outcome, operate, told};
use crate::clock::wall;
use crate::configure::{ConfigureError, Versions};
use crate::dirs::Dirs;
use crate::health::disk_thresholds;

/// Look for what is wrong on this machine and in the directory.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Whether the clock is kept right, and by how much it is off as far as anybody can tell.
pub(super) fn clock_state() -> String {
    clock::state()
}

/// How well something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    /// As it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work.
    Failed,
}

/// What was looked at and found.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    level: Level,
    found: String,
    /// What helps; empty if nothing has to.
    remedy: String,
}

/// From where on something deserves a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) disk: DiskThresholds,
    /// A write that is safely on the disk after longer than this holds calls up.
    pub(super) write_slow: Duration,
    /// How many writes are measured.
    pub(super) writes: u32,
    /// A database further behind shows old figures.
    pub(super) lag_facts: u64,
    /// Two clocks that part by more than this in one step were not just slewed.
    pub(super) step_micros: u64,
}

impl Limits {
    /// By the configuration's policies, or by those that are shipped where there is none.
    fn of(snapshot: Option<&Snapshot>) -> Self {
        let shipped = || Policies::shipped(ZoneTable { first: 0, changes: Vec::new() }.local_day(wall())).of_disk();
        let disk = snapshot.map_or_else(shipped, |snapshot| snapshot.disk);
        Self {
            disk: disk_thresholds(&disk),
            write_slow: Duration::from_millis(50),
            writes: 20,
            lag_facts: 10_000,
            step_micros: 500_000,
        }
    }
}

/// What is collected.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, Level::Ok, found.into(), String::new());
    }

    pub(super) fn warn(&mut self, check: &'static str, found: impl Into<String>, remedy: impl Into<String>) {
        self.add(check, Level::Warning, found.into(), remedy.into());
    }

    pub(super) fn fail(&mut self, check: &'static str, found: impl Into<String>, remedy: impl Into<String>) {
        self.add(check, Level::Failed, found.into(), remedy.into());
    }

    fn add(&mut self, check: &'static str, level: Level, found: String, remedy: String) {
        self.0.push(Finding { check, level, found, remedy });
    }

    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|finding| finding.level == level).count()
    }
}

impl Doctor {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let mut findings = Findings::default();
        examine(dirs, &mut findings);
        let (warnings, failures) = (findings.count(Level::Warning), findings.count(Level::Failed));
        if self.json {
            let report = serde_json::json!({ "ok": failures == 0, "findings": findings.0 });
            println!("{report:#}");
        } else {
            print(&findings.0);
            println!("\n{} ok, {warnings} warnings, {failures} failed", findings.count(Level::Ok));
        }
        if failures > 0 { Err("something does not work: see the lines that say failed".into()) } else { Ok(()) }
    }
}

fn print(findings: &[Finding]) {
    for Finding { check, level, found, remedy } in findings {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Failed => "FAILED",
        };
        println!("{}  {}  {found}", fit(level, 7), fit(check, 13));
        if !remedy.is_empty() {
            println!("{}  → {remedy}", fit("", 22));
        }
    }
}

fn examine(dirs: &Dirs, findings: &mut Findings) {
    files::examine(dirs, findings);
    let snapshot = configuration(dirs, findings);
    let limits = &Limits::of(snapshot.as_deref());
    let health = node::examine(dirs, findings);
    if let Some(snapshot) = &snapshot {
        ports::examine(dirs, &snapshot.listen, findings);
        network::examine(snapshot, findings);
        certificate::examine(dirs, &snapshot.listen, findings);
    }
    audio::examine(dirs, snapshot.as_deref(), findings);
    disk::examine(dirs, limits, findings);
    clock::examine(dirs, limits, findings);
    node::examine_database(dirs, limits, health.as_ref(), findings);
}

/// What would run, or runs.
fn configuration(dirs: &Dirs, findings: &mut Findings) -> Option<Arc<Snapshot>> {
    const CHECK: &str = "configuration";
    let built = match Versions::of(dirs).latest() {
        Ok(Some(source)) => Snapshot::build(source).map_err(ConfigureError::Mistakes),
        Ok(None) => {
            findings.warn(CHECK, "there is none yet", "belltower apply FILE; docs/configuration.md has an example");
            return None;
        }
        // The directory is not there: that is said where files are looked at.
        Err(ConfigureError::Keep { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            findings.warn(CHECK, "there is none yet", "belltower apply FILE; docs/configuration.md has an example");
            return None;
        }
        Err(error) => Err(error),
    };
    match built {
        Ok(snapshot) => {
            let (numbers, queues) = (snapshot.numbers.len(), snapshot.sounds.len());
            let version = snapshot.source.version;
            findings.ok(CHECK, format!("version {version}: {}, {numbers} numbers, {queues} queues", snapshot.name));
            for warning in crate::control::warnings(&snapshot) {
                findings.warn(CHECK, warning, "change the flow, or leave it if it is meant so");
            }
            Some(Arc::new(snapshot))
        }
        Err(error) => {
            findings.fail(CHECK, told(&error), "correct the file and belltower apply it again");
            None
        }
    }
}

/// What the running node says, if one runs.
fn running(dirs: &Dirs) -> Option<serde_json::Value> {
    operate::health(dirs).ok()
}
