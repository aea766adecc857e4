//! The `belltower` program: wires the node to sockets, media, journal and database, and gives its operator commands.
//!
//! It decides nothing about calls. [`serve`] brings a node up, [`driver`] is the thread that owns it, [`configure`]
//! keeps its configuration, [`control`] is the operator's door, [`cli`] what stands before it.

pub mod accounts;
mod asker;
pub mod audio;
pub mod certificate;
pub mod cli;
pub mod clock;
pub mod configure;
pub mod control;
pub mod desk;
pub mod dirs;
mod door;
pub mod driver;
pub mod health;
pub mod kept;
mod media_keys;
mod outgoing;
pub mod projection;
pub mod recovery;
pub mod renewal;
pub mod serve;
pub mod sheet;
pub mod sites;
mod tls;
pub mod trace;
mod webhooks;
pub mod zone;
