//! Functions fit a screen, files fit a sitting. What is already longer stands in a golden file and may only shrink.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::source::{Source, is_test};
use crate::workspace::{Workspace, WorkspaceError};
use crate::{Finding, golden};

const GOLDEN: &str = "crates/dev/xtask/golden/long.txt";

const COMMENT: &str = "Functions and files over the limit, with their lines. A number may only fall and a line may only \
                       go. Rewritten by UPDATE_GOLDEN=1 cargo xtask tidy.";

/// Lines of a function, from its signature to its last brace.
const FUNCTION_LINES_MAX: usize = 70;

/// Lines of a file that is not all tests.
const FILE_LINES_MAX: usize = 800;

/// Compares what is too long with what is allowed to be.
pub(crate) fn check(workspace: &Workspace, sources: &[Source], update: bool) -> Result<Vec<Finding>, WorkspaceError> {
    let long: BTreeMap<String, usize> = sources.iter().filter(|source| !source.is_test).flat_map(too_long).collect();
    if update {
        golden::write(workspace, GOLDEN, COMMENT, long.iter().map(|(what, lines)| format!("{what} {lines}")))?;
    }
    let allowed = golden::read(workspace, GOLDEN);
    let allowed: BTreeMap<&str, usize> = allowed.iter().filter_map(|line| parse(line)).collect();
    Ok(compare(&long, &allowed))
}

fn parse(line: &str) -> Option<(&str, usize)> {
    let (what, lines) = line.rsplit_once(' ')?;
    Some((what, lines.parse().ok()?))
}

fn compare(long: &BTreeMap<String, usize>, allowed: &BTreeMap<&str, usize>) -> Vec<Finding> {
    let grown = long.iter().filter_map(|(what, lines)| match allowed.get(what.as_str()) {
        None => Some(Finding::new(
            what,
            format!(
                "{lines} lines; split it where a name appears (functions {FUNCTION_LINES_MAX}, files {FILE_LINES_MAX})"
            ),
        )),
        Some(known) if lines > known => {
            Some(Finding::new(what, format!("grew from {known} to {lines} lines; it may only shrink")))
        }
        Some(known) if lines < known => {
            Some(Finding::new(what, format!("shrank to {lines} lines; write that down in {GOLDEN}")))
        }
        Some(_) => None,
    });
    let gone = allowed.keys().filter(|what| !long.contains_key(**what));
    let gone = gone.map(|what| Finding::new(*what, format!("is short enough now; take it out of {GOLDEN}")));
    grown.chain(gone).collect()
}

/// The file, if it is too long, and its functions that are.
fn too_long(source: &Source) -> Vec<(String, usize)> {
    let mut ruler = Ruler { path: &source.path, inside: Vec::new(), long: Vec::new() };
    ruler.visit_file(&source.syntax);
    if source.lines > FILE_LINES_MAX {
        ruler.long.push((source.path.clone(), source.lines));
    }
    ruler.long
}

/// Measures functions that are not tests, named by their path within the file.
struct Ruler<'a> {
    path: &'a str,
    inside: Vec<String>,
    long: Vec<(String, usize)>,
}

impl Ruler<'_> {
    fn measure(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let lines = lines_between(signature.span(), block.span());
        if lines > FUNCTION_LINES_MAX {
            let names = self.inside.iter().cloned().chain([signature.ident.to_string()]);
            self.long.push((format!("{}::{}", self.path, Vec::from_iter(names).join("::")), lines));
        }
    }

    fn within(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.inside.push(name);
        visit(self);
        self.inside.pop();
    }
}

fn lines_between(first: Span, last: Span) -> usize {
    last.end().line + 1 - first.start().line
}

impl<'ast> Visit<'ast> for Ruler<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            self.within(item.ident.to_string(), |ruler| visit::visit_item_mod(ruler, item));
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            self.measure(&item.sig, &item.block);
            self.within(item.sig.ident.to_string(), |ruler| visit::visit_item_fn(ruler, item));
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_test(&item.attrs) {
            let name = match &*item.self_ty {
                syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
                _ => None,
            };
            let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            let of = of.map_or(String::new(), |segment| format!(" as {}", segment.ident));
            self.within(format!("{}{of}", name.unwrap_or_default()), |ruler| {
                visit::visit_item_impl(ruler, item);
            });
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.measure(&item.sig, &item.block);
            self.within(item.sig.ident.to_string(), |ruler| {
                visit::visit_impl_item_fn(ruler, item);
            });
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("fn f() {{\n{}}}\n", "g();\n".repeat(lines - 2))
    }

    fn check(text: &str, expected: &[(&str, usize)]) {
        let source = Source::parse("x.rs", text).unwrap();
        let expected: Vec<(String, usize)> =
            expected.iter().map(|(what, lines)| ((*what).to_owned(), *lines)).collect();
        assert_eq!(too_long(&source), expected);
    }

    #[test]
    fn a_function_is_measured_wherever_it_stands() {
        check(&function(70), &[]);
        check(&function(71), &[("x.rs::f", 71)]);
        check(&format!("impl A for B {{ {} }}", function(71)), &[("x.rs::B as A::f", 71)]);
        check(&format!("mod m {{ trait T {{ {} }} }}", function(72)), &[("x.rs::m::f", 72)]);
        check(&format!("#[cfg(test)] mod tests {{ {} }}", function(90)), &[]);
        check(&format!("#[test] {}", function(90)), &[]);
        check(&format!("/// Docs.\n///\n/// Not counted.\n{}", function(70)), &[]);
    }

    #[test]
    fn a_file_is_measured() {
        check(&"const A: u8 = 1;\n".repeat(801), &[("x.rs", 801)]);
    }

    #[test]
    fn what_is_long_may_only_shrink() {
        let allowed = BTreeMap::from([("a", 80), ("b", 80), ("c", 80), ("d", 80)]);
        let long = [("a", 80), ("b", 81), ("c", 79), ("e", 71)].map(|(what, lines)| (what.to_owned(), lines));
        let findings = compare(&BTreeMap::from(long), &allowed);
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let begins = ["b: grew from 80 to 81", "c: shrank to 79", "e: 71 lines", "d: is short enough"];
        assert_eq!(told.len(), begins.len(), "{told:?}");
        assert!(told.iter().zip(begins).all(|(told, begin)| told.starts_with(begin)), "{told:?}");
    }
}
