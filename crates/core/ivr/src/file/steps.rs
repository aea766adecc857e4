//! The nodes of a flow's file, one function for each word of the language.

use std::sync::Arc;
use std::time::Duration;

use bell_types::{CalendarName, ClassName, Digit, ListName, QueueName, SkillName, VariableName};

use super::fields::{Fields, Value};
use super::{Reader, in_order};
use crate::check::Check;
use crate::diagnostic::suggestion;
use crate::flow::{
    Answer, BargeIn, Branch, CalendarStep, Case, Choice, Collect, Condition, HangUp, Hours, Loop, Menu, NodeIndex,
    Notice, Play, Queue, Refusal, Set, Step, Test, Transfer,
};

type StepReader<'t> = fn(&mut Reader<'t>, &mut Fields<'t>) -> Option<Step>;

// What a field means that the author left out. Part of the language, so they never change within a format.
pub(super) const KEY_TIMEOUT: Duration = Duration::from_secs(5);
const NEXT_KEY_TIMEOUT: Duration = Duration::from_secs(4);
const ATTEMPTS: u8 = 3;
const PRIORITY: u8 = 0;
const RING_TIMEOUT: Duration = Duration::from_secs(30);
/// How many digits can be collected: as many as a run of keys can hold.
const DIGITS_MAX: u8 = 32;
/// How many skills a caller may need: as many as the router looks at.
const SKILLS_MAX: usize = 16;
/// The largest number a variable is compared with.
const FIGURE_MAX: u64 = 1_000_000_000_000;

