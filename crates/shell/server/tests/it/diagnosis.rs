//! What tells whoever helps what is wrong.

use std::io::{Cursor, Read as _};

use bell_testkit::{KitError, TonePhone};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::centre::{CALLER_HZ, Centre};
use crate::desk::{Visitor, add};

pub(crate) const CONSOLE: &str =
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
        "voice.jsonl",
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

/// SEC-04: a call is read by whoever had it and by who sees all; for others it is not there, and for nobody is one that never
/// was, whichever way it is looked for.
#[test]
fn sec_04_a_call_is_read_by_who_may_see_it_and_is_not_there_for_others() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut people = ["alice", "bob", "audit"].map(|name| {
        let role = if name == "audit" { "auditor" } else { "agent" };
        let agent = if name == "audit" { Vec::new() } else { vec!["--agent", name] };
        let password = add(&centre, name, &[vec!["--role", role], agent].concat());
        let mut visitor = Visitor::at(&centre, "console");
        visitor.sign_in(name, &password);
        visitor
    });
    let mut phone = centre.alice()?;
    let (_caller, mut call, mut offer) = centre.connected(TonePhone::new(CALLER_HZ)?, &mut phone)?;
    call.hang_up()?;
    offer.wait_ended()?;
    let id = centre.records(1)[0]["call"].as_str().expect("a call").to_owned();
    for of in ["", "/story"] {
        for (call, expected) in
            [(id.as_str(), [200, 404, 200]), ("0000000000001", [404, 404, 404]), ("x", [404, 404, 404])]
        {
            let at = format!("/v1/calls/{call}{of}");
            let told = people.each_mut().map(|visitor| visitor.ask("GET", &at, &Value::Null).0);
            assert_eq!(told, expected, "{at}");
        }
    }
    let [alice, _, auditor] = &mut people;
    for visitor in [alice, auditor] {
        let (_, whole) = visitor.ask("GET", &format!("/v1/calls/{id}"), &Value::Null);
        assert_eq!(whole["record"]["agents"], json!(["alice"]), "{whole}");
    }
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

    // A tone has neither words nor pauses: as loud as it is, it counts as noise.
    let voice = whole["voice"].as_array().expect("what the microphones delivered");
    let alike = |one: &Value| one["level_dbov"].is_null() && one["noise_dbov"].as_i64() > Some(-40);
    assert!(voice.len() >= 2 && voice.iter().all(|one| alike(one) && one["echo"].is_null()), "{voice:?}");
    assert!(voice.iter().all(|one| one["clipped_permille"] == 0), "{voice:?}");

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

/// REC-13, SEC-25: who may exports selected recordings with a reason; each file names him, the manifest has its hash, and each
/// stands in the log. Agents cannot, nor can too many be asked for at one time.
#[test]
fn rec_13_sec_25_recordings_are_exported_with_a_reason_and_never_by_agents() -> Result<(), KitError> {
    let policy = ("ring_timeout = \"30s\"", "ring_timeout = \"30s\"\nrecording_export_max = 1");
    let centre = Centre::changed(&[("[media]", CONSOLE), policy])?;
    let hers = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let his = add(&centre, "lead", &["--role", "manager", "--role", "dept_admin"]);
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let id = centre.records(1)[0]["call"].as_str().expect("a call").to_owned();

    let mut lead = Visitor::at(&centre, "console");
    lead.sign_in("lead", &his);
    let mut asked = |recordings: &[&str], reason: &str| {
        let body = json!({ "recordings": recordings, "reason": reason });
        lead.fetch("POST", "/v1/recordings/export", &body)
    };
    let code = |(status, body): (u16, Vec<u8>)| {
        let problem: Value = serde_json::from_slice(&body).expect("a problem");
        (status, problem["code"].as_str().expect("a code").to_owned())
    };
    assert_eq!(code(asked(&[id.as_str()], " ")), (422, "reason_needed".to_owned()));
    assert_eq!(code(asked(&[], "complaint 17")), (422, "invalid".to_owned()));
    assert_eq!(code(asked(&["0000000000001"], "complaint 17")), (404, "not_found".to_owned()));
    assert_eq!(code(asked(&[id.as_str(), "0000000000001"], "complaint 17")), (409, "export_too_many".to_owned()));
    let (status, chunked) = asked(&[id.as_str()], "complaint 17");
    assert_eq!(status, 200);
    let mut zip = zip::ZipArchive::new(Cursor::new(unchunked(&chunked))).expect("a zip");
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).expect("a file").read_to_end(&mut bytes).expect("it can be read");
        bytes
    };
    let (wav, manifest, readme) = (read(&format!("{id}.wav")), read("manifest.csv"), read("README.txt"));
    let remark = String::from_utf8_lossy(&wav[wav.len() - 200..]).into_owned();
    assert!(remark.contains("exported by lead at 2") && remark.contains("reason: complaint 17"), "{remark}");
    assert!(wav.starts_with(b"RIFF") && wav.len() > 8_000, "{}", wav.len());
    let line = format!("{id}.wav,{},{}", wav.len(), hex(&sha2::Sha256::digest(&wav)));
    assert!(String::from_utf8_lossy(&manifest).contains(&line), "{}", String::from_utf8_lossy(&manifest));
    assert!(String::from_utf8_lossy(&readme).contains("lead"));

    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &hers);
    let (status, refused) =
        alice.ask("POST", "/v1/recordings/export", &json!({ "recordings": [id], "reason": "for home" }));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let mut auditor = Visitor::at(&centre, "admin");
    let password = add(&centre, "audit", &["--role", "auditor"]);
    auditor.sign_in("audit", &password);
    let (_, log) = auditor.ask("GET", "/v1/audit?what=recording.export", &Value::Null);
    let records = log["items"].as_array().expect("records");
    let object = json!(format!("recording {id}"));
    assert!(records.iter().any(|one| one["object"] == object && one["details"]["reason"] == "complaint 17"), "{log}");
    assert!(records.iter().any(|one| one["outcome"] == "refused"), "{log}");
    Ok(())
}

