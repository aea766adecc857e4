//! Audio that is encrypted (SRTP, RFC 3711) with keys from the signalling (SDES, RFC 4568), as everybody but the two edges
//! knows it: by references. A key is never seen here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{CallId, LegId};

/// Whether the audio of a phone is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Srtp {
    /// We do not offer it; a phone that offers it gets it.
    #[default]
    Off,
    /// We offer it, and take audio in the clear from a phone that does not (RFC 8643).
    Offered,
    /// No call without it.
    Required,
}

/// How packets are encrypted and authenticated (RFC 4568 §6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SrtpSuite {
    /// AES in counter mode, and 80 bits of HMAC-SHA-1.
    Sha1Tag80,
    /// The same with 32 bits; RTCP keeps 80.
    Sha1Tag32,
}

/// What stands where a key stood: in the journal, in traces, in the core. As long as the key of a suite in base64, and with
/// a character that base64 does not have, so that neither is ever taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyRef {
    /// A key of ours. It follows from this and from a secret of the running process.
    Ours {
        /// The leg that is encrypted with it.
        leg: LegId,
        /// The leg's how-manieth dialog: whom it was told in an earlier one does not know the next.
        attempt: u16,
        /// The suite it is for: two suites never share a key (RFC 4568 §6.1).
        suite: SrtpSuite,
    },
    /// A key that the other side told; so many were told before.
    Theirs(u64),
}

/// The keys of ours for one dialog of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnKeys {
    /// The leg.
    pub leg: LegId,
    /// Its how-manieth dialog.
    pub attempt: u16,
}

/// What both sides agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SrtpKeys {
    /// How.
    pub suite: SrtpSuite,
    /// What we send is under this key.
    pub ours: KeyRef,
    /// What the other side sends is under this one.
    pub theirs: KeyRef,
}

/// It is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no reference to a key")]
pub struct NoKeyRef;

impl SrtpSuite {
    /// Every suite, in our order of preference.
    pub const ALL: [Self; 2] = [Self::Sha1Tag80, Self::Sha1Tag32];

    /// The name in SDP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1Tag80 => "AES_CM_128_HMAC_SHA1_80",
            Self::Sha1Tag32 => "AES_CM_128_HMAC_SHA1_32",
        }
    }

    /// The suite with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.as_str() == name)
    }

    /// How many octets of authentication a packet of RTP ends with.
    pub const fn tag_len(self) -> usize {
        match self {
            Self::Sha1Tag80 => 10,
            Self::Sha1Tag32 => 4,
        }
    }
}

impl OwnKeys {
    /// The key for a suite.
    pub const fn key(self, suite: SrtpSuite) -> KeyRef {
        KeyRef::Ours { leg: self.leg, attempt: self.attempt, suite }
    }
}

impl KeyRef {
    /// The length of a key in SDP: 30 octets in base64.
    pub const TEXT_LEN: usize = 40;
    /// What base64 does not have.
    pub const MARK: u8 = b'*';
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours { leg, attempt, suite } => {
                let (call, number) = (leg.call.as_u64(), leg.number);
                write!(f, "*o{call:016x}{number:04x}{attempt:04x}{:02}************", suite.tag_len())
            }
            Self::Theirs(number) => write!(f, "*t{number:016x}**********************"),
        }
    }
}

impl FromStr for KeyRef {
    type Err = NoKeyRef;

    fn from_str(text: &str) -> Result<Self, NoKeyRef> {
        let read = || {
            let part = |from: usize, to: usize| text.get(from..to);
            match part(0, 2)? {
                "*o" => {
                    let call = u64::from_str_radix(part(2, 18)?, 16).ok()?;
                    let number = u16::from_str_radix(part(18, 22)?, 16).ok()?;
                    let attempt = u16::from_str_radix(part(22, 26)?, 16).ok()?;
                    let tag_len: usize = part(26, 28)?.parse().ok()?;
                    let suite = SrtpSuite::ALL.into_iter().find(|suite| suite.tag_len() == tag_len)?;
                    Some(Self::Ours { leg: LegId { call: CallId::from_u64(call), number }, attempt, suite })
                }
                "*t" => Some(Self::Theirs(u64::from_str_radix(part(2, 18)?, 16).ok()?)),
                _ => None,
            }
        };
        // One way to write each.
        read().filter(|read| read.to_string() == text).ok_or(NoKeyRef)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_as_long_as_a_key_and_reads_as_it_prints() {
        let leg = LegId { call: CallId::from_u64(u64::MAX), number: u16::MAX };
        let keys = OwnKeys { leg, attempt: 3 };
        let all = [keys.key(SrtpSuite::Sha1Tag80), keys.key(SrtpSuite::Sha1Tag32), KeyRef::Theirs(7)];
        for key in all {
            let text = key.to_string();
            assert_eq!(text.len(), KeyRef::TEXT_LEN, "{text}");
            assert_eq!(text.parse(), Ok(key));
        }
        assert!(all.iter().all(|key| all.iter().filter(|other| other == &key).count() == 1));
    }

    #[test]
    fn a_key_or_what_is_left_of_one_is_no_reference() {
        let blank = "*".repeat(KeyRef::TEXT_LEN);
        let upper = KeyRef::Theirs(0xab).to_string().to_uppercase();
        let signed = format!("*t+{:015x}{}", 1, "*".repeat(22));
        let key = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
        for text in [blank.as_str(), upper.as_str(), signed.as_str(), key, "", "*t", "*t王王王王王王王王王王王王"]
        {
            assert_eq!(text.parse::<KeyRef>(), Err(NoKeyRef), "{text}");
        }
    }
}
