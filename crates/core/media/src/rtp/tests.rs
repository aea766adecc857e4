use std::time::Duration;

use bell_types::{Mono, Now, Wall};
use proptest::prelude::*;

use super::{Arrival, Header, Kind, Packet, PacketError, Receiver, Sender, Spurt, kind};

fn ms(ms: u64) -> Mono {
    Mono::from_micros(ms * 1000)
}

fn header(seq: u16, timestamp: u32) -> Header {
    Header { marker: false, payload_type: 8, seq, timestamp, ssrc: 9 }
}

#[test]
fn what_no_packet_may_look_like() {
    let cases: [(&[u8], PacketError); 6] = [
        (&[0x80, 8, 0], PacketError::TooShort),
        (&[0x00; 12], PacketError::Version(0)),
        (&[0x82, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], PacketError::Truncated),
        (&[0x90, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xBE, 0xDE, 0, 1], PacketError::Truncated),
        (&[0xA0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], PacketError::Padding),
        (&[0xA0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0], PacketError::Padding),
    ];
    for (bytes, error) in cases {
        assert_eq!(Packet::parse(bytes), Err(error));
    }
}

#[test]
fn a_payload_is_found_behind_csrcs_and_extension_and_before_padding() {
    let mut bytes = vec![0xB1, 0x88, 0x12, 0x34, 0, 0, 0, 160, 0, 0, 0, 9];
    bytes.extend([1, 1, 1, 1]);
    bytes.extend([0xBE, 0xDE, 0, 1, 5, 5, 5, 5]);
    bytes.extend([0xD5, 0xD6, 0xD7, 0, 0, 3]);
    let packet = Packet::parse(&bytes).unwrap();
    assert_eq!(packet.payload, [0xD5, 0xD6, 0xD7]);
    assert_eq!(packet.header, Header { marker: true, payload_type: 8, seq: 0x1234, timestamp: 160, ssrc: 9 });
    let place = packet.place();
    let sent = header(1, 2).write_before(&mut bytes, place).to_vec();
    assert_eq!(sent.len(), 12 + 3, "CSRC, extension and padding are gone");
    assert_eq!(Packet::parse(&sent).unwrap().payload, [0xD5, 0xD6, 0xD7]);
}

#[test]
fn rtp_and_rtcp_are_told_apart_on_one_port() {
    assert_eq!(kind(&[0x80, 0x88]), Kind::Rtp);
    assert_eq!(kind(&[0x80, 8]), Kind::Rtp);
    assert_eq!(kind(&[0x80, 200]), Kind::Rtcp);
    assert_eq!(kind(&[0x00, 1]), Kind::Other, "STUN");
    assert_eq!(kind(&[22, 254]), Kind::Other, "DTLS");
    assert_eq!(kind(&[]), Kind::Other);
}

/// Feeds sequence numbers 20 ms apart.
fn arrivals(seqs: &[u16]) -> (Vec<Arrival>, Receiver) {
    let mut receiver = Receiver::new(8000);
    let arrivals = seqs
        .iter()
        .zip(0u32..)
        .map(|(&seq, index)| receiver.receive(ms(u64::from(index) * 20), &header(seq, index * 160)))
        .collect();
    (arrivals, receiver)
}

#[test]
fn a_receiver_says_what_each_packet_is() {
    use Arrival::{AfterGap, Duplicate, First, InOrder, Late, Restarted, Suspect};
    let cases: [(&str, &[u16], &[Arrival]); 7] = [
        ("in order", &[1, 2, 3], &[First, InOrder, InOrder]),
        ("over the wrap", &[65_534, 65_535, 0, 1], &[First, InOrder, InOrder, InOrder]),
        ("loss", &[1, 4], &[First, AfterGap(2)]),
        ("order over the wrap", &[65_535, 1, 0, 2], &[First, AfterGap(1), Late, InOrder]),
        ("twice", &[1, 2, 2, 1], &[First, InOrder, Duplicate, Duplicate]),
        ("one stray", &[1, 30_000, 2], &[First, Suspect, InOrder]),
        ("began anew", &[1, 30_000, 30_001, 30_002], &[First, Suspect, Restarted, InOrder]),
    ];
    for (name, seqs, expected) in cases {
        assert_eq!(arrivals(seqs).0, expected, "{name}");
    }
}

