//! What somebody looks for in what the centre knows, and the piece of a text that shows why it was found.

use thiserror::Error;

/// The longest search, in characters.
const SEARCH_CHARS_MAX: usize = 100;
/// The most words of it.
const WORDS_MAX: usize = 8;
/// How much of a text is shown before the word that was found.
const BEFORE_CHARS: usize = 20;

/// The words that must all be in what is found, in small letters. Chinese is found by any part of it, so that nobody has
/// to know where a word ends. Without words everything is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(Vec<String>);

/// Why nobody looks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a search has at most {SEARCH_CHARS_MAX} characters and {WORDS_MAX} words")]
pub struct SearchTooLong;

impl Search {
    /// Reads what was typed; an ideographic space parts words as well.
    ///
    /// # Errors
    /// It is too long.
    pub fn parse(text: &str) -> Result<Self, SearchTooLong> {
        let words: Vec<String> = text.split_whitespace().map(small).collect();
        if text.trim().chars().count() > SEARCH_CHARS_MAX || words.len() > WORDS_MAX {
            return Err(SearchTooLong);
        }
        Ok(Self(words))
    }

    /// Its words.
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// At most so many characters of a text in one line: from shortly before the first word that is in it, or its beginning.
    pub fn excerpt(&self, text: &str, chars_max: usize) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lower: Vec<char> = line.chars().flat_map(|c| c.to_lowercase().next()).collect();
        let place = |word: &String| {
            let word: Vec<char> = word.chars().collect();
            lower.windows(word.len().max(1)).position(|some| some == word)
        };
        let from = self.0.iter().filter_map(place).min().unwrap_or(0).saturating_sub(BEFORE_CHARS);
        let piece: String = line.chars().skip(from).take(chars_max).collect();
        let is_cut = line.chars().count() > from + chars_max;
        format!("{}{piece}{}", if from > 0 { "…" } else { "" }, if is_cut { "…" } else { "" })
    }
}

/// A text as it is searched in.
pub fn small(text: &str) -> String {
    text.to_lowercase()
}
