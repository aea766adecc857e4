//! What a centre sets itself, in the `[policy]` table of its configuration.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use crate::catalogue::{Catalogue, Dated, Policy, RawDated};

/// The values a centre set itself, each with the days it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    values: BTreeMap<String, Vec<Dated>>,
}

/// Something wrong in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where in the file.
    pub span: Range<usize>,
    /// The key that no policy has, so that whoever knows how can suggest one.
    pub unknown: Option<String>,
    /// What is wrong: one phrase, no full stop.
    pub problem: String,
    /// What to do about it: one phrase, no full stop.
    pub remedy: String,
}

/// What a value is said to come from when the configuration does not say it.
const SOURCE: &str = "the centre's configuration";

impl Own {
    /// Reads `key = value`, `key = { value, source, from, until, cases }`, or a list of such tables.
    ///
    /// # Errors
    /// Everything that is wrong: an unknown key, a value of the wrong kind or out of its range, a day that is none, two
    /// values for one day, a case that comes out otherwise than it says.
    pub fn read(
        table: &BTreeMap<Spanned<String>, Spanned<toml::Value>>,
        catalogue: &Catalogue,
    ) -> Result<Self, Vec<Wrong>> {
        let mut own = Self::default();
        let mut wrong = Vec::new();
        for (key, entry) in table {
            let Some(policy) = catalogue.get(key.get_ref()) else {
                let problem = format!("there is no policy {:?}", key.get_ref());
                let unknown = Some(key.get_ref().clone());
                wrong.push(Wrong { span: key.span(), unknown, problem, remedy: String::new() });
                continue;
            };
            match dated(entry.get_ref(), policy) {
                Ok(values) => {
                    own.values.insert(key.get_ref().clone(), values);
                }
                Err((problem, remedy)) => {
                    let problem = format!("{}: {problem}", key.get_ref());
                    wrong.push(Wrong { span: entry.span(), unknown: None, problem, remedy });
                }
            }
        }
        if wrong.is_empty() { Ok(own) } else { Err(wrong) }
    }

    pub(crate) fn values(&self, key: &str) -> &[Dated] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Dated> {
        self.values.values().flatten()
    }
}

/// What is wrong, and what to do about it.
type Complaint = (String, String);

fn dated(entry: &toml::Value, policy: &Policy) -> Result<Vec<Dated>, Complaint> {
    let values = match entry {
        toml::Value::Array(list) => list.iter().map(|entry| one(entry, policy)).collect::<Result<Vec<_>, _>>()?,
        toml::Value::String(_)
        | toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_)
        | toml::Value::Table(_) => vec![one(entry, policy)?],
    };
    for (place, value) in values.iter().enumerate() {
        if values[..place].iter().any(|earlier| earlier.overlaps(value)) {
            let remedy = "let each value end (until) before the next begins (from)";
            return Err(("two values hold on one day".to_owned(), remedy.to_owned()));
        }
    }
    Ok(values)
}

fn one(entry: &toml::Value, policy: &Policy) -> Result<Dated, Complaint> {
    let toml::Value::Table(table) = entry else {
        let value = policy.kind.read(entry);
        let value = value.ok_or_else(|| (format!("it must be {}", policy.kind.example()), String::new()))?;
        return check(Dated { value, source: SOURCE.to_owned(), from: None, until: None, cases: Vec::new() }, policy);
    };
    let mut table = table.clone();
    table.entry("source").or_insert_with(|| SOURCE.into());
    let raw: RawDated = toml::Value::Table(table).try_into().map_err(|error: toml::de::Error| {
        (error.message().replace('\n', ", "), "write { value, source, from, until, cases }".to_owned())
    })?;
    let wrong_kind = || {
        let problem = format!("its values must be {}, and its days days", policy.kind.example());
        (problem, "write days as \"2026-10-01\"".to_owned())
    };
    check(raw.read(policy.kind).ok_or_else(wrong_kind)?, policy)
}

fn check(dated: Dated, policy: &Policy) -> Result<Dated, Complaint> {
    if let Some((min, max)) = policy.range
        && !(min..=max).contains(&dated.value)
    {
        return Err((format!("{} makes no sense here", dated.value), format!("choose from {min} to {max}")));
    }
    if let (Some(from), Some(until)) = (dated.from, dated.until)
        && until < from
    {
        return Err((format!("it ends on {until} before it begins on {from}"), "swap the two days".to_owned()));
    }
    if let Some(case) = dated.failing_case(policy.rule) {
        let verdict = if case.passes { "should pass, and does not" } else { "should not pass, and does" };
        return Err((format!("by its own case {} {verdict}", case.given), "correct the value or the case".to_owned()));
    }
    Ok(dated)
}
