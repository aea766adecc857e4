//! The configuration and its flows.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::Permission;
use bell_access::audit::{Detail, Entry, Outcome};
use bell_types::FlowName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{Signed, as_logged};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{
    ConfigApplied, ConfigChecked, ConfigVersionView, ConfigView, ConfigWanted, Field, FlowChecked, FlowRow,
    FlowStatsView, FlowTextView, FlowVersionView, FlowView, FlowWanted, Kind, PoliciesView, Refused, SignedIn,
    SimulatedView, StepSent, TemplateView, ThingsView,
};
use crate::page;

/// How long a comment may be, in characters.
const COMMENT_MAX: usize = 500;
/// Of how many days figures are told at most.
const DAYS_MAX: u32 = 366;

/// Versions of the configuration.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionsView {
    /// They, the newest first.
    items: Vec<ConfigVersionView>,
}

/// Flows.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowsView {
    /// They, by name.
    items: Vec<FlowRow>,
}

/// Flows to begin with.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplatesView {
    /// They.
    items: Vec<TemplateView>,
}

/// Versions of a flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct FlowVersionsView {
    /// They, the newest first.
    items: Vec<FlowVersionView>,
}

/// A configuration to be checked.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ConfigSent {
    /// The main file.
    text: String,
    /// The files it names; those that are left out stay.
    #[serde(default)]
    files: BTreeMap<String, String>,
}

/// A configuration to be put in force.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ConfigPut {
    /// The version it was changed from.
    base_version: u64,
    /// The main file.
    text: String,
    /// The files it names; those that are left out stay.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// What is said of it.
    #[serde(default)]
    comment: String,
}

/// A version to go back to.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RollBackSent {
    /// It.
    version: u64,
}

/// A flow's text.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FlowSent {
    /// It.
    text: String,
}

/// A call to be tried out.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SimulationSent {
    /// The flow's text; what runs, if none is given.
    text: Option<String>,
    /// What the caller does: `{"press": "1"}`, `{"wait": true}`, `{"hang_up": true}`.
    #[serde(default)]
    steps: Vec<StepSent>,
}

/// A flow to be published.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FlowPut {
    /// Its text.
    text: String,
    /// The version it was changed from.
    base_version: Option<u32>,
    /// What is said of it.
    #[serde(default)]
    comment: String,
}

/// Of how many days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysAsked {
    /// So many, 366 at most; 30 if nothing is said.
    days: Option<u32>,
}

/// The configuration that holds.
#[utoipa::path(get, path = "/v1/config", tag = "configuration", responses((status = 200, body = ConfigView)))]
pub(crate) async fn config(State(desk): State<Arc<Desk>>) -> Result<Json<ConfigView>, Problem> {
    Ok(Json(desk.doors.configs.config(None).await?))
}

/// The versions that held, the newest first.
#[utoipa::path(get, path = "/v1/config/versions", tag = "configuration",
    responses((status = 200, body = VersionsView)))]
pub(crate) async fn versions(State(desk): State<Arc<Desk>>) -> Result<Json<VersionsView>, Problem> {
    Ok(Json(VersionsView { items: desk.doors.configs.versions().await? }))
}

/// One of them.
#[utoipa::path(get, path = "/v1/config/versions/{version}", tag = "configuration",
    params(("version" = u64, Path)), responses((status = 200, body = ConfigView)))]
pub(crate) async fn version(
    State(desk): State<Arc<Desk>>,
    Named(version): Named<u64>,
) -> Result<Json<ConfigView>, Problem> {
    Ok(Json(desk.doors.configs.config(Some(version)).await?))
}

/// What is wrong with a configuration, and what it would change. Nothing changes.
#[utoipa::path(post, path = "/v1/config/check", tag = "configuration", request_body = ConfigSent,
    responses((status = 200, body = ConfigChecked)))]
pub(crate) async fn check(
    State(desk): State<Arc<Desk>>,
    Sent(sent): Sent<ConfigSent>,
) -> Result<Json<ConfigChecked>, Problem> {
    let wanted = ConfigWanted { text: sent.text, files: sent.files, ..ConfigWanted::default() };
    Ok(Json(desk.doors.configs.check(wanted).await?))
}

