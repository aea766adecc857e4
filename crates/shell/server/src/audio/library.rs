//! All prompts of a centre.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use bell_engine::{Audio, AudioFrom, AudioWanted};
use bell_ivr::Language;
use bell_media::prompt::{self, Prompt, PromptConfig};
use bell_types::PromptName;

use crate::audio::content::ContentId;
use crate::audio::decode::{Sound, decode};
use crate::audio::shelf::Shelf;
use crate::audio::speech::Utterance;
use crate::audio::{Damage, Espeak, Problem, Report, SpeechError, Synthesizer, Unfit, upload};

/// How prompts are made ready.
#[derive(Clone, Debug)]
pub struct Config {
    /// What a prompt must be like, and is made like.
    pub prompt: PromptConfig,
    /// Audio below this loudness is refused, in dBov: made louder, one would hear the room.
    pub loudness_min_dbov: f64,
    /// Background noise less than this below the loudness is remarked on, in dB.
    pub noise_distance_min_db: f64,
    /// The largest file, in octets.
    pub file_len_max: u64,
    /// Who speaks.
    pub synthesizer: Synthesizer,
    /// So many prompts are made at a time, each by one thread and at most one process.
    pub threads_max: NonZeroUsize,
}

/// All prompts of a centre, ready to be played.
#[derive(Clone, Debug)]
pub struct Library {
    shelf: Shelf,
    uploads: Option<PathBuf>,
    config: Config,
}

impl Config {
    /// For the telephone, with what Debian installs.
    pub fn standard() -> Self {
        Self {
            prompt: PromptConfig {
                loudness_dbov: -22.0,
                peak_max_dbov: -3.0,
                gain_max_db: 24.0,
                silence_dbov: -50.0,
                pause_max: Duration::from_secs(2),
                edge_silence_max: Duration::from_millis(200),
                clipped_permille_max: 2,
                length_max: Duration::from_secs(600),
                high_pass_hz: 100.0,
            },
            loudness_min_dbov: -46.0,
            noise_distance_min_db: 20.0,
            file_len_max: 64 << 20,
            synthesizer: Synthesizer::Espeak(Espeak::standard()),
            threads_max: const { NonZeroUsize::new(2).expect("2 is not 0") },
        }
    }
}

impl Library {
    /// The library in `dir`, which is made when the first prompt is kept. It is the directory that the media host
    /// plays from.
    pub fn new(dir: impl Into<PathBuf>, config: Config) -> Self {
        Self { shelf: Shelf::new(dir.into()), uploads: None, config }
    }

    /// The same, with a directory in which files are looked for that are not beside the configuration.
    #[must_use]
    pub fn with_uploads(self, uploads: PathBuf) -> Self {
        Self { uploads: Some(uploads), ..self }
    }

    /// What prompts must be like, and are made like.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Makes prompts ready; the paths of uploads are from `base`. What has been made before is only checked.
    pub fn prepare(&self, wanted: &[AudioWanted], base: &Path) -> BTreeMap<PromptName, Audio> {
        self.prepare_with(wanted, base, &mut |_, _| ())
    }

