//! Legs that are heard decoded: in another codec, or mixed.

use std::time::Duration;

use bell_media::codec::Encoder;
use bell_media::mix::{Gain, Mix};
use bell_media::playout::Playout;
use bell_media::rtp::Header;
use bell_media::tone::Generator;
use bell_types::{Codec, LegId, Mono};
use smallvec::SmallVec;

use crate::worker::Studio;

/// After so long without a packet a voice that is heard alone is no longer sent.
const FADED_AFTER: Duration = Duration::from_millis(400);

/// The voices one leg hears. They are brought to the sample rate of the leg's codec.
#[derive(Debug)]
pub(super) struct Voices {
    voices: SmallVec<[Voice; 1]>,
    /// Set while audio is decoded.
    work: Option<Box<Work>>,
    rate_hz: u32,
    tone: Option<SupervisionTone>,
}

/// What tells an agent that somebody else listens.
#[derive(Debug)]
pub(super) struct SupervisionTone {
    every: Duration,
    level_dbov: f64,
    /// Set while it is made, at the sample rate of the leg's codec.
    made: Option<Generator>,
}

#[derive(Debug)]
struct Voice {
    leg: LegId,
    gain: Gain,
    playout: Option<Box<Decoded>>,
}

/// A voice that is being decoded.
#[derive(Debug)]
struct Decoded {
    playout: Playout,
    codec: Codec,
    heard: Mono,
    /// Whether its last packet is so long ago that there is nothing left to hear.
    faded: bool,
}

/// What encoding needs, and its memory.
#[derive(Debug)]
struct Work {
    encoder: Encoder,
    mix: Mix,
    voice: Vec<i16>,
    mixed: Vec<i16>,
}

impl Voices {
    /// One voice for a leg that hears this codec.
    pub(super) fn one(leg: LegId, codec: Codec) -> Self {
        let mut voices = Self::several(&[(leg, Gain::UNITY.0)]);
        voices.set_codec(codec);
        voices
    }

    pub(super) fn several(legs: &[(LegId, u16)]) -> Self {
        let voice = |&(leg, gain)| Voice { leg, gain: Gain(gain), playout: None };
        Self { voices: legs.iter().map(voice).collect(), work: None, rate_hz: Codec::Pcma.sample_rate_hz(), tone: None }
    }

    /// The same with a tone beside them.
    pub(super) fn with_tone(mut self, tone: SupervisionTone) -> Self {
        self.tone = Some(tone);
        self
    }

    pub(super) fn speakers(&self) -> SmallVec<[LegId; 4]> {
        self.voices.iter().map(|voice| voice.leg).collect()
    }

    /// The codec of the leg that hears. Another one begins anew.
    pub(super) fn set_codec(&mut self, codec: Codec) {
        if self.work.as_ref().is_some_and(|work| work.encoder.codec() == codec) {
            return;
        }
        self.work = None;
        self.voices.iter_mut().for_each(|voice| voice.playout = None);
        self.rate_hz = codec.sample_rate_hz();
        if let Some(tone) = &mut self.tone {
            tone.made = None;
        }
    }

    /// Whether there is anything decoded to hear.
    pub(super) fn are_heard(&self) -> bool {
        self.voices.iter().any(|voice| voice.playout.as_ref().is_some_and(|decoded| !decoded.faded))
    }

    /// A packet of one of them.
    pub(super) fn put(&mut self, studio: &Studio, speaker: LegId, codec: Codec, header: &Header, payload: &[u8]) {
        let rate_hz = self.rate_hz;
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.leg == speaker) else {
            return;
        };
        if voice.playout.is_none() {
            voice.playout = Decoded::new(studio, codec, rate_hz);
        }
        let Some(decoded) = &mut voice.playout else { return };
        if decoded.codec != codec && decoded.playout.set_codec(codec).is_ok() {
            decoded.codec = codec;
        }
        decoded.heard = studio.now.mono;
        decoded.faded = false;
        decoded.playout.put(studio.now.mono, header, payload);
    }

    /// A packet of one of them that is not audio.
    pub(super) fn pass(&mut self, studio: &Studio, speaker: LegId, header: &Header) {
        let voice = self.voices.iter_mut().find(|voice| voice.leg == speaker);
        if let Some(decoded) = voice.and_then(|voice| voice.playout.as_mut()) {
            decoded.playout.pass(studio.now.mono, header);
        }
    }

    /// Appends the next packet of all of them together.
    pub(super) fn mix(&mut self, studio: &Studio, codec: Codec, octets: usize, out: &mut Vec<u8>) {
        let now = studio.now.mono;
        let samples = samples_of(codec, octets);
        let work = self.work.get_or_insert_with(|| Work::new(codec));
        work.mix.clear(samples);
        for voice in &mut self.voices {
            let Some(decoded) = &mut voice.playout else { continue };
            work.voice.clear();
            decoded.playout.pull(now, samples, &mut work.voice);
            work.mix.add(&work.voice, voice.gain);
            decoded.faded = now - decoded.heard > FADED_AFTER;
        }
        if let Some(tone) = &mut self.tone {
            work.voice.clear();
            tone.write(codec.sample_rate_hz(), samples, &mut work.voice);
            work.mix.add(&work.voice, Gain::UNITY);
        }
        work.mixed.clear();
        work.mix.write(&mut work.mixed);
        work.encoder.encode(&work.mixed, out);
    }

    /// The longest delay that decoding adds.
    pub(super) fn delay(&self) -> Duration {
        self.voices
            .iter()
            .filter_map(|voice| voice.playout.as_ref())
            .map(|decoded| decoded.playout.delay())
            .max()
            .unwrap_or_default()
    }
}

impl SupervisionTone {
    pub(super) const fn new(every: Duration, level_dbov: f64) -> Self {
        Self { every, level_dbov, made: None }
    }

    fn write(&mut self, rate_hz: u32, samples: usize, out: &mut Vec<i16>) {
        let begin = || Generator::supervision(self.every, self.level_dbov, rate_hz);
        self.made.get_or_insert_with(begin).write(samples, out);
    }
}

impl Decoded {
    /// None if there is no filter between the two rates, which our codecs never come to.
    fn new(studio: &Studio, codec: Codec, rate_hz: u32) -> Option<Box<Self>> {
        let playout = Playout::new(studio.config.jitter, codec, rate_hz).ok()?;
        Some(Box::new(Self { playout, codec, heard: studio.now.mono, faded: false }))
    }
}

impl Work {
    fn new(codec: Codec) -> Box<Self> {
        Box::new(Self { encoder: Encoder::new(codec), mix: Mix::new(), voice: Vec::new(), mixed: Vec::new() })
    }
}

/// How many samples a payload of so many octets holds.
const fn samples_of(codec: Codec, octets: usize) -> usize {
    octets * (codec.sample_rate_hz() / codec.rtp_clock_hz()) as usize
}
