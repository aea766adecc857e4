//! Business hours.

use std::collections::BTreeMap;

use crate::{Date, LocalTime, Minute};

/// From one minute to before another. If the end is not after the begin, it lies on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSpan {
    /// The first minute.
    pub from: Minute,
    /// The minute after the last.
    pub to: Minute,
}

/// When it is open: a week, and days that are not like their weekday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningHours {
    /// Monday first.
    pub week: [Vec<OpenSpan>; 7],
    /// Holidays and the working Saturdays that pay for them.
    pub exceptions: BTreeMap<Date, Vec<OpenSpan>>,
}

impl OpenSpan {
    /// Reads `09:00-18:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let span = Self { from: Minute::parse(from.trim())?, to: Minute::parse(to.trim())? };
        (span.from < Minute::MIDNIGHT).then_some(span)
    }

    /// Whether it ends on the day after the one it begins on.
    pub fn ends_next_day(self) -> bool {
        self.to <= self.from
    }

    /// Whether the minute of the day the span begins on lies in it.
    pub fn covers_on_its_day(self, minute: Minute) -> bool {
        self.from <= minute && (minute < self.to || self.ends_next_day())
    }
}

impl OpeningHours {
    /// Whether it is open then.
    pub fn is_open(&self, at: LocalTime) -> bool {
        let today = self.spans(at.date).iter().any(|span| span.covers_on_its_day(at.minute));
        let since_yesterday = |span: &OpenSpan| span.ends_next_day() && at.minute < span.to;
        today || self.spans(at.date.previous()).iter().any(since_yesterday)
    }

    fn spans(&self, date: Date) -> &[OpenSpan] {
        self.exceptions.get(&date).unwrap_or(&self.week[date.weekday()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<OpenSpan> {
        text.split_whitespace().map(|span| OpenSpan::parse(span).unwrap()).collect()
    }

    fn office() -> OpeningHours {
        let mut hours = OpeningHours::default();
        for day in 0..5 {
            hours.week[day] = spans("09:00-12:00 13:30-18:00");
        }
        hours.week[5] = spans("22:00-02:00");
        hours.exceptions.insert(Date::parse("2026-10-01").unwrap(), Vec::new());
        hours.exceptions.insert(Date::parse("2026-10-10").unwrap(), spans("00:00-24:00"));
        hours
    }

    #[test]
    fn the_week_the_exceptions_and_midnight() {
        let cases = [
            ("2026-09-30", "08:59", false),
            ("2026-09-30", "09:00", true),
            ("2026-09-30", "11:59", true),
            ("2026-09-30", "12:00", false),
            ("2026-09-30", "17:59", true),
            ("2026-09-30", "18:00", false),
            ("2026-10-01", "10:00", false),
            ("2026-10-10", "00:00", true),
            ("2026-10-10", "23:59", true),
            ("2026-10-11", "00:00", false),
            ("2026-10-17", "21:59", false),
            ("2026-10-17", "22:00", true),
            ("2026-10-18", "01:59", true),
            ("2026-10-18", "02:00", false),
            ("2026-10-18", "22:30", false),
        ];
        for (date, minute, open) in cases {
            let at = LocalTime { date: Date::parse(date).unwrap(), minute: Minute::parse(minute).unwrap() };
            assert_eq!(office().is_open(at), open, "{date} {minute}");
        }
    }

    #[test]
    fn a_span_is_two_minutes_of_a_day() {
        assert_eq!(OpenSpan::parse("9:00 - 24:00"), OpenSpan::parse("09:00-24:00"));
        for wrong in ["", "09:00", "09:00-25:00", "09:60-10:00", "24:00-02:00", "9-10", "24:01-1:00"] {
            assert_eq!(OpenSpan::parse(wrong), None, "{wrong}");
        }
    }
}
