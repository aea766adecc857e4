//! Rules of login, and requests for a second pair of eyes.

use std::collections::{BTreeMap, BTreeSet};

use bell_access::{
    Act, Answer, Approval, ApprovalId, Group, LoginRule, Must, Object, Otherwise, ProjectId, UnitId, UserId,
};
use bell_types::{Cidr, Date, OpenSpan, OpeningHours, RoleName, Wall};
use serde::{Deserialize, Serialize};

use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, json, text, when, when_or_none};

const APPROVAL_COLUMNS: &str =
    "approval, act, subject, object, reason, asked_by, asked_at, answer, answered_by, answered_at, answer_text";

/// How many requests one page holds at most.
const APPROVALS_MAX: u64 = 1000;

/// A rule, as it is kept.
#[derive(Serialize, Deserialize)]
struct RuleText {
    of: GroupText,
    must: MustText,
    otherwise: OtherwiseText,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GroupText {
    Everybody,
    Role(String),
    Unit(u32),
    User(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MustText {
    ComeFrom(Vec<String>),
    ComeWithin { week: Vec<String>, exceptions: BTreeMap<String, String> },
    UseListedDevice,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OtherwiseText {
    SecondFactor,
    Refuse,
}

/// Whose something is, as it is kept.
#[derive(Serialize, Deserialize)]
struct ObjectText {
    tenant: u32,
    owners: Vec<u64>,
    units: Vec<u32>,
    projects: Vec<u32>,
}

impl Accounts {
    /// The rules of login, in their order.
    pub async fn login_rules(&self) -> Result<Vec<LoginRule>, DbError> {
        let sql = "SELECT name, rule FROM login_rule WHERE tenant = $1 ORDER BY place";
        let rows = self.all("login_rule", sql, vec![]).await?;
        rows.iter().map(rule).collect()
    }

    /// A request.
    pub async fn approval(&self, id: ApprovalId) -> Result<Option<Approval>, DbError> {
        let sql = format!("SELECT {APPROVAL_COLUMNS} FROM approval WHERE tenant = $1 AND approval = $2");
        let row = self.one("approval", &sql, vec![signed(id.0).into()]).await?;
        row.as_ref().map(approval).transpose()
    }

    /// Requests before one, the newest first.
    pub async fn approvals(&self, before: Option<ApprovalId>, rows_max: u64) -> Result<Vec<Approval>, DbError> {
        let sql = format!(
            "SELECT {APPROVAL_COLUMNS} FROM approval WHERE tenant = $1 AND approval < $2 ORDER BY approval DESC LIMIT $3"
        );
        let before = before.map_or(i64::MAX, |before| signed(before.0));
        let rows_max = signed(rows_max.clamp(1, APPROVALS_MAX));
        let rows = self.all("approval", &sql, vec![before.into(), rows_max.into()]).await?;
        rows.iter().map(approval).collect()
    }

    /// Requests that wait or may be used, the oldest first. Those that have expired among them, the core knows.
    pub async fn open_approvals(&self, since: Wall) -> Result<Vec<Approval>, DbError> {
        let sql = format!(
            "SELECT {APPROVAL_COLUMNS} FROM approval WHERE tenant = $1 AND answer IN ('waiting', 'approved') \
             AND asked_at >= $2 ORDER BY approval LIMIT $3"
        );
        let rows = self.all("approval", &sql, vec![when(since), signed(APPROVALS_MAX).into()]).await?;
        rows.iter().map(approval).collect()
    }
}

impl Changing {
    /// Writes the rules of login, in place of all there were.
    pub async fn put_login_rules(&self, rules: &[LoginRule]) -> Result<(), DbError> {
        self.run("login_rule", "DELETE FROM login_rule WHERE tenant = $1", vec![]).await?;
        for (place, rule) in (0_i64..).zip(rules) {
            let columns = vec![("name", text(&rule.name)), ("rule", json(&rule_text(rule)))];
            self.put("login_rule", vec![("place", place.into())], columns).await?;
        }
        Ok(())
    }

    /// Writes a request.
    pub async fn put_approval(&self, approval: &Approval) -> Result<(), DbError> {
        let (answer, by, at, words) = answer_columns(&approval.answer);
        let by: Option<i64> = by.map(|by| signed(by.0));
        let words = words.map_or(Value::String(None), text);
        let columns = vec![
            ("act", approval.act.code().into()),
            ("subject", text(&approval.subject)),
            ("object", json(&object_text(&approval.object))),
            ("reason", text(&approval.reason)),
            ("asked_by", signed(approval.asked_by.0).into()),
            ("asked_at", when(approval.asked_at)),
            ("answer", answer.into()),
            ("answered_by", by.into()),
            ("answered_at", when_or_none(at)),
            ("answer_text", words),
        ];
        self.put("approval", vec![("approval", signed(approval.approval.0).into())], columns).await
    }

    /// An id for a new request.
    pub async fn next_approval(&self) -> Result<ApprovalId, DbError> {
        self.next_id("approval", "approval").await.map(ApprovalId)
    }
}

fn rule_text(rule: &LoginRule) -> RuleText {
    RuleText {
        of: match &rule.of {
            Group::Everybody => GroupText::Everybody,
            Group::Role(role) => GroupText::Role(role.to_string()),
            Group::Unit(unit) => GroupText::Unit(unit.0),
            Group::User(user) => GroupText::User(user.0),
        },
        must: match &rule.must {
            Must::ComeFrom(networks) => MustText::ComeFrom(networks.iter().map(ToString::to_string).collect()),
            Must::ComeWithin(hours) => MustText::ComeWithin {
                week: hours.week.iter().map(|spans| spans_text(spans)).collect(),
                exceptions: hours.exceptions.iter().map(|(day, spans)| (day.to_string(), spans_text(spans))).collect(),
            },
            Must::UseListedDevice => MustText::UseListedDevice,
        },
        otherwise: match rule.otherwise {
            Otherwise::SecondFactor => OtherwiseText::SecondFactor,
            Otherwise::Refuse => OtherwiseText::Refuse,
        },
    }
}

fn rule(row: &Row) -> Result<LoginRule, DbError> {
    let RuleText { of, must, otherwise } = row.json("rule")?;
    let strange = |text: &str| row.strange("rule", text);
    let of = match of {
        GroupText::Everybody => Group::Everybody,
        GroupText::Role(role) => Group::Role(RoleName::new(&role).map_err(|_| strange(&role))?),
        GroupText::Unit(unit) => Group::Unit(UnitId(unit)),
        GroupText::User(user) => Group::User(UserId(user)),
    };
    let must = match must {
        MustText::ComeFrom(networks) => {
            let network = |text: &String| text.parse::<Cidr>().map_err(|_| strange(text));
            Must::ComeFrom(networks.iter().map(network).collect::<Result<_, _>>()?)
        }
        MustText::ComeWithin { week, exceptions } => {
            let mut hours = OpeningHours::default();
            for (day, text) in hours.week.iter_mut().zip(&week) {
                *day = spans(text).ok_or_else(|| strange(text))?;
            }
            for (day, text) in &exceptions {
                let day = Date::parse(day).ok_or_else(|| strange(day))?;
                hours.exceptions.insert(day, spans(text).ok_or_else(|| strange(text))?);
            }
            Must::ComeWithin(hours)
        }
        MustText::UseListedDevice => Must::UseListedDevice,
    };
    let otherwise = match otherwise {
        OtherwiseText::SecondFactor => Otherwise::SecondFactor,
        OtherwiseText::Refuse => Otherwise::Refuse,
    };
    Ok(LoginRule { name: row.text("name")?, of, must, otherwise })
}

/// `09:00-12:00 13:30-18:00`.
fn spans_text(spans: &[OpenSpan]) -> String {
    spans.iter().map(|span| format!("{}-{}", span.from, span.to)).collect::<Vec<_>>().join(" ")
}

fn spans(text: &str) -> Option<Vec<OpenSpan>> {
    text.split_whitespace().map(OpenSpan::parse).collect()
}

fn object_text(object: &Object) -> ObjectText {
    ObjectText {
        tenant: object.tenant.0,
        owners: object.owners.iter().map(|owner| owner.0).collect(),
        units: object.units.iter().map(|unit| unit.0).collect(),
        projects: object.projects.iter().map(|project| project.0).collect(),
    }
}

fn approval(row: &Row) -> Result<Approval, DbError> {
    let ObjectText { tenant, owners, units, projects } = row.json("object")?;
    let object = Object {
        tenant: bell_access::TenantId(tenant),
        owners: owners.into_iter().map(UserId).collect::<BTreeSet<_>>(),
        units: units.into_iter().map(UnitId).collect(),
        projects: projects.into_iter().map(ProjectId).collect(),
    };
    Ok(Approval {
        approval: ApprovalId(unsigned(row.int("approval")?)),
        act: row.known("act", |code| Act::ALL.into_iter().find(|act| act.code() == code))?,
        subject: row.text("subject")?,
        object,
        reason: row.text("reason")?,
        asked_by: UserId(unsigned(row.int("asked_by")?)),
        asked_at: row.wall("asked_at")?,
        answer: answer(row)?,
    })
}

fn answer_columns(answer: &Answer) -> (&'static str, Option<UserId>, Option<Wall>, Option<&str>) {
    match answer {
        Answer::Waiting => ("waiting", None, None, None),
        Answer::Approved { by, at } => ("approved", Some(*by), Some(*at), None),
        Answer::Refused { by, at, reason } => ("refused", Some(*by), Some(*at), Some(reason)),
        Answer::Withdrawn { at } => ("withdrawn", None, Some(*at), None),
        Answer::Used { by, at } => ("used", Some(*by), Some(*at), None),
    }
}

fn answer(row: &Row) -> Result<Answer, DbError> {
    let code = row.text("answer")?;
    if code == "waiting" {
        return Ok(Answer::Waiting);
    }
    let at = row.wall("answered_at")?;
    let by = || row.int("answered_by").map(|by| UserId(unsigned(by)));
    match code.as_str() {
        "approved" => Ok(Answer::Approved { by: by()?, at }),
        "refused" => {
            Ok(Answer::Refused { by: by()?, at, reason: row.text_or_none("answer_text")?.unwrap_or_default() })
        }
        "withdrawn" => Ok(Answer::Withdrawn { at }),
        "used" => Ok(Answer::Used { by: by()?, at }),
        _ => Err(row.strange("answer", &code)),
    }
}
