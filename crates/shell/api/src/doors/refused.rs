//! Why a door did not do what was asked. Each becomes a [`crate::Problem`] in one place.

use std::error::Error;
use std::fmt;

use bell_access::{
    ApprovalId, ApprovalRefusal, Denied, FactorRefusal, GrantRefusal, OrgError, RoleError, RulesRefusal, ScanRefusal,
    Shut, TokenRefusal, Weakness,
};

use crate::doors::{LackingPart, NotApplied, PromptUnfit};

/// Why a door did not do what was asked.
#[derive(Debug)]
pub enum Refused {
    /// Nobody is signed in.
    NotSignedIn,
    /// A permission is missing, or does not reach this far.
    Denied(Denied),
    /// There is no such thing, or none that this person may see.
    NotThere,
    /// The sign-in goes no further.
    Login(LoginRefused),
    /// A field is not as it must be.
    Field(Field),
    /// A new password is too weak.
    Weak(Vec<Weakness>),
    /// A new password is one of so many last ones.
    Reused(usize),
    /// A factor is not set up or taken away.
    Factor(FactorRefusal),
    /// A role is not given, or an account not changed.
    Grant(GrantRefusal),
    /// An approval does not go on.
    Approval(ApprovalRefusal),
    /// A second person must approve it first; this request for it was made.
    ApprovalNeeded(ApprovalId),
    /// A role is not composed.
    Role(RoleError),
    /// An organisation is not a tree.
    Org(OrgError),
    /// Rules of login are not taken.
    Rules(RulesRefusal),
    /// A token is not made.
    Token(TokenRefusal),
    /// A sign-in by a scanned code does not go on.
    Scan(ScanRefusal),
    /// A summary is not taken: what it lacks.
    SummaryIncomplete(Vec<LackingPart>),
    /// Wrap-up does not end without a summary: what is asked for.
    SummaryMissing(Vec<LackingPart>),
    /// A sign-in elsewhere lets nobody in.
    Single(super::SingleRefusal),
    /// An act asks for a reason in words.
    ReasonNeeded,
    /// The first administrator is there already.
    SetUpDone,
    /// The first administrator is set up from the machine itself, or with the code that it printed at its start.
    SetUpElsewhere,
    /// It was changed by somebody else meanwhile.
    Changed,
    /// It cannot be done as things stand: the call has ended, the agent is busy.
    Business(Business),
    /// A configuration or a flow does not take effect.
    Config(Box<NotApplied>),
    /// A recording or words cannot become a prompt.
    Prompt(PromptUnfit),
    /// It cannot be asked now: the database is away, the node is too busy.
    Unavailable(Box<dyn Error + Send + Sync>),
}

/// A refusal of the business, by the code that the catalogue gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Business {
    /// As programs know it; never renamed.
    pub code: &'static str,
    /// What happened, in English: one sentence.
    pub detail: String,
    /// The same in Chinese.
    pub detail_zh: String,
}

/// A field of a request that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, as the request has it.
    pub field: &'static str,
    /// As programs know it: `missing`, `too_long`, `taken`, `unknown`, `malformed`.
    pub problem: &'static str,
}

/// Why a sign-in goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginRefused {
    /// Name or password is wrong; so many attempts are left.
    Wrong {
        /// How many.
        left: u32,
    },
    /// The code is wrong, or was used before.
    WrongCode {
        /// How many attempts are left.
        left: u32,
    },
    /// What a passkey signed is not right, or it is none of this account.
    PasskeyWrong,
    /// A passkey counted backwards: there are two of it.
    PasskeyCopied,
    /// The account is shut: exactly why.
    Shut(Shut),
    /// The rule of this name refuses it.
    Rule(String),
    /// A rule asks for a second factor, and the account has none.
    FactorMissing,
    /// So many devices are signed in already.
    TooManyDevices(usize),
    /// What began this sign-in is too long ago.
    TicketOver,
    /// Too many people sign in at this moment.
    Busy,
}

impl Field {
    /// A field that must be there.
    pub const fn missing(field: &'static str) -> Self {
        Self { field, problem: "missing" }
    }

    /// A field that somebody else has already.
    pub const fn taken(field: &'static str) -> Self {
        Self { field, problem: "taken" }
    }

    /// A field that names nothing there is.
    pub const fn unknown(field: &'static str) -> Self {
        Self { field, problem: "unknown" }
    }

    /// A field that cannot be read.
    pub const fn malformed(field: &'static str) -> Self {
        Self { field, problem: "malformed" }
    }
}

impl Refused {
    /// The world is not as it should be: the error is logged, and who asked is told to try again.
    pub fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl fmt::Display for Business {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl From<NotApplied> for Refused {
    fn from(why: NotApplied) -> Self {
        Self::Config(Box::new(why))
    }
}

// A macro, because one `From` by hand for each would hide the one that differs.
macro_rules! from {
    ($($variant:ident $error:ty;)+) => {
        $(impl From<$error> for Refused {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })+
    };
}

from! {
    Denied Denied;
    Login LoginRefused;
    Field Field;
    Factor FactorRefusal;
    Grant GrantRefusal;
    Approval ApprovalRefusal;
    Role RoleError;
    Org OrgError;
    Rules RulesRefusal;
    Token TokenRefusal;
    Scan ScanRefusal;
    Business Business;
    Prompt PromptUnfit;
}
