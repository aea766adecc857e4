//! What any tracked text file may not say, and what some must.

use crate::Finding;
use crate::workspace::Workspace;

/// Directories of somebody's machine. Spelled in pieces, so that this file does not say them either.
const PRIVATE: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tmp", "/w"),
];

/// Words that do not belong into a project: they tell of how a text came about, or promise instead of doing.
const BANNED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("HA", "CK:"),
    concat!("chat", "gpt"),
    concat!("as an ", "ai "),
];

/// Files and what must stand in them.
const REQUIRED: [(&str, &str); 2] = [("CHANGELOG.md", "\n## Unreleased\n"), ("README.md", "./dev up")];

/// Checks every tracked text file.
pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in workspace.files.iter().filter(|file| !is_foreign(file)) {
        let Some(text) = workspace.read(file) else { continue };
        findings.extend(check_text(file, &text));
    }
    for (file, needed) in REQUIRED {
        if workspace.read(file).is_none_or(|text| !text.contains(needed)) {
            findings.push(Finding::new(file, format!("must contain {:?}", needed.trim())));
        }
    }
    findings
}

/// Files whose text is not ours to mend: written by tools, or broken on purpose.
fn is_foreign(file: &str) -> bool {
    file.ends_with(".lock") || file.contains("corpus/")
}

fn check_text(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = || format!("{file}:{}", index + 1);
        let lower = line.to_lowercase();
        for private in PRIVATE.iter().filter(|private| line.contains(**private) && !is_system_path(line, private)) {
            findings.push(Finding::new(place(), format!("names a directory of one machine: {private}")));
        }
        for banned in BANNED.iter().filter(|banned| says(line, &lower, banned)) {
            findings.push(Finding::new(place(), format!("says {banned:?}; do it, or open an issue")));
        }
        if line.ends_with([' ', '\t', '\r']) && !file.ends_with(".md") && !file.starts_with("LICENSE") {
            findings.push(Finding::new(place(), "ends in white space"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        findings.push(Finding::new(file, "does not end with a new line"));
    }
    findings
}

/// Words in capitals are meant literally; others in any case.
fn says(line: &str, lower: &str, banned: &str) -> bool {
    if banned.chars().any(char::is_lowercase) { lower.contains(banned) } else { line.contains(banned) }
}

/// True if the only thing that looks private is the tail of a longer path, such as a page of a web site.
fn is_system_path(line: &str, private: &str) -> bool {
    let mut places = line.match_indices(private);
    places.all(|(at, _)| line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-{}~".contains(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: usize) {
        let findings = check_text("x.txt", &format!("{line}\n"));
        assert_eq!(findings.len(), expected, "{line:?}: {findings:?}");
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for private in PRIVATE {
            check(&format!("see {private}t/file"), 1);
            check(private, 1);
        }
        check("see https://example.org/guide/home", 0);
        check(&format!("see example.org{}page", PRIVATE[1]), 0);
    }

    #[test]
    fn words_that_do_not_belong_are_found() {
        for banned in BANNED {
            check(&format!("// {banned}: later"), 1);
        }
        check("todos are things to do", 0);
        check("ends in a blank ", 1);
        assert_eq!(check_text("x.txt", "no new line").len(), 1);
        assert_eq!(check_text("x.txt", "").len(), 0);
    }
}
