//! The log of what everybody did: `belltower audit`. And whether somebody would be let in: `belltower login-rules`.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::net::IpAddr;
use std::path::PathBuf;

use bell_types::Wall;
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use super::accounts::{When, operate};
use super::width::fit;
use crate::accounts::{OperatorAnswer, OperatorAsk, RecordLine};
use crate::dirs::Dirs;

/// Records in one answer of the node.
const PAGE: usize = 500;

/// The log of what everybody did.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Walk through the log: is it as it was written? Names the first record that is not.
    Verify,
    /// Find records, the newest first.
    Search {
        #[command(flatten)]
        wanted: Wanted,
        /// So many at most.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Write records into a file, a line of JSON each, the newest first.
    Export {
        /// The file; one that is there is not overwritten.
        file: PathBuf,
        #[command(flatten)]
        wanted: Wanted,
    },
}

#[derive(Debug, Args)]
struct Wanted {
    /// From this day or time on, by the centre's clocks.
    #[arg(long, value_parser = When::parse)]
    from: Option<When>,
    /// Before this day or time.
    #[arg(long, value_parser = When::parse)]
    to: Option<When>,
    /// What this person did.
    #[arg(long)]
    who: Option<String>,
    /// Actions that begin with this: login, user.write.
    #[arg(long)]
    what: Option<String>,
}

/// Rules of login.
#[derive(Debug, Subcommand)]
pub(super) enum LoginRules {
    /// Say whether somebody would be let in, and why: by the function that lets people in.
    Check {
        /// The person.
        #[arg(long)]
        user: String,
        /// From where.
        #[arg(long)]
        ip: IpAddr,
        /// When, by the centre's clocks: 2026-10-01T22:00; now if it is not said.
        #[arg(long, value_parser = When::parse)]
        at: Option<When>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// The devices that people sign in with, for rules that ask for a listed one.
    Devices {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List a device.
    ListDevice {
        /// Its id, as `devices` shows it.
        device: u64,
        /// Take it off the list instead.
        #[arg(long)]
        off: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Audit {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        match self.what {
            What::Verify => verify(dirs, self.json),
            What::Search { wanted, limit } => {
                let mut records = Vec::new();
                wanted.read(dirs)?.each(dirs, limit, &mut |record| {
                    records.push(record);
                    Ok(())
                })?;
                if self.json {
                    println!("{}", serde_json::to_string_pretty(&records)?);
                    return Ok(());
                }
                records.iter().for_each(|record| println!("{}", line(record)));
                if records.is_empty() {
                    println!("no record is like that");
                }
                Ok(())
            }
            What::Export { file, wanted } => {
                let named = |error| format!("{}: {error}", file.display());
                let mut out = BufWriter::new(File::create_new(&file).map_err(named)?);
                let mut count = 0_u64;
                wanted.read(dirs)?.each(dirs, usize::MAX, &mut |record| {
                    serde_json::to_writer(&mut out, &record)?;
                    out.write_all(b"\n")?;
                    count += 1;
                    Ok(())
                })?;
                out.flush()?;
                println!("{count} records are in {}", file.display());
                Ok(())
            }
        }
    }
}

fn verify(dirs: &Dirs, as_json: bool) -> Outcome {
    let OperatorAnswer::Verified { records, head, broken, first_bad } = operate(dirs, OperatorAsk::VerifyAudit)? else {
        return Err("the node answered something else".into());
    };
    if as_json {
        println!("{:#}", json!({ "records": records, "head": head, "broken": broken, "first_bad": first_bad }));
    }
    match (broken, head) {
        (Some(broken), _) => Err(format!("the audit log is not as it was written: {broken}").into()),
        (None, _) if as_json => Ok(()),
        (None, head) => {
            println!("the audit log is whole: {records} records, it ends with {}", head.unwrap_or_default());
            Ok(())
        }
    }
}

/// What is looked for, with its times as instants.
struct Search {
    from: Option<Wall>,
    to: Option<Wall>,
    who: Option<String>,
    what: Option<String>,
}

impl Wanted {
    fn read(self, dirs: &Dirs) -> Result<Search, Box<dyn Error>> {
        let wall = |when: Option<When>| when.map(|when| when.wall(dirs)).transpose();
        Ok(Search { from: wall(self.from)?, to: wall(self.to)?, who: self.who, what: self.what })
    }
}

impl Search {
    /// Page by page, up to a limit.
    fn each(
        self,
        dirs: &Dirs,
        limit: usize,
        take: &mut dyn FnMut(RecordLine) -> Result<(), Box<dyn Error>>,
    ) -> Outcome {
        let (mut before, mut left) = (None, limit);
        // It ends: each page lies before the last one.
        while left > 0 {
            let Self { from, to, who, what } = &self;
            let ask = OperatorAsk::SearchAudit {
                from: *from,
                to: *to,
                who: who.clone(),
                what: what.clone(),
                before,
                limit: left.min(PAGE),
            };
            let OperatorAnswer::Records { records, more } = operate(dirs, ask)? else { break };
            left -= records.len().min(left);
            before = records.last().map(|record| record.seq);
            records.into_iter().try_for_each(&mut *take)?;
            if !more {
                break;
            }
        }
        Ok(())
    }
}

impl LoginRules {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let (user, ip, at, as_json) = match self {
            Self::Check { user, ip, at, json } => (user, ip, at, json),
            Self::Devices { json } => return print_devices(&operate(dirs, OperatorAsk::Devices)?, json),
            Self::ListDevice { device, off, json } => {
                return print_devices(&operate(dirs, OperatorAsk::ListDevice { device, listed: !off })?, json);
            }
        };
        let at = at.map(|at| at.wall(dirs)).transpose()?;
        let answer = operate(dirs, OperatorAsk::CheckLogin { name: user, address: ip, at })?;
        let OperatorAnswer::Admission { let_in, why } = answer else { return Ok(()) };
        if as_json {
            println!("{:#}", json!({ "let_in": let_in, "why": why }));
        } else {
            why.iter().for_each(|line| println!("{line}"));
        }
        Ok(())
    }
}

fn print_devices(answer: &OperatorAnswer, as_json: bool) -> Outcome {
    let OperatorAnswer::Devices { devices } = answer else { return Err("the node answered something else".into()) };
    if as_json {
        println!("{:#}", json!({ "devices": devices }));
        return Ok(());
    }
    for device in devices {
        let listed = if device.listed { "listed" } else { "" };
        println!("{:>7} {} last seen {}  {}", device.device, fit(listed, 8), device.seen_at, device.name);
    }
    if devices.is_empty() {
        println!("nobody has signed in yet");
    }
    Ok(())
}

fn line(record: &RecordLine) -> String {
    let from = record.address.map(|address| format!(" from {address}")).unwrap_or_default();
    let details: Vec<String> = record
        .details
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}={text}"))
        .collect();
    let (who, action, outcome) = (fit(&record.who, 18), fit(&record.action, 18), &record.outcome);
    format!("{:>7} {} {who} {action} {}{from}: {outcome} {}", record.seq, record.at, record.object, details.join(" "))
}
