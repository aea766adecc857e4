//! Keys of logins: what lets a browser register, for as long as somebody is logged in there.

use std::collections::BTreeMap;

use bell_types::{Cause, EndpointName, KeyEnd, LoginId, Mono};

use crate::desk::Desk;
use crate::digest::Secret;
use crate::registrar::Registrar;
use crate::stack::vocabulary::{Key, StackEvent};
use crate::wire::Wake;

/// The keys that count now. A phone is let in by those of one login; another login takes its place.
#[derive(Debug, Default)]
pub(super) struct Keys {
    held: BTreeMap<EndpointName, Held>,
    /// Phones by the user name of their keys.
    users: BTreeMap<Box<str>, EndpointName>,
}

/// What a login holds of a phone. Several keys: the page that was there before has the older one until it is told.
#[derive(Debug)]
struct Held {
    login: LoginId,
    /// The newest last.
    keys: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    user: Box<str>,
    secret: Secret,
    expires: Mono,
}

impl Keys {
    /// The phone and the login of the key with this user name, and what proves it.
    pub(super) fn find(&self, user: &str) -> Option<(&EndpointName, LoginId, &Secret)> {
        let name = self.users.get(user)?;
        let held = self.held.get(name)?;
        let kept = held.keys.iter().find(|kept| *kept.user == *user)?;
        Some((name, held.login, &kept.secret))
    }

    fn of(&self, login: LoginId) -> Vec<EndpointName> {
        let held = self.held.iter().filter(|(_, held)| held.login == login);
        held.map(|(name, _)| name.clone()).collect()
    }

    /// Drops keys of a phone. True when those were its last.
    fn drop_where(&mut self, name: &EndpointName, over: impl Fn(&Kept) -> bool) -> bool {
        let Some(held) = self.held.get_mut(name) else { return false };
        for kept in held.keys.extract_if(.., |kept| over(kept)) {
            self.users.remove(&kept.user);
        }
        let empty = held.keys.is_empty();
        if empty {
            self.held.remove(name);
        }
        empty
    }
}

impl Registrar {
    /// The login whose keys let this phone in.
    pub(crate) fn holder(&self, name: &EndpointName) -> Option<LoginId> {
        self.keys.held.get(name).map(|held| held.login)
    }

    /// The phone and the login of the key with this user name, and what proves it.
    pub(crate) fn key(&self, user: &str) -> Option<(&EndpointName, LoginId, &Secret)> {
        self.keys.find(user)
    }

    /// Lets a login in. One that was before gives way, and its registrations with it.
    pub(crate) fn give_key(&mut self, desk: &mut Desk, key: Key) {
        let Key { endpoint: name, login, user, secret, until } = key;
        let max = desk.wire.config.endpoints.get(&name).map_or(0, |endpoint| endpoint.keys_max);
        let now = desk.wire.now;
        if max == 0 || until <= now.wall {
            return;
        }
        if let Some(other) = self.holder(&name).filter(|holder| *holder != login) {
            self.end_keys_of(desk, &name, other, KeyEnd::Replaced);
        }
        let expires = now.mono + until.since(now.wall);
        let held = self.keys.held.entry(name.clone()).or_insert_with(|| Held { login, keys: Vec::new() });
        held.keys.push(Kept { user: user.clone(), secret, expires });
        if held.keys.len() > max {
            self.keys.users.remove(&held.keys.remove(0).user);
        }
        self.keys.users.insert(user, name.clone());
        desk.event(StackEvent::KeyGiven { endpoint: name.clone(), login, until });
        self.wake_for_keys(desk, &name);
    }

    /// A login is over: its keys let nobody in any more, and what registered by them is gone.
    pub(crate) fn end_login(&mut self, desk: &mut Desk, login: LoginId) {
        for name in self.keys.of(login) {
            self.end_keys_of(desk, &name, login, KeyEnd::LoginOver);
        }
    }

    /// The deadline of a phone's keys.
    pub(crate) fn keys_woken(&mut self, desk: &mut Desk, name: &EndpointName) {
        let now = desk.wire.now.mono;
        let Some(login) = self.holder(name) else { return };
        if self.keys.drop_where(name, |kept| kept.expires <= now) {
            self.keys_ended(desk, name, login, KeyEnd::Expired);
        } else {
            self.wake_for_keys(desk, name);
        }
    }

    /// Phones that take no keys any more have none.
    pub(super) fn keys_configured(&mut self, desk: &mut Desk) {
        let takes = |name: &EndpointName| desk.wire.config.endpoints.get(name).is_some_and(|phone| phone.keys_max > 0);
        let held = self.keys.held.iter().filter(|(name, _)| !takes(name));
        let gone: Vec<_> = held.map(|(name, held)| (name.clone(), held.login)).collect();
        for (name, login) in gone {
            self.end_keys_of(desk, &name, login, KeyEnd::Removed);
        }
    }

    fn end_keys_of(&mut self, desk: &mut Desk, name: &EndpointName, login: LoginId, how: KeyEnd) {
        if self.keys.drop_where(name, |_| true) {
            self.keys_ended(desk, name, login, how);
        }
    }

    fn keys_ended(&mut self, desk: &mut Desk, name: &EndpointName, login: LoginId, how: KeyEnd) {
        desk.wire.timers.clear(&Wake::Keys(name.clone()));
        desk.event(StackEvent::KeysEnded { endpoint: name.clone(), login, how });
        // Whoever takes the place registers anew: that the phone is down for a moment ends nobody's day.
        let cause = match how {
            KeyEnd::Replaced => Cause::TransportLost,
            KeyEnd::LoginOver | KeyEnd::Expired | KeyEnd::Removed => Cause::Forbidden,
        };
        self.drop_bindings(desk, name, cause, |binding| binding.login == Some(login));
    }

    fn wake_for_keys(&self, desk: &mut Desk, name: &EndpointName) {
        let keys = self.keys.held.get(name).into_iter().flat_map(|held| &held.keys);
        if let Some(next) = keys.map(|kept| kept.expires).min() {
            desk.wire.wake_at(Wake::Keys(name.clone()), next);
        }
    }
}
