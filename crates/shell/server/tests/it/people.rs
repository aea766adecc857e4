//! People, roles, approvals, tokens and rules of sign-in over HTTP.

use std::time::{Duration, Instant};

use bell_testkit::KitError;
use serde_json::{Value, json};

use crate::accounts::code;
use crate::centre::Centre;
use crate::desk::{Visitor, add, centre};

/// Whoever signs in with an authenticator that is set up on the way.
pub(crate) fn administrator(centre: &Centre, name: &str, roles: &[&str]) -> Visitor {
    let roles: Vec<&str> = roles.iter().flat_map(|role| ["--role", *role]).collect();
    let password = add(centre, name, &roles);
    let mut visitor = Visitor::at(centre, "admin");
    let (_, mut step) = visitor.sign_in(name, &password);
    if step["state"] == "enrol_totp" {
        let code = code(step["secret"].as_str().expect("a secret"), 0);
        (_, step) = visitor.ask("POST", "/v1/session/totp", &json!({ "ticket": step["ticket"], "code": code }));
    }
    assert_eq!(step["state"], "signed_in", "{step}");
    visitor
}

/// The account of this name.
fn person(visitor: &mut Visitor, name: &str) -> Value {
    let (status, found) = visitor.ask("GET", &format!("/v1/users?text={name}"), &Value::Null);
    assert_eq!(status, 200, "{found}");
    let items = found["items"].as_array().expect("people");
    items.iter().find(|person| person["name"] == name).cloned().unwrap_or_else(|| panic!("{name} in {found}"))
}

/// SEC-05, SEC-07: an administrator creates an account; its password lets in once, and the person chooses another.
#[test]
fn sec_05_an_account_is_created_and_its_password_lets_in_once() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["dept_admin"]);
    let (status, roles) = boss.ask("GET", "/v1/roles", &Value::Null);
    assert_eq!(status, 200, "{roles}");
    let agent = roles["items"].as_array().expect("roles").iter().find(|role| role["role"] == "agent").expect("agents");
    assert_eq!((&agent["zh"], &agent["permissions"]["desk.use"]), (&json!("坐席"), &json!("own")), "{agent}");

    let wanted =
        json!({ "name": "chen.xy", "display_name": "陈小雨", "roles": [{ "role": "agent" }], "agent": "alice" });
    let (status, made) = boss.ask("POST", "/v1/users", &wanted);
    assert_eq!((status, &made["person"]["display_name"]), (201, &json!("陈小雨")), "{made}");
    let (status, twice) = boss.ask("POST", "/v1/users", &wanted);
    assert_eq!((status, &twice["code"]), (422, &json!("invalid")), "{twice}");
    assert_eq!(twice["fields"][0]["field"], "name", "{twice}");

    let mut desk = Visitor::at(&centre, "console");
    let once = made["password"].as_str().expect("a password").to_owned();
    let (_, step) = desk.sign_in("chen.xy", &once);
    assert_eq!((&step["state"], &step["why"]), (&json!("change_password"), &json!("first_sign_in")), "{step}");
    let (status, weak) =
        desk.ask("POST", "/v1/session/password", &json!({ "ticket": step["ticket"], "password": "12345678" }));
    assert_eq!((status, &weak["code"]), (422, &json!("password_weak")), "{weak}");
    let (_, step) =
        desk.ask("POST", "/v1/session/password", &json!({ "ticket": step["ticket"], "password": "Plum-Kettle-48" }));
    assert_eq!(step["state"], "signed_in", "{step}");
    assert_eq!(desk.ask("GET", "/v1/users", &Value::Null).0, 404, "accounts are administered elsewhere");
    let mut agent = Visitor::at(&centre, "admin");
    agent.sign_in("chen.xy", "Plum-Kettle-48");
    let (status, seen) = agent.ask("GET", "/v1/users", &Value::Null);
    assert_eq!((status, seen["items"].as_array().map(Vec::len)), (200, Some(1)), "only himself: {seen}");
    let (status, refused) = agent.ask("POST", "/v1/users", &json!({ "name": "x.y", "roles": [{ "role": "agent" }] }));
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{refused}");
    Ok(())
}

