//! Every query, on SQLite and on PostgreSQL.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use bell_store::calls::{self, CallRecording, CallRow, Filter, Outcome, StoredCall};
use bell_store::configs::{self, ConfigHead, ConfigVersion};
use bell_store::lists::{self, EndedEntry, EntryChange, EntryRow, ListCount};
use bell_store::reports::{self, InTime, Sums};
use bell_store::votes::{self, VoteRow, VoteSums};
use bell_store::{Db, DbError, TenantId, applied, facts};
use bell_types::{
    ActorName, CallId, Cause, EntryEnd, EntryId, EntrySource, EntryState, FlowName, ListEntry, ListName, NodeId, Party,
    Pattern, RecordingStatus, Service, Terms, TrunkName, Wall,
};
use sea_orm::{ConnectionTrait, Database, Statement};

use crate::support::database::{TestDatabase, config};
use crate::support::{MORNING, agent, block_on, call_id, number, queue};

const ONE: TenantId = TenantId::FIRST;
const TWO: TenantId = TenantId(2);

on_both! {
    a_call_is_found_as_it_was_stored
    rec_12_calls_are_found_by_who_may_see_them
    rec_12_few_calls_are_looked_up_and_many_are_met_on_the_way
    a_bare_call_is_found_as_it_was_stored
    a_call_that_is_stored_again_is_replaced
    a_tenant_sees_its_own_calls_only
    calls_are_found_by_the_beginning_of_their_id
    a_list_shows_what_the_filter_matches
    a_page_ends_where_the_next_begins
    the_last_version_of_the_configuration_is_found
    a_version_of_the_configuration_is_never_replaced
    nothing_was_applied_to_a_new_database
    an_entry_is_found_from_its_beginning_to_its_end
    entries_are_read_page_by_page
    lists_are_counted_without_what_has_ended
    inb_23_customers_who_are_kept_out_are_found
    rpt_01_calls_are_summed_up_by_quarter_and_by_agent
    rpt_02_votes_are_summed_up_by_agent_and_scale
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// A call with everything a call can have.
fn full(count: u32) -> StoredCall {
    StoredCall {
        row: CallRow {
            call: call_id(count),
            started_at: MORNING + minutes(u64::from(count)),
            ended_at: MORNING + minutes(u64::from(count) + 5),
            caller: Some(number("13800138000")),
            called: number("4008001234"),
            trunk: Some(TrunkName::new("telecom").unwrap()),
            flow: FlowName::new("main").unwrap(),
            flow_version: u32::MAX,
            queue: Some(queue("售后")),
            agent: Some(agent("wang.li")),
            ring: Duration::from_millis(1),
            ivr: Duration::from_millis(22),
            queued: Duration::from_millis(333),
            talk: Duration::from_millis(4444),
            hold: Duration::from_millis(55_555),
            cause: Cause::HungUp,
            ended_by: Party::Agent(agent("wang.li")),
            recording: Some(CallRecording {
                status: RecordingStatus::Recorded,
                sha256: "ab".repeat(32),
                length: Duration::from_millis(59_999),
            }),
        },
        record: format!("{{\"call\":\"{}\",\"why\":\"O'Brien; \\u0000 说\"}}", call_id(count)),
        mode: None,
        votes: Vec::new(),
        agents: BTreeSet::from([agent("wang.li")]),
    }
}

async fn put(db: &Db, tenant: TenantId, calls: &[StoredCall]) {
    for call in calls {
        calls::put(db, tenant, call).await.unwrap();
    }
}

async fn listed(db: &Db, filter: &Filter) -> Vec<CallId> {
    let page = calls::list(db, ONE, filter, None, 100).await.unwrap();
    assert_eq!(page.next, None);
    page.rows.iter().map(|row| row.call).collect()
}

async fn a_call_is_found_as_it_was_stored(db: &Db) {
    put(db, ONE, &[full(1), full(2)]).await;
    assert_eq!(calls::find(db, ONE, call_id(2)).await.unwrap(), Some(full(2)));
    assert_eq!(calls::find(db, ONE, call_id(3)).await.unwrap(), None);
}

/// REC-12: a call belongs to every agent who had it, and one that nobody had to its queue.
async fn rec_12_calls_are_found_by_who_may_see_them(db: &Db) {
    let mut both = full(1);
    both.agents.insert(agent("li.na"));
    let mut lost = full(2);
    (lost.row.agent, lost.agents) = (None, BTreeSet::new());
    let mut placed = full(3);
    (placed.row.trunk, placed.row.recording) = (None, None);
    put(db, ONE, &[both, lost, placed]).await;
    let seen = |agents: &[&str], queues: &[&str]| {
        let agents = agents.iter().map(|name| agent(name)).collect();
        let queues = queues.iter().map(|name| queue(name)).collect();
        Filter { seen: Some(calls::Seen { agents, queues }), ..Filter::ALL }
    };
    let [first, second, third] = [call_id(1), call_id(2), call_id(3)];
    assert_eq!(listed(db, &seen(&["li.na"], &[])).await, [first]);
    assert_eq!(listed(db, &seen(&["wang.li"], &[])).await, [third, first]);
    assert_eq!(listed(db, &seen(&["li.na"], &["售后"])).await, [second, first]);
    assert_eq!(listed(db, &seen(&[], &[])).await, []);
    let of = |filter: Filter| async move { listed(db, &filter).await };
    assert_eq!(of(Filter { had_by: Some(agent("li.na")), ..Filter::ALL }).await, [first]);
    assert_eq!(of(Filter { way: Some(calls::Way::Out), ..Filter::ALL }).await, [third]);
    assert_eq!(of(Filter { way: Some(calls::Way::In), recorded: true, ..Filter::ALL }).await, [second, first]);
    let number_end = Some("8000".to_owned());
    assert_eq!(of(Filter { number_end, ..Filter::ALL }).await, [third, second, first]);
    assert_eq!(of(Filter { number: Some(number("95588")), ..Filter::ALL }).await, []);
    assert_eq!(of(Filter { talk_max: Some(Duration::from_secs(1)), ..Filter::ALL }).await, []);
}

/// REC-12: a search answers the same, whether an index names few calls for it or the list is walked for many.
async fn rec_12_few_calls_are_looked_up_and_many_are_met_on_the_way(db: &Db) {
    // More than are looked up. Every 700th is another caller's, every 900th is long.
    let call = |count: u32| {
        let mut call = full(count);
        call.row.caller = Some(number(if count.is_multiple_of(700) { "13900139321" } else { "13800138000" }));
        call.row.talk = minutes(if count.is_multiple_of(900) { 60 } else { 1 });
        call
    };
    let all: Vec<StoredCall> = (1..=2_100).map(call).collect();
    put(db, ONE, &all).await;
    put(db, TWO, &all[..1]).await;
    let newest = |matches: &dyn Fn(u32) -> bool| {
        (1..=2_100).rev().filter(|count| matches(*count)).map(call_id).take(100).collect::<Vec<_>>()
    };
    let of = |filter: Filter| async move {
        let page = calls::list(db, ONE, &filter, None, 100).await.unwrap();
        page.rows.iter().map(|row| row.call).collect::<Vec<_>>()
    };
    let rare = |count: u32| count.is_multiple_of(700);
    let long = |count: u32| count.is_multiple_of(900);
    let numbered = |text: &str| Filter { number: Some(number(text)), ..Filter::ALL };
    let ending = |text: &str| Filter { number_end: Some(text.to_owned()), ..Filter::ALL };
    let talked = |least| Filter { talk_min: Some(minutes(least)), ..Filter::ALL };
    assert_eq!(of(numbered("13900139321")).await, newest(&rare));
    assert_eq!(of(numbered("13800138000")).await, newest(&|count| !rare(count)));
    assert_eq!(of(numbered("4008001234")).await, newest(&|_| true));
    assert_eq!(of(ending("9321")).await, newest(&rare));
    assert_eq!(of(ending("139321")).await, newest(&rare));
    assert_eq!(of(ending("49321")).await, []);
    assert_eq!(of(ending("321")).await, newest(&rare));
    assert_eq!(of(ending("1234")).await, newest(&|_| true));
    assert_eq!(of(talked(60)).await, newest(&long));
    assert_eq!(of(talked(1)).await, newest(&|_| true));
    assert_eq!(of(Filter { talk_max: Some(minutes(1)), ..talked(60) }).await, []);
    assert_eq!(of(Filter { talk_min: Some(minutes(2)), ..numbered("13900139321") }).await, []);
    assert_eq!(of(Filter { until: Some(MORNING + minutes(1_000)), ..ending("9321") }).await, [call_id(700)]);
    assert_eq!(of(Filter { had_by: Some(agent("wang.li")), ..talked(60) }).await, newest(&long));
    let first = calls::list(db, ONE, &ending("9321"), None, 1).await.unwrap();
    let second = calls::list(db, ONE, &ending("9321"), first.next, 1).await.unwrap();
    assert_eq!([first.rows[0].call, second.rows[0].call], [call_id(2_100), call_id(1_400)]);
}

/// RPT-01, RPT-02, RPT-12: the sums are those of the calls, for whoever may see them, and each outcome is found.
async fn rpt_01_calls_are_summed_up_by_quarter_and_by_agent(db: &Db) {
    let call = |count: u32, by: Option<&str>, waited: u64, ended_by: Party| {
        let mut call = full(count);
        call.row.agent = by.map(agent);
        call.agents = call.row.agent.iter().cloned().collect();
        call.row.talk = if by.is_some() { minutes(2) } else { Duration::ZERO };
        (call.row.queued, call.row.ended_by) = (Duration::from_secs(waited), ended_by);
        call
    };
    let mut unqueued = call(5, None, 0, Party::Caller);
    unqueued.row.queue = None;
    let calls = [
        call(1, Some("wang.li"), 10, Party::Caller),
        call(2, Some("li.na"), 31, Party::Agent(agent("li.na"))),
        call(3, None, 3, Party::Caller),
        call(4, None, 60, Party::System),
        unqueued,
        call(20, Some("wang.li"), 30, Party::Caller),
    ];
    put(db, ONE, &calls).await;
    put(db, TWO, &calls[..1]).await;
    let in_time = InTime { answered: Duration::from_secs(30), abandoned: Duration::from_secs(5) };
    let quarters = reports::by_quarter(db, ONE, &Filter::ALL, in_time).await.unwrap();
    let agents = reports::by_agent(db, ONE, &Filter::ALL, in_time).await.unwrap();
    let total = |each: &mut dyn Iterator<Item = Sums>| {
        each.fold((0, 0, 0, 0), |(offered, answered, within, talk), sums| {
            (offered + sums.offered, answered + sums.answered, within + sums.answered_within, talk + sums.talk_ms)
        })
    };
    let expected = (5, 3, 2, 3 * 120_000);
    assert_eq!(total(&mut quarters.iter().map(|(_, sums)| *sums)), expected);
    assert_eq!(total(&mut agents.iter().map(|(_, sums)| *sums)), expected, "agents come to what the quarters do");
    assert!(quarters.len() > 1 && quarters.iter().all(|(at, _)| at.as_micros() % 900_000_000 == 0));
    let of = |name: &str| agents.iter().find(|(by, _)| *by == Some(agent(name))).map(|(_, sums)| sums.answered);
    assert_eq!((of("wang.li"), of("li.na")), (Some(2), Some(1)));
    let nobody = agents.iter().find(|(by, _)| by.is_none()).expect("two calls nobody had").1;
    assert_eq!((nobody.offered, nobody.abandoned, nobody.abandoned_early), (2, 1, 1));
    let own = Filter {
        seen: Some(calls::Seen { agents: BTreeSet::from([agent("li.na")]), queues: BTreeSet::new() }),
        ..Filter::ALL
    };
    let own = reports::by_quarter(db, ONE, &own, in_time).await.unwrap();
    assert_eq!(own.iter().map(|(_, sums)| sums.offered).sum::<u64>(), 1, "an agent sees what is his");
    for outcome in [Outcome::Answered, Outcome::Abandoned, Outcome::PassedOn, Outcome::Left] {
        let found = listed(db, &Filter { outcome: Some(outcome), ..Filter::ALL }).await;
        let expected: BTreeSet<_> =
            calls.iter().filter(|call| call.row.outcome() == outcome).map(|call| call.row.call).collect();
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{outcome:?}");
    }
}

/// RPT-02: each vote counts once, for the agent it is about, whoever else had the call and however often it is written.
async fn rpt_02_votes_are_summed_up_by_agent_and_scale(db: &Db) {
    let vote = |name: &str, question: &str, score| VoteRow { agent: agent(name), question: question.to_owned(), score };
    let voted = |count: u32, votes: &[VoteRow]| StoredCall { votes: votes.to_vec(), ..full(count) };
    let mut handed_on = voted(1, &[vote("li.na", "service", Some((5, 5))), vote("li.na", "solved", Some((0, 1)))]);
    handed_on.agents.insert(agent("li.na"));
    let mut unqueued = voted(4, &[vote("li.na", "service", Some((1, 5)))]);
    unqueued.row.queue = None;
    let mut other = voted(5, &[vote("li.na", "service", Some((9, 10)))]);
    other.row.queue = Some(queue("sales"));
    let calls = [
        handed_on,
        voted(2, &[vote("li.na", "service", Some((4, 5)))]),
        voted(3, &[vote("wang.li", "service", None)]),
        unqueued,
        other,
        full(6),
    ];
    // A record is written again when its recording is sealed.
    put(db, ONE, &calls).await;
    put(db, ONE, &calls).await;
    put(db, TWO, &calls[..1]).await;
    let sums = |name: &str, question: &str, best, asked, score_sum, best_given| VoteSums {
        agent: agent(name),
        question: question.to_owned(),
        best,
        asked,
        score_sum,
        best_given,
    };
    let of = |filter: Filter| async move {
        let mut all = votes::by_agent(db, ONE, &filter).await.unwrap();
        all.sort_by_key(|sums| (sums.agent.clone(), sums.question.clone(), sums.best));
        all
    };
    let after_sales = [
        sums("li.na", "service", Some(5), 2, 9, 1),
        sums("li.na", "solved", Some(1), 1, 0, 0),
        sums("wang.li", "service", None, 1, 0, 0),
    ];
    assert_eq!(of(only(|f| f.queue = Some(queue("售后")))).await, after_sales);
    let sales = sums("li.na", "service", Some(10), 1, 9, 0);
    assert_eq!(of(only(|f| f.queue = Some(queue("sales")))).await, std::slice::from_ref(&sales));
    let [first, second, third] = after_sales;
    assert_eq!(of(Filter::ALL).await, [first, sales, second, third], "all queues come to what each does");
    assert_eq!(of(only(|f| f.until = Some(MORNING))).await, []);
}

async fn a_bare_call_is_found_as_it_was_stored(db: &Db) {
    let statuses = [
        None,
        Some(RecordingStatus::Partial { missing: minutes(1) }),
        Some(RecordingStatus::Failed { reason: "disk full".to_owned() }),
    ];
    let parties = [Party::Caller, Party::External, Party::System, Party::Operator];
    for (count, cause) in (1..).zip(Cause::ALL) {
        let mut call = full(count);
        call.row.caller = None;
        call.row.trunk = None;
        call.row.queue = None;
        call.row.agent = None;
        call.row.cause = *cause;
        call.row.ended_by = parties[count as usize % parties.len()].clone();
        call.row.recording = statuses[count as usize % statuses.len()].clone().map(|status| CallRecording {
            status,
            sha256: String::new(),
            length: Duration::ZERO,
        });
        put(db, ONE, std::slice::from_ref(&call)).await;
        assert_eq!(calls::find(db, ONE, call.row.call).await.unwrap(), Some(call));
    }
}

async fn a_call_that_is_stored_again_is_replaced(db: &Db) {
    let mut call = full(1);
    put(db, ONE, &[call.clone()]).await;
    call.row.recording = None;
    call.row.talk = minutes(9);
    call.record = "{}".to_owned();
    put(db, ONE, &[call.clone()]).await;
    assert_eq!(calls::find(db, ONE, call_id(1)).await.unwrap(), Some(call));
    assert_eq!(listed(db, &Filter::ALL).await, [call_id(1)]);
}

async fn a_tenant_sees_its_own_calls_only(db: &Db) {
    let mut theirs = full(1);
    theirs.record = "\"theirs\"".to_owned();
    put(db, ONE, &[full(1), full(2)]).await;
    put(db, TWO, &[theirs.clone()]).await;
    assert_eq!(calls::find(db, ONE, call_id(1)).await.unwrap(), Some(full(1)));
    assert_eq!(calls::find(db, TWO, call_id(1)).await.unwrap(), Some(theirs));
    assert_eq!(calls::find(db, TWO, call_id(2)).await.unwrap(), None);
    assert_eq!(listed(db, &Filter::ALL).await, [call_id(2), call_id(1)]);
    let prefixed = calls::by_prefix(db, TWO, "", 10).await.unwrap();
    assert_eq!(prefixed.len(), 1);
}

async fn calls_are_found_by_the_beginning_of_their_id(db: &Db) {
    put(db, ONE, &[full(2), full(1), full(40)]).await;
    let id = call_id(1).to_string();
    let cases = [
        (id.as_str(), vec![call_id(1)]),
        (&id[..12], vec![call_id(1), call_id(2)]),
        (&id[..5], vec![call_id(1), call_id(2), call_id(40)]),
        ("7", vec![]),
        ("%", vec![]),
        ("' OR 1=1 --", vec![]),
    ];
    for (prefix, expected) in cases {
        let found = calls::by_prefix(db, ONE, &prefix.to_lowercase(), 10).await.unwrap();
        assert_eq!(found.iter().map(|row| row.call).collect::<Vec<_>>(), expected, "{prefix}");
    }
    assert_eq!(calls::by_prefix(db, ONE, "", 2).await.unwrap().len(), 2);
}

fn only(set: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::ALL;
    set(&mut filter);
    filter
}

async fn a_list_shows_what_the_filter_matches(db: &Db) {
    let mut other = full(2);
    other.row.caller = Some(number("057187654321"));
    other.row.called = number("95588");
    other.row.queue = Some(queue("sales"));
    other.row.agent = Some(agent("ann"));
    other.row.talk = minutes(2);
    let mut bare = full(3);
    bare.row.caller = None;
    bare.row.queue = None;
    bare.row.agent = None;
    put(db, ONE, &[full(1), other.clone(), bare]).await;
    let [one, two, three] = [call_id(1), call_id(2), call_id(3)];
    let from = |count| Some(MORNING + minutes(count));
    let cases = [
        (Filter::ALL, vec![three, two, one]),
        (only(|f| f.from = from(2)), vec![three, two]),
        (only(|f| f.until = from(2)), vec![one]),
        (only(|f| (f.from, f.until) = (from(2), from(3))), vec![two]),
        (only(|f| f.caller = other.row.caller.clone()), vec![two]),
        (only(|f| f.called = Some(number("4008001234"))), vec![three, one]),
        (only(|f| f.queue = Some(queue("售后"))), vec![one]),
        (only(|f| f.agent = Some(agent("ann"))), vec![two]),
        (only(|f| (f.agent, f.queue) = (Some(agent("ann")), Some(queue("售后")))), vec![]),
        (only(|f| f.talk_min = Some(minutes(2))), vec![two]),
        (only(|f| f.talk_min = Some(Duration::from_millis(4444))), vec![three, two, one]),
    ];
    for (filter, expected) in cases {
        assert_eq!(listed(db, &filter).await, expected, "{filter:?}");
    }
}

async fn a_page_ends_where_the_next_begins(db: &Db) {
    // Pairs of calls that arrived in the same microsecond: the id decides.
    let calls: Vec<StoredCall> = (0..23)
        .map(|count| {
            let mut call = full(count);
            call.row.started_at = MORNING + minutes(u64::from(count / 2));
            call
        })
        .collect();
    put(db, ONE, &calls).await;
    let expected: Vec<CallRow> = calls.iter().rev().map(|call| call.row.clone()).collect();
    for rows_max in [1, 2, 7, 22, 23, 24] {
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let page = calls::list(db, ONE, &Filter::ALL, after, rows_max).await.unwrap();
            assert!(page.rows.len() as u64 <= rows_max && !page.rows.is_empty());
            rows.extend(page.rows);
            after = page.next.map(|cursor| cursor.to_string().parse().unwrap());
            if after.is_none() {
                break;
            }
        }
        assert_eq!(rows, expected, "{rows_max} rows a page");
    }
}

