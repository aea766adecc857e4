//! What people see of a configuration: how agents are called, why they may take a break, which parts there are.

use std::collections::{BTreeMap, BTreeSet};

use bell_types::{AgentName, Module, QueueName};
use serde::Deserialize;
use toml::Spanned;

use super::build::Build;

/// How long a text that people see may be, in characters.
const TEXT_MAX: usize = 64;
/// How many reasons there may be: more nobody reads on a button.
const REASONS_MAX: usize = 20;

/// Why one may take a break, if the centre names no reasons of its own.
const SHIPPED: [(&str, &str, &str); 5] = [
    ("meal", "用餐", "meal"),
    ("rest", "小休", "rest"),
    ("meeting", "会议", "meeting"),
    ("training", "培训", "training"),
    ("other", "其他", "other"),
];

/// Why one may take a break, as a file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Break {
    /// In Chinese.
    pub(crate) zh: Spanned<String>,
    /// In English; as in Chinese if nothing is said.
    pub(crate) en: Option<Spanned<String>>,
}

/// Why one may take a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakReason {
    /// As facts and programs name it.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Build<'_> {
    /// In the order of the file.
    pub(super) fn breaks(&mut self) -> Vec<BreakReason> {
        let document = self.document;
        let mut own: Vec<_> = document.breaks.iter().collect();
        own.sort_by_key(|(code, _)| code.span().start);
        if let Some((code, _)) = own.get(REASONS_MAX) {
            let problem = format!("there are more than {REASONS_MAX} reasons for a break");
            self.mistakes.at(code, problem, "take out those that nobody uses");
        }
        for (code, reason) in &own {
            self.text(code);
            self.text(&reason.zh);
            reason.en.iter().for_each(|en| self.text(en));
        }
        if own.is_empty() {
            let reason = |(code, zh, en): (&str, &str, &str)| (code.to_owned(), zh.to_owned(), en.to_owned());
            return SHIPPED.map(reason).map(|(code, zh, en)| BreakReason { code, zh, en }).into();
        }
        let reason = |(code, reason): (&Spanned<String>, &Break)| BreakReason {
            code: code.get_ref().clone(),
            zh: reason.zh.get_ref().clone(),
            en: reason.en.as_ref().unwrap_or(&reason.zh).get_ref().clone(),
        };
        own.into_iter().map(reason).collect()
    }

    /// What others call the agents who have another name than their own.
    pub(super) fn display_names(&mut self) -> BTreeMap<AgentName, String> {
        let document = self.document;
        let mut names = BTreeMap::new();
        for (agent, config) in &document.agent {
            let Some(display) = &config.display_name else { continue };
            self.text(display);
            if let Ok(agent) = AgentName::new(agent.get_ref()) {
                names.insert(agent, display.get_ref().clone());
            }
        }
        names
    }

    /// What people call the queues that have another name than their own.
    pub(super) fn queue_titles(&mut self) -> BTreeMap<QueueName, String> {
        let document = self.document;
        let mut titles = BTreeMap::new();
        for (queue, config) in &document.queue {
            let Some(title) = &config.title else { continue };
            self.text(title);
            if let Ok(queue) = QueueName::new(queue.get_ref()) {
                titles.insert(queue, title.get_ref().clone());
            }
        }
        titles
    }

    /// The language callers are spoken to in where nothing else says so.
    pub(super) fn check_language(&mut self) {
        let Some(tag) = &self.document.centre.language else { return };
        if bell_ivr::Language::from_tag(tag.get_ref()).is_none() {
            let problem = format!("{:?} is no language that callers are spoken to in", tag.get_ref());
            self.mistakes.at(tag, problem, "write zh-CN or en-US");
        }
    }

    /// The parts that are switched on.
    pub(super) fn modules(&mut self) -> BTreeSet<Module> {
        let Some(wanted) = &self.document.centre.modules else { return Module::ALL.into() };
        let mut on = BTreeSet::new();
        for code in wanted {
            if let Some(module) = Module::of_code(code.get_ref()) {
                on.insert(module);
            } else {
                let remedy = bell_ivr::suggestion(code.get_ref(), Module::ALL.iter().map(|module| module.code()));
                self.mistakes.at(code, format!("there is no module {:?}", code.get_ref()), remedy);
            }
        }
        on
    }

    fn text(&mut self, text: &Spanned<String>) {
        let length = text.get_ref().trim().chars().count();
        if !(1..=TEXT_MAX).contains(&length) {
            self.mistakes.at(text, format!("it has {length} characters"), format!("write 1 to {TEXT_MAX}"));
        }
    }
}
