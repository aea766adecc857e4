//! A demo centre on loopback: a 400 number, a menu, a queue, two agents.

use std::fs;
use std::path::Path;

use clap::Args;

use super::Outcome;
use super::serve::{log, serve};

use crate::clock::wall;
use crate::configure::{self, Versions};
use crate::dirs::Dirs;

/// What the demo is made of.
const FILES: [(&str, &str); 2] = [
    ("centre.toml", include_str!("../../demo/centre.toml")),
    ("flows/welcome.toml", include_str!("../../demo/flows/welcome.toml")),
];

/// Set up a demo centre and serve it.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Only write its files.
    #[arg(long)]
    files_only: bool,
}

impl Demo {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        log(false);
        dirs.make()?;
        let base = dirs.root().join("demo");
        write_files(&base)?;
        if self.files_only {
            println!("{}", base.join("centre.toml").display());
            return Ok(());
        }
        println!("preparing the prompts ...");
        let source = configure::load(&base.join("centre.toml"), &configure::library(dirs), wall())?;
        let applied = Versions::of(dirs).apply(source)?;
        let dir = dirs.root().display().to_string();
        serve(dirs, |serving| {
            println!();
            println!("{} is open (configuration version {}).", serving.snapshot.name, applied.snapshot.source.version);
            println!();
            println!("  call          sip:4001234567@127.0.0.1:5060   from a SIP phone that does not register");
            println!("  agent         alice, password alice-demo, registrar 127.0.0.1:5060");
            println!("  agent         bob, password bob-demo");
            println!("  what happens  belltower calls --dir {dir}     and then belltower why CALL --dir {dir}");
            println!("  health        http://127.0.0.1:8600/health");
            println!();
            println!("Stop with Ctrl-C. Demo passwords are for loopback only.");
        })
    }
}

/// Files that are there already are kept: whoever plays with them keeps his changes.
fn write_files(base: &Path) -> Outcome {
    for (name, text) in FILES {
        let path = base.join(name);
        if path.exists() {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text)?;
    }
    let music = base.join("prompts/music.wav");
    if !music.exists() {
        fs::create_dir_all(base.join("prompts"))?;
        fs::write(&music, crate::audio::demo::music())?;
    }
    Ok(())
}