#[test]
fn a_new_source_must_prove_itself() {
    let mut receiver = Receiver::new(8000);
    receiver.receive(ms(0), &header(1, 0));
    let other = |seq| Header { ssrc: 77, ..header(seq, 0) };
    assert_eq!(receiver.receive(ms(20), &other(500)), Arrival::Suspect);
    assert_eq!(receiver.receive(ms(20), &header(2, 160)), Arrival::InOrder);
    assert_eq!(receiver.receive(ms(40), &other(600)), Arrival::Suspect);
    assert_eq!(receiver.receive(ms(60), &other(601)), Arrival::Restarted);
    assert_eq!(receiver.ssrc(), Some(77));
}

#[test]
fn loss_is_reported_as_rfc_3550_counts_it() {
    let (_, mut receiver) = arrivals(&[10, 11, 13, 14, 14, 17]);
    let interval = receiver.take_interval();
    assert_eq!((interval.expected, interval.received, interval.duplicates), (8, 5, 1));
    assert_eq!(interval.loss_permille(), 375);
    let report = receiver.report(ms(200)).unwrap();
    assert_eq!((report.cumulative_lost, report.fraction_lost), (3, 96), "3 of 8 in 1/256");
    assert_eq!(report.highest_seq & 0xFFFF, 17);
    receiver.receive(ms(220), &header(18, 960));
    let report = receiver.report(ms(240)).unwrap();
    assert_eq!((report.cumulative_lost, report.fraction_lost), (3, 0), "none since");
    assert_eq!(receiver.take_interval().loss_permille(), 0);
    assert_eq!(receiver.take_interval(), super::Interval::default());
}

#[test]
fn a_restart_loses_nothing_from_the_interval() {
    let (_, mut receiver) = arrivals(&[1, 2, 5, 40_000, 40_001, 40_002]);
    let interval = receiver.take_interval();
    assert_eq!((interval.expected, interval.received), (7, 5), "5 of the old stream, 2 of the new");
}

#[test]
fn jitter_follows_rfc_3550() {
    let mut steady = Receiver::new(8000);
    let mut shaken = Receiver::new(8000);
    for index in 0..500u32 {
        let due = u64::from(index) * 20;
        steady.receive(ms(due), &header(index as u16, index * 160));
        shaken.receive(ms(due + u64::from(index % 2) * 10), &header(index as u16, index * 160));
    }
    assert_eq!(steady.jitter_us(), 0);
    // Every transit differs by 10 ms from the one before, which is what the estimate converges to.
    assert!((9000..=10_000).contains(&shaken.jitter_us()), "{}", shaken.jitter_us());
}

proptest! {
    #[test]
    fn counts_of_a_stream_add_up(order in prop::collection::vec(0u16..60, 1..200), first in any::<u16>()) {
        let seqs: Vec<u16> = order.iter().map(|offset| first.wrapping_add(*offset)).collect();
        let (_, mut receiver) = arrivals(&seqs);
        let interval = receiver.take_interval();
        prop_assert!(interval.received <= interval.expected);
        prop_assert_eq!(interval.received + interval.duplicates, seqs.len() as u32);
    }

    #[test]
    fn a_header_survives_being_written(marker: bool, payload_type in 0u8..128, seq: u16, timestamp: u32, ssrc: u32, payload: Vec<u8>) {
        let header = Header { marker, payload_type, seq, timestamp, ssrc };
        let mut bytes = Vec::new();
        header.write(&payload, &mut bytes);
        let packet = Packet::parse(&bytes).unwrap();
        prop_assert_eq!((packet.header, packet.payload), (header, &payload[..]));
    }

    #[test]
    fn any_bytes_are_a_packet_or_an_error(bytes: Vec<u8>) {
        crate::fuzz::rtp(&bytes);
    }

    /// Whatever is put into a stream in whatever order, the other side sees each number once and time that moves on.
    #[test]
    fn a_stream_that_leaves_has_no_double_and_no_jump(steps in prop::collection::vec((0u8..4, any::<u16>(), any::<u32>()), 1..60)) {
        let mut sender = Sender::new(1, 65_500, u32::MAX - 1000);
        let mut incoming = header(0, 0);
        let mut last: Option<Header> = None;
        let mut now = 0;
        for (source, (what, seq, timestamp)) in (10..).zip(steps) {
            now += 20;
            incoming = match what {
                // The source goes on, or begins anew.
                0 | 1 => Header { seq: incoming.seq.wrapping_add(1), timestamp: incoming.timestamp.wrapping_add(160), ..incoming },
                _ => Header { seq, timestamp, ssrc: source, ..incoming },
            };
            let out = match what {
                1 => sender.make(ms(now), 8, 160, Spurt::Goes),
                _ => sender.relay(ms(now), &incoming, 8, 160).unwrap(),
            };
            if let Some(last) = last {
                prop_assert_eq!(out.seq, last.seq.wrapping_add(1));
                prop_assert_eq!(out.timestamp.wrapping_sub(last.timestamp), 160);
            }
            last = Some(out);
        }
    }
}

