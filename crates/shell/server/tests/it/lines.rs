//! Agents at mobile and fixed lines (TEL-05): calls that come by one trunk and reach their agents by another, with audio
//! both ways, and voicemails that answer in their place.

use std::time::Duration;

use bell_testkit::{EndedBy, Keys, KitError, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, NUMBER, offers, stages};

/// The number of alice's mobile, and how the trunk writes it.
const MOBILE: &str = "+8613912345678";

/// What a voicemail sends.
const VOICEMAIL_HZ: f64 = 1300.0;

/// A centre where alice has a mobile beside other endpoints, behind a trunk that is dead and one that leads to `mobile`.
/// Whoever answers there has so long for the key.
fn centre(mobile: &TonePhone, endpoints: &str, confirm_timeout: &str) -> Result<Centre, KitError> {
    let trunks = format!(
        "[trunk.a-dead]\nto = [\"127.0.0.1:{{port:nobody}}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n\
         [trunk.b-mobile]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        mobile.address()
    );
    let agent = format!("[agent.alice]\nendpoints = [{endpoints}]\nsign_in = \"command\"");
    Centre::changed(&[
        ("[number.4001234567]", &trunks),
        ("[agent.alice]\nendpoints = [\"alice\"]\nsign_in = \"registration\"", &agent),
        ("[endpoint.alice]", "[endpoint.alice-mobile]\nline = \"13912345678\"\n\n[endpoint.alice]"),
        ("ring_timeout = \"30s\"", &format!("route_timeout = \"2s\"\nline_confirm_timeout = \"{confirm_timeout}\"")),
    ])
}

fn signs_in(centre: &Centre) {
    let (ok, text) = centre.operate(&["agents", "alice", "sign-in"]);
    assert!(ok, "{text}");
}

/// The endpoints at which agents' legs were answered, in order.
fn endpoints(record: &Value) -> Vec<String> {
    let legs = record["legs"].as_array().expect("legs").iter();
    legs.filter_map(|leg| leg["role"]["agent"]["endpoint"].as_str().map(str::to_owned)).collect()
}

