//! Giving roles: nobody gives himself one, nobody gives more than he reaches, nobody gets duties that check each other. And
//! changing accounts: who resets a password holds the account, so nobody changes one that reaches further than his own.

use bell_types::RoleName;

use crate::decide::{Actor, Denied, decide};
use crate::duty::{Conflict, conflict};
use crate::org::Org;
use crate::permission::Permission;
use crate::policy::Policy;
use crate::reach::{Parts, Reach};
use crate::role::{Role, Roles};
use crate::shipped::SUPER_ADMIN;
use crate::user::{GRANTS_MAX, Grant, Place, User};
use crate::{Decision, ProjectId, UnitId};

/// A role may be given, with what else is to be done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granting {
    /// Whether somebody else must approve it first: so it is for super administrators.
    pub needs_approval: bool,
    /// How many super administrators there will be, if that is more than there should be (SEC-01).
    pub super_admins: Option<usize>,
}

/// Why a role may not be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefusal {
    /// There is no such role.
    #[error("there is no role {0}")]
    RoleUnknown(RoleName),
    /// Nobody raises himself.
    #[error("nobody gives himself a role; let another administrator do it")]
    ToOneself,
    /// The giver may not give roles to this person.
    #[error("{0}")]
    Denied(Denied),
    /// The role reaches further than who gives it, or who changes the account of somebody who has it.
    #[error("role {0} reaches further than the one who asks")]
    BeyondGiver(RoleName),
    /// The person has it there already.
    #[error("this person has role {0} there already")]
    Twice(RoleName),
    /// The person has as many roles as one may have.
    #[error("a person may have {GRANTS_MAX} roles; take one away first")]
    TooMany,
    /// The unit or project is not there.
    #[error("there is no such unit or project")]
    PlaceUnknown,
    /// Duties that different people must hold (SEC-16).
    #[error("{0}")]
    Duties(#[from] Conflict),
}

/// Whether `giver` may give this role to `receiver`. `super_admins`: how many other people have that role and are active.
///
/// # Errors
/// Why not.
pub fn check_grant(
    giver: &Actor,
    receiver: &User,
    grant: &Grant,
    (org, roles, policy): (&Org, &Roles, &Policy),
    super_admins: usize,
) -> Result<Granting, GrantRefusal> {
    let role = roles.get(&grant.role).ok_or_else(|| GrantRefusal::RoleUnknown(grant.role.clone()))?;
    if giver.user() == receiver.user {
        return Err(GrantRefusal::ToOneself);
    }
    if let Decision::Denied(denied) = decide(giver, Permission::RoleGrant, &receiver.as_object()) {
        return Err(GrantRefusal::Denied(denied));
    }
    check_place(org, grant.place)?;
    let own = giver.filter(Permission::RoleGrant).map_err(GrantRefusal::Denied)?.reach;
    if role.permits().any(|(_, scope)| !covers(&own, &receiver.reach(org, grant, scope), org)) {
        return Err(GrantRefusal::BeyondGiver(grant.role.clone()));
    }
    check_receiver(receiver, grant, role, roles)?;
    let is_super = grant.role.as_str() == SUPER_ADMIN;
    let too_many = is_super && super_admins + 1 > policy.super_admins_max;
    Ok(Granting { needs_approval: is_super, super_admins: too_many.then_some(super_admins + 1) })
}

/// Whether an account may be changed by one person alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It may.
    None,
    /// It is that of a super administrator or an auditor: [`crate::Act::ChangeGuardedAccount`] is asked for. Who resets an
    /// auditor's password could read the log as he.
    FourEyes,
}

/// Whether `by` may change another's account (disable it, reset its password or factors, take a role away) by a permission
/// that decides about accounts. Moving somebody to another unit asks twice: as he stands, and as he will stand.
///
/// # Errors
/// Why not.
pub fn check_change(
    by: &Actor,
    permission: Permission,
    target: &User,
    (org, roles): (&Org, &Roles),
) -> Result<Guard, GrantRefusal> {
    if let Decision::Denied(denied) = decide(by, permission, &target.as_object()) {
        return Err(GrantRefusal::Denied(denied));
    }
    let own = by.filter(permission).map_err(GrantRefusal::Denied)?.reach;
    let mut guard = Guard::None;
    for grant in &target.grants {
        // A role that is no longer there permits nothing, and needs no guard.
        let Some(role) = roles.get(&grant.role) else { continue };
        if role.permits().any(|(_, scope)| !covers(&own, &target.reach(org, grant, scope), org)) {
            return Err(GrantRefusal::BeyondGiver(grant.role.clone()));
        }
        if role.audits() || grant.role.as_str() == SUPER_ADMIN {
            guard = Guard::FourEyes;
        }
    }
    Ok(guard)
}

/// Whether somebody may give himself the role of an agent: a super administrator who is the only one, so that nobody is there
/// to give it. He gains nothing that he could not have by an account that he makes.
pub fn may_take_calls_alone(user: &User, other_super_admins: usize) -> bool {
    let is_super = user.grants.iter().any(|grant| grant.role.as_str() == SUPER_ADMIN);
    is_super && other_super_admins == 0 && user.grants.len() < GRANTS_MAX
}

fn check_place(org: &Org, place: Place) -> Result<(), GrantRefusal> {
    let there = match place {
        Place::Home => true,
        Place::Unit(unit) => org.unit(unit).is_some(),
        Place::Project(project) => org.run_by(project).is_some(),
    };
    if there { Ok(()) } else { Err(GrantRefusal::PlaceUnknown) }
}

fn check_receiver(receiver: &User, grant: &Grant, role: &Role, roles: &Roles) -> Result<(), GrantRefusal> {
    if receiver.grants.iter().any(|has| has.role == grant.role && has.place == grant.place) {
        return Err(GrantRefusal::Twice(grant.role.clone()));
    }
    if receiver.grants.len() >= GRANTS_MAX {
        return Err(GrantRefusal::TooMany);
    }
    let has = receiver.grants.iter().filter_map(|has| roles.get(&has.role));
    let together = has.chain(std::iter::once(role)).flat_map(Role::permits).map(|(permission, _)| permission);
    conflict(together).map_or(Ok(()), |conflict| Err(conflict.into()))
}

/// Whether a reach lies within that of the giver. What is one's own is within: the giver reaches the person already.
fn covers(giver: &Reach, reach: &Reach, org: &Org) -> bool {
    let within = |unit: &UnitId, parts: &Parts| parts.units.contains(unit);
    let runs = |project: &ProjectId, parts: &Parts| {
        parts.projects.contains(project) || org.run_by(*project).is_some_and(|unit| within(&unit, parts))
    };
    match (giver, reach) {
        (Reach::Tenant, _) => true,
        (Reach::Parts(_), Reach::Tenant) => false,
        (Reach::Parts(giver), Reach::Parts(reach)) => {
            reach.units.iter().all(|unit| within(unit, giver))
                && reach.projects.iter().all(|project| runs(project, giver))
        }
    }
}
