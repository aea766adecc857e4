//! Where the destinations of a trunk are (RFC 3263): addresses given literally, or answers of the name service, which
//! are fetched ahead so that no call waits for them.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use bell_types::{Number, TrunkName};

use crate::config::trunk::{Destination, Trunk};
use crate::desk::Desk;
use crate::dialog::Path;
use crate::msg::host::Host;
use crate::msg::uri::Uri;
use crate::random::Random;
use crate::stack::vocabulary::{LookupId, Output, Resolved};
use crate::trunk::{Chore, Trunks};
use crate::wire::Wake;

/// How soon a name is looked up again that was not found.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl Trunks {
    /// Asks for the addresses of every destination that is a name.
    pub(crate) fn look_up(&mut self, desk: &mut Desk, name: &TrunkName) {
        let config = desk.wire.config.clone();
        let Some(trunk) = config.trunks.get(name) else { return };
        let mut asked = false;
        // Questions that were never answered are forgotten.
        self.lookups.retain(|_, (asker, _)| asker != name);
        for destination in &trunk.destinations {
            if destination.host.parse::<IpAddr>().is_ok() {
                continue;
            }
            asked = true;
            self.last_lookup += 1;
            let lookup = LookupId(self.last_lookup);
            self.lookups.insert(lookup, (name.clone(), destination.clone()));
            let Destination { host, port, transport } = destination.clone();
            desk.wire.outputs.push_back(Output::Lookup { lookup, host, port, transport });
        }
        if asked {
            desk.wire.wake_in(Wake::Trunk(name.clone(), Chore::Lookup), trunk.lookup_interval);
        }
    }

    /// An answer of the name service. An empty one changes nothing: what was found before is better than nothing.
    pub(crate) fn looked_up(&mut self, desk: &mut Desk, lookup: LookupId, addresses: Vec<Resolved>) {
        let Some((name, destination)) = self.lookups.remove(&lookup) else { return };
        if addresses.is_empty() {
            return desk.wire.wake_in(Wake::Trunk(name, Chore::Lookup), LOOK_AGAIN);
        }
        if let Some(state) = self.states.get_mut(&name) {
            state.found.insert(destination, addresses);
        }
    }

    /// The ways to a number, the best first.
    pub(crate) fn paths(&self, desk: &mut Desk, name: &TrunkName, trunk: &Trunk, number: &Number) -> VecDeque<Path> {
        let dialled = trunk.numbers.dialled(number);
        let mut paths = self.hops(desk, name, trunk, Some(&dialled));
        if let Some(state) = self.states.get(name) {
            paths.retain(|path| state.is_usable(path.hop.remote()));
        }
        paths.into()
    }

    /// A request-URI and hop for every address of a trunk, the best first.
    pub(crate) fn hops(&self, desk: &mut Desk, name: &TrunkName, trunk: &Trunk, user: Option<&str>) -> Vec<Path> {
        let found = self.states.get(name).map(|state| &state.found);
        let mut paths = Vec::new();
        for destination in &trunk.destinations {
            let literal = destination.host.parse::<IpAddr>().ok();
            let mut addresses = match literal {
                Some(address) => {
                    let port = destination.port.unwrap_or(destination.transport.default_port());
                    vec![Resolved { address: (address, port).into(), priority: 0, weight: 0 }]
                }
                None => found.and_then(|found| found.get(destination)).cloned().unwrap_or_default(),
            };
            order(&mut addresses, &mut desk.wire.random);
            let host = literal.map_or(Host::Name(&destination.host), Host::Ip);
            let uri = request_uri(user, host, destination);
            let hops = addresses.into_iter().filter_map(|found| {
                let hop = desk.wire.config.hop(destination.transport, found.address)?;
                Some(Path { uri: uri.clone()?, hop })
            });
            paths.extend(hops);
        }
        paths
    }
}

fn request_uri(user: Option<&str>, host: Host<'_>, destination: &Destination) -> Option<Uri> {
    let uri = Uri::sip(user, host, destination.port).ok()?;
    match destination.transport.uri_param() {
        Some(transport) => uri.with_param("transport", Some(transport)).ok(),
        None => Some(uri),
    }
}

/// By priority; among equals by chance, each with its weight (RFC 2782).
fn order(addresses: &mut [Resolved], random: &mut Random) {
    addresses.sort_by_key(|found| (found.priority, found.weight, found.address));
    let mut rest = addresses;
    while let Some(first) = rest.first() {
        let equals = rest.iter().take_while(|found| found.priority == first.priority).count();
        let total: u64 = rest[..equals].iter().map(|found| u64::from(found.weight) + 1).sum();
        let mut drawn = random.below(total);
        let chosen = rest[..equals].iter().position(|found| {
            let share = u64::from(found.weight) + 1;
            let hit = drawn < share;
            drawn = drawn.saturating_sub(share);
            hit
        });
        rest[..equals].rotate_left(chosen.unwrap_or(0));
        rest = &mut rest[1..];
    }
}
