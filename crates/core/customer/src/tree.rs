//! The tree of results of a queue or project.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::code::{Code, Said};

/// What a result means for the contact it was reached with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nobody was reached, or not the right one: try again.
    Retry,
    /// What was wanted is done.
    Done,
    /// The number leads to nobody who is wanted: never again.
    Invalid,
    /// The person is right, what is known about him is not.
    UpdateData,
}

/// One entry of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its code, unlike those of its siblings.
    pub code: Code,
    /// What the agent reads.
    pub said: Said,
    /// What must be said when this is on the way to the result.
    pub required: Vec<Asked>,
    /// A branch or a result.
    pub kind: Kind,
}

/// What an entry can ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// Whether the matter was resolved.
    Resolved,
    /// A note.
    Note,
    /// A field.
    Field(Code),
}

/// What a summary has besides its fields: no field is called so.
const RESERVED: [&str; 4] = ["disposition", "resolved", "note", "owner"];

impl Asked {
    /// What a code asks for: `resolved`, `note`, or a field.
    pub fn by(code: Code) -> Self {
        match code.as_str() {
            "resolved" => Self::Resolved,
            "note" => Self::Note,
            _ => Self::Field(code),
        }
    }

    /// The field, if it is one.
    pub const fn field(&self) -> Option<&Code> {
        match self {
            Self::Field(code) => Some(code),
            Self::Resolved | Self::Note => None,
        }
    }

    /// The code it was read from.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Resolved => "resolved",
            Self::Note => "note",
            Self::Field(code) => code.as_str(),
        }
    }
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only a heading: one of its children is meant.
    Branch(Vec<Node>),
    /// The end of a branch.
    Result(Option<Effect>),
}

impl Node {
    /// A result that asks for no field.
    pub const fn result(code: Code, said: Said, effect: Effect) -> Self {
        Self { code, said, required: Vec::new(), kind: Kind::Result(Some(effect)) }
    }
}

/// A field of the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its code, unlike those of the other fields.
    pub code: Code,
    /// What the agent reads.
    pub said: Said,
    /// How it is filled in.
    pub way: Way,
}

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// With any text.
    Text,
    /// With the code of one of these.
    Choice(Vec<Choice>),
    /// With `yes` or `no`.
    YesNo,
    /// With a day as `2026-11-28`.
    Date,
}

/// One of the values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is kept.
    pub code: Code,
    /// What the agent reads.
    pub said: Said,
}

/// How large trees and summaries may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries of a tree.
    pub nodes_max: usize,
    /// Levels of a tree.
    pub depth_max: usize,
    /// Fields of a summary.
    pub fields_max: usize,
    /// Characters of a note or of a field's text.
    pub text_chars_max: usize,
}

impl Limits {
    /// Limits that a test can reach.
    pub const fn for_tests() -> Self {
        Self { nodes_max: 50, depth_max: 4, fields_max: 8, text_chars_max: 200 }
    }
}

/// What is wrong with a tree as it was configured.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Mistake {
    /// Two entries under one heading have the same code.
    #[error("{0} is there twice under one heading")]
    CodeTwice(Code),
    /// A heading with nothing below.
    #[error("{0} is a heading without results: give it children, or an effect")]
    NoResult(Code),
    /// Two fields have the same code, or two choices of a field.
    #[error("{0} is there twice among the fields or the choices of one")]
    FieldTwice(Code),
    /// A field is called like another part of the summary.
    #[error("a field cannot be called {0}: every summary has that already")]
    Reserved(Code),
    /// A field to choose from, without choices.
    #[error("the field {0} has no choices")]
    NoChoice(Code),
    /// An entry asks for a field that is not there.
    #[error("{node} asks for the field {field}, which is not there")]
    UnknownField {
        /// Who asks.
        node: Code,
        /// For what.
        field: Code,
    },
    /// More entries than `nodes_max`.
    #[error("the tree has more than {0} entries")]
    TooManyNodes(usize),
    /// More levels than `depth_max`.
    #[error("{0} is too deep in the tree")]
    TooDeep(Code),
    /// More fields than `fields_max`.
    #[error("there are more than {0} fields")]
    TooManyFields(usize),
}

impl Mistake {
    /// The entry or field it is about.
    pub const fn code(&self) -> Option<&Code> {
        match self {
            Self::CodeTwice(code)
            | Self::NoResult(code)
            | Self::FieldTwice(code)
            | Self::Reserved(code)
            | Self::NoChoice(code)
            | Self::UnknownField { node: code, .. }
            | Self::TooDeep(code) => Some(code),
            Self::TooManyNodes(_) | Self::TooManyFields(_) => None,
        }
    }
}

