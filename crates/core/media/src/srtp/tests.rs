use proptest::prelude::*;

use super::*;
use crate::rtp::{HEADER_LEN, Header};

/// RFC 3711 appendix A: what a number means beside the newest one.
#[test]
fn a_number_means_the_index_that_is_nearest() {
    for (newest, seq, index) in [
        (0x0_0005, 0x0006, 0x0_0006),
        (0x0_FFFE, 0x0001, 0x1_0001),
        (0x1_0001, 0xFFFE, 0x0_FFFE),
        (0x1_7FFF, 0xFFFF, 0x1_FFFF),
        (0x1_7FFE, 0xFFFF, 0x0_FFFF),
        (0x1_8000, 0x0000, 0x1_0000),
        (0x1_8001, 0x0000, 0x2_0000),
        // There was nothing before the first wrap.
        (0x0_0001, 0xFFFE, 0x0_FFFE),
    ] {
        let mut window = Window::default();
        window.put(newest);
        assert_eq!(window.guess(seq), index, "{newest:#x} {seq:#x}");
    }
}

#[test]
fn the_first_packet_is_at_no_wrap_and_a_source_under_a_new_key_goes_on() {
    assert_eq!(Window::default().guess(0xFFFF), 0xFFFF);
    let mut before = Window::default();
    before.put(0x3_FFFF);
    let renewed = before.renewed();
    assert_eq!((renewed.guess(7), renewed.wraps()), (0x4_0007, 3));
    assert!(renewed.is_fresh(0x3_FFFF) && !before.is_fresh(0x3_FFFF), "nothing was there under this key");
}

#[test]
fn what_was_there_or_is_too_old_is_not_fresh() {
    let mut window = Window::default();
    for index in [1000, 1001, 1003] {
        assert!(window.is_fresh(index));
        window.put(index);
        assert!(!window.is_fresh(index));
    }
    assert!(window.is_fresh(1002) && window.is_fresh(1003 - 127));
    assert!(!window.is_fresh(1003 - 128), "nobody knows");
    window.put(1003 + 500);
    assert!(!window.is_fresh(1003));
    assert!(!window.is_fresh(SENT_MAX), "the key is used up");
}

#[test]
fn the_header_ends_behind_sources_and_extension() {
    let header = Header { marker: false, payload_type: 8, seq: 1, timestamp: 2, ssrc: 3 };
    let mut packet = header.to_bytes().to_vec();
    assert_eq!(header_len(&packet), Some(HEADER_LEN));
    packet.extend([0; 8]);
    packet[0] |= 2;
    assert_eq!(header_len(&packet), Some(HEADER_LEN + 8));
    packet.extend([0xBE, 0xDE, 0, 1, 1, 2, 3, 4]);
    packet[0] |= 0x10;
    assert_eq!(header_len(&packet), Some(packet.len()));
    for len in 0..packet.len() {
        assert_eq!(header_len(&packet[..len]), None, "{len}");
    }
    packet[0] = 0x40;
    assert_eq!(header_len(&packet), None);
}

#[test]
fn the_last_word_of_rtcp_reads_as_it_is_written() {
    for last in [RtcpIndex { index: 0x7FFF_FFFF, encrypted: true }, RtcpIndex { index: 1, encrypted: false }] {
        assert_eq!(RtcpIndex::from_bytes(last.to_bytes()), last);
    }
    assert_eq!(ssrc_of_rtcp(&[0x80, 200, 0, 1, 0, 0, 0, 9]), Some(9));
    assert_eq!(ssrc_of_rtcp(&[0x80, 200, 0, 1, 0, 0, 0]), None);
    assert_eq!(ssrc_of_rtcp(&[0, 200, 0, 1, 0, 0, 0, 9]), None);
}

/// Indices in the order of arrival: some are lost, some late, some twice; numbers wrap several times.
fn arrivals() -> impl Strategy<Value = Vec<u64>> {
    let step = (1..3000_u64, 0..100_u64, any::<bool>());
    (0..0x7FFF_u64, proptest::collection::vec(step, 1..300)).prop_map(|(first, steps)| {
        let mut at = first;
        let mut all = vec![first];
        for (step, late, again) in steps {
            at += step;
            all.push(at);
            all.push(at.saturating_sub(late).max(first));
            if again {
                all.push(at);
            }
        }
        all
    })
}

proptest! {
    /// Whatever is lost, late or repeated: every index is guessed right, and taken once.
    #[test]
    fn every_packet_is_known_by_its_number_and_taken_once(arrivals in arrivals()) {
        let mut window = Window::default();
        let mut taken = std::collections::BTreeSet::new();
        for index in arrivals {
            prop_assert_eq!(window.guess(index as u16), index);
            let fresh = window.is_fresh(index);
            prop_assert!(!(fresh && taken.contains(&index)), "a repeated packet is taken: {}", index);
            let newest = taken.last().copied().unwrap_or(index);
            prop_assert!(fresh || taken.contains(&index) || newest - index >= 128, "a good packet is refused: {}", index);
            if fresh {
                window.put(index);
                taken.insert(index);
            }
        }
        prop_assert_eq!(u64::from(window.wraps()), taken.last().unwrap() >> 16);
    }

    #[test]
    fn any_bytes_have_a_header_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(header_len(&bytes).is_none_or(|len| (HEADER_LEN..=bytes.len()).contains(&len)));
        let _ = ssrc_of_rtcp(&bytes);
    }
}
