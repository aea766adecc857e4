//! The sample sites as they are served: a caller finds his way through the menus to the agent they lead to.

use std::fs;
use std::process::Command;
use std::time::Duration;

use bell_testkit::{Call, KitError, TonePhone};
use serde_json::Value;

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, stages};

/// The shop is open around the clock, on holidays too.
const ALWAYS_OPEN: &str = "s/09:00-21:00/00:00-24:00/; /^holidays/d; /^except/d";

/// How long the sheet may take that is printed at the start.
const TOLD: Duration = Duration::from_secs(20);

/// What `demo.json` says.
fn demo(centre: &Centre) -> Value {
    let text = fs::read_to_string(centre.server.dir().join("demo.json")).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// A phone of this agent, with the password that was drawn for it.
fn agent(centre: &Centre, name: &str) -> Result<TonePhone, KitError> {
    let demo = demo(centre);
    let agents = demo["agents"].as_array().expect("agents");
    let agent = agents.iter().find(|agent| agent["name"] == name).expect("he is there");
    centre.agent(name, agent["password"].as_str().expect("one"), ALICE_HZ)
}

/// Presses a key when the flow has come to this menu.
fn press_in(centre: &Centre, call: &mut Call, menu: &str, key: &str) -> Result<(), KitError> {
    centre.until(menu, || {
        let entered = |fact: &Value| fact["what"]["what"] == "flow_entered" && fact["what"]["node"] == menu;
        centre.facts().iter().any(entered).then_some(())
    });
    call.press(key)
}

/// A customer of this number goes through the menus, and is answered by this agent, who is the only one there: both hear
/// each other, and so the record says.
fn is_served(centre: &Centre, from: &str, keys: &[(&str, &str)], agent: &mut TonePhone) -> Result<(), KitError> {
    let mut caller = TonePhone::new(CALLER_HZ)?.number(from);
    let mut call = caller.call(demo(centre)["dial"].as_str().expect("where to call"))?;
    call.wait_answered()?;
    for (menu, key) in keys {
        press_in(centre, &mut call, menu, key)?;
    }
    let mut offer = agent.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the caller hears the agent");
    assert!(offer.hears(CALLER_HZ)?, "the agent hears the caller");
    call.hang_up()?;
    offer.wait_ended()?;
    Ok(())
}

fn last_talk(centre: &Centre) -> String {
    stages(&centre.records(1)[0]).pop().unwrap_or_default()
}

#[test]
fn inb_36_the_shop_is_served_and_leads_through_three_menus_to_an_agent() -> Result<(), KitError> {
    let mut centre = Centre::site("shop", ALWAYS_OPEN)?;
    let told = demo(&centre);
    assert_eq!((&told["site"], &told["number"]), (&"shop".into(), &"4001234567".into()));
    assert_eq!(told["agents"].as_array().map(Vec::len), Some(12));
    assert_eq!(told["hours"]["after_hours"], "night", "{told:#}");
    centre.server.wait_line("What happened: ", TOLD)?;
    let printed = centre.server.log();
    assert!(
        printed.contains("presses 1, then 2 and rings") && printed.contains("hours    mon-sun 00:00-24:00"),
        "{printed}"
    );
    let mut phone = agent(&centre, "return-2")?;
    is_served(&centre, "13900139000", &[("main", "2"), ("return-menu", "1"), ("refund-menu", "2")], &mut phone)?;
    assert_eq!(last_talk(&centre), "talk return-2");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

#[test]
fn inb_36_the_shop_takes_messages_outside_its_hours() -> Result<(), KitError> {
    let centre = Centre::site("shop", "s/09:00-21:00/00:00-00:01/; /^holidays/d; /^except/d")?;
    let mut caller = TonePhone::new(CALLER_HZ)?;
    let mut call = caller.call(demo(&centre)["dial"].as_str().expect("where to call"))?;
    call.wait_answered()?;
    let because = centre.until("the night flow", || {
        let redirected = |fact: &Value| fact["what"]["what"] == "flow_redirected";
        centre.facts().into_iter().find(redirected).map(|fact| fact["what"].to_string())
    });
    assert!(because.contains("after_hours"), "{because}");
    call.hang_up()?;
    assert_eq!(centre.records(1)[0]["flow"], "night");
    Ok(())
}

#[test]
fn inb_36_consumer_finance_leads_by_business_and_by_the_value_of_the_customer() -> Result<(), KitError> {
    let centre = Centre::site("finance", "")?;
    assert_eq!(demo(&centre)["agents"].as_array().map(Vec::len), Some(16));
    let mut loan = agent(&centre, "loan-3")?;
    is_served(&centre, "13900139001", &[("main", "1"), ("loan-menu", "2")], &mut loan)?;
    assert_eq!(last_talk(&centre), "talk loan-3");
    let add = ["lists", "add", "gold", "13900139002", "--reason", "存款", "--as", "wang"];
    let (ok, told) = centre.operate(&add);
    assert!(ok, "{told}");
    let mut second = agent(&centre, "tier2-1")?;
    let mut caller = TonePhone::new(CALLER_HZ)?.number("13900139002");
    let mut call = caller.call(demo(&centre)["dial"].as_str().expect("where to call"))?;
    call.wait_answered()?;
    // Keys that are pressed ahead of the menus count too.
    call.press("1")?;
    call.press("1")?;
    let mut offer = second.wait_call()?;
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)? && offer.hears(CALLER_HZ)?, "the second tier, though the first is free");
    assert!(!loan.is_called());
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

#[test]
fn an_unknown_site_is_told_which_there_are() {
    let command = Command::new(env!("CARGO_BIN_EXE_belltower")).args(["demo", "--site", "bank"]).output();
    let output = command.expect("the command runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("shop") && told.contains("finance"), "{told}");
}
