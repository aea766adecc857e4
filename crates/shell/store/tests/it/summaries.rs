//! What agents wrote about calls, on SQLite and on PostgreSQL.

use std::collections::BTreeSet;
use std::time::Duration;

use bell_store::calls::{self, CallRow, Filter, StoredCall};
use bell_store::summaries::{self, Asked, Standing, Summary, Written};
use bell_store::{Db, TenantId};
use bell_types::{CallId, Cause, DispositionName, FlowName, Party, TrunkName, Wall};

use crate::support::database::TestDatabase;
use crate::support::{MORNING, agent, call_id, number, queue};

const ONE: TenantId = TenantId::FIRST;
const TWO: TenantId = TenantId(2);

on_both! {
    agt_04_a_summary_is_read_as_it_was_written
    agt_04_a_summary_is_asked_for_once
    agt_04_calls_are_found_by_how_their_summaries_stand
    agt_05_calls_are_found_by_their_result_and_by_the_heading_over_it
    rpt_02_summaries_that_were_missed_are_counted_by_agent
}

fn after(secs: u64) -> Wall {
    MORNING + Duration::from_secs(secs)
}

fn sheet() -> DispositionName {
    DispositionName::new("售后").unwrap()
}

fn asked(call: CallId, of: &str, due: Option<Wall>) -> Asked {
    Asked { call, agent: agent(of), sheet: sheet(), due }
}

fn written(at: Wall, path: &[&str]) -> Written {
    Written {
        at,
        by: "wang.li".to_owned(),
        disposition: path.iter().map(|code| (*code).to_owned()).collect(),
        said_zh: "售后 / 维修".to_owned(),
        said_en: "Service / Repair".to_owned(),
        effect: Some("retry".to_owned()),
        resolved: Some(false),
        note: "'); DROP TABLE call_summary; -- <script>alert(1)</script> 底座\u{1f527}".to_owned(),
        fields: "{\"product\":\"a1\",\"call_back\":true}".to_owned(),
        owner: Some("{\"kind\":\"wrong_name\",\"name\":\"张伟\"}".to_owned()),
    }
}

async fn write(db: &Db, call: CallId, of: &str, written: &Written) {
    summaries::write(db, ONE, (call, &agent(of)), Some(&sheet()), written).await.unwrap();
}

async fn put(db: &Db, count: u32) -> CallId {
    let row = CallRow {
        call: call_id(count),
        started_at: after(u64::from(count)),
        ended_at: after(u64::from(count) + 60),
        caller: Some(number("13800138000")),
        called: number("4008001234"),
        trunk: Some(TrunkName::new("telecom").unwrap()),
        flow: FlowName::new("main").unwrap(),
        flow_version: 1,
        queue: Some(queue("sales")),
        agent: Some(agent("wang.li")),
        ring: Duration::ZERO,
        ivr: Duration::ZERO,
        queued: Duration::ZERO,
        talk: Duration::from_secs(30),
        hold: Duration::ZERO,
        cause: Cause::HungUp,
        ended_by: Party::Caller,
        recording: None,
    };
    let stored = StoredCall {
        row,
        record: "{}".to_owned(),
        mode: None,
        votes: Vec::new(),
        agents: BTreeSet::from([agent("wang.li")]),
    };
    calls::put(db, ONE, &stored).await.unwrap();
    call_id(count)
}

async fn found(db: &Db, summary: Option<Standing>, disposition: Option<&str>) -> Vec<CallId> {
    let filter = Filter { summary, disposition: disposition.map(str::to_owned), ..Filter::ALL };
    calls::list(db, ONE, &filter, None, 100).await.unwrap().rows.iter().map(|row| row.call).collect()
}

async fn agt_04_a_summary_is_read_as_it_was_written(db: &Db) {
    let (call, li) = (call_id(1), agent("wang.li"));
    assert_eq!(summaries::find(db, ONE, call, &li).await.unwrap(), None);
    let first = written(after(10), &["service", "repair"]);
    write(db, call, "wang.li", &first).await;
    let mut whole = Summary {
        call,
        agent: li.clone(),
        sheet: Some(sheet()),
        due: None,
        first_at: Some(after(10)),
        written: Some(first),
    };
    assert_eq!(summaries::find(db, ONE, call, &li).await.unwrap(), Some(whole.clone()));

    // Written again it is another one; when it was first is kept.
    let empty = Written { resolved: None, effect: None, owner: None, note: "\0".to_owned(), ..written(after(20), &[]) };
    write(db, call, "wang.li", &empty).await;
    whole.written = Some(Written { note: "\u{fffd}".to_owned(), ..empty });
    assert_eq!(summaries::of_calls(db, ONE, &[call, call_id(2)]).await.unwrap(), [whole]);
    assert_eq!(summaries::of_calls(db, TWO, &[call]).await.unwrap(), []);
    assert_eq!(summaries::find(db, ONE, call, &agent("li.na")).await.unwrap(), None);
}

