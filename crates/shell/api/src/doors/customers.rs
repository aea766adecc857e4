//! The door to customers: who calls, what is known of him, what agents learn about him.

use std::collections::BTreeMap;

use bell_access::UnitId;
use bell_customer::{Code, PersonName, Search};
use bell_types::{CallId, Number};
use serde::Serialize;
use utoipa::ToSchema;

use crate::doors::{Direction, Doing, Outcome, SignedIn, TicketView, Visible};

/// Who calls, as far as is known.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CustomerView {
    /// The number he was asked for by.
    pub number: String,
    /// Where it is from.
    pub region: Option<RegionView>,
    /// Whom its prefix was given to, if it is a mobile one.
    pub carrier: Option<String>,
    /// `normal`, `new` if nothing is known of him, `vip`, `complaint`, or one of the centre's own.
    pub class: String,
    /// Why he is of that class.
    pub class_reason: Option<String>,
    /// What to say first, if he is not greeted like everybody.
    pub greeting: Option<WordsView>,
    /// Why he is greeted so: `complaint`, `transferred`, `vip`.
    pub greeting_for: Option<&'static str>,
    /// The lists of callers he is on.
    pub lists: Vec<String>,
    /// His name.
    pub name: Option<String>,
    /// His other numbers, and who answers there.
    pub contacts: Vec<ContactView>,
    /// Whether this number was found to be somebody else's.
    pub wrong: bool,
    /// What else is known.
    pub fields: BTreeMap<String, String>,
    /// Which fields the visitor's team sees, in this order.
    pub layout: Vec<String>,
    /// His calls, the newest first.
    pub history: Vec<PastView>,
    /// His tickets, the next promise first.
    pub tickets: Vec<TicketView>,
    /// The system of customers beside this one.
    pub crm: CrmView,
}

/// A province and a city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RegionView {
    /// The province.
    pub province: String,
    /// The city.
    pub city: String,
}

/// Words in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WordsView {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Where a customer can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactView {
    /// Who answers there; empty if that is not known.
    pub name: String,
    /// The number.
    pub number: String,
    /// What he is to the customer.
    pub relation: Option<String>,
    /// Whether it was found to be somebody else's.
    pub wrong: bool,
}

/// A call that was.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PastView {
    /// The call.
    pub call: String,
    /// When it arrived.
    pub at: String,
    /// Which way.
    pub direction: Direction,
    /// Who talked with him.
    pub agent: Option<String>,
    /// The queue it was in.
    pub queue: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// What came of it: the codes of the result.
    pub disposition: Option<Vec<String>>,
    /// What these were called then, in Chinese.
    pub disposition_zh: Option<String>,
    /// And in English.
    pub disposition_en: Option<String>,
    /// What the agent wrote.
    pub note: Option<String>,
    /// Whether the visitor may open the call itself.
    pub may_open: bool,
}

/// How a system beside this one fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CrmView {
    /// `ok`, `down`: only what is known here is shown, or `none`.
    pub state: &'static str,
    /// The fields that it fills, and that are changed there alone.
    pub fields: Vec<String>,
}

/// A customer in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FoundView {
    /// His first number that is right.
    pub number: String,
    /// His name.
    pub name: Option<String>,
    /// The class that somebody put him into.
    pub class: Option<String>,
}

/// Some customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FoundPage {
    /// They.
    pub items: Vec<FoundView>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A value that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CustomerChangeView {
    /// When.
    pub at: String,
    /// Who changed it.
    pub by: String,
    /// During which call.
    pub call: Option<String>,
    /// What: `name`, `class`, a field, `contact`, `number_state`.
    pub field: String,
    /// Before.
    pub old: Option<String>,
    /// Since then.
    pub new: Option<String>,
}

/// What is to be known of a customer. What is None stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerWanted {
    /// His name; the inner None takes it away.
    pub name: Option<Option<PersonName>>,
    /// His class, and why; the inner None leaves it to the lists.
    pub class: Option<(Option<Code>, Option<String>)>,
    /// Fields; a None takes one away.
    pub fields: BTreeMap<Code, Option<String>>,
    /// The call it was learned in.
    pub call: Option<CallId>,
}

/// Customers.
pub trait Customers: Send + Sync {
    /// A number as the centre reads it; none: it is none.
    fn number(&self, text: &str) -> Option<Number>;
    /// Whether his data may be seen: for a call of one of these agents that runs or has not been over for long, or for an
    /// open ticket. Who sees the whole centre needs no purpose, and a look without one is told to the log.
    fn looks<'a>(&'a self, who: &'a SignedIn, number: &'a Number, visible: &'a Visible) -> Doing<'a, bool>;
    /// All that is known of a customer. `open`: the calls that may be opened.
    fn customer<'a>(&'a self, who: &'a SignedIn, number: &'a Number, open: &'a Visible) -> Doing<'a, CustomerView>;
    /// Changes what is known; who is not known is from then on. A call that it names is one with him that may be seen.
    fn put<'a>(
        &'a self,
        who: &'a SignedIn,
        number: &'a Number,
        wanted: CustomerWanted,
        visible: &'a Visible,
    ) -> Doing<'a, ()>;
    /// What changed, the newest first.
    fn changes<'a>(&'a self, number: &'a Number) -> Doing<'a, Vec<CustomerChangeView>>;
    /// Customers that fit, as far as they are in calls that may be seen. The search is told to the log.
    fn search<'a>(
        &'a self,
        who: &'a SignedIn,
        search: Search,
        visible: &'a Visible,
        page: (Option<String>, usize),
    ) -> Doing<'a, FoundPage>;
    /// The fields that the people of a unit see; empty: those that are usual.
    fn layout<'a>(&'a self, unit: UnitId) -> Doing<'a, Vec<String>>;
    /// Sets them; without any the unit sees what the one above it sees.
    fn put_layout<'a>(&'a self, who: &'a SignedIn, unit: UnitId, fields: Vec<String>) -> Doing<'a, ()>;
}
