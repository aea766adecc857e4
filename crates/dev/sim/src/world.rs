//! The world: one order of events, in virtual time. It knows how things happen; what is going to be done, somebody who
//! directs it says by cues.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_engine::{Command, CommandId, Input, Output, Refused, Snapshot};
use bell_media::control::MediaEvent;
use bell_sip::{Flow, SocketId};
use bell_types::{Fact, Mono};
use bytes::Bytes;

use crate::alarm::Alarm;
use crate::centre::Centre;
use crate::check::Checks;
use crate::configuration::CENTRE;
use crate::mediahost::{Host, HostTimer, HostWant};
use crate::network::Network;
use crate::party::{Act, Party, Want};
use crate::trail::{Step, Trail};

/// How many deadlines of the node may pass in one instant.
const TICKS_MAX: u32 = 1000;

/// Everything there is.
pub(crate) struct World<C> {
    alarm: Alarm,
    now: Mono,
    steps: u64,
    agenda: BTreeMap<(Mono, u64), Event<C>>,
    booked: u64,
    pub(crate) network: Network,
    pub(crate) host: Host,
    /// Counts the media hosts: what one said is not heard when it is gone.
    host_life: u32,
    pub(crate) centre: Centre,
    pub(crate) parties: Vec<Party>,
    /// When each party wants to be woken.
    timeouts: Vec<Option<Mono>>,
    addresses: BTreeMap<SocketAddr, usize>,
    commands: u64,
    pub(crate) checks: Checks,
    trail: Trail,
    ticks: (Mono, u32),
    /// Facts the director has not been told yet.
    told: Vec<Fact>,
    died: bool,
    /// What became of the last command.
    outcome: Option<Result<(), Refused>>,
}

/// What is going to happen.
enum Event<C> {
    Arrive { from: SocketAddr, to: SocketAddr, bytes: Bytes },
    Media(u32, MediaEvent),
    Host(u32, HostTimer),
    Act(usize, u32, Act),
    Cue(C),
}

/// What the director is told.
pub(crate) enum Turn<C> {
    /// It is time for this.
    Cue(C),
    /// The node said so.
    Facts(Vec<Fact>),
    /// The node is gone.
    Died,
    /// Nothing more happens until the time that was named.
    Over,
}

/// What happens next.
enum Next {
    Event,
    Node,
    Party(usize),
}

impl<C> World<C> {
    /// A world at rest: no node runs, and every party is as it is given.
    pub(crate) fn new(alarm: Alarm, network: Network, host: Host, centre: Centre, parties: Vec<Party>) -> Self {
        let addresses = parties.iter().enumerate().map(|(index, party)| (party.address, index)).collect();
        Self {
            alarm,
            now: Mono::from_micros(1_000_000),
            steps: 0,
            agenda: BTreeMap::new(),
            booked: 0,
            network,
            host,
            host_life: 0,
            centre,
            timeouts: vec![None; parties.len()],
            parties,
            addresses,
            commands: 0,
            checks: Checks::default(),
            trail: Trail::default(),
            ticks: (Mono::ZERO, 0),
            told: Vec::new(),
            died: false,
            outcome: None,
        }
    }

