//! Desk phones whose audio is encrypted under keys of their signalling (SRTP by SDES), and where those keys must not be.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bell_testkit::{KitError, Phone, PhoneEvent, PhonePlan};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};

/// Not that of the network, which might be heard in its place.
const BOB_TONE: u32 = 600;

/// A centre under TLS where bob's phone is set like this.
fn centre(srtp: &str) -> Result<Centre, KitError> {
    let tcp = "tcp = [\"127.0.0.1:{port:sip}\"]";
    let listen = format!("{tcp}\ntls = [\"127.0.0.1:{{port:tls}}\"]");
    let password = "password = \"Bob-2\"";
    Centre::changed(&[(tcp, &listen), (password, &format!("{password}\n{srtp}"))])
}

fn plan(centre: &Centre) -> PhonePlan {
    PhonePlan::new("bob", BOB_TONE).register(&centre.server.address("tls").to_string(), "Bob-2").over_tls()
}

/// Bob's phone, registered.
fn bob(plan: &PhonePlan) -> Result<Phone, KitError> {
    let mut bob = Phone::start(plan)?;
    bob.wait_registered()?;
    Ok(bob)
}

/// Every key that a phone has printed, its own and ours.
fn keys(phone: &Phone) -> Vec<String> {
    let log = phone.log();
    let told = log.split("inline:").skip(1);
    let is_key = |letter: &char| letter.is_ascii_alphanumeric() || "+/=".contains(*letter);
    let mut keys: Vec<String> = told.map(|text| text.chars().take_while(is_key).collect()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The call's last messages, as the operator sees them.
fn trace(centre: &Centre, call: &str) -> String {
    centre.operate(&["trace", call]).1
}

/// Nothing that the node has written or shows holds a key, as text or as what it stands for.
fn assert_nowhere(centre: &Centre, keys: &[String], shown: &str) {
    let mut secrets: Vec<Vec<u8>> = keys.iter().map(|key| key.clone().into_bytes()).collect();
    secrets.extend(keys.iter().map(|key| STANDARD.decode(key).expect("a key is base64")));
    let mut seen = 0;
    let mut check = |name: &Path, bytes: &[u8]| {
        seen += bytes.len();
        for secret in &secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "a key is in {}", name.display());
        }
    };
    check(Path::new("the log"), centre.server.log().as_bytes());
    check(Path::new("the trace"), shown.as_bytes());
    let mut left = vec![centre.node_file("")];
    while let Some(path) = left.pop() {
        let Ok(entries) = fs::read_dir(&path) else {
            check(&path, &fs::read(&path).unwrap_or_default());
            continue;
        };
        left.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !path.is_symlink()));
    }
    assert!(seen > 100_000, "the journal was read, and what else there is");
}

/// TEL-08, C-10: a phone that must encrypt and is offered it takes a call from the queue: both hear each other, before hold
/// and after. No key is in journal, database, log or trace.
#[test]
fn tel_08_c_10_a_phone_with_srtp_talks_and_its_keys_are_nowhere() -> Result<(), KitError> {
    let centre = centre("srtp = \"required\"")?;
    let mut bob = bob(&plan(&centre).encrypted("srtp-mand"))?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    bob.wait(PhoneEvent::Incoming)?;
    bob.answer()?;
    assert!(call.hears(f64::from(BOB_TONE))?, "the customer hears the agent");
    assert!(bob.hears(CALLER_HZ)?, "the agent hears the customer");
    bob.hold()?;
    assert!(call.falls_silent()?, "the customer is on hold");
    bob.resume()?;
    assert!(call.hears(f64::from(BOB_TONE))?, "and is back");
    call.press("5")?;
    bob.wait_key('5')?;
    call.hang_up()?;
    bob.wait(PhoneEvent::Closed)?;
    centre.assert_quiet();

    let record = &centre.records(1)[0];
    let shown = trace(&centre, record["call"].as_str().expect("an id"));
    assert!(shown.contains("RTP/SAVP") && shown.contains("inline:***"), "{shown}");
    let keys = keys(&bob);
    assert!(keys.len() >= 2 && keys.iter().all(|key| key.len() == 40), "ours and his: {keys:?}");
    assert_nowhere(&centre, &keys, &shown);
    centre.assert_replays();
    Ok(())
}

