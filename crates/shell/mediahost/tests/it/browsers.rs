//! Legs that speak WebRTC.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use bell_media::control::{Agreed, MediaAction, MediaNews, Negotiation, Plan, Voice, WebrtcOpening};
use bell_mediahost::WebrtcConfig;
use bell_types::{Codec, Digit, LegId};
use str0m::media::Direction;

use crate::browser::Browser;
use crate::party::{Party, talk};
use crate::trial::{Trial, leg};

pub(crate) fn trial() -> Trial {
    Trial::with(|config| config.webrtc = Some(WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])))
}

const fn opening(wished: Option<Codec>, first: Negotiation) -> WebrtcOpening {
    WebrtcOpening { wished, voice: Voice::G711, first }
}

fn described(trial: &mut Trial, leg: LegId) -> (String, Option<Agreed>) {
    trial.expect(leg, |news| match news {
        MediaNews::Described { sdp, agreed } => Some((sdp.clone(), agreed.clone())),
        _ => None,
    })
}

/// A browser that calls.
fn calls(trial: &mut Trial, leg: LegId, codec: Codec, tone_hz: f64) -> Browser {
    calls_from(trial, leg, Browser::new(codec, tone_hz), codec)
}

pub(crate) fn calls_from(trial: &mut Trial, leg: LegId, mut browser: Browser, codec: Codec) -> Browser {
    let first = Negotiation::TakeOffer(browser.offer());
    trial.tell(leg, MediaAction::OpenWebrtc(opening(None, first)));
    let (answer, agreed) = described(trial, leg);
    assert_eq!(agreed.unwrap().codec, codec);
    browser.take_answer(&answer);
    browser
}

/// A browser that is called.
fn is_called(trial: &mut Trial, leg: LegId, codec: Codec, tone_hz: f64) -> Browser {
    is_called_at(trial, leg, Browser::new(codec, tone_hz), codec)
}

pub(crate) fn is_called_at(trial: &mut Trial, leg: LegId, mut browser: Browser, codec: Codec) -> Browser {
    let opening = opening(Some(Codec::Pcma), Negotiation::Offer);
    trial.tell(leg, MediaAction::OpenWebrtc(opening));
    let (offer, agreed) = described(trial, leg);
    assert_eq!(agreed, None);
    let answer = browser.answer(&offer);
    trial.tell(leg, MediaAction::Negotiate(Negotiation::TakeAnswer(answer)));
    let agreed = trial.expect(leg, |news| match news {
        MediaNews::Agreed(agreed) => Some(agreed.clone()),
        _ => None,
    });
    assert_eq!(agreed.codec, codec);
    assert!(agreed.sending && agreed.receiving);
    browser
}

pub(crate) fn bridge(trial: &mut Trial) {
    trial.plan(leg(1), Plan::Leg(leg(2)));
    trial.plan(leg(2), Plan::Leg(leg(1)));
}

/// Lets a party and a browser talk for so long.
pub(crate) fn converse(party: &mut Party, browser: &mut Browser, millis: u64) {
    let until = Instant::now() + Duration::from_millis(millis);
    std::thread::scope(|scope| {
        scope.spawn(|| talk(&mut [party], millis));
        while Instant::now() < until {
            browser.step();
        }
    });
}

#[track_caller]
pub(crate) fn hears(browser: &Browser, heard: f64, unheard: f64) {
    assert!(browser.level(heard, 300) > -30.0, "{heard} Hz is at {:.1} dBov", browser.level(heard, 300));
    assert!(browser.level(unheard, 300) < -30.0, "{unheard} Hz is at {:.1} dBov", browser.level(unheard, 300));
}

/// TEL-12: whoever offers, in whichever law, both hear each other; nothing is transcoded if both speak the same.
#[test]
fn tel_12_a_browser_and_a_trunk_hear_each_other() {
    for (codec, offers) in [(Codec::Pcma, true), (Codec::Pcmu, true), (Codec::Pcma, false), (Codec::Pcmu, false)] {
        let mut trial = trial();
        let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
        let mut browser = if offers {
            calls(&mut trial, leg(2), codec, 1100.0)
        } else {
            is_called(&mut trial, leg(2), codec, 1100.0)
        };
        bridge(&mut trial);
        converse(&mut caller, &mut browser, 1500);
        assert!(browser.is_connected());
        caller.hears(&[1100.0], &[700.0]);
        hears(&browser, 700.0, 1100.0);
    }
}

/// What a browser sends for a key is made anew towards a trunk: some send only its end.
#[test]
fn a_browsers_key_is_made_anew() {
    let mut trial = trial();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut browser = calls(&mut trial, leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 800);
    browser.press(5);
    converse(&mut caller, &mut browser, 600);
    trial.expect(leg(2), |news| match news {
        MediaNews::Digit { digit, .. } => (*digit == Digit::try_from('5').unwrap()).then_some(()),
        _ => None,
    });
    assert!(caller.events.len() >= 6, "{:?}", caller.events);
    assert!(caller.events.iter().all(|event| event.code == 5), "{:?}", caller.events);
    caller.heard_one_stream();
    caller.forget();
    converse(&mut caller, &mut browser, 400);
    caller.hears(&[1100.0], &[]);
}

