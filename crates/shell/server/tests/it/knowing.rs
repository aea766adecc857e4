//! What is known of a caller from one call to the next: what was learned, promised and answered in one is there when he calls
//! again, whatever happened to the node in between.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use bell_api::time::rfc3339;
use bell_testkit::{Call, KitError, Postgres, TonePhone};
use bell_types::Wall;
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};
use crate::desk::{Visitor, agent, somebody};

/// Who calls, and how the centre writes his number.
const CALLER: &str = "13800138000";
const E164: &str = "+8613800138000";
const MARKUP: &str = "<img src=x onerror=alert(1)>王芳";

const CONSOLE: &str =
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";

const RESULTS: &str = r#"
[disposition.sales]
within = "2m"
results = [
  { code = "ask", zh = "咨询", en = "Question", results = [
    { code = "price", zh = "价格", en = "Price", effect = "done" },
    { code = "later", zh = "再联系", en = "Later", effect = "retry" },
  ] },
]

[queue.sales]
disposition = "sales"
"#;

/// A centre that asks for a summary after the calls of sales, where alice takes them.
fn centre(args: &[&str]) -> Result<Centre, KitError> {
    let wraps_up = "[agent.alice]\nwrap_up = \"120s\"";
    Centre::serving(&[("[media]", CONSOLE), ("[queue.sales]", RESULTS), ("[agent.alice]", wraps_up)], args)
}

fn get(visitor: &mut Visitor, at: &str) -> Value {
    let (status, answer) = visitor.ask("GET", at, &Value::Null);
    assert_eq!(status, 200, "{at}: {answer}");
    answer
}

fn done(visitor: &mut Visitor, method: &str, at: &str, sent: &Value) -> Value {
    let (status, answer) = visitor.ask(method, at, sent);
    assert!((200..300).contains(&status), "{method} {at} {sent}: {status} {answer}");
    answer
}

fn at_customer() -> String {
    format!("/v1/customers/{CALLER}")
}

fn at_summary(call: &str) -> String {
    format!("/v1/calls/{call}/summary")
}

fn in_an_hour() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    rfc3339(Wall::from_micros(i64::try_from(now.as_micros()).expect("before 2200") + 3_600_000_000))
}

/// The caller in the queue, his call offered to alice, whose phone does not ring yet.
fn offered(centre: &Centre, alice: &mut TonePhone) -> Result<(TonePhone, Call, Call), KitError> {
    let phone = TonePhone::new(CALLER_HZ)?.number(CALLER);
    let (phone, mut call) = centre.customer_with(phone)?;
    choose(&mut call, "1")?;
    Ok((phone, call, alice.wait_call()?))
}

fn talks(call: &mut Call, offer: &mut Call) -> Result<(), KitError> {
    offer.ring()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "both are heard");
    Ok(())
}

fn offered_call(desk: &mut Visitor) -> String {
    let seen = get(desk, "/v1/me/desk");
    seen["offer"]["call"].as_str().unwrap_or_else(|| panic!("a call is offered: {seen}")).to_owned()
}

/// The node dies as by a power cut, and is there again.
fn dies(centre: &mut Centre) -> Result<(), KitError> {
    centre.server.kill()?;
    centre.server.restart()
}

