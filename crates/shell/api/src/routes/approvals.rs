//! What waits for a second pair of eyes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::{Answer, ApprovalId};
use serde::Serialize;
use utoipa::ToSchema;

use super::people::ReasonSent;
use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{ApprovalAnswer, ApprovalSeen, SignedIn};
use crate::time::rfc3339;

/// A request for a second pair of eyes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApprovalView {
    /// Its id.
    approval: String,
    /// When it was made.
    asked_at: String,
    /// The name of who made it.
    asked_by: String,
    /// What is to be done: a code.
    act: &'static str,
    /// To what, and how, in full.
    subject: String,
    /// Why.
    reason: String,
    /// `waiting`, `approved`, `refused`, `withdrawn`, `used`, or `expired`.
    state: &'static str,
    /// The name of who answered.
    answered_by: Option<String>,
    /// When.
    answered_at: Option<String>,
    /// Why not.
    because: Option<String>,
    /// Until when it can be answered or used.
    ends: String,
    /// Whether it is one's own: nobody answers what he asked for.
    mine: bool,
}

/// Requests.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApprovalsView {
    /// They, the newest first.
    items: Vec<ApprovalView>,
}

/// What one asked for, or may answer.
#[utoipa::path(get, path = "/v1/approvals", tag = "approvals", responses((status = 200, body = ApprovalsView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<ApprovalsView>, Problem> {
    let seen = desk.doors.accounts.approvals(&who).await?;
    Ok(Json(ApprovalsView { items: seen.into_iter().map(|seen| view(&desk, &who, seen)).collect() }))
}

/// Approves what another person asked for.
#[utoipa::path(post, path = "/v1/approvals/{approval}/approve", tag = "approvals",
    params(("approval" = String, Path)), request_body = ReasonSent, responses((status = 200, body = ApprovalView)))]
pub(crate) async fn approve(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
    Sent(_): Sent<ReasonSent>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, &who, approval, ApprovalAnswer::Approve).await
}

/// Refuses it, and says why.
#[utoipa::path(post, path = "/v1/approvals/{approval}/reject", tag = "approvals",
    params(("approval" = String, Path)), request_body = ReasonSent, responses((status = 200, body = ApprovalView)))]
pub(crate) async fn reject(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
    Sent(sent): Sent<ReasonSent>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, &who, approval, ApprovalAnswer::Reject(sent.into_words())).await
}

/// Takes back what one asked for oneself.
#[utoipa::path(post, path = "/v1/approvals/{approval}/withdraw", tag = "approvals",
    params(("approval" = String, Path)), responses((status = 200, body = ApprovalView)))]
pub(crate) async fn withdraw(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, &who, approval, ApprovalAnswer::Withdraw).await
}

async fn answer(desk: &Desk, who: &SignedIn, id: u64, answer: ApprovalAnswer) -> Result<Json<ApprovalView>, Problem> {
    let seen = desk.doors.accounts.answer_approval(who, ApprovalId(id), answer).await?;
    Ok(Json(view(desk, who, seen)))
}

fn view(desk: &Desk, who: &SignedIn, seen: ApprovalSeen) -> ApprovalView {
    let ApprovalSeen { approval, asked_by, answered_by, ends } = seen;
    let over = ends <= desk.now();
    let (state, answered_at, because) = match approval.answer {
        Answer::Waiting if over => ("expired", None, None),
        Answer::Waiting => ("waiting", None, None),
        Answer::Approved { at, .. } if over => ("expired", Some(at), None),
        Answer::Approved { at, .. } => ("approved", Some(at), None),
        Answer::Refused { at, reason, .. } => ("refused", Some(at), Some(reason)),
        Answer::Withdrawn { at } => ("withdrawn", Some(at), None),
        Answer::Used { at, .. } => ("used", Some(at), None),
    };
    ApprovalView {
        approval: approval.approval.to_string(),
        asked_at: rfc3339(approval.asked_at),
        asked_by,
        act: approval.act.code(),
        subject: approval.subject,
        reason: approval.reason,
        state,
        answered_by,
        answered_at: answered_at.map(rfc3339),
        because,
        ends: rfc3339(ends),
        mine: approval.asked_by == who.actor.user(),
    }
}
