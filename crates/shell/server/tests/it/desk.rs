//! The desk over HTTP, and the phone that comes with it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bell_testkit::{BrowserPhone, KitError};
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};
use crate::watching::Events;

/// A centre with a console, where alice works in the browser.
pub(crate) fn centre() -> Result<Centre, KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    Centre::changed(&[
        ("[media]", console),
        ("[endpoint.alice]\npassword = \"Alice-1\"", "[endpoint.alice]\nbrowser = true"),
    ])
}

/// Somebody at the console.
#[derive(Clone)]
pub(crate) struct Visitor {
    address: std::net::SocketAddr,
    cookie: String,
    token: Option<String>,
    behind: Option<&'static str>,
    /// Where the last answer sent it.
    location: String,
    language: &'static str,
    key: Option<String>,
}

impl Visitor {
    pub(crate) fn at(centre: &Centre, listener: &str) -> Self {
        Self::of(centre.server.address(listener))
    }

    /// At an address.
    pub(crate) const fn of(address: std::net::SocketAddr) -> Self {
        Self {
            address,
            cookie: String::new(),
            token: None,
            behind: None,
            location: String::new(),
            language: "en",
            key: None,
        }
    }

    /// The same browser at the other address.
    pub(crate) fn moved_to(mut self, centre: &Centre, listener: &str) -> Self {
        self.address = centre.server.address(listener);
        self
    }

    /// A program with a token instead of somebody with a cookie.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Whatever is asked from here on has this `Idempotency-Key`.
    pub(crate) fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// Somebody at this address, for whom a proxy asks.
    pub(crate) fn behind(mut self, address: &'static str) -> Self {
        self.behind = Some(address);
        self
    }

    /// The same, asking in Chinese from now on.
    pub(crate) fn speaks_chinese(&mut self) {
        self.language = "zh-CN";
    }

    /// Status and body; cookies are kept.
    pub(crate) fn ask(&mut self, method: &str, at: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.fetch(method, at, body);
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// The same, for what is no JSON.
    pub(crate) fn fetch(&mut self, method: &str, at: &str, body: &Value) -> (u16, Vec<u8>) {
        self.send(method, at, "application/json", body.to_string().as_bytes())
    }

    /// The same, with a body that is no JSON.
    pub(crate) fn send(&mut self, method: &str, at: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).expect("the console listens");
        let (address, cookie, language) = (self.address, &self.cookie, self.language);
        let token = self.token.as_ref().map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let behind = self.behind.map_or_else(String::new, |address| format!("x-forwarded-for: {address}\r\n"));
        let key = self.key.as_ref().map_or_else(String::new, |key| format!("idempotency-key: {key}\r\n"));
        write!(
            stream,
            "{method} {at} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncookie: {cookie}\r\n{token}{behind}{key}\
             accept-language: {language}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )
        .expect("it reads");
        stream.write_all(body).expect("it reads the body");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|end| end == b"\r\n\r\n").expect("a head");
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer).expect("a head is text");
        let set = head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let kept: Vec<_> = set.filter_map(|cookie| cookie.split(';').next()).collect();
        if !kept.is_empty() {
            self.cookie = kept.join("; ");
        }
        let location = head.lines().find_map(|line| line.strip_prefix("location: "));
        self.location = location.unwrap_or_default().to_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body)
    }

    /// Status, and where the browser is sent by it.
    pub(crate) fn follow(&mut self, at: &str) -> (u16, String) {
        let (status, _) = self.fetch("GET", at, &Value::Null);
        (status, std::mem::take(&mut self.location))
    }

    /// What goes on, as this one sees it.
    pub(crate) fn events(&self) -> Events {
        Events::open(self.address, &self.cookie)
    }

    /// What proves who he is.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn sign_in(&mut self, name: &str, password: &str) -> (u16, Value) {
        self.ask("POST", "/v1/session", &json!({ "name": name, "password": password }))
    }
}

/// An account, with the password that was drawn for it.
pub(crate) fn add(centre: &Centre, name: &str, more: &[&str]) -> String {
    let (ok, told) = centre.operate(&[&["user", "add", name, "--keep-password", "--json"], more].concat());
    assert!(ok, "{told}");
    let added: Value = serde_json::from_str(&told).expect("JSON");
    added["password"].as_str().expect("a password").to_owned()
}

/// Somebody with these roles, signed in at the console.
pub(crate) fn somebody(centre: &Centre, name: &str, more: &[&str]) -> Visitor {
    let password = add(centre, name, more);
    let mut visitor = Visitor::at(centre, "console");
    let (status, step) = visitor.sign_in(name, &password);
    assert_eq!((status, &step["state"]), (200, &json!("signed_in")), "{step}");
    visitor
}

/// An agent, signed in at the console.
pub(crate) fn agent(centre: &Centre, name: &str) -> Visitor {
    somebody(centre, name, &["--role", "agent", "--agent", name])
}

