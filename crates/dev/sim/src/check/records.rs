//! Every record adds up: its stages follow each other without a gap, from its arrival to its end.

use std::time::Duration;

use bell_call::{CallRecord, Folder};
use bell_types::{Cause, Fact, What};

#[derive(Default)]
pub(super) struct Records {
    folder: Folder,
    served: u64,
}

impl Records {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        let Some(record) = self.folder.apply(fact) else { return Ok(()) };
        // It comes again with its recording.
        if matches!(fact.what, What::CallEnded { .. }) {
            self.served += u64::from(!record.talk_time().is_zero());
        }
        adds_up(&record)
    }

    pub(super) fn served(&self) -> u64 {
        self.served
    }
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
