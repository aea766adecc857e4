//! The world: one order of events, in virtual time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bell_engine::{Command, CommandId, Gate, Input, Output};
use bell_media::control::MediaEvent;
use bell_sip::{Flow, SocketId};
use bell_types::{AgentName, Fact, Mono};
use bytes::Bytes;

use crate::alarm::Alarm;
use crate::centre::Centre;
use crate::check::Checks;
use crate::configuration::{self, AGENTS, CARRIERS, CENTRE, NUMBERS, carrier_address, phone_address};
use crate::dice::Dice;
use crate::mediahost::{Host, HostTimer, HostWant};
use crate::network::Network;
use crate::party::{Act, Party, Role, Want};
use crate::trail::{Step, Trail};
use crate::trouble::{Trouble, Troubles};
use crate::verdict::{Settings, Verdict};

/// How long everything is given to end after the last caller came: longer than the longest talk, wait and time-out.
const ENDING: Duration = Duration::from_secs(900);
/// And how long registrations have to run out after that, when every phone is off.
const EXPIRY: Duration = Duration::from_secs(900);
/// How many deadlines of the node may pass in one instant.
const TICKS_MAX: u32 = 1000;

/// Everything there is.
pub(crate) struct World {
    settings: Settings,
    alarm: Alarm,
    now: Mono,
    steps: u64,
    agenda: BTreeMap<(Mono, u64), Event>,
    booked: u64,
    dice: Dice,
    network: Network,
    host: Host,
    /// Counts the media hosts: what one said is not heard when it is gone.
    host_life: u32,
    centre: Centre,
    version: u64,
    parties: Vec<Party>,
    troubles: Troubles,
    commands: u64,
    checks: Checks,
    trail: Trail,
    ticks: (Mono, u32),
}

/// What is going to happen.
enum Event {
    Arrive { from: SocketAddr, to: SocketAddr, bytes: Bytes },
    Media(u32, MediaEvent),
    Host(u32, HostTimer),
    Act(usize, u32, Act),
    CallerComes,
    Trouble(Trouble),
}

/// What happens next.
enum Next {
    Event,
    Node,
    Party(usize),
}

impl World {
    pub(crate) fn new(settings: Settings, alarm: Alarm) -> Self {
        let mut dice = Dice::new(settings.seed);
        let now = Mono::from_micros(1_000_000);
        let phones = AGENTS.iter().enumerate().map(|(index, name)| (phone_address(index), Role::Phone(name)));
        let carriers = (0..CARRIERS.len()).map(|index| (carrier_address(index), Role::Carrier));
        let parties = phones.chain(carriers).map(|(address, role)| Party::new(now, address, role, dice.fork()));
        let parties = parties.collect();
        Self {
            settings,
            alarm,
            now,
            steps: 0,
            agenda: BTreeMap::new(),
            booked: 0,
            network: Network::new(dice.fork()),
            host: Host::new(dice.fork()),
            host_life: 0,
            centre: Centre::new(),
            version: 0,
            parties,
            troubles: Troubles::new(dice.fork()),
            dice: dice.fork(),
            commands: 0,
            checks: Checks::default(),
            trail: Trail::default(),
            ticks: (Mono::ZERO, 0),
        }
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn trail(&self) -> Vec<String> {
        self.trail.lines()
    }

    /// Runs to the end.
    pub(crate) fn run(&mut self) -> Result<Verdict, String> {
        self.start()?;
        for party in 0..self.parties.len() {
            self.carry_out_for(party);
        }
        self.book(Duration::ZERO, Event::CallerComes);
        self.next_trouble();
        let traffic_until = self.now + self.settings.traffic;
        self.run_until(traffic_until)?;
        self.calm_down()?;
        self.run_until(traffic_until + ENDING)?;
        self.is_quiet()?;
        self.parties.iter_mut().filter(|party| party.role != Role::Carrier).for_each(Party::switch_off);
        self.run_until(traffic_until + ENDING + EXPIRY)?;
        self.is_quiet()?;
        self.checks.end()?;
        self.centre.replay()?;
        Ok(self.checks.verdict(self.steps))
    }

    fn run_until(&mut self, until: Mono) -> Result<(), String> {
        while let Some((at, next)) = self.next().filter(|(at, _)| *at <= until) {
            self.now = self.now.max(at);
            self.steps += 1;
            match next {
                Next::Event => {
                    if let Some((_, event)) = self.agenda.pop_first() {
                        self.happens(event)?;
                    }
                }
                Next::Node => self.tick()?,
                Next::Party(party) => {
                    self.parties[party].tick(self.now);
                    self.carry_out_for(party);
                }
            }
            if let Some(rung) = self.alarm.rung() {
                return Err(rung);
            }
        }
        self.now = self.now.max(until);
        Ok(())
    }

    fn next(&self) -> Option<(Mono, Next)> {
        let event = self.agenda.first_key_value().map(|((at, _), _)| (*at, Next::Event));
        let node = self.centre.poll_timeout().map(|at| (at, Next::Node));
        let parties = self.parties.iter().enumerate();
        let parties = parties.filter_map(|(index, party)| Some((party.poll_timeout()?, Next::Party(index))));
        // Of equals the first: the order is always the same.
        event.into_iter().chain(node).chain(parties).min_by_key(|(at, _)| *at)
    }

    fn book(&mut self, after: Duration, event: Event) {
        self.book_at(self.now + after, event);
    }

    fn book_at(&mut self, at: Mono, event: Event) {
        self.booked += 1;
        self.agenda.insert((at, self.booked), event);
    }

    fn note(&mut self, step: Step) {
        self.trail.add(self.now, step);
    }

    fn happens(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Arrive { from, to, bytes } => self.arrive(from, to, bytes),
            Event::Media(life, event) if life == self.host_life => {
                self.note(Step::Media(event.clone()));
                self.tell(Input::Media(event))
            }
            Event::Host(life, timer) if life == self.host_life => {
                self.note(Step::Host(timer));
                let parties = &self.parties;
                let is_heard = |rtp| parties.iter().any(|party| party.sends_from(rtp));
                self.host.woken(self.now, timer, is_heard);
                self.carry_out_for_host();
                Ok(())
            }
            Event::Media(..) | Event::Host(..) => Ok(()),
            Event::Act(party, life, act) => {
                // Whoever was switched off meanwhile has other plans; switching on is what comes of having been off.
                if life == self.parties[party].life {
                    self.note(Step::Acted(self.parties[party].address, act));
                    self.parties[party].act(self.now, act);
                    self.carry_out_for(party);
                }
                Ok(())
            }
            Event::CallerComes => {
                self.caller_comes();
                Ok(())
            }
            Event::Trouble(trouble) => {
                self.note(Step::Trouble(trouble.clone()));
                self.next_trouble_after(&trouble);
                self.suffer(trouble)
            }
        }
    }

