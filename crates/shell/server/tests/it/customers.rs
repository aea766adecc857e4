//! What agents see and write about callers: customers, knowledge, tickets and lines to say, over HTTP and with real calls.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use bell_api::time::rfc3339;
use bell_testkit::{Call, KitError, TonePhone};
use bell_types::{CallId, Wall};
use serde_json::{Value, json};

use crate::centre::{BOB_HZ, CALLER_HZ, Centre, choose};
use crate::desk::{Visitor, agent, centre, somebody};

/// Who calls; the numbers of this prefix are in Beijing.
pub(crate) const CALLER: &str = "13800138000";
/// Somebody who has never called.
const STRANGER: &str = "13900001234";

pub(crate) fn get(visitor: &mut Visitor, at: &str) -> (u16, Value) {
    visitor.ask("GET", at, &Value::Null)
}

/// A caller whose call bob is being offered.
pub(crate) fn offered(centre: &Centre, bob: &mut TonePhone) -> Result<(TonePhone, Call, Call), KitError> {
    let phone = TonePhone::new(CALLER_HZ)?.number(CALLER);
    let (phone, mut call) = centre.customer_with(phone)?;
    choose(&mut call, "2")?;
    Ok((phone, call, bob.wait_call()?))
}

/// The call that an agent is being offered.
pub(crate) fn offered_call(desk: &mut Visitor) -> String {
    let (_, seen) = get(desk, "/v1/me/desk");
    seen["offer"]["call"].as_str().unwrap_or_else(|| panic!("a call is offered: {seen}")).to_owned()
}

pub(crate) fn in_secs(secs: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    rfc3339(Wall::from_micros(i64::try_from(now.as_micros()).expect("before 2200") + secs * 1_000_000))
}

/// AGT-02, AGT-09, AGT-14, SEC-02: an agent sees who calls before his phone rings, with what is known of him and how he is
/// greeted; who has not called is not shown to him.
#[test]
fn agt_02_agt_09_the_customer_is_there_before_the_phone_rings() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut other) = (agent(&centre, "bob"), agent(&centre, "alice"));
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let vip = json!({ "zh": "您好，我是您的专属顾问。\n先确认上次的问题。", "en": "Good day, I am your adviser.\nAsk about last time." });
    let (status, put) = lead.ask("PUT", "/v1/scripts/support/vip", &vip);
    assert_eq!((status, &put["version"]), (200, &json!(1)), "{put}");
    let at = format!("/v1/customers/{CALLER}");
    assert_eq!(get(&mut desk, &at).0, 404, "he has not called yet");

    let mut bob = centre.bob()?;
    let (_caller, mut call, mut offer) = offered(&centre, &mut bob)?;
    let (status, seen) = get(&mut desk, &at);
    assert_eq!((status, &seen["class"], &seen["number"]), (200, &json!("new"), &json!("+8613800138000")), "{seen}");
    assert_eq!((&seen["region"]["city"], &seen["carrier"]), (&json!("北京市"), &json!("中国移动")), "{seen}");
    assert_eq!((&seen["greeting"], &seen["crm"]["state"]), (&Value::Null, &json!("none")), "{seen}");
    assert_eq!(get(&mut other, &at).0, 404, "it is not her call");
    assert_eq!(get(&mut desk, &format!("/v1/customers/{STRANGER}")).0, 404);
    assert_eq!(get(&mut desk, "/v1/customers/no-number").0, 404);
    offer.ring()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?, "both are heard");

    let markup = "<script>alert('张伟')</script>";
    let known =
        json!({ "name": markup, "class": "vip", "class_reason": "年采购额前 5%", "fields": { "company": "示例科技" } });
    let (status, put) = desk.ask("PUT", &at, &known);
    assert_eq!((status, &put["name"], &put["fields"]["company"]), (200, &json!(markup), &json!("示例科技")), "{put}");
    assert_eq!((&put["greeting"]["en"], &put["greeting_for"]), (&json!("Good day, I am your adviser."), &json!("vip")));
    assert_eq!(put["layout"], json!(["number", "region", "carrier", "contacts", "company"]));
    assert_eq!(desk.ask("PUT", &at, &json!({ "name": "张伟" })).0, 200);
    let (_, told) = get(&mut desk, &format!("{at}/changes"));
    assert_eq!((&told["items"][0]["old"], &told["items"][0]["new"]), (&json!(markup), &json!("张伟")), "{told}");
    assert_eq!((&told["items"][0]["by"], told["items"].as_array().map(Vec::len)), (&json!("bob"), Some(5)), "{told}");

    call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    let (_, seen) = get(&mut desk, &at);
    assert_eq!((&seen["history"][0]["call"], &seen["history"][0]["agent"]), (&record["call"], &json!("bob")), "{seen}");
    assert_eq!((&seen["history"][0]["may_open"], &seen["class"]), (&json!(true), &json!("vip")), "{seen}");
    assert_eq!(get(&mut other, &at).0, 404, "afterwards neither");
    centre.assert_quiet();
    Ok(())
}

