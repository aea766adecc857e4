//! Roles, and the organisation that their scopes are counted in.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::{
    Condition, Duty, Effect, Permission, ProjectId, Role, SHIPPED, Scope, SecondFactor, Unit, UnitId, UnitKind,
};
use bell_types::RoleName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::number;
use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{Field, UnitsWanted};
use crate::page;

/// The roles there are, and what they are composed of.
#[derive(Serialize, ToSchema)]
pub(crate) struct RolesView {
    /// The roles.
    items: Vec<RoleView>,
    /// Every permission there is.
    permissions: Vec<PermissionView>,
}

/// A role.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoleView {
    /// Its name in files and the log.
    role: String,
    /// What it is called in Chinese.
    zh: String,
    /// And in English.
    en: String,
    /// Whether it comes with the product, and cannot be changed.
    shipped: bool,
    /// Whether it needs a second factor at sign-in.
    second_factor: bool,
    /// What it permits, and how far: `{"call.read": "team"}`.
    permissions: BTreeMap<&'static str, &'static str>,
}

/// A permission.
#[derive(Serialize, ToSchema)]
pub(crate) struct PermissionView {
    /// As programs and the log know it.
    code: &'static str,
    /// `read` or `write`.
    effect: &'static str,
    /// `floor`, `configuration` or `audit`: nobody holds the last two.
    duty: &'static str,
    /// The narrowest scope it can be given for.
    narrowest: &'static str,
    /// What an act by it asks for besides: `reason`, `watermark`, `approval`.
    conditions: Vec<&'static str>,
    /// What it permits, in English.
    summary: &'static str,
}

/// A role as it is to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RoleSent {
    /// What it permits, and how far.
    permissions: BTreeMap<String, String>,
    /// Whether it needs a second factor at sign-in, whatever the policy says.
    #[serde(default)]
    second_factor: bool,
}

/// The organisation.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct UnitsView {
    /// Organisations, departments, teams.
    units: Vec<UnitView>,
    /// What people of several units do together.
    projects: Vec<ProjectView>,
}

/// An organisation, a department or a team.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct UnitView {
    /// Its id; a new unit brings a number that no other has.
    unit: String,
    /// What it belongs to.
    parent: Option<String>,
    /// `organisation`, `department` or `team`.
    kind: String,
    /// What people call it.
    name: String,
}

/// A project.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct ProjectView {
    /// Its id.
    project: String,
    /// What people call it.
    name: String,
    /// The unit that runs it.
    unit: String,
}

/// The roles, and what each permits.
#[utoipa::path(get, path = "/v1/roles", tag = "users", responses((status = 200, body = RolesView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<RolesView>, Problem> {
    let roles = desk.doors.accounts.roles(&who).await?.roles;
    Ok(Json(RolesView {
        items: roles.iter().map(role_view).collect(),
        permissions: Permission::ALL.iter().map(|permission| permission_view(*permission)).collect(),
    }))
}

/// Composes or changes a role of the centre's own.
#[utoipa::path(put, path = "/v1/roles/{role}", tag = "users", params(("role" = String, Path)),
    request_body = RoleSent, responses((status = 204)))]
pub(crate) async fn put(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(role): Named<String>,
    Sent(sent): Sent<RoleSent>,
) -> Result<StatusCode, Problem> {
    let permit = |(code, scope): (&String, &String)| {
        let permission = Permission::of_code(code).ok_or_else(|| page::field(Field::unknown("permissions")))?;
        let scope = Scope::ALL.into_iter().find(|known| known.code() == scope);
        Ok((permission, scope.ok_or_else(|| page::field(Field::malformed("permissions")))?))
    };
    let permits = sent.permissions.iter().map(permit).collect::<Result<_, Problem>>()?;
    let name = RoleName::new(&role).map_err(|_| page::field(Field::malformed("role")))?;
    let factor = if sent.second_factor { SecondFactor::Compulsory } else { SecondFactor::ByPolicy };
    let role = Role::new(name, permits, factor).map_err(crate::doors::Refused::from)?;
    desk.doors.accounts.put_role(&who, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The organisation.
#[utoipa::path(get, path = "/v1/units", tag = "users", responses((status = 200, body = UnitsView)))]
pub(crate) async fn units(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<UnitsView>, Problem> {
    let UnitsWanted { units, projects } = desk.doors.accounts.units(&who).await?;
    let project = |(project, name, unit): (ProjectId, String, UnitId)| ProjectView {
        project: project.to_string(),
        name,
        unit: unit.to_string(),
    };
    Ok(Json(UnitsView {
        units: units.into_iter().map(unit_view).collect(),
        projects: projects.into_iter().map(project).collect(),
    }))
}

/// Changes the organisation as a whole.
#[utoipa::path(put, path = "/v1/units", tag = "users", request_body = UnitsView, responses((status = 204)))]
pub(crate) async fn put_units(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<UnitsView>,
) -> Result<StatusCode, Problem> {
    let unit = |view: UnitView| {
        Ok(Unit {
            unit: number("unit", &view.unit).map(UnitId)?,
            parent: view.parent.map(|parent| number("parent", &parent)).transpose()?.map(UnitId),
            kind: kind_of(&view.kind)?,
            name: view.name,
        })
    };
    let project = |view: ProjectView| {
        Ok((number("project", &view.project).map(ProjectId)?, view.name, number("unit", &view.unit).map(UnitId)?))
    };
    let wanted = UnitsWanted {
        units: sent.units.into_iter().map(unit).collect::<Result<_, Problem>>()?,
        projects: sent.projects.into_iter().map(project).collect::<Result<_, Problem>>()?,
    };
    desk.doors.accounts.put_units(&who, wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn role_view(role: &Role) -> RoleView {
    let name = role.name().to_string();
    let shipped = SHIPPED.iter().find(|shipped| shipped.code == name);
    RoleView {
        zh: shipped.map_or_else(|| name.clone(), |shipped| shipped.chinese.to_owned()),
        en: shipped.map_or_else(|| name.clone(), |shipped| shipped.english.to_owned()),
        shipped: shipped.is_some(),
        second_factor: role.second_factor() == SecondFactor::Compulsory,
        permissions: role.permits().map(|(permission, scope)| (permission.code(), scope.code())).collect(),
        role: name,
    }
}

fn permission_view(permission: Permission) -> PermissionView {
    let effect = match permission.effect() {
        Effect::Read => "read",
        Effect::Write => "write",
    };
    let duty = match permission.duty() {
        Duty::Floor => "floor",
        Duty::Configuration => "configuration",
        Duty::Audit => "audit",
    };
    let condition = |condition: &Condition| match condition {
        Condition::Reason => "reason",
        Condition::Watermark => "watermark",
        Condition::Approval => "approval",
    };
    PermissionView {
        code: permission.code(),
        effect,
        duty,
        narrowest: permission.narrowest().code(),
        conditions: permission.conditions().iter().map(condition).collect(),
        summary: permission.summary(),
    }
}

fn unit_view(unit: Unit) -> UnitView {
    let kind = match unit.kind {
        UnitKind::Organisation => "organisation",
        UnitKind::Department => "department",
        UnitKind::Team => "team",
    };
    UnitView {
        unit: unit.unit.to_string(),
        parent: unit.parent.map(|parent| parent.to_string()),
        kind: kind.to_owned(),
        name: unit.name,
    }
}

fn kind_of(text: &str) -> Result<UnitKind, Problem> {
    match text {
        "organisation" => Ok(UnitKind::Organisation),
        "department" => Ok(UnitKind::Department),
        "team" => Ok(UnitKind::Team),
        _ => Err(page::field(Field::malformed("kind"))),
    }
}
