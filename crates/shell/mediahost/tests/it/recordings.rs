//! Recordings: written, sealed, recovered, exported.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bell_media::control::{MediaAction, MediaNews, Plan};
use bell_media::recording::Assembly;
use bell_media::tone::level_of;
use bell_media::wav::{Encoding, Wav};
use bell_mediahost::{ExportConfig, FileFormat, Vault, export, find_sealed, recover};
use bell_types::{CallId, Codec, NodeId, RecordingId, RecordingStatus, Wall};
use sha2::{Digest, Sha256};

use crate::party::{talk, talk_until};
use crate::trial::{Trial, leg};

const VICTIM: &str = "BELLTOWER_MEDIAHOST_VICTIM";

#[derive(Debug, PartialEq)]
struct Sealed {
    status: RecordingStatus,
    length: Duration,
    sha256: String,
}

fn recording() -> RecordingId {
    RecordingId(leg(1).call)
}

fn sealed(news: &MediaNews) -> Option<Sealed> {
    match news {
        MediaNews::RecordingSealed { recording: of, status, length, sha256 } => {
            assert_eq!(*of, recording());
            Some(Sealed { status: status.clone(), length: *length, sha256: sha256.clone() })
        }
        _ => None,
    }
}

fn seal(trial: &mut Trial) -> Sealed {
    trial.tell(leg(1), MediaAction::Seal(recording()));
    trial.expect(leg(1), sealed)
}

/// Left, right and what the export says.
fn listen(directory: &Path, name: &str) -> (Vec<i16>, Vec<i16>, Assembly) {
    let wav = directory.join("export.wav");
    let config = ExportConfig {
        leg: 1,
        rate_hz: 8000,
        format: FileFormat::Wav(Encoding::Alaw),
        skew_max: Duration::from_secs(1),
    };
    let assembly = export(&directory.join(name), &Vault::none(), &wav, config).unwrap();
    let file = std::fs::read(wav).unwrap();
    let wav = Wav::parse(&file, 1 << 24).unwrap();
    assert_eq!(wav.format.channels, 2);
    let samples: Vec<i16> = wav.samples().collect();
    let channel = |offset| samples.iter().skip(offset).step_by(2).copied().collect();
    (channel(0), channel(1), assembly)
}

/// Asserts that of two tones one is heard in a stretch given in milliseconds.
#[track_caller]
fn hears(channel: &[i16], from: usize, to: usize, heard: f64, unheard: f64) {
    let part = &channel[from * 8..to * 8];
    let (loud, quiet) = (level_of(part, heard, 8000), level_of(part, unheard, 8000));
    assert!(loud > -20.0 && quiet < -30.0, "{heard} Hz at {loud:.1}, {unheard} Hz at {quiet:.1} dBov");
}

fn sha256(file: &Path) -> String {
    let hash = Sha256::digest(std::fs::read(file).unwrap());
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// REC-01, REC-02: both directions, from the first to the last packet, through a bridge and a transfer.
#[test]
fn rec_01_a_recording_has_each_party_on_its_side() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut agent = trial.connect(leg(2), Codec::Pcma, 1100.0);
    let mut other = trial.connect(leg(3), Codec::G722, 1500.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Leg(leg(2)));
    trial.plan(leg(2), Plan::Leg(leg(1)));
    talk(&mut [&mut caller, &mut agent, &mut other], 1000);
    trial.plan(leg(1), Plan::Leg(leg(3)));
    trial.tell(leg(2), MediaAction::Close);
    talk(&mut [&mut caller, &mut other], 1000);
    trial.tell(leg(1), MediaAction::Close);
    let sealed = seal(&mut trial);
    assert_eq!(sealed.status, RecordingStatus::Recorded);
    let millis = sealed.length.as_millis();
    assert!((1950..2300).contains(&millis), "{millis}");
    let name = format!("{}.rec", recording());
    assert_eq!(sealed.sha256, sha256(&trial.recordings().join(&name)));
    assert!(!trial.recordings().join(format!("{}.part", recording())).exists());

    let (left, right, assembly) = listen(&trial.recordings(), &name);
    hears(&left, 100, 1900, 700.0, 1100.0);
    hears(&right, 100, 900, 1100.0, 700.0);
    hears(&right, 1200, 1900, 1500.0, 1100.0);
    assert_eq!(assembly.length, sealed.length);
    assert!(assembly.missing_left < Duration::from_millis(60), "{assembly:?}");
    assert!(assembly.missing_right < Duration::from_millis(60), "{assembly:?}");

    assert_eq!(seal(&mut trial), sealed, "a seal that is repeated has the same answer");
}

