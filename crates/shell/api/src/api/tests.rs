//! The golden matrix: every end point, and how far each shipped role reaches by it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bell_access::{
    Actor, Decision, Duty, Effect, Grant, LoginId, Object, Org, Place, Policy, ProjectId, Proof, Roles, SHIPPED,
    TenantId, Unit, UnitId, UnitKind, User, UserId, decide, first_denied,
};
use bell_types::{RoleName, Wall};
use expect_test::expect_file;

use super::*;
use crate::Language;
use crate::access::{Of, Whom};
use crate::doors::{SignedIn, Via};

const TENANT: TenantId = TenantId(1);
const ME: UserId = UserId(7);
const PROJECT: ProjectId = ProjectId(1);
/// An organisation; a department with two teams, and another with one.
const HEAD: UnitId = UnitId(1);
const SERVICE: UnitId = UnitId(2);
const EARLY: UnitId = UnitId(3);
const LATE: UnitId = UnitId(4);
const SALES: UnitId = UnitId(5);
const PHONE_SALES: UnitId = UnitId(6);

fn org() -> Org {
    let unit = |unit, parent, kind| Unit { unit, parent, kind, name: String::new() };
    let units = vec![
        unit(HEAD, None, UnitKind::Organisation),
        unit(SERVICE, Some(HEAD), UnitKind::Department),
        unit(EARLY, Some(SERVICE), UnitKind::Team),
        unit(LATE, Some(SERVICE), UnitKind::Team),
        unit(SALES, Some(HEAD), UnitKind::Department),
        unit(PHONE_SALES, Some(SALES), UnitKind::Team),
    ];
    Org::new(TENANT, units, BTreeMap::from([(PROJECT, SALES)])).unwrap()
}

fn somebody(role: &str) -> SignedIn {
    let (since, role) = (Wall::default(), RoleName::new(role).unwrap());
    let grant = Grant { role, place: Place::Home, by: None, since, confirmed: since };
    let projects = BTreeSet::from([PROJECT]);
    let user = User { user: ME, tenant: TENANT, home: EARLY, projects, grants: vec![grant] };
    let actor = Actor::new(&user, &org(), &Roles::shipped(), Proof::TwoFactors, &Policy::for_tests());
    SignedIn {
        actor: Arc::new(actor),
        via: Via::Login(LoginId(1)),
        name: "me".to_owned(),
        unit: EARLY,
        agent: None,
        language: Language::default(),
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    }
}

/// One object at each distance, so that each scope is told from the others.
fn objects() -> [Object; 5] {
    let of_unit = |unit| Object { units: BTreeSet::from([unit]), ..Object::of_tenant(TENANT) };
    let project = Object { projects: BTreeSet::from([PROJECT]), ..of_unit(PHONE_SALES) };
    [Object::of_user(TENANT, ME, PHONE_SALES), of_unit(EARLY), project, of_unit(LATE), of_unit(PHONE_SALES)]
}

/// How far somebody reaches by a rule.
fn reached(who: &SignedIn, rule: Rule) -> &'static str {
    let (permission, of) = match rule.who {
        Whom::Anybody | Whom::SignedIn => return "own",
        Whom::May(permission, of) => (permission, of),
        Whom::MayAny(permissions, of) => {
            let held = permissions.iter().find(|permission| who.actor.furthest(**permission).is_ok());
            (*held.unwrap_or(&permissions[0]), of)
        }
        Whom::MayAll(permissions) => {
            let all = first_denied(&who.actor, permissions, &Object::of_tenant(TENANT)).is_none();
            return if all { "tenant" } else { "-" };
        }
    };
    let may = |object: &Object| matches!(decide(&who.actor, permission, object), Decision::Allowed(_));
    match (of, of.object(who)) {
        (Of::Centre, Some(object)) => return if may(&object) { "tenant" } else { "-" },
        (Of::Own, Some(object)) => return if may(&object) { "own" } else { "-" },
        (Of::Centre | Of::Shared | Of::Own | Of::Account | Of::Agents | Of::Call | Of::CallRead | Of::Customer, _) => {}
    }
    match objects().map(|object| may(&object)) {
        [false, false, false, false, false] => "-",
        [true, false, false, false, false] => "own",
        [false, true, false, false, false] => "team",
        [false, false, true, false, false] => "project",
        [false, true, false, true, false] => "department",
        [true, true, true, true, true] => "tenant",
        mixed => panic!("{permission}: no scope reaches {mixed:?}"),
    }
}

