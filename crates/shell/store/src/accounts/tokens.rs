//! Tokens of programs.

use std::collections::BTreeSet;

use bell_access::{CodeHash, Permission, Token, TokenId, UserId};

use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, hex, json, text, when, when_or_none};

const TABLE: &str = "token";
const COLUMNS: &str = "token, person, name, permissions, made, ends, revoked, secret";

/// How many tokens one answer holds at most.
const TOKENS_MAX: i64 = 1000;

impl Accounts {
    /// The token of this id.
    pub async fn token(&self, id: TokenId) -> Result<Option<Token>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM token WHERE tenant = $1 AND token = $2");
        let row = self.one(TABLE, &sql, vec![signed(id.0).into()]).await?;
        row.as_ref().map(token).transpose()
    }

    /// A person's tokens, the newest first, also those that have ended.
    pub async fn tokens_of(&self, person: UserId) -> Result<Vec<Token>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM token WHERE tenant = $1 AND person = $2 ORDER BY token DESC LIMIT $3");
        let rows = self.all(TABLE, &sql, vec![signed(person.0).into(), TOKENS_MAX.into()]).await?;
        rows.iter().map(token).collect()
    }
}

impl Changing {
    /// Writes a token.
    pub async fn put_token(&self, token: &Token) -> Result<(), DbError> {
        let permissions: Vec<&str> = token.permissions.iter().map(|permission| permission.code()).collect();
        let columns = vec![
            ("person", signed(token.user.0).into()),
            ("name", text(&token.name)),
            ("permissions", json(&permissions)),
            ("made", when(token.made)),
            ("ends", when(token.ends)),
            ("revoked", when_or_none(token.revoked)),
            ("secret", hex(token.secret.as_bytes()).into()),
        ];
        self.put(TABLE, vec![("token", signed(token.token.0).into())], columns).await
    }

    /// An id for a new token.
    pub async fn next_token(&self) -> Result<TokenId, DbError> {
        self.next_id(TABLE, "token").await.map(TokenId)
    }
}

fn token(row: &Row) -> Result<Token, DbError> {
    let permissions: Vec<String> = row.json("permissions")?;
    let permission = |code: &String| Permission::of_code(code).ok_or_else(|| row.strange("permissions", code));
    let permissions: Result<BTreeSet<Permission>, DbError> = permissions.iter().map(permission).collect();
    Ok(Token {
        token: TokenId(unsigned(row.int("token")?)),
        user: UserId(unsigned(row.int("person")?)),
        name: row.text("name")?,
        permissions: permissions?,
        made: row.wall("made")?,
        ends: row.wall("ends")?,
        revoked: row.wall_or_none("revoked")?,
        secret: CodeHash::from_bytes(row.hash("secret")?),
    })
}
