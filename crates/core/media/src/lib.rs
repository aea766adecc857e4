//! Audio and RTP as pure computation, and the commands that drive a media host.
//!
//! This crate opens no socket and reads no clock. `bell-mediahost` calls it with packets and instants; `bell-engine`
//! only knows [`control`].

pub mod control;
