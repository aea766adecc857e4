//! From packets to samples: jitter buffer, decoder, concealment and the change of sample rate, for one leg that is
//! heard by a mixer, a transcoder, a tone detector or a listener.

use std::time::Duration;

use bell_types::{Codec, Mono};

use crate::codec::Decoder;
use crate::jitter::{Got, JitterBuffer, JitterConfig, Put};
use crate::plc::Concealer;
use crate::resample::{RateError, Resampler};
use crate::rtp::Header;

/// The sound of one stream, at a steady rate.
#[derive(Clone, Debug)]
pub struct Playout {
    rate_hz: u32,
    buffer: JitterBuffer,
    decoder: Decoder,
    concealer: Concealer,
    resampler: Resampler,
    /// The samples of the packet that was decoded last, at the codec's rate.
    decoded: Vec<i16>,
    /// What is ready to be pulled, at the rate of the playout.
    ready: Vec<i16>,
}

impl Playout {
    /// A stream that is played at `rate_hz`, normally 8 or 16 kHz.
    pub fn new(config: JitterConfig, codec: Codec, rate_hz: u32) -> Result<Self, RateError> {
        Ok(Self {
            rate_hz,
            buffer: JitterBuffer::new(config),
            decoder: Decoder::new(codec),
            concealer: Concealer::new(codec.sample_rate_hz()),
            resampler: Resampler::new(codec.sample_rate_hz(), rate_hz)?,
            decoded: Vec::new(),
            ready: Vec::new(),
        })
    }

    /// Goes on in another codec. What waits in the old one is dropped.
    pub fn set_codec(&mut self, codec: Codec) -> Result<(), RateError> {
        if self.decoder.codec() != codec {
            self.resampler = Resampler::new(codec.sample_rate_hz(), self.rate_hz)?;
            self.decoder = Decoder::new(codec);
            self.concealer = Concealer::new(codec.sample_rate_hz());
            self.buffer.clear();
        }
        Ok(())
    }

    /// Takes an audio packet in the codec of the playout.
    pub fn put(&mut self, now: Mono, header: &Header, payload: &[u8]) -> Put {
        self.buffer.put(now, header, payload)
    }

    /// Takes note of a packet of the stream that is not audio: see [`JitterBuffer::pass`].
    pub fn pass(&mut self, now: Mono, header: &Header) {
        self.buffer.pass(now, header);
    }

    /// Appends the next `samples` to play at `now`: silence where there is nothing. Call it at a steady pace.
    pub fn pull(&mut self, now: Mono, samples: usize, out: &mut Vec<i16>) {
        while self.ready.len() < samples && self.take_packet(now) {}
        let ready = samples.min(self.ready.len());
        out.extend(self.ready.drain(..ready));
        out.resize(out.len() + samples - ready, 0);
    }

    /// The delay the jitter buffer adds.
    pub fn delay(&self) -> Duration {
        self.buffer.delay()
    }

    /// Moves the sound of one more packet to what is ready. False if nothing is due.
    fn take_packet(&mut self, now: Mono) -> bool {
        self.decoded.clear();
        match self.buffer.get(now) {
            Got::Frame(payload) => {
                self.decoder.decode(payload, &mut self.decoded);
                self.concealer.good(&mut self.decoded);
            }
            Got::Conceal(ticks) => {
                let per_tick = self.decoder.codec().sample_rate_hz() / self.decoder.codec().rtp_clock_hz();
                self.concealer.conceal((ticks * per_tick) as usize, &mut self.decoded);
            }
            Got::Silence => return false,
        }
        self.resampler.process(&self.decoded, &mut self.ready);
        true
    }
}

#[cfg(test)]
mod tests;
