//! The first-run wizard: from an empty centre to a call that reaches somebody, step by step.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use bell_access::Permission;
use bell_types::AgentName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::configs::log;
use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{
    ArrivalsView, CompanySent, Field, FirstAdviceView, FirstAgentSent, FirstNumberSent, FirstRunView, FirstRunWanted,
    FirstTrunkSent, SignedIn, UsersWanted, Via,
};
use crate::page;
use crate::time::{read_rfc3339, rfc3339};
use crate::words::Code;

/// So many people are looked at for the account of an agent.
const PEOPLE_MAX: usize = 200;
/// How long a test call may be prepared, and take.
const TEST_SECS: u64 = 900;

/// What a step was made from.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BaseAsked {
    /// The version of the configuration that was looked at.
    base_version: u64,
}

/// Whether a step is left out for now.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SkipSent {
    /// It.
    skipped: bool,
}

/// Whether the first run is over.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CloseSent {
    /// It.
    closed: bool,
}

/// Since when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SinceAsked {
    /// When somebody began to watch.
    since: String,
}

/// What a browser places a test call by.
#[derive(Serialize, ToSchema)]
pub(crate) struct TestPhoneView {
    /// Its address.
    sip_uri: String,
    /// The user name of the digest.
    user: String,
    /// The password of the digest, shown this once.
    password: String,
    /// The realm of the digest.
    realm: String,
    /// Where the WebSocket is opened.
    ws_path: &'static str,
    /// Until when it counts.
    expires_at: String,
    /// The number to be called.
    number: String,
}

/// How the first run stands.
#[utoipa::path(get, path = "/v1/first-run", tag = "first run", responses((status = 200, body = FirstRunView)))]
pub(crate) async fn get(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<FirstRunView>, Problem> {
    view(&desk, &who).await
}

/// The company: its name, its time zone, the language its callers hear.
#[utoipa::path(put, path = "/v1/first-run/company", tag = "first run", request_body = CompanySent,
    params(BaseAsked), responses((status = 200, body = FirstRunView)))]
pub(crate) async fn company(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<BaseAsked>,
    Sent(sent): Sent<CompanySent>,
) -> Result<Json<FirstRunView>, Problem> {
    step(&desk, &who, FirstRunWanted::Company(sent), asked.base_version).await
}

/// The carrier.
#[utoipa::path(put, path = "/v1/first-run/trunk", tag = "first run", request_body = FirstTrunkSent,
    params(BaseAsked), responses((status = 200, body = FirstRunView)))]
pub(crate) async fn trunk(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<BaseAsked>,
    Sent(sent): Sent<FirstTrunkSent>,
) -> Result<Json<FirstRunView>, Problem> {
    step(&desk, &who, FirstRunWanted::Trunk(sent), asked.base_version).await
}

/// Asks the carrier whether he is there and takes our password. Nothing changes.
#[utoipa::path(post, path = "/v1/first-run/trunk/check", tag = "first run", request_body = FirstTrunkSent,
    responses((status = 200, body = FirstAdviceView)))]
pub(crate) async fn ask(
    State(desk): State<Arc<Desk>>,
    Sent(sent): Sent<FirstTrunkSent>,
) -> Result<Json<FirstAdviceView>, Problem> {
    Ok(Json(desk.doors.first_run.first_ask(sent).await?))
}

/// The number, and what its callers hear.
#[utoipa::path(put, path = "/v1/first-run/number", tag = "first run", request_body = FirstNumberSent,
    params(BaseAsked), responses((status = 200, body = FirstRunView)))]
pub(crate) async fn number(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<BaseAsked>,
    Sent(sent): Sent<FirstNumberSent>,
) -> Result<Json<FirstRunView>, Problem> {
    step(&desk, &who, FirstRunWanted::Number(sent), asked.base_version).await
}

/// The first agent, with a phone in the browser and in every queue that callers come to.
#[utoipa::path(put, path = "/v1/first-run/agent", tag = "first run", request_body = FirstAgentSent,
    params(BaseAsked), responses((status = 200, body = FirstRunView)))]
