//! With the real espeak-ng, except where it has to misbehave.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bell_engine::{AudioFrom, AudioWanted};
use bell_ivr::Language;
use bell_media::level::Level;
use bell_types::PromptName;

use super::{Centre, broken, hash, say};
use crate::audio::{Config, Espeak, Synthesizer};

const GREETING: &str = "您好,欢迎致电钟楼客服中心。为了提升服务质量,本次通话可能被录音。咨询订单请按1,投诉建议请按2,\
                        重听请按#。银行卡尾号0101,2026年11月21日。";

fn espeak(change: impl FnOnce(&mut Espeak)) -> Config {
    let mut espeak = Espeak::standard();
    change(&mut espeak);
    Config { synthesizer: Synthesizer::Espeak(espeak), ..Config::standard() }
}

fn fake(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audio/tests/fakes").join(name)
}

#[test]
fn inb_06_a_greeting_sounds_as_it_should() {
    let centre = Centre::new();
    let samples = centre.heard(&centre.prepare(say(GREETING)));
    let mut level = Level::new();
    level.add(&samples);
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
    let peak_dbov = 20.0 * (f64::from(peak) / 32_768.0).log10();
    let seconds = samples.len() as f64 / 16_000.0;
    let kept = centre.library().file(hash(&centre.prepare(say(GREETING)))).unwrap();
    let report = centre.library().report(&kept).unwrap();
    println!("{seconds:.2} s, {:.1} dBov over all, peak {peak_dbov:.1} dBov\n{report}", level.dbov_exact());
    let loudness = report.verdict.as_ref().unwrap().loudness_dbov;
    assert!((-25.0..=-20.0).contains(&loudness), "{loudness}");
    assert!((-12.0..=-2.9).contains(&peak_dbov), "{peak_dbov}");
    assert!(report.leading <= Duration::from_millis(250) && report.trailing <= Duration::from_millis(250), "{report}");
    assert!(!report.remarks.iter().any(|remark| matches!(remark, crate::audio::Remark::LongPause(_))), "{report}");
    // 76 syllables at a moderate pace, between three and five a second with the pauses.
    assert!((15.0..=26.0).contains(&seconds), "{seconds}");
}

#[test]
fn english_is_spoken_by_an_english_voice() {
    let centre = Centre::new();
    let text = "For service in English, press nine. -v is no option, $(id) no command, `ls` neither.";
    let english = centre.prepare(AudioFrom::Speech { text: text.to_owned(), language: Language::English });
    let seconds = centre.heard(&english).len() as f64 / 16_000.0;
    assert!((3.0..=12.0).contains(&seconds), "{seconds}");
    assert_ne!(english, centre.prepare(say(text)));
}

#[test]
fn a_synthesiser_that_misbehaves_is_ended_and_named() {
    let begun = Instant::now();
    let cases = [
        ("slow", "did not end within 0.3 s"),
        ("complaining", "exit status: 1, saying \"Error: The specified espeak-ng voice does not exist.\""),
        ("crashing", "signal: 11"),
        ("mute", "it wrote no audio"),
        ("endless", "it wrote more than 100000 octets"),
        ("babbling", "cannot be played: this is no WAV, MP3, Ogg Vorbis or FLAC file; write it in other words"),
        ("not-there", "not-there is not installed; apt-get install espeak-ng"),
    ];
    for (name, wanted) in cases {
        let centre = Centre::with(espeak(|espeak| {
            espeak.program = fake(name);
            espeak.timeout = Duration::from_millis(if name == "slow" { 300 } else { 20_000 });
            espeak.output_len_max = 100_000;
        }));
        let reason = broken(centre.prepare(say("您好")));
        assert!(reason.contains(wanted), "{name}: {reason}");
        assert!(centre.kept().is_empty());
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_voice_that_does_not_exist_is_named_by_the_real_synthesiser() {
    let centre = Centre::with(espeak(|espeak| espeak.mandarin.name = "tlh-nowhere".to_owned()));
    let reason = broken(centre.prepare(say("您好")));
    assert!(reason.contains("voice does not exist") && reason.contains("apt-get install"), "{reason}");
}

#[test]
fn words_that_cannot_be_heard_are_refused() {
    let centre = Centre::with(espeak(|espeak| espeak.text_len_max = 300));
    for text in ["", "  \n", "。,!", "……"] {
        let reason = broken(centre.prepare(say(text)));
        assert_eq!(reason, "there is nothing to say in the text; write some words", "{text:?}");
    }
    let reason = broken(centre.prepare(say(&"钟楼".repeat(60))));
    assert!(reason.contains("more than the 300 allowed; divide it"), "{reason}");
}

#[test]
fn the_announcements_of_a_queue_are_ready_in_seconds() {
    let centre = Centre::new();
    let wanted: Vec<AudioWanted> = (1..=60)
        .map(|ahead| AudioWanted {
            prompt: PromptName::new(&format!("ahead-{ahead}")).unwrap(),
            from: say(&format!("您前面还有{ahead}位,预计等待{ahead}分钟。")),
        })
        .collect();
    let mut told = Vec::new();
    let begun = Instant::now();
    let ready = centre.library().prepare_with(&wanted, &centre.base(), &mut |done, of| told.push((done, of)));
    println!("60 announcements in {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(told, (1..=60).map(|done| (done, 60)).collect::<Vec<_>>());
    assert_eq!(centre.kept().len(), 60);
    assert!(ready.values().all(|audio| !centre.heard(audio).is_empty()));
    let begun = Instant::now();
    assert_eq!(centre.library().prepare(&wanted, &centre.base()), ready);
    println!("again in {:.3} s", begun.elapsed().as_secs_f64());
}
