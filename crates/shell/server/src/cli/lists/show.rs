//! Looking at lists.

use std::path::PathBuf;

use bell_callers::{Config, Regions};
use bell_store::lists::{self, EntryRow, Filter};
use bell_store::{Db, TenantId};
use bell_types::{EntryEnd, EntryId, EntrySource, EntryState, ListKind, ListName, Number, Origin, Pattern, Region};
use clap::Args;
use serde_json::json;

use super::{Outcome, pattern, snapshot};
use crate::cli::calls::block_on;
use crate::dirs::Dirs;
use crate::serve::db_config;
use crate::sheet;

/// How many entries an export holds: more than a sheet of Excel takes.
const EXPORT_MAX: usize = 1_000_000;

/// Print the entries of a list.
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The list.
    #[arg(required_unless_present = "number")]
    list: Option<ListName>,
    /// Only this number; without a list, on all of them.
    #[arg(long)]
    number: Option<String>,
    /// Also entries that have ended.
    #[arg(long)]
    ended: bool,
    /// Go on behind this entry.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// How many.
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

/// Write the entries of a list into a file.
#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// The list.
    list: ListName,
    /// The file: .xlsx or .csv.
    file: PathBuf,
    /// Also entries that have ended.
    #[arg(long)]
    ended: bool,
}

/// Print customers who are turned away.
#[derive(Debug, Args)]
pub(in crate::cli) struct Blocked {
    /// How many.
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

/// The lists there are.
pub(super) fn list(dirs: &Dirs, as_json: bool) -> Outcome {
    let Config { lists, .. } = snapshot(dirs)?.callers;
    let counts = block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        Ok(lists::counts(&db, TenantId::FIRST).await?)
    })?;
    let count_of = |name: &ListName| {
        let count = counts.iter().find(|count| count.list == *name);
        count.map_or((0, 0), |count| (count.active, count.proposed))
    };
    if as_json {
        let configured = lists.iter().map(|(name, list)| (name, Some(list.kind())));
        let gone = counts.iter().map(|count| &count.list).filter(|name| !lists.contains_key(*name));
        let shown = configured.chain(gone.map(|name| (name, None))).map(|(name, kind)| {
            let (active, proposed) = count_of(name);
            json!({ "list": name, "kind": kind, "active": active, "proposed": proposed })
        });
        println!("{:#}", serde_json::Value::Array(shown.collect()));
        return Ok(());
    }
    for (name, list) in &lists {
        let (active, proposed) = count_of(name);
        let kind = kind(list.kind());
        println!("{name:<20} {kind:<8} {active:>9} active {proposed:>7} waiting for approval");
    }
    for count in counts.iter().filter(|count| !lists.contains_key(&count.list)) {
        println!("{:<20} not configured any more: {} entries do nothing", count.list, count.active + count.proposed);
    }
    if lists.is_empty() {
        println!("no list is configured: see [list.NAME] in docs/configuration.md");
    }
    Ok(())
}

impl Show {
    pub(super) fn run(self, dirs: &Dirs, as_json: bool) -> Outcome {
        let pattern = self.number.as_deref().map(|number| pattern(dirs, number)).transpose()?;
        let filter = Filter { list: self.list, pattern, ended: self.ended };
        let rows = block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            Ok(lists::page(&db, TenantId::FIRST, &filter, EntryId(self.after), self.limit).await?)
        })?;
        if as_json {
            println!("{:#}", serde_json::Value::Array(rows.iter().map(entry_json).collect()));
            return Ok(());
        }
        rows.iter().for_each(print);
        match rows.last() {
            Some(last) if rows.len() as u64 == self.limit => println!("more: --after {}", last.entry.entry),
            Some(_) => {}
            None => println!("no such entry"),
        }
        Ok(())
    }
}

impl Export {
    pub(super) fn run(self, dirs: &Dirs, as_json: bool) -> Outcome {
        let filter = Filter { list: Some(self.list), pattern: None, ended: self.ended };
        let mut rows = vec![TITLES.map(str::to_owned).to_vec()];
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            let mut after = EntryId(0);
            loop {
                let page = lists::page(&db, TenantId::FIRST, &filter, after, lists::ROWS_MAX).await?;
                let Some(last) = page.last() else { return Ok(()) };
                after = last.entry.entry;
                rows.extend(page.iter().map(cells));
                if rows.len() > EXPORT_MAX {
                    return Err(format!("more than {EXPORT_MAX} entries do not fit into one sheet").into());
                }
            }
        })?;
        sheet::write(&self.file, &rows)?;
        let count = rows.len() - 1;
        if as_json {
            println!("{:#}", json!({ "entries": count, "file": self.file }));
        } else {
            println!("{count} entries are in {}", self.file.display());
        }
        Ok(())
    }
}

const TITLES: [&str; 10] = ["编号", "号码", "状态", "开始", "结束", "原因", "负责人", "来源", "批准人", "证据"];

