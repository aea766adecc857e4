//! A PostgreSQL server of our own: in a temporary directory, on a Unix socket only, gone when the tests end.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use sea_orm::{ConnectionTrait, Database};

use super::block_on;

/// The server ends with the pipe to this script, so it never outlives the tests, however they end. `stop` is a crash
/// of the server: connections break at once, and it must recover when it starts again.
const KEEPER: &str = r#"
set -eu
dir=$(mktemp -d /tmp/bell-store-pg.XXXXXX)
pid=
stop() {
    if [ -n "$pid" ]; then kill -QUIT "$pid" 2>/dev/null || :; wait "$pid" || :; pid=; fi
}
trap 'stop; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM
cd "$dir"
"$BIN/initdb" --pgdata=data --username=postgres --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >log 2>&1 ||
    { cat log; exit 1; }
echo "$dir"
while read -r order; do
    case $order in
    start)
        "$BIN/postgres" -D data -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=200 >>log 2>&1 </dev/null &
        pid=$!
        tries=0
        until "$BIN/pg_isready" -q -h "$dir" -U postgres; do
            tries=$((tries + 1))
            kill -0 "$pid" 2>/dev/null && [ $tries -lt 600 ] || { cat log; exit 1; }
            sleep 0.05
        done
        ;;
    stop) stop ;;
    esac
    echo done
done
"#;

/// One server.
pub(crate) struct Server {
    dir: String,
    keeper: Mutex<Keeper>,
}

struct Keeper {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// The server all tests of this process share.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::begin)
    }

    /// A server of the test's own, which it may stop.
    pub(crate) fn begin() -> Self {
        let mut child = keeper_command()
            .env("BIN", binaries())
            .env_remove("PGHOST")
            .env_remove("PGUSER")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut keeper = Keeper { child, orders, answers };
        let dir = keeper.answer();
        assert!(dir.starts_with("/tmp/"), "initdb failed: {dir}{}", keeper.rest());
        keeper.order("start");
        Self { dir, keeper: Mutex::new(keeper) }
    }

    pub(crate) fn start(&self) {
        self.keeper.lock().unwrap().order("start");
    }

    pub(crate) fn stop(&self) {
        self.keeper.lock().unwrap().order("stop");
    }

    /// The URL of a new, empty database.
    pub(crate) fn new_database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        block_on(async {
            let conn = Database::connect(self.url("postgres")).await.unwrap();
            conn.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            conn.close().await.unwrap();
        });
        self.url(&name)
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.dir)
    }
}

impl Keeper {
    fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().unwrap();
        writeln!(orders, "{order}").unwrap();
        let answer = self.answer();
        assert_eq!(answer, "done", "PostgreSQL did not {order}: {}", self.rest());
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn rest(&mut self) -> String {
        let lines = self.answers.by_ref().lines().map_while(Result::ok);
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.orders = None;
        self.child.wait().unwrap();
    }
}

/// PostgreSQL refuses to run as root; then it runs as the user its package made.
fn keeper_command() -> Command {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = Command::new(if is_root { "setpriv" } else { "sh" });
    if is_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    }
    command.args(["-c", KEEPER]);
    command
}

/// The newest version that Debian's packages installed, or else what the path finds.
fn binaries() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut dirs: Vec<PathBuf> = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    dirs.sort_by(|a, b| b.cmp(a));
    let path = env::var_os("PATH").unwrap_or_default();
    dirs.extend(env::split_paths(&path));
    let needed = ["initdb", "postgres", "pg_isready"];
    let usable = dirs.into_iter().find(|dir| needed.iter().all(|program| dir.join(program).exists()));
    usable.expect("no PostgreSQL was found, and the store is tested on a real one: apt-get install postgresql")
}
