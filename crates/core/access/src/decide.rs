//! The one question: may this person do this to that? The answer says by which role, or why not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bell_types::RoleName;

use crate::duty::{Conflict, conflict};
use crate::org::Org;
use crate::permission::{Condition, Duty, Effect, Permission, Scope};
use crate::policy::Policy;
use crate::reach::{Filter, Object, Parts, Reach};
use crate::role::{Role, Roles, SecondFactor};
use crate::user::{Grant, User};
use crate::{TenantId, UserId};

/// Somebody who asks, with all that his roles come to. Made once for a login or a token, asked often.
#[derive(Clone, Debug)]
pub struct Actor {
    tenant: TenantId,
    user: UserId,
    held: BTreeMap<Permission, Vec<Held>>,
    /// What a token is limited to; none for a person at a screen.
    token: Option<BTreeSet<Permission>>,
    bar: Option<Bar>,
}

/// How a login was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// By the password alone.
    Password,
    /// By a second factor too, or by a passkey that asked for face, finger or PIN.
    TwoFactors,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// He may.
    Allowed(Allowed),
    /// He may not.
    Denied(Denied),
}

/// By what he may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The narrowest scope that suffices.
    pub scope: Scope,
    /// The role that gives it.
    pub role: RoleName,
    /// What the act asks for in addition.
    pub conditions: &'static [Condition],
}

/// Why he may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// None of his roles permits it.
    NotHeld(Permission),
    /// His roles permit it elsewhere, at most this far.
    OutOfScope(Permission, Scope),
    /// It belongs to another tenant.
    OtherTenant,
    /// His token was made for less.
    NotInToken(Permission),
    /// His role needs a second factor, and this login has none.
    SecondFactorNeeded(RoleName),
    /// He holds roles that different people must hold; they count for nothing until one is taken away.
    DutiesNotSeparate(Conflict),
}

/// What he holds of one permission by one role.
#[derive(Clone, Debug)]
struct Held {
    scope: Scope,
    role: RoleName,
    reach: Arc<Reach>,
}

/// What keeps somebody from everything.
#[derive(Clone, Debug)]
enum Bar {
    SecondFactor(RoleName),
    Duties(Conflict),
}

/// Whether the actor may do this to that.
pub fn decide(actor: &Actor, permission: Permission, object: &Object) -> Decision {
    match actor.find(permission, object) {
        Ok(held) => Decision::Allowed(Allowed {
            scope: held.scope,
            role: held.role.clone(),
            conditions: permission.conditions(),
        }),
        Err(denied) => Decision::Denied(denied),
    }
}

/// The first of these that the actor may not do to that; none: he may do all of them.
pub fn first_denied(actor: &Actor, permissions: &[Permission], object: &Object) -> Option<Permission> {
    permissions.iter().copied().find(|permission| actor.find(*permission, object).is_err())
}

impl Actor {
    /// Adds up what a person's roles permit. Roles and units that are no longer there permit nothing.
    pub fn new(user: &User, org: &Org, roles: &Roles, proof: Proof, policy: &Policy) -> Self {
        let granted = user.grants.iter().filter_map(|grant| Some((grant, roles.get(&grant.role)?)));
        let granted: Vec<(&Grant, &Role)> = granted.collect();
        let mut held: BTreeMap<Permission, Vec<Held>> = BTreeMap::new();
        for (grant, role) in &granted {
            // One for each scope, not for each permission: a department may have thousands of units.
            let mut reaches: BTreeMap<Scope, Arc<Reach>> = BTreeMap::new();
            for (permission, scope) in role.permits() {
                let reach = reaches.entry(scope).or_insert_with(|| Arc::new(user.reach(org, grant, scope))).clone();
                held.entry(permission).or_default().push(Held { scope, role: role.name().clone(), reach });
            }
        }
        held.values_mut().for_each(|of_one| of_one.sort_by_key(|held| held.scope));
        let needs = granted.iter().map(|(_, role)| *role).find(|role| needs_second_factor(role, policy));
        let bar = match (conflict(held.keys().copied()), needs, proof) {
            (Some(conflict), _, _) => Some(Bar::Duties(conflict)),
            (None, Some(role), Proof::Password) => Some(Bar::SecondFactor(role.name().clone())),
            (None, Some(_), Proof::TwoFactors) | (None, None, _) => None,
        };
        Self { tenant: user.tenant, user: user.user, held, token: None, bar }
    }

    /// The same person through a token that was made for these permissions only.
    #[must_use]
    pub fn through_token(self, permissions: BTreeSet<Permission>) -> Self {
        Self { token: Some(permissions), ..self }
    }

    /// Who it is.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Of which tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The objects the permission reaches, for lists: exactly those that [`decide`] allows.
    ///
    /// # Errors
    /// It reaches none, whatever the object.
    pub fn filter(&self, permission: Permission) -> Result<Filter, Denied> {
        let held = self.held(permission)?.iter();
        let reach = held.fold(Reach::Parts(Parts::default()), |reach, held| reach.join(&held.reach));
        Ok(Filter { tenant: self.tenant, reach })
    }

