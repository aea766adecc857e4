//! Where a node keeps its things: one directory.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use bell_mediahost::Vault;
use bell_store::TenantId;

/// The directory of a node, and what lies where in it.
#[derive(Clone, Debug)]
pub struct Dirs {
    root: PathBuf,
}

impl Dirs {
    /// The directory, whether it exists or not.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Makes every directory that is missing. Only their owner can look into them: they hold voices and passwords.
    pub fn make(&self) -> io::Result<()> {
        for dir in [&self.root, &self.journal(), &self.config(), &self.audio(), &self.recordings()] {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        Ok(())
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that happened.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Prompts that were uploaded.
    pub fn prompts(&self) -> PathBuf {
        self.root.join("prompts")
    }

    /// The versions of the configuration.
    pub fn config(&self) -> PathBuf {
        self.root.join("config")
    }

    /// What of the first run cannot be read off the configuration.
    pub fn first_run(&self) -> PathBuf {
        self.root.join("first-run.json")
    }

    /// Prompts that are ready to be played.
    pub fn audio(&self) -> PathBuf {
        self.root.join("audio")
    }

    /// The certificate that the node has made for itself.
    pub fn tls(&self) -> PathBuf {
        self.root.join("tls")
    }

    /// What was recorded.
    pub fn recordings(&self) -> PathBuf {
        self.root.join("recordings")
    }

    /// The keys that recordings are under. A backup of recordings without them is worth nothing, and one with them beside
    /// is worth no encryption.
    pub fn keys(&self) -> Vault {
        Vault::at(self.root.join("keys").join(TenantId::FIRST.to_string()))
    }

    /// The ends of the audit log, noted outside of the database.
    pub fn audit_heads(&self) -> PathBuf {
        self.root.join("audit-heads")
    }

    /// The socket that operator commands talk to.
    pub fn control(&self) -> PathBuf {
        self.root.join("control.sock")
    }

    /// Where the database is: the file says so, or else it is SQLite in this directory.
    pub fn database(&self) -> String {
        match fs::read_to_string(self.root.join("database-url")) {
            Ok(url) => url.trim().to_owned(),
            Err(_) => format!("sqlite:{}", self.root.join("belltower.db").display()),
        }
    }

    /// Remembers where the database is, so that commands find it too. The URL may hold a password.
    pub fn remember_database(&self, url: &str) -> io::Result<()> {
        write_private(&self.root.join("database-url"), url.as_bytes())
    }
}

/// Writes a file that only its owner can read, all of it or nothing.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt;

    let partial = path.with_extension("part");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial, path)
}
