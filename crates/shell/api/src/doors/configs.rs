//! The door to the configuration: what holds, what held, what somebody wants to hold; and flows, which are files of it.

use std::collections::BTreeMap;

use bell_types::{FlowName, Module};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::doors::Doing;

/// A version of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfigView {
    /// Its number, counting from 1.
    pub version: u64,
    /// The main file; passwords show as `***`, and stay what they are if they are sent back so.
    pub text: String,
    /// The files it names, by their name.
    pub files: BTreeMap<String, String>,
    /// When it took effect.
    pub applied_at: Option<String>,
    /// Who applied it.
    pub by: Option<String>,
    /// What he said.
    pub comment: Option<String>,
}

/// A version without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfigVersionView {
    /// Its number.
    pub version: u64,
    /// When it took effect.
    pub applied_at: Option<String>,
    /// Who applied it.
    pub by: Option<String>,
    /// What he said.
    pub comment: Option<String>,
}

/// A configuration that somebody wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigWanted {
    /// The version it was changed from; none: it is only checked.
    pub base_version: Option<u64>,
    /// The main file.
    pub text: String,
    /// The files it names; those that are left out stay.
    pub files: BTreeMap<String, String>,
    /// What is said of it.
    pub comment: String,
    /// Who wants it.
    pub by: String,
}

/// A mistake, where it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MistakeView {
    /// The file; none: the main file.
    pub file: Option<String>,
    /// The line, counting from 1.
    pub line: u32,
    /// The character in the line, counting from 1.
    pub column: u32,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

/// What a configuration would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfigChecked {
    /// What is wrong; nothing: it can be applied.
    pub mistakes: Vec<MistakeView>,
    /// What is allowed but unwise.
    pub warnings: Vec<String>,
    /// What it changes, as a unified difference without passwords.
    pub difference: String,
}

/// A configuration took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfigApplied {
    /// Its version; the one before if nothing changed.
    pub version: u64,
    /// What it changed.
    pub difference: String,
    /// What is allowed but unwise.
    pub warnings: Vec<String>,
}

/// What is configured, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Queues.
    Queue,
    /// Agents.
    Agent,
    /// Numbers.
    Number,
    /// Trunks.
    Trunk,
    /// Lists of callers.
    List,
    /// Calendars.
    Calendar,
}

/// Things as they are configured: each its name, and what is said of it; no passwords.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ThingsView {
    /// They, by name.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Value>,
}

/// The thresholds that hold today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoliciesView {
    /// They.
    pub items: Vec<PolicyView>,
    /// The day from which other values hold, if it is known.
    pub changes_on: Option<String>,
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyView {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What it is.
    pub what: String,
    /// The rows of the catalogue it stands for.
    pub requirements: Vec<String>,
    /// `shipped`, or `centre`: its own.
    pub origin: &'static str,
    /// Where the value comes from.
    pub source: String,
    /// The first day it holds.
    pub from: Option<String>,
    /// The last day it holds.
    pub until: Option<String>,
}

/// A flow in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowRow {
    /// Its name.
    pub name: String,
    /// How many nodes it has.
    pub nodes: usize,
    /// The numbers whose callers it greets.
    pub used_by: Vec<String>,
    /// Its version.
    pub version: u32,
    /// Whether it is proved: every flow that runs is.
    pub ok: bool,
}

/// A flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowView {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Its text.
    pub text: String,
    /// What proves it.
    #[serde(flatten)]
    pub checked: FlowChecked,
}

/// Whether a flow may be published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowChecked {
    /// What cannot be read.
    pub mistakes: Vec<MistakeView>,
    /// What the proof comes to; none while there are mistakes.
    pub proof: Option<ProofView>,
}

/// A proof, or what speaks against it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofView {
    /// Whether it may be published.
    pub ok: bool,
    /// The deepest menu level.
    pub depth: Option<usize>,
    /// How many situations were looked at.
    pub situations: Option<usize>,
    /// What is allowed but unwise.
    pub warnings: Vec<String>,
    /// Why not, each with the way that shows it.
    pub counter_examples: Vec<CounterExampleView>,
}

/// Why a flow may not be published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CounterExampleView {
    /// What is wrong.
    pub problem: String,
    /// The line of the node it shows at.
    pub line: u32,
    /// How a call gets there.
    pub path: Vec<HopView>,
}

/// One step of a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HopView {
    /// The node.
    pub node: String,
    /// What led here.
    pub label: Option<String>,
}

/// What somebody who tries a flow out does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepSent {
    /// He presses a key.
    Press(String),
    /// He waits.
    Wait(bool),
    /// He hangs up.
    HangUp(bool),
}

/// A call through a flow, as far as the steps go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SimulatedView {
    /// The nodes, in order.
    pub steps: Vec<StepView>,
    /// `key`, `agent`, or `talk_end`; none: it is over.
    pub waits_for: Option<&'static str>,
    /// How it ended.
    pub end: Option<EndView>,
    /// Every way a caller can take, as lines.
    pub tree: Vec<String>,
}

