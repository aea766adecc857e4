//! An account: how its owner proves who he is, why he is kept out, and how he gets in again.
//!
//! The slow and the secret parts stay outside: the shell compares a password with its hash and checks what a passkey
//! signed, and says here how that came out.

use std::fmt;

use bell_types::Wall;

use crate::UserId;
use crate::code::{CODE_LEN, CodeHash, write_code};
use crate::decide::Proof;
use crate::failures::Failures;
use crate::otp::{Otp, OtpVerdict};
use crate::password::PasswordHash;
use crate::policy::Policy;

/// How many recovery codes are drawn at a time.
pub const RECOVERY_CODES: usize = 10;

/// How many passkeys an account may have.
pub const PASSKEYS_MAX: usize = 10;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// The password; none for who logs in by passkey or from elsewhere only.
    pub password: Option<Password>,
    /// The authenticator app.
    pub otp: Option<Otp>,
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
    /// The recovery codes that are left.
    pub recovery: Vec<CodeHash>,
    /// Wrong passwords in a row.
    pub wrong_passwords: Failures,
    /// Wrong codes in a row.
    pub wrong_codes: Failures,
    /// What keeps its owner out until somebody does something.
    pub freeze: Option<Freeze>,
}

/// A password and those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// Its hash.
    pub hash: PasswordHash,
    /// Since when.
    pub set_at: Wall,
    /// Who chose it.
    pub chosen: Chosen,
    /// Those before it, the latest first.
    pub old: Vec<PasswordHash>,
}

/// Who chose a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The owner.
    ByOwner,
    /// An administrator or the installation: its owner must choose another at once.
    ByOther,
}

/// A passkey (WebAuthn). Its public key is the shell's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's id.
    pub id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// The signature counter it showed last; many always show 0.
    pub counter: u32,
}

/// What keeps an owner out until somebody does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freeze {
    /// The owner said of a login: that was not me (SEC-13).
    NotMe {
        /// When.
        at: Wall,
    },
    /// An administrator froze it.
    ByAdministrator {
        /// When.
        at: Wall,
        /// Why.
        reason: String,
    },
    /// The person has left (SEC-06).
    Left {
        /// When.
        at: Wall,
    },
}

/// Why nothing is tried now, in full: the screen says exactly this (SEC-12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Too many wrong passwords.
    WrongPasswords {
        /// Until when.
        until: Wall,
    },
    /// Too many wrong codes.
    WrongCodes {
        /// Until when.
        until: Wall,
    },
    /// Nobody used the password that somebody else chose in time.
    GivenPasswordEnded {
        /// When.
        at: Wall,
    },
    /// Frozen.
    Frozen(Freeze),
}

/// How the shell's comparison of a password with its hash came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It is the password.
    Same,
    /// It is not.
    Different,
}

/// A second factor that somebody shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor<'a> {
    /// A code of the authenticator app.
    Otp(&'a str),
    /// A recovery code.
    Recovery(&'a str),
    /// A passkey, and how the shell's check of what it signed came out.
    Passkey {
        /// The credential's id.
        id: &'a [u8],
        /// How it came out.
        outcome: PasskeyOutcome,
    },
}

/// How the check of what a passkey signed came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyOutcome {
    /// Not signed by it, or not for this centre.
    Failed,
    /// Signed, whoever held it.
    Present {
        /// The signature counter.
        counter: u32,
    },
    /// Signed, and it asked for face, finger or PIN before.
    Verified {
        /// The signature counter.
        counter: u32,
    },
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It was right.
    Right,
    /// It was wrong.
    Wrong {
        /// How many attempts are left before the door is shut.
        left: u32,
    },
    /// A code that was taken before.
    Replayed {
        /// How many attempts are left before the door is shut.
        left: u32,
    },
    /// A passkey's signature is not right. It cannot be guessed, and is not counted.
    NotSigned,
    /// A passkey showed a counter it had shown before: there are two of it. It is not taken any more.
    Cloned,
    /// Nothing was tried: this is why.
    Shut(Shut),
}

/// What comes after what has been proved so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Show a second factor, one of these.
    SecondFactor(Vec<Method>),
    /// Set up a second factor; nothing else is possible before.
    SetUpSecondFactor,
    /// Choose another password; nothing else is possible before.
    ChangePassword(WhyChange),
    /// This login must have a second factor and the account has none. It cannot be set up here and now: whoever has only
    /// the password could do that.
    Refuse,
    /// The login begins.
    LetIn(Proof),
}

/// Kinds of second factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The authenticator app.
    Otp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    Recovery,
}

/// Who demands a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// Nobody; who has one shows it all the same.
    None,
    /// A role or the policy.
    Role,
    /// A rule about where, when and with what somebody logs in.
    Rule,
}

