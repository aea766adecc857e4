//! Events on their way to the engine.

use std::collections::VecDeque;

use bell_media::control::{MediaEvent, MediaNews};

use crate::gauges::{WorkerCounters, count};
use crate::host::EventSink;

/// Events the engine has not taken yet.
pub(super) struct Outbox {
    sink: EventSink,
    waiting: VecDeque<MediaEvent>,
    max: usize,
}

impl Outbox {
    pub(super) const fn new(sink: EventSink, max: usize) -> Self {
        Self { sink, waiting: VecDeque::new(), max }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds an event. An engine that is behind can do without figures before it has to do without facts.
    pub(super) fn push(&mut self, event: MediaEvent, counters: &WorkerCounters) {
        let max = match event.what {
            MediaNews::Quality(_) | MediaNews::Voice(_) => self.max / 2,
            MediaNews::Ready { .. }
            | MediaNews::Failed { .. }
            | MediaNews::Flowing
            | MediaNews::PlayEnded { .. }
            | MediaNews::Digit { .. }
            | MediaNews::SilenceBegan { .. }
            | MediaNews::SilenceEnded { .. }
            | MediaNews::TimedOut
            | MediaNews::NoWay
            | MediaNews::RecordingSealed { .. }
            | MediaNews::Described { .. }
            | MediaNews::Agreed(_)
            | MediaNews::Unacceptable { .. } => self.max,
        };
        if self.waiting.len() >= max {
            count(&counters.events_lost, 1);
            return;
        }
        self.waiting.push_back(event);
    }

    /// Hands over what the engine takes.
    pub(super) fn offer(&mut self) {
        while let Some(event) = self.waiting.front() {
            if !(self.sink)(event) {
                return;
            }
            self.waiting.pop_front();
        }
    }
}
