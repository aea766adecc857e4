//! Phones of ours.

use std::net::IpAddr;

use bell_types::{Cidr, NumberPlan};

use crate::digest::Secret;
use crate::flow::Transport;

/// A phone or softphone that may register and call.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The user name of its digest credentials.
    pub user: Box<str>,
    /// What proves that it is the one. Without it nobody is: a browser is let in by the key of a login alone.
    pub secret: Option<Secret>,
    /// How many keys a login may hold that let it in; 0: it is no browser, and takes none.
    pub keys_max: usize,
    /// How many contacts it may have at a time.
    pub contacts_max: usize,
    /// Where it may come from; empty for anywhere.
    pub sources: Vec<Cidr>,
    /// Over what it may register and call.
    pub signalling: Signalling,
    /// What its dialled numbers mean.
    pub plan: NumberPlan,
    /// Whether we send provisional responses reliably to it.
    pub reliable: Reliable,
}

/// Over what a phone may register and call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signalling {
    /// Any transport.
    Any,
    /// One that is encrypted: the keys of its audio travel by it.
    Secure,
}

/// When provisional responses of ours are sent reliably (RFC 3262).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reliable {
    /// Only if the other side insists.
    IfRequired,
    /// Whenever the other side can and the response carries a session description.
    WithMedia,
}

impl Endpoint {
    /// Whether it may come from this address.
    pub(crate) fn allows(&self, source: IpAddr) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|range| range.contains(source))
    }

    /// Whether it may speak over this.
    pub(crate) fn speaks_over(&self, transport: Transport) -> bool {
        self.signalling == Signalling::Any || transport.is_secure()
    }
}
