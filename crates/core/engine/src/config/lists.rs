//! Lists of callers and the nuisance rule: from the file to what the callers' core goes by, and the flows that lists
//! bring with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bell_callers::{Approval, Config, Limits, ListConfig, NuisancePolicy, Purpose};
use bell_ivr::{Flow, Prompt};
use bell_types::{ClassName, FlowName, ListKind, ListName, NumberPlan, PromptName, QueueName, Refusal, Service};
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;
use super::document::Document;
use super::snapshot::{Audio, Snapshot};

/// What a caller hears who is turned away with an announcement, unless the centre has words of its own.
const ANNOUNCEMENT: &str = "\"您的来电暂时无法接入。\", { say = \"Your call cannot be taken.\", language = \"en-US\" }";
/// What a caller hears who skips the menu: he must know that he is recorded before a human joins (REC-20).
const NOTICE: &str = "为保证服务质量，本次通话可能会被录音。";
/// And if nobody takes his call.
const CLOSING: &str = "坐席暂时无法接听，请稍后再拨。";

/// A list of callers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// What it is for.
    pub(crate) kind: Spanned<ListKind>,
    /// Deny: how its callers are turned away; with the busy tone if nothing is said.
    pub(crate) treatment: Option<Manner>,
    /// Deny: the prompt they hear instead.
    pub(crate) prompt: Option<Spanned<String>>,
    /// Allow: the flow they come to instead of that of the number they called.
    pub(crate) flow: Option<Spanned<String>>,
    /// Allow: the queue they go to at once, if there is no flow.
    pub(crate) queue: Option<Spanned<String>>,
    /// Allow: what they hear before.
    pub(crate) greeting: Option<Spanned<String>>,
    /// Allow: the agent who is theirs.
    pub(crate) agent: Option<Spanned<String>>,
    /// Allow: their place in the queue; higher goes first.
    pub(crate) priority: Option<u8>,
    /// The class they belong to.
    pub(crate) class: Option<Spanned<String>>,
    /// Whether a permanent entry needs a second person; on a deny list it does if nothing is said (INB-23).
    pub(crate) second_approver: Option<bool>,
}

/// How a caller is turned away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Manner {
    /// With the busy tone.
    #[default]
    Busy,
    /// With an announcement.
    Announcement,
}

/// Where a number is put that calls again and again (INB-22). When it does is policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nuisance {
    /// The deny list it is put on.
    pub(crate) deny: Spanned<String>,
    /// The watch list it is put on before.
    pub(crate) watch: Option<Spanned<String>>,
    /// The exempt list it is put on when somebody undoes that.
    pub(crate) exempt: Option<Spanned<String>>,
}

/// The flows that lists bring with them.
#[derive(Debug, Default)]
pub(crate) struct ListFlows {
    /// By how a caller is turned away.
    refusing: BTreeMap<Refusal, Arc<Flow>>,
    /// The flows that allow lists name.
    favouring: BTreeMap<ListName, FlowName>,
}

impl Snapshot {
    /// The flow that turns a caller away.
    pub(crate) fn refusing_flow(&self, how: &Refusal) -> Option<Arc<Flow>> {
        self.list_flows.refusing.get(how).cloned()
    }

    /// The flow of a caller who skips the menu: that of his list, or straight into his queue. None if neither is there
    /// any more.
    pub(crate) fn favouring_flow(&self, list: &ListName, service: &Service) -> Option<Arc<Flow>> {
        let Some(queue) = service.queue.as_ref().filter(|queue| self.sounds.contains_key(*queue)) else {
            let named = self.list_flows.favouring.get(list)?;
            return self.flows.get(named).cloned();
        };
        let greeting = service.greeting.as_ref().filter(|greeting| self.audio.contains_key(*greeting));
        straight_to(list, queue, greeting, service.priority.unwrap_or(0), &self.plan).map(Arc::new)
    }
}