/// Puts a configuration in force. Calls keep the flow they began with.
#[utoipa::path(put, path = "/v1/config", tag = "configuration", request_body = ConfigPut,
    responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn apply(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<ConfigPut>,
) -> Result<Json<ConfigApplied>, Problem> {
    let wanted = ConfigWanted {
        base_version: Some(sent.base_version),
        text: sent.text,
        files: sent.files,
        comment: comment(sent.comment)?,
        by: who.name.clone(),
    };
    let said = wanted.comment.clone();
    let applied = desk.doors.configs.apply(wanted).await?;
    log(&desk, &who, Permission::PolicyWrite, format!("configuration {}", applied.version), said).await?;
    Ok(Json(applied))
}

/// Puts an old version in force again, as a new one.
#[utoipa::path(post, path = "/v1/config/roll-back", tag = "configuration", request_body = RollBackSent,
    responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn roll_back(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<RollBackSent>,
) -> Result<Json<ConfigApplied>, Problem> {
    let applied = desk.doors.configs.roll_back(sent.version, who.name.clone()).await?;
    let object = format!("configuration {} as {}", sent.version, applied.version);
    log(&desk, &who, Permission::PolicyWrite, object, String::new()).await?;
    Ok(Json(applied))
}

/// The thresholds that hold, with their sources.
#[utoipa::path(get, path = "/v1/policies", tag = "configuration", responses((status = 200, body = PoliciesView)))]
pub(crate) async fn policies(State(desk): State<Arc<Desk>>) -> Result<Json<PoliciesView>, Problem> {
    Ok(Json(desk.doors.configs.policies().await?))
}

/// The queues.
#[utoipa::path(get, path = "/v1/queues", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn queues(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::Queue).await?))
}

/// The agents.
#[utoipa::path(get, path = "/v1/agents", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn agents(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::Agent).await?))
}

/// The numbers.
#[utoipa::path(get, path = "/v1/numbers", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn numbers(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::Number).await?))
}

/// The trunks.
#[utoipa::path(get, path = "/v1/trunks", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn trunks(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::Trunk).await?))
}

/// The lists of callers, as they are configured.
#[utoipa::path(get, path = "/v1/lists", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn lists(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::List).await?))
}

/// The calendars.
#[utoipa::path(get, path = "/v1/calendars", tag = "configuration", responses((status = 200, body = ThingsView)))]
pub(crate) async fn calendars(State(desk): State<Arc<Desk>>) -> Result<Json<ThingsView>, Problem> {
    Ok(Json(desk.doors.configs.things(Kind::Calendar).await?))
}

/// The flows.
#[utoipa::path(get, path = "/v1/flows", tag = "flows", responses((status = 200, body = FlowsView)))]
pub(crate) async fn flows(State(desk): State<Arc<Desk>>) -> Result<Json<FlowsView>, Problem> {
    Ok(Json(FlowsView { items: desk.doors.configs.flows().await? }))
}

/// One of them, with what proves it.
#[utoipa::path(get, path = "/v1/flows/{flow}", tag = "flows", params(("flow" = String, Path)),
    responses((status = 200, body = FlowView)))]
pub(crate) async fn flow(State(desk): State<Arc<Desk>>, Named(flow): Named<String>) -> Result<Json<FlowView>, Problem> {
    Ok(Json(desk.doors.configs.flow(named(&flow)?).await?))
}

/// Whether a text may be published; if not, the way that shows why.
#[utoipa::path(post, path = "/v1/flows/{flow}/check", tag = "flows", params(("flow" = String, Path)),
    request_body = FlowSent, responses((status = 200, body = FlowChecked)))]
pub(crate) async fn check_flow(
    State(desk): State<Arc<Desk>>,
    Named(_): Named<String>,
    Sent(sent): Sent<FlowSent>,
) -> Result<Json<FlowChecked>, Problem> {
    Ok(Json(desk.doors.configs.check_flow(sent.text).await?))
}

/// A call through a flow, by what the caller does; and every way there is.
#[utoipa::path(post, path = "/v1/flows/{flow}/simulate", tag = "flows", params(("flow" = String, Path)),
    request_body = SimulationSent, responses((status = 200, body = SimulatedView)))]
pub(crate) async fn simulate(
    State(desk): State<Arc<Desk>>,
    Named(flow): Named<String>,
    Sent(sent): Sent<SimulationSent>,
) -> Result<Json<SimulatedView>, Problem> {
    let text = match sent.text {
        Some(text) => text,
        None => desk.doors.configs.flow(named(&flow)?).await?.text,
    };
    Ok(Json(desk.doors.configs.simulate(text, sent.steps).await?))
}

