//! Calling modes: chosen, changed after a failure, retired.

use bell_testkit::{Call, KitError, TonePhone};
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre};
use crate::desk::{Visitor, add};

const MODES: &str = r#"
[mode.desk]
rings = "phone"
zh = "座机"
en = "Desk phone"

[mode.mobile]
rings = "line"
zh = "双呼"
en = "Call both"
hint_zh = "先呼您的手机，再呼对方"
hint_en = "Your mobile first, then the other side"

[mode.browser]
rings = "browser"
zh = "网页电话"
en = "Browser"

[mode.you]
rings = "line"
zh = "优呼叫"
en = "You call"
retired_at = "2024-08-01"
help = "/help/you"

[console]
listen = ["127.0.0.1:{port:console}"]

[admin]
listen = ["127.0.0.1:{port:admin}"]

[media]"#;

/// A centre where alice has a desk phone and a mobile, and all numbers outside are `outside`.
fn centre(outside: &TonePhone) -> Result<Centre, KitError> {
    let trunk = format!(
        "[trunk.out]\nto = [\"{}\"]\ncalls_max = 10\noptions_interval = \"0s\"\n\n[number.4001234567]",
        outside.address()
    );
    Centre::changed(&[
        ("[media]", MODES),
        ("[number.4001234567]", &trunk),
        ("[agent.alice]\nendpoints = [\"alice\"]", "[agent.alice]\nendpoints = [\"alice\", \"alice-mobile\"]"),
        ("[endpoint.alice]", "[endpoint.alice-mobile]\nline = \"13912345678\"\n\n[endpoint.alice]"),
    ])
}

fn agent(centre: &Centre) -> Visitor {
    let password = add(centre, "alice", &["--role", "agent", "--agent", "alice"]);
    let mut desk = Visitor::at(centre, "console");
    assert_eq!(desk.sign_in("alice", &password).1["state"], "signed_in");
    desk
}

fn dial(desk: &mut Visitor, body: &Value) -> Result<String, String> {
    let (status, told) = desk.ask("POST", "/v1/calls", body);
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    if status == 202 {
        Ok(text("call").expect("a call"))
    } else {
        Err(text("code").unwrap_or_else(|| told.to_string()))
    }
}

/// The rows of one's own calls, once there are so many.
fn rows(centre: &Centre, desk: &mut Visitor, count: usize) -> Vec<Value> {
    centre.until("the rows", || {
        let (_, page) = desk.ask("GET", "/v1/me/calls", &Value::Null);
        page["items"].as_array().filter(|rows| rows.len() == count).cloned()
    })
}

const CUSTOMER: &str = "13900139000";

/// Another way to the customer after a call that failed.
fn again(mode: &str, call: &str) -> Value {
    json!({ "to": CUSTOMER, "mode": mode, "again": call })
}

/// Alice calls the customer by her desk phone, and he is busy.
fn fails(
    centre: &Centre,
    desk: &mut Visitor,
    alice: &mut TonePhone,
    outside: &mut TonePhone,
) -> Result<String, KitError> {
    let call = dial(desk, &json!({ "to": CUSTOMER, "mode": "desk" })).expect("it is dialled");
    let mut hers = alice.wait_call()?;
    hers.answer()?;
    assert_eq!(dial(desk, &again("mobile", &call)), Err("attempt_running".to_owned()));
    let mut his = outside.wait_call()?;
    his.refuse(486)?;
    hers.wait_ended()?;
    centre.until("the call has ended", || (centre.health()["processing"]["calls"] == 0).then_some(()));
    Ok(call)
}

/// She calls him another way, by her mobile, and he answers: the call, her end of it, and his.
fn reaches(desk: &mut Visitor, outside: &mut TonePhone, failed: &str) -> Result<(String, Call, Call), KitError> {
    let call = dial(desk, &again("mobile", failed)).expect("it is dialled another way");
    let mut mobile = outside.wait_call()?;
    mobile.answer()?;
    assert!(mobile.hears_sound(|sound| sound.loudness() > -40.0)?, "she is asked for a key");
    mobile.press("1")?;
    let mut his = outside.wait_call()?;
    his.answer()?;
    assert!(mobile.hears(CALLER_HZ)? && his.hears(CALLER_HZ)?, "both come by the same trunk, with the same tone");
    Ok((call, mobile, his))
}

