//! Chromium and Firefox, whose microphone is a tone, driven by a script that takes a command a line.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::audio::{RATE, Sound, Tone};
use crate::error::KitError;
use crate::loudspeaker::Loudspeaker;
use crate::process::Process;
use crate::wav::write_wav;

/// How long a browser may take to start: longer than anything else, on a machine that is busy.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// How long one command may take; the script gives up before that, and says on what.
const ANSWER_PATIENCE: Duration = Duration::from_secs(50);

/// How long the tone of the microphone is; then it begins again. Whole periods of every tone of whole 10 Hz.
const TONE_SAMPLES: usize = 2 * RATE as usize;

/// How long a browser may take to end; then it is left to whoever cleans up.
const END_PATIENCE: Duration = Duration::from_secs(10);

/// How loud it is: as the other phones of the kit.
const MICROPHONE_DBFS: f64 = -10.0;

/// A browser as Debian has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    Chromium,
    Firefox,
}

impl Make {
    /// Its name for the scripts, and where it is.
    const fn program(self) -> (&'static str, &'static str) {
        match self {
            Self::Chromium => ("chromium", "/usr/bin/chromium"),
            Self::Firefox => ("firefox", "/usr/bin/firefox-esr"),
        }
    }
}

/// A browser that does what a script of the package can do. Dropped, it ends.
#[derive(Debug)]
pub(crate) struct Browser {
    process: Process,
    /// Of a browser in whose page nothing can be measured.
    loudspeaker: Option<Loudspeaker>,
    /// Holds the microphone's tone.
    _dir: TempDir,
    commands: u64,
}

impl Browser {
    /// One by this script, whose microphone says this tone; `how` is what else the script is to know.
    pub(crate) fn start(script: &str, make: Make, tone_hz: f64, mut how: Value) -> Result<Self, KitError> {
        let scripts = scripts();
        if !scripts.join("node_modules").exists() {
            let text = format!("{} is not installed; ./dev test installs it", scripts.display());
            return Err(KitError::malformed("browser's scripts", text));
        }
        let dir = TempDir::with_prefix("bell-browser-").map_err(KitError::io("make a directory for the browser"))?;
        let tone = dir.path().join("tone.wav");
        let samples = Tone::new(tone_hz, MICROPHONE_DBFS).take(TONE_SAMPLES).collect();
        write_wav(&tone, &Sound { samples })?;
        let (name, path) = make.program();
        how[name] = path.into();
        how["tone"] = json!(tone);
        how["hz"] = json!(tone_hz);
        let loudspeaker = (make == Make::Firefox).then(Loudspeaker::start).transpose()?;
        let plays = loudspeaker.as_ref().map(Loudspeaker::environment);
        let mut command = Command::new("node");
        let mut process = Process::start_told(command.arg(scripts.join(script)).arg(how.to_string()).envs(plays))?;
        process.wait_line("{\"id\":0,", START_PATIENCE)?;
        Ok(Self { process, loudspeaker, _dir: dir, commands: 0 })
    }

    /// What it plays on, if what it plays is measured there.
    pub(crate) const fn loudspeaker(&self) -> Option<&Loudspeaker> {
        self.loudspeaker.as_ref()
    }

    /// Has a command carried out, and gives its answer.
    pub(crate) fn ask(&mut self, what: &str, how: Value) -> Result<Value, KitError> {
        self.commands += 1;
        let id = self.commands;
        let mut command = how;
        command["id"] = id.into();
        command["do"] = what.into();
        self.process.tell(&command.to_string())?;
        let line = self.process.wait_line(&format!("{{\"id\":{id},"), ANSWER_PATIENCE)?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|_| KitError::malformed("browser's answer", line.clone()))?;
        if answer["ok"] == true {
            return Ok(answer);
        }
        let why = answer["error"].as_str().unwrap_or(&line).to_owned();
        let log = self.process.log();
        Err(KitError::Failed { program: format!("{what} in the browser"), status: why, log })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its script ends with its input and closes the browser. Killed, it would leave Firefox behind.
        self.process.end_input();
        let _ = self.process.wait_exit(END_PATIENCE);
    }
}

/// The package of the scripts, which `./dev test` installs.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser")
}
