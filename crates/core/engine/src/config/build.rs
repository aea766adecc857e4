//! The last step: everything checked together, and the snapshot that comes of it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bell_acd::{AgentConfig, Announcements, EstimatePolicy, QueueConfig, Unstaffed};
use bell_call::MayTransfer;
use bell_ivr::{Flow, Known, PromptState, Warning, Zone, prove};
use bell_types::{
    AgentName, EndpointName, FlowName, Number, NumberPlan, OfferOutcome, PromptName, QueueName, TrunkName,
};
use toml::Spanned;

use super::document::{Document, LostAgent, Policy, SignIn};
use super::place::{Mistake, Mistakes};
use super::reader::{number_plan, read, read_flow};
use super::sip;
use super::snapshot::{Audio, Listen, QueueSound, Snapshot, Source};

/// How many situations the prover looks at before it refuses a flow as too complex.
const SITUATIONS_MAX: usize = 100_000;
/// How many legs a call may have: caller, agent, the target of a transfer, and room.
const LEGS_MAX: usize = 8;

impl Snapshot {
    /// Builds the running configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line, column and remedy. A configuration with one mistake
    /// changes nothing.
    pub fn build(source: Source) -> Result<Self, Vec<Mistake>> {
        let document = read(&source.main)?;
        let (file, text) = (source.main.file.clone(), source.main.text.clone());
        let mut build = Build {
            mistakes: Mistakes::new(&file, &text),
            plan: number_plan(&document),
            document: &document,
            source: &source,
            warnings: Vec::new(),
        };
        build.names();
        let sip = sip::config(&document, &build.plan, &mut build.mistakes);
        let flows = build.flows();
        let numbers = build.numbers();
        let queues = build.queues();
        let sounds = build.sounds();
        let agents = build.agents();
        let (signs_in, owners) = build.owners();
        let (may_transfer, supervises) = build.rights();
        let escalates = build.escalations();
        let listen = build.listen();
        let hold_music = build.music(document.centre.hold_music.as_ref());
        let zone = Zone::changing(source.zone.first, source.zone.changes.clone());
        let audio = playable(&source.audio);
        let policy = &document.policy;
        let call = call_config(policy, hold_music);
        let acd = bell_acd::Config {
            queues,
            agents,
            estimate: EstimatePolicy { samples_min: 5, samples_max: 50, window: Duration::from_secs(1800) },
            limits: acd_limits(policy.calls_max),
        };
        // The carriers that calls can be sent to, in the order of their names.
        let outbound = sip.trunks.iter().filter(|(_, trunk)| !trunk.destinations.is_empty());
        let outbound: Vec<TrunkName> = outbound.map(|(name, _)| name.clone()).collect();
        let Build { mistakes, plan, warnings, .. } = build;
        mistakes.unless_any(())?;
        Ok(Self {
            name: document.centre.name.clone(),
            warnings,
            plan,
            zone: Arc::new(zone),
            numbers,
            flows,
            sounds,
            audio,
            signs_in,
            owners,
            may_transfer,
            supervises,
            escalates,
            transfer_numbers: policy.transfer_numbers.clone(),
            outbound,
            call,
            acd: Arc::new(acd),
            sip: Arc::new(sip),
            listen,
            source,
        })
    }
}

/// What the call core goes by.
fn call_config(policy: &Policy, hold_music: Option<PromptName>) -> bell_call::Config {
    bell_call::Config {
        calls_max: policy.calls_max,
        legs_max: LEGS_MAX,
        media_open_timeout: Duration::from_secs(2),
        transfer_ring_timeout: policy.transfer_ring_timeout.0,
        hold_music,
        route_timeout: policy.route_timeout.0,
        setup_max: policy.setup_max.0,
        trunk_rest: policy.trunk_rest.0,
        park_max: policy.park_max.0,
        park_slots_max: policy.park_slots_max,
        transfers_max: policy.transfers_max,
        lost_party: match policy.lost_agent {
            LostAgent::Queue => bell_call::LostParty::Requeue,
            LostAgent::End => bell_call::LostParty::End,
        },
    }
}

fn acd_limits(calls_max: usize) -> bell_acd::Limits {
    bell_acd::Limits { calls_max, offers_max: 100, exclusions_max: 100, endpoints_max: 10_000, reason_len_max: 64 }
}

fn playable(audio: &BTreeMap<PromptName, Audio>) -> BTreeMap<PromptName, String> {
    let playable = audio.iter().filter_map(|(prompt, audio)| match audio {
        Audio::Playable(hash) => Some((prompt.clone(), hash.clone())),
        Audio::Broken(_) => None,
    });
    playable.collect()
}

struct Build<'d> {
    document: &'d Document,
    source: &'d Source,
    plan: NumberPlan,
    mistakes: Mistakes<'d>,
    warnings: Vec<(FlowName, Warning)>,
}