impl<'t> Reader<'t> {
    /// Reads a node by the word after `do =`.
    pub(super) fn step(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let words: [(&str, StepReader<'t>); 17] = [
            ("answer", Self::answer),
            ("play", Self::play),
            ("menu", Self::menu),
            ("collect", Self::collect),
            ("hours", Self::hours),
            ("calendar", Self::calendar),
            ("branch", Self::branch),
            ("language", Self::choose_language),
            ("survey", Self::survey),
            ("look_up", Self::look_up),
            ("record", Self::record),
            ("callback", Self::callback),
            ("set", Self::set),
            ("loop", Self::loop_),
            ("queue", Self::queue),
            ("transfer", Self::transfer),
            ("hangup", Self::hang_up),
        ];
        let read = self.required(fields, "do", "do = \"play\", or another word of the language", |reader, value| {
            reader.word(value, &words)
        })?;
        read(self, fields)
    }

    pub(super) fn next(&mut self, fields: &mut Fields<'t>, key: &'static str) -> Option<NodeIndex> {
        self.required(fields, key, &format!("{key} = \"the node that follows\""), Self::target)
    }

    fn answer(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let next = self.next(fields, "next");
        Some(Step::Answer(Answer { next: next? }))
    }

    fn play(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let notice = self.optional(fields, "notice", false, Self::flag);
        // What the law wants heard is not cut short unless the author says so; the prover then says no.
        let by_key = self.optional(fields, "barge_in", notice == Some(false), Self::flag);
        let next = self.next(fields, "next");
        Some(Step::Play(Arc::new(Play {
            prompts: prompts?,
            notice: if notice? { Notice::Yes } else { Notice::No },
            barge_in: if by_key? { BargeIn::Yes } else { BargeIn::No },
            next: next?,
        })))
    }

    fn menu(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let keys = self.required(fields, "keys", "keys = { 1 = \"sales\", 0 = \"operator\" }", |reader, value| {
            let keys = reader.by_key(value, Self::choice)?;
            if keys.is_empty() {
                reader.diagnostics.report(value.span(), "the menu has no keys", "write keys = { 1 = \"sales\" }");
            }
            (!keys.is_empty()).then_some(keys)
        });
        let timeout = self.key_timeout(fields, "timeout", KEY_TIMEOUT);
        let attempts = self.attempts(fields);
        let wrong_key = self.optional(fields, "wrong_key", Vec::new(), Self::prompts);
        let no_key = self.optional(fields, "no_key", Vec::new(), Self::prompts);
        let otherwise = self.next(fields, "otherwise");
        Some(Step::Menu(Arc::new(Menu {
            prompts: prompts?,
            keys: keys?,
            timeout: timeout?,
            attempts: attempts?,
            wrong_key: wrong_key?,
            no_key: no_key?,
            otherwise: otherwise?,
        })))
    }

    fn choice(&mut self, value: &'t Value<'t>) -> Option<Choice> {
        if Self::is_word(value, "repeat") {
            return Some(Choice::Repeat);
        }
        if Self::is_word(value, "back") {
            return Some(Choice::Back);
        }
        self.target(value).map(Choice::Go)
    }

    pub(super) fn key_timeout(
        &mut self,
        fields: &mut Fields<'t>,
        key: &'static str,
        default: Duration,
    ) -> Option<Duration> {
        let max = self.limits.key_timeout_max;
        self.optional(fields, key, default, |reader, value| reader.duration(value, max))
    }

    pub(super) fn attempts(&mut self, fields: &mut Fields<'t>) -> Option<u8> {
        let max = self.limits.attempts_max;
        self.optional(fields, "attempts", ATTEMPTS.min(max), |reader, value| reader.small(value, 1..=max))
    }

    fn collect(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let prompts = self.required(fields, "prompt", PROMPT, Self::prompts);
        let into =
            self.required(fields, "into", "into = \"order\"", |reader, value| reader.name(value, VariableName::new));
        let check = self.maybe(fields, "check", |reader, value| reader.word(value, &Check::WORDS));
        // What is checked has a length of its own.
        let length = check.flatten().map(Check::length);
        let max = match length {
            Some((_, max)) => self.optional(fields, "max", max, |reader, value| reader.small(value, 1..=max)),
            None => self.required(fields, "max", "max = 8", |reader, value| reader.small(value, 1..=DIGITS_MAX)),
        };
        let min = length.map_or(1, |(min, _)| min);
        let min = self.optional(fields, "min", min, |reader, value| reader.small(value, 1..=max.unwrap_or(DIGITS_MAX)));
        let terminator = self.terminator(fields);
        let first_key = self.key_timeout(fields, "first_key", KEY_TIMEOUT);
        let next_key = self.key_timeout(fields, "next_key", NEXT_KEY_TIMEOUT);
        let attempts = self.attempts(fields);
        let wrong = self.optional(fields, "wrong", Vec::new(), Self::prompts);
        let read_back = self.optional(fields, "read_back", Vec::new(), Self::read_back);
        let next = self.next(fields, "next");
        let otherwise = self.next(fields, "otherwise");
        Some(Step::Collect(Arc::new(Collect {
            prompts: prompts?,
            into: into?,
            min: min?,
            max: max?,
            terminator: terminator?,
            first_key: first_key?,
            next_key: next_key?,
            attempts: attempts?,
            check: check?,
            wrong: wrong?,
            read_back: read_back?,
            next: next?,
            otherwise: otherwise?,
        })))
    }

    pub(super) fn terminator(&mut self, fields: &mut Fields<'t>) -> Option<Option<Digit>> {
        self.optional(fields, "terminator", Digit::from_char('#'), |reader, value| {
            if Self::is_word(value, "none") {
                return Some(None);
            }
            reader.digit(value).map(Some)
        })
    }

    fn hours(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let except = fields.take("except");
        let opening = self.required(fields, "week", "week = { mon-fri = \"09:00-18:00\" }", |reader, value| {
            reader.opening(value, except)
        });
        let open = self.next(fields, "open");
        let closed = self.next(fields, "closed");
        Some(Step::Hours(Hours { opening: opening?, open: open?, closed: closed? }))
    }

    fn calendar(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let calendar = self.required(fields, "calendar", "calendar = \"office\"", |reader, value| {
            reader.name(value, CalendarName::new)
        });
        let open = self.next(fields, "open");
        let shifts = self.optional(fields, "shifts", Vec::new(), Self::by_shift);
        let holiday = self.maybe(fields, "holiday", Self::target);
        let closed = self.next(fields, "closed");
        Some(Step::Calendar(CalendarStep {
            calendar: calendar?,
            open: open?,
            shifts: shifts?,
            holiday: holiday?.or(closed)?,
            closed: closed?,
        }))
    }

    /// `{ night = "night-desk" }`
    fn by_shift(&mut self, value: &'t Value<'t>) -> Option<Vec<(Box<str>, NodeIndex)>> {
        let (table, max) = (self.table(value)?, self.limits.shifts_max);
        if table.len() > max {
            return self.wrong(value, format!("more than {max} shifts"), "join shifts that are alike");
        }
        let read: Vec<_> =
            in_order(table).map(|(name, value)| Some((name.get_ref().as_ref().into(), self.target(value)?))).collect();
        read.into_iter().collect()
    }

    fn branch(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let max = self.limits.cases_max;
        let example = "cases = [{ caller_prefix = \"0571\", then = \"hangzhou\" }]";
        let cases = self.required(fields, "cases", example, |reader, value| reader.one_or_more(value, max, Self::case));
        let otherwise = self.next(fields, "otherwise");
        Some(Step::Branch(Branch { cases: cases?, otherwise: otherwise? }))
    }

    fn case(&mut self, value: &'t Value<'t>) -> Option<Case> {
        let mut fields = Fields::of(self.table(value)?, value.span(), "a case");
        let condition = self.condition(&mut fields);
        let then = self.next(&mut fields, "then");
        fields.finish(self);
        Some(Case { condition: condition?, then: then? })
    }

    fn condition(&mut self, fields: &mut Fields<'t>) -> Option<Condition> {
        const KINDS: [&str; 8] =
            ["caller", "caller_prefix", "called", "region", "class", "in_list", "language", "variable"];
        let max = self.limits.cases_max;
        let Some(kind) = KINDS.into_iter().find(|kind| fields.has(kind)) else {
            let remedy = suggestion("", KINDS.into_iter());
            self.diagnostics.report(fields.at(), "the case asks for nothing", remedy);
            return None;
        };
        let value = fields.take(kind)?;
        match kind {
            "caller" => self.one_or_more(value, max, Self::number).map(Condition::Caller),
            "caller_prefix" => self.one_or_more(value, max, Self::prefix).map(Condition::CallerPrefix),
            "called" => self.one_or_more(value, max, Self::number).map(Condition::Called),
            "region" => self.one_or_more(value, max, Self::word_of_text).map(Condition::Region),
            "class" => {
                let class = |reader: &mut Self, value| reader.name(value, ClassName::new);
                self.one_or_more(value, max, class).map(Condition::Class)
            }
            "in_list" => {
                let list = |reader: &mut Self, value| reader.name(value, ListName::new);
                self.one_or_more(value, max, list).map(Condition::InList)
            }
            "language" => self.one_or_more(value, max, Self::language).map(Condition::Language),
            _ => {
                let name = self.name(value, VariableName::new);
                let test = self.test(fields);
                Some(Condition::Variable(name?, test?))
            }
        }
    }

    fn test(&mut self, fields: &mut Fields<'t>) -> Option<Test> {
        const TESTS: [&str; 4] = ["is", "begins", "at_least", "below"];
        let max = self.limits.cases_max;
        let Some(test) = TESTS.into_iter().find(|test| fields.has(test)) else {
            let problem = "the case does not say what the variable should hold";
            self.diagnostics.report(
                fields.at(),
                problem,
                "add is = \"vip\", begins = \"13\", at_least = 5 or below = 5",
            );
            return None;
        };
        let value = fields.take(test)?;
        match test {
            "is" => self.one_or_more(value, max, Self::word_of_text).map(Test::Is),
            "begins" => self.one_or_more(value, max, Self::word_of_text).map(Test::Begins),
            "at_least" => self.figure(value).map(Test::AtLeast),
            _ => self.figure(value).map(Test::Below),
        }
    }

    fn word_of_text(&mut self, value: &'t Value<'t>) -> Option<Box<str>> {
        self.text(value).map(Into::into)
    }

    fn figure(&mut self, value: &'t Value<'t>) -> Option<i64> {
        let number = self.integer(value, 0..=FIGURE_MAX)?;
        i64::try_from(number).ok()
    }

    fn set(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let variable = self.required(fields, "variable", "variable = \"level\"", |reader, value| {
            reader.name(value, VariableName::new)
        });
        let word = self.required(fields, "value", "value = \"vip\"", Self::template);
        let next = self.next(fields, "next");
        Some(Step::Set(Set { variable: variable?, value: word?, next: next? }))
    }

    fn loop_(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let max = self.limits.times_max;
        let times = self.required(fields, "times", "times = 2", |reader, value| reader.small(value, 1..=max));
        let again = self.next(fields, "again");
        let done = self.next(fields, "done");
        Some(Step::Loop(Loop { times: times?, again: again?, done: done? }))
    }

    fn queue(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let queue =
            self.required(fields, "queue", "queue = \"sales\"", |reader, value| reader.name(value, QueueName::new));
        let priority = self.optional(fields, "priority", PRIORITY, |reader, value| reader.small(value, 0..=u8::MAX));
        let skills = self.optional(fields, "skills", Vec::new(), Self::skills);
        let keys = self.optional(fields, "keys", Vec::new(), |reader, value| reader.by_key(value, Self::target));
        let on_timeout = self.maybe(fields, "on_timeout", Self::target);
        let on_full = self.maybe(fields, "on_full", Self::target);
        let on_no_agent = self.maybe(fields, "on_no_agent", Self::target);
        let on_voicemail = self.maybe(fields, "on_voicemail", Self::target);
        let on_callback = self.maybe(fields, "on_callback", Self::target);
        let after_agent = self.maybe(fields, "after_agent", Self::target);
        Some(Step::Queue(Arc::new(Queue {
            queue: queue?,
            priority: priority?,
            skills: skills?,
            keys: keys?,
            on_timeout: on_timeout?,
            on_full: on_full?,
            on_no_agent: on_no_agent?,
            on_voicemail: on_voicemail?,
            on_callback: on_callback?,
            after_agent: after_agent?,
        })))
    }

    /// `{ english = 2 }`
    fn skills(&mut self, value: &'t Value<'t>) -> Option<Vec<(SkillName, u8)>> {
        let table = self.table(value)?;
        if table.len() > SKILLS_MAX {
            let problem = format!("more than {SKILLS_MAX} skills");
            return self.wrong(value, problem, "name those without which nobody can help the caller");
        }
        let mut skills = Vec::new();
        for (name, level) in in_order(table) {
            let level = self.small(level, 1..=u8::MAX);
            let skill = SkillName::new(name.get_ref());
            if let Err(error) = &skill {
                let problem = format!("{:?} is no name: {error}", name.get_ref());
                self.diagnostics.report(name.span(), problem, "write the skill as agents have it");
            }
            skills.push(skill.ok().zip(level));
        }
        skills.into_iter().collect()
    }

    fn transfer(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let number = self.required(fields, "number", "number = \"13800138000\"", Self::number);
        let max = self.limits.ring_timeout_max;
        let ring_timeout =
            self.optional(fields, "ring_timeout", RING_TIMEOUT.min(max), |reader, value| reader.duration(value, max));
        let on_failure = self.maybe(fields, "on_failure", Self::target);
        Some(Step::Transfer(Arc::new(Transfer {
            number: number?,
            ring_timeout: ring_timeout?,
            on_failure: on_failure?,
        })))
    }

    fn hang_up(&mut self, fields: &mut Fields<'t>) -> Option<Step> {
        let prompts = self.optional(fields, "prompt", Vec::new(), Self::prompts);
        let refusal = self.optional(fields, "refuse", Refusal::Decline, |reader, value| {
            reader.word(value, &[("decline", Refusal::Decline), ("busy", Refusal::Busy)])
        });
        Some(Step::HangUp(HangUp { refusal: refusal?, prompts: prompts? }))
    }
}

pub(super) const PROMPT: &str = "prompt = \"what the caller hears\"";
