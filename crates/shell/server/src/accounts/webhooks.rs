//! Programs of others that are told events: set up by administrators.

use std::collections::BTreeSet;

use bell_access::audit::Detail;
use bell_access::{Object, Permission, decide};
use bell_api::doors::{
    AttemptSeen, Business, Doing, Field, Refused, ReplayFrom, SignedIn, WebhookChange, WebhookMade, WebhookSeen,
    WebhookWanted, Webhooks,
};
use bell_store::accounts::{Attempt, Changing, Webhook, WebhookState};
use bell_webhook::{Delivery, Kind, SECRET_LEN, WebhookSecret};

use super::people::allowed;
use super::{Accounts, done, draw, logged};
use crate::clock::wall;
use crate::outgoing::{OutgoingError, Url};

/// How long a name may be, in characters.
const NAME_MAX: usize = 64;

impl Accounts {
    async fn webhooks(&self) -> Result<Vec<WebhookSeen>, Refused> {
        let rows = self.rows().await?;
        let all = rows.webhooks().await.map_err(Refused::unavailable)?;
        let mut seen = Vec::new();
        for webhook in all {
            seen.push(self.webhook_seen(webhook).await?);
        }
        Ok(seen)
    }

    async fn make_webhook(&self, who: &SignedIn, wanted: WebhookWanted) -> Result<WebhookMade, Refused> {
        let name = checked_name(&wanted.name)?;
        self.check_url(who, &wanted.url)?;
        let secret = WebhookSecret::new(draw::<SECRET_LEN>().map_err(Refused::unavailable)?);
        let change = self.begin().await?;
        let rows = change.rows();
        let there = rows.webhooks().await.map_err(Refused::unavailable)?.len();
        let most = self.settings().webhooks.webhooks_max;
        if there >= most {
            return Err(refused(
                &format!("there may be {most} webhooks; take one away first"),
                &format!("最多可设置 {most} 个 Webhook，请先删除一个"),
            ));
        }
        let webhook = Webhook {
            webhook: change.next_webhook().await.map_err(Refused::unavailable)?,
            name,
            url: wanted.url,
            secret,
            kinds: or_all(wanted.kinds),
            state: WebhookState::On,
            person: who.actor.user(),
            made: wall(),
            taken: rows.outbox_end().await.map_err(Refused::unavailable)?,
            delivery: Delivery::default(),
        };
        let secret = webhook.secret.text();
        self.put_webhook(change, who, &webhook, "webhook.create").await?;
        Ok(WebhookMade { webhook: self.webhook_seen(webhook).await?, secret: Some(secret) })
    }

    async fn change_webhook(&self, who: &SignedIn, id: u64, wanted: WebhookChange) -> Result<WebhookMade, Refused> {
        let change = self.begin().await?;
        let mut webhook = found(&change, id).await?;
        if let Some(name) = wanted.name {
            webhook.name = checked_name(&name)?;
        }
        if let Some(url) = wanted.url {
            self.check_url(who, &url)?;
            webhook.url = url;
        }
        if let Some(kinds) = wanted.kinds {
            webhook.kinds = or_all(kinds);
        }
        if let Some(is_on) = wanted.is_on {
            webhook.state = if is_on { WebhookState::On } else { WebhookState::Paused };
        }
        // Whoever mends something wants it tried now.
        webhook.delivery = Delivery::default();
        let mut secret = None;
        if wanted.new_secret {
            webhook.secret = WebhookSecret::new(draw::<SECRET_LEN>().map_err(Refused::unavailable)?);
            secret = Some(webhook.secret.text());
        }
        self.put_webhook(change, who, &webhook, "webhook.change").await?;
        Ok(WebhookMade { webhook: self.webhook_seen(webhook).await?, secret })
    }

    async fn delete_webhook(&self, who: &SignedIn, id: u64) -> Result<(), Refused> {
        let mut change = self.begin().await?;
        let webhook = found(&change, id).await?;
        change.delete_webhook(id).await.map_err(Refused::unavailable)?;
        tell(&mut change, who, &webhook, "webhook.delete").await?;
        self.commit(change).await
    }

    async fn replay_webhook(&self, who: &SignedIn, id: u64, from: ReplayFrom) -> Result<WebhookSeen, Refused> {
        let change = self.begin().await?;
        let mut webhook = found(&change, id).await?;
        let end = change.rows().outbox_end().await.map_err(Refused::unavailable)?;
        webhook.taken = match from {
            ReplayFrom::Event(event) if event <= end => event.saturating_sub(1),
            ReplayFrom::Event(_) => return Err(Field::unknown("from").into()),
            ReplayFrom::Time(at) => change.rows().outbox_before(at).await.map_err(Refused::unavailable)?,
        };
        webhook.delivery = Delivery::default();
        self.put_webhook(change, who, &webhook, "webhook.replay").await?;
        self.webhook_seen(webhook).await
    }