async fn agt_04_a_summary_is_asked_for_once(db: &Db) {
    let (call, li) = (call_id(1), agent("wang.li"));
    summaries::ask(db, ONE, &[asked(call, "wang.li", Some(after(60)))]).await.unwrap();
    // The call is read again with another rule: what was asked stays.
    let later = [asked(call, "wang.li", Some(after(999))), asked(call, "li.na", None)];
    summaries::ask(db, ONE, &later).await.unwrap();
    let summary = summaries::find(db, ONE, call, &li).await.unwrap().expect("it is there");
    assert_eq!((summary.due, summary.written), (Some(after(60)), None));

    // One that was written in the call is not open afterwards.
    let call = call_id(2);
    write(db, call, "wang.li", &written(after(5), &["done"])).await;
    summaries::ask(db, ONE, &[asked(call, "wang.li", Some(after(60)))]).await.unwrap();
    let summary = summaries::find(db, ONE, call, &li).await.unwrap().expect("it is there");
    assert_eq!((summary.due, summary.first_at), (Some(after(60)), Some(after(5))));
    assert_eq!(summary.written, Some(written(after(5), &["done"])));
}

async fn agt_04_calls_are_found_by_how_their_summaries_stand(db: &Db) {
    let [in_time, open, late, never, free] =
        [put(db, 1).await, put(db, 2).await, put(db, 3).await, put(db, 4).await, put(db, 5).await];
    put(db, 6).await;
    let due = [(in_time, 100), (open, 300), (late, 100), (never, 100)];
    let asks: Vec<Asked> = due.map(|(call, secs)| asked(call, "wang.li", Some(after(secs)))).into();
    summaries::ask(db, ONE, &asks).await.unwrap();
    summaries::ask(db, ONE, &[asked(free, "wang.li", None)]).await.unwrap();
    write(db, in_time, "wang.li", &written(after(99), &[])).await;
    // Whoever writes at the very moment is late, and stays so however often he writes.
    write(db, late, "wang.li", &written(after(100), &[])).await;
    write(db, late, "wang.li", &written(after(150), &[])).await;

    let now = after(200);
    assert_eq!(found(db, Some(Standing::Open(now)), None).await, [free, open]);
    assert_eq!(found(db, Some(Standing::Filled), None).await, [late, in_time]);
    assert_eq!(found(db, Some(Standing::NotFilled(now)), None).await, [never]);
    assert_eq!(found(db, Some(Standing::Missed(now)), None).await, [never, late]);
    assert_eq!(found(db, Some(Standing::Open(after(300))), None).await, [free]);
    assert_eq!(found(db, Some(Standing::NotFilled(after(300))), None).await, [never, open]);
    assert_eq!(found(db, None, None).await.len(), 6);
}

async fn agt_05_calls_are_found_by_their_result_and_by_the_heading_over_it(db: &Db) {
    let [repair, price, wrong] = [put(db, 1).await, put(db, 2).await, put(db, 3).await];
    write(db, repair, "wang.li", &written(after(1), &["service", "repair"])).await;
    write(db, price, "wang.li", &written(after(1), &["ask", "price"])).await;
    write(db, wrong, "wang.li", &written(after(1), &["wrong_number"])).await;
    assert_eq!(found(db, None, Some("repair")).await, [repair]);
    assert_eq!(found(db, None, Some("service")).await, [repair]);
    assert_eq!(found(db, Some(Standing::Filled), Some("wrong_number")).await, [wrong]);
    for nothing in ["wrongxnumber", "%", "serv", "service/repair", "'", ""] {
        assert_eq!(found(db, None, Some(nothing)).await, [], "{nothing}");
    }
}

async fn rpt_02_summaries_that_were_missed_are_counted_by_agent(db: &Db) {
    let [one, two, three] = [put(db, 1).await, put(db, 2).await, put(db, 3).await];
    let due = Some(after(100));
    let asks =
        [asked(one, "wang.li", due), asked(one, "li.na", due), asked(two, "wang.li", due), asked(three, "li.na", due)];
    summaries::ask(db, ONE, &asks).await.unwrap();
    write(db, three, "li.na", &written(after(10), &[])).await;
    let missed = async |filter: &Filter| summaries::missed_by_agent(db, ONE, filter, after(200)).await.unwrap();
    assert_eq!(missed(&Filter::ALL).await, [(agent("li.na"), 1), (agent("wang.li"), 2)]);
    let later = Filter { from: Some(after(2)), ..Filter::ALL };
    assert_eq!(missed(&later).await, [(agent("wang.li"), 1)]);
    assert_eq!(summaries::missed_by_agent(db, ONE, &Filter::ALL, after(50)).await.unwrap(), []);
    assert_eq!(summaries::missed_by_agent(db, TWO, &Filter::ALL, after(200)).await.unwrap(), []);
}
