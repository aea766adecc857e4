//! Offers and answers, as they meet in calls.

mod keys;

use std::net::SocketAddr;
use std::time::Duration;

use bell_types::{CallId, Cause, Codec, LegId, OwnKeys, Srtp};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select, subsequence};
use proptest::{prop_assert, prop_assert_eq, prop_assert_ne};

use crate::msg::status::Status;
use crate::sdp::description::{Audio, Description, Direction, Media, Origin, Profile, Refused};
use crate::sdp::parse::{SdpError, SdpLimits};
use crate::sdp::{Before, Local, Negotiated, Preference, Unacceptable, answer, offer, read_answer};

const LIMITS: SdpLimits = SdpLimits { media_count_max: 4, format_count_max: 16 };

const CARRIER: &[u8] = include_bytes!("../../fuzz-corpus/sdp/carrier.sdp");
const LINPHONE: &[u8] = include_bytes!("../../fuzz-corpus/sdp/linphone.sdp");
const HOLD: &[u8] = include_bytes!("../../fuzz-corpus/sdp/hold.sdp");
const HOLD_OLD: &[u8] = include_bytes!("../../fuzz-corpus/sdp/hold_old.sdp");
const TWO_AUDIO: &[u8] = include_bytes!("../../fuzz-corpus/sdp/two_audio.sdp");
const WEBRTC: &[u8] = include_bytes!("../../fuzz-corpus/sdp/webrtc.sdp");
const IPV6: &[u8] = include_bytes!("../../fuzz-corpus/sdp/ipv6.sdp");
const SWAPPED_TYPES: &[u8] = include_bytes!("../../fuzz-corpus/sdp/swapped_types.sdp");
const GROUP: &[u8] = include_bytes!("../../fuzz-corpus/sdp/group.sdp");

fn local() -> Local {
    Local {
        rtp: "198.51.100.1:20000".parse().unwrap(),
        codecs: Codec::ALL.to_vec(),
        events: true,
        rtcp_mux: true,
        packet_time: Duration::from_millis(20),
        packet_time_max: Duration::from_millis(60),
        srtp: Srtp::Off,
        keys: OwnKeys { leg: LegId { call: CallId::from_u64(1), number: 1 }, attempt: 0 },
        direction: Direction::SendRecv,
    }
}

fn read(body: &[u8]) -> Description {
    Description::parse(body, &LIMITS).unwrap()
}

fn text(description: &Description) -> String {
    description.to_string().replace("\r\n", "\n")
}

/// Our answer to this offer, from the line `m=` on, and what became of the leg.
fn answered(offer: &[u8], local: &Local) -> Result<(String, Negotiated), Unacceptable> {
    let (answer, negotiated) = answer(&read(offer), local, Preference::Ours, Before::First { id: 9 })?;
    let text = text(&answer);
    let media = text.find("m=").map_or("", |at| &text[at..]);
    Ok((media.to_owned(), negotiated))
}

fn check(offer: &[u8], expected: &str) -> Negotiated {
    let (text, negotiated) = answered(offer, &local()).unwrap();
    assert_eq!(text, expected);
    negotiated
}

#[test]
fn an_offer_of_ours_is_written_in_full() {
    assert_eq!(
        text(&offer(&local(), Before::First { id: 77 })),
        "v=0\n\
         o=- 77 1 IN IP4 198.51.100.1\n\
         s=-\n\
         c=IN IP4 198.51.100.1\n\
         t=0 0\n\
         m=audio 20000 RTP/AVP 8 0 9 101\n\
         a=rtpmap:8 PCMA/8000\n\
         a=rtpmap:0 PCMU/8000\n\
         a=rtpmap:9 G722/8000\n\
         a=rtpmap:101 telephone-event/8000\n\
         a=fmtp:101 0-15\n\
         a=ptime:20\n\
         a=rtcp-mux\n\
         a=sendrecv\n"
    );
}