    /// By what the permission reaches furthest: what decides about objects that a filter has found.
    ///
    /// # Errors
    /// It reaches none, whatever the object.
    pub fn furthest(&self, permission: Permission) -> Result<Allowed, Denied> {
        let held = self.held(permission)?.last().ok_or(Denied::NotHeld(permission))?;
        Ok(Allowed { scope: held.scope, role: held.role.clone(), conditions: permission.conditions() })
    }

    fn find(&self, permission: Permission, object: &Object) -> Result<&Held, Denied> {
        if object.tenant != self.tenant {
            return Err(Denied::OtherTenant);
        }
        let held = self.held(permission)?;
        let widest = held.last().ok_or(Denied::NotHeld(permission))?.scope;
        let reaches = held.iter().find(|held| held.reach.lets(object));
        reaches.ok_or(Denied::OutOfScope(permission, widest))
    }

    /// What he holds of a permission, the narrowest first.
    fn held(&self, permission: Permission) -> Result<&[Held], Denied> {
        match &self.bar {
            Some(Bar::Duties(conflict)) => return Err(Denied::DutiesNotSeparate(*conflict)),
            Some(Bar::SecondFactor(role)) => return Err(Denied::SecondFactorNeeded(role.clone())),
            None => {}
        }
        let held = self.held.get(&permission).ok_or(Denied::NotHeld(permission))?;
        match &self.token {
            Some(token) if !token.contains(&permission) => Err(Denied::NotInToken(permission)),
            Some(_) | None => Ok(held),
        }
    }
}

impl Denied {
    /// The status of an HTTP answer. What somebody may not see is not there for him.
    pub const fn status(&self) -> u16 {
        match self {
            Self::OutOfScope(..) | Self::OtherTenant => 404,
            Self::NotHeld(_) | Self::NotInToken(_) | Self::SecondFactorNeeded(_) | Self::DutiesNotSeparate(_) => 403,
        }
    }

    /// As programs know it; never renamed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotHeld(_) => "not_permitted",
            Self::OutOfScope(..) => "out_of_scope",
            Self::OtherTenant => "other_tenant",
            Self::NotInToken(_) => "not_in_token",
            Self::SecondFactorNeeded(_) => "second_factor_needed",
            Self::DutiesNotSeparate(_) => "duties_not_separate",
        }
    }

    /// What to do about it: one phrase.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotHeld(_) => "ask an administrator for a role that permits it",
            Self::OutOfScope(..) => "ask somebody of that team or department",
            Self::OtherTenant => "log in to the tenant it belongs to",
            Self::NotInToken(_) => "make a token that has the permission",
            Self::SecondFactorNeeded(_) => "set up an authenticator or a passkey, and log in with it",
            Self::DutiesNotSeparate(_) => "let an administrator take one of the two roles away",
        }
    }
}

impl Decision {
    /// Whether an act that was decided so stands in the audit log. Every refusal does, every change, every look at what is
    /// guarded. What agents do with their own calls does not: facts tell it already, and nobody would find the rest among it.
    pub fn is_logged(&self, permission: Permission) -> bool {
        let Self::Allowed(allowed) = self else { return true };
        let is_guarded = !permission.conditions().is_empty()
            || matches!(permission, Permission::CallListen | Permission::CustomerSearch);
        match (permission.effect(), permission.duty()) {
            (Effect::Read, Duty::Floor | Duty::Configuration) => is_guarded,
            (Effect::Read | Effect::Write, Duty::Audit) | (Effect::Write, Duty::Configuration) => true,
            (Effect::Write, Duty::Floor) => is_guarded || allowed.scope > Scope::Own,
        }
    }
}

/// Why, in a sentence for the log and the simulator.
impl std::fmt::Display for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Allowed(Allowed { scope, role, .. }) => write!(f, "allowed by role {role} for scope {scope}"),
            Self::Denied(denied) => write!(f, "denied: {denied}"),
        }
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotHeld(permission) => write!(f, "no role of this person permits {permission}"),
            Self::OutOfScope(permission, scope) => {
                write!(f, "{permission} reaches as far as {scope}, and this lies beyond")
            }
            Self::OtherTenant => f.write_str("it belongs to another tenant"),
            Self::NotInToken(permission) => write!(f, "the token was made without {permission}"),
            Self::SecondFactorNeeded(role) => write!(f, "role {role} needs a second factor, and this login has none"),
            Self::DutiesNotSeparate(conflict) => conflict.fmt(f),
        }
    }
}

/// Whether a login with this role needs a second factor.
pub(crate) fn needs_second_factor(role: &Role, policy: &Policy) -> bool {
    role.second_factor() == SecondFactor::Compulsory || policy.second_factor_for_all
}