/// AGT-02, SEC-02: whoever may search finds customers of calls that he sees, and each search stands in the log; agents do
/// not search.
#[test]
fn agt_02_customers_are_searched_by_who_may_and_the_log_knows() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut bob) = (agent(&centre, "bob"), centre.bob()?);
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let (_caller, mut call, mut offer) = offered(&centre, &mut bob)?;
    let at = format!("/v1/customers/{CALLER}");
    assert_eq!(desk.ask("PUT", &at, &json!({ "name": "张伟" })).0, 200);
    let (status, refused) = get(&mut desk, "/v1/customers?q=8000");
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let (status, found) = get(&mut lead, "/v1/customers?q=%E5%BC%A0%E4%BC%9F");
    assert_eq!((status, &found["items"][0]["number"]), (200, &json!("+8613800138000")), "{found}");
    assert_eq!(get(&mut lead, "/v1/customers?q=13800138000").1["items"][0]["name"], "张伟");
    assert_eq!(get(&mut lead, "/v1/customers?q=nobody").1["items"], json!([]));
    assert_eq!(get(&mut lead, "/v1/customers?q=").1["fields"][0]["problem"], "missing");
    offer.ring()?;
    call.hang_up()?;
    let (ok, log) = centre.operate(&["audit", "search", "--json"]);
    assert!(ok && log.contains("customer.search") && log.contains("customer.write"), "{log}");
    assert!(log.contains("138****8000") && !log.contains("13800138000"), "numbers are masked in it: {log}");
    Ok(())
}

/// SEC-02, SEC-03: who reads the whole centre opens a customer without a call or a ticket, and the log has who, whom and
/// when; a look for a call is none of that.
#[test]
fn sec_03_a_look_without_a_purpose_stands_in_the_log() -> Result<(), KitError> {
    let centre = centre()?;
    let mut auditor = somebody(&centre, "auditor", &["--role", "auditor"]);
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let mut bob = centre.bob()?;
    let (_caller, _call, _offer) = offered(&centre, &mut bob)?;
    let looks = || {
        let (ok, log) = centre.operate(&["audit", "search", "--what", "customer.look", "--json"]);
        assert!(ok && !log.contains("13900001234"), "numbers are masked in it: {log}");
        log.matches("customer.look").count()
    };
    assert_eq!(get(&mut auditor, &format!("/v1/customers/{CALLER}")).0, 200);
    assert_eq!(looks(), 0, "he is being called with");
    let stranger = format!("/v1/customers/{STRANGER}");
    assert_eq!(get(&mut lead, &stranger).0, 404);
    assert_eq!(looks(), 0, "nothing was seen");
    assert_eq!(get(&mut auditor, &stranger).0, 200);
    assert_eq!(looks(), 1);
    assert_eq!(get(&mut auditor, &format!("{stranger}/changes")).0, 200);
    assert_eq!(looks(), 2);
    let (_, log) = centre.operate(&["audit", "search", "--what", "customer.look", "--json"]);
    assert!(log.contains("139****1234") && log.contains("auditor"), "{log}");
    Ok(())
}

