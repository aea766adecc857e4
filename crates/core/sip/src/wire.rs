//! What every part of the stack works with: the time, the configuration, deadlines, chance, and the way out.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bell_types::{EndpointName, Mono, Now, TrunkName};
use bytes::Bytes;

use crate::config::Config;
use crate::dialog::deadline::Deadline;
use crate::flow::{Flow, Hop};
use crate::msg::via::BRANCH_COOKIE;
use crate::random::Random;
use crate::stack::vocabulary::{DialogId, Output, StackEvent, Way};
use crate::timer::Timers;
use crate::trunk::Chore;
use crate::txn::{ClientKey, ServerKey};

/// Who is woken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wake {
    Client(ClientKey),
    Server(ServerKey),
    Dialog(DialogId, Deadline),
    Bindings(EndpointName),
    Keys(EndpointName),
    Trunk(TrunkName, Chore),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) now: Now,
    pub(crate) config: Arc<Config>,
    pub(crate) random: Random,
    pub(crate) timers: Timers<Wake>,
    pub(crate) outputs: VecDeque<Output>,
}

impl Wire {
    pub(crate) fn new(seed: &[u8; 32], config: Arc<Config>) -> Self {
        Self { now: Now::default(), config, random: Random::new(seed), timers: Timers::new(), outputs: VecDeque::new() }
    }

    /// Sends a message; `dialog` is whose trace it belongs to.
    pub(crate) fn transmit(&mut self, to: Hop, bytes: Bytes, dialog: Option<DialogId>) {
        if let Some(dialog) = dialog {
            let trace = Output::Trace { dialog, way: Way::Out, peer: to.remote(), bytes: bytes.clone() };
            self.outputs.push_back(trace);
        }
        self.outputs.push_back(Output::Transmit { to, bytes });
    }

    /// Shows a message that came in for a dialog.
    pub(crate) fn trace(&mut self, dialog: DialogId, flow: &Flow, bytes: &Bytes) {
        self.outputs.push_back(Output::Trace { dialog, way: Way::In, peer: flow.remote(), bytes: bytes.clone() });
    }

    pub(crate) fn event(&mut self, event: StackEvent) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn wake_in(&mut self, who: Wake, delay: Duration) {
        let at = self.now.mono + delay;
        self.timers.set(who, at);
    }

    pub(crate) fn wake_at(&mut self, who: Wake, at: Mono) {
        self.timers.set(who, at);
    }

    /// A branch for a new transaction.
    pub(crate) fn branch(&mut self) -> String {
        format!("{BRANCH_COOKIE}{}", self.random.token())
    }

    /// Our Via on this hop.
    pub(crate) fn via(&self, hop: &Hop, branch: &str) -> String {
        let mut via = format!("SIP/2.0/{} ", hop.transport());
        match self.config.local(hop) {
            Some(local) => write!(via, "{}", local.advertised).unwrap_or_default(),
            None => via.push_str("invalid.invalid"),
        }
        via.push_str(";branch=");
        via.push_str(branch);
        via.push_str(";rport");
        via
    }

    /// Our Contact on this hop, in brackets.
    pub(crate) fn contact(&self, hop: &Hop, user: &str) -> String {
        let mut contact = format!("<sip:{user}");
        if !user.is_empty() {
            contact.push('@');
        }
        match self.config.local(hop) {
            Some(local) => write!(contact, "{}", local.advertised).unwrap_or_default(),
            None => contact.push_str("invalid.invalid"),
        }
        if let Some(transport) = hop.transport().uri_param() {
            contact.push_str(";transport=");
            contact.push_str(transport);
        }
        contact.push('>');
        contact
    }
}
