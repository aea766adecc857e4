//! A run in which anything may happen: callers in bunches, people with every habit, and troubles without end.

use std::sync::Arc;
use std::time::Duration;

use bell_engine::{Command, Gate, Input, Snapshot};
use bell_types::AgentName;

use crate::alarm::Alarm;
use crate::centre::{BEGINNING, Centre};
use crate::configuration::{self, AGENTS, CARRIERS, DOMAIN, NUMBERS, carrier_address, phone_address};
use crate::dice::Dice;
use crate::meddle::{Meddler, REGULARS};
use crate::mediahost::Host;
use crate::network::Network;
use crate::party::{Act, Manners, Party, Role};
use crate::trail::Step;
use crate::trouble::{Trouble, Troubles};
use crate::verdict::{Settings, Verdict};
use crate::world::{Turn, World};

/// How long everything is given to end after the last caller came: longer than the longest talk, wait and time-out.
const ENDING: Duration = Duration::from_secs(900);
/// And how long registrations have to run out after that, when every phone is off.
const EXPIRY: Duration = Duration::from_secs(900);

/// Who makes all of it happen.
pub(crate) struct Chaos {
    settings: Settings,
    world: World<Cue>,
    troubles: Troubles,
    meddler: Meddler,
    dice: Dice,
    version: u64,
}

/// What is done when it is time.
enum Cue {
    CallerComes,
    SomebodyMeddles,
    Trouble(Trouble),
}

impl Chaos {
    pub(crate) fn new(settings: Settings, alarm: Alarm) -> Self {
        let mut dice = Dice::new(settings.seed);
        let phones = AGENTS.iter().enumerate().map(|(index, name)| {
            let role = Role::Phone { name: (*name).into(), domain: DOMAIN.into() };
            (phone_address(index), role)
        });
        let carriers = (0..CARRIERS.len()).map(|index| (carrier_address(index), Role::Carrier));
        let parties = phones.chain(carriers);
        let parties = parties.map(|(address, role)| Party::new(address, role, Manners::Wild, dice.fork())).collect();
        let (network, host) = (Network::new(dice.fork()), Host::new(dice.fork()));
        Self {
            settings,
            world: World::new(alarm, network, host, Centre::new(BEGINNING), parties),
            troubles: Troubles::new(dice.fork()),
            meddler: Meddler::new(dice.fork()),
            dice: dice.fork(),
            version: 0,
        }
    }

    pub(crate) fn steps(&self) -> u64 {
        self.world.steps()
    }

    pub(crate) fn trail(&self) -> Vec<String> {
        self.world.trail()
    }

    /// Runs to the end.
    pub(crate) fn run(&mut self) -> Result<Verdict, String> {
        self.start()?;
        for party in 0..self.world.parties.len() {
            self.world.act(party, Act::SwitchOn);
        }
        self.world.cue(Duration::ZERO, Cue::CallerComes);
        self.world.cue(Duration::ZERO, Cue::SomebodyMeddles);
        self.next_trouble();
        let traffic_until = self.world.now() + self.settings.traffic;
        self.run_until(traffic_until)?;
        self.calm_down();
        self.run_until(traffic_until + ENDING)?;
        self.world.is_quiet()?;
        for party in 0..AGENTS.len() {
            self.world.act(party, Act::SwitchOff(EXPIRY * 2));
        }
        self.run_until(traffic_until + ENDING + EXPIRY)?;
        self.world.is_quiet()?;
        self.world.checks.end()?;
        self.world.centre.replay()?;
        Ok(self.world.checks.verdict(self.world.steps()))
    }

    fn run_until(&mut self, until: bell_types::Mono) -> Result<(), String> {
        loop {
            match self.world.turn(until)? {
                Turn::Cue(Cue::CallerComes) => self.caller_comes(),
                Turn::Cue(Cue::SomebodyMeddles) => self.somebody_meddles()?,
                Turn::Cue(Cue::Trouble(trouble)) => {
                    self.world.note(Step::Trouble(trouble.clone()));
                    self.next_trouble_after(&trouble);
                    self.suffer(trouble)?;
                }
                Turn::Facts(_) => {}
                Turn::Died => {
                    let after = self.troubles.downtime();
                    self.world.cue(after, Cue::Trouble(Trouble::Start));
                }
                Turn::Over => return Ok(()),
            }
        }
    }

