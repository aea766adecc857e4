//! Keys that are sent, as telephone-events or as tones.

use std::collections::VecDeque;
use std::time::Duration;

use bell_media::codec::Encoder;
use bell_media::dtmf::{self, EventSender};
use bell_media::tone::Generator;
use bell_types::{Codec, Digit, Digits};

use super::Leg;
use crate::KeyConfig;
use crate::worker::Studio;

/// The keys that wait, and the one that is being sent.
#[derive(Debug)]
pub(super) struct Keys {
    config: KeyConfig,
    waiting: VecDeque<Digit>,
    sending: Sending,
}

#[derive(Debug)]
enum Sending {
    Nothing,
    Events(Box<EventSender>),
    Tone(Box<Tone>),
}

/// A key that sounds, and the pause after it.
#[derive(Debug)]
struct Tone {
    generator: Generator,
    encoder: Encoder,
    samples: Vec<i16>,
    /// In packets.
    sounds: u32,
    pauses: u32,
}

impl Keys {
    pub(super) fn new(config: &KeyConfig) -> Self {
        Self { config: *config, waiting: VecDeque::new(), sending: Sending::Nothing }
    }

    /// Appends keys. False if they are too many, and then none is taken.
    pub(super) fn push(&mut self, digits: &Digits) -> bool {
        if self.waiting.len() + digits.len() > self.config.send.waiting_max {
            return false;
        }
        self.waiting.extend(digits.as_slice());
        true
    }

    /// Whether a key is being sent or waits. Meanwhile no audio is sent (RFC 4733 §2.5.1.1).
    pub(super) fn are_busy(&self) -> bool {
        !self.waiting.is_empty()
            || match &self.sending {
                Sending::Nothing => false,
                Sending::Events(sender) => sender.is_busy(),
                Sending::Tone(tone) => tone.sounds + tone.pauses > 0,
            }
    }

    /// Begins the next key if the last one is done.
    fn begin(&mut self, codec: Codec, events: Option<u8>, octets: usize) {
        let done = match &self.sending {
            Sending::Nothing => true,
            Sending::Events(sender) => !sender.is_busy(),
            Sending::Tone(tone) => tone.sounds + tone.pauses == 0,
        };
        if !done {
            return;
        }
        self.sending = match (self.waiting.pop_front(), events) {
            (None, _) => Sending::Nothing,
            (Some(digit), Some(_)) => self.event(digit, octets),
            (Some(digit), None) => self.tone(digit, codec, octets),
        };
    }

    fn event(&self, digit: Digit, octets: usize) -> Sending {
        let mut config = self.config.send;
        config.packet_time = Duration::from_millis(octets as u64 / 8);
        let mut sender = EventSender::new(config);
        let mut one = Digits::new();
        // One key fits.
        let _ = one.push(digit);
        sender.push(&one);
        Sending::Events(Box::new(sender))
    }

    fn tone(&self, digit: Digit, codec: Codec, octets: usize) -> Sending {
        let packets = |time: Duration| (time.as_millis() as u32).div_ceil(octets as u32 / 8);
        Sending::Tone(Box::new(Tone {
            generator: dtmf::tones(digit, self.config.send_dbov, codec.sample_rate_hz()),
            encoder: Encoder::new(codec),
            samples: Vec::new(),
            sounds: packets(self.config.send.held),
            pauses: packets(self.config.send.pause),
        }))
    }
}

impl Leg {
    /// Sends what is due of the keys, in place of audio.
    pub(super) fn send_keys(&mut self, studio: &mut Studio, codec: Codec, events: Option<u8>, octets: usize) {
        self.keys.begin(codec, events, octets);
        match &mut self.keys.sending {
            Sending::Nothing => {}
            Sending::Events(sender) => {
                let outgoing = sender.next(studio.now.mono, &mut self.outbound.sender, events.unwrap_or_default());
                if let Some(outgoing) = outgoing {
                    self.outbound.watch.packet(studio.now.mono, None);
                    self.send_packet(studio, &outgoing.header, &outgoing.payload);
                }
                self.outbound.begin_spurt();
            }
            Sending::Tone(tone) => {
                let mut payload = std::mem::take(&mut studio.payload);
                payload.clear();
                tone.next(octets, &mut payload);
                self.send_made(studio, &payload);
                studio.payload = payload;
            }
        }
    }
}

impl Tone {
    fn next(&mut self, octets: usize, out: &mut Vec<u8>) {
        let codec = self.encoder.codec();
        let samples = octets * (codec.sample_rate_hz() / codec.rtp_clock_hz()) as usize;
        self.samples.clear();
        if self.sounds > 0 {
            self.sounds -= 1;
            self.generator.write(samples, &mut self.samples);
        } else {
            self.pauses = self.pauses.saturating_sub(1);
            self.samples.resize(samples, 0);
        }
        self.encoder.encode(&self.samples, out);
    }
}