    pub(crate) fn now(&self) -> Mono {
        self.now
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn trail(&self) -> Vec<String> {
        self.trail.lines()
    }

    /// Lets things happen until there is something for the director, or the time is over.
    pub(crate) fn turn(&mut self, until: Mono) -> Result<Turn<C>, String> {
        loop {
            if !self.told.is_empty() {
                return Ok(Turn::Facts(std::mem::take(&mut self.told)));
            }
            if std::mem::take(&mut self.died) {
                return Ok(Turn::Died);
            }
            let Some((at, next)) = self.next().filter(|(at, _)| *at <= until) else {
                self.now = self.now.max(until);
                return Ok(Turn::Over);
            };
            self.now = self.now.max(at);
            self.steps += 1;
            if let Some(cue) = self.step(&next)? {
                return Ok(Turn::Cue(cue));
            }
            if let Some(rung) = self.alarm.rung() {
                return Err(rung);
            }
        }
    }

    fn step(&mut self, next: &Next) -> Result<Option<C>, String> {
        match next {
            Next::Event => {
                let event = self.agenda.pop_first();
                event.map_or(Ok(None), |(_, event)| self.happens(event))
            }
            Next::Node => self.tick().map(|()| None),
            Next::Party(party) => {
                self.parties[*party].tick(self.now);
                self.carry_out_for(*party);
                Ok(None)
            }
        }
    }

    fn next(&self) -> Option<(Mono, Next)> {
        let event = self.agenda.first_key_value().map(|((at, _), _)| (*at, Next::Event));
        let node = self.centre.poll_timeout().map(|at| (at, Next::Node));
        let parties = self.timeouts.iter().enumerate();
        let parties = parties.filter_map(|(index, at)| Some(((*at)?, Next::Party(index))));
        // Of equals the first: the order is always the same.
        event.into_iter().chain(node).chain(parties).min_by_key(|(at, _)| *at)
    }

    /// Books a cue.
    pub(crate) fn cue(&mut self, after: Duration, cue: C) {
        self.book_at(self.now + after, Event::Cue(cue));
    }

    /// Forgets the cues that are not to be kept.
    pub(crate) fn keep_cues(&mut self, keep: impl Fn(&C) -> bool) {
        self.agenda.retain(|_, event| match event {
            Event::Cue(cue) => keep(cue),
            Event::Arrive { .. } | Event::Media(..) | Event::Host(..) | Event::Act(..) => true,
        });
    }

    fn book(&mut self, after: Duration, event: Event<C>) {
        self.book_at(self.now + after, event);
    }

    fn book_at(&mut self, at: Mono, event: Event<C>) {
        self.booked += 1;
        self.agenda.insert((at, self.booked), event);
    }

    pub(crate) fn note(&mut self, step: Step) {
        self.trail.add(self.now, step);
    }

    fn happens(&mut self, event: Event<C>) -> Result<Option<C>, String> {
        match event {
            Event::Arrive { from, to, bytes } => self.arrive(from, to, bytes)?,
            Event::Media(life, event) if life == self.host_life => {
                self.note(Step::Media(event.clone()));
                self.tell(Input::Media(event))?;
            }
            Event::Host(life, timer) if life == self.host_life => {
                self.note(Step::Host(timer));
                let parties = &self.parties;
                let is_heard = |rtp| parties.iter().any(|party| party.sends_from(rtp));
                self.host.woken(self.now, timer, is_heard);
                self.carry_out_for_host();
            }
            Event::Media(..) | Event::Host(..) => {}
            // Whoever was switched off meanwhile has other plans; switching on is what comes of having been off.
            Event::Act(party, life, act) if life == self.parties[party].life => self.act(party, act),
            Event::Act(..) => {}
            Event::Cue(cue) => return Ok(Some(cue)),
        }
        Ok(None)
    }

    /// A party does something.
    pub(crate) fn act(&mut self, party: usize, act: Act) {
        self.note(Step::Acted(self.parties[party].address, act.clone()));
        self.parties[party].act(self.now, act);
        self.carry_out_for(party);
    }

    fn arrive(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) -> Result<(), String> {
        self.note(Step::Arrived { from, to, bytes: bytes.clone() });
        if to == CENTRE {
            let flow = Flow::Datagram { socket: SocketId(0), remote: from };
            return self.tell(Input::Sip(bell_sip::Input::Received { flow, bytes }));
        }
        if let Some(&party) = self.addresses.get(&to) {
            self.parties[party].received(self.now, bytes);
            self.carry_out_for(party);
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), String> {
        let (at, count) = self.ticks;
        self.ticks = if at == self.now { (at, count + 1) } else { (self.now, 1) };
        if self.ticks.1 > TICKS_MAX {
            return Err("the node has a deadline that never passes".to_owned());
        }
        self.note(Step::Tick);
        self.tell(Input::Tick)
    }

    /// Something happens to the node, and what follows is carried out and checked.
    pub(crate) fn tell(&mut self, input: Input) -> Result<(), String> {
        let was_running = self.centre.node().is_some();
        let outputs = self.centre.handle(self.now, input);
        self.carry_out(outputs)?;
        match self.centre.node() {
            Some(node) => self.checks.settled(node, &mut self.host),
            None => {
                if was_running {
                    self.node_died();
                }
                Ok(())
            }
        }
    }

    /// Somebody asks the node for something. None: no node runs, or it died of it.
    pub(crate) fn command(&mut self, command: Command) -> Result<Option<Result<(), Refused>>, String> {
        if self.centre.node().is_none() {
            return Ok(None);
        }
        self.commands += 1;
        let id = CommandId(self.commands);
        self.checks.asked(id);
        self.outcome = None;
        self.tell(Input::Command(id, command))?;
        Ok(self.outcome.take())
    }

    fn carry_out(&mut self, outputs: Vec<Output>) -> Result<(), String> {
        for output in outputs {
            match output {
                Output::Transmit(to, bytes) => self.send(CENTRE, to.remote(), &bytes),
                Output::Media(command) => {
                    self.note(Step::Told(command.clone()));
                    self.host.command(self.now, command);
                    self.carry_out_for_host();
                    if let Some(mistake) = self.host.mistake() {
                        return Err(mistake);
                    }
                }
                Output::Fact(fact) => self.fact(fact)?,
                Output::Done(id, outcome) => {
                    self.checks.done(id)?;
                    self.outcome = Some(outcome);
                }
                Output::LookUp { host, .. } => return Err(format!("the node looks up {host}, which is an address")),
                Output::Ask(_, asked) => return Err(format!("a flow asks {}, and no service is simulated", asked.url)),
                Output::Trace { .. } => {}
            }
        }
        Ok(())
    }

    fn fact(&mut self, fact: Fact) -> Result<(), String> {
        self.note(Step::Fact(Box::new(fact.clone())));
        if let Some(node) = self.centre.node() {
            self.checks.fact(&fact, node.snapshot())?;
        }
        self.told.push(fact);
        Ok(())
    }

    fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: &Bytes) {
        for at in self.network.send(self.now, from, to) {
            self.book_at(at, Event::Arrive { from, to, bytes: bytes.clone() });
        }
    }

    /// What a party wants is done.
    pub(crate) fn carry_out_for(&mut self, party: usize) {
        let (address, life) = (self.parties[party].address, self.parties[party].life);
        for want in self.parties[party].wants() {
            match want {
                Want::Transmit(to, bytes) => self.send(address, to, &bytes),
                Want::Later(after, act) => self.book(after, Event::Act(party, life, act)),
                Want::Press(rtp, digit) => {
                    self.host.pressed(rtp, digit);
                    self.carry_out_for_host();
                }
            }
        }
        self.timeouts[party] = self.parties[party].poll_timeout();
    }

    fn carry_out_for_host(&mut self) {
        let life = self.host_life;
        for (after, want) in self.host.wants() {
            match want {
                HostWant::Say(event) => self.book(after, Event::Media(life, event)),
                HostWant::Wake(timer) => self.book(after, Event::Host(life, timer)),
            }
        }
    }

    /// The node dies.
    pub(crate) fn kill(&mut self) {
        if self.centre.node().is_some() {
            self.centre.crash();
            self.node_died();
        }
    }

    /// The node is gone, and its media host with it: they are one process.
    fn node_died(&mut self) {
        self.host_life += 1;
        self.checks.died();
        self.died = true;
    }

    /// A node begins, with a media host of its own, and first closes what the one before it left open.
    pub(crate) fn start(&mut self, snapshot: Arc<Snapshot>, seed: [u8; 32], host: Host) -> Result<(), String> {
        let inherited = self.centre.inherited(|call| self.host.recovered(self.now, call));
        self.host = host;
        let outputs = self.centre.start(self.now, snapshot, seed);
        self.carry_out(outputs)?;
        for input in inherited {
            let outputs = self.centre.handle(self.now, input);
            self.carry_out(outputs)?;
        }
        match self.centre.node() {
            Some(node) => self.checks.settled(node, &mut self.host),
            None => Ok(()),
        }
    }

    /// Everything has come to its end.
    pub(crate) fn is_quiet(&self) -> Result<(), String> {
        if let Some(held) = self.parties.iter().find_map(Party::holds) {
            return Err(format!("the world is quiet, and {held}"));
        }
        let Some(node) = self.centre.node() else { return Err("the node was not started again".to_owned()) };
        let left = (node.calls(), node.legs(), node.sip_load().dialogs, self.host.legs());
        if left != (0, 0, 0, 0) {
            return Err(format!("the world is quiet, and there are calls, legs, dialogs, media legs: {left:?}"));
        }
        Ok(())
    }
}
