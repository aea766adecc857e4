//! What the centre knows: articles for agents, found by any part of their words, and which of them were used in which call.

use bell_access::audit::Entry;
use bell_customer::{Search, small};
use bell_types::{CallId, QueueName, Wall};

use crate::db::convert::{signed, unsigned};
use crate::db::rows::{Rows, part};
use crate::db::sql::{Row, Value, json, marks, text, when};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "article";
const USED: &str = "call_article";
const COLUMNS: &str = "article, title, body, standard, queues, version, changed_at, changed_by";

/// How many articles one answer holds at most.
pub const ROWS_MAX: u64 = 200;

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its id, which whoever writes it chooses.
    pub article: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether it is the answer that was agreed on: such come first.
    pub standard: bool,
    /// The queues it is for; none: all.
    pub queues: Vec<QueueName>,
    /// Counted from 1.
    pub version: u64,
    /// When it was changed last.
    pub changed_at: Wall,
    /// By whom.
    pub changed_by: String,
}

/// How an article was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is this version now.
    Done(u64),
    /// Somebody else has changed it meanwhile: it is this version.
    Changed(u64),
    /// There are as many articles as there may be.
    TooMany,
}

/// Articles in whose title or text every word is: standard answers first, then those with all words in the title, then the
/// newest.
pub async fn search(
    db: &Db,
    tenant: TenantId,
    search: &Search,
    queue: Option<&QueueName>,
    rows_max: u64,
) -> Result<Vec<Article>, DbError> {
    let mut values: Vec<Value> = vec![signed(rows_max.clamp(1, ROWS_MAX)).into()];
    let for_queue = queue.map_or(String::new(), |queue| {
        values.push(part(&format!("\"{queue}\"")));
        " AND (queues = '[]' OR queues LIKE $3 ESCAPE '!')".to_owned()
    });
    let first = values.len() + 2;
    let words = search.words();
    let all = |column: &str| -> String {
        (first..first + words.len()).map(|place| format!(" AND {column} LIKE ${place} ESCAPE '!'")).collect()
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM article WHERE tenant = $1{for_queue}{} \
         ORDER BY standard DESC, CASE WHEN 1 = 1{} THEN 0 ELSE 1 END, changed_at DESC, article LIMIT $2",
        all("found_by"),
        all("title_found")
    );
    values.extend(words.iter().map(|word| part(word)));
    let found = Rows::of(db, tenant).all(TABLE, &sql, values).await?;
    found.iter().map(article).collect()
}

/// The article of this id.
pub async fn get(db: &Db, tenant: TenantId, id: &str) -> Result<Option<Article>, DbError> {
    let row = Rows::of(db, tenant).one(TABLE, ONE, vec![text(id)]).await?;
    row.as_ref().map(article).transpose()
}

/// Writes an article as its next version, if it is still the one that it was changed from, or if that does not matter. A new
/// one only if there are fewer than `articles_max`. Its entry stands in the log of audit with it.
pub async fn put(
    db: &Db,
    tenant: TenantId,
    wanted: &Article,
    changed_from: Option<u64>,
    articles_max: u64,
    entry: Entry,
) -> Result<Put, DbError> {
    let rows = Rows::begin(db, tenant, TABLE).await?;
    let before = rows.one(TABLE, ONE, vec![text(&wanted.article)]).await?;
    let before = before.as_ref().map(article).transpose()?.map_or(0, |before| before.version);
    if changed_from.is_some_and(|from| from != before) {
        return Ok(Put::Changed(before));
    }
    let count = rows.one(TABLE, "SELECT COUNT(*) AS articles FROM article WHERE tenant = $1", vec![]).await?;
    let count = count.map_or(Ok(0), |row| row.int("articles")).map(unsigned)?;
    if before == 0 && count >= articles_max {
        return Ok(Put::TooMany);
    }
    let queues: Vec<&str> = wanted.queues.iter().map(QueueName::as_str).collect();
    let columns = vec![
        ("title", text(&wanted.title)),
        ("body", text(&wanted.text)),
        ("standard", i64::from(wanted.standard).into()),
        ("queues", json(&queues)),
        ("version", signed(before + 1).into()),
        ("title_found", text(small(&wanted.title))),
        ("found_by", text(small(&format!("{}\n{}", wanted.title, wanted.text)))),
        ("changed_at", when(wanted.changed_at)),
        ("changed_by", text(&wanted.changed_by)),
    ];
    rows.put(TABLE, vec![("article", text(&wanted.article))], columns).await?;
    rows.commit_logged(entry).await?;
    Ok(Put::Done(before + 1))
}

