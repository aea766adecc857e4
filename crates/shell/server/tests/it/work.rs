//! The work after a call, over HTTP: what is asked, what is written, what counts as not filled.

use bell_testkit::{KitError, TonePhone};
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre};
use crate::desk::{Visitor, agent, somebody};

const CONSOLE: &str =
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";

const RESULTS: &str = r#"
[disposition.sales]
resolved = true
within = "@WITHIN@"
results = [
  { code = "ask", zh = "咨询", en = "Question", results = [
    { code = "price", zh = "价格", en = "Price", effect = "done", required = ["product"] },
    { code = "other", zh = "其他", en = "Other", effect = "retry", required = ["note"] },
  ] },
  { code = "empty_number", zh = "空号", en = "Empty number", effect = "invalid" },
  { code = "do_not_call", zh = "拒绝来电", en = "Do not call", effect = "invalid", list = "unwilling", list_term = "365d" },
]
fields = [
  { name = "product", zh = "产品", en = "Product", kind = "choice", choices = [
    { code = "a1", zh = "标准版", en = "Standard" },
    { code = "a2", zh = "专业版", en = "Professional" },
  ] },
  { name = "call_back", zh = "需要回访", en = "Call back", kind = "yes_no" },
]

[list.unwilling]
kind = "watch"

[queue.sales]
disposition = "sales"
"#;

/// A centre that asks for a summary after the calls of sales, within this time; alice has an account.
fn centre(within: &str) -> Result<(Centre, Visitor), KitError> {
    let results = RESULTS.replace("@WITHIN@", within);
    let wraps_up = "[agent.alice]\nwrap_up = \"60s\"";
    let centre = Centre::changed(&[("[media]", CONSOLE), ("[queue.sales]", &results), ("[agent.alice]", wraps_up)])?;
    let alice = agent(&centre, "alice");
    Ok((centre, alice))
}

/// A call of alice's that is over; the work after it is not.
fn finished(centre: &Centre, alice: &mut Visitor) -> Result<String, KitError> {
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    Ok(wraps_up(centre, alice))
}

fn wraps_up(centre: &Centre, alice: &mut Visitor) -> String {
    centre.until("alice wraps up", || {
        let desk = alice.ask("GET", "/v1/me/desk", &Value::Null).1;
        desk["wrap_up_call"].as_str().map(str::to_owned)
    })
}

fn at(call: &str) -> String {
    format!("/v1/calls/{call}/summary")
}

fn lacks(answer: &Value) -> Vec<(&str, &str)> {
    let fields = answer["fields"].as_array().unwrap_or_else(|| panic!("fields: {answer}"));
    fields
        .iter()
        .map(|field| (field["field"].as_str().unwrap_or_default(), field["problem"].as_str().unwrap_or_default()))
        .collect()
}

fn priced() -> Value {
    json!({ "disposition": ["ask", "price"], "resolved": true, "note": "", "fields": { "product": "a2", "call_back": true } })
}

