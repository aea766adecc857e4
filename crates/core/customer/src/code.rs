//! Names of results and fields, and what people read for them.

use std::fmt;

use thiserror::Error;

/// The longest code, in characters.
const CODE_LEN_MAX: usize = 40;

/// A stable name of a result, a field or a choice: `wrong_number`. Records keep it while its texts may change.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Box<str>);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Nothing at all.
    #[error("the code is empty")]
    Empty,
    /// More than 40 characters.
    #[error("the code is longer than {CODE_LEN_MAX} characters")]
    TooLong,
    /// Something else than `a` to `z`, `0` to `9` and `_`.
    #[error("{0:?} does not belong into a code: lower-case letters, digits and _ do")]
    Character(char),
}

impl Code {
    /// Reads a code: lower-case letters, digits and `_`, at most 40 of them.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        if let Some(c) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '_')) {
            return Err(CodeError::Character(c));
        }
        if text.len() > CODE_LEN_MAX {
            return Err(CodeError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people read, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Said {
    /// A text in Chinese and in English.
    pub fn new(zh: &str, en: &str) -> Self {
        Self { zh: zh.to_owned(), en: en.to_owned() }
    }
}
