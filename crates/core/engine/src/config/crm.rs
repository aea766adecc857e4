//! The system of customers that a centre has beside this one: where it is asked, and what of its answers is shown.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bell_customer::Code;
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::document::Named;
use super::values::Secret;

/// What stands for the number in its address.
const NUMBER: &str = "{number}";
/// How many fields it may fill.
const FIELDS_MAX: usize = 50;

/// The system of customers, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CrmTable {
    /// Its address, with `{number}` in it.
    pub(crate) url: Spanned<String>,
    /// The token it wants.
    pub(crate) password: Option<Secret>,
    /// Where in the answer the name stands, as a JSON pointer (RFC 6901).
    pub(crate) name: Option<Spanned<String>>,
    /// By field, where in the answer its value stands.
    #[serde(default)]
    pub(crate) fields: Named<Spanned<String>>,
}

/// The system of customers that is asked who calls (AGT-02).
#[derive(Clone, PartialEq, Eq)]
pub struct Crm {
    /// Its address before the number.
    pub before: String,
    /// And behind it.
    pub after: String,
    /// The token it wants.
    pub token: Option<String>,
    /// Where in the answer the name stands, as a JSON pointer (RFC 6901).
    pub name: Option<String>,
    /// By field, where in the answer its value stands.
    pub fields: BTreeMap<Code, String>,
}

/// Without the token.
impl fmt::Debug for Crm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crm").field("before", &self.before).field("after", &self.after).finish_non_exhaustive()
    }
}

impl Build<'_> {
    /// The system of customers, if there is one.
    pub(super) fn crm(&mut self) -> Option<Arc<Crm>> {
        let table = self.document.crm.as_ref()?;
        let url = table.url.get_ref();
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        let parts = url.split_once(NUMBER).filter(|(before, after)| {
            // It stands behind the host, or whoever calls would say who is asked.
            is_web && before.matches('/').count() >= 3 && !after.contains(NUMBER)
        });
        if parts.is_none() {
            let problem = format!("\"{url}\" is no address that a customer can be asked for at");
            let remedy = "write it like https://crm.example.com/customers/{number}";
            self.mistakes.at(&table.url, &problem, remedy);
        }
        if table.fields.len() > FIELDS_MAX {
            let remedy = format!("leave {FIELDS_MAX} of them");
            self.mistakes.at(&table.url, "crm fills too many fields", &remedy);
        }
        let name = table.name.as_ref().and_then(|pointer| self.pointer(pointer));
        let mut fields = BTreeMap::new();
        for (field, pointer) in &table.fields {
            let Ok(code) = Code::parse(field.get_ref()) else {
                let problem = format!("\"{}\" is no name of a field", field.get_ref());
                self.mistakes.at(field, &problem, "write it in small letters, digits and _");
                continue;
            };
            fields.extend(self.pointer(pointer).map(|pointer| (code, pointer)));
        }
        let (before, after) = parts?;
        Some(Arc::new(Crm {
            before: before.to_owned(),
            after: after.to_owned(),
            token: table.password.as_ref().map(|secret| secret.0.clone()),
            name,
            fields,
        }))
    }

    fn pointer(&mut self, pointer: &Spanned<String>) -> Option<String> {
        let text = pointer.get_ref();
        if text.starts_with('/') {
            return Some(text.clone());
        }
        let problem = format!("\"{text}\" points nowhere in an answer");
        self.mistakes.at(pointer, &problem, "write it like /company/name");
        None
    }
}