#[test]
fn what_is_sealed_is_never_written_again() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    talk(&mut [&mut caller], 200);
    let first = seal(&mut trial);
    assert_eq!(first.status, RecordingStatus::Recorded);
    trial.tell(leg(1), MediaAction::Close);
    let mut again = trial.connect(leg(2), Codec::Pcma, 700.0);
    trial.tell(leg(2), MediaAction::Record(recording()));
    talk(&mut [&mut again], 200);
    let second = seal(&mut trial);
    assert!(matches!(second.status, RecordingStatus::Failed { .. }), "{second:?}");
    let file = trial.recordings().join(format!("{}.rec", recording()));
    assert_eq!(sha256(&file), first.sha256);
}

#[test]
fn a_pause_is_explained_and_not_missing() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut caller], 400);
    caller.muted = true;
    talk(&mut [&mut caller], 600);
    caller.muted = false;
    talk(&mut [&mut caller], 400);
    trial.tell(leg(1), MediaAction::Close);
    assert_eq!(seal(&mut trial).status, RecordingStatus::Recorded);
    let (left, right, assembly) = listen(&trial.recordings(), &format!("{}.rec", recording()));
    for channel in [&left, &right] {
        hears(channel, 1100, 1350, 700.0, 1100.0);
        assert!(level_of(&channel[8 * 500..8 * 900], 700.0, 8000) < -60.0);
    }
    assert!(assembly.missing_left < Duration::from_millis(60), "{assembly:?}");
}

#[test]
fn a_full_disk_fails_the_recording_and_not_the_call() {
    let mut trial = Trial::with(|config| config.recording.disk_reserve = u64::MAX);
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut caller], 700);
    caller.hears(&[700.0], &[]);
    trial.tell(leg(1), MediaAction::Close);
    let sealed = seal(&mut trial);
    let RecordingStatus::Failed { reason } = sealed.status else {
        panic!("{sealed:?}");
    };
    assert!(reason.contains("disk for recordings is full"), "{reason}");
    assert_eq!(sealed.sha256, "");
    assert!(trial.host().gauges().recorder_lost > 0);
}

/// REC-24: what could not be written is known to the second.
#[test]
fn rec_24_a_writer_that_cannot_follow_makes_the_recording_partial() {
    // A queue of nothing takes a chunk only while the writer waits, which it seldom does.
    let mut trial = Trial::with(|config| {
        config.recording.chunks_max = 0;
        config.recording.chunk_len = 100;
    });
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut caller], 1000);
    trial.tell(leg(1), MediaAction::Close);
    let sealed = seal(&mut trial);
    let RecordingStatus::Partial { missing } = sealed.status else {
        panic!("{sealed:?}");
    };
    assert!(missing > Duration::from_millis(100) && missing < sealed.length, "{sealed:?}");
    let (_, _, assembly) = listen(&trial.recordings(), &format!("{}.rec", recording()));
    let heard = assembly.missing_left.max(assembly.missing_right);
    assert!(heard.abs_diff(missing) < Duration::from_millis(60), "{heard:?} against {missing:?}");
}

#[test]
fn what_was_never_recorded_cannot_be_sealed() {
    let mut trial = Trial::start();
    trial.open(leg(1));
    let sealed = seal(&mut trial);
    assert!(matches!(sealed.status, RecordingStatus::Failed { .. }), "{sealed:?}");
}

