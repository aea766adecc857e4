//! Reading entries from a file: every row is looked at, every problem named; all rows go in, or none, unless asked
//! otherwise (INB-21).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bell_callers::{Change, Group};
use bell_types::{
    ActorName, AgentName, EntrySource, ListName, NameError, NumberPlan, Pattern, PromptName, QueueName, Service, Term,
    Terms,
};
use clap::Args;
use serde_json::{Value, json};

use super::{Actor, Outcome, snapshot};
use crate::cli::operate::ask_node;
use crate::control::{Answer, REQUEST_BYTES_MAX, Request};
use crate::dirs::Dirs;
use crate::sheet;

/// How many rows an import may have.
const ROWS_MAX: usize = 100_000;
/// After how many rows it says how far it is.
const PROGRESS_EVERY: usize = 20_000;
/// How many problems are printed; a report has all of them.
const PROBLEMS_SHOWN: usize = 50;
/// How many characters a reason has at most.
const REASON_LEN_MAX: usize = 200;

/// Read entries from an Excel file or a CSV.
#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The list.
    list: ListName,
    /// The file: .xlsx, or .csv in UTF-8 or GBK. The first row names the columns.
    file: PathBuf,
    #[command(flatten)]
    actor: Actor,
    /// Take the good rows although others are bad.
    #[arg(long)]
    partial: bool,
    /// Only say what is wrong with the file.
    #[arg(long)]
    dry_run: bool,
    /// For how long, where a row does not say.
    #[arg(long, default_value = "7d")]
    term: Term,
    /// Why, where a row does not say.
    #[arg(long)]
    reason: Option<String>,
    /// Write what became of each row into this file: .csv or .xlsx.
    #[arg(long)]
    report: Option<PathBuf>,
}

/// A column of the file, by the names it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Number,
    Term,
    Reason,
    Owner,
    Queue,
    Greeting,
    Agent,
    Priority,
}

/// The columns with their titles, the one in Chinese first: it stands in the template.
const COLUMNS: [(Column, [&str; 2]); 8] = [
    (Column::Number, ["号码", "number"]),
    (Column::Term, ["期限", "term"]),
    (Column::Reason, ["原因", "reason"]),
    (Column::Owner, ["负责人", "owner"]),
    (Column::Queue, ["队列", "queue"]),
    (Column::Greeting, ["问候语", "greeting"]),
    (Column::Agent, ["坐席", "agent"]),
    (Column::Priority, ["优先级", "priority"]),
];

impl Column {
    fn title(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, titles)| titles[0])
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    /// As the spreadsheet counts: the titles are row 1.
    row: usize,
    field: &'static str,
    problem: String,
    remedy: &'static str,
}

/// What the rows have become.
#[derive(Debug, Default)]
struct Reading {
    groups: Vec<Group>,
    problems: Vec<Problem>,
    /// What became of each row: its number and its text.
    rows: Vec<(usize, String)>,
}

/// What a row is read with.
struct Reader<'a> {
    plan: &'a NumberPlan,
    columns: BTreeMap<Column, usize>,
    by: &'a ActorName,
    source: EntrySource,
    term: Term,
    reason: Option<&'a str>,
    seen: BTreeMap<Pattern, usize>,
}

/// Writes a file to fill in.
pub(super) fn write_template(file: &Path, as_json: bool) -> Outcome {
    let titles = COLUMNS.map(|(_, titles)| titles[0].to_owned()).to_vec();
    sheet::write(file, &[titles])?;
    if as_json {
        println!("{:#}", json!({ "file": file }));
        return Ok(());
    }
    println!("fill in {} and read it by: belltower lists import LIST {}", file.display(), file.display());
    println!("号码 is required. 期限: 1, 7, 30 days or any other number, or 永久; 原因, 负责人 as you like. The other");
    println!("columns are for allow lists and may be left out.");
    Ok(())
}

