//! The end of a shift.

use std::time::{Duration, SystemTime};

use bell_testkit::KitError;
use bell_types::{Wall, Zone};
use serde_json::{Value, json};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre};
use crate::desk::{Visitor, add};

/// Today in Shanghai, and hours from midnight to a minute that begins in 40 to 100 seconds: later than a busy machine has everybody at work.
fn until_now() -> (String, String) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let zone = Zone::fixed(28_800);
    let at = |later: u64| {
        let later = now + Duration::from_secs(later);
        zone.local(Wall::from_micros(i64::try_from(later.as_micros()).expect("a time")))
    };
    let (today, soon) = (at(0), at(100));
    let end = if soon.date == today.date { soon.minute.to_string() } else { "24:00".to_owned() };
    (today.date.to_string(), format!("00:00-{end}"))
}

/// AGT-12: the desk knows when the shift ends; who is free then is signed out by the server, a call goes on and is heard, and
/// its agent is signed out when it has ended.
#[test]
fn agt_12_the_end_of_the_shift_signs_out_and_cuts_no_call() -> Result<(), KitError> {
    let (today, hours) = until_now();
    let calendar = format!(
        "[calendar.office]\nweek = {{}}\nexcept = {{ \"{today}\" = \"day\" }}\nshifts = {{ day = \"{hours}\" }}\n\n\
         [agent.alice]\ncalendar = \"office\"\nshift = \"day\""
    );
    let console = "[console]\nlisten = [\"127.0.0.1:{port:console}\"]\n\n[admin]\nlisten = [\"127.0.0.1:{port:admin}\"]\n\n[media]";
    let centre = Centre::changed(&[
        ("[media]", console),
        ("[policy]", "[policy]\nshift_grace = \"0s\""),
        ("[agent.alice]", &calendar),
        ("[agent.bob]", "[agent.bob]\ncalendar = \"office\""),
    ])?;
    let (hers, his) = (
        add(&centre, "alice", &["--role", "agent", "--agent", "alice"]),
        add(&centre, "bob", &["--role", "agent", "--agent", "bob"]),
    );
    let (mut alice_desk, mut bob_desk) = (Visitor::at(&centre, "console"), Visitor::at(&centre, "console"));
    alice_desk.sign_in("alice", &hers);
    bob_desk.sign_in("bob", &his);
    let mut talking = centre.talking()?;
    let _bob = centre.bob()?;
    let desk = |visitor: &mut Visitor| visitor.ask("GET", "/v1/me/desk", &Value::Null).1;
    let seen = desk(&mut alice_desk);
    let shift = &seen["shift"];
    assert!(shift["ends"].is_string() && shift["ends"] == shift["signs_out_at"], "no grace: {seen}");
    assert_eq!(desk(&mut bob_desk)["shift"]["ends"], shift["ends"], "all hours of the calendar are the shift's");

    let out = |visitor: &mut Visitor| (desk(visitor)["presence"] == "signed_out").then_some(());
    centre.within(Duration::from_secs(130), "who is free is signed out", || out(&mut bob_desk));
    assert!(talking.call.hears(ALICE_HZ)? && talking.offer.hears(CALLER_HZ)?, "the call goes on");
    assert_eq!(desk(&mut alice_desk)["presence"], "available", "she is not signed out within her call");
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    centre.until("she is signed out after her call", || out(&mut alice_desk));
    let (status, _) = alice_desk.ask("POST", "/v1/me/state", &json!({ "to": "sign_in" }));
    assert_eq!(status, 204);
    let seen = desk(&mut alice_desk);
    assert_eq!(
        (&seen["presence"], &seen["shift"]),
        (&json!("available"), &Value::Null),
        "who comes back works on: {seen}"
    );
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
