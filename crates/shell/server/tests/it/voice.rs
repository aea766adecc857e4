//! Browsers, which register by the key of a login, over a WebSocket.

use std::time::{Duration, Instant};

use bell_testkit::{BrowserPhone, KitError};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};

/// By when a leaver is cut off (SEC-06).
const CUT_WITHIN: Duration = Duration::from_secs(5);

/// A centre where alice works in the browser.
fn centre() -> Result<Centre, KitError> {
    let udp = "udp = [\"127.0.0.1:{port:sip}\"]";
    Centre::changed(&[
        (udp, &format!("{udp}\nws = [\"127.0.0.1:{{port:ws}}\"]")),
        ("[endpoint.alice]\npassword = \"Alice-1\"", "[endpoint.alice]\nbrowser = true"),
    ])
}

fn key(centre: &Centre, login: &str) -> (String, String) {
    let (ok, told) = centre.operate(&["voice", "key", "alice", "--login", login, "--json"]);
    assert!(ok, "{told}");
    let key: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(key["realm"], "test.belltower");
    let word = |name: &str| key[name].as_str().expect("a word").to_owned();
    (word("user"), word("password"))
}

fn register(phone: &mut BrowserPhone, centre: &Centre, key: &(String, String)) -> Result<(), KitError> {
    let ws = format!("ws://{}", centre.server.address("ws"));
    phone.register_as(&ws, "test.belltower", "alice", (&key.0, &key.1))
}

fn browser(centre: &Centre, key: &(String, String)) -> Result<BrowserPhone, KitError> {
    let mut phone = BrowserPhone::start(ALICE_HZ)?;
    register(&mut phone, centre, key)?;
    Ok(phone)
}

fn endpoints(centre: &Centre) -> String {
    centre.operate(&["endpoints"]).1
}

/// TEL-12, SEC-06: with the key of a login a browser takes a call, audio both ways; with the end of the login it is gone
/// within 5 seconds, its agent is off work, and the key lets nobody in any more.
#[test]
fn sec_06_a_key_of_a_login_takes_calls_until_the_login_ends() -> Result<(), KitError> {
    let centre = centre()?;
    let key = key(&centre, "7");
    let mut phone = browser(&centre, &key)?;
    assert!(endpoints(&centre).contains("may be registered by login 7 until"), "{}", endpoints(&centre));
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    phone.wait_call()?;
    phone.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent");
    assert!(phone.hears(CALLER_HZ)?, "the agent hears the customer");
    call.hang_up()?;
    phone.wait_ended()?;

    let ended = Instant::now();
    assert!(centre.operate(&["voice", "end", "7"]).0);
    centre.until("the registration is gone", || endpoints(&centre).contains("gone: forbidden").then_some(()));
    assert!(ended.elapsed() < CUT_WITHIN, "{:?}", ended.elapsed());
    centre.until("alice is signed out", || centre.operate(&["agents"]).1.contains("signed out").then_some(()));
    assert!(register(&mut phone, &centre, &key).is_err(), "the key is over");
    let told = endpoints(&centre);
    assert!(told.contains("its login is over, or another one has the voice: sign in again"), "{told}");
    let journal = std::fs::read_dir(centre.node_file("journal")).expect("it is there");
    for file in journal.filter_map(Result::ok) {
        let bytes = std::fs::read(file.path()).expect("it can be read");
        let shown = bytes.windows(key.1.len()).any(|window| window == key.1.as_bytes());
        assert!(!shown, "the journal knows what proves the key, not the key");
    }
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// SEC-11: whoever signs in elsewhere takes the voice over, but nobody out of a call.
#[test]
fn sec_11_another_login_takes_the_voice_over_when_no_call_is_up() -> Result<(), KitError> {
    let centre = centre()?;
    let sevens = key(&centre, "7");
    let mut first = browser(&centre, &sevens)?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    first.wait_call()?;
    first.answer()?;
    assert!(call.hears(ALICE_HZ)?);
    let (ok, told) = centre.operate(&["voice", "key", "alice", "--login", "8"]);
    assert!(!ok && told.contains("the other device is in a call"), "{told}");
    key(&centre, "7");
    call.hang_up()?;
    first.wait_ended()?;
    let _second = browser(&centre, &key(&centre, "8"))?;
    assert!(register(&mut first, &centre, &sevens).is_err(), "the voice is elsewhere");
    assert!(endpoints(&centre).contains("login 8"), "{}", endpoints(&centre));
    Ok(())
}

/// SEC-06: the phones of somebody who may not work any more are gone within 5 seconds, desk phones too.
#[test]
fn sec_06_a_barred_agent_has_no_phone() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let begun = Instant::now();
    assert!(centre.operate(&["voice", "bar", "bob"]).0);
    centre.until("the registration is gone", || endpoints(&centre).contains("gone: forbidden").then_some(()));
    assert!(begun.elapsed() < CUT_WITHIN, "{:?}", begun.elapsed());
    assert!(bob.register(&centre.sip()).is_err());
    let told = endpoints(&centre);
    assert!(told.contains("its agent may not work: belltower voice allow"), "{told}");
    assert!(centre.operate(&["voice", "allow", "bob"]).0);
    bob.register(&centre.sip())?;
    centre.assert_replays();
    Ok(())
}

#[test]
fn a_desk_phone_takes_no_key() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (ok, told) = centre.operate(&["voice", "key", "alice"]);
    assert!(!ok && told.contains("no browser of this name is configured"), "{told}");
    Ok(())
}
