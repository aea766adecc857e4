//! Answering challenges.

use std::fmt;

use crate::digest::{Algorithm, Proof, Secret};
use crate::msg::auth::Challenge;
use crate::msg::build::Quoted;
use crate::msg::method::Method;
use crate::msg::uri::Uri;

/// A challenge we can answer, as often as its nonce is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answerer {
    realm: Box<str>,
    nonce: Box<str>,
    opaque: Option<Box<str>>,
    algorithm: Algorithm,
    /// Whether the challenge named its algorithm: some servers do not know the parameter.
    algorithm_named: bool,
    qop_auth: bool,
    /// How often the nonce has been used.
    count: u32,
}

/// The credentials for one request, to write into Authorization or Proxy-Authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    username: Box<str>,
    realm: Box<str>,
    nonce: Box<str>,
    uri: Box<str>,
    response: String,
    algorithm: Option<Algorithm>,
    opaque: Option<Box<str>>,
    /// Count and nonce of ours.
    qop_auth: Option<(String, Box<str>)>,
}

impl Answerer {
    /// The strongest challenge that we can answer, the first of equals. `None` if there is none: another algorithm, or
    /// no quality of protection but `auth-int`.
    pub fn choose<'m>(challenges: impl Iterator<Item = Challenge<'m>>) -> Option<Self> {
        let mut best: Option<Self> = None;
        for answerable in challenges.filter_map(|challenge| Self::new(&challenge)) {
            if best.as_ref().is_none_or(|best| answerable.algorithm > best.algorithm) {
                best = Some(answerable);
            }
        }
        best
    }

    fn new(challenge: &Challenge<'_>) -> Option<Self> {
        let named = challenge.algorithm();
        let algorithm = Algorithm::from_name(named.as_deref().unwrap_or("MD5"))?;
        let qop_auth = challenge.qop().any(|qop| qop.eq_ignore_ascii_case("auth"));
        if !qop_auth && challenge.qop().next().is_some() {
            return None;
        }
        Some(Self {
            realm: challenge.realm().into(),
            nonce: challenge.nonce().into(),
            opaque: challenge.opaque().map(Into::into),
            algorithm,
            algorithm_named: named.is_some(),
            qop_auth,
            count: 0,
        })
    }

    /// The realm, to find the password by.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The credentials for one request with a fresh nonce of ours, which must not be guessable. `None` if the secret is
    /// not known for the algorithm of the challenge.
    pub fn authorize(
        &mut self,
        username: &str,
        secret: &Secret,
        method: &Method,
        uri: &Uri,
        cnonce: &str,
    ) -> Option<Authorization> {
        let hashed = secret.hashed(self.algorithm, username, &self.realm)?;
        self.count = self.count.saturating_add(1);
        let qop_auth = self.qop_auth.then(|| (format!("{:08x}", self.count), cnonce.into()));
        let proof = Proof {
            algorithm: self.algorithm,
            nonce: &self.nonce,
            method: method.as_str(),
            uri: uri.as_str(),
            qop_auth: qop_auth.as_ref().map(|(nc, cnonce): &(String, Box<str>)| (nc.as_str(), &**cnonce)),
        };
        Some(Authorization {
            response: proof.response(&hashed),
            username: username.into(),
            realm: self.realm.clone(),
            nonce: self.nonce.clone(),
            uri: uri.as_str().into(),
            algorithm: self.algorithm_named.then_some(self.algorithm),
            opaque: self.opaque.clone(),
            qop_auth,
        })
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = Quoted;
        write!(f, "Digest username={}, realm={}", quoted(&self.username), quoted(&self.realm))?;
        write!(f, ", nonce={}, uri={}", quoted(&self.nonce), quoted(&self.uri))?;
        write!(f, ", response=\"{}\"", self.response)?;
        if let Some(algorithm) = self.algorithm {
            write!(f, ", algorithm={}", algorithm.as_str())?;
        }
        if let Some(opaque) = &self.opaque {
            write!(f, ", opaque={}", quoted(opaque))?;
        }
        match &self.qop_auth {
            Some((nc, cnonce)) => write!(f, ", qop=auth, nc={nc}, cnonce={}", quoted(cnonce)),
            None => Ok(()),
        }
    }
}
