//! Who hears whom.

use std::time::Duration;

use bell_media::control::{MediaAction, MediaNews, Plan};
use bell_media::tone::SUPERVISION_TONE_HZ;
use bell_types::Codec;

use crate::party::{EVENTS, Party, talk};
use crate::trial::{Trial, leg};

fn bridge(trial: &mut Trial) {
    trial.plan(leg(1), Plan::Leg(leg(2)));
    trial.plan(leg(2), Plan::Leg(leg(1)));
}

#[test]
fn two_legs_hear_each_other_and_not_themselves() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut agent = trial.connect(leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    talk(&mut [&mut caller, &mut agent], 600);
    caller.hears(&[1100.0], &[700.0]);
    agent.hears(&[700.0], &[1100.0]);
    for party in [&caller, &agent] {
        party.heard_one_stream();
        assert!(party.headers.len() >= 28, "{}", party.headers.len());
    }
}

#[test]
fn every_pair_of_codecs_hears_each_other() {
    for (ours, theirs) in
        [(Codec::Pcma, Codec::Pcmu), (Codec::Pcma, Codec::G722), (Codec::G722, Codec::Pcmu), (Codec::G722, Codec::G722)]
    {
        let mut trial = Trial::start();
        let mut caller = trial.connect(leg(1), ours, 700.0);
        let mut agent = trial.connect(leg(2), theirs, 1100.0);
        bridge(&mut trial);
        talk(&mut [&mut caller, &mut agent], 800);
        caller.hears(&[1100.0], &[700.0]);
        agent.hears(&[700.0], &[1100.0]);
        caller.heard_one_stream();
        let level = caller.level(1100.0, 300);
        assert!((-13.5..-10.5).contains(&level), "{ours} hears {theirs} at {level:.1} dBov");
    }
}

#[test]
fn losses_stay_losses_in_a_relay_and_are_concealed_where_we_decode() {
    for (theirs, arrives) in [(Codec::Pcma, 36..=37), (Codec::Pcmu, 39..=40)] {
        let mut trial = Trial::start();
        let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
        let mut agent = trial.connect(leg(2), theirs, 1100.0);
        bridge(&mut trial);
        talk(&mut [&mut caller, &mut agent], 300);
        caller.loses_each = Some(10);
        talk(&mut [&mut caller, &mut agent], 200);
        agent.forget();
        talk(&mut [&mut caller, &mut agent], 800);
        agent.hears(&[700.0], &[]);
        assert!(arrives.contains(&agent.headers.len()), "{theirs}: {}", agent.headers.len());
        trial.tell(leg(1), MediaAction::Close);
        let lost = trial.expect(leg(1), |news| match news {
            MediaNews::Quality(quality) => Some(quality.loss_in_permille),
            _ => None,
        });
        assert!((60..=100).contains(&lost), "{lost}");
    }
}

/// Field complaint 35: a transfer must not leave anybody deaf.
#[test]
fn the_stream_goes_on_from_prompt_to_bridge_to_another_agent() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut first = trial.connect(leg(2), Codec::Pcma, 1100.0);
    let mut second = trial.connect(leg(3), Codec::Pcma, 1500.0);
    trial.plan(leg(1), Plan::Tone(bell_media::control::Tone::Ringback));
    talk(&mut [&mut caller, &mut first, &mut second], 400);
    caller.hears(&[450.0], &[1100.0]);
    bridge(&mut trial);
    talk(&mut [&mut caller, &mut first, &mut second], 400);
    caller.hears(&[1100.0], &[450.0, 1500.0]);
    trial.tell(leg(2), MediaAction::Close);
    trial.plan(leg(1), Plan::Leg(leg(3)));
    trial.plan(leg(3), Plan::Leg(leg(1)));
    talk(&mut [&mut caller, &mut second], 400);
    caller.hears(&[1500.0], &[1100.0]);
    second.hears(&[700.0], &[]);
    caller.heard_one_stream();
}

#[test]
fn a_plan_may_name_a_leg_that_opens_later() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Leg(leg(2)));
    let mut agent = trial.connect(leg(2), Codec::Pcma, 1100.0);
    talk(&mut [&mut caller, &mut agent], 400);
    caller.hears(&[1100.0], &[]);
}

