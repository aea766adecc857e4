//! The prover: what must hold on every path before a flow may be published.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{Digit, NodeName, PromptName, QueueName};

/// What the prover is told about the world outside the flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Every prompt that was looked for, and what was found. A prompt that is not listed is missing.
    pub prompts: BTreeMap<PromptName, PromptState>,
    /// The queues that exist.
    pub queues: BTreeSet<QueueName>,
}

/// Whether a prompt can be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptState {
    /// It decodes, or was synthesised.
    Playable,
    /// There is something under its name that cannot be played.
    Broken {
        /// Why, for the author.
        reason: String,
    },
}

/// What a flow must keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Menu levels a caller may go through (INB-02).
    pub depth_max: usize,
    /// Options of one menu; `0`, `*` and `#` are not counted (INB-03, C-3).
    pub options_max: usize,
    /// Options of one menu above which a warning is given (C-3).
    pub options_warn: usize,
    /// Situations the prover looks at before it refuses the flow as too complex.
    pub situations_max: usize,
}

impl Policy {
    /// What a new installation begins with (C-3).
    pub const USUAL: Self = Self {
        depth_max: 3,
        options_max: 5,
        options_warn: 3,
        situations_max: 100_000,
    };
}

/// A flow may be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the author should acknowledge first.
    pub warnings: Vec<Warning>,
    /// The deepest menu level.
    pub depth: usize,
    /// How many situations were looked at.
    pub situations: usize,
}

/// What is allowed but unwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A menu has more options than callers remember.
    ManyOptions {
        /// The menu.
        menu: NodeName,
        /// How many.
        options: usize,
    },
}

/// Why a flow may not be published, and the way that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterExample {
    /// What is wrong.
    pub problem: Problem,
    /// How a call gets there.
    pub path: Path,
}

/// What is wrong with a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A node no call can come to.
    Unreachable {
        /// The node.
        node: NodeName,
    },
    /// A way round without a counter: a call could go on for ever.
    EndlessLoop,
    /// More menu levels than the policy allows.
    TooDeep {
        /// The levels up to here.
        depth: usize,
        /// The policy.
        max: usize,
    },
    /// More options than the policy allows.
    TooManyOptions {
        /// The menu.
        menu: NodeName,
        /// How many.
        options: usize,
        /// The policy.
        max: usize,
    },
    /// A menu none of whose keys leads to a human.
    NoHuman {
        /// The menu.
        menu: NodeName,
        /// Its keys.
        keys: Vec<Digit>,
    },
    /// A human joins a recorded call before the notice was heard to its end.
    NoticeMissing,
    /// Something is played, or a human asked for, before the call is answered.
    NotAnswered,
    /// A prompt does not exist.
    PromptMissing {
        /// The prompt.
        prompt: PromptName,
    },
    /// A prompt exists and cannot be played.
    PromptBroken {
        /// The prompt.
        prompt: PromptName,
        /// Why.
        reason: String,
    },
    /// A queue does not exist.
    QueueUnknown {
        /// The queue.
        queue: QueueName,
    },
    /// The flow has more situations than the prover may look at.
    TooComplex {
        /// The policy.
        max: usize,
    },
}

/// A way through a flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The nodes, each with what led to it.
    pub hops: Vec<Hop>,
}

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What led here; none for the first node.
    pub by: Option<crate::graph::Label>,
    /// The node.
    pub node: NodeName,
}
