//! Every record adds up: its stages follow each other without a gap, from its arrival to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_call::{CallRecord, Folder};
use bell_types::{CallId, Cause, Fact, Mono, What};

#[derive(Default)]
pub(super) struct Records {
    folder: Folder,
    served: u64,
    /// How long the caller of each call was joined with somebody, and since when he is.
    joined: BTreeMap<CallId, (Duration, Option<Mono>)>,
}

impl Records {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        let record = self.folder.apply(fact);
        let at = fact.now.mono;
        match &fact.what {
            What::Bridged { a, .. } => self.joined.entry(a.call).or_default().1 = Some(at),
            What::Unbridged { a, .. } => {
                let (length, since) = self.joined.entry(a.call).or_default();
                *length += since.take().map_or(Duration::ZERO, |since| at - since);
            }
            _ => {}
        }
        let Some(record) = record else { return Ok(()) };
        // It comes again with its recording.
        if matches!(fact.what, What::CallEnded { .. }) {
            self.served += u64::from(!record.talk_time().is_zero());
            let (joined, _) = self.joined.remove(&record.call).unwrap_or_default();
            tells_who_talked(&record, joined)?;
        }
        adds_up(&record)
    }

    pub(super) fn served(&self) -> u64 {
        self.served
    }
}

/// Talk and hold are the time in which the caller was joined with somebody, neither more nor less.
fn tells_who_talked(record: &CallRecord, joined: Duration) -> Result<(), String> {
    let told = record.talk_time() + record.hold_time();
    if told == joined || record.ending.cause == Cause::NodeFailed {
        return Ok(());
    }
    Err(format!("{}: talk and hold make {told:?}, and the caller was joined for {joined:?}", record.call))
}

fn adds_up(record: &CallRecord) -> Result<(), String> {
    let call = record.call;
    let mut at = Duration::ZERO;
    for stage in &record.stages {
        if stage.from != at {
            return Err(format!("{call}: a stage begins at {:?} where the one before ended at {at:?}", stage.from));
        }
        at += stage.length;
    }
    if at != record.length {
        return Err(format!("{call}: its stages make {at:?}, and it lasted {:?}", record.length));
    }
    if let Some(leg) = record.legs.iter().find(|leg| leg.ended.is_none()) {
        return Err(format!("{call}: the record's leg {} has no end", leg.leg));
    }
    let offer = record.offers.iter().find(|offer| offer.ended.is_none());
    match offer.filter(|_| record.ending.cause != Cause::NodeFailed) {
        Some(offer) => Err(format!("{call}: the record's offer {:?} has no end", offer.offer)),
        None => Ok(()),
    }
}
