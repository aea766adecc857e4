//! The public keys of passkeys.

use bell_access::UserId;
use bell_types::Wall;

use super::sql::{Row, hex, text, unhex, when, when_or_none};
use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};

const TABLE: &str = "passkey";

/// The public half of a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyKey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Whose.
    pub person: UserId,
    /// The name of the site that it was made for: it proves nothing anywhere else.
    pub site: String,
    /// The public key, as COSE has it.
    pub key: Vec<u8>,
    /// When it was made.
    pub made: Wall,
    /// When it was last used.
    pub used_at: Option<Wall>,
}

impl Accounts {
    /// The keys of somebody, the oldest first.
    pub async fn passkey_keys(&self, person: UserId) -> Result<Vec<PasskeyKey>, DbError> {
        let sql = "SELECT id, person, site, key, made, used_at FROM passkey \
                   WHERE tenant = $1 AND person = $2 ORDER BY made, id";
        self.all(TABLE, sql, vec![signed(person.0).into()]).await?.iter().map(key).collect()
    }

    /// The key of this id, whosever it is.
    pub async fn passkey_key(&self, id: &[u8]) -> Result<Option<PasskeyKey>, DbError> {
        let sql = "SELECT id, person, site, key, made, used_at FROM passkey WHERE tenant = $1 AND id = $2";
        self.one(TABLE, sql, vec![hex(id).into()]).await?.as_ref().map(key).transpose()
    }
}

impl Changing {
    /// Notes that a key was used.
    pub async fn passkey_used(&self, id: &[u8], at: Wall) -> Result<(), DbError> {
        let sql = "UPDATE passkey SET used_at = $3 WHERE tenant = $1 AND id = $2";
        self.run(TABLE, sql, vec![hex(id).into(), when(at)]).await.map(drop)
    }

    /// Writes a key.
    pub async fn put_passkey_key(&self, key: &PasskeyKey) -> Result<(), DbError> {
        let columns = vec![
            ("person", signed(key.person.0).into()),
            ("site", text(&key.site)),
            ("key", hex(&key.key).into()),
            ("made", when(key.made)),
            ("used_at", when_or_none(key.used_at)),
        ];
        self.put(TABLE, vec![("id", hex(&key.id).into())], columns).await
    }

    /// Takes a key away.
    pub async fn delete_passkey_key(&self, id: &[u8]) -> Result<(), DbError> {
        let sql = "DELETE FROM passkey WHERE tenant = $1 AND id = $2";
        self.run(TABLE, sql, vec![hex(id).into()]).await.map(drop)
    }
}

fn key(row: &Row) -> Result<PasskeyKey, DbError> {
    Ok(PasskeyKey {
        id: row.known("id", unhex)?,
        person: UserId(unsigned(row.int("person")?)),
        site: row.text("site")?,
        key: row.known("key", unhex)?,
        made: row.wall("made")?,
        used_at: row.wall_or_none("used_at")?,
    })
}