/// SEC-03: a look that the log cannot be told of shows nothing; afterwards the log is whole, and looks go on.
#[test]
fn sec_03_a_look_that_the_log_cannot_take_is_refused() -> Result<(), KitError> {
    let centre = centre()?;
    let mut auditor = somebody(&centre, "auditor", &["--role", "auditor"]);
    let stranger = format!("/v1/customers/{STRANGER}");
    in_database(
        &centre,
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    );
    let (status, told) = get(&mut auditor, &stranger);
    assert_eq!((status, &told["number"]), (503, &Value::Null), "{told}");
    assert!(!told.to_string().contains("disk"), "what is wrong inside stays inside: {told}");
    in_database(&centre, "DROP TRIGGER full");
    assert_eq!(get(&mut auditor, &stranger).0, 200);
    let (ok, text) = centre.operate(&["audit", "verify"]);
    assert!(ok && text.contains("the audit log is whole"), "{text}");
    Ok(())
}

/// Has the centre's database execute a statement, beside the node.
fn in_database(centre: &Centre, statement: &str) {
    let script =
        "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], timeout=20)\ndb.execute(sys.argv[2])\ndb.commit()\n";
    let database = centre.node_file("belltower.db");
    let done = Command::new("python3").args(["-c", script]).arg(database).arg(statement).status();
    assert!(done.expect("python3 is there").success(), "{statement}");
}

/// AGT-02: what is not filled in as it must be is told with its field, in both languages, and changes nothing.
#[test]
fn agt_02_bad_input_is_told_with_its_place() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut bob) = (agent(&centre, "bob"), centre.bob()?);
    let (_caller, _call, mut offer) = offered(&centre, &mut bob)?;
    offer.ring()?;
    let at = format!("/v1/customers/{CALLER}");
    for (sent, field, problem) in [
        (json!({ "name": "字".repeat(101) }), "name", "too_long"),
        (json!({ "name": "a\u{0}b" }), "name", "control"),
        (json!({ "class": "Very Important" }), "class", "malformed"),
        (json!({ "class": "vip" }), "class_reason", "missing"),
        (json!({ "class_reason": "老客户" }), "class", "missing"),
        (json!({ "class": "", "class_reason": "老客户" }), "class", "missing"),
        (json!({ "name": "x", "call": CallId::from_u64(1).to_string() }), "call", "unknown"),
        (json!({ "fields": { "company": "字".repeat(501) } }), "fields", "too_long"),
        (json!({ "fields": { "Firma!": "x" } }), "fields", "malformed"),
        (json!({ "fields": { "company": ["x"] } }), "fields", "malformed"),
        (json!({ "name": "x", "call": "yesterday" }), "call", "malformed"),
    ] {
        let (status, told) = desk.ask("PUT", &at, &sent);
        let got = (status, &told["fields"][0]["field"], &told["fields"][0]["problem"]);
        assert_eq!(got, (422, &json!(field), &json!(problem)), "{told}");
    }
    let (status, told) = desk.ask("PUT", &at, &json!({ "name": "字".repeat(300_000) }));
    assert_eq!((status, &told["fields"][0]["problem"]), (422, &json!("too_long")), "900 kB of it: {told}");
    desk.speaks_chinese();
    let (_, told) = desk.ask("PUT", &at, &json!({ "name": "字".repeat(101) }));
    assert_eq!((&told["title"], &told["detail"]), (&json!("填写有误"), &json!("name 过长")), "{told}");
    assert_eq!(get(&mut desk, &at).1["name"], Value::Null, "nothing has changed");
    Ok(())
}