#[test]
fn the_offer_of_a_carrier_is_answered_with_one_codec() {
    let negotiated = check(
        CARRIER,
        "m=audio 20000 RTP/AVP 8 101\n\
         a=rtpmap:8 PCMA/8000\n\
         a=rtpmap:101 telephone-event/8000\n\
         a=fmtp:101 0-15\n\
         a=ptime:20\n\
         a=sendrecv\n",
    );
    let expected = Negotiated {
        rtp: "203.0.113.5:30010".parse().unwrap(),
        rtcp: "203.0.113.5:30011".parse().unwrap(),
        rtcp_mux: false,
        send: (Codec::Pcma, 8),
        receive: vec![(Codec::Pcma, 8)],
        send_events: Some(101),
        receive_events: Some(101),
        packet_time: Duration::from_millis(20),
        srtp: None,
        sending: true,
        receiving: true,
    };
    assert_eq!(negotiated, expected);
}

#[test]
fn keys_are_taken_at_the_clock_of_the_codec_and_video_is_refused_in_its_place() {
    let negotiated = check(
        LINPHONE,
        "m=audio 20000 RTP/AVP 8 100\n\
         a=rtpmap:8 PCMA/8000\n\
         a=rtpmap:100 telephone-event/8000\n\
         a=fmtp:100 0-15\n\
         a=ptime:20\n\
         a=sendrecv\n\
         m=video 0 RTP/AVP 96\n",
    );
    assert_eq!(negotiated.rtcp, "192.0.2.7:7100".parse().unwrap());
}

#[test]
fn the_order_of_the_offer_or_ours_decides_the_codec() {
    let phone = read(LINPHONE);
    let send = |preference| answer(&phone, &local(), preference, Before::First { id: 1 }).unwrap().1.send;
    assert_eq!(send(Preference::Theirs), (Codec::Pcmu, 0));
    assert_eq!(send(Preference::Ours), (Codec::Pcma, 8));
}

#[test]
fn field_27_payload_types_are_those_of_the_leg_not_the_usual_ones() {
    let negotiated = check(
        SWAPPED_TYPES,
        "m=audio 20000 RTP/AVP 101 96\n\
         a=rtpmap:101 PCMU/8000\n\
         a=rtpmap:96 telephone-event/8000\n\
         a=fmtp:96 0-15\n\
         a=ptime:20\n\
         a=sendrecv\n",
    );
    assert_eq!((negotiated.send, negotiated.send_events), ((Codec::Pcmu, 101), Some(96)));
}

#[test]
fn field_27_each_side_may_number_its_payload_types_differently() {
    let ours = offer(&local(), Before::First { id: 1 });
    let answer = read(
        b"v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 97 98\n\
          a=rtpmap:97 PCMA/8000\na=rtpmap:98 telephone-event/8000\n",
    );
    let negotiated = read_answer(&ours, &answer, &local()).unwrap();
    assert_eq!((negotiated.send, negotiated.receive), ((Codec::Pcma, 97), vec![(Codec::Pcma, 8)]));
    assert_eq!((negotiated.send_events, negotiated.receive_events), (Some(98), Some(101)));
}

#[test]
fn hold_is_mirrored_in_every_form() {
    let (text, negotiated) = answered(HOLD, &local()).unwrap();
    assert!(text.ends_with("a=recvonly\n"));
    assert!(!negotiated.sending && negotiated.receiving);

    let (text, negotiated) = answered(HOLD_OLD, &local()).unwrap();
    assert!(text.ends_with("a=recvonly\n"));
    assert!(!negotiated.sending && negotiated.receiving);

    let held = Local { direction: Direction::SendOnly, ..local() };
    let (text, negotiated) = answered(HOLD, &held).unwrap();
    assert!(text.ends_with("a=inactive\n"));
    assert!(!negotiated.sending && !negotiated.receiving);
}

#[test]
fn we_hold_and_resume_with_offers_of_growing_versions() {
    let first = offer(&local(), Before::First { id: 5 });
    let hold = Local { direction: Direction::SendOnly, ..local() };
    let second = offer(&hold, Before::Sent(&first));
    let mut answer = read(CARRIER);
    if let Media::Audio(audio) = &mut answer.media[0] {
        audio.direction = Direction::RecvOnly;
    }
    let negotiated = read_answer(&second, &answer, &hold).unwrap();
    assert!(negotiated.sending && !negotiated.receiving);
    let third = offer(&local(), Before::Sent(&second));
    let versions = [&first, &second, &third].map(|description| description.origin.version);
    assert_eq!(versions, [1, 2, 3]);
    // A refresh changes nothing, and says so (RFC 3264 §8).
    assert_eq!(offer(&local(), Before::Sent(&third)), third);
}