/// REC-25: the file of a recording that was cut off is played as far as it goes, and the desk says so; the command mends it and
/// keeps the original; what is whole is left alone.
#[test]
fn rec_25_a_recording_that_was_cut_off_is_mended_and_the_original_is_kept() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let password = add(&centre, "manager", &["--role", "manager", "--role", "dept_admin"]);
    add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut talking = centre.talking()?;
    let measured = |fact: &Value| fact["what"]["what"] == "quality_measured";
    centre.until("some seconds", || (centre.facts().into_iter().filter(measured).count() >= 2).then_some(()));
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let id = centre.records(1)[0]["call"].as_str().expect("a call").to_owned();
    let file = centre.node_file(&format!("recordings/{id}.rec"));
    let (ok, told) = centre.operate(&["recordings", "repair", &id]);
    assert!(ok && told.contains("nothing is wrong"), "{told}");
    let whole = std::fs::read(&file).expect("the recording");
    let cut = &whole[..whole.len() * 6 / 10];
    std::fs::write(&file, cut).expect("it can be cut");

    let mut manager = Visitor::at(&centre, "console");
    manager.sign_in("manager", &password);
    let peaks = format!("/v1/recordings/{id}/peaks?points=10");
    let (status, torn) = manager.ask("GET", &peaks, &Value::Null);
    assert_eq!((status, &torn["hint"]["code"]), (200, &json!("recording_torn")), "{torn}");
    assert!(torn["hint"]["en"].as_str().is_some_and(|en| en.contains("belltower recordings repair")), "{torn}");
    let (ok, told) = centre.operate(&["recordings", "repair", &id, "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told}"));
    assert!(ok && told["repaired"] == true && told["length_secs"].as_f64() > Some(1.0), "{told}");
    assert_eq!(std::fs::read(file.with_extension("rec.original")).expect("the original"), cut);
    let (status, mended) = manager.ask("GET", &peaks, &Value::Null);
    assert_eq!((status, &mended["hint"]), (200, &Value::Null), "{mended}");
    assert_eq!(mended["length_ms"], torn["length_ms"], "all that could be played still can");
    let (ok, told) = centre.operate(&["recordings", "repair", &id]);
    assert!(ok && told.contains("nothing is wrong"), "{told}");
    Ok(())
}

/// A body that came in chunks (RFC 9112 §7.1).
pub(crate) fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|end| end == b"\r\n") {
        let length = std::str::from_utf8(&rest[..end]).ok().and_then(|length| usize::from_str_radix(length, 16).ok());
        let length = length.expect("the length of a chunk");
        body.extend(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
        if length == 0 {
            break;
        }
    }
    body
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}
