//! What is shipped, and what holds on a day.

use std::collections::BTreeMap;

use bell_types::Date;
use serde::Deserialize;

use crate::own::Own;
use crate::value::{Kind, Value};

const SHIPPED: &str = include_str!("../catalogue.toml");

/// Every policy there is, in the order of their keys.
#[derive(Clone, Debug)]
pub struct Catalogue {
    policies: BTreeMap<String, Policy>,
}

/// One policy as it is shipped.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What is limited: one phrase.
    pub what: String,
    /// The requirements that ask for it.
    pub rows: Vec<String>,
    /// What kind of value it has.
    pub kind: Kind,
    /// What the value does.
    pub rule: Rule,
    /// The range in which a value makes sense at all; none for a switch.
    pub range: Option<(Value, Value)>,
    /// The values, each with the days it holds.
    pub values: Vec<Dated>,
}

/// What a policy's value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// What is longer or more does not pass.
    AtMost,
    /// What is shorter or less does not pass.
    AtLeast,
    /// It is on or off.
    Switch,
}

/// A value with its source and the days it holds, the first and the last included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The value.
    pub value: Value,
    /// Where it comes from: a law, a contract, a course.
    pub source: String,
    /// The first day; none: always has been.
    pub from: Option<Date>,
    /// The last day; none: until further notice.
    pub until: Option<Date>,
    /// What it lets pass and what not.
    pub cases: Vec<Case>,
}

/// Something measured, and whether the value lets it pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What was measured.
    pub given: Value,
    /// Whether it passes.
    pub passes: bool,
}

/// Who set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is shipped.
    Shipped,
    /// The centre set it.
    Centre,
}

/// What holds on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// The policy.
    pub key: String,
    /// What is limited.
    pub what: String,
    /// The requirements that ask for it.
    pub rows: Vec<String>,
    /// Who set the value.
    pub origin: Origin,
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub source: String,
    /// The first day it holds; none: always has been.
    pub from: Option<Date>,
    /// The last day it holds; none: until further notice.
    pub until: Option<Date>,
}

impl Catalogue {
    /// What this program ships.
    pub fn shipped() -> Self {
        Self::read(SHIPPED).expect("the shipped catalogue is read by a test")
    }

    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let raw: BTreeMap<String, RawPolicy> = toml::from_str(text).map_err(|error| error.to_string())?;
        let read = raw.into_iter().map(|(key, policy)| {
            let policy = policy.read().ok_or_else(|| format!("{key} has a value of the wrong kind"))?;
            Ok((key, policy))
        });
        Ok(Self { policies: read.collect::<Result<_, String>>()? })
    }

    /// The policy of this key.
    pub fn get(&self, key: &str) -> Option<&Policy> {
        self.policies.get(key)
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        self.policies.keys().map(String::as_str)
    }

    /// What holds on this day, in the order of the keys: the centre's own value where it has one for the day, else what
    /// is shipped.
    pub fn in_force(&self, own: &Own, day: Date) -> Vec<InForce> {
        let in_force = self.policies.iter().filter_map(|(key, policy)| {
            let holds = |dated: &&Dated| dated.holds(day);
            let set = own.values(key).iter().find(holds).map(|dated| (Origin::Centre, dated));
            // A shipped policy has a value for every day; a test sees to it.
            let (origin, dated) = set.or_else(|| Some((Origin::Shipped, policy.values.iter().find(holds)?)))?;
            Some(InForce {
                key: key.clone(),
                what: policy.what.clone(),
                rows: policy.rows.clone(),
                origin,
                value: dated.value,
                source: dated.source.clone(),
                from: dated.from,
                until: dated.until,
            })
        });
        in_force.collect()
    }

    /// The first day after this one on which something else holds.
    pub fn next_change(&self, own: &Own, day: Date) -> Option<Date> {
        let shipped = self.policies.values().flat_map(|policy| &policy.values);
        let changes = shipped.chain(own.all()).flat_map(|dated| [dated.from, dated.until.map(Date::next)]);
        changes.flatten().filter(|change| *change > day).min()
    }
}

impl Dated {
    pub(crate) fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time = |one: &Self, two: &Self| match (one.from, two.until) {
            (Some(from), Some(until)) => from <= until,
            (None, _) | (_, None) => true,
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }

    /// The first of its cases that does not come out as it says.
    pub(crate) fn failing_case(&self, rule: Rule) -> Option<&Case> {
        self.cases.iter().find(|case| rule.passes(self.value, case.given) != case.passes)
    }
}

impl Rule {
    /// Whether a value of this rule lets pass what was measured.
    pub fn passes(self, value: Value, given: Value) -> bool {
        match self {
            Self::AtMost => given <= value,
            Self::AtLeast => given >= value,
            Self::Switch => given == value,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    what: String,
    rows: Vec<String>,
    kind: Kind,
    rule: Rule,
    min: Option<toml::Value>,
    max: Option<toml::Value>,
    values: Vec<RawDated>,
    cases: Vec<RawCase>,
}

/// A dated value as it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDated {
    pub(crate) value: toml::Value,
    pub(crate) source: String,
    pub(crate) from: Option<String>,
    pub(crate) until: Option<String>,
    #[serde(default)]
    pub(crate) cases: Vec<RawCase>,
}

/// A case as it stands in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    given: toml::Value,
    passes: bool,
}

impl RawPolicy {
    fn read(self) -> Option<Policy> {
        let bound = |value: Option<toml::Value>| value.map(|value| self.kind.read(&value));
        let range = match (bound(self.min), bound(self.max)) {
            (Some(min), Some(max)) => Some((min?, max?)),
            (None, _) | (_, None) => None,
        };
        let cases = RawCase::read_all(self.cases, self.kind)?;
        let values = self.values.into_iter().map(|raw| {
            let mut dated = raw.read(self.kind)?;
            // The policy's cases are about the value it ships until further notice.
            if dated.until.is_none() {
                dated.cases.clone_from(&cases);
            }
            Some(dated)
        });
        let values = values.collect::<Option<_>>()?;
        Some(Policy { what: self.what, rows: self.rows, kind: self.kind, rule: self.rule, range, values })
    }
}

impl RawDated {
    pub(crate) fn read(self, kind: Kind) -> Option<Dated> {
        let day = |text: Option<String>| text.map(|text| Date::parse(&text));
        let (from, until) = (day(self.from), day(self.until));
        let (from, until) =
            (from.map_or(Some(None), |day| day.map(Some))?, until.map_or(Some(None), |day| day.map(Some))?);
        let cases = RawCase::read_all(self.cases, kind)?;
        Some(Dated { value: kind.read(&self.value)?, source: self.source, from, until, cases })
    }
}

impl RawCase {
    fn read_all(cases: Vec<Self>, kind: Kind) -> Option<Vec<Case>> {
        cases.into_iter().map(|case| Some(Case { given: kind.read(&case.given)?, passes: case.passes })).collect()
    }
}
