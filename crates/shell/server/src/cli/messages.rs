//! Messages that callers left.

use std::collections::BTreeMap;

use bell_store::{Db, TenantId, facts};
use bell_types::{CallId, QueueName, Wall, What};
use clap::Args;

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
}

/// What is listed is made of.
const KINDS: [&str; 3] = ["recording_started", "message_began", "message_ended"];

impl Messages {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let days = i64::from(self.days) * 86_400 * 1_000_000;
        let since = Wall::from_micros(wall().as_micros().saturating_sub(days));
        let mut recorded: BTreeMap<CallId, Wall> = BTreeMap::new();
        let mut begun: BTreeMap<(CallId, u16), (Wall, QueueName)> = BTreeMap::new();
        let mut listed = 0;
        block_on(async {
            let db = Db::open(&db_config(dirs)).await?;
            facts::since(&db, TenantId::FIRST, since, &KINDS, |fact| {
                let at = fact.now.wall;
                match fact.what {
                    What::RecordingStarted { recording } => drop(recorded.insert(recording.0, at)),
                    What::MessageBegan { call, message, queue } => drop(begun.insert((call, message), (at, queue))),
                    What::MessageEnded { call, message, length, kept } => {
                        let Some((began, queue)) = begun.remove(&(call, message)).filter(|_| kept) else { return };
                        if self.queue.as_ref().is_some_and(|only| *only != queue) {
                            return;
                        }
                        listed += 1;
                        let from = recorded.get(&call).map_or(0, |start| began.as_micros() - start.as_micros());
                        let (from, length) = (from as f64 / 1e6, length.as_secs_f64());
                        println!("{call}  {began}  {queue:<16} {length:>6.1} s from second {from:.1} of the recording");
                    }
                    _ => {}
                }
            })
            .await?;
            Ok(())
        })?;
        if listed == 0 {
            println!("no message was left in the last {} days", self.days);
        } else {
            println!("to hear one: belltower recordings export CALL");
        }
        Ok(())
    }
}
