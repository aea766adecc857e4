//! Prompts, music and tones.

use bell_media::control::{AudioId, BargeIn, Keeping, MediaAction, MediaNews, Plan, PlayId, Repeat, Tone};
use bell_media::tone::{Generator, level_of};
use bell_types::{Codec, Digit, DigitVia, PromptEnd};

use std::time::Duration;

use crate::party::{Party, talk, talk_until};
use crate::trial::{Trial, leg};

fn ended(play: u32, how: PromptEnd) -> MediaNews {
    MediaNews::PlayEnded { play: PlayId(play), how }
}

fn tone(trial: &Trial, name: u8, tone_hz: f64, millis: usize, rate_hz: u32) -> AudioId {
    let samples = Generator::sine(tone_hz, -12.0, rate_hz).samples(rate_hz as usize * millis / 1000);
    trial.audio(name, &samples, rate_hz)
}

/// Which of the tones is heard in each 100 ms.
fn melody(party: &Party, tones: &[f64]) -> Vec<Option<usize>> {
    let rate_hz = party.codec.sample_rate_hz();
    let blocks = party.heard.chunks_exact(rate_hz as usize / 10);
    blocks.map(|block| tones.iter().position(|&hz| level_of(block, hz, rate_hz) > -20.0)).collect()
}

#[test]
fn pieces_are_played_in_order_and_to_their_end_in_every_codec() {
    for codec in Codec::ALL {
        let mut trial = Trial::start();
        let greeting = tone(&trial, 1, 600.0, 330, 8000);
        let menu = tone(&trial, 2, 1200.0, 470, 44_100);
        let mut party = trial.connect(leg(1), codec, 2000.0);
        trial.play(leg(1), 5, &[greeting, menu], Repeat::Once, BargeIn::No);
        talk(&mut [&mut party], 1000);
        trial.expect_news(leg(1), &ended(5, PromptEnd::Completed));
        let heard = melody(&party, &[600.0, 1200.0]);
        assert_eq!(heard[1..3], [Some(0), Some(0)], "{codec}: {heard:?}");
        assert_eq!(heard[4..7], [Some(1), Some(1), Some(1)], "{codec}: {heard:?}");
        assert_eq!(party.headers.len(), 40, "800 ms in packets of 20 ms");
        assert!(party.headers[0].marker && !party.headers[1].marker);
        party.heard_one_stream();
    }
}

/// A caller hears what he has said, in his codec: all of it, and nothing from before or after.
#[test]
fn what_a_leg_has_said_is_played_to_it() {
    for codec in Codec::ALL {
        let mut trial = Trial::start();
        let sine = |hz| Generator::sine(hz, -12.0, codec.sample_rate_hz());
        let mut party = trial.connect(leg(1), codec, 600.0);
        talk(&mut [&mut party], 200);
        trial.tell(leg(1), MediaAction::Keep(Keeping::Begin(Duration::from_secs(60))));
        party.say(sine(1200.0));
        talk(&mut [&mut party], 600);
        trial.tell(leg(1), MediaAction::Keep(Keeping::End));
        party.say(sine(2000.0));
        talk(&mut [&mut party], 200);
        party.forget();
        trial.play(leg(1), 3, &[AudioId::own_speech()], Repeat::Once, BargeIn::No);
        talk(&mut [&mut party], 900);
        trial.expect_news(leg(1), &ended(3, PromptEnd::Completed));
        let heard = melody(&party, &[600.0, 1200.0, 2000.0]);
        assert_eq!(heard[1..5], [Some(1); 4], "{codec}: {heard:?}");
        assert!((27..=33).contains(&party.headers.len()), "{codec}: 600 ms, {} packets", party.headers.len());
        trial.tell(leg(1), MediaAction::Keep(Keeping::Forget));
        trial.play(leg(1), 4, &[AudioId::own_speech()], Repeat::Once, BargeIn::No);
        talk(&mut [&mut party], 100);
        trial.expect_news(leg(1), &ended(4, PromptEnd::Failed));
    }
}

#[test]
fn music_goes_round_until_the_next_plan() {
    let mut trial = Trial::start();
    let music = tone(&trial, 1, 600.0, 250, 16_000);
    let mut party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    trial.play(leg(1), 1, &[music], Repeat::Forever, BargeIn::No);
    talk(&mut [&mut party], 900);
    assert!(party.headers.len() >= 40);
    party.hears(&[600.0], &[]);
    trial.plan(leg(1), Plan::Silence);
    trial.expect_news(leg(1), &ended(1, PromptEnd::Stopped));
    talk(&mut [&mut party], 60);
    party.forget();
    talk(&mut [&mut party], 200);
    assert!(party.headers.is_empty());
}

