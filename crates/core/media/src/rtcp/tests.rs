use std::time::Duration;

use bell_types::Wall;
use proptest::prelude::*;

use super::{Compound, CompoundError, Message, Ntp, ReportBlock, SenderInfo, parse};

const BLOCK: ReportBlock = ReportBlock {
    ssrc: 0xCAFE,
    fraction_lost: 64,
    cumulative_lost: -5,
    highest_seq: 0x0001_0007,
    jitter: 40,
    last_sr: 0x1234_5678,
    delay_since_last_sr: 65_536,
};

const INFO: SenderInfo = SenderInfo { ntp: Ntp(0x0123_4567_89AB_CDEF), rtp_timestamp: 160, packets: 3, octets: 480 };

fn compound(sent: Option<SenderInfo>, received: Option<ReportBlock>, cname: &str, leaving: bool) -> Vec<u8> {
    let mut out = Vec::new();
    Compound { ssrc: 7, sent, received, cname, leaving }.write(&mut out);
    out
}

#[test]
fn a_compound_packet_survives_being_written() {
    let bytes = compound(Some(INFO), Some(BLOCK), "k3v9", true);
    let messages: Vec<_> = parse(&bytes).map(Result::unwrap).collect();
    let [
        Message::SenderReport { ssrc: 7, info, blocks },
        Message::Description { ssrc: 7, cname },
        Message::Bye { ssrc: Some(7) },
    ] = &messages[..]
    else {
        panic!("{messages:?}");
    };
    assert_eq!(*info, INFO);
    assert_eq!(blocks.clone().collect::<Vec<_>>(), [BLOCK]);
    assert_eq!(*cname, Some(&b"k3v9"[..]));
}

#[test]
fn who_sends_nothing_reports_as_a_receiver() {
    let bytes = compound(None, Some(BLOCK), "x", false);
    let messages: Vec<_> = parse(&bytes).map(Result::unwrap).collect();
    assert!(matches!(&messages[..], [Message::ReceiverReport { ssrc: 7, .. }, Message::Description { .. }]));
}

#[test]
fn a_name_of_any_length_ends_on_a_word() {
    for length in [0, 1, 2, 3, 4, 5, 254, 255, 300] {
        let name = "n".repeat(length);
        let bytes = compound(None, None, &name, false);
        assert_eq!(bytes.len() % 4, 0);
        let cname = parse(&bytes).find_map(|message| match message {
            Ok(Message::Description { cname, .. }) => cname,
            _ => None,
        });
        assert_eq!(cname.map(<[u8]>::len), Some(length.min(255)));
    }
}

#[test]
fn malformed_packets_are_errors_and_end_the_reading() {
    let good = compound(None, Some(BLOCK), "x", false);
    let mut claims_more = good.clone();
    claims_more[3] = 200;
    let mut too_many_blocks = good.clone();
    too_many_blocks[0] = 0x9F;
    let mut version = good.clone();
    version[0] = 0x01;
    let mut padded_first = good.clone();
    padded_first[0] |= 0x20;
    let cases: [(&[u8], CompoundError); 5] = [
        (&good[..good.len() - 1], CompoundError::Truncated),
        (&claims_more, CompoundError::Truncated),
        (&too_many_blocks, CompoundError::Truncated),
        (&version, CompoundError::Version(0)),
        (&padded_first, CompoundError::Padding),
    ];
    for (bytes, error) in cases {
        assert_eq!(parse(bytes).last(), Some(Err(error)));
    }
}

#[test]
fn the_last_packet_may_be_padded() {
    let mut bytes = compound(None, None, "x", false);
    let bye = bytes.len();
    bytes.extend([0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 4]);
    assert_eq!(parse(&bytes).last(), Some(Ok(Message::Bye { ssrc: Some(7) })));
    bytes[bye + 11] = 3;
    assert_eq!(parse(&bytes).last(), Some(Err(CompoundError::Padding)));
}

#[test]
fn the_round_trip_is_what_the_delay_leaves() {
    let sent_at = Wall::from_micros(1_793_003_400_250_000);
    let block = ReportBlock {
        last_sr: Ntp::from_wall(sent_at).middle(),
        delay_since_last_sr: Ntp::short(Duration::from_millis(700)),
        ..BLOCK
    };
    let trip = block.round_trip(Ntp::from_wall(sent_at + Duration::from_millis(780)));
    let error = trip.unwrap().abs_diff(Duration::from_millis(80));
    assert!(error < Duration::from_micros(50), "{trip:?}");
    let too_early = block.round_trip(Ntp::from_wall(sent_at + Duration::from_millis(600)));
    assert_eq!(too_early, None, "the other side's delay is longer than the time that passed");
    assert_eq!(ReportBlock { last_sr: 0, ..BLOCK }.round_trip(INFO.ntp), None);
}

proptest! {
    #[test]
    fn any_bytes_are_messages_or_an_error(bytes: Vec<u8>) {
        crate::fuzz::rtcp(&bytes);
    }

    #[test]
    fn damaged_packets_do_not_panic(at in 0usize..80, octet: u8) {
        let mut bytes = compound(Some(INFO), Some(BLOCK), "name", true);
        let at = at % bytes.len();
        bytes[at] = octet;
        crate::fuzz::rtcp(&bytes);
    }

    #[test]
    fn a_block_survives_being_written(fraction_lost: u8, cumulative_lost in -0x80_0000i32..0x80_0000, words: [u32; 5]) {
        let [ssrc, highest_seq, jitter, last_sr, delay_since_last_sr] = words;
        let block = ReportBlock { ssrc, fraction_lost, cumulative_lost, highest_seq, jitter, last_sr, delay_since_last_sr };
        let bytes = compound(None, Some(block), "x", false);
        let Some(Ok(Message::ReceiverReport { mut blocks, .. })) = parse(&bytes).next() else { panic!() };
        prop_assert_eq!(blocks.next(), Some(block));
    }
}
