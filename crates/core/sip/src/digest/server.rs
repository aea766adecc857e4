//! Challenging users, and checking what they answer.
//!
//! A nonce carries its own expiry under an HMAC, so that a challenge costs no memory: a flood of unanswered challenges
//! leaves nothing behind. Only a nonce that was answered rightly is remembered, to refuse replays.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::Wall;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::digest::{Algorithm, Proof, Secret, hex};
use crate::msg::auth::Credentials;
use crate::msg::build::Quoted;
use crate::msg::method::Method;

/// How long nonces live and how many are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoncePolicy {
    /// How long after the challenge a nonce may be used.
    pub lifetime: Duration,
    /// How many answered nonces are remembered. If there are more, the oldest are stale before their time.
    pub remembered_max: usize,
    /// The algorithms offered, the preferred first (RFC 8760 §2.4).
    pub algorithms: Vec<Algorithm>,
}

/// Challenges and checks for one realm.
pub struct Authenticator {
    realm: Box<str>,
    key: [u8; 32],
    policy: NoncePolicy,
    /// How many nonces have been made; makes each one different.
    made: u64,
    /// The answered nonces and the counts they were used with.
    answered: BTreeMap<NonceId, Window>,
    /// Nonces up to this one have been forgotten, so they count as used.
    forgotten: Option<NonceId>,
}

/// What came of checking credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The user is who it says.
    Right,
    /// The secret is right but the nonce is too old or was used before: challenge again with [`Reason::Stale`].
    Stale,
    /// The credentials prove nothing.
    Wrong(Fault),
}

/// What is wrong with credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They are for another realm.
    Realm,
    /// The nonce is none of ours.
    Nonce,
    /// The algorithm is not one we offered, or the user's secret is not known for it.
    Algorithm,
    /// The quality of protection is not `auth`, or its nonce count is malformed.
    Qop,
    /// The response is not the one the secret gives.
    Response,
}

/// Why a challenge is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There were no credentials, or wrong ones.
    First,
    /// The credentials were right but their nonce was not fresh: the client may go on without asking its user.
    Stale,
}

/// What makes a nonce this nonce. Ordered by expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NonceId {
    /// Seconds since 1970.
    expires: i64,
    number: u64,
}

/// Which counts a nonce was used with: the highest, and a bit for each of the 64 up to it.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    highest: u32,
    used: u64,
}

impl Authenticator {
    /// An authenticator for a realm. The key is random, and secret to the node.
    pub fn new(realm: &str, key: [u8; 32], policy: NoncePolicy) -> Self {
        Self { realm: realm.into(), key, policy, made: 0, answered: BTreeMap::new(), forgotten: None }
    }

    /// The realm.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The challenges for a 401 or 407, each a WWW-Authenticate or Proxy-Authenticate of its own.
    pub fn challenge(&mut self, now: Wall, reason: Reason) -> Vec<String> {
        self.made += 1;
        let lifetime = i64::try_from(self.policy.lifetime.as_secs()).unwrap_or(i64::MAX);
        let nonce = self.sign(NonceId { expires: now.as_secs().saturating_add(lifetime), number: self.made });
        let stale = match reason {
            Reason::First => "",
            Reason::Stale => ", stale=true",
        };
        let algorithms = self.policy.algorithms.iter();
        algorithms
            .map(|algorithm| {
                let (realm, name) = (Quoted(&self.realm), algorithm.as_str());
                format!("Digest realm={realm}, nonce=\"{nonce}\", algorithm={name}, qop=\"auth\"{stale}")
            })
            .collect()
    }

    /// Checks the credentials of a request. The digest URI is hashed but not compared with the Request-URI, which
    /// proxies rewrite; that a nonce count is good once only keeps anybody from using it for another request.
    pub fn check(&mut self, now: Wall, credentials: &Credentials<'_>, method: &Method, secret: &Secret) -> Verdict {
        match self.prove(credentials, method, secret) {
            Ok((id, count)) if self.use_once(now, id, count) => Verdict::Right,
            Ok(_) => Verdict::Stale,
            Err(fault) => Verdict::Wrong(fault),
        }
    }

    /// Whether credentials answer a challenge of ours that still counts.
    pub fn is_fresh(&self, now: Wall, credentials: &Credentials<'_>) -> bool {
        self.verify(&credentials.nonce()).is_some_and(|id| id.expires > now.as_secs())
    }

