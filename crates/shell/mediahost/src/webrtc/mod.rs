//! WebRTC: everything that knows the library below it (str0m). Outside there is a [`Peer`] for each leg, which takes and
//! gives plain RTP, and a [`Door`] for each worker, the one socket that all its peers share.

mod demux;
mod door;
mod dtls;
mod opus;
mod paths;
mod peer;
mod sdp;

pub(crate) use demux::Demux;
pub(crate) use door::{Door, Identity};
pub(crate) use peer::{Figures, Formats, Peer};
