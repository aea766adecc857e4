//! What is checked at a desk before a shift: devices and network.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use bell_types::AgentName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{Seen, Signed};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{CheckReport, CheckReportsView, CheckResult, Field, NetworkPolicyView};
use crate::page;
use crate::routes::floor::agent;
use crate::words::Code;

/// How much is taken to measure how fast a desk sends.
const PROBE_BYTES_MAX: usize = 512 * 1024;
/// How many results a report has.
const RESULTS_MAX: usize = 20;
/// How many figures a result has.
const FIGURES_MAX: usize = 20;
/// How long a name in a report is, in characters.
const NAME_MAX: usize = 40;
/// How long what a browser calls itself is, in characters.
const BROWSER_MAX: usize = 200;
/// How long a check may have taken.
const TOOK_MS_MAX: u64 = 3_600_000;

/// A report of the check of one's own devices.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CheckReportSent {
    /// What the browser calls itself.
    #[serde(default)]
    browser: String,
    /// How long the check took.
    took_ms: u64,
    /// Whether everything was looked at and nothing failed.
    passed: bool,
    /// What was found.
    results: Vec<CheckResult>,
}

/// What was kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportKeptView {
    /// The id of the report.
    report: String,
}

/// Which page of reports.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportsAsked {
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// What a desk's network must give before a shift.
#[utoipa::path(get, path = "/v1/me/device-policy", tag = "desk", responses((status = 200, body = NetworkPolicyView)))]
pub(crate) async fn policy(State(desk): State<Arc<Desk>>) -> Result<Json<NetworkPolicyView>, Problem> {
    Ok(Json(desk.doors.checks.network().await?))
}

/// Keeps the report of a check of one's own devices.
#[utoipa::path(post, path = "/v1/me/device-report", tag = "desk", request_body = CheckReportSent,
    responses((status = 201, body = ReportKeptView)))]
pub(crate) async fn report(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<CheckReportSent>,
) -> Result<(StatusCode, Json<ReportKeptView>), Problem> {
    let report = desk.doors.checks.keep(agent(&who)?, sent.report()?).await?;
    Ok((StatusCode::CREATED, Json(ReportKeptView { report })))
}

/// Takes what a desk sends to measure how fast it does, at most 512 KiB, and forgets it.
#[utoipa::path(post, path = "/v1/me/device-report/probe", tag = "desk",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 204)))]
pub(crate) async fn probe(request: Request) -> Result<StatusCode, Problem> {
    match axum::body::to_bytes(request.into_body(), PROBE_BYTES_MAX).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(_) => Err(Problem::of(Code::TooLarge)),
    }
}

/// The reports of checks of an agent's devices, the newest first.
#[utoipa::path(get, path = "/v1/agents/{agent}/device-reports", tag = "agents",
    params(("agent" = String, Path), ReportsAsked), responses((status = 200, body = CheckReportsView)))]
pub(crate) async fn reports(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Named(agent): Named<String>,
    Asked(asked): Asked<ReportsAsked>,
) -> Result<Json<CheckReportsView>, Problem> {
    let limit = page::limit(asked.limit)?;
    let agent = AgentName::new(&agent).map_err(|_| Problem::of(Code::NotFound))?;
    if !visible.has_agent(agent.as_str()) {
        return Err(Problem::of(Code::NotFound));
    }
    Ok(Json(desk.doors.checks.reports(&agent, asked.cursor.as_deref(), limit).await?))
}

impl CheckReportSent {
    fn report(self) -> Result<CheckReport, Problem> {
        let is_long = |text: &str| text.chars().count() > NAME_MAX;
        let is_odd = |result: &CheckResult| {
            result.check.is_empty()
                || is_long(&result.check)
                || result.cause.as_deref().is_some_and(is_long)
                || result.figures.len() > FIGURES_MAX
                || result.figures.iter().any(|(name, figure)| is_long(name) || !figure.is_finite())
        };
        if self.results.len() > RESULTS_MAX || self.results.iter().any(is_odd) {
            return Err(page::field(Field::malformed("results")));
        }
        if self.took_ms > TOOK_MS_MAX {
            return Err(page::field(Field::malformed("took_ms")));
        }
        Ok(CheckReport {
            browser: self.browser.chars().take(BROWSER_MAX).collect(),
            took: Duration::from_millis(self.took_ms),
            complete: self.passed,
            results: self.results,
        })
    }
}
