//! What becomes of callers whom a queue does not serve well, and of those who ask to be called back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{AgentName, Number, QueueName, SkillName};

/// Where a call goes when its queue does not serve it well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// To agents of lower levels: the skills whose lowest level changes, each with the new one; 0 asks for none.
    WiderSkills(Vec<(SkillName, u8)>),
    /// Into another queue, with the time it has waited.
    Queue(QueueName),
    /// To a number outside.
    External(Number),
    /// The caller may leave a message.
    Voicemail,
    /// The caller is offered to be called back.
    Callback,
}

/// Why a step of a queue's ladder was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverflowCause {
    /// The call had waited this long in the queue.
    Waited(Duration),
    /// So many callers stood before it.
    Length(u32),
    /// Of a hundred callers only so many were answered in time.
    ServiceLevel(u8),
    /// No agent is signed in.
    NoAgent,
}

/// How the plan to call somebody back ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// The customer and this agent talked.
    Reached(AgentName),
    /// The customer was not reached in as many attempts as are made.
    NotReached,
    /// Nobody could be found to call him in the time that is allowed for it.
    Expired,
    /// It was called off, or its queue is gone.
    Withdrawn,
}
