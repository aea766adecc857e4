//! Digest authentication (RFC 7616, RFC 8760) with MD5 and SHA-256: [`client`] answers challenges, [`server`] makes
//! them and checks the answers. Keys and nonces of clients come in as arguments; nothing here is random.

pub mod client;
pub mod server;

#[cfg(test)]
mod tests;

use std::fmt;

use md5::Md5;
use sha2::{Digest as _, Sha256};

/// A hash that a digest is computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// What every phone can do.
    Md5,
    /// What newer ones can do too.
    Sha256,
}

impl Algorithm {
    /// The algorithm with this name; names compare without case.
    pub fn from_name(name: &str) -> Option<Self> {
        let known = [Self::Md5, Self::Sha256].into_iter();
        known.clone().find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(name))
    }

    /// The name: `SHA-256`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The hash of these pieces with colons between, in hex.
    fn hash(self, pieces: &[&str]) -> String {
        let text = pieces.join(":");
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

/// What proves who a user is.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The password itself.
    Password(Box<str>),
    /// Its hash with user and realm, `H(user:realm:password)` in hex, for each algorithm that can be used.
    Hashed {
        /// The hash for MD5.
        md5: Option<Box<str>>,
        /// The hash for SHA-256.
        sha256: Option<Box<str>>,
    },
    /// There is no such user: nothing proves it, and finding out takes as long as for any other.
    Nobody,
}

impl Secret {
    /// The hashes of a password, with which nobody can find the password itself.
    pub fn hash(user: &str, realm: &str, password: &str) -> Self {
        let hash = |algorithm: Algorithm| Some(algorithm.hash(&[user, realm, password]).into());
        Self::Hashed { md5: hash(Algorithm::Md5), sha256: hash(Algorithm::Sha256) }
    }

    fn hashed(&self, algorithm: Algorithm, user: &str, realm: &str) -> Option<String> {
        match (self, algorithm) {
            (Self::Password(password), _) => Some(algorithm.hash(&[user, realm, password])),
            (Self::Nobody, _) => Some(algorithm.hash(&[user, realm, ""])),
            (Self::Hashed { md5, .. }, Algorithm::Md5) => md5.as_deref().map(str::to_ascii_lowercase),
            (Self::Hashed { sha256, .. }, Algorithm::Sha256) => sha256.as_deref().map(str::to_ascii_lowercase),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a digest is computed over, apart from the secret.
struct Proof<'a> {
    algorithm: Algorithm,
    nonce: &'a str,
    method: &'a str,
    uri: &'a str,
    /// Count and nonce of the client, both as they stand in the header; none in a digest of RFC 2069.
    qop_auth: Option<(&'a str, &'a str)>,
}

impl Proof<'_> {
    /// The response, in hex (RFC 7616 §3.4.1).
    fn response(&self, hashed_secret: &str) -> String {
        let action = self.algorithm.hash(&[self.method, self.uri]);
        match self.qop_auth {
            Some((nc, cnonce)) => {
                let pieces = [hashed_secret, self.nonce, nc, cnonce, "auth", &action];
                self.algorithm.hash(&pieces)
            }
            None => self.algorithm.hash(&[hashed_secret, self.nonce, &action]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
