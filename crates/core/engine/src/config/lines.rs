//! Mobile and fixed lines of agents (TEL-05): endpoints that do not register and are called by a trunk.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bell_call::{Shown, complete};
use bell_ivr::{Door, Language, Prompt};
use bell_types::{EndpointName, Number, NumberPlan, PromptName};
use toml::Spanned;

use super::announce;
use super::build::Build;
use super::document::{Agent, Document, Endpoint, SignIn};

/// A mobile or fixed line of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub number: Number,
    /// Whose number it is shown as the caller's.
    pub shown: Shown,
    /// What asks whoever answers to take the call by a key; none: nothing does.
    pub confirm: Option<PromptName>,
}

/// The prompts that ask agents at their lines to take a call.
pub(crate) fn prompts(document: &Document) -> Vec<Prompt> {
    let agents = document.agent.values().filter(|agent| has_line(document, agent));
    agents.filter_map(language).map(announce::confirm).collect()
}

/// The endpoints that are called by WebRTC.
pub(super) fn browsers(document: &Document) -> BTreeSet<EndpointName> {
    let browsers = document.endpoint.iter().filter(|(_, endpoint)| endpoint.browser);
    browsers.filter_map(|(name, _)| EndpointName::new(name.get_ref()).ok()).collect()
}

fn has_line(document: &Document, agent: &Agent) -> bool {
    agent.endpoints.iter().any(|name| endpoint(document, name).is_some_and(|endpoint| endpoint.line.is_some()))
}

fn endpoint<'d>(document: &'d Document, name: &Spanned<String>) -> Option<&'d Endpoint> {
    document.endpoint.iter().find(|(key, _)| key.get_ref() == name.get_ref()).map(|(_, endpoint)| endpoint)
}

/// The language an agent is spoken to in; none if what stands there is none.
fn language(agent: &Agent) -> Option<Language> {
    let Some(tag) = &agent.language else { return Some(Language::Mandarin) };
    Language::from_tag(tag.get_ref())
}

impl Build<'_> {
    /// Where browsers reach us, and on which ports if they have ports of their own.
    pub(super) fn webrtc(&mut self, media_advertised: IpAddr) -> (Vec<IpAddr>, Option<(u16, u16)>) {
        let media = &self.document.media;
        let mut advertised = media.webrtc_advertise.clone();
        if advertised.is_empty() {
            advertised.push(media_advertised);
        }
        if !browsers(self.document).is_empty() && advertised.iter().any(IpAddr::is_unspecified) {
            let remedy =
                "say by which address they reach this machine: webrtc_advertise = [\"203.0.113.5\"] under [media]";
            self.mistakes.span(0..0, "browsers cannot send audio to an unspecified address", remedy);
        }
        let ports = media.webrtc_ports.map(|[first, last]| (first, last));
        if let Some((first, last)) = ports {
            let [audio_first, audio_last] = media.ports;
            let overlaps = first <= audio_last && audio_first <= last;
            if first < 1024 || last < first || overlaps {
                let problem =
                    format!("{first} to {last} is no range of ports for browsers beside {audio_first} to {audio_last}");
                self.mistakes.span(0..0, &problem, "set webrtc_ports = [10000, 10063] under [media], or leave it out");
            }
        }
        (advertised, ports)
    }

    /// The lines of agents.
    pub(super) fn lines(&mut self, doors: &BTreeMap<Number, Door>, trunks: usize) -> BTreeMap<EndpointName, Line> {
        let mut lines = BTreeMap::new();
        let mut taken: BTreeMap<Number, &str> = BTreeMap::new();
        let document = self.document;
        for (name, endpoint) in &document.endpoint {
            let Some(text) = &endpoint.line else {
                self.only_for_lines(endpoint);
                continue;
            };
            let Some(number) = self.line(text, doors, trunks) else { continue };
            if let Some(other) = taken.insert(number.clone(), name.get_ref()) {
                let problem = format!("{} is the line of endpoint {other} already", text.get_ref());
                self.mistakes.at(text, problem, "give each endpoint a line of its own");
            }
            let shown = self.shown(endpoint, doors);
            let owner =
                document.agent.values().find(|agent| agent.endpoints.iter().any(|own| own.get_ref() == name.get_ref()));
            let language = owner.and_then(language).unwrap_or(Language::Mandarin);
            let confirm = self.policy.line_confirm.then(|| announce::confirm(language).name);
            if let Ok(name) = EndpointName::new(name.get_ref()) {
                lines.insert(name, Line { number, shown, confirm });
            }
        }
        self.agents_of_lines();
        lines
    }

    /// A line's number: whole, somebody else's, and within reach.
    fn line(&mut self, text: &Spanned<String>, doors: &BTreeMap<Number, Door>, trunks: usize) -> Option<Number> {
        if trunks == 0 {
            self.mistakes.at(text, "no trunk leads to this line", "say where calls go (to) for one of the trunks");
        }
        let number = match complete(text.get_ref(), &self.plan) {
            Ok(number) => number,
            Err(refusal) => {
                let problem = format!("{:?} is no line: {}", text.get_ref(), refusal.summary());
                self.mistakes.at(text, problem, refusal.remedy());
                return None;
            }
        };
        if doors.contains_key(&number) {
            let problem = format!("{} is a number of ours: its calls would come back to us", text.get_ref());
            self.mistakes.at(text, problem, "name the mobile or fixed line that the agent answers");
        }
        Some(number)
    }

    /// The number that a line shows: one of ours if it is named, else what the policy says.
    fn shown(&mut self, endpoint: &Endpoint, doors: &BTreeMap<Number, Door>) -> Shown {
        let usual = if self.policy.line_shows_caller { Shown::Caller } else { Shown::Called };
        let Some(text) = &endpoint.shown else { return usual };
        match ours(text.get_ref(), &self.plan, doors) {
            Some(number) => Shown::Number(number),
            None => {
                let problem = format!("{} is none of our numbers", text.get_ref());
                self.mistakes.at(
                    text,
                    problem,
                    "carriers show numbers of ours alone: name one that stands under [number]",
                );
                usual
            }
        }
    }

    fn only_for_lines(&mut self, endpoint: &Endpoint) {
        if let Some(shown) = &endpoint.shown {
            let problem = "a phone that registers shows who calls";
            self.mistakes.at(shown, problem, "leave shown out, or name the line it is for");
        }
    }

    /// Agents who are spoken to in a language we do not have, and those who could never come to work.
    fn agents_of_lines(&mut self) {
        let document = self.document;
        for (name, agent) in &document.agent {
            if let (Some(tag), None) = (&agent.language, language(agent)) {
                let problem = format!("{:?} is no language we speak", tag.get_ref());
                self.mistakes.at(tag, problem, "write \"zh-CN\" or \"en-US\"");
            }
            let phones = agent.endpoints.iter().filter_map(|name| endpoint(document, name));
            let registers = phones.clone().any(|phone| phone.line.is_none());
            if agent.sign_in == SignIn::Registration && !registers && phones.count() > 0 {
                let problem = format!("agent {} has lines alone, and a line does not register", name.get_ref());
                self.mistakes.at(name, problem, "set sign_in = \"command\"");
            }
        }
    }
}

fn ours(text: &str, plan: &NumberPlan, doors: &BTreeMap<Number, Door>) -> Option<Number> {
    Number::parse(text, plan).ok().filter(|number| doors.contains_key(number))
}
