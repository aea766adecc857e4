//! The door to the configuration: its versions in the node's directory, the flows among its files, what it would be if it
//! were changed. What is applied here and what `belltower apply` applies are one history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bell_api::doors::{
    Business, ConfigApplied, ConfigChecked, ConfigVersionView, ConfigView, ConfigWanted, Configs, CounterExampleView,
    DisorderView, Doing, EndView, Field, FlowChecked, FlowRow, FlowStatsView, FlowTextView, FlowVersionView, FlowView,
    FlowWanted, HopView, Kind, MistakeView, NodeStatsView, NotApplied, PoliciesView, PolicyView, ProofView, Refused,
    SimulatedView, StepSent, StepView, TemplateView, ThingsView,
};
use bell_api::time::rfc3339;
use bell_engine::{Mistake, Snapshot, Source};
use bell_ivr::templates::TEMPLATES;
use bell_ivr::{
    CounterExample, Disorder, Flow, FlowStats, Input, Known, Limits, OrderPolicy, Prompt, PromptSource, PromptState,
    RunLimits, TreeLimits, WaitsFor, prove, simulate, walk,
};
use bell_policy::Origin;
use bell_store::{TenantId, facts};
use bell_types::{Digit, FlowName, Module, PromptName, Wall};
use serde_json::Value;

use super::database::Database;
use crate::clock::wall;
use crate::configure::edit::Editing;
use crate::configure::{ConfigureError, Note, Versions, Wanted, difference, difference_of, edited, without_passwords};
use crate::control::{Context, NotInForce, warnings};

/// So many steps of a call are tried out at most.
const STEPS_MAX: usize = 200;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

#[derive(Clone)]
pub(super) struct ConfigsDoor {
    context: Context,
    database: Database,
}

impl ConfigsDoor {
    pub(super) fn new(context: Context, database: Database) -> Self {
        Self { context, database }
    }

    fn versions(&self) -> Versions {
        Versions::of(&self.context.dirs)
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.ok_or_else(|| Refused::unavailable("there is no configuration yet"))
    }

