//! A loudspeaker for a program that plays by PulseAudio: a sound server of its own, whose only device is listened to.

use std::io::Read;
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::audio::{RATE, Sound};
use crate::deadline::Deadline;
use crate::error::KitError;
use crate::process::{Process, poll_until};

/// How long the sound server may take to start, on a machine that is busy.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// How much is listened to at a time: half a second.
const STRETCH_SAMPLES: usize = RATE as usize / 2;

/// A device that nobody hears but the test. Dropped, it ends.
#[derive(Debug)]
pub(crate) struct Loudspeaker {
    _server: Process,
    /// Holds the server's socket.
    dir: TempDir,
}

impl Loudspeaker {
    /// Starts the sound server.
    pub(crate) fn start() -> Result<Self, KitError> {
        let dir = TempDir::with_prefix("bell-sound-").map_err(KitError::io("make a directory for the sound server"))?;
        let socket = dir.path().join("socket");
        let open = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
        let mut command = Command::new("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"])
            .args(["-L", &open, "-L", "module-null-sink sink_name=loudspeaker"])
            .envs([("HOME", dir.path()), ("XDG_RUNTIME_DIR", dir.path())]);
        let mut server = Process::start(&mut command)?;
        poll_until("the sound server", START_PATIENCE, || {
            server.check_alive()?;
            Ok(socket.exists().then_some(()))
        })?;
        Ok(Self { _server: server, dir })
    }

    /// What a program's environment has to say so that it plays here.
    pub(crate) fn environment(&self) -> (&'static str, String) {
        ("PULSE_SERVER", format!("unix:{}", self.dir.path().join("socket").display()))
    }

    /// Waits until half a second of what is played is like this. False if that does not happen.
    pub(crate) fn hears(&self, patience: Duration, is: impl Fn(&Sound) -> bool) -> Result<bool, KitError> {
        let mut recorder = Command::new("parec")
            .args(["--device=loudspeaker.monitor", "--format=s16le", "--channels=1", "--latency-msec=50"])
            .arg(format!("--rate={RATE}"))
            .envs([self.environment()])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(KitError::io("start parec; ./dev test installs what is missing"))?;
        let played = recorder.stdout.take();
        let heard = played.map(|mut played| listen(&mut played, patience, is)).transpose();
        // Both fail only if it has already ended.
        let _ = recorder.kill();
        let _ = recorder.wait();
        Ok(heard?.unwrap_or(false))
    }
}

/// The device plays silence when nobody plays anything, so that there is always something to read.
fn listen(played: &mut ChildStdout, patience: Duration, is: impl Fn(&Sound) -> bool) -> Result<bool, KitError> {
    let deadline = Deadline::after(patience);
    let mut octets = [0; 2 * STRETCH_SAMPLES];
    while deadline.remaining().is_some() {
        played.read_exact(&mut octets).map_err(KitError::io("listen to the loudspeaker"))?;
        let samples = octets.as_chunks().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect();
        if is(&Sound { samples }) {
            return Ok(true);
        }
    }
    Ok(false)
}
