//! The simple profile, and what a centre names by itself: parts, reasons for a break, people.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::desk::{Visitor, add};
use crate::people::administrator;

const SIMPLE: &str = "[centre]\nmodules = []\n";
const CONSOLE: &str = "[break.tea]\nzh = \"茶歇\"\n\n[break.meal]\nzh = \"用餐\"\nen = \"meal\"\n\n\
                       [console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";

fn centre() -> Result<Centre, KitError> {
    Centre::changed(&[
        ("[centre]\n", SIMPLE),
        ("[media]", CONSOLE),
        ("[agent.alice]\n", "[agent.alice]\ndisplay_name = \"陈小雨\"\n"),
    ])
}

fn codes(of: &Value) -> Vec<&str> {
    of.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

/// TEL-23: a centre begins with calls, queues, recording and one report; a further part is switched on by itself, and while it
/// is off neither its end points nor its screens are there.
#[test]
fn tel_23_further_parts_are_switched_on_one_by_one() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (_, me) = boss.ask("GET", "/v1/me", &Value::Null);
    assert_eq!(me["modules"], json!([]), "{me}");
    assert!(!codes(&me["offers"]).contains(&"/v1/reports/heat"), "{me}");
    assert!(codes(&me["offers"]).contains(&"/v1/reports/volume"), "the one report: {me}");
    let heat = "/v1/reports/heat?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z";
    let (status, off) = boss.ask("GET", heat, &Value::Null);
    assert_eq!((status, &off["code"], &off["module"]), (404, &json!("module_off"), &json!("reports")), "{off}");
    let (status, stranger) = Visitor::at(&centre, "admin").ask("GET", heat, &Value::Null);
    assert_eq!((status, &stranger["code"]), (401, &json!("not_signed_in")), "{stranger}");

    let (status, modules) = boss.ask("GET", "/v1/modules", &Value::Null);
    assert_eq!(
        (status, &modules["items"][0]["module"], &modules["items"][0]["on"]),
        (200, &json!("reports"), &json!(false))
    );
    let (status, on) = boss.ask("PUT", "/v1/modules/reports", &json!({ "on": true }));
    assert_eq!((status, &on["version"]), (200, &json!(2)), "{on}");
    assert_eq!(boss.ask("GET", heat, &Value::Null).0, 200, "it is there at once");
    let (_, me) = boss.ask("GET", "/v1/me", &Value::Null);
    assert!(me["modules"] == json!(["reports"]) && codes(&me["offers"]).contains(&"/v1/reports/heat"), "{me}");
    assert_eq!(boss.ask("GET", "/v1/lists/any/entries", &Value::Null).1["code"], "module_off", "one by one");
    assert_eq!(boss.ask("PUT", "/v1/modules/reports", &json!({ "on": false })).0, 200);
    assert_eq!(boss.ask("GET", heat, &Value::Null).1["code"], "module_off");
    assert_eq!(boss.ask("PUT", "/v1/modules/nothing", &json!({ "on": true })).0, 404);

    let (_, config) = boss.ask("GET", "/v1/config", &Value::Null);
    let wrong = config["text"].as_str().expect("a text").replace("modules = []", "modules = [\"report\"]");
    let (_, found) = boss.ask("POST", "/v1/config/check", &json!({ "text": wrong }));
    assert!(found["mistakes"][0]["remedy"].as_str().is_some_and(|text| text.contains("reports")), "{found}");
    Ok(())
}

/// AGT-11: reasons for a break are the centre's own, in its order; people are shown by their names.
#[test]
fn breaks_and_names_are_the_centres_own() -> Result<(), KitError> {
    let centre = centre()?;
    let _alice = centre.alice()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    desk.sign_in("alice", &password);
    let (_, own) = desk.ask("GET", "/v1/me/desk", &Value::Null);
    let reasons =
        json!([{ "code": "tea", "zh": "茶歇", "en": "茶歇" }, { "code": "meal", "zh": "用餐", "en": "meal" }]);
    assert_eq!(own["break_reasons"], reasons, "{own}");
    let (status, unknown) = desk.ask("POST", "/v1/me/state", &json!({ "to": "break", "reason": "training" }));
    assert_eq!((status, &unknown["fields"][0]["problem"]), (422, &json!("unknown")), "{unknown}");
    let (status, refused) = desk.ask("POST", "/v1/me/state", &json!({ "to": "break", "reason": "tea" }));
    assert_eq!(status, 204, "{refused}");

    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    // What is live is told at most ten times a second.
    let agents = centre.until("the break to be seen", || {
        let (_, live) = boss.ask("GET", "/v1/live", &Value::Null);
        let agents = live["agents"].as_array().expect("agents").clone();
        agents.iter().any(|agent| agent["reason"] == "tea").then_some(agents)
    });
    let alice = agents.iter().find(|agent| agent["agent"] == "alice").expect("alice");
    assert_eq!((&alice["display_name"], &alice["reason"]), (&json!("陈小雨"), &json!("tea")), "{alice}");
    let bob = agents.iter().find(|agent| agent["agent"] == "bob").expect("bob");
    assert_eq!(bob["display_name"], Value::Null, "{bob}");
    Ok(())
}
