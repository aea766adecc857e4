//! What of a call is shown to somebody outside the house.

use bell_types::{Fact, Hiding, LegRole, Number, What};
use serde_json::Value;

/// Fields that say which keys were pressed: callers enter card numbers and passwords by them.
const KEYS: [&str; 3] = ["digit", "digits", "keys"];
/// Fields that say what a flow went by, which may be keys.
const WAYS: [&str; 2] = ["way", "because"];
/// Fields that hold what carriers and people call somebody.
const NAMES: [&str; 2] = ["name", "words"];

/// Hides what a call says about people.
#[derive(Clone, Debug)]
pub(in crate::desk) struct Discreet(Hiding);

impl Discreet {
    /// With the numbers that these facts name.
    pub(in crate::desk) fn of(facts: &[Fact]) -> Self {
        let mut hiding = Hiding::new();
        for fact in facts {
            numbers(&fact.what).into_iter().for_each(|number| hiding.know(number));
        }
        Self(hiding)
    }

    /// A call's facts as they may be told: without keys.
    pub(in crate::desk) fn told(facts: &[Fact]) -> Vec<Fact> {
        let shown = facts.iter().filter(|fact| !matches!(fact.what, What::DigitPressed { .. })).cloned();
        shown
            .map(|mut fact| {
                if let What::FlowDecided { way, because, .. } = &mut fact.what {
                    (*way, *because) = (without_digits(way), without_digits(because));
                }
                fact
            })
            .collect()
    }

    /// A text.
    pub(super) fn text(&self, text: &str) -> String {
        self.0.hide(text)
    }

    /// A SIP message.
    pub(super) fn message(&self, text: &str) -> String {
        self.0.hide(&bell_sip::anonymous(text))
    }

    /// A value with all it consists of.
    pub(super) fn value(&self, value: Value) -> Value {
        self.field("", value)
    }

    fn field(&self, name: &str, value: Value) -> Value {
        match value {
            Value::String(_) if KEYS.contains(&name) => "*".into(),
            Value::String(_) if NAMES.contains(&name) => "***".into(),
            Value::String(text) if WAYS.contains(&name) => without_digits(&text).into(),
            Value::String(text) => self.text(&text).into(),
            Value::Array(values) => values.into_iter().map(|value| self.field(name, value)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(name, value)| {
                    let value = self.field(&name, value);
                    (name, value)
                });
                Value::Object(fields.collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }
}

fn without_digits(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '*' } else { c }).collect()
}

/// The numbers of people that a fact names.
fn numbers(what: &What) -> Vec<&Number> {
    match what {
        What::CallArrived { caller, called, .. } => caller.number.iter().chain([called]).collect(),
        What::LegOpened { role: LegRole::External { number, .. }, .. } => vec![number],
        What::LineCalled { shown, .. } => shown.iter().collect(),
        What::CallbackWished { number: Ok(number), .. } => vec![number],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dia_19_keys_names_and_numbers_are_hidden_wherever_they_stand() {
        let shown = Discreet::of(&[]).value(json!({
            "caller": { "number": "+8613800138000", "name": "王小明" },
            "digit": "5", "keys": "6222021234567890", "way": "key 1", "because": "card is 6222",
            "deep": [{ "target": "13900139000" }], "seq": 12_345_678, "at": "2026-11-28T01:02:03.456Z",
        }));
        assert_eq!(
            shown,
            json!({
                "caller": { "number": "+86138****8000", "name": "***" },
                "digit": "*", "keys": "*", "way": "key *", "because": "card is ****",
                "deep": [{ "target": "139****9000" }], "seq": 12_345_678, "at": "2026-11-28T01:02:03.456Z",
            })
        );
    }
}
