//! Reading a flow's file: TOML in, a [`Flow`] or all its mistakes out.

mod fields;
mod guests;
mod opening;
mod prompts;
mod steps;
mod values;

use std::collections::BTreeMap;

use bell_types::{FlowName, NodeName, NumberPlan, VariableName};
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Diagnostics, suggestion};
use crate::file::fields::Fields;
use crate::flow::{CallbackNumber, Condition, Flow, FlowHash, Language, Node, NodeIndex, Recording, Step};
use crate::limits::Limits;

/// Words that stand for a place where a node's name is expected.
const RESERVED: [&str; 2] = ["repeat", "back"];

/// The format this program reads.
const FORMAT: u64 = 1;

impl Flow {
    /// Reads a flow's file. Telephone numbers in it are read by the plan, as people write them.
    ///
    /// # Errors
    /// Every mistake of the file, in its order, each with line, column and remedy; up to the limit.
    pub fn parse(text: &str, plan: &NumberPlan, limits: &Limits) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics = Diagnostics::new(text, limits.diagnostics_max.max(1));
        if text.len() > limits.file_bytes_max {
            let problem = format!("the file has more than {} bytes", limits.file_bytes_max);
            diagnostics.report(0..0, problem, "split it into several flows");
            return Err(diagnostics.into_sorted());
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            diagnostics.report(at, error.message().replace('\n', ", "), "write it as TOML (toml.io)");
        }
        // What was recovered from a broken file would only yield mistakes that are none.
        if !diagnostics.is_empty() {
            return Err(diagnostics.into_sorted());
        }
        let mut reader = Reader { diagnostics, plan, limits, language: Language::Mandarin, names: BTreeMap::new() };
        let flow = reader.flow(text, &table);
        match flow {
            Some(flow) if reader.diagnostics.is_empty() => Ok(flow),
            Some(_) | None => Err(reader.diagnostics.into_sorted()),
        }
    }
}

/// What reading needs to know everywhere.
pub(super) struct Reader<'t> {
    diagnostics: Diagnostics<'t>,
    plan: &'t NumberPlan,
    limits: &'t Limits,
    language: Language,
    names: BTreeMap<&'t str, NodeIndex>,
}

impl<'t> Reader<'t> {
    fn flow(&mut self, text: &str, table: &'t Spanned<DeTable<'t>>) -> Option<Flow> {
        let mut fields = Fields::of(table.get_ref(), table.span().start..table.span().start, "the file");
        self.optional(&mut fields, "format", FORMAT, |reader, value| reader.integer(value, FORMAT..=FORMAT));
        let name =
            self.required(&mut fields, "flow", "flow = \"main\"", |reader, value| reader.name(value, FlowName::new));
        let version = self.required(&mut fields, "version", "version = 1", |reader, value| {
            reader.integer(value, 1..=u64::from(u32::MAX))
        });
        let language = self.required(&mut fields, "language", "language = \"zh-CN\"", Self::language);
        self.language = language.unwrap_or(Language::Mandarin);
        let recording = self.optional(&mut fields, "recording", Recording::On, |reader, value| {
            reader.word(value, &[("on", Recording::On), ("off", Recording::Off)])
        });
        let nodes = self.required(&mut fields, "nodes", "[nodes.welcome]", Self::table);
        if let Some(nodes) = nodes {
            self.collect_names(nodes);
        }
        let start = self.required(&mut fields, "start", "start = \"welcome\"", Self::target);
        fields.finish(self);
        let nodes = nodes.map(|nodes| self.nodes(nodes))?;
        Some(Flow {
            name: name?,
            version: u32::try_from(version?).ok()?,
            language: language?,
            recording: recording?,
            start: start?,
            nodes: nodes?,
            hash: FlowHash(Sha256::digest(text.as_bytes()).into()),
        })
    }

    /// Names come first, so that a node may lead to one that stands below it.
    fn collect_names(&mut self, nodes: &'t DeTable<'t>) {
        for (index, (name, _)) in (0..self.limits.nodes_max).zip(in_order(nodes)) {
            self.names.insert(name.get_ref(), NodeIndex(index));
        }
        if let Some((name, _)) = in_order(nodes).nth(usize::from(self.limits.nodes_max)) {
            let problem = format!("the flow has more than {} nodes", self.limits.nodes_max);
            self.diagnostics.report(name.span(), problem, "split it into several flows");
        }
    }

