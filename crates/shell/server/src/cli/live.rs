//! What goes on now: calls, queues, agents; on a terminal refreshed in place.

mod paint;
mod view;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::thread;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_types::AgentName;
use clap::Args;

use super::{Outcome, operate};
use crate::clock::wall;
use crate::configure::Versions;
use crate::dirs::Dirs;
use view::{Roster, View};

/// The columns of a screen that does not say how many it has.
const COLUMNS: usize = 80;

/// Show what goes on now.
#[derive(Debug, Args)]
pub(super) struct Live {
    /// Show it once and end; so it is too where the output is no terminal and --every is not given.
    #[arg(long)]
    once: bool,
    /// Print JSON: one line each time.
    #[arg(long)]
    json: bool,
    /// Only what this supervisor sees: the queues that are his to supervise, their agents and calls.
    #[arg(long = "as", value_name = "SUPERVISOR")]
    by: Option<AgentName>,
    /// Every so many seconds anew [default: 2].
    #[arg(long, conflicts_with = "once", value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: Option<u64>,
}

impl Live {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let terminal = io::stdout().is_terminal();
        let again = !self.once && (self.every.is_some() || (terminal && !self.json));
        let every = Duration::from_secs(self.every.unwrap_or(2));
        let mut rosters = Rosters { by: self.by, read: BTreeMap::new() };
        loop {
            let live = operate::live(dirs)?;
            let roster = rosters.of(dirs, live.config_version)?;
            let view = View::of(&live, &roster, wall());
            let mut out = io::stdout().lock();
            match (self.json, terminal && again) {
                (true, _) => writeln!(out, "{}", serde_json::to_string(&view)?)?,
                (false, true) => in_place(&mut out, &view)?,
                (false, false) => writeln!(out, "{}", paint::lines(&view, columns()).join("\n"))?,
            }
            out.flush()?;
            if !again {
                return Ok(());
            }
            drop(out);
            thread::sleep(every);
        }
    }
}

/// The whole screen at once, each line cleared to its end, so that nothing flickers and nothing old remains.
fn in_place(out: &mut impl Write, view: &View) -> io::Result<()> {
    let mut lines = paint::lines(view, columns());
    let rows = screen().map_or(24, |(rows, _)| rows);
    if lines.len() >= rows {
        let hidden = lines.len() + 2 - rows;
        lines.truncate(rows.saturating_sub(2));
        lines.push(format!("… {hidden} more lines: make the window higher, or belltower live --once"));
    }
    write!(out, "\x1b[H{}\x1b[K\n\x1b[J", lines.join("\x1b[K\n"))
}

fn columns() -> usize {
    screen().map_or(COLUMNS, |(_, columns)| columns)
}

/// Rows and columns of the terminal, if there is one.
fn screen() -> Option<(usize, usize)> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    let (rows, columns) = (usize::from(size.ws_row), usize::from(size.ws_col));
    (rows > 0 && columns > 0).then_some((rows, columns))
}

/// Who may be at work by each version of the configuration: read once, because it never changes.
struct Rosters {
    by: Option<AgentName>,
    read: BTreeMap<u64, Roster>,
}

impl Rosters {
    /// Without a roster, as when its version cannot be read, those are shown of whom something is known; to a supervisor,
    /// nobody.
    fn of(&mut self, dirs: &Dirs, version: u64) -> Result<Roster, String> {
        self.read.retain(|known, _| *known == version);
        if let Some(known) = self.read.get(&version) {
            return Ok(known.clone());
        }
        let snapshot = Versions::of(dirs).get(version).ok().and_then(|source| Snapshot::build(source).ok());
        let roster = match (&self.by, snapshot) {
            (None, snapshot) => snapshot.map(|snapshot| Roster::of(&snapshot)).unwrap_or_default(),
            (Some(by), Some(snapshot)) => Roster::seen_by(by, &snapshot)?,
            (Some(_), None) => return Err(format!("version {version} of the configuration cannot be read")),
        };
        Ok(self.read.entry(version).or_insert(roster).clone())
    }
}
