//! Who may ask for how much: token buckets and lock-outs for sources that have not proved who they are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use bell_types::{Mono, RegistrationRefusal};

use crate::config::limits::GuardPolicy;
use crate::stack::vocabulary::{Refusal, StackEvent};
use crate::wire::Wire;

/// A token is counted in millionths, so that a slow refill loses nothing.
const TOKEN: u64 = 1_000_000;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    sources: BTreeMap<IpAddr, Source>,
    /// Sources by when they were last heard, so that the quietest is forgotten first.
    by_age: BTreeSet<(Mono, IpAddr)>,
    /// Wrong passwords by user, from anywhere.
    users: BTreeMap<Box<str>, Wrong>,
    reports: Bucket,
    unreported: u64,
}

#[derive(Clone, Copy, Debug)]
struct Source {
    heard: Mono,
    bucket: Bucket,
    wrong: Wrong,
}

/// What is left of an allowance, and when it was counted.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    spent: u64,
    counted: Mono,
}

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Wrong {
    count: u16,
    locked_until: Option<Mono>,
}

impl Bucket {
    /// Takes a token, if one is left.
    fn take(&mut self, now: Mono, per_second: u32, burst: u32) -> bool {
        let refilled = u64::try_from(now.since(self.counted).as_micros()).unwrap_or(u64::MAX);
        self.spent = self.spent.saturating_sub(refilled.saturating_mul(per_second.into()));
        self.counted = now;
        let free = self.spent + TOKEN <= u64::from(burst) * TOKEN;
        self.spent += if free { TOKEN } else { 0 };
        free
    }
}

impl Wrong {
    fn is_locked(&mut self, now: Mono) -> bool {
        let Some(until) = self.locked_until else { return false };
        if now < until {
            return true;
        }
        *self = Self::default();
        false
    }

    /// One more. Gives how many are left.
    fn add(&mut self, now: Mono, max: u16, lock_out: Duration) -> u16 {
        self.count = self.count.saturating_add(1);
        let left = max.saturating_sub(self.count);
        if left == 0 {
            self.locked_until = Some(now + lock_out);
        }
        left
    }
}

impl Guard {
    /// Whether a source that has not proved who it is may ask once more.
    pub(crate) fn admits(&mut self, wire: &Wire, source: IpAddr) -> bool {
        let policy = wire.config.guard;
        let now = wire.now.mono;
        let source = self.source(&policy, now, source);
        source.bucket.take(now, policy.requests_per_second_max, policy.burst_max)
    }

    /// Whether the source is locked out, or the user from this source. A user that has a phone at this source is not
    /// locked out there by what strangers try elsewhere.
    pub(crate) fn is_locked_out(&mut self, wire: &Wire, source: IpAddr, user: &str, at_home: bool) -> bool {
        let policy = wire.config.guard;
        let now = wire.now.mono;
        let user = !at_home && self.users.get_mut(user).is_some_and(|wrong| wrong.is_locked(now));
        self.source(&policy, now, source).wrong.is_locked(now) || user
    }

    /// A wrong password.
    pub(crate) fn wrong_password(&mut self, wire: &Wire, source: IpAddr, user: &str) -> RegistrationRefusal {
        let policy = wire.config.guard;
        let (now, max) = (wire.now.mono, policy.wrong_passwords_max);
        let by_source = self.source(&policy, now, source).wrong.add(now, max, policy.lock_out);
        if self.users.len() >= policy.sources_max && !self.users.contains_key(user) {
            self.users.retain(|_, wrong| wrong.is_locked(now));
        }
        let by_user = match self.users.len() < policy.sources_max || self.users.contains_key(user) {
            true => self.users.entry(user.into()).or_default().add(now, max, policy.lock_out),
            false => max,
        };
        RegistrationRefusal::WrongPassword { attempts_left: by_source.min(by_user) }
    }

    /// The right password: what went wrong before was a typing error.
    pub(crate) fn right_password(&mut self, source: IpAddr, user: &str) {
        self.users.remove(user);
        if let Some(source) = self.sources.get_mut(&source) {
            source.wrong = Wrong::default();
        }
    }

    /// Reports a refusal, unless too many are.
    pub(crate) fn refused(&mut self, wire: &mut Wire, source: IpAddr, why: Refusal) {
        if !self.may_report(wire) {
            self.unreported += 1;
            return;
        }
        let more = std::mem::take(&mut self.unreported);
        wire.event(StackEvent::Refused { source, why, more });
    }

    /// Whether one more event about somebody we do not know may be raised.
    pub(crate) fn may_report(&mut self, wire: &Wire) -> bool {
        let max = wire.config.guard.reports_per_second_max;
        self.reports.take(wire.now.mono, max, max)
    }

    fn source(&mut self, policy: &GuardPolicy, now: Mono, address: IpAddr) -> &mut Source {
        let new = Source { heard: now, bucket: Bucket::default(), wrong: Wrong::default() };
        let known = self.sources.get(&address).copied();
        match known {
            Some(source) => drop(self.by_age.remove(&(source.heard, address))),
            None if self.sources.len() >= policy.sources_max.max(1) => {
                if let Some((_, quietest)) = self.by_age.pop_first() {
                    self.sources.remove(&quietest);
                }
            }
            None => {}
        }
        self.by_age.insert((now, address));
        let source = self.sources.entry(address).or_insert(new);
        source.heard = now;
        source
    }
}