impl Build<'_> {
    /// Every name in the file that is no name.
    fn names(&mut self) {
        let document = self.document;
        check_names::<TrunkName>(document.trunk.keys(), &mut self.mistakes);
        check_names::<FlowName>(document.flow.keys(), &mut self.mistakes);
        check_names::<PromptName>(document.prompt.keys(), &mut self.mistakes);
        check_names::<QueueName>(document.queue.keys(), &mut self.mistakes);
        check_names::<AgentName>(document.agent.keys(), &mut self.mistakes);
        check_names::<EndpointName>(document.endpoint.keys(), &mut self.mistakes);
    }

    fn flows(&mut self) -> BTreeMap<FlowName, Arc<Flow>> {
        let known = self.known();
        let mut flows = BTreeMap::new();
        for (name, entry) in &self.document.flow {
            let Some(text) = self.source.flows.get(entry.file.get_ref()) else {
                let problem = format!("the flow's file {:?} is not there", entry.file.get_ref());
                self.mistakes.at(&entry.file, problem, "put it beside the configuration, or correct the name");
                continue;
            };
            let flow = match read_flow(&entry.file, text, &self.plan) {
                Ok(flow) => flow,
                Err(found) => {
                    self.mistakes.extend(found);
                    continue;
                }
            };
            if flow.name().as_str() != name.get_ref() {
                let problem = format!("the file calls this flow {:?}", flow.name().as_str());
                self.mistakes.at(name, problem, "give both the same name");
            }
            self.prove(&entry.file, &flow, &known);
            flows.insert(flow.name().clone(), Arc::new(flow));
        }
        flows
    }

    fn prove(&mut self, file: &Spanned<String>, flow: &Flow, known: &Known) {
        let policy = &self.document.policy;
        let policy = bell_ivr::Policy {
            depth_max: usize::from(policy.menu_depth_max),
            options_max: usize::from(policy.menu_options_max),
            options_warn: usize::from(policy.menu_options_warn),
            situations_max: SITUATIONS_MAX,
        };
        match prove(flow, known, &policy) {
            Ok(proof) => {
                let named = proof.warnings.into_iter().map(|warning| (flow.name().clone(), warning));
                self.warnings.extend(named);
            }
            Err(found) => {
                for counter_example in found {
                    let problem = format!("flow {}: {counter_example}", flow.name());
                    self.mistakes.at(file, problem, "");
                }
            }
        }
    }

    fn known(&self) -> Known {
        let state = |audio: &Audio| match audio {
            Audio::Playable(_) => PromptState::Playable,
            Audio::Broken(reason) => PromptState::Broken { reason: reason.clone() },
        };
        Known {
            prompts: self.source.audio.iter().map(|(prompt, audio)| (prompt.clone(), state(audio))).collect(),
            queues: self.document.queue.keys().filter_map(|name| QueueName::new(name.get_ref()).ok()).collect(),
        }
    }

    fn numbers(&mut self) -> BTreeMap<Number, FlowName> {
        let mut numbers = BTreeMap::new();
        for (text, entry) in &self.document.number {
            let number = match Number::parse(text.get_ref(), &self.plan) {
                Ok(number) => number,
                Err(error) => {
                    let problem = format!("{:?} is no number: {error}", text.get_ref());
                    self.mistakes.at(text, problem, "a 400 number has ten digits; others need their area code");
                    continue;
                }
            };
            let Some(flow) = self.refer::<FlowName, _>(&entry.flow, "flow", &self.document.flow) else { continue };
            if numbers.insert(number, flow).is_some() {
                self.mistakes.at(text, "the same number stands here twice", "remove one of them");
            }
        }
        numbers
    }

    fn queues(&mut self) -> Vec<QueueConfig> {
        let policy = &self.document.policy;
        let mut queues = Vec::new();
        for (name, queue) in &self.document.queue {
            let members = queue.agents.iter();
            let members = members.filter_map(|agent| self.refer(agent, "agent", &self.document.agent)).collect();
            let Ok(name) = QueueName::new(name.get_ref()) else { continue };
            let (first, every) = (queue.announce_first.0, queue.announce_every.0);
            queues.push(QueueConfig {
                name,
                strategy: queue.strategy,
                members,
                waiting_max: queue.waiting_max,
                wait_max: queue.wait_max.0,
                ring_timeout: policy.ring_timeout.0,
                no_reoffer: Duration::from_secs(60),
                no_reoffer_alone: Duration::from_secs(10),
                announcements: (!first.is_zero()).then_some(Announcements { first, every }),
                unstaffed: if queue.wait_unstaffed { Unstaffed::Wait } else { Unstaffed::Leave },
                counts_as_missed: vec![OfferOutcome::Missed],
            });
        }
        queues
    }

    fn sounds(&mut self) -> BTreeMap<QueueName, QueueSound> {
        let mut sounds = BTreeMap::new();
        for (name, queue) in &self.document.queue {
            let music = self.music(queue.music.as_ref());
            if let Ok(name) = QueueName::new(name.get_ref()) {
                sounds.insert(name, QueueSound { music });
            }
        }
        sounds
    }

    /// A prompt that is played again and again; it must be there and decode.
    fn music(&mut self, name: Option<&Spanned<String>>) -> Option<PromptName> {
        let place = name?;
        let prompt = self.refer(place, "prompt", &self.document.prompt)?;
        if let Some(Audio::Broken(reason)) = self.source.audio.get(&prompt) {
            let problem = format!("prompt {prompt} cannot be played: {reason}");
            self.mistakes.at(place, problem, "");
        }
        Some(prompt)
    }

    fn agents(&mut self) -> Vec<AgentConfig> {
        let missed_max = self.document.policy.missed_max;
        let mut agents = Vec::new();
        for (name, agent) in &self.document.agent {
            let endpoints = agent.endpoints.iter();
            let endpoints: Vec<EndpointName> =
                endpoints.filter_map(|phone| self.refer(phone, "endpoint", &self.document.endpoint)).collect();
            if agent.endpoints.is_empty() {
                self.mistakes.at(name, format!("agent {} has no phone", name.get_ref()), "list one in endpoints");
            }
            let Ok(name) = AgentName::new(name.get_ref()) else { continue };
            agents.push(AgentConfig {
                name,
                endpoints,
                capacity: agent.capacity,
                wrap_up_max: agent.wrap_up.0,
                missed_max,
            });
        }
        agents
    }

    /// Whose phone each endpoint is, and which of them sign their agent in by registering.
    fn owners(&mut self) -> (BTreeMap<EndpointName, AgentName>, BTreeMap<EndpointName, AgentName>) {
        let mut signs_in = BTreeMap::new();
        let mut owners = BTreeMap::new();
        for (name, agent) in &self.document.agent {
            let Ok(agent_name) = AgentName::new(name.get_ref()) else { continue };
            for phone in &agent.endpoints {
                let Ok(endpoint) = EndpointName::new(phone.get_ref()) else { continue };
                if agent.sign_in == SignIn::Registration {
                    signs_in.insert(endpoint.clone(), agent_name.clone());
                }
                if let Some(other) = owners.insert(endpoint, agent_name.clone()) {
                    let problem = format!("endpoint {} belongs to agent {other} already", phone.get_ref());
                    self.mistakes.at(phone, problem, "give each agent phones of his own");
                }
            }
        }
        (signs_in, owners)
    }

    /// How far each agent may transfer, and what he supervises.
    fn rights(&mut self) -> (BTreeMap<AgentName, MayTransfer>, BTreeMap<AgentName, Vec<QueueName>>) {
        let (mut may, mut supervises) = (BTreeMap::new(), BTreeMap::new());
        for (name, agent) in &self.document.agent {
            let queues = agent.supervises.iter();
            let queues: Vec<QueueName> =
                queues.filter_map(|queue| self.refer(queue, "queue", &self.document.queue)).collect();
            let Ok(name) = AgentName::new(name.get_ref()) else { continue };
            may.insert(name.clone(), agent.transfer);
            if !queues.is_empty() {
                supervises.insert(name, queues);
            }
        }
        (may, supervises)
    }

    fn escalations(&mut self) -> BTreeMap<QueueName, QueueName> {
        let mut escalates = BTreeMap::new();
        for (name, queue) in &self.document.queue {
            let to = queue.escalate_to.as_ref().and_then(|to| self.refer(to, "queue", &self.document.queue));
            if let (Ok(name), Some(to)) = (QueueName::new(name.get_ref()), to) {
                escalates.insert(name, to);
            }
        }
        escalates
    }

    fn listen(&mut self) -> Listen {
        let (sip, media) = (&self.document.sip, &self.document.media);
        if sip.udp.is_empty() && sip.tcp.is_empty() {
            self.mistakes.span(0..0, "SIP listens nowhere", "set udp or tcp under [sip]");
        }
        let [first, last] = media.ports;
        if first < 1024 || last <= first {
            let problem = format!("{first} to {last} is no range of ports");
            self.mistakes.span(0..0, problem, "set ports = [20000, 29999] under [media]");
        }
        Listen {
            udp: sip.udp.clone(),
            tcp: sip.tcp.clone(),
            media: media.address,
            media_advertised: media.advertise.or(sip.advertise).unwrap_or(media.address),
            media_ports: (first, last),
            health: self.document.health.listen,
            media_timeout: self.document.policy.media_timeout.0,
        }
    }

    /// A name that must stand in a table of the same file.
    fn refer<N: FromStr, T>(
        &mut self,
        name: &Spanned<String>,
        kind: &str,
        table: &BTreeMap<Spanned<String>, T>,
    ) -> Option<N> {
        if table.keys().any(|key| key.get_ref() == name.get_ref()) {
            return name.get_ref().parse().ok();
        }
        let remedy = bell_ivr::suggestion(name.get_ref(), table.keys().map(|key| key.get_ref().as_str()));
        self.mistakes.at(name, format!("no {kind} is named {:?}", name.get_ref()), remedy);
        None
    }
}

fn check_names<'n, N: FromStr<Err: fmt::Display>>(
    names: impl Iterator<Item = &'n Spanned<String>>,
    mistakes: &mut Mistakes<'_>,
) {
    for name in names {
        if let Err(error) = name.get_ref().parse::<N>() {
            mistakes.at(name, format!("{:?} is no name: {error}", name.get_ref()), "");
        }
    }
}
