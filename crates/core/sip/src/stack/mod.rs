//! The stack: transactions, dialogs, registrations and trunks as one state machine.

mod command;
pub(crate) mod fuzz;
mod incoming;
mod proof;
mod receive;
pub(crate) mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bell_types::{Cause, EndpointName, LoginId, Mono, Now, TrunkName};

use crate::config::Config;
use crate::desk::Desk;

use crate::dialog::{Dialog, End};
use crate::guard::Guard;
use crate::random::Fingerprint;
use crate::registrar::Registrar;
use crate::stack::vocabulary::{DialogId, Input, Output, Peer};
use crate::trunk::{Chore, Trunks};
use crate::txn::{ClientKey, Failure, Owner, Transactions};
use crate::wire::{Wake, Wire};

/// A SIP user agent core without sockets and clocks. It couples no two dialogs: whoever drives it does.
///
/// The same seed, configuration and inputs give the same outputs. The seed must be secret: tags, branches and nonces
/// come from it.
pub struct Stack {
    desk: Desk,
    /// Boxed: the nodes of a map stay half empty.
    calls: BTreeMap<DialogId, Box<Entry>>,
    /// Dialogs by Call-ID and our tag.
    by_tag: BTreeMap<Fingerprint, DialogId>,
    last_dialog: u64,
    trunks: Trunks,
    registrar: Registrar,
    guard: Guard,
}

/// A dialog, and the trunk on whose account it goes until it ends.
#[derive(Debug)]
struct Entry {
    dialog: Dialog,
    carried: Option<TrunkName>,
}

/// How much a stack holds, for metrics and tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Dialogs in any state.
    pub dialogs: usize,
    /// Transactions in any state.
    pub transactions: usize,
    /// Deadlines.
    pub timers: usize,
}

/// What it holds, not what it knows: there are secrets in it.
impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.load(), f)
    }
}

impl Stack {
    /// A stack with nothing in it. `now` is the time of its first chores.
    pub fn new(now: Now, seed: &[u8; 32], config: Arc<Config>) -> Self {
        let mut wire = Wire::new(seed, config.clone());
        let registrar = Registrar::new(&mut wire);
        let mut stack = Self {
            desk: Desk { wire, txns: Transactions::new() },
            calls: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            last_dialog: 0,
            trunks: Trunks::default(),
            registrar,
            guard: Guard::default(),
        };
        stack.handle(now, Input::Configured(config));
        stack
    }

    /// An id for a call that is to be made.
    pub const fn mint_dialog(&mut self) -> DialogId {
        self.last_dialog += 1;
        DialogId(self.last_dialog)
    }

