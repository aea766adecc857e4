//! Alerts of a day: queues whose callers waited too long (INB-25), numbers that the nuisance rule put on lists (INB-22).

use std::collections::BTreeMap;
use std::time::Duration;

use bell_acd::QueueAlert;
use bell_engine::Nuisance;
use bell_store::{Db, TenantId, facts};
use bell_types::{Date, EntryId, Fact, QueueName, Wall, What};
use clap::Args;
use serde_json::{Value, json};

use super::calls::block_on;
use super::width::fit;
use super::{Outcome, day};
use crate::clock::wall;
use crate::configure::Versions;
use crate::dirs::Dirs;
use crate::serve::db_config;

/// Show alerts.
#[derive(Debug, Args)]
pub(super) struct Alerts {
    /// The day, in the centre's zone, such as 2026-10-01; today if not given.
    #[arg(long, value_parser = day::parse)]
    day: Option<Date>,
    /// Only those of this queue.
    #[arg(long)]
    queue: Option<QueueName>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is shown is made of.
const KINDS: [&str; 7] = [
    "enqueued",
    "left_queue",
    "queue_alert_began",
    "queue_alert_ended",
    "node_started",
    "list_entries_added",
    "list_entries_ended",
];

/// How long before the day an alert may have begun that was still on in it.
const LOOK_BACK: Duration = Duration::from_secs(6 * 3600);

/// What facts add up to.
#[derive(Default)]
struct Told {
    on: bell_acd::Alerts,
    over: Vec<QueueAlert>,
    /// What the rule did, and when that ended.
    nuisances: BTreeMap<EntryId, (Nuisance, Option<Wall>)>,
}

impl Alerts {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let source = Versions::of(dirs).latest()?.ok_or("there is no configuration yet: belltower apply FILE")?;
        let now = wall();
        let day = self.day.unwrap_or_else(|| source.zone.local_day(now));
        let (begins, ends) = (source.zone.begin_of(day), source.zone.begin_of(day.next()));
        let mut told = Told::default();
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            facts::since(&db, TenantId::FIRST, begins.before(LOOK_BACK), &KINDS, |fact| told.apply(&fact)).await?;
            Ok(())
        })?;
        let Told { on, over: mut queues, nuisances } = told;
        queues.extend(on.on(now.min(ends)));
        queues.retain(|alert| alert.began < ends && alert.ended.is_none_or(|ended| ended >= begins));
        queues.retain(|alert| self.queue.as_ref().is_none_or(|only| *only == alert.queue));
        let mut nuisances: Vec<_> = nuisances.into_values().collect();
        nuisances.retain(|(nuisance, _)| self.queue.is_none() && (begins..ends).contains(&nuisance.at));
        if self.json {
            print_json(&queues, &nuisances);
        } else {
            print(&queues, &nuisances);
        }
        Ok(())
    }
}

impl Told {
    fn apply(&mut self, fact: &Fact) {
        self.over.extend(self.on.fold(fact));
        self.nuisances.extend(Nuisance::of(fact).map(|(entry, nuisance)| (entry, (nuisance, None))));
        if let What::ListEntriesEnded { entries, .. } = &fact.what {
            for entry in entries {
                if let Some((_, ended)) = self.nuisances.get_mut(entry) {
                    *ended = Some(fact.now.wall);
                }
            }
        }
    }
}

fn print(queues: &[QueueAlert], nuisances: &[(Nuisance, Option<Wall>)]) {
    for QueueAlert { queue, began, longest, ended, .. } in queues {
        let state = ended.map_or_else(|| "ON".to_owned(), |ended| format!("cleared {ended}"));
        let (queue, secs) = (fit(queue.as_str(), 20), longest.as_secs());
        println!("{queue} since {began}  longest wait {}:{:02}  {state}", secs / 60, secs % 60);
    }
    for (Nuisance { list, number, calls, at }, ended) in nuisances {
        let state = match ended {
            Some(ended) => format!("ended {ended}"),
            None => format!("take it back: belltower lists undo {list} {number} --as YOU"),
        };
        println!("{} since {at}  {number} by the nuisance rule, {calls} calls  {state}", fit(list.as_str(), 20));
    }
    if queues.is_empty() && nuisances.is_empty() {
        println!("no alert on this day");
    }
}

fn print_json(queues: &[QueueAlert], nuisances: &[(Nuisance, Option<Wall>)]) {
    let text = |wall: &Wall| wall.to_string();
    let queue = |alert: &QueueAlert| {
        let QueueAlert { queue, call, began, longest, ended } = alert;
        json!({
            "queue": queue, "since": text(began), "call": call, "longest_wait_secs": longest.as_secs(),
            "cleared": ended.as_ref().map(text),
        })
    };
    let nuisance = |(nuisance, ended): &(Nuisance, Option<Wall>)| {
        let Nuisance { list, number, calls, at } = nuisance;
        json!({ "list": list, "number": number, "calls": calls, "since": text(at), "ended": ended.as_ref().map(text) })
    };
    let queues: Vec<Value> = queues.iter().map(queue).collect();
    let nuisances: Vec<Value> = nuisances.iter().map(nuisance).collect();
    println!("{:#}", json!({ "queues": queues, "nuisances": nuisances }));
}