    fn arrive(&mut self, from: SocketAddr, to: SocketAddr, bytes: Bytes) -> Result<(), String> {
        self.note(Step::Arrived { from, to, bytes: bytes.clone() });
        if to == CENTRE {
            let flow = Flow::Datagram { socket: SocketId(0), remote: from };
            return self.tell(Input::Sip(bell_sip::Input::Received { flow, bytes }));
        }
        if let Some(party) = self.parties.iter().position(|party| party.address == to) {
            self.parties[party].received(self.now, bytes);
            self.carry_out_for(party);
        }
        Ok(())
    }

    /// Callers come in bunches: now one a second, now one in a minute.
    fn caller_comes(&mut self) {
        let numbers = [NUMBERS[0], NUMBERS[0], NUMBERS[0], NUMBERS[0], NUMBERS[1], NUMBERS[2]];
        let number = self.dice.pick(&numbers).unwrap_or(NUMBERS[0]);
        let carrier = usize::try_from(self.dice.below(CARRIERS.len() as u64)).unwrap_or(0);
        // Now and then an agent calls his own hotline.
        let agent = usize::try_from(self.dice.below(AGENTS.len() as u64)).unwrap_or(0);
        let party = if self.dice.chance(30) { agent } else { AGENTS.len() + carrier };
        let act = Act::Call { number, caller: self.dice.next() };
        self.note(Step::Acted(self.parties[party].address, act));
        self.parties[party].act(self.now, act);
        self.carry_out_for(party);
        let pause = if self.dice.chance(700) { self.dice.millis(0, 6000) } else { self.dice.millis(5000, 30_000) };
        self.book(pause, Event::CallerComes);
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
    fn tell(&mut self, input: Input) -> Result<(), String> {
        let was_running = self.centre.node().is_some();
        let outputs = self.centre.handle(self.now, input);
        self.carry_out(outputs)?;
        match self.centre.node() {
            Some(node) => self.checks.settled(node),
            None => {
                if was_running {
                    self.died();
                }
                Ok(())
            }
        }
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
                Output::Fact(fact) => self.fact(&fact)?,
                Output::Done(id, _) => self.checks.done(id)?,
                Output::LookUp { host, .. } => return Err(format!("the node looks up {host}, which is an address")),
                Output::Ask(_, asked) => return Err(format!("a flow asks {}, and no service is simulated", asked.url)),
                Output::Trace { .. } => {}
            }
        }
        Ok(())
    }

    fn fact(&mut self, fact: &Fact) -> Result<(), String> {
        self.note(Step::Fact(Box::new(fact.clone())));
        let Some(node) = self.centre.node() else { return Ok(()) };
        self.checks.fact(fact, node.snapshot())
    }

    fn send(&mut self, from: SocketAddr, to: SocketAddr, bytes: &Bytes) {
        for at in self.network.send(self.now, from, to) {
            self.book_at(at, Event::Arrive { from, to, bytes: bytes.clone() });
        }
    }

    fn carry_out_for(&mut self, party: usize) {
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

    // Troubles.

    fn next_trouble(&mut self) {
        let (after, trouble) = self.troubles.next();
        self.book(after, Event::Trouble(trouble));
    }

    /// One trouble leads to the next, but what ends a trouble does not begin another.
    fn next_trouble_after(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::Start | Trouble::Gate(Gate::Open) => {}
            Trouble::Cut(..)
            | Trouble::Configure
            | Trouble::Crash { .. }
            | Trouble::Stop
            | Trouble::SetClock(_)
            | Trouble::Gate(Gate::Unrecorded(_) | Gate::Shut(_))
            | Trouble::Agent(..)
            | Trouble::Release
            | Trouble::PowerCut(..) => self.next_trouble(),
        }
    }

    fn suffer(&mut self, trouble: Trouble) -> Result<(), String> {
        match trouble {
            Trouble::Cut(address, time) => self.network.cut(address, self.now + time),
            Trouble::Configure => {
                let snapshot = self.draw_configuration();
                self.tell(Input::Config(snapshot))?;
            }
            Trouble::Crash { torn: true } => self.centre.doomed = self.centre.node().is_some(),
            Trouble::Crash { torn: false } => self.kill(),
            Trouble::Stop => {
                self.command(Command::Stop)?;
                self.kill();
            }
            Trouble::Start => self.start()?,
            Trouble::SetClock(micros) => self.centre.set_clock(micros),
            Trouble::Gate(gate) => {
                self.tell(Input::Gate(gate))?;
                if gate != Gate::Open {
                    let after = self.dice.millis(100, 10_000);
                    self.book(after, Event::Trouble(Trouble::Gate(Gate::Open)));
                }
            }
            Trouble::Agent(name, command) => {
                if let Ok(agent) = AgentName::new(name) {
                    self.command(Command::Agent(agent, command))?;
                }
            }
            Trouble::Release => {
                let calls = self.checks.live_calls();
                if let Some(call) = self.dice.pick(&calls) {
                    self.command(Command::Release(call))?;
                }
            }
            Trouble::PowerCut(phone, time) => {
                self.parties[phone].act(self.now, Act::SwitchOff(time));
                self.carry_out_for(phone);
            }
        }
        Ok(())
    }

    fn command(&mut self, command: Command) -> Result<(), String> {
        if self.centre.node().is_none() {
            return Ok(());
        }
        self.commands += 1;
        let id = CommandId(self.commands);
        self.checks.asked(id);
        self.tell(Input::Command(id, command))
    }

    fn draw_configuration(&mut self) -> Arc<bell_engine::Snapshot> {
        self.version += 1;
        configuration::draw(self.version, &mut self.dice)
    }

    fn kill(&mut self) {
        if self.centre.node().is_some() {
            self.centre.crash();
            self.died();
        }
    }

    /// The node is gone, and its media host with it: they are one process.
    fn died(&mut self) {
        self.host_life += 1;
        self.checks.died();
        let after = self.troubles.downtime();
        self.book(after, Event::Trouble(Trouble::Start));
    }

    /// A node begins, and first closes what the one before it left open.
    fn start(&mut self) -> Result<(), String> {
        if self.centre.node().is_some() {
            return Ok(());
        }
        let snapshot = self.draw_configuration();
        let seed = self.dice.key();
        let callbacks = self.centre.callbacks();
        let callbacks = (!callbacks.is_empty()).then(|| Input::Callbacks(Arc::new(callbacks)));
        let orphans = self.centre.orphans(|call| self.host.recovered(self.now, call));
        self.host = Host::new(self.dice.fork());
        let outputs = self.centre.start(self.now, snapshot, seed);
        self.carry_out(outputs)?;
        for input in callbacks.into_iter().chain(orphans.into_iter().map(Input::Orphan)) {
            let outputs = self.centre.handle(self.now, input);
            self.carry_out(outputs)?;
        }
        match self.centre.node() {
            Some(node) => self.checks.settled(node),
            None => Ok(()),
        }
    }

    // The end.

    /// No more callers and no more trouble; what is broken is mended.
    fn calm_down(&mut self) -> Result<(), String> {
        self.agenda.retain(|_, event| match event {
            Event::CallerComes => false,
            Event::Trouble(trouble) => matches!(trouble, Trouble::Start | Trouble::Gate(Gate::Open)),
            Event::Arrive { .. } | Event::Media(..) | Event::Host(..) | Event::Act(..) => true,
        });
        self.centre.doomed = false;
        self.network.heal();
        Ok(())
    }

    fn is_quiet(&self) -> Result<(), String> {
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