/// Which term a password has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// That of super administrators.
    SuperAdmin,
    /// That of all others.
    Ordinary,
}

/// Why another password must be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyChange {
    /// Somebody else chose it.
    ChosenByOther,
    /// It is too old.
    TooOld {
        /// Since when.
        since: Wall,
    },
}

/// A new password that is one of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is one of the last {0} passwords")]
pub struct Reused(pub usize);

/// How an account was opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlocked {
    /// As it was.
    Open,
    /// Somebody else may know the password: the shell asks for another one now.
    ChoosePassword,
}

/// Why an account is not opened again by its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlockRefusal {
    /// The second factor was not right.
    Factor(Tried),
    /// Only an administrator can.
    NotByOwner(Shut),
    /// Forgotten passwords need more than six digits: a recovery code or a passkey.
    TooWeak,
}

impl Account {
    /// An account with a password that somebody else chose.
    pub fn new(user: UserId, now: Wall, hash: PasswordHash) -> Self {
        let password = Password { hash, set_at: now, chosen: Chosen::ByOther, old: Vec::new() };
        Self {
            user,
            password: Some(password),
            otp: None,
            passkeys: Vec::new(),
            recovery: Vec::new(),
            wrong_passwords: Failures::default(),
            wrong_codes: Failures::default(),
            freeze: None,
        }
    }

    /// Why a password is not even compared now; none: it is.
    pub fn shut(&self, now: Wall, policy: &Policy) -> Option<Shut> {
        let frozen = self.freeze.clone().map(Shut::Frozen);
        let locked = || Some(Shut::WrongPasswords { until: self.wrong_passwords.shut_until(now, policy)? });
        frozen.or_else(locked).or_else(|| self.given_password_ended(now, policy))
    }

    /// A password was tried. When the door is shut it makes no difference whether it was right.
    pub fn try_password(&mut self, now: Wall, compared: Compared, policy: &Policy) -> Tried {
        if let Some(shut) = self.shut(now, policy) {
            return Tried::Shut(shut);
        }
        match compared {
            Compared::Same => {
                self.wrong_passwords.forget();
                Tried::Right
            }
            Compared::Different => Tried::Wrong { left: self.wrong_passwords.fail(now, policy) },
        }
    }

    /// A second factor was shown after the password.
    pub fn try_factor(&mut self, now: Wall, factor: Factor<'_>, policy: &Policy) -> Tried {
        match self.shut(now, policy) {
            Some(shut) => Tried::Shut(shut),
            None => self.check_factor(now, factor, policy),
        }
    }

    /// A passkey was shown instead of a password; it must have asked for face, finger or PIN.
    pub fn try_passkey_alone(&mut self, now: Wall, id: &[u8], outcome: PasskeyOutcome, policy: &Policy) -> Tried {
        let outcome = match outcome {
            PasskeyOutcome::Verified { .. } => outcome,
            PasskeyOutcome::Failed | PasskeyOutcome::Present { .. } => PasskeyOutcome::Failed,
        };
        match &self.freeze {
            Some(freeze) => Tried::Shut(Shut::Frozen(freeze.clone())),
            None => self.check_factor(now, Factor::Passkey { id, outcome }, policy),
        }
    }

    /// What comes after `proof`, when `demand` asks for a second factor.
    pub fn next(&self, now: Wall, proof: Proof, demand: Demand, rank: Rank, policy: &Policy) -> Next {
        let methods = self.methods();
        match (proof, demand, methods.is_empty()) {
            (Proof::TwoFactors, _, _) | (Proof::Password, Demand::None, true) => {}
            (Proof::Password, _, false) => return Next::SecondFactor(methods),
            // Who has only a password that somebody else chose gets another one first.
            (Proof::Password, Demand::Role, true) => {
                let change = self.change_due(now, rank, policy);
                return change.map_or(Next::SetUpSecondFactor, Next::ChangePassword);
            }
            (Proof::Password, Demand::Rule, true) => return Next::Refuse,
        }
        self.change_due(now, rank, policy).map_or(Next::LetIn(proof), Next::ChangePassword)
    }

    /// When the password will be too old; none: never.
    pub fn password_ends(&self, rank: Rank, policy: &Policy) -> Option<Wall> {
        let age = match rank {
            Rank::SuperAdmin => policy.password_age_super_admin,
            Rank::Ordinary => policy.password_age,
        };
        let waived = age.is_zero() || (policy.password_age_waived && !self.methods().is_empty());
        let password = self.password.as_ref().filter(|_| !waived)?;
        Some(password.set_at + age)
    }

    /// The hashes a new password must be compared with: the present one and those before it.
    pub fn last_passwords(&self, policy: &Policy) -> impl Iterator<Item = &PasswordHash> {
        let password = self.password.iter();
        let all = password.flat_map(|password| std::iter::once(&password.hash).chain(&password.old));
        all.take(policy.password_history)
    }