impl Import {
    pub(super) fn run(self, dirs: &Dirs, as_json: bool) -> Outcome {
        let plan = snapshot(dirs)?.plan;
        let rows = sheet::read(&self.file)?;
        let name = self.file.file_name().unwrap_or(self.file.as_os_str()).to_string_lossy().into_owned();
        let mut reader = Reader {
            plan: &plan,
            columns: columns(rows.first().map_or(&[][..], Vec::as_slice))?,
            by: &self.actor.by,
            source: EntrySource::Import(name),
            term: self.term,
            reason: self.reason.as_deref(),
            seen: BTreeMap::new(),
        };
        let filled = rows.iter().skip(1).filter(|row| row.iter().any(|cell| !cell.is_empty())).count();
        if filled > ROWS_MAX {
            let parts = filled.div_ceil(ROWS_MAX);
            return Err(
                format!("the file has {filled} rows, an import at most {ROWS_MAX}: split it into {parts}").into()
            );
        }
        let reading = reader.read(&rows);
        if let Some(report) = &self.report {
            sheet::write(report, &reading.report())?;
        }
        let count: usize = reading.groups.iter().map(|group| group.entries.len()).sum();
        let bad = reading.rows.len() - count;
        if !as_json {
            reading.print_problems();
            println!("{count} rows are good, {bad} are not");
        }
        let spoilt = bad > 0 && !self.partial;
        let changes = !spoilt && !self.dry_run && count > 0;
        if changes {
            let change = Change::Add { list: self.list, groups: reading.groups };
            send(dirs, &Request::Lists { by: self.actor.by.clone(), change })?;
        }
        if as_json {
            let problems: Vec<_> = reading.problems.iter().map(Problem::as_json).collect();
            println!(
                "{:#}",
                json!({ "good": count, "bad": bad, "added": if changes { count } else { 0 }, "problems": problems })
            );
        } else if changes {
            println!("{count} entries were added; permanent ones on a deny list wait for somebody else's approval");
        } else if !spoilt {
            println!("nothing was changed");
        }
        if spoilt {
            return Err("nothing was changed: mend the file, or take its good rows with --partial".into());
        }
        Ok(())
    }
}

impl Problem {
    fn as_json(&self) -> Value {
        let Self { row, field, problem, remedy } = self;
        json!({ "row": row, "field": field, "problem": problem, "remedy": remedy })
    }
}

fn send(dirs: &Dirs, request: &Request) -> Outcome {
    let bytes = serde_json::to_vec(request)?.len() as u64;
    if bytes >= REQUEST_BYTES_MAX {
        return Err("the texts of the file are too long for one import: split the file".into());
    }
    eprintln!("handing {bytes} octets to the node");
    match ask_node(dirs, request)? {
        Answer::Done => Ok(()),
        Answer::Refused { why } => Err(why.into()),
        Answer::Applied { .. }
        | Answer::Live(_)
        | Answer::Messages { .. }
        | Answer::Text { .. }
        | Answer::Key { .. }
        | Answer::Accounts(_) => Err("the node answered something else".into()),
    }
}

fn columns(titles: &[String]) -> Result<BTreeMap<Column, usize>, Box<dyn std::error::Error>> {
    let mut columns = BTreeMap::new();
    for (place, title) in titles.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
        let lower = title.to_lowercase();
        let known = COLUMNS.iter().find(|(_, titles)| titles.contains(&lower.as_str()));
        let Some((column, _)) = known else {
            let known = COLUMNS.map(|(_, titles)| titles.join("/")).join(", ");
            return Err(
                format!("the column {title:?} is not known: rename it or take it out; known are {known}").into()
            );
        };
        if columns.insert(*column, place).is_some() {
            return Err(format!("there are two columns {title:?}: take one out").into());
        }
    }
    if columns.contains_key(&Column::Number) {
        return Ok(columns);
    }
    Err("the first row must name the columns, and one of them must be 号码 or number: see belltower lists template"
        .into())
}

