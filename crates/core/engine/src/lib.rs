//! One node: composes the cores, in one order of events.
//!
//! A [`Node`] owns every call, agent and phone of a node. One thread hands it one [`Input`] at a time and carries out the
//! [`Output`]s: messages to send, commands to the media host, facts to keep. The engine translates and sequences; it
//! decides nothing. What a call is, who gets it, what a caller hears is decided in the cores it composes.
//!
//! It reads no clock and draws no random number: time stands in each input, and everything random follows from the
//! seed of its [`Start`]. So the same inputs lead to the same facts, byte for byte, whenever they are handled again.

mod attempts;
mod attention;
mod callback;
mod callback_hours;
mod config;
pub mod diagnosis;
mod door;
pub mod first_run;
mod flows;
mod from_call;
mod from_callers;
mod from_others;
mod from_sip;
mod gate;
pub mod journal;
mod left_callbacks;
mod left_open;
mod line;
mod live;
mod lost;
mod modes;
mod moving;
mod node;
pub mod presence;
mod shift;
mod switched_on;
mod vocabulary;
mod voice;
mod weak;
mod webrtc;
pub mod whatif;
pub mod why_not;

pub use attempts::{Attempts, KeptTry};
pub use attention::Help;
pub use config::{
    AgentRules, Audio, AudioFrom, AudioWanted, BreakReason, CertificateFiles, Crm, CustomerPolicy, Desk, DeskPolicy,
    ExportPolicy, Line, Listen, Listing, Mistake, Outside, Policies, Provider, QueueSound, Snapshot, Source, Summaries,
    SummarySheet, Text, Trust, ZoneTable, announcement, wanted_audio, wanted_files, wanted_zone,
};
pub use door::{Answered, Asked, Emergency};
pub use gate::{DiskPolicy, Gate, Room};
pub use left_callbacks::LeftCallbacks;
pub use left_open::{LeftOpen, RecoveredRecording};
pub use live::{AgentLive, EndpointLive, Finished, KeyLive, Live, Nuisance, Refusal, TrunkLive};
pub use lost::{LostPhone, lost_phones};
pub use modes::{DialBy, Mode, NotDialled, Rings};
pub use node::{Moving, Node};
pub use shift::{Shift, ShiftEnd};
pub use switched_on::SwitchedOn;
pub use vocabulary::{Command, CommandId, Input, KeptCallback, KeptEntries, Orphan, Output, Refused, Ring, Start};
pub use weak::WeakRules;
