//! The golden matrix: what every role may do, and how far, as [`decide`] answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bell_access::{
    ACTORS, Actor, Condition, Decision, Duty, Effect, Object, Permission, Role, RoleError, Roles, SHIPPED, Scope,
    SecondFactor, TenantId, UserId, decide,
};
use expect_test::expect_file;

use crate::world::{EARLY, LATE, PHONE_SALES, RECALL, TENANT, of_unit, role, somebody};

const ME: u64 = 7;

/// One object at each distance from somebody in team [`EARLY`]. The own one is of another team, and that of the project
/// and that of the company in another department, so that each scope is told from the others.
fn objects() -> [(Scope, Object); 5] {
    let project = Object { projects: BTreeSet::from([RECALL]), ..of_unit(PHONE_SALES) };
    [
        (Scope::Own, Object::of_user(TENANT, UserId(ME), PHONE_SALES)),
        (Scope::Team, of_unit(EARLY)),
        (Scope::Project, project),
        (Scope::Department, of_unit(LATE)),
        (Scope::Tenant, of_unit(PHONE_SALES)),
    ]
}

/// How far a permission reaches, found by asking about each object.
fn reached(actor: &Actor, permission: Permission) -> &'static str {
    let may = |object: &Object| matches!(decide(actor, permission, object), Decision::Allowed(_));
    for tenant in [TenantId::PLATFORM, TenantId(2)] {
        for (_, object) in objects() {
            assert!(!may(&Object { tenant, ..object }), "{permission} leaves the tenant");
        }
    }
    match objects().map(|(_, object)| may(&object)) {
        [false, false, false, false, false] => "-",
        [true, false, false, false, false] => "own",
        [false, true, false, false, false] => "team",
        [false, false, true, false, false] => "project",
        [false, true, false, true, false] => "department",
        [true, true, true, true, true] => "tenant",
        mixed => panic!("{permission}: no scope reaches {mixed:?}"),
    }
}

/// SEC-02, SEC-04: a permission that is new, or that a role gains or loses, changes this file: read the difference.
#[test]
fn sec_02_sec_04_the_matrix_of_roles_permissions_and_scopes() {
    let actors: Vec<Actor> = SHIPPED.iter().map(|shipped| somebody(ME, EARLY, &[shipped.code])).collect();
    let mut matrix = format!("{:<18}", "");
    SHIPPED.iter().for_each(|shipped| write!(matrix, "{:<18}", shipped.code).unwrap());
    for permission in Permission::ALL {
        write!(matrix, "\n{:<18}", permission.code()).unwrap();
        actors.iter().for_each(|actor| write!(matrix, "{:<18}", reached(actor, *permission)).unwrap());
    }
    let lines: Vec<&str> = matrix.lines().map(str::trim_end).collect();
    expect_file!["matrix.txt"].assert_eq(&format!("{}\n", lines.join("\n")));
}

/// Every permission has a row in the matrix with a name of its own, and somebody who holds it.
#[test]
fn every_permission_is_named_and_held_by_somebody() {
    let codes: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.code()).collect();
    assert_eq!(codes.len(), Permission::ALL.len(), "codes are unique");
    let roles = Roles::shipped();
    for permission in Permission::ALL {
        assert_eq!(Permission::of_code(permission.code()), Some(*permission));
        assert!(!permission.summary().is_empty());
        let held = roles.iter().any(|role| role.permits().any(|(held, _)| held == *permission));
        assert!(held, "nobody holds {permission}");
    }
    assert_eq!(Permission::of_code("audit.delete"), None, "nobody deletes what the log says (SEC-14)");
}