/// TEL-12, SEC-06: an agent signs in, her browser becomes her phone at the console's own address, she hears and is heard, sees
/// the call on her desk, and when she signs out her phone is gone within 5 seconds.
#[test]
fn tel_12_an_agent_signs_in_and_talks_in_her_browser() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    assert_eq!(desk.ask("GET", "/v1/me", &Value::Null).0, 401);
    let (status, problem) = desk.sign_in("alice", "not hers");
    assert_eq!((status, &problem["code"]), (401, &json!("login_refused")), "{problem}");
    let (status, step) = desk.sign_in("alice", &password);
    assert_eq!((status, &step["state"]), (200, &json!("signed_in")), "{step}");
    assert_eq!(step["me"]["agent"]["name"], "alice", "{step}");
    let (status, key) = desk.ask("POST", "/v1/me/voice", &Value::Null);
    assert_eq!(status, 200, "{key}");

    let word = |name: &str| key[name].as_str().unwrap_or_else(|| panic!("{name} of {key}")).to_owned();
    let ws = format!("ws://{}{}", desk.address, word("ws_path"));
    let uri = word("sip_uri");
    let (user, domain) = uri.trim_start_matches("sip:").split_once('@').expect("a user at a domain");
    let mut browser = BrowserPhone::start(ALICE_HZ)?;
    let elsewhere = browser.register_as(&ws, domain, user, (&word("user"), &word("password")));
    assert!(elsewhere.is_err(), "a page of another site opens no socket here");
    browser.visit(&format!("http://{}/", desk.address))?;
    browser.register_as(&ws, domain, user, (&word("user"), &word("password")))?;
    let (_, _) = desk.ask("POST", "/v1/me/state", &json!({ "to": "sign_in" }));

    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    let rings = browser.wait_call()?;
    browser.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent");
    assert!(browser.hears(CALLER_HZ)?, "the agent hears the customer");
    let seen = desk.ask("GET", "/v1/me/desk", &Value::Null).1;
    assert_eq!(seen["calls"][0]["call"].as_str(), rings.call.as_deref(), "{seen}");
    let act = format!("/v1/calls/{}/actions", rings.call.unwrap_or_default());
    let (status, refused) = desk.ask("POST", &act, &json!({ "do": "listen" }));
    assert_eq!(status, 403, "{refused}");
    let (status, done) = desk.ask("POST", &act, &json!({ "do": "hold" }));
    assert!(status < 300, "{done}");
    let (status, done) = desk.ask("POST", &act, &json!({ "do": "resume" }));
    assert!(status < 300, "{done}");
    assert!(call.hears(ALICE_HZ)? && browser.hears(CALLER_HZ)?, "after the hold as before it");
    let (status, done) = desk.ask("POST", &act, &json!({ "do": "release" }));
    assert!(status < 300, "{done}");
    call.wait_ended()?;
    browser.wait_ended()?;
    let record = &centre.records(1)[0];
    let own = desk.ask("GET", "/v1/me/calls", &Value::Null).1;
    assert_eq!(own["items"][0]["call"], record["call"], "{own}");

    let out = Instant::now();
    assert_eq!(desk.ask("DELETE", "/v1/session", &Value::Null).0, 204);
    let gone = || centre.operate(&["endpoints"]).1.contains("gone: forbidden").then_some(());
    centre.until("the registration is gone", gone);
    assert!(out.elapsed() < Duration::from_secs(5), "{:?}", out.elapsed());
    assert_eq!(desk.ask("GET", "/v1/me", &Value::Null).0, 401);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// SEC-02, SEC-04: what is for administrators is not there at the desk's address, and a supervisor's live view is not an
/// agent's.
#[test]
fn sec_04_each_sees_what_he_may() -> Result<(), KitError> {
    let centre = centre()?;
    let (agents, leads) = (
        add(&centre, "alice", &["--role", "agent", "--agent", "alice"]),
        add(&centre, "lead", &["--role", "supervisor"]),
    );
    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &agents);
    assert_eq!(alice.ask("GET", "/v1/live", &Value::Null).0, 403);
    let mut lead = Visitor::at(&centre, "console");
    lead.sign_in("lead", &leads);
    let (status, live) = lead.ask("GET", "/v1/live", &Value::Null);
    assert!(status == 200 && live["queues"].is_array(), "{live}");
    assert_eq!(lead.ask("GET", "/v1/audit", &Value::Null).0, 404, "it is not there");
    let mut at_admin = Visitor::at(&centre, "admin");
    at_admin.sign_in("lead", &leads);
    assert_eq!(at_admin.ask("GET", "/v1/audit", &Value::Null).0, 403, "it is not his");
    Ok(())
}

/// INB-35: a queue is shown by what people call it: on the board, at the desk, and among those a caller can be given to.
#[test]
fn inb_35_a_queue_is_known_by_its_title() -> Result<(), KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    let centre = Centre::changed(&[("[media]", console), ("[queue.sales]", "[queue.sales]\ntitle = \"销售\"")])?;
    let password = add(&centre, "alice", &["--role", "agent", "--role", "supervisor", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    desk.sign_in("alice", &password);
    // What goes on is drawn a moment after the start.
    let live = centre.until("the queues on the board", || {
        let (_, live) = desk.ask("GET", "/v1/live", &Value::Null);
        (live["queues"][0]["queue"] == "sales").then_some(live)
    });
    assert_eq!((&live["queues"][0]["title"], &live["queues"][1]["title"]), (&json!("销售"), &Value::Null), "{live}");
    let (_, own) = desk.ask("GET", "/v1/me/desk", &Value::Null);
    assert_eq!(own["queues"][0]["title"], "销售", "{own}");
    let (status, found) = desk.ask("GET", "/v1/transfer-targets?q=%E9%94%80", &Value::Null);
    let all = found.as_array().or_else(|| found["items"].as_array());
    let first = all.and_then(|all| all.first()).unwrap_or_else(|| panic!("{status} {found}"));
    assert_eq!((&first["name"], &first["label"]), (&json!("sales"), &json!("销售")), "{found}");
    Ok(())
}
