//! Programs of others that are told events.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_webhook::Kind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{AttemptSeen, Field, ReplayFrom, WebhookChange, WebhookMade, WebhookSeen, WebhookWanted};
use crate::page;
use crate::time::{read_rfc3339, rfc3339};

/// What the id of an event begins with.
const EVENT: &str = "evt_";

/// A webhook.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookView {
    /// Its id.
    webhook: String,
    /// What people call it.
    name: String,
    /// Where it is told.
    url: String,
    /// What it is told: `call.ended`, …
    events: Vec<&'static str>,
    /// `on`, `paused`, or `failed`: it took nothing for too long, and is told nothing any more.
    state: &'static str,
    /// Who set it up.
    made_by: String,
    /// When.
    made: String,
    /// The last event it has taken; none: it was told nothing yet.
    cursor: Option<String>,
    /// How many events are behind that, also such as it is not told.
    waiting: u64,
    /// How often the next message was tried in vain.
    tries: u32,
    /// Since when nothing is taken.
    failing_since: Option<String>,
    /// When it is tried next.
    next_try: Option<String>,
}

/// All webhooks.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhooksView {
    /// They.
    items: Vec<WebhookView>,
    /// What there is to be told.
    events: Vec<&'static str>,
}

/// A webhook that is to be set up.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WebhookSent {
    /// What people call it.
    name: String,
    /// Where it is told: https, or http on the machine itself.
    url: String,
    /// What it is told; everything there is today, if nothing is named.
    #[serde(default)]
    events: BTreeSet<String>,
}

/// What is changed; what is not there stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WebhookPatch {
    /// What people call it.
    name: Option<String>,
    /// Where it is told.
    url: Option<String>,
    /// What it is told.
    events: Option<BTreeSet<String>>,
    /// Whether it is told anything.
    state: Option<WebhookStateSent>,
    /// Whether it gets another secret.
    #[serde(default)]
    new_secret: bool,
}

/// Whether a webhook is told anything.
#[derive(Clone, Copy, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookStateSent {
    /// It is.
    On,
    /// It is not.
    Paused,
}

/// A webhook was set up or changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookMadeView {
    /// It.
    webhook: WebhookView,
    /// What its receiver checks messages with (`whsec_…`), shown once.
    secret: Option<String>,
}

/// From where everything is told again.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReplaySent {
    /// The id of an event (`evt_12`), or a time.
    from: String,
}

/// Which attempts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AttemptsAsked {
    /// At most so many; 200 at most.
    limit: Option<usize>,
    /// Where the page before ended.
    cursor: Option<u64>,
}

/// How telling an event went.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptView {
    /// Its number.
    attempt: String,
    /// The event.
    event: String,
    /// What it is about.
    kind: String,
    /// When it was tried.
    at: String,
    /// How long that took.
    took_ms: u64,
    /// The status of the answer; none: there was no answer.
    status: Option<u16>,
    /// Why it was not taken.
    error: Option<String>,
}

/// How telling went, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptsView {
    /// The last 200 are kept.
    items: Vec<AttemptView>,
    /// Where the next page begins.
    next: Option<String>,
}

/// All webhooks.
#[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks", responses((status = 200, body = WebhooksView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<WebhooksView>, Problem> {
    let items = desk.doors.webhooks.webhooks(&who).await?.into_iter().map(view).collect();
    Ok(Json(WebhooksView { items, events: Kind::ALL.iter().map(|kind| kind.code()).collect() }))
}

/// Sets one up: it is told what happens from now on.
#[utoipa::path(post, path = "/v1/webhooks", tag = "webhooks", request_body = WebhookSent,
    responses((status = 201, body = WebhookMadeView)))]
pub(crate) async fn make(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<WebhookSent>,
) -> Result<(StatusCode, Json<WebhookMadeView>), Problem> {
    let wanted = WebhookWanted { name: sent.name, url: sent.url, kinds: kinds(&sent.events)? };
    let made = desk.doors.webhooks.make_webhook(&who, wanted).await?;
    Ok((StatusCode::CREATED, Json(made_view(made))))
}