    async fn attempts(&self, id: u64, before: Option<u64>, limit: usize) -> Result<Vec<AttemptSeen>, Refused> {
        let rows = self.rows().await?;
        rows.webhook(id).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)?;
        let attempts = rows.attempts(id, before, limit).await.map_err(Refused::unavailable)?;
        let seen = |attempt: Attempt| AttemptSeen {
            attempt: attempt.attempt,
            event: attempt.event,
            kind: attempt.kind,
            at: attempt.at,
            took: attempt.took,
            status: attempt.status,
            error: attempt.error,
        };
        Ok(attempts.into_iter().map(seen).collect())
    }

    /// Whoever tells others what happens in calls must be one who may see all of them.
    fn check_url(&self, who: &SignedIn, url: &str) -> Result<(), Refused> {
        let centre = Object::of_tenant(who.actor.tenant());
        allowed(decide(&who.actor, Permission::CallRead, &centre))?;
        let parsed = Url::parse(url).map_err(|_| Refused::Field(Field::malformed("url")))?;
        parsed.check(&self.settings().inside).map_err(|error| match error {
            OutgoingError::Reach(refusal) => {
                refused(&refusal.to_string(), "地址必须为 https；内网地址须先在配置的 [outgoing] 中允许")
            }
            other => Refused::unavailable(other),
        })
    }

    async fn put_webhook(
        &self,
        mut change: Changing,
        who: &SignedIn,
        webhook: &Webhook,
        action: &str,
    ) -> Result<(), Refused> {
        change.put_webhook(webhook).await.map_err(Refused::unavailable)?;
        tell(&mut change, who, webhook, action).await?;
        self.commit(change).await
    }

    async fn webhook_seen(&self, webhook: Webhook) -> Result<WebhookSeen, Refused> {
        let rows = self.rows().await?;
        let end = rows.outbox_end().await.map_err(Refused::unavailable)?;
        Ok(WebhookSeen {
            webhook: webhook.webhook,
            state: webhook.state.code(),
            made_by: self.name_of(webhook.person).await?,
            waiting: end.saturating_sub(webhook.taken),
            name: webhook.name,
            url: webhook.url,
            kinds: webhook.kinds,
            made: webhook.made,
            taken: webhook.taken,
            tries: webhook.delivery.tries,
            failing_since: webhook.delivery.failing_since,
            next_try: webhook.delivery.next_try,
        })
    }
}

impl Webhooks for Accounts {
    fn webhooks<'a>(&'a self, _who: &'a SignedIn) -> Doing<'a, Vec<WebhookSeen>> {
        Box::pin(self.webhooks())
    }

    fn make_webhook<'a>(&'a self, who: &'a SignedIn, wanted: WebhookWanted) -> Doing<'a, WebhookMade> {
        Box::pin(self.make_webhook(who, wanted))
    }

    fn change_webhook<'a>(&'a self, who: &'a SignedIn, id: u64, change: WebhookChange) -> Doing<'a, WebhookMade> {
        Box::pin(self.change_webhook(who, id, change))
    }

    fn delete_webhook<'a>(&'a self, who: &'a SignedIn, id: u64) -> Doing<'a, ()> {
        Box::pin(self.delete_webhook(who, id))
    }

    fn replay_webhook<'a>(&'a self, who: &'a SignedIn, id: u64, from: ReplayFrom) -> Doing<'a, WebhookSeen> {
        Box::pin(self.replay_webhook(who, id, from))
    }

    fn attempts<'a>(&'a self, id: u64, before: Option<u64>, limit: usize) -> Doing<'a, Vec<AttemptSeen>> {
        Box::pin(self.attempts(id, before, limit))
    }
}

async fn found(change: &Changing, id: u64) -> Result<Webhook, Refused> {
    change.rows().webhook(id).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)
}

async fn tell(change: &mut Changing, who: &SignedIn, webhook: &Webhook, action: &str) -> Result<(), Refused> {
    let mut entry = done(wall(), (logged(who), None), action, format!("webhook {}", webhook.webhook));
    entry.address = Some(who.address);
    entry.details = vec![
        ("name".to_owned(), Detail::Words(webhook.name.clone())),
        ("url".to_owned(), Detail::Words(webhook.url.clone())),
        ("state".to_owned(), Detail::Plain(webhook.state.code().to_owned())),
    ];
    change.tell(entry).await.map(drop).map_err(Refused::unavailable)
}

fn checked_name(name: &str) -> Result<String, Refused> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Field::missing("name").into()),
        1..=NAME_MAX => Ok(name.to_owned()),
        _ => Err(Field { field: "name", problem: "too_long" }.into()),
    }
}

/// Who names nothing wants everything there is today.
fn or_all(kinds: BTreeSet<Kind>) -> BTreeSet<Kind> {
    if kinds.is_empty() { Kind::ALL.iter().copied().collect() } else { kinds }
}

fn refused(detail: &str, detail_zh: &str) -> Refused {
    Business { code: "webhook_refused", detail: detail.to_owned(), detail_zh: detail_zh.to_owned() }.into()
}
