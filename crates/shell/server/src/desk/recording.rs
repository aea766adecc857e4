//! Recordings as they are played at the desk: written as WAV or Ogg, and kept in memory for a while. What is encrypted on
//! the disk is never put there in the clear for longer than it takes to read it again.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use bell_api::doors::{Audio, AudioForm, Business, HintView, PeaksView, Refused};
use bell_media::wav::{Encoding, Wav};
use bell_mediahost::{ExportConfig, ExportError, FileFormat, Vault, export, is_whole};
use bell_types::CallId;

use crate::dirs::Dirs;

/// How much audio is kept in memory.
const KEPT_BYTES_MAX: usize = 128 << 20;
/// How far packets may be out of order in a recording.
const SKEW_MAX: Duration = Duration::from_secs(2);
/// The sample rate of what is played.
const RATE_HZ: u32 = 8_000;
/// The longest recording that a waveform is made of, in samples: a day.
const SAMPLES_MAX: usize = RATE_HZ as usize * 86_400;
/// Both sides of a call are told apart from this on.
const OPUS_BITRATE: u32 = 32_000;

pub(super) struct Shelf {
    dirs: Dirs,
    kept: Mutex<VecDeque<Kept>>,
}

struct Kept {
    call: CallId,
    form: AudioForm,
    length_on_disk: u64,
    bytes: Bytes,
}

impl Shelf {
    pub(super) fn new(dirs: Dirs) -> Self {
        Self { dirs, kept: Mutex::default() }
    }

    /// The recording of a call, also of one that still goes on, up to now.
    pub(super) fn audio(&self, call: CallId, form: AudioForm) -> Result<Audio, Refused> {
        let file = self.file(call)?;
        let length_on_disk = fs::metadata(&file).map_err(Refused::unavailable)?.len();
        let ending = match form {
            AudioForm::Wav => "wav",
            AudioForm::Ogg => "ogg",
        };
        let tag = format!("{call}-{length_on_disk}-{ending}");
        if let Some(bytes) = self.find(call, form, length_on_disk) {
            return Ok(Audio { bytes, tag });
        }
        let bytes = Bytes::from(self.write(&file, form)?);
        self.keep(Kept { call, form, length_on_disk, bytes: bytes.clone() });
        Ok(Audio { bytes, tag })
    }

    /// How loud each stretch of it is at most, on both sides.
    pub(super) fn peaks(&self, call: CallId, points: usize) -> Result<PeaksView, Refused> {
        let audio = self.audio(call, AudioForm::Wav)?;
        let wav = Wav::parse(&audio.bytes, SAMPLES_MAX).map_err(Refused::unavailable)?;
        let (frames, points) = (wav.len(), points.min(wav.len()).max(1));
        let (mut left, mut right) = (vec![0_u16; points], vec![0_u16; points]);
        for (number, sample) in wav.samples().enumerate() {
            let point = (number / 2) * points / frames;
            let side = if number % 2 == 0 { &mut left } else { &mut right };
            side[point] = side[point].max(sample.unsigned_abs());
        }
        let scaled = |side: Vec<u16>| side.into_iter().map(|peak| f32::from(peak) / 32_768.0).collect();
        let length_ms = frames as u64 * 1_000 / u64::from(RATE_HZ);
        let hint = hint(&self.file(call)?, &self.dirs.keys());
        Ok(PeaksView { length_ms, left: scaled(left), right: scaled(right), hint })
    }

    pub(super) fn file(&self, call: CallId) -> Result<PathBuf, Refused> {
        let at = |ending: &str| self.dirs.recordings().join(format!("{call}.{ending}"));
        [at("rec"), at("part")].into_iter().find(|file| file.exists()).ok_or(Refused::NotThere)
    }

    fn write(&self, recording: &Path, form: AudioForm) -> Result<Vec<u8>, Refused> {
        let mut name = [0; 12];
        getrandom::fill(&mut name).map_err(Refused::unavailable)?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let out = self.dirs.root().join(format!(".playing-{name}"));
        let format = match form {
            AudioForm::Wav => FileFormat::Wav(Encoding::Alaw),
            AudioForm::Ogg => FileFormat::Opus { bitrate: OPUS_BITRATE },
        };
        let config = ExportConfig { leg: 1, rate_hz: RATE_HZ, format, skew_max: SKEW_MAX };
        let exported = export(recording, &self.dirs.keys(), &out, config);
        let bytes = exported
            .map_err(|error| unread(recording, error))
            .and_then(|_| fs::read(&out).map_err(Refused::unavailable));
        // It may not have been made.
        let _ = fs::remove_file(&out);
        bytes
    }

    fn find(&self, call: CallId, form: AudioForm, length_on_disk: u64) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |kept: &&Kept| (kept.call, kept.form, kept.length_on_disk) == (call, form, length_on_disk);
        kept.iter().find(same).map(|kept| kept.bytes.clone())
    }

    fn keep(&self, new: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|old| (old.call, old.form) != (new.call, new.form));
        kept.push_back(new);
        while kept.iter().map(|kept| kept.bytes.len()).sum::<usize>() > KEPT_BYTES_MAX {
            kept.pop_front();
        }
    }
}

/// What cannot be read, with what to do about it (REC-25).
fn unread(recording: &Path, error: ExportError) -> Refused {
    let ExportError::Format(_) = error else { return Refused::unavailable(error) };
    let call = recording.file_stem().unwrap_or_default().to_string_lossy();
    Refused::Business(Business {
        code: "recording_damaged",
        detail: format!(
            "the recording's file is damaged: {error}; restore it from a backup, then belltower recordings repair {call}"
        ),
        detail_zh: format!("录音文件已损坏，请从备份恢复后运行 belltower recordings repair {call}"),
    })
}

/// That a sealed recording was cut off, and how it is mended; none if it is whole or still being written.
fn hint(recording: &Path, keys: &Vault) -> Option<HintView> {
    let sealed = recording.extension().is_some_and(|ending| ending == "rec");
    if !sealed || is_whole(recording, keys).unwrap_or(true) {
        return None;
    }
    let call = recording.file_stem()?.to_string_lossy().into_owned();
    Some(HintView {
        code: "recording_torn",
        zh: format!(
            "录音文件不完整，只能播放到最后一个完好的片段；管理员可运行 belltower recordings repair {call} 修复，原文件会保留"
        ),
        en: format!(
            "the recording's file is cut off: it plays up to the last part that is whole; an administrator mends it by \
             belltower recordings repair {call}, and the original is kept"
        ),
    })
}
