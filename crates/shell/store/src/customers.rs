//! Customers: who answers at which number, what is known of them, and every value that ever was.
//!
//! A customer is found by any of his numbers. Reading needs no more than a database; [`Changing`] is one transaction, and no
//! two of a tenant run at once, so that what one reads stays true until it commits.

use std::collections::BTreeMap;

use bell_access::audit::Entry;
use bell_customer::{Code, Contact, PersonName, Search, Verdict, small};
use bell_types::{CallId, Number, Wall};

use crate::db::convert::{signed, unsigned};
use crate::db::rows::{Rows, part};
use crate::db::sql::{Row, Value, json, marks, text, when};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "customer";
const CONTACTS: &str = "customer_contact";
const CHANGES: &str = "customer_change";
const LAYOUTS: &str = "customer_layout";
const COLUMNS: &str = "customer, name, class, class_reason, fields, made_at, changed_at";

/// How many rows one answer holds at most.
pub const ROWS_MAX: u64 = 200;

/// A customer. Counted in each tenant, never given twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomerId(pub u64);

/// A customer as he is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    /// His id.
    pub customer: CustomerId,
    /// His name, if it is known.
    pub name: Option<PersonName>,
    /// The class that somebody put him into; none: nobody has.
    pub class: Option<Code>,
    /// Why.
    pub class_reason: Option<String>,
    /// What else is known, by field.
    pub fields: BTreeMap<Code, String>,
    /// Where he can be reached, in the order it was learned.
    pub contacts: Vec<ContactRow>,
    /// Since when he is known.
    pub made_at: Wall,
    /// When anything of him changed last.
    pub changed_at: Wall,
}

/// Where a customer can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// The number, who answers there, how it stands.
    pub contact: Contact,
    /// What he is to the customer: `同事`.
    pub relation: Option<String>,
}

/// A value that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// When.
    pub at: Wall,
    /// Who changed it.
    pub who: String,
    /// During which call, if it was in one.
    pub call: Option<CallId>,
    /// What: `name`, `class`, a number, a field.
    pub field: String,
    /// The value before.
    pub old: Option<String>,
    /// The value since then.
    pub new: Option<String>,
}

/// A change of customers, under way. Dropped without [`Changing::commit`], nothing of it has happened.
#[derive(Debug)]
pub struct Changing {
    rows: Rows,
}

/// Whose number this is: only one that is right for him leads to a customer. If several have it, he comes first whose first
/// number it is.
pub async fn of_number(db: &Db, tenant: TenantId, number: &Number) -> Result<Option<CustomerRow>, DbError> {
    found(&Rows::of(db, tenant), number).await
}

/// Whether a number was found wrong for somebody, and leads to nobody since then.
pub async fn is_wrong(db: &Db, tenant: TenantId, number: &Number) -> Result<bool, DbError> {
    let sql = "SELECT MIN(verdict) AS verdict FROM customer_contact WHERE tenant = $1 AND number = $2";
    let row = Rows::of(db, tenant).one(CONTACTS, sql, vec![number.to_string().into()]).await?;
    let verdict = row.map(|row| row.text_or_none("verdict")).transpose()?.flatten();
    Ok(verdict.as_deref() == Some(verdict_text(Verdict::Wrong)))
}

/// Customers in whose name, numbers or fields every word is, by their id, behind `after`.
pub async fn search(
    db: &Db,
    tenant: TenantId,
    search: &Search,
    after: CustomerId,
    rows_max: u64,
) -> Result<Vec<CustomerRow>, DbError> {
    let rows = Rows::of(db, tenant);
    let words = search.words().iter().zip(4..);
    let all: String = words.clone().map(|(_, place)| format!(" AND found_by LIKE ${place} ESCAPE '!'")).collect();
    let sql =
        format!("SELECT {COLUMNS} FROM customer WHERE tenant = $1 AND customer > $2{all} ORDER BY customer LIMIT $3");
    let mut values: Vec<Value> = vec![signed(after.0).into(), signed(rows_max.clamp(1, ROWS_MAX)).into()];
    values.extend(words.map(|(word, _)| part(word)));
    let found = rows.all(TABLE, &sql, values).await?;
    with_contacts(&rows, &found).await
}

/// What changed of a customer, the newest first, `rows_max` and [`ROWS_MAX`] at most.
pub async fn changes(
    db: &Db,
    tenant: TenantId,
    customer: CustomerId,
    rows_max: u64,
) -> Result<Vec<ChangeRow>, DbError> {
    let sql = "SELECT at, who, call, field, old_value, new_value FROM customer_change \
               WHERE tenant = $1 AND customer = $2 ORDER BY change DESC LIMIT $3";
    let values = vec![signed(customer.0).into(), signed(rows_max.clamp(1, ROWS_MAX)).into()];
    let found = Rows::of(db, tenant).all(CHANGES, sql, values).await?;
    found.iter().map(change).collect()
}

