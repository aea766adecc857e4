//! What a node writes down: the journal on its disk, and the database that is filled from it.
//!
//! The node writes one [`journal`]: each input before it is handled, and the facts it led to. A [`projector`] follows
//! the facts and keeps the database: [`calls`], [`facts`], [`lists`], and with them how far it is ([`applied`]). The
//! configuration's versions are written by whoever applies one ([`configs`]), reports of devices by the desk
//! ([`device_reports`]), and what agents write about customers by who asks for it ([`customers`], [`tickets`],
//! [`knowledge`], [`scripts`]). So the call path never waits for the
//! database. [`disk`] says how full the disk is.
//!
//! This crate knows neither what an input is nor how a call record is made of facts: it takes bytes and a
//! [`Projection`](projector::Projection). All SQL of the project is here, and runs on SQLite and on PostgreSQL.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use bell_types::CallId;
//! use bell_store::{Db, DbConfig, TenantId, calls};
//!
//! # async fn run(call: CallId) -> Result<(), Box<dyn std::error::Error>> {
//! let db = Db::open(&DbConfig {
//!     url: "postgres://bell:secret@db.example.com/bell".to_owned(),
//!     connections_max: 8,
//!     connect_timeout: Duration::from_secs(5),
//!     busy_timeout: Duration::from_secs(5),
//! })
//! .await?;
//! let page = calls::list(&db, TenantId::FIRST, &calls::Filter::ALL, None, 50).await?;
//! for row in &page.rows {
//!     println!("{} {} talked {:?}", row.call, row.started_at, row.talk);
//! }
//! let stored = calls::find(&db, TenantId::FIRST, call).await?;
//! # let _ = stored;
//! # Ok(()) }
//! ```

pub mod accounts;
pub mod answers;
pub mod applied;
pub mod calls;
pub mod configs;
pub mod customers;
mod db;
pub mod device_reports;
pub mod disk;
pub mod facts;
pub mod journal;
pub mod knowledge;
pub mod lists;
pub mod outbox;
pub mod projector;
pub mod reports;
pub mod scripts;
pub mod summaries;
pub mod tickets;
pub mod votes;

pub use db::{Db, DbConfig, DbError, Scope, TenantId};
pub use outbox::NewEvent;