fn version(version: u64) -> ConfigVersion {
    ConfigVersion {
        head: ConfigHead {
            version,
            applied_at: MORNING + minutes(version),
            hash: "cd".repeat(32),
            applied_by: "运维".to_owned(),
        },
        toml: format!("# 第{version}版\n[node]\n"),
    }
}

async fn the_last_version_of_the_configuration_is_found(db: &Db) {
    assert_eq!(configs::latest(db, ONE).await.unwrap(), None);
    for number in [1, 2, 10] {
        configs::insert(db, ONE, &version(number)).await.unwrap();
    }
    configs::insert(db, TWO, &version(11)).await.unwrap();
    assert_eq!(configs::latest(db, ONE).await.unwrap(), Some(version(10)));
    assert_eq!(configs::get(db, ONE, 2).await.unwrap(), Some(version(2)));
    assert_eq!(configs::get(db, ONE, 11).await.unwrap(), None);
    let heads = configs::list(db, ONE, 2).await.unwrap();
    assert_eq!(heads, [version(10).head, version(2).head]);
}

async fn a_version_of_the_configuration_is_never_replaced(db: &Db) {
    configs::insert(db, ONE, &version(1)).await.unwrap();
    let mut other = version(1);
    other.toml = String::new();
    let err = configs::insert(db, ONE, &other).await.unwrap_err();
    assert!(matches!(err, DbError::Write { table: "config_version", .. }), "{err}");
    assert_eq!(configs::get(db, ONE, 1).await.unwrap(), Some(version(1)));
}

