//! SIPp: many calls at once, and carriers that behave as a scenario file says.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::audio::Sound;
use crate::error::KitError;
use crate::g711::Law;
use crate::pcap::dtmf_pcap;
use crate::port::free_port;
use crate::process::Process;

/// Keywords of the kit's scenarios and what they stand for unless the test says otherwise, both in ms: how long a
/// caller stays, and how long one that gives up waits after it rings.
const DEFAULTS: [(&str, &str); 2] = [("stay", "20000"), ("delay", "100")];

/// A SIPp run that is being prepared or goes on. Dropped, it is killed.
#[derive(Debug)]
pub struct Sipp {
    dir: TempDir,
    scenario: String,
    args: Vec<String>,
    address: SocketAddr,
    calls: u32,
    time_limit: Duration,
    process: Option<Process>,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct SippOutcome {
    /// SIPp's exit code: 0 if every call went as the scenario says, 1 if at least one did not, 97 if it ran out of time.
    pub code: Option<i32>,
    /// What it found wrong.
    pub errors: String,
    /// Every message it sent and received.
    pub messages: String,
}

impl SippOutcome {
    /// Fails with what went wrong unless every call went as the scenario says.
    pub fn check(&self) -> Result<(), KitError> {
        if self.code == Some(0) {
            return Ok(());
        }
        Err(KitError::Failed {
            program: "sipp".to_owned(),
            status: format!("exit code {:?}", self.code),
            log: format!("{}\n{}", self.errors, self.messages),
        })
    }
}

impl Sipp {
    /// A run of one of the kit's scenarios, by its file name without `.xml`: `caller`, `caller_cancels`, `carrier`, ...
    /// Beside it SIPp finds the audio to play: `tone.alaw`, 1000 Hz, and a `keys.pcap` (see [`Sipp::keys`]).
    pub fn new(scenario: &str) -> Result<Self, KitError> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(format!("{scenario}.xml"));
        let text = fs::read_to_string(&file).map_err(KitError::io(format!("read {}", file.display())))?;
        Self::from_xml(&text)
    }

    /// A run of a scenario given as text.
    pub fn from_xml(xml: &str) -> Result<Self, KitError> {
        let dir = TempDir::with_prefix("bell-sipp-").map_err(KitError::io("make a directory for sipp"))?;
        let sipp = Self {
            dir,
            scenario: xml.to_owned(),
            args: Vec::new(),
            address: SocketAddr::from(([127, 0, 0, 1], free_port())),
            calls: 1,
            time_limit: Duration::from_secs(30),
            process: None,
        };
        let tone = crate::audio::Tone::new(1000.0, -10.0).take(8000);
        sipp.write("tone.alaw", &tone.map(|sample| Law::A.encode(sample)).collect::<Vec<u8>>())?;
        sipp.keys("1")
    }

    /// The keys that `play_pcap_audio="keys.pcap"` presses; `1` unless told.
    pub fn keys(self, keys: &str) -> Result<Self, KitError> {
        self.write("keys.pcap", &dtmf_pcap(keys, 101))?;
        Ok(self)
    }

    /// The sound that `rtp_stream` plays from `tone.alaw`.
    pub fn sound(self, sound: &Sound) -> Result<Self, KitError> {
        let bytes: Vec<u8> = sound.samples.iter().map(|sample| Law::A.encode(*sample)).collect();
        self.write("tone.alaw", &bytes)?;
        Ok(self)
    }

    /// Sends from this address, for tests in which the source counts.
    pub fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Ends after this many calls, made `rate` a second; one call unless told.
    pub fn calls(mut self, calls: u32, rate: u32) -> Self {
        self.calls = calls;
        self.args.extend(["-r".to_owned(), rate.to_string()]);
        self
    }

    /// Sets a keyword of the scenario: `[name]` stands for `value`, in status lines and times too, where SIPp's own
    /// `-key` does not reach. `stay`: how long a caller stays at most, in ms; `delay`: when one that cancels does.
    pub fn key(mut self, name: &str, value: &str) -> Self {
        self.scenario = self.scenario.replace(&format!("[{name}]"), value);
        self
    }

    /// The number or user that is called: `[service]`.
    pub fn service(mut self, service: &str) -> Self {
        self.args.extend(["-s".to_owned(), service.to_owned()]);
        self
    }

    /// More arguments for SIPp.
    pub fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// Gives up after this time; 30 s unless told.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Where it sends from and listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts calling `target`; the scenario is a caller's.
    pub fn start_calling(self, target: SocketAddr) -> Result<Self, KitError> {
        self.start(&[target.to_string()])
    }

    /// Starts to wait for calls; the scenario is a called side's. Returns when it listens.
    pub fn start_answering(self) -> Result<Self, KitError> {
        let address = self.address;
        let mut sipp = self.start(&[])?;
        crate::process::poll_until("sipp to listen", Duration::from_secs(5), || {
            sipp.process()?.check_alive()?;
            let taken = std::net::UdpSocket::bind(address).is_err();
            Ok(taken.then_some(()))
        })?;
        Ok(sipp)
    }

    /// Calls `target` as the scenario says and returns when all calls are over.
    pub fn run(self, target: SocketAddr) -> Result<SippOutcome, KitError> {
        self.start_calling(target)?.wait()
    }

    /// Waits until all calls are over.
    pub fn wait(mut self) -> Result<SippOutcome, KitError> {
        let patience = self.time_limit + Duration::from_secs(10);
        let status = self.process()?.wait_exit(patience)?;
        let read = |name: &str| fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        Ok(SippOutcome { code: status.code(), errors: read("errors.log"), messages: read("messages.log") })
    }

    fn start(self, target: &[String]) -> Result<Self, KitError> {
        let mut sipp = DEFAULTS.into_iter().fold(self, |sipp, (name, value)| sipp.key(name, value));
        sipp.launch(target)?;
        Ok(sipp)
    }

    fn launch(&mut self, target: &[String]) -> Result<(), KitError> {
        self.write("scenario.xml", self.scenario.as_bytes())?;
        let ip = self.address.ip().to_string();
        let port = self.address.port().to_string();
        // SIPp takes the ports at and after -mp for its media.
        let media_port = free_port().to_string();
        let (calls, seconds) = (self.calls.to_string(), self.time_limit.as_secs().max(1).to_string());
        let mut command = Command::new("sipp");
        command
            .current_dir(self.dir.path())
            .args(["-sf", "scenario.xml", "-i", &ip, "-p", &port, "-mi", &ip, "-mp", &media_port])
            .args(["-m", &calls, "-timeout", &seconds, "-timeout_error", "-nostdin"])
            .args(["-trace_err", "-error_file", "errors.log", "-trace_msg", "-message_file", "messages.log"])
            .args(&self.args)
            .args(target)
            .env("TERM", "dumb");
        self.process = Some(Process::start(&mut command)?);
        Ok(())
    }

    fn process(&mut self) -> Result<&mut Process, KitError> {
        self.process.as_mut().ok_or_else(|| KitError::malformed("run of sipp", "it was not started"))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), KitError> {
        fs::write(self.dir.path().join(name), bytes).map_err(KitError::io(format!("write {name}")))
    }
}
