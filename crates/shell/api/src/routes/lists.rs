//! Entries of callers' lists: who stands there, since when, until when, why, and by whom.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::Permission;
use bell_access::audit::{Detail, Entry, Outcome};
use bell_types::{EntryId, ListName, Term};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::people::ReasonSent;
use crate::Problem;
use crate::access::{Signed, as_logged};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{
    BlockedView, EntriesView, EntriesWanted, EntryAct, EntryView, EntryWanted, Field, Numbers, Refused, ServiceWanted,
    SignedIn,
};
use crate::page;
use crate::words::Code;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntriesAsked {
    /// Only about this number.
    number: Option<String>,
    /// Also those that have ended.
    #[serde(default)]
    ended: bool,
    /// Why whole numbers are to be shown; without a reason their middle is hidden. It stands in the log.
    unmask: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
    /// What `next` said.
    cursor: Option<String>,
}

/// How many customers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BlockedAsked {
    /// Why whole numbers are to be shown.
    unmask: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// An entry to be added. It says for how long by one of `days`, `until` and `permanent`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EntrySent {
    /// The number, or the beginning of numbers and `*`.
    number: String,
    /// Why.
    reason: String,
    /// For so many days.
    days: Option<u16>,
    /// Until this time.
    until: Option<String>,
    /// For ever: on a deny list a second person must approve it.
    #[serde(default)]
    permanent: bool,
    /// Who answers for it; who puts it there, if nobody is named.
    owner: Option<String>,
    /// Allow lists: the queue the caller goes to.
    queue: Option<String>,
    /// Allow lists: the prompt that greets him.
    greeting: Option<String>,
    /// Allow lists: the agent who is his.
    agent: Option<String>,
    /// Allow lists: his place in the queue; higher goes first.
    priority: Option<u8>,
}

/// An entry was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryAdded {
    /// It; none: it counts, and does not show yet.
    entry: Option<EntryView>,
}

/// The entries of a list.
#[utoipa::path(get, path = "/v1/lists/{list}/entries", tag = "lists", params(("list" = String, Path), EntriesAsked),
    responses((status = 200, body = EntriesView)))]
pub(crate) async fn entries(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(list): Named<String>,
    Asked(asked): Asked<EntriesAsked>,
) -> Result<Json<EntriesView>, Problem> {
    let list = named(&list)?;
    let numbers = numbers(&desk, &who, asked.unmask, &format!("list {list}")).await?;
    let after = match asked.cursor.as_deref() {
        None | Some("") => EntryId(0),
        Some(cursor) => EntryId(cursor.parse().map_err(|_| page::field(Field::malformed("cursor")))?),
    };
    let wanted = EntriesWanted {
        list,
        number: asked.number.filter(|number| !number.trim().is_empty()),
        ended: asked.ended,
        after,
        limit: page::limit(asked.limit)?,
        numbers,
        by: who.name.clone(),
    };
    Ok(Json(desk.doors.lists.entries(wanted).await?))
}

/// Puts a number on a list. What is denied for ever waits for a second person, and does nothing until then.
#[utoipa::path(post, path = "/v1/lists/{list}/entries", tag = "lists", params(("list" = String, Path)),
    request_body = EntrySent, responses((status = 201, body = EntryAdded)))]
pub(crate) async fn add(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(list): Named<String>,
    Sent(sent): Sent<EntrySent>,
) -> Result<(StatusCode, Json<EntryAdded>), Problem> {
    let list = named(&list)?;
    let term = term(&sent)?;
    if sent.reason.trim().is_empty() {
        return Err(Refused::ReasonNeeded.into());
    }
    let EntrySent { number, reason, owner, queue, greeting, agent, priority, .. } = sent;
    let service = ServiceWanted { queue, greeting, agent, priority };
    let (by, object) = (who.name.clone(), format!("list {list}"));
    let details = [("number", Detail::Words(number.clone())), ("reason", Detail::Words(reason.clone()))];
    let wanted = EntryWanted { list, number, term, reason, owner, service, by };
    let entry = desk.doors.lists.add_entry(wanted, desk.now()).await?;
    log(&desk, &who, Permission::ListWrite, object, details.into()).await?;
    Ok((StatusCode::CREATED, Json(EntryAdded { entry })))
}