/// Why a path names no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAResult {
    /// The path is empty.
    Nothing,
    /// There is no such entry where the path says so: the tree was changed, or the path is wrong.
    Unknown(Code),
    /// The path ends at a heading.
    Branch(Code),
}

/// The checked tree of results, and the fields it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispositions {
    tree: Vec<Node>,
    fields: Vec<Field>,
    text_chars_max: usize,
}

impl Dispositions {
    /// Checks a tree. The first mistake that is found is the answer.
    pub fn new(tree: Vec<Node>, fields: Vec<Field>, limits: Limits) -> Result<Self, Mistake> {
        if fields.len() > limits.fields_max {
            return Err(Mistake::TooManyFields(limits.fields_max));
        }
        unlike(fields.iter().map(|field| &field.code)).map_err(Mistake::FieldTwice)?;
        if let Some(field) = fields.iter().find(|field| RESERVED.contains(&field.code.as_str())) {
            return Err(Mistake::Reserved(field.code.clone()));
        }
        fields.iter().try_for_each(check_field)?;
        let known: BTreeSet<&Code> = fields.iter().map(|field| &field.code).collect();
        let mut left = limits.nodes_max;
        check_level(&tree, &known, limits.depth_max, &mut left).map_err(|mistake| match mistake {
            Mistake::TooManyNodes(_) => Mistake::TooManyNodes(limits.nodes_max),
            other => other,
        })?;
        Ok(Self { tree, fields, text_chars_max: limits.text_chars_max })
    }

    /// The entries of the first level.
    pub fn tree(&self) -> &[Node] {
        &self.tree
    }

    /// The fields of a summary, in the order in which they are shown.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Characters that a note or the text of a field may have.
    pub const fn text_chars_max(&self) -> usize {
        self.text_chars_max
    }

    /// The entries on the way to a result; the last one is the result.
    pub fn way_to(&self, path: &[Code]) -> Result<Vec<&Node>, NotAResult> {
        let mut level = self.tree.as_slice();
        let mut way: Vec<&Node> = Vec::new();
        for code in path {
            let node = level.iter().find(|node| node.code == *code);
            let node = node.ok_or_else(|| NotAResult::Unknown(code.clone()))?;
            level = match &node.kind {
                Kind::Branch(children) => children,
                Kind::Result(_) => &[],
            };
            way.push(node);
        }
        match way.last() {
            None => Err(NotAResult::Nothing),
            Some(Node { code, kind: Kind::Branch(_), .. }) => Err(NotAResult::Branch(code.clone())),
            Some(Node { kind: Kind::Result(_), .. }) => Ok(way),
        }
    }
}

impl Field {
    /// Whether this text fills the field in.
    pub(crate) fn takes(&self, text: &str, chars_max: usize) -> bool {
        match &self.way {
            Way::Text => text.chars().count() <= chars_max,
            Way::Choice(choices) => choices.iter().any(|choice| choice.code.as_str() == text),
            Way::YesNo => matches!(text, "yes" | "no"),
            Way::Date => is_day(text),
        }
    }
}

fn check_field(field: &Field) -> Result<(), Mistake> {
    match &field.way {
        Way::Choice(choices) if choices.is_empty() => Err(Mistake::NoChoice(field.code.clone())),
        Way::Choice(choices) => unlike(choices.iter().map(|choice| &choice.code)).map_err(Mistake::FieldTwice),
        Way::Text | Way::YesNo | Way::Date => Ok(()),
    }
}

fn check_level(level: &[Node], known: &BTreeSet<&Code>, depth: usize, left: &mut usize) -> Result<(), Mistake> {
    unlike(level.iter().map(|node| &node.code)).map_err(Mistake::CodeTwice)?;
    for node in level {
        *left = left.checked_sub(1).ok_or(Mistake::TooManyNodes(0))?;
        let deeper = depth.checked_sub(1).ok_or_else(|| Mistake::TooDeep(node.code.clone()))?;
        let mut fields = node.required.iter().filter_map(Asked::field);
        if let Some(field) = fields.find(|field| !known.contains(field)) {
            return Err(Mistake::UnknownField { node: node.code.clone(), field: field.clone() });
        }
        match &node.kind {
            Kind::Branch(children) if children.is_empty() => return Err(Mistake::NoResult(node.code.clone())),
            Kind::Branch(children) => check_level(children, known, deeper, left)?,
            Kind::Result(_) => {}
        }
    }
    Ok(())
}

fn unlike<'a>(codes: impl Iterator<Item = &'a Code>) -> Result<(), Code> {
    let mut seen = BTreeSet::new();
    codes.into_iter().try_for_each(|code| if seen.insert(code) { Ok(()) } else { Err(code.clone()) })
}

/// `2026-02-28` is a day, `2026-02-30` is not.
fn is_day(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    if text.len() != 10 || !shape {
        return false;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else { return false };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=length).contains(&day)
}
