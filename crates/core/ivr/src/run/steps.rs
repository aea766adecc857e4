//! What happens at each kind of node. A function that returns a node says: go on there.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Digits, Now, Number, PromptEnd};

use super::asking::Ask;
use super::{Action, GoesOn, LookUpFailure, PlayNumber, QueueLeft, Run, State, Wait};
use crate::flow::{
    BargeIn, Choice, Collect, HangUp, Menu, NodeIndex, Notice, Play, Prompt, Queue, Refusal, Step, Transfer,
};
use crate::graph::Label;

/// The key that confirms digits which were read back.
const CONFIRM: char = '1';
/// Why a menu was left by a key.
const PRESSED: &str = "the caller pressed it";

impl Run {
    /// Enters nodes until one waits for something.
    pub(crate) fn go(&mut self, now: Now, node: NodeIndex) {
        let mut next = Some(node);
        while let Some(node) = next {
            next = self.enter(now, node);
        }
    }

    fn enter(&mut self, now: Now, node: NodeIndex) -> Option<NodeIndex> {
        self.steps += 1;
        if self.steps > self.limits.steps_max {
            return self.end(Cause::FlowFailed);
        }
        self.at = node;
        let flow = Arc::clone(&self.flow);
        let entered = flow.node(node);
        self.actions.push_back(Action::Entered(entered.name.clone()));
        match &entered.step {
            Step::Answer(answer) => self.enter_answer(answer.next),
            Step::Play(play) => self.enter_play(now, play),
            Step::Menu(menu) => self.enter_menu(now, node, menu),
            Step::Collect(collect) => self.collect_ask(now, collect, 1, &[]),
            Step::Hours(hours) => self.decide(entered, |run| run.hours(now, hours)),
            Step::Calendar(calendar) => self.decide(entered, |run| run.calendar(now, calendar)),
            Step::Branch(branch) => self.decide(entered, |run| run.branch(branch)),
            Step::Language(choose) => self.ask(now, &Ask::Language(Arc::clone(choose)), 1),
            Step::Survey(survey) => self.enter_survey(now, survey),
            Step::LookUp(look_up) => self.enter_look_up(now, look_up),
            Step::Record(record) => self.enter_record(now, record, 1),
            Step::Callback(callback) => self.enter_callback(callback),
            Step::Set(set) => {
                let value = self.fill(&set.value);
                self.variables.insert(set.variable.clone(), value.into());
                Some(set.next)
            }
            Step::Loop(around) => self.decide(entered, |run| run.round(node, around)),
            Step::Queue(queue) => self.enter_queue(queue),
            Step::Transfer(transfer) => self.enter_transfer(transfer),
            Step::HangUp(hang_up) => self.enter_hang_up(now, hang_up),
        }
    }

    fn enter_answer(&mut self, next: NodeIndex) -> Option<NodeIndex> {
        if self.answered {
            return Some(next);
        }
        self.actions.push_back(Action::Answer);
        self.state = State::Answering { next };
        None
    }

    pub(super) fn take_answered(&mut self) -> Option<NodeIndex> {
        let State::Answering { next } = self.state else {
            return None;
        };
        self.answered = true;
        Some(next)
    }

    // Playing.

    fn enter_play(&mut self, now: Now, play: &Arc<Play>) -> Option<NodeIndex> {
        // Whoever types ahead knows what he wants and has cut this short already.
        if play.barge_in == BargeIn::Yes && !self.typed.is_empty() {
            return Some(play.next);
        }
        self.play_node(now, play, 1)
    }

    fn play_node(&mut self, now: Now, play: &Arc<Play>, plays: u8) -> Option<NodeIndex> {
        let wait = self.play(now, [&play.prompts[..], &[]], play.barge_in, play.notice);
        self.state = State::Playing { play: Arc::clone(play), wait, plays };
        None
    }

    pub(super) fn play(&mut self, now: Now, prompts: [&[Prompt]; 2], barge_in: BargeIn, notice: Notice) -> Wait {
        self.numbers.plays += 1;
        let play = PlayNumber(self.numbers.plays);
        self.actions.push_back(Action::Play {
            play,
            prompts: prompts.into_iter().flatten().map(|prompt| prompt.name_in(self.language).clone()).collect(),
            barge_in,
            notice,
        });
        let until = now.mono + self.limits.play_max;
        Wait::Play { play, until }
    }

