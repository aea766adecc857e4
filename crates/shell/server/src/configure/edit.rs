//! Changing one table of a configuration's text: everything else stays as its author wrote it, comments too.

use bell_engine::{Mistake, Text};
use toml_edit::{DocumentMut, Item, Table, Value};

use super::ConfigureError;

/// The text of a configuration while it is changed.
#[derive(Debug)]
pub struct Editing {
    document: DocumentMut,
}

impl Editing {
    /// Begins with a text.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn of(text: &Text) -> Result<Self, ConfigureError> {
        let document = text.text.parse().map_err(|error: toml_edit::TomlError| {
            let line = text.text.get(..error.span().unwrap_or_default().start).unwrap_or_default().lines().count();
            ConfigureError::Mistakes(vec![Mistake {
                file: text.file.clone(),
                line: u32::try_from(line.max(1)).unwrap_or(1),
                column: 1,
                problem: error.message().to_owned(),
                remedy: "see docs/configuration.md".to_owned(),
            }])
        })?;
        Ok(Self { document })
    }

    /// Lets `[kind.name]` hold these fields and no others. The comments before it stay.
    pub fn put<'f>(&mut self, kind: &str, name: &str, fields: impl IntoIterator<Item = (&'f str, Value)>) {
        let tables = self.document.entry(kind).or_insert_with(|| {
            let mut table = Table::new();
            // Only its children are written.
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(tables) = tables.as_table_like_mut() else { return };
        let mut fresh = tables.get(name).and_then(Item::as_table).cloned().unwrap_or_default();
        fresh.clear();
        for (field, value) in fields {
            fresh.insert(field, Item::Value(value));
        }
        match tables.get_mut(name) {
            Some(item) => *item = Item::Table(fresh),
            None => {
                tables.insert(name, Item::Table(fresh));
            }
        }
    }

    /// Sets one field of `[table]`.
    pub fn set(&mut self, table: &str, field: &str, value: impl Into<Value>) {
        let table = self.document.entry(table).or_insert_with(|| Item::Table(Table::new()));
        if let Some(table) = table.as_table_like_mut() {
            match table.get_mut(field).and_then(Item::as_value_mut) {
                Some(old) => {
                    let decor = old.decor().clone();
                    *old = value.into();
                    *old.decor_mut() = decor;
                }
                None => {
                    table.insert(field, Item::Value(value.into()));
                }
            }
        }
    }

    /// Sets fields of `[kind.name]`, or takes out those without a value; the others stay.
    pub fn merge<'f>(&mut self, kind: &str, name: &str, fields: impl IntoIterator<Item = (&'f str, Option<Value>)>) {
        if !self.has(kind, name) {
            self.put(kind, name, []);
        }
        let table = self.document.get_mut(kind).and_then(|tables| tables.get_mut(name));
        let Some(table) = table.and_then(Item::as_table_like_mut) else { return };
        for (field, value) in fields {
            match (value, table.get_mut(field).and_then(Item::as_value_mut)) {
                (Some(value), Some(old)) => {
                    let decor = old.decor().clone();
                    *old = value;
                    *old.decor_mut() = decor;
                }
                (Some(value), None) => drop(table.insert(field, Item::Value(value))),
                (None, _) => drop(table.remove(field)),
            }
        }
    }

    /// Takes `[kind.name]` out; whether it was there.
    pub fn remove(&mut self, kind: &str, name: &str) -> bool {
        let tables = self.document.get_mut(kind).and_then(Item::as_table_like_mut);
        tables.is_some_and(|tables| tables.remove(name).is_some())
    }

    /// Whether there is a `[kind.name]`.
    pub fn has(&self, kind: &str, name: &str) -> bool {
        self.document.get(kind).and_then(|tables| tables.get(name)).is_some()
    }

    /// How many `[kind.…]` there are.
    pub fn count(&self, kind: &str) -> usize {
        self.document.get(kind).and_then(Item::as_table_like).map_or(0, toml_edit::TableLike::len)
    }

    /// The text now.
    pub fn into_text(self) -> String {
        self.document.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ours\n[centre]\nname = \"a\" # short\n\n# what waits\n[prompt.music]\nfile = \"m.wav\"\n\n[queue.q]\nagents = []\n";

    fn editing(text: &str) -> Editing {
        Editing::of(&Text { file: "centre.toml".to_owned(), text: text.to_owned() }).expect("TOML")
    }

    #[test]
    fn a_table_is_replaced_and_the_rest_stays() {
        let mut text = editing(TEXT);
        text.put("prompt", "music", [("say", "您好".into())]);
        text.set("centre", "name", "b");
        assert!(text.has("prompt", "music") && !text.has("prompt", "other"));
        let expected = TEXT.replace("file = \"m.wav\"", "say = \"您好\"").replace("\"a\"", "\"b\"");
        assert_eq!(text.into_text(), expected);
    }

    #[test]
    fn fields_of_a_table_are_merged() {
        let mut text = editing(TEXT);
        text.merge("prompt", "music", [("file", Some("b.wav".into())), ("say", None)]);
        text.merge("trunk", "carrier", [("to", Some("a".into()))]);
        let expected = TEXT.replace("m.wav", "b.wav") + "\n[trunk.carrier]\nto = \"a\"\n";
        assert_eq!(text.into_text(), expected);
    }

    #[test]
    fn a_table_that_is_new_is_added_and_taken_out_again() {
        let mut text = editing(TEXT);
        text.put("prompt", "节日", [("file", "a.wav".into())]);
        text.put("number", "4001234567", [("flow", "welcome".into())]);
        let added = text.into_text();
        let read: toml::Table = added.parse().expect("TOML");
        assert_eq!(read["prompt"]["节日"]["file"].as_str(), Some("a.wav"), "{added}");
        assert_eq!(read["number"]["4001234567"]["flow"].as_str(), Some("welcome"), "{added}");
        assert!(!added.contains("[prompt]") && !added.contains("[number]"), "{added}");
        let mut text = editing(&added);
        assert!(text.remove("prompt", "节日") && text.remove("number", "4001234567"));
        assert!(!text.remove("prompt", "节日"));
        assert_eq!(text.into_text(), TEXT);
    }

    #[test]
    fn what_is_no_toml_has_a_place() {
        let error = Editing::of(&Text { file: "a".to_owned(), text: "[centre]\nname =\n".to_owned() });
        let Err(ConfigureError::Mistakes(found)) = error else { panic!("{error:?}") };
        assert_eq!(found[0].line, 2);
    }
}
