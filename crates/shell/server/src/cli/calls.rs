//! Calls that were, from the database; calls that are, from the node.

use bell_call::CallRecord;
use bell_store::calls::{CallRow, Cursor, Filter};
use bell_store::{Db, TenantId, calls, facts};
use bell_types::{AgentName, CallId, Fact, QueueName};
use clap::Args;
use serde_json::{Value, json};

use super::width::fit;
use super::{Outcome, operate, timeline};
use crate::dirs::Dirs;
use crate::serve::db_config;

/// List calls, newest first, or tell one to the millisecond.
#[derive(Debug, Args)]
pub(super) struct Calls {
    /// Tell this one: its id, or the beginning of it.
    #[arg(conflicts_with_all = ["live", "limit", "queue", "agent", "after"])]
    call: Option<String>,
    /// The calls that are going on.
    #[arg(long)]
    live: bool,
    /// Print JSON: each call's full record with its reasons.
    #[arg(long)]
    json: bool,
    /// How many.
    #[arg(long, default_value_t = 20)]
    limit: u64,
    /// Only calls that were last in this queue.
    #[arg(long)]
    queue: Option<QueueName>,
    /// Only calls this agent answered last.
    #[arg(long)]
    agent: Option<AgentName>,
    /// Go on where the last page ended.
    #[arg(long)]
    after: Option<Cursor>,
}

impl Calls {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        if let Some(call) = &self.call {
            return tell(dirs, call, self.json);
        }
        if self.live {
            return self.print_live(dirs);
        }
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            let filter = Filter { queue: self.queue.clone(), agent: self.agent.clone(), ..Filter::ALL };
            let page = calls::list(&db, TenantId::FIRST, &filter, self.after, self.limit).await?;
            if self.json {
                let mut records = Vec::new();
                for row in &page.rows {
                    records.push(full(&db, row.call).await?);
                }
                println!("{:#}", Value::Array(records));
                return Ok(());
            }
            page.rows.iter().for_each(print_row);
            match page.next {
                Some(next) => println!("more: belltower calls --after {next}"),
                None if page.rows.is_empty() => println!("no calls yet"),
                None => {}
            }
            Ok(())
        })
    }

    fn print_live(&self, dirs: &Dirs) -> Outcome {
        let live = operate::live(dirs)?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&live.calls)?);
            return Ok(());
        }
        for call in &live.calls {
            let (caller, called) = call.ends();
            let caller = caller.map_or_else(|| "withheld".to_owned(), ToString::to_string);
            let stage = call.stages.last().map_or_else(String::new, |stage| stage.kind.to_string());
            println!("{}  {}  {caller:<16} {called:<12} {stage}", call.call, call.arrived);
        }
        if live.calls.is_empty() {
            println!("no call is going on");
        }
        Ok(())
    }
}

fn print_row(row: &CallRow) {
    let caller = row.caller.as_ref().map_or_else(|| "withheld".to_owned(), ToString::to_string);
    let agent = row.agent.as_ref().map_or("-", |agent| agent.as_str());
    let queue = row.queue.as_ref().map_or("-", |queue| queue.as_str());
    println!(
        "{}  {}  {}  {}  {}  {}  waited {:>4} s  talked {:>5} s  {}",
        row.call,
        row.started_at,
        fit(&caller, 15),
        row.called,
        fit(queue, 12),
        fit(agent, 12),
        row.queued.as_secs(),
        row.talk.as_secs(),
        row.cause
    );
}

/// One call, ended or not, with its SIP messages as long as the node has them in memory.
fn tell(dirs: &Dirs, call: &str, as_json: bool) -> Outcome {
    block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        let call = find(&db, call).await?;
        let facts = facts::of_call(&db, TenantId::FIRST, call).await?;
        if facts.is_empty() {
            return Err(unknown(call));
        }
        let messages = operate::messages(dirs, call);
        let moments = timeline::of(&facts, messages.as_deref().unwrap_or_default());
        if as_json {
            let mut told = full(&db, call).await?;
            told["timeline"] = serde_json::to_value(&moments)?;
            println!("{told:#}");
            return Ok(());
        }
        timeline::print(&moments);
        if messages.is_none() {
            println!("\nSIP messages are kept in the memory of the running node only, for the last calls.");
        }
        Ok(())
    })
}

/// The call of this id, or of this beginning of one, and its facts.
pub(super) fn facts(dirs: &Dirs, call: &str) -> Result<(CallId, Vec<Fact>), Box<dyn std::error::Error>> {
    block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        let call = find(&db, call).await?;
        let facts = facts::of_call(&db, TenantId::FIRST, call).await?;
        if facts.is_empty() { Err(unknown(call)) } else { Ok((call, facts)) }
    })
}

/// The full record of a call with the story of it.
async fn full(db: &Db, call: CallId) -> Result<Value, Box<dyn std::error::Error>> {
    let stored = calls::find(db, TenantId::FIRST, call).await?;
    let record: Value = stored.map(|stored| serde_json::from_str(&stored.record)).transpose()?.unwrap_or_default();
    let facts = facts::of_call(db, TenantId::FIRST, call).await?;
    let story = bell_call::explain(&facts);
    let lines: Vec<&str> = story.lines().collect();
    Ok(json!({ "record": record, "why": lines }))
}

/// Say why a call went the way it went.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// The call, or the beginning of its id.
    call: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Why {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            let call = find(&db, &self.call).await?;
            let facts = facts::of_call(&db, TenantId::FIRST, call).await?;
            if facts.is_empty() {
                return Err(unknown(call));
            }
            if self.json {
                println!("{:#}", full(&db, call).await?);
                return Ok(());
            }
            print!("{}", bell_call::explain(&facts));
            if let Some(stored) = calls::find(&db, TenantId::FIRST, call).await? {
                let record: CallRecord = serde_json::from_str(&stored.record)?;
                println!();
                if let Some((queue, waited)) = &record.planned_wait {
                    println!("{:>9.3}s  waiting in queue {queue} before it began", waited.as_secs_f64());
                }
                for stage in &record.stages {
                    println!("{:>9.3}s  {}", stage.length.as_secs_f64(), stage.kind);
                }
                println!("{:>9.3}s  in all", record.length.as_secs_f64());
            }
            Ok(())
        })
    }
}

fn unknown(call: CallId) -> Box<dyn std::error::Error> {
    format!("nothing is known of call {call}: see belltower calls").into()
}

/// The call of this id, or the one whose id begins so.
async fn find(db: &Db, call: &str) -> Result<CallId, Box<dyn std::error::Error>> {
    if let Ok(call) = call.parse() {
        return Ok(call);
    }
    let found = calls::by_prefix(db, TenantId::FIRST, &call.to_uppercase(), 2).await?;
    match found.as_slice() {
        [row] => Ok(row.call),
        [] => Err(format!("no call that has ended begins with {call:?}: see belltower calls").into()),
        _ => Err(format!("several calls begin with {call:?}: write more of the id").into()),
    }
}

/// Runs one task of the database to its end.
pub(super) fn block_on<T>(
    task: impl Future<Output = Result<T, Box<dyn std::error::Error>>>,
) -> Result<T, Box<dyn std::error::Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(task)
}
