//! Access reviews over HTTP.

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::centre::Centre;
use crate::desk::{Visitor, add, centre};
use crate::people::administrator;

fn items(visitor: &mut Visitor, at: &str) -> Vec<Value> {
    let (status, found) = visitor.ask("GET", &format!("{at}/items"), &Value::Null);
    assert_eq!(status, 200, "{found}");
    found["items"].as_array().expect("items").clone()
}

fn of(items: &[Value], name: &str) -> Value {
    items.iter().find(|item| item["name"] == name).cloned().unwrap_or_else(|| panic!("{name} in {items:?}"))
}

/// SEC-06: an administrator opens a review; whoever answers for people is told, confirms a role of one and takes that of another
/// away, at once; nobody confirms his own; what nobody answered lapses, and all of it stands in the log.
#[test]
fn sec_06_roles_are_reviewed_by_whoever_answers_for_people() -> Result<(), KitError> {
    let centre = centre()?;
    let mut root = administrator(&centre, "root", &["super_admin"]);
    let mut boss = administrator(&centre, "boss", &["dept_admin"]);
    let mut auditor = administrator(&centre, "audit", &["auditor"]);
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    add(&centre, "lead", &["--role", "supervisor"]);
    let (status, refused) = boss.ask("POST", "/v1/access-reviews", &Value::Null);
    assert_eq!(
        (status, &refused["code"]),
        (404, &json!("not_found")),
        "the whole centre is out of his reach: {refused}"
    );
    let (status, opened) = root.ask("POST", "/v1/access-reviews", &Value::Null);
    assert_eq!((status, &opened["asked"], &opened["decided"]), (201, &json!(5), &json!(0)), "{opened}");
    let (status, twice) = root.ask("POST", "/v1/access-reviews", &Value::Null);
    assert_eq!((status, &twice["code"]), (409, &json!("review_open")), "{twice}");
    let at = format!("/v1/access-reviews/{}", opened["review"].as_str().expect("a number"));

    let (_, told) = boss.ask("GET", "/v1/me/notices", &Value::Null);
    assert_eq!(told["items"][0]["kind"], "access_review", "{told}");
    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &password);
    let asked = items(&mut boss, &at);
    let own = of(&asked, "boss");
    assert_eq!(own["can"], false, "{own}");
    let say = |verdict: &str, item: &Value| json!({ "user": item["user"], "role": item["role"], "verdict": verdict });
    let to = format!("{at}/items");
    let (status, refused) = boss.ask("POST", &to, &say("keep", &own));
    assert_eq!((status, &refused["code"]), (409, &json!("review_own_roles")), "{refused}");
    assert_eq!(boss.ask("POST", &to, &say("keep", &of(&asked, "lead"))).0, 204);
    assert_eq!(boss.ask("POST", &to, &say("remove", &of(&asked, "alice"))).0, 204);
    assert_eq!(alice.ask("GET", "/v1/me/desk", &Value::Null).0, 403, "the role is gone at once");
    let (status, again) = boss.ask("POST", &to, &say("keep", &of(&asked, "alice")));
    assert_eq!((status, &again["code"]), (409, &json!("review_not_asked")), "{again}");
    let audit = of(&items(&mut root, &at), "audit");
    let (status, guarded) = root.ask("POST", &to, &say("remove", &audit));
    assert!(status == 409 || status == 422, "four eyes: {guarded}");
    assert_eq!(auditor.ask("GET", &to, &Value::Null).0, 403);
    assert_eq!(alice.ask("GET", "/v1/access-reviews", &Value::Null).0, 404, "it is not at the desk");

    let seen = of(&items(&mut root, &at), "lead");
    assert_eq!((&seen["verdict"], &seen["decided_by"]), (&json!("kept"), &json!("boss")), "{seen}");
    assert_eq!(root.ask("POST", &format!("{at}/close"), &Value::Null).0, 204);
    let (_, all) = root.ask("GET", "/v1/access-reviews", &Value::Null);
    let closed = &all["items"][0];
    assert_eq!((&closed["decided"], &closed["removed"]), (&json!(2), &json!(1)), "{all}");
    assert!(closed["closed"].is_string(), "{all}");
    let lapsed = of(&items(&mut root, &at), "boss");
    assert_eq!(lapsed["verdict"], "lapsed", "{lapsed}");
    assert_eq!(boss.ask("GET", "/v1/access-reviews", &Value::Null).0, 200, "by policy, what lapsed stays");
    let (_, log) = auditor.ask("GET", "/v1/audit?what=review", &Value::Null);
    let written = log["items"].as_array().expect("records").iter().filter(|record| record["outcome"] == "done");
    assert_eq!(written.count(), 4, "opened, two answers, closed: {log}");
    Ok(())
}

/// SEC-06: a review whose time is over ends by itself, and by policy takes away what nobody confirmed; but nobody is left
/// without an administrator.
#[test]
fn sec_06_what_nobody_confirms_in_time_is_taken_away_by_policy() -> Result<(), KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    let policy = "[policy]\naccess_review_term = \"1s\"\naccess_review_removes = true";
    let centre = Centre::changed(&[("[media]", console), ("[policy]", policy)])?;
    let mut root = administrator(&centre, "root", &["super_admin"]);
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut alice = Visitor::at(&centre, "console");
    alice.sign_in("alice", &password);
    let (status, opened) = root.ask("POST", "/v1/access-reviews", &Value::Null);
    assert_eq!(status, 201, "{opened}");
    let closed = || root.ask("GET", "/v1/access-reviews", &Value::Null).1["items"][0]["closed"].as_str().map(drop);
    centre.until("it ends by itself", closed);
    assert_eq!(alice.ask("GET", "/v1/me/desk", &Value::Null).0, 403);
    assert_eq!(root.ask("GET", "/v1/access-reviews", &Value::Null).0, 200, "the administrator stays");
    Ok(())
}
