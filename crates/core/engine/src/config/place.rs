//! Mistakes in a configuration, with their place and remedy.

use std::fmt;
use std::ops::Range;

use toml::Spanned;

/// One mistake: file, place, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, as it is named in the configuration.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// What is wrong: one phrase, no full stop.
    pub problem: String,
    /// What to do about it: one phrase, no full stop.
    pub remedy: String,
}

/// `centre.toml:12:5: no queue is named "sals": did you mean "sales"?`
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.problem)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, ": {}", self.remedy) }
    }
}

/// Collects the mistakes of one file.
pub(crate) struct Mistakes<'t> {
    file: &'t str,
    text: &'t str,
    found: Vec<Mistake>,
}

impl<'t> Mistakes<'t> {
    pub(crate) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// A mistake at a value that knows its place.
    pub(crate) fn at<T>(&mut self, value: &Spanned<T>, problem: impl Into<String>, remedy: impl Into<String>) {
        self.span(value.span(), problem, remedy);
    }

    pub(crate) fn span(&mut self, span: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.found.push(Mistake {
            file: self.file.to_owned(),
            line: count(before.matches('\n').count() + 1),
            column: count(before[line_start..].chars().count() + 1),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    /// Mistakes of another file.
    pub(crate) fn extend(&mut self, mistakes: impl IntoIterator<Item = Mistake>) {
        self.found.extend(mistakes);
    }

    /// The value, if nothing is wrong; otherwise every mistake, in the order of the file.
    pub(crate) fn unless_any<T>(mut self, value: T) -> Result<T, Vec<Mistake>> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        Err(self.found)
    }
}
