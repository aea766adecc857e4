//! Who calls: where from, of which class, and what the lists say about it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    ActorName, AgentName, CallId, ClassName, ListName, Number, NumberError, NumberPlan, PromptName, QueueName, Wall,
};

/// Where a number is from, as far as its prefix tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// The province, in the words of the numbering data: `浙江`.
    pub province: String,
    /// The city; several if they share an area code: `杭州市`.
    pub city: String,
    /// Whom a mobile prefix was given to: `中国移动`. Numbers that were ported keep their prefix.
    pub carrier: Option<String>,
}

/// Why no region is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionUnknown {
    /// The caller withheld his number.
    Withheld,
    /// A short number, such as that of a bank: it belongs to no region.
    ShortNumber,
    /// A 400 or 800 number: it belongs to the whole country.
    ServiceNumber,
    /// A number of another country.
    Abroad,
    /// A number whose prefix does not stand in the table.
    NoPrefix,
}

impl RegionUnknown {
    /// One English phrase.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Withheld => "the number is withheld",
            Self::ShortNumber => "a short number belongs to no region",
            Self::ServiceNumber => "a 400 or 800 number belongs to no region",
            Self::Abroad => "the number is of another country",
            Self::NoPrefix => "the prefix stands in no table",
        }
    }
}

/// Where a caller is from, or why that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From there.
    Known(Region),
    /// Nobody knows; what is to be done then is for whoever asks.
    Unknown(RegionUnknown),
}

impl Origin {
    /// The region, if it is known.
    pub const fn region(&self) -> Option<&Region> {
        match self {
            Self::Known(region) => Some(region),
            Self::Unknown(_) => None,
        }
    }
}

/// An entry of a list. Counted over all lists, never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId(pub u64);

impl EntryId {
    /// The id after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Its callers are turned away.
    Deny,
    /// Its callers skip the menu.
    Allow,
    /// Its callers are watched: flows and people see it.
    Watch,
    /// Its callers belong to a class, such as VIP.
    Class,
    /// Its callers are never put on a deny list by the nuisance rule: they have an open ticket, say.
    Exempt,
}

/// The numbers an entry is about: one, or all that begin alike. Printed as `+8613800138000` or `+86138*`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Pattern {
    /// One number.
    Number(Number),
    /// Every number whose canonical form begins with this: `+86138`, `9510`.
    Prefix(Box<str>),
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// It is no number.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The beginning of a number, and not in the one form that leaves no doubt.
    #[error("a prefix is written as + and the country code, or as the beginning of a short number, then *: +86138*")]
    Prefix,
    /// So short a prefix would cover half the world.
    #[error("the prefix is too short: give at least {PREFIX_DIGITS_MIN} digits before the *")]
    PrefixTooShort,
}

/// How many digits a prefix has at least.
pub const PREFIX_DIGITS_MIN: usize = 3;

impl Pattern {
    /// Reads a number as people write it, or a canonical prefix and `*`.
    pub fn parse(text: &str, plan: &NumberPlan) -> Result<Self, PatternError> {
        match text.trim().strip_suffix('*') {
            Some(prefix) => Self::prefix(prefix),
            None => Ok(Self::Number(Number::parse(text, plan)?)),
        }
    }

    fn prefix(text: &str) -> Result<Self, PatternError> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let national_form = !text.starts_with('+') && digits.starts_with('0');
        if digits.is_empty() || national_form || digits.len() > 15 || !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(PatternError::Prefix);
        }
        if digits.len() < PREFIX_DIGITS_MIN {
            return Err(PatternError::PrefixTooShort);
        }
        Ok(Self::Prefix(text.into()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

/// Masked like the number it is.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.masked().fmt(f),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
        }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        match text.strip_suffix('*') {
            Some(prefix) => Self::prefix(prefix),
            None => Ok(Self::Number(Number::try_from(text)?)),
        }
    }
}

/// For how long an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// So many days from its beginning: 1, 7, 30, or any other number.
    Days(u16),
    /// Until this instant.
    Until(Wall),
    /// For ever. On a deny list a second person must approve it (INB-23).
    Permanent,
}

/// Why a text is no term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a term is a number of days such as 1d, 7d or 30d, or permanent")]
pub struct TermError;

/// `7d`, `30d`, `permanent`; in a spreadsheet also `7`, `7天`, `永久`.
impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        let text = text.trim();
        if matches!(text, "permanent" | "永久") {
            return Ok(Self::Permanent);
        }
        let days = ["days", "day", "d", "天"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
        match days.trim().parse() {
            Ok(0) | Err(_) => Err(TermError),
            Ok(days) => Ok(Self::Days(days)),
        }
    }
}