/// SEC-06: whoever has left is out of the console, his tokens and his phone within 5 seconds, and stays out.
#[test]
fn sec_06_a_leaver_is_cut_at_the_console_and_his_token_too() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let role = json!({ "permissions": { "call.read": "tenant", "token.write": "own" } });
    assert_eq!(boss.ask("PUT", "/v1/roles/reporter", &role).0, 204, "SEC-05: a role of the centre's own");
    let mut leaver = administrator(&centre, "lin", &["reporter"]);
    let ends = "2099-01-01T00:00:00Z";
    let wanted = json!({ "name": "reports", "permissions": ["call.read"], "ends": ends });
    let (status, refused) = leaver.ask("POST", "/v1/tokens", &wanted);
    assert_eq!((status, &refused["code"]), (422, &json!("token_refused")), "a token ends within the policy: {refused}");
    let soon = centre_time(&mut leaver, Duration::from_secs(24 * 3600));
    let (status, made) =
        leaver.ask("POST", "/v1/tokens", &json!({ "name": "reports", "permissions": ["call.read"], "ends": soon }));
    assert_eq!(status, 201, "{made}");
    let token = made["text"].as_str().expect("its text").to_owned();
    let mut program = Visitor::at(&centre, "console").with_token(&token);
    assert_eq!(program.ask("GET", "/v1/calls", &Value::Null).0, 200);
    assert_eq!(program.ask("GET", "/v1/recordings", &Value::Null).0, 403, "it is not in the token");

    let user = person(&mut boss, "lin")["user"].as_str().expect("an id").to_owned();
    let (status, done) =
        boss.ask("POST", &format!("/v1/users/{user}/disable"), &json!({ "reason": "left the company" }));
    assert_eq!((status, &done["person"]["state"]), (200, &json!("disabled")), "{done}");
    let cut = Instant::now();
    assert_eq!(leaver.ask("GET", "/v1/me", &Value::Null).0, 401);
    assert_eq!(program.ask("GET", "/v1/calls", &Value::Null).0, 401);
    assert!(cut.elapsed() < Duration::from_secs(5));
    let (status, done) = boss.ask("POST", &format!("/v1/users/{user}/enable"), &json!({}));
    assert_eq!((status, &done["person"]["state"]), (200, &json!("active")), "{done}");
    assert_eq!(program.ask("GET", "/v1/calls", &Value::Null).0, 401, "what was cut stays cut");
    Ok(())
}

/// SEC-05: what an administrator changes of somebody stands on that one's own screen at once, by login and by token.
#[test]
fn sec_05_what_is_changed_of_somebody_he_sees_at_once() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let role = json!({ "permissions": { "call.read": "tenant", "token.write": "own" } });
    assert_eq!(boss.ask("PUT", "/v1/roles/reporter", &role).0, 204);
    let mut lin = administrator(&centre, "lin", &["reporter"]);
    let ends = centre_time(&mut lin, Duration::from_secs(24 * 3600));
    let (_, made) =
        lin.ask("POST", "/v1/tokens", &json!({ "name": "reports", "permissions": ["call.read"], "ends": ends }));
    let mut program = Visitor::at(&centre, "console").with_token(made["text"].as_str().expect("its text"));
    let at = format!("/v1/users/{}", person(&mut boss, "lin")["user"].as_str().expect("an id"));
    for name in ["林晓", "林晓月"] {
        let (status, changed) = boss.ask("PATCH", &at, &json!({ "display_name": name }));
        assert_eq!(status, 200, "{changed}");
        for visitor in [&mut lin, &mut program] {
            assert_eq!(visitor.ask("GET", "/v1/me", &Value::Null).1["display_name"], name);
        }
    }
    Ok(())
}

/// SEC-10: would he be let in from there, at that time, and why. Rules are changed with a second person's approval, and
/// nobody saves rules that keep himself out.
#[test]
fn sec_10_rules_of_sign_in_are_simulated_and_changed_by_two() -> Result<(), KitError> {
    let centre = centre()?;
    let mut first = administrator(&centre, "first", &["super_admin"]);
    let mut second = administrator(&centre, "second", &["super_admin"]);
    let (status, rules) = first.ask("GET", "/v1/login-rules", &Value::Null);
    assert_eq!((status, &rules["rules"]), (200, &json!([])), "{rules}");
    let office = |network: &str| {
        json!({
            "version": rules["version"],
            "reason": "only from the office",
            "rules": [{
                "name": "office", "of": { "kind": "everybody" }, "must": { "kind": "come_from", "networks": [network] },
                "otherwise": "refuse"
            }]
        })
    };
    let (status, refused) = first.ask("PUT", "/v1/login-rules", &office("192.0.2.0/24"));
    assert_eq!((status, &refused["code"]), (422, &json!("rules_refused")), "it would keep himself out: {refused}");
    let (status, waits) = first.ask("PUT", "/v1/login-rules", &office("127.0.0.0/8"));
    assert_eq!((status, &waits["code"]), (409, &json!("approval_needed")), "{waits}");
    let (_, own) = first.ask("GET", "/v1/approvals", &Value::Null);
    assert_eq!((&own["items"][0]["state"], &own["items"][0]["mine"]), (&json!("waiting"), &json!(true)), "{own}");
    let approve = format!("/v1/approvals/{}/approve", own["items"][0]["approval"].as_str().expect("an id"));
    assert_eq!(first.ask("POST", &approve, &json!({})).0, 409, "nobody approves what he asked for");
    let (status, approved) = second.ask("POST", &approve, &json!({}));
    assert_eq!((status, &approved["state"]), (200, &json!("approved")), "{approved}");
    let (status, changed) = first.ask("PUT", "/v1/login-rules", &office("127.0.0.0/8"));
    assert_eq!((status, &changed["rules"][0]["name"]), (200, &json!("office")), "{changed}");
    let (status, stale) = first.ask("PUT", "/v1/login-rules", &office("127.0.0.0/8"));
    assert_eq!((status, &stale["code"]), (409, &json!("changed_meanwhile")), "{stale}");

    for (ip, let_in) in [("127.0.0.9", "second_factor"), ("203.0.113.8", "no")] {
        let (status, said) = second.ask("POST", "/v1/login-rules/simulate", &json!({ "user": "first", "ip": ip }));
        assert_eq!((status, &said["let_in"]), (200, &json!(let_in)), "{said}");
        assert_eq!(said["why"][0]["rule"], "office", "{said}");
    }
    Ok(())
}

