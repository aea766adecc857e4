//! What callers said of the agents who served them.

use bell_types::AgentName;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef, Set,
};

use crate::calls::{self, Filter, StoredCall};
use crate::db::entity::call_record;
use crate::db::entity::call_vote::{ActiveModel, Column, Entity};
use crate::db::{Db, DbError, TenantId, convert};

const TABLE: &str = "call_vote";
/// Rows per statement: SQLite takes 32,766 values, a row has 7.
const INSERT_ROWS_MAX: usize = 500;

/// What a caller was asked about an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteRow {
    /// The agent.
    pub agent: AgentName,
    /// What was asked.
    pub question: String,
    /// The score and the best that could have been given; none: no answer.
    pub score: Option<(u8, u8)>,
}

/// What callers said of one agent by one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoteSums {
    /// The agent.
    pub agent: AgentName,
    /// What was asked.
    pub question: String,
    /// The best score that could have been given; none: of these questions none was answered.
    pub best: Option<u8>,
    /// How many questions these are.
    pub asked: u64,
    /// The sum of the scores.
    pub score_sum: u64,
    /// How many scores were the best.
    pub best_given: u64,
}

/// A record that is written again has the same votes again.
pub(crate) async fn put_all(
    conn: &impl ConnectionTrait,
    tenant: TenantId,
    calls: &[StoredCall],
) -> Result<(), DbError> {
    let of_call = |call: &StoredCall| {
        let call_id = call.row.call.to_string();
        let model = move |(number, vote): (i32, &VoteRow)| ActiveModel {
            tenant: Set(tenant.0),
            call: Set(call_id.clone()),
            number: Set(number),
            agent: Set(vote.agent.to_string()),
            question: Set(vote.question.clone()),
            score: Set(vote.score.map(|(score, _)| score.into())),
            best: Set(vote.score.map(|(_, best)| best.into())),
        };
        (0..).zip(&call.votes).map(model).collect::<Vec<_>>()
    };
    let votes: Vec<ActiveModel> = calls.iter().flat_map(of_call).collect();
    for some in votes.chunks(INSERT_ROWS_MAX) {
        let known = OnConflict::new().do_nothing().to_owned();
        let insert = Entity::insert_many(some.to_vec()).on_conflict(known);
        insert.exec_without_returning(conn).await.map_err(|err| DbError::Write { table: TABLE, err })?;
    }
    Ok(())
}

/// What the callers of the calls that match and came to a queue said, by agent and scale.
pub async fn by_agent(db: &Db, tenant: TenantId, filter: &Filter) -> Result<Vec<VoteSums>, DbError> {
    #[derive(FromQueryResult)]
    struct Row {
        agent: String,
        question: String,
        best: Option<i32>,
        asked: i64,
        score_sum: i64,
        best_given: i64,
    }
    let of_call: RelationDef = Entity::belongs_to(call_record::Entity)
        .from((Column::Tenant, Column::Call))
        .to((call_record::Column::Tenant, call_record::Column::Call))
        .into();
    // PostgreSQL sums whole numbers to decimals.
    let sum = |what: &str| Expr::cust(format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)"));
    let rows = Entity::find()
        .join(JoinType::InnerJoin, of_call)
        .filter(Column::Tenant.eq(tenant.0))
        .filter(calls::matching(tenant, filter))
        .filter(call_record::Column::Queue.is_not_null())
        .select_only()
        .columns([Column::Agent, Column::Question, Column::Best])
        .expr_as(Expr::cust("CAST(COUNT(*) AS BIGINT)"), "asked")
        .expr_as(sum("score"), "score_sum")
        .expr_as(sum("CASE WHEN score = best THEN 1 ELSE 0 END"), "best_given")
        .group_by(Column::Agent)
        .group_by(Column::Question)
        .group_by(Column::Best)
        .into_model::<Row>()
        .all(db.conn());
    let sums = |row: Row| {
        Ok(VoteSums {
            agent: convert::agent(TABLE, &row.agent)?,
            question: row.question,
            // Scores are those of one byte that were written.
            best: row.best.and_then(|best| u8::try_from(best).ok()),
            asked: convert::unsigned(row.asked),
            score_sum: convert::unsigned(row.score_sum),
            best_given: convert::unsigned(row.best_given),
        })
    };
    let rows = rows.await.map_err(|err| DbError::Read { table: TABLE, err })?;
    rows.into_iter().map(sums).collect()
}
