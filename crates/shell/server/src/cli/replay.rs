//! Running a journal again.

use std::path::PathBuf;

use bell_engine::journal::{decode_input, decode_start};
use bell_engine::{Node, Output};
use bell_store::journal::{Kind, Reader};
use bell_types::Fact;
use clap::Args;
use serde_json::json;

use super::Outcome;
use super::progress::Progress;
use crate::dirs::Dirs;

/// Run a journal again: it must come to the same facts, byte for byte.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The directory of the journal; that of the node if not given.
    journal: Option<PathBuf>,
    /// Print the facts.
    #[arg(long)]
    facts: bool,
    /// Print the outcome as JSON, behind the facts if they are asked for.
    #[arg(long)]
    json: bool,
}

/// A journal that is run again, and how far it is.
#[derive(Default)]
struct Run {
    node: Option<Node>,
    starts: u64,
    inputs: u64,
    facts: u64,
    /// Facts the node came to that have not been compared yet.
    pending: Vec<Fact>,
}

impl Replay {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let journal = self.journal.unwrap_or_else(|| dirs.journal());
        let mut reader = Reader::oldest(&journal)?;
        let mut run = Run::default();
        let mut shown = Progress::new("running the journal again");
        while let Some(record) = reader.read()? {
            shown.say(|| format!("{} inputs, {} facts", run.inputs, run.facts));
            let place = format!("record {} in {} at {}", record.number.0, record.path.display(), record.offset);
            match record.kind {
                Kind::Start => {
                    let (now, start) = decode_start(record.payload)?;
                    run.node = Some(Node::new(now, start));
                    run.starts += 1;
                    run.collect();
                }
                Kind::Input | Kind::Config => run.input(record.payload)?,
                Kind::Facts => {
                    for fact in record.facts() {
                        let (_, line) = fact?;
                        if self.facts {
                            println!("{line}");
                        }
                        run.compare(line, &place)?;
                    }
                }
            }
        }
        shown.end();
        let Run { starts, inputs, facts, pending, .. } = run;
        if self.json {
            let unwritten = pending.len();
            let outcome =
                json!({ "same": true, "starts": starts, "inputs": inputs, "facts": facts, "unwritten": unwritten });
            println!("{outcome}");
            return Ok(());
        }
        if !pending.is_empty() {
            println!("{} facts of the last input were not written before the node died", pending.len());
        }
        println!("{starts} starts, {inputs} inputs, {facts} facts: the same, byte for byte");
        Ok(())
    }
}

impl Run {
    fn input(&mut self, payload: &[u8]) -> Outcome {
        let (now, input) = decode_input(payload)?;
        // Without its start, as when the oldest segments are gone, a run cannot be repeated.
        let Some(node) = &mut self.node else { return Ok(()) };
        node.handle(now, input);
        self.inputs += 1;
        self.collect();
        Ok(())
    }

    fn collect(&mut self) {
        let Some(node) = &mut self.node else { return };
        while let Some(output) = node.poll_output() {
            if let Output::Fact(fact) = output {
                self.pending.push(fact);
            }
        }
    }

    fn compare(&mut self, written: &str, place: &str) -> Outcome {
        if self.node.is_none() {
            return Ok(());
        }
        if self.pending.is_empty() {
            return Err(format!("{place}: the replay has no such fact:\n  written  {written}").into());
        }
        let replayed = serde_json::to_string(&self.pending.remove(0))?;
        if replayed != written {
            return Err(format!("{place}: the facts differ\n  written  {written}\n  replayed {replayed}").into());
        }
        self.facts += 1;
        Ok(())
    }
}
