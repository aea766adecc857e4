//! WebAuthn Level 3, as far as a relying party checks it: what an authenticator made (§7.1), and what it signed (§7.2).
//!
//! Pure: bytes in, a verdict out. Who made the authenticator is not asked for (attestation `none`): every make is welcome.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bell_access::PasskeyOutcome;
use ciborium::Value;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The longest id of a credential, in octets (§5.8.3).
const ID_LEN_MAX: usize = 1023;
/// Flags of the authenticator's data (§6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const KEY_INCLUDED: u8 = 0x40;

/// What a ceremony must be about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub(super) challenge: &'a [u8],
    pub(super) origin: &'a str,
    pub(super) site: &'a str,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Registered {
    pub(super) id: Vec<u8>,
    /// The public key, as COSE has it.
    pub(super) key: Vec<u8>,
    pub(super) counter: u32,
}

/// What was signed.
pub(super) struct Signed<'a> {
    pub(super) client_data: &'a [u8],
    pub(super) authenticator_data: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum PasskeyFault {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Shape(&'static str),
    /// It is about something else: another ceremony, challenge, address or site.
    #[error("it is about another {0}")]
    Other(&'static str),
    /// Nobody touched the authenticator.
    #[error("nobody was present")]
    Absent,
    /// The key is of a kind that we do not know.
    #[error("its key is of no kind that is taken")]
    Key,
    /// The signature is not its.
    #[error("the signature is not right")]
    Signature,
}

/// The browser's own word on a ceremony (§5.8.1). What it adds to these fields is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// The authenticator's word (§6.1).
struct AuthenticatorData<'a> {
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

/// Reads a public key and what it verifies with.
enum Key {
    Es256(Vec<u8>),
    EdDsa(Vec<u8>),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
}

/// Checks what an authenticator made.
///
/// # Errors
/// What is wrong with it.
pub(super) fn register(
    expected: Expected<'_>,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<Registered, PasskeyFault> {
    check_client_data(expected, "webauthn.create", client_data)?;
    let mut rest = attestation;
    let object: Value = ciborium::from_reader(&mut rest).map_err(|_| PasskeyFault::Shape("attestation"))?;
    let data = object.as_map().and_then(|map| map.iter().find(|(name, _)| name.as_text() == Some("authData")));
    let data = data.and_then(|(_, data)| data.as_bytes()).ok_or(PasskeyFault::Shape("authData"))?;
    let data = AuthenticatorData::read(expected.site, data)?;
    if data.flags & KEY_INCLUDED == 0 {
        return Err(PasskeyFault::Shape("no key"));
    }
    // §6.5.1: 16 octets for the make, 2 for the length of the id, the id, the key, perhaps extensions.
    let (head, rest) = data.rest.split_at_checked(18).ok_or(PasskeyFault::Shape("key data"))?;
    let length = usize::from(u16::from_be_bytes([head[16], head[17]]));
    let (id, mut rest) = rest.split_at_checked(length).ok_or(PasskeyFault::Shape("id"))?;
    if id.is_empty() || id.len() > ID_LEN_MAX {
        return Err(PasskeyFault::Shape("id"));
    }
    let begin = rest;
    let key: Value = ciborium::from_reader(&mut rest).map_err(|_| PasskeyFault::Shape("key"))?;
    Key::read(&key)?;
    let key = begin[..begin.len() - rest.len()].to_vec();
    Ok(Registered { id: id.to_vec(), key, counter: data.counter })
}

/// Checks what an authenticator signed, by the key it was registered with.
///
/// # Errors
/// What is wrong with it.
pub(super) fn verify(expected: Expected<'_>, key: &[u8], signed: &Signed<'_>) -> Result<PasskeyOutcome, PasskeyFault> {
    check_client_data(expected, "webauthn.get", signed.client_data)?;
    let data = AuthenticatorData::read(expected.site, signed.authenticator_data)?;
    let key: Value = ciborium::from_reader(key).map_err(|_| PasskeyFault::Key)?;
    let mut message = signed.authenticator_data.to_vec();
    message.extend(Sha256::digest(signed.client_data));
    Key::read(&key)?.verify(&message, signed.signature)?;
    let counter = data.counter;
    Ok(match data.flags & USER_VERIFIED {
        0 => PasskeyOutcome::Present { counter },
        _ => PasskeyOutcome::Verified { counter },
    })
}

fn check_client_data(expected: Expected<'_>, ceremony: &str, text: &[u8]) -> Result<(), PasskeyFault> {
    let data: ClientData = serde_json::from_slice(text).map_err(|_| PasskeyFault::Shape("client data"))?;
    let challenge = URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| PasskeyFault::Shape("challenge"))?;
    let checks = [
        (data.r#type == ceremony, "ceremony"),
        (challenge == expected.challenge, "challenge"),
        (data.origin == expected.origin, "address"),
        // A page of another site that shows ours in a frame.
        (!data.cross_origin, "page"),
    ];
    match checks.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(PasskeyFault::Other(what)),
        None => Ok(()),
    }
}

impl<'a> AuthenticatorData<'a> {
    fn read(site: &str, bytes: &'a [u8]) -> Result<Self, PasskeyFault> {
        let (head, rest) = bytes.split_at_checked(37).ok_or(PasskeyFault::Shape("authenticator data"))?;
        let (hash, head) = head.split_at(32);
        if hash != Sha256::digest(site).as_slice() {
            return Err(PasskeyFault::Other("site"));
        }
        let flags = head[0];
        if flags & USER_PRESENT == 0 {
            return Err(PasskeyFault::Absent);
        }
        let counter = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        Ok(Self { flags, counter, rest })
    }
}

impl Key {
    /// RFC 9052 §7, RFC 9053 §2 and §7, RFC 8230 §4: the kinds that authenticators have.
    fn read(key: &Value) -> Result<Self, PasskeyFault> {
        let map = key.as_map().ok_or(PasskeyFault::Key)?;
        let field = |label: i128| {
            let found = map.iter().find(|(name, _)| name.as_integer().is_some_and(|name| i128::from(name) == label));
            found.map(|(_, value)| value)
        };
        let number = |label| field(label).and_then(Value::as_integer).map(i128::from);
        let octets = |label| field(label).and_then(Value::as_bytes).cloned().ok_or(PasskeyFault::Key);
        match (number(1), number(3), number(-1)) {
            (Some(2), Some(-7), Some(1)) => {
                let (x, y) = (octets(-2)?, octets(-3)?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(PasskeyFault::Key);
                }
                // SEC 1 §2.3.3: an uncompressed point.
                Ok(Self::Es256([vec![4], x, y].concat()))
            }
            (Some(1), Some(-8), Some(6)) => Ok(Self::EdDsa(octets(-2)?)),
            (Some(3), Some(-257), _) => Ok(Self::Rs256 { n: octets(-1)?, e: octets(-2)? }),
            _ => Err(PasskeyFault::Key),
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), PasskeyFault> {
        let verified = match self {
            Self::Es256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature),
            Self::EdDsa(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| PasskeyFault::Signature)
    }
}

#[cfg(test)]
mod tests;
