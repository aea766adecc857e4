//! Signing in by a code that a phone scans: `bell_access::Scans` decides, this lets pages wait and writes the log.

use std::sync::Mutex;
use std::time::Duration;

use bell_access::audit::Detail;
use bell_access::{CODE_LEN, Proof, ScanRefusal, Scans, ShownCode, UserId, Waiting, WhoAsks};
use bell_api::doors::{NextStep, Refused, ScanAnswer, SignedIn, Via, Visit};
use bell_types::Wall;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout_at};

use super::{Accounts, done, draw, logged, open};
use crate::clock::wall;

/// How long a page waits for news before it asks again: less than any proxy's patience.
const WAIT: Duration = Duration::from_secs(25);
/// How many pages may wait at one time; one more is told at once how its code stands.
const WAITERS_MAX: usize = 2_000;

/// The codes that are shown, and the pages that wait.
pub(super) struct Shown {
    scans: Mutex<Scans>,
    changed: watch::Sender<()>,
    waiters: Semaphore,
}

impl Default for Shown {
    fn default() -> Self {
        Self { scans: Mutex::default(), changed: watch::Sender::new(()), waiters: Semaphore::new(WAITERS_MAX) }
    }
}

impl Accounts {
    pub(super) fn show_scan(&self, visit: &Visit) -> Result<(ShownCode, Wall), Refused> {
        let draw = || draw::<CODE_LEN>().map_err(Refused::unavailable);
        let random = (draw()?, draw()?);
        let (browser, settings) = ((visit.user_agent.as_str(), visit.address), self.settings());
        Ok(open(&self.inner.scans.scans).show(wall(), browser, random, &settings.policy)?)
    }

    /// Until the page is to be told something, its code ends, or it has waited for long enough.
    pub(super) async fn wait_for_scan(&self, visit: &Visit, code: &str, page: &str) -> Result<Waiting, Refused> {
        let shown = &self.inner.scans;
        let (settings, mut changed) = (self.settings(), shown.changed.subscribe());
        let deadline = Instant::now() + WAIT.min(self.scan_lasts(code));
        let place = shown.waiters.try_acquire();
        while place.is_ok() {
            let news = open(&shown.scans).news(wall(), (code, page), visit.address, &settings.policy)?;
            if let Some(news) = news {
                return Ok(news);
            }
            if timeout_at(deadline, changed.changed()).await.is_err() {
                break;
            }
        }
        Ok(open(&shown.scans).waiting(wall(), (code, page), visit.address, &settings.policy)?)
    }

    pub(super) async fn take_scan(&self, visit: &Visit, code: &str, page: &str) -> Result<NextStep, Refused> {
        // A code is not used up while nobody can be let in.
        self.db().await?;
        let policy = &self.settings().policy;
        let (user, proof) = open(&self.inner.scans.scans).redeem(wall(), (code, page), visit.address, policy)?;
        self.let_in_as(visit, user, proof).await
    }

    pub(super) fn see_scan(&self, who: &SignedIn, code: &str) -> Result<WhoAsks, Refused> {
        self.proof_of(who)?;
        let asks = open(&self.inner.scans.scans).scan(wall(), code, who.actor.user(), &self.settings().policy)?;
        self.inner.scans.changed.send_replace(());
        Ok(asks)
    }

    /// The answer counts once it stands in the log.
    pub(super) async fn answer_scan(&self, who: &SignedIn, code: &str, answer: ScanAnswer) -> Result<(), Refused> {
        let (proof, user, now) = (self.proof_of(who)?, who.actor.user(), wall());
        let settings = self.settings();
        let mut change = self.begin().await?;
        let (action, asks) = {
            let mut scans = open(&self.inner.scans.scans);
            match answer {
                ScanAnswer::Confirm => ("scan.confirm", scans.confirm(now, code, (user, proof), &settings.policy)?),
                ScanAnswer::Refuse => ("scan.refuse", scans.refuse(now, code, user, &settings.policy)?),
            }
        };
        let mut entry = done(now, (logged(who), None), action, format!("browser at {}", asks.address));
        entry.address = Some(who.address);
        entry.details = vec![("browser".to_owned(), Detail::Words(asks.browser))];
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        self.inner.scans.changed.send_replace(());
        Ok(())
    }

    /// Whoever is cut off lets nobody in any more.
    pub(super) fn forget_scans(&self, user: UserId) {
        open(&self.inner.scans.scans).forget(user);
        self.inner.scans.changed.send_replace(());
    }

    /// How well the phone's login was proved. A program with a token lets nobody in.
    fn proof_of(&self, who: &SignedIn) -> Result<Proof, Refused> {
        match who.via {
            Via::Login(login) => self.present().proof(who.actor.user(), login).ok_or(Refused::NotSignedIn),
            Via::Token(_) => Err(ScanRefusal::Unknown.into()),
        }
    }

    /// How long a code is still valid.
    fn scan_lasts(&self, code: &str) -> Duration {
        let ends = open(&self.inner.scans.scans).ends(code, &self.settings().policy);
        let left = ends.map_or(0, |ends| ends.as_micros() - wall().as_micros());
        Duration::from_micros(u64::try_from(left).unwrap_or_default())
    }
}
