//! What is asked of an agent after a call, and whether he has given it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bell_types::Wall;

use crate::code::Code;
use crate::tree::{Asked, Dispositions, Effect, Kind, Node, NotAResult};

/// Whether something must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may be left out.
    Optional,
    /// Wrap-up does not end without it.
    Required,
}

/// What a queue asks for after its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// A result out of the tree.
    pub disposition: Need,
    /// Whether the matter was resolved.
    pub resolved: Need,
    /// How long after the call a summary that is required may stay open.
    pub within: Duration,
}

impl Rule {
    fn asks(self) -> bool {
        self.disposition == Need::Required || self.resolved == Need::Required
    }
}

/// What an agent wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The codes from the root of the tree to a result; empty for none.
    pub disposition: Vec<Code>,
    /// Whether the matter was resolved, if he said so.
    pub resolved: Option<bool>,
    /// Free text.
    pub note: String,
    /// What he filled in, by field.
    pub fields: BTreeMap<Code, String>,
}

/// One thing that keeps a summary from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// No result was chosen, though one is required.
    Disposition,
    /// The path leads to no result of the tree.
    NotAResult(NotAResult),
    /// Nothing says whether the matter was resolved.
    Resolved,
    /// The result asks for a note, and there is none.
    Note,
    /// A field that the result asks for is empty.
    Field(Code),
    /// The value of a field is none it takes.
    Value(Code),
    /// There is no such field.
    UnknownField(Code),
    /// The note is longer than this many characters.
    NoteTooLong(usize),
}

/// How the summary of a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// None is required; one may be written.
    Free,
    /// It is required and may be written until then.
    Open {
        /// When it counts as not filled.
        due: Wall,
    },
    /// It was written.
    Filled {
        /// When it was written last.
        at: Wall,
    },
    /// Time ran out. It may still be written, and that it was missed stays known.
    NotFilled {
        /// When time ran out.
        since: Wall,
    },
    /// It was written after time ran out. It counts among those that were not filled in time.
    FilledLate {
        /// When time ran out.
        missed: Wall,
        /// When it was written last.
        at: Wall,
    },
}

/// The summary of one call by one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    rule: Rule,
    state: State,
}

impl Summary {
    /// A call ended, and its queue has this rule.
    pub fn asked(rule: Rule, ended: Wall) -> Self {
        let state = if rule.asks() { State::Open { due: ended + rule.within } } else { State::Free };
        Self { rule, state }
    }

    /// A summary as it was kept.
    pub const fn kept(rule: Rule, state: State) -> Self {
        Self { rule, state }
    }

    /// How it stands.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Whether the agent may end his wrap-up himself.
    pub const fn lets_go(&self) -> bool {
        match self.state {
            State::Open { .. } => false,
            State::Free | State::Filled { .. } | State::NotFilled { .. } | State::FilledLate { .. } => true,
        }
    }

    /// Whether it was not filled in time: what the figure counts.
    pub const fn was_missed(&self) -> bool {
        match self.state {
            State::NotFilled { .. } | State::FilledLate { .. } => true,
            State::Free | State::Open { .. } | State::Filled { .. } => false,
        }
    }

    /// When [`time_out`](Self::time_out) wants to be called.
    pub const fn due(&self) -> Option<Wall> {
        match self.state {
            State::Open { due } => Some(due),
            State::Free | State::Filled { .. } | State::NotFilled { .. } | State::FilledLate { .. } => None,
        }
    }

    /// Time passes. A summary that is still open at its time counts as not filled from that time on, however late this is
    /// called: a restart in between changes no figure.
    pub fn time_out(&mut self, now: Wall) {
        if let State::Open { due } = self.state
            && due <= now
        {
            self.state = State::NotFilled { since: due };
        }
    }

    /// Takes what the agent wrote, and says what the result means for the contact. A summary that lacks something is not
    /// taken, and everything it lacks is told at once. Writing again replaces what was written.
    pub fn write(&mut self, now: Wall, tree: &Dispositions, written: &Written) -> Result<Option<Effect>, Vec<Lacking>> {
        self.time_out(now);
        let effect = self.rule.review(tree, written)?;
        self.state = match self.state {
            State::Free | State::Open { .. } | State::Filled { .. } => State::Filled { at: now },
            State::NotFilled { since: missed } | State::FilledLate { missed, .. } => {
                State::FilledLate { missed, at: now }
            }
        };
        Ok(effect)
    }
}

impl Lacking {
    /// The part of the summary it is about: `disposition`, `resolved`, `note`, or a field.
    pub fn part(&self) -> &str {
        match self {
            Self::Disposition | Self::NotAResult(_) => "disposition",
            Self::Resolved => "resolved",
            Self::Note | Self::NoteTooLong(_) => "note",
            Self::Field(code) | Self::Value(code) | Self::UnknownField(code) => code.as_str(),
        }
    }
}

impl Rule {
    /// What a summary lacks under this rule; otherwise the effect of its result.
    pub fn review(self, tree: &Dispositions, written: &Written) -> Result<Option<Effect>, Vec<Lacking>> {
        let mut lacking = Vec::new();
        let way = match tree.way_to(&written.disposition) {
            Ok(way) => way,
            Err(NotAResult::Nothing) => {
                lacking.extend((self.disposition == Need::Required).then_some(Lacking::Disposition));
                Vec::new()
            }
            Err(wrong) => {
                lacking.push(Lacking::NotAResult(wrong));
                Vec::new()
            }
        };
        if self.resolved == Need::Required && written.resolved.is_none() {
            lacking.push(Lacking::Resolved);
        }
        for missing in unsaid(&way, written) {
            if !lacking.contains(&missing) {
                lacking.push(missing);
            }
        }
        lacking.extend(written.fields.iter().filter_map(|(code, text)| wrong_value(tree, code, text)));
        if written.note.chars().count() > tree.text_chars_max() {
            lacking.push(Lacking::NoteTooLong(tree.text_chars_max()));
        }
        if lacking.is_empty() { Ok(way.last().and_then(|node| effect_of(node))) } else { Err(lacking) }
    }
}

const fn effect_of(node: &Node) -> Option<Effect> {
    match node.kind {
        Kind::Result(effect) => effect,
        Kind::Branch(_) => None,
    }
}

/// What the way asks for and the summary does not say, each once.
fn unsaid(way: &[&Node], written: &Written) -> Vec<Lacking> {
    let asked: BTreeSet<&Asked> = way.iter().flat_map(|node| &node.required).collect();
    let says = |code: &Code| written.fields.get(code).is_some_and(|text| !text.trim().is_empty());
    let missing = asked.into_iter().filter_map(|asked| match asked {
        Asked::Resolved => written.resolved.is_none().then_some(Lacking::Resolved),
        Asked::Note => written.note.trim().is_empty().then_some(Lacking::Note),
        Asked::Field(code) => (!says(code)).then(|| Lacking::Field(code.clone())),
    });
    missing.collect()
}

fn wrong_value(tree: &Dispositions, code: &Code, text: &str) -> Option<Lacking> {
    match tree.fields().iter().find(|field| field.code == *code) {
        None => Some(Lacking::UnknownField(code.clone())),
        // An empty field is one that was not filled in, whatever it takes.
        Some(field) if text.trim().is_empty() || field.takes(text, tree.text_chars_max()) => None,
        Some(_) => Some(Lacking::Value(code.clone())),
    }
}
