//! Scopes as filters: what a list shows is what each object says, and every answer says why.

use std::collections::{BTreeMap, BTreeSet};

use bell_access::{
    Actor, Decision, Denied, Object, Org, OrgError, Permission, Place, Policy, ProjectId, Proof, Roles, Scope,
    TenantId, UNIT_DEPTH_MAX, Unit, UnitId, UnitKind, User, UserId, decide, first_denied,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, proptest};
use proptest::sample::select;

use crate::world::{
    COMPANY, EARLY, LATE, PHONE_SALES, RECALL, SALES, SERVICE, TENANT, actor, grant, of_unit, org, role, somebody,
    units, user,
};

fn say(actor: &Actor, permission: Permission, object: &Object) -> String {
    decide(actor, permission, object).to_string()
}

#[test]
fn sec_02_an_answer_says_by_which_role_or_why_not() {
    let head = somebody(1, SERVICE, &["dept_admin"]);
    let late_call = of_unit(LATE);
    assert_eq!(say(&head, Permission::CallRead, &late_call), "allowed by role dept_admin for scope department");
    let elsewhere = decide(&head, Permission::CallRead, &of_unit(PHONE_SALES));
    assert_eq!(elsewhere, Decision::Denied(Denied::OutOfScope(Permission::CallRead, Scope::Department)));
    let Decision::Denied(denied) = elsewhere else { unreachable!() };
    assert_eq!((denied.status(), denied.code()), (404, "out_of_scope"), "what one may not see is not there");
    let other = Object { tenant: TenantId(2), ..late_call.clone() };
    assert_eq!(say(&head, Permission::CallRead, &other), "denied: it belongs to another tenant");
    let denied = decide(&head, Permission::TrunkWrite, &Object::of_tenant(TENANT));
    assert_eq!(denied, Decision::Denied(Denied::NotHeld(Permission::TrunkWrite)));
}

/// SEC-03: who lets another configuration take effect may change all that it can change, for the whole centre.
#[test]
fn sec_03_a_whole_configuration_is_for_who_may_change_all_of_it() {
    let centre = Object::of_tenant(TENANT);
    let denied = |actor: &Actor| first_denied(actor, Permission::OF_CONFIGURATION, &centre);
    assert_eq!(denied(&somebody(1, COMPANY, &["super_admin"])), None);
    assert_eq!(denied(&somebody(2, SERVICE, &["dept_admin"])), Some(Permission::PolicyWrite));
    // Carriers he may change, and nothing else that stands in the text.
    assert_eq!(denied(&somebody(3, COMPANY, &["maintenance"])), Some(Permission::PolicyWrite));
    assert_eq!(first_denied(&somebody(3, COMPANY, &["maintenance"]), &[Permission::TrunkWrite], &centre), None);
    let alone = Permission::OF_CONFIGURATION.iter().filter(|one| one.duty() == bell_access::Duty::Configuration);
    assert_eq!(alone.count(), Permission::OF_CONFIGURATION.len(), "it is configuration, and nothing else");
}

#[test]
fn the_narrowest_scope_that_suffices_is_named() {
    let both = somebody(1, EARLY, &["agent", "supervisor"]);
    let own = Object::of_user(TENANT, UserId(1), EARLY);
    assert_eq!(say(&both, Permission::CallRead, &own), "allowed by role agent for scope own");
    assert_eq!(say(&both, Permission::CallRead, &of_unit(EARLY)), "allowed by role supervisor for scope team");
}

#[test]
fn a_role_counts_from_where_it_is_given() {
    let mut deputy = user(1, EARLY, &["agent"]);
    deputy.grants.push(grant("supervisor", Place::Unit(PHONE_SALES)));
    let deputy = actor(&deputy);
    assert_eq!(
        say(&deputy, Permission::CallListen, &of_unit(PHONE_SALES)),
        "allowed by role supervisor for scope team"
    );
    assert!(say(&deputy, Permission::CallListen, &of_unit(EARLY)).starts_with("denied"));
    let mut lost = user(1, EARLY, &[]);
    lost.grants.push(grant("supervisor", Place::Unit(UnitId(99))));
    assert!(say(&actor(&lost), Permission::CallListen, &of_unit(EARLY)).starts_with("denied"), "the unit is gone");
}

#[test]
fn a_project_lead_sees_the_project_wherever_it_is_worked_on() {
    let mut lead = user(1, EARLY, &[]);
    lead.projects.clear();
    lead.grants.push(grant("project_lead", Place::Project(RECALL)));
    let lead = actor(&lead);
    let of_project = Object { projects: BTreeSet::from([RECALL]), ..of_unit(PHONE_SALES) };
    assert_eq!(say(&lead, Permission::CallRead, &of_project), "allowed by role project_lead for scope project");
    let of_another = Object { projects: BTreeSet::from([ProjectId(2)]), ..of_unit(EARLY) };
    assert!(say(&lead, Permission::CallRead, &of_another).starts_with("denied"));
}

