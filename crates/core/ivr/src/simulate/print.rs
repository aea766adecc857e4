//! The tree as text.

use std::fmt;

use bell_types::Cause;

use super::{Branching, Outcome, Tree};
use crate::flow::{Prompt, PromptSource, Step};
use crate::graph::Label;

/// Characters of a prompt that are shown.
const SHOWN_MAX: usize = 24;

/// What a node does, in words.
pub(super) fn title(step: &Step) -> String {
    let heard = step.prompts().first().map_or_else(String::new, |prompt| heard(prompt));
    let word = step.word();
    match step {
        Step::Queue(queue) => {
            let needs: String = queue.skills.iter().map(|(skill, level)| format!(", needs {skill} {level}")).collect();
            format!("queue {}, priority {}{needs}", queue.queue, queue.priority)
        }
        Step::Transfer(transfer) => format!("transfer to {}", transfer.number),
        Step::Set(set) => format!("set {} = {:?}", set.variable, set.value.to_string()),
        Step::Calendar(calendar) => format!("calendar {}", calendar.calendar),
        Step::Loop(around) => format!("loop, {} times", around.times),
        Step::Collect(collect) => format!("collect {}{heard}", collect.into),
        Step::LookUp(look_up) => format!("look up at {}", look_up.origin),
        Step::Survey(survey) => format!("survey {}{heard}", survey.question),
        Step::Record(record) => format!("record for {}{heard}", record.queue),
        Step::Callback(callback) => format!("callback by {}", callback.queue),
        Step::Language(_)
        | Step::Play(_)
        | Step::Menu(_)
        | Step::HangUp(_)
        | Step::Answer(_)
        | Step::Hours(_)
        | Step::Branch(_) => {
            format!("{word}{heard}")
        }
    }
}

fn heard(prompt: &Prompt) -> String {
    match &prompt.source {
        PromptSource::File => format!(" <{}>", prompt.name),
        PromptSource::Speech { text, .. } => {
            let mut shown: String = text.chars().take(SHOWN_MAX).collect();
            if shown.len() < text.len() {
                shown.push('…');
            }
            format!(" \"{shown}\"")
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call")?;
        outcome(f, &self.root, "")?;
        if self.cut {
            write!(f, "\n(cut: the tree is too large to be shown whole)")?;
        }
        Ok(())
    }
}

fn outcome(f: &mut fmt::Formatter<'_>, outcome: &Outcome, indent: &str) -> fmt::Result {
    match outcome {
        Outcome::Goes(branching) => branches(f, branching, indent),
        Outcome::Shown(node) => write!(f, " -> [{node}], shown above"),
        Outcome::Human(who) => write!(f, " -> talks with {who}"),
        Outcome::Ends(Cause::FlowEnded) => write!(f, " -> the call ends"),
        Outcome::Ends(cause) => write!(f, " -> the call ends: {cause}"),
        Outcome::Stuck => write!(f, " -> STUCK"),
        Outcome::Cut => write!(f, " -> …"),
    }
}

fn branches(f: &mut fmt::Formatter<'_>, branching: &Branching, indent: &str) -> fmt::Result {
    write!(f, " -> [{}] {}", branching.name, branching.title)?;
    // A chain without choice stays at its indent: only a fork goes deeper.
    if let [(label, only)] = branching.ways.as_slice() {
        write!(f, "\n{indent}")?;
        return way(f, label, only, indent);
    }
    for (place, (label, to)) in branching.ways.iter().enumerate() {
        let last = place + 1 == branching.ways.len();
        let (fork, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        write!(f, "\n{indent}{fork}")?;
        way(f, label, to, &format!("{indent}{below}"))?;
    }
    Ok(())
}

fn way(f: &mut fmt::Formatter<'_>, label: &str, to: &Outcome, indent: &str) -> fmt::Result {
    let next = Label::Next.to_string();
    write!(f, "{}", if label == next { "  " } else { label })?;
    outcome(f, to, indent)
}
