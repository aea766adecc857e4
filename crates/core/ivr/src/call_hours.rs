//! The hours at which customers are called back (INB-30).

use std::time::Duration;

use bell_types::{CalendarName, LocalTime, Minute, OpenSpan};

use crate::calendar::{Calendars, Standing};

/// When a queue's customers may be called: while a calendar says open, or at these hours of every day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallHours {
    /// While this calendar says open.
    Calendar(CalendarName),
    /// Every day.
    Daily(OpenSpan),
}

impl CallHours {
    /// From one time after midnight to before another, the same every day; over midnight if the second is not later.
    pub fn daily(from: Duration, until: Duration) -> Self {
        Self::Daily(OpenSpan { from: minute(from), to: minute(until) })
    }

    /// Why nobody is called then; none: people are called.
    pub fn shut(&self, at: LocalTime, calendars: &Calendars) -> Option<String> {
        match self {
            Self::Calendar(name) => {
                let (standing, because) = calendars.get(name)?.at(at);
                match standing {
                    Standing::Open { .. } => None,
                    Standing::Holiday | Standing::Closed => Some(format!("calendar {name}: {because}")),
                }
            }
            Self::Daily(OpenSpan { from, to }) => {
                let open =
                    if from < to { (*from..*to).contains(&at.minute) } else { at.minute >= *from || at.minute < *to };
                (!open)
                    .then(|| format!("customers are called from {from} to {to}, by callback_from and callback_until"))
            }
        }
    }
}

/// The minute so long after midnight; midnight is the last one.
fn minute(after: Duration) -> Minute {
    let minutes = after.as_secs() / 60;
    let (hour, minute) = (u8::try_from(minutes / 60), u8::try_from(minutes % 60));
    hour.ok().zip(minute.ok()).and_then(|(hour, minute)| Minute::new(hour, minute)).unwrap_or(Minute::MIDNIGHT)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bell_types::Date;

    use super::*;
    use crate::calendar::CalendarBuilder;

    fn at(day: &str, time: &str) -> LocalTime {
        LocalTime { date: Date::parse(day).unwrap(), minute: Minute::parse(time).unwrap() }
    }

    #[track_caller]
    fn check(hours: &CallHours, open: &[&str], shut: &[&str]) {
        let is_shut = |time: &str| hours.shut(at("2026-12-01", time), &Calendars::new()).is_some();
        assert!(!open.iter().any(|time| is_shut(time)), "{hours:?}");
        assert!(shut.iter().all(|time| is_shut(time)), "{hours:?}");
    }

    #[test]
    fn inb_30_customers_are_called_at_the_hours_of_the_day() {
        let hour = |hour: u64| Duration::from_secs(hour * 3600);
        check(&CallHours::daily(hour(8), hour(21)), &["08:00", "20:59"], &["07:59", "21:00", "00:00"]);
        check(&CallHours::daily(hour(20), hour(2)), &["20:00", "23:59", "00:00", "01:59"], &["02:00", "19:59"]);
        check(&CallHours::daily(hour(0), hour(24)), &["00:00", "23:59"], &[]);
    }

    #[test]
    fn inb_30_customers_are_called_while_the_calendar_says_open() {
        let mut builder = CalendarBuilder::default();
        builder.week("mon-fri", "09:00-18:00").unwrap();
        builder.public("cn-2026").unwrap();
        let name = CalendarName::new("office").unwrap();
        let calendars = Calendars::from([(name.clone(), Arc::new(builder.build()))]);
        let hours = CallHours::Calendar(name);
        assert_eq!(hours.shut(at("2026-12-01", "09:00"), &calendars), None);
        let why = hours.shut(at("2026-10-01", "10:00"), &calendars).expect("a holiday");
        assert!(why.starts_with("calendar office: closed on 2026-10-01"), "{why}");
    }
}
