//! Reports over calls that have ended: sums of quarters of an hour, grouped by the calendar of the centre's zone.
//!
//! A store sums calls by quarters, because every zone is ahead of UTC by whole quarters; here they become hours, days, weeks
//! and months as the clock on the office's wall shows them, whatever summer time does.

use std::collections::BTreeMap;
use std::time::Duration;

use bell_types::{Date, Wall, Zone};

/// A quarter of an hour, in microseconds.
pub const QUARTER_MICROS: i64 = 15 * 60 * 1_000_000;

/// Calls that were offered to queues, summed up. Times are in milliseconds.
///
/// `offered = answered + abandoned + left`: a call counts once, for the last queue it was in and the last agent who talked
/// with its caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls that came to a queue.
    pub offered: u64,
    /// Those with whose caller an agent talked.
    pub answered: u64,
    /// Of these, those that had waited no longer than the service level allows.
    pub answered_within: u64,
    /// Those whose caller gave up.
    pub abandoned: u64,
    /// Of these, those that gave up too early to count for the service level.
    pub abandoned_early: u64,
    /// Those that went on otherwise: to voicemail, a callback, an announcement.
    pub left: u64,
    /// How long agents talked.
    pub talk_ms: u64,
    /// How long callers were on hold.
    pub hold_ms: u64,
    /// How long callers waited.
    pub wait_ms: u64,
}

/// By what a report is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Months.
    Month,
}

/// A quarter of an hour of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfWeek {
    /// 1 is Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0, 15, 30 or 45.
    pub minute: u8,
}

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        let both = |mine: &mut u64, other: u64| *mine = mine.saturating_add(other);
        both(&mut self.offered, other.offered);
        both(&mut self.answered, other.answered);
        both(&mut self.answered_within, other.answered_within);
        both(&mut self.abandoned, other.abandoned);
        both(&mut self.abandoned_early, other.abandoned_early);
        both(&mut self.left, other.left);
        both(&mut self.talk_ms, other.talk_ms);
        both(&mut self.hold_ms, other.hold_ms);
        both(&mut self.wait_ms, other.wait_ms);
    }

    /// Answered in time / (offered - given up too early to count), in thousandths; none if nothing counts (RPT-12).
    pub fn service_level_permille(&self) -> Option<u64> {
        let counted = self.offered.checked_sub(self.abandoned_early)?;
        u64::try_from((u128::from(self.answered_within) * 1000).checked_div(counted.into())?).ok()
    }
}

/// Quarters as hours, days, weeks or months between two instants, each by when it begins; those without a call too.
pub fn grouped(quarters: &BTreeMap<Wall, Tally>, (from, to): (Wall, Wall), zone: &Zone, by: By) -> Vec<(Wall, Tally)> {
    let mut groups: BTreeMap<Wall, Tally> = BTreeMap::new();
    let mut quarter = quarter_of(from);
    while quarter < to {
        let begin = begin_of(quarter, zone, by);
        let group = groups.entry(begin).or_default();
        if let Some(tally) = quarters.get(&quarter) {
            group.add(tally);
        }
        quarter = Wall::from_micros(quarter.as_micros().saturating_add(QUARTER_MICROS));
    }
    groups.into_iter().collect()
}

/// Quarters by their place in the week, only those with calls.
pub fn of_week(quarters: &BTreeMap<Wall, Tally>, zone: &Zone) -> BTreeMap<OfWeek, Tally> {
    let mut week: BTreeMap<OfWeek, Tally> = BTreeMap::new();
    for (quarter, tally) in quarters {
        let local = zone.local(*quarter);
        let minutes = minutes(local.minute.since_midnight());
        let small = |value: u64| u8::try_from(value).unwrap_or(0);
        let place = OfWeek {
            weekday: small(local.date.weekday() as u64 + 1),
            hour: small(minutes / 60),
            minute: small(minutes % 60),
        };
        week.entry(place).or_default().add(tally);
    }
    week
}

/// The quarter an instant lies in.
pub fn quarter_of(wall: Wall) -> Wall {
    Wall::from_micros(wall.as_micros().div_euclid(QUARTER_MICROS).saturating_mul(QUARTER_MICROS))
}

fn minutes(since_midnight: Duration) -> u64 {
    since_midnight.as_secs() / 60
}

