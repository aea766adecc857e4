//! Programs of others that are told what happens: a real receiver on a socket of its own, real calls, real crashes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bell_testkit::KitError;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::centre::Centre;
use crate::desk::{Visitor, add};
use crate::people::administrator;

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A message as it arrived.
pub(crate) struct Message {
    id: String,
    timestamp: String,
    signature: String,
    text: String,
    pub(crate) body: Value,
    /// The status it was answered with.
    answered: u16,
}

/// A program that is told things. It answers with the status that it is set to.
pub(crate) struct Program {
    address: SocketAddr,
    status: Arc<Mutex<u16>>,
    messages: Receiver<Message>,
}

impl Program {
    pub(crate) fn start(status: u16) -> Self {
        Self::at("127.0.0.1:0", status)
    }

    fn at(address: &str, status: u16) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let status = Arc::new(Mutex::new(status));
        let (sender, messages) = channel();
        let answer = Arc::clone(&status);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let mut reader = BufReader::new(stream);
                let mut head = Vec::new();
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                        break;
                    }
                    head.push(line.trim().to_owned());
                }
                let header = |name: &str| {
                    let found = head.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                    found.unwrap_or_default().to_owned()
                };
                let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
                if reader.read_exact(&mut body).is_err() || head.is_empty() {
                    continue;
                }
                let status = *answer.lock().expect("nobody panicked");
                let text = String::from_utf8(body).expect("text");
                let message = Message {
                    id: header("webhook-id"),
                    timestamp: header("webhook-timestamp"),
                    signature: header("webhook-signature"),
                    body: serde_json::from_str(&text).expect("JSON"),
                    text,
                    answered: status,
                };
                if sender.send(message).is_err() {
                    return;
                }
                let location = "location: http://127.0.0.1:9/\r\n";
                let _ = write!(
                    reader.get_mut(),
                    "HTTP/1.1 {status} X\r\n{location}content-length: 0\r\nconnection: close\r\n\r\n"
                );
            }
        });
        Self { address, status, messages }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    fn answers(&self, status: u16) {
        *self.status.lock().expect("nobody panicked") = status;
    }

    fn next(&self) -> Message {
        self.messages.recv_timeout(PATIENCE).expect("a message in time")
    }

    pub(crate) fn until(&self, kind: &str) -> Message {
        loop {
            let message = self.next();
            if message.body["type"] == kind {
                return message;
            }
        }
    }
}

/// As a receiver checks it, by the specification.
fn signed(secret: &str, message: &Message) -> bool {
    let key = unbase64(secret.strip_prefix("whsec_").expect("its prefix"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length");
    mac.update(format!("{}.{}.{}", message.id, message.timestamp, message.text).as_bytes());
    let told = message.signature.strip_prefix("v1,").expect("its version");
    unbase64(told) == mac.finalize().into_bytes().to_vec()
}

fn unbase64(text: &str) -> Vec<u8> {
    const SYMBOLS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for symbol in text.trim_end_matches('=').chars() {
        (bits, held) = (bits << 6 | SYMBOLS.find(symbol).expect("base 64") as u32, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 255) as u8);
        }
    }
    bytes
}

pub(crate) fn centre_with(policy: &str) -> Result<Centre, KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n\
                   [outgoing]\ninside = [\"127.0.0.0/8\"]\n\n[media]";
    let policy = format!("[policy]\nwebhook_retry_first = \"1s\"\nwebhook_retry_max = \"10s\"\n{policy}");
    Centre::changed(&[("[media]", console), ("[policy]", &policy)])
}

pub(crate) fn set_up(boss: &mut Visitor, url: &str, events: &[&str]) -> (String, String) {
    let (status, made) = boss.ask("POST", "/v1/webhooks", &json!({ "name": "crm", "url": url, "events": events }));
    assert_eq!(status, 201, "{made}");
    let word = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    (format!("/v1/webhooks/{}", word(&made["webhook"]["webhook"])), word(&made["secret"]))
}

