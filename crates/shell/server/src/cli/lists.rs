//! Lists of callers: looking at them, changing them, reading them from files.

mod import;
mod show;

use std::error::Error;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use bell_callers::{Change, Group, Which};
use bell_engine::Snapshot;
use bell_store::lists::{self, Filter};
use bell_store::{Db, TenantId};
use bell_types::{
    ActorName, AgentName, EntryEnd, EntryId, EntrySource, ListName, Pattern, PromptName, QueueName, Service, Term,
    Terms,
};
use clap::{Args, Subcommand};

use super::Outcome;
use super::calls::block_on;
use super::operate::{ask_node, done};
use crate::configure::{ConfigureError, Versions};
use crate::control::Request;
use crate::dirs::Dirs;
use crate::serve::db_config;

/// Lists of callers.
#[derive(Debug, Args)]
pub(super) struct Lists {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The lists there are, with how many entries each has.
    List,
    /// Print the entries of a list, or of a number on all lists.
    Show(show::Show),
    /// Put a number on a list, or all numbers that begin alike: +86170*.
    Add(Add),
    /// Let an entry count that somebody else proposed.
    Approve(Approve),
    /// Take numbers off a list.
    Remove(Remove),
    /// Put back an entry that was taken off: it stands there as it did, until its old end.
    Restore(Restore),
    /// Take back an entry; what the nuisance rule put there is not put there again for a while.
    Undo(Undo),
    /// Read entries from an Excel file or a CSV: all of them, or none.
    Import(import::Import),
    /// Write the entries of a list into an Excel file or a CSV.
    Export(show::Export),
    /// Write an empty Excel file or CSV to fill in for an import.
    Template {
        /// The file: .xlsx or .csv.
        file: PathBuf,
    },
    /// Print customers who are turned away: numbers on a deny list that somebody has talked with.
    Blocked(show::Blocked),
    /// Say where a number is from, and on which lists it stands.
    Who {
        /// The number.
        number: String,
    },
}

/// Whoever asks for a change.
#[derive(Debug, Args)]
struct Actor {
    /// Who you are: it stands in the facts.
    #[arg(long = "as", value_name = "NAME")]
    by: ActorName,
}

/// Put a number on a list.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The list.
    list: ListName,
    /// The number, or the beginning of numbers and *.
    number: String,
    #[command(flatten)]
    actor: Actor,
    /// Why.
    #[arg(long)]
    reason: String,
    /// For how long: 1d, 7d, 30d, or permanent. What is denied for ever needs a second person.
    #[arg(long, default_value = "7d")]
    term: Term,
    /// Who answers for it; you if nobody is named.
    #[arg(long)]
    owner: Option<ActorName>,
    /// Allow lists: the queue the caller goes to.
    #[arg(long)]
    queue: Option<QueueName>,
    /// Allow lists: the prompt that greets him.
    #[arg(long)]
    greeting: Option<PromptName>,
    /// Allow lists: the agent who is his.
    #[arg(long)]
    agent: Option<AgentName>,
    /// Allow lists: his place in the queue; higher goes first.
    #[arg(long)]
    priority: Option<u8>,
}

/// Approve what somebody else proposed.
#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The list.
    list: ListName,
    /// The number.
    #[arg(required_unless_present = "all")]
    number: Option<String>,
    /// Everything on the list that you may approve.
    #[arg(long, conflicts_with = "number")]
    all: bool,
    #[command(flatten)]
    actor: Actor,
}

/// Take numbers off a list.
#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The list.
    list: ListName,
    /// The numbers.
    #[arg(required = true)]
    numbers: Vec<String>,
    #[command(flatten)]
    actor: Actor,
}

/// Put back an entry that was taken off.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The list.
    list: ListName,
    /// The number.
    number: String,
    #[command(flatten)]
    actor: Actor,
}

/// Take back an entry.
#[derive(Debug, Args)]
pub(super) struct Undo {
    /// The list.
    list: ListName,
    /// The number.
    number: String,
    #[command(flatten)]
    actor: Actor,
}