#[test]
fn a_new_offer_keeps_the_lines_and_payload_types_of_our_last_answer() {
    let (answered, _) = answer(&read(LINPHONE), &local(), Preference::Ours, Before::First { id: 5 }).unwrap();
    let next = offer(&local(), Before::Sent(&answered));
    let text = text(&next);
    assert!(text.starts_with("v=0\no=- 5 2 "), "{text}");
    assert!(text.contains("m=audio 20000 RTP/AVP 8 0 9 100\n"), "{text}");
    assert!(text.ends_with("m=video 0 RTP/AVP 96\n"), "{text}");

    let (answered, _) = answer(&read(SWAPPED_TYPES), &local(), Preference::Ours, Before::First { id: 5 }).unwrap();
    let (_, audio) = answered.audio().unwrap();
    assert_eq!(audio.codecs, [(Codec::Pcmu, 101)]);
    let next = offer(&local(), Before::Sent(&answered));
    let (_, audio) = next.audio().unwrap();
    assert_eq!(audio.codecs, [(Codec::Pcma, 8), (Codec::Pcmu, 101), (Codec::G722, 9)]);
    assert_eq!(audio.events, Some(96));
}

#[test]
fn notes_16_a_delayed_offer_is_answered_in_the_ack() {
    // Their INVITE had no body: our 200 offers, their ACK answers.
    let ours = offer(&local(), Before::First { id: 3 });
    let negotiated = read_answer(&ours, &read(CARRIER), &local()).unwrap();
    assert_eq!(negotiated.send, (Codec::Pcma, 8));
    assert_eq!(negotiated.receive, [(Codec::Pcma, 8), (Codec::Pcmu, 0)]);
    // Our INVITE had no body: their 200 offers, our ACK answers.
    let (_, negotiated) = answer(&read(CARRIER), &local(), Preference::Ours, Before::First { id: 3 }).unwrap();
    assert_eq!(negotiated.send, (Codec::Pcma, 8));
}

#[test]
fn audio_without_a_format_we_know_keeps_its_place_and_is_refused() {
    let unknown = "m=audio 0 RTP/AVP 7 98\r\n";
    let head = "v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\n";
    let theirs = read(format!("{head}m=audio 4000 RTP/AVP 7 98\nm=audio 4002 RTP/AVP 8\n").as_bytes());
    assert!(theirs.to_string().contains(unknown), "{theirs}");
    let (answered, _) = answer(&theirs, &local(), Preference::Ours, Before::First { id: 1 }).unwrap();
    assert!(answered.to_string().contains(unknown), "{answered}");
    assert_eq!(answered.audio().map(|(place, _)| place), Some(1));
}

#[test]
fn a_refused_line_and_a_missing_codec_are_told_apart_and_both_are_a_488() {
    let phone = Local { codecs: vec![Codec::G722], ..local() };
    assert_eq!(answered(HOLD, &phone).unwrap_err(), Unacceptable::NoCommonCodec);
    assert_eq!(answered(WEBRTC, &local()).unwrap_err(), Unacceptable::NoAudio);
    assert_eq!(answered(GROUP, &local()).unwrap_err(), Unacceptable::NoAudio);
    let ours = offer(&phone, Before::First { id: 1 });
    let refused = read(b"v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 0 RTP/AVP 9\n");
    assert_eq!(read_answer(&ours, &refused, &phone), Err(Unacceptable::NoAudio));
    assert_eq!(read_answer(&ours, &read(HOLD), &phone), Err(Unacceptable::NoCommonCodec));
    for why in [Unacceptable::NoAudio, Unacceptable::NoCommonCodec] {
        assert_eq!(Status::from(Cause::from(why)), Status::NOT_ACCEPTABLE_HERE);
    }
}

