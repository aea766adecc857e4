//! Signing in elsewhere: OpenID Connect, with the code flow and PKCE (RFC 7636). The provider says who it is; what he may and
//! whether he may in now is decided here, as for everybody.

mod away;
mod provider;

use std::sync::Arc;
use std::time::Instant;

use bell_access::{Failures, Proof};
use bell_api::doors::{Arrival, Departure, Doing, ProviderSeen, Refused, Return, Single, SingleRefusal, Visit};
use bell_engine::Provider;
use bell_store::accounts::Person;

use super::{Accounts, draw_secret, open, plain};

use self::away::Journey;
use self::provider::Claims;

pub(super) use away::Away;
pub(super) use provider::Providers;

impl Accounts {
    fn provider(&self, name: &str) -> Result<Arc<Provider>, Refused> {
        self.settings().providers.get(name).cloned().ok_or(Refused::NotThere)
    }

    async fn depart(&self, name: &str, back: String, to: Option<String>) -> Result<Departure, Refused> {
        let provider = self.provider(name)?;
        let journey = Journey {
            provider: name.to_owned(),
            cookie: draw_secret()?,
            nonce: draw_secret()?,
            verifier: draw_secret()?,
            back,
            to,
        };
        let state = draw_secret()?;
        let url = self.inner.providers.begin(&provider, &state, &journey).await.map_err(|error| refused(&error))?;
        let cookie = journey.cookie.clone();
        open(&self.inner.away).put(Instant::now(), &state, journey);
        Ok(Departure { url, cookie })
    }

    async fn arrive(&self, visit: &Visit, name: &str, returned: Return) -> Result<Arrival, Refused> {
        let journey = open(&self.inner.away).take(Instant::now(), &returned.state);
        // Another browser's answer lets nobody in: it could sign its victim in as somebody else.
        let is_this = |journey: &Journey| journey.provider == name && journey.cookie == returned.cookie;
        let journey = journey.filter(is_this).ok_or(Refused::Single(SingleRefusal::Stale))?;
        let provider = self.provider(name)?;
        let code = returned.code.map_err(|error| {
            tracing::info!(provider = name, error, "a provider lets nobody in");
            Refused::Single(SingleRefusal::Denied)
        })?;
        let claims = self.inner.providers.finish(&provider, &code, &journey).await.map_err(|error| refused(&error))?;
        let person = self.person_of(&provider, &claims).await?;
        let proof = if provider.second_factor { Proof::TwoFactors } else { Proof::Password };
        let step = self.let_in_from_elsewhere(visit, person.user.user, proof).await?;
        Ok(Arrival { step, to: journey.to })
    }

    /// Whose name the provider gives. Accounts are made here, not there.
    async fn person_of(&self, provider: &Provider, claims: &Claims) -> Result<Person, Refused> {
        let unknown = || Refused::Single(SingleRefusal::Unknown);
        let name = claims.word(&provider.claim).ok_or_else(unknown)?;
        // An address of mail that nobody has checked is anybody's.
        if provider.claim == "email" && !claims.has_checked_mail() {
            tracing::warn!(provider = provider.name, "a provider gave an e-mail address that it has not checked");
            return Err(unknown());
        }
        let found = self.rows().await?.person_named(&plain(name)).await.map_err(Refused::unavailable)?;
        found.ok_or_else(|| {
            tracing::info!(provider = provider.name, claim = provider.claim, "nobody here has the name that it gave");
            unknown()
        })
    }
}

impl Single for Accounts {
    fn providers(&self) -> Vec<ProviderSeen> {
        let settings = self.settings();
        let seen = |provider: &Arc<Provider>| ProviderSeen {
            provider: provider.name.clone(),
            zh: provider.zh.clone(),
            en: provider.en.clone(),
        };
        settings.providers.values().map(seen).collect()
    }

    fn depart<'a>(&'a self, provider: &'a str, back: String, to: Option<String>) -> Doing<'a, Departure> {
        Box::pin(self.depart(provider, back, to))
    }

    fn arrive<'a>(&'a self, visit: &'a Visit, provider: &'a str, returned: Return) -> Doing<'a, Arrival> {
        Box::pin(self.arrive(visit, provider, returned))
    }
}

/// What is judged of an account whose owner proved himself elsewhere: a freeze counts, what is only about its password does not.
pub(super) fn without_password(account: &bell_access::Account) -> bell_access::Account {
    let mut account = account.clone();
    account.password = None;
    account.wrong_passwords = Failures::default();
    account
}

fn refused(error: &provider::ProviderError) -> Refused {
    tracing::warn!(error = error as &dyn std::error::Error, "a provider cannot be asked, or not be believed");
    Refused::Single(if error.is_of_the_world() { SingleRefusal::Unreachable } else { SingleRefusal::Untrusted })
}
