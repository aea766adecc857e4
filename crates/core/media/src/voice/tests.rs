use super::*;
use crate::codec::g711;
use crate::level;

/// So many slots.
const SLOTS: usize = 500;

/// How loud somebody speaks over time: words and pauses, each voice its own.
fn voice(seed: u32, loud_dbov: i8) -> Vec<i8> {
    let mut state = seed;
    let mut levels = Vec::new();
    while levels.len() < SLOTS {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (length, pause) = (5 + (state >> 24) as usize % 20, (state >> 16) & 3 == 0);
        let level = if pause { -65 } else { loud_dbov - ((state >> 8) % 9) as i8 };
        levels.extend(std::iter::repeat_n(level, length));
    }
    levels.truncate(SLOTS);
    levels
}

/// What comes back of `sent` after so many slots with this loss, and whatever else is heard.
fn coming_back(sent: &[i8], lag: usize, loss: i8, own: &[i8]) -> Vec<i8> {
    let echo = |slot: usize| slot.checked_sub(lag).map_or(SILENCE_DBOV, |slot| sent[slot].saturating_sub(loss));
    own.iter().enumerate().map(|(slot, own)| echo(slot).max(*own)).collect()
}

fn report(sent: &[i8], heard: &[i8]) -> VoiceReport {
    let mut meter = VoiceMeter::new();
    for (slot, (sent, heard)) in sent.iter().zip(heard).enumerate() {
        let now = Mono::from_micros(slot as u64 * 20_000 + 7_000_000);
        meter.sent(now, *sent);
        meter.heard(now, *heard, 0, 160);
    }
    meter.take().expect("something was heard")
}

#[test]
fn dia_05_an_echo_is_found_with_its_delay_and_its_loss() {
    let sent = voice(1, -20);
    let quiet = [-66; SLOTS];
    for (lag, loss) in [(0, 20), (3, 10), (12, 30), (25, 24)] {
        let echo = report(&sent, &coming_back(&sent, lag, loss, &quiet)).echo.expect("an echo");
        assert_eq!((echo.delay_ms, echo.loss_db), (lag as u16 * 20, loss as u8));
    }
}

#[test]
fn dia_05_somebody_who_speaks_himself_is_no_echo() {
    for seed in 2..40 {
        assert_eq!(report(&voice(1, -20), &voice(seed, -25)).echo, None, "{seed}");
    }
    let turns: Vec<i8> = voice(1, -20).iter().map(|level| if *level < -40 { -22 } else { -65 }).collect();
    assert_eq!(report(&voice(1, -20), &turns).echo, None, "they speak in turn");
    assert_eq!(report(&[-20; SLOTS], &[-40; SLOTS]).echo, None, "a tone has no shape");
    assert_eq!(report(&voice(1, -20), &[SILENCE_DBOV; SLOTS]).echo, None, "a muted microphone");
}

#[test]
fn dia_05_an_echo_is_found_while_somebody_speaks_now_and_then() {
    let sent = voice(1, -20);
    let mut own = [-66; SLOTS];
    own[100..160].fill(-25);
    let echo = report(&sent, &coming_back(&sent, 8, 12, &own)).echo.expect("an echo");
    assert_eq!((echo.delay_ms, echo.loss_db), (160, 12));
}

#[test]
fn dia_05_the_cause_follows_from_delay_and_loss() {
    let cause = |delay_ms, loss_db, round_trip_ms| EchoCause::of(&EchoReport { delay_ms, loss_db }, round_trip_ms);
    assert_eq!(cause(180, 8, 40), EchoCause::Loudspeaker);
    assert_eq!(cause(180, 28, 40), EchoCause::Headset);
    assert_eq!(cause(420, 28, 300), EchoCause::LongWay);
    assert_eq!(cause(40, 12, 10), EchoCause::Line);
}

#[test]
fn dia_10_level_noise_and_clipping_of_a_microphone_are_measured() {
    let report = report(&[-60; SLOTS], &voice(3, -24));
    let level = report.level_dbov.expect("somebody speaks");
    assert!((-32..=-24).contains(&level), "{level}");
    assert_eq!((report.noise_dbov, report.clipped_permille), (-65, 0));
    assert_eq!(Microphone::of(&report), Microphone::Fine);
    assert_eq!(VoiceMeter::new().take(), None);
}

#[test]
fn dia_10_what_is_wrong_with_a_microphone_is_named() {
    let with = |level_dbov, noise_dbov, clipped_permille| {
        Microphone::of(&VoiceReport { level_dbov, noise_dbov, clipped_permille, echo: None })
    };
    assert_eq!(with(Some(-24), -65, 0), Microphone::Fine);
    assert_eq!(with(Some(-44), -70, 0), Microphone::Quiet);
    assert_eq!(with(Some(-6), -60, 9), Microphone::Clipping);
    assert_eq!(with(Some(-26), -36, 0), Microphone::Noisy);
    assert_eq!(with(None, -90, 0), Microphone::Silent);
    assert_eq!(with(None, -30, 0), Microphone::Noisy);
}

#[test]
fn dia_10_a_tone_that_is_too_loud_is_at_the_limit_of_both_laws() {
    for (amplitude, is_clipped) in [(8_000.0, false), (60_000.0, true)] {
        let tone: Vec<i16> = (0..160)
            .map(|n| (f64::from(n) * 0.7).sin() * amplitude)
            .map(|sample| sample.clamp(-32_768.0, 32_767.0) as i16)
            .collect();
        let alaw: Vec<u8> = tone.iter().map(|sample| g711::alaw_encode(*sample)).collect();
        let ulaw: Vec<u8> = tone.iter().map(|sample| g711::ulaw_encode(*sample)).collect();
        for count in [clipped(Codec::Pcma, &alaw), clipped(Codec::Pcmu, &ulaw)] {
            assert_eq!(count > 40, is_clipped, "{count} at {amplitude}");
            assert!(is_clipped || count == 0, "{count}");
        }
        assert!(level::of(&tone) < 0);
    }
}
