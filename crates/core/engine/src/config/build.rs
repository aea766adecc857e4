//! The last step: everything checked together, and the snapshot that comes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bell_acd::{AgentConfig, Announcements, CallbackPolicy, EstimatePolicy, Precedence, QueueConfig, Rung, Unstaffed};
use bell_call::{LostParty, MayTransfer};
use bell_ivr::{Calendars, Flow, Known, PromptState, Warning, prove};
use bell_media::control::Voice;
use bell_metrics::ServiceLevel;
use bell_types::{
    AgentName, EndpointName, FlowName, ListName, Number, NumberPlan, OfferOutcome, Overflow, PromptName, QueueName,
    RegionName, SkillName, TrunkName,
};
use toml::Spanned;

use super::document::{Document, Named, Policy, Queue, SignIn, Then, When};
use super::place::{Mistake, Mistakes};
use super::policies::Policies;
use super::reader::{number_plan, read, read_flow};
use super::sip;
use super::snapshot::{Audio, CertificateFiles, Desk, ExportPolicy, Listen, QueueSound, Snapshot, Source};
use crate::gate::DiskPolicy;
use crate::weak::WeakRules;

/// Where administrators work if nothing else is said: on the machine itself.
const ADMIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);

/// How many legs a call may have beside the phones that ring for it: caller, agent, the target of a transfer, and room.
const LEGS_MAX: usize = 8;

impl Snapshot {
    /// Builds the running configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line, column and remedy. A configuration with one mistake
    /// changes nothing.
    pub fn build(source: Source) -> Result<Self, Vec<Mistake>> {
        let document = read(&source.main)?;
        let mut mistakes = Mistakes::new(&source.main.file, &source.main.text);
        let policies = Policies::read(&document, source.day, &mut mistakes);
        let mut build = Build::new(&document, &source, mistakes, policies.values());
        build.names();
        build.check_language();
        let sip = sip::config(&document, &build.policy, &build.plan, &mut build.mistakes);
        let (calendars, services) = (build.calendars(), build.services());
        let mut flows = build.flows(&calendars, services.keys().cloned().collect());
        let (numbers, ringbacks, capacity) = (build.doors(&mut flows), build.ringbacks(), build.capacity());
        let (acd, sounds, owners, outbound) = (build.router(), build.sounds(), build.owners(), outbound(&sip));
        let (lines, (may_transfer, supervises)) = (build.lines(&numbers, outbound.len()), build.rights());
        let (escalates, agent_rules) = (build.escalations(), build.agent_rules(&calendars));
        let (breaks, display_names, modules) = (build.breaks(), build.display_names(), build.modules());
        let (listen, disk, summaries, callers) = (build.listen(), build.disk(), build.summaries(), build.callers());
        let (list_flows, call, outside) = (build.list_flows(), build.calls(), build.asked_outside());
        let (queue_titles, service, call_hours) = (build.queue_titles(), build.policy.of_service(), build.call_hours());
        let Build { mistakes, plan, warnings, policy, .. } = build;
        mistakes.unless_any(())?;
        Ok(Self {
            name: document.centre.name.clone(),
            policies,
            warnings,
            plan,
            zone: Arc::new(source.zone.zone()),
            numbers,
            ringbacks,
            flows,
            calendars: Arc::new(calendars),
            capacity,
            call_hours,
            services: Arc::new(services),
            sounds,
            audio: playable(&source.audio),
            own_agent_for: policy.own_agent_for.0,
            owners,
            agent_rules,
            may_transfer,
            supervises,
            breaks,
            display_names,
            queue_titles,
            modules,
            escalates,
            summaries,
            transfer_numbers: document.centre.transfer_numbers.clone(),
            outbound,
            browsers: super::lines::browsers(&document),
            srtp: super::srtp::endpoints(&document),
            export: policy.of_export(),
            weak_mos_centi: u16::try_from(policy.weak_mos_centi).unwrap_or(u16::MAX),
            phone_lost_grace: policy.phone_lost_grace.0,
            weak_network: WeakRules { loss_permille: policy.opus_loss_permille, remembered: policy.opus_remembered.0 },
            browser_voice: if policy.browser_opus { Voice::Opus } else { Voice::G711 },
            lines,
            call,
            callers,
            list_flows,
            acd: Arc::new(acd),
            sip: Arc::new(sip),
            service_level: service.0,
            service_level_target: service.1,
            disk,
            desk: policy.of_desk(),
            outside,
            listen,
            source,
        })
    }
}