async fn nothing_was_applied_to_a_new_database(db: &Db) {
    let scope = bell_store::Scope {
        tenant: ONE,
        node: NodeId(1),
        epoch: bell_store::journal::Epoch::begun_at(Wall::from_micros(5)),
    };
    assert_eq!(applied::get(db, scope).await.unwrap().0, 0);
    assert_eq!(facts::of_call(db, ONE, call_id(1)).await.unwrap(), []);
}

const LIVE: lists::Filter = lists::Filter { list: None, pattern: None, ended: false };

fn actor(name: &str) -> ActorName {
    ActorName::new(name).unwrap()
}

/// An entry with everything an entry can have at its beginning.
fn entry(id: u64, list: &str, pattern: &str) -> EntryRow {
    let service = Service { queue: Some(queue("售后")), priority: Some(9), ..Service::default() };
    EntryRow {
        list: ListName::new(list).unwrap(),
        entry: ListEntry {
            entry: EntryId(id),
            pattern: Pattern::try_from(pattern.to_owned()).unwrap(),
            until: Some(MORNING + minutes(60 * id)),
            state: EntryState::Active,
        },
        terms: Terms {
            owner: actor("王芳"),
            by: None,
            reason: "O'Brien 骚扰\0".to_owned(),
            source: EntrySource::Auto(vec![call_id(1), call_id(2)]),
            service,
        },
        added_at: MORNING + minutes(id),
        approved: None,
        ended: None,
    }
}

