//! What a microphone delivers (DIA-10), and whether it hears the loudspeaker beside it (DIA-05).
//!
//! Both are read off the loudness of packets, which is measured anyway: one number for each 20 ms in each direction. What
//! comes back of what was sent follows its loudness after a constant time; what somebody says himself does not.

use std::time::Duration;

use bell_types::{Codec, EchoReport, Mono, VoiceReport};

use crate::level::SILENCE_DBOV;

/// The time that one number stands for.
const SLOT: Duration = Duration::from_millis(20);
/// How much is looked at for one report: 30 s.
const SLOTS_MAX: usize = 1500;
/// The longest way there and back that is looked for: 600 ms.
const LAGS_MAX: usize = 30;
/// Fewer pairs than this prove nothing: 2 s.
const PAIRS_MIN: usize = 100;
/// What is quieter than this is no sound that could come back, in dBov.
const SOUND_DBOV: f64 = -50.0;
/// Below this it is silence for the ear, and differences mean nothing.
const FLOOR_DBOV: f64 = -70.0;
/// How much the sound must change to be recognised, as a standard deviation in dB.
const CHANGE_MIN_DB: f64 = 4.0;
/// From this correlation on it is the same sound.
const SAME_MIN: f64 = 0.75;
/// Speech is so much above the noise at least, in dB.
const SPEECH_ABOVE_DB: f64 = 12.0;
/// No number yet.
const NOTHING: i8 = i8::MAX;

/// Collects loudness for a report.
#[derive(Clone, Debug, Default)]
pub struct VoiceMeter {
    first: Option<u64>,
    heard: Vec<i8>,
    sent: Vec<i8>,
    clipped: u64,
    samples: u64,
}

impl VoiceMeter {
    /// Nothing heard yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A packet of the other side: how loud it was, how many samples it has, and how many of them are at the limit of the
    /// scale.
    pub fn heard(&mut self, now: Mono, dbov: i8, clipped: usize, samples: usize) {
        self.clipped += clipped as u64;
        self.samples += samples as u64;
        let slot = self.slot(now);
        put(&mut self.heard, slot, dbov);
    }

    /// A packet to the other side.
    pub fn sent(&mut self, now: Mono, dbov: i8) {
        let slot = self.slot(now);
        put(&mut self.sent, slot, dbov);
    }

    /// The report, if anything was heard, and begins anew.
    pub fn take(&mut self) -> Option<VoiceReport> {
        let Self { heard, sent, clipped, samples, .. } = std::mem::take(self);
        let noise = noise(&heard)?;
        let clipped_permille = (clipped * 1000).checked_div(samples).unwrap_or(0);
        Some(VoiceReport {
            level_dbov: speech(&heard, f64::from(noise)),
            noise_dbov: noise,
            clipped_permille: u16::try_from(clipped_permille).unwrap_or(u16::MAX),
            echo: echo(&sent, &heard),
        })
    }

    fn slot(&mut self, now: Mono) -> usize {
        let slot = now.as_micros() / SLOT.as_micros() as u64;
        let first = *self.first.get_or_insert(slot);
        usize::try_from(slot.saturating_sub(first)).unwrap_or(SLOTS_MAX)
    }
}

/// Two packets in one slot: the later counts, for the clocks of both sides drift and nothing else.
fn put(levels: &mut Vec<i8>, slot: usize, dbov: i8) {
    if slot >= SLOTS_MAX {
        return;
    }
    if levels.len() <= slot {
        levels.resize(slot + 1, NOTHING);
    }
    levels[slot] = dbov;
}

fn known(levels: &[i8]) -> impl Iterator<Item = i8> + '_ {
    levels.iter().copied().filter(|level| *level != NOTHING)
}

/// The level that a tenth of the time is not louder than: between words nobody speaks.
fn noise(heard: &[i8]) -> Option<i8> {
    let mut levels: Vec<i8> = known(heard).collect();
    if levels.is_empty() {
        return None;
    }
    let place = levels.len() / 10;
    Some(*levels.select_nth_unstable(place).1)
}

/// The mean loudness of what stands out of the noise.
fn speech(heard: &[i8], noise: f64) -> Option<i8> {
    let least = (noise + SPEECH_ABOVE_DB).max(SOUND_DBOV);
    let loud = known(heard).map(f64::from).filter(|level| *level >= least);
    let (energy, count) =
        loud.fold((0.0, 0_u32), |(energy, count), level| (energy + 10_f64.powf(level / 10.0), count + 1));
    if count == 0 {
        return None;
    }
    // Within the scale: it is a mean of values within it.
    Some((10.0 * (energy / f64::from(count)).log10()).round().clamp(f64::from(SILENCE_DBOV), 0.0) as i8)
}

/// What comes back of what was sent: after the time at which both are most alike, if they are the same then.
fn echo(sent: &[i8], heard: &[i8]) -> Option<EchoReport> {
    let alike = |lag: usize| alike(sent, heard, lag).map(|correlation| (lag, correlation));
    let best = (0..=LAGS_MAX).filter_map(alike).max_by(|one, other| one.1.total_cmp(&other.1));
    let (lag, _) = best.filter(|(_, correlation)| *correlation >= SAME_MIN)?;
    let mut losses: Vec<i16> = pairs(sent, heard, lag)
        .filter(|(sent, _)| *sent >= SOUND_DBOV)
        .map(|(sent, heard)| (sent - heard).round() as i16)
        .collect();
    if losses.is_empty() {
        return None;
    }
    let middle = losses.len() / 2;
    let loss_db = *losses.select_nth_unstable(middle).1;
    let delay_ms = u16::try_from(lag as u128 * SLOT.as_millis()).unwrap_or(u16::MAX);
    Some(EchoReport { delay_ms, loss_db: u8::try_from(loss_db.max(0)).unwrap_or(u8::MAX) })
}

