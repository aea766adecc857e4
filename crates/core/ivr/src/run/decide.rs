//! Nodes that ask the clock, the calendar, the caller or a count, and why they went the way they went.

use bell_types::Now;

use super::{Action, Decisions, Run, State};
use crate::calendar::{self, Standing};
use crate::flow::{Branch, CalendarStep, Condition, Hours, Loop, Node, NodeIndex, Test};
use crate::graph::Label;
use crate::template::{Field, Template};

/// A way on, and why it was taken.
pub(super) struct Decision {
    way: Label,
    to: NodeIndex,
    because: String,
}

impl Run {
    pub(super) fn decide(&mut self, node: &Node, by_context: impl FnOnce(&mut Self) -> Decision) -> Option<NodeIndex> {
        match self.decisions {
            Decisions::ByContext => {
                let Decision { way, to, because } = by_context(self);
                self.actions.push_back(Action::Decided { node: node.name.clone(), way, because });
                Some(to)
            }
            Decisions::Asked => {
                self.state = State::Deciding;
                None
            }
        }
    }

    /// Notes which way the present node was left, and why.
    pub(super) fn decided(&mut self, way: Label, because: String) {
        let node = self.flow.node(self.at).name.clone();
        self.actions.push_back(Action::Decided { node, way, because });
    }

    pub(super) fn hours(&self, now: Now, hours: &Hours) -> Decision {
        let local = self.context.zone.local(now.wall);
        let because = format!("it is {}", calendar::told(local.date));
        if hours.opening.is_open(local) {
            Decision { way: Label::Open, to: hours.open, because }
        } else {
            Decision { way: Label::Closed, to: hours.closed, because }
        }
    }

    pub(super) fn calendar(&self, now: Now, step: &CalendarStep) -> Decision {
        let Some(calendar) = self.context.calendars.get(&step.calendar) else {
            // A proved flow names only calendars that are there.
            let because = format!("calendar {} does not exist", step.calendar);
            return Decision { way: Label::Closed, to: step.closed, because };
        };
        let (standing, because) = calendar.at(self.context.zone.local(now.wall));
        let because = format!("calendar {}: {because}", step.calendar);
        match standing {
            Standing::Open { shift } => {
                let named = |(name, _): &&(Box<str>, NodeIndex)| Some(name) == shift.as_ref();
                let own = step.shifts.iter().zip(1..).find(|(named_shift, _)| named(named_shift));
                match own {
                    Some(((_, to), number)) => Decision { way: Label::Shift(number), to: *to, because },
                    None => Decision { way: Label::Open, to: step.open, because },
                }
            }
            Standing::Holiday => Decision { way: Label::Holiday, to: step.holiday, because },
            Standing::Closed => Decision { way: Label::Closed, to: step.closed, because },
        }
    }

    /// The first case that holds. If none does, what could not be known is the reason.
    pub(super) fn branch(&self, branch: &Branch) -> Decision {
        let mut unknown: Vec<String> = Vec::new();
        for (case, number) in branch.cases.iter().zip(1..) {
            match self.holds(&case.condition) {
                Ok(because) => return Decision { way: Label::Case(number), to: case.then, because },
                Err(None) => {}
                Err(Some(why)) if unknown.contains(&why) => {}
                Err(Some(why)) => unknown.push(why),
            }
        }
        let because = if unknown.is_empty() { "no case holds".to_owned() } else { unknown.join(", ") };
        Decision { way: Label::NoCase, to: branch.otherwise, because }
    }

