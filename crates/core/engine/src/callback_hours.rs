//! The hours at which customers are called back: calendars in the router's words (INB-30).

use std::time::Duration;

use bell_acd::{Hours, Input};
use bell_types::Mono;

use crate::node::Node;

/// Calendars know minutes.
const MINUTE: Duration = Duration::from_secs(60);

impl Node {
    /// Tells the router in which queues nobody is called back now. Nothing else may be left to carry out.
    pub(crate) fn look_at_call_hours(&mut self) {
        for input in self.call_hours() {
            self.tell_acd(input);
            self.settle();
        }
        self.plan_call_hours();
    }

    /// Somebody is the first who is to be called back: as long as there was none, nobody looked. Nothing follows from it
    /// yet, for the router does not know him.
    pub(crate) fn open_call_hours(&mut self) {
        if self.call_hours_at.is_none() {
            self.call_hours().into_iter().for_each(|input| self.tell_acd(input));
            self.plan_call_hours();
        }
    }

    pub(crate) fn call_hours_due(&self, now: Mono) -> bool {
        self.call_hours_at.is_some_and(|at| at <= now)
    }

    fn call_hours(&self) -> Vec<Input> {
        let at = self.snapshot.zone.local(self.now().wall);
        let queues = self.snapshot.call_hours.iter().map(|(queue, hours)| {
            let hours = hours.shut(at, &self.snapshot.calendars).map_or(Hours::Open, Hours::Shut);
            Input::CallbackHours { queue: queue.clone(), hours }
        });
        queues.collect()
    }

    /// While somebody waits to be called back, every minute is looked at.
    fn plan_call_hours(&mut self) {
        let now = self.now();
        let into_minute = Duration::from_micros(now.wall.as_micros().rem_euclid(60_000_000).unsigned_abs());
        self.call_hours_at = (!self.callbacks.is_empty()).then(|| now.mono + (MINUTE - into_minute));
    }
}
