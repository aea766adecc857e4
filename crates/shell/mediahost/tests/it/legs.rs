//! A leg opens, learns where its other side is, echoes, and closes.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use bell_media::control::{MediaAction, MediaNews, Plan};
use bell_types::Codec;

use crate::party::{Party, talk};
use crate::trial::{Trial, leg};

#[test]
fn an_echo_gives_back_what_is_said() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 600);
    trial.expect_news(leg(1), &MediaNews::Flowing);
    party.hears(&[700.0], &[1000.0]);
    party.heard_one_stream();
    assert!(party.headers.len() >= 28, "{}", party.headers.len());
}

/// TEL-21: a phone behind NAT declares a private address.
#[test]
fn audio_goes_where_audio_comes_from() {
    let mut trial = Trial::start();
    let mut party = Party::new(Codec::Pcmu, 700.0);
    party.target = trial.open(leg(1));
    let mut remote = party.remote();
    remote.rtp = SocketAddr::from((Ipv4Addr::new(127, 9, 9, 9), 4000));
    trial.tell(leg(1), MediaAction::SetRemote(remote));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 400);
    party.hears(&[700.0], &[]);
}

#[test]
fn a_stranger_gets_nothing_and_disturbs_nothing() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut stranger = Party::new(Codec::Pcma, 1300.0);
    stranger.target = party.target;
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 200);
    talk(&mut [&mut party, &mut stranger], 400);
    party.hears(&[700.0], &[1300.0]);
    assert!(stranger.headers.is_empty());
    assert!(trial.host().gauges().refused >= 15);
}

#[test]
fn a_flood_of_strangers_costs_a_settled_leg_nothing() {
    let mut trial = Trial::with(|config| config.latch.settle = Duration::from_millis(100));
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 400);
    party.forget();
    let mut stranger = Party::new(Codec::Pcma, 1300.0);
    stranger.target = party.target;
    for _ in 0..20 {
        // The kernel says that nobody is there, and so does sending.
        (0..200).for_each(|_| drop(stranger.rtp.send_to(&[0x80; 172], stranger.target)));
        talk(&mut [&mut party], 20);
    }
    party.hears(&[700.0], &[1300.0]);
    party.heard_one_stream();
    assert!(party.headers.len() >= 18, "{}", party.headers.len());
    assert_eq!(trial.host().gauges().refused, 0);
}

/// TEL-21: a phone that changes its network in the middle of a call.
#[test]
fn a_phone_that_moves_is_found_again() {
    let mut trial = Trial::with(|config| {
        config.latch.settle = Duration::from_millis(100);
        config.latch.relearn_after = Duration::from_millis(400);
        config.legs.source_held = Duration::from_millis(200);
    });
    let mut before = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut before], 400);
    let mut after = Party::new(Codec::Pcma, 900.0);
    after.target = before.target;
    // Until the leg lets the old address go, the kernel turns the new one away.
    talk(&mut [&mut after], 1500);
    after.hears(&[900.0], &[]);
    let known = before.headers.len();
    talk(&mut [&mut before, &mut after], 200);
    assert_eq!(before.headers.len(), known);
}

#[test]
fn a_new_offer_moves_the_leg_and_its_stream_goes_on() {
    let mut trial = Trial::start();
    let mut before = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut before], 300);
    let mut after = Party::new(Codec::G722, 900.0);
    after.target = before.target;
    trial.tell(leg(1), MediaAction::SetRemote(after.remote()));
    talk(&mut [&mut after], 400);
    after.hears(&[900.0], &[700.0]);
    let (last, first) = (before.headers.last().unwrap(), after.headers[0]);
    assert_eq!(last.ssrc, first.ssrc);
    let step = first.seq.wrapping_sub(last.seq);
    assert!((1..=3).contains(&step), "{step}");
}

#[test]
fn on_hold_nothing_is_sent_and_the_leg_comes_back() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 200);
    let mut held = party.remote();
    held.sending = false;
    trial.tell(leg(1), MediaAction::SetRemote(held));
    // What was under way when the command was given may still come.
    talk(&mut [&mut party], 60);
    party.forget();
    talk(&mut [&mut party], 200);
    assert_eq!(party.headers.len(), 0);
    trial.tell(leg(1), MediaAction::SetRemote(party.remote()));
    talk(&mut [&mut party], 400);
    party.hears(&[700.0], &[]);
    party.heard_one_stream();
}

#[test]
fn a_closed_leg_says_goodbye_and_frees_its_ports() {
    // A range of its own: tests that run beside this one take any port that is free.
    let mut trial = Trial::with(|config| config.ports = 18_100..=18_139);
    let free = trial.host().gauges().ports_free;
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 200);
    trial.tell(leg(1), MediaAction::Close);
    let quality = trial.expect(leg(1), |news| match news {
        MediaNews::Quality(quality) => Some(*quality),
        _ => None,
    });
    assert!(quality.packets_in >= 8 && quality.packets_out >= 8, "{quality:?}");
    talk(&mut [&mut party], 60);
    // RFC 3550 §6.6: the last packet of a compound packet is BYE.
    let goodbye = party.reports.last().unwrap();
    let bye = &goodbye[goodbye.len() - 8..];
    assert_eq!((bye[0], bye[1]), (0x81, 203));
    // Both ports can be bound again.
    let _rtp = UdpSocket::bind(party.target).unwrap();
    let _rtcp = UdpSocket::bind((party.target.ip(), party.target.port() + 1)).unwrap();
    trial.open(leg(2));
    trial.tell(leg(2), MediaAction::Close);
    let gone = |trial: &Trial| {
        let gauges = trial.host().gauges();
        gauges.legs == 0 && gauges.ports_free == free
    };
    assert!(crate::party::talk_until(&mut [&mut party], 2000, |_| gone(&trial)));
}

#[test]
fn nonsense_is_counted_and_ignored() {
    let mut trial = Trial::start();
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 100);
    let rtcp = SocketAddr::new(party.target.ip(), party.target.port() + 1);
    for len in 0..64 {
        let noise: Vec<u8> = (0..len).map(|octet: u8| octet.wrapping_mul(151) ^ len).collect();
        party.rtp.send_to(&noise, party.target).unwrap();
        party.rtcp.send_to(&noise, rtcp).unwrap();
    }
    talk(&mut [&mut party], 400);
    party.hears(&[700.0], &[]);
    assert!(trial.host().gauges().malformed >= 64);
}
