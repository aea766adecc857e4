//! Signing in by other ways than a password, over HTTP.

use std::thread;
use std::time::{Duration, Instant};

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::desk::{Visitor, add, centre};
use crate::people::administrator;

/// What a page shows.
struct Shown {
    scan: String,
    secret: String,
}

fn show(page: &mut Visitor) -> Shown {
    let (status, shown) = page.ask("POST", "/v1/session/scan", &Value::Null);
    assert_eq!(status, 200, "{shown}");
    let word = |name: &str| shown[name].as_str().unwrap_or_else(|| panic!("{name} of {shown}")).to_owned();
    assert!(word("uri").starts_with("http://127.0.0.1:") && word("uri").ends_with(&word("scan")), "{shown}");
    assert_ne!(word("scan"), word("secret"), "who photographs the screen has half of it");
    Shown { scan: word("scan"), secret: word("secret") }
}

impl Shown {
    fn state(&self, page: &mut Visitor) -> (u16, Value) {
        page.ask("GET", &format!("/v1/session/scan/{}?secret={}", self.scan, self.secret), &Value::Null)
    }

    fn take(&self, page: &mut Visitor) -> (u16, Value) {
        page.ask("POST", &format!("/v1/session/scan/{}/take", self.scan), &json!({ "secret": self.secret }))
    }

    fn see(&self, phone: &mut Visitor) -> (u16, Value) {
        phone.ask("GET", &format!("/v1/scans/{}", self.scan), &Value::Null)
    }

    fn answer(&self, phone: &mut Visitor, answer: &str) -> (u16, Value) {
        phone.ask("POST", &format!("/v1/scans/{}/{answer}", self.scan), &Value::Null)
    }
}

/// AGT-01: a page shows a code and waits; the phone sees who asks and says yes; the page hears of it at once and is let in,
/// once. The picture alone lets nobody in, and it all stands in the log.
#[test]
fn agt_01_a_phone_lets_a_browser_in_once() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let others = add(&centre, "bob", &["--role", "agent"]);
    let (mut phone, mut page) = (Visitor::at(&centre, "console"), Visitor::at(&centre, "console"));
    phone.sign_in("alice", &password);
    let shown = show(&mut page);
    assert_eq!(shown.take(&mut page).1["why"], "not_confirmed");

    thread::scope(|scope| {
        let waits = scope.spawn(|| {
            let begun = Instant::now();
            let (_, seen) = shown.state(&mut page);
            let (_, confirmed) = shown.state(&mut page);
            (begun.elapsed(), seen, confirmed)
        });
        let (status, asks) = shown.see(&mut phone);
        assert_eq!((status, &asks["ip"]), (200, &json!("127.0.0.1")), "{asks}");
        assert!(asks["device"].is_string() && asks["at"].is_string(), "{asks}");
        let mut bob = Visitor::at(&centre, "console");
        bob.sign_in("bob", &others);
        assert_eq!(shown.see(&mut bob).1["why"], "scanned_by_other");
        assert_eq!(shown.answer(&mut bob, "confirm").1["why"], "scanned_by_other");
        assert_eq!(shown.answer(&mut phone, "confirm").0, 204);
        let (took, seen, confirmed) = waits.join().expect("the page");
        // The page may have asked for the first time when both had happened.
        assert!(seen["state"] == "seen" || seen["state"] == "confirmed", "{seen}");
        assert_eq!(confirmed["state"], "confirmed", "{confirmed}");
        assert!(took < Duration::from_secs(20), "pushed, not waited for: {took:?}");
    });

    let mut thief = Visitor::at(&centre, "console");
    let photographed = Shown { scan: shown.scan.clone(), secret: shown.scan.clone() };
    assert_eq!(photographed.take(&mut thief).1["why"], "unknown");
    assert_eq!(photographed.state(&mut thief).1["why"], "unknown");
    let (status, step) = shown.take(&mut page);
    assert_eq!((status, &step["state"], &step["me"]["name"]), (200, &json!("signed_in"), &json!("alice")), "{step}");
    assert_eq!(page.ask("GET", "/v1/me", &Value::Null).0, 200);
    assert_eq!(shown.take(&mut thief).1["why"], "used", "a second taker");
    assert_eq!(shown.state(&mut thief).1["why"], "used");
    assert_eq!(thief.ask("GET", "/v1/me", &Value::Null).0, 401);

    let mut auditor = administrator(&centre, "reader", &["auditor"]);
    let (_, log) = auditor.ask("GET", "/v1/audit?what=scan", &Value::Null);
    let confirmed = &log["items"][0];
    assert_eq!(
        (&confirmed["action"], &confirmed["object"]),
        (&json!("scan.confirm"), &json!("browser at 127.0.0.1")),
        "{log}"
    );
    Ok(())
}