async fn change(db: &Db, tenant: TenantId, changes: &[EntryChange]) {
    for change in changes {
        lists::apply(db, tenant, change).await.unwrap();
    }
}

async fn an_entry_is_found_from_its_beginning_to_its_end(db: &Db) {
    let mut row = entry(1, "blocked", "+8613800138000");
    row.entry.until = None;
    row.entry.state = EntryState::Proposed;
    let added = EntryChange::Added(vec![row.clone()]);
    change(db, ONE, &[added.clone(), added]).await;
    change(db, TWO, &[EntryChange::Added(vec![entry(1, "theirs", "+86138*")])]).await;
    row.terms.reason = row.terms.reason.replace('\0', "\u{fffd}");
    assert_eq!(lists::page(db, ONE, &LIVE, EntryId(0), 10).await.unwrap(), [row.clone()]);
    let (by, at) = (actor("li"), MORNING + minutes(7));
    change(db, ONE, &[EntryChange::Approved { entries: vec![EntryId(1)], by: by.clone(), at }]).await;
    row.entry.state = EntryState::Active;
    row.approved = Some((by.clone(), at));
    assert_eq!(lists::page(db, ONE, &LIVE, EntryId(0), 10).await.unwrap(), [row.clone()]);
    for how in [EntryEnd::Expired, EntryEnd::Removed, EntryEnd::Undone, EntryEnd::Replaced] {
        let how = EndedEntry { how, by: Some(by.clone()), at };
        change(db, ONE, &[EntryChange::Ended { entries: vec![EntryId(1)], how: how.clone() }]).await;
        row.ended = Some(how);
        assert_eq!(lists::page(db, ONE, &LIVE, EntryId(0), 10).await.unwrap(), []);
        let all = lists::Filter { ended: true, ..LIVE };
        assert_eq!(lists::page(db, ONE, &all, EntryId(0), 10).await.unwrap(), [row.clone()]);
    }
    assert_eq!(lists::page(db, TWO, &LIVE, EntryId(0), 10).await.unwrap().len(), 1);
}

