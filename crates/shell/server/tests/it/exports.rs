//! Exports of recordings that wait for a second person.

use std::io::{Cursor, Read as _};

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::desk::{Visitor, somebody};
use crate::diagnosis::{CONSOLE, unchunked};
use crate::people::administrator;

/// A centre where every export waits, with so many recorded calls of alice's, the first one first.
fn centre(calls: usize) -> Result<(Centre, Vec<String>), KitError> {
    let policy = ("ring_timeout = \"30s\"", "ring_timeout = \"30s\"\nrecording_export_alone_max = 0");
    let centre = Centre::changed(&[("[media]", CONSOLE), policy])?;
    somebody(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    for _ in 0..calls {
        let mut talking = centre.talking()?;
        talking.call.hang_up()?;
        talking.offer.wait_ended()?;
    }
    let id = |record: &Value| record["call"].as_str().expect("a call").to_owned();
    let mut ids: Vec<String> = centre.records(calls).iter().map(id).collect();
    ids.sort();
    Ok((centre, ids))
}

fn export(who: &mut Visitor, recordings: &[&String], mut body: Value) -> (u16, Value) {
    body["recordings"] = json!(recordings);
    who.ask("POST", "/v1/recordings/export", &body)
}

fn list(who: &mut Visitor) -> Vec<Value> {
    let (status, approvals) = who.ask("GET", "/v1/approvals", &Value::Null);
    assert_eq!(status, 200, "{approvals}");
    approvals["items"].as_array().expect("requests").clone()
}

/// Asks a second person for an export; the request it is.
fn asked(who: &mut Visitor, recordings: &[&String], reason: &str) -> String {
    let (status, waits) = export(who, recordings, json!({ "reason": reason }));
    assert_eq!((status, &waits["code"]), (409, &json!("approval_needed")), "{waits}");
    waits["approval"].as_str().expect("a request").to_owned()
}

fn is_refused(answer: &(u16, Value), code: &str) {
    let status = if code == "not_found" { 404 } else { 409 };
    assert_eq!((answer.0, &answer.1["code"]), (status, &json!(code)), "{}", answer.1);
}

/// REC-13: an export is asked for by one person, approved by another who may export too, and done once, exactly as it was
/// approved; files and log name both.
#[test]
fn rec_13_an_export_waits_for_a_second_person_and_is_done_once() -> Result<(), KitError> {
    let (centre, ids) = centre(2)?;
    let (one, other) = (&ids[0], &ids[1]);
    let mut ada = somebody(&centre, "ada", &["--role", "qa"]);
    let mut lena = somebody(&centre, "lena", &["--role", "counsel"]);
    let mut ben = somebody(&centre, "ben", &["--role", "supervisor"]);
    let (status, terms) = ada.ask("GET", "/v1/recordings/export", &Value::Null);
    assert_eq!((status, &terms["alone_max"]), (200, &json!(0)), "{terms}");
    assert_eq!(export(&mut ada, &[one], json!({})).1["code"], "reason_needed");
    let id = asked(&mut ada, &[one], "complaint 17");
    assert_eq!(asked(&mut ada, &[one], "complaint 17"), id, "it waits already");

    let (approve, exact) = (format!("/v1/approvals/{id}/approve"), json!({ "approval": id }));
    is_refused(&export(&mut ada, &[one], exact.clone()), "approval_refused");
    is_refused(&ada.ask("POST", &approve, &json!({})), "approval_refused");
    is_refused(&ben.ask("POST", &approve, &json!({})), "not_found");
    assert!(list(&mut ben).is_empty(), "he exports nothing");
    let seen = list(&mut lena);
    assert_eq!(seen[0]["export"]["recordings"], json!([one]), "{seen:?}");
    assert_eq!((&seen[0]["state"], &seen[0]["reason"]), (&json!("waiting"), &json!("complaint 17")));
    assert!(seen[0]["export"]["from"].as_str().is_some_and(|from| from.starts_with("20")), "{seen:?}");
    let (status, approved) = lena.ask("POST", &approve, &json!({}));
    assert_eq!((status, &approved["state"]), (200, &json!("approved")), "{approved}");

    is_refused(&export(&mut ada, &[other], exact.clone()), "approval_refused");
    is_refused(&export(&mut ada, &[one, other], exact.clone()), "approval_refused");
    is_refused(&export(&mut lena, &[one], exact.clone()), "not_found");
    let body = json!({ "recordings": [one], "approval": id });
    let (status, chunked) = ada.fetch("POST", "/v1/recordings/export", &body);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&chunked));
    let mut zip = zip::ZipArchive::new(Cursor::new(unchunked(&chunked))).expect("a zip");
    let mut wav = Vec::new();
    zip.by_name(&format!("{one}.wav")).expect("a file").read_to_end(&mut wav).expect("it can be read");
    let remark = String::from_utf8_lossy(&wav[wav.len() - 200..]).into_owned();
    assert!(remark.contains("exported by ada at 2"), "{remark}");
    assert!(remark.contains("; approved by lena; reason: complaint 17"), "{remark}");
    let mut readme = String::new();
    zip.by_name("README.txt").expect("a file").read_to_string(&mut readme).expect("UTF-8");
    assert!(readme.contains("approved lena"), "{readme}");
    is_refused(&export(&mut ada, &[one], exact), "approval_refused");
    assert_ne!(asked(&mut ada, &[one], "again"), id, "it is used up");

    let mut auditor = administrator(&centre, "audit", &["auditor"]);
    let mut log = |what: &str| {
        let (_, log) = auditor.ask("GET", &format!("/v1/audit?what={what}"), &Value::Null);
        log["items"].as_array().expect("records").clone()
    };
    let about = |record: &Value| record["object"] == format!("approval {id}");
    for action in ["approval.ask", "approval.approve"] {
        let records = log(action);
        let found = records.iter().find(|record| about(record)).unwrap_or_else(|| panic!("{action}: {records:?}"));
        assert_eq!(found["details"]["act"], "export_recordings", "{found}");
        assert!(found["details"]["subject"].as_str().is_some_and(|subject| subject.contains(one.as_str())), "{found}");
    }
    let records = log("recording.export");
    let of_one = |record: &&Value| record["object"] == format!("recording {one}");
    let done: Vec<&Value> = records.iter().filter(of_one).collect();
    assert_eq!(done.len(), 1, "{records:?}");
    assert_eq!((&done[0]["details"]["approval"], &done[0]["details"]["approved_by"]), (&json!(id), &json!("lena")));
    Ok(())
}

