//! Requests with an `Idempotency-Key`.

use bell_testkit::{KitError, TonePhone};
use serde_json::{Value, json};

use crate::centre::{CALLER_HZ, Centre};
use crate::desk::{Visitor, add};
use crate::people::administrator;

fn centre(customer: &TonePhone) -> Result<Centre, KitError> {
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        customer.address()
    );
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    Centre::changed(&[("[media]", console), ("[number.4001234567]", &trunk)])
}

/// A retried dial dials once: the same answer comes again, another request under the key is refused, and so is a key that is
/// none; keys of another person are others.
#[test]
fn a_dial_that_is_sent_twice_dials_once() -> Result<(), KitError> {
    let mut customer = TonePhone::new(CALLER_HZ)?;
    let centre = centre(&customer)?;
    let mut alice = centre.alice()?;
    let password = add(&centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(&centre, "console");
    desk.sign_in("alice", &password);
    let dial = json!({ "to": "13900139000" });
    let mut desk = desk.with_key("dial-1");
    let (status, first) = desk.ask("POST", "/v1/calls", &dial);
    assert_eq!(status, 202, "{first}");
    assert_eq!(desk.ask("POST", "/v1/calls", &dial), (202, first.clone()), "the same answer");
    let (status, refused) = desk.ask("POST", "/v1/calls", &json!({ "to": "13900139001" }));
    assert_eq!((status, &refused["code"]), (422, &json!("idempotency_key_reused")), "{refused}");
    let mut hers = alice.wait_call()?;
    hers.answer()?;
    let mut his = customer.wait_call()?;
    his.answer()?;
    assert!(hers.hears(CALLER_HZ)?);
    assert!(!alice.is_called() && !customer.is_called(), "it was dialled once");
    his.hang_up()?;
    hers.wait_ended()?;
    assert_eq!(centre.records(1).len(), 1);

    let (status, problem) = desk.ask("POST", "/v1/me/state", &json!({ "to": "nowhere" }));
    assert_eq!(
        (status, &problem["code"]),
        (422, &json!("idempotency_key_reused")),
        "a key is for one request: {problem}"
    );
    let mut desk = desk.with_key(&"k".repeat(129));
    let (status, problem) = desk.ask("POST", "/v1/calls", &dial);
    assert_eq!((status, &problem["fields"][0]["field"]), (422, &json!("Idempotency-Key")), "{problem}");
    let mut desk = desk.with_key("odd");
    let (status, problem) = desk.ask("POST", "/v1/me/state", &json!({ "to": "nowhere" }));
    assert_eq!((status, &problem["code"]), (422, &json!("invalid")), "{problem}");
    assert_eq!(
        desk.ask("POST", "/v1/me/state", &json!({ "to": "nowhere" })),
        (status, problem),
        "a refusal is kept too"
    );

    let mut boss = administrator(&centre, "boss", &["super_admin"]).with_key("dial-1");
    let wanted = json!({ "name": "chen.xy", "roles": [{ "role": "agent" }] });
    let (status, made) = boss.ask("POST", "/v1/users", &wanted);
    assert!(status == 201 && made["password"].is_string(), "keys of two people are two: {made}");
    let (status, again) = boss.ask("POST", "/v1/users", &wanted);
    assert_eq!((status, &again["code"]), (409, &json!("shown_once")), "a password is not kept: {again}");
    let (_, found) = boss.ask("GET", "/v1/users?text=chen", &Value::Null);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    Ok(())
}