/// C-10: a phone that does not encrypt is not spoken with where it must, and the record says why.
#[test]
fn c_10_a_phone_without_srtp_is_not_called_where_it_is_required() -> Result<(), KitError> {
    let centre = centre("srtp = \"required\"")?;
    let mut bob = bob(&plan(&centre))?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    let failed = |facts: &[serde_json::Value]| facts.iter().any(|fact| fact.to_string().contains("not_encrypted"));
    // Some phones refuse the offer by themselves, others ring and answer without keys.
    centre.until("the leg to fail", || {
        let _ = bob.answer();
        failed(&centre.facts()).then_some(())
    });
    call.hang_up()?;
    centre.assert_replays();
    Ok(())
}

/// RFC 8643: what is offered is used by the phone that can, and left out by the one that cannot.
#[test]
fn c_10_srtp_that_is_offered_falls_back() -> Result<(), KitError> {
    let centre = centre("srtp = \"offered\"")?;
    for (number, can) in [(1, true), (2, false)] {
        let plan = plan(&centre);
        let mut bob = bob(&if can { plan.encrypted("srtp") } else { plan })?;
        let (_customer, mut call) = centre.customer()?;
        choose(&mut call, "2")?;
        bob.wait(PhoneEvent::Incoming)?;
        bob.answer()?;
        assert!(
            call.hears(f64::from(BOB_TONE))? && bob.hears(CALLER_HZ)?,
            "both hear each other, encrypted or not: {can}"
        );
        call.hang_up()?;
        bob.wait(PhoneEvent::Closed)?;
        let shown = trace(&centre, centre.records(number)[0]["call"].as_str().expect("an id"));
        let theirs = shown.split(" <- ").skip(1).filter_map(|text| text.split(" -> ").next());
        let answers = theirs.into_iter().any(|message| message.contains("a=crypto:1 "));
        assert_eq!(answers, can, "{shown}");
        assert_nowhere(&centre, &keys(&bob), &shown);
    }
    centre.assert_replays();
    Ok(())
}

/// A phone that encrypts is answered so although nothing is set: it has asked for it, and its keys came under TLS.
#[test]
fn c_10_a_phone_that_asks_for_srtp_gets_it() -> Result<(), KitError> {
    let centre = centre("")?;
    let mut alice = centre.alice()?;
    let mut bob = bob(&plan(&centre).encrypted("srtp-mand"))?;
    bob.call(&format!("sip:{}@{}", crate::centre::NUMBER, centre.server.address("tls")))?;
    bob.wait(PhoneEvent::Established)?;
    bob.press("1")?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(offer.hears(f64::from(BOB_TONE))?, "she hears him");
    assert!(bob.hears(ALICE_HZ)?, "he hears her");
    bob.hang_up()?;
    offer.wait_ended()?;
    let shown = trace(&centre, centre.records(1)[0]["call"].as_str().expect("an id"));
    assert_nowhere(&centre, &keys(&bob), &shown);
    centre.assert_replays();
    Ok(())
}

/// Keys must not cross the network in the clear: such a phone registers over TLS or not at all, and the operator sees why.
#[test]
fn c_10_a_phone_with_srtp_does_not_register_in_the_clear() -> Result<(), KitError> {
    let centre = centre("srtp = \"offered\"")?;
    assert!(centre.bob().is_err());
    let seen = || centre.operate(&["endpoints"]).1;
    centre.until("the reason", || seen().contains("let it register over TLS").then_some(()));
    bob(&plan(&centre))?;
    Ok(())
}
