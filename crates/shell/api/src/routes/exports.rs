//! Recordings that somebody takes home (REC-13). Agents take none: the permission is never about what is only one's own.

use std::collections::BTreeSet;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bell_access::audit::{Detail, Entry, Outcome};
use bell_access::{Permission, TEXT_LEN_MAX};
use bell_types::CallId;
use hyper::body::Frame;
use serde::Deserialize;
use tokio::sync::mpsc::Receiver;
use utoipa::ToSchema;

use crate::access::{Seen, Signed, as_logged};
use crate::api::Desk;
use crate::body::Sent;
use crate::doors::{ExportWanted, Field, Refused};
use crate::{Problem, page};

/// Which recordings are exported, and why.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ExportSent {
    /// Their ids.
    recordings: Vec<String>,
    /// Why; it stands in the log and in each file.
    reason: Option<String>,
}

/// Selected recordings as a `.zip` of WAV files, each naming in itself who took it, when and why, with a manifest of their
/// hashes.
#[utoipa::path(post, path = "/v1/recordings/export", tag = "recordings", request_body = ExportSent,
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
pub(crate) async fn export(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Sent(sent): Sent<ExportSent>,
) -> Result<Response, Problem> {
    let reason = sent.reason.filter(|reason| !reason.trim().is_empty()).ok_or(Refused::ReasonNeeded)?;
    if reason.chars().count() > TEXT_LEN_MAX {
        return Err(page::field(Field { field: "reason", problem: "too_long" }));
    }
    let calls: Result<BTreeSet<CallId>, _> =
        sent.recordings.iter().map(|recording| recording.parse::<CallId>()).collect();
    let calls = calls.map_err(|_| page::field(Field::malformed("recordings")))?;
    if calls.is_empty() {
        return Err(page::field(Field::missing("recordings")));
    }
    desk.doors.records.may_export(calls.len())?;
    for call in &calls {
        let parties = desk.doors.records.parties(*call).await?.ok_or(Refused::NotThere)?;
        if !visible.lets(&parties) {
            return Err(Refused::NotThere.into());
        }
    }
    let at = desk.now();
    let recordings: Vec<CallId> = calls.into_iter().collect();
    let wanted = ExportWanted { recordings: recordings.clone(), by: who.name.clone(), reason: reason.clone(), at };
    let pieces = desk.doors.records.export(wanted).await?.pieces;
    // Before anything is sent: what nobody can look up later is not taken. Each recording has an entry of its own.
    for call in &recordings {
        let entry = Entry {
            at,
            who: as_logged(&who),
            address: Some(who.address),
            action: Permission::RecordingExport.code().to_owned(),
            object: format!("recording {call}"),
            outcome: Outcome::Done,
            details: vec![
                ("reason".to_owned(), Detail::Words(reason.clone())),
                ("together".to_owned(), Detail::Plain(recordings.len().to_string())),
            ],
        };
        desk.doors.accounts.log(Some(&who), entry).await?;
    }
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"belltower-recordings.zip\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::new(Pieces(pieces))).into_response())
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
