//! Business calendars: a week of hours and shifts, public holidays, the workdays that make up for them (调休), and days
//! of the centre's own. Many flows ask one calendar.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use bell_types::{CalendarName, Date, LocalTime, OpenSpan};
use toml::de::DeTable;

use crate::diagnostic::suggestion;

/// The calendars of a centre, by name.
pub type Calendars = BTreeMap<CalendarName, Arc<Calendar>>;

/// When a centre works. Built by [`CalendarBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    week: [Vec<Shift>; 7],
    /// The weekday whose hours a make-up workday has.
    makeup_like: usize,
    holidays: BTreeMap<Date, Box<str>>,
    workdays: BTreeMap<Date, Box<str>>,
    /// Days of the centre's own; they go before everything else.
    own: BTreeMap<Date, Own>,
    shifts: Vec<Box<str>>,
    /// The years whose public holidays are known; empty if no public calendar is used.
    years: Vec<i32>,
}

/// Hours, of a shift or of none in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shift {
    name: Option<Box<str>>,
    span: OpenSpan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Own {
    Holiday,
    Hours(Vec<Shift>),
}

/// What a calendar says of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is open.
    Open {
        /// The shift that works, if the hours name one.
        shift: Option<Box<str>>,
    },
    /// It is closed, for it is a holiday.
    Holiday,
    /// It is closed.
    Closed,
}

/// Why a part of a calendar cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarMistake {
    /// What is wrong: one phrase, no full stop.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// Days of a range, lines of hours and shifts that a calendar may have; further ones are mistakes.
const DAYS_MAX: usize = 400;
const SPANS_MAX: usize = 12;
const SHIFTS_MAX: usize = 20;

/// The public calendars that ship with the program.
const PUBLIC: [(&str, &str); 1] = [("cn-2026", include_str!("../calendars/cn-2026.toml"))];

/// Takes a calendar's parts as they are written, one by one, so that each mistake can be told where it stands. Shifts
/// come first, since hours may name them.
#[derive(Debug, Default)]
pub struct CalendarBuilder {
    shifts: BTreeMap<Box<str>, Vec<OpenSpan>>,
    week: [Option<Vec<Shift>>; 7],
    makeup_like: usize,
    holidays: BTreeMap<Date, Box<str>>,
    workdays: BTreeMap<Date, Box<str>>,
    own: BTreeMap<Date, Own>,
    years: Vec<i32>,
}

impl Calendar {
    /// Whether the centre works then, and why, for the facts.
    pub fn at(&self, at: LocalTime) -> (Standing, String) {
        let today = self.shifts_of(at.date).iter().find(|shift| shift.span.covers_on_its_day(at.minute));
        let still = || {
            let before = self.shifts_of(at.date.previous()).iter();
            before.into_iter().find(|shift| shift.span.ends_next_day() && at.minute < shift.span.to)
        };
        let day = self.day(at.date);
        if let Some(shift) = today.or_else(still) {
            let name = shift.name.as_ref().map_or_else(String::new, |name| format!(", shift {name}"));
            return (Standing::Open { shift: shift.name.clone() }, format!("open on {day}{name}"));
        }
        let standing = if self.is_holiday(at.date) { Standing::Holiday } else { Standing::Closed };
        (standing, format!("closed on {day}"))
    }

    /// When the work that begins on this day is over, of this shift or of all: the end of its last hours, which may lie on
    /// the day after. None: nobody works then.
    pub fn work_end(&self, date: Date, shift: Option<&str>) -> Option<LocalTime> {
        let end = |span: &OpenSpan| {
            let date = if span.ends_next_day() { date.next() } else { date };
            LocalTime { date, minute: span.to }
        };
        let shifts = self.shifts_of(date).iter().filter(|hours| hours.is_of(shift));
        shifts.map(|hours| end(&hours.span)).max()
    }

