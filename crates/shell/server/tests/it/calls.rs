//! Calls from beginning to end.

use bell_testkit::{KitError, read_wav};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, exported};

/// INB-01, TEL-01, REC-01, REC-02: greeting, menu, queue, agent; both hear each other; the call is recorded with each
/// party on its side; the record's stages add up; the journal replays.
#[test]
fn inb_01_a_customer_reaches_an_agent() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut talking = centre.talking()?;
    talking.call.hang_up()?;
    talking.offer.wait_ended()?;
    let calls = centre.records(1);
    let record = &calls[0]["record"];
    let stages = record["stages"].as_array().expect("stages");
    let micros = |value: &serde_json::Value| {
        value["secs"].as_u64().unwrap_or(0) * 1_000_000_000 + value["nanos"].as_u64().unwrap_or(0)
    };
    let sum: u64 = stages.iter().map(|stage| micros(&stage["length"])).sum();
    assert_eq!(sum, micros(&record["length"]), "the stages add up");
    assert_eq!(record["keys"].as_array().map(Vec::len), Some(1));
    assert!(!record["notice_played"].is_null(), "REC-20: the notice was heard");
    assert_eq!(record["recording"]["status"], "recorded", "{record:#}");
    let id = record["call"].as_str().expect("an id");
    let sides = read_wav(&exported(&centre, id))?;
    let length = sides[0].seconds();
    let end = |side: &bell_testkit::Sound| side.part(length - 0.6, 0.4);
    assert!(end(&sides[0]).has(CALLER_HZ) && !end(&sides[0]).has(ALICE_HZ), "left is the caller");
    assert!(end(&sides[1]).has(ALICE_HZ) && !end(&sides[1]).has(CALLER_HZ), "right is the agent");
    let (ok, story) = centre.operate(&["why", id]);
    assert!(ok && story.contains("chose alice") && story.contains("legs 1 and 2 hear each other"), "{story}");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
