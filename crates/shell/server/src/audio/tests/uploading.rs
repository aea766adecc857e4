//! What becomes of files, good and bad.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use bell_media::level::Level;
use bell_media::wav::{self, Encoding, Format};

use super::{Centre, broken, sox, speech_file, words};
use crate::audio::decode::decode;
use crate::audio::shelf::wav_file;
use crate::audio::{Config, Form, Remark, Unfit};

/// The loudness of each tenth of a second.
fn envelope(samples: &[i16]) -> Vec<f64> {
    let level = |block: &[i16]| {
        let mut level = Level::new();
        level.add(block);
        level.dbov_exact().max(-60.0)
    };
    samples.chunks(1600).map(level).collect()
}

#[test]
fn inb_06_every_form_of_file_becomes_the_same_prompt() {
    let centre = Centre::new();
    let original = centre.upload("original.wav", &speech_file(48_000, -20.0));
    let wanted = envelope(&centre.heard(&centre.prepare_file("original.wav")));
    let forms: [(&str, &[&str]); 9] = [
        ("narrow.wav", &["-r", "8000"]),
        ("alaw.wav", &["-r", "8000", "-e", "a-law"]),
        ("wide.wav", &["-b", "24", "-c", "2"]),
        ("mono.mp3", &["-r", "44100"]),
        ("stereo.mp3", &["-c", "2", "-r", "22050"]),
        ("mono.ogg", &["-r", "44100"]),
        ("stereo.ogg", &["-c", "2"]),
        ("mono.flac", &[]),
        ("stereo.flac", &["-c", "2", "-b", "24"]),
    ];
    for (name, options) in forms {
        sox(&original, options, &centre.base().join(name));
        let heard = envelope(&centre.heard(&centre.prepare_file(name)));
        assert!(heard.len().abs_diff(wanted.len()) <= 1, "{name}: {} tenths, not {}", heard.len(), wanted.len());
        // An encoder's delay shifts the edges of the words, not the words.
        let off = heard.iter().zip(&wanted).filter(|(heard, wanted)| (*heard - *wanted).abs() > 1.5).count();
        assert!(off <= 8, "{name}: {off} tenths differ\n{heard:.0?}\n{wanted:.0?}");
    }
}

#[test]
fn inb_06_a_broken_file_says_what_is_wrong_and_what_helps() {
    let centre = Centre::new();
    let good = speech_file(16_000, -20.0);
    let loud: Vec<i16> = words(16_000, -20.0).into_iter().map(|sample| sample.saturating_mul(100)).collect();
    let quiet: Vec<i16> = words(16_000, -20.0).into_iter().map(|sample| sample / 25).collect();
    let float = [&good[..20], &[3, 0], &good[22..34], &[32, 0], &good[36..]].concat();
    let cases: [(&str, Vec<u8>, &str, &str); 11] = [
        ("empty.wav", Vec::new(), "no WAV, MP3, Ogg Vorbis or FLAC", "save it as WAV"),
        ("text.wav", b"[centre]\nname = \"no audio\"\n".repeat(90), "no WAV, MP3", "save it as WAV"),
        ("page.mp3", b"<html><body>404 not found</body></html>".repeat(500), "no WAV, MP3", "save it as WAV"),
        ("zeros.mp3", vec![0; 100_000], "no WAV, MP3", "save it as WAV"),
        ("head.wav", good[..30].to_vec(), "cut short", "save it as WAV"),
        ("half.wav", good[..good.len() / 2].to_vec(), "octets are missing", "upload it again"),
        ("float.wav", float, "encoding 3 with 32 bits is not supported", "PCM of 16 bits"),
        ("silent.wav", wav_file(16_000, &[0; 16_000]), "only silence", "microphone"),
        ("hiss.wav", wav_file(16_000, &[3; 16_000]), "only silence", "microphone"),
        ("clipped.wav", wav_file(16_000, &loud), "clipped", "6 dB"),
        ("quiet.wav", wav_file(16_000, &quiet), "too quiet", "closer to the microphone"),
    ];
    for (name, content, problem, remedy) in cases {
        centre.upload(name, &content);
        let reason = broken(centre.prepare_file(name));
        let found = reason.split_once("; ").filter(|(what, helps)| what.contains(problem) && helps.contains(remedy));
        assert!(found.is_some(), "{name}: {reason}");
    }
    assert!(centre.kept().is_empty(), "nothing broken is kept");
}

