//! Customers: who calls, and what is known of him.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::{Decision, Object, Permission, UnitId, decide};
use bell_customer::{Code, PersonName, PersonNameError, Search, prose};
use bell_types::CallId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{OfCustomer, Seen, Signed, seen};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{CustomerChangeView, CustomerView, CustomerWanted, Field, FoundPage, SignedIn, Visible};
use crate::page;
use crate::routes::people::number;

/// The longest value of a field, and the longest reason of a class, in characters.
const VALUE_CHARS_MAX: usize = 500;
/// The most fields one request changes, and the most a layout has.
const FIELDS_MAX: usize = 50;

/// Which customers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CustomersAsked {
    /// Words that are in a name, a number or a field.
    q: String,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// What is to be known of a customer. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CustomerSent {
    /// His name; an empty one takes it away.
    name: Option<String>,
    /// His class, together with its reason; an empty one leaves it to the lists of callers.
    class: Option<String>,
    /// Why he is of that class.
    class_reason: Option<String>,
    /// Texts by field; an empty one, or null, takes it away.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
    /// The call it was learned in.
    call: Option<String>,
}

/// What changed of a customer.
#[derive(Serialize, ToSchema)]
pub(crate) struct CustomerChangesView {
    /// The newest first.
    items: Vec<CustomerChangeView>,
}

/// The fields that the people of a unit see of a customer, in this order.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct LayoutView {
    /// `number`, `region`, `carrier`, `contacts`, and the centre's own.
    fields: Vec<String>,
}

/// Customers that fit. Each search stands in the log of audit.
#[utoipa::path(get, path = "/v1/customers", tag = "customers", params(CustomersAsked),
    responses((status = 200, body = FoundPage)))]
pub(crate) async fn search(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Asked(asked): Asked<CustomersAsked>,
) -> Result<Json<FoundPage>, Problem> {
    let search = query(&asked.q)?;
    if search.words().is_empty() {
        return Err(page::field(Field::missing("q")));
    }
    let page = (asked.cursor, page::limit(asked.limit)?);
    Ok(Json(desk.doors.customers.search(&who, search, &visible, page).await?))
}

/// All that is known of a customer: of one's own call, or of an open ticket.
#[utoipa::path(get, path = "/v1/customers/{number}", tag = "customers", params(("number" = String, Path)),
    responses((status = 200, body = CustomerView)))]
pub(crate) async fn one(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    OfCustomer(number): OfCustomer,
) -> Result<Json<CustomerView>, Problem> {
    let open = opens(&desk, &who).await?;
    Ok(Json(desk.doors.customers.customer(&who, &number, &open).await?))
}

/// Changes what is known of a customer. Every value he had stays in his history.
#[utoipa::path(put, path = "/v1/customers/{number}", tag = "customers", params(("number" = String, Path)),
    request_body = CustomerSent, responses((status = 200, body = CustomerView)))]
pub(crate) async fn put(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    OfCustomer(number): OfCustomer,
    Seen(visible): Seen,
    Sent(sent): Sent<CustomerSent>,
) -> Result<Json<CustomerView>, Problem> {
    desk.doors.customers.put(&who, &number, sent.wanted()?, &visible).await?;
    let open = opens(&desk, &who).await?;
    Ok(Json(desk.doors.customers.customer(&who, &number, &open).await?))
}

/// What changed of a customer: who, when, in which call, from what to what.
#[utoipa::path(get, path = "/v1/customers/{number}/changes", tag = "customers", params(("number" = String, Path)),
    responses((status = 200, body = CustomerChangesView)))]
pub(crate) async fn changes(
    State(desk): State<Arc<Desk>>,
    OfCustomer(number): OfCustomer,
) -> Result<Json<CustomerChangesView>, Problem> {
    Ok(Json(CustomerChangesView { items: desk.doors.customers.changes(&number).await? }))
}

/// The fields that the people of a unit see of a customer.
#[utoipa::path(get, path = "/v1/units/{unit}/customer-layout", tag = "customers", params(("unit" = String, Path)),
    responses((status = 200, body = LayoutView)))]
pub(crate) async fn layout(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(unit): Named<String>,
) -> Result<Json<LayoutView>, Problem> {
    let unit = reached(&who, &unit)?;
    Ok(Json(LayoutView { fields: desk.doors.customers.layout(unit).await? }))
}

/// Sets them; without any, a unit sees what the one above it sees.
#[utoipa::path(put, path = "/v1/units/{unit}/customer-layout", tag = "customers", params(("unit" = String, Path)),
    request_body = LayoutView, responses((status = 204)))]
