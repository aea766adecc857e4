//! WebRTC: everything that knows the library below it (str0m). Outside there is a [`Peer`] for each leg, which takes and
//! gives plain RTP, and a [`Door`] for each worker, the one socket that all its peers share; who cannot use that has a
//! [`Connection`].

mod connection;
mod demux;
mod door;
mod dtls;
mod opus;
mod paths;
mod peer;
mod sdp;
mod sound;

pub(crate) use connection::Connection;
pub(crate) use demux::Demux;
pub(crate) use door::{Door, Identity};
pub(crate) use paths::{Change, Path};
pub(crate) use peer::{Absence, Formats, Peer};
