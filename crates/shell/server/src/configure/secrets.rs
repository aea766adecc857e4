//! Passwords in the text of a configuration: nobody is shown them, and who sends the text back keeps them.

use std::collections::BTreeMap;
use std::ops::Range;

use bell_engine::{Mistake, Text};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What stands in place of a password.
pub(super) const HIDDEN: &str = "\"***\"";

/// The text with every password hidden.
pub fn without_passwords(text: &str) -> String {
    match DeTable::parse(text) {
        Ok(document) => {
            let hidden = passwords(&document);
            replaced(text, hidden.into_values().map(|password| (password.span, HIDDEN)))
        }
        // What cannot be read may hold passwords all the same.
        Err(_) => by_lines(text),
    }
}

/// The text as it was sent, with the passwords that were hidden from its author as they are in `before`.
///
/// # Errors
/// Hidden passwords of which `before` has none, each at its place.
pub(super) fn with_passwords(sent: &Text, before: Option<&str>) -> Result<String, Vec<Mistake>> {
    // A text that cannot be read is told with all that is wrong with it.
    let Ok(document) = DeTable::parse(&sent.text) else { return Ok(sent.text.clone()) };
    let before = before.unwrap_or_default();
    let known = DeTable::parse(before).map(|document| passwords(&document)).unwrap_or_default();
    let (mut kept, mut unknown) = (Vec::new(), Vec::new());
    for (path, password) in passwords(&document).into_iter().filter(|(_, password)| password.is_hidden) {
        let raw = known.get(&path).filter(|known| !known.is_hidden).and_then(|known| before.get(known.span.clone()));
        match raw {
            Some(raw) => kept.push((password.span, raw)),
            None => unknown.push(mistake(sent, &path, password.span.start)),
        }
    }
    // In the order of the file, as all mistakes are.
    unknown.sort_by_key(|mistake: &Mistake| (mistake.line, mistake.column));
    if unknown.is_empty() { Ok(replaced(&sent.text, kept)) } else { Err(unknown) }
}

fn mistake(sent: &Text, path: &[String], at: usize) -> Mistake {
    let before = sent.text.get(..at).unwrap_or_default();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    Mistake {
        file: sent.file.clone(),
        line: count(before.matches('\n').count() + 1),
        column: count(column + 1),
        problem: format!("{} has no password yet that *** could stand for", path.join(".")),
        remedy: "write the password itself".to_owned(),
    }
}

struct Password {
    /// The value, with its quotes.
    span: Range<usize>,
    is_hidden: bool,
}

/// Every password by its path: `endpoint.alice.password`.
fn passwords(document: &Spanned<DeTable<'_>>) -> BTreeMap<Vec<String>, Password> {
    let mut found = BTreeMap::new();
    look(document.get_ref(), &mut Vec::new(), &mut found);
    found
}

/// As deep as the reader of TOML goes.
fn look(table: &DeTable<'_>, path: &mut Vec<String>, found: &mut BTreeMap<Vec<String>, Password>) {
    for (key, value) in table.iter() {
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(table) => look(table, path, found),
            DeValue::String(word) if key.get_ref() == "password" => {
                let is_hidden = HIDDEN.trim_matches('"') == word.as_ref();
                found.insert(path.clone(), Password { span: value.span(), is_hidden });
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => {}
        }
        path.pop();
    }
}

/// The text with other words at some places.
fn replaced<'t>(text: &str, places: impl IntoIterator<Item = (Range<usize>, &'t str)>) -> String {
    let mut places: Vec<_> = places.into_iter().collect();
    places.sort_by_key(|(span, _)| span.start);
    let (mut new, mut from) = (String::with_capacity(text.len()), 0);
    for (span, word) in places {
        new.push_str(text.get(from..span.start).unwrap_or_default());
        new.push_str(word);
        from = span.end;
    }
    new.push_str(text.get(from..).unwrap_or_default());
    new
}

fn by_lines(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.find("password") {
            Some(at) if line[at..].contains('=') => {
                hidden.push_str(&line[..at]);
                hidden.push_str("password = ");
                hidden.push_str(HIDDEN);
                hidden.push('\n');
            }
            Some(_) | None => hidden.push_str(line),
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[endpoint.a]\npassword = \"secret\" # hers\nb = { password = 'other' }\n# the password rule\n\
                        [policy]\npassword_length_min = 8\n";

    #[test]
    fn passwords_do_not_show_and_nothing_else_changes() {
        let shown = without_passwords(TEXT);
        assert!(!shown.contains("secret") && !shown.contains("other"), "{shown}");
        assert!(shown.contains("# hers") && shown.contains("# the password rule"), "{shown}");
        assert!(shown.contains("password_length_min = 8"), "{shown}");
        let broken = without_passwords("[endpoint.a\npassword = \"secret\"\n");
        assert!(!broken.contains("secret"), "{broken}");
    }

    #[test]
    fn who_sends_the_text_back_keeps_the_passwords_he_was_not_shown() {
        let sent = |text: &str| Text { file: "centre.toml".to_owned(), text: text.to_owned() };
        let shown = without_passwords(TEXT);
        assert_eq!(with_passwords(&sent(&shown), Some(TEXT)).as_deref(), Ok(TEXT));
        let renamed = shown.replace("endpoint.a", "endpoint.z");
        let unknown = with_passwords(&sent(&renamed), Some(TEXT)).expect_err("z has none");
        assert_eq!((unknown[0].line, unknown[0].column), (2, 12), "{unknown:?}");
        assert!(with_passwords(&sent(&shown), None).is_err());
        let changed = shown.replacen("\"***\"", "\"new\"", 1);
        assert!(with_passwords(&sent(&changed), Some(TEXT)).is_ok_and(|text| text.contains("\"new\"")));
    }
}
