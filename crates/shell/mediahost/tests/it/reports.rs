//! Quality, RTCP, silence.

use std::net::SocketAddr;
use std::time::Duration;

use bell_media::control::{MediaAction, MediaNews, Plan};
use bell_media::rtcp::{self, Compound, Message, Ntp, ReportBlock};
use bell_media::tone::Generator;
use bell_mediahost::Config;
use bell_types::{Codec, Direction, LegQuality, SilenceCause};

use crate::party::{Party, talk, talk_until};
use crate::trial::{Trial, leg};

fn quality(news: &MediaNews) -> Option<LegQuality> {
    match news {
        MediaNews::Quality(quality) => Some(*quality),
        _ => None,
    }
}

#[test]
fn a_leg_says_how_it_sounds() {
    let mut trial = Trial::with(|config| config.quality_interval = Duration::from_millis(500));
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut party], 1200);
    trial.expect(leg(1), quality);
    let second = trial.expect(leg(1), quality);
    assert!((20..=32).contains(&second.packets_in), "{second:?}");
    assert_eq!(second.packets_in, second.packets_out);
    assert_eq!((second.level_in_dbov, second.level_out_dbov), (Some(-12), Some(-12)));
    assert_eq!(second.loss_in_permille, 0);
    assert!(second.mos_centi > 400, "{second:?}");
}

#[test]
fn reports_tell_loss_and_round_trip() {
    let mut trial = Trial::with(|config| {
        config.rtcp_interval = Duration::from_millis(300);
        config.quality_interval = Duration::from_millis(400);
    });
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Echo);
    let reported = talk_until(&mut [&mut party], 3000, |parties| {
        let sent = parties[0].reports.iter().flat_map(|report| rtcp::parse(report));
        sent.flatten().any(|message| match message {
            Message::SenderReport { mut blocks, .. } => blocks.next().is_some(),
            _ => false,
        })
    });
    assert!(reported, "{:?}", party.reports);
    let (ssrc, ntp) = sender_report(&party);
    let block = ReportBlock {
        ssrc,
        fraction_lost: 64,
        cumulative_lost: 5,
        highest_seq: 0,
        jitter: 0,
        last_sr: ntp.middle(),
        delay_since_last_sr: 0,
    };
    let mut answer = Vec::new();
    let compound = Compound { ssrc: 700, sent: None, received: Some(block), cname: "party", leaving: false };
    compound.write(&mut answer);
    let rtcp = SocketAddr::new(party.target.ip(), party.target.port() + 1);
    party.rtcp.send_to(&answer, rtcp).unwrap();
    talk(&mut [&mut party], 600);
    let told = trial.expect(leg(1), |news| quality(news).filter(|quality| quality.round_trip_us.is_some()));
    assert_eq!(told.loss_out_permille, Some(250));
    // The report was at most as old as this test.
    assert!(told.round_trip_us.unwrap() < 3_000_000, "{told:?}");
}

fn sender_report(party: &Party) -> (u32, Ntp) {
    let messages = party.reports.iter().rev().flat_map(|report| rtcp::parse(report));
    let report = messages.flatten().find_map(|message| match message {
        Message::SenderReport { ssrc, info, .. } => Some((ssrc, info.ntp)),
        _ => None,
    });
    report.unwrap()
}

fn impatient(config: &mut Config) {
    config.legs.source_held = Duration::from_millis(100);
    for watch in [&mut config.silence.inbound, &mut config.silence.outbound] {
        watch.no_packets_after = Duration::from_millis(300);
        watch.silent_packets_after = Duration::from_millis(400);
        watch.gone_after = Duration::from_millis(1000);
        watch.refused_min = 5;
    }
}

fn began(cause: SilenceCause) -> MediaNews {
    MediaNews::SilenceBegan { direction: Direction::Inbound, cause }
}

const ENDED: MediaNews = MediaNews::SilenceEnded { direction: Direction::Inbound };

/// DIA-04: silence in one direction is a fact with a cause.
#[test]
fn dia_04_silence_has_a_cause_and_an_end() {
    let mut trial = Trial::with(impatient);
    let mut party = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.expect_news(leg(1), &began(SilenceCause::NoPackets));
    talk(&mut [&mut party], 100);
    trial.expect_news(leg(1), &ENDED);
    party.say(Generator::sine(0.0, f64::NEG_INFINITY, 8000));
    talk(&mut [&mut party], 700);
    trial.expect_news(leg(1), &began(SilenceCause::SilentPackets));
    party.say(Generator::sine(700.0, -12.0, 8000));
    talk(&mut [&mut party], 100);
    trial.expect_news(leg(1), &ENDED);
    let mut stranger = Party::new(Codec::Pcma, 700.0);
    stranger.target = party.target;
    talk(&mut [&mut stranger], 500);
    trial.expect_news(leg(1), &began(SilenceCause::WrongSource));
}

#[test]
fn dia_04_a_wrong_format_is_a_cause() {
    let mut trial = Trial::with(impatient);
    let mut party = Party::new(Codec::Pcma, 700.0);
    party.target = trial.open(leg(1));
    let mut remote = party.remote();
    remote.receive = vec![(Codec::Pcmu, 0)];
    trial.tell(leg(1), MediaAction::SetRemote(remote));
    talk(&mut [&mut party], 600);
    trial.expect_news(leg(1), &began(SilenceCause::WrongFormat));
}

#[test]
fn dia_04_we_notice_that_we_send_nothing() {
    let mut trial = Trial::with(impatient);
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.plan(leg(1), Plan::Leg(leg(2)));
    talk(&mut [&mut caller], 600);
    trial.expect_news(
        leg(1),
        &MediaNews::SilenceBegan { direction: Direction::Outbound, cause: SilenceCause::NoPackets },
    );
}

/// DIA-06: a phone that is gone is noticed; one on hold is not gone.
#[test]
fn dia_06_a_dead_leg_times_out_and_a_held_one_does_not() {
    let mut trial = Trial::with(impatient);
    let mut dead = trial.connect(leg(1), Codec::Pcma, 700.0);
    let held = Party::new(Codec::Pcma, 900.0);
    trial.open(leg(2));
    let mut remote = held.remote();
    remote.receiving = false;
    trial.tell(leg(2), MediaAction::SetRemote(remote));
    talk(&mut [&mut dead], 100);
    trial.expect_news(leg(1), &MediaNews::TimedOut);
    let of_held = trial.seen().iter().filter(|event| event.leg == leg(2)).count();
    assert_eq!(of_held, 0);
}
