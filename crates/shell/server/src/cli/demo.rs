//! A demo centre on loopback: a 400 number, a menu, three queues, six agents, a carrier.

mod files;
mod phones;
mod summary;

use std::io::{self, Write};

use clap::Args;

use super::serve::{self, serve};
use super::{Outcome, operate};

use crate::configure::Versions;
use crate::dirs::{Dirs, write_private};
use summary::Summary;

/// Set up a demo centre and serve it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Only write its files.
    #[arg(long)]
    files_only: bool,
    /// The port for SIP, when its files are written.
    #[arg(long, default_value_t = 5060)]
    sip_port: u16,
    /// The port of the health page, when its files are written.
    #[arg(long, default_value_t = 8600)]
    health_port: u16,
}

impl Demo {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        serve::log_warnings();
        dirs.make().map_err(|error| format!("{}: {error}", dirs.root().display()))?;
        let base = dirs.root().join("demo");
        files::write(&base, self.sip_port, self.health_port)?;
        let summary = Summary::of(dirs.root(), &base)?;
        phones::write(&base, &summary)?;
        let list = dirs.root().join("demo.json");
        let mut json = serde_json::to_vec_pretty(&summary)?;
        json.push(b'\n');
        write_private(&list, &json)?;
        if self.files_only {
            println!("{}\n{}", base.join("centre.toml").display(), list.display());
            return Ok(());
        }
        let applied = Versions::of(dirs).apply(operate::load(&base.join("centre.toml"), dirs)?)?;
        serve(dirs, |serving| {
            let version = applied.snapshot.source.version;
            println!("{} is open (configuration version {version}). Stop with Ctrl-C.\n", serving.snapshot.name);
            print!("{summary}");
            // Whoever started it may read from a pipe.
            let _ = io::stdout().flush();
        })
    }
}
