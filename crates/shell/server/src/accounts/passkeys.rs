//! Passkeys: `webauthn` checks what browsers bring, `bell-access` decides what follows.

mod ceremonies;
mod webauthn;

use bell_access::{FactorRefusal, Passkey, PasskeyOutcome, Removing, UserId};
use bell_api::doors::{
    Challenge, Doing, LoginRefused, NextStep, Owner, PasskeyMade, PasskeyProof, PasskeySeen, Passkeys, Refused,
    SignedIn, Site, Visit,
};
use bell_store::accounts::{PasskeyKey, Person};
use std::time::Instant;

use super::own::demand;
use super::people::business;
use super::sign_in::draw_recovery;
use super::tickets::Wanted;
use super::{Accounts, draw, draw_secret, open};
use crate::clock::wall;

use self::webauthn::{Expected, PasskeyFault, Signed, register, verify};

pub(super) use ceremonies::Ceremonies;

impl Accounts {
    async fn own_passkeys(&self, who: &SignedIn) -> Result<Vec<PasskeySeen>, Refused> {
        let (user, rows) = (who.actor.user(), self.rows().await?);
        let person = self.person(user).await?;
        let keys = rows.passkey_keys(user).await.map_err(Refused::unavailable)?;
        let seen = |passkey: Passkey| {
            let key = keys.iter().find(|key| key.id == passkey.id);
            let (made, used) = (key.map(|key| key.made), key.and_then(|key| key.used_at));
            PasskeySeen { id: passkey.id, name: passkey.name, made, used }
        };
        Ok(person.account.passkeys.into_iter().map(seen).collect())
    }

    async fn begin_passkey(&self, who: &SignedIn) -> Result<Challenge, Refused> {
        let person = self.person(who.actor.user()).await?;
        let ids = person.account.passkeys.iter().map(|passkey| passkey.id.clone()).collect();
        self.challenge_to(&person, draw_secret()?, ids).await
    }

    async fn add_passkey(
        &self,
        who: &SignedIn,
        site: &Site,
        ticket: &str,
        name: String,
        made: &PasskeyMade,
    ) -> Result<Vec<String>, Refused> {
        let challenge = self.ceremony(ticket, who.actor.user())?;
        let expected = Expected { challenge: &challenge, origin: &site.origin, site: &site.name };
        let registered = register(expected, &made.client_data, &made.attestation).map_err(faulty)?;
        let (now, change) = (wall(), self.begin().await?);
        let mut person = self.changing(&change, who.actor.user()).await?;
        let known = change.rows().passkey_key(&registered.id).await.map_err(Refused::unavailable)?;
        if known.is_some_and(|known| known.person != person.user.user) {
            return Err(FactorRefusal::Twice.into());
        }
        let (id, counter) = (registered.id.clone(), registered.counter);
        person.account.add_passkey(Passkey { id, name: name.trim().to_owned(), counter })?;
        let key = PasskeyKey {
            id: registered.id,
            person: person.user.user,
            site: site.name.clone(),
            key: registered.key,
            made: now,
            used_at: None,
        };
        change.put_passkey_key(&key).await.map_err(Refused::unavailable)?;
        // Who loses his only passkey needs another way in.
        let has_codes = !person.account.recovery.is_empty();
        let codes = if has_codes { Vec::new() } else { draw_recovery(&mut person.account)? };
        self.finish_own(change, who, &person, "factor.set_up").await?;
        Ok(codes)
    }

