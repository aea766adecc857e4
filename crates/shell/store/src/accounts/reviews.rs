//! Access reviews, and what was said of each role.

use bell_access::{AccessReview, Place, UserId, Verdict};
use bell_types::{RoleName, Wall};

use super::people::{place, place_text};
use super::sql::{Row, Value, when, when_or_none};
use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};

const TABLE: &str = "access_review";
const ITEMS: &str = "access_review_item";
const COLUMNS: &str = "review, opened, opened_by, ends, closed, reminded";

/// How many reviews are shown.
const REVIEWS_MAX: i64 = 100;

/// A role that a review asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewItem {
    /// Whose role.
    pub person: UserId,
    /// Which.
    pub role: RoleName,
    /// From where its scopes are counted.
    pub place: Place,
    /// What was said of it; none yet.
    pub verdict: Option<Verdict>,
    /// By whom.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Wall>,
}

impl Accounts {
    /// The reviews, the newest first.
    pub async fn reviews(&self) -> Result<Vec<AccessReview>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM access_review WHERE tenant = $1 ORDER BY review DESC LIMIT $2");
        self.all(TABLE, &sql, vec![REVIEWS_MAX.into()]).await?.iter().map(review).collect()
    }

    /// One of them.
    pub async fn review(&self, id: u64) -> Result<Option<AccessReview>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM access_review WHERE tenant = $1 AND review = $2");
        self.one(TABLE, &sql, vec![signed(id).into()]).await?.as_ref().map(review).transpose()
    }

    /// The roles that a review asks about. There are at most 16 for each person.
    pub async fn review_items(&self, review: u64) -> Result<Vec<ReviewItem>, DbError> {
        let sql = "SELECT person, role, place, verdict, decided_by, decided_at FROM access_review_item \
                   WHERE tenant = $1 AND review = $2 ORDER BY person, role, place";
        self.all(ITEMS, sql, vec![signed(review).into()]).await?.iter().map(item).collect()
    }
}

impl Changing {
    /// Writes a review.
    pub async fn put_review(&self, review: &AccessReview) -> Result<(), DbError> {
        let columns = vec![
            ("opened", when(review.opened)),
            ("opened_by", signed(review.opened_by.0).into()),
            ("ends", when(review.ends)),
            ("closed", when_or_none(review.closed)),
            ("reminded", when(review.reminded)),
        ];
        self.put(TABLE, vec![("review", signed(review.review).into())], columns).await
    }

    /// Writes what is said of a role.
    pub async fn put_review_item(&self, review: u64, item: &ReviewItem) -> Result<(), DbError> {
        let key = vec![
            ("review", signed(review).into()),
            ("person", signed(item.person.0).into()),
            ("role", item.role.as_str().to_owned().into()),
            ("place", place_text(item.place).into()),
        ];
        let columns = vec![
            ("verdict", item.verdict.map_or(Value::String(None), |verdict| verdict.code().into())),
            ("decided_by", item.decided_by.map(|by| signed(by.0)).into()),
            ("decided_at", when_or_none(item.decided_at)),
        ];
        self.put(ITEMS, key, columns).await
    }

    /// A number for a new review.
    pub async fn next_review(&self) -> Result<u64, DbError> {
        self.next_id(TABLE, "review").await
    }
}

fn review(row: &Row) -> Result<AccessReview, DbError> {
    Ok(AccessReview {
        review: unsigned(row.int("review")?),
        opened: row.wall("opened")?,
        opened_by: UserId(unsigned(row.int("opened_by")?)),
        ends: row.wall("ends")?,
        closed: row.wall_or_none("closed")?,
        reminded: row.wall("reminded")?,
    })
}

fn item(row: &Row) -> Result<ReviewItem, DbError> {
    let known = |value: &str| Verdict::ALL.into_iter().find(|verdict| verdict.code() == value);
    let verdict = row.text_or_none("verdict")?.map(|_| row.known("verdict", known)).transpose()?;
    Ok(ReviewItem {
        person: UserId(unsigned(row.int("person")?)),
        role: row.parsed("role")?,
        place: row.known("place", place)?,
        verdict,
        decided_by: row.int_or_none("decided_by")?.map(|by| UserId(unsigned(by))),
        decided_at: row.wall_or_none("decided_at")?,
    })
}
