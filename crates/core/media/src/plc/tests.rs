use super::Concealer;
use crate::level;
use crate::sounds::{snr_db, speech};
use crate::tone::Generator;

/// Plays packets of 20 ms, of which those that `lost` names do not arrive.
fn played(samples: &[i16], lost: impl Fn(usize) -> bool) -> Vec<i16> {
    let mut concealer = Concealer::new(8000);
    let mut out = Vec::new();
    for (index, packet) in samples.chunks(160).enumerate() {
        if lost(index) {
            concealer.conceal(packet.len(), &mut out);
        } else {
            let mut packet = packet.to_vec();
            concealer.good(&mut packet);
            out.extend(packet);
        }
    }
    out
}

fn silenced(samples: &[i16], lost: impl Fn(usize) -> bool) -> Vec<i16> {
    let mut out = samples.to_vec();
    for (index, packet) in out.chunks_mut(160).enumerate() {
        if lost(index) {
            packet.fill(0);
        }
    }
    out
}

#[test]
fn without_loss_nothing_changes() {
    let voice = speech(16_000, 8000, 1);
    assert_eq!(played(&voice, |_| false), voice);
}

#[test]
fn a_lost_packet_of_a_tone_is_hardly_missed() {
    let tone = Generator::sine(200.0, -13.0, 8000).samples(8000);
    let lost = |index| index % 10 == 5;
    let concealed = snr_db(&tone, &played(&tone, lost), 0);
    let silence = snr_db(&tone, &silenced(&tone, lost), 0);
    assert!(concealed > silence + 6.0, "{concealed:.1} dB against {silence:.1} dB");
}

#[test]
fn lost_packets_of_speech_keep_its_level() {
    let voice = speech(80_000, 8000, 2);
    let lost = |index| index % 7 == 3;
    let concealed = played(&voice, lost);
    let mut levels = (level::Level::new(), level::Level::new());
    for (index, (original, made_up)) in voice.chunks(160).zip(concealed.chunks(160)).enumerate() {
        if lost(index) {
            levels.0.add(original);
            levels.1.add(made_up);
        }
    }
    let difference = levels.0.dbov_exact() - levels.1.dbov_exact();
    assert!(difference.abs() < 4.0, "{difference:.1} dB");
}

#[test]
fn a_long_loss_fades_out() {
    let tone = Generator::sine(150.0, -10.0, 8000).samples(8000);
    let out = played(&tone, |index| index >= 10);
    let levels: Vec<i8> = out[1600..].chunks(160).map(level::of).collect();
    assert!(levels[0] > -14, "{levels:?}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0]), "{levels:?}");
    assert_eq!(levels[3..], vec![level::SILENCE_DBOV; levels.len() - 3], "after 60 ms");
}

#[test]
fn what_comes_back_does_not_click() {
    let tone = Generator::sine(200.0, -10.0, 8000).samples(8000);
    let out = played(&tone, |index| index % 10 == 5);
    let step =
        |samples: &[i16]| samples.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap();
    assert!(step(&out) < 2 * step(&tone), "{} against {}", step(&out), step(&tone));
}

#[test]
fn before_the_first_packet_there_is_silence() {
    let mut concealer = Concealer::new(16_000);
    let mut out = Vec::new();
    concealer.conceal(320, &mut out);
    assert_eq!(out, [0; 320]);
}
