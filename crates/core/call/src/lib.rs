//! Legs and bridges, and the record a call leaves.
//!
//! A [`Calls`] owns every live call of a node: which legs it has, who hears whom, what stage it is in. It knows no SIP
//! (a leg is dialled, rings, is answered, ends), no flow language (it is told to answer, play, queue) and no routing (it
//! is told to offer a call to an agent). The engine translates between this crate and those that know.
//!
//! A call is moved by commands ([`Calls::command`]): hold, park, transfer, consultation, conference, supervision. Who
//! hears whom follows from the call's state in one place (`talk.rs`), and so does who gets the caller back when
//! something fails: his agent, else the front of his queue, else his flow; he is never dropped by a failed transfer.
//! What can be known before a caller is moved is checked before (`check_outside` and its neighbours, pure functions).
//! A call that we place ([`Calls::place`]) rings the agent first.
//!
//! Every call it accepts ends with exactly one `CallEnded`, and every leg it opens with exactly one `LegEnded`. When we
//! end a leg it is over for us at once; what the network still has to say about it is the transport's business, and a
//! late word about an ended leg is normal and ignored.
//!
//! ```
//! use bell_call::{Arrival, Calls, Config, FlowInput, Input, LegInput, LegOutput, Output};
//! use bell_types::{Caller, FlowName, NodeId, Now, Number, NumberPlan, Seq};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut calls = Calls::new(NodeId(0), Seq(0), Config::for_tests());
//! let called = Number::parse("4001234567", &NumberPlan::china(None))?;
//! let arrival = Arrival {
//!     caller: Caller { number: None, name: None },
//!     called,
//!     trunk: None,
//!     flow: FlowName::new("welcome")?,
//!     flow_version: 1,
//!     recorded: true,
//!     ringback: None,
//! };
//! let leg = calls.arrive(Now::default(), arrival).expect("room for one call");
//! calls.handle(Now::default(), Input::Leg(leg, LegInput::MediaReady));
//! calls.handle(Now::default(), Input::Flow(leg.call, FlowInput::Answer));
//! let outputs: Vec<Output> = std::iter::from_fn(|| calls.poll_output()).collect();
//! assert!(outputs.contains(&Output::Leg(leg, LegOutput::Answer)));
//! # Ok(())
//! # }
//! ```

mod call;
mod calling;
mod calls;
mod causes;
mod command;
mod confirm;
mod consult;
mod coverage;
mod figures;
mod flow;
mod leg;
mod missing;
mod offers;
mod park;
mod place;
mod playing;
mod preflight;
mod record;
mod scene;
mod setup;
mod since;
mod supervise;
mod talk;
mod talked;
mod transfer;
mod trunks;
mod vocabulary;
mod votes;
mod why;

#[cfg(test)]
mod tests;

pub use calling::{FailureClass, failure_class};
pub use calls::{Calls, Config, LostParty};
pub use command::{Ask, Command, Target};
pub use coverage::{Coverage, GapPolicy, Reconciliation};
pub use figures::{TransferFigures, TransferTally, TransferTo, TransferType};
pub use place::{Dialled, First, Placement};
pub use preflight::{
    Acting, Colleague, MayTransfer, Outside, QueueState, check_colleague, check_inside, check_outside, check_own,
    check_phone, check_queue, check_release, check_supervise, complete,
};
pub use record::{CallRecord, Folder, LegRecord, OfferRecord, Peer, RecordingRecord, Stage, StageKind};
pub use scene::{Attempt, Likely, Scene, SceneEnd, scenes};
pub use talked::Handled;
pub use vocabulary::{
    AcdInput, AcdOutput, AfterAgent, AgentLine, Arrival, Destination, FlowInput, FlowOutput, Goal, Hear, Input,
    LegInput, LegOutput, Output, PlayId, Shown,
};
pub use votes::{Score, Vote};
pub use why::explain;
