//! The views of the API: two of one name would replace each other in its description without a word.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use crate::Finding;
use crate::source::Source;

const API: &str = "crates/shell/api/src/";

/// Finds views that have the name of another.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut views: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path.starts_with(API)) {
        let mut seen = Seen { path: &source.path, views: &mut views };
        seen.visit_file(&source.syntax);
    }
    let twice = views.into_iter().filter(|(_, places)| places.len() > 1);
    let told = twice.flat_map(|(name, places)| {
        let what = format!("the description of the API has one {name}: name this one, or another, after what it is of");
        places.into_iter().skip(1).map(move |place| Finding::new(place, &what))
    });
    told.collect()
}

/// Notes what is described.
struct Seen<'a> {
    path: &'a str,
    views: &'a mut BTreeMap<String, Vec<String>>,
}

impl Seen<'_> {
    fn note(&mut self, name: &syn::Ident, attrs: &[syn::Attribute]) {
        if attrs.iter().any(is_described) {
            let place = format!("{}:{}", self.path, name.span().start().line);
            self.views.entry(name.to_string()).or_default().push(place);
        }
    }
}

impl<'ast> Visit<'ast> for Seen<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.note(&item.ident, &item.attrs);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.note(&item.ident, &item.attrs);
        visit::visit_item_enum(self, item);
    }
}

fn is_described(attr: &syn::Attribute) -> bool {
    let mut described = false;
    if attr.path().is_ident("derive") {
        // What is no list of paths is no derive the compiler takes.
        let _ = attr.parse_nested_meta(|derived| {
            described |= derived.path.segments.last().is_some_and(|name| name.ident == "ToSchema");
            Ok(())
        });
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files.iter().map(|(path, text)| Source::parse(path, text).unwrap()).collect();
        check(&sources).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn two_views_of_one_name_are_found() {
        let one = "#[derive(Clone, utoipa::ToSchema)]\npub struct View { a: u8 }";
        let other = "\n#[derive(ToSchema)]\nenum View { A }";
        let (a, b) = ("crates/shell/api/src/a.rs", "crates/shell/api/src/b.rs");
        assert_eq!(found(&[(a, one), (b, other)]), ["crates/shell/api/src/b.rs:3"]);
        assert!(found(&[(a, one), ("crates/core/call/src/b.rs", other)]).is_empty());
        assert!(found(&[(a, one), (b, "#[derive(Clone)] struct View;")]).is_empty());
    }
}