    async fn remove_passkey(&self, who: &SignedIn, id: &[u8]) -> Result<(), Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        let demand = demand(&person, &world, &settings);
        person.account.remove_factor(Removing::Passkey(id), demand)?;
        change.delete_passkey_key(id).await.map_err(Refused::unavailable)?;
        self.finish_own(change, who, &person, "factor.remove").await
    }

    /// What is to be signed for a sign-in that waits for a second factor.
    async fn challenge(&self, site: &Site, ticket: &str) -> Result<Challenge, Refused> {
        let begun = self.ticket(ticket)?;
        let Wanted::Factor = begun.waits_for else { return Err(LoginRefused::TicketOver.into()) };
        let person = self.person(begun.user).await?;
        let keys = self.keys_at(&person, site).await?;
        if keys.is_empty() {
            return Err(business(
                "passkey_elsewhere",
                "no passkey of this account was made for this address of the console; use another factor",
                "此账号的通行密钥不是在当前地址上创建的，请使用其他验证方式",
            ));
        }
        self.challenge_to(&person, ticket.to_owned(), keys.into_iter().map(|key| key.id).collect()).await
    }

    async fn prove(&self, visit: &Visit, site: &Site, ticket: &str, proof: &PasskeyProof) -> Result<NextStep, Refused> {
        let user = self.ticket(ticket)?.user;
        // Used up, whatever comes of it.
        let challenge = self.ceremony(ticket, user)?;
        let person = self.person(user).await?;
        let keys = self.keys_at(&person, site).await?;
        let expected = Expected { challenge: &challenge, origin: &site.origin, site: &site.name };
        let signed = Signed {
            client_data: &proof.client_data,
            authenticator_data: &proof.authenticator_data,
            signature: &proof.signature,
        };
        let key = keys.iter().find(|key| key.id == proof.id);
        let outcome = key.map_or(Err(PasskeyFault::Key), |key| verify(expected, &key.key, &signed));
        let outcome = outcome.unwrap_or_else(|fault| {
            tracing::warn!(user = %person.name, %fault, "a passkey proves nothing");
            PasskeyOutcome::Failed
        });
        self.passkey_shown(visit, ticket, (&proof.id, outcome)).await
    }

    async fn challenge_to(&self, person: &Person, ticket: String, ids: Vec<Vec<u8>>) -> Result<Challenge, Refused> {
        let challenge: [u8; 32] = draw().map_err(Refused::unavailable)?;
        let user = person.user.user;
        open(&self.inner.ceremonies).put(Instant::now(), &ticket, (user, challenge));
        let owner = Owner {
            id: user.0.to_be_bytes().to_vec(),
            name: person.name.clone(),
            display_name: person.display_name.clone(),
            company: self.world().await?.company().to_owned(),
        };
        Ok(Challenge { ticket, challenge, ids, owner })
    }

    fn ceremony(&self, ticket: &str, user: UserId) -> Result<[u8; 32], Refused> {
        let found = open(&self.inner.ceremonies).take(Instant::now(), ticket);
        let found = found.filter(|(whose, _)| *whose == user).map(|(_, challenge)| challenge);
        found.ok_or_else(|| LoginRefused::TicketOver.into())
    }

    /// The passkeys of somebody that were made where the browser is.
    async fn keys_at(&self, person: &Person, site: &Site) -> Result<Vec<PasskeyKey>, Refused> {
        let keys = self.rows().await?.passkey_keys(person.user.user).await.map_err(Refused::unavailable)?;
        let is_held = |key: &PasskeyKey| person.account.passkeys.iter().any(|passkey| passkey.id == key.id);
        Ok(keys.into_iter().filter(|key| key.site == site.name && is_held(key)).collect())
    }
}

impl Passkeys for Accounts {
    fn own_passkeys<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Vec<PasskeySeen>> {
        Box::pin(self.own_passkeys(who))
    }

    fn begin_passkey<'a>(&'a self, who: &'a SignedIn) -> Doing<'a, Challenge> {
        Box::pin(self.begin_passkey(who))
    }

    fn add_passkey<'a>(
        &'a self,
        who: &'a SignedIn,
        site: Site,
        ticket: &'a str,
        name: String,
        made: PasskeyMade,
    ) -> Doing<'a, Vec<String>> {
        Box::pin(async move { self.add_passkey(who, &site, ticket, name, &made).await })
    }

    fn remove_passkey<'a>(&'a self, who: &'a SignedIn, id: Vec<u8>) -> Doing<'a, ()> {
        Box::pin(async move { self.remove_passkey(who, &id).await })
    }

    fn challenge<'a>(&'a self, _visit: &'a Visit, site: Site, ticket: &'a str) -> Doing<'a, Challenge> {
        Box::pin(async move { self.challenge(&site, ticket).await })
    }

    fn prove<'a>(&'a self, visit: &'a Visit, site: Site, ticket: &'a str, proof: PasskeyProof) -> Doing<'a, NextStep> {
        Box::pin(async move { self.prove(visit, &site, ticket, &proof).await })
    }
}

fn faulty(fault: PasskeyFault) -> Refused {
    let detail = format!("the passkey was not taken: {fault}");
    business("passkey_refused", &detail, "通行密钥未通过校验，请在本控制台的地址上重新创建")
}