/// TEL-14: the desk phone's call fails, the same contact is called by the mobile with one request, both are heard; both calls
/// hang under one attempt, and another one is refused with its reason.
#[test]
fn tel_14_after_a_failure_the_contact_is_called_another_way_under_one_attempt() -> Result<(), KitError> {
    let mut outside = TonePhone::new(CALLER_HZ)?;
    let centre = centre(&outside)?;
    let mut alice = centre.alice()?;
    let mut desk = agent(&centre);
    let first = fails(&centre, &mut desk, &mut alice, &mut outside)?;
    assert_eq!(dial(&mut desk, &again("desk", &first)), Err("attempt_tried".to_owned()));
    let elsewhere = json!({ "to": "13900139001", "mode": "mobile", "again": first });
    assert_eq!(dial(&mut desk, &elsewhere), Err("attempt_elsewhere".to_owned()));
    let (second, mut mobile, mut his) = reaches(&mut desk, &mut outside, &first)?;
    his.hang_up()?;
    mobile.wait_ended()?;

    let rows = rows(&centre, &mut desk, 2);
    let seen: Vec<_> = rows.iter().map(|row| (&row["call"], &row["mode"], &row["attempt"])).collect();
    let (mobile, by_desk) = (json!("mobile"), json!("desk"));
    let (first_id, second_id) = (json!(first), json!(second));
    assert_eq!(seen, [(&second_id, &mobile, &first_id), (&first_id, &by_desk, &first_id)]);
    assert_eq!((&rows[0]["outcome"], &rows[1]["cause"]), (&json!("answered"), &json!("busy")), "{rows:?}");
    assert_eq!(dial(&mut desk, &again("desk", &second)), Err("attempt_reached".to_owned()));
    let (_, story) = centre.operate(&["why", &second]);
    assert!(story.contains("dialled another way, by mobile"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// TEL-14: the node is killed after the call that failed, and again while the customer talks: each time the one after it knows
/// what was tried, and that he was reached.
#[test]
fn tel_14_an_attempt_goes_on_over_a_restart() -> Result<(), KitError> {
    let mut outside = TonePhone::new(CALLER_HZ)?;
    let mut centre = centre(&outside)?;
    let mut alice = centre.alice()?;
    let mut desk = agent(&centre);
    let first = fails(&centre, &mut desk, &mut alice, &mut outside)?;
    centre.server.kill()?;
    centre.server.restart()?;
    assert_eq!(dial(&mut desk, &again("desk", &first)), Err("attempt_tried".to_owned()));
    let (second, ..) = reaches(&mut desk, &mut outside, &first)?;
    centre.server.kill()?;
    centre.server.restart()?;
    for call in [&first, &second] {
        assert_eq!(dial(&mut desk, &again("desk", call)), Err("attempt_reached".to_owned()));
    }
    let rows = rows(&centre, &mut desk, 2);
    assert!(rows.iter().all(|row| row["attempt"] == json!(first)), "{rows:?}");
    centre.assert_replays();
    Ok(())
}

/// TEL-13, TEL-14: an agent is offered the modes he has phones for, a retired one cannot be dialled by, and its calls and its
/// title stay.
#[test]
fn tel_13_a_retired_mode_cannot_be_chosen_and_its_calls_are_found() -> Result<(), KitError> {
    let mut outside = TonePhone::new(ALICE_HZ)?;
    let centre = centre(&outside)?;
    let mut alice = centre.alice()?;
    let mut desk = agent(&centre);
    let (status, modes) = desk.ask("GET", "/v1/me/calling-modes", &Value::Null);
    let names: Vec<_> = modes["items"].as_array().expect("modes").iter().map(|mode| mode["mode"].clone()).collect();
    assert_eq!(
        (status, &names[..], &modes["preferred"]),
        (200, &[json!("desk"), json!("mobile"), json!("you")][..], &json!("desk"))
    );
    let retired = &modes["items"][2];
    assert_eq!((&retired["retired_at"], &retired["help"]), (&json!("2024-07-31T16:00:00.000Z"), &json!("/help/you")));
    let by = |mode: &str| json!({ "to": "13900139000", "mode": mode });
    for (mode, code) in [("you", "mode_retired"), ("browser", "mode_not_yours"), ("pigeon", "mode_unknown")] {
        assert_eq!(dial(&mut desk, &by(mode)), Err(code.to_owned()));
    }
    let unknown = json!({ "to": "13900139000", "mode": "desk", "again": "0000000000001" });
    assert_eq!(dial(&mut desk, &unknown), Err("attempt_unknown".to_owned()));

    let call = dial(&mut desk, &json!({ "to": "13900139000" })).expect("by the usual mode");
    let mut hers = alice.wait_call()?;
    hers.answer()?;
    let mut his = outside.wait_call()?;
    his.answer()?;
    assert!(hers.hears(ALICE_HZ)? && his.hears(ALICE_HZ)?);
    his.hang_up()?;
    hers.wait_ended()?;
    assert_eq!(rows(&centre, &mut desk, 1)[0]["mode"], "desk");

    // The mode is retired while its call is history.
    let text = std::fs::read_to_string(centre.config()).expect("the configuration");
    let text = text.replace("en = \"Desk phone\"", "en = \"Desk phone\"\nretired_at = \"2026-01-01\"");
    std::fs::write(centre.config(), text).expect("it is written");
    let (ok, told) = centre.operate(&["apply", "{config}"]);
    assert!(ok, "{told}");
    let (_, modes) = desk.ask("GET", "/v1/me/calling-modes", &Value::Null);
    assert_eq!((&modes["items"][0]["mode"], &modes["preferred"]), (&json!("mobile"), &json!("mobile")), "{modes}");
    assert_eq!(modes["items"][1]["zh"], "座机", "its title stays: {modes}");
    assert_eq!(dial(&mut desk, &by("desk")), Err("mode_retired".to_owned()));
    let (_, found) = desk.ask("GET", "/v1/calls?mode=desk", &Value::Null);
    assert_eq!((&found["items"][0]["call"], &found["items"][1]), (&json!(call), &Value::Null), "{found}");
    let (_, found) = desk.ask("GET", "/v1/calls?mode=mobile", &Value::Null);
    assert_eq!(found["items"], json!([]), "{found}");
    Ok(())
}
