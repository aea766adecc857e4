//! Single values of a flow's file: words, counts, durations, keys, numbers, hours, and names of nodes.

use std::ops::RangeInclusive;
use std::time::Duration;

use bell_types::{Digit, NameError, Number, read_length};
use toml::de::{DeTable, DeValue};

use super::fields::Value;
use super::{Reader, in_order};
use crate::diagnostic::suggestion;
use crate::flow::{Language, NodeIndex};
use crate::numbers::NumberPrefix;
use crate::template::Template;

impl<'t> Reader<'t> {
    /// Reports a value of the wrong kind.
    pub(super) fn wrong<T>(
        &mut self,
        value: &Value<'_>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Option<T> {
        self.diagnostics.report(value.span(), problem, remedy);
        None
    }

    fn not_a<T>(&mut self, value: &Value<'_>, wanted: &str) -> Option<T> {
        let problem = format!("a value of TOML's type {} cannot stand here", value.get_ref().type_str());
        self.wrong(value, problem, format!("write {wanted}"))
    }

    pub(super) fn table(&mut self, value: &'t Value<'t>) -> Option<&'t DeTable<'t>> {
        match value.get_ref().as_table() {
            Some(table) => Some(table),
            None => self.not_a(value, "a table: { key = value }"),
        }
    }

