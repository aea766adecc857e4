//! What a phone is set up with, and its password.

use bell_testkit::{KitError, Phone, PhonePlan};
use serde_json::{Value, json};

use crate::centre::{BOB_HZ, Centre};
use crate::desk::Visitor;
use crate::people::administrator;

fn centre() -> Result<Centre, KitError> {
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    let tcp = "tcp = [\"127.0.0.1:{port:sip}\"]";
    Centre::changed(&[
        ("[media]", console),
        (tcp, &format!("{tcp}\ntls = [\"127.0.0.1:{{port:tls}}\"]")),
        ("[endpoint.alice]\npassword = \"Alice-1\"", "[endpoint.alice]\nbrowser = true"),
    ])
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} of {value}"))
}

/// TEL-08: an administrator gets a sheet and a code for a phone, by TLS unless there is none; the password is drawn anew and
/// shown once, a phone registers by it, and who has the old one is told that it is forbidden.
#[test]
fn tel_08_a_phone_is_set_up_by_its_sheet() -> Result<(), KitError> {
    let centre = centre()?;
    let mut boss = administrator(&centre, "boss", &["super_admin"]);
    let (status, sheet) = boss.ask("GET", "/v1/endpoints/bob/provisioning", &Value::Null);
    assert_eq!(status, 200, "{sheet}");
    let tls = centre.server.address("tls").to_string();
    let told = ["user", "domain", "proxy", "transport", "agent"].map(|name| word(&sheet, name));
    assert_eq!(told, ["bob", "test.belltower", tls.as_str(), "tls", "bob"], "{sheet}");
    assert_eq!((&sheet["secure"], &sheet["password"]), (&json!(true), &Value::Null), "nobody knows it any more");
    assert!(word(&sheet, "qr_svg").contains("<svg") && word(&sheet, "fingerprint").contains(':'), "{sheet}");
    for (phone, status, code) in [("alice", 409, "no_desk_phone"), ("nobody", 404, "not_found")] {
        let refused = boss.ask("GET", &format!("/v1/endpoints/{phone}/provisioning"), &Value::Null);
        assert_eq!((refused.0, word(&refused.1, "code")), (status, code), "{}", refused.1);
    }
    let mut desk = Visitor::at(&centre, "console");
    assert_eq!(desk.ask("GET", "/v1/endpoints/bob/provisioning", &Value::Null).0, 404, "administrators alone");

    centre.bob()?;
    let (status, sheet) = boss.ask("POST", "/v1/endpoints/bob/reset-password", &Value::Null);
    assert_eq!(status, 200, "{sheet}");
    let password = word(&sheet, "password").to_owned();
    assert!(word(&sheet, "text").contains(&password) && word(&sheet, "linphone").contains(&password), "{sheet}");
    let refused = centre.agent("bob", "Bob-2", BOB_HZ).expect_err("the old one counts no more").to_string();
    assert!(refused.contains("403"), "{refused}");
    let told = centre.operate(&["endpoints"]).1;
    assert!(told.contains("wrong password (case matters), 4 attempts left"), "{told}");
    let plan = PhonePlan::new("bob", BOB_HZ as u32).register(&tls, &password).over_tls();
    Phone::start(&plan)?.wait_registered()?;
    let (ok, versions) = centre.operate(&["config", "list"]);
    assert!(ok && !versions.contains(&password), "{versions}");
    let shown = centre.operate(&["config", "show", "2"]).1;
    assert!(shown.contains("[endpoint.bob]") && !shown.contains(&password), "{shown}");
    let (_, audit) = centre.operate(&["audit", "search", "--json"]);
    assert!(audit.contains("/v1/endpoints/bob/reset-password") && !audit.contains(&password), "{audit}");
    centre.assert_replays();
    Ok(())
}
