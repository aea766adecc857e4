//! Callers who are called back instead of waiting (INB-30), also by the node after the one they asked.

use bell_testkit::{Call, EndedBy, KitError, TonePhone};

use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, Centre, choose, stages};
use crate::flows::facts_of;
use crate::lists::call_from;

/// A centre and the phone of a customer, who has asked to be called back by sales, where nobody is, and has hung up.
fn asked(policy: &str) -> Result<(Centre, TonePhone), KitError> {
    asked_with(policy, &[])
}

fn asked_with(policy: &str, more: &[(&str, &str)]) -> Result<(Centre, TonePhone), KitError> {
    let customer = TonePhone::new(CALLER_HZ)?;
    let later = "[nodes.later]\ndo = \"callback\"\nqueue = \"sales\"\nnext = \"closed\"\notherwise = \"closed\"\n\n\
        [nodes.closed]\n";
    let support = "queue = \"support\"\non_timeout = \"closed\"\non_full = \"closed\"\non_no_agent = \"closed\"";
    let to_later = support.replace("on_no_agent = \"closed\"", "on_no_agent = \"later\"");
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let policy = format!("[policy]\ncallback_from = \"0s\"\ncallback_until = \"24h\"\n{policy}");
    let mut changes = vec![
        (support, to_later.as_str()),
        ("[nodes.closed]\n", later),
        ("[number.4001234567]", &trunk),
        ("[policy]", &policy),
    ];
    changes.extend(more);
    let centre = Centre::changed(&changes)?;
    let (_phone, mut call) = call_from(&centre, "13900139000")?;
    call.wait_answered()?;
    choose(&mut call, "2")?;
    assert_eq!(call.wait_ended()?.by, EndedBy::Them, "he may go");
    let asked = &facts_of(&centre, "callback_asked")[0]["what"];
    assert_eq!(asked["queue"], "sales", "{asked}");
    Ok((centre, customer))
}

/// Alice's phone is called for somebody who is to be called back: she answers, then he does, and they talk.
fn called_back(alice: &mut TonePhone, customer: &mut TonePhone) -> Result<(Call, Call), KitError> {
    let mut first = alice.wait_call()?;
    first.ring()?;
    assert!(!customer.is_called(), "the customer is not called before she has answered");
    first.answer()?;
    let mut second = customer.wait_call()?;
    second.answer()?;
    assert!(first.hears(CALLER_HZ)? && second.hears(ALICE_HZ)?, "both hear each other");
    Ok((first, second))
}

