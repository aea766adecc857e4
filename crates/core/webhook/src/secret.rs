//! Signatures: Standard Webhooks, symmetric, `v1`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How many random bytes a secret is; the specification wants 24 to 64.
pub const SECRET_LEN: usize = 32;

/// What messages to one address are signed with. Both sides know it.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret([u8; SECRET_LEN]);

impl WebhookSecret {
    /// Of random bytes.
    pub const fn new(random: [u8; SECRET_LEN]) -> Self {
        Self(random)
    }

    /// Its bytes, to be kept.
    pub const fn as_bytes(&self) -> &[u8; SECRET_LEN] {
        &self.0
    }

    /// As the receiver is given it, once: `whsec_…`.
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The header `webhook-signature` of a message: over its id, the seconds since 1970 at which it is sent, and its body.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// A secret stands in no log.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}
