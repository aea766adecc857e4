//! A host under test.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use bell_media::control::{
    AudioId, BargeIn, CommandId, MediaAction, MediaCommand, MediaEvent, MediaNews, Plan, Play, PlayId, Repeat,
};
use bell_media::wav::{self, Encoding, Format};
use bell_mediahost::{Config, Host};
use bell_types::{CallId, Codec, LegId};
use tempfile::TempDir;

use crate::party::Party;

/// Nothing takes longer, unless it never comes.
const DEADLINE: Duration = Duration::from_secs(10);

/// How many ports each host gets.
const PORTS: u16 = 40;

/// Hosts of tests that run at the same time use ports of their own.
static NEXT_PORT: AtomicU16 = AtomicU16::new(20_000);

pub(crate) struct Trial {
    pub(crate) host: Option<Host>,
    pub(crate) directory: TempDir,
    news: Receiver<MediaEvent>,
    waiting: Vec<MediaEvent>,
    commands: u64,
}

/// The legs of one call.
pub(crate) fn leg(number: u16) -> LegId {
    let call = CallId::from_u64(77);
    LegId { call, number }
}

impl Trial {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let directory = TempDir::new().unwrap();
        let first = NEXT_PORT.fetch_add(PORTS, Ordering::Relaxed);
        let mut config = Config::loopback(directory.path());
        config.ports = first..=first + PORTS - 1;
        change(&mut config);
        let (events, news) = channel();
        let host = Host::start(config, move |event| events.send(event.clone()).is_ok()).unwrap();
        Self { host: Some(host), directory, news, waiting: Vec::new(), commands: 0 }
    }

    pub(crate) fn host(&self) -> &Host {
        self.host.as_ref().unwrap()
    }

    /// Gives a command and returns its id.
    pub(crate) fn tell(&mut self, leg: LegId, what: MediaAction) -> CommandId {
        self.commands += 1;
        let id = CommandId(self.commands);
        self.repeat(id, leg, what);
        id
    }

    /// Gives a command with an id that was used before.
    pub(crate) fn repeat(&mut self, id: CommandId, leg: LegId, what: MediaAction) {
        self.host().command(MediaCommand { id, leg, what }).unwrap();
    }

    pub(crate) fn open(&mut self, leg: LegId) -> SocketAddr {
        self.tell(leg, MediaAction::Open);
        self.expect(leg, |news| match news {
            MediaNews::Ready { rtp } => Some(*rtp),
            _ => None,
        })
    }

    /// Opens a leg towards a party that speaks one codec, and makes them known to each other.
    pub(crate) fn connect(&mut self, leg: LegId, codec: Codec, tone_hz: f64) -> Party {
        let mut party = Party::new(codec, tone_hz);
        party.target = self.open(leg);
        self.tell(leg, MediaAction::SetRemote(party.remote()));
        party
    }

    pub(crate) fn plan(&mut self, leg: LegId, plan: Plan) {
        self.tell(leg, MediaAction::SetPlan(plan));
    }

    pub(crate) fn play(&mut self, leg: LegId, id: u32, pieces: &[AudioId], repeat: Repeat, barge_in: BargeIn) {
        let play = Play { id: PlayId(id), pieces: pieces.to_vec(), repeat, barge_in };
        self.plan(leg, Plan::Play(play));
    }

    /// Waits for news of a leg; other news stay for later.
    pub(crate) fn expect<T>(&mut self, leg: LegId, pick: impl Fn(&MediaNews) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut seen = 0;
        loop {
            while seen < self.waiting.len() {
                let event = &self.waiting[seen];
                if event.leg == leg
                    && let Some(found) = pick(&event.what)
                {
                    self.waiting.remove(seen);
                    return found;
                }
                seen += 1;
            }
            match self.news.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(event) => self.waiting.push(event),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("never came; came instead: {:?}", self.waiting)
                }
            }
        }
    }

    /// Waits for exactly these news.
    pub(crate) fn expect_news(&mut self, leg: LegId, expected: &MediaNews) {
        self.expect(leg, |news| (news == expected).then_some(()));
    }

    /// What came so far and was not waited for.
    pub(crate) fn seen(&mut self) -> &[MediaEvent] {
        self.waiting.extend(self.news.try_iter());
        &self.waiting
    }

    /// Puts a piece of audio into the library.
    pub(crate) fn audio(&self, name: u8, samples: &[i16], rate_hz: u32) -> AudioId {
        let format = Format { encoding: Encoding::Pcm(16), channels: 1, rate_hz };
        let mut file = wav::header(format, samples.len() as u32 * 2).to_vec();
        wav::write_samples(format.encoding, samples, &mut file);
        self.file(name, &file)
    }

    /// Puts any file into the library.
    pub(crate) fn file(&self, name: u8, content: &[u8]) -> AudioId {
        let id = format!("{name:02x}").repeat(32);
        let directory = self.directory.path().join("audio");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join(format!("{id}.wav")), content).unwrap();
        AudioId(id.into())
    }

    pub(crate) fn recordings(&self) -> PathBuf {
        self.directory.path().join("recordings")
    }
}
