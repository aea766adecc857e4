//! A recorded day, read from the journal.

use std::error::Error;
use std::path::Path;

use bell_engine::Source;
use bell_engine::whatif::Day;
use bell_store::journal::{Kind, Reader};
use bell_types::Date;

/// A day as an argument.
pub(super) fn parse(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("write a day as 2026-10-01")
}

/// The day by the centre's zone; everything that is recorded if none is named.
pub(super) fn read(journal: &Path, source: &Source, date: Option<Date>) -> Result<Day, Box<dyn Error>> {
    let begins = date.map(|date| source.zone.begin_of(date));
    let ends = date.map(|date| source.zone.begin_of(date.next()));
    let mut day = begins.map_or_else(Day::new, Day::beginning);
    let mut reader = Reader::oldest(journal)?;
    while let Some(record) = reader.read()? {
        match record.kind {
            Kind::Facts => {
                for fact in record.facts() {
                    let (fact, _) = fact?;
                    if ends.is_none_or(|ends| fact.now.wall < ends) {
                        day.read(&fact);
                    }
                }
            }
            Kind::Start | Kind::Input | Kind::Config => {}
        }
    }
    Ok(day)
}
