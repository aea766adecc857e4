//! The rows of `docs/requirements.md`: which test shows each. The third column is written from the tests themselves, so
//! that it names no test that is not there.

use std::collections::BTreeMap;
use std::fs;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::Finding;
use crate::source::Source;
use crate::workspace::{Workspace, WorkspaceError};

const PAGE: &str = "docs/requirements.md";
/// What is open of a row without a test, unless the page says it better.
const ALL: &str = "all of it";
/// How many tests a row lists; the rest are counted.
const LISTED_MAX: usize = 4;

/// Compares the page with the tests, and rewrites its third column with `update`.
pub(crate) fn check(workspace: &Workspace, sources: &[Source], update: bool) -> Result<Vec<Finding>, WorkspaceError> {
    let Some(page) = workspace.read(PAGE) else { return Ok(Vec::new()) };
    let shown = shown(workspace, sources);
    let wanted: String = page.lines().map(|line| format!("{}\n", wanted_line(line, &shown))).collect();
    if update && wanted != page {
        let path = workspace.root.join(PAGE);
        fs::write(&path, &wanted).map_err(|err| WorkspaceError::File { path, err })?;
        return Ok(Vec::new());
    }
    let lines = page.lines().zip(wanted.lines()).enumerate();
    let stale = lines.filter(|(_, (is, should))| is != should).map(|(index, (_, should))| {
        let place = format!("{PAGE}:{}", index + 1);
        Finding::new(place, format!("UPDATE_GOLDEN=1 cargo xtask tidy; should be: {should}"))
    });
    Ok(stale.collect())
}

/// The line as it should be: of a row, with the tests that name it and, if there is none, with a word of what is open.
fn wanted_line(line: &str, shown: &BTreeMap<String, Vec<String>>) -> String {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let ["", row, what, _, open, ""] = cells[..] else { return line.to_owned() };
    if !is_row(row) {
        return line.to_owned();
    }
    let tests = shown.get(row).map_or(&[][..], Vec::as_slice);
    let open = match (tests.is_empty(), open) {
        (true, "") => ALL,
        (false, ALL) => "",
        (true | false, open) => open,
    };
    format!("| {row} | {what} | {} | {open} |", listed(tests))
}

fn listed(tests: &[String]) -> String {
    let named: Vec<String> = tests.iter().take(LISTED_MAX).map(|test| format!("`{test}`")).collect();
    let more = tests.len().saturating_sub(LISTED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    named.join(", ") + &more
}

/// `INB-12`: three capitals and two digits.
fn is_row(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [a, b, c, b'-', tens, ones] = bytes else { return false };
    [a, b, c].iter().all(|byte| byte.is_ascii_uppercase()) && tens.is_ascii_digit() && ones.is_ascii_digit()
}

/// Every row with the tests that name it, in order.
fn shown(workspace: &Workspace, sources: &[Source]) -> BTreeMap<String, Vec<String>> {
    let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (row, test) in in_rust(workspace, sources).into_iter().chain(in_the_console(workspace)) {
        shown.entry(row).or_default().push(test);
    }
    for tests in shown.values_mut() {
        tests.sort();
        tests.dedup();
    }
    shown
}

/// Rows and tests of the crates: named in a test's name, its documentation or its body.
fn in_rust(workspace: &Workspace, sources: &[Source]) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    for source in sources {
        let Some(text) = workspace.read(&source.path) else { continue };
        let lines: Vec<&str> = text.lines().collect();
        let mut tests = Tests { found: Vec::new() };
        tests.visit_file(&source.syntax);
        for (name, span) in tests.found {
            let from = span.start().line.saturating_sub(1);
            let body = lines.get(from..span.end().line.min(lines.len())).unwrap_or_default();
            let mut rows = rows_in(body);
            rows.extend(row_of_name(&name));
            rows.sort();
            rows.dedup();
            shown.extend(rows.into_iter().map(|row| (row, format!("{}::{name}", place(workspace, &source.path)))));
        }
    }
    shown
}

/// Rows and tests of the console (Vitest and Playwright): named in the title.
fn in_the_console(workspace: &Workspace) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    let is_test = |file: &&String| {
        file.starts_with("web/") && [".test.ts", ".test.tsx", ".spec.ts"].iter().any(|end| file.ends_with(end))
    };
    for file in workspace.files.iter().filter(is_test) {
        let text = workspace.read(file).unwrap_or_default();
        let name = file.rsplit('/').next().unwrap_or(file);
        let (place, _) = name.split_once('.').unwrap_or((name, ""));
        for title in text.lines().filter_map(title) {
            shown.extend(rows_of_title(title).into_iter().map(|row| (row, format!("web::{place}: {title}"))));
        }
    }
    shown
}