/// AGT-07: standard answers come first, Chinese is found by any part, what was used stays with the call; supervisors write
/// for the queues they lead.
#[test]
fn agt_07_knowledge_is_found_standard_answers_first() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut bob) = (agent(&centre, "bob"), centre.bob()?);
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let article = |title: &str, text: &str, standard: bool| json!({ "title": title, "text": text, "standard": standard, "queues": ["support"] });
    let (status, told) = desk.ask("PUT", "/v1/knowledge/k-1", &article("a", "b", false));
    assert_eq!((status, &told["code"]), (403, &json!("forbidden")), "{told}");
    for (id, wanted) in [
        ("k-1", article("退货地址", "寄到这里。", false)),
        ("k-2", article("退货的条件", "签收后 7 天内，未拆封可以退货。", true)),
    ] {
        let (status, put) = lead.ask("PUT", &format!("/v1/knowledge/{id}"), &wanted);
        assert_eq!((status, &put["version"]), (200, &json!(1)), "{put}");
    }
    let for_all = json!({ "title": "a", "text": "b", "queues": [] });
    assert_eq!(lead.ask("PUT", "/v1/knowledge/k-3", &for_all).1["why"], "other_queues");
    let unknown = json!({ "title": "a", "text": "b", "queues": ["nowhere"] });
    assert_eq!(lead.ask("PUT", "/v1/knowledge/k-3", &unknown).0, 422);
    let long = article("a", &"字".repeat(20_001), false);
    assert_eq!(
        lead.ask("PUT", "/v1/knowledge/k-3", &long).1["fields"][0],
        json!({ "field": "text", "problem": "too_long" })
    );
    let late = json!({ "title": "a", "text": "b", "queues": ["support"], "version": 7 });
    assert_eq!(lead.ask("PUT", "/v1/knowledge/k-1", &late).1["code"], "changed_meanwhile");

    let (_, found) = get(&mut desk, "/v1/knowledge?q=%E9%80%80%E8%B4%A7&queue=support");
    let ids: Vec<_> = found["items"].as_array().expect("articles").iter().map(|one| &one["article"]).collect();
    assert_eq!(ids, [&json!("k-2"), &json!("k-1")], "{found}");
    assert_eq!(found["items"][0]["excerpt"], "签收后 7 天内，未拆封可以退货。");
    assert_eq!(get(&mut desk, "/v1/knowledge?q=%E6%8B%86%E5%B0%81").1["items"][0]["article"], "k-2");
    assert_eq!(get(&mut desk, "/v1/knowledge/k-9").0, 404);

    let (_caller, _call, _offer) = offered(&centre, &mut bob)?;
    let call = offered_call(&mut desk);
    let used = format!("/v1/calls/{call}/articles");
    assert_eq!(desk.ask("POST", &used, &json!({ "article": "k-2" })).0, 204);
    assert_eq!(desk.ask("POST", &used, &json!({ "article": "k-9" })).1["fields"][0]["problem"], "unknown");
    assert_eq!(agent(&centre, "alice").ask("POST", &used, &json!({ "article": "k-2" })).0, 404, "it is not her call");
    assert_eq!(lead.ask("DELETE", "/v1/knowledge/k-1", &Value::Null).0, 204);
    assert_eq!(get(&mut desk, "/v1/knowledge?q=").1["items"].as_array().map(Vec::len), Some(1));
    Ok(())
}

