//! The door to lists of callers: entries are read from the database, changes go to the node, which has the last word.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bell_api::doors::{
    BlockedRow, BlockedView, Business, Doing, EntriesView, EntriesWanted, EntryAct, EntryView, EntryWanted, Field,
    Lists, Numbers, Refused, ServiceWanted,
};
use bell_api::time::rfc3339;
use bell_callers::{Change, Group, Which};
use bell_engine::{Command, Snapshot};
use bell_store::TenantId;
use bell_store::lists::{self, EntryRow, Filter};
use bell_types::{
    ActorName, EntryEnd, EntryId, EntrySource, EntryState, ListKind, ListName, Pattern, Service, Terms, Wall,
};

use super::act::command;
use super::database::Database;
use crate::control::Context;

/// How long what was changed may take to show in the database; later it is done, and not shown.
const SHOWN_WITHIN: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub(super) struct ListsDoor {
    context: Context,
    database: Database,
}

impl ListsDoor {
    pub(super) fn new(context: Context, database: Database) -> Self {
        Self { context, database }
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))
    }

    /// The number as the centre reads it, for a list that there is.
    fn pattern(&self, list: Option<&ListName>, number: &str) -> Result<Pattern, Refused> {
        let snapshot = self.snapshot()?;
        if list.is_some_and(|list| !snapshot.callers.lists.contains_key(list)) {
            return Err(Refused::NotThere);
        }
        Pattern::parse(number, &snapshot.plan).map_err(|_| Field::malformed("number").into())
    }

    async fn rows(&self, filter: &Filter, after: EntryId, limit: usize) -> Result<Vec<EntryRow>, Refused> {
        let rows = lists::page(self.database.get().await?, TenantId::FIRST, filter, after, limit as u64).await;
        rows.map_err(Refused::unavailable)
    }

    /// One that has not ended.
    async fn row(&self, list: ListName, entry: EntryId) -> Result<EntryRow, Refused> {
        let filter = Filter { list: Some(list), pattern: None, ended: false };
        let found = self.rows(&filter, EntryId(entry.0.saturating_sub(1)), 1).await?;
        found.into_iter().find(|row| row.entry.entry == entry).ok_or(Refused::NotThere)
    }

    async fn page(&self, wanted: EntriesWanted) -> Result<EntriesView, Refused> {
        let EntriesWanted { list, number, ended, after, limit, numbers, by } = wanted;
        if !self.snapshot()?.callers.lists.contains_key(&list) {
            return Err(Refused::NotThere);
        }
        let pattern = number.map(|number| self.pattern(Some(&list), &number)).transpose()?;
        let counts = lists::counts(self.database.get().await?, TenantId::FIRST).await.map_err(Refused::unavailable)?;
        let count = counts.into_iter().find(|count| count.list == list);
        let filter = Filter { list: Some(list), pattern, ended };
        let mut rows = self.rows(&filter, after, limit + 1).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| last.entry.entry.to_string());
        Ok(EntriesView {
            items: rows.iter().map(|row| view(row, numbers, &by)).collect(),
            next,
            masked: numbers == Numbers::Masked,
            active: count.as_ref().map_or(0, |count| count.active),
            proposed: count.as_ref().map_or(0, |count| count.proposed),
        })
    }

    async fn add(&self, wanted: EntryWanted, now: Wall) -> Result<Option<EntryView>, Refused> {
        let EntryWanted { list, number, term, reason, owner, service, by } = wanted;
        let pattern = self.pattern(Some(&list), &number)?;
        let actor = actor("by", &by)?;
        let owner = owner.map(|owner| self::actor("owner", &owner)).transpose()?;
        let terms = Terms {
            owner: owner.unwrap_or_else(|| actor.clone()),
            by: Some(actor.clone()),
            reason,
            source: EntrySource::Manual,
            service: of_service(service)?,
        };
        let groups = vec![Group { terms, entries: vec![(pattern.clone(), term)] }];
        self.change(actor, Change::Add { list: list.clone(), groups }).await?;
        let filter = Filter { list: Some(list), pattern: Some(pattern), ended: false };
        let deadline = Instant::now() + SHOWN_WITHIN;
        loop {
            let rows = self.rows(&filter, EntryId(0), 1).await?;
            // The clocks of the desk and of the node are the same one.
            if let Some(row) = rows.last().filter(|row| row.added_at >= now) {
                return Ok(Some(view(row, Numbers::Whole, &by)));
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn act(&self, list: ListName, entry: EntryId, act: EntryAct, by: String) -> Result<String, Refused> {
        let pattern = self.row(list.clone(), entry).await?.entry.pattern;
        let shown = number(&pattern, Numbers::Masked);
        let change = match act {
            EntryAct::Remove => Change::Remove { list, patterns: vec![pattern] },
            EntryAct::Approve => Change::Approve { list, which: Which::One(pattern) },
        };
        self.change(actor("by", &by)?, change).await?;
        Ok(shown)
    }

    async fn change(&self, by: ActorName, change: Change) -> Result<(), Refused> {
        command(&self.context, Command::Lists(by, Arc::new(change))).await
    }

    async fn blocked(&self, limit: usize, numbers: Numbers, by: String) -> Result<BlockedView, Refused> {
        let snapshot = self.snapshot()?;
        let deny = snapshot.callers.lists.iter().filter(|(_, list)| list.kind() == ListKind::Deny);
        let deny: Vec<ListName> = deny.map(|(name, _)| name.clone()).collect();
        let found = lists::blocked_customers(self.database.get().await?, TenantId::FIRST, &deny, limit as u64).await;
        let row = |found: lists::BlockedCustomer| BlockedRow {
            list: found.row.list.to_string(),
            entry: view(&found.row, numbers, &by),
            talked: found.talked,
            last_talk: rfc3339(found.last_talk),
            turned_away: found.turned_away,
        };
        let items = found.map_err(Refused::unavailable)?.into_iter().map(row).collect();
        Ok(BlockedView { items, masked: numbers == Numbers::Masked })
    }
}

impl Lists for ListsDoor {
    fn entries(&self, wanted: EntriesWanted) -> Doing<'_, EntriesView> {
        Box::pin(self.page(wanted))
    }

    fn add_entry(&self, wanted: EntryWanted, now: Wall) -> Doing<'_, Option<EntryView>> {
        Box::pin(self.add(wanted, now))
    }

    fn act_on_entry(&self, list: ListName, entry: EntryId, act: EntryAct, by: String) -> Doing<'_, String> {
        Box::pin(self.act(list, entry, act, by))
    }

    fn blocked_customers(&self, limit: usize, numbers: Numbers, by: String) -> Doing<'_, BlockedView> {
        Box::pin(self.blocked(limit, numbers, by))
    }
}