    /// What made a condition hold; otherwise what could not be known about it, if that is why.
    fn holds(&self, condition: &Condition) -> Result<String, Option<String>> {
        let facts = &self.context.facts;
        let caller = || self.context.caller.as_ref().ok_or_else(|| Some("the caller's number is withheld".to_owned()));
        match condition {
            Condition::Caller(numbers) => {
                let caller = caller()?;
                if_holds(numbers.contains(caller), || format!("the caller is {caller}"))
            }
            Condition::CallerPrefix(prefixes) => {
                let caller = caller()?;
                let begins = prefixes.iter().any(|prefix| prefix.matches(caller));
                if_holds(begins, || format!("the caller is {caller}"))
            }
            Condition::Called(numbers) => {
                let called = &self.context.called;
                if_holds(numbers.contains(called), || format!("{called} was called"))
            }
            Condition::Region(regions) => {
                let region = facts.region.as_ref();
                let region = region.map_err(|why| Some(format!("the caller's region is not known: {why}")))?;
                let parts = [&region.province, &region.city, &region.area_code];
                let found =
                    parts.into_iter().flatten().find(|part| regions.iter().any(|asked| is_part_of(asked, part)));
                found.map(|part| format!("the caller's region is {part}")).ok_or(None)
            }
            Condition::Class(classes) => {
                let found = facts.class.as_ref().filter(|class| classes.contains(class));
                found.map(|class| format!("the caller's class is {class}")).ok_or(None)
            }
            Condition::InList(lists) => {
                let found = facts.lists.iter().find(|list| lists.contains(list));
                found.map(|list| format!("the caller is in list {list}")).ok_or(None)
            }
            Condition::Language(languages) => {
                if_holds(languages.contains(&self.language), || format!("the language is {}", self.language.tag()))
            }
            Condition::Variable(name, test) => {
                let word = self.variables.get(name).ok_or_else(|| Some(format!("variable {name} was never set")))?;
                // What a caller typed may be secret, so that the reason does not quote it.
                if_holds(test.holds(word), || format!("variable {name} {test}"))
            }
        }
    }

    pub(super) fn round(&mut self, node: NodeIndex, around: &Loop) -> Decision {
        let rounds = self.rounds.entry(node).or_insert(0);
        if *rounds < around.times {
            *rounds += 1;
            Decision { way: Label::Again, to: around.again, because: format!("round {rounds} of {}", around.times) }
        } else {
            Decision { way: Label::Done, to: around.done, because: format!("{} rounds are over", around.times) }
        }
    }

    /// The words of a template in this call. What is not known is left empty.
    pub(super) fn fill(&self, template: &Template) -> String {
        template.fill(|field| self.field(field))
    }

    /// The same for a url: whatever fills a hole stays within its part of it.
    pub(super) fn fill_url(&self, template: &Template) -> String {
        template.fill(|field| escaped(&self.field(field)))
    }

    fn field(&self, field: &Field) -> String {
        let Self { context, variables, language, .. } = self;
        let region = context.facts.region.as_ref().ok();
        let place = |part: Option<&Box<str>>| part.map(ToString::to_string).unwrap_or_default();
        match field {
            Field::Caller => context.caller.as_ref().map(ToString::to_string).unwrap_or_default(),
            Field::Called => context.called.to_string(),
            Field::Province => place(region.and_then(|region| region.province.as_ref())),
            Field::City => place(region.and_then(|region| region.city.as_ref())),
            Field::Carrier => place(region.and_then(|region| region.carrier.as_ref())),
            Field::Class => context.facts.class.as_ref().map(ToString::to_string).unwrap_or_default(),
            Field::Language => language.tag().to_owned(),
            Field::Variable(name) => place(variables.get(name)),
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 §2.3 is escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Whether a name is meant by what a table says: `杭州` by `杭州市`, and each of several cities that share a code.
fn is_part_of(asked: &str, told: &str) -> bool {
    let ends = ["特别行政区", "自治区", "自治州", "地区", "省", "市", "盟"];
    let bare = |name: &str| ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned();
    told.split(['、', ',', '，', '/']).map(str::trim).any(|name| name == asked || bare(name) == bare(asked))
}

fn if_holds(holds: bool, because: impl FnOnce() -> String) -> Result<String, Option<String>> {
    if holds { Ok(because()) } else { Err(None) }
}

impl Test {
    fn holds(&self, word: &str) -> bool {
        let number = || word.parse::<i64>().ok();
        match self {
            Self::Is(words) => words.iter().any(|asked| **asked == *word),
            Self::Begins(words) => words.iter().any(|begin| word.starts_with(&**begin)),
            Self::AtLeast(least) => number().is_some_and(|number| number >= *least),
            Self::Below(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

/// `is one of vip, gold`, to follow the variable's name.
impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Is(words) => write!(f, "is {}", words.join(" or ")),
            Self::Begins(words) => write!(f, "begins with {}", words.join(" or ")),
            Self::AtLeast(least) => write!(f, "is at least {least}"),
            Self::Below(limit) => write!(f, "is below {limit}"),
        }
    }
}