/// AGT-08: a ticket is opened in a call and promises a time; it is overdue when that has passed, and belongs to who
/// looks after it.
#[test]
fn agt_08_a_ticket_promises_a_time_and_belongs_to_its_agent() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut other, mut bob) = (agent(&centre, "bob"), agent(&centre, "alice"), centre.bob()?);
    let (_caller, _call, _offer) = offered(&centre, &mut bob)?;
    let call = offered_call(&mut desk);
    let ticket = |more: Value| {
        let mut sent = json!({ "call": call, "subject": "耳机底座换新件", "text": "周五前", "priority": "high", "promised_at": in_secs(3_600) });
        sent.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        sent
    };
    for (more, field, problem) in [
        (json!({ "promised_at": in_secs(-1) }), "promised_at", "passed"),
        (json!({ "promised_at": in_secs(91 * 86_400) }), "promised_at", "too_far"),
        (json!({ "promised_at": "tomorrow" }), "promised_at", "malformed"),
        (json!({ "priority": "vital" }), "priority", "unknown"),
        (json!({ "subject": " " }), "subject", "missing"),
        (json!({ "number": STRANGER }), "number", "unknown"),
        (json!({ "agent": "nobody" }), "agent", "unknown"),
    ] {
        let (status, told) = desk.ask("POST", "/v1/tickets", &ticket(more));
        let got = (status, &told["fields"][0]["field"], &told["fields"][0]["problem"]);
        assert_eq!(got, (422, &json!(field), &json!(problem)), "{told}");
    }
    let (status, told) = other.ask("POST", "/v1/tickets", &ticket(json!({})));
    assert_eq!((status, &told["fields"][0]["field"]), (422, &json!("call")), "it is not her call: {told}");
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let (status, told) = lead.ask("POST", "/v1/tickets", &ticket(json!({})));
    let got = (status, &told["fields"][0]["field"], &told["fields"][0]["problem"]);
    assert_eq!(got, (422, &json!("agent"), &json!("missing")), "nobody would look after it, nor see it: {told}");
    let (status, opened) = desk.ask("POST", "/v1/tickets", &ticket(json!({})));
    assert_eq!(
        (status, &opened["number"], &opened["agent"]),
        (201, &json!("+8613800138000"), &json!("bob")),
        "{opened}"
    );
    assert_eq!((&opened["stage"], &opened["overdue"]), (&json!("running"), &json!(false)), "{opened}");
    let at = format!("/v1/tickets/{}", opened["ticket"].as_str().expect("an id"));
    assert_eq!(get(&mut desk, &format!("/v1/customers/{CALLER}")).1["tickets"][0]["ticket"], opened["ticket"]);
    assert_eq!(get(&mut desk, "/v1/tickets?mine=true&state=open").1["items"][0]["ticket"], opened["ticket"]);

    for (method, body) in [("GET", Value::Null), ("PATCH", json!({ "state": "done" }))] {
        let (status, told) = other.ask(method, &at, &body);
        assert_eq!((status, &told["code"]), (404, &json!("not_found")), "it is somebody else's: {told}");
    }
    assert_eq!(get(&mut other, "/v1/tickets").1["items"], json!([]));
    let soon = json!({ "promised_at": in_secs(3), "text": "已联系仓库" });
    assert_eq!(desk.ask("PATCH", &at, &soon).0, 200);
    let overdue = centre.until("the promise is broken", || {
        let (_, list) = get(&mut desk, "/v1/tickets?overdue=true");
        list["items"][0]["overdue"].as_bool().filter(|overdue| *overdue)
    });
    assert!(overdue);
    assert_eq!(desk.ask("PATCH", &at, &json!({ "agent": "alice" })).1["agent"], "alice");
    let (status, done) = other.ask("PATCH", &at, &json!({ "state": "done", "text": "已寄出" }));
    assert_eq!((status, &done["state"], &done["overdue"]), (200, &json!("done"), &json!(false)), "{done}");
    assert_eq!(done["changes"].as_array().map(Vec::len), Some(3), "{done}");
    let (status, told) = other.ask("PATCH", &at, &json!({ "promised_at": in_secs(60) }));
    assert_eq!((status, &told["code"]), (409, &json!("ticket_closed")), "{told}");
    other.speaks_chinese();
    let (_, told) = other.ask("PATCH", &at, &json!({ "state": "open" }));
    assert_eq!(told["detail"], "promised_at 必须填写", "its time has passed: {told}");
    Ok(())
}