/// From one call to the next, with a power cut after every thing that was written.
fn is_known_when_he_calls_again(args: &[&str]) -> Result<(), KitError> {
    let mut centre = centre(args)?;
    let (mut desk, mut lead) = (agent(&centre, "alice"), somebody(&centre, "lead", &["--role", "supervisor"]));
    let greeting = json!({ "zh": "您好，我是您的专属顾问。", "en": "Good day, I am your adviser." });
    done(&mut lead, "PUT", "/v1/scripts/sales/vip", &greeting);
    let article =
        json!({ "title": "退货的条件", "text": "签收后 7 天内可以退货。", "standard": true, "queues": ["sales"] });
    done(&mut lead, "PUT", "/v1/knowledge/k-1", &article);

    let mut alice = centre.alice()?;
    let (caller, mut call, mut offer) = offered(&centre, &mut alice)?;
    let first = offered_call(&mut desk);
    let new = get(&mut desk, &at_customer());
    assert_eq!((&new["class"], &new["greeting"], &new["history"]), (&json!("new"), &Value::Null, &json!([])), "{new}");
    talks(&mut call, &mut offer)?;
    done(&mut desk, "PUT", &at_customer(), &json!({ "name": "王方", "class": "vip", "class_reason": "老客户" }));
    let used = json!({ "article": get(&mut desk, "/v1/knowledge?q=%E9%80%80%E8%B4%A7")["items"][0]["article"] });
    done(&mut desk, "POST", &format!("/v1/calls/{first}/articles"), &used);
    let promise =
        json!({ "call": first, "subject": "回电", "text": "", "priority": "high", "promised_at": in_an_hour() });
    let ticket = done(&mut desk, "POST", "/v1/tickets", &promise);
    assert_eq!(ticket["number"], E164, "it is about who calls: {ticket}");
    call.hang_up()?;
    offer.wait_ended()?;
    centre.records(1);
    drop((caller, alice));
    dies(&mut centre)?;

    let sent =
        json!({ "disposition": ["ask", "price"], "note": "问报价", "owner": { "kind": "wrong_name", "name": MARKUP } });
    done(&mut desk, "PUT", &at_summary(&first), &sent);
    dies(&mut centre)?;
    let again = done(&mut desk, "PUT", &at_summary(&first), &sent);
    assert_eq!((&again["articles"], &again["ticket"]), (&json!(["k-1"]), &ticket["ticket"]), "{again}");
    assert_eq!((&again["owner"], &again["effect"]), (&sent["owner"], &json!("done")), "{again}");

    let mut alice = centre.alice()?;
    let (_caller, mut call, mut offer) = offered(&centre, &mut alice)?;
    let known = get(&mut desk, &at_customer());
    assert_eq!((&known["name"], &known["class"]), (&json!(MARKUP), &json!("vip")), "a name is a text: {known}");
    assert_eq!((&known["greeting"], &known["class_reason"]), (&greeting, &json!("老客户")), "{known}");
    let past = &known["history"][0];
    assert_eq!((&past["call"], &past["note"]), (&json!(first), &json!("问报价")), "{known}");
    assert_eq!((&past["disposition"], &past["disposition_en"]), (&json!(["ask", "price"]), &json!("Question / Price")));
    assert_eq!((&known["tickets"][0]["ticket"], &known["tickets"][0]["stage"]), (&ticket["ticket"], &json!("running")));
    talks(&mut call, &mut offer)?;
    let told = get(&mut desk, &format!("{}/changes", at_customer()));
    let names: Vec<_> = told["items"].as_array().into_iter().flatten().filter(|one| one["field"] == "name").collect();
    assert_eq!(names.len(), 2, "what came twice is there once: {told}");
    assert_eq!(
        (&names[0]["old"], &names[0]["new"], &names[0]["by"], &names[0]["call"]),
        (&json!("王方"), &json!(MARKUP), &json!("alice"), &json!(first))
    );
    centre.assert_replays();
    Ok(())
}

/// AGT-02, AGT-06 to AGT-09: what one call brought is on the desk when the customer calls again; power cuts in between lose
/// nothing. On SQLite.
#[test]
fn agt_02_agt_06_agt_07_agt_08_agt_09_a_caller_is_known_when_he_calls_again() -> Result<(), KitError> {
    is_known_when_he_calls_again(&[])
}

/// The same on PostgreSQL.
#[test]
fn agt_02_a_caller_is_known_when_he_calls_again_on_postgresql() -> Result<(), KitError> {
    let postgres = Postgres::start()?;
    is_known_when_he_calls_again(&["--database", &postgres.url()])
}

