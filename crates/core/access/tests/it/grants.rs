//! Who may give which role to whom; what access reviews find.

use bell_access::{
    Actor, Due, GRANTS_MAX, Grant, GrantRefusal, Granting, Guard, Permission, Place, Policy, ProjectId, Roles, UnitId,
    User, check_change, check_grant, may_take_calls_alone, review,
};

use crate::world::{COMPANY, EARLY, LATE, PHONE_SALES, RECALL, SALES, SERVICE, at, grant, org, role, somebody, user};

fn check(giver: &Actor, receiver: &User, grant: &Grant) -> Result<Granting, GrantRefusal> {
    check_grant(giver, receiver, grant, (&org(), &Roles::shipped(), &Policy::for_tests()), 1)
}

#[test]
fn sec_06_nobody_gives_more_than_he_reaches() {
    let head = somebody(1, SERVICE, &["dept_admin"]);
    let early = user(2, EARLY, &["agent"]);
    let home = |name: &str| grant(name, Place::Home);
    let at_unit = |name: &str, unit: UnitId| grant(name, Place::Unit(unit));
    let beyond = |name: &str| Err(GrantRefusal::BeyondGiver(role(name)));
    let cases = [
        (home("supervisor"), Ok(Granting::default())),
        (home("qa"), Ok(Granting::default())),
        (at_unit("supervisor", LATE), Ok(Granting::default())),
        (at_unit("supervisor", PHONE_SALES), beyond("supervisor")),
        (at_unit("dept_admin", SALES), beyond("dept_admin")),
        (home("super_admin"), beyond("super_admin")),
        (home("auditor"), beyond("auditor")),
        (grant("project_lead", Place::Project(RECALL)), Ok(Granting::default())),
        (grant("project_lead", Place::Project(ProjectId(9))), Err(GrantRefusal::PlaceUnknown)),
        (at_unit("supervisor", UnitId(99)), Err(GrantRefusal::PlaceUnknown)),
        (home("wizard"), Err(GrantRefusal::RoleUnknown(role("wizard")))),
        (home("agent"), Err(GrantRefusal::Twice(role("agent")))),
    ];
    for (grant, expected) in cases {
        assert_eq!(check(&head, &early, &grant), expected, "{grant:?}");
    }
    let elsewhere = check(&head, &user(3, PHONE_SALES, &[]), &home("agent"));
    assert!(matches!(elsewhere, Err(GrantRefusal::Denied(_))), "{elsewhere:?}");
    let agent = check(&somebody(4, EARLY, &["agent"]), &early, &home("qa"));
    assert!(matches!(agent, Err(GrantRefusal::Denied(_))), "{agent:?}");
}

#[test]
fn nobody_gives_himself_a_role() {
    let root = user(1, COMPANY, &["super_admin"]);
    let himself = check(&crate::world::actor(&root), &root, &grant("agent", Place::Home));
    assert_eq!(himself, Err(GrantRefusal::ToOneself));
}

#[test]
fn sec_01_a_third_super_administrator_is_warned_of_and_every_one_is_approved_by_another() {
    let root = somebody(1, COMPANY, &["super_admin"]);
    let (policy, candidate) = (Policy::for_tests(), user(2, COMPANY, &[]));
    for (others, warning) in [(0, None), (1, None), (2, Some(3)), (5, Some(6))] {
        let give = grant("super_admin", Place::Home);
        let given = check_grant(&root, &candidate, &give, (&org(), &Roles::shipped(), &policy), others).unwrap();
        assert_eq!(given, Granting { needs_approval: true, super_admins: warning });
    }
}

#[test]
fn sec_16_configuration_and_audit_are_not_given_to_one_person() {
    let root = somebody(1, COMPANY, &["super_admin"]);
    let pairs = [("auditor", "dept_admin"), ("dept_admin", "auditor"), ("auditor", "agent"), ("supervisor", "auditor")];
    for (has, gets) in pairs {
        let refused = check(&root, &user(2, EARLY, &[has]), &grant(gets, Place::Home));
        assert!(matches!(refused, Err(GrantRefusal::Duties(_))), "{has} + {gets}: {refused:?}");
    }
    for (has, gets) in [("auditor", "manager"), ("agent", "supervisor"), ("dept_admin", "agent")] {
        assert_eq!(check(&root, &user(2, EARLY, &[has]), &grant(gets, Place::Home)), Ok(Granting::default()));
    }
}

