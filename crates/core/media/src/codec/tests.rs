use bell_types::Codec;

use super::g711::{alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};
use super::{Decoder, Encoder, silence};
use crate::sounds::{Random, snr_db, speech};
use crate::tone::Generator;

fn round_trip(codec: Codec, samples: &[i16]) -> Vec<i16> {
    let (mut octets, mut back) = (Vec::new(), Vec::new());
    let (mut encoder, mut decoder) = (Encoder::new(codec), Decoder::new(codec));
    // In packets of 20 ms, as on the wire: the memory of G.722 goes across them.
    for packet in samples.chunks(codec.sample_rate_hz() as usize / 50) {
        encoder.encode(packet, &mut octets);
    }
    for packet in octets.chunks(160) {
        decoder.decode(packet, &mut back);
    }
    back
}

fn crc(samples: &[i16]) -> u32 {
    let octets: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    crc32fast::hash(&octets)
}

/// The checksums here were computed with the C routines of Sun's g711.c, as another system carries them.
#[test]
fn g711_decodes_as_others_do() {
    let octets: Vec<u8> = (0..=255).collect();
    let alaw: Vec<i16> = octets.iter().map(|&octet| alaw_decode(octet)).collect();
    let ulaw: Vec<i16> = octets.iter().map(|&octet| ulaw_decode(octet)).collect();
    assert_eq!(crc(&alaw), 0x9d76_4657);
    assert_eq!(crc(&ulaw), 0x0c84_7a9f);
}

#[test]
fn a_law_encodes_as_others_do() {
    let octets: Vec<u8> = (i16::MIN..=i16::MAX).map(alaw_encode).collect();
    assert_eq!(crc32fast::hash(&octets), 0x9133_796e);
}

#[test]
fn g711_values_of_the_recommendation() {
    // G.711 tables 1 and 2: the ends of the laws, and the codes of an idle line.
    let cases = [
        ("A", alaw_decode(0xD5), 8),
        ("A", alaw_decode(0x55), -8),
        ("A", alaw_decode(0xAA), 32_256),
        ("A", alaw_decode(0x2A), -32_256),
        ("mu", ulaw_decode(0xFF), 0),
        ("mu", ulaw_decode(0x80), 32_124),
        ("mu", ulaw_decode(0x00), -32_124),
    ];
    for (law, decoded, expected) in cases {
        assert_eq!(decoded, expected, "{law}");
    }
}

#[test]
fn g711_survives_being_decoded_and_encoded() {
    for octet in 0..=255 {
        assert_eq!(alaw_encode(alaw_decode(octet)), octet, "A-law {octet:#x}");
        // Mu-law has two zeros, which are one sample.
        let same = ulaw_encode(ulaw_decode(octet));
        assert!(same == octet || (octet == 0x7F && same == 0xFF), "mu-law {octet:#x} became {same:#x}");
    }
}

/// Within a segment steps are equal, and half a step is at most 1/32 of where the segment begins.
#[test]
fn g711_is_off_by_half_a_step_at_most() {
    for sample in -32_000..=32_000i16 {
        let magnitude = i32::from(sample).abs();
        let alaw = (i32::from(alaw_decode(alaw_encode(sample))) - i32::from(sample)).abs();
        assert!(alaw <= (magnitude / 32).max(15) + 1, "A-law {sample}: {alaw}");
        let ulaw = (i32::from(ulaw_decode(ulaw_encode(sample))) - i32::from(sample)).abs();
        assert!(ulaw <= (magnitude + 132) / 32 + 4, "mu-law {sample}: {ulaw}");
    }
}

/// The signal that the reference figures below were computed of: noise at four loudnesses.
fn reference_signal() -> Vec<i16> {
    let mut random = Random::new(1);
    let shifts = [2, 4, 6, 9];
    (0..16_000).map(|index| ((random.next() as i32 - 32_768) >> shifts[index / 4000]) as i16).collect()
}

/// The checksums were computed with the library spandsp 0.0.6. It wraps where the decoder overloads and we saturate,
/// so nothing here is that loud.
#[test]
fn g722_agrees_bit_by_bit_with_another_implementation() {
    let mut octets = Vec::new();
    Encoder::new(Codec::G722).encode(&reference_signal(), &mut octets);
    assert_eq!(crc32fast::hash(&octets), 0xdf49_f4a2);
    let mut samples = Vec::new();
    Decoder::new(Codec::G722).decode(&octets, &mut samples);
    assert_eq!(crc(&samples), 0x2a39_9f30);
}

#[test]
fn g722_decodes_any_octets_as_another_implementation_does() {
    let mut random = Random::new(7);
    let octets: Vec<u8> = (0..300).map(|_| ((random.next() as i32 - 32_768) >> 8) as u8).collect();
    let mut samples = Vec::new();
    Decoder::new(Codec::G722).decode(&octets, &mut samples);
    assert_eq!(crc(&samples), 0x65a7_776e);
}

#[test]
fn every_codec_carries_tones_and_speech() {
    for (codec, tone_snr, speech_snr) in
        [(Codec::Pcma, 35.0, 33.0), (Codec::Pcmu, 35.0, 33.0), (Codec::G722, 30.0, 18.0)]
    {
        let rate = codec.sample_rate_hz();
        let tone = Generator::sine(1004.0, -13.0, rate).samples(rate as usize);
        let snr = snr_db(&tone[..tone.len() - 100], &round_trip(codec, &tone), 40);
        assert!(snr > tone_snr, "{codec}: a tone at {snr:.1} dB");
        let voice = speech(rate as usize * 3, rate, 5);
        let snr = snr_db(&voice[..voice.len() - 100], &round_trip(codec, &voice), 40);
        assert!(snr > speech_snr, "{codec}: speech at {snr:.1} dB");
    }
}

#[test]
fn g722_carries_what_lies_above_4_khz() {
    let tone = Generator::sine(6000.0, -20.0, 16_000).samples(16_000);
    let back = round_trip(Codec::G722, &tone);
    let level = crate::tone::level_of(&back, 6000.0, 16_000);
    assert!((level + 20.0).abs() < 1.5, "{level}");
}

#[test]
fn the_octet_of_silence_is_silent() {
    for codec in Codec::ALL {
        let mut samples = Vec::new();
        Decoder::new(codec).decode(&[silence(codec); 800], &mut samples);
        let level = crate::level::of(&samples);
        assert!(level <= -70, "{codec}: {level} dBov");
    }
}
