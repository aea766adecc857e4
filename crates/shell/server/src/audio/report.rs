//! What is to be said of a piece of audio before it becomes a prompt: `belltower prompt check FILE` (INB-06).

use std::fmt;
use std::time::Duration;

use bell_media::level::{self, SILENCE_DBOV};
use bell_media::prompt::{Prompt, PromptReport};

use crate::audio::decode::Sound;
use crate::audio::{Config, Form, Unfit};

/// Levels are taken over blocks of this length: a hundredth of a second.
const BLOCK: Duration = Duration::from_millis(10);

/// A difference in loudness that nobody minds, in dB.
const SHORTFALL_MAX_DB: f64 = 4.0;

/// What was found in a piece of audio, and whether it can be a prompt.
#[derive(Debug)]
pub struct Report {
    /// The kind of file.
    pub form: Form,
    /// Samples per second and channel.
    pub rate_hz: u32,
    /// How many channels.
    pub channels: u16,
    /// How long it lasts.
    pub length: Duration,
    /// Its highest sample, in dBov.
    pub peak_dbov: f64,
    /// The level below which its quietest tenth stays, in dBov: the noise of the room, where there are pauses.
    pub noise_dbov: i8,
    /// Silence before the first sound.
    pub leading: Duration,
    /// Silence after the last sound.
    pub trailing: Duration,
    /// What becomes of it, or why nothing does.
    pub verdict: Result<PromptReport, Unfit>,
    /// What could be better.
    pub remarks: Vec<Remark>,
}

/// What could be better about a prompt that can be played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Remark {
    /// The noise is so little below the voice, in dB. Music has no pauses, and is always remarked on.
    Noisy(f64),
    /// There is so long a pause in it.
    LongPause(Duration),
    /// It stays quieter than others by so much, in dB.
    StaysQuiet(f64),
}

impl Report {
    pub(crate) fn of(sound: &Sound, verdict: Result<Prompt, Unfit>, config: &Config) -> Self {
        let blocks = block_levels(sound);
        let sounds = |level: &i8| f64::from(*level) >= config.prompt.silence_dbov;
        let leading = blocks.iter().position(sounds).unwrap_or(blocks.len());
        let trailing = blocks.iter().rev().position(sounds).unwrap_or(blocks.len());
        let noise_dbov = quietest_tenth(&blocks);
        let verdict = verdict.map(|prompt| prompt.report);
        Self {
            form: sound.form,
            rate_hz: sound.rate_hz,
            channels: sound.channels,
            length: Duration::from_micros(sound.frames() * 1_000_000 / u64::from(sound.rate_hz.max(1))),
            peak_dbov: peak_dbov(&sound.samples),
            noise_dbov,
            leading: BLOCK * leading as u32,
            trailing: BLOCK * trailing as u32,
            remarks: verdict.as_ref().map_or_else(|_| Vec::new(), |report| remarks(report, noise_dbov, config)),
            verdict,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channels = if self.channels == 1 { "mono" } else { "stereo" };
        let seconds = self.length.as_secs_f64();
        writeln!(f, "file      {}, {} Hz, {channels}, {seconds:.2} s", self.form, self.rate_hz)?;
        if let Ok(report) = &self.verdict {
            writeln!(f, "loudness  {:.1} dBov, changed by {:+.1} dB", report.loudness_dbov, report.gain_db)?;
        }
        writeln!(f, "peak      {:.1} dBov", self.peak_dbov)?;
        writeln!(f, "noise     {} dBov", self.noise_dbov)?;
        let (leading, trailing) = (self.leading.as_secs_f64(), self.trailing.as_secs_f64());
        writeln!(f, "silence   {leading:.2} s before, {trailing:.2} s after")?;
        for remark in &self.remarks {
            writeln!(f, "remark    {remark}")?;
        }
        match &self.verdict {
            Ok(report) => write!(f, "verdict   ready, {:.2} s as callers hear it", report.length.as_secs_f64()),
            Err(unfit) => write!(f, "verdict   cannot be played: {}", unfit.explain()),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noisy(distance) => write!(
                f,
                "the background is only {distance:.0} dB below the voice; record it in a quiet room (music may ignore this)"
            ),
            Self::LongPause(pause) => {
                write!(f, "there is a pause of {:.1} s; callers may think the line is dead", pause.as_secs_f64())
            }
            Self::StaysQuiet(shortfall) => {
                write!(f, "it stays {shortfall:.0} dB quieter than other prompts; record it louder and more evenly")
            }
        }
    }
}

fn remarks(report: &PromptReport, noise_dbov: i8, config: &Config) -> Vec<Remark> {
    let distance = report.loudness_dbov - f64::from(noise_dbov);
    let shortfall = config.prompt.loudness_dbov - report.loudness_dbov - report.gain_db;
    let noisy = (distance < config.noise_distance_min_db).then_some(Remark::Noisy(distance));
    let quiet = (shortfall > SHORTFALL_MAX_DB).then_some(Remark::StaysQuiet(shortfall));
    noisy.into_iter().chain(report.long_pause.map(Remark::LongPause)).chain(quiet).collect()
}

/// The level of each block, all channels together.
fn block_levels(sound: &Sound) -> Vec<i8> {
    let block = (sound.rate_hz as usize / 100).max(1) * usize::from(sound.channels.max(1));
    sound.samples.chunks(block).map(level::of).collect()
}

fn quietest_tenth(blocks: &[i8]) -> i8 {
    let mut sorted = blocks.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 10).copied().unwrap_or(SILENCE_DBOV)
}

fn peak_dbov(samples: &[i16]) -> f64 {
    let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    (20.0 * (f64::from(peak) / 32_768.0).log10()).max(f64::from(SILENCE_DBOV))
}