    /// Does what reads files or waits, where that is no harm.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let door = self.clone();
        tokio::task::spawn_blocking(move || work(&door)).await.map_err(Refused::unavailable)?
    }

    fn latest(&self) -> Result<Source, Refused> {
        self.versions().latest().map_err(failed)?.ok_or(Refused::NotThere)
    }

    fn view(&self, source: Source) -> ConfigView {
        let note = self.versions().note(source.version);
        ConfigView {
            version: source.version,
            text: without_passwords(&source.main.text),
            files: source.files,
            applied_at: note.as_ref().map(|note| rfc3339(Wall::from_micros(note.at))),
            by: note.as_ref().map(|note| note.by.clone()),
            comment: note.map(|note| note.comment),
        }
    }

    fn put(&self, wanted: Wanted) -> Result<ConfigApplied, Refused> {
        put(&self.context, wanted)
    }

    fn put_flow(&self, wanted: FlowWanted) -> Result<ConfigApplied, Refused> {
        let before = self.latest()?;
        let FlowWanted { flow, text, base_version, comment, by } = wanted;
        let Place { main, file } = place_of(&before, &flow)?;
        let old = before.files.get(&file).map(String::as_str).unwrap_or_default();
        let version = version_in(old).unwrap_or(0);
        if base_version.is_some_and(|base| base != version) {
            return Err(self.flow_changed(&flow, base_version.unwrap_or_default(), version, old));
        }
        let text = if text == old { text } else { with_version(&text, version + 1) };
        let checked = self.checked(&text)?;
        if !checked.mistakes.is_empty() || checked.proof.as_ref().is_none_or(|proof| !proof.ok) {
            return Err(NotApplied::Broken(checked).into());
        }
        let source = edited(&before, &main, &BTreeMap::from([(file, text)]), &self.context.dirs, wall());
        let source = source.map_err(|error| failed_in(&before.main.file, error))?;
        self.put(Wanted { source, base: Some(before.version), note: note(by, comment) })
    }

    fn switch(&self, module: Module, on: bool, by: String) -> Result<ConfigApplied, Refused> {
        let before = self.latest()?;
        let mut modules = self.snapshot()?.modules.clone();
        let sign = if on { '+' } else { '-' };
        if on {
            modules.insert(module)
        } else {
            modules.remove(&module)
        };
        let mut text = Editing::of(&before.main).map_err(failed)?;
        let codes: toml_edit::Array = modules.iter().map(|module| module.code()).collect();
        text.set("centre", "modules", codes);
        let source = edited(&before, &text.into_text(), &BTreeMap::new(), &self.context.dirs, wall());
        let source = source.map_err(|error| failed_in(&before.main.file, error))?;
        self.put(Wanted { source, base: Some(before.version), note: note(by, format!("{sign} {module}")) })
    }

    /// What somebody else has made of a flow since it was read.
    fn flow_changed(&self, flow: &FlowName, base: u32, now: u32, text: &str) -> Refused {
        let known = self.history(flow).unwrap_or_default();
        let then = known.iter().find(|(view, _)| view.version == base).map_or("", |(_, text)| text.as_str());
        let difference = difference_of(flow.as_str(), then, text);
        NotApplied::Changed { version: u64::from(now), difference }.into()
    }

    fn delete_flow(&self, flow: &FlowName, by: String) -> Result<ConfigApplied, Refused> {
        let before = self.latest()?;
        file_of(&before, flow)?;
        let users = used_by(&*self.snapshot()?, flow);
        if !users.is_empty() {
            return Err(flow_used(&users));
        }
        let mut text = Editing::of(&before.main).map_err(failed)?;
        text.remove("flow", flow.as_str());
        let source = edited(&before, &text.into_text(), &BTreeMap::new(), &self.context.dirs, wall());
        let source = source.map_err(|error| failed_in(&before.main.file, error))?;
        self.put(Wanted { source, base: Some(before.version), note: note(by, format!("- {flow}")) })
    }

    /// Whether a text may be published, as far as it can be said without its prompts.
    fn checked(&self, text: &str) -> Result<FlowChecked, Refused> {
        let snapshot = self.snapshot()?;
        let flow = match Flow::parse(text, &snapshot.plan, &Limits::USUAL) {
            Ok(flow) => flow,
            Err(found) => {
                let mistake = |found: bell_ivr::Diagnostic| MistakeView {
                    file: None,
                    line: found.place.line,
                    column: found.place.column,
                    problem: found.problem,
                    remedy: found.remedy,
                };
                return Ok(FlowChecked { mistakes: found.into_iter().map(mistake).collect(), proof: None });
            }
        };
        Ok(FlowChecked { mistakes: Vec::new(), proof: Some(proof(&flow, &snapshot)) })
    }

    /// The versions of a flow with their texts, the newest first: those of the configuration in which its file changed.
    fn history(&self, flow: &FlowName) -> Result<Vec<(FlowVersionView, String)>, Refused> {
        let versions = self.versions();
        let mut history: Vec<(FlowVersionView, String)> = Vec::new();
        for number in versions.numbers().map_err(failed)? {
            let source = versions.get(number).map_err(failed)?;
            let Ok(file) = file_of(&source, flow) else { continue };
            let Some(text) = source.files.get(&file) else { continue };
            if history.last().is_some_and(|(_, last)| last == text) {
                continue;
            }
            let note = versions.note(number);
            let view = FlowVersionView {
                version: version_in(text).unwrap_or(0),
                published_at: note.as_ref().map(|note| rfc3339(Wall::from_micros(note.at))),
                by: note.as_ref().map(|note| note.by.clone()),
                comment: note.map(|note| note.comment),
            };
            history.push((view, text.clone()));
        }
        history.reverse();
        if history.is_empty() { Err(Refused::NotThere) } else { Ok(history) }
    }

    async fn stats(&self, flow: FlowName, days: u32) -> Result<FlowStatsView, Refused> {
        let snapshot = self.snapshot()?;
        let running = snapshot.flows.get(&flow).ok_or(Refused::NotThere)?;
        let db = self.database.get().await?;
        let since = Wall::from_micros(wall().as_micros().saturating_sub(i64::from(days) * DAY_MICROS));
        let mut stats = FlowStats::of(flow);
        let counted = facts::since(db, TenantId::FIRST, since, &FlowStats::KINDS, |fact| stats.apply(&fact.what)).await;
        counted.map_err(Refused::unavailable)?;
        let node = |(name, node): (&String, &bell_ivr::NodeStats)| NodeStatsView {
            node: name.clone(),
            keys: keys(&node.ways),
            left: node.hung_up,
        };
        Ok(FlowStatsView {
            calls: stats.calls(),
            nodes: stats.nodes().iter().map(node).collect(),
            disorders: stats.disorders(running, &OrderPolicy::USUAL).iter().map(disorder).collect(),
        })
    }
}