/// Hold and back, as JsSIP does it: another offer with another direction.
#[test]
fn a_browser_holds_and_comes_back() {
    let mut trial = trial();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut browser = calls(&mut trial, leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 800);
    for (direction, sending) in [(Direction::SendOnly, false), (Direction::SendRecv, true)] {
        let offer = browser.offer_again(direction);
        trial.tell(leg(2), MediaAction::Negotiate(Negotiation::TakeOffer(offer)));
        let (answer, agreed) = described(&mut trial, leg(2));
        assert_eq!(agreed.unwrap().sending, sending);
        browser.take_answer(&answer);
        converse(&mut caller, &mut browser, 200);
        browser.forget();
        caller.forget();
        converse(&mut caller, &mut browser, 500);
        assert_eq!(browser.packets.len() > 10, sending, "{direction}: {}", browser.packets.len());
        caller.hears(&[1100.0], &[700.0]);
    }
}

/// TEL-16: from Wi-Fi to 4G, the sound is back within a second in both directions, without signalling.
#[test]
fn tel_16_a_browser_changes_its_network() {
    let mut trial = trial();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut browser = is_called(&mut trial, leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 1000);
    browser.move_elsewhere();
    converse(&mut caller, &mut browser, 600);
    browser.forget();
    caller.forget();
    converse(&mut caller, &mut browser, 400);
    caller.hears(&[1100.0], &[700.0]);
    hears(&browser, 700.0, 1100.0);
}

/// 488: whoever speaks none of our codecs is told so, and so is whoever sends something else.
#[test]
fn what_leads_to_no_audio_is_unacceptable() {
    let mut trial = trial();
    let mut browser = Browser::new(Codec::G722, 1100.0);
    for (number, offer) in [(1, browser.offer()), (2, "v=0\r\n".to_owned()), (3, String::new())] {
        let first = Negotiation::TakeOffer(offer);
        trial.tell(leg(number), MediaAction::OpenWebrtc(opening(None, first)));
        trial.expect(leg(number), |news| matches!(news, MediaNews::Unacceptable { .. }).then_some(()));
        trial.tell(leg(number), MediaAction::Close);
    }
}

/// A host that is not set up for it says so.
#[test]
fn without_a_door_there_are_no_browsers() {
    let mut trial = Trial::start();
    let opening = opening(None, Negotiation::Offer);
    trial.tell(leg(1), MediaAction::OpenWebrtc(opening));
    trial.expect(leg(1), |news| matches!(news, MediaNews::Failed { .. }).then_some(()));
}

/// Who closes the page is gone at once; who is closed by us hears of it.
#[test]
fn both_sides_hear_of_the_end() {
    let mut trial = trial();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut browser = calls(&mut trial, leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 800);
    trial.tell(leg(2), MediaAction::Close);
    converse(&mut caller, &mut browser, 300);
    assert!(browser.closed);
    let quality = trial.expect(leg(2), |news| match news {
        MediaNews::Quality(quality) => Some(*quality),
        _ => None,
    });
    assert!(quality.packets_in > 20 && quality.packets_out > 20, "{quality:?}");
}

/// TEL-16: each side learns from the other's reports what is lost and how far away it is.
#[test]
fn tel_16_a_browser_reports_and_is_reported_to() {
    let mut trial = Trial::with(|config| {
        config.webrtc = Some(WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]));
        config.rtcp_interval = Duration::from_millis(300);
        config.quality_interval = Duration::from_millis(400);
    });
    let mut agent = calls(&mut trial, leg(1), Codec::Pcma, 1100.0);
    let mut caller = trial.connect(leg(2), Codec::Pcma, 700.0);
    bridge(&mut trial);
    for _ in 0..20 {
        converse(&mut caller, &mut agent, 500);
        if agent.round_trip.is_some() {
            break;
        }
    }
    assert!(agent.round_trip.is_some_and(|time| time < Duration::from_secs(1)), "{:?}", agent.round_trip);
    let told = trial.expect(leg(1), |news| match news {
        MediaNews::Quality(quality) if quality.round_trip_us.is_some() => Some(*quality),
        _ => None,
    });
    assert!(told.round_trip_us < Some(1_000_000) && told.loss_out_permille == Some(0), "{told:?}");
}

/// TEL-12: a browser that is agreed with and never comes has no way for its audio; one that was there and is silent has left.
#[test]
fn tel_12_who_never_came_is_told_from_who_has_left() {
    let mut trial = Trial::with(|config| {
        let standard = WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        config.webrtc = Some(WebrtcConfig { lost_after: Duration::from_millis(1_500), ..standard });
    });
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut browser = calls(&mut trial, leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 800);
    assert!(browser.is_connected());
    trial.expect_news(leg(2), &MediaNews::TimedOut);
    let _never_steps = calls(&mut trial, leg(3), Codec::Pcma, 1100.0);
    trial.expect_news(leg(3), &MediaNews::NoWay);
}