#[test]
fn sec_05_every_kind_of_worker_of_the_sources_has_a_shipped_role() {
    let roles = Roles::shipped();
    for (actor, name) in ACTORS {
        assert!(roles.get(&role(name)).is_some(), "{actor} has no role {name}");
    }
    for shipped in SHIPPED {
        assert!(ACTORS.iter().any(|(_, name)| *name == shipped.code), "{} is for nobody", shipped.code);
        assert!(!shipped.chinese.is_empty() && !shipped.english.is_empty());
    }
    let titles: BTreeSet<&str> = SHIPPED.iter().map(|shipped| shipped.chinese).collect();
    assert_eq!(titles.len(), SHIPPED.len());
}

#[test]
fn sec_03_an_auditor_sees_everything_and_changes_nothing() {
    let auditor = somebody(ME, EARLY, &["auditor"]);
    for permission in Permission::ALL {
        for (_, object) in objects() {
            match (decide(&auditor, *permission, &object), permission.effect()) {
                (Decision::Denied(denied), Effect::Write) => assert_eq!(denied.status(), 403, "{permission}"),
                (Decision::Allowed(_), Effect::Write) => panic!("an auditor may {permission}"),
                (_, Effect::Read) => {}
            }
        }
    }
    for permission in [Permission::CallListen, Permission::RecordingPlay, Permission::AuditRead] {
        assert_eq!(reached(&auditor, permission), "tenant", "{permission}");
    }
}

#[test]
fn sec_16_no_shipped_role_holds_configuration_and_audit() {
    for shipped in SHIPPED {
        let actor = somebody(ME, EARLY, &[shipped.code]);
        let holds = |wanted: Duty| {
            let of_duty = Permission::ALL.iter().filter(|permission| permission.duty() == wanted);
            of_duty.filter(|p| p.effect() == Effect::Write || wanted == Duty::Audit).any(|p| reached(&actor, *p) != "-")
        };
        assert!(!(holds(Duty::Configuration) && holds(Duty::Audit)), "{}", shipped.code);
    }
}

#[test]
fn sec_25_no_role_exports_what_is_only_ones_own() {
    let own = BTreeMap::from([(Permission::RecordingExport, Scope::Own)]);
    let refused = Role::new(role("collector"), own, SecondFactor::ByPolicy);
    let error = RoleError::TooNarrow { permission: Permission::RecordingExport, scope: Scope::Own };
    assert_eq!(refused, Err(error));
    for agent in ["agent", "sales", "front_desk"] {
        assert_eq!(reached(&somebody(ME, EARLY, &[agent]), Permission::RecordingExport), "-", "{agent}");
        assert_eq!(reached(&somebody(ME, EARLY, &[agent]), Permission::RecordingPlay), "own", "{agent}");
    }
    assert!(Permission::RecordingPlay.conditions().contains(&Condition::Watermark));
    assert!(Permission::RecordingExport.conditions().contains(&Condition::Reason));
}

#[test]
fn sec_05_roles_are_composed_within_limits() {
    let mut roles = Roles::shipped();
    let permits = BTreeMap::from([(Permission::CallRead, Scope::Team)]);
    let compose = |name: &str| Role::new(role(name), permits.clone(), SecondFactor::ByPolicy).unwrap();
    assert_eq!(roles.put(compose("agent")), Err(RoleError::Shipped(role("agent"))));
    for count in 0..bell_access::ROLES_MAX {
        assert_eq!(roles.put(compose(&format!("own-{count}"))), Ok(()));
    }
    assert_eq!(roles.put(compose("one-more")), Err(RoleError::TooMany));
    assert_eq!(roles.put(compose("own-0")), Ok(()), "a change is no new role");
    assert_eq!(Role::new(role("nothing"), BTreeMap::new(), SecondFactor::ByPolicy), Err(RoleError::Empty));
    let both = BTreeMap::from([(Permission::AuditRead, Scope::Tenant), (Permission::PolicyWrite, Scope::Tenant)]);
    let refused = Role::new(role("both"), both, SecondFactor::ByPolicy);
    assert!(matches!(refused, Err(RoleError::Duties(_))), "{refused:?}");
}
