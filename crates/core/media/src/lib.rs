//! Audio and RTP as pure computation, and the commands that drive a media host.
//!
//! This crate opens no socket and reads no clock. `bell-mediahost` calls it with packets and instants; `bell-engine`
//! only knows [`control`]. What it does not know: calls, agents, SIP, files.
//!
//! A leg in the host is a handful of these parts. What arrives goes through [`latch`], [`rtp::Receiver`] and, where it
//! is decoded, [`playout`]; what leaves is numbered by one [`rtp::Sender`], wherever it comes from:
//!
//! ```
//! use bell_media::rtp::{Packet, Sender};
//! use bell_types::Mono;
//!
//! let mut to_agent = Sender::new(0x1234_5678, 700, 16_000);
//! let mut datagram = vec![0x80, 8, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9];
//! datagram.extend([0xD5; 160]);
//! let packet = Packet::parse(&datagram).expect("an RTP packet");
//! let (header, place) = (packet.header, packet.place());
//! let out = to_agent.relay(Mono::ZERO, &header, 8, 160).expect("the first packet of its source");
//! let sent = out.write_before(&mut datagram, place);
//! assert_eq!(Packet::parse(sent).expect("still RTP").header.ssrc, 0x1234_5678);
//! ```

pub mod codec;
pub mod control;
pub mod dtmf;
#[doc(hidden)]
pub mod fuzz;
pub mod jitter;
pub mod latch;
pub mod level;
pub mod mix;
pub mod ogg;
pub mod playout;
pub mod plc;
pub mod prompt;
pub mod quality;
pub mod recording;
pub mod resample;
pub mod rtcp;
pub mod rtp;
pub mod silence;
#[cfg(test)]
mod sounds;
pub mod srtp;
pub mod tone;
pub mod voice;
pub mod wav;
