//! Who looks at the floor sees what asks for him: queues whose callers wait too long, numbers that call too often.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::desk::{agent, somebody};
use crate::lists::{self, call_from};

fn alerts(centre: &Centre) -> Value {
    let (ok, text) = centre.operate(&["alerts", "--json"]);
    assert!(ok, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"))
}

#[track_caller]
fn shown(centre: &Centre, args: &[&str]) -> String {
    let (ok, text) = centre.operate(args);
    assert!(ok, "{args:?}: {text}");
    text
}

/// INB-25: an alert is seen while it is on, by people and by programs, and afterwards with its longest wait.
#[test]
fn inb_25_an_alert_is_seen_until_it_is_cleared() -> Result<(), KitError> {
    let policy = "ring_timeout = \"30s\"";
    let centre = Centre::changed(&[(policy, &format!("{policy}\nalert_after = \"1s\""))])?;
    assert!(shown(&centre, &["alerts"]).contains("no alert on this day"));
    let (_phone, mut call) = centre.queued()?;
    let on = centre.until("the alert", || {
        let queues = alerts(&centre)["queues"].clone();
        (queues[0]["queue"] == "sales").then_some(queues)
    });
    assert!(on[0]["cleared"].is_null() && on[0]["longest_wait_secs"].as_u64() >= Some(1), "{on}");
    assert!(shown(&centre, &["alerts", "--queue", "sales"]).contains("ON"));
    assert!(shown(&centre, &["alerts", "--queue", "support"]).contains("no alert"));
    assert!(shown(&centre, &["live", "--once"]).contains("ALERT for "));
    let live: Value = serde_json::from_str(&shown(&centre, &["live", "--once", "--json"])).expect("it is JSON");
    let sales = live["queues"].as_array().and_then(|queues| queues.iter().find(|queue| queue["queue"] == "sales"));
    assert!(sales.is_some_and(|sales| sales["alert_seconds"].is_u64()), "{live}");
    assert_eq!(centre.health()["delivery"]["queue_alerts"][0], "sales");
    let (_, metrics) = centre.server.get("health", "/metrics")?;
    assert!(metrics.contains("\nbelltower_queue_alerts 1\n"), "{metrics}");
    assert!(metrics.contains("belltower_queue_alert_longest_wait_seconds{queue=\"sales\"} "), "{metrics}");

    let mut alice = centre.alice()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    let over = centre.until("its end", || {
        let queues = alerts(&centre)["queues"].clone();
        queues[0]["cleared"].is_string().then_some(queues)
    });
    assert!(over.as_array().is_some_and(|all| all.len() == 1), "{over}");
    assert!(shown(&centre, &["alerts"]).contains("cleared"));
    assert!(!shown(&centre, &["live", "--once"]).contains("ALERT"));
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-22: who supervises is told which number the rule has put on a list, and how to take that back.
#[test]
fn inb_22_a_supervisor_is_told_and_takes_it_back() -> Result<(), KitError> {
    let centre = lists::centre()?;
    for _ in 0..5 {
        let (_phone, mut call) = call_from(&centre, "13800138000")?;
        if call.wait_answered().is_ok() {
            call.hang_up()?;
        }
    }
    let undo = "belltower lists undo blocked +8613800138000 --as YOU";
    centre.until("the alert", || shown(&centre, &["alerts"]).contains(undo).then_some(()));
    let live = shown(&centre, &["live", "--once"]);
    assert!(live.contains("put on list blocked") && live.contains(undo), "{live}");
    let found = alerts(&centre)["nuisances"].clone();
    let of = |list: &str| found.as_array().and_then(|all| all.iter().find(|one| one["list"] == list).cloned());
    let (seen, blocked) = (of("seen").expect("it was watched"), of("blocked").expect("and turned away"));
    assert_eq!((&seen["calls"], &blocked["calls"]), (&3.into(), &5.into()));
    shown(&centre, &["lists", "undo", "blocked", "+8613800138000", "--as", "wang"]);
    centre.until("its end", || (!shown(&centre, &["alerts"]).contains(undo)).then_some(()));
    assert!(!shown(&centre, &["live", "--once"]).contains("put on list blocked"));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-08: whoever sees an agent is told that her phone is lost while she is available, why, and what to do; the alert goes
/// when the phone is back, and does not stand for an agent who has signed out.
#[test]
fn dia_08_a_supervisor_is_told_of_a_lost_phone_until_it_is_back() -> Result<(), KitError> {
    let policy = "ring_timeout = \"30s\"";
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[media]";
    let grace = format!("{policy}\nphone_lost_grace = \"1s\"");
    // Of who signs in by registration, a phone that is gone is the end of the work.
    let by_registration = "[agent.alice]\nendpoints = [\"alice\"]\nsign_in = \"registration\"";
    let by_command = "[agent.alice]\nendpoints = [\"alice\"]\nsign_in = \"command\"";
    let centre = Centre::changed(&[("[media]", console), (policy, &grace), (by_registration, by_command)])?;
    // A supervisor sees the agents of her own unit.
    let _alice = agent(&centre, "alice");
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let mut lost = || {
        let (status, live) = lead.ask("GET", "/v1/live", &Value::Null);
        assert_eq!(status, 200, "{live}");
        let alerts = live["alerts"].as_array().expect("alerts");
        alerts.iter().find(|alert| alert["kind"] == "phone_lost").cloned()
    };
    let mut phone = centre.alice()?;
    shown(&centre, &["agents", "alice", "sign-in"]);
    for way in ["registers", "signs out"] {
        phone.unregister(&centre.sip())?;
        let told = centre.until("the alert", &mut lost);
        assert_eq!(
            (&told["agent"], &told["subject"], &told["lost"]["phone"]),
            (&json!("alice"), &json!("alice"), &json!("alice"))
        );
        for words in ["zh", "en", "remedy_zh", "remedy_en"] {
            assert!(told["lost"][words].as_str().is_some_and(|text| !text.is_empty()), "{told}");
        }
        assert_eq!(told["lost"]["zh"], "话机主动注销", "{told}");
        match way {
            "registers" => drop(phone.register(&centre.sip())?),
            _ => drop(shown(&centre, &["agents", "alice", "sign-out"])),
        }
        centre.until("its end", || lost().is_none().then_some(()));
    }
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
