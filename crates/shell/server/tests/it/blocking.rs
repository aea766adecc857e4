//! Entries of lists over HTTP: who stands there, who puts numbers on, who lets them count for ever.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};
use crate::configs::CONSOLE;
use crate::desk::{Visitor, add};
use crate::lists::call_from;
use crate::people::administrator;

const AT: &str = "/v1/lists/blocked/entries";
const CUSTOMER: &str = "13800138001";

fn centre() -> Result<Centre, KitError> {
    Centre::changed(&[("[media]", CONSOLE), ("[queue.sales]", "[list.blocked]\nkind = \"deny\"\n\n[queue.sales]")])
}

fn is_turned_away(centre: &Centre, number: &str) -> Result<bool, KitError> {
    let (_phone, mut call) = call_from(centre, number)?;
    if call.wait_answered().is_ok() {
        call.hang_up()?;
        return Ok(false);
    }
    Ok(!call.statuses().contains(&200))
}

fn entry_of(added: &Value) -> String {
    added["entry"]["entry"].as_str().unwrap_or_else(|| panic!("an entry: {added}")).to_owned()
}

/// INB-23: entries have a reason, an end and an owner; what is denied for ever counts once a second person has approved it;
/// numbers are masked unless somebody says why he must see them; customers who are kept out are reported.
#[test]
fn inb_23_numbers_are_blocked_by_rule_over_http() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let mut lead = administrator(&centre, "lead", &["supervisor"]);
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut agent = Visitor::at(&centre, "console");
    agent.sign_in("alice", &password);
    assert_eq!(agent.ask("GET", AT, &Value::Null).0, 403);

    // A customer, who talks with alice.
    let mut alice = centre.alice()?;
    let (_phone, mut call) = call_from(&centre, CUSTOMER)?;
    call.wait_answered()?;
    choose(&mut call, "1")?;
    let mut offer = alice.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?);
    call.hang_up()?;
    offer.wait_ended()?;

    let (status, silent) = lead.ask("POST", AT, &json!({ "number": CUSTOMER, "reason": " ", "days": 7 }));
    assert_eq!((status, &silent["code"]), (422, &json!("reason_needed")), "{silent}");
    for wrong in [json!({ "number": "abc", "reason": "x", "days": 7 }), json!({ "number": CUSTOMER, "reason": "x" })] {
        assert_eq!(lead.ask("POST", AT, &wrong).1["code"], "invalid", "{wrong}");
    }
    let (status, added) = lead.ask("POST", AT, &json!({ "number": CUSTOMER, "reason": "骚扰", "days": 7 }));
    assert_eq!((status, &added["entry"]["state"]), (201, &json!("active")), "{added}");
    assert!(added["entry"]["until"].is_string() && added["entry"]["owner"] == "lead", "{added}");
    assert!(is_turned_away(&centre, CUSTOMER)?, "it counts at once");

    let (_, masked) = lead.ask("GET", AT, &Value::Null);
    let shown = masked["items"][0]["number"].as_str().expect("a number");
    assert!(masked["masked"] == true && shown.contains('*') && !shown.contains("0013"), "{masked}");
    let (_, whole) = lead.ask("GET", &format!("{AT}?unmask=complaint&number={CUSTOMER}"), &Value::Null);
    assert!(whole["items"][0]["number"].as_str().is_some_and(|number| number.ends_with(CUSTOMER)), "{whole}");
    let (_, report) = boss.ask("GET", "/v1/reports/blocked-customers", &Value::Null);
    let row = &report["items"][0];
    assert_eq!(
        (&row["list"], &row["talked"], &row["reason"]),
        (&json!("blocked"), &json!(1), &json!("骚扰")),
        "{report}"
    );

    let entry = entry_of(&added);
    let remove = format!("{AT}/{entry}/remove");
    assert_eq!(lead.ask("POST", &remove, &json!({})).1["code"], "reason_needed");
    assert_eq!(lead.ask("POST", &remove, &json!({ "reason": "a customer" })).0, 204);
    assert!(!is_turned_away(&centre, CUSTOMER)?, "he is let in again");
    let (status, again) = lead.ask("POST", &remove, &json!({ "reason": "again" }));
    assert!(status == 404 || again["code"] == "not_listed", "as the database has heard of it or not: {again}");
    Ok(())
}

/// INB-23: nobody blocks a number for ever alone.
#[test]
fn inb_23_a_permanent_entry_waits_for_a_second_person() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let mut lead = administrator(&centre, "lead", &["supervisor"]);
    let for_ever = json!({ "number": CUSTOMER, "reason": "威胁坐席", "permanent": true });
    let (status, proposed) = lead.ask("POST", AT, &for_ever);
    assert_eq!((status, &proposed["entry"]["state"]), (201, &json!("proposed")), "{proposed}");
    assert!(!is_turned_away(&centre, CUSTOMER)?, "it does nothing yet");
    let approve = format!("{AT}/{}/approve", entry_of(&proposed));
    let (status, refused) = lead.ask("POST", &approve, &json!({}));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    let (_, seen) = boss.ask("GET", AT, &Value::Null);
    assert_eq!((&seen["proposed"], &seen["items"][0]["mine"]), (&json!(1), &json!(false)), "{seen}");
    assert_eq!(boss.ask("POST", &approve, &json!({ "reason": "seen" })).0, 204);
    assert!(is_turned_away(&centre, CUSTOMER)?);

    let own = json!({ "number": "13900139000", "reason": "x", "permanent": true });
    let (_, own) = boss.ask("POST", AT, &own);
    let (status, refused) = boss.ask("POST", &format!("{AT}/{}/approve", entry_of(&own)), &json!({}));
    assert_eq!((status, &refused["code"]), (409, &json!("same_person")), "{refused}");
    let password = add(&centre, "audit", &["--role", "auditor"]);
    let mut auditor = Visitor::at(&centre, "admin");
    auditor.sign_in("audit", &password);
    let (_, log) = auditor.ask("GET", "/v1/audit?what=list.", &Value::Null);
    let acts: Vec<&Value> = log["items"].as_array().expect("records").iter().map(|record| &record["action"]).collect();
    assert!(acts.contains(&&json!("list.approve")) && acts.contains(&&json!("list.write")), "{log}");
    assert!(!log.to_string().contains(CUSTOMER), "masked in the log: {log}");
    Ok(())
}
