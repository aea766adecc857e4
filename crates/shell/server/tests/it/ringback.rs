//! What a caller hears before the answer, and whom the agent's phone shows.

use std::f64::consts::TAU;
use std::fs;

use bell_testkit::{KitError, Sipp, Sound, TonePhone, write_wav};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, NUMBER, offers, stages};

/// What the number's ring-back is made of.
const CHIME_HZ: f64 = 1500.0;

/// Nobody is answered before an agent is.
const DIRECT: &str = r#"
flow = "welcome"
version = 2
language = "zh-CN"
recording = "off"
start = "sales"

[nodes.sales]
do = "queue"
queue = "sales"
on_timeout = "end"
on_full = "end"
on_no_agent = "end"

[nodes.end]
do = "hangup"
"#;

/// TEL-21: the number's own ring-back is heard before the 200 OK, and the caller is answered when the agent is.
#[test]
fn tel_21_the_numbers_ringback_is_heard_before_the_answer() -> Result<(), KitError> {
    let centre = ringing(Some(DIRECT))?;
    let mut alice = centre.alice()?;
    let mut caller = TonePhone::new(CALLER_HZ)?;
    let mut call = caller.call(&centre.number())?;
    let mut offer = alice.wait_call()?;
    offer.ring()?;
    assert!(call.hears(CHIME_HZ)?, "he hears the ring-back");
    assert_eq!(call.statuses(), [100, 183], "and is not answered");
    offer.answer()?;
    call.wait_answered()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;

    // A caller who gives up was never answered.
    let mut call = caller.call(&centre.number())?;
    let mut offer = alice.wait_call()?;
    assert!(call.hears(CHIME_HZ)?);
    call.cancel()?;
    assert_eq!(call.wait_ended()?.status, Some(487));
    assert_eq!(offer.wait_ended()?.status, Some(487));
    let records = centre.until("both records", || {
        let (_, text) = centre.operate(&["calls", "--json"]);
        let calls: Vec<serde_json::Value> = serde_json::from_str(&text).ok()?;
        (calls.len() == 2).then_some(calls)
    });
    let record = |index: usize| &records[index]["record"];
    assert_eq!(stages(record(1)), ["arriving", "queue sales", "talk alice"], "{:#}", record(1));
    assert_eq!(offers(record(0)), ["alice withdrawn"]);
    assert!(record(0)["legs"][0]["answered"].is_null(), "{:#}", record(0));
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// RFC 3262, RFC 3261 §9.2: callers who want reliable responses acknowledge our 183 by PRACK and cancel before the answer.
/// Each gets 487, the agent's phone stops, and no leg is left.
#[test]
fn a_caller_acknowledges_the_183_and_cancels() -> Result<(), KitError> {
    let centre = ringing(Some(DIRECT))?;
    let mut alice = centre.alice()?;
    let target = centre.server.address("sip");
    let one = Sipp::new("caller_prack_cancels")?.service(NUMBER).key("delay", "500").start_calling(target)?;
    let mut offer = alice.wait_call()?;
    offer.ring()?;
    one.wait()?.check()?;
    assert_eq!(offer.wait_ended()?.status, Some(487));
    alice.unregister(&centre.sip())?;
    // Nobody is there: they hear it ring, and give up at once or a while later.
    for delay in ["0", "30"] {
        Sipp::new("caller_prack_cancels")?.service(NUMBER).key("delay", delay).calls(20, 40).run(target)?.check()?;
    }
    centre.assert_quiet();
    let facts = centre.facts();
    let ended = facts.iter().filter(|fact| fact["what"]["what"] == "call_ended");
    let causes: Vec<_> = ended.map(|fact| fact["what"]["ending"]["cause"].clone()).collect();
    assert!(causes.len() == 41 && causes.iter().all(|cause| *cause == "cancelled"), "{causes:?}");
    assert!(!facts.iter().any(|fact| fact["what"]["what"] == "leg_answered"), "nobody was answered");
    centre.assert_replays();
    Ok(())
}

/// TEL-21: after the answer a queue without music sounds as the number rings.
#[test]
fn tel_21_a_queue_without_music_rings_as_its_number_does() -> Result<(), KitError> {
    let centre = ringing(None)?;
    let mut alice = centre.alice()?;
    let (_caller, mut call) = centre.queued()?;
    let mut offer = alice.wait_call()?;
    offer.ring()?;
    assert!(call.hears(CHIME_HZ)?);
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;
    centre.records(1);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-21: the agent's phone shows the number the carrier presents, as the trunk's rules read it.
#[test]
fn tel_21_the_agents_phone_shows_the_carriers_caller() -> Result<(), KitError> {
    let rules = "calls_max = 100\ncaller_in = \"p_asserted_identity\"\nstrip = \"9\"";
    let centre = Centre::changed(&[("calls_max = 100", rules)])?;
    let mut alice = centre.alice()?;
    let carrier = TonePhone::new(CALLER_HZ)?.number("90571000000");
    let carrier = carrier.header("P-Asserted-Identity", "<sip:9013800138000@carrier.example>");
    let (_caller, mut call, mut offer) = centre.connected(carrier, &mut alice)?;
    let shown = offer.invite_header("From").unwrap_or_default();
    assert!(shown.contains("<sip:+8613800138000@"), "{shown}");
    call.hang_up()?;
    offer.wait_ended()?;
    assert_eq!(centre.records(1)[0]["caller"]["number"], "+8613800138000");
    centre.assert_quiet();
    Ok(())
}

/// A centre whose number has a ring-back of its own, and on request another flow.
fn ringing(flow: Option<&str>) -> Result<Centre, KitError> {
    let centre = Centre::start()?;
    let samples = (0..16_000).map(|at| (f64::from(at) / 8000.0 * CHIME_HZ * TAU).sin() * 8000.0);
    let chime = Sound { samples: samples.map(|sample| sample as i16).collect() };
    write_wav(&centre.server.dir().join("chime.wav"), &chime)?;
    if let Some(flow) = flow {
        fs::write(centre.flow(), flow).expect("it can be written");
    }
    let config = fs::read_to_string(centre.config()).expect("the configuration");
    let number = "[number.4001234567]\nflow = \"welcome\"\n";
    let ringing = format!("{number}ringback = \"chime\"\n\n[prompt.chime]\nfile = \"chime.wav\"\n");
    fs::write(centre.config(), config.replacen(number, &ringing, 1)).expect("it can be written");
    let (ok, told) = centre.operate(&["apply", "{config}"]);
    assert!(ok && told.contains("ringback"), "{told}");
    Ok(centre)
}