#[test]
fn stopping_the_host_seals_what_is_open() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut caller], 400);
    trial.host.take().unwrap().stop();
    let sealed = trial.expect(leg(1), sealed);
    assert_eq!(sealed.status, RecordingStatus::Recorded);
    let (left, _, _) = listen(&trial.recordings(), &format!("{}.rec", recording()));
    hears(&left, 100, 350, 700.0, 1100.0);
    assert_eq!(recover(&trial.recordings(), &Vault::none()).unwrap(), []);
    let found = find_sealed(&trial.recordings(), &Vault::none(), recording()).unwrap().expect("it is sealed");
    assert_eq!((found.length, found.missing, found.sha256), (sealed.length, Duration::ZERO, sealed.sha256));
}

#[test]
fn a_sealed_recording_is_found_if_it_is_whole_and_itself() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    talk(&mut [&mut caller], 400);
    trial.host.take().unwrap().stop();
    let directory = trial.recordings();
    let [other, missing] = [7, 8].map(|count| RecordingId(CallId::mint(Wall::from_micros(0), NodeId(9), count)));
    let path = |id: RecordingId| directory.join(format!("{id}.rec"));
    std::fs::copy(path(recording()), path(other)).unwrap();
    assert_eq!(
        find_sealed(&directory, &Vault::none(), other).unwrap_err().kind(),
        ErrorKind::InvalidData,
        "it is another call's"
    );
    assert_eq!(find_sealed(&directory, &Vault::none(), missing).unwrap(), None);
    let file = std::fs::OpenOptions::new().write(true).open(path(recording())).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    assert_eq!(
        find_sealed(&directory, &Vault::none(), recording()).unwrap_err().kind(),
        ErrorKind::InvalidData,
        "it is cut"
    );
}

/// Not a test of its own: the process that is killed in the next one.
#[test]
fn victim() {
    let Some(directory) = std::env::var_os(VICTIM) else { return };
    let mut trial = Trial::with(|config| {
        config.recording.directory = directory.into();
        config.ports = 18_000..=18_039;
    });
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Echo);
    talk(&mut [&mut caller], 60_000);
}

#[test]
fn after_kill_9_a_recording_is_whole_to_its_last_second() {
    let directory = tempfile::tempdir().unwrap();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "recordings::victim"])
        .env(VICTIM, directory.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let part = directory.path().join(format!("{}.part", recording()));
    // 100 packets a second of 160 octets and a little: 40 000 octets are more than two seconds.
    let mut idle = crate::party::Party::new(Codec::Pcma, 700.0);
    idle.muted = true;
    let grown =
        talk_until(&mut [&mut idle], 20_000, |_| std::fs::metadata(&part).is_ok_and(|file| file.len() > 40_000));
    victim.kill().unwrap();
    victim.wait().unwrap();
    let lived = started.elapsed();
    assert!(grown);
    // The crash may as well have torn the last record.
    let file = std::fs::OpenOptions::new().write(true).open(&part).unwrap();
    file.set_len(file.metadata().unwrap().len() - 7).unwrap();

    let recovered = recover(directory.path(), &Vault::none()).unwrap();
    assert_eq!(recovered.len(), 1);
    let found = &recovered[0];
    assert_eq!((found.recording, found.missing), (recording(), Duration::ZERO));
    assert!(found.length > Duration::from_secs(1) && found.length < lived, "{found:?}");
    assert_eq!(found.sha256, sha256(&found.file));
    let (left, right, _) = listen(directory.path(), &format!("{}.rec", recording()));
    let millis = found.length.as_millis() as usize;
    hears(&left, millis - 800, millis - 100, 700.0, 1100.0);
    hears(&right, millis - 800, millis - 100, 700.0, 1100.0);
    assert_eq!(recover(directory.path(), &Vault::none()).unwrap(), [], "what was recovered needs no recovery");
}

