//! Who leads somebody.

use bell_access::{Actor, LEADS_MAX, Object, Permission, UnitId, UserId, leads};

use crate::world::{COMPANY, EARLY, LATE, PHONE_SALES, SERVICE, TENANT, of_unit, somebody};

const EVERYBODY: &[(u64, UnitId, &[&str])] = &[
    (1, EARLY, &["agent"]),
    (2, EARLY, &["agent", "supervisor"]),
    (3, EARLY, &["supervisor"]),
    (4, LATE, &["supervisor"]),
    (5, SERVICE, &["dept_admin"]),
    (6, COMPANY, &["super_admin"]),
    (7, EARLY, &["qa"]),
];

fn of(everybody: &[Actor], object: &Object) -> Vec<u64> {
    leads(everybody, Permission::TicketWrite, object).into_iter().map(|user| user.0).collect()
}

#[test]
fn agt_08_a_matter_goes_to_the_nearest_who_lead() {
    let everybody: Vec<Actor> = EVERYBODY.iter().map(|(id, home, roles)| somebody(*id, *home, roles)).collect();
    let own = |user, unit| Object::of_user(TENANT, UserId(user), unit);
    assert_eq!(of(&everybody, &own(1, EARLY)), [2, 3], "those of his team");
    assert_eq!(of(&everybody, &own(2, EARLY)), [3], "nobody leads himself");
    assert_eq!(of(&everybody, &own(4, LATE)), [5], "who leads the team is led by the department");
    assert_eq!(of(&everybody, &of_unit(PHONE_SALES)), [6], "a department without a head is led by the centre");
    assert_eq!(of(&everybody, &Object::of_tenant(TENANT)), [6], "what belongs to nobody is the centre's");
    assert_eq!(of(&everybody[..1], &own(1, EARLY)), [] as [u64; 0]);
}

#[test]
fn agt_08_no_more_leads_are_told_than_feel_asked() {
    let team: Vec<Actor> = (1..100).map(|id| somebody(id, EARLY, &["supervisor"])).collect();
    assert_eq!(of(&team, &of_unit(EARLY)).len(), LEADS_MAX);
}
