//! Phones that come, go, and are not who they say they are.

use std::time::Duration;

use bell_testkit::{KitError, Phone, PhoneEvent, PhonePlan, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, offers, raw_invite, stages};

/// TEL-08: a wrong password is not just "forbidden": the operator sees what is wrong, and when it ends.
#[test]
fn tel_08_wrong_passwords_are_told_and_lock_out() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "ring_timeout = \"30s\"\nlockout = \"15s\"")])?;
    let endpoints = || centre.operate(&["endpoints"]).1;
    for left in ["4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left"] {
        assert!(centre.agent("alice", "alice-1", ALICE_HZ).is_err(), "case matters");
        centre.until(left, || endpoints().contains(left).then_some(()));
    }
    assert!(centre.agent("alice", "alice-1", ALICE_HZ).is_err());
    centre.until("the last attempt", || endpoints().contains("no attempt left").then_some(()));
    let locked_out = TonePhone::new(ALICE_HZ)?.number("alice").credentials("alice", "Alice-1");
    let mut locked_out = locked_out.patience(Duration::from_millis(500));
    assert!(locked_out.register(&centre.sip()).is_err(), "the right password comes too late");
    assert!(endpoints().contains("locked out"), "{}", endpoints());
    let mut later = TonePhone::new(ALICE_HZ)?.number("alice").credentials("alice", "Alice-1");
    centre.until("the end of the lock-out", || later.register(&centre.sip()).ok());
    assert!(endpoints().contains("registered from"), "{}", endpoints());
    centre.assert_replays();
    Ok(())
}

/// Whoever tries names learns nothing: not even that there is a server.
#[test]
fn an_unknown_user_and_a_stranger_get_no_answer() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let sip = centre.server.address("sip");
    let nobody = TonePhone::at(CALLER_HZ, "127.0.0.2:0".parse().expect("an address"))?;
    let mut nobody = nobody.number("mallory").credentials("mallory", "guess").patience(Duration::from_secs(1));
    let refused = nobody.register(&centre.sip());
    assert!(matches!(refused, Err(KitError::TimedOut { .. })), "{refused:?}");
    assert_eq!(raw_invite("127.0.0.2", sip, "8", Duration::from_secs(1)), None);
    assert_eq!(raw_invite("127.0.0.1", sip, "18", Duration::from_secs(20)), Some(488), "the trunk is answered");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A phone that unregisters is gone at once, and its agent has gone home.
#[test]
fn tel_08_a_phone_that_unregisters_is_gone() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut alice = centre.alice()?;
    assert_eq!(agent(&centre, "alice")["presence"], "available");
    alice.unregister(&centre.sip())?;
    centre.until("the phone to go", || centre.operate(&["endpoints"]).1.contains("gone: moved").then_some(()));
    centre.until("alice to go", || (agent(&centre, "alice")["presence"] == "signed_out").then_some(()));
    alice.register(&centre.sip())?;
    centre.until("alice to come", || (agent(&centre, "alice")["presence"] == "available").then_some(()));
    centre.assert_replays();
    Ok(())
}

/// TEL-05: a phone that comes back on another port takes the place of its own old registration, which still lives.
#[test]
fn tel_05_a_phone_that_comes_back_on_another_port_takes_calls_there() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let lost = centre.alice()?;
    let mut alice = centre.alice()?;
    assert_eq!(agent(&centre, "alice")["presence"], "available");
    let (_caller, mut call) = centre.queued()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    assert_eq!(offers(&centre.records(1)[0]), ["alice accepted"]);
    drop(lost);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// An agent's phone that vanishes while it rings costs the caller a ring time-out, not the call.
#[test]
fn an_agents_phone_that_vanishes_sends_the_call_on() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "ring_timeout = \"2s\"")])?;
    let mut bob = centre.bob()?;
    let mut alice = Phone::start(&PhonePlan::new("alice", 700).register(&centre.sip(), "Alice-1"))?;
    alice.wait_registered()?;
    let (_caller, mut call) = centre.queued()?;
    alice.wait(PhoneEvent::Incoming)?;
    drop(alice);
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    assert_eq!(offers(&centre.records(1)[0])[1], "bob accepted");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A connection that closes takes its binding with it: the call goes on without waiting for the ring time-out.
#[test]
fn tel_08_a_closed_connection_ends_its_binding() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut alice = Phone::start(&PhonePlan::new("alice", 700).register(&centre.sip(), "Alice-1").over_tcp())?;
    alice.wait_registered()?;
    // Over TCP a call is a call.
    let (_caller, mut call) = centre.queued()?;
    alice.wait(PhoneEvent::Incoming)?;
    alice.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the caller hears alice");
    call.hang_up()?;
    alice.wait(PhoneEvent::Closed)?;
    centre.assert_quiet();

    let (_caller, mut call) = centre.queued()?;
    alice.wait(PhoneEvent::Incoming)?;
    drop(alice);
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)?);
    let endpoints = centre.operate(&["endpoints"]).1;
    assert!(endpoints.contains("gone: transport lost"), "{endpoints}");
    offer.hang_up()?;
    call.wait_ended()?;
    assert_eq!(offers(&centre.records(2)[0]), ["alice failed", "bob accepted"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-01: the walk-through of the README: a real softphone calls, a real softphone answers.
#[test]
fn tel_01_two_softphones_talk_through_the_centre() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut alice = Phone::start(&PhonePlan::new("alice", 700).register(&centre.sip(), "Alice-1"))?;
    alice.wait_registered()?;
    let mut caller = Phone::start(&PhonePlan::new("13800138000", 1000))?;
    caller.call(&centre.number())?;
    caller.wait(PhoneEvent::Established)?;
    centre.until("the menu", || caller.heard().ok().filter(|sound| sound.seconds() > 3.0));
    caller.press("1")?;
    alice.wait(PhoneEvent::Incoming)?;
    alice.answer()?;
    alice.wait(PhoneEvent::Established)?;
    assert!(caller.hears(ALICE_HZ)? && alice.hears(CALLER_HZ)?);
    caller.hang_up()?;
    alice.wait(PhoneEvent::Closed)?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record), ["arriving", "flow", "queue sales", "talk alice"]);
    assert_eq!(record["recording"]["status"], "recorded");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// What `belltower agents --json` says of one.
fn agent(centre: &Centre, name: &str) -> Value {
    let (ok, text) = centre.operate(&["agents", name, "--json"]);
    assert!(ok, "{text}");
    let agents: Vec<(String, Value)> = serde_json::from_str(&text).expect("JSON");
    agents.into_iter().next().map(|(_, agent)| agent).unwrap_or_default()
}
