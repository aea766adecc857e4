//! How much of everything there may be, and what strangers get.

use std::time::Duration;

use crate::digest::Algorithm;

/// How much the stack holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackLimits {
    /// Calls in any state. At the limit a new INVITE gets a stateless 503.
    pub dialogs_max: usize,
    /// Transactions in any state, of both kinds. At the limit new requests outside calls get a stateless 503.
    pub transactions_max: usize,
    /// Outputs that wait to be polled. At the limit new INVITEs get a stateless 503: the shell is not keeping up.
    pub outputs_max: usize,
    /// What a 503 tells the other side to wait.
    pub retry_after: Duration,
    /// Branches of one INVITE of ours, by forking on our side or on theirs.
    pub forks_max: usize,
    /// How often one request may be repeated with credentials.
    pub challenges_max: u8,
    /// Hops of a route.
    pub routes_max: usize,
    /// NOTIFYs of one REFER.
    pub notifies_max: u8,
}

/// How sources are treated that are neither a trunk nor a phone that has registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardPolicy {
    /// What a request gets that comes from no trunk and names no phone of ours.
    pub strangers: Strangers,
    /// Requests per second that a source may send before it has proved who it is.
    pub requests_per_second_max: u32,
    /// Requests it may send at once, after a pause.
    pub burst_max: u32,
    /// Sources that are watched at the same time; at the limit the one that has been quiet longest is forgotten.
    pub sources_max: usize,
    /// Wrong passwords until a source, and a user name from everywhere, is locked out.
    pub wrong_passwords_max: u16,
    /// For how long.
    pub lock_out: Duration,
    /// Refusals that are reported per second; the rest is only counted.
    pub reports_per_second_max: u32,
}

/// What a request gets from us that comes from nobody we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// Nothing at all. A scanner cannot tell that we are here.
    Silence,
    /// 403, never larger than the request was.
    Forbidden,
}

/// How phones register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrarPolicy {
    /// The shortest registration; a shorter one gets 423.
    pub expires_min: Duration,
    /// The longest registration; a longer one is shortened.
    pub expires_max: Duration,
    /// What a phone gets that names no time.
    pub expires_default: Duration,
    /// How long a nonce is good. After that a phone has to compute anew, without its user noticing.
    pub nonce_lifetime: Duration,
    /// How many answered nonces are remembered, to refuse replays.
    pub nonces_max: usize,
    /// Which challenges phones get.
    pub challenges: Challenges,
}

/// Which digest challenges phones get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenges {
    /// MD5 alone. Phones on older stacks (libre before 2.1) give up at a challenge they do not know, although they should
    /// pass it over (RFC 8760 §2.4).
    Md5,
    /// SHA-256, and MD5 for those that cannot.
    Sha256AndMd5,
}

impl Challenges {
    /// The algorithms, the preferred first.
    pub(crate) fn algorithms(self) -> Vec<Algorithm> {
        match self {
            Self::Md5 => vec![Algorithm::Md5],
            Self::Sha256AndMd5 => vec![Algorithm::Sha256, Algorithm::Md5],
        }
    }
}
