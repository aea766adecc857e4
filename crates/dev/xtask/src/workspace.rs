//! The workspace as cargo and git see it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use serde_json::Value;

/// Why the workspace could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// A program did not run.
    #[error("failed to run {program}: {message}")]
    Run {
        /// The program.
        program: &'static str,
        /// What it said.
        message: String,
    },
    /// What cargo printed is not what it prints.
    #[error("failed to read cargo metadata")]
    Metadata(#[from] serde_json::Error),
    /// A file could not be read or written.
    #[error("failed to use {path}: {err}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        err: io::Error,
    },
    /// A source file is not Rust.
    #[error("failed to parse {path}: {err}")]
    Parse {
        /// The file.
        path: String,
        /// Why.
        #[source]
        err: syn::Error,
    },
}

/// Which of the rings of the architecture a crate stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ring {
    /// `bell-types`: the words.
    Types,
    /// The leaf cores.
    Leaf,
    /// `bell-engine`, which composes the cores.
    Engine,
    /// Input and output.
    Shell,
    /// The binary, which composes the shells.
    Server,
    /// Tests and tools.
    Dev,
}

/// When a dependency is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Normal,
    Build,
    Dev,
}

/// A dependency as written in a Cargo.toml.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A crate of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) ring: Ring,
    pub(crate) dependencies: Vec<Dependency>,
    /// The root file of every library and binary, relative to the repository.
    pub(crate) roots: Vec<String>,
}

/// Every crate and every tracked file.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) packages: Vec<Package>,
    /// Files git tracks or would track, relative to the repository, in order.
    pub(crate) files: Vec<String>,
}

impl Workspace {
    /// Asks cargo for the crates and git for the files.
    pub fn load(root: &Path) -> Result<Self, WorkspaceError> {
        let root = root.canonicalize().map_err(|err| WorkspaceError::File { path: root.to_owned(), err })?;
        let args = ["metadata", "--no-deps", "--format-version=1", "--offline"];
        let metadata: Value = serde_json::from_str(&run("cargo", &args, &root)?)?;
        let listed = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
        let mut packages: Vec<Package> = listed.iter().map(|package| parse_package(package, &root)).collect();
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        let files = run("git", &["ls-files", "--cached", "--others", "--exclude-standard"], &root)?;
        let exists = |file: &&str| root.join(file).is_file();
        let files = files.lines().filter(exists).map(str::to_owned).collect();
        Ok(Self { root, packages, files })
    }

    /// The text of a tracked file; `None` if it is not text.
    pub(crate) fn read(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.root.join(file)).ok()
    }

    /// The crate of this name, if it is one of ours.
    pub(crate) fn package(&self, name: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name)
    }
}

fn parse_package(package: &Value, root: &Path) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let relative = |value: &Value| {
        let path = text(value);
        let inside = Path::new(&path).strip_prefix(root).map(|path| path.display().to_string());
        inside.unwrap_or(path)
    };
    let dependencies = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    let targets = package["targets"].as_array().map_or(&[][..], Vec::as_slice);
    let is_product = |target: &&Value| ["lib", "bin"].iter().any(|kind| target["kind"][0] == *kind);
    let name = text(&package["name"]);
    Package {
        ring: ring_of(&name, &relative(&package["manifest_path"])),
        name,
        dependencies: dependencies.iter().map(parse_dependency).collect(),
        roots: targets.iter().filter(is_product).map(|target| relative(&target["src_path"])).collect(),
    }
}

fn parse_dependency(dependency: &Value) -> Dependency {
    Dependency {
        name: dependency["name"].as_str().unwrap_or_default().to_owned(),
        kind: match dependency["kind"].as_str() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        },
    }
}

fn ring_of(name: &str, manifest: &str) -> Ring {
    match (name, manifest.split('/').nth(1)) {
        ("bell-types", _) => Ring::Types,
        ("bell-engine", _) => Ring::Engine,
        ("belltower", _) => Ring::Server,
        (_, Some("core")) => Ring::Leaf,
        (_, Some("shell")) => Ring::Shell,
        _ => Ring::Dev,
    }
}

fn run(program: &'static str, args: &[&str], dir: &Path) -> Result<String, WorkspaceError> {
    let failed = |message: String| WorkspaceError::Run { program, message };
    let output = Command::new(program).args(args).current_dir(dir).output();
    let output = output.map_err(|err| failed(err.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
}