    pub(super) fn text(&mut self, value: &'t Value<'t>) -> Option<&'t str> {
        match value.get_ref().as_str() {
            Some(text) => Some(text),
            None => self.not_a(value, "a text in quotes"),
        }
    }

    pub(super) fn flag(&mut self, value: &'t Value<'t>) -> Option<bool> {
        match value.get_ref().as_bool() {
            Some(flag) => Some(flag),
            None => self.not_a(value, "true or false"),
        }
    }

    pub(super) fn integer(&mut self, value: &'t Value<'t>, allowed: RangeInclusive<u64>) -> Option<u64> {
        let (min, max) = (*allowed.start(), *allowed.end());
        let wanted = if min == max { format!("{min}") } else { format!("a whole number from {min} to {max}") };
        let Some(integer) = value.get_ref().as_integer() else {
            return self.not_a(value, &wanted);
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if allowed.contains(&number) => Some(number),
            Ok(_) | Err(_) => self.wrong(value, format!("{integer} is out of range"), format!("write {wanted}")),
        }
    }

    /// A whole number that fits a byte.
    pub(super) fn small(&mut self, value: &'t Value<'t>, allowed: RangeInclusive<u8>) -> Option<u8> {
        let number = self.integer(value, u64::from(*allowed.start())..=u64::from(*allowed.end()))?;
        u8::try_from(number).ok()
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, value: &'t Value<'t>, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(value)?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Some(*meaning),
            None => {
                let remedy = suggestion(text, words.iter().map(|(word, _)| *word));
                self.wrong(value, format!("{text:?} has no meaning here"), remedy)
            }
        }
    }

    pub(super) fn language(&mut self, value: &'t Value<'t>) -> Option<Language> {
        let words = Language::ALL.map(|language| (language.tag(), language));
        self.word(value, &words)
    }

    /// A name of a configured thing.
    pub(super) fn name<N>(&mut self, value: &'t Value<'t>, new: fn(&str) -> Result<N, NameError>) -> Option<N> {
        let text = self.text(value)?;
        match new(text) {
            Ok(name) => Some(name),
            Err(error) => self.wrong(value, error.to_string(), "rename it"),
        }
    }

    /// The name of a node of this flow.
    pub(super) fn target(&mut self, value: &'t Value<'t>) -> Option<NodeIndex> {
        let text = self.text(value)?;
        if let Some(index) = self.names.get(text) {
            return Some(*index);
        }
        let problem = format!("no node is named {text:?}");
        let remedy = suggestion(text, self.names.keys().copied());
        self.wrong(value, problem, remedy)
    }

    /// `"500ms"`, `"5s"` or `"2m"`, more than nothing.
    pub(super) fn duration(&mut self, value: &'t Value<'t>, max: Duration) -> Option<Duration> {
        let wanted = format!("a time such as \"5s\" or \"500ms\", at most {} s", max.as_secs());
        let Some(text) = value.get_ref().as_str() else {
            return self.not_a(value, &wanted);
        };
        match read_length(text) {
            Some(duration) if !duration.is_zero() && duration <= max => Some(duration),
            Some(_) | None => self.wrong(value, format!("{text:?} is no time that can be"), format!("write {wanted}")),
        }
    }

    /// The one key a text names.
    pub(super) fn digit(&mut self, value: &'t Value<'t>) -> Option<Digit> {
        let text = self.text(value)?;
        match single_key(text) {
            Some(digit) => Some(digit),
            None => self.wrong(value, format!("{text:?} is no telephone key"), KEY_REMEDY),
        }
    }

    /// A table from keys of the telephone to something.
    pub(super) fn by_key<T>(
        &mut self,
        value: &'t Value<'t>,
        mut read: impl FnMut(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<Vec<(Digit, T)>> {
        let table = self.table(value)?;
        let mut keys = Vec::new();
        for (key, value) in in_order(table) {
            let digit = single_key(key.get_ref());
            match digit {
                Some(digit) if keys.iter().any(|(known, _)| *known == Some(digit)) => {
                    self.diagnostics.report(key.span(), format!("key {digit} stands here twice"), "remove one");
                }
                Some(_) => {}
                None => {
                    self.diagnostics.report(key.span(), format!("{:?} is no telephone key", key.get_ref()), KEY_REMEDY);
                }
            }
            keys.push((digit, read(self, value)));
        }
        let whole = keys.into_iter().map(|(digit, to)| Some((digit?, to?)));
        let mut whole: Vec<_> = whole.collect::<Option<_>>()?;
        whole.sort_by_key(|(digit, _)| *digit);
        Some(whole)
    }

    /// One value or a list of them; at most so many.
    pub(super) fn one_or_more<T>(
        &mut self,
        value: &'t Value<'t>,
        max: usize,
        mut read: impl FnMut(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(list) = value.get_ref().as_array() else {
            return Some(vec![read(self, value)?]);
        };
        if list.len() > max {
            return self.wrong(value, format!("more than {max} entries"), "shorten the list");
        }
        let items: Vec<_> = list.iter().map(|item| read(self, item)).collect();
        let items: Vec<_> = items.into_iter().collect::<Option<_>>()?;
        if items.is_empty() {
            return self.wrong(value, "the list is empty", "write at least one entry, or remove the field");
        }
        Some(items)
    }

    pub(super) fn number(&mut self, value: &'t Value<'t>) -> Option<Number> {
        let text = self.text(value)?;
        match Number::parse(text, self.plan) {
            Ok(number) => Some(number),
            Err(error) => self.wrong(value, error.to_string(), "write the number as it is dialled"),
        }
    }

    pub(super) fn prefix(&mut self, value: &'t Value<'t>) -> Option<NumberPrefix> {
        let text = self.text(value)?;
        match NumberPrefix::parse(text, self.plan) {
            Some(prefix) => Some(prefix),
            None => self.wrong(value, format!("{text:?} begins no number"), "write digits, with + for a country"),
        }
    }

    /// Words with `{names}` in them that a call fills in.
    pub(super) fn template(&mut self, value: &'t Value<'t>) -> Option<Template> {
        let (text, max) = (self.text(value)?, self.limits.speech_chars_max);
        if text.chars().count() > max {
            return self.wrong(value, format!("more than {max} characters"), "shorten it");
        }
        match Template::parse(text) {
            Ok(template) => Some(template),
            Err(problem) => self.wrong(value, problem, "write {name} for the variable \"name\", and no other brace"),
        }
    }

    /// Whether a value is one of the words that stand for a place.
    pub(super) fn is_word(value: &Value<'_>, word: &str) -> bool {
        matches!(value.get_ref(), DeValue::String(text) if text == word)
    }
}

const KEY_REMEDY: &str = "write one of 0-9, \"*\", \"#\"";

/// The key a text of one character names. Letters are on no telephone a caller has.
fn single_key(text: &str) -> Option<Digit> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii_digit() || matches!(c, '*' | '#') => Digit::from_char(c),
        (_, _) => None,
    }
}