/// What was sent, and what was heard that much later, in dBov down to silence for the ear.
fn pairs<'a>(sent: &'a [i8], heard: &'a [i8], lag: usize) -> impl Iterator<Item = (f64, f64)> + 'a {
    let later = heard.get(lag..).unwrap_or_default();
    let both = sent.iter().zip(later).filter(|(sent, heard)| **sent != NOTHING && **heard != NOTHING);
    both.map(|(sent, heard)| (f64::from(*sent).max(FLOOR_DBOV), f64::from(*heard).max(FLOOR_DBOV)))
}

/// How alike both are, -1 to 1 (the correlation of Pearson); none if too little is known or nothing changes.
fn alike(sent: &[i8], heard: &[i8], lag: usize) -> Option<f64> {
    let (mut count, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (sent, heard) in pairs(sent, heard, lag) {
        count += 1.0;
        x += sent;
        y += heard;
        xx += sent * sent;
        yy += heard * heard;
        xy += sent * heard;
    }
    if count < PAIRS_MIN as f64 {
        return None;
    }
    let (of_x, of_y) = ((xx / count - (x / count).powi(2)).max(0.0), (yy / count - (y / count).powi(2)).max(0.0));
    let changes = of_x.sqrt() >= CHANGE_MIN_DB && of_y.sqrt() >= CHANGE_MIN_DB / 2.0;
    changes.then(|| (xy / count - x / count * (y / count)) / (of_x.sqrt() * of_y.sqrt()))
}

/// How many samples of a payload of G.711 are at the limit of the scale: both laws code it with all bits of the magnitude.
pub fn clipped(codec: Codec, payload: &[u8]) -> usize {
    let limit = match codec {
        // A-law inverts the even bits.
        Codec::Pcma => 0x7F ^ 0x55,
        // Mu-law inverts all.
        Codec::Pcmu => 0x00,
        Codec::G722 => return 0,
    };
    payload.iter().filter(|octet| **octet & 0x7F == limit).count()
}

/// What is wrong with a microphone, and what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Microphone {
    /// It is as it should be.
    Fine,
    /// Nobody speaks, or it is muted.
    Silent,
    /// It is too far away, or turned down.
    Quiet,
    /// It is too near, or turned up: the loudest is cut off.
    Clipping,
    /// What is around is nearly as loud as the voice.
    Noisy,
}

/// Speech that is quieter is hard to follow (ITU-T P.56 levels of telephone speech lie around -26 dBov).
const QUIET_DBOV: i8 = -38;
/// From this on the limit of the scale is heard.
const CLIPPED_PERMILLE: u16 = 2;
/// A voice should be so much louder than what is around it.
const ABOVE_NOISE_DB: i8 = 15;
/// Louder noise is heard in every pause.
const NOISE_DBOV: i8 = -42;

impl Microphone {
    /// What a report says about it; the most telling first.
    pub const fn of(report: &VoiceReport) -> Self {
        let noise = report.noise_dbov;
        match report.level_dbov {
            _ if report.clipped_permille >= CLIPPED_PERMILLE => Self::Clipping,
            None if noise > NOISE_DBOV => Self::Noisy,
            None => Self::Silent,
            Some(level) if level - noise < ABOVE_NOISE_DB || noise > NOISE_DBOV => Self::Noisy,
            Some(level) if level < QUIET_DBOV => Self::Quiet,
            Some(_) => Self::Fine,
        }
    }

    /// As programs know it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Silent => "silent",
            Self::Quiet => "quiet",
            Self::Clipping => "clipping",
            Self::Noisy => "noisy",
        }
    }
}

/// What makes an echo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EchoCause {
    /// A loudspeaker stands open beside the microphone.
    Loudspeaker,
    /// It leaks through a headset or a hand-set.
    Headset,
    /// It comes back at once: from the fork of an analogue line.
    Line,
    /// It is faint, and heard because it comes so late.
    LongWay,
}

/// What comes back louder than this is a loudspeaker's, in dB of loss.
const OPEN_DB: u8 = 15;
/// What comes back sooner than this did not go through the air and a network, beyond the network's own time.
const AT_ONCE_MS: u16 = 40;
/// From this on even faint echo is heard (ITU-T G.131).
const LATE_MS: u16 = 300;

impl EchoCause {
    /// The likely cause, by the network's own time there and back.
    pub const fn of(echo: &EchoReport, round_trip_ms: u16) -> Self {
        if echo.delay_ms.saturating_sub(round_trip_ms) <= AT_ONCE_MS && echo.delay_ms <= 2 * AT_ONCE_MS {
            Self::Line
        } else if echo.loss_db < OPEN_DB {
            Self::Loudspeaker
        } else if echo.delay_ms >= LATE_MS {
            Self::LongWay
        } else {
            Self::Headset
        }
    }

    /// As programs know it; never renamed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Loudspeaker => "loudspeaker",
            Self::Headset => "headset",
            Self::Line => "line",
            Self::LongWay => "long_way",
        }
    }
}

#[cfg(test)]
mod tests;
