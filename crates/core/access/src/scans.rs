//! All codes that browsers show: how many there may be, at one address and in all, and what each page has been told.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bell_types::Wall;

use crate::UserId;
use crate::code::{CODE_LEN, CodeHash};
use crate::decide::Proof;
use crate::policy::Policy;
use crate::scan::{Scan, ScanRefusal, ShownCode, Waiting};

/// All codes that are shown. They are few and short-lived, so that they live in memory: after a restart a page shows another.
#[derive(Debug, Default)]
pub struct Scans {
    shown: BTreeMap<[u8; 32], Held>,
}

/// A code with the page that shows it.
#[derive(Debug)]
struct Held {
    scan: Scan,
    address: IpAddr,
    told: Waiting,
}

/// What the phone shows of who asks to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoAsks {
    /// What the browser calls itself.
    pub browser: String,
    /// From where.
    pub address: IpAddr,
    /// Since when.
    pub since: Wall,
    /// Until when the code is valid.
    pub ends: Wall,
}

impl Scans {
    /// A browser shows a code.
    ///
    /// # Errors
    /// Too many are shown, at its address or in all.
    pub fn show(
        &mut self,
        now: Wall,
        (browser, address): (&str, IpAddr),
        random: ([u8; CODE_LEN], [u8; CODE_LEN]),
        policy: &Policy,
    ) -> Result<(ShownCode, Wall), ScanRefusal> {
        // One that ended a moment ago can still say how; a page asks no longer after that.
        self.shown.retain(|_, held| now < held.scan.ends(policy) + policy.scan_valid);
        let here = self.shown.values().filter(|held| held.address == address && held.scan.is_open(now, policy));
        if here.count() >= policy.scans_at_address_max {
            return Err(ScanRefusal::TooMany);
        }
        let (scan, shown) = Scan::show(now, browser, random, self.shown.len(), policy)?;
        let ends = scan.ends(policy);
        self.shown.insert(key(&shown.code), Held { scan, address, told: Waiting::ForScan });
        Ok((shown, ends))
    }

    /// A phone that is logged in scans a code, and shows its owner who asks.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn scan(&mut self, now: Wall, code: &str, by: UserId, policy: &Policy) -> Result<WhoAsks, ScanRefusal> {
        let held = self.held(code)?;
        held.scan.scan(now, code, by, policy)?;
        Ok(held.who_asks(policy))
    }

    /// Its owner says yes.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn confirm(
        &mut self,
        now: Wall,
        code: &str,
        (by, proof): (UserId, Proof),
        policy: &Policy,
    ) -> Result<WhoAsks, ScanRefusal> {
        let held = self.held(code)?;
        held.scan.confirm(now, by, proof, policy)?;
        Ok(held.who_asks(policy))
    }

    /// Its owner says no.
    ///
    /// # Errors
    /// Why it does not go on.
    pub fn refuse(&mut self, now: Wall, code: &str, by: UserId, policy: &Policy) -> Result<WhoAsks, ScanRefusal> {
        let held = self.held(code)?;
        held.scan.refuse(now, by, policy)?;
        Ok(held.who_asks(policy))
    }

    /// How a code stands, asked by its page.
    ///
    /// # Errors
    /// It will come to nothing.
    pub fn waiting(
        &mut self,
        now: Wall,
        (code, page): (&str, &str),
        address: IpAddr,
        policy: &Policy,
    ) -> Result<Waiting, ScanRefusal> {
        let held = self.of_page((code, page), address)?;
        held.told = held.scan.waiting(now, page, policy)?;
        Ok(held.told)
    }

    /// The same, if it is another thing than the page knows: until then the page waits.
    ///
    /// # Errors
    /// It will come to nothing.
    pub fn news(
        &mut self,
        now: Wall,
        (code, page): (&str, &str),
        address: IpAddr,
        policy: &Policy,
    ) -> Result<Option<Waiting>, ScanRefusal> {
        let told = self.of_page((code, page), address)?.told;
        let waiting = self.waiting(now, (code, page), address, policy)?;
        // A page whose answer got lost asks again, and must not wait for what has happened.
        Ok((waiting != told || waiting == Waiting::ForPage).then_some(waiting))
    }

    /// Until when a code is valid.
    pub fn ends(&self, code: &str, policy: &Policy) -> Option<Wall> {
        self.shown.get(&key(code)).map(|held| held.scan.ends(policy))
    }

    /// The page begins the login, once, where it showed the code.
    ///
    /// # Errors
    /// Why not.
    pub fn redeem(
        &mut self,
        now: Wall,
        (code, page): (&str, &str),
        address: IpAddr,
        policy: &Policy,
    ) -> Result<(UserId, Proof), ScanRefusal> {
        self.of_page((code, page), address)?.scan.redeem(now, page, policy)
    }

    /// Whoever is cut off lets nobody in any more.
    pub fn forget(&mut self, user: UserId) {
        self.shown.retain(|_, held| held.scan.scanned_by() != Some(user));
    }

    fn held(&mut self, code: &str) -> Result<&mut Held, ScanRefusal> {
        self.shown.get_mut(&key(code)).ok_or(ScanRefusal::Unknown)
    }

    /// Whose secret is wrong learns nothing, not even that the code is shown.
    fn of_page(&mut self, (code, page): (&str, &str), address: IpAddr) -> Result<&mut Held, ScanRefusal> {
        let held = self.held(code)?;
        if !held.scan.is_page(page) {
            return Err(ScanRefusal::Unknown);
        }
        if held.address == address { Ok(held) } else { Err(ScanRefusal::Elsewhere) }
    }
}

impl Held {
    fn who_asks(&self, policy: &Policy) -> WhoAsks {
        WhoAsks {
            browser: self.scan.browser.clone(),
            address: self.address,
            since: self.scan.shown(),
            ends: self.scan.ends(policy),
        }
    }
}

/// The code itself is not kept.
fn key(code: &str) -> [u8; 32] {
    *CodeHash::of(code).as_bytes()
}
