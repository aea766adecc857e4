//! The configuration and its flows over HTTP.

use std::fs;

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose, path};
use crate::desk::{Visitor, add};
use crate::people::administrator;

/// The console at both of its addresses.
pub(crate) const CONSOLE: &str =
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";

fn keys_of(flow: &Value, from: &str, to: &str) -> String {
    let text = flow["text"].as_str().expect("a text");
    assert!(text.contains(from), "{text}");
    text.replace(from, to)
}

/// INB-07, INB-08, INB-09: a flow is changed, refused with the way that shows why, tried out, published, called, and rolled
/// back; who is in a call keeps what he began with.
#[test]
fn inb_09_a_flow_is_proved_published_called_and_rolled_back() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (_, flows) = boss.ask("GET", "/v1/flows", &Value::Null);
    assert_eq!(flows["items"][0]["used_by"], json!(["4001234567"]), "{flows}");
    let (status, first) = boss.ask("GET", "/v1/flows/welcome", &Value::Null);
    assert_eq!((status, &first["version"], &first["proof"]["ok"]), (200, &json!(1), &json!(true)), "{first}");

    let dangling = keys_of(&first, "1 = \"sales\"", "1 = \"nowhere\"");
    let (_, found) = boss.ask("POST", "/v1/flows/welcome/check", &json!({ "text": dangling }));
    assert!(found["proof"].is_null() && found["mistakes"][0]["line"].as_u64() > Some(1), "{found}");
    let menu = "keys = { 1 = \"sales\", 2 = \"support\", 0 = \"sales\" }";
    let inhuman =
        keys_of(&first, menu, "keys = { 1 = \"closed\" }").replace("otherwise = \"sales\"", "otherwise = \"closed\"");
    let (_, found) = boss.ask("POST", "/v1/flows/welcome/check", &json!({ "text": inhuman }));
    let problems: Vec<&Value> = found["proof"]["counter_examples"].as_array().expect("why not").iter().collect();
    assert_eq!(found["proof"]["ok"], false, "{found}");
    assert!(problems.iter().any(|one| one["path"].as_array().is_some_and(|path| path.len() > 2)), "{found}");
    let put = json!({ "text": inhuman, "comment": "no human", "base_version": 1 });
    let (status, refused) = boss.ask("PUT", "/v1/flows/welcome", &put);
    assert_eq!((status, &refused["code"]), (422, &json!("flow_broken")), "{refused}");
    assert!(refused["proof"]["counter_examples"][0]["path"].is_array(), "it says why: {refused}");

    let moved = keys_of(&first, "1 = \"sales\"", "5 = \"sales\"");
    let steps = json!([{ "press": "5" }, { "wait": true }]);
    let (status, tried) = boss.ask("POST", "/v1/flows/welcome/simulate", &json!({ "text": moved, "steps": steps }));
    let nodes: Vec<&Value> = tried["steps"].as_array().expect("steps").iter().map(|step| &step["node"]).collect();
    assert_eq!((status, json!(nodes)), (200, json!(["answer", "notice", "menu", "sales"])), "{tried}");
    assert_eq!((&tried["steps"][3]["by"], &tried["waits_for"]), (&json!("key 5"), &json!("talk_end")), "{tried}");
    assert!(tried["steps"][1]["heard"][0].as_str().is_some_and(|heard| heard.contains("录音")), "{tried}");
    assert!(tried["tree"].as_array().is_some_and(|tree| tree.len() > 10), "every way: {tried}");

    // Somebody who calls before it is published keeps the keys he hears.
    let (_early, mut early) = centre.customer()?;
    let put = json!({ "text": moved, "comment": "sales on 5", "base_version": 1 });
    let (status, published) = boss.ask("PUT", "/v1/flows/welcome", &put);
    assert_eq!((status, &published["version"]), (200, &json!(2)), "{published}");
    let (status, stale) = boss.ask("PUT", "/v1/flows/welcome", &put);
    assert_eq!((status, &stale["code"], &stale["version"]), (409, &json!("config_changed"), &json!(2)), "{stale}");
    assert!(stale["difference"].as_str().is_some_and(|text| text.contains("5 = \"sales\"")), "what changed: {stale}");
    let mut alice = centre.alice()?;
    for (call, key) in [(&mut early, "1"), (&mut centre.customer()?.1, "5")] {
        choose(call, key)?;
        let mut offer = alice.wait_call()?;
        offer.answer()?;
        assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "by key {key}");
        call.hang_up()?;
        offer.wait_ended()?;
    }
    centre.until("INB-05: the figures of both calls", || {
        let (_, stats) = boss.ask("GET", "/v1/flows/welcome/stats?days=1", &Value::Null);
        (stats["calls"] == 2).then_some(())
    });

    let (_, versions) = boss.ask("GET", "/v1/flows/welcome/versions", &Value::Null);
    let newest = &versions["items"][0];
    assert_eq!(
        (&newest["version"], &newest["by"], &newest["comment"]),
        (&json!(2), &json!("boss"), &json!("sales on 5"))
    );
    let (status, old) = boss.ask("GET", "/v1/flows/welcome/versions/1", &Value::Null);
    assert_eq!(status, 200, "{old}");
    let (_, back) = boss.ask("PUT", "/v1/flows/welcome", &json!({ "text": old["text"], "base_version": 2 }));
    assert_eq!(back["version"], 3, "{back}");
    let (_, now) = boss.ask("GET", "/v1/flows/welcome", &Value::Null);
    assert!(now["version"] == 3 && now["text"].as_str().is_some_and(|text| text.contains("1 = \"sales\"")), "{now}");
    centre.assert_replays();
    Ok(())
}

