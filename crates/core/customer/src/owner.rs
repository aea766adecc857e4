//! A customer's data, what an agent learns about it during a call, and every value it had before.

use std::fmt;

use bell_types::{AgentName, CallId, Number, Wall};
use thiserror::Error;

use crate::tree::Effect;

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The name of a person, as it was written: a text, never markup.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(Box<str>);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PersonNameError {
    /// Nothing, or only spaces.
    #[error("the name is empty")]
    Empty,
    /// More than 100 characters.
    #[error("the name is longer than {NAME_CHARS_MAX} characters")]
    TooLong,
    /// A line break or another character that is not seen.
    #[error("the name has a character that cannot be seen")]
    Control,
}

impl PersonName {
    /// Reads a name; spaces around it are left out.
    pub fn parse(text: &str) -> Result<Self, PersonNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PersonNameError::Empty);
        }
        if text.chars().count() > NAME_CHARS_MAX {
            return Err(PersonNameError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(PersonNameError::Control);
        }
        Ok(Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How one of a customer's numbers stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Good,
    /// It leads to somebody else, or to nobody.
    Wrong,
}

/// A number of a customer, and who answers there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The number.
    pub number: Number,
    /// Who answers there, if that is known.
    pub name: Option<PersonName>,
    /// How it stands.
    pub verdict: Verdict,
}

/// Who learned something, when, and in which call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The agent.
    pub by: AgentName,
    /// When.
    pub at: Wall,
    /// The call, if it was during one.
    pub call: Option<CallId>,
}

/// What an agent learned during a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The number that was called is not the owner's. This is his, if it was learned.
    WrongNumber(Option<(Number, Option<PersonName>)>),
    /// The number is right and the name is not. The result of the call stays what it truly was.
    WrongName(PersonName),
    /// Somebody else can be reached for him, and has been told.
    ExtraContact(Number, Option<PersonName>),
}

/// One value that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who, when, in which call.
    pub source: Source,
    /// What, with the value before and after.
    pub what: What,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The owner's name.
    Name {
        /// Before; None if it was not known.
        old: Option<PersonName>,
        /// Since then.
        new: PersonName,
    },
    /// A number was added.
    Added(Contact),
    /// The name of who answers at a number.
    ContactName {
        /// Where.
        number: Number,
        /// Before; None if it was not known.
        old: Option<PersonName>,
        /// Since then.
        new: PersonName,
    },
    /// How a number stands.
    Judged {
        /// Which.
        number: Number,
        /// Before.
        old: Verdict,
        /// Since then.
        new: Verdict,
    },
}

/// Why a correction is not made. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// The owner has no such number: the call was not one to him.
    #[error("the number that was called is not among the owner's")]
    NotHis,
    /// The new number is the one that was called.
    #[error("the new number is the one that was called")]
    SameNumber,
    /// As many numbers as an owner may have.
    #[error("the owner has {0} numbers, and may have no more")]
    TooMany(usize),
}

/// A customer, the numbers he can be reached at, and what changed in the order it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    name: Option<PersonName>,
    contacts: Vec<Contact>,
    contacts_max: usize,
}

impl Owner {
    /// A customer as he is kept. More contacts than `contacts_max` stay, and none is added.
    pub const fn new(name: Option<PersonName>, contacts: Vec<Contact>, contacts_max: usize) -> Self {
        Self { name, contacts, contacts_max }
    }

    /// His name, if it is known.
    pub const fn name(&self) -> Option<&PersonName> {
        self.name.as_ref()
    }

    /// His numbers, in the order they were learned.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// Makes a correction after a call to `called`, and says what changed; what was known already changes nothing, so
    /// that asking twice does no harm.
    pub fn correct(
        &mut self,
        called: &Number,
        source: &Source,
        correction: Correction,
    ) -> Result<Vec<Change>, Refused> {
        let at = self.place_of(called).ok_or(Refused::NotHis)?;
        let changed = match correction {
            Correction::WrongNumber(new) => {
                let mut changed = match new {
                    Some((number, _)) if number == *called => return Err(Refused::SameNumber),
                    Some((number, name)) => self.reach(number, name)?,
                    None => Vec::new(),
                };
                changed.extend(self.judge(at, Verdict::Wrong));
                changed
            }
            Correction::WrongName(name) => self.rename(name).into_iter().collect(),
            Correction::ExtraContact(number, _) if number == *called => return Err(Refused::SameNumber),
            Correction::ExtraContact(number, name) => self.reach(number, name)?,
        };
        Ok(changed.into_iter().map(|what| Change { source: source.clone(), what }).collect())
    }

    fn place_of(&self, number: &Number) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.number == *number)
    }

    fn rename(&mut self, new: PersonName) -> Option<What> {
        if self.name.as_ref() == Some(&new) {
            return None;
        }
        let old = self.name.replace(new.clone());
        Some(What::Name { old, new })
    }

    fn judge(&mut self, at: usize, new: Verdict) -> Option<What> {
        let contact = self.contacts.get_mut(at)?;
        let old = std::mem::replace(&mut contact.verdict, new);
        (old != new).then(|| What::Judged { number: contact.number.clone(), old, new })
    }

    /// Adds a number, or learns what is new about one that is there: told anew, it is good again.
    fn reach(&mut self, number: Number, name: Option<PersonName>) -> Result<Vec<What>, Refused> {
        let Some(at) = self.place_of(&number) else {
            if self.contacts.len() >= self.contacts_max {
                return Err(Refused::TooMany(self.contacts_max));
            }
            let contact = Contact { number, name, verdict: Verdict::Good };
            self.contacts.push(contact.clone());
            return Ok(vec![What::Added(contact)]);
        };
        let renamed = name.and_then(|new| self.rename_contact(at, new));
        Ok(renamed.into_iter().chain(self.judge(at, Verdict::Good)).collect())
    }

    fn rename_contact(&mut self, at: usize, new: PersonName) -> Option<What> {
        let contact = self.contacts.get_mut(at)?;
        if contact.name.as_ref() == Some(&new) {
            return None;
        }
        let old = contact.name.replace(new.clone());
        Some(What::ContactName { number: contact.number.clone(), old, new })
    }
}

impl Correction {
    /// What the attempt came to: a wrong number is that whatever the agent chose, an extra contact was told, and a wrong
    /// name keeps the true result.
    pub const fn effect(&self, chosen: Option<Effect>) -> Option<Effect> {
        match self {
            Self::WrongNumber(_) => Some(Effect::Invalid),
            Self::WrongName(_) => chosen,
            Self::ExtraContact(..) => Some(Effect::Done),
        }
    }
}