/// AGT-04, AGT-03: wrap-up does not end while the summary is missing, and everything that it lacks is told; a complete one
/// lets her go, and stands in the lists.
#[test]
fn agt_04_wrap_up_ends_only_with_the_summary() -> Result<(), KitError> {
    let (centre, mut alice) = centre("2m")?;
    let call = finished(&centre, &mut alice)?;
    let open = alice.ask("GET", &at(&call), &Value::Null).1;
    assert_eq!((&open["state"], &open["agent"], &open["disposition"]), (&json!("open"), &json!("alice"), &json!([])));
    assert!(open["due"].is_string(), "{open}");
    for to in ["end_wrap_up", "available", "sign_out"] {
        let (status, refused) = alice.ask("POST", "/v1/me/state", &json!({ "to": to }));
        assert_eq!((status, &refused["code"]), (409, &json!("summary_missing")), "{to}: {refused}");
        assert_eq!(lacks(&refused), [("disposition", "missing"), ("resolved", "missing")]);
    }
    let rest = json!({ "to": "break", "reason": "rest" });
    assert_eq!(alice.ask("POST", "/v1/me/state", &rest).0, 204, "a break begins when the work is done");

    let mut refuse = |sent: Value, expected: &[(&str, &str)]| {
        let (status, refused) = alice.ask("PUT", &at(&call), &sent);
        assert_eq!((status, &refused["code"]), (422, &json!("summary_incomplete")), "{refused}");
        assert_eq!(lacks(&refused), expected, "{sent}");
    };
    refuse(json!({}), &[("disposition", "missing"), ("resolved", "missing")]);
    refuse(json!({ "disposition": ["ask"], "resolved": false }), &[("disposition", "missing")]);
    refuse(json!({ "disposition": ["ask", "weather"], "resolved": false }), &[("disposition", "unknown")]);
    refuse(json!({ "disposition": ["ask", "other"], "resolved": false, "note": " " }), &[("note", "missing")]);
    refuse(
        json!({ "disposition": ["ask", "price"], "resolved": true, "fields": { "product": "a9", "colour": "red" } }),
        &[("colour", "unknown"), ("product", "malformed")],
    );
    let long = json!({ "disposition": ["empty_number"], "resolved": false, "note": "电".repeat(2_001) });
    refuse(long, &[("note", "too_long")]);
    let (status, refused) = alice.ask("PUT", &at(&call), &json!({ "note": "x".repeat(5 << 20) }));
    assert_eq!((status, &refused["code"]), (413, &json!("too_large")), "{refused}");
    assert!(refused["remedy"].is_string(), "{refused}");

    let script = "<script>alert('xss')</script>\u{0000}'); DROP TABLE call_summary; -- 说";
    let mut sent = priced();
    sent["note"] = json!(script);
    let (status, saved) = alice.ask("PUT", &at(&call), &sent);
    assert_eq!((status, &saved["state"], &saved["effect"]), (200, &json!("filled"), &json!("done")), "{saved}");
    let read = alice.ask("GET", &at(&call), &Value::Null).1;
    assert_eq!(read, saved);
    assert_eq!(read["note"], script.replace('\0', "\u{fffd}"), "a script comes back as the text it is");
    assert_eq!(read["fields"], sent["fields"]);

    assert_eq!(alice.ask("POST", "/v1/me/state", &json!({ "to": "end_wrap_up" })).0, 204);
    let free = || (alice.ask("GET", "/v1/me/desk", &Value::Null).1["wrap_up_call"] == Value::Null).then_some(());
    centre.until("she is free", free);
    let own = centre.until("her own list has the call", || {
        let own = alice.ask("GET", "/v1/me/calls", &Value::Null).1["items"][0].clone();
        own.is_object().then_some(own)
    });
    assert_eq!((&own["summary"], &own["disposition"]), (&json!("filled"), &json!(["ask", "price"])), "{own}");
    assert_eq!((&own["disposition_zh"], &own["disposition_en"]), (&json!("咨询 / 价格"), &json!("Question / Price")));
    centre.assert_replays();
    Ok(())
}

