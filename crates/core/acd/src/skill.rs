//! What agents are able to do and what calls need, as numbers that are quick to compare.

use std::collections::BTreeMap;

use bell_types::SkillName;

/// A skill's index. Never given to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SkillIx(u32);

/// A skill that no agent was ever said to have.
const NOBODYS: SkillIx = SkillIx(u32::MAX);

/// Levels in skills: what an agent has, or the least a call needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels(Vec<(SkillIx, u8)>);

impl Levels {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The level in a skill; 0 if it is not among them.
    fn of(&self, skill: SkillIx) -> u8 {
        self.0.iter().find(|(own, _)| *own == skill).map_or(0, |(_, level)| *level)
    }

    /// Whether these meet every need.
    pub(crate) fn meet(&self, needs: &Self) -> bool {
        needs.0.iter().all(|(skill, least)| self.of(*skill) >= *least)
    }

    /// These levels in the skills that are needed, added up.
    pub(crate) fn fit(&self, needs: &Self) -> i64 {
        needs.0.iter().map(|(skill, _)| i64::from(self.of(*skill))).sum()
    }
}

/// Two needs together: of each skill the higher level.
pub(crate) fn both(one: &[(SkillName, u8)], other: &[(SkillName, u8)]) -> Vec<(SkillName, u8)> {
    let mut both = one.to_vec();
    for (skill, level) in other {
        match both.iter_mut().find(|(own, _)| own == skill) {
            Some((_, own)) => *own = (*own).max(*level),
            None => both.push((skill.clone(), *level)),
        }
    }
    both
}

/// Takes needs down to these levels where they are higher; 0 drops the need.
pub(crate) fn lower(needs: &mut Vec<(SkillName, u8)>, to: &[(SkillName, u8)]) {
    for (skill, level) in to {
        if let Some((_, own)) = needs.iter_mut().find(|(own, _)| own == skill) {
            *own = (*own).min(*level);
        }
    }
    needs.retain(|(_, level)| *level > 0);
}

/// The names of all skills that agents and queues were ever said to have or need.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skills {
    by_name: BTreeMap<SkillName, SkillIx>,
}

impl Skills {
    /// The levels as the configuration says them; new names are learnt.
    pub(crate) fn learn(&mut self, levels: &[(SkillName, u8)]) -> Levels {
        for (name, _) in levels {
            if !self.by_name.contains_key(name) {
                let ix = u32::try_from(self.by_name.len()).map_or(NOBODYS, SkillIx);
                self.by_name.insert(name.clone(), ix);
            }
        }
        self.read(levels)
    }

    /// The levels as a call says them. A skill that is not known is nobody's.
    pub(crate) fn read(&self, levels: &[(SkillName, u8)]) -> Levels {
        let known = |name: &SkillName| self.by_name.get(name).copied().unwrap_or(NOBODYS);
        Levels(levels.iter().map(|(name, level)| (known(name), *level)).collect())
    }
}
