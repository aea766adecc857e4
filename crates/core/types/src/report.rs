//! Reports that stand in facts: why a call went where it went, and how a leg sounded.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{AgentName, QueueName, SkillName};

/// How a queue picks among the agents that may take a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The agent who has been free longest.
    LongestIdle,
    /// In turn: the agent after the one who had the last offer.
    RoundRobin,
    /// In the queue's fixed order, always from the top.
    Sequential,
    /// Any, with equal chance.
    Random,
    /// The agent who has talked least since he signed in.
    LeastTalk,
    /// The agent who has taken the fewest calls since he signed in.
    FewestCalls,
    /// The agent whose levels in the skills the call needs are highest.
    Skill,
    /// Everybody at once; the first who answers has the call.
    RingAll,
}

impl Strategy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LongestIdle,
        Self::RoundRobin,
        Self::Sequential,
        Self::Random,
        Self::LeastTalk,
        Self::FewestCalls,
        Self::Skill,
        Self::RingAll,
    ];

    /// What a candidate's score means. Screens translate by the serialised name.
    pub const fn scored_by(self) -> &'static str {
        match self {
            Self::LongestIdle | Self::RingAll => "ms since he became free",
            Self::RoundRobin | Self::Sequential => "places before the end of the order",
            Self::Random => "number drawn",
            Self::LeastTalk => "ms talked since sign-in, less is better",
            Self::FewestCalls => "calls taken since sign-in, fewer is better",
            Self::Skill => "levels in the needed skills, added up",
        }
    }

    /// What is compared between candidates of equal score, before their order in the queue decides.
    pub const fn tie_broken_by(self) -> Option<&'static str> {
        match self {
            Self::LeastTalk | Self::FewestCalls | Self::Skill => Some("ms since he became free"),
            Self::LongestIdle | Self::RoundRobin | Self::Sequential | Self::Random | Self::RingAll => None,
        }
    }
}

/// Why an agent of the queue was no candidate for this call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Not signed in.
    SignedOut,
    /// On a break.
    OnBreak,
    /// Another call is being offered to this agent.
    Offered,
    /// As many calls as the agent's capacity allows.
    AtCapacity,
    /// Still wrapping up the last call.
    WrappingUp,
    /// No phone of the agent is registered and reachable.
    NoEndpoint,
    /// Just missed or declined this very call.
    JustMissed,
    /// Lacks a skill that the call needs, or its level is too low.
    LacksSkill,
    /// The call is kept for the caller's own agent for a while.
    Kept,
    /// Lost the leg on which he had this very call.
    LostCall,
    /// Handed this very call on.
    HandedOn,
}

impl Filter {
    /// One English phrase. Screens translate by the serialised name.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::SignedOut => "not signed in",
            Self::OnBreak => "on a break",
            Self::Offered => "another call is being offered",
            Self::AtCapacity => "at capacity",
            Self::WrappingUp => "wrapping up",
            Self::NoEndpoint => "no reachable phone",
            Self::JustMissed => "just missed this call",
            Self::LacksSkill => "lacks a skill the call needs",
            Self::Kept => "the call is kept for the caller's own agent",
            Self::LostCall => "just lost this call",
            Self::HandedOn => "just handed this call on",
        }
    }
}

/// One agent who could take the call, with what was seen in him. Candidates are compared by `region`, then by `score`,
/// then by `tie`, the highest first; the order of the queue decides between equals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The agent.
    pub agent: AgentName,
    /// How closely he serves the caller's region; 0 if he does not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub region: u8,
    /// What the strategy compares: see [`Strategy::scored_by`]. What is better if less is stored negative.
    pub score: i64,
    /// What it compares next: see [`Strategy::tie_broken_by`].
    #[serde(default)]
    pub tie: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_zero(region: &u8) -> bool {
    *region == 0
}

/// One decision of the router: who was considered for a call, who was filtered and why, who won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingReport {
    /// The queue that decided.
    pub queue: QueueName,
    /// By which strategy.
    pub strategy: Strategy,
    /// How long the caller had waited, his waits before this queue included.
    #[serde(default)]
    pub waited: Duration,
    /// The skills the call needed, each with its lowest level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<(SkillName, u8)>,
    /// Whose call it was for the moment: the caller's own agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_for: Option<AgentName>,
    /// The candidates, best first; at most [`CANDIDATES_MAX`](Self::CANDIDATES_MAX) of them.
    pub candidates: Vec<Candidate>,
    /// How many candidates there were in all.
    pub candidates_total: u32,
    /// The agents that were filtered, each with the first reason that struck; at most
    /// [`FILTERED_MAX`](Self::FILTERED_MAX) of them.
    pub filtered: Vec<(AgentName, Filter)>,
    /// How many were filtered for each reason.
    pub filtered_totals: Vec<(Filter, u32)>,
    /// Who gets the call; none if there was no candidate. Where all are rung at once, the first of them.
    pub winner: Option<AgentName>,
}

impl RoutingReport {
    /// How many candidates a report lists.
    pub const CANDIDATES_MAX: usize = 16;
    /// How many filtered agents a report names.
    pub const FILTERED_MAX: usize = 32;
}

/// How a leg sounded since its last report, normally 5 seconds ago (DIA-04).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LegQuality {
    /// RTP packets that arrived.
    pub packets_in: u32,
    /// RTP packets that were sent.
    pub packets_out: u32,
    /// Loudness of the audio that arrived, in dBov (0 is the loudest, -127 is digital silence); none if none arrived.
    pub level_in_dbov: Option<i8>,
    /// Loudness of the audio that was sent, in dBov; none if none was sent.
    pub level_out_dbov: Option<i8>,
    /// Packets lost on the way to us, in thousandths.
    pub loss_in_permille: u16,
    /// Packets lost on the way from us, in thousandths, as the other side reports by RTCP; none without a report.
    pub loss_out_permille: Option<u16>,
    /// Interarrival jitter in microseconds (RFC 3550 §6.4.1).
    pub jitter_us: u32,
    /// Round trip in microseconds, from RTCP; none without a report.
    pub round_trip_us: Option<u32>,
    /// Estimated MOS of what we hear, in hundredths, 100 to 450 (E-model, ITU-T G.107, narrow band).
    pub mos_centi: u16,
}

/// What a leg's microphone delivered since the last such report, normally 30 seconds ago (DIA-10, DIA-05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceReport {
    /// How loud was spoken, in dBov; none if nothing stood out of the noise.
    pub level_dbov: Option<i8>,
    /// How loud it was while nobody spoke, in dBov: the level that a tenth of the time was not louder than.
    pub noise_dbov: i8,
    /// How much of it was at the limit of the scale, in thousandths of the samples.
    pub clipped_permille: u16,
    /// What came back of what was sent; none if nothing did.
    pub echo: Option<EchoReport>,
}

/// What came back of what was sent to a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EchoReport {
    /// After how long, in milliseconds, network and buffers included.
    pub delay_ms: u16,
    /// How much quieter than it was sent, in dB.
    pub loss_db: u8,
}
