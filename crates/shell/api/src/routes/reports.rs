//! Reports, and exports of what they are sums of.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bell_access::audit::{Detail, Entry, Outcome};
use bell_access::{Permission, TEXT_LEN_MAX};
use bell_types::QueueName;
use serde::Deserialize;
use utoipa::IntoParams;

use super::calls::CallsAsked;
use crate::Problem;
use crate::access::{Seen, Signed, as_logged};
use crate::api::Desk;
use crate::body::Asked;
use crate::doors::{
    AgentsReport, Field, GroupedBy, HeatReport, Reconciled, Refused, ReportWanted, SheetForm, Visible, VolumeReport,
};
use crate::page;

/// A report covers no more than a year and a day.
const SPAN_DAYS_MAX: i64 = 366;
/// And by hours no more than this.
const HOURS_DAYS_MAX: i64 = 35;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

/// What a report is about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportAsked {
    /// Calls that arrived then or later.
    from: String,
    /// Calls that arrived before; a year later at most.
    to: String,
    /// Last in this queue.
    queue: Option<String>,
    /// `hour` (of 35 days at most), `day`, `week` or `month`; days if nothing is said.
    #[param(inline)]
    by: Option<GroupedBy>,
}

/// Why calls are exported, besides which.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReasonAsked {
    /// In words; it stands in the audit log.
    reason: Option<String>,
}

impl ReportAsked {
    fn read(self, visible: Visible) -> Result<(ReportWanted, GroupedBy), Problem> {
        let missing = |field| move || page::field(Field { field, problem: "missing" });
        let from = page::time("from", Some(&self.from))?.ok_or_else(missing("from"))?;
        let to = page::time("to", Some(&self.to))?.ok_or_else(missing("to"))?;
        let days = to.as_micros().saturating_sub(from.as_micros()) / DAY_MICROS;
        let by = self.by.unwrap_or(GroupedBy::Day);
        if days > SPAN_DAYS_MAX {
            return Err(page::field(Field { field: "to", problem: "too_long" }));
        }
        if by == GroupedBy::Hour && days > HOURS_DAYS_MAX {
            return Err(page::field(Field { field: "by", problem: "too_long" }));
        }
        let queue = self.queue.filter(|queue| !queue.is_empty());
        let queue = queue.map(|queue| QueueName::new(&queue).map_err(|_| page::field(Field::malformed("queue"))));
        Ok((ReportWanted { visible, from, to, queue: queue.transpose()? }, by))
    }
}

/// Calls by hour, day, week or month.
#[utoipa::path(get, path = "/v1/reports/volume", tag = "reports", params(ReportAsked),
    responses((status = 200, body = VolumeReport)))]
pub(crate) async fn volume(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<ReportAsked>,
) -> Result<Json<VolumeReport>, Problem> {
    let (wanted, by) = asked.read(visible)?;
    Ok(Json(desk.doors.reports.volume(wanted, by).await?))
}

/// The service level over time: the same figures, under a name of its own.
#[utoipa::path(get, path = "/v1/reports/service-level", tag = "reports", params(ReportAsked),
    responses((status = 200, body = VolumeReport)))]
pub(crate) async fn service_level(
    state: State<Arc<Desk>>,
    seen: Seen,
    asked: Asked<ReportAsked>,
) -> Result<Json<VolumeReport>, Problem> {
    volume(state, seen, asked).await
}

/// Calls by the last agent who talked with their callers.
#[utoipa::path(get, path = "/v1/reports/agents", tag = "reports", params(ReportAsked),
    responses((status = 200, body = AgentsReport)))]
pub(crate) async fn agents(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<ReportAsked>,
) -> Result<Json<AgentsReport>, Problem> {
    let (wanted, _) = asked.read(visible)?;
    Ok(Json(desk.doors.reports.agents(wanted).await?))
}

/// Calls by quarter of an hour and day of the week.
#[utoipa::path(get, path = "/v1/reports/heat", tag = "reports", params(ReportAsked),
    responses((status = 200, body = HeatReport)))]
pub(crate) async fn heat(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<ReportAsked>,
) -> Result<Json<HeatReport>, Problem> {
    let (wanted, _) = asked.read(visible)?;
    Ok(Json(desk.doors.reports.heat(wanted).await?))
}

/// Adds the records up one by one, and says whether the reports are right.
#[utoipa::path(get, path = "/v1/reports/reconcile", tag = "reports", params(ReportAsked),
    responses((status = 200, body = Reconciled)))]
pub(crate) async fn reconcile(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Asked(asked): Asked<ReportAsked>,
) -> Result<Json<Reconciled>, Problem> {
    let (wanted, _) = asked.read(visible)?;
    Ok(Json(desk.doors.reports.reconcile(wanted).await?))
}

/// Calls as comma-separated values.
#[utoipa::path(get, path = "/v1/calls.csv", tag = "reports", params(CallsAsked, ReasonAsked),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>)))]
pub(crate) async fn csv(
    state: State<Arc<Desk>>,
    who: Signed,
    seen: Seen,
    asked: Asked<CallsAsked>,
    reason: Asked<ReasonAsked>,
) -> Result<Response, Problem> {
    sheet(state, who, seen, asked, reason, SheetForm::Csv).await
}

/// Calls as a workbook.
#[utoipa::path(get, path = "/v1/calls.xlsx", tag = "reports", params(CallsAsked, ReasonAsked),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    body = Vec<u8>)))]
pub(crate) async fn xlsx(
    state: State<Arc<Desk>>,
    who: Signed,
    seen: Seen,
    asked: Asked<CallsAsked>,
    reason: Asked<ReasonAsked>,
) -> Result<Response, Problem> {
    sheet(state, who, seen, asked, reason, SheetForm::Xlsx).await
}

async fn sheet(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Asked(asked): Asked<CallsAsked>,
    Asked(ReasonAsked { reason }): Asked<ReasonAsked>,
    form: SheetForm,
) -> Result<Response, Problem> {
    let reason = reason.filter(|reason| !reason.trim().is_empty()).ok_or(Refused::ReasonNeeded)?;
    if reason.chars().count() > TEXT_LEN_MAX {
        return Err(page::field(Field { field: "reason", problem: "too_long" }));
    }
    let which = asked.in_words();
    let bytes = desk.doors.reports.sheet(asked.wanted(visible)?, form, who.language).await?;
    let (kind, name) = match form {
        SheetForm::Csv => ("text/csv; charset=utf-8", "calls.csv"),
        SheetForm::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "calls.xlsx"),
    };
    // Before it is sent: what nobody can look up later is not exported.
    let entry = Entry {
        at: desk.now(),
        who: as_logged(&who),
        address: Some(who.address),
        action: Permission::ReportExport.code().to_owned(),
        object: format!("{name} {which}"),
        outcome: Outcome::Done,
        details: vec![("reason".to_owned(), Detail::Words(reason))],
    };
    desk.doors.accounts.log(Some(&who), entry).await?;
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}