/// What a caller of an allow list gets instead of the menu. What is not named is as the list says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The queue he goes to.
    pub queue: Option<QueueName>,
    /// The greeting he hears.
    pub greeting: Option<PromptName>,
    /// The agent who is his.
    pub agent: Option<AgentName>,
    /// Higher goes first.
    pub priority: Option<u8>,
}

/// How an entry came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntrySource {
    /// Somebody put it there.
    #[default]
    Manual,
    /// It was in a file: its name.
    Import(String),
    /// The nuisance rule put it there, because of these calls (INB-22).
    Auto(Vec<CallId>),
}

/// What entries that were made together have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Who answers for it.
    pub owner: ActorName,
    /// Who put it there; none: the nuisance rule.
    pub by: Option<ActorName>,
    /// Why it is there.
    pub reason: String,
    /// How it came to be.
    pub source: EntrySource,
    /// What callers of an allow list get.
    pub service: Service,
}

/// Whether an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// It waits for a second person to approve it, and does nothing until then.
    Proposed,
    /// It counts.
    Active,
}

/// One entry as it stands in a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// Its id.
    pub entry: EntryId,
    /// The numbers it is about.
    pub pattern: Pattern,
    /// When it ceases to count by itself; none: never.
    pub until: Option<Wall>,
    /// Whether it counts.
    pub state: EntryState,
}

/// How an entry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryEnd {
    /// Its term is over.
    Expired,
    /// Somebody took it off.
    Removed,
    /// Somebody undid what the nuisance rule had done, or took back what he had put there.
    Undone,
    /// A new entry for the same numbers took its place.
    Replaced,
}

/// An entry that is about a caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListHit {
    /// The list.
    pub list: ListName,
    /// What the list is for.
    pub kind: ListKind,
    /// The entry.
    pub entry: EntryId,
}

/// How somebody on a deny list is turned away (INB-19).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// With the busy tone.
    Busy,
    /// With the announcement that Belltower brings along.
    Announcement,
    /// With a prompt of the centre's own.
    Prompt(PromptName),
}

/// What is to be done with a caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// What the number's flow says.
    Usual,
    /// He is turned away.
    Blocked {
        /// By which list.
        list: ListName,
        /// By which entry.
        entry: EntryId,
        /// How.
        how: Refusal,
    },
    /// He skips the menu (INB-18).
    Favoured {
        /// By which list.
        list: ListName,
        /// By which entry.
        entry: EntryId,
        /// What he gets, list and entry taken together.
        service: Service,
    },
}

/// The decision about a caller: what is known of him, what is done with him, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reception {
    /// Where he calls from, or why that is not known.
    pub region: Origin,
    /// The class he belongs to.
    pub class: Option<ClassName>,
    /// The entries that are about him, the decisive kinds first.
    pub lists: Vec<ListHit>,
    /// What is done with him.
    pub treatment: Treatment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<String, PatternError> {
        Pattern::parse(text, &NumberPlan::china(Some("571"))).map(|pattern| pattern.to_string())
    }

    #[test]
    fn a_pattern_is_a_number_or_a_prefix() {
        assert_eq!(pattern("138 0013 8000").as_deref(), Ok("+8613800138000"));
        assert_eq!(pattern("95588").as_deref(), Ok("95588"));
        assert_eq!(pattern("+86170*").as_deref(), Ok("+86170*"));
        assert_eq!(pattern("0571*"), Err(PatternError::Prefix));
        assert_eq!(pattern("*"), Err(PatternError::Prefix));
        assert_eq!(pattern("+8*"), Err(PatternError::PrefixTooShort));
        assert_eq!(pattern("8765"), Err(PatternError::Number(NumberError::TooShort)));
        for text in ["+8613800138000", "+86170*", "4001234567", "951*"] {
            assert_eq!(Pattern::try_from(text.to_owned()).map(String::from).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_term_is_read_as_people_write_it() {
        for (text, term) in
            [("1d", Term::Days(1)), ("7", Term::Days(7)), ("30天", Term::Days(30)), ("7 days", Term::Days(7))]
        {
            assert_eq!(text.parse(), Ok(term), "{text}");
        }
        assert_eq!("永久".parse(), Ok(Term::Permanent));
        for text in ["", "0", "-1", "soon", "99999"] {
            assert_eq!(text.parse::<Term>(), Err(TermError), "{text}");
        }
    }
}