    /// Silence before something new is heard: what is played belongs to the node that began it.
    pub(super) fn stop_playing(&mut self, wait: Wait) {
        if let Wait::Play { play, .. } = wait {
            self.actions.push_back(Action::StopPlaying(play));
        }
    }

    pub(super) fn take_play_ended(&mut self, now: Now, ended: PlayNumber, how: PromptEnd) -> Option<NodeIndex> {
        match self.wait() {
            Some(Wait::Play { play, .. }) if play == ended => self.played(now, how),
            Some(Wait::Play { .. } | Wait::Key { .. } | Wait::Deed { .. }) | None => None,
        }
    }

    fn played(&mut self, now: Now, how: PromptEnd) -> Option<NodeIndex> {
        let key_within = |timeout: Duration| Wait::Key { until: now.mono + timeout };
        match &mut self.state {
            State::Playing { play, plays, .. } => {
                let (play, plays) = (Arc::clone(play), *plays);
                self.node_played(now, &play, plays, how)
            }
            State::Choosing { menu, wait, .. } => {
                *wait = key_within(menu.timeout);
                None
            }
            State::Collecting { collect, wait, .. } | State::Confirming { collect, wait, .. } => {
                *wait = key_within(collect.first_key);
                None
            }
            State::Asking { ask, wait, .. } => {
                *wait = key_within(ask.timeout());
                None
            }
            State::Recording { record, attempt, taking } => {
                let (record, attempt, taking) = (Arc::clone(record), *attempt, taking.clone());
                self.message_played(now, &record, attempt, &taking)
            }
            State::Closing { .. } => self.end(Cause::FlowEnded),
            State::Answering { .. }
            | State::LookingUp { .. }
            | State::Booking { .. }
            | State::Queued { .. }
            | State::Served { .. }
            | State::Transferring { .. }
            | State::Deciding
            | State::Ended => None,
        }
    }

    fn node_played(&mut self, now: Now, play: &Arc<Play>, plays: u8, how: PromptEnd) -> Option<NodeIndex> {
        match (play.notice, how) {
            (Notice::No, _) => Some(play.next),
            (Notice::Yes, PromptEnd::Completed) => {
                self.notice_heard = true;
                Some(play.next)
            }
            (Notice::Yes, PromptEnd::BargedIn) if play.barge_in == BargeIn::Yes => Some(play.next),
            (Notice::Yes, PromptEnd::BargedIn | PromptEnd::Stopped | PromptEnd::Failed) => {
                if plays < self.limits.notice_plays_max {
                    self.play_node(now, play, plays + 1)
                } else {
                    self.end(Cause::PromptBroken)
                }
            }
        }
    }

    // Keys.

    pub(super) fn take_digit(&mut self, now: Now, digit: Digit) -> Option<NodeIndex> {
        // No caller's telephone has the keys A to D; a voice that is taken for one must not choose.
        if digit.as_char().is_ascii_alphabetic() {
            return None;
        }
        if let Some((terminator, until)) = self.swallow.take()
            && terminator == digit
            && now.mono <= until
        {
            return None;
        }
        match self.state.clone() {
            State::Answering { .. } => {
                self.type_ahead(digit);
                None
            }
            State::Playing { play, wait, .. } => {
                self.type_ahead(digit);
                if play.barge_in == BargeIn::No {
                    return None;
                }
                self.stop_playing(wait);
                Some(play.next)
            }
            State::Choosing { menu, attempt, wait } => {
                self.stop_playing(wait);
                self.choose(now, &menu, attempt, digit)
            }
            State::Collecting { collect, attempt, digits, wait } => {
                self.stop_playing(wait);
                self.collect_key(now, &collect, attempt, digits, digit)
            }
            State::Confirming { collect, attempt, digits, wait } => {
                self.stop_playing(wait);
                self.confirm(now, &collect, attempt, &digits, digit)
            }
            State::Asking { ask, attempt, wait } => {
                self.stop_playing(wait);
                self.take_choice(now, &ask, attempt, digit)
            }
            State::Recording { record, attempt, taking } => self.message_key(now, &record, attempt, &taking, digit),
            // Keys pressed while something is looked up are meant for what follows.
            State::LookingUp { .. } => {
                self.type_ahead(digit);
                None
            }
            State::Queued { queue } => self.break_out(&queue, digit),
            State::Booking { .. }
            | State::Served { .. }
            | State::Transferring { .. }
            | State::Closing { .. }
            | State::Deciding
            | State::Ended => None,
        }
    }