/// Issue "signed webhooks": a call is told from its beginning to its recording, signed by Standard Webhooks, in order. What is
/// not taken comes again under the same id; everything comes again on request; the attempts can be read.
#[test]
fn webhooks_tell_a_call_signed_and_again_until_it_is_taken() -> Result<(), KitError> {
    let centre = centre_with("")?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let program = Program::start(200);
    let (webhook, secret) = set_up(&mut boss, &program.url(), &[]);
    let (_, listed) = boss.ask("GET", "/v1/webhooks", &Value::Null);
    assert!(!listed.to_string().contains("whsec_"), "the secret is shown once: {listed}");

    let mut talking = centre.talking()?;
    let started = program.until("call.started");
    assert!(signed(&secret, &started), "{} {}", started.id, started.signature);
    let call = started.body["data"]["call"].as_str().expect("a call").to_owned();
    let answered = program.until("call.answered");
    assert_eq!((&answered.body["data"]["call"], &answered.body["data"]["agent"]), (&json!(call), &json!("alice")));

    program.answers(500);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let (first, second) = (program.until("call.ended"), program.until("call.ended"));
    assert_eq!(first.id, second.id, "what was not taken comes again as what it was");
    assert!(signed(&secret, &second), "each attempt is signed anew");
    assert_eq!((&first.body["data"]["agent"], &first.body["data"]["cause"]), (&json!("alice"), &json!("hung_up")));
    program.answers(302);
    // A further attempt may have been on its way, and got the answer of before.
    while program.until("call.ended").answered != 302 {}
    program.answers(204);
    let recording = program.until("recording.ready");
    assert_eq!(recording.body["data"]["call"], json!(call));

    let (status, attempts) = boss.ask("GET", &format!("{webhook}/attempts?limit=200"), &Value::Null);
    assert_eq!(status, 200, "{attempts}");
    let of_end = || attempts["items"].as_array().expect("attempts").iter().filter(|one| one["event"] == first.id);
    let statuses: Vec<_> = of_end().filter_map(|one| one["status"].as_u64()).collect();
    assert!(statuses.len() >= 4 && statuses[0] == 204, "the newest first: {statuses:?}");
    assert!(statuses.contains(&500) && statuses.contains(&302), "a redirection is not followed: {statuses:?}");

    let (status, again) = boss.ask("POST", &format!("{webhook}/replay"), &json!({ "from": started.id }));
    assert_eq!(status, 200, "{again}");
    assert_eq!(program.until("call.started").id, started.id);
    assert_eq!(program.until("call.ended").id, first.id);
    assert_eq!(boss.ask("POST", &format!("{webhook}/replay"), &json!({ "from": "evt_999999" })).0, 422);

    assert_eq!(boss.ask("PATCH", &webhook, &json!({ "state": "paused" })).1["webhook"]["state"], "paused");
    assert_eq!(boss.ask("DELETE", &webhook, &Value::Null).0, 204);
    assert_eq!(boss.ask("GET", &format!("{webhook}/attempts"), &Value::Null).0, 404);
    centre.assert_quiet();
    Ok(())
}

/// What happened is told although the node dies before it could be: the outbox is filled from the journal.
#[test]
fn webhooks_lose_nothing_when_the_node_dies() -> Result<(), KitError> {
    let mut centre = centre_with("")?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let program = Program::start(503);
    let (_, secret) = set_up(&mut boss, &program.url(), &["call.ended"]);
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let refused = program.until("call.ended");
    drop(talking);
    let talking = centre.talking()?;
    centre.server.kill()?;
    drop(talking);
    // What was tried in vain until then.
    program.messages.try_iter().for_each(drop);
    program.answers(200);
    centre.server.restart()?;
    let first = program.until("call.ended");
    assert_eq!((&first.id, &first.text), (&refused.id, &refused.text), "it goes on where it was");
    let second = program.until("call.ended");
    assert_ne!(second.body["data"]["call"], first.body["data"]["call"]);
    assert_eq!(second.body["data"]["cause"], "node_failed", "{}", second.text);
    assert!(signed(&secret, &second));
    Ok(())
}

/// What is inside is not asked unless the configuration names it, nothing but the machine itself in the clear; a receiver that
/// is gone is switched off and whoever set it up is told; who sees only his own calls sets none up.
#[test]
fn webhooks_go_only_where_they_may_and_end_where_nobody_is() -> Result<(), KitError> {
    let centre = centre_with("")?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    for (url, status) in [
        ("https://10.0.0.1/hook", 409),
        ("https://169.254.169.254/latest/meta-data", 409),
        ("https://[::ffff:10.0.0.1]/", 409),
        ("http://example.com/hook", 409),
        ("ftp://example.com/", 422),
        ("https://user:secret@example.com/", 422),
    ] {
        let (refused, why) = boss.ask("POST", "/v1/webhooks", &json!({ "name": "x", "url": url }));
        assert_eq!(refused, status, "{url}: {why}");
    }
    let mut lead = administrator(&centre, "lead", &["supervisor"]);
    let (status, refused) = lead.ask("POST", "/v1/webhooks", &json!({ "name": "x", "url": "https://example.com/" }));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let mut desk = Visitor::at(&centre, "console");
    let password = add(&centre, "alice", &["--role", "agent"]);
    desk.sign_in("alice", &password);
    assert_eq!(desk.ask("GET", "/v1/webhooks", &Value::Null).0, 404, "it is not there");

    let program = Program::start(410);
    let (webhook, _) = set_up(&mut boss, &program.url(), &["account.notice"]);
    Visitor::at(&centre, "console").sign_in("alice", &password);
    let told = program.until("account.notice");
    assert_eq!(
        (&told.body["data"]["user"], &told.body["data"]["notice"]["kind"]),
        (&json!("alice"), &json!("new_device"))
    );
    let state = || {
        let (_, all) = boss.ask("GET", "/v1/webhooks", &Value::Null);
        (all["items"][0]["state"] == "failed").then_some(())
    };
    centre.until("it is switched off", state);
    let (_, told) = boss.ask("GET", "/v1/me/notices", &Value::Null);
    let kinds: Vec<_> = told["items"].as_array().expect("notices").iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, [json!("webhook_disabled")], "{told}");
    program.answers(200);
    let (status, changed) = boss.ask("PATCH", &webhook, &json!({ "state": "on", "new_secret": true }));
    assert!(status == 200 && changed["secret"].is_string(), "{changed}");
    let again = program.until("account.notice");
    assert!(signed(changed["secret"].as_str().expect("a secret"), &again), "by the new secret");
    assert!(again.body["data"]["link"].is_string(), "SEC-13: {}", again.text);
    Ok(())
}
