//! Business hours in a flow's file.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use bell_types::{Date, OpenSpan, OpeningHours};
use toml::Spanned;
use toml::de::DeString;

use super::fields::Value;
use super::{Reader, in_order};
use crate::calendar;

impl<'t> Reader<'t> {
    /// `{ mon-fri = "09:00-12:00, 13:30-18:00" }` and `{ "2026-10-01..2026-10-07" = "closed" }`.
    pub(super) fn opening(&mut self, week: &'t Value<'t>, except: Option<&'t Value<'t>>) -> Option<OpeningHours> {
        let week = self.week(week);
        let exceptions = except.map_or(Some(BTreeMap::new()), |except| self.exceptions(except));
        Some(OpeningHours { week: week?, exceptions: exceptions? })
    }

    fn week(&mut self, value: &'t Value<'t>) -> Option<[Vec<OpenSpan>; 7]> {
        let mut week: [Option<Vec<OpenSpan>>; 7] = Default::default();
        let mut complete = self.has_few_lines(value)?;
        for (key, value) in in_order(self.table(value)?) {
            let (days, spans) = (self.weekdays(key), self.spans(value));
            let (Some(days), Some(spans)) = (days, spans) else {
                complete = false;
                continue;
            };
            for day in days {
                if week[day].replace(spans.clone()).is_some() {
                    self.twice(key, calendar::weekday_name(day));
                }
            }
        }
        complete.then(|| week.map(Option::unwrap_or_default))
    }

    fn exceptions(&mut self, value: &'t Value<'t>) -> Option<BTreeMap<Date, Vec<OpenSpan>>> {
        let mut exceptions = BTreeMap::new();
        let mut complete = self.has_few_lines(value)?;
        for (key, value) in in_order(self.table(value)?) {
            let (days, spans) = (self.days(key), self.spans(value));
            let (Some(days), Some(spans)) = (days, spans) else {
                complete = false;
                continue;
            };
            for day in days {
                if exceptions.insert(day, spans.clone()).is_some() {
                    self.twice(key, &day.to_string());
                }
            }
        }
        complete.then_some(exceptions)
    }

    /// Of two hours for one day the reader could only guess which are meant.
    fn twice(&mut self, key: &Spanned<DeString<'t>>, day: &str) {
        let problem = format!("the hours of {day} stand here twice");
        self.diagnostics.report(key.span(), problem, "name each day once");
    }

    fn has_few_lines(&mut self, value: &'t Value<'t>) -> Option<bool> {
        let (lines, max) = (self.table(value)?.len(), self.limits.hours_max);
        if lines > max {
            return self.wrong(value, format!("more than {max} lines of hours"), "join days that are alike");
        }
        Some(true)
    }

    fn spans(&mut self, value: &'t Value<'t>) -> Option<Vec<OpenSpan>> {
        let text = self.text(value)?;
        if text == "closed" {
            return Some(Vec::new());
        }
        let spans: Option<Vec<_>> = calendar::parts(text).map(OpenSpan::parse).collect();
        match spans {
            Some(spans) if spans.len() <= self.limits.hours_max => Some(spans),
            Some(_) | None => {
                self.wrong(value, format!("{text:?} are no hours"), "write \"09:00-12:00, 13:30-18:00\" or \"closed\"")
            }
        }
    }

    /// `mon` or `mon-fri`, in the order of the week.
    fn weekdays(&mut self, key: &Spanned<DeString<'t>>) -> Option<RangeInclusive<usize>> {
        let text = key.get_ref();
        let days = calendar::weekdays(text);
        if days.is_none() {
            let problem = format!("{text:?} is no day of the week");
            let remedy = "write mon, tue, wed, thu, fri, sat, sun, or mon-fri";
            self.diagnostics.report(key.span(), problem, remedy);
        }
        days
    }

    /// `2026-10-01` or `2026-10-01..2026-10-07`.
    fn days(&mut self, key: &Spanned<DeString<'t>>) -> Option<Vec<Date>> {
        let text = key.get_ref();
        let days = calendar::days(text, self.limits.hours_max);
        if days.is_none() {
            let problem = format!("{text:?} is no day, or too many days");
            let remedy = "write \"2026-10-01\" or \"2026-10-01..2026-10-07\"";
            self.diagnostics.report(key.span(), problem, remedy);
        }
        days
    }
}