fn needs(rule: Rule) -> String {
    match rule.who {
        Whom::Anybody => "anybody".to_owned(),
        Whom::SignedIn => "signed in".to_owned(),
        Whom::May(permission, _) => permission.code().to_owned(),
        Whom::MayAny(permissions, _) => format!("{} …", permissions[0]),
        Whom::MayAll(permissions) => format!("{} +{}", permissions[0], permissions.len() - 1),
    }
}

/// SEC-02, SEC-04: an end point that is new, or that another role reaches, changes this file: read the difference.
#[test]
fn sec_02_sec_04_the_matrix_of_end_points_roles_and_scopes() {
    let people: Vec<SignedIn> = SHIPPED.iter().map(|shipped| somebody(shipped.code)).collect();
    let mut matrix = format!("{:<48}{:<7}{:<20}", "end point", "at", "permission");
    SHIPPED.iter().for_each(|shipped| write!(matrix, "{:<18}", shipped.code).unwrap());
    for EndPoint { method, path, rule } in end_points() {
        write!(matrix, "\n{method:<7}{path:<41}{:<7}{:<20}", rule.at.code(), needs(rule)).unwrap();
        people.iter().for_each(|who| write!(matrix, "{:<18}", reached(who, rule)).unwrap());
    }
    let lines: Vec<&str> = matrix.lines().map(str::trim_end).collect();
    expect_file!["../../golden/matrix.txt"].assert_eq(&format!("{}\n", lines.join("\n")));
}

/// What administers, or reads the log of audit, is not at the desk (docs/adr/0013).
#[test]
fn what_administers_is_at_the_administration_listener_only() {
    for EndPoint { path, rule, .. } in end_points() {
        let Whom::May(permission, _) = rule.who else { continue };
        let administers = match (permission.duty(), permission.effect()) {
            (Duty::Audit, _) | (Duty::Configuration, Effect::Write) => true,
            (Duty::Configuration, Effect::Read) | (Duty::Floor, _) => false,
        };
        assert!(!administers || rule.at == Listener::Admin, "{path} administers at the desk");
    }
}

#[test]
fn every_path_is_of_this_version_and_has_its_method_once() {
    let all = end_points();
    let once: BTreeSet<_> = all.iter().map(|end_point| (end_point.method, end_point.path.clone())).collect();
    assert_eq!(once.len(), all.len());
    assert!(all.iter().all(|end_point| end_point.path.starts_with("/v1/")));
}

/// What stands in a path is named in it, and what does not is asked for behind it: a filter of a list is no part of its path.
#[test]
fn a_path_has_the_parameters_that_stand_in_it_and_no_others() {
    let api = open_api();
    for EndPoint { method, path, .. } in end_points() {
        let item = serde_json::to_value(&api.paths.paths[&path]).unwrap();
        let described = item[method.to_lowercase()]["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = described.iter().filter(|parameter| parameter["in"] == "path");
        let named: BTreeSet<&str> = in_path.filter_map(|parameter| parameter["name"].as_str()).collect();
        let ends = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        let standing: BTreeSet<&str> = ends.map(|(name, _)| name).collect();
        assert_eq!(named, standing, "{method} {path}: a filter says `#[into_params(parameter_in = Query)]`");
    }
}

/// The description is complete, and what programs are written against changes only where somebody reads the difference.
#[test]
fn the_description_of_all_end_points_is_what_is_committed() {
    let api = open_api();
    for EndPoint { method, path, rule } in end_points() {
        let item = serde_json::to_value(&api.paths.paths[&path]).unwrap();
        let operation = &item[method.to_lowercase()];
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path} says what it does");
        assert!(operation["responses"]["default"].is_object(), "{method} {path} says how it fails");
        assert_eq!(operation["security"].is_array(), rule.who != Whom::Anybody, "{method} {path} says who may");
    }
    let text = api.to_pretty_json().unwrap();
    let dangling: Vec<&str> = text
        .split("\"$ref\": \"#/components/schemas/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|name| !api.components.as_ref().is_some_and(|components| components.schemas.contains_key(*name)))
        .collect();
    assert_eq!(dangling, Vec::<&str>::new(), "schemas that are named and not there");
    expect_file!["../../../../../docs/openapi.json"].assert_eq(&format!("{text}\n"));
}
