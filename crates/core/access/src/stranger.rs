//! Names that nobody has. They are answered as if somebody had them, attempts left included, so that nobody finds out who
//! has an account by asking.

use std::collections::BTreeMap;

use bell_types::Wall;
use sha2::{Digest, Sha256};

use crate::account::{Shut, Tried};
use crate::failures::Failures;
use crate::policy::Policy;

/// How many names are remembered; then the one that was tried longest ago is forgotten.
pub const STRANGERS_MAX: usize = 10_000;

/// The names that nobody has and somebody tried.
#[derive(Clone, Debug, Default)]
pub struct Strangers {
    /// By the hash of the name: whoever tries names chooses how long they are.
    tried: BTreeMap<[u8; 32], Failures>,
}

impl Strangers {
    /// A password was tried for a name that nobody has. Before it is called the shell hashes the password all the same:
    /// the time must say nothing either.
    pub fn try_password(&mut self, now: Wall, name: &str, policy: &Policy) -> Tried {
        let name: [u8; 32] = Sha256::digest(name).into();
        if !self.tried.contains_key(&name) && self.tried.len() >= STRANGERS_MAX {
            self.forget_one();
        }
        let failures = self.tried.entry(name).or_default();
        match failures.shut_until(now, policy) {
            Some(until) => Tried::Shut(Shut::WrongPasswords { until }),
            None => Tried::Wrong { left: failures.fail(now, policy) },
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.tried.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.tried.is_empty()
    }

    fn forget_one(&mut self) {
        let oldest = self.tried.iter().min_by_key(|(_, failures)| failures.last).map(|(name, _)| *name);
        oldest.map(|name| self.tried.remove(&name));
    }
}
