//! The words every other crate shares: time, ids, telephone numbers, causes, facts.
//!
//! This crate knows no protocol and holds no state. What is here is here because two cores that may not know each
//! other (`call` and `acd`, say) must mean the same thing by it, or because it stands in the journal.
//!
//! ```
//! use bell_types::{Number, NumberPlan};
//!
//! let plan = NumberPlan::china(Some("571"));
//! let number = Number::parse("013800138000", &plan).expect("a mobile number with a trunk prefix");
//! assert_eq!(number.to_string(), "+8613800138000");
//! assert_eq!(number.masked().to_string(), "+86138****8000");
//! ```

mod calendar;
mod caller;
mod cause;
mod check;
mod cidr;
mod codec;
mod digit;
mod fact;
mod hide;
mod hours;
mod id;
mod module;
mod number;
mod overflow;
mod refused;
mod report;
mod srtp;
mod time;
mod wants;

#[doc(hidden)]
pub use check::__broken;

pub use calendar::{Date, LocalTime, Minute, Zone};
pub use caller::{
    EntryEnd, EntryId, EntrySource, EntryState, ListEntry, ListHit, ListKind, Origin, PREFIX_DIGITS_MIN, Pattern,
    PatternError, Reception, Refusal, Region, RegionUnknown, Service, Term, TermError, Terms, Treatment,
};
pub use cause::{Cause, Severity};
pub use cidr::{Cidr, CidrError};
pub use codec::Codec;
pub use digit::{Digit, DigitVia, Digits, DigitsError};
pub use fact::{
    AbsenceEnd, AgentActivity, AgentPresence, Caller, ConsultEnd, Detour, Direction, Ending, Fact, KeyEnd, LegRole,
    OfferOutcome, ParkExit, Party, PromptEnd, QueueExit, RecordingStatus, RegistrationRefusal, SilenceCause,
    SupervisionMode, What,
};
pub use hide::Hiding;
pub use hours::{OpenSpan, OpeningHours};
pub use id::{
    ActorName, AgentName, CalendarName, CallId, ClassName, DispositionName, EndpointName, FlowName, LegId, ListName,
    LoginId, ModeName, NAME_LEN_MAX, NameError, NodeId, NodeName, OfferId, PromptName, QueueName, RecordingId,
    RegionName, RoleName, Seq, SkillName, TrunkName, VariableName,
};
pub use module::Module;
pub use number::{Masked, Number, NumberError, NumberPlan};
pub use overflow::{CallbackOutcome, Overflow, OverflowCause};
pub use refused::CallRefusal;
pub use report::{Candidate, EchoReport, Filter, LegQuality, RoutingReport, Strategy, VoiceReport};
pub use srtp::{KeyRef, NoKeyRef, OwnKeys, Srtp, SrtpKeys, SrtpSuite};
pub use time::{Mono, Now, Wall, read_length, write_length};
pub use wants::Wants;