    /// The owner chooses another password, after its weaknesses were looked for. `compared`: how the shell's comparison with
    /// each of [`Account::last_passwords`] came out.
    ///
    /// # Errors
    /// It is one of the last.
    pub fn change_password(
        &mut self,
        now: Wall,
        hash: PasswordHash,
        compared: &[Compared],
        policy: &Policy,
    ) -> Result<(), Reused> {
        if compared.contains(&Compared::Same) {
            return Err(Reused(policy.password_history));
        }
        self.set_password(now, hash, Chosen::ByOwner, policy);
        Ok(())
    }

    /// An administrator sets a password, which its owner must change at once.
    pub fn reset_password(&mut self, now: Wall, hash: PasswordHash, policy: &Policy) {
        self.set_password(now, hash, Chosen::ByOther, policy);
    }

    /// Draws new recovery codes; those before are no longer taken. They are shown once.
    pub fn draw_recovery(&mut self, random: [[u8; CODE_LEN]; RECOVERY_CODES]) -> Vec<String> {
        let codes: Vec<String> = random.into_iter().map(write_code).collect();
        self.recovery = codes.iter().map(|code| CodeHash::of(code)).collect();
        codes
    }

    /// The owner opens the account again by a second factor.
    ///
    /// # Errors
    /// The factor was not right, or only an administrator can.
    pub fn unlock(&mut self, now: Wall, factor: Factor<'_>, policy: &Policy) -> Result<Unlocked, UnlockRefusal> {
        if let Some(ended) = self.given_password_ended(now, policy) {
            return Err(UnlockRefusal::NotByOwner(ended));
        }
        self.check_unlock(now, factor, policy)?;
        let was_frozen = self.freeze.is_some();
        self.open();
        Ok(if was_frozen { self.distrust_password(now) } else { Unlocked::Open })
    }

    /// The owner has forgotten the password and shows something stronger than six digits (SEC-09).
    ///
    /// # Errors
    /// The factor is too weak or was not right, or only an administrator can.
    pub fn recover(&mut self, now: Wall, factor: Factor<'_>, policy: &Policy) -> Result<Unlocked, UnlockRefusal> {
        match factor {
            Factor::Otp(_) => return Err(UnlockRefusal::TooWeak),
            Factor::Recovery(_) | Factor::Passkey { .. } => self.check_unlock(now, factor, policy)?,
        }
        self.open();
        Ok(self.distrust_password(now))
    }

    /// An administrator opens it again. Who has left is not let in by this.
    pub fn unlock_by_administrator(&mut self) {
        self.open();
    }

    /// The kinds of second factors the account has.
    pub fn methods(&self) -> Vec<Method> {
        let has = [
            (Method::Otp, self.otp.is_some()),
            (Method::Passkey, !self.passkeys.is_empty()),
            // Recovery codes stand in for a factor; they are none of their own.
            (Method::Recovery, !self.recovery.is_empty() && (self.otp.is_some() || !self.passkeys.is_empty())),
        ];
        has.into_iter().filter(|(_, has)| *has).map(|(method, _)| method).collect()
    }

    /// A password that was given on paper or by telephone does not lie around for ever.
    fn given_password_ended(&self, now: Wall, policy: &Policy) -> Option<Shut> {
        let given = self.password.as_ref().filter(|password| password.chosen == Chosen::ByOther)?;
        let at = given.set_at + policy.password_given_valid;
        (at <= now).then_some(Shut::GivenPasswordEnded { at })
    }

    fn change_due(&self, now: Wall, rank: Rank, policy: &Policy) -> Option<WhyChange> {
        let password = self.password.as_ref()?;
        if password.chosen == Chosen::ByOther {
            return Some(WhyChange::ChosenByOther);
        }
        let ends = self.password_ends(rank, policy)?;
        (now >= ends).then_some(WhyChange::TooOld { since: ends })
    }

    fn set_password(&mut self, now: Wall, hash: PasswordHash, chosen: Chosen, policy: &Policy) {
        let mut old = Vec::new();
        if let Some(password) = self.password.take() {
            old.push(password.hash);
            old.extend(password.old);
        }
        // Shorter by the new one, which is the first of the last.
        old.truncate(policy.password_history.saturating_sub(1));
        self.password = Some(Password { hash, set_at: now, chosen, old });
        self.wrong_passwords.forget();
    }

    fn check_unlock(&mut self, now: Wall, factor: Factor<'_>, policy: &Policy) -> Result<(), UnlockRefusal> {
        if let Some(freeze @ (Freeze::ByAdministrator { .. } | Freeze::Left { .. })) = &self.freeze {
            return Err(UnlockRefusal::NotByOwner(Shut::Frozen(freeze.clone())));
        }
        match self.check_factor(now, factor, policy) {
            Tried::Right => Ok(()),
            tried => Err(UnlockRefusal::Factor(tried)),
        }
    }

