//! What somebody is told about his own account.

use bell_access::{DeviceId, LoginId, UserId};
use bell_types::Wall;

use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, text, when, when_or_none};

const TABLE: &str = "notice";
const COLUMNS: &str = "notice, person, at, login, device, content, link, seen_at";

/// How many notices of a person are kept of his logins, and how many of all else; the oldest go. What his work brings does
/// not push out what he is warned of.
pub const NOTICES_MAX: u64 = 100;

/// Something that somebody is told about his own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnNotice {
    /// Its id.
    pub notice: u64,
    /// Who is told.
    pub person: UserId,
    /// When it happened.
    pub at: Wall,
    /// The login it is about.
    pub login: Option<LoginId>,
    /// The device that was new then.
    pub device: Option<DeviceId>,
    /// What is told, as JSON; its meaning is the shell's.
    pub content: String,
    /// What the link "that was not me" contains, until somebody follows it.
    pub link: Option<String>,
    /// When its owner has looked at it.
    pub seen_at: Option<Wall>,
}

impl Accounts {
    /// What a person was told, the newest first.
    pub async fn own_notices(&self, person: UserId) -> Result<Vec<OwnNotice>, DbError> {
        let sql =
            format!("SELECT {COLUMNS} FROM notice WHERE tenant = $1 AND person = $2 ORDER BY notice DESC LIMIT $3");
        let values = vec![signed(person.0).into(), signed(2 * NOTICES_MAX).into()];
        self.all(TABLE, &sql, values).await?.iter().map(notice).collect()
    }
}

impl Changing {
    /// Tells somebody something, and forgets what was told him too long ago. The id is given here.
    pub async fn tell_owner(&self, told: &OwnNotice) -> Result<(), DbError> {
        let id = self.next_id(TABLE, "notice").await?;
        let columns = vec![
            ("person", signed(told.person.0).into()),
            ("at", when(told.at)),
            ("login", told.login.map(|login| signed(login.0)).into()),
            ("device", told.device.map(|device| signed(device.0)).into()),
            ("content", text(&told.content)),
            ("link", told.link.clone().map_or(Value::String(None), text)),
            ("seen_at", when_or_none(told.seen_at)),
        ];
        self.put(TABLE, vec![("notice", signed(id).into())], columns).await?;
        let alike = if told.login.is_some() { "login IS NOT NULL" } else { "login IS NULL" };
        let sql = format!(
            "DELETE FROM notice WHERE tenant = $1 AND person = $2 AND {alike} AND notice <= (SELECT notice FROM notice \
             WHERE tenant = $1 AND person = $2 AND {alike} ORDER BY notice DESC LIMIT 1 OFFSET $3)"
        );
        self.run(TABLE, &sql, vec![signed(told.person.0).into(), signed(NOTICES_MAX).into()]).await.map(drop)
    }

    /// Its owner has looked at it.
    pub async fn notice_seen(&self, notice: u64, at: Wall) -> Result<(), DbError> {
        let sql = "UPDATE notice SET seen_at = $3 WHERE tenant = $1 AND notice = $2 AND seen_at IS NULL";
        self.run(TABLE, sql, vec![signed(notice).into(), when(at)]).await.map(drop)
    }

    /// Its owner has said "that was not me" of this login: the link does nothing any more.
    pub async fn notice_followed(&self, login: LoginId, at: Wall) -> Result<(), DbError> {
        let sql = "UPDATE notice SET link = NULL, seen_at = COALESCE(seen_at, $3) WHERE tenant = $1 AND login = $2";
        self.run(TABLE, sql, vec![signed(login.0).into(), when(at)]).await.map(drop)
    }
}

fn notice(row: &Row) -> Result<OwnNotice, DbError> {
    Ok(OwnNotice {
        notice: unsigned(row.int("notice")?),
        person: UserId(unsigned(row.int("person")?)),
        at: row.wall("at")?,
        login: row.int_or_none("login")?.map(|login| LoginId(unsigned(login))),
        device: row.int_or_none("device")?.map(|device| DeviceId(unsigned(device))),
        content: row.text("content")?,
        link: row.text_or_none("link")?,
        seen_at: row.wall_or_none("seen_at")?,
    })
}