    fn type_ahead(&mut self, digit: Digit) {
        if self.typed.len() < self.limits.typed_ahead_max {
            self.typed.push_back(digit);
        }
    }

    pub(super) fn take_tick(&mut self, now: Now) -> Option<NodeIndex> {
        let wait = self.wait()?;
        match wait {
            Wait::Play { until, .. } if until <= now.mono => {
                self.stop_playing(wait);
                self.played(now, PromptEnd::Failed)
            }
            Wait::Key { until } | Wait::Deed { until } if until <= now.mono => self.no_key(now),
            Wait::Play { .. } | Wait::Key { .. } | Wait::Deed { .. } => None,
        }
    }

    /// The key did not come in time, or what was to be done elsewhere was not done.
    fn no_key(&mut self, now: Now) -> Option<NodeIndex> {
        match self.state.clone() {
            State::Choosing { menu, attempt, .. } => self.menu_again(now, &menu, attempt, &menu.no_key),
            State::Collecting { collect, attempt, digits, .. } if digits.is_empty() => {
                self.collect_again(now, &collect, attempt, &[])
            }
            State::Collecting { collect, attempt, digits, .. } => self.collected(now, &collect, attempt, digits),
            State::Confirming { collect, attempt, .. } => self.collect_again(now, &collect, attempt, &[]),
            State::Asking { ask, attempt, .. } => self.ask_again(now, &ask, attempt),
            State::LookingUp { number, .. } => self.take_looked_up(number, Err(LookUpFailure::TimedOut)),
            State::Recording { record, attempt, taking } => self.message_overdue(now, &record, attempt, &taking),
            State::Answering { .. }
            | State::Playing { .. }
            | State::Booking { .. }
            | State::Queued { .. }
            | State::Served { .. }
            | State::Transferring { .. }
            | State::Closing { .. }
            | State::Deciding
            | State::Ended => None,
        }
    }

    // Menus.

    fn enter_menu(&mut self, now: Now, node: NodeIndex, menu: &Arc<Menu>) -> Option<NodeIndex> {
        match self.menus.iter().position(|known| *known == node) {
            Some(place) => self.menus.truncate(place + 1),
            None => self.menus.push(node),
        }
        self.menu_ask(now, menu, 1, &[])
    }

    fn menu_ask(&mut self, now: Now, menu: &Arc<Menu>, attempt: u8, first: &[Prompt]) -> Option<NodeIndex> {
        if let Some(digit) = self.typed.pop_front() {
            return self.choose(now, menu, attempt, digit);
        }
        let wait = self.play(now, [first, &menu.prompts], BargeIn::Yes, Notice::No);
        self.state = State::Choosing { menu: Arc::clone(menu), attempt, wait };
        None
    }

    fn choose(&mut self, now: Now, menu: &Arc<Menu>, attempt: u8, digit: Digit) -> Option<NodeIndex> {
        match menu.keys.iter().find(|(key, _)| *key == digit) {
            Some((_, Choice::Go(node))) => {
                self.decided(Label::Key(digit), PRESSED.to_owned());
                Some(*node)
            }
            Some((_, Choice::Repeat)) => self.menu_again(now, menu, attempt, &[]),
            Some((_, Choice::Back)) => self.back(now, menu, attempt),
            None => {
                // What was typed after a wrong key was meant for another menu.
                self.typed.clear();
                self.menu_again(now, menu, attempt, &menu.wrong_key)
            }
        }
    }

    fn menu_again(&mut self, now: Now, menu: &Arc<Menu>, attempt: u8, first: &[Prompt]) -> Option<NodeIndex> {
        if attempt < menu.attempts {
            return self.menu_ask(now, menu, attempt + 1, first);
        }
        self.decided(Label::AttemptsUsedUp, format!("{attempt} attempts"));
        Some(menu.otherwise)
    }