#[test]
fn inb_10_compressed_files_that_were_damaged_are_found() {
    let centre = Centre::new();
    let original = centre.upload("original.wav", &wav_file(44_100, &words(44_100, -20.0).repeat(6)));
    // Of the forms of MP3 only the one with a variable rate says how long it is.
    for (form, options) in [("mp3", &["-C", "-4.2"][..]), ("ogg", &[]), ("flac", &[])] {
        let whole = centre.base().join(format!("whole.{form}"));
        sox(&original, options, &whole);
        let whole = fs::read(whole).unwrap();
        let half = whole.len() / 2;
        let mut overwritten = whole.clone();
        overwritten[half..half + whole.len() / 8].fill(0x55);
        let mut flipped = whole.clone();
        flipped[half] ^= 0x10;
        let cases = [
            ("head", &whole[..60]),
            ("cut", &whole[..half]),
            ("overwritten", &overwritten),
            ("flipped", &flipped),
            ("lost", &[&whole[..half], &whole[half + whole.len() / 8..]].concat()),
        ];
        for (damage, content) in cases {
            let name = format!("{damage}.{form}");
            centre.upload(&name, content);
            // Nothing in MP3 guards a single bit, and nobody would hear it.
            if name != "flipped.mp3" {
                let reason = broken(centre.prepare_file(&name));
                assert!(reason.contains("is damaged: ") || name == "head.mp3", "{name}: {reason}");
            }
        }
    }
}

#[test]
fn a_decoder_that_is_led_astray_never_takes_us_with_it() {
    let centre = Centre::new();
    let original = centre.upload("original.wav", &speech_file(22_050, -20.0));
    let mut state = 7u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for form in ["mp3", "ogg", "flac", "wav"] {
        let whole = centre.base().join(format!("whole.{form}"));
        sox(&original, &[], &whole);
        let whole = fs::read(whole).unwrap();
        for _ in 0..40 {
            let mut strange = whole.clone();
            // The first octets hold what decoders believe.
            for _ in 0..1 + random(6) {
                strange[random(200)] = random(256) as u8;
            }
            // Whatever comes of it: an answer.
            let _ = decode(&strange, Duration::from_secs(60));
        }
    }
}

/// What voice messages of phones are.
#[test]
fn opus_is_named_as_not_supported() {
    let head = [&b"OpusHead\x01\x01\x38\x01"[..], &48_000u32.to_le_bytes(), &[0, 0, 0]].concat();
    let tags = [&b"OpusTags"[..], &[0; 8]].concat();
    let pages = [(2, head), (0, tags), (4, vec![0xfc; 40])];
    let pages = pages.iter().zip(0u32..).map(|((flags, packet), number)| ogg_page(*flags, number, packet));
    let centre = Centre::new();
    centre.upload("message.ogg", &pages.collect::<Vec<_>>().concat());
    let reason = broken(centre.prepare_file("message.ogg"));
    assert!(reason.contains("of a kind that is not supported") && reason.contains("save it as WAV"), "{reason}");
}

