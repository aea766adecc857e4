//! The door to the work after a call: what is asked, what was written.

use std::collections::BTreeMap;

use bell_types::{AgentName, CallId, QueueName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::doors::{Doing, SignedIn};

/// What is asked after calls of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DispositionsView {
    /// The name of the tree.
    pub name: String,
    /// Its results, and headings over them.
    pub tree: Vec<DispositionView>,
    /// The fields beside them, in the order in which they are shown.
    pub fields: Vec<SummaryFieldView>,
    /// What must be written, and until when.
    pub rule: SummaryRuleView,
}

/// A result, or a heading over some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DispositionView {
    /// As records know it.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// What it means for the contact: `retry`, `done`, `invalid`, `update_data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<&'static str>,
    /// What it asks for: `resolved`, `note`, names of fields.
    pub required: Vec<String>,
    /// What stands below; nothing below a result.
    #[schema(no_recursion)]
    pub children: Vec<DispositionView>,
}

/// A field of summaries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SummaryFieldView {
    /// As records know it.
    pub name: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// `text`, `choice`, `yes_no`, `date`.
    pub kind: &'static str,
    /// What can be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<ChoiceView>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChoiceView {
    /// As records know it.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What must be written, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SummaryRuleView {
    /// Whether wrap-up ends only with a result.
    pub required: bool,
    /// How long after his part in the call the agent may leave it open.
    pub within_ms: u64,
}

/// An agent's summary of a call.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SummaryView {
    /// The call.
    pub call: String,
    /// Whose part in it this is about.
    pub agent: String,
    /// `open`, `filled`, `not_filled`.
    pub state: &'static str,
    /// When it counts as not filled; none: it need not be written, or his part goes on.
    pub due: Option<String>,
    /// Whether it was written after that: it still counts as not filled in reports.
    pub late: bool,
    /// The codes from the root of the tree to the result.
    pub disposition: Vec<String>,
    /// What the result means for the contact.
    pub effect: Option<String>,
    /// Whether the matter was resolved.
    pub resolved: Option<bool>,
    /// Free text, as it was written.
    pub note: String,
    /// The fields: texts, codes of choices, days; true or false.
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, Value>,
    /// What was wrong with the data of the other side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerSent>,
    /// The articles that were used.
    pub articles: Vec<String>,
    /// The ticket that was opened.
    pub ticket: Option<String>,
    /// When it was written last.
    pub written_at: Option<String>,
    /// By whom.
    pub written_by: Option<String>,
}

/// A summary as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct SummarySent {
    /// The codes from the root of the tree to the result; nothing for none.
    #[serde(default)]
    pub disposition: Vec<String>,
    /// Whether the matter was resolved.
    #[serde(default)]
    pub resolved: Option<bool>,
    /// Free text.
    #[serde(default)]
    pub note: String,
    /// The fields: texts, codes of choices, days as 2026-11-28; true or false.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, Value>,
    /// What was wrong with the data of the other side.
    #[serde(default)]
    pub owner: Option<OwnerSent>,
}

/// What was wrong with the data of the other side (AGT-06).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnerSent {
    /// What it was.
    pub kind: OwnerKind,
    /// The right name, or that of the other person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The right number, or that of the other person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// The number is not his.
    WrongNumber,
    /// The name is not his.
    WrongName,
    /// Somebody else can be reached for him.
    ExtraContact,
}

/// Something that keeps a summary from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LackingPart {
    /// `disposition`, `resolved`, `note`, `owner`, or a field's name.
    pub field: String,
    /// As programs know it: `missing`, `unknown`, `malformed`, `too_long`.
    pub problem: &'static str,
}

/// How summaries of calls stand, for a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SummaryIs {
    /// Asked for and not written yet.
    Open,
    /// Written.
    Filled,
    /// Not written though its time is over.
    NotFilled,
    /// Not written in time, whether it was later or not: what reports count.
    Missed,
}

/// The work after a call.
pub trait Work: Send + Sync {
    /// What is asked after calls that were last in this queue, or in none.
    fn dispositions<'a>(&'a self, queue: Option<&'a QueueName>) -> Doing<'a, DispositionsView>;
    /// An agent's summary of a call that he had.
    fn summary<'a>(&'a self, call: CallId, agent: &'a AgentName) -> Doing<'a, SummaryView>;
    /// Writes it, in the name of an account. What it says of the other side (AGT-06) changes the customer with it.
    fn write<'a>(
        &'a self,
        call: CallId,
        agent: &'a AgentName,
        who: &'a SignedIn,
        sent: SummarySent,
    ) -> Doing<'a, SummaryView>;
}
