//! Reports of devices, on SQLite and on PostgreSQL.

use std::time::Duration;

use bell_store::device_reports::{DeviceReport, Keep, KeptReport, list, put};
use bell_store::{Db, TenantId};

use crate::support::database::TestDatabase;
use crate::support::{MORNING, agent};

const ONE: TenantId = TenantId::FIRST;

on_both! {
    agt_10_reports_are_read_as_they_were_written_the_newest_first
    agt_10_reports_that_are_too_old_or_too_many_go
}

fn report(of: &str, results: &str) -> DeviceReport {
    let (passed, took) = (results == "[]", Duration::from_millis(8_123));
    DeviceReport {
        agent: agent(of),
        passed,
        browser: "Chromium 142 \u{0}".to_owned(),
        took,
        results: results.to_owned(),
    }
}

fn keep(of_agent_max: u64) -> Keep {
    Keep { since: MORNING.before(Duration::from_secs(3600)), of_agent_max }
}

async fn of(db: &Db, name: &str, before: Option<u64>, rows_max: u64) -> Vec<KeptReport> {
    list(db, ONE, &agent(name), keep(1).since, before, rows_max).await.unwrap()
}

async fn agt_10_reports_are_read_as_they_were_written_the_newest_first(db: &Db) {
    let first = put(db, ONE, MORNING, &report("alice", "[]"), keep(9)).await.unwrap();
    let second = put(db, ONE, MORNING, &report("alice", "[{}]"), keep(9)).await.unwrap();
    put(db, ONE, MORNING, &report("bob", "[]"), keep(9)).await.unwrap();
    put(db, TenantId(2), MORNING, &report("alice", "[]"), keep(9)).await.unwrap();
    assert!(first < second, "two of one microsecond have two numbers");
    let kept = of(db, "alice", None, 10).await;
    assert_eq!(kept.iter().map(|kept| kept.number).collect::<Vec<_>>(), [second, first]);
    assert_eq!(kept[1].at, MORNING);
    let as_kept = DeviceReport { browser: "Chromium 142 \u{fffd}".to_owned(), ..report("alice", "[{}]") };
    assert_eq!(kept[0].report, as_kept, "PostgreSQL knows no NUL");
    let page = of(db, "alice", None, 1).await;
    assert_eq!(page.len(), 1);
    assert_eq!(of(db, "alice", Some(page[0].number), 1).await[0].number, first);
}

async fn agt_10_reports_that_are_too_old_or_too_many_go(db: &Db) {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    put(db, ONE, MORNING, &report("bob", "[]"), keep(3)).await.unwrap();
    for minute in 0..5 {
        put(db, ONE, MORNING + minutes(minute), &report("alice", "[]"), keep(3)).await.unwrap();
    }
    assert_eq!(of(db, "alice", None, 10).await.len(), 3, "the newest of her own");
    let late = Keep { since: MORNING + minutes(4), of_agent_max: 3 };
    put(db, ONE, MORNING + minutes(10), &report("carol", "[]"), late).await.unwrap();
    assert_eq!(of(db, "alice", None, 10).await.len(), 1, "and none that is too old");
    assert_eq!(of(db, "bob", None, 10).await.len(), 0);
}