/// Changes one, or switches it on and off. Its next message is tried at once.
#[utoipa::path(patch, path = "/v1/webhooks/{webhook}", tag = "webhooks", params(("webhook" = String, Path)),
    request_body = WebhookPatch, responses((status = 200, body = WebhookMadeView)))]
pub(crate) async fn change(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(webhook): Named<u64>,
    Sent(sent): Sent<WebhookPatch>,
) -> Result<Json<WebhookMadeView>, Problem> {
    let change = WebhookChange {
        name: sent.name,
        url: sent.url,
        kinds: sent.events.as_ref().map(kinds).transpose()?,
        is_on: sent.state.map(|state| state == WebhookStateSent::On),
        new_secret: sent.new_secret,
    };
    let made = desk.doors.webhooks.change_webhook(&who, webhook, change).await?;
    Ok(Json(made_view(made)))
}

/// Takes one away.
#[utoipa::path(delete, path = "/v1/webhooks/{webhook}", tag = "webhooks", params(("webhook" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn delete(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(webhook): Named<u64>,
) -> Result<StatusCode, Problem> {
    desk.doors.webhooks.delete_webhook(&who, webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells one everything again from an event or a time on, as far back as events are kept.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/replay", tag = "webhooks", params(("webhook" = String, Path)),
    request_body = ReplaySent, responses((status = 200, body = WebhookView)))]
pub(crate) async fn replay(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(webhook): Named<u64>,
    Sent(sent): Sent<ReplaySent>,
) -> Result<Json<WebhookView>, Problem> {
    let event = sent.from.strip_prefix(EVENT).and_then(|event| event.parse().ok()).map(ReplayFrom::Event);
    let from = event.or_else(|| read_rfc3339(&sent.from).map(ReplayFrom::Time));
    let from = from.ok_or_else(|| page::field(Field::malformed("from")))?;
    Ok(Json(view(desk.doors.webhooks.replay_webhook(&who, webhook, from).await?)))
}

/// How telling one went, the newest first.
#[utoipa::path(get, path = "/v1/webhooks/{webhook}/attempts", tag = "webhooks",
    params(("webhook" = String, Path), AttemptsAsked), responses((status = 200, body = AttemptsView)))]
pub(crate) async fn attempts(
    State(desk): State<Arc<Desk>>,
    Signed(_who): Signed,
    Named(webhook): Named<u64>,
    Asked(asked): Asked<AttemptsAsked>,
) -> Result<Json<AttemptsView>, Problem> {
    let limit = page::limit(asked.limit)?;
    let mut found = desk.doors.webhooks.attempts(webhook, asked.cursor, limit + 1).await?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|last| last.attempt.to_string());
    Ok(Json(AttemptsView { items: found.into_iter().map(attempt_view).collect(), next }))
}

fn kinds(codes: &BTreeSet<String>) -> Result<BTreeSet<Kind>, Problem> {
    let kind = |code: &String| Kind::of_code(code).ok_or_else(|| page::field(Field::unknown("events")));
    codes.iter().map(kind).collect()
}

fn made_view(made: WebhookMade) -> WebhookMadeView {
    WebhookMadeView { webhook: view(made.webhook), secret: made.secret }
}

fn view(seen: WebhookSeen) -> WebhookView {
    WebhookView {
        webhook: seen.webhook.to_string(),
        name: seen.name,
        url: seen.url,
        events: seen.kinds.iter().map(|kind| kind.code()).collect(),
        state: seen.state,
        made_by: seen.made_by,
        made: rfc3339(seen.made),
        cursor: (seen.taken > 0).then(|| format!("{EVENT}{}", seen.taken)),
        waiting: seen.waiting,
        tries: seen.tries,
        failing_since: seen.failing_since.map(rfc3339),
        next_try: seen.next_try.map(rfc3339),
    }
}

fn attempt_view(seen: AttemptSeen) -> AttemptView {
    AttemptView {
        attempt: seen.attempt.to_string(),
        event: format!("{EVENT}{}", seen.event),
        kind: seen.kind,
        at: rfc3339(seen.at),
        took_ms: u64::try_from(seen.took.as_millis()).unwrap_or(u64::MAX),
        status: seen.status,
        error: seen.error,
    }
}
