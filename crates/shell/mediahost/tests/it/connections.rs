//! Browsers that no UDP leads to.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use bell_media::control::{MediaAction, MediaNews, Negotiation, Voice, WebrtcOpening};
use bell_mediahost::{TcpConfig, WebrtcConfig};
use bell_types::Codec;
use str0m::media::Direction;

use crate::browser::{Browser, is_cut, tcp_address};
use crate::browsers::{bridge, calls_from, converse, hears, is_called_at, trial};
use crate::trial::{Trial, leg};

/// Nothing takes longer, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(10);

fn trial_with(change: impl FnOnce(&mut TcpConfig)) -> Trial {
    Trial::with(|config| {
        let mut webrtc = WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        change(webrtc.tcp.as_mut().expect("TCP is offered"));
        config.webrtc = Some(webrtc);
    })
}

/// Our offer to a browser.
fn offer(trial: &mut Trial) -> String {
    let opening = WebrtcOpening { wished: None, voice: Voice::G711, first: Negotiation::Offer };
    trial.tell(leg(9), MediaAction::OpenWebrtc(opening));
    trial.expect(leg(9), |news| match news {
        MediaNews::Described { sdp, .. } => Some(sdp.clone()),
        _ => None,
    })
}

/// Where browsers connect.
fn door(trial: &mut Trial) -> SocketAddr {
    tcp_address(&offer(trial)).expect("an address for TCP")
}

fn stranger(door: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(door).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    stream
}

#[track_caller]
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::yield_now();
    }
}

/// TEL-12: where no UDP gets through, whoever offers, both hear each other; held and back; and at the end the connection
/// is closed.
#[test]
fn tel_12_without_udp_a_browser_and_a_trunk_hear_each_other() {
    for offers in [true, false] {
        let mut trial = trial();
        let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
        let browser = Browser::without_udp(Codec::Pcma, 1100.0);
        let mut browser = if offers {
            calls_from(&mut trial, leg(2), browser, Codec::Pcma)
        } else {
            is_called_at(&mut trial, leg(2), browser, Codec::Pcma)
        };
        bridge(&mut trial);
        converse(&mut caller, &mut browser, 1500);
        assert!(browser.is_connected());
        caller.hears(&[1100.0], &[700.0]);
        hears(&browser, 700.0, 1100.0);
        for direction in [Direction::SendOnly, Direction::SendRecv] {
            let again = browser.offer_again(direction);
            trial.tell(leg(2), MediaAction::Negotiate(Negotiation::TakeOffer(again)));
            let answer = trial.expect(leg(2), |news| match news {
                MediaNews::Described { sdp, .. } => Some(sdp.clone()),
                _ => None,
            });
            browser.take_answer(&answer);
        }
        browser.forget();
        converse(&mut caller, &mut browser, 600);
        hears(&browser, 700.0, 1100.0);
        assert_eq!(trial.host().gauges().connections, 1);
        trial.tell(leg(2), MediaAction::Close);
        until("the connection is closed", || browser.is_cut());
        until("it is not counted any more", || trial.host().gauges().connections == 0);
        assert_eq!(trial.host().gauges().connections_cut, 0, "all was in order");
    }
}

