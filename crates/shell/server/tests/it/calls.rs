//! Calls from beginning to end.

use std::time::Duration;

use bell_testkit::{EndedBy, Keys, KitError, Law, Sound, TonePhone, read_wav};

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, exported, offers, raw_invite, seconds, seconds_in, stages};

/// INB-01, TEL-01, REC-01, REC-02: greeting, menu, queue, agent; both hear each other; the call is recorded with each
/// party on its side; the record's stages add up; the journal replays.
#[test]
fn inb_01_a_customer_reaches_an_agent() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    let record = &centre.records(1)[0];
    let sum: f64 = record["stages"].as_array().expect("stages").iter().map(|stage| seconds(&stage["length"])).sum();
    assert!((sum - seconds(&record["length"])).abs() < 1e-6, "the stages add up");
    assert_eq!(stages(record), ["arriving", "flow", "queue sales", "talk alice"]);
    assert_eq!(record["keys"].as_array().map(Vec::len), Some(1));
    assert!(!record["notice_played"].is_null(), "REC-20: the notice was heard");
    assert_eq!(record["recording"]["status"], "recorded", "{record:#}");
    assert_eq!((&record["ending"]["cause"], &record["ending"]["by"]), (&"hung_up".into(), &"caller".into()));
    let id = record["call"].as_str().expect("an id");
    let sides = read_wav(&exported(&centre, id))?;
    let length = sides[0].seconds();
    let end = |side: &Sound| side.part(length - 0.6, 0.4);
    assert!(end(&sides[0]).has(CALLER_HZ) && !end(&sides[0]).has(ALICE_HZ), "left is the caller");
    assert!(end(&sides[1]).has(ALICE_HZ) && !end(&sides[1]).has(CALLER_HZ), "right is the agent");
    let (ok, story) = centre.operate(&["why", id]);
    assert!(ok && story.contains("chose alice") && story.contains("legs 1 and 2 hear each other"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Who hangs up is in the record; he who stays gets BYE.
#[test]
fn an_agent_hangs_up() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.offer.hang_up()?;
    let ending = talking.call.wait_ended()?;
    assert_eq!((ending.by, ending.status), (EndedBy::Them, None));
    let record = &centre.records(1)[0];
    assert_eq!(record["ending"]["by"]["agent"], "alice", "{record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// The phone of the agent stops ringing at once when the caller gives up (field 4).
#[test]
fn a_caller_hangs_up_while_the_agents_phone_rings() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut alice = centre.alice()?;
    let (_caller, mut call) = centre.queued()?;
    let mut offer = alice.wait_call()?;
    offer.ring()?;
    call.hang_up()?;
    let ending = offer.wait_ended()?;
    assert_eq!((ending.by, ending.status), (EndedBy::Them, Some(487)), "a CANCEL ended the ringing");
    let record = &centre.records(1)[0];
    assert_eq!(offers(record), ["alice withdrawn"]);
    assert_eq!(stages(record), ["arriving", "flow", "queue sales"]);
    centre.assert_quiet();
    // Nobody blames the agent: the next call is hers.
    let (_next, mut call) = centre.queued()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)?);
    offer.hang_up()?;
    call.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-26: an agent who does not answer in time misses the call; the next one gets it, and she is not asked again.
#[test]
fn inb_26_a_missed_call_goes_to_the_next_agent() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "ring_timeout = \"2s\"")])?;
    let (mut alice, mut bob) = (centre.alice()?, centre.bob()?);
    let (_caller, mut call) = centre.queued()?;
    let mut missed = alice.wait_call()?;
    missed.ring()?;
    assert_eq!(missed.wait_ended()?.status, Some(487));
    let mut offer = bob.wait_call()?;
    offer.ring()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    assert!(!alice.is_called());
    call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(offers(record), ["alice missed", "bob accepted"]);
    assert!((1.9..8.0).contains(&(seconds(&record["offers"][0]["ended"][0]) - seconds(&record["offers"][0]["made"]))));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Alone, an agent who missed a call is not called again at once (INB-26); the caller goes on waiting.
#[test]
fn inb_26_the_only_agent_is_not_called_again_at_once() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "ring_timeout = \"1s\"")])?;
    let mut alice = centre.alice()?;
    let (_caller, mut call) = centre.queued()?;
    alice.wait_call()?.wait_ended()?;
    call.listen(Duration::from_secs(2))?;
    assert!(!alice.is_called() && call.ending().is_none());
    call.hang_up()?;
    assert_eq!(offers(&centre.records(1)[0]), ["alice missed"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Busy and declined are not missed, and each sends the call on at once.
#[test]
fn a_busy_and_a_declining_agent_send_the_call_on() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (mut alice, mut bob) = (centre.alice()?, centre.bob()?);
    for status in [486, 603] {
        let (_caller, mut call) = centre.queued()?;
        alice.wait_call()?.refuse(status)?;
        let mut offer = bob.wait_call()?;
        offer.answer()?;
        assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
        offer.hang_up()?;
        call.wait_ended()?;
        centre.assert_quiet();
    }
    let records = centre.records(2);
    assert_eq!(offers(&records[1]), ["alice busy", "bob accepted"]);
    assert_eq!(offers(&records[0]), ["alice declined", "bob accepted"]);
    centre.assert_replays();
    Ok(())
}

/// TEL-05: hold and resume by the agent's phone; how long the caller was held is in the record.
#[test]
fn tel_05_an_agent_holds_and_resumes() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.offer.hold()?;
    assert!(talking.call.falls_silent()?, "a held caller does not hear alice");
    assert!(!talking.call.listen(Duration::from_millis(1200))?.has(ALICE_HZ), "nor later");
    talking.offer.resume()?;
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record)[3..], ["talk alice", "hold alice", "talk alice"]);
    assert!((1.1..20.0).contains(&seconds_in(record, "hold alice")), "{record:#}");
    assert_eq!(record["recording"]["status"], "recorded", "hold never touches the writer");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-06: alice hands the caller to bob and is free; nobody is dropped.
