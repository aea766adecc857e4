//! Passkeys, as browsers speak of them (WebAuthn Level 3, 5.1.8): bytes in base64url.

use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{Challenge, Field, PasskeyMade, PasskeyProof, PasskeySeen, Site};
use crate::page;
use crate::routes::session::Asking;
use crate::time::rfc3339;
use crate::visit::{Peer, Way, text};
use crate::words::Code;

/// How long a browser may ask its owner, in milliseconds.
const PATIENCE_MS: u32 = 120_000;
/// ES256, EdDSA, RS256: what authenticators have. COSE's numbers.
const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// A passkey of one's own.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyView {
    /// Its id.
    id: String,
    /// What one calls it.
    name: String,
    /// When it was made.
    made: Option<String>,
    /// When it was last used.
    used: Option<String>,
}

/// One's own passkeys.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeysView {
    /// They; ten at most.
    items: Vec<PasskeyView>,
}

/// What a browser is to do.
#[derive(Serialize, ToSchema)]
pub(crate) struct BeginView {
    /// What the answer must bring.
    ticket: String,
    /// `PublicKeyCredentialCreationOptions` in JSON.
    options: Value,
}

/// What a browser is to do during a sign-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct OptionsView {
    /// `PublicKeyCredentialRequestOptions` in JSON.
    options: Value,
}

/// A passkey that was made.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasskeySent {
    /// What the beginning gave.
    ticket: String,
    /// What one calls it.
    name: String,
    /// What the browser gave.
    credential: MadeSent,
}

/// `RegistrationResponseJSON`, as far as it is read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MadeSent {
    response: MadeResponse,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MadeResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
}

/// `AuthenticationResponseJSON`, as far as it is read.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProofSent {
    raw_id: String,
    response: ProofResponse,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProofResponse {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
}

/// Recovery codes that were just drawn, shown once; none if there were some.
#[derive(Serialize, ToSchema)]
pub(crate) struct DrawnView {
    recovery_codes: Vec<String>,
}

/// A sign-in that waits for a second factor.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignInTicketSent {
    /// What the step before gave.
    ticket: String,
}

/// One's own passkeys.
#[utoipa::path(get, path = "/v1/me/passkeys", tag = "me", responses((status = 200, body = PasskeysView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<PasskeysView>, Problem> {
    let view = |seen: PasskeySeen| PasskeyView {
        id: URL_SAFE_NO_PAD.encode(&seen.id),
        name: seen.name,
        made: seen.made.map(rfc3339),
        used: seen.used.map(rfc3339),
    };
    let passkeys = desk.doors.passkeys.own_passkeys(&who).await?;
    Ok(Json(PasskeysView { items: passkeys.into_iter().map(view).collect() }))
}

/// Begins to make one.
#[utoipa::path(post, path = "/v1/me/passkeys", tag = "me", responses((status = 200, body = BeginView)))]
pub(crate) async fn begin(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    At(site): At,
) -> Result<Json<BeginView>, Problem> {
    let challenge = desk.doors.passkeys.begin_passkey(&who).await?;
    let options = creation(&challenge, &site);
    Ok(Json(BeginView { ticket: challenge.ticket, options }))
}

/// Keeps the one that was made.
#[utoipa::path(put, path = "/v1/me/passkeys", tag = "me", request_body = PasskeySent,
    responses((status = 200, body = DrawnView)))]
pub(crate) async fn add(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    At(site): At,
    Sent(sent): Sent<PasskeySent>,
) -> Result<Json<DrawnView>, Problem> {
    let made = PasskeyMade {
        client_data: bytes(&sent.credential.response.client_data_json)?,
        attestation: bytes(&sent.credential.response.attestation_object)?,
    };
    let recovery_codes = desk.doors.passkeys.add_passkey(&who, site, &sent.ticket, sent.name, made).await?;
    Ok(Json(DrawnView { recovery_codes }))
}

/// Takes one away.
#[utoipa::path(delete, path = "/v1/me/passkeys/{passkey}", tag = "me", params(("passkey" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(passkey): Named<String>,
) -> Result<StatusCode, Problem> {
    let id = URL_SAFE_NO_PAD.decode(passkey).map_err(|_| Problem::of(Code::NotFound))?;
    desk.doors.passkeys.remove_passkey(&who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a passkey is to sign for a sign-in that waits for a second factor.
#[utoipa::path(post, path = "/v1/session/passkey", tag = "session", request_body = SignInTicketSent,
    responses((status = 200, body = OptionsView)))]
pub(crate) async fn challenge(
    from: Asking,
    At(site): At,
    Sent(sent): Sent<SignInTicketSent>,
) -> Result<Json<OptionsView>, Problem> {
    let name = site.name.clone();
    let challenge = from.desk.doors.passkeys.challenge(&from.visit, site, &sent.ticket).await?;
    let options = json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge.challenge),
        "rpId": name,
        "allowCredentials": described(&challenge.ids),
        "userVerification": "preferred",
        "timeout": PATIENCE_MS,
    });
    Ok(Json(OptionsView { options }))
}

/// What a passkey has signed.
pub(crate) fn proof(sent: &ProofSent) -> Result<PasskeyProof, Problem> {
    Ok(PasskeyProof {
        id: bytes(&sent.raw_id)?,
        client_data: bytes(&sent.response.client_data_json)?,
        authenticator_data: bytes(&sent.response.authenticator_data)?,
        signature: bytes(&sent.response.signature)?,
    })
}

/// Where the browser is.
pub(crate) struct At(pub(crate) Site);

impl FromRequestParts<Arc<Desk>> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().ok_or_else(|| Problem::of(Code::Broken))?;
        let way = Way::of(peer.0, &parts.headers, &desk.settings);
        let host = text(&parts.headers, &HOST).unwrap_or_default();
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        Ok(Self(Site { origin: format!("{}{host}", way.scheme()), name: name.to_owned() }))
    }
}

fn creation(challenge: &Challenge, site: &Site) -> Value {
    let owner = &challenge.owner;
    let algorithms: Vec<Value> =
        ALGORITHMS.iter().map(|algorithm| json!({ "type": "public-key", "alg": algorithm })).collect();
    json!({
        "rp": { "id": site.name, "name": owner.company },
        "user": {
            "id": URL_SAFE_NO_PAD.encode(&owner.id),
            "name": owner.name,
            "displayName": owner.display_name,
        },
        "challenge": URL_SAFE_NO_PAD.encode(challenge.challenge),
        "pubKeyCredParams": algorithms,
        "excludeCredentials": described(&challenge.ids),
        "authenticatorSelection": { "residentKey": "preferred", "userVerification": "preferred" },
        "attestation": "none",
        "timeout": PATIENCE_MS,
    })
}

fn described(ids: &[Vec<u8>]) -> Vec<Value> {
    ids.iter().map(|id| json!({ "type": "public-key", "id": URL_SAFE_NO_PAD.encode(id) })).collect()
}

/// Bytes in base64url; some browsers' libraries pad them.
fn bytes(text: &str) -> Result<Vec<u8>, Problem> {
    let plain = text.trim_end_matches('=');
    URL_SAFE_NO_PAD.decode(plain).map_err(|_| page::field(Field::malformed("credential")))
}