/// SEC-02, SEC-03, TEL-23: the configuration is shown without its passwords, checked with the places of its mistakes, applied
/// by whoever may change all of it, in one history with `belltower apply`, and rolled back; passwords stay what they were.
#[test]
fn sec_02_a_configuration_is_checked_applied_and_rolled_back() -> Result<(), KitError> {
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (status, config) = boss.ask("GET", "/v1/config", &Value::Null);
    let text = config["text"].as_str().expect("a text").to_owned();
    assert_eq!((status, &config["version"]), (200, &json!(1)), "{config}");
    assert!(text.contains("password = \"***\"") && !text.contains("Alice-1"), "{text}");

    let wrong = text.replace("calls_max = 100", "calls_max = \"many\"");
    let (_, found) = boss.ask("POST", "/v1/config/check", &json!({ "text": wrong }));
    let line = text.lines().position(|line| line == "calls_max = 100").expect("a line") as u64 + 1;
    assert_eq!(found["mistakes"][0]["line"].as_u64(), Some(line), "{found}");
    let unknown = text.replace("[endpoint.bob]", "[endpoint.carol]\npassword = \"***\"\n\n[endpoint.bob]");
    let (_, found) = boss.ask("POST", "/v1/config/check", &json!({ "text": unknown }));
    assert!(found["mistakes"][0]["problem"].as_str().is_some_and(|problem| problem.contains("***")), "{found}");

    let changed = text.replace("calls_max = 100", "calls_max = 50");
    let (_, found) = boss.ask("POST", "/v1/config/check", &json!({ "text": changed }));
    assert!(found["difference"].as_str().is_some_and(|text| text.contains("+calls_max = 50")), "{found}");
    let put = json!({ "text": changed, "base_version": 1, "comment": "fewer calls" });
    let (status, applied) = boss.ask("PUT", "/v1/config", &put);
    assert_eq!((status, &applied["version"]), (200, &json!(2)), "{applied}");
    let (status, stale) = boss.ask("PUT", "/v1/config", &put);
    assert_eq!((status, &stale["code"], &stale["version"]), (409, &json!("config_changed"), &json!(2)), "{stale}");
    assert!(stale["difference"].as_str().is_some_and(|text| text.contains("+calls_max = 50")), "{stale}");
    let wrong = json!({ "text": wrong, "base_version": 2 });
    let (status, refused) = boss.ask("PUT", "/v1/config", &wrong);
    assert_eq!((status, &refused["code"]), (422, &json!("config_wrong")), "{refused}");
    assert_eq!(refused["mistakes"][0]["line"].as_u64(), Some(line), "{refused}");
    let (_, trunks) = boss.ask("GET", "/v1/trunks", &Value::Null);
    assert_eq!((&trunks["items"][0]["name"], &trunks["items"][0]["calls_max"]), (&json!("carrier"), &json!(50)));
    // Her password is what it was.
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;

    let (ok, told) = centre.operate(&["config", "list"]);
    assert!(ok && told.contains('2'), "one history: {told}");
    let (_, back) = boss.ask("POST", "/v1/config/roll-back", &json!({ "version": 1 }));
    assert_eq!(back["version"], 3, "{back}");
    let (_, versions) = boss.ask("GET", "/v1/config/versions", &Value::Null);
    assert_eq!(versions["items"].as_array().map(Vec::len), Some(3), "{versions}");
    assert_eq!(
        (&versions["items"][1]["by"], &versions["items"][1]["comment"]),
        (&json!("boss"), &json!("fewer calls"))
    );
    let (_, policies) = boss.ask("GET", "/v1/policies", &Value::Null);
    assert!(policies["items"].as_array().is_some_and(|items| items.len() > 20), "{policies}");

    let password = add(&centre, "audit", &["--role", "auditor"]);
    let mut auditor = Visitor::at(&centre, "admin");
    auditor.sign_in("audit", &password);
    assert_eq!(auditor.ask("GET", "/v1/config", &Value::Null).0, 200);
    let put = json!({ "text": text, "base_version": 3 });
    assert_eq!(auditor.ask("PUT", "/v1/config", &put).1["code"], "forbidden");
    let (_, log) = auditor.ask("GET", "/v1/audit?who=boss&what=policy.write", &Value::Null);
    let applied =
        |record: &&Value| record["object"].as_str().is_some_and(|object| object.starts_with("configuration "));
    let applied: Vec<&Value> = log["items"].as_array().expect("records").iter().filter(applied).collect();
    assert_eq!((applied.len(), &applied[1]["details"]["comment"]), (2, &json!("fewer calls")), "SEC-14: {log}");
    Ok(())
}

