//! The fields of a table: each is asked for once, and one that nobody asks for is a mistake.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Reader, in_order};
use crate::diagnostic::suggestion;

/// A value with its place in the file.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The fields of one table of the file.
pub(super) struct Fields<'t> {
    of: String,
    at: Range<usize>,
    left: Vec<(&'t str, Range<usize>, &'t Value<'t>)>,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// The fields of a table which the diagnostics call `of` and look for at `at`.
    pub(super) fn of(table: &'t DeTable<'t>, at: Range<usize>, of: &str) -> Self {
        let left = in_order(table).map(|(key, value)| (&**key.get_ref(), key.span(), value));
        Self { of: of.to_owned(), at, left: left.collect(), asked: Vec::new() }
    }

    /// Where the table stands.
    pub(super) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// Takes the field out.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'t Value<'t>> {
        self.asked.push(key);
        let found = self.left.iter().position(|(name, _, _)| *name == key)?;
        Some(self.left.remove(found).2)
    }

    /// Whether the field stands there and was not taken yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.left.iter().any(|(name, _, _)| *name == key)
    }

    /// Whether more was asked for than the first field.
    pub(super) fn asked_beyond_first(&self) -> bool {
        self.asked.len() > 1
    }

    /// Every field must have been asked for by now.
    pub(super) fn finish(self, reader: &mut Reader<'_>) {
        for (key, at, _) in self.left {
            let problem = format!("{} has no field {key:?}", self.of);
            let remedy = suggestion(key, self.asked.iter().copied());
            reader.diagnostics.report(at, problem, remedy);
        }
    }
}

impl<'t> Reader<'t> {
    /// A field that must stand there; none if it does not, or is wrong.
    pub(super) fn required<T>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        example: &str,
        read: impl FnOnce(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<T> {
        match fields.take(key) {
            Some(value) => read(self, value),
            None => {
                let problem = format!("{} lacks the field {key:?}", fields.of);
                self.diagnostics.report(fields.at(), problem, format!("add {example}"));
                None
            }
        }
    }

    /// A field that may be left out; none only if it is wrong.
    pub(super) fn optional<T>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        default: T,
        read: impl FnOnce(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<T> {
        match fields.take(key) {
            Some(value) => read(self, value),
            None => Some(default),
        }
    }

    /// A field that may be left out and then means nothing; none only if it is wrong.
    pub(super) fn maybe<T>(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &'t Value<'t>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.optional(fields, key, None, |reader, value| read(reader, value).map(Some))
    }
}
