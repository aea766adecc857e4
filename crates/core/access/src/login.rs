//! The logins of one person: on how many devices, for how long, and which of them has the voice.

use std::time::Duration;

use bell_types::{AgentName, Wall};
use thiserror::Error;

use crate::account::{Account, Freeze};
use crate::decide::Proof;
use crate::policy::Policy;
use crate::{DeviceId, LoginId, TokenId};

/// How long before its end a login is warned of it (SEC-26).
pub const LOGIN_WARNING: Duration = Duration::from_secs(5 * 60);

/// Within what time everything of somebody who may no longer in is cut (SEC-06).
pub const CUT_WITHIN: Duration = Duration::from_secs(5);

/// The logins of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    /// One for each device.
    logins: Vec<Login>,
    /// The login whose browser or phone rings and speaks.
    voice: Option<LoginId>,
}

/// A login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub login: LoginId,
    /// On which device.
    pub device: DeviceId,
    /// How it was proved.
    pub proof: Proof,
    /// Since when.
    pub begun: Wall,
    /// When somebody last did something.
    pub active: Wall,
    /// Whether it is in a call.
    pub call: InCall,
}

/// Whether a login is in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InCall {
    /// It has not been.
    Never,
    /// It is.
    Now,
    /// It was until then.
    Until(Wall),
}

/// How a login stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It goes on.
    Alive,
    /// It ends soon unless somebody does something; at `ends` in any case if it has become too long.
    Ending {
        /// When.
        ends: Wall,
    },
    /// It is over.
    Over,
}

/// Something that must be ended outside, and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What.
    pub what: Cutting,
    /// By when at the latest.
    pub by: Wall,
}

/// What must be ended outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cutting {
    /// A login: its cookie, its WebSocket.
    Login(LoginId),
    /// The registrations of an agent's phones, and their right to register.
    Registrations(AgentName),
    /// A token of a program.
    Token(TokenId),
}

/// Why a login does not begin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("logged in on {} devices already; log out on one of them", devices.len())]
pub struct TooManyDevices {
    /// The devices, so that the screen can name them.
    pub devices: Vec<DeviceId>,
}

/// Why a login does not get the voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VoiceRefusal {
    /// The login is not there.
    #[error("this login is over")]
    Unknown,
    /// The other one is in a call.
    #[error("the other device is in a call; take the voice over when it has ended")]
    InCall,
}

/// Everything of a person that can be cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// The agent the person is, with phones.
    pub agent: Option<AgentName>,
    /// The tokens.
    pub tokens: Vec<TokenId>,
}

impl Logins {
    /// What the store kept.
    pub const fn new(logins: Vec<Login>, voice: Option<LoginId>) -> Self {
        Self { logins, voice }
    }