    fn back(&mut self, now: Now, menu: &Arc<Menu>, attempt: u8) -> Option<NodeIndex> {
        if self.backs >= self.limits.backs_max {
            return Some(menu.otherwise);
        }
        let &[.., before, _] = self.menus.as_slice() else {
            return self.menu_again(now, menu, attempt, &[]);
        };
        self.backs += 1;
        self.decided(Label::Back, PRESSED.to_owned());
        Some(before)
    }

    // Runs of digits.

    fn collect_ask(&mut self, now: Now, collect: &Arc<Collect>, attempt: u8, first: &[Prompt]) -> Option<NodeIndex> {
        if let Some(digit) = self.typed.pop_front() {
            return self.collect_key(now, collect, attempt, Digits::new(), digit);
        }
        let wait = self.play(now, [first, &collect.prompts], BargeIn::Yes, Notice::No);
        self.state = State::Collecting { collect: Arc::clone(collect), attempt, digits: Digits::new(), wait };
        None
    }

    fn collect_key(
        &mut self,
        now: Now,
        collect: &Arc<Collect>,
        attempt: u8,
        mut digits: Digits,
        digit: Digit,
    ) -> Option<NodeIndex> {
        let mut pressed = Some(digit);
        while let Some(digit) = pressed {
            if collect.terminator == Some(digit) {
                return self.collected(now, collect, attempt, digits);
            }
            let full = digits.push(digit).is_err() || digits.len() >= usize::from(collect.max);
            if full {
                self.expect_terminator(now, collect);
                return self.collected(now, collect, attempt, digits);
            }
            pressed = self.typed.pop_front();
        }
        self.state = State::Collecting {
            collect: Arc::clone(collect),
            attempt,
            digits,
            wait: Wait::Key { until: now.mono + collect.next_key },
        };
        None
    }

    /// Callers press the terminator even when the last digit has ended the run; it is not meant for the next menu.
    fn expect_terminator(&mut self, now: Now, collect: &Collect) {
        if collect.terminator.is_some() && self.typed.front() == collect.terminator.as_ref() {
            self.typed.pop_front();
        } else {
            self.swallow = collect.terminator.map(|terminator| (terminator, now.mono + collect.next_key));
        }
    }

    fn collected(&mut self, now: Now, collect: &Arc<Collect>, attempt: u8, digits: Digits) -> Option<NodeIndex> {
        let fails = collect.check.is_some_and(|check| !check.passes(&digits.to_string()));
        if digits.len() < usize::from(collect.min) || fails {
            self.typed.clear();
            return self.collect_again(now, collect, attempt, &collect.wrong);
        }
        let Some(read_back) = collect.read_back_in(self.language) else {
            return self.accept(collect, &digits);
        };
        if let Some(digit) = self.typed.pop_front() {
            return self.confirm(now, collect, attempt, &digits, digit);
        }
        let spoken = |digit: &Digit| read_back.digits.iter().find(|(key, _)| key == digit);
        let mut prompts = read_back.before.clone();
        prompts.extend(digits.as_slice().iter().filter_map(spoken).map(|(_, prompt)| prompt.clone()));
        let wait = self.play(now, [&prompts, &read_back.after], BargeIn::Yes, Notice::No);
        self.state = State::Confirming { collect: Arc::clone(collect), attempt, digits, wait };
        None
    }

    fn confirm(
        &mut self,
        now: Now,
        collect: &Arc<Collect>,
        attempt: u8,
        digits: &Digits,
        digit: Digit,
    ) -> Option<NodeIndex> {
        if digit.as_char() == CONFIRM {
            self.accept(collect, digits)
        } else {
            self.collect_again(now, collect, attempt, &[])
        }
    }

    fn collect_again(&mut self, now: Now, collect: &Arc<Collect>, attempt: u8, first: &[Prompt]) -> Option<NodeIndex> {
        if attempt < collect.attempts {
            self.collect_ask(now, collect, attempt + 1, first)
        } else {
            Some(collect.otherwise)
        }
    }

