//! The door to customers: what calls, lists, numbering data and agents say about a number, put together.

use std::collections::{BTreeMap, BTreeSet};

use bell_access::UnitId;
use bell_access::audit::{Detail, Entry, Outcome, Who};
use bell_api::doors::{
    Accounts, ContactView, CrmView, CustomerChangeView, CustomerView, CustomerWanted, Customers, Doing, Field,
    FoundPage, FoundView, LackingPart, Parties, PastView, Refused, RegionView, SignedIn, Via, Visible, WordsView,
};
use bell_api::time::rfc3339;
use bell_call::{CallRecord, StageKind};
use bell_callers::Regions;
use bell_customer::{Change, Code, Contact, Correction, Owner, Reason, Script, Search, Source, Verdict, What};
use bell_engine::CustomerPolicy;
use bell_store::calls::{self, Filter};
use bell_store::customers::{self, ChangeRow, Changing, ContactRow, CustomerId, CustomerRow};
use bell_store::tickets::{self, TicketsWanted};
use bell_store::{TenantId, lists, scripts};
use bell_types::{AgentName, CallId, LegRole, Number, QueueName, Wall};

use super::aids::ticket_view;
use super::board;
use super::crm::Told;
use super::records::{RecordsDoor, row};
use super::written::Summaries;
use crate::clock::wall;

const TENANT: TenantId = TenantId::FIRST;
/// How many of his calls are shown with a customer, and how many of his tickets.
const HISTORY_MAX: u64 = 20;
/// How many changes of him are shown.
const CHANGES_MAX: u64 = 200;
/// How many customers are looked at for a page that shows some of them only.
const LOOKED_AT_MAX: u64 = 200;
/// What is shown of a customer where nobody has chosen; his own fields follow.
const LAYOUT: [&str; 4] = ["number", "region", "carrier", "contacts"];
/// The classes that the product knows: who is known, who is not, and the two that have a greeting.
const NORMAL: &str = "normal";
const NEW: &str = "new";
const VIP: &str = "vip";
const COMPLAINT: &str = "complaint";

/// What a running call says about who is called with.
struct Running {
    queue: Option<QueueName>,
    transferred: bool,
}

