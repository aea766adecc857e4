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
    joined: BTreeMap<CallId, Joined>,
}

/// How long a caller was joined with somebody.
#[derive(Default)]
struct Joined {
    length: Duration,
    since: Mono,
    /// With how many he is.
    parties: u32,
}

impl Joined {
    fn begin(&mut self, at: Mono) {
        if self.parties == 0 {
            self.since = at;
        }
        self.parties += 1;
    }

    fn end(&mut self, at: Mono) {
        self.parties = self.parties.saturating_sub(1);
        if self.parties == 0 {
            self.length += at - self.since;
        }
    }
}

impl Records {
    pub(super) fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        let record = self.folder.apply(fact);
        let at = fact.now.mono;
        match &fact.what {
            // Who consults somebody is joined with him too, and that is not the caller's time.
            What::Bridged { a, .. } if a.number == 1 => self.joined.entry(a.call).or_default().begin(at),
            What::Unbridged { a, .. } if a.number == 1 => self.joined.entry(a.call).or_default().end(at),
            _ => {}
        }
        let Some(record) = record else { return Ok(()) };
        // It comes again with its recording.
        if matches!(fact.what, What::CallEnded { .. }) {
            self.served += u64::from(!record.talk_time().is_zero());
            let joined = self.joined.remove(&record.call).unwrap_or_default();
            tells_who_talked(&record, joined.length)?;
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
