//! The registrar (RFC 3261 §10): where our phones are, and the flows that lead to them.

mod keys;
mod request;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;

use bell_types::{Cause, EndpointName, LoginId, Mono};

use crate::config::Config;
use crate::desk::Desk;
use crate::dialog::Path;
use crate::digest::server::{Authenticator, NoncePolicy};
use crate::flow::{Flow, Hop};
use crate::msg::uri::Uri;
use crate::registrar::keys::Keys;
use crate::stack::vocabulary::StackEvent;
use crate::wire::{Wake, Wire};

/// See the module.
pub(crate) struct Registrar {
    pub(crate) authenticator: Authenticator,
    bindings: BTreeMap<EndpointName, Vec<Binding>>,
    by_flow: BTreeMap<Flow, BTreeSet<EndpointName>>,
    /// Phones by the user name of their credentials.
    users: BTreeMap<Box<str>, EndpointName>,
    keys: Keys,
    /// Phones that may not register.
    barred: BTreeSet<EndpointName>,
}

/// One contact of a phone, and the flow it registered on.
#[derive(Clone, Debug)]
struct Binding {
    contact: Uri,
    flow: Flow,
    /// Whose key proved it; none for a password of its own.
    login: Option<LoginId>,
    /// `+sip.instance` and `reg-id`, which a phone keeps over restarts (RFC 5626).
    instance: Option<Box<str>>,
    call_id: Box<str>,
    cseq: u32,
    /// Preference in thousandths (RFC 3261 §20.10).
    q: u16,
    expires: Mono,
}

impl Registrar {
    pub(crate) fn new(wire: &mut Wire) -> Self {
        Self {
            authenticator: authenticator(wire),
            bindings: BTreeMap::new(),
            by_flow: BTreeMap::new(),
            users: BTreeMap::new(),
            keys: Keys::default(),
            barred: BTreeSet::new(),
        }
    }

    /// Takes a new configuration. Phones that are no longer in it are gone.
    pub(crate) fn configured(&mut self, desk: &mut Desk, config: &Arc<Config>) {
        self.users = config.endpoints.iter().map(|(name, endpoint)| (endpoint.user.clone(), name.clone())).collect();
        if self.authenticator.realm() != &*config.realm {
            self.authenticator = authenticator(&mut desk.wire);
        }
        self.keys_configured(desk);
        let gone: Vec<_> = self.bindings.keys().filter(|name| !config.endpoints.contains_key(*name)).cloned().collect();
        for name in gone {
            self.drop_bindings(desk, &name, Cause::Forbidden, |_| true);
        }
    }

    /// The phone with this name, or with this user name.
    pub(crate) fn endpoint(&self, config: &Config, user: &str) -> Option<EndpointName> {
        let by_name = EndpointName::new(user).ok().filter(|name| config.endpoints.contains_key(name));
        by_name.or_else(|| self.users.get(user).cloned())
    }

    /// From now on these phones may not register, and no others. Those that have are gone.
    pub(crate) fn bar(&mut self, desk: &mut Desk, barred: BTreeSet<EndpointName>) {
        let gone: Vec<_> = self.bindings.keys().filter(|name| barred.contains(*name)).cloned().collect();
        self.barred = barred;
        for name in gone {
            self.drop_bindings(desk, &name, Cause::Forbidden, |_| true);
        }
    }

    /// Whether this phone may not register.
    pub(crate) fn is_barred(&self, name: &EndpointName) -> bool {
        self.barred.contains(name)
    }

    /// Whether a phone of ours is registered on this flow.
    pub(crate) fn knows(&self, flow: &Flow) -> bool {
        self.by_flow.contains_key(flow)
    }

    /// Whether this phone is registered from this address.
    pub(crate) fn is_at(&self, name: &EndpointName, source: SocketAddr) -> bool {
        let bindings = self.bindings.get(name).into_iter().flatten();
        bindings.into_iter().any(|binding| binding.flow.remote().ip() == source.ip())
    }

