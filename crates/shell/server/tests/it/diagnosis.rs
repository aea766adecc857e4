//! What tells whoever helps what is wrong.

use std::io::{Cursor, Read as _};

use bell_testkit::{KitError, TonePhone};
use serde_json::{Value, json};

use crate::centre::{CALLER_HZ, Centre};
use crate::desk::{Visitor, add};

const CONSOLE: &str =
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";

/// The files of a `.zip`, each with its text.
fn unzipped(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let count = zip.len();
    let read = |index| {
        let mut file = zip.by_index(index).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("UTF-8");
        (file.name().expect("UTF-8").into_owned(), text)
    };
    (0..count).map(read).collect()
}

/// DIA-19, DIA-01: one file has everything about a call, with no full number, no name, no key and no secret in it; who took it
/// stands in the log; SIP messages are only for who may see them, and nobody takes what he may not see.
#[test]
fn dia_19_a_bundle_tells_everything_of_a_call_and_nothing_of_people() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let hers = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let his = add(&centre, "bob", &["--role", "agent", "--agent", "bob"]);
    let lead = add(&centre, "audit", &["--role", "auditor"]);
    let mut alice_phone = centre.alice()?;
    let caller = TonePhone::new(CALLER_HZ)?
        .header("P-Asserted-Identity", "\"Wang Xiaoming\" <sip:013800138000@127.0.0.1>")
        .header("X-Customer", "330106199001011234")
        .header("Identity", "eyJhbGciOiJFUzI1NiJ9");
    let (_caller, mut call, mut offer) = centre.connected(caller, &mut alice_phone)?;
    call.hang_up()?;
    offer.wait_ended()?;
    let id = centre.records(1)[0]["call"].as_str().expect("a call").to_owned();

    let mut auditor = Visitor::at(&centre, "admin");
    auditor.sign_in("audit", &lead);
    let path = format!("/v1/calls/{id}/bundle");
    let (status, bytes) = auditor.fetch("GET", &path, &Value::Null);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
    let files = unzipped(bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "README.txt",
        "about.json",
        "call.json",
        "story.txt",
        "facts.jsonl",
        "decisions.jsonl",
        "quality.jsonl",
        "keys.jsonl",
        "actions.jsonl",
        "sip.txt",
    ];
    assert_eq!(names, expected);
    let of = |name: &str| &files.iter().find(|(file, _)| file == name).expect("a file").1;
    for (name, text) in &files {
        let secrets =
            ["13800138000", "00138000", "Wang", "330106199001011234", "eyJhbGciOi", "Alice-1", "\"digit\":\"1\""];
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} stands in {name}:\n{text}");
        }
    }
    assert!(of("call.json").contains("138****8000") && of("story.txt").contains("138****8000"), "{}", of("call.json"));
    assert!(of("facts.jsonl").contains("digit_pressed") && of("keys.jsonl").contains("\"digit\":\"*\""));
    assert!(of("decisions.jsonl").contains("alice"), "{}", of("decisions.jsonl"));
    assert!(
        of("sip.txt").contains("INVITE sip:4001234567@") && of("sip.txt").contains("X-Customer: ***"),
        "{}",
        of("sip.txt")
    );
    assert!(of("README.txt").contains("诊断包") && of("README.txt").contains("support bundle"));
    let about: Value = serde_json::from_str(of("about.json")).expect("JSON");
    assert_eq!(
        (&about["call"], &about["config"], &about["trace"]),
        (&json!(id), &json!(1), &json!("included")),
        "{about}"
    );

    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &hers);
    let (status, bytes) = alice.fetch("GET", &path, &Value::Null);
    assert_eq!(status, 200);
    let files = unzipped(bytes);
    assert!(files.iter().all(|(name, _)| name != "sip.txt"), "she may not see SIP messages");
    let mut bob = Visitor::at(&centre, "console");
    bob.sign_in("bob", &his);
    assert_eq!(bob.ask("GET", &path, &Value::Null).0, 404, "it was not his call");

    let (_, log) = auditor.ask("GET", "/v1/audit?what=call.read", &Value::Null);
    let taken = |record: &Value| record["object"] == json!(format!("bundle of call {id}"));
    assert_eq!(log["items"].as_array().expect("records").iter().filter(|record| taken(record)).count(), 2, "{log}");
    Ok(())
}

