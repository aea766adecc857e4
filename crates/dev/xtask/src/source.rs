//! Rust sources, parsed once: what product code may not say.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::Finding;
use crate::workspace::{Workspace, WorkspaceError};

/// A parsed source file.
pub(crate) struct Source {
    /// Its path in the repository.
    pub(crate) path: String,
    pub(crate) lines: usize,
    pub(crate) syntax: syn::File,
    /// True if it holds nothing but tests.
    pub(crate) is_test: bool,
}

impl Source {
    /// Parses a file. Whether another file declares it for tests only is not known yet.
    pub(crate) fn parse(path: &str, text: &str) -> Result<Self, syn::Error> {
        let name = path.rsplit('/').next().unwrap_or_default();
        Ok(Self {
            path: path.to_owned(),
            lines: text.lines().count(),
            syntax: syn::parse_file(text)?,
            is_test: name == "tests.rs" || ["/tests/", "/benches/", "/examples/"].iter().any(|dir| path.contains(dir)),
        })
    }

    /// The modules this file declares for tests only (`#[cfg(test)] mod drafts;`), as paths without `.rs`.
    fn test_modules(&self) -> impl Iterator<Item = String> {
        let place = self.path.trim_end_matches(".rs");
        let dir = match place.rsplit_once('/') {
            Some((dir, "lib" | "main" | "mod")) => dir,
            _ => place,
        };
        self.syntax.items.iter().filter_map(move |item| match item {
            syn::Item::Mod(module) if module.content.is_none() && is_test(&module.attrs) => {
                Some(format!("{dir}/{}", module.ident))
            }
            _ => None,
        })
    }

    fn is_within(&self, module: &str) -> bool {
        let rest = self.path.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// True in the rings of the product, false for tests and tools.
    fn is_product(&self) -> bool {
        self.path.starts_with("crates/core/") || self.path.starts_with("crates/shell/")
    }

    /// True where time is an argument.
    fn is_timeless(&self) -> bool {
        self.path.starts_with("crates/core/") || self.path.starts_with("crates/dev/sim/")
    }
}

/// Parses every tracked Rust file under `crates`.
pub(crate) fn parse_all(workspace: &Workspace) -> Result<Vec<Source>, WorkspaceError> {
    let is_source = |file: &&String| file.starts_with("crates/") && file.ends_with(".rs");
    let parse = |path: &String| {
        let text = workspace.read(path).unwrap_or_default();
        Source::parse(path, &text).map_err(|err| WorkspaceError::Parse { path: path.clone(), err })
    };
    let sources: Result<Vec<Source>, WorkspaceError> = workspace.files.iter().filter(is_source).map(parse).collect();
    let mut sources = sources?;
    mark_tests(&mut sources);
    Ok(sources)
}

/// Marks the files other files declare for tests only.
fn mark_tests(sources: &mut [Source]) {
    let modules: Vec<String> = sources.iter().flat_map(Source::test_modules).collect();
    for source in sources {
        source.is_test |= modules.iter().any(|module| source.is_within(module));
    }
}

/// Checks what sources say, and that every crate says what it is.
pub(crate) fn check(workspace: &Workspace, sources: &[Source]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sources.iter().flat_map(check_source).collect();
    for package in &workspace.packages {
        for root in &package.roots {
            let source = sources.iter().find(|source| source.path == *root);
            if source.is_some_and(|source| !source.syntax.attrs.iter().any(|attr| attr.path().is_ident("doc"))) {
                findings.push(Finding::new(
                    root,
                    "begin with a crate doc: what it is, what it does not know, how to drive it",
                ));
            }
        }
    }
    findings
}

fn check_source(source: &Source) -> Vec<Finding> {
    let mut speech = Speech { source, in_test: source.is_test, findings: Vec::new() };
    speech.visit_file(&source.syntax);
    speech.findings
}

/// Walks a file and notes what may not be said where it is said.
struct Speech<'a> {
    source: &'a Source,
    in_test: bool,
    findings: Vec<Finding>,
}