    /// The ways to a phone, the preferred first.
    pub(crate) fn paths(&self, name: &EndpointName) -> VecDeque<Path> {
        let mut bindings: Vec<_> = self.bindings.get(name).into_iter().flatten().collect();
        bindings.sort_by(|one, other| other.q.cmp(&one.q).then(other.expires.cmp(&one.expires)));
        let path = |binding: &Binding| Path { uri: binding.contact.clone(), hop: Hop::Flow(binding.flow) };
        bindings.into_iter().map(path).collect()
    }

    /// Where a phone is that is in one place.
    pub(crate) fn only_place(&self, name: &EndpointName) -> Option<(Uri, Flow)> {
        match self.bindings.get(name)?.as_slice() {
            [Binding { contact, flow, .. }] => Some((contact.clone(), *flow)),
            _ => None,
        }
    }

    /// The flows that lead to a phone.
    pub(crate) fn flows(&self, name: &EndpointName) -> Vec<Flow> {
        self.bindings.get(name).into_iter().flatten().map(|binding| binding.flow).collect()
    }

    /// A connection closed: what was registered on it is gone at once.
    pub(crate) fn flow_closed(&mut self, desk: &mut Desk, flow: Flow) {
        for name in self.by_flow.get(&flow).cloned().unwrap_or_default() {
            self.drop_bindings(desk, &name, Cause::TransportLost, |binding| binding.flow == flow);
        }
    }

    /// The deadline of a phone's bindings.
    pub(crate) fn woken(&mut self, desk: &mut Desk, name: &EndpointName) {
        let now = desk.wire.now.mono;
        self.drop_bindings(desk, name, Cause::Timeout, |binding| binding.expires <= now);
    }

    /// Drops some bindings of a phone; with the last one the phone is down.
    fn drop_bindings(&mut self, desk: &mut Desk, name: &EndpointName, cause: Cause, gone: impl Fn(&Binding) -> bool) {
        let some = |bindings: &Vec<Binding>| bindings.iter().any(&gone);
        if !self.bindings.get(name).is_some_and(some) {
            return;
        }
        let left = self.change(desk, name, |bindings| bindings.retain(|binding| !gone(binding)));
        if left == 0 {
            desk.event(StackEvent::EndpointDown { endpoint: name.clone(), cause });
        }
    }

    /// Changes the bindings of a phone, and brings the index of flows and the deadline in line. Gives how many are left.
    fn change(&mut self, desk: &mut Desk, name: &EndpointName, change: impl FnOnce(&mut Vec<Binding>)) -> usize {
        let mut bindings = self.bindings.remove(name).unwrap_or_default();
        for binding in &bindings {
            if let Some(names) = self.by_flow.get_mut(&binding.flow) {
                names.remove(name);
            }
            if self.by_flow.get(&binding.flow).is_some_and(BTreeSet::is_empty) {
                self.by_flow.remove(&binding.flow);
            }
        }
        change(&mut bindings);
        for binding in &bindings {
            self.by_flow.entry(binding.flow).or_default().insert(name.clone());
        }
        match bindings.iter().map(|binding| binding.expires).min() {
            Some(next) => desk.wire.wake_at(Wake::Bindings(name.clone()), next),
            None => desk.wire.timers.clear(&Wake::Bindings(name.clone())),
        }
        let left = bindings.len();
        if left > 0 {
            self.bindings.insert(name.clone(), bindings);
        }
        left
    }
}

fn authenticator(wire: &mut Wire) -> Authenticator {
    let mut key = [0; 32];
    key[..16].copy_from_slice(&wire.random.next_u128().to_be_bytes());
    key[16..].copy_from_slice(&wire.random.next_u128().to_be_bytes());
    let policy = &wire.config.registrar;
    let nonces = NoncePolicy {
        lifetime: policy.nonce_lifetime,
        remembered_max: policy.nonces_max,
        algorithms: policy.challenges.algorithms(),
    };
    Authenticator::new(&wire.config.realm, key, nonces)
}
