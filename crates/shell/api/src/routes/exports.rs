//! Recordings that somebody takes home (REC-13). Agents take none: the permission is never about what is only one's own.

use std::collections::BTreeSet;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bell_access::audit::{Detail, Entry, Outcome};
use bell_access::{ApprovalId, ExportSet, Permission, TEXT_LEN_MAX};
use bell_types::CallId;
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;
use utoipa::ToSchema;

use crate::access::{Seen, Signed, as_logged};
use crate::api::Desk;
use crate::body::Sent;
use crate::doors::{ExportApproved, ExportWanted, Field, Refused, Visible};
use crate::{Problem, page};

/// Which recordings are exported, and why.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ExportSent {
    /// Their ids.
    recordings: Vec<String>,
    /// Why; it stands in the log and in each file. Where a second person has approved, what he read stands there.
    reason: Option<String>,
    /// The approval that is used; without it the one there is for exactly these recordings, or one is asked for.
    approval: Option<String>,
}

/// How recordings are exported here.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportTermsView {
    /// How many recordings one person exports alone; more need the approval of a second person.
    alone_max: usize,
}

/// Whether an export waits for a second person.
#[utoipa::path(get, path = "/v1/recordings/export", tag = "recordings",
    responses((status = 200, body = ExportTermsView)))]
pub(crate) async fn terms(State(desk): State<Arc<Desk>>) -> Json<ExportTermsView> {
    Json(ExportTermsView { alone_max: desk.doors.accounts.export_alone_max() })
}

/// Selected recordings as a `.zip` of WAV files, each naming in itself who took it, when and why, with a manifest of their
/// hashes. Where a second person must approve, that is asked for first: 409 `approval_needed`.
#[utoipa::path(post, path = "/v1/recordings/export", tag = "recordings", request_body = ExportSent,
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
pub(crate) async fn export(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Sent(sent): Sent<ExportSent>,
) -> Result<Response, Problem> {
    let approval = read_approval(sent.approval.as_deref())?;
    let reason = sent.reason.filter(|reason| !reason.trim().is_empty());
    if reason.is_none() && approval.is_none() {
        return Err(Refused::ReasonNeeded.into());
    }
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > TEXT_LEN_MAX) {
        return Err(page::field(Field { field: "reason", problem: "too_long" }));
    }
    let set = read_set(&sent.recordings)?;
    let (records, accounts) = (&desk.doors.records, &desk.doors.accounts);
    records.may_export(set.calls().len())?;
    if !reaches(&desk, &visible, &set).await? {
        return Err(Refused::NotThere.into());
    }
    let recordings: Vec<CallId> = set.calls().iter().copied().collect();
    // Nobody is asked, and no approval used up, for what cannot be had.
    records.export_fits(&recordings)?;
    let approved = accounts.approve_export(&who, &set, approval, reason.as_deref()).await?;
    let reason = approved.as_ref().map(|approved| approved.reason.clone()).or(reason).ok_or(Refused::ReasonNeeded)?;
    let (at, approved_by) = (desk.now(), approved.as_ref().map(|approved| approved.by.clone()));
    let wanted =
        ExportWanted { recordings: recordings.clone(), by: who.name.clone(), approved_by, reason: reason.clone(), at };
    let pieces = records.export(wanted).await?.pieces;
    let mut details = vec![
        ("reason".to_owned(), Detail::Words(reason)),
        ("together".to_owned(), Detail::Plain(recordings.len().to_string())),
    ];
    if let Some(ExportApproved { approval, by, .. }) = approved {
        details.push(("approval".to_owned(), Detail::Plain(approval.to_string())));
        details.push(("approved_by".to_owned(), Detail::Plain(by)));
    }
    // Before anything is sent: what nobody can look up later is not taken. Each recording has an entry of its own.
    for call in &recordings {
        let entry = Entry {
            at,
            who: as_logged(&who),
            address: Some(who.address),
            action: Permission::RecordingExport.code().to_owned(),
            object: format!("recording {call}"),
            outcome: Outcome::Done,
            details: details.clone(),
        };
        accounts.log(Some(&who), entry).await?;
    }
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"belltower-recordings.zip\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::new(Pieces(pieces))).into_response())
}

/// Whether somebody who sees these agents and queues may have all recordings of the set.
pub(super) async fn reaches(desk: &Desk, visible: &Visible, set: &ExportSet) -> Result<bool, Problem> {
    for call in set.calls() {
        let parties = desk.doors.records.parties(*call).await?;
        if !parties.is_some_and(|parties| visible.lets(&parties)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read_set(recordings: &[String]) -> Result<ExportSet, Problem> {
    let calls: Result<BTreeSet<CallId>, _> = recordings.iter().map(|recording| recording.parse::<CallId>()).collect();
    let calls = calls.map_err(|_| page::field(Field::malformed("recordings")))?;
    if calls.is_empty() { Err(page::field(Field::missing("recordings"))) } else { Ok(ExportSet::of(calls)) }
}

fn read_approval(text: Option<&str>) -> Result<Option<ApprovalId>, Problem> {
    let id = text.map(str::parse::<u64>).transpose();
    id.map(|id| id.map(ApprovalId)).map_err(|_| page::field(Field::malformed("approval")))
}

/// A body that is written while it is sent. An error breaks the answer off, so that nobody takes a part for the whole.
struct Pieces(Receiver<io::Result<Bytes>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