impl Speech<'_> {
    fn note(&mut self, span: proc_macro2::Span, what: &str) {
        let place = format!("{}:{}", self.source.path, span.start().line);
        self.findings.push(Finding::new(place, what));
    }

    /// A function: `thread::sleep(..)`. A method of that name puts something else to sleep.
    fn note_call(&mut self, name: &syn::Ident) {
        if name == "sleep" && self.source.is_timeless() {
            self.note(name.span(), "no sleep here: time is an argument; wait for a state or advance the clock");
        }
        self.note_method(name);
    }

    fn note_method(&mut self, name: &syn::Ident) {
        if name == "unwrap" && self.source.is_product() && !self.source.is_test && !self.in_test {
            self.note(name.span(), "no unwrap in product code: handle it, or expect(\"why it cannot fail\")");
        }
    }

    /// Macro arguments are not parsed; calls in them are found by their shape, a name before parentheses.
    fn look_into(&mut self, tokens: TokenStream) {
        let mut name = None;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => name = Some(ident),
                TokenTree::Group(group) => {
                    if let Some(name) = name.take().filter(|_| group.delimiter() == proc_macro2::Delimiter::Parenthesis)
                    {
                        self.note_call(&name);
                    }
                    self.look_into(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => name = None,
            }
        }
    }

    /// Visits an item with `visit`, as a test if its attributes say so.
    fn within(&mut self, attributes: &[syn::Attribute], visit: impl FnOnce(&mut Self)) {
        let outside = self.in_test;
        self.in_test = outside || is_test(attributes);
        visit(self);
        self.in_test = outside;
    }
}

/// True for `#[test]`, `#[cfg(test)]` and the like.
pub(crate) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_named_test = attribute.path().segments.last().is_some_and(|name| name.ident == "test");
        let is_cfg_test = match &attribute.meta {
            syn::Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
            _ => false,
        };
        is_named_test || is_cfg_test
    })
}

impl<'ast> Visit<'ast> for Speech<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(&item.attrs, |speech| visit::visit_item_mod(speech, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(&item.attrs, |speech| visit::visit_item_fn(speech, item));
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        self.within(&item.attrs, |speech| visit::visit_item_impl(speech, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.within(&item.attrs, |speech| visit::visit_impl_item_fn(speech, item));
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("ignore") {
            self.note(attribute.path().segments[0].ident.span(), "no ignored tests: mend it or remove it");
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|segment| &segment.ident);
        if let Some(name) = name.filter(|name| ["todo", "unimplemented", "dbg"].iter().any(|banned| *name == banned)) {
            self.note(name.span(), "unfinished work does not land");
        }
        self.look_into(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.note_method(&call.method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(last) = path.path.segments.last() {
            self.note_call(&last.ident);
        }
        visit::visit_expr_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in `text` at `path`, by line.
    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = check_source(&Source::parse(path, text).unwrap()).into_iter().map(|finding| {
            let line = finding.place.rsplit(':').next().unwrap_or_default().to_owned();
            format!("{line} {}", finding.what.split([':', ' ']).take(2).collect::<Vec<_>>().join(" "))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn product_code_does_not_unwrap_and_tests_may() {
        let text = "fn a() { b.unwrap(); }\n#[cfg(test)]\nmod tests { fn c() { d.unwrap(); } }";
        check("crates/core/x/src/lib.rs", text, &["1 no unwrap"]);
        check("crates/dev/x/src/lib.rs", text, &[]);
        check("crates/core/x/src/tests.rs", text, &[]);
        check("crates/shell/x/src/lib.rs", "fn a() { assert!(b.unwrap() == Some(1)); }", &["1 no unwrap"]);
        check("crates/shell/x/src/lib.rs", "fn a() { b.map(Option::unwrap); }", &["1 no unwrap"]);
    }

    #[test]
    fn nothing_sleeps_where_time_is_an_argument() {
        let text = "#[test]\nfn a() { std::thread::sleep(b); }";
        check("crates/core/x/src/lib.rs", text, &["2 no sleep"]);
        check("crates/dev/sim/src/lib.rs", text, &["2 no sleep"]);
        check("crates/shell/x/src/lib.rs", text, &[]);
    }

    #[test]
    fn unfinished_work_is_found_anywhere() {
        let text = "fn a() { todo!() }\n#[test]\n#[ignore]\nfn b() { dbg!(1); }\nfn c() { x(|| unimplemented!()) }";
        check(
            "crates/dev/x/tests/y.rs",
            text,
            &["1 unfinished work", "3 no ignored", "4 unfinished work", "5 unfinished work"],
        );
        check("crates/dev/x/src/lib.rs", "// todo!() in words\nfn a() { \"todo!()\"; }", &[]);
    }

    #[test]
    fn a_file_declared_for_tests_is_a_test() {
        let files = [
            ("x/src/lib.rs", "mod a;\n#[cfg(test)]\nmod drafts;"),
            ("x/src/a.rs", "#[cfg(test)] mod sample;"),
            ("x/src/drafts.rs", ""),
            ("x/src/drafts/more.rs", ""),
            ("x/src/drafts_too.rs", ""),
            ("x/src/a/sample.rs", ""),
        ];
        let mut sources = files.map(|(path, text)| Source::parse(path, text).unwrap());
        mark_tests(&mut sources);
        assert_eq!(sources.map(|source| source.is_test), [false, false, true, true, false, true]);
    }
}