impl RecordsDoor {
    /// What holds for customers.
    pub(super) fn customer_policy(&self) -> Result<CustomerPolicy, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        let snapshot = snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))?;
        Ok(snapshot.policies.of_customers())
    }

    /// Tells the log what somebody did.
    pub(super) async fn tell(
        &self,
        who: &SignedIn,
        action: &str,
        object: String,
        details: Vec<(String, Detail)>,
    ) -> Result<(), Refused> {
        Accounts::log(&self.context.accounts, Some(who), entry(who, action, object, details)).await
    }

    /// Who is called with in a call that there is: who called, or whom we called. None: he withheld his number.
    pub(super) async fn party(&self, call: CallId) -> Result<Option<Number>, Refused> {
        let running = self
            .context
            .windows
            .live()
            .calls()
            .find(|record| record.call == call)
            .map(|record| record.caller.number.clone());
        if let Some(party) = running {
            return Ok(party);
        }
        let stored = calls::find(self.db().await?, TENANT, call).await.map_err(Refused::unavailable)?;
        // Not to know who was in it is not the same as a number that was withheld.
        let row = stored.ok_or_else(|| Refused::unavailable("the call has just ended and is not stored yet"))?.row;
        Ok(row.customer().cloned())
    }

    async fn customer_view(&self, who: &SignedIn, number: &Number, open: &Visible) -> Result<CustomerView, Refused> {
        let (db, now) = (self.db().await?, wall());
        let (told, known) = tokio::join!(self.told_by_crm(number), customers::of_number(db, TENANT, number));
        let (told, known) = (told?, known.map_err(Refused::unavailable)?);
        let wrong = known.is_none() && customers::is_wrong(db, TENANT, number).await.map_err(Refused::unavailable)?;
        let filter = Filter { number: Some(number.clone()), ..Filter::ALL };
        let (past, _) =
            calls::list_whole(db, TENANT, &filter, None, HISTORY_MAX).await.map_err(Refused::unavailable)?;
        let written = Summaries::of(db, &past, None).await?;
        let history = past.iter().map(|call| past_view(call, &written, open)).collect::<Result<Vec<_>, _>>()?;
        let wanted = TicketsWanted { number: Some(number.clone()), ..TicketsWanted::default() };
        let tickets = tickets::list(db, TENANT, &wanted, None, HISTORY_MAX).await.map_err(Refused::unavailable)?;
        let permille = self.customer_policy()?.promise_near_permille;
        let entries = lists::about(db, TENANT, number, now).await.map_err(Refused::unavailable)?;
        let is_new = known.is_none() && history.is_empty();
        let (class, class_reason) = self.class(known.as_ref(), &entries, is_new);
        let greeting = self.greeting(who, number, &class).await?;
        let lists: BTreeSet<String> = entries.iter().map(|row| row.list.to_string()).collect();
        let (region, carrier) = origin(number);
        let fields = fields_of(known.as_ref(), &told);
        let layout = self.layout_of(who.unit, &fields).await?;
        let view = |of: &ContactRow| ContactView {
            name: of.contact.name.as_ref().map_or_else(String::new, |name| name.as_str().to_owned()),
            number: of.contact.number.to_string(),
            relation: of.relation.clone(),
            wrong: of.contact.verdict == Verdict::Wrong,
        };
        let contacts = known.iter().flat_map(|known| &known.contacts);
        let name = known.as_ref().and_then(|known| known.name.as_ref()).or(told.name.as_ref());
        Ok(CustomerView {
            number: number.to_string(),
            region,
            carrier,
            class,
            class_reason,
            greeting_for: greeting.as_ref().map(|(reason, _)| reason_code(*reason)),
            greeting: greeting.map(|(_, said)| said),
            lists: lists.into_iter().collect(),
            name: name.map(|name| name.as_str().to_owned()),
            wrong,
            contacts: contacts.clone().filter(|of| of.contact.number != *number).map(view).collect(),
            fields,
            layout,
            history,
            tickets: tickets.iter().map(|row| ticket_view(row, Vec::new(), now, permille)).collect(),
            crm: CrmView { state: told.state, fields: told.own },
        })
    }

    /// The class that somebody put him into, or that of the first list that gives one.
    fn class(
        &self,
        known: Option<&CustomerRow>,
        entries: &[lists::EntryRow],
        is_new: bool,
    ) -> (String, Option<String>) {
        if let Some(class) = known.and_then(|known| known.class.as_ref()) {
            return (class.to_string(), known.and_then(|known| known.class_reason.clone()));
        }
        let snapshot = self.context.windows.state().snapshot.clone();
        let by_list = entries.iter().find_map(|row| {
            let class = snapshot.as_ref()?.callers.lists.get(&row.list)?.class.as_ref()?;
            Some((class.to_string(), Some(row.terms.reason.clone())))
        });
        by_list.unwrap_or_else(|| (if is_new { NEW } else { NORMAL }.to_owned(), None))
    }

    /// What the agent says first, and why (AGT-09).
    async fn greeting(
        &self,
        who: &SignedIn,
        number: &Number,
        class: &str,
    ) -> Result<Option<(Reason, WordsView)>, Refused> {
        let running = self.running(who.agent.as_ref(), number);
        let queue = running.as_ref().and_then(|running| running.queue.as_ref());
        let lines = scripts::of_queue(self.db().await?, TENANT, queue).await.map_err(Refused::unavailable)?;
        let class_code = Code::parse(class).ok();
        let mut script = Script::default();
        for lines in lines {
            // What greets those who matter most greets nobody of another class that has no greeting of its own.
            let is_others =
                lines.place.phase == bell_customer::Phase::Vip && lines.place.class.is_none() && class != VIP;
            if !is_others {
                script.set(lines.place.phase, lines.place.class, lines.said);
            }
        }
        let transferred = running.is_some_and(|running| running.transferred);
        let reasons = [
            (class == COMPLAINT).then_some(Reason::Complaint),
            transferred.then_some(Reason::Transferred),
            (class != COMPLAINT).then_some(Reason::Vip),
        ];
        let reasons: Vec<Reason> = reasons.into_iter().flatten().collect();
        let greetings = script.greetings();
        let greeting = greetings.greet(class_code.as_ref(), &reasons);
        Ok(greeting.map(|(reason, said)| (reason, WordsView { zh: said.zh.clone(), en: said.en.clone() })))
    }

    /// The running call that this agent has with the number, or that anybody has.
    fn running(&self, agent: Option<&AgentName>, number: &Number) -> Option<Running> {
        let live = self.context.windows.live();
        let with: Vec<&CallRecord> =
            live.calls().filter(|record| record.caller.number.as_ref() == Some(number)).collect();
        let is_his = |record: &&&CallRecord| {
            agent.is_some_and(|agent| board::call(record, &live).agents.iter().any(|name| name == agent.as_str()))
        };
        let record = with.iter().find(is_his).or(with.first())?;
        Some(Running { queue: record.queue().cloned(), transferred: is_transferred(record, agent) })
    }

    /// What the system of customers says of who has this number.
    async fn told_by_crm(&self, number: &Number) -> Result<Told, Refused> {
        let within = self.customer_policy()?.crm_timeout;
        let outside = self.snapshot()?.outside.clone();
        Ok(self.crm.ask(&outside, number, within).await)
    }

    async fn layout_of(&self, unit: UnitId, fields: &BTreeMap<String, String>) -> Result<Vec<String>, Refused> {
        let units: Vec<u32> = self.context.accounts.units_above(unit).await?.into_iter().map(|unit| unit.0).collect();
        let chosen = customers::layout(self.db().await?, TENANT, &units).await.map_err(Refused::unavailable)?;
        let usual = || LAYOUT.into_iter().map(str::to_owned).chain(fields.keys().cloned()).collect();
        Ok(chosen.unwrap_or_else(usual))
    }

    async fn put_customer(
        &self,
        who: &SignedIn,
        number: &Number,
        wanted: CustomerWanted,
        visible: &Visible,
    ) -> Result<(), Refused> {
        let now = wall();
        if let Some(call) = wanted.call
            && self.party_seen(call, visible).await?.is_some_and(|party| party != *number)
        {
            return Err(Field::unknown("call").into());
        }
        let crm = self.snapshot()?.outside.crm.clone();
        if wanted.fields.keys().any(|field| crm.as_ref().is_some_and(|crm| crm.fields.contains_key(field))) {
            return Err(Field { field: "fields", problem: "elsewhere" }.into());
        }
        let change = Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)?;
        let mut customer = customer_in(&change, number, now).await?;
        let call = wanted.call;
        let told = changed(&mut customer, wanted);
        if customer.fields.len() > FIELDS_MAX {
            return Err(Field { field: "fields", problem: "too_many" }.into());
        }
        if told.is_empty() {
            return Ok(());
        }
        let fields: Vec<&str> = told.iter().map(|(field, _, _)| field.as_str()).collect();
        let fields = fields.join(", ");
        let row = |(field, old, new)| ChangeRow { at: now, who: who.name.clone(), call, field, old, new };
        let told: Vec<ChangeRow> = told.into_iter().map(row).collect();
        let entry = changes_of(who, number, vec![("fields".to_owned(), Detail::Plain(fields))]);
        write(change, &CustomerRow { changed_at: now, ..customer }, &told, entry).await
    }

    /// Makes a correction that was learned in a call (AGT-06). Twice is as good as once.
    pub(super) async fn correct_owner(
        &self,
        who: &SignedIn,
        call: CallId,
        correction: Correction,
    ) -> Result<(), Refused> {
        let number = self.party(call).await?.ok_or_else(|| owner_is("unknown"))?;
        let now = wall();
        let change = Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)?;
        let corrected = change.of_call(call, &number).await.map_err(Refused::unavailable)?;
        let mut customer = match corrected {
            Some(corrected) => corrected,
            None => customer_in(&change, &number, now).await?,
        };
        let contacts_max = self.customer_policy()?.contacts_max;
        let contacts = customer.contacts.iter().map(|row| row.contact.clone()).collect();
        let mut owner = Owner::new(customer.name.clone(), contacts, contacts_max);
        // The history names the account; the core wants an agent, whom a supervisor is not.
        let by = who.agent.clone().or_else(|| AgentName::new("supervisor").ok()).ok_or(Refused::NotThere)?;
        let source = Source { by, at: now, call: Some(call) };
        let changes = owner.correct(&number, &source, correction).map_err(not_corrected)?;
        if changes.is_empty() {
            return Ok(());
        }
        customer.name = owner.name().cloned();
        customer.contacts = owner.contacts().iter().map(|contact| with_relation(contact, &customer.contacts)).collect();
        let told = changes.iter().map(|Change { what, .. }| {
            let (field, old, new) = what_changed(what);
            ChangeRow { at: now, who: who.name.clone(), call: Some(call), field: field.to_owned(), old, new }
        });
        let told: Vec<ChangeRow> = told.collect();
        let fields: Vec<&str> = told.iter().map(|row| row.field.as_str()).collect();
        let details = vec![
            ("call".to_owned(), Detail::Plain(call.to_string())),
            ("fields".to_owned(), Detail::Plain(fields.join(", "))),
        ];
        let entry = changes_of(who, &number, details);
        write(change, &CustomerRow { changed_at: now, ..customer }, &told, entry).await
    }

    async fn found(
        &self,
        who: &SignedIn,
        search: Search,
        visible: &Visible,
        (after, limit): (Option<String>, usize),
    ) -> Result<FoundPage, Refused> {
        let after = after.map(|after| after.parse().map_err(|_| Field::malformed("cursor"))).transpose()?;
        let words = search.words().join(" ");
        self.tell(who, "customer.search", "customers".to_owned(), vec![("q".to_owned(), Detail::Words(words))]).await?;
        let looked_at =
            customers::search(self.db().await?, TENANT, &search, CustomerId(after.unwrap_or(0)), LOOKED_AT_MAX);
        let looked_at = looked_at.await.map_err(Refused::unavailable)?;
        let mut more = looked_at.len() as u64 == LOOKED_AT_MAX;
        let (mut items, mut last) = (Vec::new(), None);
        for customer in looked_at {
            if items.len() == limit {
                more = true;
                break;
            }
            last = Some(customer.customer);
            if let Some(found) = self.found_view(&customer, visible).await? {
                items.push(found);
            }
        }
        Ok(FoundPage { items, next: last.filter(|_| more).map(|last| last.0.to_string()) })
    }

    /// A customer of a list, by the first right number of his that may be seen; none if there is none.
    async fn found_view(&self, customer: &CustomerRow, visible: &Visible) -> Result<Option<FoundView>, Refused> {
        for ContactRow { contact, .. } in &customer.contacts {
            if contact.verdict == Verdict::Good && self.may_see(&contact.number, visible).await? {
                return Ok(Some(FoundView {
                    number: contact.number.to_string(),
                    name: customer.name.as_ref().map(|name| name.as_str().to_owned()),
                    class: customer.class.as_ref().map(ToString::to_string),
                }));
            }
        }
        Ok(None)
    }
}

