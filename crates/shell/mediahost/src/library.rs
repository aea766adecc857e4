//! Audio to play: read from the library, brought to a codec once, and kept in memory within a limit. A thread of its
//! own does this; a worker asks, goes on, and gets the audio as an order.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bell_media::codec::Encoder;
use bell_media::control::{AudioId, PlayId};
use bell_media::resample::{self, RateError};
use bell_media::wav::{Wav, WavError};
use bell_types::{Codec, LegId};
use thiserror::Error;

use crate::LibraryConfig;
use crate::host::Door;
use crate::worker::Order;

/// The most octets one sample may have in a library file: 32 bits, two channels.
const SAMPLE_LEN_MAX: u64 = 8;

/// The highest sample rate a library file may have.
const RATE_MAX_HZ: u64 = 192_000;

/// The way to the librarian.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    loads: SyncSender<Load>,
}

/// What a worker asks for.
#[derive(Debug)]
pub(crate) struct Load {
    pub(crate) door: Door,
    pub(crate) audio: AudioId,
    pub(crate) wanted: Wanted,
}

/// For whom and in which codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) leg: LegId,
    pub(crate) play: PlayId,
    /// The place of the piece in its play.
    pub(crate) piece: usize,
    pub(crate) codec: Codec,
}

/// What a worker gets.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) wanted: Wanted,
    /// One octet per tick of 1/8000 s; none if the piece cannot be played, which was logged.
    pub(crate) audio: Option<Arc<[u8]>>,
}

/// The thread that reads and encodes.
pub(crate) struct Librarian {
    config: LibraryConfig,
    shelf: HashMap<(AudioId, Codec), Kept>,
    kept_len: usize,
    uses: u64,
}

struct Kept {
    audio: Arc<[u8]>,
    used: u64,
}

/// Why a piece cannot be played.
#[derive(Debug, Error)]
pub enum LoadError {
    /// Its id is no hash.
    #[error("an audio id is 64 hexadecimal digits")]
    Id,
    /// Its file cannot be read.
    #[error("cannot read {0}")]
    Read(String, #[source] io::Error),
    /// Its file has more octets than this.
    #[error("the file has more than {0} octets")]
    TooLarge(u64),
    /// Its file is no audio.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// Its sample rate cannot be brought to that of a call.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// It lasts longer than this.
    #[error("it lasts longer than {} s", .0.as_secs())]
    TooLong(Duration),
}

impl Library {
    pub(crate) fn open(loads_max: usize) -> (Self, Receiver<Load>) {
        let (loads, inbox) = sync_channel(loads_max);
        (Self { loads }, inbox)
    }

    /// Asks for a piece. False if too many wait.
    pub(crate) fn ask(&self, load: Load) -> bool {
        self.loads.try_send(load).is_ok()
    }
}

impl Librarian {
    /// Starts the thread; it ends when the last [`Library`] is gone.
    pub(crate) fn start(config: &LibraryConfig, inbox: Receiver<Load>) -> io::Result<JoinHandle<()>> {
        let mut librarian = Self { config: config.clone(), shelf: HashMap::new(), kept_len: 0, uses: 0 };
        thread::Builder::new().name("media-library".to_owned()).spawn(move || {
            for load in inbox {
                librarian.serve(&load);
            }
        })
    }

    fn serve(&mut self, load: &Load) {
        let audio = match self.find(&load.audio, load.wanted.codec) {
            Ok(audio) => Some(audio),
            Err(err) => {
                let reason = &err as &dyn std::error::Error;
                tracing::warn!(audio = &*load.audio.0, leg = %load.wanted.leg, reason, "a piece of audio cannot be played");
                None
            }
        };
        let loaded = Loaded { wanted: load.wanted, audio };
        load.door.send(Order::Loaded(loaded));
    }

    fn find(&mut self, id: &AudioId, codec: Codec) -> Result<Arc<[u8]>, LoadError> {
        self.uses += 1;
        let key = (id.clone(), codec);
        if let Some(kept) = self.shelf.get_mut(&key) {
            kept.used = self.uses;
            return Ok(Arc::clone(&kept.audio));
        }
        let audio: Arc<[u8]> = load(&self.config, id, codec)?.into();
        self.kept_len += audio.len();
        let kept = Kept { audio: Arc::clone(&audio), used: self.uses };
        self.shelf.insert(key, kept);
        self.make_room();
        Ok(audio)
    }

    /// Gives up what was not asked for longest. What is being played stays with its player.
    fn make_room(&mut self) {
        while self.kept_len > self.config.cache_len_max {
            let oldest = self.shelf.iter().min_by_key(|(_, kept)| kept.used);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
            self.kept_len -= self.shelf.remove(&key).map_or(0, |kept| kept.audio.len());
        }
    }
}

/// A piece as a caller with this codec hears it, octet for octet.
///
/// # Errors
/// It cannot be played.
pub fn load(config: &LibraryConfig, id: &AudioId, codec: Codec) -> Result<Vec<u8>, LoadError> {
    // An id becomes part of a path: nothing but a hash may pass.
    if id.0.len() != 64 || !id.0.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        return Err(LoadError::Id);
    }
    let seconds_max = config.piece_time_max.as_secs().max(1);
    let file = read(&config.directory.join(format!("{}.wav", id.0)), seconds_max * RATE_MAX_HZ * SAMPLE_LEN_MAX)?;
    let wav = Wav::parse(&file, usize::try_from(seconds_max * RATE_MAX_HZ).unwrap_or(usize::MAX))?;
    let rate_hz = wav.format.rate_hz;
    if wav.len() as u64 > seconds_max * u64::from(rate_hz) {
        return Err(LoadError::TooLong(config.piece_time_max));
    }
    let samples: Vec<i16> = wav.samples().collect();
    let mono = to_mono(&samples, usize::from(wav.format.channels.max(1)));
    let fitting = resample::convert(&mono, rate_hz, codec.sample_rate_hz())?;
    let mut audio = Vec::with_capacity(fitting.len());
    Encoder::new(codec).encode(&fitting, &mut audio);
    Ok(audio)
}

fn read(path: &Path, len_max: u64) -> Result<Vec<u8>, LoadError> {
    let failed = |err| LoadError::Read(path.display().to_string(), err);
    let mut content = Vec::new();
    let mut file = File::open(path).map_err(failed)?.take(len_max + 1);
    file.read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > len_max {
        return Err(LoadError::TooLarge(len_max));
    }
    Ok(content)
}

fn to_mono(samples: &[i16], channels: usize) -> Vec<i16> {
    samples
        .chunks_exact(channels)
        // The mean of samples is a sample.
        .map(|frame| (frame.iter().map(|&sample| i64::from(sample)).sum::<i64>() / channels as i64) as i16)
        .collect()
}