    /// Something happened. Drain [`poll_output`](Self::poll_output) before the next.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.desk.wire.now = now;
        match input {
            Input::Received { flow, bytes } => self.received(flow, &bytes),
            Input::FlowClosed(flow) => {
                let failed = self.desk.txns.flow_closed(&mut self.desk.wire, flow);
                self.registrar.flow_closed(&mut self.desk, flow);
                self.fail(failed);
                self.close_flow(flow);
            }
            Input::SendFailed(hop) => {
                let failed = self.desk.txns.hop_failed(&mut self.desk.wire, hop);
                self.fail(failed);
            }
            Input::LookedUp { lookup, addresses } => self.trunks.looked_up(&mut self.desk, lookup, addresses),
            Input::Command(command) => self.command(command),
            Input::Configured(config) => self.configured(&config),
            Input::Tick => {}
        }
        while let Some(wake) = self.desk.wire.timers.expired(now.mono) {
            self.woken(wake);
        }
    }

    /// The next thing the stack wants; none when it waits.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.desk.wire.outputs.pop_front()
    }

    /// When to send [`Input::Tick`], unless something happens before.
    pub fn poll_timeout(&self) -> Option<Mono> {
        self.desk.wire.timers.next()
    }

    /// The login whose keys let this phone in.
    pub fn holder(&self, phone: &EndpointName) -> Option<LoginId> {
        self.registrar.holder(phone)
    }

    /// How much it holds.
    pub fn load(&self) -> Load {
        Load { dialogs: self.calls.len(), transactions: self.desk.txns.len(), timers: self.desk.wire.timers.len() }
    }

    fn configured(&mut self, config: &Arc<Config>) {
        self.desk.wire.config = config.clone();
        self.registrar.configured(&mut self.desk, config);
        self.trunks.configured(&mut self.desk);
    }

    fn woken(&mut self, wake: Wake) {
        match wake {
            Wake::Client(key) => {
                if let Some((owner, failure)) = self.desk.txns.client_woken(&mut self.desk.wire, key) {
                    self.unheard(key, &owner, failure);
                }
            }
            Wake::Server(key) => self.desk.txns.server_woken(&mut self.desk.wire, key),
            Wake::Dialog(id, deadline) => self.with(id, |desk, dialog| dialog.woken(desk, deadline)),
            Wake::Bindings(name) => self.registrar.woken(&mut self.desk, &name),
            Wake::Keys(name) => self.registrar.keys_woken(&mut self.desk, &name),
            Wake::Trunk(name, Chore::Lookup) => self.trunks.look_up(&mut self.desk, &name),
            Wake::Trunk(name, Chore::Register) => self.trunks.register(&mut self.desk, &name),
            Wake::Trunk(name, Chore::Probe) => self.trunks.probe(&mut self.desk, &name),
        }
    }

    fn fail(&mut self, failed: Vec<(ClientKey, Owner)>) {
        for (key, owner) in failed {
            self.unheard(key, &owner, Failure::Transport);
        }
    }

    fn unheard(&mut self, key: ClientKey, owner: &Owner, failure: Failure) {
        match owner {
            Owner::Dialog(id) => self.with(*id, |desk, dialog| dialog.unheard(desk, key, failure)),
            Owner::Trunk(name) => self.trunks.unheard(&mut self.desk, name, key, failure),
            Owner::Nobody => {}
        }
    }

    fn close_flow(&mut self, flow: crate::Flow) {
        let on_flow = |entry: &Entry| entry.dialog.is_on(flow);
        let on_it = self.calls.iter().filter(|(_, entry)| on_flow(entry));
        let on_it: Vec<_> = on_it.map(|(id, entry)| (*id, entry.dialog.peer.clone())).collect();
        for (id, peer) in on_it {
            self.with(id, |desk, dialog| dialog.flow_closed(desk, flow));
            if let Peer::Endpoint(name) = peer {
                self.follow(&name);
            }
        }
    }

    /// A phone that came back on another flow goes on with its calls there. With several contacts nobody can tell whose
    /// call it is; then its next request within the call tells. A page that was loaded anew knows nothing of the calls of the
    /// one before.
    fn follow(&mut self, name: &EndpointName) {
        let Some((contact, flow)) = self.registrar.only_place(name) else { return };
        let peer = Peer::Endpoint(name.clone());
        let of_phone = self.calls.iter().filter(|(_, entry)| entry.dialog.peer == peer);
        let ids: Vec<_> = of_phone.map(|(id, _)| *id).collect();
        for id in ids {
            self.with(id, |desk, dialog| {
                if dialog.was_of_another_page(desk, &contact) {
                    dialog.leave(desk, End::of(Cause::TransportLost), None);
                } else {
                    dialog.heard_on(desk, flow);
                }
            });
        }
    }

    /// Whether this phone is registered.
    pub fn is_registered(&self, phone: &EndpointName) -> bool {
        !self.registrar.flows(phone).is_empty()
    }

    /// Does something with a dialog, and clears it away if that was its end.
    fn with(&mut self, id: DialogId, act: impl FnOnce(&mut Desk, &mut Dialog)) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        act(&mut self.desk, &mut entry.dialog);
        self.tidy(id);
    }

    fn insert(&mut self, dialog: Dialog, carried: Option<TrunkName>) {
        let id = dialog.id;
        let print = self.desk.wire.random.print(&[dialog.call_id.as_bytes(), dialog.local_tag.as_bytes()]);
        self.by_tag.insert(print, id);
        self.calls.insert(id, Box::new(Entry { dialog, carried }));
        self.tidy(id);
    }

    fn tidy(&mut self, id: DialogId) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        if entry.dialog.has_ended()
            && let Some(trunk) = entry.carried.take()
        {
            self.trunks.give_call_back(&trunk);
        }
        if entry.dialog.is_gone() {
            let parts = [entry.dialog.call_id.as_bytes(), entry.dialog.local_tag.as_bytes()];
            self.by_tag.remove(&self.desk.wire.random.print(&parts));
            self.calls.remove(&id);
        }
    }

    /// The dialog with this Call-ID, our tag and their tag.
    fn find(&self, call_id: &str, local_tag: &str, remote_tag: &str) -> Option<DialogId> {
        let print = self.desk.wire.random.print(&[call_id.as_bytes(), local_tag.as_bytes()]);
        let id = self.by_tag.get(&print)?;
        let entry = self.calls.get(id)?;
        entry.dialog.is_with(remote_tag).then_some(*id)
    }
}