/// INB-30: whom nobody can serve is called back: an agent first, then he.
#[test]
fn inb_30_a_caller_is_called_back() -> Result<(), KitError> {
    let (centre, mut customer) = asked("")?;
    let mut alice = centre.alice()?;
    let (mut first, mut second) = called_back(&mut alice, &mut customer)?;
    let ended = &facts_of(&centre, "callback_ended")[0]["what"];
    assert!(ended["outcome"].to_string().contains("alice"), "{ended}");
    second.hang_up()?;
    first.wait_ended()?;
    let records = centre.records(2);
    let talked = records.iter().any(|record| stages(record).last().is_some_and(|stage| stage == "talk alice"));
    assert!(talked, "{records:#?}");
    let planned = records.iter().find(|record| !record["planned_wait"].is_null()).expect("one was planned");
    assert_eq!((&planned["planned_wait"][0], planned["offers"].as_array().map(Vec::len)), (&"sales".into(), Some(1)));
    let (ok, why) = centre.operate(&["why", planned["call"].as_str().expect("an id")]);
    assert!(ok && why.contains("waiting in queue sales before it began"), "{why}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-30: a node that is killed before anybody is free, and again while the customer's phone rings, forgets nobody: the
/// attempt it cut off counts, and the next one reaches him.
#[test]
fn inb_30_a_killed_node_calls_back_whom_it_had_promised() -> Result<(), KitError> {
    let (mut centre, mut customer) = asked("callback_gap = \"10s\"\ncallback_attempts_max = 2")?;
    centre.server.kill()?;
    centre.server.restart()?;
    let mut alice = centre.alice()?;
    let mut first = alice.wait_call()?;
    first.answer()?;
    let mut cut_off = customer.wait_call()?;
    cut_off.ring()?;
    centre.server.kill()?;
    centre.server.restart()?;
    drop((alice, first));
    let mut alice = centre.alice()?;
    let (mut first, mut second) = called_back(&mut alice, &mut customer)?;
    let attempts = facts_of(&centre, "callback_attempted");
    let numbers: Vec<_> = attempts.iter().map(|fact| fact["what"]["attempt"].as_u64()).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
    assert_ne!(attempts[0]["what"]["planned"], attempts[1]["what"]["planned"], "no id of a call is given twice");
    assert_eq!(facts_of(&centre, "callback_kept").len(), 2, "each start says so");
    first.hang_up()?;
    second.wait_ended()?;
    assert_eq!(facts_of(&centre, "callback_ended").len(), 1);
    centre.assert_quiet();
    centre.server.kill()?;
    centre.server.restart()?;
    assert_eq!(facts_of(&centre, "callback_kept").len(), 2, "nobody is called who was");
    centre.assert_replays();
    Ok(())
}

/// INB-30: the same for a node that is stopped in good order, while an agent's phone rings for him.
#[test]
fn inb_30_a_stopped_node_leaves_its_callbacks_to_the_next() -> Result<(), KitError> {
    let (mut centre, mut customer) = asked("")?;
    let mut alice = centre.alice()?;
    let mut offered = alice.wait_call()?;
    offered.ring()?;
    assert!(centre.server.stop()?.success(), "{}", centre.server.log());
    assert_eq!(offered.wait_ended()?.by, EndedBy::Them);
    centre.server.restart()?;
    drop((alice, offered));
    let mut alice = centre.alice()?;
    let (mut first, mut second) = called_back(&mut alice, &mut customer)?;
    first.hang_up()?;
    second.wait_ended()?;
    let ended = facts_of(&centre, "callback_ended");
    assert_eq!(ended.len(), 1, "{ended:#?}");
    assert!(ended[0]["what"]["outcome"].to_string().contains("alice"), "{ended:#?}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-30: outside the hours of the queue's calendar nobody is called, and he is told why; when the calendar says open, he
/// is called.
#[test]
fn inb_30_nobody_is_called_outside_the_hours() -> Result<(), KitError> {
    let closed = "callback_calendar = \"office\"\nwait_unstaffed = true";
    let calendar = "[calendar.office]\nweek = { mon-sun = \"closed\" }\n\n[queue.sales]";
    let (centre, mut customer) = asked_with("", &[("wait_unstaffed = true", closed), ("[queue.sales]", calendar)])?;
    let mut alice = centre.alice()?;
    let held = &facts_of(&centre, "callback_held")[0]["what"];
    assert!(held["because"].to_string().contains("calendar office: closed on"), "{held}");
    let call = held["call"].as_str().expect("an id");
    let (ok, why) = centre.operate(&["why", call]);
    assert!(ok && why.contains("is not called back now: calendar office: closed on"), "{why}");
    assert!(!alice.is_called() && !customer.is_called());
    let config = std::fs::read_to_string(centre.config()).expect("it can be read");
    std::fs::write(centre.config(), config.replace("\"closed\" }", "\"00:00-24:00\" }")).expect("it can be written");
    let (ok, text) = centre.operate(&["apply", "{config}"]);
    assert!(ok, "{text}");
    let (mut first, mut second) = called_back(&mut alice, &mut customer)?;
    first.hang_up()?;
    second.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-30, REC-24: whose call would be recorded is not called back while recordings have no room; he keeps his place, and
/// is called when there is room.
#[test]
fn rec_24_nobody_is_called_back_whose_call_could_not_be_recorded() -> Result<(), KitError> {
    let (centre, mut customer) = asked("callback_gap = \"10s\"")?;
    let ours = std::fs::read_to_string(centre.config()).expect("it can be read");
    let full = ours.replace("\"2MiB\"", "\"1000GiB\"").replace("\"4MiB\"", "\"1024GiB\"");
    let apply = |text: &str| {
        std::fs::write(centre.config(), text).expect("it can be written");
        let (ok, text) = centre.operate(&["apply", "{config}"]);
        assert!(ok, "{text}");
    };
    apply(&full);
    centre.until("the gate to shut", || (!centre.health()["processing"]["gate"].is_null()).then_some(()));
    let mut alice = centre.alice()?;
    let held = &facts_of(&centre, "callback_held")[0]["what"];
    assert!(held["because"].to_string().contains("disk"), "{held}");
    let call = held["call"].as_str().expect("an id");
    centre.until("why", || centre.operate(&["why", call]).1.contains("is not called back now: ").then_some(()));
    assert!(!alice.is_called() && !customer.is_called());
    apply(&ours);
    let (mut first, mut second) = called_back(&mut alice, &mut customer)?;
    first.hang_up()?;
    second.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// A centre with a carrier that takes calls to this phone.
fn with_carrier(outside: &TonePhone, more: &[(&str, &str)]) -> Result<Centre, KitError> {
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        outside.address()
    );
    let mut changes = vec![("[number.4001234567]", trunk.as_str())];
    changes.extend(more);
    Centre::changed(&changes)
}

/// A ladder leads out of the queue to a number outside: he who waits there and the caller hear each other.
#[test]
fn a_ladder_leads_to_a_number_outside() -> Result<(), KitError> {
    let mut outside = TonePhone::new(ALICE_HZ)?;
    let ladder =
        "wait_unstaffed = true\noverflow = [{ when = { waited = \"1s\" }, then = { external = \"13900139000\" } }]";
    let centre = with_carrier(&outside, &[("wait_unstaffed = true", ladder)])?;
    let (_phone, mut call) = centre.queued()?;
    let mut taken = outside.wait_call()?;
    taken.answer()?;
    assert!(call.hears(ALICE_HZ)? && taken.hears(CALLER_HZ)?);
    call.hang_up()?;
    taken.wait_ended()?;
    let record = &centre.records(1)[0];
    assert!(stages(record).iter().any(|stage| stage == "queue sales"), "{record:#}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-15: the menu's choice decides what an agent must be able to do: alice stands first, and only bob speaks English.
#[test]
fn inb_15_a_flow_says_what_the_agent_must_be_able_to_do() -> Result<(), KitError> {
    let english = "queue = \"sales\"\nskills = { english = 2 }\non_timeout = \"closed\"";
    let bob = "[agent.bob]\nskills = { english = 3 }\nendpoints = [\"bob\"]";
    let changes =
        [("queue = \"sales\"\non_timeout = \"closed\"", english), ("[agent.bob]\nendpoints = [\"bob\"]", bob)];
    let centre = Centre::changed(&changes)?;
    let alice = centre.alice()?;
    let mut bob = centre.bob()?;
    let (_phone, mut call) = centre.queued()?;
    let mut offer = bob.wait_call()?;
    offer.answer()?;
    assert!(call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    assert!(!alice.is_called(), "she speaks none");
    let entered = &facts_of(&centre, "enqueued")[0]["what"];
    assert_eq!(entered["wants"]["skills"], serde_json::json!([["english", 2]]), "{entered}");
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