/// AGT-01: of two who take at one time one gets in; a no ends it; strangers, programs and who is cut off let nobody in.
#[test]
fn agt_01_one_of_two_takers_gets_in_and_a_no_ends_it() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut phone = Visitor::at(&centre, "console");
    phone.sign_in("alice", &password);
    let mut pages = [Visitor::at(&centre, "console"), Visitor::at(&centre, "console")];

    let shown = show(&mut pages[0]);
    assert_eq!(shown.see(&mut Visitor::at(&centre, "console")).0, 401, "a phone that nobody is signed in on");
    assert_eq!(shown.answer(&mut phone, "confirm").1["why"], "unknown", "not looked at yet");
    assert_eq!(shown.see(&mut phone).0, 200);
    assert_eq!(shown.answer(&mut phone, "confirm").0, 204);
    let taken: Vec<u16> = thread::scope(|scope| {
        let takers: Vec<_> = pages.iter_mut().map(|page| scope.spawn(|| shown.take(page).0)).collect();
        takers.into_iter().map(|taker| taker.join().expect("a taker")).collect()
    });
    assert!(taken == [200, 409] || taken == [409, 200], "{taken:?}");

    let mut page = Visitor::at(&centre, "console");
    let shown = show(&mut page);
    assert_eq!(shown.see(&mut phone).0, 200);
    assert_eq!(shown.answer(&mut phone, "refuse").0, 204);
    assert_eq!(shown.state(&mut page), (200, json!({ "state": "refused" })));
    assert_eq!(shown.take(&mut page).1["why"], "refused");

    let shown = show(&mut page);
    assert_eq!(shown.see(&mut phone).0, 200);
    assert_eq!(shown.answer(&mut phone, "confirm").0, 204);
    let (ok, told) = centre.operate(&["user", "disable", "alice", "--reason", "left"]);
    assert!(ok, "{told}");
    assert_eq!(shown.take(&mut page).1["why"], "unknown", "a leaver lets nobody in");
    assert_eq!(page.ask("GET", "/v1/me", &Value::Null).0, 401);
    Ok(())
}

