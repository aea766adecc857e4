//! Browsers that were sent elsewhere, until they come back.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::accounts::sign_in::hashed;

/// How long somebody may take to sign in elsewhere.
const VALID: Duration = Duration::from_secs(600);
/// How many may be away at one time; one more lets the oldest go.
const AWAY_MAX: usize = 10_000;

/// What somebody was sent away with.
#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub(super) provider: String,
    /// What his browser keeps.
    pub(super) cookie: String,
    /// What the provider must put into what it signs.
    pub(super) nonce: String,
    /// What proves that it is us who began (PKCE).
    pub(super) verifier: String,
    /// Where the provider sends him back to.
    pub(super) back: String,
    /// Where in the console he goes then.
    pub(super) to: Option<String>,
}

/// All of them, each under what it is sent away with.
#[derive(Debug, Default)]
pub(crate) struct Away {
    journeys: HashMap<[u8; 32], (Instant, Journey)>,
}

impl Away {
    pub(super) fn put(&mut self, now: Instant, state: &str, journey: Journey) {
        self.journeys.retain(|_, (until, _)| *until > now);
        if self.journeys.len() >= AWAY_MAX {
            let oldest = self.journeys.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| *key);
            oldest.map(|key| self.journeys.remove(&key));
        }
        self.journeys.insert(hashed(state), (now + VALID, journey));
    }

    /// The one with this state, once.
    pub(super) fn take(&mut self, now: Instant, state: &str) -> Option<Journey> {
        let (until, journey) = self.journeys.remove(&hashed(state))?;
        (until > now).then_some(journey)
    }
}