/// The title of a test that begins on this line: `test("rpt_01: totals are equal", …`.
fn title(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let call = ["test(\"", "it(\"", "describe(\""].iter().find_map(|call| rest.strip_prefix(call))?;
    call.split_once('"').map(|(title, _)| title)
}

/// The rows a title begins with: `rec_18, rec_19: a supervisor …` or `agt_03_an_agent_…`.
fn rows_of_title(title: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut rest = title;
    while let Some(row) = rest.get(..6).map(|row| row.to_uppercase().replacen('_', "-", 1)).filter(|row| is_row(row)) {
        rows.push(row);
        rest = rest[6..].trim_start_matches([',', ' ', '_']);
    }
    rows
}

/// The crate and the file of a test: `bell-acd::strategies`.
fn place(workspace: &Workspace, path: &str) -> String {
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let dir = parts.get(..3).map(|parts| parts.join("/")).unwrap_or_default();
    let of_dir = |root: &String| root.strip_prefix(&dir).is_some_and(|rest| rest.starts_with('/'));
    let package = workspace.packages.iter().find(|package| package.roots.iter().any(of_dir));
    let package = package.map_or_else(|| parts.get(2).copied().unwrap_or_default(), |package| &package.name);
    let file = parts.iter().rev().find(|part| !matches!(**part, "tests" | "mod" | "lib" | "main")).unwrap_or(&"");
    format!("{package}::{file}")
}

fn rows_in(lines: &[&str]) -> Vec<String> {
    let mut rows = Vec::new();
    for line in lines {
        for (at, _) in line.match_indices('-') {
            let row = at.checked_sub(3).and_then(|from| line.get(from..at + 3));
            let apart = |neighbour: Option<char>| neighbour.is_none_or(|c| !c.is_ascii_alphanumeric());
            let before = at.checked_sub(3).and_then(|from| line.get(..from)).and_then(|text| text.chars().next_back());
            let after = line.get(at + 3..).and_then(|text| text.chars().next());
            if let Some(row) = row.filter(|row| is_row(row) && apart(before) && apart(after)) {
                rows.push(row.to_owned());
            }
        }
    }
    rows.sort();
    rows
}

/// The row a test's name begins with: `inb_12_…`.
fn row_of_name(name: &str) -> Option<String> {
    let row = name.get(..6)?.to_uppercase().replacen('_', "-", 1);
    (is_row(&row) && name[6..].starts_with('_')).then_some(row)
}

/// The tests of a file, each with its lines, documentation included.
struct Tests {
    found: Vec<(String, Span)>,
}

impl<'ast> Visit<'ast> for Tests {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let is_test = |attr: &syn::Attribute| attr.path().segments.last().is_some_and(|last| last.ident == "test");
        if function.attrs.iter().any(is_test) {
            self.found.push((function.sig.ident.to_string(), function.span()));
        }
        visit::visit_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_text() {
        assert_eq!(
            rows_in(&["/// ABC-12, ABC-13: fair.", "x-1 AABC-14 ABC-155 (XYZ-01)"]),
            ["ABC-12", "ABC-13", "XYZ-01"]
        );
    }

    #[test]
    fn a_name_begins_with_its_row() {
        assert_eq!(row_of_name("abc_12_is_fair").as_deref(), Some("ABC-12"));
        for other in ["abc_12", "abc_1_x", "abcd_12_x", "a", "ab_c12_x"] {
            assert_eq!(row_of_name(other), None, "{other}");
        }
    }

    #[test]
    fn a_title_begins_with_its_rows() {
        let cases = [
            (r#"test("abc_12, abc_13: both are shown", async () => {"#, vec!["ABC-12", "ABC-13"]),
            (r#"  describe("abc_12_abc_13_of_names", () => {"#, vec!["ABC-12", "ABC-13"]),
            (r#"it("says abc_12 later", () => {"#, vec![]),
            (r#"test("电话", () => {"#, vec![]),
            (r#"expect("abc_12: is no title")"#, vec![]),
        ];
        for (line, rows) in cases {
            assert_eq!(title(line).map(rows_of_title).unwrap_or_default(), rows, "{line}");
        }
    }

    #[test]
    fn a_row_names_the_tests_that_name_it() {
        let shown = BTreeMap::from([("ABC-12".to_owned(), vec!["bell-acd::strategies::fair".to_owned()])]);
        let cases = [
            ("| ABC-12 | strategies | | |", "| ABC-12 | strategies | `bell-acd::strategies::fair` |  |"),
            ("| ABC-12 | strategies | | all of it |", "| ABC-12 | strategies | `bell-acd::strategies::fair` |  |"),
            ("| ABC-13 | regions | `gone` | |", "| ABC-13 | regions |  | all of it |"),
            ("| row | what | shown by | open |", "| row | what | shown by | open |"),
            ("text", "text"),
        ];
        for (line, wanted) in cases {
            assert_eq!(wanted_line(line, &shown), wanted);
        }
    }
}
