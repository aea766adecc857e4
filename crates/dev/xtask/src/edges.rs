//! Which crate may depend on which: the rules R1 to R4 of the architecture, and the golden list of every edge.

use std::collections::BTreeSet;

use crate::workspace::{Dependency, Kind, Package, Ring, Workspace, WorkspaceError};
use crate::{Finding, golden};

const GOLDEN: &str = "crates/dev/xtask/golden/edges.txt";

const COMMENT: &str = "Every edge between crates, and every outside crate the core ring uses. A new line here needs a \
                       record in docs/adr. Rewritten by UPDATE_GOLDEN=1 cargo xtask tidy.";

/// Outside crates that do input or output, or bring a runtime. Never in the core ring, whatever the golden file says.
const BANNED_IN_CORE: [&str; 12] = [
    "tokio",
    "sqlx",
    "sea-orm",
    "axum",
    "hyper",
    "reqwest",
    "mio",
    "async-std",
    "socket2",
    "rand",
    "chrono",
    "tempfile",
];

/// Compares the edges with the rules and the golden file.
pub(crate) fn check(workspace: &Workspace, update: bool) -> Result<Vec<Finding>, WorkspaceError> {
    let edges: BTreeSet<String> = lines(workspace).collect();
    if update {
        golden::write(workspace, GOLDEN, COMMENT, edges.iter().cloned())?;
    }
    let allowed = golden::read(workspace, GOLDEN);
    let new = edges.difference(&allowed).map(|edge| {
        Finding::new(
            GOLDEN,
            format!("new edge `{edge}`; write a record in docs/adr, then UPDATE_GOLDEN=1 cargo xtask tidy"),
        )
    });
    let gone = allowed
        .difference(&edges)
        .map(|edge| Finding::new(GOLDEN, format!("`{edge}` is no longer there; UPDATE_GOLDEN=1 cargo xtask tidy")));
    Ok(new.chain(gone).chain(broken_rules(workspace)).collect())
}

/// The edges worth a line: all between our crates, and all from the core ring to the outside.
fn lines(workspace: &Workspace) -> impl Iterator<Item = String> {
    workspace.packages.iter().flat_map(|package| {
        let told = package
            .dependencies
            .iter()
            .filter(|dependency| workspace.package(&dependency.name).is_some() || package.ring <= Ring::Engine);
        told.map(|dependency| {
            let kind = match dependency.kind {
                Kind::Normal => "",
                Kind::Build => " (build)",
                Kind::Dev => " (dev)",
            };
            format!("{} -> {}{kind}", package.name, dependency.name)
        })
    })
}

fn broken_rules(workspace: &Workspace) -> impl Iterator<Item = Finding> {
    workspace.packages.iter().flat_map(move |package| {
        package.dependencies.iter().filter_map(move |dependency| {
            let why = match workspace.package(&dependency.name) {
                Some(target) => broken_by_ours(package, target, dependency.kind)?,
                None => broken_by_outside(package, dependency)?,
            };
            Some(Finding::new(&package.name, format!("must not depend on {}: {why}", dependency.name)))
        })
    })
}

/// The rule an edge between our crates breaks, if it breaks one.
fn broken_by_ours(from: &Package, to: &Package, kind: Kind) -> Option<&'static str> {
    match (from.ring, to.ring) {
        // A test may use the tools that drive the product.
        (_, Ring::Dev) if kind == Kind::Dev => None,
        (Ring::Dev, _) | (Ring::Engine | Ring::Leaf | Ring::Shell | Ring::Server, Ring::Types) => None,
        (Ring::Types, _) => Some("R1: bell-types knows nobody"),
        (_, Ring::Dev) => Some("R1: only tests use crates/dev"),
        (Ring::Leaf, Ring::Leaf) => Some("R2: leaf cores do not know each other; the shared word goes into bell-types"),
        (Ring::Leaf, Ring::Engine | Ring::Shell | Ring::Server) => Some("R1: arrows point inward"),
        (Ring::Engine, Ring::Leaf) => None,
        (Ring::Engine, Ring::Engine | Ring::Shell | Ring::Server) => Some("R1: arrows point inward"),
        (Ring::Shell, Ring::Leaf | Ring::Engine) => None,
        (Ring::Shell, Ring::Shell) => Some("R3: only the server composes shells"),
        (Ring::Shell, Ring::Server) => Some("R1: arrows point inward"),
        (Ring::Server, Ring::Leaf | Ring::Engine | Ring::Shell | Ring::Server) => None,
    }
}

/// The rule an edge to the outside breaks, if it breaks one.
fn broken_by_outside(from: &Package, to: &Dependency) -> Option<&'static str> {
    let is_banned = BANNED_IN_CORE.contains(&to.name.as_str()) && to.kind != Kind::Dev;
    (from.ring <= Ring::Engine && is_banned).then_some("R4: the core ring does no input, output or chance")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, ring: Ring, dependencies: &[(&str, Kind)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency { name: (*name).to_owned(), kind: *kind });
        Package { name: name.to_owned(), ring, dependencies: dependencies.collect(), roots: Vec::new() }
    }

    /// The rule broken by one edge of a crate in `ring`.
    fn check(ring: Ring, to: &str, kind: Kind, expected: Option<&str>) {
        let workspace = Workspace {
            root: "/nowhere".into(),
            packages: vec![
                package("from", ring, &[(to, kind)]),
                package("types", Ring::Types, &[]),
                package("leaf", Ring::Leaf, &[]),
                package("engine", Ring::Engine, &[]),
                package("shell", Ring::Shell, &[]),
                package("kit", Ring::Dev, &[]),
            ],
            files: Vec::new(),
        };
        let found: Vec<String> = broken_rules(&workspace).map(|finding| finding.what).collect();
        let rules: Vec<Option<&str>> = found.iter().map(|what| what.split(": ").nth(1)).collect();
        assert_eq!(rules, expected.map(Some).into_iter().collect::<Vec<_>>(), "{ring:?} -> {to}");
    }

    #[test]
    fn arrows_point_inward() {
        check(Ring::Types, "leaf", Kind::Normal, Some("R1"));
        check(Ring::Leaf, "types", Kind::Normal, None);
        check(Ring::Leaf, "engine", Kind::Dev, Some("R1"));
        check(Ring::Engine, "leaf", Kind::Normal, None);
        check(Ring::Engine, "shell", Kind::Normal, Some("R1"));
        check(Ring::Shell, "engine", Kind::Normal, None);
        check(Ring::Dev, "shell", Kind::Normal, None);
    }

    #[test]
    fn leaf_cores_do_not_know_each_other() {
        check(Ring::Leaf, "leaf", Kind::Normal, Some("R2"));
        check(Ring::Leaf, "leaf", Kind::Dev, Some("R2"));
    }

    #[test]
    fn only_the_server_composes_shells() {
        check(Ring::Shell, "shell", Kind::Normal, Some("R3"));
        check(Ring::Server, "shell", Kind::Normal, None);
    }

    #[test]
    fn only_tests_use_the_kit() {
        check(Ring::Server, "kit", Kind::Normal, Some("R1"));
        check(Ring::Server, "kit", Kind::Dev, None);
    }

    #[test]
    fn the_core_ring_does_no_input_or_output() {
        check(Ring::Leaf, "tokio", Kind::Normal, Some("R4"));
        check(Ring::Engine, "rand", Kind::Normal, Some("R4"));
        check(Ring::Leaf, "rand", Kind::Dev, None);
        check(Ring::Shell, "tokio", Kind::Normal, None);
    }
}