/// Publishes a flow that is proved, a new one too. Callers who are in it keep the version they began with.
#[utoipa::path(put, path = "/v1/flows/{flow}", tag = "flows", params(("flow" = String, Path)),
    request_body = FlowPut, responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn publish(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(flow): Named<String>,
    Sent(sent): Sent<FlowPut>,
) -> Result<Json<ConfigApplied>, Problem> {
    let wanted = FlowWanted {
        flow: named(&flow)?,
        text: sent.text,
        base_version: sent.base_version,
        comment: comment(sent.comment)?,
        by: who.name.clone(),
    };
    let said = wanted.comment.clone();
    let applied = desk.doors.configs.publish(wanted).await?;
    let object = format!("flow {flow}, configuration {}", applied.version);
    log(&desk, &who, Permission::FlowPublish, object, said).await?;
    Ok(Json(applied))
}

/// Takes a flow away that greets nobody.
#[utoipa::path(delete, path = "/v1/flows/{flow}", tag = "flows", params(("flow" = String, Path)),
    responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn delete_flow(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(flow): Named<String>,
) -> Result<Json<ConfigApplied>, Problem> {
    let applied = desk.doors.configs.delete_flow(named(&flow)?, who.name.clone()).await?;
    let object = format!("flow {flow} taken away, configuration {}", applied.version);
    log(&desk, &who, Permission::FlowPublish, object, String::new()).await?;
    Ok(Json(applied))
}

/// Flows that ship with the program, to be copied and changed (INB-35).
#[utoipa::path(get, path = "/v1/flow-templates", tag = "flows", responses((status = 200, body = TemplatesView)))]
pub(crate) async fn templates(State(desk): State<Arc<Desk>>) -> Result<Json<TemplatesView>, Problem> {
    Ok(Json(TemplatesView { items: desk.doors.configs.templates() }))
}

/// The versions of a flow, the newest first.
#[utoipa::path(get, path = "/v1/flows/{flow}/versions", tag = "flows", params(("flow" = String, Path)),
    responses((status = 200, body = FlowVersionsView)))]
pub(crate) async fn flow_versions(
    State(desk): State<Arc<Desk>>,
    Named(flow): Named<String>,
) -> Result<Json<FlowVersionsView>, Problem> {
    Ok(Json(FlowVersionsView { items: desk.doors.configs.flow_versions(named(&flow)?).await? }))
}

/// The text of one of them.
#[utoipa::path(get, path = "/v1/flows/{flow}/versions/{version}", tag = "flows",
    params(("flow" = String, Path), ("version" = u32, Path)), responses((status = 200, body = FlowTextView)))]
pub(crate) async fn flow_version(
    State(desk): State<Arc<Desk>>,
    Named((flow, version)): Named<(String, u32)>,
) -> Result<Json<FlowTextView>, Problem> {
    Ok(Json(desk.doors.configs.flow_version(named(&flow)?, version).await?))
}

/// How callers went through a flow.
#[utoipa::path(get, path = "/v1/flows/{flow}/stats", tag = "flows", params(("flow" = String, Path), DaysAsked),
    responses((status = 200, body = FlowStatsView)))]
pub(crate) async fn flow_stats(
    State(desk): State<Arc<Desk>>,
    Named(flow): Named<String>,
    Asked(asked): Asked<DaysAsked>,
) -> Result<Json<FlowStatsView>, Problem> {
    let days = asked.days.unwrap_or(30);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(page::field(Field::malformed("days")));
    }
    Ok(Json(desk.doors.configs.flow_stats(named(&flow)?, days).await?))
}

fn named(flow: &str) -> Result<FlowName, Problem> {
    FlowName::new(flow).map_err(|_| Refused::NotThere.into())
}

pub(super) fn comment(comment: String) -> Result<String, Problem> {
    match comment.chars().count() {
        0..=COMMENT_MAX => Ok(comment),
        _ => Err(page::field(Field { field: "comment", problem: "too_long" })),
    }
}

pub(super) async fn log(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    object: String,
    comment: String,
) -> Result<(), Problem> {
    let entry = Entry {
        at: desk.now(),
        who: as_logged(who),
        address: Some(who.address),
        action: permission.code().to_owned(),
        object,
        outcome: Outcome::Done,
        details: vec![("comment".to_owned(), Detail::Words(comment))],
    };
    Ok(desk.doors.accounts.log(Some(who), entry).await?)
}