async fn entries_are_read_page_by_page(db: &Db) {
    assert_eq!(lists::last(db, ONE).await.unwrap(), EntryId(0));
    let rows: Vec<EntryRow> = (1..=2500)
        .map(|id| entry(id, if id % 2 == 0 { "even" } else { "odd" }, &format!("+86138001{id:05}")))
        .collect();
    change(db, ONE, &[EntryChange::Added(rows)]).await;
    assert_eq!(lists::last(db, ONE).await.unwrap(), EntryId(2500));
    let (mut found, mut after) = (0, EntryId(0));
    loop {
        let page = lists::page(db, ONE, &LIVE, after, 999).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.iter().zip(after.0 + 1..).all(|(row, id)| row.entry.entry == EntryId(id)));
        after = last.entry.entry;
        found += page.len();
    }
    assert_eq!(found, 2500);
    let odd = lists::Filter { list: Some(ListName::new("odd").unwrap()), ..LIVE };
    assert_eq!(lists::page(db, ONE, &odd, EntryId(0), 9999).await.unwrap().len(), 1250);
    let one = lists::Filter { pattern: Some(Pattern::try_from("+8613800100077".to_owned()).unwrap()), ..LIVE };
    assert_eq!(lists::page(db, ONE, &one, EntryId(0), 9).await.unwrap()[0].entry.entry, EntryId(77));
}

