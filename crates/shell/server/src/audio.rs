//! stub
use bell_engine::{Audio, AudioWanted};
use bell_types::PromptName;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
/// stub
pub struct Library;
impl Library {
    /// stub
    pub fn new(_d: PathBuf) -> Self {
        Self
    }
    /// stub
    pub fn prepare(&self, w: &[AudioWanted], _b: &Path) -> BTreeMap<PromptName, Audio> {
        w.iter().map(|w| (w.prompt.clone(), Audio::Playable("x".into()))).collect()
    }
}
/// stub
pub fn demo_music() -> Vec<u8> {
    vec![]
}
