//! Tokens of programs.

use std::sync::Arc;

use bell_access::{Actor, Object, Permission, Proof, Token, TokenId, TokenRequest, decide};
use bell_api::doors::{Refused, SignedIn, TokenMade, TokenWanted, Via, Visit};

use super::present::{Activity, ByCookie};
use super::sign_in::hashed;
use super::{Accounts, draw, language};
use crate::accounts::people::allowed;
use crate::clock::wall;

impl Accounts {
    /// Who has this cookie.
    pub(super) async fn by_cookie(
        &self,
        visit: &Visit,
        cookie: &str,
        activity: Activity,
    ) -> Result<Option<SignedIn>, Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        let found = self.present().by_cookie(&hashed(cookie), (wall(), activity), (&world, &settings));
        let (login, found) = match found {
            ByCookie::Nobody => return Ok(None),
            ByCookie::Over(user, login) => {
                self.expire(user, login).await?;
                return Ok(None);
            }
            ByCookie::Is(login, found) => (login, found),
        };
        if let Some(active) = found.active {
            let rows = self.rows().await?;
            // Nobody waits for it, and it is written again in a minute.
            tokio::spawn(async move {
                if let Err(error) = rows.touched(login, active).await {
                    tracing::debug!(%error, "the last activity of a login could not be written");
                }
            });
        }
        let person = found.person;
        Ok(Some(SignedIn {
            actor: found.actor,
            via: Via::Login(login),
            name: person.name,
            unit: person.user.home,
            agent: person.agent,
            language: language(&person.language),
            address: visit.address,
        }))
    }

    /// Who has this token.
    pub(super) async fn by_token(&self, visit: &Visit, text: &str) -> Result<Option<SignedIn>, Refused> {
        let Some(id) = Token::id_in(text) else { return Ok(None) };
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let known = self.present().token(id);
        let (token, person) = match known {
            Some(known) => known,
            None => {
                let rows = self.rows().await?;
                let Some(token) = rows.token(id).await.map_err(Refused::unavailable)? else { return Ok(None) };
                if token.check(now, text).is_err() {
                    return Ok(None);
                }
                let person = self.person(token.user).await?;
                self.present().keep_token(token.clone(), person.clone());
                (token, person)
            }
        };
        if token.check(now, text).is_err() || person.account.freeze.is_some() {
            return Ok(None);
        }
        // Whoever made it proved what his roles need; a token cannot show a second factor.
        let owner = Actor::new(&person.user, &world.org, &world.roles, Proof::TwoFactors, &settings.policy);
        Ok(Some(SignedIn {
            actor: Arc::new(token.actor(owner)),
            via: Via::Token(id),
            name: person.name,
            unit: person.user.home,
            agent: person.agent,
            language: language(&person.language),
            address: visit.address,
        }))
    }

    pub(super) async fn tokens(&self, who: &SignedIn) -> Result<Vec<Token>, Refused> {
        self.rows().await?.tokens_of(who.actor.user()).await.map_err(Refused::unavailable)
    }

    pub(super) async fn make_token(&self, who: &SignedIn, wanted: TokenWanted) -> Result<TokenMade, Refused> {
        let (settings, now) = (self.settings(), wall());
        let own = Object::of_user(who.actor.tenant(), who.actor.user(), who.unit);
        let decision = allowed(decide(&who.actor, Permission::TokenWrite, &own))?;
        let random = draw().map_err(Refused::unavailable)?;
        let mut change = self.begin().await?;
        let all = change.rows().tokens_of(who.actor.user()).await.map_err(Refused::unavailable)?;
        let has = all.iter().filter(|token| token.revoked.is_none() && now < token.ends).count();
        let TokenWanted { name, permissions, ends } = wanted;
        let token = change.next_token().await.map_err(Refused::unavailable)?;
        let request = TokenRequest { token, name, permissions, ends };
        let (token, text) = Token::issue(now, &who.actor, request, random, has, &settings.policy)?;
        change.put_token(&token).await.map_err(Refused::unavailable)?;
        let permits: Vec<&str> = token.permissions.iter().map(|permission| permission.code()).collect();
        let (object, permits) = (format!("token {}", token.token), permits.join(" "));
        let details = [("did", "make"), ("name", token.name.as_str()), ("permits", &permits)];
        self.tell(&mut change, who, (Permission::TokenWrite, &object), &decision, &details).await?;
        self.commit(change).await?;
        Ok(TokenMade { token, text })
    }

    pub(super) async fn revoke_token(&self, who: &SignedIn, id: TokenId) -> Result<(), Refused> {
        let own = Object::of_user(who.actor.tenant(), who.actor.user(), who.unit);
        let decision = allowed(decide(&who.actor, Permission::TokenWrite, &own))?;
        let mut change = self.begin().await?;
        let found = change.rows().token(id).await.map_err(Refused::unavailable)?;
        let mut token = found.filter(|token| token.user == who.actor.user()).ok_or(Refused::NotThere)?;
        token.revoke(wall());
        change.put_token(&token).await.map_err(Refused::unavailable)?;
        self.present().end_token(id);
        let object = format!("token {id}");
        self.tell(&mut change, who, (Permission::TokenWrite, &object), &decision, &[("did", "revoke")]).await?;
        self.commit(change).await
    }
}
