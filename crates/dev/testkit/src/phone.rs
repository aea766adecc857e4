//! A real softphone: baresip without a sound card, driven by its remote control.
//!
//! Its microphone is a sine tone; what it hears is recorded after decoding, so that a test can measure it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::audio::Sound;
use crate::control::Control;
use crate::deadline::PATIENCE;
use crate::error::KitError;
use crate::port::free_port;
use crate::process::{Process, poll_until};
use crate::wav::read_wav;

/// Starts tried when another program took the port in between.
const STARTS_MAX: usize = 3;

/// The newest sound in which a tone is looked for, in seconds.
const WINDOW: f64 = 0.2;

/// Who a [`Phone`] is and how it behaves.
#[derive(Clone, Debug)]
pub struct PhonePlan {
    user: String,
    tone: u32,
    registrar: Option<(String, String)>,
    codec: &'static str,
    transport: &'static str,
    encryption: Option<&'static str>,
}

impl PhonePlan {
    /// A phone of this user that sends a tone of `tone` Hz in PCMA and registers nowhere.
    pub fn new(user: &str, tone: u32) -> Self {
        Self { user: user.to_owned(), tone, registrar: None, codec: "PCMA/8000/1", transport: "udp", encryption: None }
    }

    /// Registers with the server at `server` (`127.0.0.1:5060`) with this password.
    pub fn register(mut self, server: &str, password: &str) -> Self {
        self.registrar = Some((server.to_owned(), password.to_owned()));
        self
    }

    /// Speaks another codec, as baresip names it: `PCMU/8000/1`, `G722/16000/1`.
    pub fn codec(mut self, codec: &'static str) -> Self {
        self.codec = codec;
        self
    }

    /// Sends SIP over TCP.
    pub fn over_tcp(mut self) -> Self {
        self.transport = "tcp";
        self
    }

    /// Sends SIP over TLS, and believes whoever answers.
    pub fn over_tls(mut self) -> Self {
        self.transport = "tls";
        self
    }

    /// Encrypts its audio as baresip names it: `srtp-mand` in any case, `srtp` if the other side does. It prints every message
    /// of its signalling, with the keys.
    pub fn encrypted(mut self, how: &'static str) -> Self {
        self.encryption = Some(how);
        self
    }

    fn account(&self, address: SocketAddr) -> String {
        let Self { user, codec, transport, .. } = self;
        let (domain, rest) = match &self.registrar {
            Some((server, password)) => (server.clone(), format!(";auth_user={user};auth_pass={password};regint=60")),
            None => (address.to_string(), ";regint=0".to_owned()),
        };
        let encryption = self.encryption.map(|how| format!(";mediaenc={how}")).unwrap_or_default();
        format!("<sip:{user}@{domain};transport={transport}>{rest};answermode=manual;audio_codecs={codec}{encryption}")
    }

    fn config(&self, address: SocketAddr, control: SocketAddr, dir: &Path) -> String {
        let (ip, tone, dir) = (address.ip(), self.tone, dir.display());
        // ausine makes 48 kHz stereo only; baresip resamples. aubridge without a partner is a silent loudspeaker.
        format!(
            "sip_listen {address}\nnet_interface {ip}\ncall_max_calls 8\njitter_buffer_delay 1-2\n\
             audio_source ausine,{tone}\naudio_player aubridge,ear\naudio_alert aubridge,bell\n\
             ausrc_srate 48000\nausrc_channels 2\nauplay_srate 8000\nauplay_channels 1\n\
             ausrc_format s16\nauplay_format s16\nauenc_format s16\naudec_format s16\nsnd_path {dir}\n\
             module_path {MODULES}\nmodule g711.so\nmodule g722.so\nmodule sndfile.so\nmodule aubridge.so\n\
             module ausine.so\nmodule srtp.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\n\
             ctrl_tcp_listen {control}\n"
        )
    }
}

/// Where Debian keeps the modules of baresip.
const MODULES: &str = "/usr/lib/baresip/modules";

/// What happens to a [`Phone`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneEvent {
    /// The registrar accepted it.
    Registered,
    /// The registrar refused it.
    RegistrationFailed,
    /// Somebody calls.
    Incoming,
    /// The called side rings.
    Ringing,
    /// The called side sends early media.
    Progress,
    /// A call is answered, ours or theirs.
    Established,
    /// A call has ended.
    Closed,
    /// The other side asks for a transfer.
    TransferAsked,
}

impl PhoneEvent {
    fn type_name(self) -> &'static str {
        match self {
            Self::Registered => "REGISTER_OK",
            Self::RegistrationFailed => "REGISTER_FAIL",
            Self::Incoming => "CALL_INCOMING",
            Self::Ringing => "CALL_RINGING",
            Self::Progress => "CALL_PROGRESS",
            Self::Established => "CALL_ESTABLISHED",
            Self::Closed => "CALL_CLOSED",
            Self::TransferAsked => "TRANSFER",
        }
    }
}

/// A running baresip. Dropped, it is killed without a word to anybody.
#[derive(Debug)]
pub struct Phone {
    process: Process,
    control: Control,
    address: SocketAddr,
    user: String,
    dir: TempDir,
}

impl Phone {
    /// Starts a phone on free ports of 127.0.0.1.
    pub fn start(plan: &PhonePlan) -> Result<Self, KitError> {
        let mut result = Self::try_start(plan);
        for _ in 1..STARTS_MAX {
            if !matches!(&result, Err(KitError::Failed { log, .. }) if log.contains("Address already in use")) {
                break;
            }
            result = Self::try_start(plan);
        }
        result
    }