/// TEL-23: a server that is started again with the same file keeps what was changed at the console; one whose file has
/// changed takes the file.
#[test]
fn tel_23_a_restart_keeps_what_the_console_changed() -> Result<(), KitError> {
    let mut centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (_, config) = boss.ask("GET", "/v1/config", &Value::Null);
    let changed = config["text"].as_str().expect("a text").replace("calls_max = 100", "calls_max = 50");
    let (status, put) = boss.ask("PUT", "/v1/config", &json!({ "text": changed, "base_version": 1 }));
    assert_eq!((status, &put["version"]), (200, &json!(2)), "{put}");

    let mut runs = |centre: &mut Centre| {
        assert!(centre.server.stop()?.success(), "{}", centre.server.log());
        centre.server.restart()?;
        let (status, now) = boss.ask("GET", "/v1/config", &Value::Null);
        assert_eq!(status, 200, "{now}");
        Ok::<_, KitError>((now["version"].clone(), now["text"].as_str().expect("a text").contains("calls_max = 50")))
    };
    assert_eq!(runs(&mut centre)?, (json!(2), true));
    let file = fs::read_to_string(centre.config()).expect("the file");
    fs::write(centre.config(), file.replace("calls_max = 100", "calls_max = 60")).expect("the file to be changed");
    assert_eq!(runs(&mut centre)?, (json!(3), false));
    assert_eq!(runs(&mut centre)?, (json!(3), false));
    Ok(())
}

/// INB-09, INB-35: a flow is begun from a template or anew, and taken away again once it greets nobody; one that is wrong
/// changes nothing. What the command line applies stands in the same history, with its comment.
#[test]
fn inb_09_a_flow_is_made_and_taken_away() -> Result<(), KitError> {
    const NIGHT: &str = "flow = \"night\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"off\"\nstart = \"answer\"\n\n\
                         [nodes.answer]\ndo = \"answer\"\nnext = \"closed\"\n\n\
                         [nodes.closed]\ndo = \"hangup\"\nprompt = \"现在是非工作时间，请明天再拨。\"\n";
    let centre = Centre::changed(&[("[media]", CONSOLE)])?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (status, templates) = boss.ask("GET", "/v1/flow-templates", &Value::Null);
    assert_eq!((status, templates["items"].as_array().map(Vec::len)), (200, Some(8)), "{templates}");
    assert!(templates["items"][0]["zh"].is_string() && templates["items"][0]["text"].is_string(), "{templates}");

    let (status, made) = boss.ask("PUT", "/v1/flows/night", &json!({ "text": NIGHT, "comment": "for the night" }));
    assert_eq!((status, &made["version"]), (200, &json!(2)), "{made}");
    assert!(made["difference"].as_str().is_some_and(|text| text.contains("+[flow.night]")), "{made}");
    let (_, flow) = boss.ask("GET", "/v1/flows/night", &Value::Null);
    assert_eq!((&flow["version"], &flow["proof"]["ok"]), (&json!(1), &json!(true)), "{flow}");
    let (status, misnamed) = boss.ask("PUT", "/v1/flows/day", &json!({ "text": NIGHT }));
    assert_eq!((status, &misnamed["code"]), (422, &json!("config_wrong")), "{misnamed}");
    assert!(misnamed["mistakes"][0]["remedy"].is_string(), "{misnamed}");

    let (status, used) = boss.ask("DELETE", "/v1/flows/welcome", &Value::Null);
    assert_eq!((status, &used["code"]), (409, &json!("flow_used")), "{used}");
    assert!(used["detail"].as_str().is_some_and(|detail| detail.contains("4001234567")), "{used}");
    assert_eq!(boss.ask("DELETE", "/v1/flows/night", &Value::Null).0, 200);
    assert_eq!(boss.ask("GET", "/v1/flows/night", &Value::Null).0, 404);
    assert_eq!(boss.ask("DELETE", "/v1/flows/night", &Value::Null).0, 404);
    let (_, config) = boss.ask("GET", "/v1/config", &Value::Null);
    assert!(!config["text"].as_str().expect("a text").contains("night"), "{config}");

    let file = centre.config();
    let (ok, told) = centre.operate(&["apply", path(&file), "--comment", "from the file"]);
    assert!(ok, "{told}");
    let (_, versions) = boss.ask("GET", "/v1/config/versions", &Value::Null);
    let comments: Vec<&Value> =
        versions["items"].as_array().expect("versions").iter().map(|version| &version["comment"]).collect();
    assert!(comments.contains(&&json!("for the night")) && comments.contains(&&json!("- night")), "{versions}");
    let mut lead = administrator(&centre, "lead", &["dept_admin"]);
    let put = json!({ "text": config["text"], "base_version": 3 });
    let (status, refused) = lead.ask("PUT", "/v1/config", &put);
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "only who may change all of it: {refused}");
    Ok(())
}
