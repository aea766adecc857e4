//! The versions of the configuration that took effect.

use bell_types::Wall;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::db::convert::{self, signed, unsigned};
use crate::db::entity::config_version::{Column, Entity, Model};
use crate::db::{Db, DbError, TenantId};

const TABLE: &str = "config_version";

/// A version without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigHead {
    /// Counting from 1.
    pub version: u64,
    /// When it took effect.
    pub applied_at: Wall,
    /// SHA-256 of its text, in hex.
    pub hash: String,
    /// Who applied it.
    pub applied_by: String,
}

/// A version of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigVersion {
    /// What it is.
    pub head: ConfigHead,
    /// Its text.
    pub toml: String,
}

/// Stores a version. A version that is stored is never replaced: to store its number again is an error.
pub async fn insert(db: &Db, tenant: TenantId, config: &ConfigVersion) -> Result<(), DbError> {
    Entity::insert(convert::config_model(tenant, config))
        .exec_without_returning(db.conn())
        .await
        .map(|_| ())
        .map_err(|err| DbError::Write { table: TABLE, err })
}

/// The version with the highest number.
pub async fn latest(db: &Db, tenant: TenantId) -> Result<Option<ConfigVersion>, DbError> {
    let newest = of_tenant(tenant).order_by_desc(Column::Version);
    Ok(newest.one(db.conn()).await.map_err(read_failed)?.map(config))
}

/// The version with this number.
pub async fn get(db: &Db, tenant: TenantId, version: u64) -> Result<Option<ConfigVersion>, DbError> {
    let one = of_tenant(tenant).filter(Column::Version.eq(signed(version)));
    Ok(one.one(db.conn()).await.map_err(read_failed)?.map(config))
}

/// The newest versions, newest first, without their texts.
pub async fn list(db: &Db, tenant: TenantId, rows_max: u64) -> Result<Vec<ConfigHead>, DbError> {
    let rows: Vec<(i64, i64, String, String)> = of_tenant(tenant)
        .select_only()
        .columns([Column::Version, Column::AppliedAt, Column::Hash, Column::AppliedBy])
        .order_by_desc(Column::Version)
        .limit(rows_max)
        .into_tuple()
        .all(db.conn())
        .await
        .map_err(read_failed)?;
    Ok(rows.into_iter().map(|(version, at, hash, by)| head(version, at, hash, by)).collect())
}

fn of_tenant(tenant: TenantId) -> Select<Entity> {
    Entity::find().filter(Column::Tenant.eq(tenant.0))
}

fn config(model: Model) -> ConfigVersion {
    ConfigVersion { head: head(model.version, model.applied_at, model.hash, model.applied_by), toml: model.toml }
}

fn head(version: i64, applied_at: i64, hash: String, applied_by: String) -> ConfigHead {
    ConfigHead { version: unsigned(version), applied_at: Wall::from_micros(applied_at), hash, applied_by }
}

fn read_failed(err: sea_orm::DbErr) -> DbError {
    DbError::Read { table: TABLE, err }
}