impl Configs for ConfigsDoor {
    fn config(&self, version: Option<u64>) -> Doing<'_, ConfigView> {
        Box::pin(self.apart(move |door| {
            let source = match version {
                Some(version) => door.versions().get(version).map_err(failed)?,
                None => door.latest()?,
            };
            Ok(door.view(source))
        }))
    }

    fn versions(&self) -> Doing<'_, Vec<ConfigVersionView>> {
        Box::pin(self.apart(|door| {
            let versions = door.versions();
            let view = |version| {
                let note = versions.note(version);
                ConfigVersionView {
                    version,
                    applied_at: note.as_ref().map(|note| rfc3339(Wall::from_micros(note.at))),
                    by: note.as_ref().map(|note| note.by.clone()),
                    comment: note.map(|note| note.comment),
                }
            };
            Ok(versions.numbers().map_err(failed)?.into_iter().rev().map(view).collect())
        }))
    }

    fn check(&self, wanted: ConfigWanted) -> Doing<'_, ConfigChecked> {
        Box::pin(self.apart(move |door| {
            let before = door.latest()?;
            let source = edited(&before, &wanted.text, &wanted.files, &door.context.dirs, wall());
            match source.and_then(|source| door.versions().check(source)) {
                Ok(applied) => Ok(ConfigChecked {
                    mistakes: Vec::new(),
                    warnings: warnings(&applied.snapshot),
                    difference: applied.difference,
                }),
                Err(ConfigureError::Mistakes(mistakes)) => Ok(ConfigChecked {
                    mistakes: mistakes.into_iter().map(|found| mistake(found, &before.main.file)).collect(),
                    warnings: Vec::new(),
                    difference: String::new(),
                }),
                Err(error) => Err(failed(error)),
            }
        }))
    }

    fn apply(&self, wanted: ConfigWanted) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door| {
            let before = door.latest()?;
            let source = edited(&before, &wanted.text, &wanted.files, &door.context.dirs, wall());
            let source = source.map_err(|error| failed_in(&before.main.file, error))?;
            door.put(Wanted { source, base: wanted.base_version, note: note(wanted.by, wanted.comment) })
        }))
    }

    fn roll_back(&self, version: u64, by: String) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door| {
            let source = door.versions().get(version).map_err(failed)?.as_of(wall());
            door.put(Wanted { source, base: None, note: note(by, format!("= {version}")) })
        }))
    }

    fn switch_module(&self, module: Module, on: bool, by: String) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door| door.switch(module, on, by)))
    }

    fn things(&self, kind: Kind) -> Doing<'_, ThingsView> {
        Box::pin(self.apart(move |door| {
            let source = door.latest()?;
            let document: toml::Table = source.main.text.parse().map_err(Refused::unavailable)?;
            let table = match kind {
                Kind::Queue => "queue",
                Kind::Agent => "agent",
                Kind::Number => "number",
                Kind::Trunk => "trunk",
                Kind::List => "list",
                Kind::Calendar => "calendar",
            };
            let things = document.get(table).and_then(toml::Value::as_table);
            let items = things.into_iter().flatten().map(|(name, thing)| thing_view(name, thing));
            Ok(ThingsView { items: items.collect() })
        }))
    }

    fn policies(&self) -> Doing<'_, PoliciesView> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let day = |day: bell_types::Date| day.to_string();
            let policy = |policy: &bell_policy::InForce| PolicyView {
                key: policy.key.clone(),
                value: policy.value.to_string(),
                what: policy.what.clone(),
                requirements: policy.rows.iter().map(ToString::to_string).collect(),
                origin: match policy.origin {
                    Origin::Shipped => "shipped",
                    Origin::Centre => "centre",
                },
                source: policy.source.clone(),
                from: policy.from.map(day),
                until: policy.until.map(day),
            };
            Ok(PoliciesView {
                items: snapshot.policies.in_force.iter().map(policy).collect(),
                changes_on: snapshot.policies.changes_on.map(day),
            })
        })
    }

    fn flows(&self) -> Doing<'_, Vec<FlowRow>> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let row = |(name, flow): (&FlowName, &Arc<Flow>)| FlowRow {
                name: name.to_string(),
                nodes: flow.nodes().len(),
                used_by: used_by(&snapshot, name),
                version: flow.version(),
                ok: true,
            };
            Ok(snapshot.flows.iter().map(row).collect())
        })
    }

    fn flow(&self, flow: FlowName) -> Doing<'_, FlowView> {
        Box::pin(self.apart(move |door| {
            let source = door.latest()?;
            let text = source.files.get(&file_of(&source, &flow)?).cloned().ok_or(Refused::NotThere)?;
            let checked = door.checked(&text)?;
            Ok(FlowView { name: flow.to_string(), version: version_in(&text).unwrap_or(0), text, checked })
        }))
    }

    fn check_flow(&self, text: String) -> Doing<'_, FlowChecked> {
        Box::pin(self.apart(move |door| door.checked(&text)))
    }

    fn simulate(&self, text: String, steps: Vec<StepSent>) -> Doing<'_, SimulatedView> {
        Box::pin(self.apart(move |door| {
            let snapshot = door.snapshot()?;
            let flow = Flow::parse(&text, &snapshot.plan, &Limits::USUAL).map_err(|_| unreadable())?;
            if steps.len() > STEPS_MAX {
                return Err(Field { field: "steps", problem: "too_long" }.into());
            }
            let inputs = steps.iter().map(input).collect::<Result<Vec<_>, _>>()?;
            Ok(simulated(&Arc::new(flow), &inputs))
        }))
    }

    fn publish(&self, wanted: FlowWanted) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door| door.put_flow(wanted)))
    }

    fn delete_flow(&self, flow: FlowName, by: String) -> Doing<'_, ConfigApplied> {
        Box::pin(self.apart(move |door| door.delete_flow(&flow, by)))
    }

    fn templates(&self) -> Vec<TemplateView> {
        let view = |template: &bell_ivr::templates::Template| {
            let [zh, en] = template.purpose;
            TemplateView { name: template.name, zh, en, text: template.text }
        };
        TEMPLATES.iter().map(view).collect()
    }

    fn flow_versions(&self, flow: FlowName) -> Doing<'_, Vec<FlowVersionView>> {
        Box::pin(self.apart(move |door| Ok(door.history(&flow)?.into_iter().map(|(view, _)| view).collect())))
    }

    fn flow_version(&self, flow: FlowName, version: u32) -> Doing<'_, FlowTextView> {
        Box::pin(self.apart(move |door| {
            let found = door.history(&flow)?.into_iter().find(|(view, _)| view.version == version);
            Ok(FlowTextView { text: found.ok_or(Refused::NotThere)?.1 })
        }))
    }

    fn flow_stats(&self, flow: FlowName, days: u32) -> Doing<'_, FlowStatsView> {
        Box::pin(self.stats(flow, days))
    }
}

