//! The value of a policy: a length of time, a count, or a switch.

use std::fmt;
use std::time::Duration;

use bell_types::{read_length, write_length};
use serde::Deserialize;

/// What a policy's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A length of time.
    Duration,
    /// A whole number from 0.
    Count,
    /// On or off.
    Flag,
}

/// A policy's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A length of time.
    Duration(Duration),
    /// A whole number from 0.
    Count(u64),
    /// On or off.
    Flag(bool),
}

impl Kind {
    /// Reads a value of this kind as it stands in a file.
    pub(crate) fn read(self, value: &toml::Value) -> Option<Value> {
        match self {
            Self::Duration => value.as_str().and_then(read_length).map(Value::Duration),
            Self::Count => value.as_integer().and_then(|count| u64::try_from(count).ok()).map(Value::Count),
            Self::Flag => value.as_bool().map(Value::Flag),
        }
    }

    /// How a value of this kind is written.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Duration => "a length of time such as \"30s\" or \"5m\"",
            Self::Count => "a whole number",
            Self::Flag => "true or false",
        }
    }
}

impl Value {
    /// As it stands in a file.
    pub fn to_toml(self) -> toml::Value {
        match self {
            Self::Duration(length) => toml::Value::String(write_length(length)),
            // Counts are bounded by their policy's range, which a file's integers hold.
            Self::Count(count) => toml::Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)),
            Self::Flag(on) => toml::Value::Boolean(on),
        }
    }
}

/// `30s`, `5`, `on`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(length) => f.write_str(&write_length(*length)),
            Self::Count(count) => write!(f, "{count}"),
            Self::Flag(on) => f.write_str(if *on { "on" } else { "off" }),
        }
    }
}