#[test]
fn a_call_of_two_teams_belongs_to_both() {
    let mut call = Object::of_user(TENANT, UserId(5), EARLY);
    call.owners.insert(UserId(6));
    call.units.insert(PHONE_SALES);
    for (who, home) in [(5, EARLY), (6, PHONE_SALES)] {
        assert!(say(&somebody(who, home, &["agent"]), Permission::RecordingPlay, &call).starts_with("allowed"));
        assert!(say(&somebody(90, home, &["supervisor"]), Permission::RecordingPlay, &call).starts_with("allowed"));
    }
    assert!(say(&somebody(90, LATE, &["supervisor"]), Permission::RecordingPlay, &call).starts_with("denied"));
}

#[test]
fn sec_01_a_super_administrator_without_a_second_factor_may_nothing() {
    let root = user(1, COMPANY, &["super_admin", "agent"]);
    let with = |proof, policy: &Policy| Actor::new(&root, &org(), &Roles::shipped(), proof, policy);
    let (policy, everything) = (Policy::for_tests(), Object::of_tenant(TENANT));
    let denied = decide(&with(Proof::Password, &policy), Permission::PolicyWrite, &everything);
    assert_eq!(denied, Decision::Denied(Denied::SecondFactorNeeded(role("super_admin"))));
    assert!(say(&with(Proof::TwoFactors, &policy), Permission::PolicyWrite, &everything).starts_with("allowed"));
    let agent = user(2, EARLY, &["agent"]);
    let strict = Policy { second_factor_for_all: true, ..policy.clone() };
    let own = Object::of_user(TENANT, UserId(2), EARLY);
    let of_agent = |policy| Actor::new(&agent, &org(), &Roles::shipped(), Proof::Password, policy);
    assert!(say(&of_agent(&policy), Permission::DeskUse, &own).starts_with("allowed"));
    assert!(say(&of_agent(&strict), Permission::DeskUse, &own).starts_with("denied: role agent needs a second factor"));
}

#[test]
fn a_token_permits_less_than_its_owner_and_never_more() {
    let wanted = BTreeSet::from([Permission::CallRead, Permission::PolicyWrite]);
    let token = somebody(1, EARLY, &["supervisor"]).through_token(wanted);
    assert!(say(&token, Permission::CallRead, &of_unit(EARLY)).starts_with("allowed"));
    let left_out = decide(&token, Permission::RecordingPlay, &of_unit(EARLY));
    assert_eq!(left_out, Decision::Denied(Denied::NotInToken(Permission::RecordingPlay)));
    let not_held = decide(&token, Permission::PolicyWrite, &Object::of_tenant(TENANT));
    assert_eq!(not_held, Decision::Denied(Denied::NotHeld(Permission::PolicyWrite)));
    assert_eq!(token.filter(Permission::RecordingPlay), Err(Denied::NotInToken(Permission::RecordingPlay)));
}

/// However the two roles came together, by an import or by hand in the database.
#[test]
fn sec_16_who_holds_configuration_and_audit_may_nothing() {
    let both = somebody(1, COMPANY, &["auditor", "super_admin"]);
    for permission in Permission::ALL {
        let Decision::Denied(denied) = decide(&both, *permission, &Object::of_tenant(TENANT)) else {
            panic!("{permission} is allowed");
        };
        assert_eq!((denied.status(), denied.code()), (403, "duties_not_separate"));
    }
}

#[test]
fn a_tree_that_is_none_is_refused() {
    let unit = |id: u32, parent: Option<u32>, kind| Unit {
        unit: UnitId(id),
        parent: parent.map(UnitId),
        kind,
        name: String::new(),
    };
    let (department, team) = (UnitKind::Department, UnitKind::Team);
    let chain = |length: u32| (1..=length).map(|id| unit(id, (id > 1).then(|| id - 1), department)).collect::<Vec<_>>();
    let deep = UNIT_DEPTH_MAX as u32;
    let cases = [
        (vec![unit(1, None, department), unit(1, None, department)], OrgError::Twice(UnitId(1))),
        (vec![unit(1, Some(2), team)], OrgError::ParentUnknown { unit: UnitId(1), parent: UnitId(2) }),
        (vec![unit(1, None, team)], OrgError::TeamOnTop(UnitId(1))),
        (
            vec![unit(1, None, department), unit(2, Some(1), UnitKind::Organisation)],
            OrgError::Misplaced { unit: UnitId(2), parent: UnitId(1) },
        ),
        (
            vec![unit(1, None, department), unit(2, Some(1), team), unit(3, Some(2), team)],
            OrgError::Misplaced { unit: UnitId(3), parent: UnitId(2) },
        ),
        (vec![unit(1, Some(2), department), unit(2, Some(1), department)], OrgError::TooDeep(UnitId(1))),
        (chain(deep + 1), OrgError::TooDeep(UnitId(deep + 1))),
    ];
    for (units, error) in cases {
        assert_eq!(Org::new(TENANT, units, BTreeMap::new()).err(), Some(error));
    }
    assert!(Org::new(TENANT, chain(deep), BTreeMap::new()).is_ok());
    let lost = Org::new(TENANT, units(), BTreeMap::from([(RECALL, UnitId(77))]));
    assert_eq!(lost.err(), Some(OrgError::ProjectOfNobody { project: RECALL, unit: UnitId(77) }));
}