/// AGT-05: the tree of a queue is what the console draws; calls are found by their results, and exported with them.
#[test]
fn agt_05_calls_are_found_and_exported_by_their_results() -> Result<(), KitError> {
    let (centre, mut alice) = centre("2m")?;
    let tree = alice.ask("GET", "/v1/dispositions?queue=sales", &Value::Null).1;
    let price = json!({ "code": "price", "zh": "价格", "en": "Price", "effect": "done", "required": ["product"], "children": [] });
    assert_eq!(tree["tree"][0]["children"][0], price, "{tree}");
    assert_eq!(tree["tree"][0]["required"], json!(["resolved"]), "{tree}");
    assert_eq!(
        tree["fields"][1],
        json!({ "name": "call_back", "zh": "需要回访", "en": "Call back", "kind": "yes_no" })
    );
    assert_eq!((&tree["name"], &tree["rule"]), (&json!("sales"), &json!({ "required": true, "within_ms": 120_000 })));
    assert_eq!(alice.ask("GET", "/v1/dispositions?queue=support", &Value::Null).0, 404, "nothing is asked there");
    assert_eq!(alice.ask("GET", "/v1/dispositions", &Value::Null).0, 404, "nor after calls beside queues");

    let call = finished(&centre, &mut alice)?;
    let (status, saved) = alice.ask("PUT", &at(&call), &priced());
    assert_eq!(status, 200, "{saved}");
    centre.records(1);
    let mut lead = somebody(&centre, "lead", &["--role", "manager", "--role", "dept_admin"]);
    let mut count = |filter: &str| {
        let (status, calls) = lead.ask("GET", &format!("/v1/calls?{filter}"), &Value::Null);
        assert_eq!(status, 200, "{calls}");
        calls["items"].as_array().map(Vec::len)
    };
    for (filter, found) in [
        ("summary=filled", 1),
        ("disposition=price", 1),
        ("disposition=ask", 1),
        ("disposition=ask&summary=filled", 1),
        ("disposition=empty_number", 0),
        ("summary=open", 0),
        ("summary=missed", 0),
    ] {
        assert_eq!(count(filter), Some(found), "{filter}");
    }
    assert_eq!(lead.ask("GET", "/v1/calls?summary=lost", &Value::Null).0, 400);
    let (status, csv) = lead.fetch("GET", "/v1/calls.csv?disposition=price&reason=for%20the%20board", &Value::Null);
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(status == 200 && csv.contains("已填写,咨询 / 价格"), "{csv}");
    Ok(())
}

/// AGT-02, AGT-05: of a call that an agent placed she sees whom she calls; after it she says what came of it, whether anybody
/// took it or not, and each result says what becomes of the contact.
#[test]
fn agt_02_agt_05_a_placed_call_shows_its_customer_and_has_a_result() -> Result<(), KitError> {
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let results = RESULTS.replace("@WITHIN@", "2m");
    let centre = Centre::changed(&[
        ("[media]", CONSOLE),
        ("[number.4001234567]", &trunk),
        ("[queue.sales]", &results),
        ("[agent.alice]", "[agent.alice]\nwrap_up = \"60s\""),
        ("area_code = \"571\"", "area_code = \"571\"\ndisposition = \"sales\""),
    ])?;
    let mut alice = agent(&centre, "alice");
    assert_eq!(alice.ask("GET", "/v1/dispositions", &Value::Null).1["name"], "sales");
    let mut phone = centre.alice()?;
    for (count, taken) in [(1, true), (2, false)] {
        let (status, placed) = alice.ask("POST", "/v1/calls", &json!({ "to": "13900139000" }));
        assert_eq!(status, 202, "{placed}");
        let mut first = phone.wait_call()?;
        first.answer()?;
        let mut second = customer.wait_call()?;
        if taken {
            second.answer()?;
            assert!(first.hears(CALLER_HZ)? && second.hears(ALICE_HZ)?);
            let desk = alice.ask("GET", "/v1/me/desk", &Value::Null).1;
            assert_eq!(desk["calls"][0]["called"], "+8613900139000", "{desk}");
            let (status, seen) = alice.ask("GET", "/v1/customers/13900139000", &Value::Null);
            assert_eq!((status, &seen["number"]), (200, &json!("+8613900139000")), "{seen}");
            second.hang_up()?;
            first.wait_ended()?;
        } else {
            second.ring()?;
            first.hang_up()?;
            second.wait_ended()?;
        }
        let call = centre.until("its record", || {
            let own = alice.ask("GET", "/v1/me/calls", &Value::Null).1;
            let calls = own["items"].as_array().filter(|calls| calls.len() == count)?;
            calls[0]["call"].as_str().map(str::to_owned)
        });
        let sent = json!({ "disposition": ["empty_number"], "resolved": false });
        let (status, saved) = alice.ask("PUT", &at(&call), &sent);
        assert_eq!((status, &saved["effect"]), (200, &json!("invalid")), "taken: {taken}: {saved}");
        let own = alice.ask("GET", "/v1/me/calls", &Value::Null).1["items"][0].clone();
        assert_eq!((&own["call"], &own["direction"]), (&json!(call), &json!("outbound")), "{own}");
        assert_eq!((&own["called"], own["caller"] == own["called"]), (&json!("+8613900139000"), false), "{own}");
        assert_eq!((&own["summary"], &own["disposition_en"]), (&json!("filled"), &json!("Empty number")), "{own}");
        let (status, done) = alice.ask("POST", "/v1/me/state", &json!({ "to": "end_wrap_up" }));
        assert_eq!(status, 204, "{done}");
    }
    Ok(())
}

