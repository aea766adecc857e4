//! What somebody reaches: a filter that decides about one object, and that a store can write as the condition of a query.

use std::collections::BTreeSet;

use crate::id::{ProjectId, TenantId, UnitId, UserId};

/// Whose something is. A call that two agents of two teams had belongs to both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Whose own it is.
    pub owners: BTreeSet<UserId>,
    /// The units it belongs to.
    pub units: BTreeSet<UnitId>,
    /// The projects it belongs to.
    pub projects: BTreeSet<ProjectId>,
}

/// Which objects of a list somebody may see: those of the tenant that the reach covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The tenant; part of every query.
    pub tenant: TenantId,
    /// What of it.
    pub reach: Reach,
}

/// What of a tenant somebody reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Tenant,
    /// What one of these owns.
    Parts(Parts),
}

/// Owners of objects: an object with any of them is reached. As a condition:
/// `owner = … OR unit IN (…) OR project IN (…)`; nothing at all is `FALSE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// A person.
    pub owner: Option<UserId>,
    /// Units, each named: those below are listed too.
    pub units: BTreeSet<UnitId>,
    /// Projects.
    pub projects: BTreeSet<ProjectId>,
}

impl Object {
    /// Something that belongs to the tenant as a whole: its policies, its trunks.
    pub const fn of_tenant(tenant: TenantId) -> Self {
        Self { tenant, owners: BTreeSet::new(), units: BTreeSet::new(), projects: BTreeSet::new() }
    }

    /// Something of a person in a unit: a call, an account.
    pub fn of_user(tenant: TenantId, owner: UserId, unit: UnitId) -> Self {
        Self { owners: BTreeSet::from([owner]), units: BTreeSet::from([unit]), ..Self::of_tenant(tenant) }
    }
}

impl Filter {
    /// Everything of a tenant: for the program itself, not for a person.
    pub const fn all(tenant: TenantId) -> Self {
        Self { tenant, reach: Reach::Tenant }
    }

    /// Whether the object is in the list.
    pub fn lets(&self, object: &Object) -> bool {
        object.tenant == self.tenant && self.reach.lets(object)
    }
}

impl Reach {
    /// Whether an object of the tenant is reached.
    pub fn lets(&self, object: &Object) -> bool {
        match self {
            Self::Tenant => true,
            Self::Parts(parts) => {
                parts.owner.is_some_and(|owner| object.owners.contains(&owner))
                    || !parts.units.is_disjoint(&object.units)
                    || !parts.projects.is_disjoint(&object.projects)
            }
        }
    }

    /// What either reaches. Two people's own things have no common filter; a reach has one owner, its actor.
    #[must_use]
    pub(crate) fn join(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Parts(mut parts), Self::Parts(more)) => {
                parts.owner = parts.owner.or(more.owner);
                parts.units.extend(&more.units);
                parts.projects.extend(&more.projects);
                Self::Parts(parts)
            }
            (Self::Tenant, _) | (_, Self::Tenant) => Self::Tenant,
        }
    }
}
