//! Real parts for end-to-end tests, on loopback: phones, a load generator, the server itself, a database.
//!
//! Four kinds of telephone: [`TonePhone`] is small and ours, sends a sine tone of its own and measures which tones it
//! hears; [`BrowserPhone`] does the same in Chromium, and [`ConsolePage`] by the buttons of a console's own page; [`Phone`]
//! drives a real baresip; [`Sipp`] runs a scenario of SIPp. Around them, [`Server`] runs the built `belltower` in a directory of
//! its own, [`Postgres`] a throw-away cluster, and [`TlsService`] a service that is asked by https.
//!
//! The kit knows nothing of the crates it tests: it speaks SIP, RTP, HTTP and SQL as a stranger would. Every wait has
//! a deadline and ends as soon as the awaited thing happens; nothing sleeps to be sure.
//!
//! ```
//! use bell_testkit::TonePhone;
//!
//! # fn main() -> Result<(), bell_testkit::KitError> {
//! let mut agent = TonePhone::new(700.0)?;
//! let mut caller = TonePhone::new(1000.0)?;
//! let mut call = caller.call(&agent.uri())?;
//! let mut offer = agent.wait_call()?;
//! offer.answer()?;
//! call.wait_answered()?;
//! assert!(call.hears(700.0)? && offer.hears(1000.0)?);
//! call.hang_up()?;
//! offer.wait_ended()?;
//! # Ok(())
//! # }
//! ```

mod audio;
mod browser;
mod browser_phone;
mod console_page;
mod control;
mod deadline;
mod digest;
mod error;
mod g711;
mod loudspeaker;
mod message;
mod own_network;
mod pcap;
mod phone;
mod port;
mod postgres;
mod process;
mod rtp;
mod sdp;
mod server;
mod sipp;
mod tls;
mod tone_phone;
mod wav;
mod weak_network;

pub use audio::{HEARD_DBFS, SILENT_DBFS, Sound, Tone};
pub use browser_phone::{BrowserCall, BrowserFigures, BrowserPhone};
pub use console_page::{ConsolePage, Part};
pub use error::KitError;
pub use g711::Law;
pub use own_network::{in_own_network, own_address};
pub use pcap::dtmf_pcap;
pub use phone::{Phone, PhoneEvent, PhonePlan};
pub use port::{PortRange, free_port};
pub use postgres::Postgres;
pub use process::Process;
pub use server::{Ready, Server, ServerPlan};
pub use sipp::{Sipp, SippOutcome};
pub use tls::{Certificate, TlsService};
pub use tone_phone::{Call, EndedBy, Ending, Keys, TonePhone};
pub use wav::{read_wav, write_wav};
pub use weak_network::{WeakNetwork, Weakness};
