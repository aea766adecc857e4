//! Days of the sample sites: every checker holds, the day is busy enough to tell something, and what-if under the
//! configuration the day had tells what was.

use std::time::Duration;

use bell_engine::whatif::Row;
use bell_sim::{DayVerdict, Site, run_day};
use bell_types::What;

fn play(site: &Site) -> DayVerdict {
    run_day(site, 5, &mut |_| ()).unwrap_or_else(|failure| panic!("{failure}"))
}

fn row(day: &DayVerdict, name: &str) -> (f64, f64) {
    let rows = day.comparison.rows();
    let found = rows.iter().find(|row| row.figure.starts_with(name)).copied();
    let Row { recorded, what_if, .. } = found.unwrap_or_else(|| panic!("there is no figure {name}"));
    (recorded.unwrap_or_default(), what_if.map(|interval| interval.mean).unwrap_or_default())
}

/// INB-36; issue 3, section 5: service level within 2 points, mean wait within 5 %.
fn is_reproduced(day: &DayVerdict) {
    let (was, told) = row(day, "service level");
    assert!((was - told).abs() <= 2.0, "a service level of {told} % is foreseen, and it was {was} %");
    let (was, told) = row(day, "mean wait");
    assert!((told / was - 1.0).abs() <= 0.05, "a mean wait of {told} s is foreseen, and it was {was} s");
}

#[test]
fn inb_36_a_day_of_the_shop_is_played_and_foreseen_as_it_was() {
    let mut scores = 0;
    let day = run_day(&Site::load("shop").unwrap(), 5, &mut |fact| {
        scores += u64::from(matches!(fact.what, What::Scored { .. }));
    });
    let day = day.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(day.verdict.calls, 450, "{}", day.verdict);
    assert!(day.verdict.served > 350 && scores > 80, "{scores} scores; {}", day.verdict);
    let queues = day.comparison.recorded.queues.iter();
    assert!(queues.clone().count() == 3 && queues.clone().all(|(_, queue)| queue.answered > 40), "{queues:?}");
    is_reproduced(&day);
}

/// Customers of value go to the second tier, and complaints to their team.
#[test]
fn inb_36_a_part_of_a_day_of_consumer_finance_is_played_and_foreseen_as_it_was() {
    let day = play(&Site::load("finance").unwrap().percent(20));
    assert_eq!(day.verdict.calls, 600, "{}", day.verdict);
    let recorded = &day.comparison.recorded;
    let answered = |name: &str| {
        let queue = recorded.queues.iter().find(|(queue, _)| queue.as_str() == name);
        queue.map_or(0, |(_, queue)| queue.answered)
    };
    assert!(["loan", "card", "wealth", "complaint", "general", "tier2"].iter().all(|queue| answered(queue) > 8));
    is_reproduced(&day);
}

/// A day busy enough to have waits: a hundred agents, and a part of their callers.
#[test]
fn a_part_of_the_day_of_a_hundred_agents_is_played_and_foreseen_as_it_was() {
    let day = play(&Site::hundred().percent(4));
    assert_eq!(day.verdict.calls, 320, "{}", day.verdict);
    assert_eq!(day.comparison.recorded.agents.len(), 100);
    is_reproduced(&day);
}

#[test]
fn the_same_traffic_is_the_same_day() {
    let site = Site::load("shop").unwrap().percent(10);
    let (one, other) = (play(&site), play(&site));
    assert_eq!((&one.verdict, &one.comparison), (&other.verdict, &other.comparison));
    assert!(one.comparison.recorded.total.longest > Duration::ZERO);
}