impl Reader<'_> {
    fn read(&mut self, rows: &[Vec<String>]) -> Reading {
        let mut reading = Reading::default();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let filled = rows.iter().enumerate().skip(1).filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
        for (count, (place, row)) in (1..).zip(filled) {
            let number = place + 1;
            reading.rows.push((number, self.cell(row, Column::Number).to_owned()));
            match self.row(number, row) {
                Ok((terms, pattern, term)) => {
                    // Entries with the same terms are one group: the node keeps the terms once.
                    let key = serde_json::to_string(&terms).unwrap_or_default();
                    let group = *places.entry(key).or_insert_with(|| {
                        reading.groups.push(Group { terms, entries: Vec::new() });
                        reading.groups.len() - 1
                    });
                    reading.groups[group].entries.push((pattern, term));
                }
                Err(problems) => reading.problems.extend(problems),
            }
            if count % PROGRESS_EVERY == 0 {
                eprintln!("{count} of {} rows read", rows.len() - 1);
            }
        }
        reading
    }

    fn row(&mut self, row: usize, cells: &[String]) -> Result<(Terms, Pattern, Term), Vec<Problem>> {
        let mut problems = Vec::new();
        let mut found = |column: Column, problem: String, remedy: &'static str| {
            problems.push(Problem { row, field: column.title(), problem, remedy });
        };
        let pattern = self.pattern(cells, &mut found);
        let term = match self.cell(cells, Column::Term) {
            "" => Some(self.term),
            text => {
                text.parse().map_err(|error| found(Column::Term, format!("{text:?}: {error}"), "write 7 or 永久")).ok()
            }
        };
        let reason = match (self.cell(cells, Column::Reason), self.reason) {
            ("", Some(reason)) => reason.to_owned(),
            (text, _) => text.to_owned(),
        };
        if reason.is_empty() {
            found(Column::Reason, "the reason is missing".to_owned(), "say why, or give --reason for all rows");
        }
        if reason.chars().count() > REASON_LEN_MAX {
            let problem = format!("the reason has more than {REASON_LEN_MAX} characters");
            found(Column::Reason, problem, "say it in fewer words");
        }
        let owner: Option<ActorName> = self.name(cells, Column::Owner, &mut found);
        let service = Service {
            queue: self.name::<QueueName>(cells, Column::Queue, &mut found),
            greeting: self.name::<PromptName>(cells, Column::Greeting, &mut found),
            agent: self.name::<AgentName>(cells, Column::Agent, &mut found),
            priority: match self.cell(cells, Column::Priority) {
                "" => None,
                text => {
                    let remedy = "write a whole number from 0 to 255";
                    text.parse().map_err(|_| found(Column::Priority, format!("{text:?} is no priority"), remedy)).ok()
                }
            },
        };
        let (Some(pattern), Some(term), true) = (pattern, term, problems.is_empty()) else { return Err(problems) };
        if let Some(first) = self.seen.insert(pattern.clone(), row) {
            self.seen.insert(pattern, first);
            let problem = format!("the same number stands in row {first} already");
            return Err(vec![Problem {
                row,
                field: Column::Number.title(),
                problem,
                remedy: "take one of the rows out",
            }]);
        }
        let owner = owner.unwrap_or_else(|| self.by.clone());
        let (by, source) = (Some(self.by.clone()), self.source.clone());
        Ok((Terms { owner, by, reason, source, service }, pattern, term))
    }

    fn pattern(&self, cells: &[String], found: &mut impl FnMut(Column, String, &'static str)) -> Option<Pattern> {
        let text = self.cell(cells, Column::Number);
        let exponent = text.contains(['E', 'e']) && text.starts_with(|c: char| c.is_ascii_digit());
        let remedy = if exponent {
            "Excel has cut the number short: format the column as text and enter it again"
        } else {
            "write it as it is dialled, with area code; a prefix as +86170*"
        };
        Pattern::parse(text, self.plan)
            .map_err(|error| found(Column::Number, format!("{text:?}: {error}"), remedy))
            .ok()
    }

    fn name<N: std::str::FromStr<Err = NameError>>(
        &self,
        cells: &[String],
        column: Column,
        found: &mut impl FnMut(Column, String, &'static str),
    ) -> Option<N> {
        match self.cell(cells, column) {
            "" => None,
            text => text
                .parse()
                .map_err(|error| found(column, format!("{text:?}: {error}"), "write its name as it is configured"))
                .ok(),
        }
    }

    fn cell<'c>(&self, cells: &'c [String], column: Column) -> &'c str {
        self.columns.get(&column).and_then(|place| cells.get(*place)).map_or("", String::as_str)
    }
}

