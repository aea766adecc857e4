//! The door to signing in elsewhere: OpenID Connect.

use super::{Doing, NextStep, Visit};

/// Somewhere else where people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSeen {
    /// Its name in the configuration.
    pub provider: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
}

/// A sign-in that goes elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Where the browser is sent.
    pub url: String,
    /// What it keeps meanwhile: only this browser may come back with the answer.
    pub cookie: String,
}

/// What a browser comes back with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// What it was sent away with.
    pub state: String,
    /// What it kept.
    pub cookie: String,
    /// What the provider gave: a code, or why there is none.
    pub code: Result<String, String>,
}

/// Somebody is back.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// How far the sign-in is.
    pub step: NextStep,
    /// Where in the console he wanted to go.
    pub to: Option<String>,
}

/// Why a sign-in elsewhere lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SingleRefusal {
    /// The answer is to nothing that this browser asked, or too late.
    Stale,
    /// The provider says no, or its owner did.
    Denied,
    /// The provider cannot be asked now.
    Unreachable,
    /// What the provider says cannot be believed.
    Untrusted,
    /// Nobody here has the name that the provider gives.
    Unknown,
}

/// Signing in elsewhere.
pub trait Single: Send + Sync {
    /// Where.
    fn providers(&self) -> Vec<ProviderSeen>;
    /// A browser goes there. `back`: where it comes back to; `to`: where in the console it goes then.
    fn depart<'a>(&'a self, provider: &'a str, back: String, to: Option<String>) -> Doing<'a, Departure>;
    /// It is back.
    fn arrive<'a>(&'a self, visit: &'a Visit, provider: &'a str, returned: Return) -> Doing<'a, Arrival>;
}

impl SingleRefusal {
    /// As the console knows it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Denied => "denied",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Unknown => "unknown_account",
        }
    }
}