#[test]
fn a_file_that_is_no_recording_is_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("0000000000001.part");
    std::fs::write(&file, b"not a recording, but long enough to have a header").unwrap();
    assert_eq!(recover(directory.path(), &Vault::none()).unwrap(), []);
    assert!(!file.exists() && file.with_extension("broken").exists());
    assert_eq!(recover(Path::new("/nonexistent"), &Vault::none()).unwrap(), []);
}

/// REC-02: as Opus a recording is small, and each party is on its side. What is read here are the pages; the packets are
/// decoded by libopus, as a browser would.
#[test]
fn rec_02_an_opus_export_has_each_party_on_its_side() {
    let mut trial = Trial::start();
    let mut caller = trial.connect(leg(1), Codec::Pcma, 700.0);
    let mut agent = trial.connect(leg(2), Codec::Pcma, 1100.0);
    trial.tell(leg(1), MediaAction::Record(recording()));
    trial.plan(leg(1), Plan::Leg(leg(2)));
    trial.plan(leg(2), Plan::Leg(leg(1)));
    talk(&mut [&mut caller, &mut agent], 6000);
    trial.host.take().unwrap().stop();
    let source = trial.recordings().join(format!("{}.rec", recording()));
    let opus = trial.recordings().join("export.opus");
    let format = FileFormat::Opus { bitrate: 32_000 };
    let config = ExportConfig { leg: 1, rate_hz: 8000, format, skew_max: Duration::from_secs(1) };
    let assembly = export(&source, &Vault::none(), &opus, config).unwrap();
    let file = std::fs::read(opus).unwrap();
    let seconds = assembly.length.as_secs_f64();
    let per_minute = file.len() as f64 * 60.0 / seconds;
    assert!((200_000.0..260_000.0).contains(&per_minute), "REC-02: {per_minute} octets for a minute");

    let (left, right) = decode(&file);
    assert_eq!(left.len(), (seconds * 8000.0).round() as usize, "not a sample more or less");
    let middle = |side: &[i16]| side[16_000..40_000].to_vec();
    let (left, right) = (middle(&left), middle(&right));
    for (side, own, other) in [(&left, 700.0, 1100.0), (&right, 1100.0, 700.0)] {
        let (own, other) = (level_of(side, own, 8000), level_of(side, other, 8000));
        // A coder that is for speech alone keeps them 20 dB apart, and a gap in the tone costs some of the 44 that are usual.
        assert!(own > -30.0 && own - other > 30.0, "{own} of its own, {other} of the other's");
    }
}

/// Left and right of an Ogg Opus file (RFC 7845): its packets decoded, without what is to be skipped at either end.
fn decode(mut file: &[u8]) -> (Vec<i16>, Vec<i16>) {
    let mut decoder = opusic_c::Decoder::new(opusic_c::Channels::Stereo, opusic_c::SampleRate::Hz8000).unwrap();
    let (mut samples, mut pre_skip, mut end) = (Vec::new(), 0, 0);
    for number in 0.. {
        if file.is_empty() {
            break;
        }
        let table = usize::from(file[26]);
        let lens: Vec<usize> = file[27..27 + table].iter().map(|&len| usize::from(len)).collect();
        end = u64::from_le_bytes(file[6..14].try_into().unwrap()) as usize / 6;
        let (page, rest) = file[27 + table..].split_at(lens.iter().sum());
        file = rest;
        if number == 0 {
            pre_skip = usize::from(u16::from_le_bytes([page[10], page[11]])) / 6;
        } else if number > 1 {
            let mut at = 0;
            for lens in lens.split_inclusive(|len| *len < 255) {
                let packet = &page[at..at + lens.iter().sum::<usize>()];
                at += packet.len();
                let mut decoded = [0; 320];
                decoder.decode_to_slice(packet, &mut decoded, false).unwrap();
                samples.extend(decoded.map(u16::cast_signed));
            }
        }
    }
    let heard = &samples[pre_skip * 2..end * 2];
    let side = |offset| heard.iter().skip(offset).step_by(2).copied().collect();
    (side(0), side(1))
}
