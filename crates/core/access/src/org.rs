//! A tenant's organisations, departments and teams, and the projects that run across them.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::id::{ProjectId, TenantId, UnitId};

/// How many units there may be above one, itself counted.
pub const UNIT_DEPTH_MAX: usize = 12;

/// How many units a tenant may have.
pub const UNITS_MAX: usize = 10_000;

/// An organisation, a department or a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub unit: UnitId,
    /// What it belongs to; none for the tenant's own organisations.
    pub parent: Option<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// What people call it.
    pub name: String,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    /// A company or branch; below the tenant or another organisation.
    Organisation,
    /// A department; below an organisation or another department.
    Department,
    /// A team; below an organisation or a department, and nothing below it.
    Team,
}

/// The tree of a tenant, right by construction.
#[derive(Clone, Debug)]
pub struct Org {
    tenant: TenantId,
    units: BTreeMap<UnitId, Unit>,
    /// What stands directly below each unit.
    children: BTreeMap<UnitId, Vec<UnitId>>,
    /// Each project with the unit that runs it.
    projects: BTreeMap<ProjectId, UnitId>,
}

/// What is wrong with a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OrgError {
    /// Two units of one id.
    #[error("unit {0} is there twice")]
    Twice(UnitId),
    /// The unit above is not there.
    #[error("unit {unit} belongs to unit {parent}, which is not there")]
    ParentUnknown {
        /// The unit.
        unit: UnitId,
        /// What is missing.
        parent: UnitId,
    },
    /// A unit below one that may not hold it.
    #[error("unit {unit} may not belong to unit {parent}: departments stand below organisations, teams below both")]
    Misplaced {
        /// The unit.
        unit: UnitId,
        /// What it stands below.
        parent: UnitId,
    },
    /// A team that belongs to nothing.
    #[error("team {0} must belong to an organisation or a department")]
    TeamOnTop(UnitId),
    /// A unit that belongs to itself by a detour, or a tree that is too deep.
    #[error("unit {0} is in a circle, or deeper than {UNIT_DEPTH_MAX} levels")]
    TooDeep(UnitId),
    /// More units than there may be.
    #[error("more than {UNITS_MAX} units")]
    TooMany,
    /// A project of a unit that is not there.
    #[error("project {project} is run by unit {unit}, which is not there")]
    ProjectOfNobody {
        /// The project.
        project: ProjectId,
        /// What is missing.
        unit: UnitId,
    },
}

impl Org {
    /// Checks the units and projects of a tenant.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn new(tenant: TenantId, units: Vec<Unit>, projects: BTreeMap<ProjectId, UnitId>) -> Result<Self, OrgError> {
        if units.len() > UNITS_MAX {
            return Err(OrgError::TooMany);
        }
        let mut org = Self { tenant, units: BTreeMap::new(), children: BTreeMap::new(), projects };
        for unit in units {
            let id = unit.unit;
            if let Some(parent) = unit.parent {
                org.children.entry(parent).or_default().push(id);
            }
            if org.units.insert(id, unit).is_some() {
                return Err(OrgError::Twice(id));
            }
        }
        org.units.values().try_for_each(|unit| org.check(unit))?;
        let lost = org.projects.iter().find(|(_, unit)| !org.units.contains_key(unit));
        match lost {
            Some((&project, &unit)) => Err(OrgError::ProjectOfNobody { project, unit }),
            None => Ok(org),
        }
    }

    fn check(&self, unit: &Unit) -> Result<(), OrgError> {
        if let Some(parent) = unit.parent {
            let above = self.units.get(&parent).ok_or(OrgError::ParentUnknown { unit: unit.unit, parent })?;
            if !above.kind.may_hold(unit.kind) {
                return Err(OrgError::Misplaced { unit: unit.unit, parent });
            }
        } else if unit.kind == UnitKind::Team {
            return Err(OrgError::TeamOnTop(unit.unit));
        }
        let deep = self.upwards(unit.unit).nth(UNIT_DEPTH_MAX).is_some();
        if deep { Err(OrgError::TooDeep(unit.unit)) } else { Ok(()) }
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The unit of this id.
    pub fn unit(&self, unit: UnitId) -> Option<&Unit> {
        self.units.get(&unit)
    }

    /// The unit that runs a project.
    pub fn run_by(&self, project: ProjectId) -> Option<UnitId> {
        self.projects.get(&project).copied()
    }

    /// The team a unit is or stands in; the unit itself where there is no team.
    pub fn team_of(&self, unit: UnitId) -> Option<UnitId> {
        let team = self.upwards(unit).find(|unit| unit.kind == UnitKind::Team);
        team.or_else(|| self.unit(unit)).map(|unit| unit.unit)
    }

    /// The department a unit is or stands in; its organisation where there is no department.
    pub fn department_of(&self, unit: UnitId) -> Option<UnitId> {
        self.upwards(unit).find(|unit| unit.kind != UnitKind::Team).map(|unit| unit.unit)
    }

    /// The unit and everything below it; nothing if it is not there.
    pub fn below(&self, top: UnitId) -> BTreeSet<UnitId> {
        let mut found: Vec<UnitId> = self.unit(top).map(|unit| unit.unit).into_iter().collect();
        let mut next = 0;
        while let Some(unit) = found.get(next) {
            // A tree has no circle: what is found is found once.
            found.extend(self.children.get(unit).into_iter().flatten());
            next += 1;
        }
        found.into_iter().collect()
    }

    /// Whether a unit is the other or stands below it.
    pub fn is_below(&self, unit: UnitId, top: UnitId) -> bool {
        self.upwards(unit).any(|above| above.unit == top)
    }

    /// The unit, the one above it, and so on to the top. A circle, which only [`Org::new`] ever sees, ends by the limit.
    fn upwards(&self, unit: UnitId) -> impl Iterator<Item = &Unit> {
        let above = |unit: &&Unit| unit.parent.and_then(|parent| self.units.get(&parent));
        std::iter::successors(self.units.get(&unit), above).take(UNIT_DEPTH_MAX + 1)
    }
}

impl UnitKind {
    const fn may_hold(self, below: Self) -> bool {
        match (self, below) {
            (Self::Organisation, _) | (Self::Department, Self::Department | Self::Team) => true,
            (Self::Department, Self::Organisation) | (Self::Team, _) => false,
        }
    }
}
