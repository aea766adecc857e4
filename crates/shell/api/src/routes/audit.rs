//! The log of what everybody did.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::audit::{Outcome, Record, Who};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::Asked;
use crate::doors::{AuditWanted, Field};
use crate::page;
use crate::time::rfc3339;

/// Which records.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditAsked {
    /// Not before.
    from: Option<String>,
    /// Before.
    to: Option<String>,
    /// Of whom: a name.
    who: Option<String>,
    /// What: the beginning of an action.
    what: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// A record of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditView {
    /// Its place.
    seq: u64,
    /// When.
    at: String,
    /// Whether a `user`, a `token`, a `stranger` or the `system` did it.
    kind: &'static str,
    /// The id of the account.
    user: Option<String>,
    /// The name at that time.
    name: String,
    /// From where.
    address: Option<String>,
    /// What.
    action: String,
    /// To what.
    object: String,
    /// `done`, `refused` or `failed`.
    outcome: &'static str,
    /// Why not.
    why: Option<String>,
    /// What else, masked.
    details: BTreeMap<String, String>,
    /// The hash of the record, in hexadecimal.
    hash: String,
}

/// Some records, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditPageView {
    /// They.
    items: Vec<AuditView>,
    /// Where the next page begins.
    next: Option<String>,
}

/// Whether the log is whole.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifiedView {
    /// Whether it is.
    whole: bool,
    /// How many records were looked at.
    records: u64,
    /// The last record's place.
    last: Option<u64>,
    /// The last record's hash.
    hash: Option<String>,
    /// Where it is broken, in words.
    breaks: Vec<String>,
}

/// Searches the log.
#[utoipa::path(get, path = "/v1/audit", tag = "audit", params(AuditAsked),
    responses((status = 200, body = AuditPageView)))]
pub(crate) async fn search(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<AuditAsked>,
) -> Result<Json<AuditPageView>, Problem> {
    let before = asked.cursor.map(|cursor| cursor.parse().map_err(|_| page::field(Field::malformed("cursor"))));
    let wanted = AuditWanted {
        from: page::time("from", asked.from.as_deref())?,
        to: page::time("to", asked.to.as_deref())?,
        who: asked.who,
        what: asked.what,
        before: before.transpose()?,
        limit: page::limit(asked.limit)?,
    };
    let found = desk.doors.accounts.audit(&who, wanted).await?;
    let last = found.records.last().filter(|_| found.more).map(|record| record.seq.to_string());
    Ok(Json(AuditPageView { items: found.records.into_iter().map(view).collect(), next: last }))
}

/// Verifies that the log is whole.
#[utoipa::path(post, path = "/v1/audit/verify", tag = "audit", responses((status = 200, body = VerifiedView)))]
pub(crate) async fn verify(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<VerifiedView>, Problem> {
    let verified = desk.doors.accounts.verify_audit(&who).await?;
    Ok(Json(VerifiedView {
        whole: verified.breaks.is_empty(),
        records: verified.records,
        last: verified.head.as_ref().map(|head| head.seq),
        hash: verified.head.as_ref().map(|head| head.hash.to_string()),
        breaks: verified.breaks.iter().map(ToString::to_string).collect(),
    }))
}

fn view(record: Record) -> AuditView {
    let (kind, user, name) = match record.who {
        Who::User(user, name) => ("user", Some(user), name),
        Who::Token(user, name) => ("token", Some(user), name),
        Who::Stranger(name) => ("stranger", None, name),
        Who::System(name) => ("system", None, name),
    };
    let (outcome, why) = match record.outcome {
        Outcome::Done => ("done", None),
        Outcome::Refused(why) => ("refused", Some(why)),
        Outcome::Failed(why) => ("failed", Some(why)),
    };
    AuditView {
        seq: record.seq,
        at: rfc3339(record.at),
        kind,
        user: user.map(|user| user.to_string()),
        name,
        address: record.address.map(|address| address.to_string()),
        action: record.action,
        object: record.object,
        outcome,
        why,
        details: record.details.into_iter().collect(),
        hash: record.hash.to_string(),
    }
}
