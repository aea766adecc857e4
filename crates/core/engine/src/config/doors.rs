//! What greets the callers of a number: calendars, hours of numbers, the crowd's flow, emergency switches.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use bell_customer::AttemptLimits;
use bell_ivr::{CalendarBuilder, CalendarMistake, Calendars, CallHours, Capacity, Door, Flow, Language, Prompt};
use bell_types::{AgentName, CalendarName, FlowName, Number, QueueName};
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::document::{Dialled, Document, Named};
use super::reader::read_text;
use super::snapshot::AgentRules;
use crate::shift::Shift;

/// A business calendar.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calendar {
    /// Hours of the week: `mon-fri = "09:00-18:00"`, or the names of shifts.
    week: Named<Spanned<String>>,
    /// Shifts that hours can name: `night = "22:00-06:00"`.
    #[serde(default)]
    shifts: Named<Spanned<String>>,
    /// Public calendars with holidays and make-up workdays that ship with the program: `cn-2026`.
    #[serde(default)]
    holidays: Vec<Spanned<String>>,
    /// The weekday whose hours a make-up workday has.
    makeup_like: Option<Spanned<String>>,
    /// Days of the centre's own: hours, `closed` or `holiday`. They go before everything else.
    #[serde(default)]
    except: Named<Spanned<String>>,
}

/// How many callers may be in flows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ivr {
    /// So many at one time (INB-11). Callers who wait in a queue or talk do not count.
    calls_max: usize,
    /// The flow that greets the next one: one that leads straight to a human.
    overflow: Spanned<String>,
}

/// Numbers that a number's emergency switch forwards to.
const TARGETS_MAX: usize = 5;

/// What a caller hears when nobody answers at any of them.
fn nobody() -> Prompt {
    let english = Prompt::speech(
        "We are sorry, nobody can take your call at the moment. Please call again later.",
        Language::English,
    );
    let own = Prompt::speech(NOBODY, Language::Mandarin);
    Prompt { variants: vec![(Language::English, english)], ..own }
}

const NOBODY: &str = "非常抱歉，目前暂时无人接听您的来电，请您稍后再拨。";

/// The prompts that numbers with an emergency switch need.
pub(crate) fn prompts(document: &Document) -> Vec<Prompt> {
    let switched = document.number.values().any(|number| !number.emergency.is_empty());
    if switched { vec![Prompt { variants: Vec::new(), ..nobody() }] } else { Vec::new() }
}

