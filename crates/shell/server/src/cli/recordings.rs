//! Recordings on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bell_call::GapPolicy;
use bell_media::wav::Encoding;
use bell_mediahost::{ExportConfig, FileFormat, Repair, export, repair};
use bell_types::{CallId, RecordingId};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::keys::Keys;
use super::{Outcome, check};
use crate::dirs::Dirs;

/// Find and export recordings.
#[derive(Debug, Args)]
pub(super) struct Recordings {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
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
    },
    /// The keys that recordings are under.
    #[command(subcommand)]
    Keys(Keys),
    /// Mend the file of a recording that was cut off or damaged: it then ends, sealed, at the last part that can be read, and
    /// the file as it was is kept beside it as CALL.rec.original (REC-25).
    Repair {
        /// The call.
        call: CallId,
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
        let Self { json, what } = self;
        match what {
            What::List => list(dirs, json),
            What::Keys(keys) => keys.run(dirs, json),
            What::Check { day, verify, missing_max, permille_min } => {
                let policy =
                    GapPolicy { missing_max: Duration::from_millis(missing_max), recorded_permille_min: permille_min };
                check::run(dirs, day, verify, &policy, json)
            }
            What::Repair { call } => repair_one(dirs, call, json),
            What::Export { call, file, out, format, encoding, bitrate } => {
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
                export_one(dirs, call, &file, format, json)
            }
        }
    }
}

fn list(dirs: &Dirs, as_json: bool) -> Outcome {
    let mut names: Vec<_> = fs::read_dir(dirs.recordings())?.filter_map(Result::ok).collect();
    names.sort_by_key(fs::DirEntry::file_name);
    if as_json {
        let shown = names.iter().map(|entry| {
            let path = entry.path();
            // Sealed when the call is over; a part while it goes on.
            let sealed = path.extension().is_some_and(|ending| ending == "rec");
            let call = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            Ok(json!({ "call": call, "sealed": sealed, "bytes": entry.metadata()?.len(), "file": path }))
        });
        println!("{:#}", Value::Array(shown.collect::<io::Result<_>>()?));
        return Ok(());
    }
    for entry in &names {
        println!("{:>12}  {}", entry.metadata()?.len(), entry.file_name().to_string_lossy());
    }
    if names.is_empty() {
        println!("nothing is recorded yet");
    }
    Ok(())
}

fn repair_one(dirs: &Dirs, call: CallId, as_json: bool) -> Outcome {
    if !dirs.recordings().join(format!("{call}.rec")).exists() {
        return Err(format!("there is no sealed recording of call {call}: see belltower recordings list").into());
    }
    match repair(&dirs.recordings(), &dirs.keys(), RecordingId(call))? {
        Repair::Whole { length } if as_json => {
            println!("{:#}", json!({ "call": call, "repaired": false, "length_secs": length.as_secs_f64() }));
        }
        Repair::Whole { length } => println!("{call}: nothing is wrong with it, {:.1} s", length.as_secs_f64()),
        Repair::Repaired { length, original, lost, sha256 } if as_json => {
            let length = length.as_secs_f64();
            let told = json!({ "call": call, "repaired": true, "length_secs": length, "original": original,
                "lost_bytes": lost, "sha256": sha256 });
            println!("{told:#}");
        }
        Repair::Repaired { length, original, lost, .. } => {
            println!("{call}: mended, {:.1} s can be played, {lost} octets could not be read", length.as_secs_f64());
            println!("the file as it was: {}", original.display());
            println!("its hash is another one than the call's record has: recordings check --verify will say so");
        }
    }
    Ok(())
}

fn export_one(dirs: &Dirs, call: CallId, out: &Path, format: FileFormat, as_json: bool) -> Outcome {
    let sealed = dirs.recordings().join(format!("{call}.rec"));
    let open = dirs.recordings().join(format!("{call}.part"));
    let file = if sealed.exists() { sealed } else { open };
    if !file.exists() {
        return Err(format!("there is no recording of call {call}: see belltower recordings list").into());
    }
    let config = ExportConfig { leg: 1, rate_hz: 8000, format, skew_max: Duration::from_secs(2) };
    let assembly = export(&file, &dirs.keys(), out, config)?;
    let (length, missing) = (assembly.length, assembly.missing_left.max(assembly.missing_right));
    if as_json {
        let (length, missing) = (length.as_secs_f64(), missing.as_secs_f64());
        println!("{:#}", json!({ "call": call, "file": out, "length_secs": length, "missing_secs": missing }));
        return Ok(());
    }
    println!("{}: {:.1} s, {:.3} s missing", out.display(), length.as_secs_f64(), missing.as_secs_f64());
    Ok(())
}
