//! A person in the organisation: where, and with which roles.

use std::collections::BTreeSet;

use bell_types::{RoleName, Wall};

use crate::id::{ProjectId, TenantId, UnitId, UserId};
use crate::org::Org;
use crate::permission::Scope;
use crate::reach::{Object, Parts, Reach};

/// How many roles one person may have: more is a sign of collecting them.
pub const GRANTS_MAX: usize = 16;

/// A person. Accounts belong to persons; nobody shares one (SEC-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id, given once.
    pub user: UserId,
    /// The company.
    pub tenant: TenantId,
    /// The team or department the person works in.
    pub home: UnitId,
    /// The projects the person works for.
    pub projects: BTreeSet<ProjectId>,
    /// The roles.
    pub grants: Vec<Grant>,
}

/// A role given to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Which.
    pub role: RoleName,
    /// From where its scopes are counted.
    pub place: Place,
    /// Who gave it; none for the one that the installation began with.
    pub by: Option<UserId>,
    /// Since when.
    pub since: Wall,
    /// When somebody last confirmed that it is still needed; `since` at first.
    pub confirmed: Wall,
}

/// From where the scopes of a role are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// From the unit the person works in, and for all of the person's projects.
    Home,
    /// From another unit.
    Unit(UnitId),
    /// From the home unit, and for this project only.
    Project(ProjectId),
}

impl User {
    /// The account as an object of others' permissions.
    pub fn as_object(&self) -> Object {
        Object { projects: self.projects.clone(), ..Object::of_user(self.tenant, self.user, self.home) }
    }

    /// What the scope of a grant reaches. A unit that is no longer there reaches nothing.
    pub(crate) fn reach(&self, org: &Org, grant: &Grant, scope: Scope) -> Reach {
        let unit = match grant.place {
            Place::Home | Place::Project(_) => self.home,
            Place::Unit(unit) => unit,
        };
        let below = |top: Option<UnitId>| top.map(|top| org.below(top)).unwrap_or_default();
        let parts = match scope {
            Scope::Own => Parts { owner: Some(self.user), ..Parts::default() },
            Scope::Team => Parts { units: org.team_of(unit).into_iter().collect(), ..Parts::default() },
            Scope::Project => Parts { projects: self.projects_of(grant.place), ..Parts::default() },
            Scope::Department => Parts { units: below(org.department_of(unit)), ..Parts::default() },
            Scope::Tenant => return Reach::Tenant,
        };
        Reach::Parts(parts)
    }

    fn projects_of(&self, place: Place) -> BTreeSet<ProjectId> {
        match place {
            Place::Home | Place::Unit(_) => self.projects.clone(),
            Place::Project(project) => BTreeSet::from([project]),
        }
    }
}
