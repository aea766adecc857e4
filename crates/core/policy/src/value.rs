//! The value of a policy: a length of time, a count, an amount of storage, or a switch.

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
    /// An amount of storage.
    Size,
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
    /// An amount of storage, in octets.
    Size(u64),
    /// On or off.
    Flag(bool),
}

impl Kind {
    /// Reads a value of this kind as it stands in a file.
    pub(crate) fn read(self, value: &toml::Value) -> Option<Value> {
        match self {
            Self::Duration => value.as_str().and_then(read_length).map(Value::Duration),
            Self::Count => value.as_integer().and_then(|count| u64::try_from(count).ok()).map(Value::Count),
            Self::Size => value.as_str().and_then(read_size).map(Value::Size),
            Self::Flag => value.as_bool().map(Value::Flag),
        }
    }

    /// How a value of this kind is written.
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Duration => "a length of time such as \"30s\" or \"5m\"",
            Self::Count => "a whole number",
            Self::Size => "an amount of storage such as \"500KiB\", \"256MiB\" or \"2GiB\"",
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
            Self::Size(octets) => toml::Value::String(write_size(octets)),
            Self::Flag(on) => toml::Value::Boolean(on),
        }
    }
}

/// An amount of storage as people write it, in octets: `500KiB`, `256MiB`, `2GiB`.
pub fn read_size(text: &str) -> Option<u64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(unit_at);
    let (_, octets) = UNITS.iter().find(|(name, _)| *name == unit)?;
    count.parse::<u64>().ok()?.checked_mul(*octets)
}

/// The same, in the largest unit that tells all of it. What is no whole KiB was never read.
fn write_size(octets: u64) -> String {
    let whole = UNITS.iter().rev().find(|(_, unit)| octets > 0 && octets.is_multiple_of(*unit));
    let (name, unit) = whole.copied().unwrap_or(UNITS[0]);
    format!("{}{name}", octets / unit)
}

/// Units and how many octets they are.
const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// `30s`, `5`, `256MiB`, `on`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(length) => f.write_str(&write_length(*length)),
            Self::Count(count) => write!(f, "{count}"),
            Self::Size(octets) => f.write_str(&write_size(*octets)),
            Self::Flag(on) => f.write_str(if *on { "on" } else { "off" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_storage_are_written_as_they_are_read() {
        assert_eq!(read_size("500KiB"), Some(512_000));
        for text in ["500KiB", "256MiB", "2GiB", "0KiB"] {
            assert_eq!(write_size(read_size(text).unwrap()), text);
        }
        for wrong in ["256", "MiB", "", "256MB", "1.5GiB", "-1KiB", "18014398509481984KiB"] {
            assert_eq!(read_size(wrong), None, "{wrong}");
        }
    }
}
