use bell_types::Codec;

use super::{Activity, ActivityConfig, Level, SILENCE_DBOV, of};
use crate::codec::Encoder;
use crate::sounds::speech;
use crate::tone::Generator;

#[test]
fn levels_are_those_of_rfc_6464() {
    assert_eq!(of(&[i16::MIN, i16::MAX, i16::MIN, i16::MAX]), 0, "a full square wave");
    assert_eq!(of(&[0; 160]), SILENCE_DBOV);
    for level in [-3, -10, -31, -60] {
        let sine = Generator::sine(1000.0, f64::from(level), 8000).samples(8000);
        assert_eq!(of(&sine), level);
    }
}

#[test]
fn g711_is_measured_without_decoding() {
    let voice = speech(8000, 8000, 1);
    for codec in [Codec::Pcma, Codec::Pcmu] {
        let mut payload = Vec::new();
        Encoder::new(codec).encode(&voice, &mut payload);
        let mut level = Level::new();
        assert!(level.add_payload(codec, &payload));
        assert_eq!(level.take(), Some(of(&voice)), "{codec}");
        assert_eq!(level.take(), None, "begun anew");
    }
    assert!(!Level::new().add_payload(Codec::G722, &[0; 160]));
}

#[test]
fn measuring_in_pieces_is_measuring_the_whole() {
    let voice = speech(8000, 8000, 2);
    let mut pieces = Level::new();
    for piece in voice.chunks(160) {
        let mut level = Level::new();
        level.add(piece);
        pieces.add_level(level);
    }
    assert_eq!(pieces.dbov(), Some(of(&voice)));
}

#[test]
fn silence_needs_time_and_sound_does_not() {
    let mut activity = Activity::new(ActivityConfig { sound_dbov: -50, silence_dbov: -55, quiet_blocks: 3 });
    let levels = [-60, -49, -56, -56, -49, -56, -53, -56, -56, -56, -53, -50];
    let sound: Vec<bool> = levels.iter().map(|&level| activity.block(level)).collect();
    let expected = [false, true, true, true, true, true, true, true, true, false, false, true];
    assert_eq!(sound, expected, "a level between the thresholds changes nothing");
    assert!(activity.has_sound());
}