impl Policy {
    const fn of_export(&self) -> ExportPolicy {
        ExportPolicy { recordings_max: self.recording_export_max, bytes_max: self.recording_export_bytes_max.0 }
    }

    fn of_calls(&self, document: &Document, hold_music: Option<PromptName>) -> bell_call::Config {
        bell_call::Config {
            calls_max: self.calls_max,
            legs_max: LEGS_MAX + self.ring_all_max,
            media_open_timeout: Duration::from_secs(2),
            transfer_ring_timeout: self.transfer_ring_timeout.0,
            hold_music,
            route_timeout: self.route_timeout.0,
            setup_max: self.setup_max.0,
            trunk_rest: self.trunk_rest.0,
            park_max: self.park_max.0,
            return_max: self.agent_return_max.0,
            returning: super::lines::browsers(document),
            park_slots_max: self.park_slots_max,
            transfers_max: self.transfers_max,
            transfers_alert: self.transfers_alert,
            confirm_timeout: self.line_confirm_timeout.0,
            supervision_tone: self.supervision_tone.0,
            lost_party: if self.lost_agent_requeues { LostParty::Requeue } else { LostParty::End },
        }
    }

    fn of_router(&self, queues: Vec<QueueConfig>, agents: Vec<AgentConfig>) -> bell_acd::Config {
        bell_acd::Config {
            queues,
            agents,
            estimate: EstimatePolicy { samples_min: 5, samples_max: 50, window: Duration::from_secs(1800) },
            precedence: Precedence { head_start: self.head_start.0, head_start_max: self.head_start_max.0 },
            callbacks: CallbackPolicy {
                plans_max: self.callbacks_max,
                attempts_max: self.callback_attempts_max,
                gap: self.callback_gap.0,
                wait_max: self.callback_wait_max.0,
            },
            parted_rest: self.parted_rest.0,
            limits: bell_acd::Limits {
                calls_max: self.calls_max,
                offers_max: 100,
                exclusions_max: 100,
                ring_all_max: self.ring_all_max,
                wants_max: 16,
                moves_max: self.moves_max,
                departures_max: 1000,
                endpoints_max: 10_000,
                reason_len_max: 64,
            },
        }
    }

    /// How the service level is computed, and what it should be.
    fn of_service(&self) -> (ServiceLevel, u64) {
        let abandoned_within = self.service_level_abandoned_within.0;
        (ServiceLevel { within: self.service_level_within.0, abandoned_within }, self.service_level_target)
    }
}

/// The carriers that calls can be sent to, in the order of their names.
fn outbound(sip: &bell_sip::Config) -> Vec<TrunkName> {
    let outbound = sip.trunks.iter().filter(|(_, trunk)| !trunk.destinations.is_empty());
    outbound.map(|(name, _)| name.clone()).collect()
}

fn playable(audio: &BTreeMap<PromptName, Audio>) -> BTreeMap<PromptName, String> {
    let playable = audio.iter().filter_map(|(prompt, audio)| match audio {
        Audio::Playable(hash) => Some((prompt.clone(), hash.clone())),
        Audio::Broken(_) => None,
    });
    playable.collect()
}

pub(super) struct Build<'d> {
    pub(super) document: &'d Document,
    pub(super) source: &'d Source,
    pub(super) policy: Policy,
    pub(super) plan: NumberPlan,
    pub(super) mistakes: Mistakes<'d>,
    warnings: Vec<(FlowName, Warning)>,
}