#[test]
fn a_key_ends_a_prompt_when_it_goes_down() {
    let mut trial = Trial::start();
    let long = tone(&trial, 1, 600.0, 5000, 8000);
    let mut party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    trial.play(leg(1), 3, &[long], Repeat::Once, BargeIn::Yes);
    talk(&mut [&mut party], 300);
    party.press("4");
    talk(&mut [&mut party], 400);
    let order: Vec<_> = trial
        .seen()
        .iter()
        .map(|event| &event.what)
        .filter(|news| matches!(news, MediaNews::PlayEnded { .. } | MediaNews::Digit { .. }))
        .cloned()
        .collect();
    assert_eq!(order.len(), 2, "{order:?}");
    assert_eq!(order[0], ended(3, PromptEnd::BargedIn));
    let MediaNews::Digit { digit, held, via } = order[1] else {
        panic!("{order:?}");
    };
    assert_eq!((Some(digit), via), (Digit::from_char('4'), DigitVia::TelephoneEvent));
    assert_eq!(held.as_millis(), 100);
    // It was over before the key was let go: 300 ms, and what one packet and the wheel take.
    assert!(party.headers.len() <= 20, "{}", party.headers.len());
}

#[test]
fn a_key_that_ended_one_prompt_does_not_end_the_next() {
    let mut trial = Trial::start();
    let long = tone(&trial, 1, 600.0, 5000, 8000);
    let mut party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    trial.play(leg(1), 1, std::slice::from_ref(&long), Repeat::Once, BargeIn::Yes);
    talk(&mut [&mut party], 200);
    party.press("4");
    talk(&mut [&mut party], 40);
    trial.expect_news(leg(1), &ended(1, PromptEnd::BargedIn));
    // The key is still down.
    trial.play(leg(1), 2, &[long], Repeat::Once, BargeIn::Yes);
    talk(&mut [&mut party], 400);
    trial.expect(leg(1), |news| matches!(news, MediaNews::Digit { .. }).then_some(()));
    party.hears(&[600.0], &[]);
    party.press("5");
    talk(&mut [&mut party], 40);
    trial.expect_news(leg(1), &ended(2, PromptEnd::BargedIn));
}

#[test]
fn a_key_leaves_a_notice_alone() {
    let mut trial = Trial::start();
    let notice = tone(&trial, 1, 600.0, 600, 8000);
    let mut party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    trial.play(leg(1), 3, &[notice], Repeat::Once, BargeIn::No);
    talk(&mut [&mut party], 100);
    party.press("4");
    talk(&mut [&mut party], 800);
    trial.expect_news(leg(1), &ended(3, PromptEnd::Completed));
    assert_eq!(party.headers.len(), 30);
}

#[test]
fn what_cannot_be_played_ends_as_failed() {
    let mut trial = Trial::start();
    let broken = trial.file(1, b"RIFF....WAVE this is no audio");
    let missing = AudioId("ab".repeat(32).into());
    let hostile = AudioId("../../../../etc/passwd".into());
    let silent = tone(&trial, 2, 600.0, 0, 8000);
    let party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    for (play, piece) in [(1, broken), (2, missing), (3, hostile), (4, silent)] {
        trial.play(leg(1), play, &[piece], Repeat::Forever, BargeIn::No);
        trial.expect_news(leg(1), &ended(play, PromptEnd::Failed));
    }
    drop(party);
}

#[test]
fn a_prompt_ends_in_time_while_the_other_side_is_on_hold() {
    let mut trial = Trial::start();
    let prompt = tone(&trial, 1, 600.0, 200, 8000);
    let mut party = Party::new(Codec::Pcma, 2000.0);
    party.target = trial.open(leg(1));
    let mut held = party.remote();
    held.sending = false;
    trial.tell(leg(1), MediaAction::SetRemote(held));
    trial.play(leg(1), 1, &[prompt], Repeat::Once, BargeIn::No);
    trial.expect_news(leg(1), &ended(1, PromptEnd::Completed));
    talk(&mut [&mut party], 40);
    assert!(party.headers.is_empty());
}

/// GB/T 3380: busy is 0.35 s on and 0.35 s off.
#[test]
fn tones_have_the_cadence_of_the_network() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 2000.0);
    trial.plan(leg(1), Plan::Tone(Tone::Busy));
    assert!(talk_until(&mut [&mut party], 2000, |parties| parties[0].heard.len() >= 8 * 1400));
    for (from, to, sounds) in [(50, 300, true), (400, 650, false), (750, 1000, true), (1100, 1350, false)] {
        let level = level_of(&party.heard[8 * from..8 * to], 450.0, 8000);
        assert_eq!(level > -20.0, sounds, "{from} ms: {level:.1} dBov");
    }
}

#[test]
fn the_other_side_chooses_the_packet_time() {
    let mut trial = Trial::start();
    let mut party = Party::new(Codec::Pcma, 2000.0);
    party.target = trial.open(leg(1));
    let mut remote = party.remote();
    remote.packet_time = Duration::from_millis(30);
    trial.tell(leg(1), MediaAction::SetRemote(remote));
    trial.plan(leg(1), Plan::Tone(Tone::Congestion));
    talk(&mut [&mut party], 600);
    assert_eq!(party.heard.len() / party.headers.len(), 240);
    assert!((17..=20).contains(&party.headers.len()), "{}", party.headers.len());
}
