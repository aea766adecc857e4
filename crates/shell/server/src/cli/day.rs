//! A recorded day, read from the journal, or from a file of facts.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use bell_engine::Source;
use bell_engine::whatif::Day;
use bell_store::journal::{Kind, Reader};
use bell_types::{Date, Fact};

/// A day as an argument.
pub(super) fn parse(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("write a day as 2026-10-01")
}

/// The day by the centre's zone; everything that is recorded if none is named. A file has a fact in each line, as
/// `belltower replay --facts` and the simulator write it.
pub(super) fn read(journal: &Path, source: &Source, date: Option<Date>) -> Result<Day, Box<dyn Error>> {
    let begins = date.map(|date| source.zone.begin_of(date));
    let ends = date.map(|date| source.zone.begin_of(date.next()));
    let mut day = begins.map_or_else(Day::new, Day::beginning);
    let mut take = |fact: &Fact| {
        if ends.is_none_or(|ends| fact.now.wall < ends) {
            day.read(fact);
        }
    };
    if journal.is_file() {
        for (line, number) in BufReader::new(File::open(journal)?).lines().zip(1..) {
            let fact = serde_json::from_str(&line?).map_err(|error| no_fact(journal, number, &error))?;
            take(&fact);
        }
        return Ok(day);
    }
    let mut reader = Reader::oldest(journal)?;
    while let Some(record) = reader.read()? {
        match record.kind {
            Kind::Facts => {
                for fact in record.facts() {
                    take(&fact?.0);
                }
            }
            Kind::Start | Kind::Input | Kind::Config => {}
        }
    }
    Ok(day)
}

fn no_fact(file: &Path, line: u64, error: &serde_json::Error) -> String {
    format!("{}:{line}: this is no fact ({error}): name a journal, or a file with a fact in each line", file.display())
}
