//! From packets to samples: jitter buffer, decoder, concealment and the change of sample rate, for one leg that is
//! heard by a mixer, a transcoder, a tone detector or a listener.

use bell_types::{Codec, Mono};

use crate::jitter::{JitterConfig, Put};
use crate::rtp::Header;

/// The sound of one stream, at a steady rate.
#[derive(Clone, Debug)]
pub struct Playout {
    rate_hz: u32,
}

impl Playout {
    /// A stream that is played at `rate_hz`, 8 or 16 kHz.
    pub fn new(config: JitterConfig, rate_hz: u32) -> Self {
        let _ = config;
        Self { rate_hz }
    }

    /// Takes an audio packet in `codec`. A change of codec begins a new decoder.
    pub fn put(&mut self, now: Mono, codec: Codec, header: &Header, payload: &[u8]) -> Put {
        let _ = (now, codec, header, payload);
        todo!()
    }

    /// Appends the next `samples` to play at `now`: silence where there is nothing. True if any of it was heard or
    /// made up for a lost packet.
    pub fn pull(&mut self, now: Mono, samples: usize, out: &mut Vec<i16>) -> bool {
        let _ = (now, samples, out, self.rate_hz);
        todo!()
    }
}