    /// Callers come in bunches: now one a second, now one in a minute.
    fn caller_comes(&mut self) {
        let numbers = [NUMBERS[0], NUMBERS[0], NUMBERS[0], NUMBERS[0], NUMBERS[1], NUMBERS[2]];
        let number = self.dice.pick(&numbers).unwrap_or(NUMBERS[0]);
        let carrier = usize::try_from(self.dice.below(CARRIERS.len() as u64)).unwrap_or(0);
        // Now and then an agent calls his own hotline.
        let agent = usize::try_from(self.dice.below(AGENTS.len() as u64)).unwrap_or(0);
        let party = if self.dice.chance(30) { agent } else { AGENTS.len() + carrier };
        // Some call again and again.
        let caller = if self.dice.chance(300) { self.dice.below(REGULARS) } else { self.dice.next() };
        let act = Act::Call { number: number.into(), caller };
        self.world.act(party, act);
        let pause = if self.dice.chance(700) { self.dice.millis(0, 6000) } else { self.dice.millis(5000, 30_000) };
        self.world.cue(pause, Cue::CallerComes);
    }

    fn somebody_meddles(&mut self) -> Result<(), String> {
        let wall = self.world.centre.wall(self.world.now());
        let calls: Vec<_> = self.world.checks.live_calls().collect();
        if let Some(command) = self.meddler.draw(wall, &calls) {
            self.world.command(command)?;
        }
        let pause = self.meddler.pause();
        self.world.cue(pause, Cue::SomebodyMeddles);
        Ok(())
    }

    fn next_trouble(&mut self) {
        let (after, trouble) = self.troubles.next();
        self.world.cue(after, Cue::Trouble(trouble));
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
            Trouble::Cut(address, time) => self.world.network.cut(address, self.world.now() + time),
            Trouble::Configure => {
                let snapshot = self.draw_configuration();
                self.world.tell(Input::Config(snapshot))?;
            }
            Trouble::Crash { torn: true } => self.world.centre.doomed = self.world.centre.node().is_some(),
            Trouble::Crash { torn: false } => self.world.kill(),
            Trouble::Stop => {
                self.world.command(Command::Stop)?;
                self.world.kill();
            }
            Trouble::Start => self.start()?,
            Trouble::SetClock(micros) => self.world.centre.set_clock(micros),
            Trouble::Gate(gate) => {
                self.world.tell(Input::Gate(gate))?;
                if gate != Gate::Open {
                    let after = self.dice.millis(100, 10_000);
                    self.world.cue(after, Cue::Trouble(Trouble::Gate(Gate::Open)));
                }
            }
            Trouble::Agent(name, command) => {
                if let Ok(agent) = AgentName::new(name) {
                    self.world.command(Command::Agent(agent, command))?;
                }
            }
            Trouble::Release => {
                let calls: Vec<_> = self.world.checks.live_calls().map(|record| record.call).collect();
                if let Some(call) = self.dice.pick(&calls) {
                    self.world.command(Command::Release(call))?;
                }
            }
            Trouble::PowerCut(phone, time) => self.world.act(phone, Act::SwitchOff(time)),
        }
        Ok(())
    }

    fn draw_configuration(&mut self) -> Arc<Snapshot> {
        self.version += 1;
        configuration::draw(self.version, &mut self.dice)
    }

    fn start(&mut self) -> Result<(), String> {
        if self.world.centre.node().is_some() {
            return Ok(());
        }
        let snapshot = self.draw_configuration();
        let (seed, host) = (self.dice.key(), Host::new(self.dice.fork()));
        self.world.start(snapshot, seed, host)
    }

    /// No more callers and no more trouble; what is broken is mended.
    fn calm_down(&mut self) {
        self.world.keep_cues(|cue| match cue {
            Cue::CallerComes | Cue::SomebodyMeddles => false,
            Cue::Trouble(trouble) => matches!(trouble, Trouble::Start | Trouble::Gate(Gate::Open)),
        });
        self.world.centre.doomed = false;
        self.world.network.heal();
    }
}
