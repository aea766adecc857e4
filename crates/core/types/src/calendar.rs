//! The calendar on the wall of the tenant's office: days, minutes, and the zone they are told in.
//!
//! The cores have no zone database: the shell reads it and hands over a [`Zone`] as plain numbers.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Wall;

const DAY_SECS: i64 = 86_400;
const DAY_MINUTES: u16 = 1440;

/// A tenant's time zone: how far local time is ahead of UTC, and when that changes. The shell computes it from its
/// zone database for as far ahead as it likes; a zone without summer time is one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    first: i32,
    changes: Vec<(Wall, i32)>,
}

/// A day of the calendar, printed as `2026-10-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date(i64);

/// A minute of the day, 00:00 to 24:00; the latter only as an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u16);

/// What the clock on the wall of the tenant's office shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// The minute.
    pub minute: Minute,
}

impl Zone {
    /// A zone that is always so many seconds ahead of UTC: 28 800 for China.
    pub fn fixed(seconds_ahead: i32) -> Self {
        Self { first: seconds_ahead, changes: Vec::new() }
    }

    /// A zone that changes: from each instant on, so many seconds ahead of UTC.
    pub fn changing(first: i32, mut changes: Vec<(Wall, i32)>) -> Self {
        changes.sort_unstable();
        Self { first, changes }
    }

    /// The local time at an instant.
    pub fn local(&self, wall: Wall) -> LocalTime {
        let passed = self.changes.iter().take_while(|(from, _)| *from <= wall);
        let ahead = passed.last().map_or(self.first, |(_, ahead)| *ahead);
        let secs = wall.as_secs().saturating_add(i64::from(ahead));
        LocalTime {
            date: Date(secs.div_euclid(DAY_SECS)),
            // Below 1440: a remainder of a day, in minutes.
            minute: Minute((secs.rem_euclid(DAY_SECS) / 60) as u16),
        }
    }

    /// The instant at which the clock on the wall shows this. Where the clocks go back, the first of both; where they skip
    /// it, the one so long after the day began.
    pub fn at(&self, at: LocalTime) -> Wall {
        let secs = at.date.0 * DAY_SECS + i64::from(at.minute.0) * 60;
        // 24:00 is shown as 00:00 of the day after.
        let shown = LocalTime {
            date: Date(secs.div_euclid(DAY_SECS)),
            minute: Minute((secs.rem_euclid(DAY_SECS) / 60) as u16),
        };
        let offsets = std::iter::once(self.first).chain(self.changes.iter().map(|(_, ahead)| *ahead));
        let instants = offsets.map(|ahead| Wall::from_micros((secs - i64::from(ahead)) * 1_000_000));
        let first = instants.filter(|wall| self.local(*wall) == shown).min();
        first.unwrap_or_else(|| self.begin_of(at.date) + at.minute.since_midnight())
    }

    /// The first instant of a local day. Where the clocks go forward at midnight, the first there is of it.
    pub fn begin_of(&self, day: Date) -> Wall {
        let at = |ahead: i32| Wall::from_micros((day.0 * DAY_SECS - i64::from(ahead)) * 1_000_000);
        let offsets = std::iter::once(self.first).chain(self.changes.iter().map(|(_, ahead)| *ahead));
        let midnights = offsets.map(at).filter(|wall| self.local(*wall).date == day);
        let changes = self.changes.iter().map(|(from, _)| *from).filter(|wall| self.local(*wall).date == day);
        midnights.chain(changes).min().unwrap_or_else(|| at(self.first))
    }
}

impl Date {
    /// The day of the proleptic Gregorian calendar, years 1 to 9999; none if there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=9999).contains(&year) || !(1..=length).contains(&day) {
            return None;
        }
        // Years that begin on 1 March end with the leap day, so that the days before a month follow one formula.
        let (march_year, march_month) = match month {
            1 | 2 => (i64::from(year) - 1, i64::from(month) + 9),
            _ => (i64::from(year), i64::from(month) - 3),
        };
        let before_year =
            march_year * 365 + march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
        let before_month = (153 * march_month + 2) / 5;
        Some(Self(before_year + before_month + i64::from(day) - 1 - 719_468))
    }

    /// Reads `2026-10-01`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(number(year)?, number(month)?, number(day)?)
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday. Between 0 and 6: a remainder of seven.
        (self.0 + 3).rem_euclid(7) as usize
    }
}

