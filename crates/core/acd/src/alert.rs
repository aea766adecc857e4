//! The alert of a queue: somebody has waited too long (INB-25).

use bell_types::{Mono, What};

use crate::acd::Acd;
use crate::queue::QueueIx;
use crate::timer::Timer;

/// What an alert watches, and whether it is on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Alert {
    pub(crate) on: bool,
    /// When [`Timer::AlertDue`] strikes, if it is set.
    pub(crate) at: Option<Mono>,
}

impl Acd {
    /// Somebody entered or left the queue, or the time has come: the alert begins or ends.
    pub(crate) fn watch(&mut self, now: Mono, ix: QueueIx) {
        let queue = &mut self.queues[ix.0];
        if let Some(at) = queue.alert.at.take() {
            self.timers.clear(at, Timer::AlertDue(ix));
        }
        let longest = queue.since.first().map(|(since, _, call)| (since.until(now), *call));
        let name = queue.config.name.clone();
        let too_long = match (longest, queue.config.alert_after) {
            (Some((waited, call)), Some(limit)) if waited >= limit => Some((waited, call)),
            (Some((waited, _)), Some(limit)) => {
                queue.alert.at = Some(self.timers.set(now, limit - waited, Timer::AlertDue(ix)));
                None
            }
            (None, _) | (_, None) => None,
        };
        let was_on = std::mem::replace(&mut self.queues[ix.0].alert.on, too_long.is_some());
        match too_long {
            Some((waited, call)) if !was_on => self.fact(What::QueueAlertBegan { queue: name, call, waited }),
            None if was_on => self.fact(What::QueueAlertEnded { queue: name }),
            Some(_) | None => {}
        }
    }
}