#[test]
fn nobody_collects_roles() {
    let root = somebody(1, COMPANY, &["super_admin"]);
    let mut collector = user(2, EARLY, &[]);
    for unit in 0..GRANTS_MAX as u32 {
        collector.grants.push(grant("supervisor", Place::Unit(UnitId(unit))));
    }
    assert_eq!(check(&root, &collector, &grant("qa", Place::Home)), Err(GrantRefusal::TooMany));
}

#[test]
fn sec_06_roles_that_nobody_confirmed_for_a_quarter_are_due() {
    let (roles, policy) = (Roles::shipped(), Policy::for_tests());
    let mut agent = user(2, EARLY, &["agent", "qa"]);
    assert_eq!(review(at(89), &agent, &roles, &policy), []);
    agent.grants[0].confirmed = at(80);
    let found = review(at(90), &agent, &roles, &policy);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].role.as_str(), found[0].due, found[0].since), ("qa", Due::Confirmation, at(90)));
}

#[test]
fn sec_03_an_auditor_is_reminded_to_hand_over() {
    let (roles, policy) = (Roles::shipped(), Policy::for_tests());
    let mut auditor = user(2, COMPANY, &["auditor"]);
    auditor.grants[0].confirmed = at(360);
    assert_eq!(review(at(364), &auditor, &roles, &policy), []);
    let found = review(at(365), &auditor, &roles, &policy);
    assert_eq!(found.iter().map(|finding| finding.due).collect::<Vec<_>>(), [Due::Rotation]);
}

/// Who can reset a password can log in as its owner.
#[test]
fn sec_02_nobody_changes_an_account_that_reaches_further_than_his_own() {
    let (org, roles) = (org(), Roles::shipped());
    let change = |by: &Actor, target: &User| check_change(by, Permission::UserWrite, target, (&org, &roles));
    let beyond = |name: &str| Err(GrantRefusal::BeyondGiver(role(name)));
    let head = somebody(1, SERVICE, &["dept_admin"]);
    let root = somebody(9, COMPANY, &["super_admin"]);
    let guest = {
        let mut guest = user(2, EARLY, &["agent"]);
        guest.grants.push(grant("supervisor", Place::Unit(PHONE_SALES)));
        guest
    };
    let cases = [
        (user(2, EARLY, &["agent"]), Ok(Guard::None), Ok(Guard::None)),
        (user(2, EARLY, &["agent", "supervisor"]), Ok(Guard::None), Ok(Guard::None)),
        (user(2, SERVICE, &["dept_admin"]), Ok(Guard::None), Ok(Guard::None)),
        (guest, beyond("supervisor"), Ok(Guard::None)),
        (user(2, EARLY, &["super_admin"]), beyond("super_admin"), Ok(Guard::FourEyes)),
        (user(2, EARLY, &["auditor"]), beyond("auditor"), Ok(Guard::FourEyes)),
        (user(2, EARLY, &["role-of-yesterday"]), Ok(Guard::None), Ok(Guard::None)),
    ];
    for (target, by_head, by_root) in cases {
        assert_eq!(change(&head, &target), by_head, "{:?}", target.grants);
        assert_eq!(change(&root, &target), by_root, "{:?}", target.grants);
    }
    let elsewhere = change(&head, &user(2, PHONE_SALES, &["agent"]));
    assert!(matches!(elsewhere, Err(GrantRefusal::Denied(_))), "{elsewhere:?}");
}

/// INB-35: whoever is the only super administrator may take the first calls himself; one of two has the other give the role.
#[test]
fn a_super_administrator_who_is_alone_may_take_calls() {
    let root = user(1, COMPANY, &["super_admin"]);
    assert!(may_take_calls_alone(&root, 0));
    assert!(!may_take_calls_alone(&root, 1));
    assert!(!may_take_calls_alone(&user(2, COMPANY, &["dept_admin"]), 0));
}
