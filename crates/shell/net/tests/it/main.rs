//! Real sockets on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adopt;
mod connect;
mod descriptors;
mod limits;
mod name_server;
mod names;
mod overload;
mod secure;
mod start;
mod support;
mod tcp;
mod udp;
mod websocket;
