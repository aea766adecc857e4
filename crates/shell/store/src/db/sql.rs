//! What queries written as SQL share: a connection or a transaction, rows with names, and statements of many columns.

use std::fmt;
use std::str::FromStr;

use bell_types::Wall;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, QueryResult, Statement, TryGetable};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::DbError;

pub(crate) use sea_orm::Value;

/// Where statements run.
#[derive(Debug)]
pub(crate) enum Conn {
    /// Each by itself.
    Pool(DatabaseConnection),
    /// Together.
    Change(DatabaseTransaction),
}

/// A row, which knows its table for what cannot be understood.
pub(crate) struct Row {
    table: &'static str,
    row: QueryResult,
}

impl Conn {
    pub(crate) async fn rows(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, DbError> {
        let rows = match self {
            Self::Pool(conn) => conn.query_all_raw(statement(conn, sql, values)).await,
            Self::Change(conn) => conn.query_all_raw(statement(conn, sql, values)).await,
        };
        let rows = rows.map_err(|err| DbError::Read { table, err })?;
        Ok(rows.into_iter().map(|row| Row { table, row }).collect())
    }

    /// How many rows it changed.
    pub(crate) async fn run(&self, table: &'static str, sql: &str, values: Vec<Value>) -> Result<u64, DbError> {
        let done = match self {
            Self::Pool(conn) => conn.execute_raw(statement(conn, sql, values)).await,
            Self::Change(conn) => conn.execute_raw(statement(conn, sql, values)).await,
        };
        done.map(|done| done.rows_affected()).map_err(|err| DbError::Write { table, err })
    }
}

fn statement(conn: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), sql, values)
}

/// Writes a row of these columns behind `tenant`, in place of the one with the same key.
pub(crate) fn upsert(table: &str, key: &[(&str, Value)], rest: &[(&str, Value)]) -> String {
    let names = |columns: &[(&str, Value)]| columns.iter().map(|(name, _)| format!(", {name}")).collect::<String>();
    let marks: String = (0..key.len() + rest.len()).map(|place| format!(", ${}", place + 2)).collect();
    let set: Vec<String> = rest.iter().map(|(name, _)| format!("{name} = excluded.{name}")).collect();
    let then = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
    let (key, rest) = (names(key), names(rest));
    format!("INSERT INTO {table} (tenant{key}{rest}) VALUES ($1{marks}) ON CONFLICT (tenant{key}) DO {then}")
}

/// `$3, $4, $5`: so many marks behind those that are taken.
pub(crate) fn marks(taken: usize, count: usize) -> String {
    (0..count).map(|place| format!("${}", taken + place + 1)).collect::<Vec<_>>().join(", ")
}

/// A text as PostgreSQL takes it, which knows no NUL.
pub(crate) fn text(value: impl fmt::Display) -> Value {
    value.to_string().replace('\0', "\u{fffd}").into()
}

/// One of what the program writes itself; such values have no maps with keys that are no text, which alone could fail.
pub(crate) fn json(value: &impl Serialize) -> Value {
    text(serde_json::to_string(value).unwrap_or_default())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2))
        .collect()
}

pub(crate) fn when(wall: Wall) -> Value {
    wall.as_micros().into()
}

pub(crate) fn when_or_none(wall: Option<Wall>) -> Value {
    wall.map(Wall::as_micros).into()
}

impl Row {
    pub(crate) fn int(&self, column: &'static str) -> Result<i64, DbError> {
        self.get(column)
    }

    pub(crate) fn int32(&self, column: &'static str) -> Result<i32, DbError> {
        self.get(column)
    }

    pub(crate) fn int_or_none(&self, column: &'static str) -> Result<Option<i64>, DbError> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, DbError> {
        self.get(column)
    }

    pub(crate) fn text_or_none(&self, column: &'static str) -> Result<Option<String>, DbError> {
        self.get(column)
    }

    pub(crate) fn wall(&self, column: &'static str) -> Result<Wall, DbError> {
        self.int(column).map(Wall::from_micros)
    }

    pub(crate) fn wall_or_none(&self, column: &'static str) -> Result<Option<Wall>, DbError> {
        Ok(self.int_or_none(column)?.map(Wall::from_micros))
    }

    pub(crate) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, DbError> {
        let value = self.text(column)?;
        value.parse().map_err(|_| self.strange(column, &value))
    }

    /// What a text means by a table of meanings.
    pub(crate) fn known<T>(&self, column: &'static str, of: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
        let value = self.text(column)?;
        of(&value).ok_or_else(|| self.strange(column, &value))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, DbError> {
        self.known(column, |value| serde_json::from_str(value).ok())
    }

    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], DbError> {
        self.known(column, |value| unhex(value)?.try_into().ok())
    }

    pub(crate) fn strange(&self, column: &'static str, value: &str) -> DbError {
        DbError::Row { table: self.table, column, value: value.to_owned() }
    }

    fn get<T: TryGetable>(&self, column: &'static str) -> Result<T, DbError> {
        self.row.try_get("", column).map_err(|err| DbError::Read { table: self.table, err })
    }
}
