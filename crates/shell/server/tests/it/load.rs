//! Many callers at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bell_testkit::{KitError, Sipp, TonePhone};
use serde_json::Value;

use crate::centre::{CALLER_HZ, Centre, NUMBER, offers, seconds, stages};

/// How many call at once, and how many answer.
const CALLERS: usize = 50;
const AGENTS: usize = 6;

/// INB-10: fifty callers for six agents: nobody is turned away, each is answered in the order of arrival, none is lost.
#[test]
fn inb_10_fifty_callers_for_six_agents() -> Result<(), KitError> {
    let names: Vec<String> = (1..=AGENTS).map(|number| format!("agent-{number}")).collect();
    let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let entry = |name| {
        format!(
            "[agent.{name}]\nendpoints = [\"{name}\"]\nsign_in = \"registration\"\n\n[endpoint.{name}]\npassword = \"p\"\n\n"
        )
    };
    let entries: String = names.iter().map(entry).collect();
    let sales = format!("{entries}[queue.sales]\nagents = [{list}]\nstrategy = \"longest_idle\"");
    let before = "[queue.sales]\nagents = [\"alice\", \"bob\"]\nstrategy = \"sequential\"";
    let centre = Centre::changed(&[(before, &sales), ("timeout = \"5s\"", "timeout = \"1s\"")])?;

    let sipp = Sipp::new("caller")?.service(NUMBER).calls(CALLERS as u32, 25).key("stay", "90000");
    let sipp = sipp.time_limit(Duration::from_secs(90));
    let sipp = sipp.start_calling(centre.server.address("sip"))?;
    let served = AtomicUsize::new(0);
    thread::scope(|scope| {
        let agents: Vec<_> = names.iter().map(|name| scope.spawn(|| serve(&centre, name, &served))).collect();
        agents.into_iter().try_for_each(|agent| agent.join().expect("no agent panics"))
    })?;
    sipp.wait()?.check()?;

    let mut records = centre.records(CALLERS);
    let answered = records.iter().filter(|record| stages(record).iter().any(|stage| stage.starts_with("talk")));
    assert_eq!(answered.count(), CALLERS, "nobody gave up, so each was answered");
    // The order of waiting is the order of being offered to somebody. Who comes in the same millisecond may be told apart
    // by less than a record's times can tell.
    let at = |record: &Value, after: &Value| {
        (record["arrived"].as_f64().expect("a time") / 1e3 + seconds(after) * 1e3).round() as i64
    };
    let offered = |record: &Value| at(record, &record["offers"][0]["made"]);
    let queued = |record: &Value| at(record, &record["stages"][2]["from"]);
    records.sort_by_key(|record| (queued(record), offered(record)));
    let offered: Vec<i64> = records.iter().map(offered).collect();
    assert!(offered.is_sorted(), "{offered:?}");
    assert!(records.iter().all(|record| offers(record).len() == 1), "one call, one offer, one agent");
    let seconds_waited = records.iter().map(|record| seconds(&record["stages"][2]["length"])).fold(0.0, f64::max);
    assert!(seconds_waited > 1.0, "there was a queue");
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}

/// An agent who takes call after call, until all are served.
fn serve(centre: &Centre, name: &str, served: &AtomicUsize) -> Result<(), KitError> {
    let mut phone = centre.agent(name, "p", 700.0)?.patience(Duration::from_secs(5));
    let deadline = Instant::now() + Duration::from_secs(80);
    while served.load(Ordering::Relaxed) < CALLERS && Instant::now() < deadline {
        // Others may have taken the last ones.
        let Ok(mut offer) = phone.wait_call() else { continue };
        offer.answer()?;
        offer.listen(Duration::from_millis(500))?;
        offer.hang_up()?;
        served.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Field 13: whenever a caller changes his mind, nothing is left of the call.
#[test]
fn cancels_at_random_moments_leave_nothing() -> Result<(), KitError> {
    let centre = Centre::start()?;
    let mut caller = TonePhone::new(CALLER_HZ)?;
    let mut answered = 0;
    for number in 0..20_u64 {
        let mut call = caller.call(&centre.number())?;
        // Between nought and 4 ms: the answer takes about as long.
        call.listen(Duration::from_micros(number * 7919 % 4000))?;
        call.cancel()?;
        match call.wait_settled()? {
            Some(ending) => assert_eq!(ending.status, Some(487)),
            None => {
                answered += 1;
                call.hang_up()?;
            }
        }
    }
    centre.assert_quiet();
    let facts = centre.facts();
    let count = |name: &str| facts.iter().filter(|fact| fact["what"]["what"] == name).count();
    assert_eq!((count("call_arrived"), count("call_ended")), (20, 20));
    let cancelled =
        |fact: &&Value| fact["what"]["ending"]["cause"] == "cancelled" && fact["what"]["what"] == "call_ended";
    assert_eq!(facts.iter().filter(cancelled).count(), 20 - answered);
    centre.assert_replays();
    Ok(())
}