/// SEC-04, AGT-04: somebody else's call is not there; nobody fills in another's summary but who leads him; what is written
/// in the call counts after it.
#[test]
fn sec_04_a_summary_is_written_by_whose_it_is_and_who_leads_him() -> Result<(), KitError> {
    let (centre, mut alice) = centre("2m")?;
    let mut talking = centre.talking()?;
    let desk = alice.ask("GET", "/v1/me/desk", &Value::Null).1;
    let call = desk["calls"][0]["call"].as_str().expect("she is in a call").to_owned();
    let early = alice.ask("GET", &at(&call), &Value::Null).1;
    assert_eq!((&early["state"], &early["due"]), (&json!("open"), &Value::Null), "{early}");
    assert_eq!(alice.ask("PUT", &at(&call), &priced()).0, 200, "facts are noted during the call");

    let mut bob = somebody(&centre, "bob", &["--role", "agent", "--agent", "bob"]);
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor", "--role", "dept_admin"]);
    let mut auditor = somebody(&centre, "audit", &["--role", "auditor"]);
    let mut stranger = Visitor::at(&centre, "console");
    let mut refused = |at: &str| {
        for (who, read, write) in [(&mut bob, 404, 404), (&mut auditor, 200, 403), (&mut stranger, 401, 401)] {
            assert_eq!(who.ask("GET", at, &Value::Null).0, read, "{at}");
            assert_eq!(who.ask("PUT", at, &priced()).0, write, "{at}");
        }
    };
    refused(&at(&call));
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    assert_eq!(wraps_up(&centre, &mut alice), call);
    centre.records(1);
    refused(&at(&call));
    refused(&format!("{}?agent=alice", at(&call)));
    for other in ["bob", "nobody"] {
        let (status, _) = alice.ask("PUT", &format!("{}?agent={other}", at(&call)), &priced());
        assert_eq!(status, 404, "{other} did not talk in it");
    }
    for nothing in ["0000000000001", "x", "..%2f..%2fetc"] {
        assert_eq!(alice.ask("GET", &at(nothing), &Value::Null).0, 404, "{nothing}");
    }
    let mut sent = priced();
    sent["note"] = json!("he wants it by Friday");
    let (status, saved) = lead.ask("PUT", &at(&call), &sent);
    assert_eq!((status, &saved["agent"], &saved["written_by"]), (200, &json!("alice"), &json!("lead")), "{saved}");
    assert_eq!(alice.ask("POST", "/v1/me/state", &json!({ "to": "end_wrap_up" })).0, 204, "it was written before");
    Ok(())
}

