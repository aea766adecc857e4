//! What the compiler and clippy cannot see about this workspace: which crate may know which, how long a function may
//! grow, what a tracked file may say.
//!
//! `cargo xtask tidy` prints every finding; `cargo test -p xtask` fails on any. Two golden files say what is allowed:
//! `golden/edges.txt` (dependencies) and `golden/long.txt` (functions and files that are too long and may only
//! shrink). `UPDATE_GOLDEN=1` rewrites them, and the column of `docs/requirements.md` that names the tests of each row; the
//! difference is read in review.

mod edges;
mod golden;
mod length;
mod regions;
mod rows;
mod source;
mod text;
mod views;
mod workspace;

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

pub use regions::pack as pack_regions;
pub use workspace::{Workspace, WorkspaceError};

/// Something that breaks a rule of the house.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where: a path in the repository, with a line if there is one.
    pub place: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// The repository this is run in. Cargo says where at run time; what was compiled in is right only as long as no other
/// clone shares the folder of compiled code.
pub fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.join("../../..")
}

/// Checks everything. With `update`, the golden files are rewritten first.
pub fn tidy(root: &Path, update: bool) -> Result<Vec<Finding>, WorkspaceError> {
    let workspace = Workspace::load(root)?;
    let sources = source::parse_all(&workspace)?;
    let mut findings = Vec::new();
    findings.extend(edges::check(&workspace, update)?);
    findings.extend(length::check(&workspace, &sources, update)?);
    findings.extend(rows::check(&workspace, &sources, update)?);
    findings.extend(source::check(&workspace, &sources));
    findings.extend(text::check(&workspace));
    findings.extend(views::check(&sources));
    findings.sort();
    Ok(findings)
}