/// A gateway that knows no telephone-event answers our offer of it: its keys are in the audio.
#[test]
fn an_answer_without_events_sends_none() {
    let ours = offer(&local(), Before::First { id: 1 });
    assert!(ours.audio().is_some_and(|(_, audio)| audio.events.is_some()));
    let plain = "v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 8\n";
    let negotiated = read_answer(&ours, &read(plain.as_bytes()), &local()).unwrap();
    assert_eq!((negotiated.send_events, negotiated.receive_events), (None, None));
    let knows = format!("{plain}a=rtpmap:97 telephone-event/8000\n").replace("AVP 8", "AVP 8 97");
    let negotiated = read_answer(&ours, &read(knows.as_bytes()), &local()).unwrap();
    assert_eq!((negotiated.send_events, negotiated.receive_events), (Some(97), Some(101)));
}

#[test]
fn of_two_audio_lines_the_one_in_the_clear_is_taken() {
    let expected = "m=audio 0 RTP/SAVP 8\n\
        m=audio 20000 RTP/AVP 8\n\
        a=rtpmap:8 PCMA/8000\n\
        a=ptime:20\n\
        a=sendrecv\n\
        m=image 0 udptl t38\n";
    let negotiated = check(TWO_AUDIO, expected);
    assert_eq!((negotiated.send_events, negotiated.receive_events), (None, None));
}

#[test]
fn a_shared_port_and_packet_times_are_negotiated() {
    let negotiated =
        check(IPV6, "m=audio 20000 RTP/AVPF 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=rtcp-mux\na=sendrecv\n");
    let address: SocketAddr = "[2001:db8::7]:4000".parse().unwrap();
    assert_eq!((negotiated.rtp, negotiated.rtcp, negotiated.rtcp_mux), (address, address, true));
    assert_eq!(negotiated.packet_time, Duration::from_millis(30));
    for (lines, expected) in [
        ("a=ptime:20.0", 20),
        ("a=ptime:25", 20),
        ("a=ptime:5", 10),
        ("a=ptime:200", 60),
        ("a=ptime:40\na=maxptime:30", 30),
        ("a=ptime:0", 20),
        ("a=ptime:x", 20),
    ] {
        let offer = format!("v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 8\n{lines}\n");
        let (_, negotiated) = answered(offer.as_bytes(), &local()).unwrap();
        assert_eq!(negotiated.packet_time, Duration::from_millis(expected), "{lines}");
    }
}

#[test]
fn malformed_descriptions_are_refused() {
    let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\n";
    let cases = [
        (String::new(), SdpError::Version),
        ("<audio>".to_owned(), SdpError::Version),
        ("v=0\nm=audio 1 RTP/AVP 8\nc=IN IP4 192.0.2.7\n".to_owned(), SdpError::Missing('o')),
        ("v=0\no=- x 1 IN IP4 h\n".to_owned(), SdpError::Line('o')),
        ("v=0\no=- 1\n".to_owned(), SdpError::Line('o')),
        (format!("{head}m=audio 4000 RTP/AVP 8\n"), SdpError::Missing('c')),
        (format!("{head}m=audio 4000 RTP/AVP\n"), SdpError::Line('m')),
        (format!("{head}m=audio 70000 RTP/AVP 8\n"), SdpError::Line('m')),
        (format!("{head}{}", "m=video 0 RTP/AVP 31\n".repeat(5)), SdpError::TooLarge),
        (format!("{head}m=audio 1 RTP/AVP{}\n", " 8".repeat(17)), SdpError::TooLarge),
    ];
    for (body, expected) in cases {
        assert_eq!(Description::parse(body.as_bytes(), &LIMITS), Err(expected), "{body}");
    }
}

/// Audio with random payload types that differ from each other.
fn audio() -> impl Strategy<Value = Audio> {
    let types = subsequence((96..=127).collect::<Vec<u8>>(), 4);
    let codecs = subsequence(Codec::ALL.to_vec(), 1..=3);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<Index>());
    let keys =
        select(vec![(Profile::Avp, 0), (Profile::Avp, 1), (Profile::Avp, 2), (Profile::Savp, 1), (Profile::Savpf, 2)]);
    let how = (keys, select(Direction::ALL.to_vec()));
    (types, codecs, flags, how, 1..u16::MAX, proptest::option::of(1..200_u16)).prop_map(
        |(types, codecs, (events, mux, usual, first), ((profile, keys), direction), port, ptime_ms)| {
            let first = first.index(types.len());
            let dynamic = types.iter().cycle().skip(first).copied();
            let numbered = codecs.into_iter().zip(dynamic);
            let number =
                |(codec, number): (Codec, u8)| (codec, if usual { codec.static_payload_type() } else { number });
            let rtp = SocketAddr::new("192.0.2.7".parse().unwrap(), port);
            Audio {
                rtp,
                rtcp: mux.then_some(rtp),
                rtcp_mux: mux,
                profile,
                crypto: keys::offered(keys),
                codecs: numbered.map(number).collect(),
                events: events.then_some(types[(first + 3) % 4]),
                ptime_ms,
                maxptime_ms: None,
                direction,
            }
        },
    )
}