fn any_unit() -> impl Strategy<Value = UnitId> {
    select(vec![COMPANY, SERVICE, EARLY, LATE, SALES, PHONE_SALES, UnitId(99)])
}

fn any_place() -> impl Strategy<Value = Place> {
    let places = vec![Place::Home, Place::Unit(SERVICE), Place::Unit(PHONE_SALES), Place::Project(RECALL)];
    select(places)
}

fn any_user() -> impl Strategy<Value = User> {
    let roles = select(bell_access::SHIPPED).prop_map(|shipped| shipped.code);
    let grants = proptest::collection::vec((roles, any_place()), 0..4);
    let projects = proptest::collection::btree_set(select(vec![RECALL, ProjectId(2)]), 0..2);
    (Just(UserId(7)), any_unit(), projects, grants).prop_map(|(id, home, projects, grants)| {
        let grants = grants.into_iter().map(|(name, place)| grant(name, place)).collect();
        User { user: id, tenant: TENANT, home, projects, grants }
    })
}

fn any_object() -> impl Strategy<Value = Object> {
    let tenants = select(vec![TENANT, TENANT, TENANT, TenantId(2)]);
    let owners = proptest::collection::btree_set(select(vec![UserId(7), UserId(8)]), 0..3);
    let units = proptest::collection::btree_set(any_unit(), 0..3);
    let projects = proptest::collection::btree_set(select(vec![RECALL, ProjectId(2)]), 0..2);
    (tenants, owners, units, projects).prop_map(|(tenant, owners, units, projects)| Object {
        tenant,
        owners,
        units,
        projects,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A list shows exactly what may be opened: the filter and the answer never disagree (SEC-02).
    #[test]
    fn a_filter_lets_through_what_is_allowed_and_nothing_else(user in any_user(), object in any_object()) {
        let actor = actor(&user);
        for permission in Permission::ALL {
            let shown = actor.filter(*permission).is_ok_and(|filter| filter.lets(&object));
            let allowed = matches!(decide(&actor, *permission, &object), Decision::Allowed(_));
            prop_assert_eq!(shown, allowed, "{}", permission);
        }
    }

    /// Roles add up: one more takes nothing away, unless the duties of both must be separate.
    #[test]
    fn one_more_role_takes_nothing_away(user in any_user(), object in any_object(), place in any_place()) {
        for shipped in bell_access::SHIPPED {
            let mut more = user.clone();
            more.grants.push(grant(shipped.code, place));
            let (before, after) = (actor(&user), actor(&more));
            for permission in Permission::ALL {
                let Decision::Allowed(_) = decide(&before, *permission, &object) else { continue };
                let now = decide(&after, *permission, &object);
                let kept = matches!(now, Decision::Allowed(_) | Decision::Denied(Denied::DutiesNotSeparate(_)));
                prop_assert_eq!(kept, true, "{} {:?}", permission, now);
            }
        }
    }
}

/// An actor is made for every login and every call of a token: it must not cost what the organisation has.
#[test]
fn a_large_organisation_is_a_tree_like_any_other() {
    let unit = |id: u32| Unit {
        unit: UnitId(id),
        parent: (id > 1).then(|| UnitId(1 + (id - 2) / 20)),
        kind: UnitKind::Department,
        name: String::new(),
    };
    let units: Vec<Unit> = (1..=bell_access::UNITS_MAX as u32).map(unit).collect();
    let org = Org::new(TENANT, units.clone(), BTreeMap::new()).expect("a tree of three steps");
    assert_eq!(org.below(UnitId(1)).len(), units.len());
    for top in [2, 21, 400, 9_999] {
        let by_looking_up: BTreeSet<UnitId> =
            units.iter().map(|unit| unit.unit).filter(|unit| org.is_below(*unit, UnitId(top))).collect();
        assert_eq!(org.below(UnitId(top)), by_looking_up, "{top}");
    }
    assert_eq!(org.below(UnitId(20_000)), BTreeSet::new());
    let too_many = (1..=bell_access::UNITS_MAX as u32 + 1).map(unit).collect();
    assert_eq!(Org::new(TENANT, too_many, BTreeMap::new()).err(), Some(OrgError::TooMany));
}
