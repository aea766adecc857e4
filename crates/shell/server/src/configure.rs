//! Loading a configuration from its files, and keeping its versions.
//!
//! A version is everything the configuration was built from, in one file of the node's directory. A published version
//! never changes; going back to an old one makes a new version of the same content.

pub mod edit;
mod secrets;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bell_engine::first_run::{Addresses, begin};
use bell_engine::{Audio, AudioWanted, Mistake, Snapshot, Source, Text, wanted_audio, wanted_files, wanted_zone};
use bell_types::{EndpointName, Wall};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use similar::TextDiff;
use thiserror::Error;

use crate::audio::{self, Library};
use crate::clock::wall;
use crate::dirs::{Dirs, write_private};
use crate::tls;
use crate::zone;
use secrets::with_passwords;
pub use secrets::without_passwords;

/// Who applies what is applied by a command.
const COMMAND_LINE: &str = "belltower apply";
/// How large a configuration or flow file may be.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why no configuration came of it. Nothing has changed.
#[derive(Debug, Error)]
pub enum ConfigureError {
    /// A file could not be read.
    #[error("failed to read {}", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is wrong.
    #[error("{} in the configuration, which changes nothing:\n{}", count(.0), list(.0))]
    Mistakes(Vec<Mistake>),
    /// A version could not be stored or read.
    #[error("failed to keep the version in {}", .path.display())]
    Keep {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no such version.
    #[error("there is no version {0}: see belltower config list")]
    NoVersion(u64),
    /// Somebody else has changed it since it was read.
    #[error("version {0} is in force by now: look at it, and change that")]
    Changed(u64),
}

/// How a version came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When it took effect, in microseconds since 1970.
    pub at: i64,
    /// Who applied it.
    pub by: String,
    /// What he said.
    pub comment: String,
}

/// What is to be put in force.
#[derive(Debug)]
pub struct Wanted {
    /// It.
    pub source: Source,
    /// The version it was changed from; none: whatever is in force.
    pub base: Option<u64>,
    /// How it comes about.
    pub note: Note,
}

fn count(mistakes: &[Mistake]) -> String {
    match mistakes.len() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    }
}

fn list(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("  {mistake}\n")).collect()
}

/// A configuration that has been built and kept.
#[derive(Debug)]
pub struct Applied {
    /// It.
    pub snapshot: Arc<Snapshot>,
    /// What it changes, as a difference of texts without passwords; empty if it is what runs already.
    pub difference: String,
}

/// The prompts of a node.
pub fn library(dirs: &Dirs) -> Library {
    Library::new(dirs.audio(), audio::Config::standard()).with_uploads(dirs.prompts())
}

/// Reads a configuration and all it names.
pub fn load(file: &Path, library: &Library, wall: Wall) -> Result<Source, ConfigureError> {
    load_with(file, library, wall, &mut |_, _| ())
}