    /// As [`prepare`](Self::prepare), telling after each piece of work how many are done, and of how many.
    pub fn prepare_with(
        &self,
        wanted: &[AudioWanted],
        base: &Path,
        progress: &mut dyn FnMut(usize, usize),
    ) -> BTreeMap<PromptName, Audio> {
        // The same words under several names are one piece of work.
        let mut names: BTreeMap<&AudioFrom, Vec<&PromptName>> = BTreeMap::new();
        for wanted in wanted {
            names.entry(&wanted.from).or_default().push(&wanted.prompt);
        }
        let work: Vec<&AudioFrom> = names.keys().copied().collect();
        let (work, next) = (work.as_slice(), &AtomicUsize::new(0));
        let (made, results) = sync_channel(self.config.threads_max.get());
        let mut ready = BTreeMap::new();
        thread::scope(|scope| {
            for _ in 0..self.config.threads_max.get().min(work.len()) {
                let made = made.clone();
                scope.spawn(move || {
                    while let Some(&from) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                        // The receiver lives until every sender is gone.
                        let _ = made.send((from, self.make(from, base)));
                    }
                });
            }
            drop(made);
            for (done, (from, audio)) in results.iter().enumerate() {
                ready.extend(names[from].iter().map(|&name| (name.clone(), audio.clone())));
                progress(done + 1, work.len());
            }
        });
        ready
    }

    /// Looks at every prompt in use, given with its content hash: is its file there, does it decode, is it what was
    /// written (INB-10)?
    pub fn verify(&self, live: &BTreeMap<PromptName, String>) -> Vec<Problem> {
        let problem = |(prompt, hash): (&PromptName, &String)| {
            let checked = ContentId::parse(hash).map_or(Err(Damage::Missing), |id| self.shelf.check(&id));
            checked.err().map(|damage| Problem { prompt: prompt.clone(), file: format!("{hash}.wav"), damage })
        };
        live.iter().filter_map(problem).collect()
    }

    /// Looks at a file as if it were to become a prompt, and keeps nothing (INB-06).
    ///
    /// # Errors
    /// If there is no audio in it to look at.
    pub fn report(&self, file: &Path) -> Result<Report, Unfit> {
        let name = file.display().to_string();
        let content = upload::read_file(file, &name, self.config.file_len_max)?;
        self.report_of(&content)
    }

    /// The same, of the octets of a file.
    ///
    /// # Errors
    /// If there is no audio in it to look at.
    pub fn report_of(&self, content: &[u8]) -> Result<Report, Unfit> {
        let sound = decode(content, self.config.prompt.length_max)?;
        Ok(Report::of(&sound, self.fit(&sound), &self.config))
    }

    /// What a file is made into, in samples of 8 kHz, and keeps nothing.
    ///
    /// # Errors
    /// If it cannot become a prompt.
    pub fn heard_of(&self, content: &[u8]) -> Result<Vec<i16>, Unfit> {
        let sound = decode(content, self.config.prompt.length_max)?;
        Ok(self.fit(&sound)?.narrow)
    }

    /// What words are made into, in samples of 8 kHz, and keeps nothing.
    ///
    /// # Errors
    /// If they cannot be spoken, or nobody could hear them.
    pub fn heard_of_words(&self, text: &str, language: Language) -> Result<Vec<i16>, Unfit> {
        Ok(self.speak(&self.config.synthesizer.utterance(text, language)?)?.narrow)
    }

    /// Speaks words, keeps nothing, and says how long they last.
    ///
    /// # Errors
    /// If they cannot be spoken, or nobody could hear them.
    pub fn try_words(&self, text: &str, language: Language) -> Result<Duration, Unfit> {
        let prompt = self.speak(&self.config.synthesizer.utterance(text, language)?)?;
        Ok(prompt.report.length)
    }

    /// Whether there is anybody to speak words.
    pub fn speaks(&self) -> bool {
        self.config.synthesizer.is_there()
    }

    /// The file that callers hear, by the content hash of its prompt; none if it is not there whole.
    pub fn file(&self, hash: &str) -> Option<PathBuf> {
        let id = ContentId::parse(hash)?;
        self.shelf.check(&id).ok()?;
        Some(self.shelf.path(&id))
    }

    fn make(&self, from: &AudioFrom, base: &Path) -> Audio {
        let made = match from {
            AudioFrom::File(name) => self.make_from_file(name, base),
            AudioFrom::Speech { text, language } => self.make_from_words(text, *language),
        };
        match made {
            Ok(id) => Audio::Playable(id.as_str().to_owned()),
            Err(unfit) => Audio::Broken(unfit.explain()),
        }
    }

    fn make_from_file(&self, name: &str, base: &Path) -> Result<ContentId, Unfit> {
        let mut found = upload::read(base, name, self.config.file_len_max);
        if let (Err(Unfit::Missing(_)), Some(uploads)) = (&found, &self.uploads) {
            found = upload::read(uploads, name, self.config.file_len_max);
        }
        let file = found?;
        let id = ContentId::of_upload(&file, &self.config.prompt);
        self.keep(id, || self.fit(&decode(&file, self.config.prompt.length_max)?))
    }

    fn make_from_words(&self, text: &str, language: Language) -> Result<ContentId, Unfit> {
        let utterance = self.config.synthesizer.utterance(text, language)?;
        let id = ContentId::of_speech(&utterance, &self.config.prompt);
        self.keep(id, || self.speak(&utterance))
    }

    fn speak(&self, utterance: &Utterance) -> Result<Prompt, Unfit> {
        let file = self.config.synthesizer.speak(utterance)?;
        let prompt = decode(&file, self.config.prompt.length_max).and_then(|sound| self.fit(&sound));
        // The author wrote words, not audio: what helps with an upload does not help him.
        Ok(prompt.map_err(|unfit| SpeechError::Unusable(Box::new(unfit)))?)
    }

    /// Makes what is not there yet. A damaged file counts as not there.
    fn keep(&self, id: ContentId, make: impl FnOnce() -> Result<Prompt, Unfit>) -> Result<ContentId, Unfit> {
        if self.shelf.check(&id).is_err() {
            self.shelf.put(&id, &make()?.wide).map_err(Unfit::Library)?;
        }
        Ok(id)
    }

    fn fit(&self, sound: &Sound) -> Result<Prompt, Unfit> {
        let prompt = prompt::prepare(sound.audio(), &self.config.prompt)?;
        let (loudness_dbov, loudness_min_dbov) = (prompt.report.loudness_dbov, self.config.loudness_min_dbov);
        if loudness_dbov < loudness_min_dbov {
            return Err(Unfit::TooQuiet { loudness_dbov, loudness_min_dbov });
        }
        Ok(prompt)
    }
}
