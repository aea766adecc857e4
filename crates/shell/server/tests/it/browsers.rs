//! Agents in a browser: Chromium and JsSIP over a WebSocket, audio by WebRTC.

use std::time::Duration;

use bell_testkit::{BrowserPhone, Call, KitError, Sound, TonePhone, read_wav};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose, exported};

/// The centre with alice in a browser.
pub(crate) fn centre(changes: &[(&str, &str)]) -> Result<Centre, KitError> {
    let udp = "udp = [\"127.0.0.1:{port:sip}\"]";
    let ws = format!("{udp}\nws = [\"127.0.0.1:{{port:ws}}\"]");
    let mut all = vec![(udp, ws.as_str()), ("password = \"Alice-1\"", "password = \"Alice-1\"\nbrowser = true")];
    all.extend(changes);
    Centre::changed(&all)
}

/// Alice's browser, registered.
pub(crate) fn alice(centre: &Centre) -> Result<BrowserPhone, KitError> {
    let mut browser = BrowserPhone::start(ALICE_HZ)?;
    browser.register(&format!("ws://{}", centre.server.address("ws")), "test.belltower", "alice", "Alice-1")?;
    Ok(browser)
}

/// A customer who talks with alice in her browser: both hear each other.
pub(crate) struct Talking {
    pub(crate) call: Call,
    /// The call's id, as the browser was told.
    pub(crate) id: String,
    pub(crate) _customer: TonePhone,
}

pub(crate) fn talking(centre: &Centre, alice: &mut BrowserPhone) -> Result<Talking, KitError> {
    let (customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    let ringing = alice.wait_call()?;
    alice.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the browser");
    assert!(alice.hears(CALLER_HZ)?, "the browser hears the customer");
    Ok(Talking { call, id: ringing.call.unwrap_or_default(), _customer: customer })
}

/// TEL-07, TEL-12: an agent in a browser takes a call from the queue; both hear each other, the recording holds both, and
/// whoever hangs up, nothing is left.
#[test]
fn tel_07_tel_12_an_agent_in_a_browser_takes_a_call() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    let figures = alice.figures()?;
    assert!(figures.packets_in > 0 && figures.packets_out > 0 && figures.lost_in == 0, "{figures:?}");
    assert_eq!(figures.codec, "audio/PCMA", "as the trunk speaks, so that nothing is transcoded");
    talk.call.listen(Duration::from_secs(1))?;
    talk.call.hang_up()?;
    assert_eq!(alice.wait_ended()?, "remote");
    centre.assert_quiet();
    let record = &centre.records(1)[0];
    assert_eq!(record["call"].as_str(), Some(talk.id.as_str()), "X-Bell-Call names the call");
    let sides = read_wav(&exported(&centre, &talk.id))?;
    let end = |side: &Sound| side.part(side.seconds() - 0.6, 0.4);
    assert!(end(&sides[0]).has(CALLER_HZ) && !end(&sides[0]).has(ALICE_HZ), "left is the caller");
    assert!(end(&sides[1]).has(ALICE_HZ) && !end(&sides[1]).has(CALLER_HZ), "right is the agent");
    let mut talk = talking(&centre, &mut alice)?;
    alice.hang_up()?;
    talk.call.wait_ended()?;
    centre.assert_quiet();
    assert_eq!(centre.records(2)[0]["ending"]["by"]["agent"], "alice");
    centre.assert_replays();
    Ok(())
}

/// TEL-12: hold and back, another network, keys both ways a browser sends them, and a call to which nobody answers.
#[test]
fn tel_12_what_an_agent_does_in_a_browser() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    alice.hold()?;
    assert!(alice.is_silent()?, "who holds hears nobody");
    assert!(talk.call.hears_sound(|sound| !sound.has(ALICE_HZ))?, "who is held does not hear her");
    alice.unhold()?;
    assert!(alice.hears(CALLER_HZ)?);
    assert!(talk.call.hears(ALICE_HZ)?);
    alice.restart_ice()?;
    assert!(alice.hears(CALLER_HZ)?);
    assert!(talk.call.hears(ALICE_HZ)?);
    alice.press("5", "RFC2833")?;
    talk.call.wait_keys("5")?;
    talk.call.hang_up()?;
    alice.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