/// A check of the diagnosis: its level and code.
fn check<'a>(diagnosis: &'a Value, name: &str) -> (&'a str, &'a str) {
    let checks = diagnosis["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("{name}: {diagnosis}"));
    assert!(found["level"] == "ok" || found["level"] == "skipped" || found["remedy"].is_string(), "{found}");
    (found["level"].as_str().expect("a level"), found["code"].as_str().expect("a code"))
}

/// DIA-03, DIA-07, DIA-08, DIA-09: before her phone is there the diagnosis says what is missing and what to do; with phone and
/// call all is well, and how the call sounded is told; when the phone goes it is told when and why; at an earlier time it is
/// told why no call came; and nobody asks about an agent he does not see.
#[test]
fn dia_03_the_diagnosis_says_what_is_missing_and_what_is_well() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let hers = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let password = add(&centre, "manager", &["--role", "manager", "--role", "dept_admin"]);
    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &hers);
    let (status, before) = alice.ask("POST", "/v1/me/diagnosis", &json!({}));
    assert_eq!(status, 200, "{before}");
    assert_eq!(check(&before, "login"), ("ok", "signed_in"));
    assert_eq!(check(&before, "agent"), ("warning", "signed_out"));
    assert_eq!(check(&before, "phone"), ("failed", "never_registered"));
    assert_eq!(check(&before, "last_call"), ("skipped", "none"));
    let early = bell_types::Wall::from_micros(micros()).to_string();

    let mut phone = centre.alice()?;
    let (_caller, mut call, mut offer) = centre.connected(TonePhone::new(CALLER_HZ)?, &mut phone)?;
    let measured = |fact: &Value| fact["what"]["what"] == "quality_measured";
    centre.until("a report of both legs", || (centre.facts().into_iter().filter(measured).count() >= 2).then_some(()));
    call.hang_up()?;
    offer.wait_ended()?;
    let id = centre.records(1)[0]["call"].as_str().expect("a call").to_owned();
    let (_, well) = alice.ask("POST", "/v1/me/diagnosis", &json!({}));
    for (name, code) in [("phone", "registered"), ("numbers", "answered"), ("service", "open"), ("media", "ports_free")]
    {
        assert_eq!(check(&well, name), ("ok", code));
    }
    assert_eq!(check(&well, "last_call"), ("ok", "good"));
    assert!(well["took_ms"].as_u64().is_some_and(|ms| ms < 30_000), "{well}");

    let (status, whole) = alice.ask("GET", &format!("/v1/calls/{id}"), &Value::Null);
    assert_eq!(status, 200, "{whole}");
    let worst = whole["worst"].as_array().expect("the worst of each leg");
    assert!(worst.iter().all(|leg| leg["cause"] == "none" && leg["mos"].as_f64() > Some(4.0)), "{worst:?}");
    assert_eq!(worst.len(), 2, "{worst:?}");

    phone.unregister(&centre.sip())?;
    let mut manager = Visitor::at(&centre, "console");
    manager.sign_in("manager", &password);
    let gone = || {
        let (status, seen) = manager.ask("GET", "/v1/agents/alice/presence", &Value::Null);
        assert_eq!(status, 200, "{seen}");
        (!seen["phones"][0]["last_lost"].is_null()).then_some(seen)
    };
    let seen = centre.until("the phone is gone", gone);
    let phone = &seen["phones"][0];
    assert_eq!((&phone["endpoint"], &phone["registered"]), (&json!("alice"), &json!(false)), "{seen}");
    assert_eq!((&phone["lost"], &phone["addresses"][0]["ip"]), (&json!(1), &json!("127.0.0.1")), "{seen}");
    assert!(phone["last_register"].is_string() && phone["last_lost"]["en"].is_string(), "{seen}");
    assert_eq!(manager.ask("GET", "/v1/agents/bob/presence", &Value::Null).0, 404, "he has no account");

    let ask = |manager: &mut Visitor, at: &str| {
        let (status, why) = manager.ask("GET", &format!("/v1/agents/alice/why-no-calls{at}"), &Value::Null);
        assert_eq!(status, 200, "{why}");
        why
    };
    let then = ask(&mut manager, &format!("?at={early}"));
    assert_eq!((&then["reasons"][0]["code"], &then["phones"][0]["state"]), (&json!("signed_out"), &json!("unknown")));
    assert_eq!(then["queues"], json!(["sales"]), "{then}");
    let now = ask(&mut manager, "");
    assert_eq!((&now["phones"][0]["state"], &now["decisions"][0]["call"]), (&json!("gone"), &json!(id)), "{now}");
    assert_eq!(manager.ask("GET", "/v1/agents/bob/why-no-calls", &Value::Null).0, 404, "he has no account");
    Ok(())
}

fn micros() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_micros()).expect("a time")
}
