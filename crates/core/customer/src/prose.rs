//! Texts that people write: a line, or several.

use thiserror::Error;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProseError {
    /// Nothing, or only spaces.
    #[error("it is empty")]
    Empty,
    /// More characters than it may have.
    #[error("it is longer than {0} characters")]
    TooLong(usize),
    /// A character that is not seen; in a line also a line break.
    #[error("it has a character that cannot be seen")]
    Control,
}

/// A line of at most so many characters, without the spaces around it. Markup in it is text.
///
/// # Errors
/// It is empty, too long, or has characters that cannot be seen.
pub fn line(text: &str, chars_max: usize) -> Result<String, ProseError> {
    read(text, chars_max, |_| false)
}

/// A text of several lines with at most so many characters, without the spaces around it.
///
/// # Errors
/// As for [`line()`], where line breaks and tabulators are taken.
pub fn block(text: &str, chars_max: usize) -> Result<String, ProseError> {
    read(&text.replace("\r\n", "\n"), chars_max, |c| matches!(c, '\n' | '\t'))
}

fn read(text: &str, chars_max: usize, taken: impl Fn(char) -> bool) -> Result<String, ProseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ProseError::Empty);
    }
    if text.chars().any(|c| c.is_control() && !taken(c)) {
        return Err(ProseError::Control);
    }
    if text.chars().count() > chars_max {
        return Err(ProseError::TooLong(chars_max));
    }
    Ok(text.to_owned())
}
