//! One's own account.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use bell_access::{LoginId, Permission, Scope};
use bell_types::Module;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{DeviceSeen, SignedIn, Via};
use crate::time::rfc3339;
use crate::{Language, Listener, Problem};

/// Who is signed in, and what he may.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeView {
    /// The id of the account.
    user: String,
    /// Its name.
    name: String,
    /// What others call him.
    display_name: String,
    /// The company's id.
    tenant: String,
    /// The company.
    company: String,
    /// The language of his screen.
    language: Language,
    /// Where he is signed in.
    listener: Listener,
    /// His roles.
    roles: Vec<String>,
    /// What he may, and how far: `{"call.read": "team"}`.
    permissions: BTreeMap<&'static str, ScopeView>,
    /// The agent he is.
    agent: Option<AgentLink>,
    /// What proves him.
    factors: FactorsView,
    /// When he must choose another password.
    password_ends: Option<String>,
    /// When this login ends unless he does something.
    session_ends: Option<String>,
    /// The version of the program.
    version: &'static str,
    /// The paths that are served where he is signed in.
    offers: BTreeSet<String>,
    /// The parts that are switched on.
    modules: Vec<&'static str>,
}

/// The agent somebody is.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentLink {
    /// His name in the configuration.
    name: String,
}

/// What an account has to prove itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactorsView {
    /// Whether there is an authenticator.
    totp: bool,
    /// How many passkeys.
    passkeys: usize,
    /// How many recovery codes are left.
    recovery_codes: usize,
}

/// What is changed about the own screen.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MeSent {
    /// Its language.
    language: Language,
}

/// A device somebody is signed in on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceView {
    /// The login.
    session: String,
    /// What its browser calls itself.
    user_agent: String,
    /// From where.
    address: String,
    /// Since when.
    begun: String,
    /// When somebody last did something.
    active: String,
    /// Whether it rings and speaks.
    voice: bool,
    /// Whether it is this one.
    current: bool,
}

/// The devices somebody is signed in on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DevicesView {
    /// They.
    items: Vec<DeviceView>,
}

/// Two passwords.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ChangePasswordSent {
    /// The present one.
    old: String,
    /// The one to come.
    new: String,
}

/// A code of the authenticator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CodeSent {
    /// The code.
    code: String,
}

/// The own password, again.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OwnPasswordSent {
    /// It.
    password: String,
}

/// What an authenticator is set up with.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrolmentView {
    /// The secret in base 32.
    secret: String,
    /// The same for who scans it.
    uri: String,
}

/// Recovery codes, shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryView {
    /// They.
    recovery_codes: Vec<String>,
}

/// How far a permission reaches.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScopeView {
    /// What is one's own.
    Own,
    /// What belongs to the own team.
    Team,
    /// What belongs to a project.
    Project,
    /// What belongs to the own department and below it.
    Department,
    /// Everything.
    Tenant,
}

impl From<Scope> for ScopeView {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Own => Self::Own,
            Scope::Team => Self::Team,
            Scope::Project => Self::Project,
            Scope::Department => Self::Department,
            Scope::Tenant => Self::Tenant,
        }
    }
}

pub(crate) async fn view(desk: &Desk, listener: Listener, who: &SignedIn) -> Result<MeView, Problem> {
    let me = desk.doors.accounts.me(who).await?;
    let actor = &who.actor;
    let held = |permission: &Permission| Some((permission.code(), actor.furthest(*permission).ok()?.scope.into()));
    Ok(MeView {
        user: actor.user().to_string(),
        name: who.name.clone(),
        display_name: me.display_name,
        tenant: actor.tenant().to_string(),
        company: me.company,
        language: who.language,
        listener,
        roles: me.roles.iter().map(ToString::to_string).collect(),
        permissions: Permission::ALL.iter().filter_map(held).collect(),
        agent: who.agent.as_ref().map(|agent| AgentLink { name: agent.to_string() }),
        factors: FactorsView {
            totp: me.factors.totp,
            passkeys: me.factors.passkeys,
            recovery_codes: me.factors.recovery_codes,
        },
        password_ends: me.password_ends.map(rfc3339),
        session_ends: me.ends.map(rfc3339),
        version: desk.settings.version,
        offers: desk.offers(listener),
        modules: desk.doors.floor.modules().into_iter().map(Module::code).collect(),
    })
}

/// Who is signed in, and what he may.
#[utoipa::path(get, path = "/v1/me", tag = "me", responses((status = 200, body = MeView)))]
pub(crate) async fn me(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    Signed(who): Signed,
) -> Result<Json<MeView>, Problem> {
    view(&desk, listener, &who).await.map(Json)
}

/// Changes the language of the own screen.
#[utoipa::path(patch, path = "/v1/me", tag = "me", request_body = MeSent, responses((status = 204)))]
pub(crate) async fn change(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<MeSent>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.set_language(&who, sent.language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The devices on which one is signed in.
#[utoipa::path(get, path = "/v1/sessions", tag = "me", responses((status = 200, body = DevicesView)))]
pub(crate) async fn devices(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<DevicesView>, Problem> {
    let device = |seen: DeviceSeen| DeviceView {
        session: seen.login.to_string(),
        user_agent: seen.user_agent,
        address: seen.address.to_string(),
        begun: rfc3339(seen.begun),
        active: rfc3339(seen.active),
        voice: seen.voice,
        current: who.via == Via::Login(seen.login),
    };
    let devices = desk.doors.accounts.devices(&who).await?;
    Ok(Json(DevicesView { items: devices.into_iter().map(device).collect() }))
}

/// Signs out on another device.
#[utoipa::path(delete, path = "/v1/sessions/{session}", tag = "me", params(("session" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn end_device(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(session): Named<u64>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.end_device(&who, LoginId(session)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses another password.
#[utoipa::path(post, path = "/v1/me/password", tag = "me", request_body = ChangePasswordSent,
    responses((status = 204)))]
pub(crate) async fn change_password(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<ChangePasswordSent>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.change_password(&who, &sent.old, &sent.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins to set up an authenticator.
#[utoipa::path(post, path = "/v1/me/totp", tag = "me", responses((status = 200, body = EnrolmentView)))]
pub(crate) async fn begin_totp(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
) -> Result<Json<EnrolmentView>, Problem> {
    let enrolment = desk.doors.accounts.begin_totp(&who).await?;
    Ok(Json(EnrolmentView { secret: enrolment.secret, uri: enrolment.uri }))
}

/// Confirms it by its first code.
#[utoipa::path(put, path = "/v1/me/totp", tag = "me", request_body = CodeSent,
    responses((status = 200, body = RecoveryView)))]
pub(crate) async fn confirm_totp(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<CodeSent>,
) -> Result<Json<RecoveryView>, Problem> {
    let recovery_codes = desk.doors.accounts.confirm_totp(&who, &sent.code).await?;
    Ok(Json(RecoveryView { recovery_codes }))
}

/// Takes it away.
#[utoipa::path(delete, path = "/v1/me/totp", tag = "me", request_body = OwnPasswordSent,
    responses((status = 204)))]
pub(crate) async fn remove_totp(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<OwnPasswordSent>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.remove_totp(&who, &sent.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
