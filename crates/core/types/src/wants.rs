//! What a caller brings with him into a queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{AgentName, RegionName, SkillName};

/// What a caller brings with him that bears on who shall take his call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wants {
    /// What an agent must be able to do, beside what the queue asks for, each with the lowest level. A language is a
    /// skill like any other.
    pub skills: Vec<(SkillName, u8)>,
    /// Where he is from, the narrowest region first. Agents of his region go before others.
    pub regions: Vec<RegionName>,
    /// His own agents, in order: the call is kept for each for so long, if he is on duty, before others may have it
    /// (INB-17, INB-18). They need not serve the queue, nor have the skills.
    pub preferred: Vec<(AgentName, Duration)>,
}

impl Wants {
    /// Whether anybody will do.
    pub fn is_none(&self) -> bool {
        let Self { skills, regions, preferred } = self;
        skills.is_empty() && regions.is_empty() && preferred.is_empty()
    }
}
