//! Text to speech by a program beside us, never linked: the synthesiser's licence is not ours.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use bell_ivr::{Language, speech};
use thiserror::Error;

use crate::audio::Unfit;
use crate::audio::process::{self, ProcessError, ProcessLimits};

/// An engine that speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Synthesizer {
    /// espeak-ng: small, everywhere, intelligible, a robot.
    Espeak(Espeak),
}

/// How espeak-ng is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Espeak {
    /// The program; a name without a slash is looked for as a shell would.
    pub program: PathBuf,
    /// The voice for Mandarin.
    pub mandarin: Voice,
    /// The voice for English.
    pub english: Voice,
    /// After this time it is killed.
    pub timeout: Duration,
    /// The longest text, in octets.
    pub text_len_max: usize,
    /// The most audio, in octets.
    pub output_len_max: u64,
}

/// A voice of espeak-ng.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// Its name, as `espeak-ng --voices` prints it.
    pub name: String,
    /// How fast it speaks, in words per minute.
    pub words_per_minute: u16,
    /// How loud, of 200. Far enough from the top that no sample is clipped; the loudness is made later.
    pub amplitude: u8,
}

/// Words ready to be spoken, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Utterance {
    /// As the engine gets them.
    pub(crate) text: String,
    /// The engine and all its settings that can be heard.
    pub(crate) voice: String,
    language: Language,
}

/// Why words were not spoken.
#[derive(Debug, Error)]
pub enum SpeechError {
    /// There are none, or none that can be heard.
    #[error("there is nothing to say in the text")]
    NothingToSay,
    /// More than one prompt should hold.
    #[error("the text has {length} octets, more than the {length_max} allowed")]
    TooLong {
        /// How many it has.
        length: usize,
        /// How many it may have.
        length_max: usize,
    },
    /// The program is not installed.
    #[error("the speech synthesiser {} is not installed", .0.display())]
    NotInstalled(PathBuf),
    /// The program gave no audio.
    #[error("the speech synthesiser failed: {0}")]
    Failed(String, #[source] Option<io::Error>),
    /// The program gave something that callers cannot hear.
    #[error("what the speech synthesiser made of the text cannot be played")]
    Unusable(#[source] Box<Unfit>),
}

impl Synthesizer {
    /// Whether the engine is installed. That it works shows when it speaks.
    pub(crate) fn is_there(&self) -> bool {
        let Self::Espeak(Espeak { program, .. }) = self;
        if program.components().count() > 1 {
            return program.is_file();
        }
        let dirs = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&dirs).any(|dir| dir.join(program).is_file())
    }

    /// Readies words for the engine.
    pub(crate) fn utterance(&self, text: &str, language: Language) -> Result<Utterance, SpeechError> {
        match self {
            Self::Espeak(espeak) => espeak.utterance(text, language),
        }
    }

    /// Speaks them; the answer is a WAV file, whose lengths may be wrong.
    pub(crate) fn speak(&self, utterance: &Utterance) -> Result<Vec<u8>, SpeechError> {
        match self {
            Self::Espeak(espeak) => espeak.speak(utterance),
        }
    }
}

impl Espeak {
    /// As Debian installs it.
    pub fn standard() -> Self {
        let voice = |name: &str, words_per_minute| Voice { name: name.to_owned(), words_per_minute, amplitude: 60 };
        Self {
            program: PathBuf::from("espeak-ng"),
            // The plain voice for Mandarin reads the pinyin it makes itself as English; this one does not.
            mandarin: voice("cmn-latn-pinyin", 175),
            english: voice("en-us", 160),
            timeout: Duration::from_secs(10),
            text_len_max: 8192,
            output_len_max: 64 << 20,
        }
    }

    const fn voice(&self, language: Language) -> &Voice {
        match language {
            Language::Mandarin => &self.mandarin,
            Language::English => &self.english,
        }
    }

    fn utterance(&self, text: &str, language: Language) -> Result<Utterance, SpeechError> {
        let text = speech::normalize(text, language);
        if !text.chars().any(char::is_alphanumeric) {
            return Err(SpeechError::NothingToSay);
        }
        if text.len() > self.text_len_max {
            return Err(SpeechError::TooLong { length: text.len(), length_max: self.text_len_max });
        }
        let Voice { name, words_per_minute, amplitude } = self.voice(language);
        // Not its version: a prompt that was published does not change because a package was upgraded.
        let voice = format!("espeak-ng {name} {words_per_minute} {amplitude}");
        Ok(Utterance { text, voice, language })
    }

    fn speak(&self, utterance: &Utterance) -> Result<Vec<u8>, SpeechError> {
        let voice = self.voice(utterance.language);
        let mut command = Command::new(&self.program);
        command.args(["-b", "1", "-v", &voice.name]);
        command.args(["-s", &voice.words_per_minute.to_string(), "-a", &voice.amplitude.to_string()]);
        command.args(["--stdin", "--stdout"]);
        let limits = ProcessLimits { timeout: self.timeout, output_len_max: self.output_len_max };
        match process::run(&mut command, utterance.text.clone().into_bytes(), limits) {
            Ok(audio) if audio.is_empty() => Err(SpeechError::Failed("it wrote no audio".to_owned(), None)),
            Ok(audio) => Ok(audio),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, error: ProcessError) -> SpeechError {
        let what = error.to_string();
        match error {
            ProcessError::Start(err) if err.kind() == io::ErrorKind::NotFound => {
                SpeechError::NotInstalled(self.program.clone())
            }
            ProcessError::Start(err) | ProcessError::Talk(err) => SpeechError::Failed(what, Some(err)),
            ProcessError::TimedOut(_) | ProcessError::TooMuch(_) | ProcessError::Failed { .. } => {
                SpeechError::Failed(what, None)
            }
        }
    }
}

impl SpeechError {
    /// What helps.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NothingToSay => "write some words",
            Self::TooLong { .. } => "divide it into several prompts",
            Self::NotInstalled(_) => "apt-get install espeak-ng",
            Self::Unusable(_) => "write it in other words, or upload a recording",
            Self::Failed(..) => "run espeak-ng by hand; if it fails too, apt-get install --reinstall espeak-ng",
        }
    }
}