fn cells(row: &EntryRow) -> Vec<String> {
    let approved = row.approved.as_ref().map(|(by, _)| by.to_string()).unwrap_or_default();
    let evidence = match &row.terms.source {
        EntrySource::Auto(calls) => calls.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        EntrySource::Manual | EntrySource::Import(_) => String::new(),
    };
    let end = row.ended.as_ref().map(|ended| ended.at).or(row.entry.until);
    vec![
        row.entry.entry.to_string(),
        row.entry.pattern.to_string(),
        state(row).to_owned(),
        row.added_at.to_string(),
        end.map(|at| at.to_string()).unwrap_or_default(),
        row.terms.reason.clone(),
        row.terms.owner.to_string(),
        source(row),
        approved,
        evidence,
    ]
}

fn entry_json(row: &EntryRow) -> serde_json::Value {
    json!({
        "entry": row.entry.entry, "list": row.list, "number": row.entry.pattern, "state": state(row),
        "owner": row.terms.owner, "by": row.terms.by, "reason": row.terms.reason, "source": row.terms.source,
        "service": row.terms.service, "added_at": row.added_at.to_string(),
        "until": row.entry.until.map(|until| until.to_string()),
        "approved_by": row.approved.as_ref().map(|(by, _)| by),
        "ended_by": row.ended.as_ref().and_then(|ended| ended.by.as_ref()),
        "ended_at": row.ended.as_ref().map(|ended| ended.at.to_string()),
    })
}

fn print(row: &EntryRow) {
    let until = match (&row.ended, row.entry.until) {
        (Some(ended), _) => format!("ended {}", ended.at),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "for ever".to_owned(),
    };
    println!(
        "{:>8}  {:<12} {:<18} {:<9} {until}  {} ({}, {})",
        row.entry.entry,
        row.list,
        row.entry.pattern.to_string(),
        state(row),
        row.terms.reason,
        row.terms.owner,
        source(row),
    );
}

fn source(row: &EntryRow) -> String {
    match &row.terms.source {
        EntrySource::Manual => "by hand".to_owned(),
        EntrySource::Import(file) => format!("from {file}"),
        EntrySource::Auto(calls) => format!("nuisance rule, {} calls", calls.len()),
    }
}

fn state(row: &EntryRow) -> &'static str {
    match (&row.ended, row.entry.state) {
        (None, EntryState::Active) => "active",
        (None, EntryState::Proposed) => "proposed",
        (Some(ended), _) => match ended.how {
            EntryEnd::Expired => "expired",
            EntryEnd::Removed => "removed",
            EntryEnd::Undone => "undone",
            EntryEnd::Replaced => "replaced",
        },
    }
}

const fn kind(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Deny => "deny",
        ListKind::Allow => "allow",
        ListKind::Watch => "watch",
        ListKind::Class => "class",
        ListKind::Exempt => "exempt",
    }
}

impl Blocked {
    pub(super) fn run(self, dirs: &Dirs, as_json: bool) -> Outcome {
        let Config { lists, .. } = snapshot(dirs)?.callers;
        let deny = lists.into_iter().filter(|(_, list)| list.kind() == ListKind::Deny).map(|(name, _)| name);
        let deny: Vec<ListName> = deny.collect();
        let found = block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            Ok(lists::blocked_customers(&db, TenantId::FIRST, &deny, self.limit).await?)
        })?;
        if as_json {
            let customers = found.iter().map(|customer| {
                json!({
                    "entry": entry_json(&customer.row), "calls_talked": customer.talked,
                    "last_talk": customer.last_talk.to_string(), "calls_turned_away": customer.turned_away,
                })
            });
            println!("{:#}", serde_json::Value::Array(customers.collect()));
            return Ok(());
        }
        for customer in &found {
            print(&customer.row);
            println!(
                "{:>8}  talked with us in {} calls, last at {}; turned away {} times",
                "", customer.talked, customer.last_talk, customer.turned_away
            );
        }
        if found.is_empty() {
            println!("nobody who has talked with us stands on a deny list");
        }
        Ok(())
    }
}

/// Where a number is from and which entries are about it.
pub(super) fn who(dirs: &Dirs, text: &str, as_json: bool) -> Outcome {
    let snapshot = snapshot(dirs)?;
    let number = Number::parse(text, &snapshot.plan).map_err(|error| format!("{text:?}: {error}"))?;
    let origin = Regions::shipped().origin(Some(&number));
    let filter = Filter { list: None, pattern: Some(Pattern::Number(number.clone())), ended: false };
    let rows = block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        Ok(lists::page(&db, TenantId::FIRST, &filter, EntryId(0), 100).await?)
    })?;
    if as_json {
        let entries: Vec<_> = rows.iter().map(entry_json).collect();
        println!("{:#}", json!({ "number": number, "region": origin, "entries": entries }));
        return Ok(());
    }
    match origin {
        Origin::Known(Region { province, city, carrier }) => {
            println!("{number}: {province} {city} {}", carrier.unwrap_or_default());
        }
        Origin::Unknown(why) => println!("{number}: the region is not known: {}", why.summary()),
    }
    rows.iter().for_each(print);
    if rows.is_empty() {
        println!("stands on no list by itself");
    }
    Ok(())
}
