//! What waits for a second pair of eyes.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use bell_access::{Act, Answer, Approval, ApprovalId, Concern, ExportSet, Permission};
use bell_types::CallId;
use serde::Serialize;
use utoipa::ToSchema;

use super::exports::reaches;
use super::people::ReasonSent;
use crate::access::{Signed, seen as seen_by};
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{ApprovalAnswer, ApprovalSeen, Refused, SignedIn, Visible};
use crate::time::rfc3339;
use crate::{Listener, Problem};

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
    /// The recordings, if it is an export of them.
    export: Option<ExportAskedView>,
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

/// Recordings that somebody wants to export.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportAskedView {
    /// Their ids, in the order in which the calls arrived.
    recordings: Vec<String>,
    /// When the first call arrived.
    from: Option<String>,
    /// When the last one did.
    to: Option<String>,
}

/// Requests.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApprovalsView {
    /// They, the newest first.
    items: Vec<ApprovalView>,
}

/// What one asked for, or may answer. At the desk only exports of recordings.
#[utoipa::path(get, path = "/v1/approvals", tag = "approvals", responses((status = 200, body = ApprovalsView)))]
pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    Signed(who): Signed,
) -> Result<Json<ApprovalsView>, Problem> {
    let mut items = Vec::new();
    let mut reach = None;
    for seen in desk.doors.accounts.approvals(&who).await? {
        if concerns(&desk, (&who, listener), &seen.approval, &mut reach).await? {
            items.push(view(&desk, &who, seen));
        }
    }
    Ok(Json(ApprovalsView { items }))
}

/// Approves what another person asked for.
#[utoipa::path(post, path = "/v1/approvals/{approval}/approve", tag = "approvals",
    params(("approval" = String, Path)), request_body = ReasonSent, responses((status = 200, body = ApprovalView)))]
pub(crate) async fn approve(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
    Sent(_): Sent<ReasonSent>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, (&who, listener), ApprovalId(approval), ApprovalAnswer::Approve).await
}

/// Refuses it, and says why.
#[utoipa::path(post, path = "/v1/approvals/{approval}/reject", tag = "approvals",
    params(("approval" = String, Path)), request_body = ReasonSent, responses((status = 200, body = ApprovalView)))]
pub(crate) async fn reject(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
    Sent(sent): Sent<ReasonSent>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, (&who, listener), ApprovalId(approval), ApprovalAnswer::Reject(sent.into_words())).await
}

/// Takes back what one asked for oneself.
#[utoipa::path(post, path = "/v1/approvals/{approval}/withdraw", tag = "approvals",
    params(("approval" = String, Path)), responses((status = 200, body = ApprovalView)))]
pub(crate) async fn withdraw(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    Signed(who): Signed,
    Named(approval): Named<u64>,
) -> Result<Json<ApprovalView>, Problem> {
    answer(&desk, (&who, listener), ApprovalId(approval), ApprovalAnswer::Withdraw).await
}

async fn answer(
    desk: &Desk,
    (who, listener): (&SignedIn, Listener),
    id: ApprovalId,
    answer: ApprovalAnswer,
) -> Result<Json<ApprovalView>, Problem> {
    let accounts = &desk.doors.accounts;
    let asked = accounts.approval(who, id).await?.approval;
    if !concerns(desk, (who, listener), &asked, &mut None).await? {
        return Err(Refused::NotThere.into());
    }
    Ok(Json(view(desk, who, accounts.answer_approval(who, id, answer).await?)))
}

/// Whether a request is his to see and to answer here. `reach` keeps what he reaches from one request to the next.
async fn concerns(
    desk: &Desk,
    (who, listener): (&SignedIn, Listener),
    approval: &Approval,
    reach: &mut Option<Visible>,
) -> Result<bool, Problem> {
    let recordings = match approval.concern(who.actor.user(), listener == Listener::Desk) {
        Concern::Nobody => return Ok(false),
        Concern::Him => return Ok(true),
        Concern::WhoReaches(recordings) => recordings,
    };
    let visible: &Visible = match reach {
        Some(visible) => visible,
        None => reach.insert(seen_by(desk, who, Permission::RecordingExport).await?),
    };
    match (visible, recordings) {
        (Visible::All, _) => Ok(true),
        (Visible::Some { .. }, Some(recordings)) => reaches(desk, visible, &recordings).await,
        (Visible::Some { .. }, None) => Ok(false),
    }
}

fn view(desk: &Desk, who: &SignedIn, seen: ApprovalSeen) -> ApprovalView {
    let ApprovalSeen { approval, asked_by, answered_by, ends } = seen;
    let (over, export) = (ends <= desk.now(), export(&approval));
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
        export,
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

fn export(approval: &Approval) -> Option<ExportAskedView> {
    let is_export = approval.act == Act::ExportRecordings;
    let set = ExportSet::read(&approval.subject).filter(|_| is_export)?;
    let time = |call: Option<&CallId>| call.map(|call| rfc3339(call.arrived_at()));
    Some(ExportAskedView {
        recordings: set.calls().iter().map(ToString::to_string).collect(),
        from: time(set.calls().first()),
        to: time(set.calls().last()),
    })
}