/// TEL-12: UDP comes first, and TCP is not offered where it is switched off.
#[test]
fn tel_12_udp_comes_first() {
    let priority = |sdp: &str, over: &str| -> u32 {
        let line = sdp.lines().find(|line| line.starts_with("a=candidate:") && line.contains(over)).unwrap();
        line.split(' ').nth(3).unwrap().parse().unwrap()
    };
    let sdp = offer(&mut trial());
    assert!(priority(&sdp, " udp ") > priority(&sdp, " tcp "), "{sdp}");
    let mut without = Trial::with(|config| {
        let webrtc = WebrtcConfig::standard(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        config.webrtc = Some(WebrtcConfig { tcp: None, ..webrtc });
    });
    assert_eq!(tcp_address(&offer(&mut without)), None);
}

/// TEL-12: bad input costs the connection it came by, at once: another protocol, a packet without end, a check of nobody, a
/// check of somebody with a wrong proof. A call that goes on does not notice.
#[test]
fn tel_12_bad_input_costs_only_the_connection() {
    let mut trial = trial();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let browser = Browser::without_udp(Codec::Pcma, 1100.0);
    let mut browser = calls_from(&mut trial, leg(2), browser, Codec::Pcma);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 800);
    let sdp = offer(&mut trial);
    let name = sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap();
    let inputs: [Vec<u8>; 5] = [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![0xFF, 0xFF],
        vec![0, 3, 1, 2, 3],
        framed(&check("nobody:x")),
        framed(&check(&format!("{name}:x"))),
    ];
    for (number, input) in (1..).zip(inputs) {
        let mut stream = stranger(tcp_address(&sdp).unwrap());
        stream.write_all(&input).unwrap();
        until(&format!("{input:?} is cut"), || is_cut(&mut stream));
        until("it is counted", || trial.host().gauges().connections_cut == number);
    }
    browser.forget();
    converse(&mut caller, &mut browser, 600);
    hears(&browser, 700.0, 1100.0);
    assert_eq!(trial.host().gauges().connections, 1);
}

/// TEL-12: who says nothing is cut after a while, and one source does not take more than its share.
#[test]
fn tel_12_silent_connections_have_an_end_and_a_number() {
    let mut trial = trial_with(|tcp| tcp.check_within = Duration::from_millis(300));
    let door = door(&mut trial);
    let mut silent = stranger(door);
    until("the silent one is cut", || is_cut(&mut silent));
    let mut trial = trial_with(|tcp| tcp.strangers_per_source_max = 3);
    let address = self::door(&mut trial);
    let mut streams: Vec<_> = (0..4).map(|_| stranger(address)).collect();
    until("one is too many", || is_cut(&mut streams[3]));
    assert!(streams[..3].iter_mut().all(|stream| !is_cut(stream)));
    let mut trial = trial_with(|tcp| tcp.connections_max = 2);
    let address = self::door(&mut trial);
    let mut streams: Vec<_> = (0..3).map(|_| stranger(address)).collect();
    until("the worker has enough", || is_cut(&mut streams[2]));
    until("it says so", || trial.host().gauges().connections == 2);
    drop(streams);
    until("there is room again", || trial.host().gauges().connections == 0);
    let mut next = stranger(address);
    until("another one is taken", || trial.host().gauges().connections == 1);
    assert!(!is_cut(&mut next));
}

/// TEL-12: a browser that shows no more that it may be sent to loses its connection, whatever becomes of its leg.
#[test]
fn tel_12_a_connection_without_consent_is_closed() {
    let mut trial = trial_with(|tcp| tcp.silent_max = Duration::from_secs(1));
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let browser = Browser::without_udp(Codec::Pcma, 1100.0);
    let mut browser = calls_from(&mut trial, leg(2), browser, Codec::Pcma);
    bridge(&mut trial);
    converse(&mut caller, &mut browser, 1500);
    hears(&browser, 700.0, 1100.0);
    until("the connection is cut", || browser.is_cut());
    until("it is counted", || trial.host().gauges().connections_cut == 1);
}

fn framed(packet: &[u8]) -> Vec<u8> {
    [&u16::try_from(packet.len()).unwrap().to_be_bytes(), packet].concat()
}

/// A check to whom this names, which nobody has signed.
fn check(username: &str) -> Vec<u8> {
    let padded = username.len().next_multiple_of(4);
    let mut check = vec![0, 1];
    check.extend(u16::try_from(4 + padded).unwrap().to_be_bytes());
    check.extend([0x21, 0x12, 0xA4, 0x42]);
    check.extend([7; 12]);
    check.extend([0, 6]);
    check.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
    check.extend(username.as_bytes());
    check.resize(24 + padded, 0);
    check
}
