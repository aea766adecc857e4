//! Setting second factors up and taking them away.

use bell_types::Wall;
use thiserror::Error;

use crate::account::{Account, Demand, PASSKEYS_MAX, Passkey};
use crate::otp::{Otp, OtpVerdict};
use crate::policy::Policy;

/// How long the name of a passkey may be, in characters.
pub const PASSKEY_NAME_MAX: usize = 64;

/// Why a second factor is not set up or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FactorRefusal {
    /// The app does not show the right code yet.
    #[error("the code is not right; check that the clock of the phone is")]
    WrongCode,
    /// This passkey is there already.
    #[error("this passkey is set up already")]
    Twice,
    /// There are as many as there may be.
    #[error("there may be {PASSKEYS_MAX} passkeys; remove one first")]
    TooMany,
    /// A passkey without a name, or with one that is too long.
    #[error("a passkey needs a name of at most {PASSKEY_NAME_MAX} characters")]
    Name,
    /// There is no such factor.
    #[error("there is no such factor")]
    Unknown,
    /// The last one may not go.
    #[error("a second factor is needed; set up another one before this is removed")]
    Last,
}

/// Which factor is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removing<'a> {
    /// The authenticator app.
    Otp,
    /// The passkey of this id.
    Passkey(&'a [u8]),
}

impl Account {
    /// Sets up an authenticator app, once it shows a right code: who scanned the picture badly must not lock himself out.
    /// One that was there before is replaced.
    ///
    /// # Errors
    /// The code is not right.
    pub fn set_up_otp(&mut self, now: Wall, mut otp: Otp, code: &str, policy: &Policy) -> Result<(), FactorRefusal> {
        match otp.take(now, code, policy.otp_skew_steps) {
            OtpVerdict::Right => {
                self.otp = Some(otp);
                Ok(())
            }
            OtpVerdict::Wrong | OtpVerdict::Replayed => Err(FactorRefusal::WrongCode),
        }
    }

    /// Adds a passkey that the shell has registered.
    ///
    /// # Errors
    /// It is there, has no name, or there are too many.
    pub fn add_passkey(&mut self, passkey: Passkey) -> Result<(), FactorRefusal> {
        if passkey.name.trim().is_empty() || passkey.name.chars().count() > PASSKEY_NAME_MAX {
            return Err(FactorRefusal::Name);
        }
        if self.passkeys.iter().any(|other| other.id == passkey.id) {
            return Err(FactorRefusal::Twice);
        }
        if self.passkeys.len() >= PASSKEYS_MAX {
            return Err(FactorRefusal::TooMany);
        }
        self.passkeys.push(passkey);
        Ok(())
    }

    /// Takes a factor away. Recovery codes go with the last one: they stand in for it and are none of their own.
    ///
    /// # Errors
    /// It is not there, or it is the last and `demand` needs one.
    pub fn remove_factor(&mut self, removing: Removing<'_>, demand: Demand) -> Result<(), FactorRefusal> {
        let is_there = match removing {
            Removing::Otp => self.otp.is_some(),
            Removing::Passkey(id) => self.passkeys.iter().any(|passkey| passkey.id == id),
        };
        if !is_there {
            return Err(FactorRefusal::Unknown);
        }
        let is_last = usize::from(self.otp.is_some()) + self.passkeys.len() == 1;
        if is_last && demand != Demand::None {
            return Err(FactorRefusal::Last);
        }
        match removing {
            Removing::Otp => self.otp = None,
            Removing::Passkey(id) => self.passkeys.retain(|passkey| passkey.id != id),
        }
        if is_last {
            self.recovery.clear();
        }
        Ok(())
    }
}
