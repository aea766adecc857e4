//! Tickets: what is not resolved yet, and until when the customer hears of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use bell_access::UserId;
use bell_customer::{Priority, TicketChange, TicketState, prose};
use bell_types::{AgentName, Number};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{Seen, Signed};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{Field, TicketView, TicketWanted, TicketsAsked, TicketsPage};
use crate::page;
use crate::routes::customers::{call, written, written_or_none};
use crate::routes::floor::agent;
use crate::visit::text;
use crate::words::Code;

/// The longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 200;
/// The longest text of a ticket or of what was done about it.
const TEXT_CHARS_MAX: usize = 10_000;
/// The longest key of a request.
const KEY_CHARS_MAX: usize = 128;
/// By what a request that is sent again is known.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A ticket that is to be opened.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TicketSent {
    /// The call it is opened in.
    call: Option<String>,
    /// Whose matter it is; that of the customer of the call, if none is given.
    number: Option<String>,
    /// In one line.
    subject: String,
    /// In full.
    text: Option<String>,
    /// `low`, `normal`, `high`, `urgent`; `normal` if nothing is said.
    priority: Option<String>,
    /// Until when the customer hears of it.
    promised_at: String,
    /// Who looks after it; who opens it, if nobody is named.
    agent: Option<String>,
}

/// What is to change. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TicketChangeSent {
    /// `open`, `done`, `cancelled`.
    state: Option<String>,
    /// What was done or learned.
    text: Option<String>,
    /// Another time is promised.
    promised_at: Option<String>,
    /// Somebody else looks after it.
    agent: Option<String>,
}

/// Which tickets.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketsQuery {
    /// `open`, `done`, `cancelled`.
    state: Option<String>,
    /// Only those that one looks after oneself.
    mine: Option<bool>,
    /// Only those whose promise was broken.
    overdue: Option<bool>,
    /// That this agent looks after.
    agent: Option<String>,
    /// About this number.
    number: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// Tickets, the next promise first.
#[utoipa::path(get, path = "/v1/tickets", tag = "tickets", params(TicketsQuery),
    responses((status = 200, body = TicketsPage)))]
pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Asked(asked): Asked<TicketsQuery>,
) -> Result<Json<TicketsPage>, Problem> {
    let own = if asked.mine == Some(true) { Some(agent(&who)?.clone()) } else { None };
    let asked = TicketsAsked {
        visible,
        state: asked.state.as_deref().map(state).transpose()?,
        agent: own.or(asked.agent.as_deref().map(named).transpose()?),
        overdue: asked.overdue == Some(true),
        number: asked.number.as_deref().map(|text| number(&desk, text)).transpose()?,
        after: asked.cursor,
        limit: page::limit(asked.limit)?,
    };
    Ok(Json(desk.doors.aids.tickets(asked).await?))
}

/// Opens a ticket, for the customer of one's own call or of another ticket of one's own.
#[utoipa::path(post, path = "/v1/tickets", tag = "tickets", request_body = TicketSent,
    params(("idempotency-key" = Option<String>, Header, description = "opens one ticket, however often it is sent")),
    responses((status = 201, body = TicketView)))]
pub(crate) async fn open(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    headers: HeaderMap,
    Sent(sent): Sent<TicketSent>,
) -> Result<(StatusCode, Json<TicketView>), Problem> {
    let wanted = TicketWanted {
        call: call(sent.call.as_deref())?,
        number: sent.number.as_deref().filter(|text| !text.is_empty()).map(|text| number(&desk, text)).transpose()?,
        subject: written("subject", prose::line(&sent.subject, SUBJECT_CHARS_MAX))?,
        text: words(sent.text.as_deref())?.unwrap_or_default(),
        priority: sent.priority.as_deref().map_or(Ok(Priority::Normal), |code| {
            Priority::of_code(code).ok_or_else(|| page::field(Field::unknown("priority")))
        })?,
        promised_at: page::time("promised_at", Some(&sent.promised_at))?
            .ok_or_else(|| page::field(Field::missing("promised_at")))?,
        agent: sent.agent.as_deref().map(named).transpose()?,
        request: request(&headers, who.actor.user())?,
    };
    let opened = desk.doors.aids.open_ticket(&who, wanted, &visible).await?;
    desk.hub.notify("tickets");
    Ok((StatusCode::CREATED, Json(opened)))
}

/// A ticket with what was done about it.
#[utoipa::path(get, path = "/v1/tickets/{ticket}", tag = "tickets", params(("ticket" = String, Path)),
    responses((status = 200, body = TicketView)))]
pub(crate) async fn one(
    State(desk): State<Arc<Desk>>,
    Seen(visible): Seen,
    Named(ticket): Named<String>,
) -> Result<Json<TicketView>, Problem> {
    Ok(Json(desk.doors.aids.ticket(id(&ticket)?, &visible).await?))
}

/// Changes a ticket: says what was done, promises another time, hands it on, closes it.
#[utoipa::path(patch, path = "/v1/tickets/{ticket}", tag = "tickets", params(("ticket" = String, Path)),
    request_body = TicketChangeSent, responses((status = 200, body = TicketView)))]
pub(crate) async fn change(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Named(ticket): Named<String>,
    Sent(sent): Sent<TicketChangeSent>,
) -> Result<Json<TicketView>, Problem> {
    let change = TicketChange {
        state: sent.state.as_deref().map(state).transpose()?,
        text: words(sent.text.as_deref())?,
        promised_at: page::time("promised_at", sent.promised_at.as_deref())?,
        agent: sent.agent.as_deref().map(named).transpose()?,
    };
    let changed = desk.doors.aids.change_ticket(&who, id(&ticket)?, change, &visible).await?;
    desk.hub.notify("tickets");
    Ok(Json(changed))
}

/// `T-17`.
fn id(ticket: &str) -> Result<u64, Problem> {
    let number = ticket.strip_prefix("T-").and_then(|number| number.parse().ok());
    number.ok_or_else(|| Problem::of(Code::NotFound))
}

fn state(code: &str) -> Result<TicketState, Problem> {
    TicketState::of_code(code).ok_or_else(|| page::field(Field::unknown("state")))
}

fn named(name: &str) -> Result<AgentName, Problem> {
    AgentName::new(name).map_err(|_| page::field(Field::malformed("agent")))
}

fn number(desk: &Desk, text: &str) -> Result<Number, Problem> {
    desk.doors.customers.number(text).ok_or_else(|| page::field(Field::malformed("number")))
}

fn words(text: Option<&str>) -> Result<Option<String>, Problem> {
    written_or_none("text", text, |text| prose::block(text, TEXT_CHARS_MAX))
}

/// The key that a request is sent with: one person's are not another's.
fn request(headers: &HeaderMap, user: UserId) -> Result<Option<String>, Problem> {
    let Some(key) = text(headers, &IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = written("idempotency_key", prose::line(key, KEY_CHARS_MAX))?;
    Ok(Some(format!("{user} {key}")))
}
