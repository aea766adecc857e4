//! A small company for tests: one organisation, two departments, three teams, one project.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_access::{
    Actor, Grant, Object, Org, Place, Policy, ProjectId, Proof, Roles, TenantId, Unit, UnitId, UnitKind, User, UserId,
};
use bell_types::{RoleName, Wall};

pub(crate) const TENANT: TenantId = TenantId(1);
pub(crate) const COMPANY: UnitId = UnitId(1);
pub(crate) const SERVICE: UnitId = UnitId(10);
pub(crate) const EARLY: UnitId = UnitId(11);
pub(crate) const LATE: UnitId = UnitId(12);
pub(crate) const SALES: UnitId = UnitId(20);
pub(crate) const PHONE_SALES: UnitId = UnitId(21);
pub(crate) const RECALL: ProjectId = ProjectId(1);

pub(crate) fn units() -> Vec<Unit> {
    let unit = |unit: UnitId, parent: Option<UnitId>, kind| Unit { unit, parent, kind, name: format!("{unit}") };
    vec![
        unit(EARLY, Some(SERVICE), UnitKind::Team),
        unit(LATE, Some(SERVICE), UnitKind::Team),
        unit(PHONE_SALES, Some(SALES), UnitKind::Team),
        unit(SERVICE, Some(COMPANY), UnitKind::Department),
        unit(SALES, Some(COMPANY), UnitKind::Department),
        unit(COMPANY, None, UnitKind::Organisation),
    ]
}

pub(crate) fn org() -> Org {
    Org::new(TENANT, units(), BTreeMap::from([(RECALL, SERVICE)])).expect("the company is sound")
}

pub(crate) fn at(days: u64) -> Wall {
    Wall::from_micros(1_793_003_400_000_000) + Duration::from_secs(days * 86_400)
}

pub(crate) fn role(name: &str) -> RoleName {
    RoleName::new(name).expect("a name")
}

pub(crate) fn grant(name: &str, place: Place) -> Grant {
    Grant { role: role(name), place, by: None, since: at(0), confirmed: at(0) }
}

/// Somebody of a unit with these roles there, who works for the project.
pub(crate) fn user(id: u64, home: UnitId, roles: &[&str]) -> User {
    let grants = roles.iter().map(|name| grant(name, Place::Home)).collect();
    User { user: UserId(id), tenant: TENANT, home, projects: BTreeSet::from([RECALL]), grants }
}

pub(crate) fn actor(user: &User) -> Actor {
    Actor::new(user, &org(), &Roles::shipped(), Proof::TwoFactors, &Policy::for_tests())
}

pub(crate) fn somebody(id: u64, home: UnitId, roles: &[&str]) -> Actor {
    actor(&user(id, home, roles))
}

/// Something of somebody else in a unit.
pub(crate) fn of_unit(unit: UnitId) -> Object {
    Object::of_user(TENANT, UserId(999), unit)
}