/// Lets a configuration take effect.
pub(super) fn put(context: &Context, wanted: Wanted) -> Result<ConfigApplied, Refused> {
    let (main, base) = (wanted.source.main.file.clone(), wanted.base);
    match context.put_in_force(|versions| versions.put(wanted)) {
        Ok((applied, warnings)) => {
            Ok(ConfigApplied { version: applied.snapshot.source.version, difference: applied.difference, warnings })
        }
        Err(NotInForce::Refused(ConfigureError::Changed(now))) => Err(changed(context, base, now)),
        Err(NotInForce::Refused(error)) => Err(failed_in(&main, error)),
        Err(NotInForce::Busy) => Err(Refused::unavailable("the node is too busy to take the configuration over")),
    }
}

/// What somebody else has changed since `base` was read.
fn changed(context: &Context, base: Option<u64>, now: u64) -> Refused {
    let versions = Versions::of(&context.dirs);
    let read = |version| versions.get(version).map_err(failed);
    // A version that nobody kept has no difference to the one that runs.
    let then = base.and_then(|base| read(base).ok());
    match read(now) {
        Ok(source) => NotApplied::Changed { version: now, difference: difference(then.as_ref(), &source) }.into(),
        Err(refused) => refused,
    }
}

pub(super) fn note(by: String, comment: String) -> Note {
    Note { at: wall().as_micros(), by, comment }
}

pub(super) fn failed(error: ConfigureError) -> Refused {
    failed_in("", error)
}