/// As [`load`], telling how many prompts are ready, and of how many.
pub fn load_with(
    file: &Path,
    library: &Library,
    wall: Wall,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Source, ConfigureError> {
    let base = file.parent().unwrap_or(Path::new("."));
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let main = Text { file: name, text: read(file)? };
    let mut files = BTreeMap::new();
    for file in wanted_files(&main).map_err(ConfigureError::Mistakes)? {
        // A file that is not there is a mistake of the configuration, found with all others when it is built.
        if let Ok(text) = read(&base.join(&file)) {
            files.insert(file, text);
        }
    }
    let zone_name = wanted_zone(&main).map_err(ConfigureError::Mistakes)?;
    let zone = zone::table(&zone_name, wall).ok_or_else(|| unknown_zone(&main, &zone_name))?;
    let wanted = wanted_audio(&main, &files).map_err(ConfigureError::Mistakes)?;
    let audio = library.prepare_with(&wanted, base, progress);
    let day = zone.local_day(wall);
    let mut source = Source { version: 0, hash: String::new(), main, files, audio, zone, day };
    source.hash = hash(&source);
    Ok(source)
}

/// The configuration of a centre that has none yet, in the zone of this machine.
pub fn begun(at: &Addresses) -> Result<Source, ConfigureError> {
    let here = zone::of_machine();
    let main = Text { file: "centre.toml".to_owned(), text: begin(at, &here) };
    let wall = wall();
    let zone = zone::table(&here, wall).ok_or_else(|| unknown_zone(&main, &here))?;
    let day = zone.local_day(wall);
    let (files, audio) = (BTreeMap::new(), BTreeMap::new());
    let mut source = Source { version: 0, hash: String::new(), main, files, audio, zone, day };
    source.hash = hash(&source);
    Ok(source)
}

/// A configuration that is edited where it runs: its texts are given, and what they name beside them is what it was. Prompts
/// that are new are spoken, or looked for among those that were uploaded.
pub fn edited(
    before: &Source,
    main: &str,
    given: &BTreeMap<String, String>,
    dirs: &Dirs,
    wall: Wall,
) -> Result<Source, ConfigureError> {
    let sent = Text { file: before.main.file.clone(), text: main.to_owned() };
    let text = with_passwords(&sent, Some(&before.main.text)).map_err(ConfigureError::Mistakes)?;
    let main = Text { text, ..sent };
    let texts = given.iter().chain(&before.files);
    let too_large =
        texts.clone().map(|(_, text)| text.len()).chain([main.text.len()]).any(|len| len as u64 > FILE_BYTES_MAX);
    if too_large {
        let problem = "a file is larger than 1 MiB".to_owned();
        return Err(ConfigureError::Mistakes(vec![mistake_about(&main, "", problem, "split it".to_owned())]));
    }
    let mut files = BTreeMap::new();
    for file in wanted_files(&main).map_err(ConfigureError::Mistakes)? {
        if let Some(text) = given.get(&file).or_else(|| before.files.get(&file)) {
            files.insert(file, text.clone());
        }
    }
    let zone_name = wanted_zone(&main).map_err(ConfigureError::Mistakes)?;
    let zone = zone::table(&zone_name, wall).ok_or_else(|| unknown_zone(&main, &zone_name))?;
    let wanted = wanted_audio(&main, &files).map_err(ConfigureError::Mistakes)?;
    let had = wanted_audio(&before.main, &before.files).unwrap_or_default();
    let library = library(dirs);
    // What is gone from the library is made anew.
    let is_there = |audio: &Audio| match audio {
        Audio::Playable(hash) => library.file(hash).is_some(),
        Audio::Broken(_) => false,
    };
    let kept = |wanted: &AudioWanted| {
        let before = had.contains(wanted).then(|| before.audio.get(&wanted.prompt)).flatten();
        before.filter(|audio| is_there(audio))
    };
    let mut audio: BTreeMap<_, _> =
        wanted.iter().filter_map(|wanted| Some((wanted.prompt.clone(), kept(wanted)?.clone()))).collect();
    let new: Vec<_> = wanted.into_iter().filter(|wanted| !audio.contains_key(&wanted.prompt)).collect();
    audio.extend(library.prepare(&new, &dirs.prompts()));
    let day = zone.local_day(wall);
    let mut source = Source { version: 0, hash: String::new(), main, files, audio, zone, day };
    source.hash = hash(&source);
    Ok(source)
}

fn unknown_zone(main: &Text, zone: &str) -> ConfigureError {
    let remedy = "write a name of the tz database, such as Asia/Shanghai".to_owned();
    ConfigureError::Mistakes(vec![mistake_about(main, zone, format!("there is no time zone {zone:?}"), remedy)])
}

/// A mistake that only the machine shows, at the first line that says this.
fn mistake_about(main: &Text, words: &str, problem: String, remedy: String) -> Mistake {
    let line = main.text.lines().position(|line| line.contains(words)).unwrap_or(0);
    Mistake { file: main.file.clone(), line: u32::try_from(line + 1).unwrap_or(1), column: 1, problem, remedy }
}

fn read(path: &Path) -> Result<String, ConfigureError> {
    let failed = |source| ConfigureError::Read { path: path.to_owned(), source };
    let length = fs::metadata(path).map_err(failed)?.len();
    if length > FILE_BYTES_MAX {
        return Err(failed(io::Error::other("the file is larger than 1 MiB")));
    }
    fs::read_to_string(path).map_err(failed)
}

/// The same configuration with another password of a phone, everything else as it stands there; none, if it has none.
pub fn with_password(source: &Source, endpoint: &EndpointName, password: &str) -> Option<Source> {
    #[derive(Deserialize)]
    struct Document {
        endpoint: BTreeMap<String, Phone>,
    }
    #[derive(Deserialize)]
    struct Phone {
        password: Option<toml::Spanned<String>>,
    }
    let document: Document = toml::from_str(&source.main.text).ok()?;
    let place = document.endpoint.get(endpoint.as_str())?.password.as_ref()?.span();
    let mut source = source.clone();
    source.main.text.replace_range(place, &format!("{password:?}"));
    source.hash = hash(&source);
    Some(source)
}

/// SHA-256 over everything that makes a difference; the zone's table only grows with time, and the day passes by itself.
fn hash(source: &Source) -> String {
    let mut hasher = Sha256::new();
    let mut add = |text: &str| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    };
    add(&source.main.text);
    for (file, text) in &source.files {
        add(file);
        add(text);
    }
    for (prompt, audio) in &source.audio {
        add(prompt.as_str());
        add(&format!("{audio:?}"));
    }
    hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The versions of a node's configuration.
#[derive(Clone, Debug)]
pub struct Versions {
    dir: PathBuf,
}

impl Versions {
    /// Those in the node's directory.
    pub fn of(dirs: &Dirs) -> Self {
        Self { dir: dirs.config() }
    }

    /// Their numbers, oldest first.
    pub fn numbers(&self) -> Result<Vec<u64>, ConfigureError> {
        let entries = fs::read_dir(&self.dir).map_err(|source| self.failed(source))?;
        let number = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> = entries.filter_map(Result::ok).filter_map(number).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The same; none if the node's directory has never been used.
    pub fn numbers_or_none(&self) -> Result<Vec<u64>, ConfigureError> {
        if self.dir.exists() { self.numbers() } else { Ok(Vec::new()) }
    }

    /// The newest, if there is any.
    pub fn latest(&self) -> Result<Option<Source>, ConfigureError> {
        self.numbers()?.last().map(|number| self.get(*number)).transpose()
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Result<Source, ConfigureError> {
        let bytes = match fs::read(self.path(number)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ConfigureError::NoVersion(number)),
            Err(source) => return Err(self.failed(source)),
        };
        serde_json::from_slice(&bytes).map_err(|error| self.failed(error.into()))
    }

    /// Builds a configuration, and keeps it as the next version unless it is what the last one was.
    pub fn apply(&self, source: Source, comment: &str) -> Result<Applied, ConfigureError> {
        let note = Note { at: wall().as_micros(), by: COMMAND_LINE.to_owned(), comment: comment.to_owned() };
        self.put(Wanted { source, base: None, note })
    }

    /// The same for a configuration that was read from files of the operator's.
    pub fn apply_files(&self, source: Source, comment: &str) -> Result<Applied, ConfigureError> {
        let hash = source.hash.clone();
        let applied = self.apply(source, comment)?;
        write_private(&self.files_path(), hash.as_bytes()).map_err(|source| self.failed(source))?;
        Ok(applied)
    }

    /// The same for a program that is started with the same files again and again: what was changed since, at the console
    /// or by a roll-back, holds until the files themselves change.
    pub fn apply_changed_files(&self, source: Source) -> Result<Applied, ConfigureError> {
        let known = fs::read_to_string(self.files_path()).is_ok_and(|hash| hash == source.hash);
        match self.latest()? {
            Some(latest) if known => Ok(Applied { snapshot: build(latest.as_of(wall()))?, difference: String::new() }),
            _ => self.apply_files(source, ""),
        }
    }

    /// The same, with who wants it and what he changed. One at a time, whichever program asks.
    pub fn put(&self, Wanted { mut source, base, note }: Wanted) -> Result<Applied, ConfigureError> {
        let lock = fs::File::create(self.dir.join("lock")).map_err(|source| self.failed(source))?;
        lock.lock().map_err(|source| self.failed(source))?;
        let before = self.latest()?;
        if let (Some(base), Some(before)) = (base, &before)
            && before.version != base
        {
            return Err(ConfigureError::Changed(before.version));
        }
        if let Some(before) = &before
            && before.hash == source.hash
        {
            source.version = before.version;
            let snapshot = build(source)?;
            return Ok(Applied { snapshot, difference: String::new() });
        }
        source.version = before.as_ref().map_or(0, |before| before.version) + 1;
        let difference = difference(before.as_ref(), &source);
        let snapshot = build(source)?;
        // Before the version itself: a version without its note would be nobody's.
        let bytes = serde_json::to_vec(&note).map_err(|error| self.failed(error.into()))?;
        write_private(&self.note_path(snapshot.source.version), &bytes).map_err(|source| self.failed(source))?;
        self.keep(&snapshot.source)?;
        Ok(Applied { snapshot, difference })
    }

    /// What a configuration would be, and what it would change. Nothing is kept.
    pub fn check(&self, mut source: Source) -> Result<Applied, ConfigureError> {
        let before = self.latest()?;
        source.version = before.as_ref().map_or(0, |before| before.version) + 1;
        let difference = match &before {
            Some(before) if before.hash == source.hash => String::new(),
            _ => difference(before.as_ref(), &source),
        };
        Ok(Applied { snapshot: build(source)?, difference })
    }

    /// How a version came about; none: it was made before that was noted.
    pub fn note(&self, number: u64) -> Option<Note> {
        serde_json::from_slice(&fs::read(self.note_path(number)).ok()?).ok()
    }

    fn note_path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:06}.note"))
    }

    /// Which content of the operator's files was applied last, as its hash.
    fn files_path(&self) -> PathBuf {
        self.dir.join("files.sha256")
    }

    fn keep(&self, source: &Source) -> Result<(), ConfigureError> {
        let bytes = serde_json::to_vec(source).map_err(|error| self.failed(error.into()))?;
        write_private(&self.path(source.version), &bytes).map_err(|source| self.failed(source))
    }

    fn path(&self, number: u64) -> PathBuf {
        self.dir.join(format!("{number:06}.json"))
    }

    fn failed(&self, source: io::Error) -> ConfigureError {
        ConfigureError::Keep { path: self.dir.clone(), source }
    }
}

