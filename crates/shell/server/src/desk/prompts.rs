//! The door to prompts: uploads and words become prompts of the configuration, in its one history. What was uploaded is kept
//! under a name of its own, so that a version of the configuration names for ever what it was made of.

mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bell_api::Language;
use bell_api::doors::{
    Business, ConfigApplied, Doing, Field, Material, PromptChecked, PromptUseView, PromptView, PromptWanted, Prompts,
    PromptsView, Refused, SoundView,
};
use bell_engine::{Audio, Snapshot};
use bell_ivr::{Flow, Language as Spoken, OWN_MESSAGE, PromptSource};
use bell_media::codec::Encoder;
use bell_media::control::AudioId;
use bell_media::wav::{self, Encoding, Format};
use bell_mediahost::LibraryConfig;
use bell_types::{Codec, PromptName};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::configs::{failed, note, put};
use crate::audio::{Form, Library, Report, Unfit};
use crate::clock::wall;
use crate::configure::edit::Editing;
use crate::configure::{Versions, Wanted, edited, library};
use crate::control::Context;
use crate::dirs::write_private;

/// So many pieces of audio are worked on at one time: each takes a core for a while.
const AT_ONCE_MAX: usize = 2;
/// So many prompts have a table of their own at most.
const PROMPTS_MAX: usize = 1_000;
/// How much of a hash tells uploads of one name apart.
const HASH_LEN: usize = 12;
/// What callers hear on G.711.
const HEARD: Format = Format { encoding: Encoding::Alaw, channels: 1, rate_hz: 8_000 };

#[derive(Clone)]
pub(super) struct PromptsDoor {
    context: Context,
    at_once: Arc<Semaphore>,
    /// How prepared prompts sound, by their hash; only of those that are in use.
    measured: Arc<Mutex<BTreeMap<String, SoundView>>>,
}

impl PromptsDoor {
    pub(super) fn new(context: Context) -> Self {
        Self { context, at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)), measured: Arc::default() }
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))
    }

    /// Does what works on audio where it is no harm, a few at a time.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &Library) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let _turn = self.at_once.acquire().await.map_err(Refused::unavailable)?;
        let door = self.clone();
        let work = move || work(&door, &library(&door.context.dirs));
        tokio::task::spawn_blocking(work).await.map_err(Refused::unavailable)?
    }

    fn list(&self, library: &Library) -> Result<PromptsView, Refused> {
        let snapshot = self.snapshot()?;
        let document: toml::Table = snapshot.source.main.text.parse().map_err(Refused::unavailable)?;
        let mut prompts = Listing { used_by: uses(&snapshot, &document), prompts: BTreeMap::new() };
        for (name, prompt) in document.get("prompt").and_then(toml::Value::as_table).into_iter().flatten() {
            let field = |field| prompt.get(field).and_then(toml::Value::as_str).map(str::to_owned);
            prompts.add(name, field("file"), field("say"), true);
        }
        for prompt in snapshot.flows.values().flat_map(|flow| flow.prompts()) {
            match &prompt.source {
                PromptSource::File if prompt.name.as_str() == OWN_MESSAGE => {}
                PromptSource::File => prompts.add(prompt.name.as_str(), None, None, false),
                PromptSource::Speech { text, .. } => {
                    prompts.add(prompt.name.as_str(), None, Some(text.to_string()), false);
                }
            }
        }
        let mut items: Vec<PromptView> = prompts.prompts.into_values().collect();
        for item in &mut items {
            let audio = PromptName::new(&item.name).ok().and_then(|name| snapshot.source.audio.get(&name));
            match audio {
                Some(Audio::Playable(hash)) => item.sound = self.measure(library, hash),
                Some(Audio::Broken(why)) => item.problem = Some(why.clone()),
                None => {}
            }
        }
        self.forget(&snapshot);
        Ok(PromptsView { items, speaker: library.speaks() })
    }

    fn measure(&self, library: &Library, hash: &str) -> Option<SoundView> {
        let known = self.measured.lock().unwrap_or_else(PoisonError::into_inner).get(hash).copied();
        if known.is_some() {
            return known;
        }
        let sound = sound(&library.report(&library.file(hash)?).ok()?);
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).insert(hash.to_owned(), sound);
        Some(sound)
    }

    /// What is not in use any more is measured again if it comes back.
    fn forget(&self, snapshot: &Snapshot) {
        let used: BTreeSet<&String> = snapshot.audio.values().collect();
        self.measured.lock().unwrap_or_else(PoisonError::into_inner).retain(|hash, _| used.contains(hash));
    }

    fn put(&self, library: &Library, wanted: PromptWanted) -> Result<ConfigApplied, Refused> {
        let PromptWanted { name, material, comment, by } = wanted;
        let name = PromptName::new(&name).map_err(|_| Refused::from(Field::malformed("prompt")))?;
        let before = Versions::of(&self.context.dirs).latest().map_err(failed)?.ok_or(Refused::NotThere)?;
        let mut text = Editing::of(&before.main).map_err(failed)?;
        if !text.has("prompt", name.as_str()) && text.count("prompt") >= PROMPTS_MAX {
            return Err(full());
        }
        match material {
            Material::Audio(audio) => {
                let form = library.report_of(&audio).and_then(|report| report.verdict.map(|_| report.form));
                let file = self.keep(&name, form.map_err(|unfit| words::refused(&unfit))?, &audio)?;
                text.put("prompt", name.as_str(), [("file", file.into())]);
            }
            Material::Words(words) => {
                library.try_words(&words, Spoken::Mandarin).map_err(|unfit| words::refused(&unfit))?;
                text.put("prompt", name.as_str(), [("say", words.into())]);
            }
        }
        let dirs = &self.context.dirs;
        let source = edited(&before, &text.into_text(), &BTreeMap::new(), dirs, wall()).map_err(failed)?;
        put(&self.context, Wanted { source, base: Some(before.version), note: note(by, comment) })
    }

    /// Keeps what was uploaded; the name of its file.
    fn keep(&self, name: &PromptName, form: Form, audio: &[u8]) -> Result<String, Refused> {
        let hash: String =
            Sha256::digest(audio).iter().take(HASH_LEN / 2).map(|octet| format!("{octet:02x}")).collect();
        let file = format!("{name}-{hash}.{}", form.extension());
        let dir = self.context.dirs.prompts();
        let kept = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        kept.and_then(|()| write_private(&dir.join(&file), audio)).map_err(Refused::unavailable)?;
        Ok(file)
    }

    fn delete(&self, name: &str, by: String) -> Result<ConfigApplied, Refused> {
        let before = Versions::of(&self.context.dirs).latest().map_err(failed)?.ok_or(Refused::NotThere)?;
        let document: toml::Table = before.main.text.parse().map_err(Refused::unavailable)?;
        let used_by = uses(&*self.snapshot()?, &document).remove(name).unwrap_or_default();
        let mut text = Editing::of(&before.main).map_err(failed)?;
        if !text.remove("prompt", name) {
            return Err(Refused::NotThere);
        }
        if !used_by.is_empty() {
            return Err(used(&used_by));
        }
        let dirs = &self.context.dirs;
        let source = edited(&before, &text.into_text(), &BTreeMap::new(), dirs, wall()).map_err(failed)?;
        put(&self.context, Wanted { source, base: Some(before.version), note: note(by, format!("- {name}")) })
    }

    fn audio(&self, library: &Library, name: &str) -> Result<Bytes, Refused> {
        let snapshot = self.snapshot()?;
        let name = PromptName::new(name).map_err(|_| Refused::NotThere)?;
        let hash = snapshot.audio.get(&name).ok_or(Refused::NotThere)?;
        library.file(hash).ok_or_else(damaged)?;
        let config = LibraryConfig {
            directory: self.context.dirs.audio(),
            cache_len_max: 0,
            piece_time_max: library.config().prompt.length_max + Duration::from_secs(1),
        };
        let heard = bell_mediahost::load(&config, &AudioId(hash.as_str().into()), Codec::Pcma);
        Ok(wav_of(&heard.map_err(Refused::unavailable)?))
    }
}