/// `main`: the name of the main file, whose mistakes name no file.
pub(super) fn failed_in(main: &str, error: ConfigureError) -> Refused {
    match error {
        ConfigureError::Changed(_) => Refused::Changed,
        ConfigureError::NoVersion(_) => Refused::NotThere,
        ConfigureError::Mistakes(mistakes) => {
            NotApplied::Wrong(mistakes.into_iter().map(|found| mistake(found, main)).collect()).into()
        }
        error @ (ConfigureError::Read { .. } | ConfigureError::Keep { .. }) => Refused::unavailable(error),
    }
}

fn flow_used(users: &[String]) -> Refused {
    let users = users.join(", ");
    Refused::Business(Business {
        code: "flow_used",
        detail: format!("the flow greets the callers of {users}: give these another one first"),
        detail_zh: format!("流程正用于号码 {users}，请先为其选择其他流程"),
    })
}

fn unreadable() -> Refused {
    Refused::Business(Business {
        code: "flow_unreadable",
        detail: "the flow cannot be read: check it, and mend its mistakes".to_owned(),
        detail_zh: "流程文本无法识别：请先检查并修正错误".to_owned(),
    })
}

fn mistake(found: Mistake, main: &str) -> MistakeView {
    MistakeView {
        file: (found.file != main).then_some(found.file),
        line: found.line,
        column: found.column,
        problem: found.problem,
        remedy: found.remedy,
    }
}

/// Where a flow stands.
struct Place {
    /// The main text, which names its file.
    main: String,
    /// The file.
    file: String,
}

/// Where a flow stands, or is to stand: a new one gets a file that no other has.
fn place_of(source: &Source, flow: &FlowName) -> Result<Place, Refused> {
    if let Ok(file) = file_of(source, flow) {
        return Ok(Place { main: source.main.text.clone(), file });
    }
    let names = (1..).map(|count: u32| if count == 1 { flow.to_string() } else { format!("{flow}-{count}") });
    let files = names.map(|name| format!("flows/{name}.toml"));
    let file = files.into_iter().find(|file| !source.files.contains_key(file)).ok_or(Refused::NotThere)?;
    let mut text = Editing::of(&source.main).map_err(failed)?;
    text.put("flow", flow.as_str(), [("file", file.as_str().into())]);
    Ok(Place { main: text.into_text(), file })
}

/// The numbers whose callers a flow greets.
fn used_by(snapshot: &Snapshot, flow: &FlowName) -> Vec<String> {
    let numbers = snapshot.numbers.iter().filter(|(_, door)| door.flow == *flow);
    numbers.map(|(number, _)| number.to_string()).collect()
}

fn disorder(found: &Disorder) -> DisorderView {
    DisorderView {
        menu: found.menu.clone(),
        key: found.key.to_string(),
        chosen: found.chosen,
        before: found.before.to_string(),
        before_chosen: found.before_chosen,
        of: found.of,
        text: found.to_string(),
    }
}

/// The file of a flow, as the configuration names it.
fn file_of(source: &Source, flow: &FlowName) -> Result<String, Refused> {
    let document: toml::Table = source.main.text.parse().map_err(Refused::unavailable)?;
    let file = document.get("flow").and_then(|flows| flows.get(flow.as_str())).and_then(|flow| flow.get("file"));
    file.and_then(toml::Value::as_str).map(str::to_owned).ok_or(Refused::NotThere)
}

/// The version that a flow's text says it is.
fn version_in(text: &str) -> Option<u32> {
    let document: toml::Table = text.parse().ok()?;
    u32::try_from(document.get("version")?.as_integer()?).ok()
}

