//! The door to prompts: what callers hear of a recording or of a synthesiser.

use axum::body::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Language;
use crate::doors::{ConfigApplied, Doing};

/// What a prompt is to be made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// A file of audio.
    Audio(Bytes),
    /// Mandarin words, to be spoken.
    Words(String),
}

/// A prompt that is to be what callers hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptWanted {
    /// Its name.
    pub name: String,
    /// What it is made of.
    pub material: Material,
    /// What is said of the change.
    pub comment: String,
    /// Who wants it.
    pub by: String,
}

/// The prompts there are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromptsView {
    /// They, by name.
    pub items: Vec<PromptView>,
    /// Whether words can be spoken here.
    pub speaker: bool,
}

/// A prompt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromptView {
    /// Its name; one that is made of words in a flow is named by them.
    pub name: String,
    /// `file`, or `speech`.
    pub kind: &'static str,
    /// The file it was made of.
    pub file: Option<String>,
    /// The words that are spoken.
    pub text: Option<String>,
    /// Whether it has a table of its own: only such a one can be changed here; the others are written in their flows.
    pub own: bool,
    /// Who plays it.
    pub used_by: Vec<PromptUseView>,
    /// Why it cannot be played; none: it can.
    pub problem: Option<String>,
    /// How it sounds.
    pub sound: Option<SoundView>,
}

/// Who plays a prompt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct PromptUseView {
    /// `flow`, `queue`, `number`, `list`, or `centre`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The node of a flow, or the field of another.
    pub at: String,
}

/// How a prompt sounds to callers. Levels are in dBov: 0 is the loudest there can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct SoundView {
    /// How long it lasts.
    pub length_ms: u64,
    /// How loud it is.
    pub level_dbov: f64,
    /// Its highest sample.
    pub peak_dbov: f64,
    /// The level that its quietest tenth stays below: the noise of the room, where there are pauses.
    pub noise_dbov: f64,
    /// Silence before the first sound.
    pub silence_before_ms: u64,
    /// Silence after the last sound.
    pub silence_after_ms: u64,
}

/// What was found in something that is to become a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PromptChecked {
    /// Whether it can be one.
    pub ok: bool,
    /// Why not.
    pub problem: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// What could be better.
    pub remarks: Vec<String>,
    /// `WAV`, `MP3`, `Ogg Vorbis`, `FLAC`; none: words.
    pub form: Option<String>,
    /// Samples per second and channel.
    pub rate_hz: Option<u32>,
    /// How many channels.
    pub channels: Option<u16>,
    /// Samples at full amplitude, in thousandths.
    pub clipped_permille: Option<u16>,
    /// What is added to its level, in dB.
    pub gain_db: Option<f64>,
    /// How long callers hear it.
    pub heard_ms: Option<u64>,
    /// How it sounds as it was sent.
    pub sound: Option<SoundView>,
}

/// Why something cannot become a prompt, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptUnfit {
    /// Why, in English.
    pub detail: String,
    /// The same in Chinese.
    pub detail_zh: String,
    /// What helps, in English.
    pub remedy: String,
    /// The same in Chinese.
    pub remedy_zh: String,
}

/// Prompts.
pub trait Prompts: Send + Sync {
    /// Those there are.
    fn prompts(&self) -> Doing<'_, PromptsView>;
    /// What something would be as a prompt; nothing changes.
    fn check_prompt(&self, material: Material, language: Language) -> Doing<'_, PromptChecked>;
    /// What callers would hear: a WAV file of G.711 at 8 kHz; nothing changes.
    fn preview_prompt(&self, material: Material) -> Doing<'_, Bytes>;
    /// What callers hear of a prompt: the same.
    fn prompt_audio(&self, name: String) -> Doing<'_, Bytes>;
    /// Lets callers hear it from now on, in a new version of the configuration.
    fn put_prompt(&self, wanted: PromptWanted) -> Doing<'_, ConfigApplied>;
    /// Takes one away that nobody plays.
    fn delete_prompt(&self, name: String, by: String) -> Doing<'_, ConfigApplied>;
}
