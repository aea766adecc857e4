//! Who leads somebody: whom a matter of his is told to when he has not seen to it himself.

use crate::UserId;
use crate::decide::{Actor, Decision, decide};
use crate::permission::{Permission, Scope};
use crate::reach::Object;

/// How many leads hear of one matter: with more of them nobody would feel asked.
pub const LEADS_MAX: usize = 20;

/// Who may do this to something of somebody else, the nearest: those of his team; where it has none, those of his department,
/// or of the whole centre. Nobody leads himself.
pub fn leads<'a>(
    everybody: impl IntoIterator<Item = &'a Actor>,
    permission: Permission,
    object: &Object,
) -> Vec<UserId> {
    let reaches = |actor: &Actor| match decide(actor, permission, object) {
        Decision::Allowed(allowed) if !object.owners.contains(&actor.user()) => Some((allowed.scope, actor.user())),
        Decision::Allowed(_) | Decision::Denied(_) => None,
    };
    let found: Vec<(Scope, UserId)> = everybody.into_iter().filter_map(reaches).collect();
    let nearest = found.iter().map(|(scope, _)| *scope).min();
    let near = found.into_iter().filter(|(scope, _)| Some(*scope) == nearest);
    near.map(|(_, user)| user).take(LEADS_MAX).collect()
}
