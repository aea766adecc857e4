//! What is wrong with a flow's file, where, and what to do about it.

use std::fmt;
use std::ops::Range;

use crate::flow::Place;

/// One mistake in a flow's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// What is wrong: one phrase, no full stop.
    pub problem: String,
    /// What to do about it: one phrase, no full stop.
    pub remedy: String,
}

/// `line 12, column 5: no node is named "sals": did you mean "sales"?`
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.problem, self.remedy)
    }
}

/// Collects mistakes up to a limit; what comes after it is dropped, for nobody reads that far.
pub(crate) struct Diagnostics<'t> {
    text: &'t str,
    found: Vec<Diagnostic>,
    max: usize,
}

impl<'t> Diagnostics<'t> {
    pub(crate) fn new(text: &'t str, max: usize) -> Self {
        Self { text, found: Vec::new(), max }
    }

    pub(crate) fn report(&mut self, at: Range<usize>, problem: impl Into<String>, remedy: impl Into<String>) {
        let place = self.place(at.start);
        self.report_at(place, problem, remedy);
    }

    pub(crate) fn report_at(&mut self, place: Place, problem: impl Into<String>, remedy: impl Into<String>) {
        if self.found.len() < self.max {
            self.found.push(Diagnostic { place, problem: problem.into(), remedy: remedy.into() });
        }
    }

    pub(crate) fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place { line: count(before.matches('\n').count() + 1), column: count(before[line_start..].chars().count() + 1) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// In the order of the file.
    pub(crate) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort();
        self.found
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// `did you mean "sales"?` if one of the known words is close, else the words themselves.
pub fn suggestion<'k>(wrong: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let closest = known.clone().map(|word| (distance(wrong, word), word)).min();
    match closest {
        Some((distance, word)) if distance * 2 < word.chars().count().max(3) => format!("did you mean {word:?}?"),
        Some(_) => {
            let listed: Vec<_> = known.take(LISTED_MAX).collect();
            format!("use one of: {}", listed.join(", "))
        }
        None => "remove it".to_owned(),
    }
}

/// How many words a remedy lists.
const LISTED_MAX: usize = 20;
/// Names are at most 64 characters; a longer word is cut before it is compared.
const COMPARED_MAX: usize = 64;

/// How many characters must be changed, added or left out to make one word the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(COMPARED_MAX).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(COMPARED_MAX).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let diagnostics = Diagnostics::new("a\n您好b", 9);
        let place = |offset| diagnostics.place(offset).to_string();
        assert_eq!(place(0), "line 1, column 1");
        assert_eq!(place(2), "line 2, column 1");
        assert_eq!(place(8), "line 2, column 3");
        assert_eq!(place(99), "line 2, column 4");
    }

    #[test]
    fn a_close_word_is_suggested() {
        let known = ["prompt", "next", "otherwise"];
        assert_eq!(suggestion("promt", known.into_iter()), "did you mean \"prompt\"?");
        assert_eq!(suggestion("weather", known.into_iter()), "use one of: prompt, next, otherwise");
        assert_eq!(suggestion("x", [].into_iter()), "remove it");
    }

    #[test]
    fn at_the_limit_the_rest_is_dropped() {
        let mut diagnostics = Diagnostics::new("", 2);
        for _ in 0..3 {
            diagnostics.report(0..0, "p", "r");
        }
        assert_eq!(diagnostics.into_sorted().len(), 2);
    }
}