#[test]
fn in_a_mix_everybody_hears_everybody_else_at_the_asked_level() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut agent = trial.connect(leg(2), Codec::G722, 1100.0);
    let mut supervisor = trial.connect(leg(3), Codec::Pcmu, 1500.0);
    let voices = |gains: [u16; 3]| {
        let gains = gains.iter().zip(1..).map(|(&gain, number)| (leg(number), gain));
        Plan::Mix(gains.filter(|voice| voice.1 > 0).collect())
    };
    trial.plan(leg(1), voices([100, 100, 0]));
    trial.plan(leg(2), voices([100, 100, 25]));
    trial.plan(leg(3), voices([100, 100, 100]));
    talk(&mut [&mut caller, &mut agent, &mut supervisor], 800);
    caller.hears(&[1100.0], &[700.0, 1500.0]);
    agent.hears(&[700.0, 1500.0], &[1100.0]);
    supervisor.hears(&[700.0, 1100.0], &[1500.0]);
    let whispered = agent.level(700.0, 300) - agent.level(1500.0, 300);
    assert!((11.0..13.0).contains(&whispered), "a quarter is 12 dB less: {whispered:.1}");
}

/// REC-18: the tone sounds at once, pauses, and sounds again; the agent hears the caller beside it, and the caller hears the
/// agent alone.
#[test]
fn rec_18_an_agent_hears_a_tone_beside_the_caller() {
    for codec in [Codec::Pcma, Codec::G722] {
        let mut trial = Trial::start();
        let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
        let mut agent = trial.connect(leg(2), codec, 1100.0);
        let every = Duration::from_millis(1200);
        trial.plan(leg(1), Plan::Leg(leg(2)));
        trial.plan(leg(2), Plan::Supervised { voices: vec![(leg(1), 100)], every });
        talk(&mut [&mut caller, &mut agent], 360);
        agent.hears(&[700.0, SUPERVISION_TONE_HZ], &[1100.0]);
        let softer = agent.level(700.0, 300) - agent.level(SUPERVISION_TONE_HZ, 300);
        assert!(softer > 5.0, "{codec}: speech is heard over it: {softer:.1} dB");
        talk(&mut [&mut caller, &mut agent], 500);
        agent.hears(&[700.0], &[SUPERVISION_TONE_HZ, 1100.0]);
        talk(&mut [&mut caller, &mut agent], 700);
        agent.hears(&[700.0, SUPERVISION_TONE_HZ], &[1100.0]);
        caller.hears(&[1100.0], &[SUPERVISION_TONE_HZ]);
        agent.heard_one_stream();
    }
}

#[test]
fn keys_pass_a_bridge_as_events_or_as_tones() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut modern = trial.connect(leg(2), Codec::Pcma, 1100.0);
    bridge(&mut trial);
    talk(&mut [&mut caller, &mut modern], 200);
    caller.press("7");
    talk(&mut [&mut caller, &mut modern], 400);
    let pressed: Vec<_> = modern.events.iter().map(|event| (event.code, event.end)).collect();
    assert_eq!(pressed.first(), Some(&(7, false)));
    assert_eq!(pressed.last(), Some(&(7, true)));
    assert!(modern.headers.iter().any(|header| header.payload_type == EVENTS));
    modern.heard_one_stream();

    let mut old = modern.remote();
    old.send_events = None;
    trial.tell(leg(2), MediaAction::SetRemote(old));
    talk(&mut [&mut caller, &mut modern], 100);
    modern.forget();
    caller.press("7");
    talk(&mut [&mut caller, &mut modern], 500);
    assert!(modern.events.is_empty());
    assert!(has_tone(&modern, 852.0) && has_tone(&modern, 1209.0));
}

/// Whether a key's tone sounded at some time.
fn has_tone(party: &Party, tone_hz: f64) -> bool {
    let mut blocks = party.heard.chunks_exact(400);
    blocks.any(|block| bell_media::tone::level_of(block, tone_hz, 8000) > -25.0)
}
