//! Carriers: where they are, whether they are up, how many calls they carry, and our registrations with them.

mod health;
mod reach;
mod registering;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use bell_types::{Cidr, TrunkName};
use bytes::Bytes;

use crate::config::Config;
use crate::config::trunk::{Destination, Trunk};
use crate::desk::Desk;
use crate::msg::message::Response;
use crate::stack::vocabulary::{LookupId, Resolved};
use crate::trunk::health::Health;
use crate::trunk::registering::Registering;
use crate::txn::{ClientKey, Failure};
use crate::wire::Wake;

/// What a trunk has to do from time to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chore {
    /// Look up its destinations.
    Lookup,
    /// Register.
    Register,
    /// Ask its destinations whether they are there.
    Probe,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Trunks {
    states: BTreeMap<TrunkName, State>,
    lookups: BTreeMap<LookupId, (TrunkName, Destination)>,
    last_lookup: u64,
}

/// What we know of one.
#[derive(Debug, Default)]
struct State {
    /// Calls it carries.
    calls: u32,
    /// Where its destinations are, as far as they have been found.
    found: BTreeMap<Destination, Vec<Resolved>>,
    /// How its destinations are, as far as they are probed.
    health: BTreeMap<SocketAddr, Health>,
    registration: Registering,
    /// Whether we said that it is up, or down.
    said_up: Option<bool>,
}

impl Trunks {
    /// The trunk that an address belongs to: the one with the longest matching range.
    pub(crate) fn of_source(config: &Config, source: IpAddr) -> Option<(&TrunkName, &Trunk)> {
        let matching = config.trunks.iter().filter_map(|(name, trunk)| {
            let ranges = trunk.sources.iter().filter(|range| range.contains(source));
            let longest = ranges.map(Cidr::length).max()?;
            Some((longest, name, trunk))
        });
        // Of equals the first by name.
        let best = matching.max_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(one.1)));
        best.map(|(_, name, trunk)| (name, trunk))
    }

    /// One call more, unless the trunk carries as many as it may.
    pub(crate) fn take_call(&mut self, name: &TrunkName, trunk: &Trunk) -> bool {
        let state = self.states.entry(name.clone()).or_default();
        let free = state.calls < trunk.calls_max;
        state.calls += u32::from(free);
        free
    }

    /// One call less.
    pub(crate) fn give_call_back(&mut self, name: &TrunkName) {
        if let Some(state) = self.states.get_mut(name) {
            state.calls = state.calls.saturating_sub(1);
        }
    }

    /// Takes a new configuration: forgets what is no longer in it, and begins the chores of what is.
    pub(crate) fn configured(&mut self, desk: &mut Desk) {
        let config = desk.wire.config.clone();
        self.states.retain(|name, state| config.trunks.contains_key(name) || state.calls > 0);
        for (name, trunk) in &config.trunks {
            self.states.entry(name.clone()).or_default();
            self.look_up(desk, name);
            // What is under way goes on; only what is new begins.
            if !self.is_registering(name) {
                self.register(desk, name);
            }
            self.judge(desk, name, trunk, None);
            if !desk.wire.timers.is_set(&Wake::Trunk(name.clone(), Chore::Probe)) {
                self.probe(desk, name);
            }
        }
    }

    /// A response to a request of a trunk.
    pub(crate) fn heard(
        &mut self,
        desk: &mut Desk,
        name: &TrunkName,
        key: ClientKey,
        response: &Response,
        request: Option<&Bytes>,
    ) {
        if !self.registered(desk, name, key, response, request) && response.status().is_final() {
            self.probed(desk, name, key, true);
        }
    }

    /// A request of a trunk got no response.
    pub(crate) fn unheard(&mut self, desk: &mut Desk, name: &TrunkName, key: ClientKey, failure: Failure) {
        if !self.unregistered(desk, name, key, failure) {
            self.probed(desk, name, key, false);
        }
    }
}
