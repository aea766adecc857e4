//! One's own account: who one is, devices, password, authenticator.

use std::time::{Duration, Instant};

use bell_access::{Compared, Demand, LinkRefusal, LoginId, Rank, Removing, SUPER_ADMIN, SecondFactor, Tried};
use bell_api::Language;
use bell_api::doors::{DeviceSeen, Enrolment, Factors, Field, LoginRefused, Me, Refused, SignedIn, Via, Visit};
use bell_store::accounts::Person;

use super::sign_in::{draw_recovery, enrolment, new_otp};
use super::{Accounts, ENROLMENTS_MAX, World, done, language_tag, logged, open};
use crate::accounts::settings::Settings;
use crate::clock::wall;

/// How long setting up an authenticator may take.
const ENROLMENT_VALID: Duration = Duration::from_secs(600);

impl Accounts {
    pub(super) async fn me(&self, who: &SignedIn) -> Result<Me, Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        // Every console asks for it again and again, and every change is told to memory.
        let here = self.present().person(who);
        let person = match here {
            Some(person) => person,
            None => self.person(who.actor.user()).await?,
        };
        let own = self.present().rows(person.user.user).into_iter().find(|row| who.via == Via::Login(row.login.login));
        let ends = own.and_then(|row| row.login.ends(&settings.policy));
        Ok(Me {
            display_name: person.display_name.clone(),
            company: world.company().to_owned(),
            roles: person.user.grants.iter().map(|grant| grant.role.clone()).collect(),
            factors: factors(&person),
            password_ends: person.account.password_ends(rank(&person), &settings.policy),
            ends,
        })
    }

    pub(super) async fn set_language(&self, who: &SignedIn, language: Language) -> Result<(), Refused> {
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        person.language = language_tag(language);
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        self.present().update(&person);
        self.commit(change).await
    }

    pub(super) async fn devices(&self, who: &SignedIn) -> Result<Vec<DeviceSeen>, Refused> {
        self.db().await?;
        let rows = self.present().rows(who.actor.user());
        let seen = rows.into_iter().map(|row| DeviceSeen {
            login: row.login.login,
            user_agent: row.browser,
            address: row.address,
            begun: row.login.begun,
            active: row.login.active,
            voice: row.voice,
        });
        Ok(seen.collect())
    }

    /// The owner follows the link "that was not me": everything of his is cut, the account frozen.
    pub(super) async fn not_me(&self, visit: &Visit, link: &str) -> Result<(), Refused> {
        let wrong = || Refused::Field(Field::malformed("link"));
        let (login, code) = link.split_once('.').ok_or_else(wrong)?;
        let login = LoginId(login.parse().map_err(|_| wrong())?);
        let now = wall();
        let mut change = self.begin().await?;
        let found = change.rows().notice(login).await.map_err(Refused::unavailable)?;
        let mut notice = found.ok_or_else(wrong)?;
        match notice.link.follow(now, code, &self.settings().policy) {
            Ok(()) => {}
            // Whoever follows it again finds what he wanted done.
            Err(LinkRefusal::Used) => return Ok(()),
            Err(LinkRefusal::Wrong) => return Err(wrong()),
            Err(LinkRefusal::Expired) => return Err(LoginRefused::TicketOver.into()),
        }
        let mut person = self.changing(&change, notice.link.user).await?;
        change.put_notice(&notice).await.map_err(Refused::unavailable)?;
        change.notice_followed(login, now).await.map_err(Refused::unavailable)?;
        self.freeze(&change, now, &mut person, bell_access::Freeze::NotMe { at: now }).await?;
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        self.present().update(&person);
        let who = bell_access::audit::Who::User(person.user.user, person.name.clone());
        let entry = done(now, (who, Some(visit)), "account.not_me", format!("login {login}"));
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    pub(super) async fn change_password(&self, who: &SignedIn, old: &str, new: &str) -> Result<(), Refused> {
        self.check_password(who, old).await?;
        let person = self.person(who.actor.user()).await?;
        let (hash, compared) = self.new_password(&person, new).await?;
        let now = wall();
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        let changed = person.account.change_password(now, hash, &compared, &self.settings().policy);
        changed.map_err(|reused| Refused::Reused(reused.0))?;
        // Whoever knew the old one is let out with it.
        self.end_others(&change, now, person.user.user, who.via).await?;
        self.finish_own(change, who, &person, "password.change").await
    }

    pub(super) async fn begin_totp(&self, who: &SignedIn) -> Result<Enrolment, Refused> {
        let (world, otp) = (self.world().await?, new_otp()?);
        let enrolment = enrolment(&otp, world.company(), &who.name);
        let mut enrolments = open(&self.inner.enrolments);
        if enrolments.len() >= ENROLMENTS_MAX {
            enrolments.clear();
        }
        enrolments.insert(who.actor.user(), (Instant::now() + ENROLMENT_VALID, otp));
        Ok(enrolment)
    }

    pub(super) async fn confirm_totp(&self, who: &SignedIn, code: &str) -> Result<Vec<String>, Refused> {
        let begun = open(&self.inner.enrolments).get(&who.actor.user()).cloned();
        let begun = begun.filter(|(until, _)| Instant::now() < *until);
        let (_, otp) = begun.ok_or(Refused::Login(LoginRefused::TicketOver))?;
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        person.account.set_up_otp(wall(), otp, code, &self.settings().policy)?;
        let codes = draw_recovery(&mut person.account)?;
        open(&self.inner.enrolments).remove(&who.actor.user());
        self.finish_own(change, who, &person, "factor.set_up").await?;
        Ok(codes)
    }

    pub(super) async fn remove_totp(&self, who: &SignedIn, password: &str) -> Result<(), Refused> {
        self.check_password(who, password).await?;
        let (world, settings) = (self.world().await?, self.settings());
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        person.account.remove_factor(Removing::Otp, demand(&person, &world, &settings))?;
        self.finish_own(change, who, &person, "factor.remove").await
    }

    /// Who is signed in proves once more that he is who he is; wrong attempts count like those of a sign-in.
    async fn check_password(&self, who: &SignedIn, password: &str) -> Result<(), Refused> {
        let person = self.person(who.actor.user()).await?;
        let hash = person.account.password.as_ref().map(|password| &password.hash);
        let compared = self.inner.hasher.compare(password, hash).await?;
        let mut change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        let tried = person.account.try_password(wall(), compared, &self.settings().policy);
        if compared == Compared::Different {
            change.put_person(&person).await.map_err(Refused::unavailable)?;
            let mut entry = done(wall(), (logged(who), None), "password.check", format!("user {}", person.name));
            entry.outcome = bell_access::audit::Outcome::Refused("wrong_password".to_owned());
            change.tell(entry).await.map_err(Refused::unavailable)?;
            self.present().update(&person);
            self.commit(change).await?;
        }
        match tried {
            Tried::Right => Ok(()),
            Tried::Wrong { left } | Tried::Replayed { left } => Err(LoginRefused::Wrong { left }.into()),
            Tried::Shut(shut) => Err(LoginRefused::Shut(shut).into()),
            Tried::NotSigned | Tried::Cloned => Err(LoginRefused::PasskeyWrong.into()),
        }
    }

    pub(super) async fn finish_own(
        &self,
        mut change: bell_store::accounts::Changing,
        who: &SignedIn,
        person: &Person,
        action: &str,
    ) -> Result<(), Refused> {
        change.put_person(person).await.map_err(Refused::unavailable)?;
        let mut entry = done(wall(), (logged(who), None), action, format!("user {}", person.name));
        entry.address = Some(who.address);
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.present().update(person);
        self.commit(change).await
    }
}

/// What an account has to prove itself.
pub(super) fn factors(person: &Person) -> Factors {
    let account = &person.account;
    Factors { totp: account.otp.is_some(), passkeys: account.passkeys.len(), recovery_codes: account.recovery.len() }
}

fn rank(person: &Person) -> Rank {
    let is_super = person.user.grants.iter().any(|grant| grant.role.as_str() == SUPER_ADMIN);
    if is_super { Rank::SuperAdmin } else { Rank::Ordinary }
}

/// Whether a role or the policy demands a second factor of somebody.
pub(super) fn demand(person: &Person, world: &World, settings: &Settings) -> Demand {
    let mut roles = person.user.grants.iter().filter_map(|grant| world.roles.get(&grant.role));
    let by_role = roles.any(|role| role.second_factor() == SecondFactor::Compulsory);
    if by_role || settings.policy.second_factor_for_all { Demand::Role } else { Demand::None }
}
