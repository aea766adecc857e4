//! The desk over HTTP: who signs in, what the console and programs may ask, and how it is answered.
//!
//! It is given [`doors`] and knows nothing behind them: one looks after accounts, one shows the floor and takes commands,
//! one answers questions about calls. What it deliberately does not know: the node, SQL, files, how a password is hashed.
//! What somebody may, `bell-access` decides; each end point only names the permission and how the object is found
//! ([`access::Rule`]), and none can be added without.
//!
//! ```no_run
//! # async fn run(doors: bell_api::doors::Doors) -> std::io::Result<()> {
//! use bell_api::{Api, Listener, Peer, Settings};
//!
//! let router = Api::new(doors, Settings::default()).router(Listener::Desk);
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! loop {
//!     let (stream, address) = listener.accept().await?;
//!     tokio::spawn(bell_api::serve(router.clone(), stream, Peer { address, tls: false }));
//! }
//! # }
//! ```

// The macros of utoipa write names in full.
#![allow(unused_qualifications, reason = "generated code")]

pub mod access;
pub mod doors;

mod api;
mod astray;
mod body;
mod browser;
mod console;
mod events;
mod guard;
mod headers;
mod language;
mod modules;
mod once;
mod page;
mod problem;
mod rate;
mod routes;
mod serve;
pub mod time;
mod visit;
mod words;

pub use api::{Api, EndPoint, Listener, Settings, end_points, open_api};
pub use astray::astray;
pub use language::Language;
pub use problem::Problem;
pub use rate::{Rate, Rates};
pub use serve::serve;
pub use visit::Peer;
