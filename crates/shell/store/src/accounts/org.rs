//! The company with its units, projects and roles.

use std::collections::BTreeMap;

use bell_access::{Org, Permission, ProjectId, Role, Roles, Scope, SecondFactor, Unit, UnitId, UnitKind};
use bell_types::{RoleName, Wall};

use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, json, text, when};

/// The company that a tenant is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// What it is called.
    pub name: String,
    /// When it was set up.
    pub begun_at: Wall,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub project: ProjectId,
    /// The unit that runs it.
    pub unit: UnitId,
    /// What people call it.
    pub name: String,
}

impl Accounts {
    /// The company; none before it is set up.
    pub async fn company(&self) -> Result<Option<Company>, DbError> {
        let row = self.one("company", "SELECT name, begun_at FROM company WHERE tenant = $1", vec![]).await?;
        row.map(|row| Ok(Company { name: row.text("name")?, begun_at: row.wall("begun_at")? })).transpose()
    }

    /// The units, by their id.
    pub async fn units(&self) -> Result<Vec<Unit>, DbError> {
        let sql = "SELECT unit, parent, kind, name FROM unit WHERE tenant = $1 ORDER BY unit";
        let rows = self.all("unit", sql, vec![]).await?;
        rows.iter().map(unit).collect()
    }

    /// The projects, by their id.
    pub async fn projects(&self) -> Result<Vec<Project>, DbError> {
        let sql = "SELECT project, unit, name FROM project WHERE tenant = $1 ORDER BY project";
        let project = |row: &Row| {
            let (project, unit) = (ProjectId(small(row.int("project")?)), UnitId(small(row.int("unit")?)));
            Ok(Project { project, unit, name: row.text("name")? })
        };
        self.all("project", sql, vec![]).await?.iter().map(project).collect()
    }

    /// The tree of units and projects. One that was damaged from outside is an error, and permits nothing.
    pub async fn org(&self) -> Result<Org, DbError> {
        let projects = self.projects().await?.into_iter().map(|project| (project.project, project.unit));
        let projects: BTreeMap<ProjectId, UnitId> = projects.collect();
        let damaged =
            |err: bell_access::OrgError| DbError::Row { table: "unit", column: "parent", value: err.to_string() };
        Org::new(self.tenant(), self.units().await?, projects).map_err(damaged)
    }

    /// The shipped roles and those of the tenant's own.
    pub async fn roles(&self) -> Result<Roles, DbError> {
        let sql = "SELECT name, permits, second_factor FROM role WHERE tenant = $1 ORDER BY name";
        let mut roles = Roles::shipped();
        for row in self.all("role", sql, vec![]).await? {
            let strange = |err: bell_access::RoleError| row.strange("permits", &err.to_string());
            roles.put(role(&row)?).map_err(strange)?;
        }
        Ok(roles)
    }
}

impl Changing {
    /// Writes the company.
    pub async fn put_company(&self, company: &Company) -> Result<(), DbError> {
        let columns = vec![("name", text(&company.name)), ("begun_at", when(company.begun_at))];
        self.put("company", vec![], columns).await
    }

    /// Writes a unit.
    pub async fn put_unit(&self, unit: &Unit) -> Result<(), DbError> {
        let parent: Option<i64> = unit.parent.map(|parent| i64::from(parent.0));
        let columns =
            vec![("parent", parent.into()), ("kind", unit_kind(unit.kind).into()), ("name", text(&unit.name))];
        self.put("unit", vec![("unit", i64::from(unit.unit.0).into())], columns).await
    }

    /// Takes a unit away. That nobody works there and nothing stands below it, the caller has seen to.
    pub async fn remove_unit(&self, unit: UnitId) -> Result<(), DbError> {
        let sql = "DELETE FROM unit WHERE tenant = $1 AND unit = $2";
        self.run("unit", sql, vec![i64::from(unit.0).into()]).await.map(drop)
    }

    /// Writes a project.
    pub async fn put_project(&self, project: &Project) -> Result<(), DbError> {
        let columns = vec![("unit", i64::from(project.unit.0).into()), ("name", text(&project.name))];
        self.put("project", vec![("project", i64::from(project.project.0).into())], columns).await
    }

    /// Writes a role of the tenant's own.
    pub async fn put_role(&self, role: &Role) -> Result<(), DbError> {
        let permits: BTreeMap<&str, &str> =
            role.permits().map(|(permission, scope)| (permission.code(), scope.code())).collect();
        let second_factor = match role.second_factor() {
            SecondFactor::Compulsory => "compulsory",
            SecondFactor::ByPolicy => "by_policy",
        };
        let columns = vec![("permits", json(&permits)), ("second_factor", second_factor.into())];
        self.put("role", vec![("name", text(role.name()))], columns).await
    }

    /// An id for a new unit.
    pub async fn next_unit(&self) -> Result<UnitId, DbError> {
        self.next_id("unit", "unit").await.map(|id| UnitId(small(signed(id))))
    }

    /// An id for a new project.
    pub async fn next_project(&self) -> Result<ProjectId, DbError> {
        self.next_id("project", "project").await.map(|id| ProjectId(small(signed(id))))
    }
}

fn unit(row: &Row) -> Result<Unit, DbError> {
    Ok(Unit {
        unit: UnitId(small(row.int("unit")?)),
        parent: row.int_or_none("parent")?.map(|parent| UnitId(small(parent))),
        kind: row.known("kind", |kind| UNIT_KINDS.into_iter().find(|known| unit_kind(*known) == kind))?,
        name: row.text("name")?,
    })
}

fn role(row: &Row) -> Result<Role, DbError> {
    let permits: BTreeMap<String, String> = row.json("permits")?;
    let permit = |(permission, scope): (&String, &String)| {
        let scope = Scope::ALL.into_iter().find(|known| known.code() == scope);
        Permission::of_code(permission).zip(scope).ok_or_else(|| row.strange("permits", permission))
    };
    let permits: Result<BTreeMap<Permission, Scope>, DbError> = permits.iter().map(permit).collect();
    let second_factor = row.known("second_factor", |value| match value {
        "compulsory" => Some(SecondFactor::Compulsory),
        "by_policy" => Some(SecondFactor::ByPolicy),
        _ => None,
    })?;
    let name: RoleName = row.parsed("name")?;
    Role::new(name, permits?, second_factor).map_err(|err| row.strange("permits", &err.to_string()))
}

const UNIT_KINDS: [UnitKind; 3] = [UnitKind::Organisation, UnitKind::Department, UnitKind::Team];

const fn unit_kind(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Organisation => "organisation",
        UnitKind::Department => "department",
        UnitKind::Team => "team",
    }
}

/// Ids of units and projects are counted from 1 and never come near 2^32.
pub(super) fn small(value: i64) -> u32 {
    u32::try_from(unsigned(value)).unwrap_or(u32::MAX)
}

pub(super) fn small_value(id: u32) -> Value {
    i64::from(id).into()
}
