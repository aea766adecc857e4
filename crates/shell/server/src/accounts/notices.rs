//! What people are told about their own accounts.

use bell_access::{Notice, Unusual, UserId};
use bell_api::doors::{Doing, NoticeContent, NoticeSeen, Notices, Refused, SignedIn, Via};
use bell_store::accounts::{Changing, LoginRow, OwnNotice};
use bell_types::Wall;
use tokio::sync::broadcast::Receiver;

use super::Accounts;
use crate::clock::wall;
use crate::webhooks;

impl Accounts {
    /// Whoever looks as this person is asked to look at what he was told.
    pub(super) fn tell_noticed(&self, user: UserId) {
        // Nobody may be looking.
        let _ = self.inner.noticed.send(user);
    }

    /// What somebody was told, as far as this login may see it.
    async fn told(&self, who: &SignedIn) -> Result<Vec<OwnNotice>, Refused> {
        let user = who.actor.user();
        let told = self.rows().await?.own_notices(user).await.map_err(Refused::unavailable)?;
        let here = self.present().rows(user).into_iter().find(|row| who.via == Via::Login(row.login.login));
        // Whoever came by a new device may be the one whom the owner is warned of: he must not be able to take that away.
        let is_about = |told: &OwnNotice| {
            let Some(here) = &here else { return false };
            told.login == Some(here.login.login) || told.device == Some(here.login.device)
        };
        Ok(told.into_iter().filter(|told| !is_about(told)).collect())
    }

    async fn notices(&self, who: &SignedIn) -> Result<Vec<NoticeSeen>, Refused> {
        let (now, valid) = (wall(), self.settings().policy.not_me_valid);
        let seen = |told: OwnNotice| {
            let content = serde_json::from_str(&told.content).inspect_err(|error| {
                tracing::error!(%error, notice = told.notice, "a notice cannot be read");
            });
            let is_over = now >= told.at + valid;
            Some(NoticeSeen {
                notice: told.notice,
                at: told.at,
                content: content.ok()?,
                link: told.link.filter(|_| !is_over),
                is_seen: told.seen_at.is_some(),
            })
        };
        let mut notices: Vec<NoticeSeen> = self.told(who).await?.into_iter().filter_map(seen).collect();
        self.settle_promises(&mut notices).await?;
        Ok(notices)
    }

    async fn notice_seen(&self, who: &SignedIn, notice: u64) -> Result<(), Refused> {
        let told = self.told(who).await?;
        let found = told.iter().find(|told| told.notice == notice).ok_or(Refused::NotThere)?;
        if found.seen_at.is_some() {
            return Ok(());
        }
        let change = self.begin().await?;
        change.notice_seen(notice, wall()).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }
}

impl Notices for Accounts {
    fn own_notices<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<NoticeSeen>> {
        Box::pin(self.notices(who))
    }

    fn see_notice<'a>(&'a self, who: &'a SignedIn, notice: u64) -> Doing<'a, ()> {
        Box::pin(self.notice_seen(who, notice))
    }

    fn noticed(&self) -> Receiver<UserId> {
        self.inner.noticed.subscribe()
    }
}

/// What this person is to be told. It is given its number when it is written.
pub(super) fn for_person(person: UserId, at: Wall, content: &NoticeContent) -> Result<OwnNotice, Refused> {
    let content = serde_json::to_string(content).map_err(Refused::unavailable)?;
    Ok(OwnNotice { notice: 0, person, at, login: None, device: None, content, link: None, seen_at: None })
}

/// Writes what somebody is told, and lets webhooks be told that he is.
pub(super) async fn write(change: &Changing, name: &str, told: &OwnNotice) -> Result<(), Refused> {
    change.tell_owner(told).await.map_err(Refused::unavailable)?;
    let content = serde_json::from_str(&told.content).map_err(Refused::unavailable)?;
    let event = webhooks::of_notice(told.at, name, &content, told.link.as_deref());
    change.put_events(&[event]).await.map_err(Refused::unavailable)
}

/// What the owner is told of a login: what is gravest about it.
pub(super) fn of_login(row: &LoginRow, notice: &Notice) -> Option<OwnNotice> {
    let gravest = notice.unusual.iter().max_by_key(|unusual| match unusual {
        Unusual::NewPlace { .. } => 0,
        Unusual::NewDevice => 1,
        Unusual::TooFast { .. } => 2,
    })?;
    let (browser, address) = (row.browser.clone(), row.address);
    let content = match gravest.clone() {
        Unusual::NewDevice => NoticeContent::NewDevice { browser, address },
        Unusual::NewPlace { place } => NoticeContent::NewPlace { browser, address, place },
        Unusual::TooFast { from, to, km } => NoticeContent::ImpossibleTravel { browser, address, from, to, km },
    };
    let is_new = notice.unusual.contains(&Unusual::NewDevice);
    Some(OwnNotice {
        // It is given when it is written.
        notice: 0,
        person: row.person,
        at: row.login.begun,
        login: Some(row.login.login),
        device: is_new.then_some(row.login.device),
        content: serde_json::to_string(&content).ok()?,
        link: Some(format!("{}.{}", row.login.login, notice.not_me)),
        seen_at: None,
    })
}