/// Takes an entry off its list.
#[utoipa::path(post, path = "/v1/lists/{list}/entries/{entry}/remove", tag = "lists",
    params(("list" = String, Path), ("entry" = String, Path)), request_body = ReasonSent, responses((status = 204)))]
pub(crate) async fn remove(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(of): Named<(String, u64)>,
    Sent(sent): Sent<ReasonSent>,
) -> Result<StatusCode, Problem> {
    let reason = sent.into_words();
    if reason.trim().is_empty() {
        return Err(Refused::ReasonNeeded.into());
    }
    act(&desk, &who, of, (EntryAct::Remove, Permission::ListWrite), reason).await
}

/// Lets an entry count that somebody else proposed.
#[utoipa::path(post, path = "/v1/lists/{list}/entries/{entry}/approve", tag = "lists",
    params(("list" = String, Path), ("entry" = String, Path)), request_body = ReasonSent, responses((status = 204)))]
pub(crate) async fn approve(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(of): Named<(String, u64)>,
    Sent(sent): Sent<ReasonSent>,
) -> Result<StatusCode, Problem> {
    act(&desk, &who, of, (EntryAct::Approve, Permission::ListApprove), sent.into_words()).await
}

/// Customers who are turned away: numbers on a deny list whose callers somebody has talked with.
#[utoipa::path(get, path = "/v1/reports/blocked-customers", tag = "lists", params(BlockedAsked),
    responses((status = 200, body = BlockedView)))]
pub(crate) async fn blocked(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<BlockedAsked>,
) -> Result<Json<BlockedView>, Problem> {
    let limit = page::limit(asked.limit)?;
    let numbers = numbers(&desk, &who, asked.unmask, "blocked customers").await?;
    Ok(Json(desk.doors.lists.blocked_customers(limit, numbers, who.name.clone()).await?))
}

async fn act(
    desk: &Desk,
    who: &SignedIn,
    (list, entry): (String, u64),
    (act, permission): (EntryAct, Permission),
    reason: String,
) -> Result<StatusCode, Problem> {
    let list = named(&list)?;
    let object = format!("list {list}");
    let number = desk.doors.lists.act_on_entry(list, EntryId(entry), act, who.name.clone()).await?;
    let details = vec![("number", Detail::Plain(number)), ("reason", Detail::Words(reason))];
    log(desk, who, permission, object, details).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whole numbers are for who may see them and says why.
async fn numbers(desk: &Desk, who: &SignedIn, reason: Option<String>, object: &str) -> Result<Numbers, Problem> {
    let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) else { return Ok(Numbers::Masked) };
    who.actor.furthest(Permission::NumberUnmask)?;
    let details = vec![("reason", Detail::Words(reason))];
    log(desk, who, Permission::NumberUnmask, object.to_owned(), details).await?;
    Ok(Numbers::Whole)
}

fn term(sent: &EntrySent) -> Result<Term, Problem> {
    let until = page::time("until", sent.until.as_deref())?;
    match (sent.days, until, sent.permanent) {
        (Some(0), ..) => Err(page::field(Field::malformed("days"))),
        (Some(days), None, false) => Ok(Term::Days(days)),
        (None, Some(until), false) => Ok(Term::Until(until)),
        (None, None, true) => Ok(Term::Permanent),
        (None, None, false) => Err(page::field(Field::missing("days"))),
        _ => Err(page::field(Field::malformed("days"))),
    }
}

fn named(list: &str) -> Result<ListName, Problem> {
    ListName::new(list).map_err(|_| Problem::of(Code::NotFound))
}

async fn log(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    object: String,
    details: Vec<(&str, Detail)>,
) -> Result<(), Problem> {
    let entry = Entry {
        at: desk.now(),
        who: as_logged(who),
        address: Some(who.address),
        action: permission.code().to_owned(),
        object,
        outcome: Outcome::Done,
        details: details.into_iter().map(|(name, detail)| (name.to_owned(), detail)).collect(),
    };
    Ok(desk.doors.accounts.log(Some(who), entry).await?)
}