fn build(source: Source) -> Result<Arc<Snapshot>, ConfigureError> {
    let snapshot = Snapshot::build(source).map_err(ConfigureError::Mistakes)?;
    let unusable = unusable_certificates(&snapshot);
    if unusable.is_empty() { Ok(Arc::new(snapshot)) } else { Err(ConfigureError::Mistakes(unusable)) }
}

/// Certificates of services that stand in their files and cannot be used.
fn unusable_certificates(snapshot: &Snapshot) -> Vec<Mistake> {
    let main = &snapshot.source.main;
    let wrong = snapshot.services.iter().filter_map(|(origin, trust)| {
        let problem = format!("the certificates for {origin} cannot be used: {}", tls::check(trust).err()?);
        let remedy = "write the certificates of the authority as PEM".to_owned();
        Some(mistake_about(main, &format!("\"{origin}\" ="), problem, remedy))
    });
    wrong.collect()
}

/// What changes between two configurations, file by file, as a unified difference.
pub fn difference(before: Option<&Source>, after: &Source) -> String {
    let mut text = String::new();
    let none = BTreeMap::new();
    let old_files = before.map_or(&none, |before| &before.files);
    let old_main = before.map_or("", |before| before.main.text.as_str());
    add_difference(&mut text, &after.main.file, old_main, &after.main.text);
    for (file, text_now) in &after.files {
        add_difference(&mut text, file, old_files.get(file).map_or("", String::as_str), text_now);
    }
    for (file, text_then) in old_files {
        if !after.files.contains_key(file) {
            add_difference(&mut text, file, text_then, "");
        }
    }
    if text.is_empty() {
        text.push_str("prompts were prepared anew\n");
    }
    text
}

/// What changes between two texts without passwords, as a unified difference.
pub fn difference_of(name: &str, before: &str, after: &str) -> String {
    let mut text = String::new();
    add_difference(&mut text, name, before, after);
    text
}

fn add_difference(text: &mut String, file: &str, old: &str, new: &str) {
    let (old, new) = (without_passwords(old), without_passwords(new));
    if old != new {
        let diff = TextDiff::from_lines(&old, &new);
        text.push_str(&diff.unified_diff().context_radius(1).header(file, file).to_string());
    }
}
