//! Golden tables about giving roles: which two a person may hold, and who may give which.

use bell_access::{GrantRefusal, Place, Policy, Roles, SHIPPED, check_grant};
use expect_test::expect_file;

use crate::world::{EARLY, PHONE_SALES, actor, grant, org, somebody, user};

fn table(of: impl Fn(&str, &str) -> &'static str) -> String {
    let line = |first: &str, of: &dyn Fn(&str) -> String| {
        let cells = std::iter::once(first.to_owned()).chain(SHIPPED.iter().map(|column| of(column.code)));
        let line: String = cells.map(|cell| format!("{cell:<18}")).collect();
        format!("{}\n", line.trim_end())
    };
    let titles = line("", &str::to_owned);
    let rows = SHIPPED.iter().map(|row| line(row.code, &|column: &str| of(row.code, column).to_owned()));
    std::iter::once(titles).chain(rows).collect()
}

/// Row and column are held by one person.
#[test]
fn sec_16_which_two_roles_one_person_may_hold() {
    let root = somebody(1, EARLY, &["super_admin"]);
    let (org, roles, policy) = (org(), Roles::shipped(), Policy::for_tests());
    let both = |has: &str, gets: &str| {
        let receiver = user(2, EARLY, &[has]);
        match check_grant(&root, &receiver, &grant(gets, Place::Home), (&org, &roles, &policy), 0) {
            Ok(_) => "yes",
            Err(GrantRefusal::Duties(_)) => "duties",
            Err(GrantRefusal::Twice(_)) => ".",
            Err(other) => panic!("{has} + {gets}: {other}"),
        }
    };
    let table = table(both);
    expect_file!["pairs.txt"].assert_eq(&table);
    for (has, gets) in SHIPPED.iter().zip(SHIPPED.iter().skip(1)) {
        assert_eq!(both(has.code, gets.code), both(gets.code, has.code), "the order of giving makes no difference");
    }
}

/// The row is given by somebody of the column, at home in a team, to a colleague of that team and to one of another
/// department.
#[test]
fn sec_06_who_gives_which_role() {
    let (org, roles, policy) = (org(), Roles::shipped(), Policy::for_tests());
    let gives = |role: &str, giver: &str| {
        let giver = actor(&user(1, EARLY, &[giver]));
        let to = |home| check_grant(&giver, &user(2, home, &[]), &grant(role, Place::Home), (&org, &roles, &policy), 0);
        match (to(EARLY), to(PHONE_SALES)) {
            (Ok(one), Ok(_)) if one.needs_approval => "four eyes",
            (Ok(_), Ok(_)) => "everywhere",
            (Ok(_), Err(_)) => "department",
            (Err(GrantRefusal::BeyondGiver(_)), Err(_)) => "beyond",
            (Err(_), Err(_)) => "-",
            (Err(_), Ok(_)) => panic!("{role} is given to strangers only"),
        }
    };
    expect_file!["givers.txt"].assert_eq(&table(gives));
}
