//! The work after a call: what came of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::Permission;
use bell_types::{AgentName, QueueName};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Problem;
use crate::access::{OfCall, Seen, Signed};
use crate::api::Desk;
use crate::body::{Asked, Sent};
use crate::doors::{DispositionsView, Field, SummarySent, SummaryView};
use crate::page;
use crate::words::Code;

/// After which calls.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DispositionsAsked {
    /// Those that were last in this queue; without one, those that agents place.
    queue: Option<String>,
}

/// Whose summary.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryAsked {
    /// Of this agent; else one's own, or that of who talked last.
    agent: Option<String>,
}

/// What is asked after calls of a queue. 404: nothing.
#[utoipa::path(get, path = "/v1/dispositions", tag = "work", params(DispositionsAsked),
    responses((status = 200, body = DispositionsView)))]
pub(crate) async fn dispositions(
    State(desk): State<Arc<Desk>>,
    Asked(asked): Asked<DispositionsAsked>,
) -> Result<Json<DispositionsView>, Problem> {
    let queue = asked.queue.filter(|queue| !queue.is_empty());
    let queue = queue.map(|queue| QueueName::new(&queue).map_err(|_| page::field(Field::malformed("queue"))));
    Ok(Json(desk.doors.work.dispositions(queue.transpose()?.as_ref()).await?))
}

/// What an agent wrote about a call. 404: nothing is asked after it, or nobody talked in it.
#[utoipa::path(get, path = "/v1/calls/{call}/summary", tag = "work", params(("call" = String, Path), SummaryAsked),
    responses((status = 200, body = SummaryView)))]
pub(crate) async fn summary(
    State(desk): State<Arc<Desk>>,
    who: Signed,
    seen: Seen,
    of: OfCall,
    Asked(asked): Asked<SummaryAsked>,
) -> Result<Json<SummaryView>, Problem> {
    let agent = whose(&who, &seen, &of, &asked)?;
    Ok(Json(desk.doors.work.summary(of.call, &agent).await?))
}

/// Writes it, in place of what was written before.
#[utoipa::path(put, path = "/v1/calls/{call}/summary", tag = "work", params(("call" = String, Path), SummaryAsked),
    request_body = SummarySent, responses((status = 200, body = SummaryView)))]
pub(crate) async fn write(
    State(desk): State<Arc<Desk>>,
    who: Signed,
    seen: Seen,
    of: OfCall,
    Asked(asked): Asked<SummaryAsked>,
    Sent(sent): Sent<SummarySent>,
) -> Result<Json<SummaryView>, Problem> {
    let agent = whose(&who, &seen, &of, &asked)?;
    if sent.owner.is_some() {
        who.0.actor.furthest(Permission::CustomerWrite)?;
    }
    Ok(Json(desk.doors.work.write(of.call, &agent, &who.0, sent).await?))
}

fn whose(Signed(who): &Signed, Seen(seen): &Seen, of: &OfCall, asked: &SummaryAsked) -> Result<AgentName, Problem> {
    let own = who.agent.as_ref().map(AgentName::as_str);
    let found = of.parties.whose_summary(own, asked.agent.as_deref()).filter(|agent| seen.has_agent(agent));
    found.and_then(|agent| AgentName::new(agent).ok()).ok_or_else(|| Problem::of(Code::NotFound))
}