impl Build<'_> {
    /// What the callers' core goes by.
    pub(super) fn callers(&mut self) -> Config {
        let mut lists = BTreeMap::new();
        let document = self.document;
        for (name, list) in &document.list {
            match ListName::new(name.get_ref()) {
                Ok(name) => {
                    lists.insert(name, self.list(list));
                }
                Err(error) => self.mistakes.at(name, format!("{:?} is no name: {error}", name.get_ref()), ""),
            }
        }
        let nuisance = document.nuisance.as_ref().and_then(|nuisance| self.nuisance(nuisance));
        Config { lists, nuisance, limits: Limits::USUAL }
    }

    /// The classes that lists give their callers.
    pub(super) fn classes(&self) -> BTreeSet<ClassName> {
        let named = self.document.list.values().filter_map(|list| list.class.as_ref());
        named.filter_map(|class| ClassName::new(class.get_ref()).ok()).collect()
    }

    fn list(&mut self, list: &List) -> ListConfig {
        let document = self.document;
        let purpose = match list.kind.get_ref() {
            ListKind::Deny => Purpose::Deny(refusal(list)),
            ListKind::Allow => Purpose::Allow(Service {
                queue: list.queue.as_ref().and_then(|queue| self.refer(queue, "queue", &document.queue)),
                greeting: list.greeting.as_ref().and_then(|prompt| self.refer(prompt, "prompt", &document.prompt)),
                agent: list.agent.as_ref().and_then(|agent| self.refer(agent, "agent", &document.agent)),
                priority: list.priority,
            }),
            ListKind::Watch => Purpose::Watch,
            ListKind::Class => Purpose::Class,
            ListKind::Exempt => Purpose::Exempt,
        };
        self.fits(list);
        let class = list.class.as_ref().and_then(|class| match ClassName::new(class.get_ref()) {
            Ok(class) => Some(class),
            Err(error) => {
                self.mistakes.at(class, format!("{:?} is no name: {error}", class.get_ref()), "");
                None
            }
        });
        let second = list.second_approver.unwrap_or(*list.kind.get_ref() == ListKind::Deny);
        ListConfig { purpose, class, approval: if second { Approval::Second } else { Approval::None } }
    }

    /// What of a list belongs to another kind.
    fn fits(&mut self, list: &List) {
        let kind = *list.kind.get_ref();
        let for_deny = list.treatment.is_some() || list.prompt.is_some();
        let for_allow = [&list.flow, &list.queue, &list.greeting, &list.agent].iter().any(|field| field.is_some());
        if for_deny && kind != ListKind::Deny {
            self.mistakes.at(&list.kind, "only a deny list turns callers away", "take out treatment and prompt");
        }
        if (for_allow || list.priority.is_some()) && kind != ListKind::Allow {
            let remedy = "take out flow, queue, greeting, agent and priority";
            self.mistakes.at(&list.kind, "only the callers of an allow list skip the menu", remedy);
        }
        if kind == ListKind::Allow && list.flow.is_some() == list.queue.is_some() {
            let problem = "an allow list needs either a flow or a queue";
            self.mistakes.at(&list.kind, problem, "name the one its callers go to instead of the menu");
        }
        if kind == ListKind::Class && list.class.is_none() {
            self.mistakes.at(&list.kind, "the class of this list is missing", "write class = \"vip\"");
        }
    }

    fn nuisance(&mut self, nuisance: &Nuisance) -> Option<NuisancePolicy> {
        let deny = self.list_of_kind(&nuisance.deny, ListKind::Deny);
        let watch = nuisance.watch.as_ref().and_then(|name| self.list_of_kind(name, ListKind::Watch));
        let exempt = nuisance.exempt.as_ref().and_then(|name| self.list_of_kind(name, ListKind::Exempt));
        let policy = &self.policy;
        Some(NuisancePolicy {
            window: policy.nuisance_window.0,
            watch_calls: policy.nuisance_watch_calls,
            deny_calls: policy.nuisance_calls,
            watch,
            deny: deny?,
            exempt,
            term_days: policy.nuisance_term_days,
            exempt_days: policy.nuisance_exempt_days,
        })
    }

    fn list_of_kind(&mut self, name: &Spanned<String>, kind: ListKind) -> Option<ListName> {
        let document = self.document;
        let listed: ListName = self.refer(name, "list", &document.list)?;
        let (_, list) = document.list.iter().find(|(listed, _)| listed.get_ref() == name.get_ref())?;
        if *list.kind.get_ref() == kind {
            return Some(listed);
        }
        let problem = format!("the list {:?} is of another kind", name.get_ref());
        self.mistakes.at(name, problem, format!("name a list with kind = \"{}\"", word(kind)));
        None
    }

    /// The flows that lists bring with them; that their prompts can be played.
    pub(super) fn list_flows(&mut self) -> ListFlows {
        let mut flows = ListFlows::default();
        let document = self.document;
        for (name, list) in &document.list {
            if let Some(prompt) = &list.prompt {
                let _: Option<PromptName> = self.refer(prompt, "prompt", &document.prompt);
            }
            let named: Option<FlowName> = list.flow.as_ref().and_then(|flow| self.refer(flow, "flow", &document.flow));
            if let (Ok(name), Some(flow)) = (ListName::new(name.get_ref()), named) {
                flows.favouring.insert(name, flow);
            }
            let Some(flow) = own_flow(name.get_ref(), list, &self.plan) else { continue };
            for prompt in flow.prompts() {
                if let Some(Audio::Broken(reason)) = self.source.audio.get(&prompt.name) {
                    let problem = format!("prompt {} cannot be played: {reason}", prompt.name);
                    self.mistakes.at(name, problem, "");
                }
            }
            if *list.kind.get_ref() == ListKind::Deny {
                flows.refusing.insert(refusal(list), Arc::new(flow));
            }
        }
        flows
    }
}

fn refusal(list: &List) -> Refusal {
    let own = list.prompt.as_ref().and_then(|prompt| PromptName::new(prompt.get_ref()).ok());
    match (own, list.treatment.unwrap_or_default()) {
        (Some(prompt), _) => Refusal::Prompt(prompt),
        (None, Manner::Busy) => Refusal::Busy,
        (None, Manner::Announcement) => Refusal::Announcement,
    }
}

