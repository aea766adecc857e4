//! Agents whose browser is lost in a talk: loaded anew, cut off, dead.

use bell_testkit::KitError;

use crate::browsers::{alice, centre, talking};
use crate::centre::{ALICE_HZ, BOB_HZ, CALLER_HZ, offers, stages};

/// What rings for a caller who waits where no music is configured.
const RINGBACK_HZ: f64 = 450.0;

/// TEL-12: a page that is loaded anew has its call again, audio both ways; the caller hears something meanwhile, the recording
/// and the record go on, and the agent is never free for another call.
#[test]
fn tel_12_a_page_that_is_loaded_anew_has_its_call_again() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice_phone = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice_phone)?;
    alice_phone.reload()?;
    assert!(talk.call.hears(RINGBACK_HZ)?, "he hears that he is waited for");
    let ws = format!("ws://{}", centre.server.address("ws"));
    alice_phone.register(&ws, "test.belltower", "alice", "Alice-1")?;
    let again = alice_phone.wait_call()?;
    assert!(again.at_once, "the page is asked to answer by itself");
    assert_eq!(again.call.as_deref(), Some(talk.id.as_str()));
    alice_phone.answer()?;
    assert!(talk.call.hears(ALICE_HZ)?, "the customer hears the agent again");
    assert!(alice_phone.hears(CALLER_HZ)?, "the agent hears the customer again");
    talk.call.hang_up()?;
    alice_phone.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record)[3..], ["talk alice", "missing alice", "talk alice"], "{record}");
    assert_eq!(offers(record), ["alice accepted"]);
    let why = centre.operate(&["why", &talk.id]).1;
    assert!(why.contains("the phone of alice is lost") && why.contains("alice is back"), "{why}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-12: signalling that breaks and comes back takes nothing away: both hear each other all the time, and who hangs up is
/// understood.
#[test]
fn tel_12_a_cut_connection_does_not_cut_the_call() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice_phone = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice_phone)?;
    alice_phone.cut()?;
    assert!(talk.call.hears(ALICE_HZ)? && alice_phone.hears(CALLER_HZ)?);
    alice_phone.hold()?;
    alice_phone.unhold()?;
    assert!(talk.call.hears(ALICE_HZ)? && alice_phone.hears(CALLER_HZ)?, "what she does arrives");
    alice_phone.cut()?;
    talk.call.hang_up()?;
    assert_eq!(alice_phone.wait_ended()?, "remote", "what he does arrives");
    assert_eq!(stages(&centre.records(1)[0])[3..], ["talk alice", "hold alice", "talk alice"]);
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-12: a browser that dies is noticed, by what it does not send; the caller waits for it, and then another agent has him.
#[test]
fn tel_12_a_dead_browser_does_not_keep_its_caller() -> Result<(), KitError> {
    let policies = "[policy]\nbrowser_timeout = \"3s\"\nagent_return_max = \"2s\"";
    let centre = centre(&[("[policy]", policies)])?;
    let mut alice_phone = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice_phone)?;
    let mut bob = centre.bob()?;
    alice_phone.crash()?;
    let mut offer = bob.wait_call()?;
    offer.ring()?;
    offer.answer()?;
    assert!(talk.call.hears(BOB_HZ)? && offer.hears(CALLER_HZ)?);
    talk.call.hang_up()?;
    offer.wait_ended()?;
    let record = &centre.records(1)[0];
    assert_eq!(stages(record)[3..], ["talk alice", "missing alice", "queue sales", "talk bob"], "{record}");
    let why = centre.operate(&["why", &talk.id]).1;
    assert!(why.contains("alice did not come back in time"), "{why}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