    /// Whether this shift, or any, works then.
    pub fn works(&self, at: LocalTime, shift: Option<&str>) -> bool {
        let of_day = |date| self.shifts_of(date).iter().filter(|hours| hours.is_of(shift)).map(|hours| hours.span);
        of_day(at.date).any(|span| span.covers_on_its_day(at.minute))
            || of_day(at.date.previous()).any(|span| span.ends_next_day() && at.minute < span.to)
    }

    /// The names of its shifts.
    pub fn shifts(&self) -> &[Box<str>] {
        &self.shifts
    }

    fn is_holiday(&self, date: Date) -> bool {
        match self.own.get(&date) {
            Some(own) => *own == Own::Holiday,
            None => self.holidays.contains_key(&date),
        }
    }

    fn shifts_of(&self, date: Date) -> &[Shift] {
        match self.own.get(&date) {
            Some(Own::Hours(shifts)) => shifts,
            Some(Own::Holiday) => &[],
            None if self.workdays.contains_key(&date) => &self.week[self.makeup_like],
            None if self.holidays.contains_key(&date) => &[],
            None => &self.week[date.weekday()],
        }
    }

    /// `2026-10-01 (thu, 国庆节)`.
    fn day(&self, date: Date) -> String {
        let public = self.workdays.get(&date).or_else(|| self.holidays.get(&date));
        let what = match (self.own.get(&date), public) {
            (Some(_), _) => ", a day of its own".to_owned(),
            (None, Some(name)) => format!(", {name}"),
            (None, None) if !self.years.is_empty() && !self.years.contains(&year(date)) => {
                format!(", no public holidays of {} are known", year(date))
            }
            (None, None) => String::new(),
        };
        format!("{date} ({}{what})", weekday_name(date.weekday()))
    }
}

impl Shift {
    fn is_of(&self, shift: Option<&str>) -> bool {
        shift.is_none_or(|shift| self.name.as_deref() == Some(shift))
    }
}

impl CalendarBuilder {
    /// `day = "09:00-18:00"`: a shift that hours can name.
    ///
    /// # Errors
    /// If the hours are none, or there are too many shifts.
    pub fn shift(&mut self, name: &str, hours: &str) -> Result<(), CalendarMistake> {
        if self.shifts.len() >= SHIFTS_MAX {
            return wrong(format!("more than {SHIFTS_MAX} shifts"), "join shifts that are alike");
        }
        if ["closed", "holiday"].contains(&name) {
            return wrong(format!("{name:?} is a word of the calendar and no shift"), "rename the shift");
        }
        let spans: Option<Vec<_>> = parts(hours).map(OpenSpan::parse).collect();
        match spans {
            Some(spans) if spans.len() <= SPANS_MAX => {
                self.shifts.insert(name.into(), spans);
                Ok(())
            }
            Some(_) | None => wrong(format!("{hours:?} are no hours"), "write \"09:00-12:00, 13:30-18:00\""),
        }
    }

    /// `mon-fri = "09:00-18:00"`, or the names of shifts, or `closed`.
    ///
    /// # Errors
    /// If days or hours are none, or a day stands twice.
    pub fn week(&mut self, days: &str, hours: &str) -> Result<(), CalendarMistake> {
        let Some(days) = weekdays(days) else {
            let remedy = "write mon, tue, wed, thu, fri, sat, sun, or mon-fri";
            return wrong(format!("{days:?} is no day of the week"), remedy);
        };
        let shifts = self.hours(hours)?;
        for day in days {
            if self.week[day].replace(shifts.clone()).is_some() {
                let problem = format!("the hours of {} stand here twice", weekday_name(day));
                return wrong(problem, "name each day once");
            }
        }
        Ok(())
    }