/// Takes an article away, with its entry in the log of audit; in which calls it was used stays. False: there was none.
pub async fn remove(db: &Db, tenant: TenantId, id: &str, entry: Entry) -> Result<bool, DbError> {
    let rows = Rows::begin(db, tenant, TABLE).await?;
    let sql = "DELETE FROM article WHERE tenant = $1 AND article = $2";
    if rows.run(TABLE, sql, vec![text(id)]).await? == 0 {
        return Ok(false);
    }
    rows.commit_logged(entry).await?;
    Ok(true)
}

/// Keeps that an article was used in a call, if there are fewer than `used_max` of it. Once is as often as twice. False: there
/// are too many.
pub async fn used(
    db: &Db,
    tenant: TenantId,
    (call, id): (CallId, &str),
    (at, who): (Wall, &str),
    used_max: u64,
) -> Result<bool, DbError> {
    let rows = Rows::begin(db, tenant, USED).await?;
    let before = "SELECT article FROM call_article WHERE tenant = $1 AND call = $2";
    let before = rows.all(USED, before, vec![call.to_string().into()]).await?;
    let before = before.iter().map(|row| row.text("article")).collect::<Result<Vec<_>, _>>()?;
    if before.iter().any(|other| other == id) {
        return Ok(true);
    }
    if before.len() as u64 >= used_max {
        return Ok(false);
    }
    let key = vec![("call", call.to_string().into()), ("article", text(id))];
    rows.put(USED, key, vec![("at", when(at)), ("who", text(who))]).await?;
    rows.commit().await?;
    Ok(true)
}

/// The articles that were used in a call, in the order they were.
pub async fn of_call(db: &Db, tenant: TenantId, call: CallId) -> Result<Vec<String>, DbError> {
    let sql = "SELECT article FROM call_article WHERE tenant = $1 AND call = $2 ORDER BY at, article";
    let found = Rows::of(db, tenant).all(USED, sql, vec![call.to_string().into()]).await?;
    found.iter().map(|row| row.text("article")).collect()
}

/// The titles of these articles, as far as they are still there.
pub async fn titles(db: &Db, tenant: TenantId, ids: &[String]) -> Result<Vec<(String, String)>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT article, title FROM article WHERE tenant = $1 AND article IN ({})", marks(1, ids.len()));
    let found = Rows::of(db, tenant).all(TABLE, &sql, ids.iter().map(text).collect()).await?;
    found.iter().map(|row| Ok((row.text("article")?, row.text("title")?))).collect()
}

const ONE: &str = "SELECT article, title, body, standard, queues, version, changed_at, changed_by FROM article \
                   WHERE tenant = $1 AND article = $2";

fn article(row: &Row) -> Result<Article, DbError> {
    let queues: Vec<String> = row.json("queues")?;
    let queue = |name: &String| QueueName::new(name).map_err(|_| row.strange("queues", name));
    Ok(Article {
        article: row.text("article")?,
        title: row.text("title")?,
        text: row.text("body")?,
        standard: row.int("standard")? != 0,
        queues: queues.iter().map(queue).collect::<Result<_, _>>()?,
        version: unsigned(row.int("version")?),
        changed_at: row.wall("changed_at")?,
        changed_by: row.text("changed_by")?,
    })
}