async fn lists_are_counted_without_what_has_ended(db: &Db) {
    let mut waiting = entry(3, "blocked", "+8613800138003");
    waiting.entry.state = EntryState::Proposed;
    let rows = vec![entry(1, "blocked", "+8613800138001"), entry(2, "watch", "+8613800138002"), waiting];
    let how = EndedEntry { how: EntryEnd::Expired, by: None, at: MORNING };
    change(db, ONE, &[EntryChange::Added(rows), EntryChange::Ended { entries: vec![EntryId(2)], how }]).await;
    let blocked = ListName::new("blocked").unwrap();
    assert_eq!(lists::counts(db, ONE).await.unwrap(), [ListCount { list: blocked, active: 1, proposed: 1 }]);
}

/// INB-23: numbers on a deny list whose callers have talked with us.
async fn inb_23_customers_who_are_kept_out_are_found(db: &Db) {
    let mut turned_away = full(3);
    turned_away.row.talk = Duration::ZERO;
    turned_away.row.cause = Cause::Blocked;
    let mut stranger = turned_away.clone();
    (stranger.row.call, stranger.row.caller) = (call_id(4), Some(number("13900139000")));
    put(db, ONE, &[full(1), full(2), turned_away, stranger]).await;
    let rows = vec![
        entry(1, "blocked", "+8613800138000"),
        entry(2, "blocked", "+8613900139000"),
        entry(3, "watch", "+8613800138000"),
        entry(4, "blocked", "+86138*"),
    ];
    change(db, ONE, &[EntryChange::Added(rows)]).await;
    let blocked = ListName::new("blocked").unwrap();
    let found = lists::blocked_customers(db, ONE, std::slice::from_ref(&blocked), 10).await.unwrap();
    let [customer] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((customer.row.entry.entry, customer.talked, customer.turned_away), (EntryId(1), 2, 1));
    assert_eq!(customer.last_talk, full(2).row.started_at);
    assert_eq!(lists::blocked_customers(db, ONE, &[], 10).await.unwrap(), []);
    assert_eq!(lists::blocked_customers(db, TWO, &[blocked], 10).await.unwrap(), []);
}

