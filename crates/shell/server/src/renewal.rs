//! The day passes: policies with dates begin and end without anybody applying a configuration.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use bell_engine::Snapshot;

use crate::clock::wall;
use crate::driver::{Message, Windows};
use crate::serve::ServeError;

/// How often the calendar is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Looks at the calendar for as long as the node takes messages.
pub fn start(windows: Windows, inbox: SyncSender<Message>) -> Result<(), ServeError> {
    let watch = move || {
        loop {
            thread::sleep(LOOK_EVERY);
            let Some(running) = windows.state().snapshot.clone() else { continue };
            if !renew(&running, &inbox) {
                return;
            }
        }
    };
    thread::Builder::new().name("bell-renewal".to_owned()).spawn(watch).map(drop).map_err(ServeError::Thread)
}

/// Lets the policies of a new day take effect. False: the node is gone.
fn renew(running: &Snapshot, inbox: &SyncSender<Message>) -> bool {
    let Some(source) = running.renewal(wall()) else { return true };
    let day = source.day;
    match Snapshot::build(source) {
        Ok(renewed) => {
            tracing::info!(%day, "the policies of a new day take effect");
            let (reply, _done) = sync_channel(1);
            inbox.send(Message::Apply(Arc::new(renewed), reply)).is_ok()
        }
        Err(mistakes) => {
            // What was right yesterday is right today but for a threshold: a flow too deep for a new limit, say.
            for mistake in mistakes {
                tracing::error!(%day, %mistake, "the configuration breaks a policy that begins today; the old one stays");
            }
            true
        }
    }
}
