//! Carriers.

use std::time::Duration;

use bell_types::Cidr;

use crate::Uri;
use crate::config::endpoint::Reliable;
use crate::config::number::NumberRules;
use crate::digest::Secret;
use crate::flow::Transport;
use crate::msg::via::ReplyPort;

/// A connection to a carrier.
#[derive(Clone, Debug)]
pub struct Trunk {
    /// Where calls go, in order of preference. A name without a port is looked up as SRV first.
    pub destinations: Vec<Destination>,
    /// Where its calls come from. The longest prefix of all trunks wins.
    pub sources: Vec<Cidr>,
    /// What its requests must prove by digest; none: its address is proof enough.
    pub inbound: Option<Account>,
    /// How we answer its challenges.
    pub outbound: Option<Account>,
    /// How we register with it; none: we do not.
    pub registration: Option<Registration>,
    /// How we find out whether it is alive; none: it always counts as up.
    pub probe: Option<Probe>,
    /// Numbers.
    pub numbers: NumberRules,
    /// How we tell it who calls.
    pub identity: IdentityIn,
    /// The host in From, if it must not be our address: some carriers want their own domain there.
    pub from_host: Option<Box<str>>,
    /// Calls at a time, both directions together.
    pub calls_max: u32,
    /// Which port its replies go to.
    pub reply_port: ReplyPort,
    /// Whether its Contact is what it says, or always where its messages come from.
    pub reach: Reach,
    /// Whether we send provisional responses reliably to it.
    pub reliable: Reliable,
    /// How long an answer of the name service is used at most.
    pub lookup_interval: Duration,
}

/// Where calls to a trunk go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// A name or an address.
    pub host: Box<str>,
    /// The port; none: found by SRV, else the transport's.
    pub port: Option<u16>,
    /// The transport.
    pub transport: Transport,
}

/// Digest credentials.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user name.
    pub user: Box<str>,
    /// The password or HA1.
    pub secret: Secret,
}

/// How we register with a carrier.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The address that is registered: `sip:057112345678@carrier.example`.
    pub address: Uri,
    /// The domain that is asked: `sip:carrier.example`.
    pub registrar: Uri,
    /// For how long we ask.
    pub expires: Duration,
    /// The pause after the first failure; it doubles with each further one.
    pub retry_min: Duration,
    /// The longest pause.
    pub retry_max: Duration,
}

/// How we find out whether a carrier is alive: by OPTIONS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The pause between two probes of a destination.
    pub interval: Duration,
    /// Failures in a row until a destination counts as down.
    pub failures_max: u32,
    /// Answers in a row until it counts as up again.
    pub successes_min: u32,
}

/// Which header tells a carrier who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityIn {
    /// From.
    From,
    /// From, and P-Asserted-Identity (RFC 3325).
    PAssertedIdentity,
    /// From, and Remote-Party-ID.
    RemotePartyId,
}

/// Where requests within a call go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Where the Contact and the routes say (RFC 3261 §12.2.1.1).
    Contact,
    /// Where the last message of the call came from: for carriers and phones behind NAT.
    Source,
}