impl Customers for RecordsDoor {
    fn number(&self, text: &str) -> Option<Number> {
        let snapshot = self.context.windows.state().snapshot.clone()?;
        Number::parse(text, &snapshot.plan).ok()
    }

    fn looks<'a>(&'a self, who: &'a SignedIn, number: &'a Number, visible: &'a Visible) -> Doing<'a, bool> {
        Box::pin(self.looks(who, number, visible))
    }

    fn customer<'a>(&'a self, who: &'a SignedIn, number: &'a Number, open: &'a Visible) -> Doing<'a, CustomerView> {
        Box::pin(self.customer_view(who, number, open))
    }

    fn put<'a>(
        &'a self,
        who: &'a SignedIn,
        number: &'a Number,
        wanted: CustomerWanted,
        visible: &'a Visible,
    ) -> Doing<'a, ()> {
        Box::pin(self.put_customer(who, number, wanted, visible))
    }

    fn changes<'a>(&'a self, number: &'a Number) -> Doing<'a, Vec<CustomerChangeView>> {
        Box::pin(async move {
            let db = self.db().await?;
            let known = customers::of_number(db, TENANT, number).await.map_err(Refused::unavailable)?;
            let Some(known) = known else { return Ok(Vec::new()) };
            let changes = customers::changes(db, TENANT, known.customer, CHANGES_MAX).await;
            Ok(changes.map_err(Refused::unavailable)?.into_iter().map(change_view).collect())
        })
    }

    fn search<'a>(
        &'a self,
        who: &'a SignedIn,
        search: Search,
        visible: &'a Visible,
        page: (Option<String>, usize),
    ) -> Doing<'a, FoundPage> {
        Box::pin(self.found(who, search, visible, page))
    }

    fn layout<'a>(&'a self, unit: UnitId) -> Doing<'a, Vec<String>> {
        Box::pin(async move {
            if self.context.accounts.units_above(unit).await?.is_empty() {
                return Err(Refused::NotThere);
            }
            self.layout_of(unit, &BTreeMap::new()).await
        })
    }

    fn put_layout<'a>(&'a self, who: &'a SignedIn, unit: UnitId, fields: Vec<String>) -> Doing<'a, ()> {
        Box::pin(async move {
            if self.context.accounts.units_above(unit).await?.is_empty() {
                return Err(Refused::NotThere);
            }
            let details = vec![("fields".to_owned(), Detail::Plain(fields.join(", ")))];
            let entry = entry(who, "customer.layout", format!("unit {unit}"), details);
            let put = customers::put_layout(self.db().await?, TENANT, unit.0, &fields, entry).await;
            put.map_err(Refused::unavailable)
        })
    }
}