impl Prompts for PromptsDoor {
    fn prompts(&self) -> Doing<'_, PromptsView> {
        Box::pin(self.apart(Self::list))
    }

    fn check_prompt(&self, material: Material, language: Language) -> Doing<'_, PromptChecked> {
        Box::pin(self.apart(move |_, library| Ok(checked(library, &material, language))))
    }

    fn preview_prompt(&self, material: Material) -> Doing<'_, Bytes> {
        Box::pin(self.apart(move |_, library| {
            let samples = match &material {
                Material::Audio(audio) => library.heard_of(audio),
                Material::Words(words) => library.heard_of_words(words, Spoken::Mandarin),
            };
            let mut heard = Vec::new();
            Encoder::new(Codec::Pcma).encode(&samples.map_err(|unfit| words::refused(&unfit))?, &mut heard);
            Ok(wav_of(&heard))
        }))
    }

    fn prompt_audio(&self, name: String) -> Doing<'_, Bytes> {
        Box::pin(self.apart(move |door, library| door.audio(library, &name)))
    }

    fn put_prompt(&self, wanted: PromptWanted) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door, library| door.put(library, wanted)))
    }

    fn delete_prompt(&self, name: String, by: String) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door, _| door.delete(&name, by)))
    }
}

/// Prompts as they are found: the first place that names one says what it is made of.
struct Listing {
    used_by: BTreeMap<String, BTreeSet<PromptUseView>>,
    prompts: BTreeMap<String, PromptView>,
}

impl Listing {
    fn add(&mut self, name: &str, file: Option<String>, text: Option<String>, own: bool) {
        let used_by = || self.used_by.get(name).into_iter().flatten().cloned().collect();
        self.prompts.entry(name.to_owned()).or_insert_with(|| PromptView {
            name: name.to_owned(),
            kind: if text.is_some() { "speech" } else { "file" },
            file,
            text,
            own,
            used_by: used_by(),
            problem: None,
            sound: None,
        });
    }
}

