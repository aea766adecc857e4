//! Prompts in a flow's file: words in quotes are spoken, `{ file = "name" }` was uploaded.

use std::sync::Arc;

use bell_types::{Digit, PromptName};
use sha2::{Digest, Sha256};

use super::Reader;
use super::fields::{Fields, Value};
use crate::flow::{Language, Prompt, PromptSource, ReadBack};

/// How the names of spoken prompts begin.
const SPOKEN: &str = "say-";
/// Stands for the digits in a text that reads them back.
const DIGITS: &str = "{digits}";

/// How many letters of a spoken text stand in its name.
const WORDS_SHOWN: usize = 12;

impl Prompt {
    /// Words to be spoken. The name is derived from them: equal words in one language are one prompt.
    pub fn speech(text: &str, language: Language) -> Self {
        let hash = Sha256::new().chain_update(language.tag()).chain_update("\n").chain_update(text).finalize();
        let hex: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        // The first words let people recognise it in a call's story; the hash makes it unique.
        let words: String = text.chars().filter(|c| c.is_alphanumeric()).take(WORDS_SHOWN).collect();
        let name = PromptName::new(&format!("say-{words}-{hex}")).expect("short, and only letters, digits and hyphens");
        Self { name, source: PromptSource::Speech { text: Arc::from(text), language }, variants: Vec::new() }
    }
}

impl<'t> Reader<'t> {
    /// One prompt or a list of them.
    pub(super) fn prompts(&mut self, value: &'t Value<'t>) -> Option<Vec<Prompt>> {
        let max = self.limits.prompts_max;
        self.one_or_more(value, max, Self::prompt)
    }

    fn prompt(&mut self, value: &'t Value<'t>) -> Option<Prompt> {
        self.prompt_in(value, self.language)
    }

    fn prompt_in(&mut self, value: &'t Value<'t>, language: Language) -> Option<Prompt> {
        if value.get_ref().is_str() {
            let text = self.speech_text(value)?;
            return Some(Prompt::speech(text, language));
        }
        if !value.get_ref().is_table() {
            let problem = format!("a value of TOML's type {} is no prompt", value.get_ref().type_str());
            let remedy = "write the words in quotes, or { file = \"name\" }";
            self.diagnostics.report(value.span(), problem, remedy);
            return None;
        }
        let mut fields = Fields::of(self.table(value)?, value.span(), "a prompt");
        let prompt = if fields.has("file") {
            let name = self.required(&mut fields, "file", "file = \"name\"", Self::file_name);
            name.map(|name| Prompt { name, source: PromptSource::File, variants: Vec::new() })
        } else if Language::ALL.iter().any(|language| fields.has(language.tag())) {
            let by_language = self.by_language(&mut fields, Self::prompt_in);
            by_language.and_then(|mut all| {
                let own = (!all.is_empty()).then(|| all.remove(0).1)?;
                Some(Prompt { variants: all, ..own })
            })
        } else {
            let text = self.required(&mut fields, "say", "say = \"…\" or file = \"name\"", Self::speech_text);
            let language = self.optional(&mut fields, "language", language, Self::language);
            text.zip(language).map(|(text, language)| Prompt::speech(text, language))
        };
        fields.finish(self);
        prompt
    }

    /// `{ zh-CN = …, en-US = … }`: one of each language, the flow's own first. That one may not be missing: whoever has
    /// not chosen hears it.
    fn by_language<T>(
        &mut self,
        fields: &mut Fields<'t>,
        mut read: impl FnMut(&mut Self, &'t Value<'t>, Language) -> Option<T>,
    ) -> Option<Vec<(Language, T)>> {
        let own = self.language;
        let mut all = vec![(
            own,
            self.required(fields, own.tag(), &format!("{} = \"…\"", own.tag()), |reader, value| {
                read(reader, value, own)
            })?,
        )];
        for language in Language::ALL.into_iter().filter(|language| *language != own) {
            if let Some(value) = fields.take(language.tag()) {
                all.push((language, read(self, value, language)?));
            }
        }
        Some(all)
    }