/// SEC-12: a locked account is seen to be locked, an administrator opens it, and that stands in the log.
#[test]
fn sec_12_an_administrator_opens_a_locked_account() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["dept_admin"]);
    let mut auditor = administrator(&centre, "audit", &["auditor"]);
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    let mut tries = 0;
    while person(&mut boss, "alice")["state"] == "active" {
        desk.sign_in("alice", "not hers");
        tries += 1;
        assert!(tries <= 10, "nobody locks it");
    }
    let (status, refused) = desk.sign_in("alice", &password);
    assert_eq!((status, &refused["why"]), (401, &json!("locked_wrong_passwords")), "{refused}");
    let locked = person(&mut boss, "alice");
    assert!(locked["locked_until"].is_string(), "{locked}");
    let unlock = format!("/v1/users/{}/unlock", locked["user"].as_str().expect("an id"));
    let (status, silent) = boss.ask("POST", &unlock, &json!({}));
    assert_eq!((status, &silent["code"]), (422, &json!("reason_needed")), "{silent}");
    let (status, opened) = boss.ask("POST", &unlock, &json!({ "reason": "she rang" }));
    assert_eq!((status, &opened["person"]["state"]), (200, &json!("active")), "{opened}");
    assert_eq!(desk.sign_in("alice", &password).1["state"], "signed_in");

    let (_, log) = auditor.ask("GET", "/v1/audit?who=boss&what=user.unlock", &Value::Null);
    let written = log["items"].as_array().expect("records");
    assert!(written.iter().any(|record| record["outcome"] == "done"), "SEC-14: {log}");
    Ok(())
}

/// SEC-03: an auditor sees, and changes nothing: every end point that writes refuses him, and the log has it.
#[test]
fn sec_03_an_auditor_changes_nothing() -> Result<(), KitError> {
    let centre = centre()?;
    let mut auditor = administrator(&centre, "audit", &["auditor"]);
    let user = person(&mut auditor, "audit")["user"].as_str().expect("an id").to_owned();
    let reason = json!({ "reason": "to see whether it goes" });
    let writes = [
        ("POST", "/v1/users".to_owned(), json!({ "name": "new", "roles": [{ "role": "agent" }] })),
        ("PATCH", format!("/v1/users/{user}"), json!({ "roles": [{ "role": "super_admin" }], "reason": "more" })),
        ("POST", format!("/v1/users/{user}/reset-password"), reason.clone()),
        ("POST", format!("/v1/users/{user}/disable"), reason),
        ("PUT", "/v1/roles/own".to_owned(), json!({ "permissions": { "call.read": "tenant" } })),
        ("PUT", "/v1/units".to_owned(), json!({ "units": [], "projects": [] })),
        ("PUT", "/v1/login-rules".to_owned(), json!({ "version": "0", "rules": [], "reason": "none" })),
    ];
    for (method, path, body) in writes {
        let (status, refused) = auditor.ask(method, &path, &body);
        assert_eq!((status, &refused["code"]), (403, &json!("forbidden")), "{method} {path}: {refused}");
    }
    let (_, log) = auditor.ask("GET", "/v1/audit?who=audit", &Value::Null);
    let refused = log["items"].as_array().expect("records").iter().filter(|record| record["outcome"] == "refused");
    assert!(refused.count() >= 7, "{log}");
    let (status, verified) = auditor.ask("POST", "/v1/audit/verify", &json!({}));
    assert_eq!((status, &verified["whole"]), (200, &json!(true)), "{verified}");
    Ok(())
}

/// A time from now on, as the API writes times.
fn centre_time(visitor: &mut Visitor, later: Duration) -> String {
    let (_, me) = visitor.ask("GET", "/v1/me", &Value::Null);
    assert!(me["user"].is_string(), "{me}");
    let now = std::time::SystemTime::now() + later;
    let seconds = now.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_micros();
    bell_types::Wall::from_micros(i64::try_from(seconds).expect("a time")).to_string()
}
