//! Logging in by scanning: a browser shows a code, a phone that is logged in scans it, its owner sees where the browser is
//! and says yes, and the browser is let in, once, within a minute.
//!
//! Two secrets keep them together: the code in the picture, which anybody in the room may see, and one that only the page
//! has which shows it. Who photographs the code can say yes to it; only the page gets in.

use bell_types::Wall;
use thiserror::Error;

use crate::UserId;
use crate::code::{CODE_LEN, CodeHash, write_code};
use crate::decide::Proof;
use crate::policy::Policy;

/// A code that a browser shows, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    code: CodeHash,
    page: CodeHash,
    shown: Wall,
    /// Where the browser is, as the phone shows it.
    pub browser: String,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Shown,
    Scanned { by: UserId },
    Confirmed { by: UserId, proof: Proof },
    Refused,
    Used,
}

/// What the browser gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCode {
    /// For the picture.
    pub code: String,
    /// For the page alone.
    pub page: String,
}

/// What a code waits for, in the order it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// That somebody scans it.
    ForScan,
    /// That who scanned it answers.
    ForAnswer,
    /// That the page begins the login: the answer was yes.
    ForPage,
}

/// Why it does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ScanRefusal {
    /// Too many codes are shown.
    #[error("too many codes are shown now; log in with your password")]
    TooMany,
    /// Not this code, or not this page.
    #[error("the code is not valid; scan the one on the screen")]
    Unknown,
    /// The minute is over.
    #[error("the code has expired; show a new one")]
    Expired,
    /// Another person has scanned it.
    #[error("somebody else has scanned this code; show a new one")]
    ScannedByOther,
    /// It was answered or used before.
    #[error("the code was used already; show a new one")]
    Used,
    /// The phone's owner said no.
    #[error("the login was refused on the phone")]
    Refused,
    /// The page is not where it was when it showed the code: the phone was shown another place.
    #[error("the code is for the browser and the network that showed it; show a new one")]
    Elsewhere,
    /// Nobody has said yes yet.
    #[error("confirm the login on the phone first")]
    NotConfirmed,
}

/// How much of what a browser says about itself is shown, in characters.
const BROWSER_LEN_MAX: usize = 200;

impl Scan {
    /// Shows a code. `open`: how many are shown already.
    ///
    /// # Errors
    /// Too many are.
    pub fn show(
        now: Wall,
        browser: &str,
        (code, page): ([u8; CODE_LEN], [u8; CODE_LEN]),
        open: usize,
        policy: &Policy,
    ) -> Result<(Self, ShownCode), ScanRefusal> {
        if open >= policy.scans_max {
            return Err(ScanRefusal::TooMany);
        }
        let browser = browser.chars().take(BROWSER_LEN_MAX).collect();
        let shown = ShownCode { code: write_code(code), page: write_code(page) };
        let (code, page) = (CodeHash::of(&shown.code), CodeHash::of(&shown.page));
        Ok((Self { code, page, shown: now, browser, state: State::Shown }, shown))
    }

    /// A phone that is logged in scans it. Scanning twice is as good as once.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn scan(&mut self, now: Wall, code: &str, by: UserId, policy: &Policy) -> Result<(), ScanRefusal> {
        if !self.code.is(code) {
            return Err(ScanRefusal::Unknown);
        }
        self.check_time(now, policy)?;
        match self.state {
            State::Shown => {
                self.state = State::Scanned { by };
                Ok(())
            }
            State::Scanned { by: first } if first == by => Ok(()),
            State::Scanned { .. } => Err(ScanRefusal::ScannedByOther),
            State::Confirmed { .. } | State::Refused | State::Used => Err(ScanRefusal::Used),
        }
    }

    /// The phone's owner says yes. The login is proved as well as that of the phone, no better.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn confirm(&mut self, now: Wall, by: UserId, proof: Proof, policy: &Policy) -> Result<(), ScanRefusal> {
        self.check_answer(now, by, policy)?;
        self.state = State::Confirmed { by, proof };
        Ok(())
    }

    /// The phone's owner says no.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn refuse(&mut self, now: Wall, by: UserId, policy: &Policy) -> Result<(), ScanRefusal> {
        self.check_answer(now, by, policy)?;
        self.state = State::Refused;
        Ok(())
    }

    /// Until when it is valid.
    pub fn ends(&self, policy: &Policy) -> Wall {
        self.shown + policy.scan_valid
    }

    /// When it was shown.
    pub const fn shown(&self) -> Wall {
        self.shown
    }

    /// Whether a login may still come of it.
    pub fn is_open(&self, now: Wall, policy: &Policy) -> bool {
        let is_over = matches!(self.state, State::Refused | State::Used);
        !is_over && self.check_time(now, policy).is_ok()
    }

    /// Whether this is the secret of the page that shows it.
    pub fn is_page(&self, page: &str) -> bool {
        self.page.is(page)
    }

    /// Who has scanned it, and may let the browser in.
    pub const fn scanned_by(&self) -> Option<UserId> {
        match self.state {
            State::Scanned { by } | State::Confirmed { by, .. } => Some(by),
            State::Shown | State::Refused | State::Used => None,
        }
    }

    /// The page asks how it stands.
    ///
    /// # Errors
    /// It will come to nothing.
    pub fn waiting(&self, now: Wall, page: &str, policy: &Policy) -> Result<Waiting, ScanRefusal> {
        if !self.is_page(page) {
            return Err(ScanRefusal::Unknown);
        }
        let waiting = match self.state {
            State::Shown => Waiting::ForScan,
            State::Scanned { .. } => Waiting::ForAnswer,
            State::Confirmed { .. } => Waiting::ForPage,
            State::Refused => return Err(ScanRefusal::Refused),
            State::Used => return Err(ScanRefusal::Used),
        };
        self.check_time(now, policy).map(|()| waiting)
    }

    /// The page begins the login, once. The rules of login hold for the browser as for any other.
    ///
    /// # Errors
    /// Why not.
    pub fn redeem(&mut self, now: Wall, page: &str, policy: &Policy) -> Result<(UserId, Proof), ScanRefusal> {
        self.waiting(now, page, policy)?;
        let State::Confirmed { by, proof } = self.state else { return Err(ScanRefusal::NotConfirmed) };
        self.state = State::Used;
        Ok((by, proof))
    }

    fn check_answer(&self, now: Wall, by: UserId, policy: &Policy) -> Result<(), ScanRefusal> {
        self.check_time(now, policy)?;
        match self.state {
            State::Scanned { by: first } if first == by => Ok(()),
            State::Scanned { .. } => Err(ScanRefusal::ScannedByOther),
            State::Shown => Err(ScanRefusal::Unknown),
            State::Confirmed { .. } | State::Refused | State::Used => Err(ScanRefusal::Used),
        }
    }

    fn check_time(&self, now: Wall, policy: &Policy) -> Result<(), ScanRefusal> {
        if now >= self.ends(policy) { Err(ScanRefusal::Expired) } else { Ok(()) }
    }
}