    fn accept(&mut self, collect: &Collect, digits: &Digits) -> Option<NodeIndex> {
        self.variables.insert(collect.into.clone(), digits.to_string().into());
        Some(collect.next)
    }

    // Humans.

    fn enter_queue(&mut self, queue: &Arc<Queue>) -> Option<NodeIndex> {
        self.typed.clear();
        self.menus.clear();
        let goes_on = if queue.after_agent.is_some() { GoesOn::Yes } else { GoesOn::No };
        let (name, priority, skills) = (queue.queue.clone(), queue.priority, queue.skills.clone());
        self.actions.push_back(Action::Enqueue { queue: name, priority, skills, goes_on });
        self.state = State::Queued { queue: Arc::clone(queue) };
        None
    }

    fn break_out(&mut self, queue: &Queue, digit: Digit) -> Option<NodeIndex> {
        let (_, node) = queue.keys.iter().find(|(key, _)| *key == digit)?;
        self.actions.push_back(Action::LeaveQueue);
        Some(*node)
    }

    pub(super) fn take_queue_left(&mut self, why: QueueLeft) -> Option<NodeIndex> {
        let State::Queued { queue } = &self.state else {
            return None;
        };
        match queue.after(why) {
            Some(next) => Some(next),
            None => self.end(why.cause()),
        }
    }

    /// If nobody answers there, the caller has waited long enough.
    pub(super) fn take_overflowed(&mut self, number: Number, ring_timeout: Duration) -> Option<NodeIndex> {
        let State::Queued { queue } = &self.state else {
            return None;
        };
        let on_failure = queue.on_timeout;
        self.enter_transfer(&Arc::new(Transfer { number, ring_timeout, on_failure }))
    }

    fn enter_transfer(&mut self, transfer: &Arc<Transfer>) -> Option<NodeIndex> {
        self.typed.clear();
        self.menus.clear();
        self.actions
            .push_back(Action::Transfer { number: transfer.number.clone(), ring_timeout: transfer.ring_timeout });
        self.state = State::Transferring { transfer: Arc::clone(transfer) };
        None
    }

    pub(super) fn take_transfer_failed(&mut self, cause: Cause) -> Option<NodeIndex> {
        let State::Transferring { transfer } = &self.state else {
            return None;
        };
        match transfer.on_failure {
            Some(next) => Some(next),
            None => self.end(cause),
        }
    }

    pub(super) fn take_connected(&mut self) -> Option<NodeIndex> {
        match &self.state {
            State::Queued { queue } if queue.after_agent.is_some() => {
                self.state = State::Served { queue: Arc::clone(queue) };
            }
            State::Queued { .. } | State::Transferring { .. } => self.state = State::Ended,
            State::Answering { .. }
            | State::Playing { .. }
            | State::Choosing { .. }
            | State::Collecting { .. }
            | State::Confirming { .. }
            | State::Asking { .. }
            | State::LookingUp { .. }
            | State::Recording { .. }
            | State::Booking { .. }
            | State::Served { .. }
            | State::Closing { .. }
            | State::Deciding
            | State::Ended => {}
        }
        None
    }

    /// The agent has hung up. Whoever drives the run need not have said that he joined.
    pub(super) fn take_agent_left(&mut self) -> Option<NodeIndex> {
        let (State::Queued { queue } | State::Served { queue }) = &self.state else {
            return None;
        };
        match queue.after_agent {
            Some(next) => Some(next),
            None => self.end(Cause::HungUp),
        }
    }

    // The end.

    fn enter_hang_up(&mut self, now: Now, hang_up: &HangUp) -> Option<NodeIndex> {
        if !self.answered {
            return self.end(match hang_up.refusal {
                Refusal::Decline => Cause::Declined,
                Refusal::Busy => Cause::Busy,
            });
        }
        if hang_up.prompts.is_empty() {
            return self.end(Cause::FlowEnded);
        }
        let wait = self.play(now, [&hang_up.prompts, &[]], BargeIn::No, Notice::No);
        self.state = State::Closing { wait };
        None
    }

    fn end(&mut self, cause: Cause) -> Option<NodeIndex> {
        self.actions.push_back(Action::Hangup { cause });
        self.state = State::Ended;
        None
    }
}
