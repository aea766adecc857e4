//! Whether a trunk can be used: its destinations answer OPTIONS, and we are registered with it where we have to be.

use std::net::SocketAddr;

use bell_types::{Cause, TrunkName};

use crate::config::trunk::{Probe, Trunk};
use crate::desk::Desk;
use crate::dialog::Path;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::value::CSeq;
use crate::stack::vocabulary::StackEvent;
use crate::trunk::{Chore, State, Trunks};
use crate::txn::{ClientKey, Owner};
use crate::wire::Wake;

/// What we know of one destination.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// The probe that waits for its answer.
    asked: Option<ClientKey>,
    /// Failures in a row, or since it went down answers in a row.
    count: u32,
    down: bool,
}

impl Health {
    /// Counts one answer, or its absence.
    fn count(&mut self, answered: bool, probe: &Probe) {
        if answered != self.down {
            self.count = 0;
            return;
        }
        self.count += 1;
        let enough = if self.down { probe.successes_min } else { probe.failures_max };
        if self.count >= enough.max(1) {
            self.down = !self.down;
            self.count = 0;
        }
    }
}

impl State {
    /// Whether calls may go to this address.
    pub(super) fn is_usable(&self, address: SocketAddr) -> bool {
        self.health.get(&address).is_none_or(|health| !health.down)
    }

    fn is_up(&self, trunk: &Trunk) -> bool {
        let registered = trunk.registration.is_none() || self.registration.is_registered();
        let reachable = self.health.is_empty() || self.health.values().any(|health| !health.down);
        registered && reachable
    }
}

impl Trunks {
    /// Says so if a trunk came up or went down.
    pub(super) fn judge(&mut self, desk: &mut Desk, name: &TrunkName, trunk: &Trunk, cause: Option<Cause>) {
        let Some(state) = self.states.get_mut(name) else { return };
        let up = state.is_up(trunk);
        let said = match (state.said_up, up, cause) {
            (Some(said), _, _) if said == up => return,
            // Before the first registration nothing has gone wrong yet.
            (None, false, None) => return,
            (_, true, _) => StackEvent::TrunkUp { trunk: name.clone() },
            (_, false, cause) => StackEvent::TrunkDown { trunk: name.clone(), cause: cause.unwrap_or(Cause::Timeout) },
        };
        state.said_up = Some(up);
        desk.event(said);
    }

    /// Whether a trunk is known not to work.
    pub(crate) fn is_down(&self, name: &TrunkName) -> bool {
        self.states.get(name).is_some_and(|state| state.said_up == Some(false))
    }

    /// Asks every destination whether it is there. One that has not answered the last time by now has failed.
    pub(crate) fn probe(&mut self, desk: &mut Desk, name: &TrunkName) {
        let config = desk.wire.config.clone();
        let Some((trunk, probe)) = config.trunks.get(name).and_then(|trunk| Some((trunk, trunk.probe?))) else {
            return;
        };
        desk.wire.wake_in(Wake::Trunk(name.clone(), Chore::Probe), probe.interval);
        let paths = self.hops(desk, name, trunk, None);
        let Some(state) = self.states.get_mut(name) else { return };
        let present: Vec<_> = paths.iter().map(|path| path.hop.remote()).collect();
        state.health.retain(|address, _| present.contains(address));
        for path in paths {
            let health = state.health.entry(path.hop.remote()).or_default();
            if let Some(key) = health.asked.take() {
                desk.txns.abandon(&mut desk.wire, key);
                health.count(false, &probe);
            }
            health.asked = Some(send_options(desk, name, &path));
        }
        self.judge(desk, name, trunk, Some(Cause::Timeout));
    }

    /// The answer to a probe, or that none came. False if it was none.
    pub(super) fn probed(&mut self, desk: &mut Desk, name: &TrunkName, key: ClientKey, answered: bool) -> bool {
        let config = desk.wire.config.clone();
        let found = config.trunks.get(name).and_then(|trunk| Some((trunk, trunk.probe?)));
        let (Some((trunk, probe)), Some(state)) = (found, self.states.get_mut(name)) else { return false };
        let Some(health) = state.health.values_mut().find(|health| health.asked == Some(key)) else { return false };
        health.asked = None;
        health.count(answered, &probe);
        self.judge(desk, name, trunk, Some(Cause::Timeout));
        true
    }
}

fn send_options(desk: &mut Desk, name: &TrunkName, path: &Path) -> ClientKey {
    let (tag, call_id) = (desk.wire.random.token(), desk.wire.random.token());
    let contact = desk.wire.contact(&path.hop, "");
    desk.send(Owner::Trunk(name.clone()), &Method::Options, &path.uri, path.hop, |wire, builder| {
        builder
            .header(HeaderName::From, format_args!("{contact};tag={tag}"))
            .header(HeaderName::To, format_args!("<{}>", path.uri))
            .header(HeaderName::CallId, call_id)
            .header(HeaderName::CSeq, CSeq { number: 1, method: Method::Options })
            .header(HeaderName::Contact, &contact)
            .header(HeaderName::Accept, "application/sdp")
            .header(HeaderName::UserAgent, &wire.config.product)
            .finish()
    })
}
