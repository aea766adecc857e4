//! The check of devices and network before a shift, over HTTP.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::desk::{Visitor, add, centre};

fn report(level: &str, passed: bool) -> Value {
    json!({
        "agent": "somebody else", "at": "2001-01-01T00:00:00Z", "browser": "Chromium 142", "took_ms": 8123, "passed": passed,
        "results": [
            { "check": "microphone", "level": "ok", "figures": { "speech_db": -21.5, "noise_db": -62 } },
            { "check": "network", "level": level, "figures": { "up_kbps": 740 }, "cause": "below_policy" }
        ]
    })
}

/// AGT-10: what was found at a desk is kept at its agent, and whoever helps reads it; a failed check is never passed.
#[test]
fn agt_10_a_report_is_kept_at_the_agent_for_whoever_helps() -> Result<(), KitError> {
    let centre = centre()?;
    let (hers, leads) = (
        add(&centre, "alice", &["--role", "agent", "--agent", "alice"]),
        add(&centre, "lead", &["--role", "supervisor"]),
    );
    let (mut alice, mut lead) = (Visitor::at(&centre, "console"), Visitor::at(&centre, "console"));
    let (_, me) = alice.sign_in("alice", &hers);
    assert!(me["me"]["session_ends"].is_string(), "SEC-26: {me}");
    lead.sign_in("lead", &leads);
    let (status, first) = alice.ask("POST", "/v1/me/device-report", &report("ok", true));
    assert_eq!(status, 201, "{first}");
    let (status, second) = alice.ask("POST", "/v1/me/device-report", &report("failed", true));
    assert_eq!(status, 201, "{second}");

    let (status, page) = lead.ask("GET", "/v1/agents/alice/device-reports?limit=1", &Value::Null);
    assert_eq!((status, &page["items"][0]["report"]), (200, &second["report"]), "the newest first: {page}");
    assert_eq!(page["items"][0]["passed"], false, "what failed is not passed, whatever a browser says: {page}");
    let behind = format!("/v1/agents/alice/device-reports?cursor={}", page["next"].as_str().expect("another page"));
    let (_, page) = lead.ask("GET", &behind, &Value::Null);
    let kept = &page["items"][0];
    assert_eq!((&kept["report"], &kept["passed"], &kept["agent"]), (&first["report"], &json!(true), &json!("alice")));
    assert_eq!(kept["results"][0]["figures"]["speech_db"], -21.5, "{kept}");
    assert!(kept["at"].as_str().is_some_and(|at| !at.starts_with("2001")), "the server's clock counts: {kept}");
    assert_eq!((&page["items"][1], &page["next"]), (&Value::Null, &Value::Null), "{page}");

    let own = alice.ask("GET", "/v1/agents/alice/device-reports", &Value::Null);
    assert_eq!(own.0, 403, "the list is for whoever helps: {}", own.1);
    let none = lead.ask("POST", "/v1/me/device-report", &report("ok", true)).1;
    assert_eq!(none["code"], "forbidden", "who is no agent has no desk: {none}");
    let odd = json!({ "took_ms": 1, "passed": true, "results": [{ "check": "x".repeat(41), "level": "ok" }] });
    let (status, refused) = alice.ask("POST", "/v1/me/device-report", &odd);
    assert_eq!((status, &refused["fields"][0]["field"]), (422, &json!("results")), "{refused}");
    Ok(())
}

/// TEL-18: what a desk sends is taken up to half a megabyte so that its rate can be measured, and what its network must give
/// stands in the policies, with the real need of a call beside it.
#[test]
fn tel_18_the_rate_of_a_desk_is_measured_against_the_policy() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut alice = Visitor::at(&centre, "console");
    let probe = |visitor: &mut Visitor, length: usize| {
        let sent = Value::String("x".repeat(length - 2));
        visitor.ask("POST", "/v1/me/device-report/probe", &sent)
    };
    assert_eq!(probe(&mut alice, 1024).0, 401, "nobody measures who is not signed in");
    alice.sign_in("alice", &password);
    assert_eq!(probe(&mut alice, 512 * 1024).0, 204);
    let (status, refused) = probe(&mut alice, 512 * 1024 + 1);
    assert_eq!((status, &refused["code"]), (413, &json!("too_large")), "{refused}");
    let (status, policy) = alice.ask("GET", "/v1/me/device-policy", &Value::Null);
    assert_eq!((status, &policy["rate_kbps_min"], &policy["rate_kbps_real"]), (200, &json!(1000), &json!(100)));
    assert_eq!((&policy["rtt_ms_max"], &policy["loss_permille_max"]), (&json!(300), &json!(10)), "{policy}");
    Ok(())
}