/// The most fields that are kept of a customer.
const FIELDS_MAX: usize = 50;

/// What is known of a customer, here and there; where both know, there it is kept.
fn fields_of(known: Option<&CustomerRow>, told: &Told) -> BTreeMap<String, String> {
    let here = known.iter().flat_map(|known| &known.fields).map(|(field, value)| (field.to_string(), value.clone()));
    let there = told.fields.iter().map(|(field, value)| (field.clone(), value.clone()));
    here.chain(there).collect()
}

/// A customer in a change: who has this number, or somebody new whose it is.
async fn customer_in(change: &Changing, number: &Number, now: Wall) -> Result<CustomerRow, Refused> {
    if let Some(known) = change.of_number(number).await.map_err(Refused::unavailable)? {
        return Ok(known);
    }
    let contact = Contact { number: number.clone(), name: None, verdict: Verdict::Good };
    Ok(CustomerRow {
        customer: change.next_id().await.map_err(Refused::unavailable)?,
        name: None,
        class: None,
        class_reason: None,
        fields: BTreeMap::new(),
        contacts: vec![ContactRow { contact, relation: None }],
        made_at: now,
        changed_at: now,
    })
}

/// Writes him, what changed of him, and the entry in the log: all of it, or nothing.
async fn write(change: Changing, customer: &CustomerRow, told: &[ChangeRow], entry: Entry) -> Result<(), Refused> {
    change.put(customer).await.map_err(Refused::unavailable)?;
    change.tell(customer.customer, told).await.map_err(Refused::unavailable)?;
    change.commit_logged(entry).await.map_err(Refused::unavailable)
}