    /// Whether the response is right, whatever the age of the nonce; gives the nonce and its count.
    fn prove(&self, credentials: &Credentials<'_>, method: &Method, secret: &Secret) -> Result<(NonceId, u32), Fault> {
        if credentials.realm() != *self.realm {
            return Err(Fault::Realm);
        }
        let nonce = credentials.nonce();
        let id = self.verify(&nonce).ok_or(Fault::Nonce)?;
        let algorithm = credentials.algorithm();
        let algorithm = Algorithm::from_name(algorithm.as_deref().unwrap_or("MD5"));
        let algorithm = algorithm.filter(|algorithm| self.policy.algorithms.contains(algorithm));
        let algorithm = algorithm.ok_or(Fault::Algorithm)?;
        let (qop, cnonce) = (credentials.qop(), credentials.cnonce());
        let (qop_auth, count) = match (qop.as_deref(), credentials.nc(), cnonce.as_deref()) {
            // Some phones know RFC 2069 only. Such a digest counts as the first use of its nonce, and the only one.
            (None, _, _) => (None, 1),
            (Some(qop), Some(nc), Some(cnonce)) if qop.eq_ignore_ascii_case("auth") => {
                (Some((nc, cnonce)), parse_count(nc).ok_or(Fault::Qop)?)
            }
            (Some(_), _, _) => return Err(Fault::Qop),
        };
        let username = credentials.username();
        let hashed = secret.hashed(algorithm, &username, &self.realm).ok_or(Fault::Algorithm)?;
        let proof = Proof { algorithm, nonce: &nonce, method: method.as_str(), uri: &credentials.uri(), qop_auth };
        let expected = proof.response(&hashed);
        let given = credentials.response().to_ascii_lowercase();
        let equal = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        if equal && *secret != Secret::Nobody { Ok((id, count)) } else { Err(Fault::Response) }
    }

    /// Whether this nonce is fresh and was not used with this count before. From now on it was.
    fn use_once(&mut self, now: Wall, id: NonceId, count: u32) -> bool {
        let expired = |id: &NonceId| id.expires <= now.as_secs();
        if expired(&id) {
            return false;
        }
        while let Some(oldest) = self.answered.first_entry()
            && expired(oldest.key())
        {
            oldest.remove();
        }
        if !self.answered.contains_key(&id) {
            if self.forgotten.is_some_and(|forgotten| id <= forgotten) {
                return false;
            }
            self.make_room();
        }
        self.answered.entry(id).or_default().mark(count)
    }

    fn make_room(&mut self) {
        while self.answered.len() >= self.policy.remembered_max.max(1)
            && let Some((oldest, _)) = self.answered.pop_first()
        {
            self.forgotten = self.forgotten.max(Some(oldest));
        }
    }

    /// Expiry, number and their HMAC, in hex.
    fn sign(&self, id: NonceId) -> String {
        let seal = self.seal(id);
        format!("{:016x}{:016x}{}", id.expires, id.number, hex(&seal[..16]))
    }

    fn verify(&self, nonce: &str) -> Option<NonceId> {
        let id = NonceId {
            expires: i64::from_str_radix(nonce.get(..16)?, 16).ok()?,
            number: u64::from_str_radix(nonce.get(16..32)?, 16).ok()?,
        };
        bool::from(self.sign(id).as_bytes().ct_eq(nonce.as_bytes())).then_some(id)
    }

    fn seal(&self, id: NonceId) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.update(&id.expires.to_be_bytes());
        mac.update(&id.number.to_be_bytes());
        mac.update(self.realm.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl Window {
    /// Marks a count as used; false if it was, or is too far below the highest to tell.
    fn mark(&mut self, count: u32) -> bool {
        if count > self.highest {
            let ahead = count - self.highest;
            self.used = self.used.checked_shl(ahead).unwrap_or(0) | 1;
            self.highest = count;
            return true;
        }
        let bit = 1_u64.checked_shl(self.highest - count).unwrap_or(0);
        let fresh = bit != 0 && self.used & bit == 0;
        self.used |= bit;
        fresh
    }
}

/// A nonce count is hexadecimal, and begins with one (RFC 7616 §3.4).
fn parse_count(nc: &str) -> Option<u32> {
    let plain = nc.len() <= 8 && nc.bytes().all(|byte| byte.is_ascii_hexdigit());
    let count = plain.then(|| u32::from_str_radix(nc, 16).ok())?;
    count.filter(|count| *count > 0)
}
