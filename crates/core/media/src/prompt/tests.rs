use std::time::Duration;

use super::{Audio, PromptConfig, PromptError, prepare};
use crate::level;
use crate::resample::RateError;
use crate::sounds::speech;
use crate::tone::{Generator, level_of};

const CONFIG: PromptConfig = PromptConfig {
    loudness_dbov: -22.0,
    peak_max_dbov: -3.0,
    gain_max_db: 24.0,
    silence_dbov: -50.0,
    pause_max: Duration::from_secs(2),
    edge_silence_max: Duration::from_millis(200),
    clipped_permille_max: 2,
    length_max: Duration::from_secs(60),
    high_pass_hz: 100.0,
};

fn mono(samples: &[i16], rate_hz: u32) -> Audio<'_> {
    Audio { samples, channels: 1, rate_hz }
}

/// Speech at this part of its loudness.
fn softly(samples: usize, rate_hz: u32, divisor: i16) -> Vec<i16> {
    let voice = speech(samples, rate_hz, 3);
    voice.into_iter().map(|sample| sample / divisor).collect()
}

#[test]
fn inb_06_prompts_of_any_rate_and_loudness_come_out_alike() {
    for rate_hz in [8000, 16_000, 22_050, 44_100, 48_000] {
        for divisor in [2, 8] {
            let audio = softly(rate_hz as usize * 4, rate_hz, divisor);
            let prompt = prepare(mono(&audio, rate_hz), &CONFIG).unwrap();
            let again = prepare(mono(&prompt.wide, 16_000), &CONFIG).unwrap();
            let loudness = again.report.loudness_dbov;
            let limited = again.report.peak_dbov > -3.3;
            assert!(
                (loudness + 22.0).abs() < 0.5 || (limited && loudness < -22.0),
                "{rate_hz} Hz, 1/{divisor}: {loudness:.1} dBov, {:?}",
                prompt.report
            );
            assert_eq!(prompt.wide.len().div_ceil(2), prompt.narrow.len());
            assert!(prompt.report.length.abs_diff(Duration::from_secs(4)) < Duration::from_millis(500));
        }
    }
}

#[test]
fn inb_06_peaks_stay_below_the_limit() {
    let mut audio = Generator::sine(500.0, -40.0, 16_000).samples(32_000);
    audio.extend(Generator::sine(500.0, -6.0, 16_000).samples(320));
    let prompt = prepare(mono(&audio, 16_000), &CONFIG).unwrap();
    let peak = f64::from(prompt.wide.iter().map(|sample| sample.unsigned_abs()).max().unwrap());
    assert!(20.0 * (peak / 32_768.0).log10() < -2.9);
}

#[test]
fn inb_06_a_faint_prompt_is_not_amplified_without_limit() {
    let audio = Generator::sine(500.0, -48.0, 16_000).samples(16_000);
    let report = prepare(mono(&audio, 16_000), &CONFIG).unwrap().report;
    assert!((report.gain_db - 24.0).abs() < 1e-9, "{report:?}");
}

#[test]
fn inb_06_hum_is_taken_away() {
    let audio = Generator::dual((50.0, -20.0), (600.0, -20.0), 16_000).samples(32_000);
    let prompt = prepare(mono(&audio, 16_000), &CONFIG).unwrap();
    let hum = level_of(&prompt.wide, 50.0, 16_000) - level_of(&prompt.wide, 600.0, 16_000);
    assert!(hum < -11.0, "{hum:.1} dB");
}

#[test]
fn inb_06_stereo_is_heard_from_both_sides() {
    let left = Generator::sine(500.0, -20.0, 8000).samples(8000);
    let samples: Vec<i16> = left.iter().flat_map(|&sample| [sample, 0]).collect();
    let audio = Audio { samples: &samples, channels: 2, rate_hz: 8000 };
    let report = prepare(audio, &CONFIG).unwrap().report;
    assert!((report.loudness_dbov + 26.0).abs() < 0.2, "{report:?}");
}

#[test]
fn inb_06_silence_at_the_edges_is_cut_and_long_pauses_are_reported() {
    let tone = Generator::sine(500.0, -20.0, 16_000).samples(16_000);
    let audio = [&[0; 16_000][..], &tone, &[0; 48_000], &tone, &[0; 32_000]].concat();
    let report = prepare(mono(&audio, 16_000), &CONFIG).unwrap().report;
    let near = |time: Duration, ms: u64| time.abs_diff(Duration::from_millis(ms)) <= Duration::from_millis(20);
    assert!(near(report.cut, 800 + 1800), "{report:?}");
    assert!(near(report.length, 200 + 5000 + 200), "{report:?}");
    assert!(report.long_pause.is_some_and(|pause| near(pause, 3000)), "{report:?}");
    let short = [&tone[..], &[0; 16_000], &tone].concat();
    assert_eq!(prepare(mono(&short, 16_000), &CONFIG).unwrap().report.long_pause, None);
}

#[test]
fn inb_06_what_cannot_be_a_prompt_is_said() {
    let silence = [3i16; 16_000];
    let Err(PromptError::OnlySilence { peak_dbov }) = prepare(mono(&silence, 16_000), &CONFIG) else {
        panic!("silence is no prompt")
    };
    assert!(peak_dbov < -75.0);

    let clipped: Vec<i16> = Generator::sine(500.0, 3.0, 16_000).samples(16_000);
    assert!(matches!(prepare(mono(&clipped, 16_000), &CONFIG), Err(PromptError::Clipped { permille: 100.. })));

    let long = vec![100; 8000 * 61];
    assert_eq!(
        prepare(mono(&long, 8000), &CONFIG),
        Err(PromptError::TooLong { length: Duration::from_secs(61), max: Duration::from_secs(60) })
    );
    assert_eq!(prepare(mono(&[], 8000), &CONFIG), Err(PromptError::Empty));
    assert_eq!(prepare(mono(&[1], 100), &CONFIG), Err(PromptError::Rate(RateError::Rate(100))));
    let odd = Audio { samples: &[1, 2, 3], channels: 2, rate_hz: 8000 };
    let channels = PromptError::Channels { samples: 3, channels: 2 };
    assert_eq!(prepare(odd, &CONFIG), Err(channels));
}

#[test]
fn inb_06_a_loud_prompt_that_just_fits_is_not_clipped() {
    let audio = Generator::sine(500.0, -3.02, 16_000).samples(16_000);
    let prompt = prepare(mono(&audio, 16_000), &CONFIG).unwrap();
    assert_eq!(level::of(&prompt.wide[1600..14_400]), -22);
}
