//! Accounts from the command line: by the node that serves the directory, or without one in its place.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal as _, Write as _};

use bell_engine::{Snapshot, Source};
use bell_types::{Date, Minute, Wall};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::calls::block_on;
use super::operate::is_not_running;
use crate::accounts::{Accounts, Operator, OperatorAnswer, OperatorAsk};
use crate::clock::wall;
use crate::configure::{ConfigureError, Versions};
use crate::control::{Answer, Request, ask};
use crate::dirs::Dirs;

/// Asks the node; if none runs, the same is done here.
pub(super) fn operate(dirs: &Dirs, what: OperatorAsk) -> Result<OperatorAnswer, Box<dyn Error>> {
    let by = Operator::here();
    let answer = match ask(dirs, &Request::Accounts { by: by.clone(), what: Box::new(what.clone()) }) {
        Ok(Answer::Accounts(answer)) => *answer,
        Ok(Answer::Refused { why }) => return Err(why.into()),
        Ok(_) => return Err("the node answered something else".into()),
        Err(error) if is_not_running(&error) => {
            dirs.make().map_err(|error| format!("{}: {error}", dirs.root().display()))?;
            let accounts = Accounts::kept(dirs, snapshot(dirs)?.as_ref())?;
            block_on(async { Ok(accounts.operate(&by, what).await) })?
        }
        Err(error) => return Err(error.into()),
    };
    match answer {
        OperatorAnswer::Refused { why } => Err(why.into()),
        answer => Ok(answer),
    }
}

fn snapshot(dirs: &Dirs) -> Result<Option<Snapshot>, Box<dyn Error>> {
    let Some(source) = Versions::of(dirs).latest()? else { return Ok(None) };
    Ok(Some(Snapshot::build(source.as_of(wall())).map_err(ConfigureError::Mistakes)?))
}

/// A time as an argument, by the centre's clocks: a day, or a day and a minute.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    day: Date,
    minute: Minute,
}

impl When {
    /// Reads `2026-10-01` and `2026-10-01T22:00`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mistake = || "write a time as 2026-10-01T22:00, by the centre's clocks".to_owned();
        let (day, minute) = match text.split_once(['T', ' ']) {
            Some((day, minute)) => (day, minute),
            None => (text, "00:00"),
        };
        let minute = Minute::parse(minute).ok_or_else(mistake)?;
        Ok(Self { day: Date::parse(day).ok_or_else(mistake)?, minute })
    }

    /// The instant, by the zone of the configuration in force.
    pub(super) fn wall(self, dirs: &Dirs) -> Result<Wall, Box<dyn Error>> {
        let source: Option<Source> = Versions::of(dirs).latest()?;
        let zone = source.map(|source| source.zone).ok_or("there is no configuration yet: belltower apply FILE")?;
        Ok(zone.begin_of(self.day) + self.minute.since_midnight())
    }
}

/// A password from the terminal, which does not show it, typed twice; or the first line of what is piped in.
pub(super) fn password() -> Result<String, Box<dyn Error>> {
    if !io::stdin().is_terminal() {
        return line();
    }
    let _hidden = Hidden::begin()?;
    let first = asked("password: ")?;
    let second = asked("once more: ")?;
    if first == second { Ok(first) } else { Err("the two are not the same".into()) }
}

fn asked(question: &str) -> Result<String, Box<dyn Error>> {
    eprint!("{question}");
    io::stderr().flush()?;
    let line = line();
    eprintln!();
    line
}

fn line() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err("there is no password".into()) } else { Ok(password.to_owned()) }
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden {
    before: Termios,
}

impl Hidden {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Whoever's terminal is gone needs none.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
    }
}
