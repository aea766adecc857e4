//! Answers under keys, on SQLite and on PostgreSQL.

use std::time::Duration;

use bell_store::answers::{Answer, Found, Request, begin, end, forget};
use bell_store::{Db, TenantId};

use crate::support::MORNING;
use crate::support::database::TestDatabase;

const ONE: TenantId = TenantId::FIRST;

on_both! {
    a_key_is_taken_once_and_its_answer_is_kept
    old_answers_are_forgotten
}

fn asked(person: u64, key: &str, request: &str) -> Request {
    Request { person, key: key.to_owned(), request: request.to_owned(), at: MORNING }
}

async fn a_key_is_taken_once_and_its_answer_is_kept(db: &Db) {
    let first = asked(1, "k", "dial");
    assert_eq!(begin(db, ONE, &first).await.unwrap(), Found::Nothing);
    assert_eq!(begin(db, ONE, &asked(1, "k", "other")).await.unwrap(), Found::Begun(first.clone()));
    assert_eq!(begin(db, ONE, &asked(2, "k", "dial")).await.unwrap(), Found::Nothing, "keys of two people are two");
    let answer = Answer { status: 202, kind: "application/json".to_owned(), body: Some("{\"call\":null}".to_owned()) };
    end(db, ONE, &first, &answer).await.unwrap();
    assert_eq!(begin(db, ONE, &first).await.unwrap(), Found::Answered(first.clone(), answer));
    let secret = Answer { status: 201, kind: String::new(), body: None };
    end(db, ONE, &asked(2, "k", "dial"), &secret).await.unwrap();
    assert_eq!(begin(db, ONE, &asked(2, "k", "dial")).await.unwrap(), Found::Answered(asked(2, "k", "dial"), secret));
}

async fn old_answers_are_forgotten(db: &Db) {
    let late = Request { at: MORNING + Duration::from_secs(60), ..asked(1, "late", "dial") };
    begin(db, ONE, &asked(1, "early", "dial")).await.unwrap();
    begin(db, ONE, &late).await.unwrap();
    assert_eq!(forget(db, ONE, MORNING).await.unwrap(), 2);
    assert_eq!(forget(db, ONE, late.at).await.unwrap(), 1);
    assert_eq!(begin(db, ONE, &asked(1, "early", "dial")).await.unwrap(), Found::Nothing);
}