const fn word(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Deny => "deny",
        ListKind::Allow => "allow",
        ListKind::Watch => "watch",
        ListKind::Class => "class",
        ListKind::Exempt => "exempt",
    }
}

/// Every prompt that lists need.
pub(crate) fn prompts(document: &Document, plan: &NumberPlan) -> Vec<Prompt> {
    let flows = document.list.iter().flat_map(|(name, list)| own_flow(name.get_ref(), list, plan));
    flows.flat_map(|flow| flow.prompts().into_iter().collect::<Vec<_>>()).collect()
}

/// The flow a list brings with it.
fn own_flow(name: &str, list: &List, plan: &NumberPlan) -> Option<Flow> {
    match list.kind.get_ref() {
        ListKind::Deny => refusing(name, &refusal(list), plan),
        ListKind::Allow => {
            let queue = list.queue.as_ref().and_then(|queue| QueueName::new(queue.get_ref()).ok());
            let greeting = list.greeting.as_ref().and_then(|greeting| PromptName::new(greeting.get_ref()).ok());
            // Without a queue of the list's own there may be one of an entry's: its words are the same.
            let queue = queue.or_else(|| QueueName::new(name).ok())?;
            straight_to(&ListName::new(name).ok()?, &queue, greeting.as_ref(), list.priority.unwrap_or(0), plan)
        }
        ListKind::Watch | ListKind::Class | ListKind::Exempt => None,
    }
}

/// Refuses the call before it is answered: it costs the caller nothing, and he hears why. A flow of an author may play
/// nothing before the answer, for carriers need not let it through; here there is nothing else to be lost.
fn refusing(list: &str, how: &Refusal, plan: &NumberPlan) -> Option<Flow> {
    let prompt = match how {
        Refusal::Busy => None,
        Refusal::Announcement => Some(format!("[{ANNOUNCEMENT}]")),
        Refusal::Prompt(prompt) => Some(format!("{{ file = \"{prompt}\" }}")),
    };
    let play = prompt.map(|prompt| {
        format!("[nodes.play]\ndo = \"play\"\nprompt = {prompt}\nbarge_in = false\nnext = \"refuse\"\n\n")
    });
    let (start, play) = play.map_or(("refuse", String::new()), |play| ("play", play));
    let text = format!(
        "flow = \"list.{list}\"\nversion = 1\nlanguage = \"zh-CN\"\nrecording = \"off\"\nstart = \"{start}\"\n\n\
         {play}[nodes.refuse]\ndo = \"hangup\"\n"
    );
    Flow::parse(&text, plan, &bell_ivr::Limits::USUAL).ok()
}

/// Notice, greeting, queue.
fn straight_to(
    list: &ListName,
    queue: &QueueName,
    greeting: Option<&PromptName>,
    priority: u8,
    plan: &NumberPlan,
) -> Option<Flow> {
    let greeting = greeting.map(|greeting| format!(", {{ file = \"{greeting}\" }}")).unwrap_or_default();
    let text = format!(
        "flow = \"list.{list}\"\nversion = 1\nlanguage = \"zh-CN\"\nstart = \"answer\"\n\n\
         [nodes.answer]\ndo = \"answer\"\nnext = \"notice\"\n\n\
         [nodes.notice]\ndo = \"play\"\nnotice = true\nprompt = [\"{NOTICE}\"{greeting}]\nnext = \"queue\"\n\n\
         [nodes.queue]\ndo = \"queue\"\nqueue = \"{queue}\"\npriority = {priority}\n\
         on_timeout = \"end\"\non_full = \"end\"\non_no_agent = \"end\"\n\n\
         [nodes.end]\ndo = \"hangup\"\nprompt = \"{CLOSING}\"\n"
    );
    Flow::parse(&text, plan, &bell_ivr::Limits::USUAL).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INB-18, INB-19: the flows that lists bring with them are flows.
    #[test]
    fn inb_19_the_flows_of_lists_can_be_read() {
        let plan = NumberPlan::china(Some("571"));
        let name = |text: &str| PromptName::new(text).unwrap();
        for how in [Refusal::Busy, Refusal::Announcement, Refusal::Prompt(name("sorry"))] {
            let flow = refusing("黑名单", &how, &plan).expect("it can be read");
            assert_eq!(flow.prompts().is_empty(), how == Refusal::Busy);
        }
        let (list, queue) = (ListName::new("friends").unwrap(), QueueName::new("vip").unwrap());
        for greeting in [None, Some(name("welcome-back"))] {
            let flow = straight_to(&list, &queue, greeting.as_ref(), 255, &plan).expect("it can be read");
            assert_eq!(flow.prompts().len(), 2 + usize::from(greeting.is_some()));
            let known = bell_ivr::Known {
                prompts: flow.prompts().into_iter().map(|p| (p.name, bell_ivr::PromptState::Playable)).collect(),
                queues: [queue.clone()].into(),
                ..bell_ivr::Known::default()
            };
            let policy = bell_ivr::Policy { depth_max: 3, options_max: 5, options_warn: 3, situations_max: 1000 };
            assert!(
                bell_ivr::prove(&flow, &known, &policy).is_ok(),
                "REC-20: the notice is heard before a human joins"
            );
        }
    }
}