    fn try_start(plan: &PhonePlan) -> Result<Self, KitError> {
        let dir = TempDir::with_prefix("bell-phone-").map_err(KitError::io("make a directory for baresip"))?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let control = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let config = plan.config(address, control, dir.path());
        fs::write(dir.path().join("config"), config).map_err(KitError::io("write the configuration of baresip"))?;
        let mut command = Command::new("baresip");
        command.arg("-f").arg(dir.path());
        if plan.encryption.is_some() {
            command.arg("-s");
        }
        let mut process = Process::start(&mut command)?;
        let mut control = poll_until("the remote control of baresip", PATIENCE, || {
            process.check_alive()?;
            Ok(Control::connect(control).ok())
        })?;
        // Not in a file: it would register before anybody listens to its events.
        control.command("uanew", &plan.account(address))?;
        Ok(Self { process, control, address, user: plan.user.clone(), dir })
    }

    /// Its own address as a SIP URI, for calls that pass no server.
    pub fn uri(&self) -> String {
        format!("sip:{}@{}", self.user, self.address)
    }

    /// Waits until the registrar has accepted it. Refused, if the registrar refuses.
    pub fn wait_registered(&mut self) -> Result<(), KitError> {
        self.control.wait_event("registration", |kind, reason| match kind {
            "REGISTER_OK" => Some(Ok(())),
            "REGISTER_FAIL" => Some(Err(KitError::Refused {
                what: "REGISTER".to_owned(),
                status: reason.get(..3).and_then(|status| status.parse().ok()).unwrap_or_default(),
                reason: reason.to_owned(),
            })),
            _ => None,
        })?
    }

    /// Waits for the next event of this kind and returns what baresip says about it: the peer, or the reason.
    pub fn wait(&mut self, event: PhoneEvent) -> Result<String, KitError> {
        let name = event.type_name();
        self.control.wait_event(name, |kind, param| (kind == name).then(|| param.to_owned()))
    }

    /// Waits until the other side presses exactly this key next.
    pub fn wait_key(&mut self, key: char) -> Result<(), KitError> {
        let pressed =
            self.control.wait_event("a key", |kind, param| (kind == "CALL_DTMF_START").then(|| param.to_owned()))?;
        if pressed.chars().eq([key]) {
            return Ok(());
        }
        Err(KitError::malformed("key", pressed))
    }

    /// Dials.
    pub fn call(&mut self, uri: &str) -> Result<(), KitError> {
        self.control.command("dial", uri)
    }

    /// Answers the incoming call.
    pub fn answer(&mut self) -> Result<(), KitError> {
        self.control.command("accept", "")
    }

    /// Ends the call, refuses it, or takes it back, whichever fits.
    pub fn hang_up(&mut self) -> Result<(), KitError> {
        self.control.command("hangup", "")
    }

    /// Puts the other side on hold.
    pub fn hold(&mut self) -> Result<(), KitError> {
        self.control.command("hold", "")
    }

    /// Takes the other side back from hold.
    pub fn resume(&mut self) -> Result<(), KitError> {
        self.control.command("resume", "")
    }

    /// Transfers the other side to `uri` (REFER).
    pub fn transfer_to(&mut self, uri: &str) -> Result<(), KitError> {
        self.control.command("transfer", uri)
    }

    /// Presses keys (RFC 4733).
    pub fn press(&mut self, keys: &str) -> Result<(), KitError> {
        keys.chars().try_for_each(|key| self.control.command("sndcode", &key.to_string()))
    }

    /// Everything it heard in its newest call so far.
    pub fn heard(&self) -> Result<Sound, KitError> {
        let Some(path) = self.newest_recording()? else {
            return Ok(Sound::default());
        };
        Ok(read_wav(&path)?.swap_remove(0))
    }

    /// True as soon as a tone of `frequency` Hz is heard from now on; false if it is not heard in ten seconds.
    ///
    /// Fails once the call was renegotiated (hold and resume, by whichever side): baresip 1.0 then drops the filter
    /// that records and does not set it up again. What the other side hears can still be measured there.
    pub fn hears(&mut self, frequency: f64) -> Result<bool, KitError> {
        if self.control.count_since("CALL_ESTABLISHED", "CALL_REMOTE_SDP") > 0 {
            return Err(KitError::malformed("question", "baresip records nothing after a re-INVITE"));
        }
        let (before, known) = (self.newest_recording()?, self.heard()?.seconds());
        let deadline = Instant::now() + PATIENCE;
        let heard = poll_until("sound", PATIENCE + Duration::from_secs(1), || {
            let sound = self.heard()?;
            let begin = if self.newest_recording()? == before { known } else { 0.0 };
            let is_new = sound.seconds() >= begin + WINDOW;
            if is_new && sound.part(sound.seconds() - WINDOW, WINDOW).has(frequency) {
                return Ok(Some(true));
            }
            Ok((Instant::now() > deadline).then_some(false))
        })?;
        Ok(heard)
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// The newest of the files the sndfile module wrote after decoding; their names sort by time.
    fn newest_recording(&self) -> Result<Option<PathBuf>, KitError> {
        let entries = fs::read_dir(self.dir.path()).map_err(KitError::io("list recordings"))?;
        let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        // An empty file is one whose header is not written yet.
        let is_recording = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.ends_with("-dec.wav") && fs::metadata(path).is_ok_and(|data| data.len() >= 44)
        };
        Ok(paths.filter(is_recording).max())
    }
}
