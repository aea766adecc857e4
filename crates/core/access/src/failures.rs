//! Wrong attempts in a row, and how long the door is shut after too many.

use std::time::Duration;

use bell_types::Wall;

use crate::policy::Policy;

/// Wrong attempts in a row, of one kind. Only a right one ends the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last was.
    pub last: Wall,
}

impl Failures {
    /// Until when nothing more is tried; none: the door is open. Each time it is shut for twice as long as the time before.
    pub fn shut_until(&self, now: Wall, policy: &Policy) -> Option<Wall> {
        let times = self.count / policy.login_wrong_max;
        if times == 0 || !self.count.is_multiple_of(policy.login_wrong_max) {
            return None;
        }
        let factor = 2_u32.saturating_pow(times - 1);
        let length: Duration = policy.login_lockout.saturating_mul(factor).min(policy.login_lockout_max);
        let until = self.last + length;
        (now < until).then_some(until)
    }

    /// Counts one more and says how many are left before the door is shut.
    pub(crate) fn fail(&mut self, now: Wall, policy: &Policy) -> u32 {
        self.count = self.count.saturating_add(1);
        self.last = now;
        (policy.login_wrong_max - self.count % policy.login_wrong_max) % policy.login_wrong_max
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}