    fn nodes(&mut self, nodes: &'t DeTable<'t>) -> Option<Vec<Node>> {
        let read: Vec<_> = in_order(nodes)
            .take(usize::from(self.limits.nodes_max))
            .map(|(name, value)| self.node(name, value))
            .collect();
        let nodes: Option<Vec<Node>> = read.into_iter().collect();
        let nodes = nodes?;
        self.check_variables(&nodes);
        Some(nodes)
    }

    fn node(&mut self, name: &'t Spanned<toml::de::DeString<'t>>, value: &'t Spanned<DeValue<'t>>) -> Option<Node> {
        let text: &'t str = name.get_ref();
        let node_name = NodeName::new(text);
        if let Err(error) = &node_name {
            self.diagnostics.report(name.span(), error.to_string(), "rename the node");
        }
        if RESERVED.contains(&text) {
            let problem = format!("{text:?} is a word of the language and no name");
            self.diagnostics.report(name.span(), problem, "rename the node");
        }
        let place = self.diagnostics.place(name.span().start);
        let table = self.table(value)?;
        let mut fields = Fields::of(table, name.span(), &format!("node {text:?}"));
        let step = self.step(&mut fields);
        // Without a known word after `do` nobody could say which fields belong there.
        if fields.asked_beyond_first() {
            fields.finish(self);
        }
        Some(Node { name: node_name.ok()?, place, step: step? })
    }

    /// A variable that is asked for and never set is a slip of the pen.
    fn check_variables(&mut self, nodes: &[Node]) {
        let known: Vec<_> = nodes.iter().flat_map(|node| sets(&node.step)).collect();
        for node in nodes {
            for name in asks(&node.step) {
                if !known.contains(&name) {
                    let problem = format!("node {:?} asks for {name:?}, which no node sets", node.name.as_str());
                    let remedy = suggestion(name.as_str(), known.iter().map(|known| known.as_str()));
                    self.diagnostics.report_at(node.place, problem, remedy);
                }
            }
        }
    }
}

/// The variables a node sets.
fn sets(step: &Step) -> Vec<&VariableName> {
    match step {
        Step::Set(set) => vec![&set.variable],
        Step::Collect(collect) => vec![&collect.into],
        Step::LookUp(look_up) => {
            look_up.into.iter().map(|(name, _)| name).chain(look_up.default.iter().map(|(name, _)| name)).collect()
        }
        Step::Answer(_)
        | Step::Play(_)
        | Step::Menu(_)
        | Step::Hours(_)
        | Step::Calendar(_)
        | Step::Branch(_)
        | Step::Language(_)
        | Step::Survey(_)
        | Step::Record(_)
        | Step::Callback(_)
        | Step::Loop(_)
        | Step::Queue(_)
        | Step::Transfer(_)
        | Step::HangUp(_) => Vec::new(),
    }
}

/// The variables a node asks for.
fn asks<'s>(step: &'s Step) -> Vec<&'s VariableName> {
    match step {
        Step::Branch(branch) => {
            let asked = |condition: &'s Condition| match condition {
                Condition::Variable(name, _) => Some(name),
                Condition::Caller(_)
                | Condition::CallerPrefix(_)
                | Condition::Called(_)
                | Condition::Region(_)
                | Condition::Class(_)
                | Condition::InList(_)
                | Condition::Language(_) => None,
            };
            branch.cases.iter().filter_map(|case| asked(&case.condition)).collect()
        }
        Step::Set(set) => set.value.variables().collect(),
        Step::LookUp(look_up) => look_up.url.variables().collect(),
        Step::Callback(callback) => match &callback.number {
            CallbackNumber::Variable(name) => vec![name],
            CallbackNumber::Caller => Vec::new(),
        },
        Step::Answer(_)
        | Step::Play(_)
        | Step::Menu(_)
        | Step::Collect(_)
        | Step::Hours(_)
        | Step::Calendar(_)
        | Step::Language(_)
        | Step::Survey(_)
        | Step::Record(_)
        | Step::Loop(_)
        | Step::Queue(_)
        | Step::Transfer(_)
        | Step::HangUp(_) => Vec::new(),
    }
}

/// The entries of a table in the order of the file.
fn in_order<'t>(
    table: &'t DeTable<'t>,
) -> impl Iterator<Item = (&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter()
}

#[cfg(test)]
mod tests;