#[test]
fn relaying_keeps_gaps_and_late_packets() {
    let mut sender = Sender::new(1, 100, 1000);
    let relay = |sender: &mut Sender, at, seq, timestamp| {
        sender.relay(ms(at), &header(seq, timestamp), 8, 160).map(|header| (header.seq, header.timestamp))
    };
    assert_eq!(relay(&mut sender, 0, 7, 160), Some((100, 1000)));
    assert_eq!(relay(&mut sender, 40, 9, 480), Some((102, 1320)));
    assert_eq!(relay(&mut sender, 45, 8, 320), Some((101, 1160)));
    assert_eq!(relay(&mut sender, 60, 10, 640), Some((103, 1480)));
    assert_eq!(relay(&mut sender, 65, 6, 0), None, "from before we began to relay");
    assert_eq!(sender.packets(), 4);
}

#[test]
fn hours_are_relayed_without_a_break() {
    let mut sender = Sender::new(1, 100, 1000);
    let mut receiver = Receiver::new(8000);
    for index in 0..400_000u32 {
        let now = ms(u64::from(index) * 20);
        let incoming = header(index as u16, index.wrapping_mul(160));
        let out = sender.relay(now, &incoming, 8, 160).unwrap();
        assert_eq!(out.seq, 100u16.wrapping_add(index as u16));
        assert_eq!(out.timestamp, 1000u32.wrapping_add(index.wrapping_mul(160)));
        assert!(matches!(receiver.receive(now, &out), Arrival::First | Arrival::InOrder));
    }
    let late = header(399_990u32 as u16, 399_990 * 160);
    let out = sender.relay(ms(8_000_000), &late, 8, 160).unwrap();
    assert_eq!(out.seq, 100u16.wrapping_add(399_990u32 as u16), "a late packet after hours keeps its place");
    assert_eq!((receiver.jitter_us(), receiver.take_interval().loss_permille()), (0, 0));
}

#[test]
fn a_change_of_source_bears_the_marker_and_follows_real_time() {
    let mut sender = Sender::new(1, 100, 1000);
    let first = sender.make(ms(0), 8, 160, Spurt::Begins);
    assert!(first.marker);
    let second = sender.make(ms(21), 8, 160, Spurt::Goes);
    assert_eq!((second.marker, second.timestamp), (false, 1160), "paced by samples, not by the clock");
    let relayed = sender.relay(ms(521), &header(7, 99), 8, 160).unwrap();
    assert_eq!((relayed.marker, relayed.seq), (true, 102));
    assert_eq!(relayed.timestamp, 1160 + 4000, "half a second later");
    sender.source_changed();
    let other = sender.relay(ms(541), &header(7, 99), 8, 160).unwrap();
    assert_eq!((other.marker, other.seq, other.timestamp), (true, 103, 5320));
}

#[test]
fn a_marker_that_arrives_is_passed_on() {
    let mut sender = Sender::new(1, 100, 1000);
    sender.relay(ms(0), &header(1, 0), 8, 160);
    let spurt = Header { marker: true, ..header(2, 8000) };
    let out = sender.relay(ms(1000), &spurt, 8, 160).unwrap();
    assert_eq!((out.marker, out.timestamp), (true, 9000));
}

#[test]
fn an_event_keeps_the_timestamp_of_its_beginning() {
    let mut sender = Sender::new(1, 100, 1000);
    sender.make(ms(0), 8, 160, Spurt::Begins);
    let first = sender.make_event(ms(20), 101, None);
    let next = sender.make_event(ms(40), 101, Some(first.timestamp));
    assert_eq!((first.marker, first.timestamp, first.seq), (true, 1160, 101));
    assert_eq!((next.marker, next.timestamp, next.seq), (false, 1160, 102));
    let audio = sender.make(ms(60), 8, 160, Spurt::Begins);
    assert_eq!((audio.marker, audio.timestamp, audio.seq), (true, 1480, 103));
}

#[test]
fn a_sender_report_names_the_present_on_both_clocks() {
    let mut sender = Sender::new(1, 100, 1000);
    sender.make(ms(0), 8, 160, Spurt::Begins);
    let now = Now { mono: ms(0), wall: Wall::from_micros(0) };
    let info = sender.report(now.after(Duration::from_millis(500)));
    assert_eq!((info.rtp_timestamp, info.packets, info.octets), (5000, 1, 160));
    assert_eq!(info.ntp.0, 2_208_988_800 << 32 | 1 << 31);
}
