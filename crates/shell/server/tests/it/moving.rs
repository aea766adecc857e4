//! Moving calls and supervising them, with audio: each party sends a tone, and who hears whom is measured.

use std::time::Duration;

use bell_testkit::{Call, EndedBy, KitError, Sound, TonePhone, read_wav};

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, exported, stages};

/// What the supervisor's phone sends.
const SUE_HZ: f64 = 1500.0;
/// The tone that tells an agent of a supervisor.
const TONE_HZ: f64 = 1400.0;
/// Sounds are looked through in parts of so many seconds: half of what the tone lasts.
const PART: f64 = 0.2;

/// A third agent, who supervises the calls of sales.
const SUE: (&str, &str) = (
    "[endpoint.alice]",
    "[agent.sue]\nendpoints = [\"sue\"]\nsupervises = [\"sales\"]\n\n[endpoint.sue]\npassword = \"Sue-3\"\n\n[endpoint.alice]",
);

fn sue(centre: &Centre) -> Result<TonePhone, KitError> {
    centre.agent("sue", "Sue-3", SUE_HZ)
}

/// The id of the call that is going on.
fn live(centre: &Centre) -> String {
    centre.until("a live call", || {
        let (_, text) = centre.operate(&["calls", "--live", "--json"]);
        let calls: Vec<serde_json::Value> = serde_json::from_str(&text).ok()?;
        Some(calls.first()?["call"].as_str()?.to_owned())
    })
}

/// Gives a command about the live call, which is accepted.
fn command(centre: &Centre, words: &[&str]) {
    command_about(centre, &live(centre), words);
}

/// Gives a command about this call, which is accepted.
fn command_about(centre: &Centre, id: &str, words: &[&str]) {
    let args = [&["call", id], words].concat();
    let (ok, text) = centre.operate(&args);
    assert!(ok, "{words:?}: {text}");
}

/// The call hears these tones and none of those.
fn assert_hears(call: &mut Call, these: &[f64], not_those: &[f64]) -> Result<(), KitError> {
    let all = |sound: &Sound| these.iter().all(|tone| sound.has(*tone));
    assert!(call.hears_sound(all)?, "{these:?} are not heard");
    let sound = call.listen(Duration::from_millis(500))?;
    for tone in not_those {
        assert!(!sound.has(*tone), "{tone} is heard");
    }
    Ok(())
}