impl Build<'_> {
    pub(super) fn calendars(&mut self) -> Calendars {
        let mut calendars = Calendars::new();
        let document = self.document;
        for (name, calendar) in &document.calendar {
            let mut builder = CalendarBuilder::default();
            for (shift, hours) in &calendar.shifts {
                self.told(hours, builder.shift(shift.get_ref(), hours.get_ref()));
            }
            for (days, hours) in &calendar.week {
                self.told(hours, builder.week(days.get_ref(), hours.get_ref()));
            }
            for public in &calendar.holidays {
                self.told(public, builder.public(public.get_ref()));
            }
            if let Some(day) = &calendar.makeup_like {
                self.told(day, builder.makeup_like(day.get_ref()));
            }
            for (days, hours) in &calendar.except {
                self.told(hours, builder.except(days.get_ref(), hours.get_ref()));
            }
            match CalendarName::new(name.get_ref()) {
                Ok(name) => drop(calendars.insert(name, Arc::new(builder.build()))),
                Err(error) => self.mistakes.at(name, format!("{:?} is no name: {error}", name.get_ref()), ""),
            }
        }
        calendars
    }

    fn told(&mut self, value: &Spanned<String>, part: Result<(), CalendarMistake>) {
        if let Err(mistake) = part {
            self.mistakes.at(value, mistake.problem, mistake.remedy);
        }
    }

    /// When each queue's customers are called back: by its calendar, by the centre's, or by policy.
    pub(super) fn call_hours(&mut self) -> BTreeMap<QueueName, CallHours> {
        let document = self.document;
        let mut refer = |name: &Option<Spanned<String>>| {
            name.as_ref().and_then(|name| self.refer(name, "calendar", &document.calendar)).map(CallHours::Calendar)
        };
        let of_centre = refer(&document.centre.callback_calendar);
        let of_queues: Vec<_> =
            document.queue.iter().map(|(name, queue)| (name, refer(&queue.callback_calendar))).collect();
        let by_policy = CallHours::daily(self.policy.callback_from.0, self.policy.callback_until.0);
        let usual = of_centre.unwrap_or(by_policy);
        let named = of_queues.into_iter().filter_map(|(name, hours)| {
            Some((QueueName::new(name.get_ref()).ok()?, hours.unwrap_or_else(|| usual.clone())))
        });
        named.collect()
    }

    /// How agents work.
    pub(super) fn agent_rules(&mut self, calendars: &Calendars) -> AgentRules {
        let attempts = AttemptLimits { tries_max: self.policy.attempt_calls_max, within: self.policy.attempt_within.0 };
        let (shifts, modes) = (self.shifts(calendars), self.modes());
        AgentRules { shifts, shift_grace: self.policy.shift_grace.0, modes, attempts }
    }

    /// By which hours agents work who are signed out at the end of their shift (AGT-12).
    fn shifts(&mut self, calendars: &Calendars) -> BTreeMap<AgentName, Shift> {
        let mut shifts = BTreeMap::new();
        let document = self.document;
        for (name, agent) in &document.agent {
            let Some(calendar) = &agent.calendar else {
                if let Some(shift) = &agent.shift {
                    self.mistakes.at(
                        shift,
                        "a shift without a calendar says nothing",
                        "name the calendar it stands in",
                    );
                }
                continue;
            };
            let Some(calendar) = self.refer::<CalendarName, _>(calendar, "calendar", &document.calendar) else {
                continue;
            };
            let known = calendars.get(&calendar).map(|calendar| calendar.shifts()).unwrap_or_default();
            if let Some(shift) =
                agent.shift.as_ref().filter(|shift| !known.iter().any(|known| **known == **shift.get_ref()))
            {
                let problem = format!("calendar {calendar} has no shift {:?}", shift.get_ref());
                self.mistakes.at(
                    shift,
                    problem,
                    bell_ivr::suggestion(shift.get_ref(), known.iter().map(|known| &**known)),
                );
            }
            let shift = agent.shift.as_ref().map(|shift| shift.get_ref().as_str().into());
            if let Ok(name) = AgentName::new(name.get_ref()) {
                shifts.insert(name, Shift { calendar, shift });
            }
        }
        shifts
    }

    pub(super) fn capacity(&mut self) -> Option<Capacity> {
        let document = self.document;
        let ivr = document.ivr.as_ref()?;
        let overflow = self.refer(&ivr.overflow, "flow", &document.flow)?;
        Some(Capacity { in_flows_max: ivr.calls_max, overflow })
    }

    /// What greets the callers of each number. Flows of emergency switches are added to the flows.
    pub(super) fn doors(&mut self, flows: &mut BTreeMap<FlowName, Arc<Flow>>) -> BTreeMap<Number, Door> {
        let mut doors = BTreeMap::new();
        let document = self.document;
        for (text, entry) in &document.number {
            let number = match Number::parse(text.get_ref(), &self.plan) {
                Ok(number) => number,
                Err(error) => {
                    let problem = format!("{:?} is no number: {error}", text.get_ref());
                    self.mistakes.at(text, problem, "a 400 number has ten digits; others need their area code");
                    continue;
                }
            };
            let after_hours = self.after_hours(text, entry);
            let emergency = self.emergency(&number, entry);
            let emergency = emergency.map(|flow| {
                let name = flow.name().clone();
                flows.insert(name.clone(), Arc::new(flow));
                name
            });
            let Some(flow) = self.refer::<FlowName, _>(&entry.flow, "flow", &document.flow) else { continue };
            if doors.insert(number, Door { flow, after_hours, emergency }).is_some() {
                self.mistakes.at(text, "the same number stands here twice", "remove one of them");
            }
        }
        doors
    }

    fn after_hours(&mut self, number: &Spanned<String>, entry: &Dialled) -> Option<(CalendarName, FlowName)> {
        let document = self.document;
        match (&entry.calendar, &entry.after_hours) {
            (Some(calendar), Some(flow)) => {
                let calendar = self.refer(calendar, "calendar", &document.calendar);
                let flow = self.refer(flow, "flow", &document.flow);
                calendar.zip(flow)
            }
            (None, None) => None,
            (Some(_), None) => {
                self.mistakes.at(
                    number,
                    "a calendar without after_hours changes nothing",
                    "name the flow that greets then",
                );
                None
            }
            (None, Some(_)) => {
                self.mistakes.at(number, "after_hours without a calendar is never used", "name the calendar");
                None
            }
        }
    }

    /// The flow that calls the numbers for emergencies, one after the other. It is not recorded: it has no notice.
    fn emergency(&mut self, number: &Number, entry: &Dialled) -> Option<Flow> {
        if entry.emergency.len() > TARGETS_MAX {
            let problem = format!("more than {TARGETS_MAX} numbers for emergencies");
            self.mistakes.at(&entry.emergency[TARGETS_MAX], problem, "keep those that are sure to answer");
        }
        let first = entry.emergency.first()?;
        let plain = number.to_string().replace('+', "");
        let mut text = format!(
            "flow = \"emergency-{plain}\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"off\"\nstart = \"answer\"\n\
             [nodes.answer]\ndo = \"answer\"\nnext = \"to-1\"\n\
             [nodes.nobody]\ndo = \"hangup\"\nprompt = \"{NOBODY}\"\n"
        );
        for (place, target) in (1..).zip(&entry.emergency) {
            let next = if place == entry.emergency.len() { "nobody".to_owned() } else { format!("to-{}", place + 1) };
            match Number::parse(target.get_ref(), &self.plan) {
                // Writing to a string does not fail.
                Ok(target) => drop(writeln!(
                    text,
                    "[nodes.to-{place}]\ndo = \"transfer\"\nnumber = \"{target}\"\nring_timeout = \"20s\"\non_failure = \"{next}\""
                )),
                Err(error) => {
                    let problem = format!("{:?} is no number: {error}", target.get_ref());
                    self.mistakes.at(target, problem, "write the number as it is dialled");
                    return None;
                }
            }
        }
        match read_text(first, &text, &self.plan) {
            Ok(flow) => Some(flow),
            Err(found) => {
                self.mistakes.extend(found);
                None
            }
        }
    }
}

/// Where a number's emergency switch forwards to, in order.
pub(crate) fn targets(flow: &Flow) -> Vec<Number> {
    let target = |node: &bell_ivr::Node| match &node.step {
        bell_ivr::Step::Transfer(transfer) => Some(transfer.number.clone()),
        bell_ivr::Step::Answer(_)
        | bell_ivr::Step::Play(_)
        | bell_ivr::Step::Menu(_)
        | bell_ivr::Step::Collect(_)
        | bell_ivr::Step::Hours(_)
        | bell_ivr::Step::Calendar(_)
        | bell_ivr::Step::Branch(_)
        | bell_ivr::Step::Language(_)
        | bell_ivr::Step::Survey(_)
        | bell_ivr::Step::LookUp(_)
        | bell_ivr::Step::Record(_)
        | bell_ivr::Step::Callback(_)
        | bell_ivr::Step::Set(_)
        | bell_ivr::Step::Loop(_)
        | bell_ivr::Step::Queue(_)
        | bell_ivr::Step::HangUp(_) => None,
    };
    flow.nodes().iter().filter_map(target).collect()
}
