//! What goes wrong, and who interferes.

use std::net::IpAddr;
use std::time::Duration;

use bell_acd::AgentCommand;
use bell_engine::Gate;
use bell_types::Cause;

use crate::configuration::{AGENTS, CARRIERS, carrier_address, phone_address};
use crate::dice::Dice;

/// One trouble.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// Nothing arrives to and from this address for so long.
    Cut(IpAddr, Duration),
    /// Another configuration takes effect.
    Configure,
    /// The node dies. Torn: in the middle of its next step, of which nothing is written but the input.
    Crash { torn: bool },
    /// The node is stopped in good order, and dies some time later.
    Stop,
    /// A node is started.
    Start,
    /// The wall clock is set by so many microseconds.
    SetClock(i64),
    /// New calls are refused, or taken again.
    Gate(Gate),
    /// An operator changes an agent's state.
    Agent(&'static str, AgentCommand),
    /// An operator ends some call.
    Release,
    /// A phone loses its power for so long.
    PowerCut(usize, Duration),
}

/// How much trouble a run has. Some have none of a kind at all, so that a fault is not hidden behind a crash.
#[derive(Debug)]
pub(crate) struct Troubles {
    dice: Dice,
    crashes: bool,
    configures: bool,
    steps_clock: bool,
    cuts: bool,
}

impl Troubles {
    pub(crate) fn new(mut dice: Dice) -> Self {
        let (crashes, configures) = (dice.chance(500), dice.chance(600));
        let (steps_clock, cuts) = (dice.chance(500), dice.chance(500));
        Self { dice, crashes, configures, steps_clock, cuts }
    }

    /// When the next trouble comes, and which.
    pub(crate) fn next(&mut self) -> (Duration, Trouble) {
        (self.dice.millis(100, 15_000), self.draw())
    }

    fn draw(&mut self) -> Trouble {
        loop {
            match self.dice.below(100) {
                0..6 if self.crashes => return Trouble::Crash { torn: self.dice.chance(500) },
                6..8 if self.crashes => return Trouble::Stop,
                8..18 if self.configures => return Trouble::Configure,
                18..24 if self.steps_clock => return Trouble::SetClock(self.clock_step()),
                24..34 if self.cuts => return self.cut(),
                34..36 => return Trouble::Gate(Gate::Shut(Cause::DiskFull)),
                36..38 => return Trouble::Gate(Gate::Unrecorded(Cause::DiskFull)),
                38..50 => return Trouble::Release,
                50..55 => return self.power_cut(),
                55..100 => return self.agent(),
                _ => {}
            }
        }
    }

    fn clock_step(&mut self) -> i64 {
        let step = i64::try_from(self.dice.below(7_200_000_000)).unwrap_or(0);
        step - 3_600_000_000
    }

    fn cut(&mut self) -> Trouble {
        let phones = (0..AGENTS.len()).map(phone_address);
        let addresses: Vec<_> = phones.chain((0..CARRIERS.len()).map(carrier_address)).collect();
        let address = self.dice.pick(&addresses).unwrap_or(addresses[0]);
        Trouble::Cut(address.ip(), self.dice.millis(100, 60_000))
    }

    fn power_cut(&mut self) -> Trouble {
        let phone = usize::try_from(self.dice.below(AGENTS.len() as u64)).unwrap_or(0);
        Trouble::PowerCut(phone, self.dice.millis(100, 120_000))
    }

    fn agent(&mut self) -> Trouble {
        let name = self.dice.pick(&AGENTS).unwrap_or(AGENTS[0]);
        let command = match self.dice.below(20) {
            0..10 => AgentCommand::Available,
            10..13 => AgentCommand::SignIn,
            13..15 => AgentCommand::SignOut,
            15..18 => AgentCommand::Break { reason: "lunch".to_owned() },
            _ => AgentCommand::EndWrapUp,
        };
        Trouble::Agent(name, command)
    }

    /// How long a dead node stays dead.
    pub(crate) fn downtime(&mut self) -> Duration {
        self.dice.millis(50, 8000)
    }
}
