//! What is wrong: the server's part of the diagnosis by one button, phones that come and go, calls that do not come.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use bell_types::AgentName;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Seen, Signed};
use crate::api::Desk;
use crate::body::{Asked, Named};
use crate::doors::{CheckLevel, CheckSeen, PresenceView, Refused, Visible, WhyNoCallsView};
use crate::language::Language;
use crate::routes::floor::WhyAsked;
use crate::{Problem, page};

/// What was looked at.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiagnosisView {
    /// The checks, in the order a call goes.
    checks: Vec<CheckView>,
    /// How long it took.
    took_ms: u64,
}

/// One thing that was looked at.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckView {
    /// What.
    check: &'static str,
    /// How it came out.
    level: CheckLevel,
    /// As programs know it.
    code: &'static str,
    /// What was found.
    found: String,
    /// What to do about it.
    remedy: Option<String>,
}

/// Looks at everything between oneself and one's calls that the server sees.
#[utoipa::path(post, path = "/v1/me/diagnosis", tag = "desk", responses((status = 200, body = DiagnosisView)))]
pub(crate) async fn diagnose(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    headers: HeaderMap,
) -> Result<Json<DiagnosisView>, Problem> {
    let began = Instant::now();
    let language = Language::asked_for(&headers);
    let found = desk.doors.diagnoses.diagnose(who.agent.as_ref(), who.address).await?;
    let checks = found.into_iter().map(|check| CheckView::of(check, language)).collect();
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(DiagnosisView { checks, took_ms }))
}

/// When an agent's phones came and went.
#[utoipa::path(get, path = "/v1/agents/{agent}/presence", tag = "live", params(("agent" = String, Path)),
    responses((status = 200, body = PresenceView)))]
pub(crate) async fn presence(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Named(agent): Named<String>,
) -> Result<Json<PresenceView>, Problem> {
    let agent = seen_agent(&visible, &agent)?;
    Ok(Json(desk.doors.diagnoses.presence(&agent).await?))
}

/// Why calls did not reach an agent at some time.
#[utoipa::path(get, path = "/v1/agents/{agent}/why-no-calls", tag = "live",
    params(("agent" = String, Path), WhyAsked), responses((status = 200, body = WhyNoCallsView)))]
pub(crate) async fn why_no_calls(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Named(agent): Named<String>,
    Asked(asked): Asked<WhyAsked>,
) -> Result<Json<WhyNoCallsView>, Problem> {
    let agent = seen_agent(&visible, &agent)?;
    let at = page::time("at", asked.at.as_deref())?.unwrap_or_else(|| desk.now());
    Ok(Json(desk.doors.floor.why_no_calls(&agent, at).await?))
}

/// The agent that the path names, if he may be seen.
fn seen_agent(visible: &Visible, name: &str) -> Result<AgentName, Problem> {
    let agent = AgentName::new(name).ok().filter(|agent| visible.has_agent(agent.as_str()));
    agent.ok_or_else(|| Refused::NotThere.into())
}

impl CheckView {
    fn of(seen: CheckSeen, language: Language) -> Self {
        let CheckSeen { check, level, code, found, remedy } = seen;
        let of = |(zh, en): (String, String)| match language {
            Language::Chinese => zh,
            Language::English => en,
        };
        Self { check, level, code, found: of(found), remedy: remedy.map(of) }
    }
}