fn description() -> impl Strategy<Value = Description> {
    let video = Media::Refused(Refused { kind: "video".into(), protocol: "RTP/AVP".into(), formats: "31 96".into() });
    let media = prop_oneof![
        audio().prop_map(|audio| vec![Media::Audio(audio)]),
        audio().prop_map(move |audio| vec![video.clone(), Media::Audio(audio)]),
    ];
    (media, any::<u64>(), any::<u64>()).prop_map(|(media, id, version)| Description {
        origin: Origin { id, version, address: "192.0.2.7".into() },
        media,
    })
}

/// TEL-12: what a browser offers is known by its transport, and is nothing for us to answer.
#[test]
fn tel_12_a_browsers_offer_is_known_by_its_transport() {
    let offer = |lines: &str| {
        let text = format!("v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n{lines}");
        read(text.as_bytes()).is_webrtc()
    };
    let opus = "c=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";
    assert!(offer(&format!("m=audio 9 UDP/TLS/RTP/SAVPF 111 8\r\n{opus}")));
    assert!(offer(&format!("m=audio 9 TCP/TLS/RTP/SAVPF 111\r\n{opus}")));
    assert!(!offer(&format!("m=video 9 UDP/TLS/RTP/SAVPF 111\r\n{opus}")));
    assert!(!offer(&format!("m=audio 9 RTP/SAVPF 111\r\n{opus}")));
    let either = "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=audio 4000 RTP/AVP 8\r\nc=IN IP4 192.0.2.7\r\n";
    assert!(!offer(&either.replace("SAVPF 8\r\n", "SAVPF 8\r\nc=IN IP4 192.0.2.7\r\n")), "plain RTP is enough");
}

proptest! {
    #[test]
    fn a_description_reads_as_it_was_written(description in description()) {
        prop_assert_eq!(read(description.to_string().as_bytes()), description);
    }

    #[test]
    fn field_27_both_ends_agree_whatever_the_payload_types(offered in description(), ours in audio()) {
        let local = Local {
            codecs: ours.codecs.iter().map(|(codec, _)| *codec).collect(),
            events: ours.events.is_some(),
            direction: ours.direction,
            ..local()
        };
        let (_, theirs) = offered.audio().unwrap();
        let peer = Local { rtp: theirs.rtp, events: theirs.events.is_some(), ..local.clone() };
        match answer(&offered, &local, Preference::Ours, Before::First { id: 1 }) {
            Err(why) => prop_assert_eq!(why, Unacceptable::NoCommonCodec),
            Ok((answered, here)) => {
                prop_assert_eq!(answered.media.len(), offered.media.len());
                let there = read_answer(&offered, &answered, &peer).unwrap();
                prop_assert_eq!(there.send.0, here.send.0);
                prop_assert!(there.receive.contains(&here.send));
                prop_assert!(here.receive.contains(&there.send));
                prop_assert_ne!(Some(here.send.1), here.send_events);
                prop_assert_eq!((here.sending, here.receiving), (there.receiving, there.sending));
                prop_assert_eq!(here.srtp.is_some(), !theirs.crypto.is_empty());
                prop_assert_eq!(here.send_events, there.receive_events.filter(|_| local.events));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(lines in proptest::collection::vec("[voscamt=:/ .0-9A-Za-z-]{0,24}", 0..12)) {
        let body = format!("v=0\no=- 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 8 101\n{}", lines.join("\n"));
        crate::fuzz::fuzz_sdp(body.as_bytes());
    }
}