/// REC-13: it is refused with a reason, or taken back by who asked; and asked for anew.
#[test]
fn rec_13_an_export_is_refused_with_a_reason_or_taken_back() -> Result<(), KitError> {
    let (centre, ids) = centre(1)?;
    let mut ada = somebody(&centre, "ada", &["--role", "qa"]);
    let mut lena = somebody(&centre, "lena", &["--role", "counsel"]);
    let first = asked(&mut ada, &[&ids[0]], "complaint 17");
    let (status, refused) =
        lena.ask("POST", &format!("/v1/approvals/{first}/reject"), &json!({ "reason": "ask sales" }));
    assert_eq!((status, &refused["state"]), (200, &json!("refused")), "{refused}");
    let own = list(&mut ada);
    assert_eq!((&own[0]["mine"], &own[0]["because"]), (&json!(true), &json!("ask sales")), "{own:?}");
    is_refused(&export(&mut ada, &[&ids[0]], json!({ "approval": first })), "approval_refused");
    let second = asked(&mut ada, &[&ids[0]], "sales agreed");
    let withdraw = format!("/v1/approvals/{second}/withdraw");
    is_refused(&lena.ask("POST", &withdraw, &json!({})), "approval_refused");
    let (status, withdrawn) = ada.ask("POST", &withdraw, &json!({}));
    assert_eq!((status, &withdrawn["state"]), (200, &json!("withdrawn")), "{withdrawn}");
    is_refused(&lena.ask("POST", &format!("/v1/approvals/{second}/approve"), &json!({})), "approval_refused");
    Ok(())
}

/// REC-13: only who reaches all the recordings sees and answers the request; and the desk shows no other request than exports.
#[test]
fn rec_13_who_does_not_reach_the_recordings_neither_sees_nor_answers() -> Result<(), KitError> {
    let (centre, ids) = centre(1)?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (_, mut org) = boss.ask("GET", "/v1/units", &Value::Null);
    let elsewhere = json!({ "unit": "77", "parent": top_of(&org), "kind": "department", "name": "Elsewhere" });
    org["units"].as_array_mut().expect("units").push(elsewhere);
    let (status, told) = boss.ask("PUT", "/v1/units", &org);
    assert!(status < 300, "{told}");
    let mut ada = somebody(&centre, "ada", &["--role", "qa"]);
    let mut far = somebody(&centre, "far", &["--role", "qa", "--unit", "Elsewhere"]);
    let id = asked(&mut ada, &[&ids[0]], "complaint 17");
    assert!(list(&mut far).is_empty(), "the calls are not of his department");
    for answer in ["approve", "reject"] {
        let answered = far.ask("POST", &format!("/v1/approvals/{id}/{answer}"), &json!({ "reason": "why not" }));
        is_refused(&answered, "not_found");
    }
    is_refused(&export(&mut far, &[&ids[0]], json!({ "reason": "mine" })), "not_found");

    let next = json!({
        "name": "next", "display_name": "Next", "unit": top_of(&org), "roles": [{ "role": "super_admin" }],
        "reason": "hands over"
    });
    let (status, made) = boss.ask("POST", "/v1/users", &next);
    let waits_for = made["waits_for"].as_str().unwrap_or_else(|| panic!("{status} {made}")).to_owned();
    let acts = |items: &[Value]| items.iter().map(|item| item["act"].clone()).collect::<Vec<_>>();
    assert_eq!(acts(&list(&mut boss)), [json!("make_super_admin"), json!("export_recordings")]);
    let mut desk = boss.clone().moved_to(&centre, "console");
    assert_eq!(acts(&list(&mut desk)), [json!("export_recordings")]);
    is_refused(&desk.ask("POST", &format!("/v1/approvals/{waits_for}/withdraw"), &json!({})), "not_found");
    let (status, approved) = desk.ask("POST", &format!("/v1/approvals/{id}/approve"), &json!({}));
    assert_eq!((status, &approved["state"]), (200, &json!("approved")), "{approved}");
    Ok(())
}

/// The unit above all others.
fn top_of(org: &Value) -> &Value {
    let units = org["units"].as_array().expect("units");
    &units.iter().find(|unit| unit["parent"].is_null()).expect("the top")["unit"]
}
