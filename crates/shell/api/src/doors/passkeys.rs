//! The door to passkeys (WebAuthn).

use bell_types::Wall;

use super::{Doing, NextStep, SignedIn, Visit};

/// A passkey of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeySeen {
    /// The credential's id.
    pub id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// When it was made; none: its key is not here any more.
    pub made: Option<Wall>,
    /// When it was last used.
    pub used: Option<Wall>,
}

/// Where the browser is, by the name that the request was sent to. A passkey is bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `https://desk.example.com:8443`.
    pub origin: String,
    /// `desk.example.com`.
    pub name: String,
}

/// What a browser is asked to do with a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What the answer must bring.
    pub ticket: String,
    /// What is to be signed.
    pub challenge: [u8; 32],
    /// The passkeys that are there already, or that may answer.
    pub ids: Vec<Vec<u8>>,
    /// Whose they are.
    pub owner: Owner,
}

/// Whose passkey it is, as authenticators keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The id of the account.
    pub id: Vec<u8>,
    /// Its name.
    pub name: String,
    /// What others call him.
    pub display_name: String,
    /// The company.
    pub company: String,
}

/// What an authenticator made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyMade {
    /// What the browser says of the ceremony: JSON.
    pub client_data: Vec<u8>,
    /// What the authenticator says of the new key: CBOR.
    pub attestation: Vec<u8>,
}

/// What an authenticator signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyProof {
    /// The credential's id.
    pub id: Vec<u8>,
    /// What the browser says of the ceremony: JSON.
    pub client_data: Vec<u8>,
    /// What the authenticator says of it.
    pub authenticator_data: Vec<u8>,
    /// The signature over both.
    pub signature: Vec<u8>,
}

/// Passkeys.
pub trait Passkeys: Send + Sync {
    /// One's own.
    fn own_passkeys<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<PasskeySeen>>;
    /// Another one is to be made.
    fn begin_passkey<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Challenge>;
    /// It was made; the recovery codes that were drawn, if there were none.
    fn add_passkey<'a>(
        &'a self,
        who: &'a SignedIn,
        site: Site,
        ticket: &'a str,
        name: String,
        made: PasskeyMade,
    ) -> Doing<'a, Vec<String>>;
    /// One goes.
    fn remove_passkey<'a>(&'a self, who: &'a SignedIn, id: Vec<u8>) -> Doing<'a, ()>;
    /// A sign-in that waits for a second factor is to be proved by a passkey.
    fn challenge<'a>(&'a self, visit: &'a Visit, site: Site, ticket: &'a str) -> Doing<'a, Challenge>;
    /// It was.
    fn prove<'a>(&'a self, visit: &'a Visit, site: Site, ticket: &'a str, proof: PasskeyProof) -> Doing<'a, NextStep>;
}
