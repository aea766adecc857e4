//! What follows from how an attempt came out.

use std::time::Duration;

use bell_types::Wall;

/// What deliveries are judged by. Each is a policy of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long a receiver may take to answer.
    pub timeout: Duration,
    /// How long after a first failure it is tried again; twice as long after each further one.
    pub retry_first: Duration,
    /// The longest time between two attempts.
    pub retry_max: Duration,
    /// After how long a failure without an end a receiver is told nothing any more.
    pub disable_after: Duration,
    /// How long events are kept for who was away, or wants them again.
    pub keep: Duration,
    /// How many receivers there may be.
    pub webhooks_max: usize,
}

/// How the delivery to a receiver goes: one message after the other, the next one when the last was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// How often the message that is next was tried in vain.
    pub tries: u32,
    /// Since when nothing was taken.
    pub failing_since: Option<Wall>,
    /// When it is tried next; none: at once.
    pub next_try: Option<Wall>,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The same message again.
    Again {
        /// When.
        at: Wall,
    },
    /// The receiver has taken nothing for too long: it is told nothing any more.
    Disable {
        /// Since when.
        since: Wall,
    },
}

impl Delivery {
    /// A message was taken.
    pub fn taken(&mut self) {
        *self = Self::default();
    }

    /// A message was not taken. `spread`: a random number, so that not everybody comes back at once; of it, up to a
    /// quarter of the time is added.
    pub fn failed(&mut self, now: Wall, spread: u8, policy: &Policy) -> Next {
        let since = *self.failing_since.get_or_insert(now);
        if now >= since + policy.disable_after {
            return Next::Disable { since };
        }
        let doubled = policy.retry_first.saturating_mul(2_u32.saturating_pow(self.tries));
        let wait = doubled.min(policy.retry_max);
        let at = now + wait + wait / 4 * u32::from(spread) / u32::from(u8::MAX);
        self.tries = self.tries.saturating_add(1);
        self.next_try = Some(at);
        Next::Again { at }
    }

    /// Whether the next message may be tried now.
    pub fn is_due(&self, now: Wall) -> bool {
        self.next_try.is_none_or(|at| at <= now)
    }
}

impl Policy {
    /// Short values for tests.
    #[doc(hidden)]
    pub const fn for_tests() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            retry_first: Duration::from_secs(10),
            retry_max: Duration::from_secs(60),
            disable_after: Duration::from_secs(3 * 86_400),
            keep: Duration::from_secs(7 * 86_400),
            webhooks_max: 3,
        }
    }
}
