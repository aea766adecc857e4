//! A provider of OpenID Connect: what it says of itself (Discovery 1.0), the code that becomes a token, and the token, which is
//! believed if one of the provider's own keys has signed it for us, for this sign-in, not long ago (Core 1.0, §3.1.3.7).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bell_engine::Provider;
use bell_types::Cidr;
use hyper::Method;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::away::Journey;
use crate::outgoing::{Asking, Outgoing, OutgoingError, Url};

/// How long a provider may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long what it says of itself is believed.
const KNOWN_FOR: Duration = Duration::from_secs(3_600);
/// How soon its keys may be asked for again because a token names one that is not known.
const KEYS_AGAIN: Duration = Duration::from_secs(30);
/// Signatures that are taken; never one that the provider's own secret would do for.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// What is known of the providers.
#[derive(Default)]
pub(crate) struct Providers {
    outgoing: Outgoing,
    known: Mutex<BTreeMap<String, (Instant, Arc<Known>)>>,
}

/// What a provider says of itself, and its keys.
struct Known {
    said: Metadata,
    keys: JwkSet,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// What a token says.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    nonce: Option<String>,
    azp: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Why a provider lets nobody in.
#[derive(Debug, Error)]
pub(super) enum ProviderError {
    /// It cannot be asked.
    #[error("it cannot be asked")]
    Outgoing(#[from] OutgoingError),
    /// It answers with an error.
    #[error("it answers with status {0}")]
    Status(u16),
    /// It answers with something else.
    #[error("its answer cannot be read")]
    Json(#[source] serde_json::Error),
    /// It says that it is another one.
    #[error("it says that it is {0}")]
    Issuer(String),
    /// The token is signed in a way that is not taken.
    #[error("its token is signed by {0:?}")]
    Algorithm(Algorithm),
    /// The token is not signed by a key of the provider's.
    #[error("its token names a key that it does not have")]
    Key,
    /// The token is not right: its signature, its time, for whom it is.
    #[error("its token is not right")]
    Token(#[source] jsonwebtoken::errors::Error),
    /// The token is of another sign-in.
    #[error("its token is of another sign-in, or for another program")]
    Other,
}

impl ProviderError {
    /// Whether it may be otherwise in a minute.
    pub(super) const fn is_of_the_world(&self) -> bool {
        matches!(self, Self::Outgoing(_) | Self::Status(500..))
    }
}

impl Claims {
    /// A claim that is a word.
    pub(super) fn word(&self, claim: &str) -> Option<&str> {
        self.rest.get(claim)?.as_str().filter(|word| !word.is_empty())
    }

    /// Whether the provider knows that its mail reaches him.
    pub(super) fn has_checked_mail(&self) -> bool {
        self.rest.get("email_verified") == Some(&Value::Bool(true))
    }
}

impl Providers {
    /// Where a browser is sent.
    pub(super) async fn begin(
        &self,
        provider: &Provider,
        state: &str,
        journey: &Journey,
    ) -> Result<String, ProviderError> {
        let known = self.known(provider).await?;
        let endpoint = &known.said.authorization_endpoint;
        // Whatever it is, the browser follows it: it must be an address of the web.
        Url::parse(endpoint)?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&journey.verifier));
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &provider.client_id),
            ("redirect_uri", &journey.back),
            ("scope", "openid profile email"),
            ("state", state),
            ("nonce", &journey.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{query}"))
    }

    /// Who came back with this code.
    pub(super) async fn finish(
        &self,
        provider: &Provider,
        code: &str,
        journey: &Journey,
    ) -> Result<Claims, ProviderError> {
        let known = self.known(provider).await?;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &journey.back),
            ("client_id", &provider.client_id),
            ("code_verifier", &journey.verifier),
        ];
        let mut headers = Vec::new();
        if let Some(secret) = &provider.client_secret {
            let methods = &known.said.token_endpoint_auth_methods_supported;
            let by_post = !methods.is_empty() && !methods.iter().any(|method| method == "client_secret_basic");
            if by_post {
                fields.push(("client_secret", secret));
            } else {
                // RFC 6749 §2.3.1: each encoded as in a form, then together in base 64.
                let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret));
                headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair))));
            }
        }
        let url = Url::parse(&known.said.token_endpoint)?;
        let asking = Asking {
            method: Method::POST,
            url: &url,
            content_type: "application/x-www-form-urlencoded",
            headers,
            body: form(&fields),
        };
        let tokens: Tokens = self.ask(asking).await?;
        let claims = self.believe(provider, &known, &tokens.id_token).await?;
        let is_ours = claims.azp.as_ref().is_none_or(|azp| *azp == provider.client_id);
        if claims.nonce.as_deref() == Some(&journey.nonce) && is_ours { Ok(claims) } else { Err(ProviderError::Other) }
    }

    /// What a token says, if the provider has signed it for us and its time is not over.
    async fn believe(&self, provider: &Provider, known: &Known, token: &str) -> Result<Claims, ProviderError> {
        let header = decode_header(token).map_err(ProviderError::Token)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(ProviderError::Algorithm(header.alg));
        }
        let key = |keys: &JwkSet| {
            let found = match &header.kid {
                Some(kid) => keys.find(kid),
                // A provider with one key need not name it.
                None => keys.keys.first().filter(|_| keys.keys.len() == 1),
            };
            found.and_then(|jwk| DecodingKey::from_jwk(jwk).ok())
        };
        let key = match key(&known.keys) {
            Some(key) => key,
            // It may have new ones.
            None => key(&self.fresh(provider).await?.keys).ok_or(ProviderError::Key)?,
        };
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[&provider.client_id]);
        validation.set_issuer(&[&provider.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        decode::<Claims>(token, &key, &validation).map(|token| token.claims).map_err(ProviderError::Token)
    }

    async fn known(&self, provider: &Provider) -> Result<Arc<Known>, ProviderError> {
        match self.kept(provider, KNOWN_FOR) {
            Some(known) => Ok(known),
            None => self.learn(provider).await,
        }
    }

    /// The same, if what is known is older than a moment.
    async fn fresh(&self, provider: &Provider) -> Result<Arc<Known>, ProviderError> {
        match self.kept(provider, KEYS_AGAIN) {
            Some(known) => Ok(known),
            None => self.learn(provider).await,
        }
    }

    fn kept(&self, provider: &Provider, within: Duration) -> Option<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, known) = known.get(&provider.issuer)?;
        (at.elapsed() < within).then(|| Arc::clone(known))
    }

    async fn learn(&self, provider: &Provider) -> Result<Arc<Known>, ProviderError> {
        let place = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let said: Metadata = self.read(&place).await?;
        // Discovery 1.0 §4.3: it must be exactly the one that was asked.
        if said.issuer != provider.issuer {
            return Err(ProviderError::Issuer(said.issuer));
        }
        let keys: JwkSet = self.read(&said.jwks_uri).await?;
        let known = Arc::new(Known { said, keys });
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(provider.issuer.clone(), (Instant::now(), Arc::clone(&known)));
        Ok(known)
    }

    async fn read<T: DeserializeOwned>(&self, place: &str) -> Result<T, ProviderError> {
        let url = Url::parse(place)?;
        let (method, body) = (Method::GET, String::new());
        self.ask(Asking { method, url: &url, content_type: "application/json", headers: Vec::new(), body }).await
    }

    async fn ask<T: DeserializeOwned>(&self, asking: Asking<'_>) -> Result<T, ProviderError> {
        let answer = self.outgoing.ask(asking, &anywhere(), TIMEOUT).await?;
        if answer.status != 200 {
            return Err(ProviderError::Status(answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(ProviderError::Json)
    }
}

/// The configuration names the provider: it may be inside.
fn anywhere() -> [Cidr; 2] {
    ["0.0.0.0/0", "::/0"].map(|all| all.parse().expect("a network"))
}

/// Fields as a form has them, and a query.
fn form(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    let octet = |octet: u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(octet).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(octet).collect()
}
