//! Keys in both directions.

use bell_media::control::{MediaAction, MediaNews};
use bell_media::dtmf;
use bell_media::tone::level_of;
use bell_types::{Codec, Digit, DigitVia, Digits};

use crate::party::{Party, talk, talk_until};
use crate::trial::{Trial, leg};

fn pressed(trial: &mut Trial) -> (String, Vec<DigitVia>) {
    let digits = trial.seen().iter().filter_map(|event| match &event.what {
        MediaNews::Digit { digit, via, .. } => Some((digit.as_char(), *via)),
        _ => None,
    });
    digits.unzip()
}

#[test]
fn every_key_arrives_once_and_in_order() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    talk(&mut [&mut party], 100);
    party.press("0123456789*#");
    talk(&mut [&mut party], 12 * 200 + 300);
    let (keys, via) = pressed(&mut trial);
    assert_eq!(keys, "0123456789*#");
    assert!(via.iter().all(|&via| via == DigitVia::TelephoneEvent));
}

#[test]
fn keys_in_the_audio_count_only_without_a_better_way() {
    for (codec, negotiated, expected) in [(Codec::Pcma, false, "7"), (Codec::G722, false, "7"), (Codec::Pcma, true, "")]
    {
        let mut trial = Trial::start();
        let mut party = Party::new(codec, 700.0);
        party.target = trial.open(leg(1));
        let mut remote = party.remote();
        if !negotiated {
            remote.receive_events = None;
        }
        trial.tell(leg(1), MediaAction::SetRemote(remote));
        let key = Digit::from_char('7').unwrap();
        party.say(dtmf::tones(key, -15.0, codec.sample_rate_hz()));
        talk(&mut [&mut party], 140);
        party.say(bell_media::tone::Generator::sine(0.0, f64::NEG_INFINITY, codec.sample_rate_hz()));
        talk(&mut [&mut party], 200);
        let (keys, via) = pressed(&mut trial);
        assert_eq!(keys, expected, "{codec}");
        assert!(via.iter().all(|&via| via == DigitVia::InBand));
    }
}

#[test]
fn keys_are_sent_as_events_or_as_tones() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::SendDigits(Digits::parse("5#").unwrap()));
    let ends = |party: &Party, code| party.events.iter().filter(|event| event.code == code && event.end).count();
    let sent = talk_until(&mut [&mut party], 2000, |parties| ends(parties[0], 11) == 3);
    assert!(sent, "{:?}", party.events);
    assert_eq!(ends(&party, 5), 3, "RFC 4733 §2.5.1.4: the end is sent three times");
    party.heard_one_stream();

    let mut old = party.remote();
    old.send_events = None;
    trial.tell(leg(1), MediaAction::SetRemote(old));
    party.forget();
    trial.tell(leg(1), MediaAction::SendDigits(Digits::parse("5").unwrap()));
    talk(&mut [&mut party], 400);
    let block = &party.heard[..800];
    assert!(level_of(block, 770.0, 8000) > -20.0 && level_of(block, 1336.0, 8000) > -20.0);
    assert!(party.events.is_empty());
}

#[test]
fn a_repeated_command_does_not_press_twice() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    let digits = MediaAction::SendDigits(Digits::parse("5").unwrap());
    let id = trial.tell(leg(1), digits.clone());
    trial.repeat(id, leg(1), digits);
    talk(&mut [&mut party], 700);
    assert_eq!(party.events.iter().filter(|event| event.end).count(), 3);
}