impl Lists {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let Self { json, what } = self;
        match what {
            What::List => show::list(dirs, json),
            What::Show(command) => command.run(dirs, json),
            What::Add(command) => command.run(dirs, json),
            What::Approve(command) => command.run(dirs, json),
            What::Remove(command) => command.run(dirs, json),
            What::Restore(command) => command.run(dirs, json),
            What::Undo(command) => command.run(dirs, json),
            What::Import(command) => command.run(dirs, json),
            What::Export(command) => command.run(dirs, json),
            What::Template { file } => import::write_template(&file, json),
            What::Blocked(command) => command.run(dirs, json),
            What::Who { number } => show::who(dirs, &number, json),
        }
    }
}

impl Add {
    fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        let by = self.actor.by;
        let service =
            Service { queue: self.queue, greeting: self.greeting, agent: self.agent, priority: self.priority };
        let terms = Terms {
            owner: self.owner.unwrap_or_else(|| by.clone()),
            by: Some(by.clone()),
            reason: self.reason,
            source: EntrySource::Manual,
            service,
        };
        let entries = vec![(pattern(dirs, &self.number)?, self.term)];
        let groups = vec![Group { terms, entries }];
        change(dirs, by, Change::Add { list: self.list, groups }, json)
    }
}

impl Approve {
    fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        let which = match &self.number {
            Some(number) => Which::One(pattern(dirs, number)?),
            None => Which::All,
        };
        change(dirs, self.actor.by, Change::Approve { list: self.list, which }, json)
    }
}

impl Remove {
    fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        let patterns: Result<Vec<Pattern>, _> = self.numbers.iter().map(|number| pattern(dirs, number)).collect();
        change(dirs, self.actor.by, Change::Remove { list: self.list, patterns: patterns? }, json)
    }
}

/// How long a removal may take to come into the database.
const REMOVAL_KEPT_WITHIN: Duration = Duration::from_secs(2);

impl Restore {
    fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        let Self { list, number, actor } = self;
        let filter = Filter { list: Some(list.clone()), pattern: Some(pattern(dirs, &number)?), ended: true };
        let deadline = Instant::now() + REMOVAL_KEPT_WITHIN;
        let row = loop {
            let rows = block_on(async {
                let db = Db::open(&db_config(dirs)).await?;
                Ok(lists::page(&db, TenantId::FIRST, &filter, EntryId(0), lists::ROWS_MAX).await?)
            })?;
            // The newest one. It may have been put there and taken off a moment ago.
            let newest = rows.into_iter().next_back();
            if newest.as_ref().is_some_and(|row| row.ended.is_some()) || Instant::now() >= deadline {
                break newest;
            }
            thread::sleep(Duration::from_millis(50));
        };
        let row = row.ok_or_else(|| {
            format!("{number} has never stood on list {list}: see belltower lists show {list} --ended")
        })?;
        match row.ended.map(|ended| ended.how) {
            Some(EntryEnd::Removed | EntryEnd::Undone) => {
                change(dirs, actor.by, Change::Restore { list, terms: row.terms, entry: row.entry }, json)
            }
            Some(EntryEnd::Expired) => Err("its term was over: put it there anew with belltower lists add".into()),
            None | Some(EntryEnd::Replaced) => {
                Err(format!("{number} stands on list {list}: see belltower lists show {list}").into())
            }
        }
    }
}

impl Undo {
    fn run(self, dirs: &Dirs, json: bool) -> Outcome {
        let pattern = pattern(dirs, &self.number)?;
        change(dirs, self.actor.by, Change::Undo { list: self.list, pattern }, json)
    }
}

fn change(dirs: &Dirs, by: ActorName, change: Change, json: bool) -> Outcome {
    done(ask_node(dirs, &Request::Lists { by, change })?, json)
}

/// A number as the centre reads it.
fn pattern(dirs: &Dirs, text: &str) -> Result<Pattern, Box<dyn Error>> {
    let snapshot = snapshot(dirs)?;
    Pattern::parse(text, &snapshot.plan).map_err(|error| format!("{text:?}: {error}").into())
}

/// The configuration in force.
fn snapshot(dirs: &Dirs) -> Result<Snapshot, Box<dyn Error>> {
    let source = Versions::of(dirs).latest()?.ok_or("there is no configuration yet: belltower apply FILE")?;
    Ok(Snapshot::build(source).map_err(ConfigureError::Mistakes)?)
}
