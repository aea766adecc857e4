//! One node: composes the cores, in one order of events.

mod config;
mod live;

pub use config::{
    Audio, AudioFrom, AudioWanted, Listen, Mistake, QueueSound, Snapshot, Source, Text, ZoneTable, announcement,
    wanted_audio, wanted_flows,
};
pub use live::{AgentLive, EndpointLive, Live, Refusal, TrunkLive};
