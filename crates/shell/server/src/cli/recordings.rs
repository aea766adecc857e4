//! Recordings on disk.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use bell_media::wav::Encoding;
use bell_mediahost::{ExportConfig, export};
use bell_types::CallId;
use clap::{Subcommand, ValueEnum};

use super::Outcome;
use crate::dirs::Dirs;

/// Find and export recordings.
#[derive(Debug, Subcommand)]
pub(super) enum Recordings {
    /// List the recordings on disk.
    List,
    /// Write a recording as a stereo WAV file: left what the caller says, right what the caller hears.
    Export {
        /// The call.
        call: CallId,
        /// The file to write; CALL.wav if not given.
        #[arg(long)]
        out: Option<PathBuf>,
        /// How it is encoded.
        #[arg(long, value_enum, default_value = "pcm")]
        encoding: WavEncoding,
    },
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
            Self::Export { call, out, encoding } => {
                let out = out.unwrap_or_else(|| PathBuf::from(format!("{call}.wav")));
                export_one(dirs, call, &out, encoding)
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

fn export_one(dirs: &Dirs, call: CallId, out: &std::path::Path, encoding: WavEncoding) -> Outcome {
    let sealed = dirs.recordings().join(format!("{call}.rec"));
    let open = dirs.recordings().join(format!("{call}.part"));
    let file = if sealed.exists() { sealed } else { open };
    if !file.exists() {
        return Err(format!("there is no recording of call {call}: see belltower recordings list").into());
    }
    let encoding = match encoding {
        WavEncoding::Pcm => Encoding::Pcm(16),
        WavEncoding::Alaw => Encoding::Alaw,
    };
    let config = ExportConfig { leg: 1, rate_hz: 8000, encoding, skew_max: Duration::from_secs(2) };
    let assembly = export(&file, out, config)?;
    let (length, missing) = (assembly.length, assembly.missing_left.max(assembly.missing_right));
    println!("{}: {:.1} s, {:.3} s missing", out.display(), length.as_secs_f64(), missing.as_secs_f64());
    Ok(())
}