/// TEL-05: a caller who is put on hold by command hears nothing of the agent, and she nothing of him.
#[test]
fn tel_05_hold_and_resume_by_command() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    command(&centre, &["hold"]);
    assert!(talking.call.falls_silent()? && talking.offer.falls_silent()?);
    command(&centre, &["--as", "alice", "resume"]);
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    assert_eq!(stages(&centre.records(1)[0])[3..], ["talk alice", "hold alice", "talk alice"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28, field complaint 28: alice asks bob while the caller waits, turns between them, makes it a call of three, and
/// leaves; the recording has all of them.
#[test]
fn inb_28_a_consultation_becomes_a_conference() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    command(&centre, &["--as", "alice", "consult", "bob"]);
    let mut target = bob.wait_call()?;
    target.answer()?;
    assert_hears(&mut target, &[ALICE_HZ], &[CALLER_HZ])?;
    assert_hears(&mut talking.offer, &[BOB_HZ], &[CALLER_HZ])?;
    assert!(talking.call.falls_silent()?);
    command(&centre, &["switch"]);
    assert_hears(&mut talking.call, &[ALICE_HZ], &[BOB_HZ])?;
    assert!(target.falls_silent()?);
    command(&centre, &["switch"]);
    command(&centre, &["conference"]);
    assert_hears(&mut talking.call, &[ALICE_HZ, BOB_HZ], &[])?;
    assert_hears(&mut talking.offer, &[CALLER_HZ, BOB_HZ], &[])?;
    assert_hears(&mut target, &[CALLER_HZ, ALICE_HZ], &[])?;
    talking.offer.hang_up()?;
    assert_hears(&mut talking.call, &[BOB_HZ], &[ALICE_HZ])?;
    assert_hears(&mut target, &[CALLER_HZ], &[])?;
    talking.call.hang_up()?;
    target.wait_ended()?;
    let record = &centre.records(1)[0];
    let all = stages(record);
    assert_eq!(all.last().map(String::as_str), Some("talk bob"), "{all:?}");
    assert_eq!(record["recording"]["status"], "recorded", "{record:#}");
    let sides = read_wav(&exported(&centre, record["call"].as_str().expect("an id")))?;
    let mixed = |from: f64| sides[1].part(from, 0.2).has(ALICE_HZ) && sides[1].part(from, 0.2).has(BOB_HZ);
    let steps = (sides[1].seconds() / 0.1) as u32;
    assert!((0..steps).any(|step| mixed(f64::from(step) * 0.1)), "the recording has both of them");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28: alice asks bob and gives him the caller.
#[test]
fn inb_28_an_attended_transfer_by_command() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    command(&centre, &["consult", "bob"]);
    let mut target = bob.wait_call()?;
    target.answer()?;
    assert!(target.hears(ALICE_HZ)?);
    command(&centre, &["complete"]);
    assert_hears(&mut talking.call, &[BOB_HZ], &[ALICE_HZ])?;
    assert!(target.hears(CALLER_HZ)?);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    talking.call.hang_up()?;
    target.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28: alice's phone holds the caller, calls bob on a second line, and completes by REFER with Replaces.
#[test]
fn inb_28_an_attended_transfer_by_the_phone() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut alice = centre.alice()?;
    let (_caller, mut call, mut offer) = centre.connected(TonePhone::new(CALLER_HZ)?, &mut alice)?;
    offer.hold()?;
    let mut second = alice.call(&format!("sip:bob@{}", centre.sip()))?;
    let mut target = bob.wait_call()?;
    target.answer()?;
    assert!(second.hears(BOB_HZ)? && target.hears(ALICE_HZ)?);
    assert!(!call.listen(Duration::from_millis(400))?.has(BOB_HZ));
    offer.transfer_into(&second)?;
    assert_hears(&mut call, &[BOB_HZ], &[ALICE_HZ])?;
    assert!(target.hears(CALLER_HZ)?);
    assert_eq!(offer.wait_transferred()?, 200);
    call.hang_up()?;
    target.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record).last().map(String::as_str), Some("talk bob"), "{record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28: who was asked hangs up, and the caller is with alice again; nobody dropped him.
#[test]
fn inb_28_who_was_asked_hangs_up() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    command(&centre, &["consult", "bob"]);
    let mut target = bob.wait_call()?;
    target.answer()?;
    assert!(target.hears(ALICE_HZ)?);
    target.hang_up()?;
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28: an agent whose network breaks leaves the caller to the next one, although her phone is registered still and
/// would ring before his.
#[test]
fn inb_28_a_caller_whose_agent_is_lost_reaches_another() -> Result<(), KitError> {
    let centre = Centre::changed(&[("ring_timeout = \"30s\"", "media_timeout = \"2s\"")])?;
    let mut talking = centre.talking()?;
    let mut bob = centre.bob()?;
    talking.offer.mute(true);
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    let (_, story) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(story.contains("just lost this call"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// AGT-03, INB-28: alice hands the caller back to her queue, where she would be first: bob's phone rings, and the reason
/// is told. Bob has his wrap-up from the moment he hands the caller on, and as well after one who was handed to him.
#[test]
fn agt_03_who_hands_a_caller_on_is_spared_him_and_wraps_up() -> Result<(), KitError> {
    let bob = "[agent.bob]\nendpoints = [\"bob\"]";
    let centre = Centre::changed(&[(bob, &format!("{bob}\nwrap_up = \"60s\""))])?;
    let mut talking = centre.talking()?;
    let mut phone = centre.bob()?;
    let bob_wraps_up = || {
        centre.until("bob to wrap up", || {
            let (_, listed) = centre.operate(&["agents"]);
            listed.lines().any(|line| line.starts_with("bob") && line.contains("wrap up")).then_some(())
        });
        assert!(centre.operate(&["agents", "bob", "end-wrap-up"]).0);
    };
    command(&centre, &["--as", "alice", "transfer", "queue:sales"]);
    let mut offer = phone.wait_call()?;
    offer.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    command(&centre, &["--as", "bob", "transfer", "alice"]);
    let mut again = talking.phones[1].wait_call()?;
    again.answer()?;
    assert!(talking.call.hears(ALICE_HZ)? && again.hears(CALLER_HZ)?);
    bob_wraps_up();
    command(&centre, &["--as", "alice", "transfer", "bob"]);
    let mut offer = phone.wait_call()?;
    offer.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    offer.wait_ended()?;
    bob_wraps_up();
    let record = &centre.records(1)[0];
    let (_, story) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(story.contains("just handed this call on"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A parked caller waits until another agent fetches him.
#[test]
fn a_parked_caller_is_fetched() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut bob = centre.bob()?;
    let mut talking = centre.talking()?;
    command(&centre, &["--as", "alice", "park"]);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    assert!(talking.call.falls_silent()?);
    command(&centre, &["retrieve", "bob"]);
    let mut target = bob.wait_call()?;
    target.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && target.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    target.wait_ended()?;
    assert_eq!(stages(&centre.records(1)[0])[3..], ["talk alice", "parked 1", "talk bob"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-18: listening, whispering, coming in and taking over; the customer hears the supervisor only once she has come
/// in, and the call is the same all the time.
#[test]
fn rec_18_supervision_is_heard_by_whom_it_is_meant_for() -> Result<(), KitError> {
    let centre = Centre::changed(&[SUE])?;
    let mut phone = sue(&centre)?;
    let mut talking = centre.talking()?;
    command(&centre, &["--as", "sue", "listen", "sue"]);
    let mut watching = phone.wait_call()?;
    watching.answer()?;
    assert_hears(&mut watching, &[CALLER_HZ, ALICE_HZ], &[])?;
    assert_hears(&mut talking.offer, &[CALLER_HZ], &[SUE_HZ])?;
    command(&centre, &["--as", "sue", "whisper", "sue"]);
    assert_hears(&mut talking.offer, &[CALLER_HZ, SUE_HZ], &[])?;
    assert_hears(&mut talking.call, &[ALICE_HZ], &[SUE_HZ])?;
    command(&centre, &["--as", "sue", "barge", "sue"]);
    assert_hears(&mut talking.call, &[ALICE_HZ, SUE_HZ], &[])?;
    command(&centre, &["--as", "sue", "intercept", "sue"]);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    assert_hears(&mut talking.call, &[SUE_HZ], &[ALICE_HZ])?;
    assert!(watching.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    watching.wait_ended()?;
    let facts = centre.facts();
    let modes: Vec<_> = facts.iter().filter(|fact| fact["what"]["what"] == "supervised").collect();
    assert_eq!(modes.len(), 4, "each act stands in the facts");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-18: where the policy wants it, an agent who is listened to hears a tone again and again; neither the caller nor the
/// supervisor hears it, and it is not in the recording.
#[test]
fn rec_18_an_agent_who_is_listened_to_hears_a_tone_and_the_caller_does_not() -> Result<(), KitError> {
    let tone = ("ring_timeout = \"30s\"", "ring_timeout = \"30s\"\nsupervision_tone = \"1s\"");
    let centre = Centre::changed(&[tone, SUE])?;
    let mut phone = sue(&centre)?;
    let mut talking = centre.talking()?;
    let a_while = Duration::from_secs(2);
    assert!(!has_ever(&talking.offer.listen(a_while)?, TONE_HZ), "nobody listens yet");
    command(&centre, &["--as", "sue", "listen", "sue"]);
    let mut watching = phone.wait_call()?;
    watching.answer()?;
    for _ in 0..2 {
        assert_hears(&mut talking.offer, &[CALLER_HZ, TONE_HZ], &[SUE_HZ])?;
        assert!(talking.offer.hears_sound(|sound| sound.has(CALLER_HZ) && !sound.has(TONE_HZ))?, "it pauses");
    }
    assert!(!has_ever(&talking.call.listen(a_while)?, TONE_HZ) && talking.call.hears(ALICE_HZ)?);
    assert!(!has_ever(&watching.listen(a_while)?, TONE_HZ) && watching.hears(CALLER_HZ)?);
    command(&centre, &["--as", "sue", "whisper", "sue"]);
    assert_hears(&mut talking.offer, &[CALLER_HZ, SUE_HZ, TONE_HZ], &[])?;
    watching.hang_up()?;
    assert!(talking.offer.hears_sound(|sound| sound.has(CALLER_HZ) && !sound.has(SUE_HZ))?, "she has gone");
    assert!(!has_ever(&talking.offer.listen(a_while)?, TONE_HZ), "and so has the tone");
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let record = &centre.records(1)[0];
    for side in read_wav(&exported(&centre, record["call"].as_str().expect("an id")))? {
        assert!(!has_ever(&side, TONE_HZ), "it is not recorded");
    }
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// Whether a tone is in any part of a sound.
fn has_ever(sound: &Sound, tone_hz: f64) -> bool {
    let parts = (sound.seconds() / PART) as usize;
    (0..parts).any(|part| sound.part(part as f64 * PART, PART).has(tone_hz))
}

/// REC-19: a supervisor sees her teams and no others, picks an agent, and hears him within two seconds.
#[test]
fn rec_19_a_supervisor_picks_an_agent_and_listens() -> Result<(), KitError> {
    let centre = Centre::changed(&[SUE])?;
    let mut phone = sue(&centre)?;
    let (ok, text) = centre.operate(&["supervise", "alice", "--as", "sue"]);
    assert!(!ok && text.contains("alice is in no call"), "{text}");
    let mut talking = centre.talking()?;
    let (ok, seen) = centre.operate(&["live", "--once", "--as", "sue"]);
    assert!(ok && seen.contains("sales") && seen.contains("talking with alice") && !seen.contains("support"), "{seen}");
    let (ok, text) = centre.operate(&["live", "--once", "--as", "bob"]);
    assert!(!ok && text.contains("bob supervises no queue"), "{text}");
    let (ok, text) = centre.operate(&["supervise", "alice", "--as", "bob"]);
    assert!(!ok && text.contains("may_not_supervise"), "{text}");
    let (ok, text) = centre.operate(&["supervise", "alice", "--as", "sue", "--json"]);
    assert!(ok && text.contains("\"done\":true"), "{text}");
    let mut watching = phone.wait_call()?;
    watching.answer()?;
    assert_hears(&mut watching, &[CALLER_HZ, ALICE_HZ], &[])?;
    let (ok, text) = centre.operate(&["supervise", "alice", "whisper", "--as", "sue"]);
    assert!(ok, "{text}");
    assert_hears(&mut talking.offer, &[CALLER_HZ, SUE_HZ], &[])?;
    let (ok, text) = centre.operate(&["supervise", "alice", "stop", "--as", "sue"]);
    assert!(ok, "{text}");
    assert_eq!(watching.wait_ended()?.by, EndedBy::Them);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let facts = centre.facts();
    let at = |what: &str, nth: usize| {
        let facts = facts.iter().filter(|fact| fact["what"]["what"] == what);
        facts.map(|fact| fact["now"]["mono"].as_u64().expect("a time")).nth(nth).expect("a fact")
    };
    // The first command was bob's, and was refused.
    let waited = at("supervised", 0) - at("call_commanded", 1);
    assert!(waited <= 2_000_000, "{waited} µs from the command to the audio");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-29: alice asks for help, sue is asked and comes in: a call of three.
#[test]
fn inb_29_help_makes_a_call_of_three() -> Result<(), KitError> {
    let centre = Centre::changed(&[SUE])?;
    let mut phone = sue(&centre)?;
    let mut talking = centre.talking()?;
    command(&centre, &["--as", "alice", "ask-help"]);
    let asked = centre.facts().into_iter().find(|fact| fact["what"]["what"] == "help_asked").expect("a fact");
    assert_eq!(asked["what"]["supervisors"][0], "sue");
    command(&centre, &["--as", "sue", "barge", "sue"]);
    let mut helping = phone.wait_call()?;
    helping.answer()?;
    assert_hears(&mut talking.call, &[ALICE_HZ, SUE_HZ], &[])?;
    assert_hears(&mut helping, &[ALICE_HZ, CALLER_HZ], &[])?;
    talking.call.hang_up()?;
    helping.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-13, DIA-14: what cannot succeed is refused by its rule before anything moves, with what to do about it.
#[test]
fn dia_13_a_transfer_that_cannot_succeed_is_refused_before() -> Result<(), KitError> {
    let centre = Centre::changed(&[("endpoints = [\"alice\"]", "endpoints = [\"alice\"]\ntransfer = \"inside\"")])?;
    let mut talking = centre.talking()?;
    let id = live(&centre);
    for (words, rule) in [
        (["--as", "alice", "transfer", "13900139000"], "may_not_transfer_outside"),
        (["--as", "alice", "transfer", "bob"], "target_signed_out"),
        (["--as", "bob", "consult", "alice"], "target_busy"),
        (["--as", "alice", "transfer", "queue:nowhere"], "queue_unknown"),
        (["--as", "alice", "consult", "queue:sales"], "target_has_no_voice"),
    ] {
        let args = [&["call", &id], words.as_slice()].concat();
        let (ok, text) = centre.operate(&args);
        assert!(!ok && text.contains(rule), "{words:?}: {text}");
    }
    let (ok, text) = centre.operate(&["call", &id, "transfer", "442079460958"]);
    assert!(!ok && text.contains("country code is missing"), "{text}");
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let (_, story) = centre.operate(&["why", &id]);
    assert!(story.contains("refused by the rule country_code_missing"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-21: the first trunk is dead; the transfer goes on by the second within seconds, and the next one begins there.
#[test]
fn dia_21_a_dead_trunk_is_left() -> Result<(), KitError> {
    let mut outside = TonePhone::new(BOB_HZ)?;
    let trunks = format!(
        "[trunk.a-dead]\nto = [\"127.0.0.1:{{port:nobody}}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n\
         [trunk.b-alive]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        outside.address()
    );
    let policy = ("ring_timeout = \"30s\"", "route_timeout = \"2s\"");
    let centre = Centre::changed(&[("[number.4001234567]", &trunks), policy])?;
    let mut talking = centre.talking()?;
    command(&centre, &["transfer", "13900139000"]);
    let mut target = outside.wait_call()?;
    target.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && target.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    target.wait_ended()?;
    let record = &centre.records(1)[0];
    let (_, story) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(story.contains("trunk b-alive is tried next"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-11, DIA-12: a transfer that failed is told as support would ask about it: whom, by which trunk, what was seen on
/// both legs and in their SIP messages by one clock, and what is likely behind it.
#[test]
fn dia_12_a_failed_transfer_is_told_leg_by_leg() -> Result<(), KitError> {
    let mut outside = TonePhone::new(BOB_HZ)?;
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        outside.address()
    );
    let centre = Centre::changed(&[("[number.4001234567]", &trunk)])?;
    let mut talking = centre.talking()?;
    let id = live(&centre);
    command(&centre, &["--as", "alice", "transfer", "13900139000"]);
    let mut target = outside.wait_call()?;
    target.refuse(404)?;
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?);
    let told = centre.until("the transfer in the database", || {
        let (ok, text) = centre.operate(&["transfers", &id]);
        (ok && text.contains("it failed")).then_some(text)
    });
    for part in [
        "blind transfer to number:13900139000, asked by leg 2 (alice at alice)",
        "one clock for both legs",
        "+8613900139000 by trunk out called",
        "SIP 404",
        "(number): the number is not in service",
        "likely: the number does not exist",
        "INVITE sip:+8613900139000@",
        "404 ",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (_, json) = centre.operate(&["transfers", &id, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let scene = &json["transfers"][0];
    assert_eq!((&scene["class"], &scene["scene"]["end"]["failed"]), (&"number".into(), &"number_unknown".into()));
    assert!(scene["moments"].as_array().is_some_and(|moments| moments.iter().any(|it| it["leg"] == 3)), "{scene:#}");
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// DIA-14: how many transfers are on their way, and how many may be, is seen on the screen, in health and in the metrics,
/// and from the threshold on it is an alert; one more is refused by its rule.
#[test]
fn dia_14_transfers_on_their_way_are_counted_and_limited() -> Result<(), KitError> {
    let limits = ("ring_timeout = \"30s\"", "transfers_max = 1\ntransfers_alert = 1");
    let centre = Centre::changed(&[limits, SUE])?;
    let (mut bob, mut phone) = (centre.bob()?, sue(&centre)?);
    let mut talking = centre.talking()?;
    let screen = |told: &str| {
        centre.until(told, || {
            let (_, screen) = centre.operate(&["live", "--once"]);
            screen.contains(told).then_some(())
        });
    };
    screen("0 of at most 1 transfers on their way");
    command(&centre, &["--as", "alice", "transfer", "bob"]);
    let mut target = bob.wait_call()?;
    target.ring()?;
    screen("ALERT: 1 of at most 1 transfers on their way");
    let processing = &centre.health()["processing"];
    assert_eq!((&processing["transfers"], &processing["transfers_max"]), (&1.into(), &1.into()), "{processing:#}");
    let (_, metrics) = centre.server.get("health", "/metrics")?;
    for row in ["belltower_transfers 1", "belltower_transfers_max 1", "belltower_transfers_alert 1"] {
        assert!(metrics.lines().any(|line| line == row), "{row}: {metrics}");
    }
    let (_caller, mut other) = centre.queued()?;
    let live = |centre: &Centre| -> Vec<serde_json::Value> {
        serde_json::from_str(&centre.operate(&["calls", "--live", "--json"]).1).expect("JSON")
    };
    let waiting = live(&centre).pop().expect("a second call")["call"].as_str().expect("an id").to_owned();
    assert!(centre.operate(&["agents", "sue", "sign-in"]).0);
    let (ok, text) = centre.operate(&["call", &waiting, "transfer", "agent:sue"]);
    assert!(!ok && text.contains("too_many_transfers"), "{text}");
    target.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && target.hears(CALLER_HZ)?);
    screen("0 of at most 1 transfers on their way");
    let facts = centre.facts();
    let alerts = facts.iter().filter(|fact| fact["what"]["what"] == "transfers_watched");
    assert_eq!(alerts.map(|fact| fact["what"]["alert"] == true).collect::<Vec<_>>(), [true, false]);
    command_about(&centre, &waiting, &["transfer", "agent:sue"]);
    let mut second = phone.wait_call()?;
    second.answer()?;
    assert!(other.hears(SUE_HZ)?);
    other.hang_up()?;
    second.wait_ended()?;
    talking.call.hang_up()?;
    target.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-09: alice's phone rings first, and the customer is called once she has answered; both hear each other.
#[test]
fn tel_09_two_leg_dialling() -> Result<(), KitError> {
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let centre = Centre::changed(&[("[number.4001234567]", &trunk)])?;
    let dial = ["dial", "13900139000", "--show", "4001234567", "--agent", "alice"];
    let (ok, text) = centre.operate(&dial);
    assert!(!ok && text.contains("target_unreachable"), "{text}");
    let mut alice = centre.alice()?;
    let (ok, text) = centre.operate(&dial);
    assert!(ok, "{text}");
    let mut first = alice.wait_call()?;
    first.ring()?;
    assert!(!customer.is_called(), "the customer is not called before she has answered");
    first.answer()?;
    let mut second = customer.wait_call()?;
    second.answer()?;
    assert!(first.hears(CALLER_HZ)? && second.hears(ALICE_HZ)?);
    second.hang_up()?;
    first.wait_ended()?;
    assert_eq!(stages(&centre.records(1)[0]).last().map(String::as_str), Some("talk alice"));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-09, DIA-21: the first trunk is dead; the customer of a placed call is called by the second.
#[test]
fn tel_09_the_customer_is_called_by_the_next_trunk() -> Result<(), KitError> {
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let trunks = format!(
        "[trunk.a-dead]\nto = [\"127.0.0.1:{{port:nobody}}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n\
         [trunk.b-alive]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let policy = ("ring_timeout = \"30s\"", "route_timeout = \"2s\"");
    let centre = Centre::changed(&[("[number.4001234567]", &trunks), policy])?;
    let mut alice = centre.alice()?;
    let (ok, text) = centre.operate(&["dial", "13900139000", "--show", "4001234567", "--agent", "alice"]);
    assert!(ok, "{text}");
    let mut first = alice.wait_call()?;
    first.answer()?;
    let mut second = customer.wait_call()?;
    second.answer()?;
    assert!(first.hears(CALLER_HZ)? && second.hears(ALICE_HZ)?);
    second.hang_up()?;
    first.wait_ended()?;
    let record = &centre.records(1)[0];
    let (_, story) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    assert!(story.contains("trunk b-alive is tried next"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-16: one command takes a difficult case to the second line; what the first line did stands for itself.
#[test]
fn inb_16_a_case_is_escalated() -> Result<(), KitError> {
    let escalates = ("strategy = \"sequential\"", "strategy = \"sequential\"\nescalate_to = \"support\"");
    let centre = Centre::changed(&[escalates])?;
    let mut talking = centre.talking()?;
    let id = live(&centre);
    let (ok, text) = centre.operate(&["call", &id, "--as", "alice", "escalate"]);
    assert!(!ok && text.contains("queue_unstaffed"), "{text}");
    let mut bob = centre.bob()?;
    command(&centre, &["--as", "alice", "escalate"]);
    assert_eq!(talking.offer.wait_ended()?.by, EndedBy::Them);
    let mut second = bob.wait_call()?;
    second.answer()?;
    assert!(talking.call.hears(BOB_HZ)? && second.hears(CALLER_HZ)?);
    talking.call.hang_up()?;
    second.wait_ended()?;
    let all = stages(&centre.records(1)[0]);
    assert_eq!(all[3..], ["talk alice", "queue support", "talk bob"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
