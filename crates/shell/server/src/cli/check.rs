//! Whether recordings hold what they should.

use bell_call::{CallRecord, GapPolicy, Reconciliation};
use bell_mediahost::find_sealed;
use bell_store::calls::{Filter, ROWS_MAX};
use bell_store::{Db, TenantId, calls};
use bell_types::{CallId, RecordingId, Wall};
use chrono::NaiveDate;
use serde_json::json;

use super::Outcome;
use super::calls::block_on;
use crate::configure::Versions;
use crate::dirs::Dirs;
use crate::serve::db_config;
use crate::zone;

/// What was found.
#[derive(Default)]
struct Findings {
    reconciliation: Reconciliation,
    /// Calls whose file is not what their record says, with what is wrong.
    files: Vec<(CallId, String)>,
}

pub(super) fn run(dirs: &Dirs, day: Option<NaiveDate>, verify: bool, policy: &GapPolicy, json: bool) -> Outcome {
    let filter = match day {
        Some(day) => of_day(dirs, day)?,
        None => Filter::ALL,
    };
    let mut found = Findings::default();
    block_on(async {
        let db = Db::open(&db_config(dirs)).await?;
        let mut after = None;
        loop {
            let page = calls::list(&db, TenantId::FIRST, &filter, after, ROWS_MAX).await?;
            for row in &page.rows {
                let Some(stored) = calls::find(&db, TenantId::FIRST, row.call).await? else { continue };
                let record: CallRecord = serde_json::from_str(&stored.record)?;
                found.reconciliation.add(&record, policy);
                if let Err(wrong) = file(dirs, &record, verify) {
                    found.files.push((record.call, wrong));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    })?;
    let show = if json { print_json } else { print };
    show(&found);
    let wrong = found.reconciliation.gaps.len() + found.files.len();
    if wrong > 0 {
        return Err(format!("{wrong} recordings are not what they should be: see belltower why CALL").into());
    }
    Ok(())
}

/// The calls that arrived on a day of the centre.
fn of_day(dirs: &Dirs, day: NaiveDate) -> Result<Filter, Box<dyn std::error::Error>> {
    let source =
        Versions::of(dirs).latest()?.ok_or("there is no configuration, and so no time zone: leave --day out")?;
    let (from, until) = zone::day(&source.zone, day).ok_or("there is no such day")?;
    Ok(Filter { from: Some(from), until: Some(until), ..Filter::ALL })
}

/// Whether the file of a call is there, and on request whether it is what was sealed.
fn file(dirs: &Dirs, record: &CallRecord, verify: bool) -> Result<(), String> {
    let Some(recording) = record.recording.as_ref().filter(|recording| !recording.sha256.is_empty()) else {
        return Ok(());
    };
    let id = RecordingId(record.call);
    if !verify {
        let there = dirs.recordings().join(format!("{id}.rec")).exists();
        return if there { Ok(()) } else { Err("its file is not there".to_owned()) };
    }
    match find_sealed(&dirs.recordings(), &dirs.keys(), id) {
        Ok(Some(found)) if found.sha256 == recording.sha256 => Ok(()),
        Ok(Some(_)) => Err("its file was changed".to_owned()),
        Ok(None) => Err("its file is not there".to_owned()),
        Err(error) => Err(format!("its file cannot be read: {error}")),
    }
}

fn print(found: &Findings) {
    let all = &found.reconciliation;
    for (call, arrived, missing) in &all.gaps {
        println!("{call}  {arrived}  {:.3} s missing", missing.as_secs_f64());
    }
    for (call, wrong) in &found.files {
        println!("{call}  {wrong}");
    }
    let percent = f64::from(all.recorded_basis_points()) / 100.0;
    let (recorded, answered) = (all.recorded.as_secs_f64(), all.answered.as_secs_f64());
    println!("{} calls: {percent:.2} % recorded, {recorded:.1} of {answered:.1} s", all.calls);
    if all.unrecorded > 0 {
        println!("{} answered calls were not to be recorded", all.unrecorded);
    }
}

fn print_json(found: &Findings) {
    let all = &found.reconciliation;
    let gap = |(call, arrived, missing): &(CallId, Wall, std::time::Duration)| json!({ "call": call, "arrived": arrived.to_string(), "missing_secs": missing.as_secs_f64() });
    let gaps: Vec<_> = all.gaps.iter().map(gap).collect();
    let files: Vec<_> = found.files.iter().map(|(call, wrong)| json!({ "call": call, "wrong": wrong })).collect();
    let report = json!({
        "calls": all.calls, "unrecorded": all.unrecorded,
        "answered_secs": all.answered.as_secs_f64(), "recorded_secs": all.recorded.as_secs_f64(),
        "recorded_percent": f64::from(all.recorded_basis_points()) / 100.0,
        "gaps": gaps, "files": files,
    });
    println!("{report:#}");
}
