//! Where prepared prompts are kept: `HASH.wav` in one directory, the form that the media host reads.
//!
//! Each file ends with a chunk that players skip: the SHA-256 of everything before it. So a file proves by itself that
//! it is what was written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use bell_media::wav::{self, Encoding, Format, Wav, WavError};
use bell_types::PromptName;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::audio::content::ContentId;

/// What G.722 needs; the media host brings it to G.711.
const FORMAT: Format = Format { encoding: Encoding::Pcm(16), channels: 1, rate_hz: 16_000 };

/// The head of the chunk with the hash: its name, and the length of what follows.
const SEAL: &[u8; 8] = b"sha2\x20\0\0\0";

const SEAL_LEN: usize = SEAL.len() + 32;

/// A prompt in use that callers would not hear, or hear wrong.
#[derive(Debug, Error)]
#[error("prompt {prompt} is damaged ({file}); belltower apply makes it anew")]
pub struct Problem {
    /// Which prompt.
    pub prompt: PromptName,
    /// The name of its file in the library.
    pub file: String,
    /// What is wrong with the file.
    #[source]
    pub damage: Damage,
}

/// What can be wrong with a file of the library.
#[derive(Debug, Error)]
pub enum Damage {
    /// It is gone.
    #[error("the file is gone")]
    Missing,
    /// The system does not let us read it.
    #[error("the file cannot be read")]
    Unreadable(#[source] io::Error),
    /// It is no audio.
    #[error("the file does not decode")]
    Undecodable(#[source] WavError),
    /// It is not what was written.
    #[error("the file is not what was written: it was cut or changed")]
    Changed,
}

/// The directory.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    pub(crate) const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    pub(crate) fn path(&self, id: &ContentId) -> PathBuf {
        self.dir.join(format!("{id}.wav"))
    }

    /// Keeps audio of 16 kHz. After a power failure the file is there whole, or not at all.
    pub(crate) fn put(&self, id: &ContentId, samples: &[i16]) -> io::Result<()> {
        static ATTEMPTS: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.dir)?;
        let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
        // A name that no other process and no other thread uses.
        let unfinished = self.dir.join(format!("{id}.{}-{attempt}.unfinished", process::id()));
        let written =
            write_through(&unfinished, &sealed(samples)).and_then(|()| fs::rename(&unfinished, self.path(id)));
        if written.is_err() {
            // It may not even have been made.
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        File::open(&self.dir)?.sync_all()
    }

    /// Whether the file is there, decodes, and is what was written.
    pub(crate) fn check(&self, id: &ContentId) -> Result<(), Damage> {
        let file = fs::read(self.path(id)).map_err(|err| match err.kind() {
            io::ErrorKind::NotFound => Damage::Missing,
            _ => Damage::Unreadable(err),
        })?;
        let wav = Wav::parse(&file, usize::MAX).map_err(Damage::Undecodable)?;
        let intact = file.split_last_chunk::<SEAL_LEN>().is_some_and(|(content, seal)| {
            let (head, hash) = seal.split_at(SEAL.len());
            head == SEAL && hash == Sha256::digest(content).as_slice()
        });
        if intact && wav.format == FORMAT { Ok(()) } else { Err(Damage::Changed) }
    }
}

fn sealed(samples: &[i16]) -> Vec<u8> {
    let mut file = wav_file(FORMAT.rate_hz, samples);
    // The length in the header counts the seal too, or players would take it for rubbish after the end.
    let riff_len = (file.len() + SEAL_LEN - 8) as u32;
    file[4..8].copy_from_slice(&riff_len.to_le_bytes());
    let hash = Sha256::digest(&file);
    file.extend(SEAL);
    file.extend(hash.as_slice());
    file
}

/// A WAV file of 16 bits in mono.
pub(crate) fn wav_file(rate_hz: u32, samples: &[i16]) -> Vec<u8> {
    let format = Format { rate_hz, ..FORMAT };
    let mut file = Vec::with_capacity(wav::HEADER_LEN + samples.len() * 2 + SEAL_LEN);
    // No prompt comes near 4 GiB.
    file.extend(wav::header(format, samples.len() as u32 * 2));
    wav::write_samples(format.encoding, samples, &mut file);
    file
}

fn write_through(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}
