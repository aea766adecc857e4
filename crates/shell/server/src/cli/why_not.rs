//! Why calls did not reach an agent.

use std::time::Duration;

use bell_engine::Input;
use bell_engine::journal::{decode_input, decode_start};
use bell_engine::why_not::WhyNot;
use bell_store::journal::{Kind, Reader};
use bell_types::{AgentName, Wall};
use chrono::DateTime;
use clap::Args;

use super::Outcome;
use crate::clock;
use crate::dirs::Dirs;

/// Say why calls did not reach an agent: his state, skills, phones and lines at a time, and what was decided around it.
#[derive(Debug, Args)]
pub(super) struct WhyNotCommand {
    /// The agent.
    agent: AgentName,
    /// The time, with its zone: 2026-11-27T09:30:00+08:00. Now, if none is given.
    #[arg(long, value_parser = time)]
    at: Option<Wall>,
    /// How many seconds before and after it decisions are looked at.
    #[arg(long, default_value_t = 120)]
    window: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl WhyNotCommand {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let at = self.at.unwrap_or_else(clock::wall);
        let mut question = WhyNot::new(self.agent, at, Duration::from_secs(self.window));
        read(&mut question, dirs)?;
        let answer = question.answer();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&answer)?);
        } else {
            print!("{answer}");
        }
        Ok(())
    }
}

/// Reads the journal as far as it matters.
pub(crate) fn read(question: &mut WhyNot, dirs: &Dirs) -> Outcome {
    let mut reader = Reader::oldest(&dirs.journal())?;
    while let Some(record) = reader.read()? {
        match record.kind {
            Kind::Start => question.configure(&decode_start(record.payload)?.1.snapshot.acd),
            Kind::Config => {
                if let Input::Config(snapshot) = decode_input(record.payload)?.1 {
                    question.configure(&snapshot.acd);
                }
            }
            Kind::Input => {}
            Kind::Facts => {
                for fact in record.facts() {
                    if !question.fold(&fact?.0) {
                        return Ok(());
                    }
                }
            }
        }
    }
    Ok(())
}

fn time(text: &str) -> Result<Wall, String> {
    let time = DateTime::parse_from_rfc3339(text);
    let time = time.map_err(|error| format!("{error}; write it as 2026-11-27T09:30:00+08:00"))?;
    Ok(Wall::from_micros(time.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_needs_its_zone() {
        assert_eq!(time("2026-11-27T09:30:00+08:00"), Ok(Wall::from_micros(1_795_743_000_000_000)));
        assert!(time("2026-11-27T09:30:00").unwrap_err().contains("+08:00"));
    }
}