/// What somebody did, as the log has it.
pub(super) fn entry(who: &SignedIn, action: &str, object: String, details: Vec<(String, Detail)>) -> Entry {
    let by = match who.via {
        Via::Login(_) => Who::User(who.actor.user(), who.name.clone()),
        Via::Token(_) => Who::Token(who.actor.user(), who.name.clone()),
    };
    let (address, action) = (Some(who.address), action.to_owned());
    Entry { at: wall(), who: by, address, action, object, outcome: Outcome::Done, details }
}

fn changes_of(who: &SignedIn, number: &Number, details: Vec<(String, Detail)>) -> Entry {
    entry(who, "customer.write", format!("customer {}", number.masked()), details)
}

/// Changes what is another value, and says what: field, before, since then.
fn changed(customer: &mut CustomerRow, wanted: CustomerWanted) -> Vec<(String, Option<String>, Option<String>)> {
    let mut told = Vec::new();
    if let Some(name) = wanted.name {
        let (old, new) = (customer.name.clone(), name.clone());
        if old != new {
            let text = |name: bell_customer::PersonName| name.as_str().to_owned();
            told.push(("name".to_owned(), old.map(text), new.map(text)));
            customer.name = name;
        }
    }
    if let Some((class, reason)) = wanted.class {
        if class != customer.class {
            let text = |class: &Option<Code>| class.as_ref().map(ToString::to_string);
            told.push(("class".to_owned(), text(&customer.class), text(&class)));
        }
        if reason != customer.class_reason {
            told.push(("class_reason".to_owned(), customer.class_reason.clone(), reason.clone()));
        }
        (customer.class, customer.class_reason) = (class, reason);
    }
    for (field, value) in wanted.fields {
        let old = match &value {
            Some(value) => customer.fields.insert(field.clone(), value.clone()),
            None => customer.fields.remove(&field),
        };
        if old != value {
            told.push((field.to_string(), old, value));
        }
    }
    told
}

