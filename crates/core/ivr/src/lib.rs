//! The flow language of Belltower: what a caller hears before a human does.
//!
//! A flow is one TOML file that a shop owner can read. It is [parsed](Flow::parse) with all its mistakes at once,
//! [proved](prove) before it may be published, [simulated](simulate) as a tree of every path, and run call by call by
//! [`Run`]. [`speech`] readies its words for a speech synthesiser.
//!
//! What this crate deliberately does not know: where audio lies (a flow names prompts), how a queue chooses an agent,
//! what a leg or SIP is, what time zone rules are.
//!
//! ```
//! use std::sync::Arc;
//! use bell_ivr::{Action, CallerFacts, Context, Event, Flow, Limits, Run, RunLimits};
//! use bell_types::{Now, NumberPlan, Zone};
//!
//! let plan = NumberPlan::china(Some("571"));
//! let text = include_str!("../examples/shop.toml");
//! let flow = Arc::new(Flow::parse(text, &plan, &Limits::USUAL).expect("the sample is a flow"));
//! let context = Context {
//!     caller: None,
//!     called: "4008001234".to_owned().try_into().expect("a 400 number"),
//!     zone: Arc::new(Zone::fixed(8 * 3600)),
//!     calendars: Arc::default(),
//!     facts: CallerFacts::unknown("no table of regions"),
//! };
//! let mut run = Run::start(Now::default(), flow, context, RunLimits::USUAL);
//! while let Some(action) = run.poll_output() {
//!     if action == Action::Answer {
//!         run.handle(Now::default(), Event::Answered);
//!     }
//! }
//! ```

mod calendar;
mod call_hours;
mod check;
mod diagnostic;
mod door;
#[cfg(test)]
mod drafts;
mod file;
mod flow;
#[doc(hidden)]
pub mod fuzz;
mod graph;
mod limits;
mod numbers;
mod prove;
mod run;
mod simulate;
pub mod speech;
mod stats;
mod template;
pub mod templates;

pub use calendar::{Calendar, CalendarBuilder, CalendarMistake, Calendars, Standing};
pub use call_hours::CallHours;
pub use check::Check;
pub use diagnostic::{Diagnostic, suggestion};
pub use door::{Arriving, Capacity, Door};
pub use flow::{
    Answer, BargeIn, Branch, CalendarStep, Callback, CallbackNumber, Case, Choice, ChooseLanguage, Collect, Condition,
    Flow, FlowHash, HangUp, Hours, Language, LookUp, Loop, Menu, Node, NodeIndex, Notice, OWN_MESSAGE, Place, Play,
    Prompt, PromptSource, Queue, ReadBack, Record, Recording, Refusal, Set, Step, Survey, Test, Transfer,
};
pub use graph::Label;
pub use limits::{Limits, RunLimits, TreeLimits};
pub use numbers::NumberPrefix;
pub use prove::{CounterExample, Hop, Known, Path, Policy, Problem, PromptState, Proof, Warning, prove};
pub use run::{
    Action, CallerFacts, Context, Event, GoesOn, LookUpFailure, LookUpNumber, MessageNumber, PlayNumber, QueueLeft,
    Region, Run,
};
pub use simulate::{Branching, Input, Outcome, Stop, Tree, WaitsFor, Walk, simulate, walk};
pub use stats::{Disorder, FlowStats, NodeStats, OrderPolicy, SurveyStats};
pub use template::{Field, Template};
