//! A demo centre on loopback: a 400 number, a menu, a queue, two agents.

use std::fs;
use std::path::Path;

use clap::Args;

use super::Outcome;
use super::serve::{log_warnings, serve};

use crate::clock::wall;
use crate::configure::{self, Versions};
use crate::dirs::Dirs;

/// What the demo is made of.
const FILES: [(&str, &str); 2] = [
    ("centre.toml", include_str!("../../demo/centre.toml")),
    ("flows/welcome.toml", include_str!("../../demo/flows/welcome.toml")),
];

/// Phones for baresip, each in a directory of its own: name, port, the tone it sends, and its account.
const PHONES: [(&str, u16, u16, &str); 3] = [
    (
        "alice",
        5072,
        700,
        "<sip:alice@127.0.0.1:5060;transport=udp>;auth_user=alice;auth_pass=alice-demo;answermode=auto;regint=60",
    ),
    (
        "bob",
        5074,
        450,
        "<sip:bob@127.0.0.1:5060;transport=udp>;auth_user=bob;auth_pass=bob-demo;answermode=auto;regint=60",
    ),
    ("caller", 5076, 1000, "<sip:13800138000@127.0.0.1:5060;transport=udp>;regint=0"),
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
        log_warnings();
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
            println!("  agents        alice, password alice-demo; bob, password bob-demo; registrar 127.0.0.1:5060");
            println!("  health        http://127.0.0.1:8600/health");
            println!();
            println!("Without phones of your own, with baresip, each in a terminal:");
            println!();
            println!("  baresip -f {dir}/demo/phones/alice");
            println!("  baresip -f {dir}/demo/phones/caller -e '/dial sip:4001234567@127.0.0.1:5060'");
            println!();
            println!(
                "Alice answers by herself. Press 1 in the caller's terminal during the menu, b to hang up, q to quit."
            );
            println!("Then: belltower --dir {dir} calls");
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
    for (name, port, tone, account) in PHONES {
        let dir = base.join("phones").join(name);
        if !dir.exists() {
            fs::create_dir_all(&dir)?;
            fs::write(dir.join("accounts"), format!("{account};audio_codecs=PCMA\n"))?;
            fs::write(dir.join("config"), phone_config(port, tone, &dir))?;
        }
    }
    let music = base.join("prompts/music.wav");
    if !music.exists() {
        fs::create_dir_all(base.join("prompts"))?;
        fs::write(&music, crate::audio::demo::music())?;
    }
    Ok(())
}

/// A phone that sends a tone and records what it hears beside its configuration. To talk and listen instead, set
/// `audio_source` and `audio_player` to `alsa,default` and load `alsa.so`.
fn phone_config(port: u16, tone: u16, dir: &Path) -> String {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    format!(
        "sip_listen 127.0.0.1:{port}\n\
         net_interface 127.0.0.1\n\
         audio_source ausine,{tone}\n\
         audio_player aubridge,ear\n\
         audio_alert aubridge,bell\n\
         ausrc_srate 48000\n\
         ausrc_channels 2\n\
         auplay_srate 8000\n\
         auplay_channels 1\n\
         snd_path {}\n\
         module_path /usr/lib/baresip/modules\n\
         module stdio.so\n\
         module g711.so\n\
         module sndfile.so\n\
         module aubridge.so\n\
         module ausine.so\n\
         module_tmp account.so\n\
         module_app menu.so\n",
        dir.display()
    )
}
