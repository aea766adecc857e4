//! The one timer of a worker: it brings legs that make packets round, and everybody's chores.

use std::time::Duration;

use bell_types::Mono;

use super::{Key, Worker};
use crate::gauges::{count, publish_cpu};

/// The time between two notches of the wheel.
const NOTCH: Duration = Duration::from_millis(5);

/// How many notches the wheel has: more than any packet time is long.
const NOTCHES: usize = 64;

/// Chores are done at every fourth notch, each time for a fifth of the legs: every 100 ms for each.
const CHORE_NOTCHES: u64 = 4;
const CHORE_PARTS: usize = 5;

/// The legs that are brought round, by notch. A new one goes to the notch that has fewest in the next packet time, so
/// that packets do not leave all at once.
#[derive(Debug)]
pub(super) struct Wheel {
    /// The last notch that was reached, counted from the start of the host.
    at: u64,
    notches: [Vec<Key>; NOTCHES],
    turning: usize,
}

impl Wheel {
    pub(super) fn new(now: Mono) -> Self {
        Self { at: notch(now), notches: std::array::from_fn(|_| Vec::new()), turning: 0 }
    }

    /// When to look at it.
    pub(super) fn due(&self) -> Mono {
        let next = match self.turning {
            0 => (self.at / CHORE_NOTCHES + 1) * CHORE_NOTCHES,
            _ => self.at + 1,
        };
        Mono::from_micros(next * NOTCH.as_micros() as u64)
    }

    /// Puts a leg on one of the next four notches.
    pub(super) fn put(&mut self, key: Key) {
        let next = (1..=CHORE_NOTCHES).min_by_key(|after| self.notch_at(self.at + after).len());
        let at = self.at + next.unwrap_or(1);
        self.notch_at(at).push(key);
        self.turning += 1;
    }

    fn notch_at(&mut self, at: u64) -> &mut Vec<Key> {
        &mut self.notches[(at % NOTCHES as u64) as usize]
    }
}

impl Worker {
    /// Brings the wheel to where it should be by now.
    pub(super) fn turn_wheel(&mut self) {
        let due = notch(self.studio.now.mono);
        let behind = due.saturating_sub(self.wheel.at);
        let packet_notches = CHORE_NOTCHES;
        let behind_max = u64::from(self.studio.config.legs.late_ticks_max) * packet_notches;
        if behind > packet_notches && self.wheel.turning > 0 {
            count(&self.studio.counters.late_ticks, behind / packet_notches);
        }
        if behind > behind_max {
            self.leave_out(due - behind_max);
        }
        if self.wheel.at < due {
            self.tick_browsers();
        }
        while self.wheel.at < due {
            self.wheel.at += 1;
            self.turn_legs();
            if self.wheel.at.is_multiple_of(CHORE_NOTCHES) {
                self.do_chores();
            }
        }
    }

    /// What is so late that nobody wants it any more is left out.
    fn leave_out(&mut self, until: u64) {
        self.wheel.at = until;
        for id in self.legs.ids() {
            if let Some(leg) = self.legs.key(id).and_then(|key| self.legs.get_mut(key)) {
                leg.was_late();
            }
        }
    }

    fn turn_legs(&mut self) {
        let at = self.wheel.at;
        let mut keys = std::mem::take(self.wheel.notch_at(at));
        for key in keys.drain(..) {
            let Some(leg) = self.legs.get_mut(key) else {
                self.wheel.turning -= 1;
                continue;
            };
            leg.turn(&mut self.studio);
            if leg.wants_turn() {
                let notches = leg.packet_time(&self.studio).as_micros() / NOTCH.as_micros();
                let notches = (notches as u64).min(NOTCHES as u64 - 1);
                self.wheel.notch_at(at + notches).push(key);
            } else {
                leg.turning = false;
                self.wheel.turning -= 1;
            }
        }
        // Nothing goes to the notch it was just on, so its memory can be kept.
        *self.wheel.notch_at(at) = keys;
    }

    fn do_chores(&mut self) {
        let part = (self.wheel.at / CHORE_NOTCHES % CHORE_PARTS as u64) as usize;
        for key in self.legs.part(part, CHORE_PARTS) {
            if let Some(leg) = self.legs.get_mut(key) {
                leg.chores(&mut self.studio);
                self.forward(key, None, 0);
            }
        }
        if part == 0 {
            self.cut_silent();
            self.studio.takes.tick(self.studio.now.mono);
            publish_cpu(&self.studio.counters.cpu_nanos);
        }
    }
}

fn notch(now: Mono) -> u64 {
    now.as_micros() / NOTCH.as_micros() as u64
}