/// The fields that the people of the first of these units see that has a layout, in its order.
pub async fn layout(db: &Db, tenant: TenantId, units: &[u32]) -> Result<Option<Vec<String>>, DbError> {
    let rows = Rows::of(db, tenant);
    for unit in units {
        let sql = "SELECT fields FROM customer_layout WHERE tenant = $1 AND unit = $2";
        if let Some(row) = rows.one(LAYOUTS, sql, vec![i64::from(*unit).into()]).await? {
            return row.json("fields").map(Some);
        }
    }
    Ok(None)
}

/// Sets the layout of a unit, with its entry in the log of audit; without fields it has none of its own.
pub async fn put_layout(db: &Db, tenant: TenantId, unit: u32, fields: &[String], entry: Entry) -> Result<(), DbError> {
    let rows = Rows::begin(db, tenant, LAYOUTS).await?;
    let unit: Value = i64::from(unit).into();
    if fields.is_empty() {
        let sql = "DELETE FROM customer_layout WHERE tenant = $1 AND unit = $2";
        rows.run(LAYOUTS, sql, vec![unit]).await?;
    } else {
        rows.put(LAYOUTS, vec![("unit", unit)], vec![("fields", json(&fields))]).await?;
    }
    rows.commit_logged(entry).await
}

impl Changing {
    /// Begins a change, and waits for one that is under way.
    pub async fn begin(db: &Db, tenant: TenantId) -> Result<Self, DbError> {
        Ok(Self { rows: Rows::begin(db, tenant, TABLE).await? })
    }

    /// Whose number this is, as this change has left it so far.
    pub async fn of_number(&self, number: &Number) -> Result<Option<CustomerRow>, DbError> {
        found(&self.rows, number).await
    }

    /// Whom this call has changed already, and who has this number, rightly or not: what corrects him again is about him,
    /// though the first correction found the number wrong.
    pub async fn of_call(&self, call: CallId, number: &Number) -> Result<Option<CustomerRow>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM customer WHERE tenant = $1 AND customer = (SELECT MIN(customer) FROM customer_contact \
             WHERE tenant = $1 AND number = $2 AND EXISTS (SELECT 1 FROM customer_change WHERE tenant = $1 \
             AND customer = customer_contact.customer AND call = $3))"
        );
        let values = vec![number.to_string().into(), call.to_string().into()];
        let found = self.rows.all(TABLE, &sql, values).await?;
        Ok(with_contacts(&self.rows, &found).await?.pop())
    }

    /// An id for a new customer.
    pub async fn next_id(&self) -> Result<CustomerId, DbError> {
        self.rows.next(TABLE).await.map(CustomerId)
    }

    /// Writes a customer, in place of what was known of him.
    pub async fn put(&self, row: &CustomerRow) -> Result<(), DbError> {
        let fields: BTreeMap<&str, &String> = row.fields.iter().map(|(field, value)| (field.as_str(), value)).collect();
        let columns = vec![
            ("name", row.name.as_ref().map(|name| text_of(name.as_str())).into()),
            ("class", row.class.as_ref().map(|class| class.as_str().to_owned()).into()),
            ("class_reason", row.class_reason.as_deref().map(text_of).into()),
            ("fields", json(&fields)),
            ("found_by", text(found_by(row))),
            ("made_at", when(row.made_at)),
            ("changed_at", when(row.changed_at)),
        ];
        self.rows.put(TABLE, vec![("customer", signed(row.customer.0).into())], columns).await?;
        for (contact, place) in row.contacts.iter().zip(0_i64..) {
            self.put_contact(row.customer, contact, place).await?;
        }
        Ok(())
    }

    /// Adds what changed to the customer's history.
    pub async fn tell(&self, customer: CustomerId, changes: &[ChangeRow]) -> Result<(), DbError> {
        let last = "SELECT COALESCE(MAX(change), 0) AS last FROM customer_change WHERE tenant = $1 AND customer = $2";
        let id: Value = signed(customer.0).into();
        let row = self.rows.one(CHANGES, last, vec![id.clone()]).await?;
        let last = row.map_or(Ok(0), |row| row.int("last"))?;
        for (change, number) in changes.iter().zip(last + 1..) {
            let key = vec![("customer", id.clone()), ("change", number.into())];
            let columns = vec![
                ("at", when(change.at)),
                ("who", text(&change.who)),
                ("call", change.call.map(|call| call.to_string()).into()),
                ("field", text(&change.field)),
                ("old_value", change.old.as_deref().map(text_of).into()),
                ("new_value", change.new.as_deref().map(text_of).into()),
            ];
            self.rows.put(CHANGES, key, columns).await?;
        }
        Ok(())
    }

    /// Makes it so with its entry in the log of audit: both are in the database afterwards, or neither is.
    pub async fn commit_logged(self, entry: Entry) -> Result<(), DbError> {
        self.rows.commit_logged(entry).await
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<(), DbError> {
        self.rows.commit().await
    }

    async fn put_contact(&self, customer: CustomerId, row: &ContactRow, place: i64) -> Result<(), DbError> {
        let key = vec![("customer", signed(customer.0).into()), ("number", row.contact.number.to_string().into())];
        let columns = vec![
            ("place", place.into()),
            ("name", row.contact.name.as_ref().map(|name| text_of(name.as_str())).into()),
            ("relation", row.relation.as_deref().map(text_of).into()),
            ("verdict", verdict_text(row.contact.verdict).into()),
        ];
        self.rows.put(CONTACTS, key, columns).await
    }
}