/// The tables of a database with the columns of each, as a text.
async fn schema(url: &str) -> String {
    let conn = Database::connect(url).await.unwrap();
    let sql = if url.starts_with("sqlite") {
        "SELECT name || ' ' || sql AS line FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    } else {
        "SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns \
         WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    };
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "line").unwrap()).collect();
    conn.close().await.unwrap();
    lines.join("\n")
}

/// Each migration is applied when it was applied before: once by opening the database again, once by force.
async fn migrations_are_applied_twice(url: &str) {
    Db::open(&config(url)).await.unwrap().close().await.unwrap();
    let before = schema(url).await;
    assert!(before.contains("call_record"), "{before}");
    Db::open(&config(url)).await.unwrap().close().await.unwrap();
    let conn = Database::connect(url).await.unwrap();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let other = if url.starts_with("sqlite:") { "_postgres" } else { "_sqlite" };
    files.retain(|file| !file.file_stem().unwrap().to_string_lossy().ends_with(other));
    for file in files {
        conn.execute_unprepared(&fs::read_to_string(file).unwrap()).await.unwrap();
    }
    conn.close().await.unwrap();
    assert_eq!(schema(url).await, before);
}

#[test]
fn sqlite_takes_each_migration_twice() {
    let database = TestDatabase::sqlite();
    block_on(migrations_are_applied_twice(&database.url));
}

