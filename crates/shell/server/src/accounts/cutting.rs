//! What is ended when somebody may no longer in: logins, phones, tokens, within five seconds (SEC-06). And what ends by
//! itself: old logins, old records of the log.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bell_access::audit::Head;
use bell_access::{Cut, Cutting, Freeze, LoginId, Reachable, UserId};
use bell_api::doors::{Refused, SignedIn, Via};
use bell_store::accounts::{Changing, Person};
use bell_types::{AgentName, Wall};

use super::{Accounts, PhoneOrder, logged, open};
use crate::clock::wall;

/// How often it is looked which logins are over.
const SWEEP: Duration = Duration::from_secs(1);
/// How often it is looked what access reviews are due.
const REVIEWS: Duration = Duration::from_secs(10);
/// How often old records of the log are looked for, and its end is noted.
const TIDY: Duration = Duration::from_secs(3600);

impl Accounts {
    /// Makes a change so. What was changed in memory for it is read again if it is not.
    pub(super) async fn commit(&self, change: Changing) -> Result<(), Refused> {
        match change.commit().await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.inner.stale.store(true, Ordering::Release);
                Err(Refused::unavailable(error))
            }
        }
    }

    /// Freezes an account and ends everything of its owner.
    pub(super) async fn freeze(
        &self,
        change: &Changing,
        now: Wall,
        person: &mut Person,
        freeze: Freeze,
    ) -> Result<(), Refused> {
        let user = person.user.user;
        let (_, rows) = change.rows().logins_of(user).await.map_err(Refused::unavailable)?;
        let mut logins = self.present().freshen(user, &rows);
        let tokens = change.rows().tokens_of(user).await.map_err(Refused::unavailable)?;
        let open: Vec<_> = tokens.into_iter().filter(|token| token.revoked.is_none() && now < token.ends).collect();
        let reachable =
            Reachable { agent: person.agent.clone(), tokens: open.iter().map(|token| token.token).collect() };
        let cuts = logins.freeze(now, &mut person.account, freeze, &reachable);
        for mut token in open {
            token.revoke(now);
            change.put_token(&token).await.map_err(Refused::unavailable)?;
        }
        self.tickets().forget(user);
        self.forget_scans(user);
        open_enrolments(self, user);
        self.end_logins(change, now, &cuts).await
    }

    /// Lets somebody in again whose account is no longer frozen.
    pub(super) fn let_phones_in(&self, person: &Person) {
        if let Some(agent) = person.agent.clone().filter(|_| person.account.freeze.is_none()) {
            (self.inner.phones)(PhoneOrder::Allow(agent));
        }
    }

    /// Carries out what the core wants ended, in the database and outside. What was late is told.
    pub(super) async fn end_logins(&self, change: &Changing, now: Wall, cuts: &[Cut]) -> Result<(), Refused> {
        for cut in cuts {
            match &cut.what {
                Cutting::Login(login) => {
                    change.end_login(*login, now).await.map_err(Refused::unavailable)?;
                    self.end_here(*login);
                }
                Cutting::Token(token) => self.present().end_token(*token),
                Cutting::Registrations(agent) => (self.inner.phones)(PhoneOrder::Bar(agent.clone())),
            }
            let late = wall().since(cut.by);
            if !late.is_zero() {
                tracing::error!(what = ?cut.what, late_ms = late.as_millis(), "what had to be cut was cut too late");
            }
        }
        Ok(())
    }

    /// A login is over: its sockets, and the phone in its browser.
    fn end_here(&self, login: LoginId) {
        self.present().end(login);
        (self.inner.phones)(PhoneOrder::EndLogin(login));
    }

    /// Ends a login of somebody.
    pub(super) async fn end_login(&self, who: &SignedIn, login: LoginId, action: &str) -> Result<(), Refused> {
        let now = wall();
        let mut change = self.begin().await?;
        let (_, rows) = change.rows().logins_of(who.actor.user()).await.map_err(Refused::unavailable)?;
        let row = rows.get(&login).ok_or(Refused::NotThere)?;
        let mut logins = self.present().freshen(row.person, &rows);
        let cuts = logins.end(now, login);
        self.end_logins(&change, now, &cuts).await?;
        let mut entry = super::done(now, (logged(who), None), action, format!("login {login}"));
        entry.address = Some(who.address);
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    /// Ends the logins of somebody, but this one.
    pub(super) async fn end_others(&self, change: &Changing, now: Wall, user: UserId, but: Via) -> Result<(), Refused> {
        let (_, rows) = change.rows().logins_of(user).await.map_err(Refused::unavailable)?;
        let mut logins = self.present().freshen(user, &rows);
        for login in rows.into_keys().filter(|login| but != Via::Login(*login)) {
            let cuts = logins.end(now, login);
            self.end_logins(change, now, &cuts).await?;
        }
        Ok(())
    }

    /// Gives the voice to the login that asks: one person speaks by one device (SEC-11).
    ///
    /// # Errors
    /// The other device is in a call, or a program asks.
    pub async fn take_voice(&self, who: &SignedIn) -> Result<(), Refused> {
        let Via::Login(login) = who.via else { return Err(Refused::NotSignedIn) };
        let user = who.actor.user();
        let change = self.begin().await?;
        let (_, rows) = change.rows().logins_of(user).await.map_err(Refused::unavailable)?;
        let mut logins = self.present().freshen(user, &rows);
        if logins.voice() == Some(login) {
            return Ok(());
        }
        let refused = |refusal: bell_access::VoiceRefusal| match refusal {
            bell_access::VoiceRefusal::Unknown => Refused::NotSignedIn,
            bell_access::VoiceRefusal::InCall => Refused::Business(bell_api::doors::Business {
                code: "voice_in_call",
                detail: refusal.to_string(),
                detail_zh: "另一台设备正在通话中，请在通话结束后再切换".to_owned(),
            }),
        };
        logins.take_voice(login).map_err(refused)?;
        change.give_voice(user, Some(login)).await.map_err(Refused::unavailable)?;
        self.present().give_voice(user, Some(login));
        self.commit(change).await
    }

    /// Waits until what somebody is signed in by is over.
    pub(super) async fn until_over(&self, via: Via) {
        match via {
            Via::Login(login) => {
                let over = self.present().over(login);
                if let Some(mut over) = over {
                    // An error says that its sender is gone: it is over too.
                    let _ = over.changed().await;
                }
            }
            Via::Token(token) => {
                let over = self.present().token_over(token);
                if let Some((mut over, ends)) = over {
                    let _ = tokio::time::timeout(ends.since(wall()), over.changed()).await;
                }
            }
        }
    }

    /// Looks after what ends by itself, for as long as the node runs.
    pub async fn look_after(self, is_in_call: impl Fn(&AgentName) -> bool + Send + Sync) {
        let mut sweep = tokio::time::interval(SWEEP);
        let mut tidy = tokio::time::interval(TIDY);
        let mut reviews = tokio::time::interval(REVIEWS);
        sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                _ = sweep.tick() => self.sweep(&is_in_call).await,
                _ = tidy.tick() => self.tidy().await,
                _ = reviews.tick() => self.look_after_reviews().await,
            };
            if let Err(error) = done {
                tracing::debug!(?error, "accounts could not be looked after; it is tried again");
            }
        }
    }

    async fn sweep(&self, is_in_call: impl Fn(&AgentName) -> bool) -> Result<(), Refused> {
        let db = self.db().await?;
        if self.inner.stale.load(Ordering::Acquire) {
            self.load(db).await.map_err(Refused::unavailable)?;
            self.inner.stale.store(false, Ordering::Release);
        }
        let settings = self.settings();
        let over = self.present().sweep(wall(), &settings, is_in_call);
        for (user, login) in over {
            self.expire(user, login).await?;
        }
        Ok(())
    }

    /// A login whose time is over ends in the database too.
    pub(super) async fn expire(&self, user: UserId, login: LoginId) -> Result<(), Refused> {
        let now = wall();
        let mut change = self.begin().await?;
        let cut = Cut { what: Cutting::Login(login), by: now + bell_access::CUT_WITHIN };
        self.end_logins(&change, now, &[cut]).await?;
        let who = bell_access::audit::Who::System("login".to_owned());
        let entry = super::done(now, (who, None), "login.expire", format!("login {login} of user {user}"));
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    /// Takes old records from the log, and notes its end outside of the database.
    async fn tidy(&self) -> Result<(), Refused> {
        let settings = self.settings();
        // It ends: each round takes records away.
        loop {
            let mut change = self.begin().await?;
            let gone = change.prune_audit(wall(), &settings.policy).await.map_err(Refused::unavailable)?;
            if gone == 0 {
                break;
            }
            self.commit(change).await?;
            tracing::info!(records = gone, "old records of the audit log have gone");
        }
        let ends = self.rows().await?.chain_ends().await.map_err(Refused::unavailable)?;
        if let Some((_, head)) = ends {
            self.note(head);
        }
        Ok(())
    }

    /// Notes an end of the log where a change of the database does not reach: in a file, and in the service's log.
    fn note(&self, head: Head) {
        let line = format!("{} {}\n", head.seq, head.hash);
        let is_noted = std::fs::read_to_string(&self.inner.heads).is_ok_and(|noted| noted.ends_with(&line));
        if is_noted || head.seq == 0 {
            return;
        }
        tracing::info!(seq = head.seq, hash = %head.hash, "the audit log ends here");
        let file = OpenOptions::new().create(true).append(true).open(&self.inner.heads);
        if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
            tracing::error!(%error, "the end of the audit log could not be noted");
        }
    }
}

fn open_enrolments(accounts: &Accounts, user: UserId) {
    open(&accounts.inner.enrolments).remove(&user);
}