/// AGT-01: a code is over after the time that the policy says, in the middle of a wait; it lets in only where it was shown,
/// and one address shows only so many. The phone sees the address of the browser and not that of the proxy.
#[test]
fn agt_01_a_code_ends_and_holds_for_one_address() -> Result<(), KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\nproxies = [\"127.0.0.1\"]\n\n\
                   [admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    let policy = "[policy]\nscan_valid = \"10s\"\nscans_at_address_max = 2";
    let centre = Centre::changed(&[("[media]", console), ("[policy]", policy)])?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut phone = Visitor::at(&centre, "console").behind("198.51.100.1");
    phone.sign_in("alice", &password);
    let mut page = Visitor::at(&centre, "console").behind("203.0.113.7");
    let mut elsewhere = Visitor::at(&centre, "console").behind("203.0.113.8");

    let (begun, shown) = (Instant::now(), show(&mut page));
    assert_eq!(shown.see(&mut phone).1["ip"], "203.0.113.7");
    assert_eq!(shown.answer(&mut phone, "confirm").0, 204);
    assert_eq!(shown.take(&mut elsewhere).1["why"], "elsewhere");
    let second = show(&mut page);
    let (status, full) = page.ask("POST", "/v1/session/scan", &Value::Null);
    assert_eq!((status, &full["why"]), (409, &json!("too_many")), "{full}");
    show(&mut elsewhere);

    assert_eq!(second.state(&mut page), (200, json!({ "state": "expired" })));
    assert!(begun.elapsed() >= Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(shown.take(&mut page).1["why"], "expired", "a yes does not make it last longer");
    assert_eq!(second.see(&mut phone).1["why"], "expired");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    Ok(())
}

/// SEC-13: whoever signs in by a new device is told of to the owner's other session at once; the link freezes the account and
/// cuts every session. The new device itself neither sees the warning nor can take it away.
#[test]
fn sec_13_a_new_device_is_told_of_and_the_link_freezes() -> Result<(), KitError> {
    let centre = centre()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let (mut owner, mut other) = (Visitor::at(&centre, "console"), Visitor::at(&centre, "console"));
    owner.sign_in("alice", &password);
    let (status, none) = owner.ask("GET", "/v1/me/notices", &Value::Null);
    assert_eq!((status, &none["items"]), (200, &json!([])), "the first login of all is not unusual: {none}");
    let mut events = owner.events();
    assert_eq!(events.next()["kind"], "snapshot");

    assert_eq!(other.sign_in("alice", &password).1["state"], "signed_in");
    let told = events.until(|message| message["kind"] == "notice");
    assert_eq!(told["notice"], "notices", "{told}");
    let (_, mine) = other.ask("GET", "/v1/me/notices", &Value::Null);
    assert_eq!(mine["items"], json!([]), "a new device is not told of itself: {mine}");
    let (_, told) = owner.ask("GET", "/v1/me/notices", &Value::Null);
    let notice = &told["items"][0];
    assert_eq!((&notice["kind"], &notice["seen"]), (&json!("new_device"), &json!(false)), "{told}");
    assert!(notice["text"].as_str().is_some_and(|text| text.contains("127.0.0.1")), "{told}");
    let seen = format!("/v1/me/notices/{}/seen", notice["notice"].as_str().expect("an id"));
    assert_eq!(other.ask("POST", &seen, &Value::Null).0, 404, "it cannot take the warning away");
    assert_eq!(owner.ask("POST", &seen, &Value::Null).0, 204);
    let (_, told) = owner.ask("GET", "/v1/me/notices", &Value::Null);
    assert_eq!(told["items"][0]["seen"], true, "{told}");

    let link = told["items"][0]["link"].as_str().expect("a link").to_owned();
    let mut anybody = Visitor::at(&centre, "console");
    let (login, _) = link.split_once('.').expect("a login and a code");
    let (status, wrong) = anybody.ask("POST", "/v1/session/not-me", &json!({ "link": format!("{login}.AAAA-AAAA") }));
    assert_eq!((status, &wrong["code"]), (422, &json!("invalid")), "{wrong}");
    let cut = Instant::now();
    assert_eq!(anybody.ask("POST", "/v1/session/not-me", &json!({ "link": link })).0, 204);
    assert_eq!(other.ask("GET", "/v1/me", &Value::Null).0, 401);
    assert_eq!(owner.ask("GET", "/v1/me", &Value::Null).0, 401);
    assert_eq!(events.closed(), Some(4401));
    assert!(cut.elapsed() < Duration::from_secs(5), "{:?}", cut.elapsed());
    let (status, frozen) = anybody.sign_in("alice", &password);
    assert_eq!((status, &frozen["why"]), (401, &json!("frozen_not_me")), "{frozen}");
    Ok(())
}
