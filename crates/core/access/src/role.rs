//! Roles: permissions with scopes under one name. Eight are given to people of a centre as they are; further ones can be
//! composed.

use std::collections::BTreeMap;

use bell_types::RoleName;
use thiserror::Error;

use crate::duty::{Conflict, conflict};
use crate::permission::{Permission, Scope};
use crate::shipped::SHIPPED;

/// How many roles a tenant may compose.
pub const ROLES_MAX: usize = 200;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    name: RoleName,
    permits: BTreeMap<Permission, Scope>,
    second_factor: SecondFactor,
}

/// Whether a role needs a second factor at login, whatever the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// It does.
    Compulsory,
    /// The policy says.
    ByPolicy,
}

/// Why a role cannot be composed like this.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RoleError {
    /// It permits nothing.
    #[error("a role must permit something")]
    Empty,
    /// The scope makes no sense with the permission, or is forbidden with it.
    #[error("{permission} can be given for {} and wider, not for {scope}", permission.narrowest())]
    TooNarrow {
        /// The permission.
        permission: Permission,
        /// What was asked for.
        scope: Scope,
    },
    /// It holds duties that different people must hold.
    #[error("{0}")]
    Duties(#[from] Conflict),
    /// A shipped role has this name.
    #[error("{0} is a shipped role; choose another name")]
    Shipped(RoleName),
    /// There are as many as there may be.
    #[error("there may be {ROLES_MAX} roles of one's own")]
    TooMany,
}

impl Role {
    /// Composes a role.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(
        name: RoleName,
        permits: BTreeMap<Permission, Scope>,
        second_factor: SecondFactor,
    ) -> Result<Self, RoleError> {
        if permits.is_empty() {
            return Err(RoleError::Empty);
        }
        let narrow = permits.iter().find(|(permission, scope)| **scope < permission.narrowest());
        if let Some((&permission, &scope)) = narrow {
            return Err(RoleError::TooNarrow { permission, scope });
        }
        if let Some(conflict) = conflict(permits.keys().copied()) {
            return Err(RoleError::Duties(conflict));
        }
        Ok(Self { name, permits, second_factor })
    }

    /// Its name.
    pub const fn name(&self) -> &RoleName {
        &self.name
    }

    /// What it permits, and how far.
    pub fn permits(&self) -> impl Iterator<Item = (Permission, Scope)> {
        self.permits.iter().map(|(permission, scope)| (*permission, *scope))
    }

    /// Whether it needs a second factor.
    pub const fn second_factor(&self) -> SecondFactor {
        self.second_factor
    }

    /// Whether it may look at the log of what others did.
    pub fn audits(&self) -> bool {
        self.permits.keys().any(|permission| permission.duty() == crate::permission::Duty::Audit)
    }
}

/// The roles of a tenant: the shipped ones and those it composed.
#[derive(Clone, Debug)]
pub struct Roles {
    roles: BTreeMap<RoleName, Role>,
}

impl Roles {
    /// The shipped ones alone.
    pub fn shipped() -> Self {
        let roles = SHIPPED.iter().map(|shipped| {
            let role = shipped.role();
            (role.name.clone(), role)
        });
        Self { roles: roles.collect() }
    }

    /// Adds a role of the tenant's own, or changes one.
    ///
    /// # Errors
    /// A shipped role has the name, or there are too many.
    pub fn put(&mut self, role: Role) -> Result<(), RoleError> {
        if SHIPPED.iter().any(|shipped| shipped.code == role.name.as_str()) {
            return Err(RoleError::Shipped(role.name));
        }
        if !self.roles.contains_key(&role.name) && self.roles.len() >= SHIPPED.len() + ROLES_MAX {
            return Err(RoleError::TooMany);
        }
        self.roles.insert(role.name.clone(), role);
        Ok(())
    }

    /// The role of this name.
    pub fn get(&self, name: &RoleName) -> Option<&Role> {
        self.roles.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }
}
