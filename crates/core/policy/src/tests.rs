//! What is shipped is sound; what a centre sets is checked; what holds follows the calendar.

use std::collections::BTreeMap;

use bell_types::Date;
use toml::Spanned;

use crate::{Catalogue, Origin, Own, Value, Wrong};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn own(text: &str) -> Result<Own, Vec<Wrong>> {
    let table: BTreeMap<Spanned<String>, Spanned<toml::Value>> = toml::from_str(text).unwrap();
    Own::read(&table, &Catalogue::shipped())
}

fn value(own: &Own, key: &str, on: &str) -> (Value, Origin) {
    let in_force = Catalogue::shipped().in_force(own, day(on));
    let policy = in_force.iter().find(|policy| policy.key == key).unwrap();
    (policy.value, policy.origin)
}

#[test]
fn every_shipped_policy_says_why_and_passes_its_own_cases() {
    let catalogue = Catalogue::shipped();
    assert!(catalogue.keys().count() > 5);
    for key in catalogue.keys() {
        let policy = catalogue.get(key).unwrap();
        assert!(!policy.what.is_empty() && !policy.rows.is_empty(), "{key}");
        let mut tried = (false, false);
        for dated in &policy.values {
            assert!(!dated.source.is_empty(), "{key}");
            assert_eq!(dated.failing_case(policy.rule), None, "{key}");
            if let Some((min, max)) = policy.range {
                assert!((min..=max).contains(&dated.value), "{key}");
            }
            tried.0 |= dated.cases.iter().any(|case| case.passes);
            tried.1 |= dated.cases.iter().any(|case| !case.passes);
        }
        assert_eq!(tried, (true, true), "{key} has a case that passes and one that does not");
    }
}

#[test]
fn every_shipped_policy_has_one_value_on_every_day() {
    let catalogue = Catalogue::shipped();
    let mut on = Some(day("2020-01-01"));
    while let Some(day) = on {
        for key in catalogue.keys() {
            let holding = catalogue.get(key).unwrap().values.iter().filter(|dated| dated.holds(day)).count();
            assert_eq!(holding, 1, "{key} on {day}");
        }
        on = catalogue.next_change(&Own::default(), day);
    }
}

#[test]
fn what_a_centre_sets_goes_before_what_is_shipped() {
    let own = own("ring_timeout = \"20s\"\nmissed_max = 0").unwrap();
    assert_eq!(
        value(&own, "ring_timeout", "2026-12-01"),
        (Value::Duration(std::time::Duration::from_secs(20)), Origin::Centre)
    );
    assert_eq!(value(&own, "missed_max", "2026-12-01"), (Value::Count(0), Origin::Centre));
    assert_eq!(value(&own, "menu_depth_max", "2026-12-01"), (Value::Count(3), Origin::Shipped));
}

#[test]
fn a_value_holds_from_its_first_to_its_last_day() {
    let own = own(r#"
missed_max = [
    { value = 5, source = "busy season", from = "2026-11-01", until = "2026-11-30" },
    { value = 2, source = "new contract", from = "2027-01-01" },
]
"#)
    .unwrap();
    let cases = [
        ("2026-10-31", 3, Origin::Shipped),
        ("2026-11-01", 5, Origin::Centre),
        ("2026-11-30", 5, Origin::Centre),
        ("2026-12-01", 3, Origin::Shipped),
        ("2026-12-31", 3, Origin::Shipped),
        ("2027-01-01", 2, Origin::Centre),
    ];
    for (on, expected, origin) in cases {
        assert_eq!(value(&own, "missed_max", on), (Value::Count(expected), origin), "{on}");
    }
    let mut change = Some(day("2026-10-01"));
    let mut changes = Vec::new();
    while let Some(next) = change.and_then(|day| Catalogue::shipped().next_change(&own, day)) {
        changes.push(next.to_string());
        change = Some(next);
    }
    assert_eq!(changes, ["2026-11-01", "2026-12-01", "2027-01-01"]);
}

#[test]
fn a_wrong_value_is_refused_with_the_remedy() {
    let cases = [
        ("ring_timeut = \"20s\"", "there is no policy \"ring_timeut\"", ""),
        ("ring_timeout = 20", "ring_timeout: it must be a length of time", ""),
        ("ring_timeout = \"1h\"", "ring_timeout: 1h makes no sense here", "choose from 1s to 2m"),
        ("missed_max = -1", "missed_max: it must be a whole number", ""),
        (
            "missed_max = { value = 1, from = \"2026-02-30\" }",
            "missed_max: its values must be a whole number",
            "write days as",
        ),
        ("missed_max = { valeu = 1 }", "missed_max: unknown field `valeu`", "write { value"),
        (
            "missed_max = { value = 1, from = \"2026-02-02\", until = \"2026-02-01\" }",
            "missed_max: it ends on 2026-02-01 before it begins",
            "swap",
        ),
        (
            "missed_max = [{ value = 1, until = \"2026-02-02\" }, { value = 2, from = \"2026-02-02\" }]",
            "missed_max: two values hold on one day",
            "let each value end",
        ),
        (
            "missed_max = { value = 1, cases = [{ given = 2, passes = true }] }",
            "missed_max: by its own case 2 should pass, and does not",
            "correct the value or the case",
        ),
    ];
    for (text, problem, remedy) in cases {
        let wrong = own(text).expect_err(text);
        assert_eq!(wrong.len(), 1, "{text}");
        assert!(wrong[0].problem.starts_with(problem), "{text}: {}", wrong[0].problem);
        assert!(wrong[0].remedy.starts_with(remedy), "{text}: {}", wrong[0].remedy);
    }
}