    fn file_name(&mut self, value: &'t Value<'t>) -> Option<PromptName> {
        let name = self.name(value, PromptName::new)?;
        if name.as_str().starts_with(SPOKEN) {
            let problem = format!("{:?} is a name of spoken prompts", name.as_str());
            return self.wrong(value, problem, format!("let no file's name begin with {SPOKEN:?}"));
        }
        Some(name)
    }

    fn speech_text(&mut self, value: &'t Value<'t>) -> Option<&'t str> {
        let text = self.text(value)?;
        let max = self.limits.speech_chars_max;
        if text.trim().is_empty() {
            self.diagnostics.report(value.span(), "there are no words to speak", "write what the caller shall hear");
            return None;
        }
        if text.chars().count() > max {
            let problem = format!("more than {max} characters to speak");
            self.diagnostics.report(value.span(), problem, "split it; callers do not listen that long");
            return None;
        }
        Some(text)
    }

    /// `"您输入的是{digits},正确请按1,重新输入请按2。"`
    pub(super) fn read_back(&mut self, value: &'t Value<'t>) -> Option<Vec<(Language, ReadBack)>> {
        if value.get_ref().is_str() {
            let language = self.language;
            return Some(vec![(language, self.read_back_in(value, language)?)]);
        }
        let mut fields = Fields::of(self.table(value)?, value.span(), "what is read back");
        let all = self.by_language(&mut fields, Self::read_back_in);
        fields.finish(self);
        all
    }

    fn read_back_in(&mut self, value: &'t Value<'t>, language: Language) -> Option<ReadBack> {
        let text = self.speech_text(value)?;
        let parts: Vec<_> = text.split(DIGITS).collect();
        let &[before, after] = parts.as_slice() else {
            let problem = format!("the text holds {DIGITS} {} times", parts.len() - 1);
            let remedy = format!("write {DIGITS} once, where the digits are to be heard");
            self.diagnostics.report(value.span(), problem, remedy);
            return None;
        };
        // The pause around the digits comes by itself, between two prompts.
        let speech = |part: &str| {
            let words = part.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '：' | ':'));
            let some = words.chars().any(char::is_alphanumeric);
            some.then(|| Prompt::speech(words, language)).into_iter().collect()
        };
        let spoken = |key: char| {
            let digit = Digit::from_char(key)?;
            Some((digit, Prompt::speech(name_of_key(key, language), language)))
        };
        Some(ReadBack {
            before: speech(before),
            digits: "0123456789*#".chars().filter_map(spoken).collect(),
            after: speech(after),
        })
    }
}

/// How a key is read out in a number. Mandarin says 幺 for one, lest it be taken for seven.
const fn name_of_key(key: char, language: Language) -> &'static str {
    match (language, key) {
        (Language::Mandarin, '0') => "零",
        (Language::Mandarin, '1') => "幺",
        (Language::Mandarin, '2') => "二",
        (Language::Mandarin, '3') => "三",
        (Language::Mandarin, '4') => "四",
        (Language::Mandarin, '5') => "五",
        (Language::Mandarin, '6') => "六",
        (Language::Mandarin, '7') => "七",
        (Language::Mandarin, '8') => "八",
        (Language::Mandarin, '9') => "九",
        (Language::Mandarin, '*') => "星号",
        (Language::Mandarin, _) => "井号",
        (Language::English, '0') => "zero",
        (Language::English, '1') => "one",
        (Language::English, '2') => "two",
        (Language::English, '3') => "three",
        (Language::English, '4') => "four",
        (Language::English, '5') => "five",
        (Language::English, '6') => "six",
        (Language::English, '7') => "seven",
        (Language::English, '8') => "eight",
        (Language::English, '9') => "nine",
        (Language::English, '*') => "star",
        (Language::English, _) => "hash",
    }
}