pub(crate) async fn agent(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<BaseAsked>,
    Sent(sent): Sent<FirstAgentSent>,
) -> Result<Json<FirstRunView>, Problem> {
    let mine = sent.me.then(|| AgentName::new(sent.agent.trim()));
    let mine = mine.transpose().map_err(|_| page::field(Field::malformed("agent")))?;
    let made = step(&desk, &who, FirstRunWanted::Agent(sent), asked.base_version).await?;
    match mine {
        Some(agent) => {
            desk.doors.accounts.be_agent(&who, agent).await?;
            view(&desk, &who).await
        }
        None => Ok(made),
    }
}

/// Does without a step for now, or takes it up again.
#[utoipa::path(post, path = "/v1/first-run/{step}/skip", tag = "first run", params(("step" = String, Path)),
    request_body = SkipSent, responses((status = 200, body = FirstRunView)))]
pub(crate) async fn skip(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(step): Named<String>,
    Sent(sent): Sent<SkipSent>,
) -> Result<Json<FirstRunView>, Problem> {
    desk.doors.first_run.first_skip(&step, sent.skipped).await?;
    view(&desk, &who).await
}

/// Closes the first run, or opens it again.
#[utoipa::path(post, path = "/v1/first-run/close", tag = "first run", request_body = CloseSent,
    responses((status = 200, body = FirstRunView)))]
pub(crate) async fn close(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<CloseSent>,
) -> Result<Json<FirstRunView>, Problem> {
    desk.doors.first_run.first_close(sent.closed).await?;
    view(&desk, &who).await
}

/// A key by which this browser calls our own number, as a customer would.
#[utoipa::path(post, path = "/v1/first-run/test-call", tag = "first run",
    responses((status = 200, body = TestPhoneView)))]
pub(crate) async fn test_call(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
) -> Result<Json<TestPhoneView>, Problem> {
    let Via::Login(login) = who.via else { return Err(Problem::of(Code::NotFound)) };
    let until = desk.now() + Duration::from_secs(TEST_SECS);
    let (key, number) = desk.doors.first_run.first_call(login, until, who.name.clone()).await?;
    Ok(Json(TestPhoneView {
        sip_uri: format!("sip:{}@{}", key.endpoint, key.realm),
        user: key.user,
        password: key.password,
        realm: key.realm,
        ws_path: "/sip",
        expires_at: rfc3339(key.until),
        number,
    }))
}

/// The caller of the test call talks with an agent: the first run is through.
#[utoipa::path(post, path = "/v1/first-run/test-call/passed", tag = "first run",
    responses((status = 200, body = FirstRunView)))]
pub(crate) async fn passed(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<FirstRunView>, Problem> {
    desk.doors.first_run.first_passed().await?;
    view(&desk, &who).await
}

/// What has arrived from the carrier since somebody began to call his own number.
#[utoipa::path(get, path = "/v1/first-run/arrivals", tag = "first run", params(SinceAsked),
    responses((status = 200, body = ArrivalsView)))]
pub(crate) async fn arrivals(
    State(desk): State<Arc<Desk>>,
    Asked(asked): Asked<SinceAsked>,
) -> Result<Json<ArrivalsView>, Problem> {
    let since = read_rfc3339(&asked.since).ok_or_else(|| page::field(Field::malformed("since")))?;
    Ok(Json(desk.doors.first_run.first_arrivals(since).await?))
}

async fn step(desk: &Desk, who: &SignedIn, wanted: FirstRunWanted, base: u64) -> Result<Json<FirstRunView>, Problem> {
    let applied = desk.doors.first_run.first_step(wanted, base, who.name.clone()).await?;
    let object = format!("first run, configuration {}", applied.version);
    log(desk, who, Permission::PolicyWrite, object, String::new()).await?;
    view(desk, who).await
}

async fn view(desk: &Desk, who: &SignedIn) -> Result<Json<FirstRunView>, Problem> {
    let wanted = UsersWanted { text: None, unit: None, role: None, after: None, limit: PEOPLE_MAX };
    let people = desk.doors.accounts.users(who, wanted).await?.people;
    let agents: BTreeSet<AgentName> = people.into_iter().filter_map(|person| person.agent).collect();
    Ok(Json(desk.doors.first_run.first_run(agents).await?))
}
