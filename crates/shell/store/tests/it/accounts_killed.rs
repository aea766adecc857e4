//! A process that changes accounts and is killed with `kill -9` in the middle of it, again and again: a change and its
//! record of audit are both there, or neither is (SEC-14).

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use bell_access::audit::{Entry, Outcome, Who};
use bell_access::{Account, PasswordHash, Policy, TenantId as Tenant, UnitId, User, UserId};
use bell_store::accounts::{Accounts, Changing, Person};
use bell_store::{Db, TenantId};

use crate::support::database::{TestDatabase, config};
use crate::support::{MORNING, block_on};

const URL: &str = "BELL_STORE_TEST_ACCOUNTS_OF_CHILD";
const KILLS: usize = 12;

fn person(id: UserId) -> Person {
    let user = User {
        user: id,
        tenant: Tenant(1),
        home: UnitId(1),
        projects: std::collections::BTreeSet::new(),
        grants: Vec::new(),
    };
    Person {
        user,
        name: format!("user{id}"),
        display_name: String::new(),
        language: "en".to_owned(),
        agent: None,
        made_at: MORNING,
        last_login: None,
        account: Account::new(id, MORNING, PasswordHash::new("h".to_owned())),
    }
}

/// Straight to the pipe: the test harness would keep what is printed.
fn say(what: &str, id: UserId) {
    io::stderr().write_all(format!("{what} {id}\n").as_bytes()).unwrap();
}

async fn add_one(db: &Db) -> UserId {
    let mut change = Changing::begin(db, TenantId::FIRST).await.unwrap();
    let id = change.next_person().await.unwrap();
    say("begun", id);
    change.put_person(&person(id)).await.unwrap();
    say("changed", id);
    let entry = Entry {
        at: MORNING,
        who: Who::System("test".to_owned()),
        address: None,
        action: "user.write".to_owned(),
        object: format!("user user{id}"),
        outcome: Outcome::Done,
        details: Vec::new(),
    };
    change.tell(entry).await.unwrap();
    say("told", id);
    change.commit().await.unwrap();
    say("done", id);
    id
}

/// Not a test of its own: what the process runs that is killed.
#[test]
fn child_that_changes_accounts_until_it_is_killed() {
    let Some(url) = env::var_os(URL) else { return };
    block_on(async {
        let db = Db::open(&config(url.to_str().unwrap())).await.unwrap();
        loop {
            add_one(&db).await;
        }
    });
}

/// Starts a child and kills it as soon as it has come so far with its third change. The last change it said was done.
fn change_and_kill(url: &str, at: &str) -> Option<u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "accounts_killed::child_that_changes_accounts_until_it_is_killed", "--nocapture"])
        .arg("--test-threads=1")
        .env(URL, url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let (mut done, mut times) = (None, 0);
    for line in lines {
        let Some((what, id)) = line.split_once(' ') else { continue };
        if what == "done" {
            done = id.parse().ok();
        }
        times += usize::from(what == at);
        if times == 3 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    done
}

#[test]
fn sec_14_who_is_killed_leaves_both_a_change_and_its_record_or_neither() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        database.run(async |db| {
            for kill in 0..KILLS {
                let at = ["begun", "changed", "told", "done"][kill % 4];
                let done = change_and_kill(&database.url, at);
                let accounts = Accounts::of(db, TenantId::FIRST);
                // PostgreSQL may still be at work on what the dead one has sent; whoever comes next waits for that.
                Changing::begin(db, TenantId::FIRST).await.unwrap().commit().await.unwrap();
                let people = accounts.people_count().await.unwrap();
                let records = accounts.records_after(0, 100_000).await.unwrap();
                assert_eq!(people, records.len() as u64, "killed when {at}");
                let objects = records.iter().map(|record| record.object.clone());
                assert!(objects.eq((1..=people).map(|id| format!("user user{id}"))), "one for each, in their order");
                assert!(done.is_some_and(|done| done <= people), "what was said to be done is there");
                assert!(accounts.verify_audit(&[]).await.unwrap().is_ok());
            }
            // It is not in the way of whoever prunes.
            let mut change = Changing::begin(db, TenantId::FIRST).await.unwrap();
            assert_eq!(change.prune_audit(MORNING, &Policy::for_tests()).await.unwrap(), 0);
        });
    }
}