#[test]
fn postgres_takes_each_migration_twice() {
    let database = TestDatabase::postgres();
    block_on(migrations_are_applied_twice(&database.url));
}

#[test]
fn a_database_that_is_opened_by_several_at_once_is_made_once() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let opened = std::thread::scope(|scope| {
            let open = || block_on(async { Db::open(&database.config()).await.map(|_| ()) });
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap().err()).collect::<Vec<_>>()
        });
        assert!(opened.is_empty(), "{}: {opened:?}", database.url);
        database.run(async |db| assert_eq!(configs::latest(db, ONE).await.unwrap(), None));
    }
}

/// SQLite plans by what it knows of a table: that all rows are of one tenant, it does not guess.
#[test]
fn rec_12_sqlite_takes_stock_of_what_has_grown() {
    let database = TestDatabase::sqlite();
    database.run(async |db| put(db, ONE, &(1..=300).map(full).collect::<Vec<_>>()).await);
    database.run(async |_| {
        let conn = Database::connect(&database.url).await.unwrap();
        let ask = "SELECT stat FROM sqlite_stat1 WHERE idx = 'call_record_by_time_talk'";
        let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), ask)).await.unwrap().unwrap();
        let stat: String = row.try_get("", "stat").unwrap();
        assert!(stat.starts_with("300 300 "), "rows, and rows of a tenant: {stat}");
        conn.close().await.unwrap();
    });
}

#[test]
fn a_value_of_a_later_version_is_refused_by_name() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        database.run(async |db| {
            put(db, ONE, &[full(1)]).await;
            let conn = Database::connect(&database.url).await.unwrap();
            conn.execute_unprepared("UPDATE call_record SET cause = 'eaten'").await.unwrap();
            let err = calls::find(db, ONE, call_id(1)).await.unwrap_err();
            assert!(matches!(err, DbError::Row { column: "cause", .. }), "{err}");
            conn.close().await.unwrap();
        });
    }
}

#[test]
fn a_url_of_no_database_we_speak_is_refused() {
    let err = block_on(Db::open(&config("mysql://root:secret@localhost/x"))).unwrap_err();
    assert_eq!(
        err.to_string(),
        "mysql://root:***@localhost/x is no database: write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"
    );
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let mut away = config("postgres://bell:secret@127.0.0.1:1/bell");
    away.connect_timeout = Duration::from_millis(100);
    let err = block_on(Db::open(&away)).unwrap_err();
    assert_eq!(err.to_string(), "failed to connect to postgres://bell:***@127.0.0.1:1/bell");
    away.url = "sqlite:/nonexistent/x.db".to_owned();
    let err = block_on(Db::open(&away)).unwrap_err();
    assert_eq!(err.to_string(), "failed to connect to sqlite:/nonexistent/x.db");
}
