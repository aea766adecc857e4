//! A throw-away PostgreSQL: a cluster of its own on a unix socket, gone when dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::error::KitError;

/// Where `./dev test` names the socket directory of the cluster it started for all tests.
const SHARED_CLUSTER: &str = "BELLTOWER_TEST_POSTGRES";

/// Where Debian keeps the programs of PostgreSQL, a directory per version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// An empty database for one test. In the cluster `./dev test` started, if there is one; else in a new cluster,
/// which takes some seconds.
#[derive(Debug)]
pub struct Postgres {
    socket_dir: PathBuf,
    database: String,
    cluster: Option<Cluster>,
}

#[derive(Debug)]
struct Cluster {
    bin: PathBuf,
    dir: TempDir,
}

impl Postgres {
    /// Makes the database, and the cluster if there is none.
    pub fn start() -> Result<Self, KitError> {
        match std::env::var_os(SHARED_CLUSTER).filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::create(PathBuf::from(dir), None),
            None => Self::start_alone(),
        }
    }

    /// Makes a database in a cluster of its own, for tests that stop it.
    pub fn start_alone() -> Result<Self, KitError> {
        let cluster = Cluster::init()?;
        cluster.start()?;
        Self::create(cluster.dir.path().to_owned(), Some(cluster))
    }

    fn create(socket_dir: PathBuf, cluster: Option<Cluster>) -> Result<Self, KitError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let database = format!("bell_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let postgres = Self { socket_dir, database, cluster };
        // UTF-8 whatever the locale of the machine: text search finds nothing in a database of another encoding.
        let options = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'";
        postgres.psql("postgres", &format!("CREATE DATABASE {} {options}", postgres.database))?;
        Ok(postgres)
    }

    /// Ends a cluster of its own at once, as a crash does. Fails on the shared one.
    pub fn stop(&mut self) -> Result<(), KitError> {
        self.own()?.stop()
    }

    /// Starts a stopped cluster of its own again, with its data.
    pub fn restart(&mut self) -> Result<(), KitError> {
        self.own()?.start()
    }

    fn own(&self) -> Result<&Cluster, KitError> {
        let shared = || KitError::malformed("cluster", "it is shared; a test that stops it uses start_alone");
        self.cluster.as_ref().ok_or_else(shared)
    }

    /// The URL of the database, for sqlx and libpq alike.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/{}?host={}", self.database, self.socket_dir.display())
    }

    /// Runs SQL and returns what it prints: rows by line, columns by `|`.
    pub fn query(&self, sql: &str) -> Result<String, KitError> {
        self.psql(&self.database, sql)
    }

    fn psql(&self, database: &str, sql: &str) -> Result<String, KitError> {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c", sql])
            .arg("-h")
            .arg(&self.socket_dir);
        run(&mut command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.cluster.is_none() {
            // Tidiness only: the shared cluster is thrown away as a whole.
            let _ = self.psql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.database));
        }
    }
}

impl Cluster {
    fn init() -> Result<Self, KitError> {
        let bin = newest_version()?;
        let dir = TempDir::with_prefix("bell-pg-").map_err(KitError::io("make a directory for PostgreSQL"))?;
        let cluster = Self { bin, dir };
        if is_root() {
            // PostgreSQL refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(cluster.dir.path()))?;
        }
        let mut initdb = cluster.program("initdb");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D"]);
        run(initdb.arg(cluster.data()))?;
        Ok(cluster)
    }

    fn start(&self) -> Result<(), KitError> {
        let dir = self.dir.path();
        // Nothing here outlives the test, so nothing needs to reach the disk.
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off -c full_page_writes=off",
            dir.display()
        );
        let mut start = self.program("pg_ctl");
        start.args(["-s", "-w", "-o", &options, "-l"]).arg(dir.join("log"));
        run(start.arg("-D").arg(self.data()).arg("start")).map(drop)
    }

    fn stop(&self) -> Result<(), KitError> {
        let mut stop = self.program("pg_ctl");
        run(stop.args(["-s", "-m", "immediate", "stop", "-D"]).arg(self.data())).map(drop)
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A command that runs as the user PostgreSQL may run as, from a directory that user may read.
    fn program(&self, name: &str) -> Command {
        let path = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(self.dir.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may have been stopped already.
        let _ = run(self.program("pg_ctl").args(["-s", "-m", "immediate", "stop", "-D"]).arg(self.data()));
    }
}

/// The directory of the newest installed version's programs.
fn newest_version() -> Result<PathBuf, KitError> {
    let entries = fs::read_dir(VERSIONS).map_err(KitError::io("find PostgreSQL; ./dev test installs it"))?;
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let newest = paths.filter(|path| path.join("bin/initdb").exists()).max_by_key(|path| version(path));
    newest.map(|path| path.join("bin")).ok_or_else(|| KitError::malformed("PostgreSQL installation", VERSIONS))
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|data| std::os::unix::fs::MetadataExt::uid(&data) == 0)
}

fn run(command: &mut Command) -> Result<String, KitError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let result = command.stdin(std::process::Stdio::null()).output();
    let Output { status, stdout, stderr } = result.map_err(KitError::io(format!("run {program}")))?;
    let text = String::from_utf8_lossy(&stdout).trim_end().to_owned();
    if status.success() {
        return Ok(text);
    }
    Err(KitError::Failed {
        program: format!("{command:?}"),
        status: status.to_string(),
        log: format!("{text}\n{}", String::from_utf8_lossy(&stderr)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_takes_chinese() {
        let postgres = Postgres::start().unwrap();
        postgres.query("CREATE TABLE agent (name text); INSERT INTO agent VALUES ('张三')").unwrap();
        assert_eq!(postgres.query("SELECT name, length(name) FROM agent").unwrap(), "张三|2");
        assert!(postgres.query("SELECT nothing").is_err());
    }

    #[test]
    fn a_stopped_cluster_comes_back_with_its_data_and_goes_with_its_owner() {
        let mut postgres = Postgres::start_alone().unwrap();
        postgres.query("CREATE TABLE agent (name text)").unwrap();
        postgres.stop().unwrap();
        assert!(postgres.query("SELECT 1").is_err());
        postgres.restart().unwrap();
        assert_eq!(postgres.query("SELECT count(*) FROM agent").unwrap(), "0");
        let dir = postgres.socket_dir.clone();
        drop(postgres);
        assert!(!dir.exists());
    }
}
