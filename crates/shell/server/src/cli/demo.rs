//! A demo centre on loopback: a number, its menu, queues, agents, a carrier. Which one, the site says.

mod people;
mod phones;
mod summary;

use std::io::{self, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::serve::{self, serve};
use super::{Outcome, operate};

use crate::configure::Versions;
use crate::dirs::{Dirs, write_private};
use crate::sites::{DEMO, Ports, SITES, Site};
use people::People;
use summary::{Opened, Summary};

/// Set up a demo centre and serve it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Only write its files.
    #[arg(long)]
    files_only: bool,
    /// A sample site instead of the small centre: a shop with 12 agents, consumer finance with 16.
    #[arg(long, value_parser = PossibleValuesParser::new(SITES.map(|site| site.name)))]
    site: Option<String>,
    /// The port for SIP, when its files are written.
    #[arg(long, default_value_t = 5060)]
    sip_port: u16,
    /// The port of the health page, when its files are written.
    #[arg(long, default_value_t = 8600)]
    health_port: u16,
    /// The port of the console, when its files are written; administrators have the next one.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..65_535))]
    console_port: u16,
}

impl Demo {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        serve::log_warnings();
        dirs.make().map_err(|error| format!("{}: {error}", dirs.root().display()))?;
        let site = self.site.as_deref().and_then(Site::find).unwrap_or(DEMO);
        let base = dirs.root().join(site.name);
        let ports = Ports { sip: self.sip_port, health: self.health_port, console: self.console_port };
        site.write(&base, ports).map_err(|error| format!("{}: {error}", base.display()))?;
        let summary = Summary::of(site, dirs.root(), &base)?;
        phones::write(&summary, ports)?;
        let list = dirs.root().join(summary::LIST);
        let mut json = serde_json::to_vec_pretty(&summary)?;
        json.push(b'\n');
        write_private(&list, &json)?;
        if self.files_only {
            println!("{}\n{}", base.join("centre.toml").display(), list.display());
            return Ok(());
        }
        let applied = Versions::of(dirs).apply_changed_files(operate::load(&base.join("centre.toml"), dirs)?)?;
        let people = People::add(dirs, &applied.snapshot)?;
        if let Some(people) = &people {
            write_private(&dirs.root().join(summary::PEOPLE), &serde_json::to_vec_pretty(people)?)?;
        }
        serve(dirs, |serving| {
            let version = applied.snapshot.source.version;
            println!("{} is open (configuration version {version}). Stop with Ctrl-C.\n", serving.snapshot.name);
            print!("{}", Opened { summary: &summary, people: people.as_ref() });
            // Whoever started it may read from a pipe.
            let _ = io::stdout().flush();
        })
    }
}
