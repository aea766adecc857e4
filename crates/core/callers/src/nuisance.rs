//! Who called how often of late (INB-22).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bell_types::{CallId, Mono, Number};

use crate::key::Key;

/// The calls of the last while, oldest first, and by number.
#[derive(Debug, Default)]
pub(crate) struct History {
    calls: VecDeque<(Mono, Key)>,
    of: BTreeMap<Key, VecDeque<(Mono, CallId)>>,
}

impl History {
    /// Notes a call and returns the number's calls within the window, this one last.
    pub(crate) fn note(
        &mut self,
        now: Mono,
        window: Duration,
        calls_max: usize,
        number: &Number,
        call: CallId,
    ) -> Vec<CallId> {
        let key = Key::of_number(number);
        self.calls.push_back((now, key));
        self.of.entry(key).or_default().push_back((now, call));
        // A call exactly as long ago as the window still counts.
        while let Some(&(at, key)) = self.calls.front()
            && (now.since(at) > window || self.calls.len() > calls_max)
        {
            self.calls.pop_front();
            self.forget_oldest(key, at);
        }
        self.of.get(&key).map(|calls| calls.iter().map(|(_, call)| *call).collect()).unwrap_or_default()
    }

    /// The number begins anew.
    pub(crate) fn forget(&mut self, number: &Number) {
        self.of.remove(&Key::of_number(number));
    }

    fn forget_oldest(&mut self, key: Key, at: Mono) {
        let Some(calls) = self.of.get_mut(&key) else { return };
        if calls.front().is_some_and(|(first, _)| *first <= at) {
            calls.pop_front();
        }
        if calls.is_empty() {
            self.of.remove(&key);
        }
    }
}
