//! What people do at their phones: when they answer, how long they wait, which keys they press.

use std::time::Duration;

use bell_sip::DialogId;
use bell_types::Digit;

use super::{Act, Manners, Party, Role, Want};

/// Whom agents transfer to: colleagues, a number outside, and what is nobody.
const TARGETS: [&str; 5] = ["alice", "bob", "erin", "13700137000", "nobody"];

impl Party {
    fn later(&mut self, after: Duration, act: Act) {
        self.wants.push(Want::Later(after, act));
    }

    /// The centre calls: an agent's phone rings, or somebody outside.
    pub(super) fn is_called(&mut self, dialog: DialogId) {
        match self.manners {
            Manners::Steady(pick_up) => self.is_called_on_a_usual_day(dialog, pick_up),
            Manners::Wild => self.is_called_wildly(dialog),
        }
    }

    fn is_called_on_a_usual_day(&mut self, dialog: DialogId, pick_up: Duration) {
        let ring = self.dice.millis(50, 300);
        // Of those outside one in five is not there.
        if self.role == Role::Carrier && self.dice.chance(200) {
            return self.later(ring + Duration::from_secs(25), Act::Reject(dialog, 480));
        }
        let answer = ring + Duration::from_millis(500) + self.dice.exponential(pick_up);
        self.later(ring, Act::Ring(dialog));
        self.later(answer, Act::Answer(dialog));
    }

    fn is_called_wildly(&mut self, dialog: DialogId) {
        let busy = self.lines.len() > 1 && self.role != Role::Carrier;
        if busy && self.dice.chance(800) {
            return self.later(Duration::from_millis(20), Act::Reject(dialog, 486));
        }
        let ring = self.dice.millis(10, 200);
        let answer = match self.dice.below(100) {
            0..60 => ring + self.dice.millis(300, 8000),
            // About when the offers of this centre run out.
            60..68 => ring + Duration::from_secs(5 + self.dice.below(15)) - self.dice.millis(0, 200),
            68..73 => return self.later(ring, Act::Answer(dialog)),
            73..80 => {
                self.later(ring, Act::Ring(dialog));
                let after = self.dice.millis(500, 5000);
                return self.later(after, Act::Reject(dialog, 603));
            }
            80..84 => return self.later(ring, Act::Reject(dialog, 486)),
            84..87 => return self.later(ring, Act::Reject(dialog, 500)),
            87..90 => {
                let (after, off) = (self.dice.millis(0, 3000), self.dice.millis(1000, 100_000));
                self.later(after, Act::SwitchOff(off));
                ring + Duration::from_secs(2)
            }
            90..95 => return self.later(ring, Act::Ring(dialog)),
            95..98 => return,
            _ => ring + Duration::from_millis(1),
        };
        self.later(ring, Act::Ring(dialog));
        self.later(answer, Act::Answer(dialog));
    }

    /// A call we took is up.
    pub(super) fn talks(&mut self, dialog: DialogId) {
        if self.manners != Manners::Wild {
            return;
        }
        let length = self.dice.millis(100, 60_000);
        if self.dice.chance(500) {
            self.later(length, Act::HangUp(dialog));
        } else {
            // He who waits for the caller to hang up does so in the end himself.
            self.later(Duration::from_secs(150), Act::HangUp(dialog));
        }
        if self.dice.chance(250) {
            let held = self.dice.millis(100, 20_000);
            let resumed = held + self.dice.millis(10, 15_000);
            self.later(held, Act::Hold(dialog));
            self.later(resumed, Act::Resume(dialog));
        }
        if self.role == Role::Carrier && self.dice.chance(700) {
            // Somebody at an agent's line, who is asked for this key; the others are voicemails.
            if let Some(key) = Digit::from_char('1') {
                let after = self.dice.millis(100, 9000);
                self.later(after, Act::Press(dialog, key));
            }
        }
        if self.role != Role::Carrier && self.dice.chance(200) {
            let (after, target) = (self.dice.millis(50, 20_000), self.dice.pick(&TARGETS));
            self.later(after, Act::Refer(dialog, target.unwrap_or("nobody")));
        }
        if self.role != Role::Carrier && self.dice.chance(20) {
            let (after, off) = (self.dice.millis(0, 20_000), self.dice.millis(1000, 100_000));
            self.later(after, Act::SwitchOff(off));
        }
    }

    /// We called: sooner or later we hang up, whatever has come of it.
    pub(super) fn has_patience(&mut self, dialog: DialogId) {
        if self.manners != Manners::Wild {
            return;
        }
        let patience = match self.dice.below(20) {
            0 => self.dice.millis(0, 100),
            1 => self.dice.millis(0, 2000),
            2..6 => self.dice.millis(1000, 20_000),
            _ => self.dice.millis(20_000, 180_000),
        };
        self.later(patience, Act::HangUp(dialog));
    }

    /// The call we made was answered: keys are pressed.
    pub(super) fn calls_on(&mut self, dialog: DialogId) {
        if self.manners != Manners::Wild {
            return;
        }
        let keys = self.dice.below(4);
        for _ in 0..keys {
            let after = self.dice.millis(0, 15_000);
            let digit = char::from_digit(u32::try_from(self.dice.below(5)).unwrap_or(0), 10);
            let digit = if self.dice.chance(100) { Some('#') } else { digit };
            if let Some(digit) = digit.and_then(Digit::from_char) {
                self.later(after, Act::Press(dialog, digit));
            }
        }
        if self.dice.chance(50) {
            let held = self.dice.millis(100, 30_000);
            let resumed = held + self.dice.millis(10, 10_000);
            self.later(held, Act::Hold(dialog));
            self.later(resumed, Act::Resume(dialog));
        }
    }
}