impl Reading {
    /// Every row with what became of it.
    fn report(&self) -> Vec<Vec<String>> {
        let mut of_row: BTreeMap<usize, Vec<&Problem>> = BTreeMap::new();
        for problem in &self.problems {
            of_row.entry(problem.row).or_default().push(problem);
        }
        let mut report = vec![["行", "号码", "结果", "字段", "问题", "处理办法"].map(str::to_owned).to_vec()];
        for (row, number) in &self.rows {
            let line = |result: &str, field: &str, problem: &str, remedy: &str| {
                [&row.to_string(), number, result, field, problem, remedy].map(str::to_owned).to_vec()
            };
            match of_row.get(row) {
                None => report.push(line("ok", "", "", "")),
                Some(problems) => {
                    report.extend(problems.iter().map(|p| line("refused", p.field, &p.problem, p.remedy)));
                }
            }
        }
        report
    }

    fn print_problems(&self) {
        for Problem { row, field, problem, remedy } in self.problems.iter().take(PROBLEMS_SHOWN) {
            println!("row {row}, {field}: {problem}: {remedy}");
        }
        if self.problems.len() > PROBLEMS_SHOWN {
            println!("and {} more problems: see them all with --report FILE.csv", self.problems.len() - PROBLEMS_SHOWN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: &[&[&str]]) -> Reading {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let plan = NumberPlan::china(Some("571"));
        let by = ActorName::new("wang").unwrap();
        let mut reader = Reader {
            plan: &plan,
            columns: columns(&rows[0]).unwrap(),
            by: &by,
            source: EntrySource::Import("test.csv".to_owned()),
            term: Term::Days(7),
            reason: None,
            seen: BTreeMap::new(),
        };
        reader.read(&rows)
    }

    /// INB-21: each problem has its row, its field, and what to do.
    #[test]
    fn inb_21_each_row_says_what_is_wrong_with_it() {
        let reading = read(&[
            &["号码", "期限", "原因", "Priority"],
            &["13800138000", "", "骚扰", ""],
            &["", "", "", ""],
            &["1.38E+10", "7", "骚扰", ""],
            &["8765", "soon", "", "300"],
            &["138 0013 8000", "30天", "骚扰", "9"],
            &["+86170*", "永久", "诈骗", ""],
        ]);
        let told: Vec<(usize, &str)> = reading.problems.iter().map(|problem| (problem.row, problem.field)).collect();
        assert_eq!(told, [(4, "号码"), (5, "号码"), (5, "期限"), (5, "原因"), (5, "优先级"), (6, "号码")]);
        assert!(reading.problems[0].remedy.contains("Excel"), "{:?}", reading.problems[0]);
        assert!(reading.problems[5].problem.contains("row 2"), "{:?}", reading.problems[5]);
        assert!(reading.problems.iter().all(|problem| !problem.remedy.is_empty()));
        let entries: Vec<_> = reading.groups.iter().flat_map(|group| &group.entries).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].1, Term::Permanent);
        let report = reading.report();
        assert_eq!(report.len(), 1 + 1 + 1 + 4 + 1 + 1);
        assert_eq!(report[1][..3], ["2", "13800138000", "ok"]);
    }

    #[test]
    fn rows_with_the_same_terms_are_one_group() {
        let reading = read(&[
            &["number", "reason", "owner", "queue"],
            &["13800138000", "a", "", ""],
            &["13800138001", "b", "li", "vip"],
            &["13800138002", "a", "", ""],
        ]);
        let sizes: Vec<usize> = reading.groups.iter().map(|group| group.entries.len()).collect();
        assert_eq!(sizes, [2, 1]);
        assert_eq!(reading.groups[1].terms.service.queue.as_ref().map(QueueName::as_str), Some("vip"));
    }

    #[test]
    fn titles_must_be_known() {
        let refused = |titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
            columns(&titles).map_err(|error| error.to_string()).err().unwrap_or_default()
        };
        assert!(refused(&["number", "colour"]).contains("colour"));
        assert!(refused(&["reason"]).contains("号码"));
        assert!(refused(&["number", "号码"]).contains("two columns"));
        assert_eq!(refused(&["Number", "", "REASON"]), "");
    }
}