/// A node a call came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepView {
    /// The node.
    pub node: String,
    /// What led there.
    pub by: Option<String>,
    /// What was heard there: the words, or the name of a file.
    pub heard: Vec<String>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndView {
    /// The code of the catalogue.
    pub cause: String,
}

/// A version of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowVersionView {
    /// Its number.
    pub version: u32,
    /// When it was published.
    pub published_at: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// What he said.
    pub comment: Option<String>,
}

/// The text of a version of a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowTextView {
    /// It.
    pub text: String,
}

/// How callers went through a flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowStatsView {
    /// How many calls it greeted.
    pub calls: u64,
    /// Its nodes.
    pub nodes: Vec<NodeStatsView>,
    /// Keys that are chosen more often than one before them (INB-05).
    pub disorders: Vec<DisorderView>,
}

/// A key that is chosen more often than one before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DisorderView {
    /// The menu.
    pub menu: String,
    /// The key.
    pub key: String,
    /// How often it was chosen.
    pub chosen: u64,
    /// The first key that stands before it and is chosen less.
    pub before: String,
    /// How often that was chosen.
    pub before_chosen: u64,
    /// How many choices were made in the menu.
    pub of: u64,
    /// The same in words.
    pub text: String,
}

/// A flow to begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateView {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Chinese.
    pub zh: &'static str,
    /// And in English.
    pub en: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// What kept a configuration or a flow from taking effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotApplied {
    /// Somebody else has changed it since it was read.
    Changed {
        /// The version by now.
        version: u64,
        /// What has been changed since, as a unified difference without passwords.
        difference: String,
    },
    /// It is wrong.
    Wrong(Vec<MistakeView>),
    /// The flow is not proved, or cannot be read.
    Broken(FlowChecked),
}

/// How callers went on from a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NodeStatsView {
    /// The node.
    pub node: String,
    /// How often which key was pressed.
    pub keys: BTreeMap<String, u64>,
    /// How often the caller hung up there.
    pub left: u64,
}

/// A flow that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowWanted {
    /// Which.
    pub flow: FlowName,
    /// Its text.
    pub text: String,
    /// The version it was changed from.
    pub base_version: Option<u32>,
    /// What is said of it.
    pub comment: String,
    /// Who publishes it.
    pub by: String,
}

/// The configuration and its flows.
pub trait Configs: Send + Sync {
    /// What holds; none: the version of this number.
    fn config(&self, version: Option<u64>) -> Doing<'_, ConfigView>;
    /// The versions there are, the newest first.
    fn versions(&self) -> Doing<'_, Vec<ConfigVersionView>>;
    /// What it would be.
    fn check(&self, wanted: ConfigWanted) -> Doing<'_, ConfigChecked>;
    /// Puts it in force.
    fn apply(&self, wanted: ConfigWanted) -> Doing<'_, ConfigApplied>;
    /// Puts an old version in force again, as a new one.
    fn roll_back(&self, version: u64, by: String) -> Doing<'_, ConfigApplied>;
    /// Switches a part on or off.
    fn switch_module(&self, module: Module, on: bool, by: String) -> Doing<'_, ConfigApplied>;
    /// What is configured of a kind.
    fn things(&self, kind: Kind) -> Doing<'_, ThingsView>;
    /// The thresholds.
    fn policies(&self) -> Doing<'_, PoliciesView>;
    /// The flows.
    fn flows(&self) -> Doing<'_, Vec<FlowRow>>;
    /// One of them.
    fn flow(&self, flow: FlowName) -> Doing<'_, FlowView>;
    /// Whether a text may be published.
    fn check_flow(&self, text: String) -> Doing<'_, FlowChecked>;
    /// A call through it.
    fn simulate(&self, text: String, steps: Vec<StepSent>) -> Doing<'_, SimulatedView>;
    /// Publishes it: callers hear it from now on, those who are in it keep what they began with.
    fn publish(&self, wanted: FlowWanted) -> Doing<'_, ConfigApplied>;
    /// Takes one away that nothing leads to.
    fn delete_flow(&self, flow: FlowName, by: String) -> Doing<'_, ConfigApplied>;
    /// Flows to begin with.
    fn templates(&self) -> Vec<TemplateView>;
    /// Its versions, the newest first.
    fn flow_versions(&self, flow: FlowName) -> Doing<'_, Vec<FlowVersionView>>;
    /// The text of one.
    fn flow_version(&self, flow: FlowName, version: u32) -> Doing<'_, FlowTextView>;
    /// How callers went through it in the last days.
    fn flow_stats(&self, flow: FlowName, days: u32) -> Doing<'_, FlowStatsView>;
}
