//! With the real espeak-ng, and real MP3, Ogg and FLAC files made by sox.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bell_engine::{Audio, AudioFrom, AudioWanted};
use bell_ivr::Language;
use bell_media::tone::Generator;
use bell_media::wav::Wav;
use bell_types::PromptName;
use tempfile::TempDir;

use super::shelf::wav_file;
use super::{Config, Library};

mod keeping;
mod music;
mod speaking;
mod uploading;

/// A centre with a directory for its configuration and one for its prompts.
struct Centre {
    dir: TempDir,
    config: Config,
}

impl Centre {
    fn new() -> Self {
        Self::with(Config::standard())
    }

    fn with(config: Config) -> Self {
        let centre = Self { dir: tempfile::tempdir().unwrap(), config };
        fs::create_dir(centre.base()).unwrap();
        centre
    }

    fn base(&self) -> PathBuf {
        self.dir.path().join("etc")
    }

    fn shelf(&self) -> PathBuf {
        self.dir.path().join("audio")
    }

    fn library(&self) -> Library {
        Library::new(self.shelf(), self.config.clone())
    }

    fn upload(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.base().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn prepare(&self, from: AudioFrom) -> Audio {
        let prompt = PromptName::new("greeting").unwrap();
        let mut ready = self.library().prepare(&[AudioWanted { prompt: prompt.clone(), from }], &self.base());
        ready.remove(&prompt).unwrap()
    }

    fn prepare_file(&self, name: &str) -> Audio {
        self.prepare(AudioFrom::File(name.to_owned()))
    }

    /// The samples callers hear.
    fn heard(&self, audio: &Audio) -> Vec<i16> {
        let file = fs::read(self.library().file(hash(audio)).expect("a prompt in the library")).unwrap();
        let wav = Wav::parse(&file, usize::MAX).unwrap();
        assert_eq!((wav.format.rate_hz, wav.format.channels), (16_000, 1));
        wav.samples().collect()
    }

    /// Everything the library holds.
    fn kept(&self) -> BTreeMap<String, Vec<u8>> {
        let Ok(entries) = fs::read_dir(self.shelf()) else { return BTreeMap::new() };
        let content =
            |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
        entries.map(|entry| content(entry.unwrap().path())).collect()
    }
}

fn hash(audio: &Audio) -> &str {
    match audio {
        Audio::Playable(hash) => hash,
        Audio::Broken(reason) => panic!("{reason}"),
    }
}

fn broken(audio: Audio) -> String {
    match audio {
        Audio::Broken(reason) => reason,
        Audio::Playable(hash) => panic!("{hash} can be played"),
    }
}

fn say(text: &str) -> AudioFrom {
    AudioFrom::Speech { text: text.to_owned(), language: Language::Mandarin }
}

/// Four words of a second, each a tone of its own loudness, with pauses of half a second.
fn words(rate_hz: u32, dbov: f64) -> Vec<i16> {
    let word = |fainter: f64| Generator::sine(700.0, dbov - fainter, rate_hz).samples(rate_hz as usize);
    let pause = vec![0; rate_hz as usize / 2];
    [word(0.0), word(6.0), word(2.0), word(4.0)].join(&pause[..])
}

fn speech_file(rate_hz: u32, dbov: f64) -> Vec<u8> {
    wav_file(rate_hz, &words(rate_hz, dbov))
}

/// Converts a file by sox, with what stands before the name of the output.
fn sox(input: &Path, options: &[&str], output: &Path) {
    let done = Command::new("sox").arg(input).args(options).arg(output).output().expect("sox is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
