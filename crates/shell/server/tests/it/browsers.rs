//! Agents in a browser: Chromium and JsSIP over a WebSocket, audio by WebRTC.

use std::time::Duration;

use bell_testkit::{BrowserPhone, Call, KitError, PortRange, Sound, TonePhone, WeakNetwork, Weakness, read_wav};
use serde_json::Value;

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
    registered(centre, BrowserPhone::start(ALICE_HZ)?)
}

/// This browser, registered as alice's.
fn registered(centre: &Centre, mut browser: BrowserPhone) -> Result<BrowserPhone, KitError> {
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

/// TEL-12: where no UDP gets through, the agent's browser connects by TCP to the same port, and everything is as it would be;
/// at the end nothing is left. Where UDP gets through, that is what is used.
#[test]
fn tel_12_an_agent_without_udp_takes_a_call() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let until_connected = |connected: bool| {
        centre.until("connections as expected", || {
            let (_, metrics) = centre.server.get("health", "/metrics").ok()?;
            (metrics.contains("\nbelltower_media_connections 0\n") != connected).then_some(())
        });
    };
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    assert_eq!(alice.figures()?.protocol, "udp");
    talk.call.hang_up()?;
    alice.wait_ended()?;
    alice.block_udp()?;
    let mut talk = talking(&centre, &mut alice)?;
    assert_eq!(alice.figures()?.protocol, "tcp");
    until_connected(true);
    alice.hold()?;
    assert!(alice.is_silent()?);
    alice.unhold()?;
    alice.restart_ice()?;
    assert!(alice.hears(CALLER_HZ)? && talk.call.hears(ALICE_HZ)?, "with other credentials");
    talk.call.listen(Duration::from_secs(1))?;
    talk.call.hang_up()?;
    assert_eq!(alice.wait_ended()?, "remote");
    centre.assert_quiet();
    until_connected(false);
    let sides = read_wav(&exported(&centre, &talk.id))?;
    let end = |side: &Sound| side.part(side.seconds() - 0.6, 0.4);
    assert!(end(&sides[0]).has(CALLER_HZ) && end(&sides[1]).has(ALICE_HZ), "the recording holds both");
    let mut talk = talking(&centre, &mut alice)?;
    alice.hang_up()?;
    talk.call.wait_ended()?;
    centre.assert_quiet();
    until_connected(false);
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

/// TEL-12: another client of RFC 7118 than the console's is a phone as well: it takes calls, both hear each other, it holds, and
/// whoever hangs up, nothing is left.
#[test]
fn tel_12_another_client_of_rfc_7118_is_a_phone_as_well() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = registered(&centre, BrowserPhone::start_sip_js(ALICE_HZ)?)?;
    let mut talk = talking(&centre, &mut alice)?;
    alice.hold()?;
    assert!(talk.call.hears_sound(|sound| !sound.has(ALICE_HZ))?, "who is held does not hear her");
    alice.unhold()?;
    assert!(alice.hears(CALLER_HZ)?);
    assert!(talk.call.hears(ALICE_HZ)?);
    alice.hang_up()?;
    talk.call.wait_ended()?;
    centre.assert_quiet();
    let mut talk = talking(&centre, &mut alice)?;
    talk.call.hang_up()?;
    assert_eq!(alice.wait_ended()?, "remote");
    centre.assert_quiet();
    centre.records(2);
    centre.assert_replays();
    Ok(())
}

/// A centre whose browsers lose a tenth and have 60 ms of jitter, with this policy besides; and the ports of theirs.
fn on_a_weak_network(policy: &str) -> Result<(Centre, WeakNetwork, PortRange), KitError> {
    // One is used for each core.
    let ports = PortRange::claim()?;
    let (first, last) = (ports.first(), ports.last());
    let media = "address = \"127.0.0.1\"";
    let elsewhere = format!("{media}\nwebrtc_advertise = [\"127.0.0.5\"]\nwebrtc_ports = [{first}, {last}]");
    let ring_timeout = "ring_timeout = \"30s\"";
    let centre = centre(&[(media, &elsewhere), (ring_timeout, &format!("{ring_timeout}\n{policy}"))])?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pairs: Vec<_> =
        (first..=last).take(cores).map(|port| (([127, 0, 0, 5], port).into(), ([127, 0, 0, 1], port).into())).collect();
    let weakness = Weakness { loss_permille: 100, jitter: Duration::from_millis(60) };
    Ok((centre, WeakNetwork::start(&pairs, weakness)?, ports))
}

/// What was measured of all legs.
fn measured(centre: &Centre) -> Vec<Value> {
    let all = centre.facts().into_iter().map(|fact| fact["what"].clone());
    all.filter(|what| what["what"] == "quality_measured").collect()
}