/// Who plays which prompt.
fn uses(snapshot: &Snapshot, document: &toml::Table) -> BTreeMap<String, BTreeSet<PromptUseView>> {
    let mut found: BTreeMap<String, BTreeSet<PromptUseView>> = BTreeMap::new();
    let mut add = |prompt: &str, kind, name: &str, at: &str| {
        let by = PromptUseView { kind, name: name.to_owned(), at: at.to_owned() };
        found.entry(prompt.to_owned()).or_default().insert(by);
    };
    for (name, flow) in &snapshot.flows {
        for (node, prompt) in prompts_of(flow) {
            add(&prompt, "flow", name.as_str(), &node);
        }
    }
    let fields = [("queue", "music"), ("number", "ringback"), ("list", "prompt"), ("list", "greeting")];
    for (kind, field) in fields {
        for (name, thing) in document.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
            if let Some(prompt) = thing.get(field).and_then(toml::Value::as_str) {
                add(prompt, kind, name, field);
            }
        }
    }
    let hold = document.get("centre").and_then(|centre| centre.get("hold_music")).and_then(toml::Value::as_str);
    if let Some(prompt) = hold {
        add(prompt, "centre", "", "hold_music");
    }
    found
}

/// Node and prompt, for everything a flow plays.
fn prompts_of(flow: &Flow) -> Vec<(String, String)> {
    let of_node = |node: &bell_ivr::Node| {
        let name = node.name.to_string();
        node.step.prompts().into_iter().map(move |prompt| (name.clone(), prompt.name.to_string())).collect::<Vec<_>>()
    };
    flow.nodes().iter().flat_map(of_node).collect()
}

fn checked(library: &Library, material: &Material, language: Language) -> PromptChecked {
    let unfit = |unfit: &Unfit, found: Option<&Report>| {
        let words::Words { problem, remedy } = words::of(unfit, language);
        PromptChecked { problem: Some(problem), remedy: Some(remedy), ..facts(found) }
    };
    match material {
        Material::Words(said) => match library.try_words(said, Spoken::Mandarin) {
            Ok(length) => PromptChecked { ok: true, heard_ms: Some(ms(length)), ..facts(None) },
            Err(error) => unfit(&error, None),
        },
        Material::Audio(audio) => match library.report_of(audio) {
            Err(error) => unfit(&error, None),
            Ok(report) => match &report.verdict {
                Err(error) => unfit(error, Some(&report)),
                Ok(made) => PromptChecked {
                    ok: true,
                    remarks: report.remarks.iter().map(|remark| words::remark(*remark, language)).collect(),
                    clipped_permille: Some(made.clipped_permille),
                    gain_db: Some(made.gain_db),
                    heard_ms: Some(ms(made.length)),
                    ..facts(Some(&report))
                },
            },
        },
    }
}

/// What is known of a file before anything is said about it.
fn facts(report: Option<&Report>) -> PromptChecked {
    PromptChecked {
        ok: false,
        problem: None,
        remedy: None,
        remarks: Vec::new(),
        form: report.map(|report| report.form.to_string()),
        rate_hz: report.map(|report| report.rate_hz),
        channels: report.map(|report| report.channels),
        clipped_permille: None,
        gain_db: None,
        heard_ms: None,
        sound: report.map(sound),
    }
}

fn sound(report: &Report) -> SoundView {
    // A level nobody could measure is that of the noise: what cannot be played is silent, or broken.
    let level = report.verdict.as_ref().map_or(f64::from(report.noise_dbov), |made| made.loudness_dbov);
    SoundView {
        length_ms: ms(report.length),
        level_dbov: level,
        peak_dbov: report.peak_dbov,
        noise_dbov: f64::from(report.noise_dbov),
        silence_before_ms: ms(report.leading),
        silence_after_ms: ms(report.trailing),
    }
}

fn ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// A WAV file of octets of A-law.
fn wav_of(octets: &[u8]) -> Bytes {
    // Ten minutes at most.
    let header = wav::header(HEARD, octets.len() as u32);
    Bytes::from([&header[..], octets].concat())
}

fn used(by: &BTreeSet<PromptUseView>) -> Refused {
    let places: Vec<String> = by.iter().map(|by| format!("{} {} ({})", by.kind, by.name, by.at)).collect();
    let places = places.join(", ");
    Refused::Business(Business {
        code: "prompt_used",
        detail: format!("it is played by {places}: let them play another one first"),
        detail_zh: format!("仍在使用中：{places}，请先改用其他提示音"),
    })
}

fn full() -> Refused {
    Refused::Business(Business {
        code: "prompts_full",
        detail: format!("there are {PROMPTS_MAX} prompts already: delete some that nobody plays"),
        detail_zh: format!("提示音已达 {PROMPTS_MAX} 个：请先删除不用的"),
    })
}

fn damaged() -> Refused {
    Refused::Business(Business {
        code: "prompt_damaged",
        detail: "its file is missing or damaged: upload it again".to_owned(),
        detail_zh: "提示音文件缺失或损坏：请重新上传".to_owned(),
    })
}
