//! The work of an agent around a call: what came of it, what was learned about the customer, what he was promised.
//!
//! [`Dispositions`] is the tree of results of a queue; [`Summary`] stands for what is asked of the agent after a call and
//! until when; [`Owner`] is a customer's data with every value it ever had; [`Greetings`] says how a caller is greeted and
//! why, which stands in the [`Script`] of a queue; [`Promise`] is a time that was named to a customer, [`Ticket`] what it is
//! about; [`Search`] says what is looked for in customers and knowledge, [`Look`] who may see a customer; [`Attempt`] is one
//! wish to reach a contact, with every call that was made for it.
//!
//! What this crate deliberately does not know: calls and their stages, where anything is stored, who may see it, what time
//! it is. Texts are kept as they were written: markup in a name is a name with odd characters.
//!
//! ```
//! use std::time::Duration;
//! use bell_customer::{Code, Dispositions, Effect, Limits, Need, Node, Rule, Said, State, Summary, Written};
//! use bell_types::Wall;
//!
//! let code = |text| Code::parse(text).expect("a code");
//! let voted = Node::result(code("voted"), Said::new("已投票", "voted"), Effect::Done);
//! let tree = Dispositions::new(vec![voted], vec![], Limits::for_tests()).expect("a tree");
//! let rule = Rule { disposition: Need::Required, resolved: Need::Required, within: Duration::from_secs(60) };
//!
//! let ended = Wall::from_micros(0);
//! let mut summary = Summary::asked(rule, ended);
//! let written = Written { disposition: vec![code("voted")], resolved: Some(true), ..Written::default() };
//! assert_eq!(summary.write(ended, &tree, &written), Ok(Some(Effect::Done)));
//! assert_eq!(summary.state(), State::Filled { at: ended });
//! ```

mod attempt;
mod code;
mod greeting;
mod look;
mod owner;
mod promise;
pub mod prose;
mod script;
mod search;
mod summary;
mod ticket;
mod tree;

pub use attempt::{Attempt, AttemptLimits, NotAgain, Try, TryEnd};
pub use code::{Code, CodeError, Said};
pub use greeting::{Greetings, Reason};
pub use look::Look;
pub use owner::{Change, Contact, Correction, Owner, PersonName, PersonNameError, Refused, Source, Verdict, What};
pub use promise::{Promise, PromiseError, Stage};
pub use script::{Phase, Script};
pub use search::{Search, SearchTooLong, small};
pub use summary::{Lacking, Need, Rule, State, Summary, Written};
pub use ticket::{NotChanged, Priority, Ticket, TicketChange, TicketState};
pub use tree::{Asked, Choice, Dispositions, Effect, Field, Kind, Limits, Mistake, Node, NotAResult, Way};