    /// A public calendar that ships with the program: `cn-2026`.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn public(&mut self, name: &str) -> Result<(), CalendarMistake> {
        let Some((_, text)) = PUBLIC.iter().find(|(known, _)| *known == name) else {
            return wrong(
                format!("no public calendar is named {name:?}"),
                suggestion(name, PUBLIC.iter().map(|(known, _)| *known)),
            );
        };
        let Some(public) = Public::parse(text) else {
            return wrong(format!("the public calendar {name} cannot be read"), "report this as a defect");
        };
        self.years.push(public.year);
        self.holidays.extend(public.holidays);
        self.workdays.extend(public.workdays);
        Ok(())
    }

    /// Which weekday's hours a make-up workday has; Monday's if nobody says.
    ///
    /// # Errors
    /// If it is no weekday.
    pub fn makeup_like(&mut self, day: &str) -> Result<(), CalendarMistake> {
        match weekdays(day) {
            Some(days) if days.start() == days.end() => {
                self.makeup_like = *days.start();
                Ok(())
            }
            Some(_) | None => wrong(format!("{day:?} is no day of the week"), "write one day, such as \"mon\""),
        }
    }

    /// `"2026-10-08" = "10:00-16:00"`, or the names of shifts, `closed` or `holiday`: a day of the centre's own.
    ///
    /// # Errors
    /// If days or hours are none, or a day stands twice.
    pub fn except(&mut self, text: &str, hours: &str) -> Result<(), CalendarMistake> {
        let Some(days) = days(text, DAYS_MAX) else {
            let remedy = "write \"2026-10-01\" or \"2026-10-01..2026-10-07\"";
            return wrong(format!("{text:?} is no day, or too many days"), remedy);
        };
        let own = if hours == "holiday" { Own::Holiday } else { Own::Hours(self.hours(hours)?) };
        for day in days {
            if self.own.insert(day, own.clone()).is_some() {
                return wrong(format!("the hours of {day} stand here twice"), "name each day once");
            }
        }
        Ok(())
    }

    /// The calendar. Days of the week that nobody named are closed.
    pub fn build(self) -> Calendar {
        Calendar {
            week: self.week.map(Option::unwrap_or_default),
            makeup_like: self.makeup_like,
            holidays: self.holidays,
            workdays: self.workdays,
            own: self.own,
            shifts: self.shifts.into_keys().collect(),
            years: self.years,
        }
    }

    fn hours(&self, text: &str) -> Result<Vec<Shift>, CalendarMistake> {
        if text == "closed" {
            return Ok(Vec::new());
        }
        let mut shifts = Vec::new();
        for part in parts(text) {
            match (OpenSpan::parse(part), self.shifts.get(part)) {
                (Some(span), _) => shifts.push(Shift { name: None, span }),
                (None, Some(spans)) => {
                    let named = |span: &OpenSpan| Shift { name: Some(part.into()), span: *span };
                    shifts.extend(spans.iter().map(named));
                }
                (None, None) => {
                    let remedy = "write \"09:00-12:00, 13:30-18:00\", \"closed\", or the names of shifts";
                    return wrong(format!("{part:?} are no hours and no shift"), remedy);
                }
            }
        }
        if shifts.len() > SPANS_MAX {
            return wrong(format!("more than {SPANS_MAX} spans in one day"), "join spans that touch");
        }
        Ok(shifts)
    }
}

fn wrong<T>(problem: impl Into<String>, remedy: impl Into<String>) -> Result<T, CalendarMistake> {
    Err(CalendarMistake { problem: problem.into(), remedy: remedy.into() })
}

/// `"25:00" are no hours: write "09:00-12:00"`
impl fmt::Display for CalendarMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.remedy)
    }
}

/// What a public calendar's file says.
struct Public {
    year: i32,
    holidays: BTreeMap<Date, Box<str>>,
    workdays: BTreeMap<Date, Box<str>>,
}