fn is_weak(measured: &&Value) -> bool {
    measured["quality"]["loss_in_permille"].as_u64() > Some(50)
}

/// TEL-16: with 10 % loss and 60 ms of jitter both ways, each hears the other nearly all the time, and how weak the network is
/// stands in the record, every 5 s.
#[test]
fn tel_16_a_weak_network_is_hardly_heard() -> Result<(), KitError> {
    let (centre, network, _ports) = on_a_weak_network("browser_opus = true")?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    let before = network.lost();
    talk.call.listen(Duration::from_secs(12))?;
    assert!(network.lost() - before > 60, "the network is weak: {}", network.lost());
    assert!(alice.hears(CALLER_HZ)?);
    talk.call.hang_up()?;
    alice.wait_ended()?;
    let record = &centre.records(1)[0];
    let sides = read_wav(&exported(&centre, &talk.id))?;
    let agent = &sides[1];
    let parts: Vec<_> = (0..100).map(|part| agent.part(agent.seconds() - 11.0 + f64::from(part) * 0.1, 0.1)).collect();
    let drawn: String = parts.iter().map(|part| if part.has(ALICE_HZ) { '#' } else { '.' }).collect();
    let heard = drawn.matches('#').count();
    let measured = measured(&centre);
    // Two of a hundred are marred as a rule, and by chance a few more.
    assert!(heard >= 90, "{heard} of 100 parts of a tenth of a second bear her tone: {drawn} {measured:?}");
    let weak = measured.iter().filter(is_weak).count();
    assert!(weak >= 2, "every 5 s: {measured:?} {record}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-16: calls begin in G.711; those of a browser whose network was weak of late begin in Opus, without anybody's doing.
#[test]
fn tel_16_after_a_weak_call_the_next_begins_in_opus() -> Result<(), KitError> {
    let (centre, _network, _ports) = on_a_weak_network("")?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    assert_eq!(alice.figures()?.codec, "audio/PCMA");
    for _ in 0..10 {
        if measured(&centre).iter().filter(is_weak).count() >= 3 {
            break;
        }
        talk.call.listen(Duration::from_secs(3))?;
    }
    talk.call.hang_up()?;
    alice.wait_ended()?;
    centre.assert_quiet();
    let mut talk = talking(&centre, &mut alice)?;
    let codec = alice.figures()?.codec;
    assert!(codec == "audio/opus" || codec == "audio/red", "{codec}");
    talk.call.hang_up()?;
    alice.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-15, TEL-16: a browser whose network becomes weak, or that is to use little of it, changes to Opus in the call; a hold
/// changes nothing of what is spoken.
#[test]
fn tel_16_a_call_changes_to_opus() -> Result<(), KitError> {
    let centre = centre(&[])?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    alice.hold()?;
    alice.unhold()?;
    assert!(alice.hears(CALLER_HZ)?);
    assert_eq!(alice.figures()?.codec, "audio/PCMA");
    for (codecs, spoken) in [(&["red", "opus"][..], "audio/opus"), (&["opus"], "audio/opus"), (&["PCMA"], "audio/PCMA")]
    {
        alice.prefer(codecs)?;
        centre.until(spoken, || alice.figures().ok().filter(|figures| figures.codec == spoken));
        assert!(alice.hears(CALLER_HZ)? && talk.call.hears(ALICE_HZ)?, "{spoken}");
    }
    talk.call.hang_up()?;
    alice.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-15: with Opus both hear each other as well, and keys arrive, however a browser sends them beside it.
#[test]
fn tel_15_a_browser_speaks_opus() -> Result<(), KitError> {
    let centre = centre(&[("ring_timeout = \"30s\"", "ring_timeout = \"30s\"\nbrowser_opus = true")])?;
    let mut alice = alice(&centre)?;
    let mut talk = talking(&centre, &mut alice)?;
    let codec = alice.figures()?.codec;
    assert!(codec == "audio/opus" || codec == "audio/red", "{codec}");
    alice.press("7", "RFC2833")?;
    talk.call.wait_keys("7")?;
    assert!(talk.call.hears(ALICE_HZ)?, "the sound goes on after the key");
    alice.hold()?;
    assert!(alice.is_silent()?);
    alice.unhold()?;
    assert!(alice.hears(CALLER_HZ)?);
    talk.call.listen(Duration::from_secs(1))?;
    talk.call.hang_up()?;
    alice.wait_ended()?;
    centre.assert_quiet();
    let sides = read_wav(&exported(&centre, &talk.id))?;
    let end = |side: &Sound| side.part(side.seconds() - 0.6, 0.4);
    assert!(end(&sides[0]).has(CALLER_HZ) && end(&sides[1]).has(ALICE_HZ), "the recording holds both");
    centre.assert_replays();
    Ok(())
}