#[test]
fn tel_06_a_blind_transfer_to_a_colleague() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    talking.offer.transfer_to(&format!("sip:bob@{}", centre.sip()))?;
    let mut target = bob.wait_call()?;
    target.ring()?;
    target.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && target.hears(CALLER_HZ)?);
    assert_eq!(talking.offer.wait_transferred()?, 200);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    assert!(!talking.call.listen(Duration::from_millis(400))?.has(ALICE_HZ));
    talking.call.hang_up()?;
    target.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record)[3..], ["talk alice", "transfer", "talk bob"]);
    assert_eq!(record["recording"]["status"], "recorded", "transfer never touches the writer");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-06: a transfer that fails gives the caller back to the agent, and she is told why.
#[test]
fn tel_06_a_failed_transfer_comes_back() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    talking.offer.transfer_to(&format!("sip:bob@{}", centre.sip()))?;
    bob.wait_call()?.refuse(486)?;
    assert_eq!(talking.offer.wait_transferred()?, 486);
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    // Nowhere to be found: told at once, and nobody has been disturbed.
    talking.offer.transfer_to(&format!("sip:nobody@{}", centre.sip()))?;
    assert!(talking.offer.wait_transferred()? >= 400);
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-01: a key is a key, however it reaches us, and it is one key.
#[test]
fn inb_01_keys_reach_the_menu_in_three_ways() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    for way in [Keys::Rfc4733, Keys::Info, Keys::InBand] {
        let phone = TonePhone::new(CALLER_HZ)?;
        // Tones are listened for only where nothing better was agreed: a key shall not count twice.
        let phone = if way == Keys::InBand { phone.without_events() } else { phone };
        let (_caller, mut call) = centre.customer_with(phone)?;
        assert!(call.hears_sound(|sound| sound.loudness() > -40.0)?);
        call.press_by(way, "2")?;
        let mut offer = bob.wait_call()?;
        offer.answer()?;
        assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?, "{way:?}");
        call.hang_up()?;
        offer.wait_ended()?;
        centre.assert_quiet();
    }
    for record in &centre.records(3) {
        assert_eq!(record["keys"].as_array().map(Vec::len), Some(1), "{record:#}");
        assert_eq!(stages(record)[2], "queue support");
    }
    centre.assert_replays();
    Ok(())
}

/// INB-01: who presses nothing is led to a human all the same.
#[test]
fn inb_01_a_silent_caller_reaches_an_agent() -> Result<(), KitError> {
    let centre = Centre::changed(&[("timeout = \"5s\"", "timeout = \"1s\"")])?;
    let mut alice = centre.agent("alice", "Alice-1", ALICE_HZ)?.patience(Duration::from_secs(40));
    let (_caller, mut call) = centre.customer()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    assert_eq!(centre.records(1)[0]["keys"].as_array().map(Vec::len), Some(0));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-02: callers differ: no offer in the INVITE, reliable provisional responses, the other law.
#[test]
fn tel_02_callers_of_every_kind_are_heard() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let kinds: [fn(TonePhone) -> TonePhone; 3] =
        [TonePhone::delayed_offer, TonePhone::reliable_ringing, |phone| phone.law(Law::Mu)];
    let mut alice = centre.alice()?;
    for kind in kinds {
        let (_caller, mut call, mut offer) = centre.connected(kind(TonePhone::new(CALLER_HZ)?), &mut alice)?;
        call.hang_up()?;
        offer.wait_ended()?;
        centre.assert_quiet();
    }
    for record in &centre.records(3) {
        assert_eq!(stages(record), ["arriving", "flow", "queue sales", "talk alice"]);
    }
    centre.assert_replays();
    Ok(())
}

/// What cannot be a call is refused with a status that says so, and leaves nothing behind.
#[test]
fn calls_that_cannot_be_are_refused() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let sip = centre.server.address("sip");
    let g729_only = raw_invite("127.0.0.1", sip, "18", Duration::from_secs(20));
    assert_eq!(g729_only, Some(488));
    let mut caller = TonePhone::new(CALLER_HZ)?;
    let mut call = caller.call(&format!("sip:4009999999@{}", centre.sip()))?;
    assert_eq!(call.wait_ended()?.status, Some(404));
    let mut call = caller.call(&format!("sip:nobody@{}", centre.sip()))?;
    assert_eq!(call.wait_ended()?.status, Some(404));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-20: a caller whose packets stop is not kept for ever; the agent is released.
#[test]
fn a_caller_who_vanishes_is_released() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "media_timeout = \"2s\"")])?;
    let mut talking = centre.talking()?;
    talking.call.mute(true);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    assert_eq!(talking.call.wait_ended()?.by, EndedBy::Them);
    let record = &centre.records(1)[0];
    assert_eq!(record["ending"]["cause"], "media_timeout", "{record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-20: a caller who presses a key while the notice plays hears it to its end all the same.
#[test]
fn rec_20_a_key_during_the_notice_does_not_cut_it_short() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let (_caller, mut call) = centre.customer()?;
    call.press("1")?;
    let mut alice = centre.alice()?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(record["keys"].as_array().map(Vec::len), Some(1));
    assert!(seconds(&record["notice_played"]) > 1.0, "the notice takes more than a second to say: {record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
