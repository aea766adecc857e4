//! Webhooks: events told to programs of others, as Standard Webhooks has them.
//!
//! Which events there are ([`Kind`]), how a message is signed ([`WebhookSecret`]), which addresses it may go to
//! ([`may_reach`]), and what follows from how an attempt came out ([`Delivery`]).
//!
//! What this crate deliberately does not know: HTTP, names and who resolves them, where events are kept, what time it is.
//! The shell sends, and says here how it went:
//!
//! ```
//! use bell_types::Wall;
//! use bell_webhook::{Delivery, Next, Policy, WebhookSecret};
//!
//! let secret = WebhookSecret::new([7; 32]);
//! let signature = secret.sign("evt_12", 1_764_300_000, r#"{"type":"call.ended"}"#);
//! assert!(secret.text().starts_with("whsec_") && signature.starts_with("v1,"));
//!
//! let (mut delivery, now) = (Delivery::default(), Wall::from_micros(0));
//! let policy = Policy::for_tests();
//! assert_eq!(delivery.failed(now, 0, &policy), Next::Again { at: now + policy.retry_first });
//! assert_eq!(delivery.failed(now + policy.disable_after, 0, &policy), Next::Disable { since: now });
//! ```

mod delivery;
mod kind;
mod reach;
mod secret;

pub use delivery::{Delivery, Next, Policy};
pub use kind::Kind;
pub use reach::{ReachRefusal, Scheme, may_reach};
pub use secret::{SECRET_LEN, WebhookSecret};
