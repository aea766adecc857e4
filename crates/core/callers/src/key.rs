//! A pattern as one machine word, so that five million of them are small and quickly compared.

use bell_types::{Number, Pattern};

/// Numbers have at most 15 digits (E.164 §6.2.1), and 10^15 is less than 2^50.
const VALUE_BITS: u32 = 52;
const LEN_BITS: u32 = 4;

/// A pattern: its kind, how many digits it has, and their value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) u64);

#[derive(Clone, Copy)]
enum Kind {
    E164 = 1,
    Service = 2,
    Short = 3,
    /// A prefix of an international number, written with `+`.
    International = 4,
    /// A prefix of a service or short number.
    Plain = 5,
}

impl Key {
    fn new(kind: Kind, digits: &str) -> Self {
        let digits = digits.as_bytes().iter().take(15);
        let (len, value) = digits.fold((0_u64, 0_u64), |(len, value), c| (len + 1, value * 10 + u64::from(c & 15)));
        Self((kind as u64) << (VALUE_BITS + LEN_BITS) | len << VALUE_BITS | value)
    }

    pub(crate) fn of(pattern: &Pattern) -> Self {
        match pattern {
            Pattern::Number(number) => Self::of_number(number),
            Pattern::Prefix(prefix) => match prefix.strip_prefix('+') {
                Some(digits) => Self::new(Kind::International, digits),
                None => Self::new(Kind::Plain, prefix),
            },
        }
    }

    pub(crate) fn of_number(number: &Number) -> Self {
        match number {
            Number::E164(digits) => Self::new(Kind::E164, digits),
            Number::Service(digits) => Self::new(Kind::Service, digits),
            Number::Short(digits) => Self::new(Kind::Short, digits),
        }
    }

    /// The prefixes that would cover this number, the longest first, of those lengths whose bit is set.
    pub(crate) fn prefixes(number: &Number, lengths: u16) -> impl Iterator<Item = Self> {
        let (kind, digits) = match number {
            Number::E164(digits) => (Kind::International, digits),
            Number::Service(digits) | Number::Short(digits) => (Kind::Plain, digits),
        };
        let lengths = (1..=digits.len().min(15)).rev().filter(move |len| lengths & (1 << len) != 0);
        lengths.map(move |len| Self::new(kind, &digits[..len]))
    }

    pub(crate) const fn is_prefix(self) -> bool {
        self.0 >> (VALUE_BITS + LEN_BITS) >= Kind::International as u64
    }

    /// How many digits it has.
    pub(crate) const fn digits(self) -> u32 {
        (self.0 >> VALUE_BITS) as u32 & ((1 << LEN_BITS) - 1)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bell_types::NumberPlan;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn different_patterns_have_different_keys() {
        let texts =
            ["+8613800138000", "+86*", "+861*", "861*", "110", "0110*", "+110*", "110*", "4001234567", "+4001234567"];
        let patterns: Vec<Pattern> =
            texts.iter().filter_map(|text| Pattern::try_from((*text).to_owned()).ok()).collect();
        let keys: BTreeSet<Key> = patterns.iter().map(Key::of).collect();
        assert_eq!(keys.len(), patterns.len());
        assert!(keys.len() > 6);
    }

    proptest! {
        #[test]
        fn a_prefix_covers_what_begins_with_it(text in "[1-9][0-9]{6,14}", len in 3_usize..8) {
            let number = Number::parse(&format!("+{text}"), &NumberPlan::china(None)).unwrap();
            let canonical = number.to_string();
            let sign = usize::from(canonical.starts_with('+'));
            let prefix = Pattern::try_from(format!("{}*", &canonical[..len.min(canonical.len() - sign) + sign])).unwrap();
            prop_assert!(Key::prefixes(&number, u16::MAX).any(|key| key == Key::of(&prefix)));
            prop_assert!(Key::of(&prefix).is_prefix() && !Key::of_number(&number).is_prefix());
        }
    }
}