    /// The logins, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Login> {
        self.logins.iter()
    }

    /// The login that has the voice.
    pub const fn voice(&self) -> Option<LoginId> {
        self.voice
    }

    /// Begins one. An earlier one on the same device ends. On one device too many the policy says whether it is refused or
    /// the one that was idle longest ends; never one in a call.
    ///
    /// # Errors
    /// There are too many devices.
    pub fn begin(&mut self, now: Wall, login: Login, policy: &Policy) -> Result<Vec<Cut>, TooManyDevices> {
        let is_other = |other: &&Login| other.device != login.device && other.standing(now, policy) != Standing::Over;
        let others: Vec<&Login> = self.logins.iter().filter(is_other).collect();
        let gives_way = if others.len() < policy.devices_max {
            None
        } else {
            let idle = others.iter().filter(|other| policy.devices_replace && other.call != InCall::Now);
            let longest = idle.min_by_key(|other| other.active).map(|other| other.login);
            let devices = || others.iter().map(|other| other.device).collect();
            Some(longest.ok_or_else(|| TooManyDevices { devices: devices() })?)
        };
        let ends = |other: &Login| {
            other.device == login.device
                || Some(other.login) == gives_way
                || other.standing(now, policy) == Standing::Over
        };
        let ended = self.end_where(now, ends);
        self.logins.push(login);
        Ok(ended)
    }

    /// Somebody did something. A login that is over stays over.
    pub fn touch(&mut self, now: Wall, login: LoginId, policy: &Policy) -> Standing {
        let Some(found) = self.logins.iter_mut().find(|other| other.login == login) else { return Standing::Over };
        if found.standing(now, policy) != Standing::Over {
            found.active = found.active.max(now);
        }
        found.standing(now, policy)
    }

    /// How a login stands, without touching it: what the screen asks for by itself is no activity.
    pub fn standing(&self, now: Wall, login: LoginId, policy: &Policy) -> Standing {
        let found = self.logins.iter().find(|other| other.login == login);
        found.map_or(Standing::Over, |found| found.standing(now, policy))
    }

    /// A call of this login began.
    pub fn call_began(&mut self, login: LoginId) {
        if let Some(found) = self.logins.iter_mut().find(|other| other.login == login) {
            found.call = InCall::Now;
        }
    }

    /// The last call of this login ended. Its agent gets the time of the warning for what is to be written down.
    pub fn call_ended(&mut self, now: Wall, login: LoginId) {
        if let Some(found) = self.logins.iter_mut().find(|other| other.login == login) {
            found.call = InCall::Until(now);
            found.active = found.active.max(now);
        }
    }

    /// Gives the voice to a login, and says which lost it. One person speaks by one device at a time (SEC-11).
    ///
    /// # Errors
    /// The login is not there, or the one that has the voice is in a call.
    pub fn take_voice(&mut self, login: LoginId) -> Result<Option<LoginId>, VoiceRefusal> {
        let find = |wanted: LoginId| self.logins.iter().find(|other| other.login == wanted);
        find(login).ok_or(VoiceRefusal::Unknown)?;
        let other = self.voice.filter(|voice| *voice != login);
        if other.and_then(find).is_some_and(|other| other.call == InCall::Now) {
            return Err(VoiceRefusal::InCall);
        }
        self.voice = Some(login);
        Ok(other)
    }

    /// Ends a login, at its owner's wish or an administrator's.
    pub fn end(&mut self, now: Wall, login: LoginId) -> Vec<Cut> {
        self.end_where(now, |other| other.login == login)
    }

    /// Ends the logins whose time is over.
    pub fn expire(&mut self, now: Wall, policy: &Policy) -> Vec<Cut> {
        self.end_where(now, |other| other.standing(now, policy) == Standing::Over)
    }

    /// When [`Logins::expire`] next has something to do.
    pub fn next_end(&self, policy: &Policy) -> Option<Wall> {
        self.logins.iter().filter_map(|login| login.ends(policy)).min()
    }

    /// Freezes the account and cuts everything: logins, phones, tokens. So it is when a person leaves, and when the owner
    /// says of a login "that was not me".
    pub fn freeze(&mut self, now: Wall, account: &mut Account, freeze: Freeze, reachable: &Reachable) -> Vec<Cut> {
        // Who has left stays away, whatever is said later.
        if !matches!(account.freeze, Some(Freeze::Left { .. })) {
            account.freeze = Some(freeze);
        }
        let by = now + CUT_WITHIN;
        let mut cuts = self.end_where(now, |_| true);
        let phones = reachable.agent.iter().cloned().map(Cutting::Registrations);
        let tokens = reachable.tokens.iter().copied().map(Cutting::Token);
        cuts.extend(phones.chain(tokens).map(|what| Cut { what, by }));
        cuts
    }

    fn end_where(&mut self, now: Wall, ends: impl Fn(&Login) -> bool) -> Vec<Cut> {
        let (ended, left) = std::mem::take(&mut self.logins).into_iter().partition::<Vec<_>, _>(ends);
        self.logins = left;
        self.voice = self.voice.filter(|voice| self.logins.iter().any(|login| login.login == *voice));
        let by = now + CUT_WITHIN;
        ended.into_iter().map(|login| Cut { what: Cutting::Login(login.login), by }).collect()
    }
}

impl Login {
    /// How it stands.
    pub fn standing(&self, now: Wall, policy: &Policy) -> Standing {
        match self.ends(policy) {
            Some(ends) if ends <= now => Standing::Over,
            Some(ends) if ends <= now + LOGIN_WARNING => Standing::Ending { ends },
            Some(_) | None => Standing::Alive,
        }
    }

    /// When it ends if nobody does anything; none while a call keeps it alive: nobody drops out of a call because a login
    /// is old (SEC-26).
    pub fn ends(&self, policy: &Policy) -> Option<Wall> {
        let (idle, too_long) = (self.active + policy.login_idle_max, self.begun + policy.login_length_max);
        match self.call {
            InCall::Now => None,
            InCall::Never => Some(idle.min(too_long)),
            InCall::Until(ended) => Some(idle.min(too_long.max(ended + LOGIN_WARNING))),
        }
    }
}
