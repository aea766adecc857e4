use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::*;

fn encoded(kind: Kind, number: u64, payload: &[u8]) -> Vec<u8> {
    [&head(kind, RecordNumber(number), payload)[..], payload].concat()
}

#[test]
fn every_cut_of_a_record_is_partial() {
    let bytes = encoded(Kind::Input, 7, b"INVITE sip:4008001234@example.com SIP/2.0\r\n");
    for cut in 0..bytes.len() {
        let read = Decoded::read(&bytes[..cut], RecordNumber(7));
        assert!(matches!(read, Decoded::Partial { bytes } if bytes > cut), "cut at {cut}: {read:?}");
    }
}

#[test]
fn every_flipped_bit_is_damage() {
    let bytes = encoded(Kind::Facts, 7, b"{\"seq\":1}\n");
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let read = Decoded::read(&flipped, RecordNumber(7));
        assert!(matches!(read, Decoded::Damaged { .. }), "bit {bit}: {read:?}");
    }
}

#[test]
fn a_record_at_a_wrong_place_is_damage() {
    let bytes = encoded(Kind::Start, 7, b"start");
    let damaged = Decoded::Damaged { damage: Damage::Head, bytes: HEAD_BYTES };
    assert_eq!(Decoded::read(&bytes, RecordNumber(8)), damaged);
}

#[test]
fn a_hole_is_no_record() {
    let damaged = Decoded::Damaged { damage: Damage::Head, bytes: HEAD_BYTES };
    for number in [1, 2, 1 << 40] {
        assert_eq!(Decoded::read(&[0; 64], RecordNumber(number)), damaged);
    }
}

#[test]
fn a_kind_of_a_later_version_is_refused_by_name() {
    let mut bytes = encoded(Kind::Start, 1, b"x");
    bytes[4] = 9;
    let checked = bytes[..9].first_chunk::<9>().copied().unwrap();
    bytes[9..13].copy_from_slice(&head_check(&checked, RecordNumber(1)).to_le_bytes());
    let damaged = Decoded::Damaged { damage: Damage::Unknown, bytes: HEAD_BYTES };
    assert_eq!(Decoded::read(&bytes, RecordNumber(1)), damaged);
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Start), Just(Kind::Config), Just(Kind::Input), Just(Kind::Facts)]
}

proptest! {
    #[test]
    fn a_record_is_read_as_it_was_written(
        kind in kinds(),
        number in any::<u64>(),
        payload in prop::collection::vec(any::<u8>(), 0..300),
        after in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let bytes = [encoded(kind, number, &payload), after].concat();
        let whole = Decoded::Whole { kind, payload: &payload, bytes: HEAD_BYTES + payload.len() };
        assert_eq!(Decoded::read(&bytes, RecordNumber(number)), whole);
    }

    #[test]
    fn any_bytes_are_walked_without_panic(data in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz_records(&data);
    }
}
