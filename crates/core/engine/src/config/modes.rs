//! Calling modes, as they are written.

use std::collections::BTreeMap;

use bell_customer::Code;
use bell_types::{Date, ModeName};
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use crate::modes::{self, Rings};

/// A way in which calls are placed (TEL-13, TEL-14).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mode {
    /// Which of the agent's phones rings first.
    rings: Rings,
    /// What people read, in Chinese.
    zh: String,
    /// And in English.
    en: String,
    /// What it is good for, in Chinese.
    hint_zh: Option<String>,
    /// And in English.
    hint_en: Option<String>,
    /// From which day on nobody calls by it any more: `2024-08-01`.
    retired_at: Option<Spanned<String>>,
    /// Where it is explained.
    help: Option<Spanned<String>>,
}

impl Build<'_> {
    /// The modes, each with a name that call records can keep.
    pub(super) fn modes(&mut self) -> BTreeMap<ModeName, modes::Mode> {
        let mut found = BTreeMap::new();
        let document = self.document;
        for (name, mode) in &document.mode {
            if let Err(error) = Code::parse(name.get_ref()) {
                self.mistakes.at(name, format!("{:?} is no calling mode: {error}", name.get_ref()), "");
            }
            let retired_at = mode.retired_at.as_ref().and_then(|day| {
                let date = Date::parse(day.get_ref());
                if date.is_none() {
                    self.mistakes.at(day, format!("{:?} is no day", day.get_ref()), "write it as \"2024-08-01\"");
                }
                date
            });
            let help = mode.help.as_ref().map(|help| {
                // It becomes a link that people follow.
                if !["https://", "http://", "/"].iter().any(|begin| help.get_ref().starts_with(begin)) {
                    let remedy = "write where it is, beginning with https:// or /";
                    self.mistakes.at(help, format!("{:?} is no address", help.get_ref()), remedy);
                }
                help.get_ref().clone()
            });
            let Ok(name) = ModeName::new(name.get_ref()) else { continue };
            let (zh, en) = (mode.zh.clone(), mode.en.clone());
            let (hint_zh, hint_en) = (mode.hint_zh.clone(), mode.hint_en.clone());
            found.insert(name, modes::Mode { rings: mode.rings, zh, en, hint_zh, hint_en, retired_at, help });
        }
        found
    }
}
