//! The projector: every fact once, whatever happens to the database.

use std::path::Path;
use std::time::Duration;

use bell_store::calls::{self, CallRow, Filter, StoredCall};
use bell_store::journal::{Epoch, FactTail, Limits, Writer};
use bell_store::projector::{Phase, Projection, Projector, ProjectorConfig, RowChange};
use bell_store::{Db, Scope, TenantId, applied, facts};
use bell_types::{CallId, CallbackOutcome, Cause, Fact, FlowName, NodeId, Now, Party, Seq, Wants, What};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use tempfile::TempDir;

use crate::support::database::{TestDatabase, config};
use crate::support::postgres::Server;
use crate::support::{self, FACTS_PER_CALL, block_on, call_id, facts_of_calls, limits, number};

const TENANT: TenantId = TenantId::FIRST;
/// Far longer than anything takes: it is only reached when something hangs.
const LONG: Duration = Duration::from_secs(60);

/// What the binary would do with `bell-call`: a record at the end of a call.
struct EndedCalls;

impl Projection for EndedCalls {
    fn concerns(&mut self, fact: &Fact) -> Option<CallId> {
        match &fact.what {
            What::CallEnded { call, .. } => Some(*call),
            _ => None,
        }
    }

    fn fold(&mut self, call: CallId, facts: &[Fact]) -> Vec<RowChange> {
        assert!(facts.iter().all(|fact| fact.what.call() == Some(call)));
        let (first, last) = (facts.first().unwrap(), facts.last().unwrap());
        let row = CallRow {
            call,
            started_at: first.now.wall,
            ended_at: last.now.wall,
            caller: None,
            called: number("95588"),
            trunk: None,
            flow: FlowName::new("main").unwrap(),
            flow_version: 1,
            queue: None,
            agent: None,
            ring: Duration::ZERO,
            ivr: last.now.mono - first.now.mono,
            queued: Duration::ZERO,
            talk: Duration::ZERO,
            hold: Duration::ZERO,
            cause: Cause::HungUp,
            ended_by: Party::Caller,
            recording: None,
        };
        let seqs: Vec<String> = facts.iter().map(|fact| fact.seq.to_string()).collect();
        let record = seqs.join(" ");
        vec![RowChange::PutCall(Box::new(StoredCall {
            row,
            record,
            agents: std::collections::BTreeSet::new(),
            mode: None,
            votes: Vec::new(),
        }))]
    }
}

/// A journal that grows call by call.
struct Node {
    dir: TempDir,
    writer: Writer,
    calls: u32,
}

impl Node {
    fn new() -> Self {
        Self::with_limits(&limits())
    }

    fn with_limits(limits: &Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (writer, _) = Writer::open(dir.path(), limits, NodeId(0), Epoch(1)).unwrap();
        Self { dir, writer, calls: 0 }
    }

    fn take_calls(&mut self, count: u32) {
        for fact in facts_of_calls(self.writer.last_seq().0 + 1, self.calls..self.calls + count) {
            self.writer.append_facts(&[fact]).unwrap();
        }
        self.calls += count;
        self.writer.flush().unwrap();
    }

    fn project(&self, url: &str, batch_facts_max: usize) -> Projector {
        let config = projector_config(self.dir.path(), url, batch_facts_max);
        Projector::start(config, self.writer.durable(), Box::new(EndedCalls)).unwrap()
    }

    fn wait_until_applied(&self, projector: &Projector) {
        let last = self.writer.last_seq();
        assert!(projector.wait_until(LONG, |health| health.applied == last), "{:?}", projector.health());
    }

