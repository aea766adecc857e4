//! Time as an argument: a monotonic reading for durations, a wall reading for records.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A monotonic instant in microseconds since the node started. Durations are differences of these, so a clock step
/// never makes a call longer or shorter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mono(u64);

impl Mono {
    /// The instant the node started.
    pub const ZERO: Self = Self(0);

    /// The instant `micros` microseconds after the node started.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since the node started.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Mono {
    type Output = Self;

    fn add(self, delay: Duration) -> Self {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl Sub for Mono {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// A UTC instant in microseconds since 1970-01-01. For records and calendars, never for durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wall(i64);

impl Wall {
    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This instant, so much earlier.
    pub fn before(self, earlier: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(earlier.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The time from `earlier` to this instant; zero if the clock was set back meanwhile.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Wall {
    type Output = Self;

    fn add(self, delay: Duration) -> Self {
        let micros = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

/// `2026-11-21T08:30:00.123456Z`.
impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.as_secs();
        let (year, month, day) = civil_from_days(secs.div_euclid(86_400));
        let second_of_day = secs.rem_euclid(86_400);
        let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
        let micros = self.0.rem_euclid(1_000_000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

/// Year, month and day of the proleptic Gregorian calendar, from days since 1970-01-01. Counts in 400-year eras that
/// begin on 1 March, so that the leap day is the last day of a year.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// A length of time as people write it: a whole number and its unit, `500ms`, `30s`, `5m`, `2h`, `7d`.
pub fn read_length(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(unit_at);
    let count: u64 = count.parse().ok()?;
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some(Duration::from_millis(count.checked_mul(*millis)?))
}

/// The same, in the largest unit that tells all of it.
pub fn write_length(length: Duration) -> String {
    let millis = length.as_millis();
    let whole = UNITS.iter().rev().find(|(_, unit)| millis > 0 && millis.is_multiple_of(u128::from(*unit)));
    let (name, unit) = whole.copied().unwrap_or(("s", 1000));
    format!("{}{name}", millis / u128::from(unit))
}

/// Units and how many milliseconds they are.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// What the clocks said when an input arrived. The shell reads them; the cores only pass them on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// For durations and deadlines.
    pub mono: Mono,
    /// For records and calendars.
    pub wall: Wall,
}

impl Now {
    /// Both clocks moved on by `delay`: the next step of a simulated day.
    pub fn after(self, delay: Duration) -> Self {
        Self { mono: self.mono + delay, wall: self.wall + delay }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_prints_rfc_3339() {
        let cases = [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_793_003_400_000_001, "2026-10-26T08:30:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
        ];
        for (micros, text) in cases {
            assert_eq!(Wall::from_micros(micros).to_string(), text);
        }
    }

    #[test]
    fn lengths_of_time_are_written_as_they_are_read() {
        for text in ["500ms", "30s", "5m", "2h", "7d", "0s", "90s", "1001ms"] {
            assert_eq!(write_length(read_length(text).unwrap()), text);
        }
        assert_eq!(write_length(Duration::from_secs(3600)), "1h");
        for wrong in ["30", "s", "", "-1s", "1.5s", "+1s", "1 s", "99999999999999999999s", "18446744073709551615h"] {
            assert_eq!(read_length(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_earlier_instant_is_no_negative_duration() {
        let early = Mono::from_micros(5);
        assert_eq!(early - Mono::from_micros(9), Duration::ZERO);
        assert_eq!((early + Duration::from_micros(4)) - early, Duration::from_micros(4));
    }
}
