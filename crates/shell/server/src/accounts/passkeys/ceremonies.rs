//! What browsers were asked to let passkeys sign, until they answer.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bell_access::UserId;

use crate::accounts::sign_in::hashed;

/// How long an answer may take: somebody may have to look for his key.
const VALID: Duration = Duration::from_secs(300);
/// How many may be open at one time; one more lets the oldest go.
const OPEN_MAX: usize = 10_000;

/// Whom a browser was asked for, and the challenge.
type Asked = (UserId, [u8; 32]);

/// All of them, each under the ticket that its answer brings.
#[derive(Debug, Default)]
pub(crate) struct Ceremonies {
    open: HashMap<[u8; 32], (Instant, Asked)>,
}

impl Ceremonies {
    pub(super) fn put(&mut self, now: Instant, ticket: &str, asked: Asked) {
        self.open.retain(|_, (until, _)| *until > now);
        if self.open.len() >= OPEN_MAX {
            let oldest = self.open.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| *key);
            oldest.map(|key| self.open.remove(&key));
        }
        self.open.insert(hashed(ticket), (now + VALID, asked));
    }

    /// What was asked, once.
    pub(super) fn take(&mut self, now: Instant, ticket: &str) -> Option<Asked> {
        let (until, asked) = self.open.remove(&hashed(ticket))?;
        (until > now).then_some(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_answered_once_and_in_time() {
        let (mut ceremonies, begin) = (Ceremonies::default(), Instant::now());
        ceremonies.put(begin, "a", (UserId(1), [7; 32]));
        assert_eq!(ceremonies.take(begin, "b"), None);
        assert_eq!(ceremonies.take(begin, "a"), Some((UserId(1), [7; 32])));
        assert_eq!(ceremonies.take(begin, "a"), None);
        ceremonies.put(begin, "a", (UserId(1), [7; 32]));
        assert_eq!(ceremonies.take(begin + VALID, "a"), None);
    }
}
