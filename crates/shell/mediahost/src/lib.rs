//! The media host: RTP sockets, worker threads, recordings. Driven by [`MediaCommand`](bell_media::control::MediaCommand)s
//! alone, it answers with [`MediaEvent`](bell_media::control::MediaEvent)s.
//!
//! It knows no call flow, no SIP and no engine; what a leg hears is a plan that somebody else made. It decides nothing
//! but where a packet goes next.
//!
//! Each worker is one thread that owns its legs: their sockets, clocks and codecs. All legs of a call live on one
//! worker, and workers share nothing but counters. Packets of joined legs are forwarded the moment they are read, what
//! is played or mixed leaves by one wheel per worker, and recordings go through one writer thread that may be slow or
//! stand still without a call noticing.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::mpsc::sync_channel;
//!
//! use bell_media::control::{CommandId, MediaAction, MediaCommand};
//! use bell_mediahost::{Config, Host};
//! use bell_types::{CallId, LegId};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (events, news) = sync_channel(1000);
//! let host = Host::start(Config::loopback(Path::new("media")), move |event| events.try_send(event.clone()).is_ok())?;
//! let leg = LegId { call: CallId::from_u64(1), number: 1 };
//! host.command(MediaCommand { id: CommandId(1), leg, what: MediaAction::Open })?;
//! println!("{:?}", news.recv()?);
//! host.stop();
//! # Ok(())
//! # }
//! ```

mod clock;
mod config;
mod gauges;
mod host;
mod leg;
mod library;
mod port;
mod random;
mod recorder;
mod srtp;
mod webrtc;
mod worker;

pub use config::{
    Config, KeyConfig, LegLimits, LibraryConfig, OpusConfig, QueueLimits, RecordingConfig, SilenceLimits, TcpConfig,
    WebrtcConfig, Workers,
};
pub use gauges::Gauges;
pub use host::{Busy, Host, StartError};
pub use library::{LoadError, load};
pub use recorder::{
    ExportConfig, ExportError, FileFormat, KeyId, KeyMissing, NoKeyId, Recovered, Repair, Vault, export, find_sealed,
    is_whole, key_of, recover, repair, rewrap,
};
pub use srtp::KeyRing;