fn actor(field: &'static str, name: &str) -> Result<ActorName, Refused> {
    ActorName::new(name).map_err(|_| Field::malformed(field).into())
}

fn of_service(wanted: ServiceWanted) -> Result<Service, Refused> {
    fn named<T>(field: &'static str, read: Option<Result<T, impl Sized>>) -> Result<Option<T>, Refused> {
        read.transpose().map_err(|_| Field::malformed(field).into())
    }
    let ServiceWanted { queue, greeting, agent, priority } = wanted;
    Ok(Service {
        queue: named("queue", queue.map(|name| bell_types::QueueName::new(&name)))?,
        greeting: named("greeting", greeting.map(|name| bell_types::PromptName::new(&name)))?,
        agent: named("agent", agent.map(|name| bell_types::AgentName::new(&name)))?,
        priority,
    })
}

fn number(pattern: &Pattern, numbers: Numbers) -> String {
    match (pattern, numbers) {
        (Pattern::Number(number), Numbers::Masked) => number.masked().to_string(),
        (Pattern::Number(_) | Pattern::Prefix(_), _) => pattern.to_string(),
    }
}

fn view(row: &EntryRow, numbers: Numbers, asker: &str) -> EntryView {
    let state = match (&row.ended, row.entry.state) {
        (Some(ended), _) => match ended.how {
            EntryEnd::Expired => "expired",
            EntryEnd::Removed => "removed",
            EntryEnd::Undone => "undone",
            EntryEnd::Replaced => "replaced",
        },
        (None, EntryState::Proposed) => "proposed",
        (None, EntryState::Active) => "active",
    };
    let (source, calls) = match &row.terms.source {
        EntrySource::Manual => ("manual", Vec::new()),
        EntrySource::Import(_) => ("import", Vec::new()),
        EntrySource::Auto(calls) => ("auto", calls.iter().map(ToString::to_string).collect()),
    };
    let by = row.terms.by.as_ref().map(ToString::to_string);
    EntryView {
        entry: row.entry.entry.to_string(),
        number: number(&row.entry.pattern, numbers),
        state,
        until: row.entry.until.map(rfc3339),
        reason: row.terms.reason.clone(),
        mine: by.as_deref() == Some(asker) || row.terms.owner.as_str() == asker,
        owner: row.terms.owner.to_string(),
        by,
        source,
        calls,
        added_at: rfc3339(row.added_at),
        approved_by: row.approved.as_ref().map(|(by, _)| by.to_string()),
        approved_at: row.approved.as_ref().map(|(_, at)| rfc3339(*at)),
        ended_by: row.ended.as_ref().and_then(|ended| ended.by.as_ref()).map(ToString::to_string),
        ended_at: row.ended.as_ref().map(|ended| rfc3339(ended.at)),
    }
}

/// A refusal of the lists in the words of the desk.
pub(super) fn refusal(refused: bell_callers::Refused) -> Refused {
    use bell_callers::Refused as No;
    let (code, zh, en) = match refused {
        No::NotLoaded => {
            ("lists_not_loaded", "名单尚未载入，请稍后再试", "the lists are not loaded yet: try again in a moment")
        }
        No::ListUnknown => return Refused::NotThere,
        No::NotListed => {
            ("not_listed", "号码不在此名单中，请刷新", "the number does not stand on this list: look again")
        }
        No::Listed => ("listed", "号码已在此名单中", "the number stands on this list already"),
        No::NothingProposed => {
            ("nothing_proposed", "没有等待您审批的条目", "nothing on this list waits for your approval")
        }
        No::SamePerson => (
            "same_person",
            "须由另一人审批：提交人和负责人不能审批",
            "a second person must approve it: not who proposed it or owns it",
        ),
        No::Full => ("lists_full", "名单已满：请先移除不再需要的条目", "the lists are full: remove what is not needed"),
        No::TooMany => {
            ("too_many_entries", "一次提交的条目过多，请分批提交", "too many entries at one time: split them")
        }
        No::ReasonTooLong => return Field { field: "reason", problem: "too_long" }.into(),
        No::ReasonMissing => return Refused::ReasonNeeded,
        No::TermOver => return Field::malformed("until").into(),
    };
    Business { code, detail: en.to_owned(), detail_zh: zh.to_owned() }.into()
}
