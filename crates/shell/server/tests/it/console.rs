//! The console as it is built in, in real browsers: people sign in on its page, press its buttons, speak and hear.

use std::time::Duration;

use bell_testkit::{Call, ConsolePage, KitError, TonePhone, in_own_network, own_address};
use serde_json::Value;

use crate::accounts::code;
use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose, stages};
use crate::desk::add;

/// What bob says into his browser.
const BOB_HZ: f64 = 1800.0;
/// What the supervisor says into hers.
const SUE_HZ: f64 = 1500.0;

const CONSOLE: (&str, &str) = (
    "[media]",
    "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]",
);

/// Everybody works in a browser, and says himself when he comes to work.
const BROWSERS: [(&str, &str); 3] = [
    ("sign_in = \"registration\"", ""),
    ("[endpoint.alice]\npassword = \"Alice-1\"", "[endpoint.alice]\nbrowser = true"),
    ("[endpoint.bob]\npassword = \"Bob-2\"", "[endpoint.bob]\nbrowser = true"),
];

/// A supervisor of sales with a browser.
const SUE: (&str, &str) = (
    "[endpoint.bob]",
    "[agent.sue]\nendpoints = [\"sue\"]\nsupervises = [\"sales\"]\n\n[endpoint.sue]\nbrowser = true\n\n[endpoint.bob]",
);

fn centre(more: &[(&str, &str)]) -> Result<Centre, KitError> {
    Centre::changed(&[&[CONSOLE], more, &BROWSERS].concat())
}

/// Where the page of this listener is.
fn url(centre: &Centre, listener: &str) -> String {
    format!("http://{}", centre.server.address(listener))
}

/// Signs somebody in on the page.
fn sign_in(page: &mut ConsolePage, (name, password): (&str, &str)) -> Result<(), KitError> {
    page.fill("User name", name)?;
    page.fill("Password", password)?;
    page.press("button", "Sign in")
}

/// Somebody who has signed in on the page of this listener.
fn signed_in(centre: &Centre, listener: &str, hz: f64, who: (&str, &str)) -> Result<ConsolePage, KitError> {
    let mut page = ConsolePage::start(hz, &url(centre, listener))?;
    sign_in(&mut page, who)?;
    Ok(page)
}

/// An agent with an account, at her desk, her browser a phone.
fn agent(centre: &Centre, name: &str, roles: &[&str], hz: f64) -> Result<ConsolePage, KitError> {
    at_work(centre, name, roles, ConsolePage::start(hz, &url(centre, "console"))?)
}

/// The same in this browser.
fn at_work(centre: &Centre, name: &str, roles: &[&str], mut page: ConsolePage) -> Result<ConsolePage, KitError> {
    let roles: Vec<&str> = roles.iter().flat_map(|role| ["--role", *role]).collect();
    let password = add(centre, name, &[&roles[..], &["--agent", name]].concat());
    sign_in(&mut page, (name, &password))?;
    page.sees("Phone ready")?;
    page.press("button", "Sign in to the floor")?;
    page.finds("button", "My state: Available")?;
    Ok(page)
}

/// A caller for sales whom this page has answered: both hear each other.
fn answered(centre: &Centre, page: &mut ConsolePage) -> Result<(TonePhone, Call), KitError> {
    let (customer, mut call) = centre.queued()?;
    page.press("button", "Answer")?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent");
    assert!(page.hears(CALLER_HZ)?, "the agent hears the customer");
    Ok((customer, call))
}

/// AGT-02, TEL-12, TEL-09: an agent signs in on the page, answers by its button, holds and resumes, hangs up; then she dials, her
/// own phone answers by itself, and both hear each other.
#[test]
fn agt_02_tel_09_calls_are_answered_and_placed_by_the_consoles_buttons() -> Result<(), KitError> {
    let mut called = TonePhone::new(CALLER_HZ)?;
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        called.address()
    );
    let centre = centre(&[("[number.4001234567]", &trunk)])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    let (_customer, mut call) = answered(&centre, &mut alice)?;
    alice.press("button", "Hold")?;
    assert!(alice.misses(CALLER_HZ)?, "who holds hears nobody");
    assert!(call.falls_silent()?, "who is held does not hear her");
    alice.press("button", "Resume")?;
    assert!(alice.hears(CALLER_HZ)? && call.hears(ALICE_HZ)?);
    alice.press("button", "Hang up")?;
    call.wait_ended()?;
    centre.assert_quiet();

    alice.fill("Telephone number", "139 0013 9000")?;
    alice.press("button", "Call")?;
    let mut placed = called.wait_call()?;
    placed.answer()?;
    assert!(placed.hears(ALICE_HZ)? && alice.hears(CALLER_HZ)?);
    alice.finds("text", "139 0013 9000")?;
    placed.hang_up()?;
    centre.assert_quiet();
    let records = centre.records(2);
    let last = |record: &Value| stages(record).pop();
    assert!(records.iter().all(|record| last(record).as_deref() == Some("talk alice")), "{records:?}");
    centre.assert_replays();
    Ok(())
}