/// AGT-06: a wrong number is judged wrong and the right one is kept, a wrong name is mended and the result stays true, one
/// more contact was told; the value before stays in the history, and nothing changes by what is refused.
#[test]
fn agt_06_a_summary_corrects_whose_number_it_is() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let (mut desk, mut other) = (agent(&centre, "alice"), agent(&centre, "bob"));
    let mut alice = centre.alice()?;
    let (_caller, mut call, mut offer) = offered(&centre, &mut alice)?;
    let at = at_summary(&offered_call(&mut desk));
    talks(&mut call, &mut offer)?;
    call.hang_up()?;
    offer.wait_ended()?;
    centre.records(1);

    let sent = |owner: Value| json!({ "disposition": ["ask", "later"], "note": "", "owner": owner });
    for (owner, problem) in [
        (json!({ "kind": "extra_contact", "name": "李娜" }), "missing"),
        (json!({ "kind": "wrong_name", "name": " " }), "missing"),
        (json!({ "kind": "wrong_number", "number": CALLER }), "taken"),
        (json!({ "kind": "extra_contact", "number": "+86 138 0013 8000" }), "taken"),
        (json!({ "kind": "wrong_number", "number": "none" }), "malformed"),
        (json!({ "kind": "wrong_name", "name": "字".repeat(101) }), "malformed"),
    ] {
        let (status, told) = desk.ask("PUT", &at, &sent(owner));
        let expected = json!([{ "field": "owner", "problem": problem }]);
        assert_eq!((status, &told["code"], &told["fields"]), (422, &json!("summary_incomplete"), &expected), "{told}");
    }
    let incomplete = json!({ "disposition": ["ask"], "owner": { "kind": "wrong_name", "name": "张伟" } });
    assert_eq!(desk.ask("PUT", &at, &incomplete).0, 422);
    let (status, told) = other.ask("PUT", &at, &sent(json!({ "kind": "wrong_name", "name": "张伟" })));
    assert_eq!((status, &told["code"]), (404, &json!("not_found")), "it is not his call: {told}");
    let untouched = get(&mut desk, &at_customer());
    assert_eq!((&untouched["name"], &untouched["contacts"]), (&Value::Null, &json!([])), "{untouched}");

    let named = done(&mut desk, "PUT", &at, &sent(json!({ "kind": "wrong_name", "name": "张伟" })));
    assert_eq!(named["effect"], "retry", "the result stays what it was: {named}");
    done(&mut desk, "PUT", &at_customer(), &json!({ "name": "张炜" }));
    done(&mut desk, "PUT", &at, &sent(json!({ "kind": "wrong_name", "name": "张伟" })));
    assert_eq!(get(&mut desk, &at_customer())["name"], "张炜", "what came later is not undone");
    let also = json!({ "kind": "extra_contact", "name": "李娜", "number": "13900139000" });
    assert_eq!(done(&mut desk, "PUT", &at, &sent(also))["effect"], "done", "she was told");
    let wrong = json!({ "kind": "wrong_number", "name": "张炜", "number": "13700137000" });
    assert_eq!(done(&mut desk, "PUT", &at, &sent(wrong))["effect"], "invalid", "the number is wrong");

    let nobody = get(&mut desk, &at_customer());
    let seen = (&nobody["name"], &nobody["contacts"], &nobody["wrong"]);
    assert_eq!(seen, (&Value::Null, &json!([]), &json!(true)), "a wrong number leads to nobody: {nobody}");
    let also = json!({ "kind": "wrong_number", "number": "13700137000" });
    let mended = json!({ "disposition": ["ask", "later"], "note": "again", "owner": also });
    done(&mut desk, "PUT", &at, &mended);
    done(&mut desk, "PUT", &at_customer(), &json!({ "name": "王方" }));
    let mut auditor = somebody(&centre, "auditor", &["--role", "auditor"]);
    let at_right = "/v1/customers/13700137000";
    let known = get(&mut auditor, at_right);
    let contacts = json!([
        { "name": "", "number": E164, "relation": null, "wrong": true },
        { "name": "李娜", "number": "+8613900139000", "relation": null, "wrong": false },
    ]);
    assert_eq!((&known["name"], &known["contacts"]), (&json!("张炜"), &contacts), "{known}");
    assert_eq!(get(&mut desk, &at_customer())["name"], "王方", "somebody else has it now");
    let told = get(&mut auditor, &format!("{at_right}/changes"));
    let old: Vec<_> = told["items"].as_array().into_iter().flatten().map(|one| (&one["field"], &one["old"])).collect();
    let judged = format!("{E164} good");
    let before = json!(["number", judged, "contacts", null, "contacts", null, "name", "张伟", "name", null]);
    let before: Vec<_> = before.as_array().into_iter().flatten().collect();
    let before: Vec<_> = before.chunks(2).map(|pair| (pair[0], pair[1])).collect();
    assert_eq!(old, before, "{told}");
    let (ok, log) = centre.operate(&["audit", "search", "--json"]);
    assert!(ok && log.contains("customer.write") && !log.contains("13900139000") && !log.contains("李娜"), "{log}");
    Ok(())
}

