//! Messages that callers left.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_store::{Db, TenantId, facts};
use bell_types::{CallId, Fact, QueueName, Wall, What};
use clap::Args;
use serde_json::{Value, json};

use super::Outcome;
use super::calls::block_on;
use crate::clock::wall;
use crate::dirs::Dirs;
use crate::serve::db_config;

/// List messages.
#[derive(Debug, Args)]
pub(super) struct Messages {
    /// Only those for the people of this queue.
    #[arg(long)]
    queue: Option<QueueName>,
    /// Of how many days.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A message that was kept: a part of its call's recording.
struct Message {
    call: CallId,
    number: u16,
    queue: QueueName,
    began: Wall,
    length: Duration,
    /// How far into the recording it begins.
    from: Duration,
}

/// Puts messages together from their facts.
#[derive(Default)]
struct Folder {
    recorded: BTreeMap<CallId, Wall>,
    begun: BTreeMap<(CallId, u16), (Wall, QueueName)>,
    kept: Vec<Message>,
}

/// What is listed is made of.
const KINDS: [&str; 3] = ["recording_started", "message_began", "message_ended"];

impl Messages {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let days = i64::from(self.days) * 86_400 * 1_000_000;
        let since = Wall::from_micros(wall().as_micros().saturating_sub(days));
        let mut folder = Folder::default();
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            facts::since(&db, TenantId::FIRST, since, &KINDS, |fact| folder.apply(fact)).await?;
            Ok(())
        })?;
        let mut messages = folder.kept;
        messages.retain(|message| self.queue.as_ref().is_none_or(|only| *only == message.queue));
        if self.json {
            println!("{:#}", Value::Array(messages.iter().map(Message::as_json).collect()));
            return Ok(());
        }
        messages.iter().for_each(Message::print);
        if messages.is_empty() {
            println!("no message was left in the last {} days", self.days);
        } else {
            println!("to hear one: belltower recordings export CALL");
        }
        Ok(())
    }
}

impl Folder {
    fn apply(&mut self, fact: Fact) {
        let at = fact.now.wall;
        match fact.what {
            What::RecordingStarted { recording } => drop(self.recorded.insert(recording.0, at)),
            What::MessageBegan { call, message, queue } => drop(self.begun.insert((call, message), (at, queue))),
            What::MessageEnded { call, message: number, length, kept } => {
                let Some((began, queue)) = self.begun.remove(&(call, number)).filter(|_| kept) else { return };
                let start = self.recorded.get(&call).copied().unwrap_or(began);
                let from =
                    Duration::from_micros(began.as_micros().saturating_sub(start.as_micros()).max(0).unsigned_abs());
                self.kept.push(Message { call, number, queue, began, length, from });
            }
            _ => {}
        }
    }
}

impl Message {
    fn print(&self) {
        let Self { call, queue, began, .. } = self;
        let (from, length) = (self.from.as_secs_f64(), self.length.as_secs_f64());
        println!("{call}  {began}  {queue:<16} {length:>6.1} s from second {from:.1} of the recording");
    }

    fn as_json(&self) -> Value {
        json!({
            "call": self.call, "message": self.number, "queue": self.queue, "began": self.began.to_string(),
            "length_secs": self.length.as_secs_f64(), "from_secs": self.from.as_secs_f64(),
        })
    }
}
