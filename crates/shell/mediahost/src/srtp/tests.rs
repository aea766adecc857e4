use bell_media::rtp::{HEADER_LEN, Header};
use bell_types::SrtpSuite;
use proptest::prelude::*;

use super::incoming::Incoming;
use super::keys::MasterKey;
use super::outgoing::Outgoing;
use super::{Suite, Unfit};

const LONG: Suite = Suite::Sha1 { tag_len: 10 };
const SHORT: Suite = Suite::Sha1 { tag_len: 4 };
const SSRC: u32 = 0xCAFE_BABE;

fn packet(seq: u16, ssrc: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    Header { marker: false, payload_type: 8, seq, timestamp: 160, ssrc }.write(payload, &mut packet);
    packet
}

fn other_key() -> MasterKey {
    MasterKey::of(&[7; 16], &[8; 14])
}

/// Both ends of one direction.
fn ends(suite: Suite) -> (Outgoing, Incoming) {
    (Outgoing::new(MasterKey::of_the_standard(), suite), Incoming::new(MasterKey::of_the_standard(), suite))
}

fn sealed(outgoing: &mut Outgoing, packet: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(outgoing.protect(packet, &mut out));
    out
}

fn opened(incoming: &mut Incoming, sealed: &[u8]) -> Result<Vec<u8>, Unfit> {
    let mut datagram = sealed.to_vec();
    incoming.open(&mut datagram).map(|len| datagram[..len].to_vec())
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    digits
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The packets that libsrtp is validated with, under the keys of RFC 3711 appendix B.3.
#[test]
fn packets_are_those_of_the_reference() {
    let plain = octets("800f1234 decafbad cafebabe abababab abababab abababab abababab");
    let wire = octets("800f1234 decafbad cafebabe 4e55dc4c e79978d8 8ca4d215 949d2402 b78d6acc 99ea179b 8dbb");
    let (mut outgoing, mut incoming) = ends(LONG);
    assert_eq!(sealed(&mut outgoing, &plain), wire);
    assert_eq!(opened(&mut incoming, &wire), Ok(plain));

    let plain = octets("81c8000b cafebabe abababab abababab abababab abababab");
    let mut wire = octets("81c8000b cafebabe 7128035b e487b9bd bef89041 f977a5a8 80000001 993e08cd 54d6c123 0798");
    let mut out = Vec::new();
    // Its first report has the number 1, ours 0.
    assert!(outgoing.protect_rtcp(&plain, &mut out) && outgoing.protect_rtcp(&plain, &mut out));
    assert_eq!(out, wire);
    let len = incoming.open_rtcp(&mut wire).unwrap();
    assert_eq!(wire[..len], plain);
}

/// The same with AES-GCM, under a key of its own; and the reports.
#[test]
fn packets_of_gcm_are_those_of_the_reference() {
    let key = MasterKey::of(&octets("00010203 04050607 08090a0b 0c0d0e0f"), &octets("a0a1a2a3 a4a5a6a7 a8a9aaab"));
    let (mut outgoing, mut incoming) = (Outgoing::new(key.clone(), Suite::Gcm), Incoming::new(key, Suite::Gcm));
    let plain = octets("800f1234 decafbad cafebabe abababab abababab abababab abababab");
    let wire =
        octets("800f1234 decafbad cafebabe c5002ede 04cfdd2e b91159e0 880aa06e d2976826 f796b201 df3131a1 27e8a392");
    assert_eq!(sealed(&mut outgoing, &plain), wire);
    assert_eq!(opened(&mut incoming, &wire), Ok(plain));

    let plain = octets("81c8000b cafebabe abababab abababab abababab abababab");
    let mut wire =
        octets("81c8000b cafebabe c98b8b5d f0392a55 852b6c21 ac8e7025 c52c6fbe a2b3b446 ea31123b a88ce61e 80000001");
    let mut out = Vec::new();
    assert!(outgoing.protect_rtcp(&plain, &mut out) && outgoing.protect_rtcp(&plain, &mut out));
    assert_eq!(out, wire);
    let mut forged = wire.clone();
    forged[9] ^= 1;
    assert_eq!(incoming.open_rtcp(&mut forged), Err(Unfit::Forged));
    let mut repeated = wire.clone();
    let len = incoming.open_rtcp(&mut wire).unwrap();
    assert_eq!(wire[..len], plain);
    assert_eq!(incoming.open_rtcp(&mut repeated), Err(Unfit::Replayed));
}

#[test]
fn the_names_of_suites_tell_their_tags() {
    assert_eq!(SrtpSuite::ALL.map(Suite::from), [LONG, SHORT]);
}

#[test]
fn the_short_suite_is_short_for_rtp_alone() {
    let (mut outgoing, mut incoming) = ends(SHORT);
    let plain = packet(1, SSRC, &[9; 160]);
    let wire = sealed(&mut outgoing, &plain);
    assert_eq!(wire.len(), plain.len() + 4);
    assert_eq!(opened(&mut incoming, &wire), Ok(plain));
    let report = [0x80, 201, 0, 1, 0, 0, 0, 9];
    let mut out = Vec::new();
    assert!(outgoing.protect_rtcp(&report, &mut out));
    assert_eq!(out.len(), report.len() + 4 + 10);
    assert_eq!(incoming.open_rtcp(&mut out), Ok(report.len()));
    assert_eq!(incoming.open_rtcp(&mut out), Err(Unfit::Replayed));
    *out.last_mut().unwrap() ^= 1;
    out[report.len() + 3] += 1;
    assert_eq!(incoming.open_rtcp(&mut out), Err(Unfit::Forged));
}

/// What is forged changes nothing: neither what is taken next nor how it is counted.
#[test]
fn a_forged_packet_of_a_far_number_does_not_move_the_window() {
    let (mut outgoing, mut incoming) = ends(LONG);
    let first = sealed(&mut outgoing, &packet(10, SSRC, b"first"));
    assert!(opened(&mut incoming, &first).is_ok());
    let mut forged = first.clone();
    forged[2..4].copy_from_slice(&40_000_u16.to_be_bytes());
    assert_eq!(opened(&mut incoming, &forged), Err(Unfit::Forged));
    forged[8] ^= 1;
    assert_eq!(opened(&mut incoming, &forged), Err(Unfit::Forged), "nor is another source believed");
    let second = sealed(&mut outgoing, &packet(11, SSRC, b"second"));
    assert!(opened(&mut incoming, &second).is_ok());
    assert_eq!(opened(&mut incoming, &first), Err(Unfit::Replayed));
    for len in 0..first.len() {
        let cut = opened(&mut incoming, &first[..len]);
        assert!(matches!(cut, Err(Unfit::Malformed | Unfit::Forged | Unfit::Replayed)), "{len} {cut:?}");
    }
}

#[test]
fn no_number_leaves_twice_under_one_key() {
    let (mut outgoing, _) = ends(LONG);
    let mut out = Vec::new();
    assert!(outgoing.protect(&packet(7, SSRC, b"a"), &mut out));
    assert!(!outgoing.protect(&packet(7, SSRC, b"b"), &mut out) && out.is_empty());
    outgoing.renew(MasterKey::of_the_standard(), LONG);
    assert!(!outgoing.protect(&packet(7, SSRC, b"b"), &mut out), "the key is the same");
    outgoing.renew(other_key(), LONG);
    assert!(outgoing.protect(&packet(7, SSRC, b"b"), &mut out));
    assert!(!outgoing.protect(b"no packet", &mut out));
}

/// Under a new key some phones count from the beginning, others go on.
#[test]
fn a_new_key_is_taken_whether_the_source_begins_anew_or_goes_on() {
    let suite = LONG;
    let (mut outgoing, mut incoming) = ends(suite);
    for seq in [0x7000, 0xF000, 0x6000] {
        assert!(opened(&mut incoming, &sealed(&mut outgoing, &packet(seq, SSRC, b"x"))).is_ok());
    }
    let old = sealed(&mut outgoing, &packet(0x6001, SSRC, b"x"));
    incoming.renew(other_key(), suite);
    let mut goes_on = Outgoing::new(other_key(), suite);
    for seq in [0x7000, 0xF000, 0x6002] {
        sealed(&mut goes_on, &packet(seq, SSRC, b"x"));
    }
    assert_eq!(opened(&mut incoming, &old), Err(Unfit::Forged), "the old key is over");
    assert!(opened(&mut incoming, &sealed(&mut goes_on, &packet(0x6003, SSRC, b"y"))).is_ok());
    incoming.renew(MasterKey::of(&[9; 16], &[9; 14]), suite);
    let mut begins = Outgoing::new(MasterKey::of(&[9; 16], &[9; 14]), suite);
    assert!(opened(&mut incoming, &sealed(&mut begins, &packet(0x6004, SSRC, b"z"))).is_ok());
}

#[test]
fn a_key_is_believed_for_so_many_sources() {
    let (_, mut incoming) = ends(LONG);
    let from = |ssrc| sealed(&mut Outgoing::new(MasterKey::of_the_standard(), LONG), &packet(1, ssrc, b"x"));
    for ssrc in 0..64 {
        assert!(opened(&mut incoming, &from(ssrc)).is_ok());
    }
    assert_eq!(opened(&mut incoming, &from(64)), Err(Unfit::TooManySources));
    assert_eq!(opened(&mut incoming, &from(0)), Err(Unfit::Replayed), "none is forgotten");
}

/// Numbers of packets as they are sent, from any beginning and over several wraps, and what the network does to each.
fn journeys() -> impl Strategy<Value = (u16, Vec<(u16, usize, u8)>)> {
    (0..0x7FFF_u16, proptest::collection::vec((1..9000_u16, 0..20_usize, 0..6_u8), 1..80))
}

fn suites() -> impl Strategy<Value = Suite> {
    prop_oneof![Just(LONG), Just(SHORT), Just(Suite::Gcm)]
}

proptest! {
    /// Packets that were lost, late, repeated or forged: each good one is taken once and says what it said.
    #[test]
    fn good_packets_are_taken_once_and_nothing_else_is((first, steps) in journeys(), suite in suites()) {
        let (mut outgoing, mut incoming) = ends(suite);
        let mut index = u64::from(first);
        let mut arriving = Vec::new();
        for (number, (step, late, fate)) in steps.into_iter().enumerate() {
            let plain = packet(index as u16, SSRC, &(number as u32).to_be_bytes());
            let wire = sealed(&mut outgoing, &plain);
            let at = (number + if fate == 5 { 0 } else { late }, index);
            if fate != 0 {
                arriving.push((at, wire.clone(), plain.clone()));
            }
            if fate == 1 {
                arriving.push(((at.0 + 1, index), wire, plain));
            }
            index += if fate == 5 { u64::from(step) } else { 1 };
        }
        arriving.sort_by_key(|arrival| arrival.0);
        let mut taken = std::collections::BTreeSet::new();
        for ((_, index), wire, plain) in arriving {
            let mut forged = wire.clone();
            let place = HEADER_LEN + index as usize % (forged.len() - HEADER_LEN);
            forged[place] ^= 0x20;
            prop_assert!(opened(&mut incoming, &forged).is_err());
            match opened(&mut incoming, &wire) {
                Ok(said) => {
                    prop_assert!(taken.insert(index), "a repeated packet is taken");
                    prop_assert_eq!(said, plain);
                }
                // So far behind that its number could as well be of after the next wrap.
                Err(Unfit::Forged) => prop_assert!(taken.last().is_some_and(|newest| newest - index >= 0x8000)),
                Err(why) => {
                    let is_old = taken.last().is_some_and(|newest| newest.saturating_sub(index) >= 128);
                    prop_assert!(why == Unfit::Replayed && (is_old || taken.contains(&index)), "{:?}", why);
                }
            }
        }
    }

    #[test]
    fn any_datagram_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), suite in suites()) {
        let (_, mut incoming) = ends(suite);
        prop_assert!(incoming.open(&mut bytes.clone()).is_err());
        prop_assert!(incoming.open_rtcp(&mut bytes.clone()).is_err());
    }
}