/// The text as the version of this number.
fn with_version(text: &str, version: u32) -> String {
    let mut done = false;
    let line = |line: &str| {
        let is_it = !done && line.split('=').next().is_some_and(|key| key.trim() == "version");
        done |= is_it;
        if is_it { format!("version = {version}\n") } else { line.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

fn proof(flow: &Flow, snapshot: &Snapshot) -> ProofView {
    // Whether prompts decode, lists exist and services may be asked is found when the whole configuration is built.
    let known = Known {
        prompts: flow.prompts().into_iter().map(|prompt| (prompt.name, PromptState::Playable)).collect(),
        queues: snapshot.sounds.keys().cloned().collect::<BTreeSet<_>>(),
        calendars: flow.calendars(),
        ..Known::default()
    };
    match prove(flow, &known, &snapshot.policies.of_flows()) {
        Ok(proof) => ProofView {
            ok: true,
            depth: Some(proof.depth),
            situations: Some(proof.situations),
            warnings: proof.warnings.iter().map(ToString::to_string).collect(),
            counter_examples: Vec::new(),
        },
        Err(found) => {
            ProofView { counter_examples: found.iter().map(counter_example).collect(), ..ProofView::default() }
        }
    }
}

fn counter_example(found: &CounterExample) -> CounterExampleView {
    let hop =
        |hop: &bell_ivr::Hop| HopView { node: hop.node.to_string(), label: hop.by.as_ref().map(ToString::to_string) };
    CounterExampleView {
        problem: found.problem.to_string(),
        line: found.place.line,
        path: found.path.hops.iter().map(hop).collect(),
    }
}

fn input(step: &StepSent) -> Result<Input, Refused> {
    match step {
        StepSent::Press(key) => {
            let mut keys = key.chars();
            let digit = keys.next().filter(|_| keys.next().is_none()).and_then(Digit::from_char);
            digit.map(Input::Press).ok_or_else(|| Field::malformed("steps").into())
        }
        StepSent::Wait(_) => Ok(Input::Wait),
        StepSent::HangUp(_) => Ok(Input::HangUp),
    }
}

fn simulated(flow: &Arc<Flow>, inputs: &[Input]) -> SimulatedView {
    let walked = walk(flow, &RunLimits::USUAL, inputs);
    let prompts = flow.prompts();
    let step = |stop: &bell_ivr::Stop| StepView {
        node: stop.node.to_string(),
        by: stop.by.clone(),
        heard: stop.heard.iter().map(|name| words(name, &prompts)).collect(),
    };
    SimulatedView {
        steps: walked.stops.iter().map(step).collect(),
        waits_for: walked.waits_for.map(|waits| match waits {
            WaitsFor::Key => "key",
            WaitsFor::Agent => "agent",
            WaitsFor::TalkEnd => "talk_end",
        }),
        end: walked.end.map(|cause| EndView { cause: cause.code().to_owned() }),
        tree: simulate(flow, &RunLimits::USUAL, &TreeLimits::USUAL).to_string().lines().map(str::to_owned).collect(),
    }
}

/// What is heard of a prompt: its words, or the name of its file.
fn words(name: &PromptName, prompts: &[Prompt]) -> String {
    let variants = prompts
        .iter()
        .flat_map(|prompt| std::iter::once(prompt).chain(prompt.variants.iter().map(|(_, variant)| variant)));
    let found = variants.into_iter().find(|prompt| prompt.name == *name);
    match found.map(|prompt| &prompt.source) {
        Some(PromptSource::Speech { text, .. }) => text.to_string(),
        Some(PromptSource::File) | None => name.to_string(),
    }
}

/// `key 1` as `1`; other ways out are no keys.
fn keys(ways: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let key = |(way, count): (&String, &u64)| Some((way.strip_prefix("key ")?.to_owned(), *count));
    ways.iter().filter_map(key).collect()
}

/// A thing as it is configured, without what is secret.
fn thing_view(name: &str, thing: &toml::Value) -> Value {
    let mut view = serde_json::Map::from_iter([("name".to_owned(), Value::from(name))]);
    let fields = thing.as_table().into_iter().flatten();
    let public = fields.filter(|(key, _)| !["password", "secret", "token"].iter().any(|word| key.contains(word)));
    for (key, value) in public {
        view.insert(key.clone(), serde_json::to_value(value).unwrap_or_default());
    }
    Value::Object(view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_numbered_in_its_text() {
        let text = "flow = \"a\"\nversion = 3 # the third\n[nodes.version]\nversion = 9\n";
        assert_eq!(version_in(text), Some(3));
        assert_eq!(with_version(text, 4), "flow = \"a\"\nversion = 4\n[nodes.version]\nversion = 9\n");
    }

    #[test]
    fn things_show_no_secrets() {
        let table: toml::Table = "password = \"x\"\nauth_token = \"y\"\nfrom = [\"192.0.2.1\"]\n".parse().unwrap();
        let view = thing_view("carrier", &toml::Value::Table(table));
        assert_eq!(view.to_string(), r#"{"from":["192.0.2.1"],"name":"carrier"}"#);
    }
}