fn with_relation(contact: &Contact, before: &[ContactRow]) -> ContactRow {
    let known = before.iter().find(|row| row.contact.number == contact.number);
    ContactRow { contact: contact.clone(), relation: known.and_then(|row| row.relation.clone()) }
}

/// A change of the core as the history has it.
fn what_changed(what: &What) -> (&'static str, Option<String>, Option<String>) {
    let named = |number: &Number, name: Option<&bell_customer::PersonName>| match name {
        Some(name) => format!("{} {number}", name.as_str()),
        None => number.to_string(),
    };
    let stands = |number: &Number, verdict: &Verdict| match verdict {
        Verdict::Good => format!("{number} good"),
        Verdict::Wrong => format!("{number} wrong"),
    };
    match what {
        What::Name { old, new } => {
            ("name", old.as_ref().map(|name| name.as_str().to_owned()), Some(new.as_str().to_owned()))
        }
        What::Added(contact) => ("contacts", None, Some(named(&contact.number, contact.name.as_ref()))),
        What::ContactName { number, old, new } => {
            ("contacts", Some(named(number, old.as_ref())), Some(named(number, Some(new))))
        }
        What::Judged { number, old, new } => ("number", Some(stands(number, old)), Some(stands(number, new))),
    }
}

fn not_corrected(refused: bell_customer::Refused) -> Refused {
    match refused {
        bell_customer::Refused::NotHis => owner_is("unknown"),
        bell_customer::Refused::SameNumber => owner_is("taken"),
        bell_customer::Refused::TooMany(_) => owner_is("too_many"),
    }
}

/// A summary is refused for what it says of the other side.
fn owner_is(problem: &'static str) -> Refused {
    Refused::SummaryIncomplete(vec![LackingPart { field: "owner".to_owned(), problem }])
}

fn change_view(row: ChangeRow) -> CustomerChangeView {
    CustomerChangeView {
        at: rfc3339(row.at),
        by: row.who,
        call: row.call.map(|call| call.to_string()),
        field: row.field,
        old: row.old,
        new: row.new,
    }
}

fn past_view(stored: &calls::StoredCall, written: &Summaries, open: &Visible) -> Result<PastView, Refused> {
    let call = row(stored, written)?;
    let may_open = open.lets(&Parties { agents: call.agents, talked: Vec::new(), queue: call.queue.clone() });
    let note = written.of_call(stored.row.call).last.map(|last| last.note.clone());
    Ok(PastView {
        call: call.call,
        at: call.started,
        direction: call.direction,
        agent: call.agent,
        queue: call.queue,
        outcome: call.outcome,
        disposition: call.disposition.filter(|path| !path.is_empty()),
        disposition_zh: call.disposition_zh.filter(|said| !said.is_empty()),
        disposition_en: call.disposition_en.filter(|said| !said.is_empty()),
        note: note.filter(|note| !note.is_empty()),
        may_open,
    })
}

const fn reason_code(reason: Reason) -> &'static str {
    match reason {
        Reason::Complaint => COMPLAINT,
        Reason::Transferred => "transferred",
        Reason::Vip => VIP,
    }
}

fn origin(number: &Number) -> (Option<RegionView>, Option<String>) {
    match Regions::shipped().locate(number) {
        Ok((place, carrier)) => {
            let region = RegionView { province: place.province.to_owned(), city: place.city.to_owned() };
            (Some(region), carrier.map(str::to_owned))
        }
        Err(_) => (None, None),
    }
}

/// Whether somebody else has talked with the caller before this agent, or his call is being handed on.
fn is_transferred(record: &CallRecord, agent: Option<&AgentName>) -> bool {
    let handed_on = record.stages.iter().any(|stage| matches!(stage.kind, StageKind::Transfer));
    let others = record.legs.iter().filter(|leg| leg.answered.is_some()).any(|leg| match &leg.role {
        LegRole::Agent { agent: other, .. } => Some(other) != agent,
        LegRole::Caller | LegRole::External { .. } | LegRole::Supervisor { .. } => false,
    });
    handed_on || others
}
