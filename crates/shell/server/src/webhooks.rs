//! What programs of others are told: the messages, made of facts and of what accounts tell.

use bell_api::doors::NoticeContent;
use bell_call::Folder;
use bell_customer::Stage;
use bell_store::NewEvent;
use bell_store::tickets::TicketRow;
use bell_types::{CallId, Fact, OfferOutcome, Wall, What};
use bell_webhook::Kind;
use serde_json::{Value, json};

use crate::projection::row;

/// What a fact is told as; `of_call`: all facts of its call so far, if it ends something.
pub(crate) fn of_fact(fact: &Fact, of_call: &[Fact]) -> Option<NewEvent> {
    let at = fact.now.wall;
    match &fact.what {
        What::CallArrived { call, caller, called, trunk, .. } => {
            let data = json!({
                "call": call,
                "caller": caller.number,
                "called": called,
                "trunk": trunk,
            });
            Some(event(Kind::CallStarted, at, &data))
        }
        What::OfferEnded { offer, agent, outcome: OfferOutcome::Accepted } => {
            Some(event(Kind::CallAnswered, at, &json!({ "call": offer.call, "agent": agent })))
        }
        What::CallEnded { call, .. } => Some(event(Kind::CallEnded, at, &ended(*call, of_call)?)),
        What::RecordingSealed { recording, status, length, sha256 } => {
            let data = json!({
                "call": recording.0,
                "recording": recording.0,
                "status": status,
                "length_ms": length.as_millis() as u64,
                "sha256": sha256,
            });
            Some(event(Kind::RecordingReady, at, &data))
        }
        _ => None,
    }
}

/// What somebody is told about his account. The link is in it: who sets up such a webhook hands notices on to their owners,
/// by mail or by short message.
pub(crate) fn of_notice(at: Wall, user: &str, content: &NoticeContent, link: Option<&str>) -> NewEvent {
    event(Kind::AccountNotice, at, &json!({ "user": user, "notice": content, "link": link }))
}

/// What is told of a ticket's promise. Neither the customer nor his matter is in it: who may see them asks for the ticket.
pub(crate) fn of_promise(at: Wall, row: &TicketRow, stage: Stage) -> Option<NewEvent> {
    let kind = match stage {
        Stage::Running => return None,
        Stage::Near => Kind::TicketPromiseNear,
        Stage::Overdue => Kind::TicketPromiseOverdue,
    };
    let data = json!({
        "ticket": row.ticket.to_string(),
        "agent": row.decided.agent,
        "call": row.call,
        "priority": row.priority.code(),
        "promised_at": row.decided.promise.until().to_string(),
    });
    Some(event(kind, at, &data))
}

/// What a call came to.
fn ended(call: CallId, facts: &[Fact]) -> Option<Value> {
    let mut folder = Folder::new();
    let record = facts.iter().filter_map(|fact| folder.apply(fact)).last()?;
    let row = row(&record);
    Some(json!({
        "call": call,
        "started": row.started_at.to_string(),
        "ended": row.ended_at.to_string(),
        "caller": row.caller,
        "called": row.called,
        "trunk": row.trunk,
        "queue": row.queue,
        "agent": row.agent,
        "cause": row.cause,
        "wait_ms": row.queued.as_millis() as u64,
        "talk_ms": row.talk.as_millis() as u64,
        "hold_ms": row.hold.as_millis() as u64,
    }))
}

fn event(kind: Kind, at: Wall, data: &Value) -> NewEvent {
    let body = json!({ "type": kind.code(), "timestamp": at.to_string(), "data": data });
    NewEvent { kind, at, body: body.to_string() }
}