impl Public {
    fn parse(text: &str) -> Option<Self> {
        let table = DeTable::parse(text).ok()?;
        let table = table.get_ref();
        let named = |key: &str| {
            let mut named = BTreeMap::new();
            for (range, name) in table.get(key)?.get_ref().as_table()? {
                let name: Box<str> = name.get_ref().as_str()?.into();
                named.extend(days(range.get_ref(), DAYS_MAX)?.into_iter().map(|day| (day, name.clone())));
            }
            Some(named)
        };
        let year = table.get("year")?.get_ref().as_integer()?.as_str().parse().ok()?;
        Some(Self { year, holidays: named("holidays")?, workdays: named("workdays")? })
    }
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads `mon` or `mon-fri`, in the order of the week: 0 is Monday.
pub(crate) fn weekdays(text: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let day = |name: &str| WEEKDAYS.iter().position(|day| *day == name);
    let days = day(first).zip(day(last)).map(|(first, last)| first..=last);
    days.filter(|days| !days.is_empty())
}

/// The word for a day of the week.
pub(crate) fn weekday_name(day: usize) -> &'static str {
    WEEKDAYS.get(day).copied().unwrap_or_default()
}

/// Reads `2026-10-01` or `2026-10-01..2026-10-07`, so many days at most.
pub(crate) fn days(text: &str, max: usize) -> Option<Vec<Date>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = Date::parse(first).zip(Date::parse(last))?;
    let from_first = std::iter::successors(Some(first), |day| Some(day.next()));
    let days: Vec<_> = from_first.take_while(|day| *day <= last).take(max + 1).collect();
    (1..=max).contains(&days.len()).then_some(days)
}

/// The parts of `"09:00-12:00, 13:30-18:00"`.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、']).map(str::trim)
}

/// `2026-10-01 (thu)`.
pub(crate) fn told(date: Date) -> String {
    format!("{date} ({})", weekday_name(date.weekday()))
}

