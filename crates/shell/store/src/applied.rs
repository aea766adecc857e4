//! How far the facts of each journal have been applied.

use bell_types::Seq;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use crate::db::convert::{signed, unsigned};
use crate::db::entity::applied::{ActiveModel, Column, Entity};
use crate::db::{Db, DbError, Scope};

const TABLE: &str = "applied";

/// The last fact of this journal whose rows are in the database; 0 if there is none.
pub async fn get(db: &Db, scope: Scope) -> Result<Seq, DbError> {
    let row = Entity::find_by_id((scope.tenant.0, i32::from(scope.node.0), signed(scope.epoch.0)))
        .one(db.conn())
        .await
        .map_err(|err| DbError::Read { table: TABLE, err })?;
    Ok(row.map_or(Seq(0), |row| Seq(unsigned(row.seq))))
}

/// Makes sure there is a row to move: one that says `seq`, if there was none.
pub(crate) async fn begin(db: &Db, scope: Scope, seq: Seq) -> Result<(), DbError> {
    let row = ActiveModel {
        tenant: Set(scope.tenant.0),
        node: Set(i32::from(scope.node.0)),
        epoch: Set(signed(scope.epoch.0)),
        seq: Set(signed(seq.0)),
    };
    let keep = OnConflict::columns([Column::Tenant, Column::Node, Column::Epoch]).do_nothing().to_owned();
    match Entity::insert(row).on_conflict(keep).exec_without_returning(db.conn()).await {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(err) => Err(DbError::Write { table: TABLE, err }),
    }
}

/// Moves on from `from` to `to`, in the transaction that applies the facts between. The first statement of it: it
/// takes the write lock of SQLite at once, and stops a second projector before it has done anything.
pub(crate) async fn advance(conn: &impl ConnectionTrait, scope: Scope, from: Seq, to: Seq) -> Result<(), DbError> {
    let moved = Entity::update_many()
        .col_expr(Column::Seq, Expr::value(signed(to.0)))
        .filter(Column::Tenant.eq(scope.tenant.0))
        .filter(Column::Node.eq(i32::from(scope.node.0)))
        .filter(Column::Epoch.eq(signed(scope.epoch.0)))
        .filter(Column::Seq.eq(signed(from.0)))
        .exec(conn)
        .await
        .map_err(|err| DbError::Write { table: TABLE, err })?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(DbError::AppliedElsewhere { expected: from }) }
}
