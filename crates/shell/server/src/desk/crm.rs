//! Asks the system of customers who calls. What cannot be asked in time is told, and holds nobody up.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_customer::PersonName;
use bell_engine::{Crm, Outside};
use bell_types::Number;
use hyper::Method;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::outgoing::{Asking, Outgoing, OutgoingError, Url};

/// Questions that are under way; with one more it counts as down, so that a slow system does not pile up what waits for it.
const UNDER_WAY_MAX: usize = 64;
/// The longest value that is shown, in characters, and how many of a list.
const VALUE_CHARS_MAX: usize = 500;
const PARTS_MAX: usize = 20;

/// What asks the system of customers.
pub(super) struct CrmDesk {
    outgoing: Outgoing,
    room: Semaphore,
}

/// What the system of customers says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// `ok`, `down` or `none`.
    pub(super) state: &'static str,
    /// The fields that are its own, whether it knows him or not.
    pub(super) own: Vec<String>,
    /// His name.
    pub(super) name: Option<PersonName>,
    /// What else it knows of him.
    pub(super) fields: BTreeMap<String, String>,
}

/// Why it does not say who calls.
#[derive(Debug, Error)]
enum CrmError {
    #[error("too many are being asked for")]
    Busy,
    #[error("it cannot be asked")]
    Outgoing(#[from] OutgoingError),
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("its answer cannot be read")]
    Json(#[source] serde_json::Error),
}

impl CrmDesk {
    pub(super) fn new() -> Self {
        Self { outgoing: Outgoing::default(), room: Semaphore::new(UNDER_WAY_MAX) }
    }

    /// Who has this number.
    pub(super) async fn ask(&self, outside: &Outside, number: &Number, within: Duration) -> Told {
        let Some(crm) = &outside.crm else { return Told { state: "none", ..Told::default() } };
        let own = crm.fields.keys().map(ToString::to_string).collect();
        match self.answer(crm, outside, number, within).await {
            Ok(answer) => {
                let name = crm.name.as_ref().and_then(|at| PersonName::parse(&shown(answer.pointer(at)?)?).ok());
                let field = |(field, at): (&bell_customer::Code, &String)| {
                    Some((field.to_string(), shown(answer.pointer(at)?)?))
                };
                Told { state: "ok", own, name, fields: crm.fields.iter().filter_map(field).collect() }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the system of customers says nothing");
                Told { state: "down", own, ..Told::default() }
            }
        }
    }

    async fn answer(&self, crm: &Crm, outside: &Outside, number: &Number, within: Duration) -> Result<Value, CrmError> {
        let _room = self.room.try_acquire().map_err(|_| CrmError::Busy)?;
        let url = Url::parse(&format!("{}{}{}", crm.before, encoded(number), crm.after))?;
        let asking = Asking {
            method: Method::GET,
            url: &url,
            content_type: "application/json",
            headers: crm.token.iter().map(|token| ("authorization", format!("Bearer {token}"))).collect(),
            body: String::new(),
        };
        let answer = self.outgoing.ask(asking, &outside.inside, within).await?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body).map_err(CrmError::Json),
            404 => Ok(Value::Null),
            status => Err(CrmError::Status(status)),
        }
    }
}

/// A number has digits, and a plus that would be a space in some places.
fn encoded(number: &Number) -> String {
    let octet = |octet: u8| match octet {
        b'0'..=b'9' => char::from(octet).to_string(),
        octet => format!("%{octet:02X}"),
    };
    number.to_string().bytes().map(octet).collect()
}

/// A value as a text to show: what has no form of its own is left out.
fn shown(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "✗".to_owned(),
        Value::Array(parts) => parts.iter().take(PARTS_MAX).filter_map(shown).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Object(_) => return None,
    };
    let seen = text.chars().filter(|seen| !seen.is_control()).take(VALUE_CHARS_MAX).collect::<String>();
    Some(seen.trim().to_owned()).filter(|seen| !seen.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_system_says_is_shown_as_text() {
        for (value, expected) in [
            (json!("  示例科技\n"), Some("示例科技")),
            (json!(20), Some("20")),
            (json!(["A", 2, null, {}]), Some("A, 2")),
            (json!(true), Some("✓")),
            (json!(""), None),
            (json!({ "a": 1 }), None),
        ] {
            assert_eq!(shown(&value).as_deref(), expected, "{value}");
        }
        assert_eq!(shown(&json!("字".repeat(9_000))).map(|text| text.chars().count()), Some(VALUE_CHARS_MAX));
    }
}
