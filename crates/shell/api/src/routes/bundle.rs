//! Everything about one call, for whoever helps (DIA-19).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bell_access::audit::{Detail, Entry, Outcome};
use bell_access::{Decision, Object, Permission, decide};

use crate::Problem;
use crate::access::{OfCall, Signed, as_logged};
use crate::api::Desk;
use crate::doors::BundleWanted;

/// Whoever sees a call takes its bundle, and so does whoever looks after the platform without seeing calls.
pub(crate) const TAKE: &[Permission] = &[Permission::CallRead, Permission::TraceRead];

/// Everything about one call as a `.zip`: record, facts, decisions, quality and, for who may see them, SIP messages, with
/// numbers, names, keys and credentials hidden.
#[utoipa::path(get, path = "/v1/calls/{call}/bundle", tag = "calls", params(("call" = String, Path)),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
pub(crate) async fn bundle(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    of: OfCall,
) -> Result<Response, Problem> {
    let all = Object::of_tenant(who.actor.tenant());
    let trace = matches!(decide(&who.actor, Permission::TraceRead, &all), Decision::Allowed(_));
    let wanted = BundleWanted { call: of.call, by: who.name.clone(), trace };
    let bytes = desk.doors.records.bundle(wanted).await?;
    // Before it is sent: what nobody can look up later leaves no house.
    let traces = if trace { "with SIP messages" } else { "without SIP messages" };
    let entry = Entry {
        at: desk.now(),
        who: as_logged(&who),
        address: Some(who.address),
        action: Permission::CallRead.code().to_owned(),
        object: format!("bundle of call {}", of.call),
        outcome: Outcome::Done,
        details: vec![("taken".to_owned(), Detail::Plain(traces.to_owned()))],
    };
    desk.doors.accounts.log(Some(&who), entry).await?;
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"belltower-{}.zip\"", of.call)),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}
