//! `belltower serve`.

use std::path::PathBuf;
use std::thread;

use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tracing_subscriber::EnvFilter;

use super::{Outcome, operate};

use crate::configure::Versions;
use crate::dirs::Dirs;
use crate::driver::Message;
use crate::serve;

/// Serve a call centre.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Apply this configuration first, if its files have changed since they were applied last.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the database is: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE. Remembered.
    #[arg(long, env = "BELLTOWER_DATABASE")]
    database: Option<String>,
    /// Log as lines of JSON.
    #[arg(long)]
    json_log: bool,
}

impl Serve {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        log(self.json_log);
        dirs.make()?;
        if let Some(url) = &self.database {
            dirs.remember_database(url)?;
        }
        if let Some(file) = &self.config {
            Versions::of(dirs).apply_changed_files(operate::load(file, dirs)?)?;
        }
        serve(dirs, |_| {})
    }
}

/// Serves until a signal comes. `ready` is told once everything listens.
pub(super) fn serve(dirs: &Dirs, ready: impl FnOnce(&serve::Serving)) -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let serving = serve::start(dirs)?;
    let inbox = serving.inbox();
    thread::Builder::new().name("bell-signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            tracing::info!("stopping: calls are ended, recordings sealed");
            // A full inbox empties in a moment.
            let _ = inbox.send(Message::Stop);
        }
    })?;
    tracing::info!(udp = ?serving.udp, dir = %dirs.root().display(), "serving");
    ready(&serving);
    serving.wait();
    tracing::info!("stopped");
    Ok(())
}

/// Logs to standard error. `RUST_LOG` says how much.
fn log(json: bool) {
    log_from("info,sqlx=warn,sea_orm=warn", json);
}

/// Logs only what somebody must know: for a terminal on which other things are to be read.
pub(super) fn log_warnings() {
    log_from("warn", false);
}

fn log_from(level: &str, json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second initialisation, as in tests, keeps the first.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