/// AGT-01, TEL-12: in Firefox an agent signs in, answers, holds and resumes: both hear each other, and she is free again when
/// he has hung up.
#[test]
fn agt_01_tel_12_an_agent_hears_and_is_heard_in_firefox() -> Result<(), KitError> {
    in_own_network("console::child_that_talks_in_firefox")
}

#[test]
fn child_that_talks_in_firefox() -> Result<(), KitError> {
    let Some(address) = own_address() else { return Ok(()) };
    let centre = centre(&[("address = \"127.0.0.1\"", &format!("address = \"{address}\""))])?;
    let page = ConsolePage::start_firefox(ALICE_HZ, &url(&centre, "console"))?;
    let mut alice = at_work(&centre, "alice", &["agent"], page)?;
    let (_customer, mut call) = answered(&centre, &mut alice)?;
    alice.press("button", "Hold")?;
    assert!(alice.misses(CALLER_HZ)?, "who holds hears nobody");
    assert!(call.falls_silent()?, "who is held does not hear her");
    alice.press("button", "Resume")?;
    assert!(alice.hears(CALLER_HZ)? && call.hears(ALICE_HZ)?);
    call.hang_up()?;
    alice.sees("Waiting for a call")?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-12: connections of the page that break take nothing away, and a page that is loaded anew in a call has it again.
#[test]
fn tel_12_the_console_keeps_its_call_over_a_cut_and_a_reload() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    let (_customer, mut call) = answered(&centre, &mut alice)?;
    assert!(alice.cut()? >= 2, "what goes on, and the voice");
    assert!(call.hears(ALICE_HZ)? && alice.hears(CALLER_HZ)?);
    alice.press("button", "Hold")?;
    assert!(call.falls_silent()?, "what she does arrives");
    alice.press("button", "Resume")?;
    assert!(call.hears(ALICE_HZ)?);
    alice.reload()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent again");
    assert!(alice.hears(CALLER_HZ)?, "the agent hears the customer again");
    alice.press("button", "Hang up")?;
    call.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-12: she hangs up, and her BYE comes after her audio has ended, or is lost with its connection: the caller is not kept
/// waiting for her, and she is not called back.
#[test]
fn tel_12_who_hangs_up_at_the_console_is_not_waited_for() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    for late in [Some(Duration::from_millis(700)), None] {
        let (_customer, mut call) = answered(&centre, &mut alice)?;
        alice.delay_byes(late)?;
        alice.press("button", "Hang up")?;
        if late.is_none() {
            alice.cut()?;
        }
        call.wait_ended()?;
        centre.assert_quiet();
        alice.sees("Waiting for a call")?;
        alice.delay_byes(Some(Duration::ZERO))?;
    }
    let mut recalled: Vec<String> = Vec::new();
    for record in centre.records(2) {
        assert_eq!(record["ending"]["cause"], "hung_up", "{record}");
        let waited = stages(&record).iter().any(|stage| stage.starts_with("missing"));
        assert!(waited, "the audio was gone first, or this shows nothing: {record}");
        let ended = &record["legs"][2]["ended"][1]["cause"];
        recalled.push(ended.as_str().unwrap_or_else(|| panic!("she is called back: {record}")).to_owned());
    }
    recalled.sort_unstable();
    assert_eq!(recalled, ["cancelled", "declined"], "by the BYE that came late, and by her page");
    centre.assert_replays();
    Ok(())
}

/// TEL-12: an agent answers and her browser finds no way for the audio: she reads so, and her caller goes on to a colleague.
#[test]
fn tel_12_a_browser_without_a_way_for_its_audio_does_not_cost_the_call() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    let mut bob = agent(&centre, "bob", &["agent"], BOB_HZ)?;
    alice.lose_paths()?;
    let (_customer, mut call) = centre.queued()?;
    alice.press("button", "Answer")?;
    bob.press("button", "Answer")?;
    alice.sees("The last call had no way for its audio")?;
    assert!(call.hears(BOB_HZ)? && bob.hears(CALLER_HZ)?, "the caller talks with her colleague");
    bob.press("button", "Hang up")?;
    call.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-28: an agent asks another before she hands the caller over, each in a browser; then the two talk, and she is out of it.
#[test]
fn inb_28_a_caller_is_handed_from_one_console_to_another() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    let mut bob = agent(&centre, "bob", &["agent"], BOB_HZ)?;
    let (_customer, mut call) = answered(&centre, &mut alice)?;
    alice.press("button", "Transfer")?;
    alice.press_in(("button", "Consult first"), &[("dialog", "Transfer")])?;
    bob.press("button", "Answer")?;
    assert!(alice.hears(BOB_HZ)? && bob.hears(ALICE_HZ)?, "the two talk");
    alice.press("button", "Complete transfer")?;
    assert!(call.hears(BOB_HZ)? && bob.hears(CALLER_HZ)?, "the caller talks with the other");
    bob.press("button", "Hang up")?;
    call.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-18, INB-29: a supervisor finds the call on the wallboard, listens unheard, then comes in: all three hear each other.