/// AGT-04, RPT-02: the time-out fills in "not filled", over a crash as well, and counts it: the report has as many as the
/// records, and a summary that comes late does not hide it. What was accepted before the crash is there after it.
#[test]
fn agt_04_a_time_out_counts_as_not_filled_over_a_crash() -> Result<(), KitError> {
    let (mut centre, mut alice) = centre("15s")?;
    let call = finished(&centre, &mut alice)?;
    let (status, saved) = alice.ask("PUT", &at(&call), &priced());
    assert_eq!((status, &saved["late"]), (200, &json!(false)), "{saved}");
    assert_eq!(alice.ask("POST", "/v1/me/state", &json!({ "to": "end_wrap_up" })).0, 204);
    centre.records(1);
    let missed = finished(&centre, &mut alice)?;
    centre.server.kill()?;
    centre.server.restart()?;

    let mut after = alice.ask("GET", &at(&call), &Value::Null).1;
    assert!(after["due"].is_string(), "{after}");
    // It was told before the record of the call was there, which knows it to the millisecond.
    after["due"] = saved["due"].clone();
    assert_eq!(after, saved, "what was accepted is not lost");
    let state = |alice: &mut Visitor| alice.ask("GET", &at(&missed), &Value::Null).1["state"].clone();
    centre.until("its time is over", || (state(&mut alice) == "not_filled").then_some(()));
    centre.records(2);

    let mut lead = somebody(&centre, "lead", &["--role", "manager", "--role", "dept_admin"]);
    let year = crate::reports::year();
    let mut report = |name: &str| {
        let (status, report) = lead.ask("GET", &format!("/v1/reports/{name}?{year}"), &Value::Null);
        assert_eq!(status, 200, "{name}: {report}");
        report
    };
    for late in [false, true] {
        let agents = report("agents");
        assert_eq!((&agents["rows"][0]["agent"], &agents["rows"][0]["not_filled"]), (&json!("alice"), &json!(1)));
        assert_eq!(agents["totals"]["not_filled"], 1, "{agents}");
        let reconciled = report("reconcile");
        assert_eq!((&reconciled["equal"], &reconciled["records"]["not_filled"]), (&json!(true), &json!(1)), "{late}");
        let calls = alice.ask("GET", "/v1/calls?summary=missed", &Value::Null).1;
        assert_eq!(calls["items"].as_array().map(Vec::len), Some(1), "the call behind the figure: {calls}");
        assert_eq!(calls["items"][0]["call"], missed.as_str(), "{calls}");
        assert_eq!(calls["items"][0]["summary"], if late { "filled" } else { "not_filled" });
        if !late {
            let (status, saved) = alice.ask("PUT", &at(&missed), &priced());
            assert_eq!((status, &saved["late"], &saved["state"]), (200, &json!(true), &json!("filled")), "{saved}");
        }
    }
    Ok(())
}

/// AGT-05: a result that says so puts the number on a list, once: who takes it off keeps it off when a note is mended. What
/// was refused puts nobody there.
#[test]
fn agt_05_a_result_puts_the_number_on_a_list() -> Result<(), KitError> {
    let (centre, mut alice) = centre("2m")?;
    let call = finished(&centre, &mut alice)?;
    centre.records(1);
    let entries = || {
        let (ok, told) = centre.operate(&["lists", "show", "unwilling", "--json"]);
        assert!(ok, "{told}");
        serde_json::from_str::<Vec<Value>>(&told).expect("entries")
    };
    let sent = |note: &str| json!({ "disposition": ["do_not_call"], "resolved": false, "note": note });
    let lacking = json!({ "disposition": ["do_not_call"] });
    assert_eq!(alice.ask("PUT", &at(&call), &lacking).0, 422, "it asks whether the matter was resolved");
    let (status, saved) = alice.ask("PUT", &at(&call), &sent(""));
    assert_eq!((status, &saved["effect"]), (200, &json!("invalid")), "{saved}");
    let entry = centre.until("the entry", || match &entries()[..] {
        [] => None,
        [entry] => Some(entry.clone()),
        more => panic!("one number stands there once: {more:?}"),
    });
    assert_eq!((&entry["by"], &entry["reason"]), (&json!("alice"), &json!("拒绝来电")), "{entry}");
    assert!(entry["until"].is_string(), "it ends by itself: {entry}");
    let number = entry["number"].as_str().expect("a number");
    let (ok, told) = centre.operate(&["lists", "remove", "unwilling", number, "--as", "li"]);
    assert!(ok, "{told}");
    centre.until("nobody there", || entries().is_empty().then_some(()));
    assert_eq!(alice.ask("PUT", &at(&call), &sent("she asked twice")).0, 200);
    assert_eq!(alice.ask("PUT", &at(&call), &json!({ "disposition": ["empty_number"], "resolved": false })).0, 200);
    let added = centre.facts().into_iter().filter(|fact| fact["what"]["what"] == "list_entries_added").count();
    assert_eq!(added, 1, "it stays off the list");
    centre.assert_replays();
    Ok(())
}