    fn check_factor(&mut self, now: Wall, factor: Factor<'_>, policy: &Policy) -> Tried {
        if let Factor::Passkey { id, outcome } = factor {
            return self.check_passkey(id, outcome);
        }
        if let Some(until) = self.wrong_codes.shut_until(now, policy) {
            return Tried::Shut(Shut::WrongCodes { until });
        }
        let verdict = match factor {
            Factor::Otp(code) => {
                self.otp.as_mut().map_or(OtpVerdict::Wrong, |otp| otp.take(now, code, policy.otp_skew_steps))
            }
            Factor::Recovery(code) => self.take_recovery(code),
            Factor::Passkey { .. } => OtpVerdict::Wrong,
        };
        match verdict {
            OtpVerdict::Right => {
                self.wrong_codes.forget();
                Tried::Right
            }
            OtpVerdict::Wrong => Tried::Wrong { left: self.wrong_codes.fail(now, policy) },
            OtpVerdict::Replayed => Tried::Replayed { left: self.wrong_codes.fail(now, policy) },
        }
    }

    fn take_recovery(&mut self, code: &str) -> OtpVerdict {
        let Some(place) = self.recovery.iter().position(|kept| kept.is(code)) else { return OtpVerdict::Wrong };
        self.recovery.remove(place);
        OtpVerdict::Right
    }

    /// Works while codes are shut out.
    fn check_passkey(&mut self, id: &[u8], outcome: PasskeyOutcome) -> Tried {
        let passkey = self.passkeys.iter_mut().find(|passkey| passkey.id == id);
        let (passkey, counter) = match (passkey, outcome) {
            (Some(passkey), PasskeyOutcome::Present { counter } | PasskeyOutcome::Verified { counter }) => {
                (passkey, counter)
            }
            (None, _) | (Some(_), PasskeyOutcome::Failed) => return Tried::NotSigned,
        };
        // WebAuthn level 2 §6.1.1: a counter that does not grow is the sign of a copy.
        let grows = counter > passkey.counter || (counter == 0 && passkey.counter == 0);
        if !grows {
            return Tried::Cloned;
        }
        passkey.counter = counter;
        Tried::Right
    }

    /// From now on the password is as good as one that somebody else chose, also for who turns away before choosing another.
    fn distrust_password(&mut self, now: Wall) -> Unlocked {
        if let Some(password) = &mut self.password {
            (password.chosen, password.set_at) = (Chosen::ByOther, now);
        }
        Unlocked::ChoosePassword
    }

    fn open(&mut self) {
        self.wrong_passwords.forget();
        self.wrong_codes.forget();
        if !matches!(self.freeze, Some(Freeze::Left { .. })) {
            self.freeze = None;
        }
    }
}

impl Shut {
    /// As programs know it; never renamed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongPasswords { .. } => "locked_wrong_passwords",
            Self::WrongCodes { .. } => "locked_wrong_codes",
            Self::GivenPasswordEnded { .. } => "given_password_ended",
            Self::Frozen(Freeze::NotMe { .. }) => "frozen_not_me",
            Self::Frozen(Freeze::ByAdministrator { .. }) => "frozen_by_administrator",
            Self::Frozen(Freeze::Left { .. }) => "disabled",
        }
    }

    /// What its owner can do: one phrase.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::WrongPasswords { .. } => "unlock with your authenticator, passkey or a recovery code, or wait",
            Self::WrongCodes { .. } => "use a passkey, ask an administrator, or wait",
            Self::GivenPasswordEnded { .. } => "ask your administrator for another one",
            Self::Frozen(Freeze::NotMe { .. }) => "show a second factor and choose another password",
            Self::Frozen(Freeze::ByAdministrator { .. }) => "talk to your administrator",
            Self::Frozen(Freeze::Left { .. }) => "talk to your administrator if you work here again",
        }
    }
}

/// Exactly why, with the time; a screen says the time in the tenant's zone.
impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPasswords { until } => write!(f, "locked until {until} after too many wrong passwords"),
            Self::WrongCodes { until } => write!(f, "locked until {until} after too many wrong codes"),
            Self::GivenPasswordEnded { at } => write!(f, "the password that was given for it ended at {at}"),
            Self::Frozen(Freeze::NotMe { at }) => write!(f, "frozen since {at}: its owner did not know a login"),
            Self::Frozen(Freeze::ByAdministrator { at, reason }) => write!(f, "frozen since {at}: {reason}"),
            Self::Frozen(Freeze::Left { at }) => write!(f, "disabled since {at}: this person has left"),
        }
    }
}