/// AGT-08: a request that is sent twice at once opens one ticket, and one that comes again gets the first answer.
#[test]
fn agt_08_two_requests_with_one_key_at_once_open_one_ticket() -> Result<(), KitError> {
    let centre = centre()?;
    let (mut desk, mut bob) = (agent(&centre, "bob"), centre.bob()?);
    let (_caller, _call, _offer) = offered(&centre, &mut bob)?;
    let call = offered_call(&mut desk);
    let sent = json!({ "call": call, "subject": "回电", "priority": "normal", "promised_at": in_secs(3_600) });
    let mut desk = desk.with_key("ticket-1");
    let mut twin = desk.clone();
    let answers = std::thread::scope(|scope| {
        let other = scope.spawn(|| twin.ask("POST", "/v1/tickets", &sent));
        [desk.ask("POST", "/v1/tickets", &sent), other.join().expect("it is answered")]
    });
    for (status, told) in &answers {
        assert!(*status == 201 || told["code"] == "idempotency_running", "{status}: {told}");
    }
    assert!(answers.iter().any(|(status, _)| *status == 201), "{answers:?}");
    let (status, again) = desk.ask("POST", "/v1/tickets", &sent);
    let (_, list) = get(&mut desk, "/v1/tickets?mine=true");
    assert_eq!((status, list["items"].as_array().map(Vec::len)), (201, Some(1)), "{list}");
    assert_eq!(again["ticket"], list["items"][0]["ticket"]);
    Ok(())
}

/// AGT-14: what a supervisor writes is at every desk at once; a queue's own lines come before those of all, and a class may
/// have its own.
#[test]
fn agt_14_a_line_that_is_changed_is_there_without_a_reload() -> Result<(), KitError> {
    let centre = centre()?;
    let mut desk = agent(&centre, "bob");
    agent(&centre, "alice");
    let mut lead = somebody(&centre, "lead", &["--role", "supervisor"]);
    let mut events = desk.events();
    let said = |text: &str| json!({ "zh": text, "en": text });
    assert_eq!(desk.ask("PUT", "/v1/scripts/support/opening", &said("mine")).0, 403);
    assert_eq!(lead.ask("PUT", "/v1/scripts/*/opening", &said("all")).1["why"], "other_queues");
    assert_eq!(lead.ask("PUT", "/v1/scripts/nowhere/opening", &said("x")).0, 404);
    assert_eq!(lead.ask("PUT", "/v1/scripts/support/lunch", &said("x")).0, 404);
    assert_eq!(lead.ask("PUT", "/v1/scripts/support/opening", &said("您好")).1["version"], 1);
    let notice = events.until(|message| message["kind"] == "notice");
    assert_eq!(notice["notice"], "scripts", "{notice}");
    assert_eq!(lead.ask("PUT", "/v1/scripts/support/opening", &said("您好！")).1["version"], 2);
    let own = json!({ "zh": "金卡", "en": "gold", "class": "gold" });
    assert_eq!(lead.ask("PUT", "/v1/scripts/support/opening", &own).0, 200);
    let lines = |visitor: &mut Visitor, at: &str| get(visitor, at).1["phases"][0]["zh"].clone();
    assert_eq!(lines(&mut desk, "/v1/scripts?queue=support&class=normal"), "您好！");
    assert_eq!(lines(&mut desk, "/v1/scripts?queue=support&class=gold"), "金卡");
    assert_eq!(get(&mut desk, "/v1/scripts?queue=sales").1["phases"], json!([]));
    let (_, versions) = get(&mut lead, "/v1/scripts/support/opening");
    assert_eq!(versions["items"].as_array().map(Vec::len), Some(2), "{versions}");
    assert_eq!(lead.ask("PUT", "/v1/scripts/support/opening", &said("")).1["version"], 3);
    assert_eq!(get(&mut desk, "/v1/scripts?queue=support").1["phases"], json!([]), "taken away");
    Ok(())
}