/// TEL-05: the customer comes by one trunk, alice's mobile rings by another, after the first one that leads outside is
/// found dead. She presses 1, both hear each other, and her mobile never learns the customer's number.
#[test]
fn tel_05_an_agent_takes_a_call_at_her_mobile() -> Result<(), KitError> {
    let mut mobile = TonePhone::new(ALICE_HZ)?;
    let centre = centre(&mobile, "\"alice-mobile\"", "20s")?;
    signs_in(&centre);
    let (_, listed) = centre.operate(&["endpoints"]);
    assert!(listed.contains("alice-mobile") && listed.contains("a line within reach"), "{listed}");
    let (_caller, mut call) = centre.queued()?;
    let mut offer = mobile.wait_call()?;
    let invite = ["From", "Contact", "P-Asserted-Identity"].map(|name| offer.invite_header(name).unwrap_or_default());
    assert!(invite[0].contains(NUMBER), "{invite:?}");
    assert!(!invite.iter().any(|header| header.contains("13800138000")), "{invite:?}");
    offer.ring()?;
    offer.answer()?;
    assert!(offer.hears_sound(|sound| sound.loudness() > -40.0)?, "she is asked for a key");
    assert!(!offer.heard().has(CALLER_HZ) && !call.heard().has(ALICE_HZ), "nobody is joined before");
    offer.press("1")?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(
        (endpoints(record), offers(record)),
        (vec!["alice-mobile".to_owned()], vec!["alice accepted".to_owned()])
    );
    assert_eq!(stages(record).last().map(String::as_str), Some("talk alice"));
    let (_, story) = centre.operate(&["why", record["call"].as_str().expect("an id")]);
    for told in ["trunk b-mobile is tried next", &format!("showing {NUMBER}"), "takes the call by the key"] {
        assert!(story.contains(told), "{told}: {story}");
    }
    assert!(!story.contains(MOBILE), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-05: the voicemail of alice's mobile answers and presses nothing: her next endpoint rings, and nobody ever heard
/// the voicemail.
#[test]
fn tel_05_a_voicemail_is_left_for_the_next_endpoint() -> Result<(), KitError> {
    let mut mobile = TonePhone::new(VOICEMAIL_HZ)?;
    let centre = centre(&mobile, "\"alice-mobile\", \"alice\"", "3s")?;
    let mut desk = centre.alice()?;
    signs_in(&centre);
    let (_caller, mut call) = centre.queued()?;
    let mut voicemail = mobile.wait_call()?;
    voicemail.answer()?;
    let mut offer = desk.wait_call()?;
    assert_eq!(voicemail.wait_ended()?.by, EndedBy::Them);
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    assert!(!call.heard().has(VOICEMAIL_HZ) && !voicemail.heard().has(CALLER_HZ));
    call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(endpoints(record), ["alice-mobile", "alice"]);
    assert_eq!(offers(record), ["alice unconfirmed", "alice accepted"]);
    let ended = &record["legs"][1]["ended"][1];
    assert_eq!(ended["cause"], "not_confirmed", "{record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-05, INB-28: a caller is asked about and handed on to an agent at her mobile, whose keys are tones in the audio.
#[test]
fn tel_05_a_caller_is_handed_to_a_mobile() -> Result<(), KitError> {
    let mut mobile = TonePhone::new(ALICE_HZ)?.without_events();
    let centre = centre(&mobile, "\"alice-mobile\"", "20s")?;
    let mut bob = centre.bob()?;
    let (_caller, mut call) = centre.customer()?;
    crate::centre::choose(&mut call, "2")?;
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    signs_in(&centre);
    let (_, live) = centre.operate(&["calls", "--live", "--json"]);
    let live: Vec<Value> = serde_json::from_str(&live).expect("JSON");
    let id = live[0]["call"].as_str().expect("an id").to_owned();
    let command = |words: &[&str]| {
        let (ok, text) = centre.operate(&[&["call", &id], words].concat());
        assert!(ok, "{words:?}: {text}");
    };
    command(&["--as", "bob", "consult", "alice"]);
    let mut target = mobile.wait_call()?;
    target.answer()?;
    assert!(!target.listen(Duration::from_millis(500))?.has(BOB_HZ), "she has not taken it yet");
    target.press_by(Keys::InBand, "1")?;
    assert!(target.hears(BOB_HZ)? && offer.hears(ALICE_HZ)?);
    command(&["complete"]);
    assert_eq!(offer.wait_ended()?.by, EndedBy::Them);
    assert!(call.hears(ALICE_HZ)? && target.hears(CALLER_HZ)?);
    target.hang_up()?;
    call.wait_ended()?;
    let all = stages(&centre.records(1)[0]);
    assert_eq!(all.last().map(String::as_str), Some("talk alice"), "{all:?}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-05, TEL-09: in two-leg dialling the agent's mobile rings first, and the customer is called once she has pressed the
/// key: a voicemail calls nobody.
#[test]
fn tel_09_an_agent_at_her_mobile_is_called_before_the_customer() -> Result<(), KitError> {
    let mut outside = TonePhone::new(ALICE_HZ)?;
    let centre = centre(&outside, "\"alice-mobile\"", "6s")?;
    signs_in(&centre);
    let dial = || {
        let (ok, text) = centre.operate(&["dial", "13900139000", "--show", NUMBER, "--agent", "alice"]);
        assert!(ok, "{text}");
    };
    dial();
    let mut voicemail = outside.wait_call()?;
    voicemail.answer()?;
    assert_eq!(voicemail.wait_ended()?.by, EndedBy::Them);
    assert!(!outside.is_called(), "the customer is not called for a voicemail");
    dial();
    let mut first = outside.wait_call()?;
    first.answer()?;
    assert!(first.hears_sound(|sound| sound.loudness() > -40.0)? && !outside.is_called());
    first.press("1")?;
    let mut second = outside.wait_call()?;
    let shown = second.invite_header("From").unwrap_or_default();
    assert!(shown.contains(NUMBER), "{shown}");
    second.answer()?;
    assert!(first.hears(ALICE_HZ)? && second.hears(ALICE_HZ)?, "both come by the same trunk, with the same tone");
    second.hang_up()?;
    first.wait_ended()?;
    centre.assert_quiet();
    let facts = centre.facts();
    let ended = facts.iter().filter(|fact| fact["what"]["what"] == "call_ended");
    let causes: Vec<_> = ended.map(|fact| fact["what"]["ending"]["cause"].clone()).collect();
    assert_eq!(causes, ["not_confirmed", "hung_up"]);
    centre.assert_replays();
    Ok(())
}

/// TEL-05, AGT-03: a line is out of reach while every trunk is down, and so is an agent who has nothing else.
#[test]
fn tel_05_a_line_is_gone_while_its_trunks_are_down() -> Result<(), KitError> {
    let trunk = "[trunk.out]\nto = [\"127.0.0.1:{port:nobody}\"]\ncalls_max = 10\noptions_interval = \"1s\"\n\n\
                 [number.4001234567]";
    let centre = Centre::changed(&[
        ("[number.4001234567]", trunk),
        (
            "[agent.alice]\nendpoints = [\"alice\"]\nsign_in = \"registration\"",
            "[agent.alice]\nendpoints = [\"alice-mobile\"]",
        ),
        ("[endpoint.alice]", "[endpoint.alice-mobile]\nline = \"13912345678\"\n\n[endpoint.alice]"),
    ])?;
    signs_in(&centre);
    centre.until("the line to be gone", || {
        let (_, text) = centre.operate(&["endpoints"]);
        text.contains("a line out of reach: trunk down").then_some(())
    });
    centre.until("alice to be out of reach", || {
        let (_, text) = centre.operate(&["live", "--once"]);
        text.contains("no phone").then_some(())
    });
    centre.assert_replays();
    Ok(())
}
