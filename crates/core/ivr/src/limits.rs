//! How much of everything: the configuration of reading, running and simulating.

use std::time::Duration;

/// How large a flow's file and its values may be. A file beyond a limit is refused with a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes_max: usize,
    /// Nodes of a flow.
    pub nodes_max: u16,
    /// Prompts played in one go.
    pub prompts_max: usize,
    /// Characters spoken in one prompt.
    pub speech_chars_max: usize,
    /// Cases of a branch, and numbers or words of one case.
    pub cases_max: usize,
    /// Lines of opening hours, of the week or of exceptions; days of one range of exceptions.
    pub hours_max: usize,
    /// Shifts that a calendar node tells apart.
    pub shifts_max: usize,
    /// Attempts of a menu or of collecting digits.
    pub attempts_max: u8,
    /// Rounds of a loop.
    pub times_max: u8,
    /// The longest wait for a key.
    pub key_timeout_max: Duration,
    /// The longest look-up.
    pub look_up_timeout_max: Duration,
    /// Fields that one look-up takes over.
    pub fields_max: usize,
    /// The longest message.
    pub message_max: Duration,
    /// The longest ringing of a transfer.
    pub ring_timeout_max: Duration,
    /// Mistakes that are reported at once; the rest is dropped.
    pub diagnostics_max: usize,
}

impl Limits {
    /// What a new installation begins with.
    pub const USUAL: Self = Self {
        file_bytes_max: 256 * 1024,
        nodes_max: 500,
        prompts_max: 20,
        speech_chars_max: 500,
        cases_max: 200,
        hours_max: 100,
        shifts_max: 20,
        attempts_max: 10,
        times_max: 20,
        key_timeout_max: Duration::from_secs(60),
        look_up_timeout_max: Duration::from_secs(10),
        fields_max: 20,
        message_max: Duration::from_secs(300),
        ring_timeout_max: Duration::from_secs(120),
        diagnostics_max: 50,
    };
}

/// How long a running flow may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// Nodes a call may enter. Beyond it the call ends with [`Cause::FlowFailed`](bell_types::Cause::FlowFailed): the
    /// way out for a flow that was never proved.
    pub steps_max: u32,
    /// Keys kept that were pressed before they were asked for; more are dropped.
    pub typed_ahead_max: usize,
    /// How often `back` leads back in one call; beyond it, to the menu's `otherwise`.
    pub backs_max: u32,
    /// How long one playing may take before it counts as failed.
    pub play_max: Duration,
    /// A message that is shorter counts as none.
    pub message_min: Duration,
    /// How often whoever has left a message may listen to it, or press a key that means nothing; then it is kept.
    pub reviews_max: u8,
    /// How often a notice is played that did not come to its end; then the call ends with
    /// [`Cause::PromptBroken`](bell_types::Cause::PromptBroken).
    pub notice_plays_max: u8,
}

impl RunLimits {
    /// What a new installation begins with.
    pub const USUAL: Self = Self {
        steps_max: 1000,
        typed_ahead_max: 32,
        backs_max: 10,
        play_max: Duration::from_secs(600),
        message_min: Duration::from_secs(1),
        reviews_max: 5,
        notice_plays_max: 2,
    };
}

/// How large a printed tree of paths may grow; beyond it branches are cut and marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeLimits {
    /// Lines of the tree.
    pub lines_max: usize,
    /// Nodes on one path.
    pub depth_max: usize,
}

impl TreeLimits {
    /// What a new installation begins with.
    pub const USUAL: Self = Self { lines_max: 5000, depth_max: 200 };
}
