//! Queues, agents and offers: who gets which call, and why.
//!
//! Calls enter queues, agents become free, and every pairing of the two is an offer: a lease with a deadline that is
//! watched here, so that neither a silent phone nor a lost message can hold an agent or a caller for ever. Each
//! decision leaves a [`RoutingReport`](bell_types::RoutingReport) that says who was considered, who was held back by
//! what, and who won.
//!
//! What an agent asks for ([`AgentPresence`](bell_types::AgentPresence)) and what he is doing
//! ([`AgentActivity`](bell_types::AgentActivity)) are two things, kept apart: the one follows commands, the later one
//! wins; the other follows from offers, calls, wrap-up and phones. Nothing is assumed after a start: everybody is
//! signed out and no phone is reachable until an input says otherwise.
//!
//! The crate deliberately knows no SIP, no legs and no audio: it learns from inputs how an offer ended, and asks by
//! outputs for a phone to ring. It reads no clock. Random choices follow from the seed.
//!
//! A decision looks once at each member of the queue and at nobody else: one pass filters, scores and counts. What an
//! agent's state does to his queues are two counts, so that neither the number of queues nor that of waiting calls makes
//! a decision slow.
//!
//! Whose turn it is follows from one number: how long a caller has waited, and a head start that his priority is worth.
//! Nothing else lets a call go ahead.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use bell_acd::{
//!     Acd, AgentCommand, AgentConfig, CallbackPolicy, Config, EstimatePolicy, Input, Limits, Output, Precedence,
//!     QueueConfig, SignIn, Unstaffed, Wants,
//! };
//! use bell_types::{AgentName, CallId, EndpointName, Now, OfferOutcome, Party, QueueName, Strategy};
//!
//! let (ann, phone) = (AgentName::new("ann")?, EndpointName::new("ann-desk")?);
//! let sales = QueueName::new("sales")?;
//! let config = Arc::new(Config {
//!     queues: vec![QueueConfig {
//!         name: sales.clone(),
//!         strategy: Strategy::LongestIdle,
//!         members: vec![ann.clone()],
//!         skills: vec![],
//!         waiting_max: 50,
//!         wait_max: Duration::from_secs(600),
//!         ring_timeout: Duration::from_secs(30),
//!         no_reoffer: Duration::from_secs(60),
//!         no_reoffer_alone: Duration::from_secs(10),
//!         announcements: None,
//!         unstaffed: Unstaffed::Wait,
//!         overflow: vec![],
//!         alert_after: Some(Duration::from_secs(30)),
//!         counts_as_missed: vec![OfferOutcome::Missed],
//!     }],
//!     agents: vec![AgentConfig {
//!         name: ann.clone(),
//!         endpoints: vec![phone.clone()],
//!         sign_in: SignIn::Command,
//!         skills: vec![],
//!         regions: vec![],
//!         capacity: 1,
//!         wrap_up_max: Duration::from_secs(20),
//!         missed_max: 3,
//!     }],
//!     estimate: EstimatePolicy { samples_min: 5, samples_max: 20, window: Duration::from_secs(1800) },
//!     precedence: Precedence { head_start: Duration::from_secs(60), head_start_max: Duration::from_secs(300) },
//!     callbacks: CallbackPolicy {
//!         plans_max: 1000,
//!         attempts_max: 3,
//!         gap: Duration::from_secs(900),
//!         wait_max: Duration::from_secs(86_400),
//!     },
//!     parted_rest: Duration::from_secs(60),
//!     limits: Limits {
//!         calls_max: 10_000,
//!         offers_max: 100,
//!         exclusions_max: 100,
//!         moves_max: 3,
//!         departures_max: 1000,
//!         ring_all_max: 8,
//!         wants_max: 16,
//!         endpoints_max: 10_000,
//!         reason_len_max: 64,
//!     },
//! });
//! let mut acd = Acd::new(&config, 1);
//!
//! let now = Now::default();
//! let by = Party::Agent(ann.clone());
//! acd.handle(now, Input::EndpointUp(phone));
//! acd.handle(now, Input::Agent { agent: ann, command: AgentCommand::SignIn, by });
//! let call = CallId::from_u64(1);
//! acd.handle(now, Input::Enqueue { call, queue: sales, priority: 0, since: now.mono, wants: Wants::default() });
//!
//! let mut offers = 0;
//! while let Some(output) = acd.poll_output() {
//!     if let Output::Offer { offer, .. } = output {
//!         offers += 1;
//!         // Ring the phone; when it is answered:
//!         acd.handle(now.after(Duration::from_secs(4)), Input::OfferEnded { offer, outcome: OfferOutcome::Accepted });
//!     }
//! }
//! assert_eq!(offers, 1);
//! # Ok::<(), bell_types::NameError>(())
//! ```

mod acd;
mod agent;
mod alert;
mod alerts;
mod apply;
mod call;
mod callback;
mod config;
mod draw;
mod estimate;
mod folds;
mod input;
mod level;
mod offer;
mod output;
mod overflow;
mod prefer;
mod presence;
mod queue;
mod route;
mod skill;
mod strategy;
mod timer;
mod view;
mod waiting;

pub use acd::Acd;
pub use alerts::{Alerts, QueueAlert};
pub use bell_types::Wants;
pub use config::{
    AgentConfig, Announcements, CallbackPolicy, Config, EstimatePolicy, Limits, Precedence, QueueConfig, Rung, SignIn,
    Unstaffed, When,
};
pub use draw::Draws;
pub use estimate::EstimateError;
pub use folds::{Answers, EstimateErrors, OpenCallback, OpenCallbacks, RingTimes};
pub use input::{AgentCommand, Hours, Input, Withdrawal};
pub use output::{CallbackRefusal, Output};
pub use view::{AgentView, QueueView, WaitingCall};

/// The reason of the break that missed calls lead to.
pub const MISSED_CALLS: &str = "missed_calls";