/// A system of customers: what it was asked, and how it answers from now on.
struct Crm {
    address: SocketAddr,
    asked: Receiver<String>,
    answers: Arc<Mutex<Option<&'static str>>>,
}

impl Crm {
    /// It answers with this, until it is told otherwise; None: it takes what it is asked and says nothing.
    fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let answers = Arc::new(Mutex::new(Some(answer)));
        let (sender, asked) = channel();
        let says = Arc::clone(&answers);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for mut stream in listener.incoming().filter_map(Result::ok) {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or(0);
                let _ = sender.send(String::from_utf8_lossy(&request[..read]).into_owned());
                match *says.lock().expect("nobody panicked") {
                    Some(answer) => drop(stream.write_all(answer.as_bytes())),
                    None => silent.push(stream),
                }
            }
        });
        Self { address, asked, answers }
    }

    fn says(&self, answer: Option<&'static str>) {
        *self.answers.lock().expect("nobody panicked") = answer;
    }
}

/// AGT-02: what the system of customers knows is on the screen with what is known here; if it is slow, broken or lies, the
/// screen is there all the same, and says so.
#[test]
fn agt_02_the_system_of_customers_may_be_down() -> Result<(), KitError> {
    let crm = Crm::start(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"name\":\"Wang <b>Fang</b>\",\"company\":{\"name\":\"Example\"},\"orders\":[\"DD-1\",\"DD-2\"]}",
    );
    let table = format!(
        "[outgoing]\ninside = [\"127.0.0.0/8\"]\n\n[crm]\nurl = \"http://{}/c/{{number}}?all=1\"\npassword = \"s3cret\"\n\
         name = \"/name\"\nfields = {{ company = \"/company/name\", purchases = \"/orders\" }}\n\n[queue.sales]",
        crm.address
    );
    let centre = Centre::changed(&[("[media]", CONSOLE), ("[queue.sales]", &table)])?;
    let mut desk = agent(&centre, "alice");
    let mut alice = centre.alice()?;
    let (_caller, _call, _offer) = offered(&centre, &mut alice)?;
    let seen = get(&mut desk, &at_customer());
    assert_eq!((&seen["crm"]["state"], &seen["name"]), (&json!("ok"), &json!("Wang <b>Fang</b>")), "{seen}");
    assert_eq!(seen["fields"], json!({ "company": "Example", "purchases": "DD-1, DD-2" }), "{seen}");
    assert_eq!(seen["layout"], json!(["number", "region", "carrier", "contacts", "company", "purchases"]));
    let request = crm.asked.recv().expect("it was asked");
    assert!(request.starts_with("GET /c/%2B8613800138000?all=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer s3cret\r\n"), "{request}");

    let (status, told) = desk.ask("PUT", &at_customer(), &json!({ "fields": { "company": "Other" } }));
    assert_eq!((status, &told["fields"][0]["problem"]), (422, &json!("elsewhere")), "{told}");
    crm.says(Some("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
    let put = done(&mut desk, "PUT", &at_customer(), &json!({ "name": "王芳", "fields": { "level": "gold" } }));
    assert_eq!((&put["crm"]["state"], &put["fields"]), (&json!("ok"), &json!({ "level": "gold" })), "unknown there");
    for broken in [
        None,
        Some("HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n"),
        Some("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html>"),
        Some("garbage"),
    ] {
        crm.says(broken);
        let seen = get(&mut desk, &at_customer());
        assert_eq!((&seen["crm"]["state"], &seen["name"]), (&json!("down"), &json!("王芳")), "{broken:?}: {seen}");
        assert_eq!((&seen["fields"], &seen["region"]["city"]), (&json!({ "level": "gold" }), &json!("北京市")));
    }
    Ok(())
}

/// AGT-08, SEC-02: whoever looks after a customer's ticket sees his data for it, and no longer than that.
#[test]
fn sec_02_a_ticket_that_is_handed_on_opens_the_customer_until_it_is_done() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let (mut desk, mut other) = (agent(&centre, "alice"), agent(&centre, "bob"));
    let mut alice = centre.alice()?;
    let (_caller, _call, _offer) = offered(&centre, &mut alice)?;
    let call = offered_call(&mut desk);
    let promise = json!({ "call": call, "subject": "回电", "priority": "normal", "promised_at": in_an_hour() });
    let ticket = done(&mut desk, "POST", "/v1/tickets", &promise);
    let at = format!("/v1/tickets/{}", ticket["ticket"].as_str().expect("an id"));
    assert_eq!(other.ask("GET", &at_customer(), &Value::Null).0, 404);
    done(&mut desk, "PATCH", &at, &json!({ "agent": "bob" }));
    let seen = get(&mut other, &at_customer());
    assert_eq!((&seen["number"], &seen["tickets"][0]["agent"]), (&json!(E164), &json!("bob")), "{seen}");
    done(&mut other, "PATCH", &at, &json!({ "state": "done" }));
    assert_eq!(other.ask("GET", &at_customer(), &Value::Null).0, 404, "there is nothing left to do for him");
    Ok(())
}

/// TEL-23, AGT-02: parts that are off are neither answered nor offered.
#[test]
fn tel_23_a_centre_without_customers_has_none_of_their_pages() -> Result<(), KitError> {
    let modules = "area_code = \"571\"\nmodules = [\"reports\"]";
    let centre = Centre::changed(&[("[media]", CONSOLE), ("area_code = \"571\"", modules)])?;
    let mut desk = agent(&centre, "alice");
    let offers = get(&mut desk, "/v1/me")["offers"].to_string();
    // Nobody calls: of what belongs to one call or customer there is nothing either way.
    for (method, at, path, code) in [
        ("GET", at_customer(), "/v1/customers/{number}", "not_found"),
        ("GET", "/v1/tickets".to_owned(), "/v1/tickets", "module_off"),
        ("GET", "/v1/knowledge?q=".to_owned(), "/v1/knowledge", "module_off"),
        ("POST", "/v1/calls/1/articles".to_owned(), "/v1/calls/{call}/articles", "not_found"),
        ("GET", "/v1/scripts".to_owned(), "/v1/scripts", "module_off"),
    ] {
        let (status, told) = desk.ask(method, &at, &Value::Null);
        assert_eq!((status, &told["code"]), (404, &json!(code)), "{at}: {told}");
        assert!(!offers.contains(&format!("\"{path}\"")), "{path}: {offers}");
    }
    let mut alice = centre.alice()?;
    let (_caller, _call, _offer) = offered(&centre, &mut alice)?;
    let (status, told) = desk.ask("GET", &at_customer(), &Value::Null);
    assert_eq!((status, &told["code"]), (404, &json!("module_off")), "{told}");
    Ok(())
}
