//! Sign-ins that are half-way: what has been proved so far, under a secret that the next step brings.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bell_access::{Otp, PasswordHash, Proof, UserId};
use sha2::{Digest, Sha256};

/// How long the next step may take: long enough to set up an authenticator.
const VALID: Duration = Duration::from_secs(600);
/// How many sign-ins may be half-way; one more lets the oldest go.
const TICKETS_MAX: usize = 10_000;

/// A sign-in that is half-way.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    /// Whose.
    pub(super) user: UserId,
    /// What has been proved.
    pub(super) proof: Proof,
    /// By what it began.
    pub(super) begun: Begun,
    /// The hash of the password that was shown: a ticket does not outlive it.
    pub(super) password: Option<PasswordHash>,
    /// What it waits for.
    pub(super) waits_for: Wanted,
}

/// By what a sign-in began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// By the password, or what stands for it.
    Here,
    /// At a provider: what is only about the password does not matter.
    Elsewhere,
}

/// What a sign-in waits for.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// A second factor.
    Factor,
    /// The first code of this authenticator.
    FirstCode(Otp),
    /// Another password.
    Password,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Tickets {
    tickets: HashMap<[u8; 32], (Instant, Ticket)>,
}

impl Tickets {
    pub(super) fn put(&mut self, now: Instant, secret: &str, ticket: Ticket) {
        self.tickets.retain(|_, (until, _)| *until > now);
        if self.tickets.len() >= TICKETS_MAX {
            let oldest = self.tickets.iter().min_by_key(|(_, (until, _))| *until).map(|(key, _)| *key);
            oldest.map(|key| self.tickets.remove(&key));
        }
        self.tickets.insert(key(secret), (now + VALID, ticket));
    }

    pub(super) fn find(&self, now: Instant, secret: &str) -> Option<Ticket> {
        let (until, ticket) = self.tickets.get(&key(secret))?;
        (*until > now).then(|| ticket.clone())
    }

    /// Uses it up; false if somebody did before.
    pub(super) fn remove(&mut self, secret: &str) -> bool {
        self.tickets.remove(&key(secret)).is_some()
    }

    /// Whoever is cut out cannot go on with what he began.
    pub(super) fn forget(&mut self, user: UserId) {
        self.tickets.retain(|_, (_, ticket)| ticket.user != user);
    }
}

/// The secret itself is not kept, as with cookies.
fn key(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(user: u64) -> Ticket {
        Ticket {
            user: UserId(user),
            proof: Proof::Password,
            begun: Begun::Here,
            password: None,
            waits_for: Wanted::Factor,
        }
    }

    #[test]
    fn a_ticket_ends_and_the_oldest_gives_way() {
        let (mut tickets, begin) = (Tickets::default(), Instant::now());
        tickets.put(begin, "first", ticket(1));
        assert_eq!(tickets.find(begin, "first").map(|ticket| ticket.user), Some(UserId(1)));
        assert!(tickets.find(begin, "other").is_none());
        assert!(tickets.find(begin + VALID, "first").is_none(), "its time is over");
        for place in 0..TICKETS_MAX {
            tickets.put(begin + Duration::from_secs(1), &place.to_string(), ticket(2));
        }
        assert!(tickets.find(begin + Duration::from_secs(1), "first").is_none(), "one too many");
        assert!(tickets.remove("7") && !tickets.remove("7"), "used once");
        tickets.forget(UserId(2));
        assert!(tickets.find(begin, "8").is_none());
    }
}
