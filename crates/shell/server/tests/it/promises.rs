//! Promised times of tickets: who is told that one is near or was broken, over HTTP, with a real call and real crashes.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::customers::{CALLER, get, in_secs, offered, offered_call};
use crate::desk::Visitor;
use crate::desk::{agent, somebody};
use crate::people::administrator;
use crate::webhooks::{Program, centre_with, set_up};

/// What somebody was told of a ticket's promise, the newest first: its kind, and whether it is settled.
fn told(visitor: &mut Visitor, ticket: &str) -> Vec<(String, bool)> {
    let (status, notices) = get(visitor, "/v1/me/notices");
    assert_eq!(status, 200, "{notices}");
    let items = notices["items"].as_array().expect("notices").iter().filter(|one| one["ticket"] == ticket);
    items.map(|one| (one["kind"].as_str().expect("a kind").to_owned(), one["seen"] == true)).collect()
}

fn is_told(visitor: &mut Visitor, ticket: &str, kind: &str) -> Option<()> {
    told(visitor, ticket).contains(&(kind.to_owned(), false)).then_some(())
}

fn opened(visitor: &mut Visitor, secs: i64, of: &Value) -> String {
    let mut ticket = json!({ "subject": "回电", "promised_at": in_secs(secs) });
    ticket.as_object_mut().expect("an object").extend(of.as_object().expect("an object").clone());
    let (status, opened) = visitor.ask("POST", "/v1/tickets", &ticket);
    assert_eq!(status, 201, "{opened}");
    opened["ticket"].as_str().expect("an id").to_owned()
}

/// AGT-08: who looks after a ticket is told at once when its promise is near, he and his team lead when it is broken; each
/// once, over kill -9 as well. A ticket that is closed is told of no more, one that is promised anew begins anew.
#[test]
fn agt_08_a_promise_that_is_near_or_broken_is_told_once_and_over_a_crash() -> Result<(), KitError> {
    let mut centre = centre_with("promise_near_permille = 1")?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let program = Program::start(200);
    set_up(&mut boss, &program.url(), &["ticket.promise_near", "ticket.promise_overdue"]);
    let (mut desk, mut bob) = (agent(&centre, "bob"), centre.bob()?);
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let mut events = desk.events();
    let (_caller, _call, offer) = offered(&centre, &mut bob)?;
    let of = json!({ "call": offered_call(&mut desk) });
    let ticket = opened(&mut desk, 3_600, &of);
    events.until(|message| message["kind"] == "notice" && message["notice"] == "notices");
    centre.until("bob is told that it is near", || is_told(&mut desk, &ticket, "promise_near"));
    let (_, notices) = get(&mut desk, "/v1/me/notices");
    let first = &notices["items"][0];
    assert!(first["text"].as_str().is_some_and(|text| text.contains(&ticket)), "{first}");
    assert_eq!(first["promised_at"], get(&mut desk, &format!("/v1/tickets/{ticket}")).1["promised_at"], "{first}");
    assert_eq!(program.until("ticket.promise_near").body["data"]["ticket"], ticket.as_str());
    assert_eq!(told(&mut lead, &ticket), [], "there is time yet");

    drop(offer);
    centre.server.kill()?;
    centre.server.restart()?;
    let closed = opened(&mut desk, 6, &json!({ "number": CALLER }));
    assert_eq!(desk.ask("PATCH", &format!("/v1/tickets/{closed}"), &json!({ "state": "done" })).0, 200);
    let anew = json!({ "promised_at": in_secs(9) });
    assert_eq!(desk.ask("PATCH", &format!("/v1/tickets/{ticket}"), &anew).0, 200);
    centre.until("his lead is told that it is broken", || is_told(&mut lead, &ticket, "promise_overdue"));
    let message = program.until("ticket.promise_overdue");
    assert_eq!((&message.body["data"]["ticket"], &message.body["data"]["agent"]), (&json!(ticket), &json!("bob")));
    assert_eq!(get(&mut lead, &format!("/v1/tickets/{ticket}")).1["stage"], "overdue");

    centre.server.kill()?;
    centre.server.restart()?;
    let later = opened(&mut desk, 3, &json!({ "number": CALLER }));
    centre.until("the next is told", || is_told(&mut lead, &later, "promise_overdue"));
    let line = |kind: &str, settled| (kind.to_owned(), settled);
    let of_bob = [line("promise_overdue", false), line("promise_near", true), line("promise_near", true)];
    assert_eq!(told(&mut desk, &ticket), of_bob, "the first promise was near once, the second near and broken once");
    assert_eq!(told(&mut lead, &ticket), [line("promise_overdue", false)]);
    assert!(told(&mut desk, &closed).iter().all(|(kind, settled)| kind == "promise_near" && *settled));
    assert_eq!((told(&mut lead, &closed), told(&mut boss, &ticket)), (vec![], vec![]), "he has a lead of his own");

    let done = json!({ "state": "done", "text": "已回电" });
    assert_eq!(desk.ask("PATCH", &format!("/v1/tickets/{ticket}"), &done).0, 200);
    assert_eq!(told(&mut lead, &ticket), [line("promise_overdue", true)], "nobody need look at it any more");
    let (_, notices) = get(&mut lead, "/v1/me/notices");
    let next = notices["items"][0]["notice"].as_str().expect("an id");
    assert_eq!(lead.ask("POST", &format!("/v1/me/notices/{next}/seen"), &Value::Null).0, 204);
    assert_eq!(told(&mut lead, &later), [line("promise_overdue", true)]);
    Ok(())
}