    /// Every fact is there once and in its order, and every call has its record.
    fn check(&self, url: &str) {
        let scope = Scope { tenant: TENANT, node: NodeId(0), epoch: Epoch(1) };
        block_on(async {
            let db = Db::open(&config(url)).await.unwrap();
            assert_eq!(applied::get(&db, scope).await.unwrap(), self.writer.last_seq());
            let mut seen = 0;
            for count in 0..self.calls {
                let facts = facts::of_call(&db, TENANT, call_id(count)).await.unwrap();
                seen += facts.len() as u64;
                let stored = calls::find(&db, TENANT, call_id(count)).await.unwrap().unwrap();
                let seqs: Vec<String> = facts.iter().map(|fact| fact.seq.to_string()).collect();
                assert_eq!(stored.record, seqs.join(" "), "the record is a fold over all facts of its call");
                assert_eq!(facts.len() as u64, FACTS_PER_CALL);
            }
            assert_eq!(seen, self.writer.last_seq().0);
            let mut listed = 0;
            let mut after = None;
            loop {
                let page = calls::list(&db, TENANT, &Filter::ALL, after, 500).await.unwrap();
                listed += page.rows.len();
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(listed, self.calls as usize);
            db.close().await.unwrap();
        });
    }
}

fn projector_config(journal: &Path, url: &str, batch_facts_max: usize) -> ProjectorConfig {
    ProjectorConfig {
        db: config(url),
        journal: journal.to_owned(),
        tenant: TENANT,
        batch_facts_max,
        batch_timeout: Duration::from_secs(20),
        idle_wait: Duration::from_millis(2),
        retry_wait_min: Duration::from_millis(5),
        retry_wait_max: Duration::from_millis(50),
        niceness: 0,
    }
}

fn both() -> [TestDatabase; 2] {
    [TestDatabase::sqlite(), TestDatabase::postgres()]
}

#[test]
fn facts_become_rows_while_the_node_writes() {
    for database in both() {
        let mut node = Node::new();
        let projector = node.project(&database.url, 7);
        for _ in 0..5 {
            node.take_calls(10);
            node.wait_until_applied(&projector);
        }
        let health = projector.health();
        assert_eq!((health.failures, health.error.as_deref()), (0, None));
        assert_eq!((health.phase, health.lag(Seq(250))), (Phase::Following, 50));
        drop(projector);
        node.check(&database.url);
    }
}

/// INB-30: who asked and was not called back yet is found, whatever he asked for before and whatever came after `last`.
#[test]
fn inb_30_open_callbacks_are_found() {
    let asked = |call| {
        let (planned, queue) = (call_id(call + 100), support::queue("sales"));
        let waited = Duration::from_secs(9);
        What::CallbackAsked { call: call_id(call), planned, queue, priority: 0, waited, wants: Wants::default() }
    };
    let ended = |call| What::CallbackEnded { call: call_id(call), outcome: CallbackOutcome::Expired };
    let other = What::FlowEntered { call: call_id(1), node: "menu".to_owned() };
    let story = [asked(1), other, asked(2), ended(2), asked(3), ended(3), asked(3), asked(4), ended(1)];
    for database in both() {
        let mut node = Node::new();
        for (seq, what) in (1..).zip(story.clone()) {
            node.writer.append_facts(&[Fact { seq: Seq(seq), now: Now::default(), what }]).unwrap();
        }
        node.writer.flush().unwrap();
        let projector = node.project(&database.url, 7);
        node.wait_until_applied(&projector);
        drop(projector);
        block_on(async {
            let db = Db::open(&config(&database.url)).await.unwrap();
            let open = async |epoch, last| {
                let facts = facts::of_open_callbacks(&db, TENANT, Epoch(epoch), Seq(last)).await.unwrap();
                facts.iter().map(|fact| fact.seq.0).collect::<Vec<_>>()
            };
            assert_eq!(open(1, 9).await, [5, 6, 7, 8]);
            assert_eq!(open(1, 7).await, [5, 6, 7], "what came after that is somebody else's");
            assert_eq!(open(2, 0).await, [5, 6, 7, 8], "a journal that is lost has left its callbacks here");
            db.close().await.unwrap();
        });
    }
}

/// DIA-25: the switches of all journals, in their order.
#[test]
fn dia_25_switches_of_emergencies_are_found_whatever_the_journal_keeps() {
    let switched = |on| {
        let number = "4001234567".to_owned().try_into().unwrap();
        What::EmergencySwitched { number, on, drill: false, targets: Vec::new(), by: "system".to_owned() }
    };
    let other = What::FlowEntered { call: call_id(1), node: "menu".to_owned() };
    for database in both() {
        let mut node = Node::new();
        for (seq, what) in (1..).zip([switched(true), other.clone(), switched(false), switched(true)]) {
            node.writer.append_facts(&[Fact { seq: Seq(seq), now: Now::default(), what }]).unwrap();
        }
        node.writer.flush().unwrap();
        let projector = node.project(&database.url, 7);
        node.wait_until_applied(&projector);
        drop(projector);
        block_on(async {
            let db = Db::open(&config(&database.url)).await.unwrap();
            let found = async |epoch, last| {
                let facts = facts::of_emergencies(&db, TENANT, Epoch(epoch), Seq(last)).await.unwrap();
                facts.iter().map(|fact| fact.seq.0).collect::<Vec<_>>()
            };
            assert_eq!(found(1, 4).await, [1, 3, 4]);
            assert_eq!(found(1, 3).await, [1, 3], "what came after that is this run's own");
            assert_eq!(found(2, 0).await, [1, 3, 4], "a journal that is lost has left its switches here");
            db.close().await.unwrap();
        });
    }
}

#[test]
fn a_restarted_projector_goes_on_in_the_middle_of_a_call() {
    for database in both() {
        let mut node = Node::new();
        for _ in 0..10 {
            // An odd number of calls and of facts: the batches end within calls.
            node.take_calls(3);
            let projector = node.project(&database.url, 5);
            projector.wait_until(LONG, |health| health.applied.0 + 7 > node.writer.last_seq().0);
        }
        let projector = node.project(&database.url, 5);
        node.wait_until_applied(&projector);
        drop(projector);
        node.check(&database.url);
    }
}

#[test]
fn a_projector_may_start_before_its_database_and_stop_without_it() {
    let mut node = Node::new();
    node.take_calls(1);
    let mut config = projector_config(node.dir.path(), "postgres://bell:secret@127.0.0.1:1/bell", 5);
    // A refused connection is tried again for so long.
    config.db.connect_timeout = Duration::from_millis(100);
    let projector = Projector::start(config, node.writer.durable(), Box::new(EndedCalls)).unwrap();
    assert!(projector.wait_until(LONG, |health| health.failures >= 3));
    let health = projector.health();
    let error = health.error.unwrap();
    assert!(error.starts_with("the database cannot be written: failed to connect to postgres://bell:***@"), "{error}");
    assert_eq!(health.applied, Seq(0));
    drop(projector);
}

#[test]
fn a_locked_sqlite_file_delays_and_loses_nothing() {
    let database = TestDatabase::sqlite();
    let mut node = Node::new();
    node.take_calls(20);
    let projector = node.project(&database.url, 10);
    node.wait_until_applied(&projector);
    block_on(async {
        for _ in 0..3 {
            // Another program that writes, and takes its time.
            let other = Database::connect(&database.url).await.unwrap();
            let tx = other.begin().await.unwrap();
            tx.execute_unprepared("UPDATE applied SET seq = seq").await.unwrap();
            let before = projector.health();
            node.take_calls(20);
            assert!(projector.wait_until(LONG, |health| health.failures > before.failures));
            let health = projector.health();
            assert_eq!(health.applied, before.applied);
            assert!(health.error.unwrap().contains("locked"));
            tx.rollback().await.unwrap();
            other.close().await.unwrap();
            node.wait_until_applied(&projector);
        }
    });
    assert_eq!(projector.health().error, None);
    drop(projector);
    node.check(&database.url);
}

#[test]
fn a_postgres_that_crashes_and_returns_has_every_fact_once() {
    let server = Server::begin();
    let url = server.new_database();
    let mut node = Node::new();
    node.take_calls(50);
    let projector = node.project(&url, 3);
    for round in 1..=3 {
        node.take_calls(400);
        let (from, last) = (projector.health().applied.0, node.writer.last_seq().0);
        let some = from + (last - from) / 4 * round / 2;
        assert!(projector.wait_until(LONG, |health| health.applied.0 > some));
        let failures = projector.health().failures;
        server.stop();
        assert!(projector.wait_until(LONG, |health| health.failures > failures), "it notices");
        assert!(projector.health().lag(Seq(last)) > 0, "it was in the middle");
        server.start();
    }
    node.wait_until_applied(&projector);
    assert!(projector.wait_until(LONG, |health| health.error.is_none()));
    drop(projector);
    node.check(&url);
}

#[test]
fn connections_that_are_cut_while_committing_lose_and_double_nothing() {
    let url = Server::shared().new_database();
    let mut node = Node::new();
    node.take_calls(600);
    let projector = node.project(&url, 2);
    block_on(async {
        let admin = Database::connect(&url).await.unwrap();
        let mut cuts = 0;
        while projector.health().applied < node.writer.last_seq() {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                       AND pid <> pg_backend_pid()";
            admin.execute_unprepared(cut).await.unwrap();
            cuts += 1;
            // Let it get on: otherwise it would never be connected.
            let before = projector.health().applied;
            projector.wait_until(LONG, |health| {
                health.applied.0 > before.0 + 20 || health.applied == node.writer.last_seq()
            });
        }
        assert!(cuts > 20, "{cuts} cuts");
        admin.close().await.unwrap();
    });
    assert!(projector.health().failures > 10, "{:?}", projector.health());
    node.wait_until_applied(&projector);
    drop(projector);
    node.check(&url);
}

#[test]
fn two_projectors_of_one_journal_double_nothing() {
    for database in both() {
        let mut node = Node::new();
        node.take_calls(200);
        let [one, two] = [node.project(&database.url, 9), node.project(&database.url, 5)];
        node.wait_until_applied(&one);
        node.wait_until_applied(&two);
        drop((one, two));
        node.check(&database.url);
    }
}

#[test]
fn a_database_new_to_an_old_journal_begins_with_what_is_left() {
    for database in both() {
        let limits = Limits { total_bytes_max: 150_000, ..limits() };
        let mut node = Node::with_limits(&limits);
        while FactTail::after(node.dir.path(), Seq(0)).is_ok() {
            node.take_calls(10);
            node.writer.tend(node.writer.last_seq());
        }
        let oldest = bell_store::journal::Reader::oldest(node.dir.path()).unwrap().file_first_seq();
        assert!(oldest > Seq(1));
        let projector = node.project(&database.url, 100);
        node.wait_until_applied(&projector);
        drop(projector);
        database.run(async |db| {
            let newest = facts::of_call(db, TENANT, call_id(node.calls - 1)).await.unwrap();
            assert_eq!(newest.len() as u64, FACTS_PER_CALL);
            assert_eq!(facts::of_call(db, TENANT, call_id(0)).await.unwrap(), []);
        });
    }
}

#[test]
fn an_older_copy_of_the_journal_is_noticed() {
    let database = TestDatabase::sqlite();
    let mut node = Node::new();
    node.take_calls(10);
    let projector = node.project(&database.url, 100);
    node.wait_until_applied(&projector);
    drop(projector);
    let mut copy = Node::new();
    copy.take_calls(2);
    let projector = copy.project(&database.url, 100);
    let expected = "the database has applied facts to 40, but the journal ends at 8: it is an older copy";
    let noticed = projector.wait_until(LONG, |health| health.error.as_deref() == Some(expected));
    assert!(noticed, "{:?}", projector.health());
}

#[test]
fn a_journal_begun_anew_is_applied_beside_the_old_one() {
    let database = TestDatabase::sqlite();
    for epoch in [Epoch(1), Epoch(2)] {
        let dir = tempfile::tempdir().unwrap();
        let (mut writer, _) = Writer::open(dir.path(), &limits(), NodeId(0), epoch).unwrap();
        writer.append_facts(&facts_of_calls(1, 0..1)).unwrap();
        writer.flush().unwrap();
        let config = projector_config(dir.path(), &database.url, 10);
        let projector = Projector::start(config, writer.durable(), Box::new(EndedCalls)).unwrap();
        assert!(projector.wait_until(LONG, |health| health.applied == writer.last_seq()));
    }
    database.run(async |db| {
        let facts = facts::of_call(db, TENANT, call_id(0)).await.unwrap();
        assert_eq!(facts.iter().map(|fact| fact.seq.0).collect::<Vec<_>>(), [1, 2, 3, 4, 1, 2, 3, 4]);
    });
}

#[test]
fn a_damaged_journal_is_reported_with_file_and_offset() {
    let database = TestDatabase::sqlite();
    let mut node = Node::new();
    node.take_calls(10);
    let path = node.dir.path().join("00000000000000000001.journal");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[500] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let projector = node.project(&database.url, 100);
    assert!(projector.wait_until(LONG, |health| health.failures > 1), "it tries again");
    let error = projector.health().error.unwrap();
    assert!(error.contains("00000000000000000001.journal is damaged at byte"), "{error}");
}

#[test]
fn a_projection_that_panics_stops_the_projector_visibly() {
    struct Panicking;
    impl Projection for Panicking {
        fn concerns(&mut self, _: &Fact) -> Option<CallId> {
            panic!("a defect of the projection");
        }
        fn fold(&mut self, _: CallId, _: &[Fact]) -> Vec<RowChange> {
            Vec::new()
        }
    }
    let database = TestDatabase::sqlite();
    let mut node = Node::new();
    node.take_calls(1);
    let config = projector_config(node.dir.path(), &database.url, 100);
    let projector = Projector::start(config, node.writer.durable(), Box::new(Panicking)).unwrap();
    assert!(projector.wait_until(LONG, |health| health.phase == Phase::Stopped));
    assert_eq!(projector.health().applied, Seq(0));
}