/// All that a customer is found by.
fn found_by(row: &CustomerRow) -> String {
    let names = row.contacts.iter().filter_map(|row| row.contact.name.as_ref());
    let names = row.name.iter().chain(names).map(|name| name.as_str().to_owned());
    let numbers = row.contacts.iter().map(|row| row.contact.number.to_string());
    let all: Vec<String> = names.chain(numbers).chain(row.fields.values().cloned()).collect();
    small(&all.join("\n"))
}

async fn found(rows: &Rows, number: &Number) -> Result<Option<CustomerRow>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM customer WHERE tenant = $1 AND customer = (SELECT customer FROM customer_contact \
         WHERE tenant = $1 AND number = $2 AND verdict = 'good' ORDER BY place, customer LIMIT 1)"
    );
    let found = rows.all(TABLE, &sql, vec![number.to_string().into()]).await?;
    Ok(with_contacts(rows, &found).await?.pop())
}

async fn with_contacts(rows: &Rows, found: &[Row]) -> Result<Vec<CustomerRow>, DbError> {
    let mut customers = found.iter().map(customer).collect::<Result<Vec<_>, _>>()?;
    if customers.is_empty() {
        return Ok(customers);
    }
    let sql = format!(
        "SELECT customer, number, name, relation, verdict FROM customer_contact WHERE tenant = $1 AND customer IN ({}) \
         ORDER BY customer, place",
        marks(1, customers.len())
    );
    let ids = customers.iter().map(|row| signed(row.customer.0).into()).collect();
    for row in rows.all(CONTACTS, &sql, ids).await? {
        let of = CustomerId(unsigned(row.int("customer")?));
        if let Some(customer) = customers.iter_mut().find(|customer| customer.customer == of) {
            customer.contacts.push(contact(&row)?);
        }
    }
    Ok(customers)
}

fn customer(row: &Row) -> Result<CustomerRow, DbError> {
    let fields: BTreeMap<String, String> = row.json("fields")?;
    let field = |(field, value): (String, String)| match Code::parse(&field) {
        Ok(code) => Ok((code, value)),
        Err(_) => Err(row.strange("fields", &field)),
    };
    Ok(CustomerRow {
        customer: CustomerId(unsigned(row.int("customer")?)),
        name: name(row)?,
        class: row
            .text_or_none("class")?
            .map(|class| Code::parse(&class).map_err(|_| row.strange("class", &class)))
            .transpose()?,
        class_reason: row.text_or_none("class_reason")?,
        fields: fields.into_iter().map(field).collect::<Result<_, _>>()?,
        contacts: Vec::new(),
        made_at: row.wall("made_at")?,
        changed_at: row.wall("changed_at")?,
    })
}

fn contact(row: &Row) -> Result<ContactRow, DbError> {
    let contact = Contact {
        number: number(row, "number")?,
        name: name(row)?,
        verdict: row.known("verdict", |text| match text {
            "good" => Some(Verdict::Good),
            "wrong" => Some(Verdict::Wrong),
            _ => None,
        })?,
    };
    Ok(ContactRow { contact, relation: row.text_or_none("relation")? })
}

const fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Wrong => "wrong",
    }
}

fn name(row: &Row) -> Result<Option<PersonName>, DbError> {
    let name = row.text_or_none("name")?;
    name.map(|name| PersonName::parse(&name).map_err(|_| row.strange("name", &name))).transpose()
}

pub(crate) fn number(row: &Row, column: &'static str) -> Result<Number, DbError> {
    row.known(column, |text| Number::try_from(text.to_owned()).ok())
}

pub(crate) fn call(row: &Row) -> Result<Option<CallId>, DbError> {
    let call = row.text_or_none("call")?;
    call.map(|call| call.parse().map_err(|_| row.strange("call", &call))).transpose()
}

fn change(row: &Row) -> Result<ChangeRow, DbError> {
    Ok(ChangeRow {
        at: row.wall("at")?,
        who: row.text("who")?,
        call: call(row)?,
        field: row.text("field")?,
        old: row.text_or_none("old_value")?,
        new: row.text_or_none("new_value")?,
    })
}

/// A text as PostgreSQL takes it, for a column that may be empty.
pub(crate) fn text_of(value: &str) -> String {
    value.replace('\0', "\u{fffd}")
}
