//! Recordings on disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bell_call::GapPolicy;
use bell_media::wav::Encoding;
use bell_mediahost::{ExportConfig, FileFormat, export};
use bell_types::CallId;
use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};

use super::{Outcome, check};
use crate::dirs::Dirs;

/// Find and export recordings.
#[derive(Debug, Subcommand)]
pub(super) enum Recordings {
    /// List the recordings on disk.
    List,
    /// Compare what is recorded with what callers were on the line for (REC-01), and list the gaps. Ends with 1 if there
    /// are any.
    Check {
        /// Only the calls that arrived on this day, in the centre's time zone: 2026-11-27.
        #[arg(long)]
        day: Option<NaiveDate>,
        /// Read every file through and compare its hash with the call's record.
        #[arg(long)]
        verify: bool,
        /// How many milliseconds any call may lack: the edges of packets.
        #[arg(long, default_value_t = 200)]
        missing_max: u64,
        /// How many thousandths of a call must be there.
        #[arg(long, default_value_t = 999, value_parser = clap::value_parser!(u16).range(0..=1000))]
        permille_min: u16,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write a recording as a stereo file: left what the caller says, right what the caller hears.
    Export {
        /// The call.
        call: CallId,
        /// The file to write; CALL.wav or CALL.opus if not given.
        file: Option<PathBuf>,
        /// The same, as it was said before.
        #[arg(long, hide = true, conflicts_with = "file")]
        out: Option<PathBuf>,
        /// The kind of file; as its name ends if not given: .wav, or .opus and .ogg.
        #[arg(long, value_enum)]
        format: Option<Kind>,
        /// How a WAV file is encoded.
        #[arg(long, value_enum, default_value = "pcm")]
        encoding: WavEncoding,
        /// Bits per second of an Opus file, both sides together.
        #[arg(long, default_value_t = 32_000, value_parser = clap::value_parser!(u32).range(24_000..=128_000))]
        bitrate: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Played by everything; 2 MB for a minute.
    Wav,
    /// Opus in Ogg, played by browsers; a quarter of a MB for a minute.
    Opus,
}

impl Kind {
    /// As the name of a file says.
    fn named(file: &Path) -> Result<Self, String> {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("wav") => Ok(Self::Wav),
            Some("opus" | "ogg") => Ok(Self::Opus),
            Some(_) | None => {
                let file = file.display();
                Err(format!("{file} does not say what kind of file it is: end it in .wav or .opus, or give --format"))
            }
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Opus => "opus",
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum WavEncoding {
    /// 16 bits, which everything plays.
    Pcm,
    /// A-law, half as large.
    Alaw,
}

impl Recordings {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        match self {
            Self::List => list(dirs),
            Self::Check { day, verify, missing_max, permille_min, json } => {
                let policy =
                    GapPolicy { missing_max: Duration::from_millis(missing_max), recorded_permille_min: permille_min };
                check::run(dirs, day, verify, &policy, json)
            }
            Self::Export { call, file, out, format, encoding, bitrate } => {
                let (file, kind) = match (file.or(out), format) {
                    (Some(file), Some(kind)) => (file, kind),
                    (Some(file), None) => Kind::named(&file).map(|kind| (file, kind))?,
                    (None, kind) => {
                        let kind = kind.unwrap_or(Kind::Wav);
                        (PathBuf::from(format!("{call}.{}", kind.ending())), kind)
                    }
                };
                let format = match (kind, encoding) {
                    (Kind::Wav, WavEncoding::Pcm) => FileFormat::Wav(Encoding::Pcm(16)),
                    (Kind::Wav, WavEncoding::Alaw) => FileFormat::Wav(Encoding::Alaw),
                    (Kind::Opus, _) => FileFormat::Opus { bitrate },
                };
                export_one(dirs, call, &file, format)
            }
        }
    }
}

fn list(dirs: &Dirs) -> Outcome {
    let mut names: Vec<_> = fs::read_dir(dirs.recordings())?.filter_map(Result::ok).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in &names {
        println!("{:>12}  {}", entry.metadata()?.len(), entry.file_name().to_string_lossy());
    }
    if names.is_empty() {
        println!("nothing is recorded yet");
    }
    Ok(())
}

fn export_one(dirs: &Dirs, call: CallId, out: &Path, format: FileFormat) -> Outcome {
    let sealed = dirs.recordings().join(format!("{call}.rec"));
    let open = dirs.recordings().join(format!("{call}.part"));
    let file = if sealed.exists() { sealed } else { open };
    if !file.exists() {
        return Err(format!("there is no recording of call {call}: see belltower recordings list").into());
    }
    let config = ExportConfig { leg: 1, rate_hz: 8000, format, skew_max: Duration::from_secs(2) };
    let assembly = export(&file, out, config)?;
    let (length, missing) = (assembly.length, assembly.missing_left.max(assembly.missing_right));
    println!("{}: {:.1} s, {:.3} s missing", out.display(), length.as_secs_f64(), missing.as_secs_f64());
    Ok(())
}