/// A page with one packet, its checksum computed bit by bit.
fn ogg_page(flags: u8, number: u32, packet: &[u8]) -> Vec<u8> {
    let mut page = [&b"OggS\0"[..], &[flags], &[0; 8], &[9, 0, 0, 0], &number.to_le_bytes(), &[0; 4]].concat();
    page.extend([1, packet.len() as u8]);
    page.extend(packet);
    let mut sum = 0u32;
    for octet in &page {
        sum ^= u32::from(*octet) << 24;
        for _ in 0..8 {
            sum = if sum >> 31 == 1 { (sum << 1) ^ 0x04c1_1db7 } else { sum << 1 };
        }
    }
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

#[test]
fn limits_hold_before_memory_is_spent() {
    let mut config = Config::standard();
    config.prompt.length_max = Duration::from_secs(3);
    config.file_len_max = 500_000;
    let centre = Centre::with(config);
    let original = centre.upload("long.wav", &speech_file(8000, -20.0));
    for name in ["long.mp3", "long.ogg", "long.flac"] {
        sox(&original, &[], &centre.base().join(name));
    }
    sox(&original, &["-c", "4"], &centre.base().join("four.flac"));
    sox(&original, &["-c", "4"], &centre.base().join("four.wav"));
    centre.upload("large.wav", &speech_file(48_000, -20.0));
    let cases = [
        ("long.wav", "longer than the 3 s allowed; cut it"),
        ("long.mp3", "longer than the 3 s allowed; cut it"),
        ("long.ogg", "longer than the 3 s allowed; cut it"),
        ("long.flac", "longer than the 3 s allowed; cut it"),
        ("four.flac", "4 channels; save it in mono or stereo"),
        ("four.wav", "4 channels are not supported"),
        ("large.wav", "more than the 500000 allowed; shorten it"),
    ];
    for (name, wanted) in cases {
        let reason = broken(centre.prepare_file(name));
        assert!(reason.contains(wanted), "{name}: {reason}");
    }
}

#[test]
fn only_files_below_the_configuration_are_read() {
    let centre = Centre::new();
    let outside = centre.dir.path().join("secret.wav");
    fs::write(&outside, speech_file(16_000, -20.0)).unwrap();
    symlink(&outside, centre.base().join("link.wav")).unwrap();
    symlink("..", centre.base().join("up")).unwrap();
    fs::create_dir(centre.base().join("prompts")).unwrap();
    assert!(Command::new("mkfifo").arg(centre.base().join("pipe.wav")).status().unwrap().success());
    let absolute = outside.display().to_string();
    let leads_out = "leads out of the directory of the configuration; name a file below it";
    let cases = [
        ("../secret.wav", leads_out),
        ("prompts/../../secret.wav", leads_out),
        (absolute.as_str(), leads_out),
        ("link.wav", leads_out),
        ("up/secret.wav", leads_out),
        ("", leads_out),
        ("..", leads_out),
        ("prompts", "is not a file"),
        ("pipe.wav", "is not a file"),
        ("prompts/missing.wav", "is not there; put the file there, or correct its name"),
        ("link.wav/more", "is not there"),
        ("nul\0.wav", "cannot be read"),
    ];
    for (name, wanted) in cases {
        let reason = broken(centre.prepare_file(name));
        assert!(reason.contains(wanted), "{name:?}: {reason}");
    }
    centre.upload("prompts/inside.wav", &speech_file(16_000, -20.0));
    symlink("prompts/inside.wav", centre.base().join("alias.wav")).unwrap();
    for name in ["prompts/inside.wav", "./prompts/inside.wav", "alias.wav"] {
        assert!(!centre.heard(&centre.prepare_file(name)).is_empty());
    }
}

#[test]
fn inb_06_a_report_measures_what_was_uploaded() {
    let centre = Centre::new();
    let mut samples = vec![0; 16_000];
    samples.extend(words(16_000, -26.0));
    samples.extend([0; 8000]);
    let report = centre.library().report(&centre.upload("good.wav", &wav_file(16_000, &samples))).unwrap();
    assert_eq!((report.form, report.rate_hz, report.channels), (Form::Wav, 16_000, 1));
    assert_eq!(report.length, Duration::from_secs(7));
    assert_eq!((report.leading, report.trailing), (Duration::from_secs(1), Duration::from_millis(500)));
    assert!((report.peak_dbov - -23.0).abs() < 0.1, "{report}");
    assert_eq!(report.noise_dbov, -127);
    let prepared = report.verdict.as_ref().unwrap();
    // A second and a half of silence around it became two fifths.
    assert!(prepared.length.abs_diff(Duration::from_millis(5900)) < Duration::from_millis(50), "{report}");
    assert!((prepared.loudness_dbov + prepared.gain_db - -22.0).abs() < 0.5, "{report}");
    assert_eq!(report.remarks, []);
    assert!(report.to_string().ends_with("as callers hear it"), "{report}");
    assert!(centre.kept().is_empty(), "a look keeps nothing");
}

#[test]
fn inb_10_a_report_measures_the_noise_of_the_room() {
    let centre = Centre::new();
    // A deterministic hiss at about -41 dBov, under words of which the loudest is at -26.
    let mut state = 1u32;
    let hiss = |sample: i16| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        sample + ((state >> 16) as i16 >> 6)
    };
    let noisy: Vec<i16> = words(16_000, -26.0).into_iter().map(hiss).collect();
    let report = centre.library().report(&centre.upload("noisy.wav", &wav_file(16_000, &noisy))).unwrap();
    assert!((-42..=-39).contains(&report.noise_dbov), "{report}");
    assert!(matches!(report.remarks[..], [Remark::Noisy(distance)] if distance < 15.0), "{report}");
    let pause = [words(16_000, -26.0), vec![0; 48_000], words(16_000, -26.0)].concat();
    let report = centre.library().report(&centre.upload("pause.wav", &wav_file(16_000, &pause))).unwrap();
    assert!(matches!(report.remarks[..], [Remark::LongPause(pause)] if pause.as_secs_f64() > 2.9), "{report}");
}

#[test]
fn inb_06_a_report_of_a_bad_file_has_its_reason() {
    let centre = Centre::new();
    let loud: Vec<i16> = words(16_000, -20.0).into_iter().map(|sample| sample.saturating_mul(100)).collect();
    let report = centre.library().report(&centre.upload("loud.wav", &wav_file(16_000, &loud))).unwrap();
    assert!(matches!(report.verdict, Err(Unfit::Prompt(_))), "{report}");
    assert!(report.to_string().contains("cannot be played: the prompt is clipped"), "{report}");
    let missing = centre.library().report(&centre.base().join("missing.wav")).unwrap_err();
    assert!(matches!(missing, Unfit::Missing(_)), "{missing}");
}

#[test]
fn a_file_of_unknown_length_is_read_to_its_end() {
    let centre = Centre::new();
    let samples = words(22_050, -20.0);
    let format = Format { encoding: Encoding::Pcm(16), channels: 1, rate_hz: 22_050 };
    for claimed in [0x7fff_f000, u32::MAX] {
        let mut file = wav::header(format, claimed).to_vec();
        wav::write_samples(format.encoding, &samples, &mut file);
        centre.upload("streamed.wav", &file);
        let heard = centre.heard(&centre.prepare_file("streamed.wav")).len();
        assert!(heard.abs_diff(samples.len() * 16_000 / 22_050) < 400, "{heard} samples");
    }
}