/// When the hour, day, week or month of a quarter begins.
fn begin_of(quarter: Wall, zone: &Zone, by: By) -> Wall {
    let local = zone.local(quarter);
    match by {
        // Counted back from the quarter: an hour that the clock shows twice is two hours.
        By::Hour => {
            let past = minutes(local.minute.since_midnight()) % 60;
            quarter.before(Duration::from_secs(past * 60))
        }
        By::Day => zone.begin_of(local.date),
        By::Week => zone.begin_of(back(local.date, local.date.weekday())),
        By::Month => zone.begin_of(first_of_month(local.date)),
    }
}

fn back(date: Date, days: usize) -> Date {
    (0..days).fold(date, |date, _| date.previous())
}

fn first_of_month(date: Date) -> Date {
    let text = date.to_string();
    let first = text.rsplit_once('-').and_then(|(month, _)| Date::parse(&format!("{month}-01")));
    first.unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(secs: i64) -> Wall {
        Wall::from_micros(secs * 1_000_000)
    }

    fn offered(count: u64) -> Tally {
        Tally { offered: count, ..Tally::default() }
    }

    /// RPT-01: whatever a report is grouped by, its sum is that of the quarters.
    #[test]
    fn rpt_01_every_grouping_has_the_same_total() {
        let zone = Zone::fixed(8 * 3600);
        // 2026-11-30T16:00Z is midnight of the 1st of December in Shanghai, a Tuesday.
        let midnight = 1_796_054_400;
        let quarters: BTreeMap<Wall, Tally> =
            (-40..40).map(|place| (wall(midnight + place * 7 * 900), offered(place.unsigned_abs()))).collect();
        let span = (wall(midnight - 40 * 7 * 900), wall(midnight + 40 * 7 * 900));
        let total: u64 = quarters.values().map(|tally| tally.offered).sum();
        for by in [By::Hour, By::Day, By::Week, By::Month] {
            let groups = grouped(&quarters, span, &zone, by);
            assert_eq!(groups.iter().map(|(_, tally)| tally.offered).sum::<u64>(), total, "{by:?}");
        }
        let months = grouped(&quarters, span, &zone, By::Month);
        assert_eq!(
            months.iter().map(|(begin, _)| begin.as_secs()).collect::<Vec<_>>(),
            [midnight - 30 * 86_400, midnight]
        );
        let days = grouped(&quarters, span, &zone, By::Day);
        assert!(days.windows(2).all(|pair| pair[1].0.as_secs() - pair[0].0.as_secs() == 86_400));
        let weeks = grouped(&quarters, span, &zone, By::Week);
        assert_eq!(zone.local(weeks[0].0).date.weekday(), 0, "weeks begin on Monday");
    }

    /// RPT-04: a day on which the clock is put back has 25 hours, and none of them is lost.
    #[test]
    fn rpt_04_an_hour_that_comes_twice_is_two_hours() {
        // Back by an hour at 01:00 UTC.
        let change = 1_793_000_000 / 86_400 * 86_400 + 3600;
        let zone = Zone::changing(7200, vec![(wall(change), 3600)]);
        let begin = zone.begin_of(zone.local(wall(change)).date);
        let end = zone.begin_of(zone.local(wall(change)).date.next());
        let quarters = (0..100).map(|place| (wall(begin.as_secs() + place * 900), offered(1))).collect();
        let hours = grouped(&quarters, (begin, end), &zone, By::Hour);
        assert_eq!((hours.len(), grouped(&quarters, (begin, end), &zone, By::Day).len()), (25, 1));
        assert!(hours.iter().all(|(_, tally)| tally.offered == 4));
        let twice = of_week(&quarters, &zone);
        let weekday = u8::try_from(zone.local(wall(change)).date.weekday() + 1).unwrap();
        assert_eq!(twice[&OfWeek { weekday, hour: 2, minute: 0 }].offered, 2);
    }

    /// RPT-12: who gave up too early counts neither for nor against.
    #[test]
    fn rpt_12_the_service_level_leaves_early_abandons_out() {
        let tally = Tally {
            offered: 12,
            answered: 9,
            answered_within: 9,
            abandoned: 3,
            abandoned_early: 2,
            ..Tally::default()
        };
        assert_eq!(tally.service_level_permille(), Some(900));
        assert_eq!(Tally::default().service_level_permille(), None);
    }
}