#[test]
fn rec_18_three_consoles_are_in_one_call() -> Result<(), KitError> {
    let centre = centre(&[SUE])?;
    let mut alice = agent(&centre, "alice", &["agent"], ALICE_HZ)?;
    let mut sue = agent(&centre, "sue", &["agent", "supervisor"], SUE_HZ)?;
    let (_customer, mut call) = answered(&centre, &mut alice)?;
    sue.press("link", "Wallboard")?;
    sue.press("button", "Listen: alice")?;
    sue.press("button", "Answer")?;
    assert!(sue.hears(CALLER_HZ)? && sue.hears(ALICE_HZ)?, "she hears both");
    assert!(alice.misses(SUE_HZ)? && call.hears_sound(|sound| !sound.has(SUE_HZ))?, "nobody hears her");
    sue.press("text", "Barge in")?;
    assert!(call.hears_sound(|sound| sound.has(ALICE_HZ) && sound.has(SUE_HZ))?, "the customer hears both");
    assert!(alice.hears(SUE_HZ)? && alice.hears(CALLER_HZ)?, "the agent hears both");
    sue.press("button", "Leave the call")?;
    assert!(call.hears_sound(|sound| sound.has(ALICE_HZ) && !sound.has(SUE_HZ))?);
    alice.press("button", "Hang up")?;
    call.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// INB-08, INB-09, SEC-09: an administrator sets up a second factor on the page, changes a flow, sees a broken one refused and
/// the mended one proved, publishes it, and the next caller goes the new way.
#[test]
fn inb_08_a_flow_is_changed_proved_published_and_called() -> Result<(), KitError> {
    let centre = Centre::changed(&[CONSOLE])?;
    let mut phone = centre.alice()?;
    let password = add(&centre, "root", &["--role", "super_admin"]);
    let mut root = signed_in(&centre, "admin", ALICE_HZ, ("root", &password))?;
    root.sees("Set up a second factor")?;
    let secret: String = root.read("code")?.split_whitespace().collect();
    root.fill("6-digit code", &code(&secret, 0))?;
    root.press("button", "Confirm and continue")?;
    root.press("button", "I have kept them safe")?;
    root.press("link", "Flows")?;
    root.press("link", "welcome")?;
    root.sees("As published")?;
    root.press("tab", "Text")?;
    root.amend("Text of the flow", "2 = \"support\"", "2 = \"sales\"")?;
    root.sees("1 counter-example")?;
    root.amend("Text of the flow", "1 = \"sales\"", "1 = \"support\"")?;
    root.sees("Proved")?;
    root.press("button", "Publish")?;
    root.press_in(("button", "Publish"), &[("dialog", "Publish the flow")])?;
    root.sees("As published")?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "2")?;
    let mut offer = phone.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "technical questions are answered by sales now");
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// REC-12, SEC-04: an agent finds the recording of her call and hears the caller on its left and herself on its right; another
/// finds nothing of it, and pages for others are not his.
#[test]
fn rec_12_sec_04_a_recording_is_heard_and_each_role_sees_its_own() -> Result<(), KitError> {
    let centre = Centre::changed(&[CONSOLE])?;
    let mut talking = centre.talking()?;
    talking.call.listen(Duration::from_secs(3))?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let record = &centre.records(1)[0];
    let call = record["call"].as_str().expect("an id").to_owned();
    let person = |name: &str, more: &[&str]| {
        let password = add(&centre, name, more);
        signed_in(&centre, "console", SUE_HZ, (name, &password))
    };
    let mut alice = person("alice", &["--role", "agent", "--agent", "alice"])?;
    alice.press("link", "Recordings")?;
    alice.press("button", "Play the recording of*")?;
    assert!(alice.hears_on_side(1, ALICE_HZ)?, "the agent is on the right");
    assert!(alice.hears_on_side(0, CALLER_HZ)?, "the caller is on the left");
    alice.visit("/calls")?;
    alice.finds("link", "Open the call of*")?;
    let mut bob = person("bob", &["--role", "agent", "--agent", "bob"])?;
    bob.press("link", "Recordings")?;
    bob.sees("No recording matches")?;
    bob.visit("/calls")?;
    bob.sees("No call matches")?;
    bob.visit(&format!("/calls/{call}"))?;
    bob.sees("there is no such thing, or none that you may see")?;
    assert!(bob.has("link", "Call records")?, "what he has");
    for hidden in ["Wallboard", "Flows", "Users", "Configuration"] {
        assert!(!bob.has("link", hidden)?, "{hidden}");
    }
    bob.visit("/wallboard")?;
    bob.sees("You may not do this")?;
    Ok(())
}
