//! What happens at each kind of node. A function that returns a node says: go on there.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{Cause, Digit, Digits, Now, PromptEnd};

use super::{Action, Decisions, PlayNumber, QueueLeft, Run, State, Wait};
use crate::flow::{
    BargeIn, Branch, Choice, Collect, Condition, HangUp, Hours, Loop, Menu, NodeIndex, Notice, Play, Prompt, Queue,
    Step, Transfer,
};

/// The key that confirms digits which were read back.
const CONFIRM: char = '1';

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
        let flow = Arc::clone(&self.flow);
        let entered = flow.node(node);
        self.actions.push_back(Action::Entered(entered.name.clone()));
        match &entered.step {
            Step::Answer(answer) => self.enter_answer(answer.next),
            Step::Play(play) => self.enter_play(now, play),
            Step::Menu(menu) => self.enter_menu(now, node, menu),
            Step::Collect(collect) => self.collect_ask(now, collect, 1, &[]),
            Step::Hours(hours) => self.decide(|run| run.hours(now, hours)),
            Step::Branch(branch) => self.decide(|run| run.branch(branch)),
            Step::Set(set) => {
                self.variables.insert(set.variable.clone(), set.value.clone());
                Some(set.next)
            }
            Step::Loop(around) => self.decide(|run| run.round(node, around)),
            Step::Queue(queue) => self.enter_queue(queue),
            Step::Transfer(transfer) => self.enter_transfer(transfer),
            Step::HangUp(hang_up) => self.enter_hang_up(now, hang_up),
        }
    }

    fn decide(&mut self, by_context: impl FnOnce(&mut Self) -> NodeIndex) -> Option<NodeIndex> {
        match self.decisions {
            Decisions::ByContext => Some(by_context(self)),
            Decisions::Asked => {
                self.state = State::Deciding;
                None
            }
        }
    }

    fn hours(&self, now: Now, hours: &Hours) -> NodeIndex {
        if hours.opening.is_open(self.context.zone.local(now.wall)) { hours.open } else { hours.closed }
    }

    fn branch(&self, branch: &Branch) -> NodeIndex {
        let case = branch.cases.iter().find(|case| self.holds(&case.condition));
        case.map_or(branch.otherwise, |case| case.then)
    }

    fn holds(&self, condition: &Condition) -> bool {
        let caller = self.context.caller.as_ref();
        match condition {
            Condition::Caller(numbers) => caller.is_some_and(|caller| numbers.contains(caller)),
            Condition::CallerPrefix(prefixes) => {
                caller.is_some_and(|caller| prefixes.iter().any(|prefix| prefix.matches(caller)))
            }
            Condition::Called(numbers) => numbers.contains(&self.context.called),
            Condition::Variable(name, words) => self.variables.get(name).is_some_and(|word| words.contains(word)),
        }
    }

    fn round(&mut self, node: NodeIndex, around: &Loop) -> NodeIndex {
        let rounds = self.rounds.entry(node).or_insert(0);
        if *rounds < around.times {
            *rounds += 1;
            around.again
        } else {
            around.done
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

    fn play(&mut self, now: Now, prompts: [&[Prompt]; 2], barge_in: BargeIn, notice: Notice) -> Wait {
        self.plays += 1;
        let play = PlayNumber(self.plays);
        self.actions.push_back(Action::Play {
            play,
            prompts: prompts.into_iter().flatten().map(|prompt| prompt.name.clone()).collect(),
            barge_in,
            notice,
        });
        let until = now.mono + self.limits.play_max;
        Wait::Play { play, until }
    }

    /// Silence before something new is heard: what is played belongs to the node that began it.
    fn stop_playing(&mut self, wait: Wait) {
        if let Wait::Play { play, .. } = wait {
            self.actions.push_back(Action::StopPlaying(play));
        }
    }

    pub(super) fn take_play_ended(&mut self, now: Now, ended: PlayNumber, how: PromptEnd) -> Option<NodeIndex> {
        match self.wait() {
            Some(Wait::Play { play, .. }) if play == ended => self.played(now, how),
            Some(Wait::Play { .. } | Wait::Key { .. }) | None => None,
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
            State::Closing { .. } => self.end(Cause::FlowEnded),
            State::Answering { .. }
            | State::Queued { .. }
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
            State::Queued { queue } => self.break_out(&queue, digit),
            State::Transferring { .. } | State::Closing { .. } | State::Deciding | State::Ended => None,
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
            Wait::Key { until } if until <= now.mono => self.no_key(now),
            Wait::Play { .. } | Wait::Key { .. } => None,
        }
    }

    fn no_key(&mut self, now: Now) -> Option<NodeIndex> {
        match self.state.clone() {
            State::Choosing { menu, attempt, .. } => self.menu_again(now, &menu, attempt, &menu.no_key),
            State::Collecting { collect, attempt, digits, .. } if digits.is_empty() => {
                self.collect_again(now, &collect, attempt, &[])
            }
            State::Collecting { collect, attempt, digits, .. } => self.collected(now, &collect, attempt, digits),
            State::Confirming { collect, attempt, .. } => self.collect_again(now, &collect, attempt, &[]),
            State::Answering { .. }
            | State::Playing { .. }
            | State::Queued { .. }
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
            Some((_, Choice::Go(node))) => Some(*node),
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
        if attempt < menu.attempts { self.menu_ask(now, menu, attempt + 1, first) } else { Some(menu.otherwise) }
    }

    fn back(&mut self, now: Now, menu: &Arc<Menu>, attempt: u8) -> Option<NodeIndex> {
        if self.backs >= self.limits.backs_max {
            return Some(menu.otherwise);
        }
        let &[.., before, _] = self.menus.as_slice() else {
            return self.menu_again(now, menu, attempt, &[]);
        };
        self.backs += 1;
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
        if digits.len() < usize::from(collect.min) {
            self.typed.clear();
            return self.collect_again(now, collect, attempt, &collect.wrong);
        }
        let Some(read_back) = &collect.read_back else {
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
        self.actions.push_back(Action::Enqueue { queue: queue.queue.clone(), priority: queue.priority });
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
        if matches!(self.state, State::Queued { .. } | State::Transferring { .. }) {
            self.state = State::Ended;
        }
        None
    }

    // The end.

    fn enter_hang_up(&mut self, now: Now, hang_up: &HangUp) -> Option<NodeIndex> {
        if !self.answered {
            return self.end(Cause::Declined);
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
