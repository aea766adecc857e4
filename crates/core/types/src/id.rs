//! Ids that cannot be mistaken for one another.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Wall;

/// Crockford's base 32: no I, L, O, U, so that an id survives being read out over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// One node of an installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u8);

/// The place of a fact in a node's gap-free sequence. The first fact is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl Seq {
    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A login: what a browser's cookie stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LoginId(pub u64);

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A call: a customer's whole visit, with all its legs. Printed as 13 characters, in the order of arrival:
/// `6NQRFH0000001`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CallId(u64);

impl CallId {
    /// The id of the `count`-th call of `node`, which arrived at `wall`. 32 bits of seconds, 8 of node, 24 of count:
    /// unique as long as a node takes fewer than 16 million calls in one second.
    pub const fn mint(wall: Wall, node: NodeId, count: u32) -> Self {
        let secs = wall.as_secs() as u32 as u64;
        Self(secs << 32 | (node.0 as u64) << 24 | (count & 0x00FF_FFFF) as u64)
    }

    /// When the call arrived, to the second.
    pub const fn arrived_at(self) -> Wall {
        Wall::from_micros((self.0 >> 32) as i64 * 1_000_000)
    }

    /// The id as a number, for storage.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The id that was stored as this number.
    pub const fn from_u64(bits: u64) -> Self {
        Self(bits)
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (0..13).rev().try_for_each(|place| {
            let index = (self.0 >> (place * 5)) & 31;
            write!(f, "{}", char::from(ALPHABET[index as usize]))
        })
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CallId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.len() != 13 {
            return Err(NameError::NotACallId);
        }
        let mut bits: u64 = 0;
        for byte in text.bytes() {
            let upper = byte.to_ascii_uppercase();
            let index = ALPHABET.iter().position(|&symbol| symbol == upper).ok_or(NameError::NotACallId)?;
            // 13 symbols are 65 bits: the first may only carry four.
            let shifted = bits.checked_mul(32).ok_or(NameError::NotACallId)?;
            bits = shifted | index as u64;
        }
        Ok(Self(bits))
    }
}

impl From<CallId> for String {
    fn from(call: CallId) -> Self {
        call.to_string()
    }
}

impl TryFrom<String> for CallId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

/// One leg of a call: the caller, an agent's phone, a transfer target. Printed as `6NQRFH0000001.2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LegId {
    /// The call the leg belongs to, from its first message to its last.
    pub call: CallId,
    /// 1 for the caller, then in the order the legs were opened.
    pub number: u16,
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.call, self.number)
    }
}

impl fmt::Debug for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One offer of a call to an agent, numbered within its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OfferId {
    /// The call that is offered.
    pub call: CallId,
    /// 1 for the call's first offer.
    pub number: u16,
}

/// A recording: that of a call, from answer to hang-up, all legs in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordingId(pub CallId);

impl fmt::Display for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is not the id or name it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameError {
    /// A name of no characters.
    #[error("a name may not be empty")]
    Empty,
    /// A name longer than [`NAME_LEN_MAX`].
    #[error("a name may have at most {NAME_LEN_MAX} characters")]
    TooLong,
    /// A character outside letters, digits, `-`, `_` and `.`.
    #[error("{0:?} may not stand in a name: use letters, digits, '-', '_' or '.'")]
    Character(char),
    /// Not 13 characters of Crockford's base 32.
    #[error("not a call id: 13 characters of 0-9 and A-Z without I, L, O, U")]
    NotACallId,
}

/// How long a configured name may be, in characters.
pub const NAME_LEN_MAX: usize = 64;

fn check_name(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > NAME_LEN_MAX {
        return Err(NameError::TooLong);
    }
    match text.chars().find(|&c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        Some(c) => Err(NameError::Character(c)),
        None => Ok(()),
    }
}

// One macro for the names of configured things: identical newtypes by hand would hide the one that differs.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the text: letters of any script, digits, `-`, `_`, `.`; at most [`NAME_LEN_MAX`] characters.
            pub fn new(text: &str) -> Result<Self, NameError> {
                check_name(text)?;
                Ok(Self(text.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.as_str().to_owned()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(&text)
            }
        }
    };
}

name! {
    /// An agent: a person who takes calls.
    AgentName
}
name! {
    /// A device or app of an agent that can ring.
    EndpointName
}
name! {
    /// A queue.
    QueueName
}
name! {
    /// An IVR flow.
    FlowName
}
name! {
    /// A node of a flow.
    NodeName
}
name! {
    /// A variable of a flow: digits a caller typed, or a word the flow set.
    VariableName
}
name! {
    /// A prompt: one piece of speech or music.
    PromptName
}
name! {
    /// A carrier connection.
    TrunkName
}
name! {
    /// A way in which calls are placed: `browser`.
    ModeName
}
name! {
    /// A business calendar.
    CalendarName
}
name! {
    /// A list of callers' numbers.
    ListName
}
name! {
    /// A class of callers: `vip`.
    ClassName
}
name! {
    /// A tree of results of calls: `sales`.
    DispositionName
}
name! {
    /// Whoever gives a command: a supervisor, an operator, a program.
    ActorName
}
name! {
    /// What somebody is able to do: a language, a product, a kind of trouble.
    SkillName
}
name! {
    /// A region that callers come from and agents serve.
    RegionName
}
name! {
    /// A role: what a kind of worker may do.
    RoleName
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_id_survives_being_printed() {
        let call = CallId::mint(Wall::from_micros(1_793_003_400_000_000), NodeId(7), 0x0012_3456);
        assert_eq!(call.to_string().parse(), Ok(call));
        assert_eq!(call.to_string().to_lowercase().parse(), Ok(call));
        assert_eq!("ZZZZZZZZZZZZZ".parse::<CallId>(), Err(NameError::NotACallId), "65 bits do not fit");
        assert_eq!("12".parse::<CallId>(), Err(NameError::NotACallId));
    }

    #[test]
    fn later_calls_sort_later() {
        let at = |secs: i64, count| CallId::mint(Wall::from_micros(secs * 1_000_000), NodeId(0), count);
        assert!(at(1_793_003_400, 9).to_string() < at(1_793_003_401, 1).to_string());
        assert!(at(1_793_003_400, 1).to_string() < at(1_793_003_400, 2).to_string());
    }

    #[test]
    fn names_take_chinese_and_refuse_blanks() {
        assert_eq!(QueueName::new("售后-2").unwrap().as_str(), "售后-2");
        assert_eq!(QueueName::new(""), Err(NameError::Empty));
        assert_eq!(QueueName::new("a b"), Err(NameError::Character(' ')));
        assert_eq!(QueueName::new(&"x".repeat(65)), Err(NameError::TooLong));
    }
}
