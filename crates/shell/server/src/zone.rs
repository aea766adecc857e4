//! Time zones as plain numbers, for a core that has no zone database.

use bell_engine::ZoneTable;
use bell_types::Wall;
use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How far ahead the table reaches. It is made anew with every configuration.
const AHEAD: TimeDelta = TimeDelta::days(2 * 366);

/// The zone of this name, from a day before `from` on. None: there is no such zone.
pub fn table(name: &str, from: Wall) -> Option<ZoneTable> {
    let zone: Tz = name.parse().ok()?;
    let mut at = DateTime::from_timestamp(from.as_secs(), 0)? - TimeDelta::days(1);
    let end = at + AHEAD;
    let first = offset(zone, at);
    let mut changes = Vec::new();
    let mut current = first;
    while at < end {
        let next = at + TimeDelta::days(1);
        let then = offset(zone, next);
        if then != current {
            let change = change_between(zone, at, next, current);
            changes.push((Wall::from_micros(change.timestamp_micros()), then));
            current = then;
        }
        at = next;
    }
    Some(ZoneTable { first, changes })
}

/// The zone this machine is set to, if it says so by a name; else China's.
pub fn of_machine() -> String {
    let link = std::fs::read_link("/etc/localtime").ok();
    let name = link.as_ref().and_then(|link| link.to_str()?.split_once("zoneinfo/")).map(|(_, name)| name);
    let known = name.filter(|name| name.parse::<Tz>().is_ok() && name.contains('/') && !name.starts_with("Etc/"));
    known.unwrap_or("Asia/Shanghai").to_owned()
}

/// From the first instant of a day to the first of the next, in the zone of this table.
pub fn day(table: &ZoneTable, date: NaiveDate) -> Option<(Wall, Wall)> {
    let start = |date: NaiveDate| {
        let utc = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp();
        let ahead = |at: i64| {
            let before = table.changes.iter().take_while(|(change, _)| change.as_secs() <= at);
            i64::from(before.last().map_or(table.first, |(_, ahead)| *ahead))
        };
        // The offset that holds at that midnight, not the one at midnight in Greenwich.
        let guess = utc - ahead(utc);
        Some(Wall::from_micros((utc - ahead(guess)) * 1_000_000))
    };
    Some((start(date)?, start(date.succ_opt()?)?))
}

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// The first second at which the offset is no longer `before`: zones change at most once a day.
fn change_between(zone: Tz, mut from: DateTime<Utc>, mut to: DateTime<Utc>, before: i32) -> DateTime<Utc> {
    while to - from > TimeDelta::seconds(1) {
        let middle = from + TimeDelta::seconds((to - from).num_seconds() / 2);
        if offset(zone, middle) == before {
            from = middle;
        } else {
            to = middle;
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOVEMBER_2026: Wall = Wall::from_micros(1_793_500_000_000_000);

    #[test]
    fn china_has_no_summer_time() {
        assert_eq!(table("Asia/Shanghai", NOVEMBER_2026), Some(ZoneTable { first: 28_800, changes: Vec::new() }));
    }

    #[test]
    fn summer_time_begins_and_ends_to_the_second() {
        let berlin = table("Europe/Berlin", NOVEMBER_2026).unwrap();
        assert_eq!(berlin.first, 3600);
        let spring = (Wall::from_micros(1_806_195_600_000_000), 7200);
        assert_eq!(berlin.changes.first(), Some(&spring), "2027-03-28T01:00:00Z");
        assert!(berlin.changes.len() >= 3);
    }

    #[test]
    fn an_unknown_zone_is_none() {
        assert_eq!(table("Mars/Olympus", NOVEMBER_2026), None);
    }
}