pub(crate) async fn put_layout(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(unit): Named<String>,
    Sent(sent): Sent<LayoutView>,
) -> Result<StatusCode, Problem> {
    let unit = reached(&who, &unit)?;
    let is_field = |field: &String| Code::parse(field).is_ok();
    let once: BTreeSet<&String> = sent.fields.iter().collect();
    if sent.fields.len() > FIELDS_MAX {
        return Err(page::field(Field { field: "fields", problem: "too_many" }));
    }
    if once.len() < sent.fields.len() || !sent.fields.iter().all(is_field) {
        return Err(page::field(Field::malformed("fields")));
    }
    desk.doors.customers.put_layout(&who, unit, sent.fields).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The calls he may open; none if he may see no records.
async fn opens(desk: &Desk, who: &SignedIn) -> Result<Visible, Problem> {
    if who.actor.furthest(Permission::CallRead).is_err() {
        return Ok(Visible::Some { agents: BTreeSet::new(), queues: BTreeSet::new() });
    }
    seen(desk, who, Permission::CallRead).await
}

fn reached(who: &SignedIn, unit: &str) -> Result<UnitId, Problem> {
    let unit = UnitId(number("unit", unit)?);
    let object = Object { units: BTreeSet::from([unit]), ..Object::of_tenant(who.actor.tenant()) };
    match decide(&who.actor, Permission::QueueWrite, &object) {
        Decision::Allowed(_) => Ok(unit),
        Decision::Denied(denied) => Err(denied.into()),
    }
}

/// What is looked for.
pub(super) fn query(text: &str) -> Result<Search, Problem> {
    Search::parse(text).map_err(|_| page::field(Field { field: "q", problem: "too_long" }))
}

/// A code of a class, a field.
pub(super) fn code(field: &'static str, text: &str) -> Result<Code, Problem> {
    Code::parse(text).map_err(|_| page::field(Field::malformed(field)))
}

/// A text of people, or why it is none.
pub(super) fn written(field: &'static str, read: Result<String, prose::ProseError>) -> Result<String, Problem> {
    let problem = |error| match error {
        prose::ProseError::Empty => "missing",
        prose::ProseError::TooLong(_) => "too_long",
        prose::ProseError::Control => "control",
    };
    read.map_err(|error| page::field(Field { field, problem: problem(error) }))
}

/// A text of people that may be left out, or be empty.
pub(super) fn written_or_none(
    field: &'static str,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<String, prose::ProseError>,
) -> Result<Option<String>, Problem> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => written(field, read(text)).map(Some),
    }
}

/// A name of a person; none if it is empty.
pub(super) fn name(field: &'static str, text: &str) -> Result<Option<PersonName>, Problem> {
    match PersonName::parse(text) {
        Ok(name) => Ok(Some(name)),
        Err(PersonNameError::Empty) => Ok(None),
        Err(PersonNameError::TooLong) => Err(page::field(Field { field, problem: "too_long" })),
        Err(PersonNameError::Control) => Err(page::field(Field { field, problem: "control" })),
    }
}

/// The id of a call that a request names.
pub(super) fn call(text: Option<&str>) -> Result<Option<CallId>, Problem> {
    text.map(|text| text.parse().map_err(|_| page::field(Field::malformed("call")))).transpose()
}

impl CustomerSent {
    fn wanted(self) -> Result<CustomerWanted, Problem> {
        if self.fields.len() > FIELDS_MAX {
            return Err(page::field(Field { field: "fields", problem: "too_many" }));
        }
        let line = |text: &str| prose::line(text, VALUE_CHARS_MAX);
        let reason = written_or_none("class_reason", self.class_reason.as_deref(), line)?;
        let missing = |field| Err::<_, Problem>(page::field(Field::missing(field)));
        let class = match (self.class.as_deref().map(str::trim), reason) {
            (None, None) => None,
            (Some(""), None) => Some((None, None)),
            (None | Some(""), Some(_)) => return missing("class"),
            (Some(text), reason) => match (code("class", text)?, reason) {
                (_, None) => return missing("class_reason"),
                (class, reason) => Some((Some(class), reason)),
            },
        };
        let value = |(field, value): (String, Value)| {
            let text = match &value {
                Value::Null => None,
                Value::String(text) => Some(text.as_str()),
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(page::field(Field::malformed("fields")));
                }
            };
            Ok((code("fields", &field)?, written_or_none("fields", text, line)?))
        };
        Ok(CustomerWanted {
            name: self.name.as_deref().map(|text| name("name", text)).transpose()?,
            class,
            fields: self.fields.into_iter().map(value).collect::<Result<_, Problem>>()?,
            call: call(self.call.as_deref())?,
        })
    }
}