/// `2026-10-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Wall::from_micros(self.0.saturating_mul(DAY_SECS * 1_000_000)).to_string();
        f.write_str(text.split('T').next().unwrap_or_default())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Minute {
    /// The end of a day.
    pub const MIDNIGHT: Self = Self(DAY_MINUTES);

    /// The minute of this hour and minute; none beyond 24:00.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        let total = u16::from(hour) * 60 + u16::from(minute);
        (minute < 60 && total <= DAY_MINUTES).then_some(Self(total))
    }

    /// How far into the day it is.
    pub const fn since_midnight(self) -> Duration {
        Duration::from_secs(self.0 as u64 * 60)
    }

    /// Reads `09:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        if !(1..=2).contains(&hour.len()) || minute.len() != 2 {
            return None;
        }
        Self::new(number(hour)?, number(minute)?)
    }
}

/// `09:00`.
impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Digits only: `+1` and ` 1` are no part of a date.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_tells_local_time_across_a_change() {
        // 2026-10-26T08:30:00Z, a Monday.
        let wall = Wall::from_micros(1_793_003_400_000_000);
        let local = Zone::fixed(28_800).local(wall);
        assert_eq!(local.date.to_string(), "2026-10-26");
        assert_eq!(local.date.weekday(), 0);
        assert_eq!(local.minute, Minute::new(16, 30).unwrap());
        let berlin = Zone::changing(7200, vec![(Wall::from_micros(1_792_976_400_000_000), 3600)]);
        assert_eq!(berlin.local(wall).minute, Minute::new(9, 30).unwrap());
        let before = Wall::from_micros(1_792_976_399_000_000);
        assert_eq!(berlin.local(before).minute, Minute::new(2, 59).unwrap());
        assert_eq!(Zone::fixed(-3600).local(Wall::from_micros(0)).date.to_string(), "1969-12-31");
    }

    #[test]
    fn a_day_begins_at_its_first_instant() {
        let shanghai = Zone::fixed(28_800);
        let day = Date::parse("2026-10-26").unwrap();
        let begin = shanghai.begin_of(day);
        assert_eq!(begin.to_string(), "2026-10-25T16:00:00.000000Z");
        // Berlin's clocks went back on the 25th, at 01:00 UTC.
        let berlin = Zone::changing(7200, vec![(Wall::from_micros(1_792_890_000_000_000), 3600)]);
        assert_eq!(berlin.begin_of(day.previous()).to_string(), "2026-10-24T22:00:00.000000Z");
        assert_eq!(berlin.begin_of(day).to_string(), "2026-10-25T23:00:00.000000Z");
    }

    #[test]
    fn what_a_clock_shows_is_an_instant() {
        let day = Date::parse("2026-10-25").unwrap();
        let at = |minute: &str| LocalTime { date: day, minute: Minute::parse(minute).unwrap() };
        let shanghai = Zone::fixed(28_800);
        assert_eq!(shanghai.at(at("18:00")).to_string(), "2026-10-25T10:00:00.000000Z");
        assert_eq!(shanghai.at(at("24:00")), shanghai.begin_of(day.next()));
        // Berlin's clocks went back on that day at 01:00 UTC, from 03:00 to 02:00.
        let berlin = Zone::changing(7200, vec![(Wall::from_micros(1_792_890_000_000_000), 3600)]);
        assert_eq!(berlin.at(at("02:30")).to_string(), "2026-10-25T00:30:00.000000Z", "the first of both");
        assert_eq!(berlin.at(at("18:00")).to_string(), "2026-10-25T17:00:00.000000Z");
        // And would have skipped that hour if they had gone forward.
        let forward = Zone::changing(3600, vec![(Wall::from_micros(1_792_890_000_000_000), 7200)]);
        assert_eq!(forward.at(at("02:30")).to_string(), "2026-10-25T01:30:00.000000Z");
    }

    #[test]
    fn minutes_are_written_as_they_are_read() {
        for text in ["00:00", "09:05", "23:59", "24:00"] {
            assert_eq!(Minute::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        for good in ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(good).unwrap().to_string(), good);
        }
        for wrong in ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-1-01", "+026-01-01", "2026-01-01-"]
        {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
        let (first, last) = (Date::parse("1999-12-31").unwrap(), Date::parse("2000-01-01").unwrap());
        assert_eq!((first.next(), last.previous()), (last, first));
        assert_eq!(first.weekday(), 4);
    }
}