impl<'d> Build<'d> {
    fn new(document: &'d Document, source: &'d Source, mistakes: Mistakes<'d>, policy: Policy) -> Self {
        Self { mistakes, policy, plan: number_plan(document), document, source, warnings: Vec::new() }
    }

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

    fn flows(&mut self, calendars: &Calendars, origins: BTreeSet<Box<str>>) -> BTreeMap<FlowName, Arc<Flow>> {
        let known = self.known(calendars, origins);
        let mut flows = BTreeMap::new();
        for (name, entry) in &self.document.flow {
            let Some(text) = self.source.files.get(entry.file.get_ref()) else {
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
            self.needs(&entry.file, &flow);
            flows.insert(flow.name().clone(), Arc::new(flow));
        }
        flows
    }

    fn prove(&mut self, file: &Spanned<String>, flow: &Flow, known: &Known) {
        match prove(flow, known, &self.policy.of_flows()) {
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

    fn known(&self, calendars: &Calendars, origins: BTreeSet<Box<str>>) -> Known {
        let state = |audio: &Audio| match audio {
            Audio::Playable(_) => PromptState::Playable,
            Audio::Broken(reason) => PromptState::Broken { reason: reason.clone() },
        };
        Known {
            prompts: self.source.audio.iter().map(|(prompt, audio)| (prompt.clone(), state(audio))).collect(),
            queues: self.document.queue.keys().filter_map(|name| QueueName::new(name.get_ref()).ok()).collect(),
            calendars: calendars.iter().map(|(name, calendar)| (name.clone(), calendar.shifts().to_vec())).collect(),
            lists: Some(self.document.list.keys().filter_map(|name| ListName::new(name.get_ref()).ok()).collect()),
            classes: Some(self.classes()),
            origins: Some(origins),
        }
    }

    /// What rings for the callers of each number.
    fn ringbacks(&mut self) -> BTreeMap<Number, PromptName> {
        let mut ringbacks = BTreeMap::new();
        let document = self.document;
        for (text, entry) in &document.number {
            // A number that is none was told with its door.
            let Ok(number) = Number::parse(text.get_ref(), &self.plan) else { continue };
            if let Some(ringback) = self.music(entry.ringback.as_ref()) {
                ringbacks.insert(number, ringback);
            }
        }
        ringbacks
    }

    fn queues(&mut self) -> Vec<QueueConfig> {
        let ring_timeout = self.policy.ring_timeout.0;
        let mut queues = Vec::new();
        for (name, queue) in &self.document.queue {
            let members = queue.agents.iter();
            let members = members.filter_map(|agent| self.refer(agent, "agent", &self.document.agent)).collect();
            let skills = self.skills(&queue.skills);
            let overflow = self.ladder(name, queue);
            let alert_after = queue.alert_after.unwrap_or(self.policy.alert_after).0;
            let Ok(name) = QueueName::new(name.get_ref()) else { continue };
            let (first, every) = (queue.announce_first.0, queue.announce_every.0);
            queues.push(QueueConfig {
                name,
                strategy: queue.strategy,
                members,
                skills,
                waiting_max: queue.waiting_max,
                wait_max: queue.wait_max.0,
                ring_timeout,
                no_reoffer: Duration::from_secs(60),
                no_reoffer_alone: Duration::from_secs(10),
                announcements: (!first.is_zero()).then_some(Announcements { first, every }),
                unstaffed: if queue.wait_unstaffed { Unstaffed::Wait } else { Unstaffed::Leave },
                overflow,
                alert_after: (!alert_after.is_zero()).then_some(alert_after),
                counts_as_missed: vec![OfferOutcome::Missed, OfferOutcome::Unconfirmed],
            });
        }
        queues
    }

    fn router(&mut self) -> bell_acd::Config {
        let (queues, agents) = (self.queues(), self.agents());
        self.policy.of_router(queues, agents)
    }

    fn calls(&mut self) -> bell_call::Config {
        let hold_music = self.music(self.document.centre.hold_music.as_ref());
        self.policy.of_calls(self.document, hold_music)
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
        let missed_max = self.policy.missed_max;
        let mut agents = Vec::new();
        for (name, agent) in &self.document.agent {
            let endpoints = agent.endpoints.iter();
            let endpoints: Vec<EndpointName> =
                endpoints.filter_map(|phone| self.refer(phone, "endpoint", &self.document.endpoint)).collect();
            if agent.endpoints.is_empty() {
                self.mistakes.at(name, format!("agent {} has no phone", name.get_ref()), "list one in endpoints");
            }
            let (skills, regions) = (self.skills(&agent.skills), self.regions(&agent.regions));
            let Ok(name) = AgentName::new(name.get_ref()) else { continue };
            agents.push(AgentConfig {
                name,
                endpoints,
                sign_in: match agent.sign_in {
                    SignIn::Command => bell_acd::SignIn::Command,
                    SignIn::Registration => bell_acd::SignIn::Registration,
                },
                skills,
                regions,
                capacity: agent.capacity,
                wrap_up_max: agent.wrap_up.0,
                missed_max,
            });
        }
        agents
    }

    /// Skills with their levels. A level of 0 would say nothing.
    fn skills(&mut self, levels: &Named<u8>) -> Vec<(SkillName, u8)> {
        check_names::<SkillName>(levels.keys(), &mut self.mistakes);
        for (name, level) in levels.iter().filter(|(_, level)| **level == 0) {
            let problem = format!("level {level} of skill {:?} says nothing", name.get_ref());
            self.mistakes.at(name, problem, "write a level from 1 to 255, or leave the skill out");
        }
        levels.iter().filter_map(|(name, level)| Some((SkillName::new(name.get_ref()).ok()?, *level))).collect()
    }

    /// The steps of a queue's ladder.
    fn ladder(&mut self, name: &Spanned<String>, queue: &Queue) -> Vec<Rung> {
        let mut ladder = Vec::new();
        for rung in &queue.overflow {
            let when = match rung.when {
                When::Waited(span) => bell_acd::When::Waited(span.0),
                When::Length(callers) => bell_acd::When::Length(callers),
                When::ServiceLevel { percent, within, window } => {
                    if percent > 100 {
                        let problem = format!("a service level of {percent} in a hundred cannot be");
                        self.mistakes.at(name, problem, "write a percent from 1 to 100");
                    }
                    bell_acd::When::ServiceLevel { within: within.0, window: window.0, percent }
                }
                When::NoAgent => bell_acd::When::NoAgent,
            };
            let then = match &rung.then {
                Then::Skills(levels) => Overflow::WiderSkills(self.lower_skills(levels)),
                Then::Queue(other) => {
                    if other.get_ref() == name.get_ref() {
                        self.mistakes.at(other, "a queue cannot overflow into itself", "name another queue");
                    }
                    let Some(other) = self.refer(other, "queue", &self.document.queue) else { continue };
                    Overflow::Queue(other)
                }
                Then::External(number) => {
                    let Some(number) = self.outside(number) else { continue };
                    Overflow::External(number)
                }
                Then::Voicemail => Overflow::Voicemail,
                Then::Callback => Overflow::Callback,
            };
            ladder.push(Rung { when, then });
        }
        ladder
    }

    /// A number that callers are sent to, if it is one and a carrier takes calls there.
    fn outside(&mut self, text: &Spanned<String>) -> Option<Number> {
        if self.document.trunk.values().all(|trunk| trunk.to.is_empty()) {
            let problem = format!("nobody can be sent to {:?}: no trunk takes calls", text.get_ref());
            self.mistakes.at(text, problem, "set to under a [trunk]");
        }
        match Number::parse(text.get_ref(), &self.plan) {
            Ok(number) => Some(number),
            Err(error) => {
                let problem = format!("{:?} is no number: {error}", text.get_ref());
                self.mistakes.at(text, problem, "write the number as it is dialled");
                None
            }
        }
    }

    /// Whoever needs what no agent of the queue is able to do would wait in vain. A ladder may ask for less later.
    fn needs(&mut self, file: &Spanned<String>, flow: &Flow) {
        for node in flow.nodes() {
            let bell_ivr::Step::Queue(step) = &node.step else { continue };
            let queue = self.document.queue.iter().find(|(name, _)| name.get_ref() == step.queue.as_str());
            let Some((_, queue)) = queue else { continue };
            let widens = queue.overflow.iter().any(|rung| matches!(rung.then, Then::Skills(_)));
            for (skill, level) in step.skills.iter().filter(|_| !widens) {
                if !self.has_skill(queue, skill, *level) {
                    let problem = format!(
                        "flow {}: node {}: no agent of queue {} has {skill} at level {level} or higher",
                        flow.name(),
                        node.name,
                        step.queue
                    );
                    self.mistakes.at(file, problem, "give it to an agent under [agent], or ask for less in the node");
                }
            }
        }
    }

    fn has_skill(&self, queue: &Queue, skill: &SkillName, level: u8) -> bool {
        let agents = self.document.agent.iter();
        let mut members = agents.filter(|(name, _)| queue.agents.iter().any(|agent| agent.get_ref() == name.get_ref()));
        let has = |(name, own): (&Spanned<String>, &u8)| name.get_ref() == skill.as_str() && *own >= level;
        members.any(|(_, agent)| agent.skills.iter().any(has))
    }

    /// Lower levels of skills; 0 asks for none.
    fn lower_skills(&mut self, levels: &Named<u8>) -> Vec<(SkillName, u8)> {
        check_names::<SkillName>(levels.keys(), &mut self.mistakes);
        levels.iter().filter_map(|(name, level)| Some((SkillName::new(name.get_ref()).ok()?, *level))).collect()
    }

    fn regions(&mut self, names: &[Spanned<String>]) -> Vec<RegionName> {
        check_names::<RegionName>(names.iter(), &mut self.mistakes);
        names.iter().filter_map(|name| RegionName::new(name.get_ref()).ok()).collect()
    }

    /// Whose phone each endpoint is.
    fn owners(&mut self) -> BTreeMap<EndpointName, AgentName> {
        let mut owners = BTreeMap::new();
        for (name, agent) in &self.document.agent {
            let Ok(agent_name) = AgentName::new(name.get_ref()) else { continue };
            for phone in &agent.endpoints {
                let Ok(endpoint) = EndpointName::new(phone.get_ref()) else { continue };
                if let Some(other) = owners.insert(endpoint, agent_name.clone()) {
                    let problem = format!("endpoint {} belongs to agent {other} already", phone.get_ref());
                    self.mistakes.at(phone, problem, "give each agent phones of his own");
                }
            }
        }
        owners
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
        if sip.udp.is_empty() && sip.tcp.is_empty() && sip.tls.is_empty() {
            self.mistakes.span(0..0, "SIP listens nowhere", "set udp, tcp or tls under [sip]");
        }
        if let Some(open) = sip.ws.iter().find(|address| !address.ip().is_loopback()) {
            let problem = format!("WebSockets at {open} would carry passwords' digests and calls in the clear");
            let remedy = "use wss, or listen on loopback, behind a proxy that speaks TLS: ws = [\"127.0.0.1:5066\"]";
            self.mistakes.span(0..0, &problem, remedy);
        }
        let [first, last] = media.ports;
        if first < 1024 || last <= first {
            let problem = format!("{first} to {last} is no range of ports");
            self.mistakes.span(0..0, problem, "set ports = [20000, 29999] under [media]");
        }
        let media_advertised = media.advertise.or(sip.advertise).unwrap_or(media.address);
        let (webrtc_advertised, webrtc_ports) = self.webrtc(media_advertised);
        let certificate = self.certificate();
        Listen {
            udp: sip.udp.clone(),
            tcp: sip.tcp.clone(),
            ws: sip.ws.clone(),
            tls: sip.tls.clone(),
            wss: sip.wss.clone(),
            certificate,
            certificate_names: self.document.tls.names.clone(),
            sip_tls_1_2: self.policy.sip_tls_1_2,
            certificate_warn: self.policy.certificate_warn.0,
            media: media.address,
            media_advertised,
            media_ports: (first, last),
            webrtc_advertised,
            webrtc_ports,
            webrtc_tcp: media.webrtc_tcp,
            jitter_delay: (self.policy.jitter_delay_min.0, self.policy.jitter_delay_max.0),
            opus_complexity: u8::try_from(self.policy.opus_complexity).unwrap_or(10),
            health: self.document.health.listen,
            desk: self.desk(),
            media_timeout: self.policy.media_timeout.0,
            browser_timeout: self.policy.browser_timeout.0,
        }
    }

    /// The certificate that is shown: two files, or none for one that we make.
    fn certificate(&mut self) -> Option<CertificateFiles> {
        let tls = &self.document.tls;
        match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => {
                let (certificate, key) = (certificate.get_ref().into(), key.get_ref().into());
                Some(CertificateFiles { certificate, key })
            }
            (None, None) => None,
            (Some(alone), None) => {
                self.mistakes.at(alone, "the certificate's key is missing", "name its file too: key = \"...\"");
                None
            }
            (None, Some(alone)) => {
                let remedy = "name its file too: certificate = \"...\"";
                self.mistakes.at(alone, "the key's certificate is missing", remedy);
                None
            }
        }
    }

    /// Passwords must not travel in the clear: plain HTTP is for loopback, and for a proxy that is named.
    fn desk(&mut self) -> Desk {
        let (console, admin) = (&self.document.console, &self.document.admin);
        let nobody = console.listen.is_empty();
        let beside = if nobody { Vec::new() } else { vec![ADMIN] };
        let admin = admin.listen.clone().unwrap_or(beside);
        let desk = Desk { console: console.listen.clone(), admin, proxies: console.proxies.clone(), tls: console.tls };
        let is_guarded = desk.tls || !desk.proxies.is_empty();
        for address in desk.addresses().filter(|address| !address.ip().is_loopback() && !is_guarded) {
            let problem = format!("a console at {address} would carry passwords in the clear");
            let remedy = "speak HTTPS: tls = true under [console]; or listen on loopback; or name the proxy that speaks \
                          HTTPS for us: proxies = [\"192.0.2.1\"] under [console]";
            self.mistakes.span(0..0, &problem, remedy);
        }
        desk
    }

    /// The gate must shut while there is still something to record with.
    fn disk(&mut self) -> DiskPolicy {
        let policy = &self.policy;
        let (reserve, shut, open) = (policy.recording_reserve, policy.recording_gate_shut, policy.recording_gate_open);
        if shut <= reserve {
            let problem = "recording_gate_shut is not above recording_reserve: calls would be taken and not recorded";
            self.mistakes.span(
                0..0,
                problem,
                "set recording_gate_shut higher under [policy], say to twice the reserve",
            );
        }
        if open < shut {
            let problem = "recording_gate_open is below recording_gate_shut: the gate would open and shut at once";
            self.mistakes.span(0..0, problem, "set recording_gate_open higher under [policy]");
        }
        if policy.disk_critical_percent >= policy.disk_low_percent {
            let problem = "disk_critical_percent is not below disk_low_percent: nobody would be warned in time";
            self.mistakes.span(0..0, problem, "set disk_low_percent higher under [policy]");
        }
        policy.of_disk()
    }

    /// A name that must stand in a table of the same file.
    pub(super) fn refer<N: FromStr, T>(
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
