//! Who calls, and how he is received.
//!
//! [`Regions`] knows where a number is from. [`Callers`] owns the lists: deny, allow, watch, classes and exemptions, with
//! entries that expire by themselves; it counts who calls again and again, and says for each caller what is to be done
//! with him and why ([`bell_types::Reception`]).
//!
//! What this crate deliberately does not know: SIP, flows, queues, where entries are stored, what time it is.
//!
//! ```
//! use bell_callers::{Callers, Change, Config, Group};
//! use bell_types::{ActorName, CallId, EntrySource, ListName, Now, NumberPlan, Pattern, Service, Term, Terms, Treatment};
//!
//! let mut callers = Callers::new(Config::for_tests());
//! callers.loaded(&[], Default::default());
//! let plan = NumberPlan::china(Some("571"));
//! let by = ActorName::new("wang").expect("a name");
//! let terms = Terms {
//!     owner: by.clone(),
//!     by: Some(by.clone()),
//!     reason: "threats".to_owned(),
//!     source: EntrySource::Manual,
//!     service: Service::default(),
//! };
//! let pattern = Pattern::parse("13800138000", &plan).expect("a number");
//! let groups = vec![Group { terms, entries: vec![(pattern.clone(), Term::Days(7))] }];
//! let list = ListName::new("blocked").expect("a name");
//! callers.change(Now::default(), &by, &Change::Add { list, groups }).expect("the list is there");
//! let Pattern::Number(caller) = pattern else { unreachable!() };
//! let reception = callers.receive(Now::default(), CallId::from_u64(1), Some(&caller));
//! assert!(matches!(reception.treatment, Treatment::Blocked { .. }));
//! ```

mod book;
mod callers;
mod config;
mod index;
mod key;
mod nuisance;
mod region;
mod vocabulary;

pub use callers::Callers;
pub use config::{Approval, Config, Limits, ListConfig, NuisancePolicy, Purpose};
pub use nuisance::{RecentCall, RecentCalls};
pub use region::{NUMBERING_DATA, Place, Regions};
pub use vocabulary::{Change, Group, Kept, Output, Refused, Which};