fn year(date: Date) -> i32 {
    date.to_string().split('-').next().and_then(|year| year.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use bell_types::{Minute, Wall, Zone};

    use super::*;

    fn office() -> CalendarBuilder {
        let mut office = CalendarBuilder::default();
        office.shift("day", "09:00-12:00, 13:30-18:00").unwrap();
        office.shift("night", "22:00-02:00").unwrap();
        office.week("mon-fri", "day").unwrap();
        office.week("sat", "10:00-16:00, night").unwrap();
        office.public("cn-2026").unwrap();
        office.except("2026-10-08", "10:00-16:00").unwrap();
        office.except("2026-12-24..2026-12-25", "holiday").unwrap();
        office
    }

    fn at(date: &str, minute: &str) -> LocalTime {
        LocalTime { date: Date::parse(date).unwrap(), minute: Minute::parse(minute).unwrap() }
    }

    #[track_caller]
    fn says(moment: LocalTime, expected: &str) {
        let (standing, because) = office().build().at(moment);
        let word = match standing {
            Standing::Open { shift } => format!("open {}", shift.as_deref().unwrap_or("-")),
            Standing::Holiday => "holiday".to_owned(),
            Standing::Closed => "closed".to_owned(),
        };
        assert_eq!(format!("{word}: {because}"), expected);
    }

    #[test]
    fn inb_32_holidays_and_makeup_workdays_go_before_the_week() {
        says(at("2026-09-30", "10:00"), "open day: open on 2026-09-30 (wed), shift day");
        says(at("2026-10-01", "10:00"), "holiday: closed on 2026-10-01 (thu, 国庆节)");
        says(at("2026-10-07", "23:59"), "holiday: closed on 2026-10-07 (wed, 国庆节)");
        says(at("2026-10-10", "13:30"), "open day: open on 2026-10-10 (sat, 国庆节调休), shift day");
        says(at("2026-10-10", "13:00"), "closed: closed on 2026-10-10 (sat, 国庆节调休)");
        says(at("2026-09-20", "09:00"), "open day: open on 2026-09-20 (sun, 国庆节调休), shift day");
        says(at("2026-02-16", "10:00"), "holiday: closed on 2026-02-16 (mon, 春节)");
        says(at("2026-02-24", "10:00"), "open day: open on 2026-02-24 (tue), shift day");
        says(
            at("2027-01-01", "10:00"),
            "open day: open on 2027-01-01 (fri, no public holidays of 2027 are known), shift day",
        );
    }

    #[test]
    fn inb_32_days_of_its_own_go_before_public_ones() {
        says(at("2026-10-08", "09:30"), "closed: closed on 2026-10-08 (thu, a day of its own)");
        says(at("2026-10-08", "10:00"), "open -: open on 2026-10-08 (thu, a day of its own)");
        says(at("2026-12-25", "10:00"), "holiday: closed on 2026-12-25 (fri, a day of its own)");
    }

    /// A shift that began before midnight works on, even into a day that is closed.
    #[test]
    fn inb_32_a_shift_over_midnight_ends_on_the_next_day() {
        says(at("2026-01-24", "21:59"), "closed: closed on 2026-01-24 (sat)");
        says(at("2026-01-24", "22:00"), "open night: open on 2026-01-24 (sat), shift night");
        says(at("2026-01-25", "01:59"), "open night: open on 2026-01-25 (sun), shift night");
        says(at("2026-01-25", "02:00"), "closed: closed on 2026-01-25 (sun)");
        // 2026-02-14 is a make-up Saturday, worked like a Monday: no night shift follows into the holiday.
        says(at("2026-02-15", "01:00"), "holiday: closed on 2026-02-15 (sun, 春节)");
    }

    /// Berlin, 2026-10-25: at 03:00 summer time clocks go back to 02:00, so that hour comes twice. 2026-03-29: at 02:00
    /// they go to 03:00, so that hour never comes.
    #[test]
    fn inb_32_days_on_which_clocks_change() {
        let wall = |secs: i64| Wall::from_micros(secs * 1_000_000);
        let (spring, autumn) = (1_774_746_000, 1_792_890_000);
        let zone = Zone::changing(3600, vec![(wall(spring), 7200), (wall(autumn), 3600)]);
        let mut calendar = CalendarBuilder::default();
        calendar.week("sun", "02:30-03:30").unwrap();
        let calendar = calendar.build();
        let open = |secs: i64| matches!(calendar.at(zone.local(wall(secs))).0, Standing::Open { .. });
        // In spring the clock jumps into the middle of the span; in autumn the half hour is worked twice.
        assert_eq!([open(spring - 1), open(spring), open(spring + 1800)], [false, true, false]);
        let autumn_halves: Vec<_> = (-2..6).map(|half| open(autumn + half * 1800)).collect();
        assert_eq!(autumn_halves, [false, true, false, true, true, false, false, false]);
    }

    #[test]
    fn mistakes_are_told_with_their_remedy() {
        let mut office = office();
        for (found, part) in [
            (office.week("friday", "day"), "\"friday\" is no day of the week"),
            (office.week("sun", "day, evening"), "\"evening\" are no hours and no shift"),
            (office.week("mon", "day"), "the hours of mon stand here twice"),
            (office.public("cn-2062"), "did you mean \"cn-2026\"?"),
            (office.except("2026-02-30", "closed"), "\"2026-02-30\" is no day"),
            (office.except("2026-10-08", "closed"), "the hours of 2026-10-08 stand here twice"),
            (office.makeup_like("mon-fri"), "write one day"),
            (office.shift("closed", "09:00-10:00"), "rename the shift"),
            (office.shift("late", "9-10"), "\"9-10\" are no hours"),
        ] {
            let mistake = found.expect_err(part).to_string();
            assert!(mistake.contains(part), "{mistake}");
        }
    }

    /// The days of the State Council's notice: 33 free days, 6 worked on in return.
    #[test]
    fn the_shipped_calendars_can_be_read() {
        for (name, text) in PUBLIC {
            let public = Public::parse(text).expect(name);
            assert!(public.holidays.keys().chain(public.workdays.keys()).all(|day| year(*day) == public.year));
            assert!(public.workdays.keys().all(|day| day.weekday() >= 5), "only weekends are worked in return");
            assert!(public.workdays.keys().all(|day| !public.holidays.contains_key(day)));
            assert_eq!((public.holidays.len(), public.workdays.len()), (33, 6), "{name}");
        }
    }
}
