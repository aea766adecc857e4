//! Tells webhooks what they are to be told: one message after the other for each of them, at least once, for as long as the
//! node runs. How far each is stands in the database, so that a node that dies goes on where it was.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bell_api::doors::{NoticeContent, Refused};
use bell_store::accounts::{Attempt, OutboxEvent, Webhook, WebhookState};
use bell_store::outbox;
use bell_types::Wall;
use bell_webhook::{Kind, Next, WebhookSecret};
use hyper::Method;
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval};

use super::{Accounts, TENANT, done, draw, notices, open};
use crate::clock::wall;
use crate::outgoing::{Asking, Outgoing, Url};

/// How often it is looked for something to tell.
const LOOK: Duration = Duration::from_secs(1);
/// How often old events are forgotten.
const TIDY: Duration = Duration::from_secs(600);
/// How many webhooks are told something at one time.
const AT_ONCE_MAX: usize = 16;
/// How many messages one is told before the others are looked at again.
const IN_A_ROW_MAX: usize = 100;
/// How much of the reason of a failure is kept, in characters.
const ERROR_MAX: usize = 300;
/// The receiver wants nothing any more, as Standard Webhooks has it.
const GONE: u16 = 410;

/// What telling needs.
struct Telling {
    accounts: Accounts,
    outgoing: Outgoing,
    room: Semaphore,
    under_way: Mutex<BTreeSet<u64>>,
}

/// What became of a message.
struct Went {
    status: Option<u16>,
    error: Option<String>,
}

impl Accounts {
    /// Tells webhooks, for ever: whoever serves runs it beside.
    pub async fn tell_webhooks(self) {
        let telling = Arc::new(Telling {
            accounts: self,
            outgoing: Outgoing::default(),
            room: Semaphore::new(AT_ONCE_MAX),
            under_way: Mutex::default(),
        });
        let (mut look, mut tidy) = (interval(LOOK), interval(TIDY));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                _ = look.tick() => telling.look().await,
                _ = tidy.tick() => telling.tidy().await,
            };
            if let Err(error) = done {
                tracing::debug!(?error, "webhooks cannot be told anything now; it is tried again");
            }
        }
    }
}

impl Telling {
    async fn look(self: &Arc<Self>) -> Result<(), Refused> {
        let rows = self.accounts.rows().await?;
        let now = wall();
        let end = rows.outbox_end().await.map_err(Refused::unavailable)?;
        let all = rows.webhooks().await.map_err(Refused::unavailable)?;
        let is_due = |webhook: &Webhook| {
            webhook.state == WebhookState::On && webhook.taken < end && webhook.delivery.is_due(now)
        };
        for webhook in all.into_iter().filter(is_due) {
            if !open(&self.under_way).insert(webhook.webhook) {
                continue;
            }
            // It ends by itself: so many messages, each with its time-out.
            let telling = Arc::clone(self);
            tokio::spawn(async move {
                if let Err(error) = telling.turn(webhook.webhook).await {
                    tracing::warn!(?error, webhook = webhook.webhook, "a webhook cannot be told anything now");
                }
                open(&telling.under_way).remove(&webhook.webhook);
            });
        }
        Ok(())
    }

    /// Tells one webhook what is next, until something is not taken.
    async fn turn(&self, id: u64) -> Result<(), Refused> {
        let Ok(_room) = self.room.acquire().await else { return Ok(()) };
        let rows = self.accounts.rows().await?;
        for _ in 0..IN_A_ROW_MAX {
            // Read anew each time: somebody may have changed it, or sent it back.
            let Some(webhook) = rows.webhook(id).await.map_err(Refused::unavailable)? else { return Ok(()) };
            if webhook.state != WebhookState::On || !webhook.delivery.is_due(wall()) {
                return Ok(());
            }
            let events = rows.outbox_after(webhook.taken).await.map_err(Refused::unavailable)?;
            let Some(last) = events.last().map(|event| event.event) else { return Ok(()) };
            let wanted = events.into_iter().find(|event| event.kind.is_some_and(|kind| webhook.wants(kind)));
            let Some(event) = wanted else {
                rows.webhook_went(webhook.taken, last, &webhook).await.map_err(Refused::unavailable)?;
                continue;
            };
            if !self.tell(webhook, &event).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tells one event; whether it was taken.
    async fn tell(&self, mut webhook: Webhook, event: &OutboxEvent) -> Result<bool, Refused> {
        let (at, begun) = (wall(), Instant::now());
        let went = self.send(&webhook, event, at).await;
        let rows = self.accounts.rows().await?;
        let attempt = Attempt {
            attempt: 0,
            event: event.event,
            kind: event.kind.map_or("?", Kind::code).to_owned(),
            at,
            took: begun.elapsed(),
            status: went.status,
            error: went.error.clone(),
        };
        rows.note_attempt(webhook.webhook, &attempt).await.map_err(Refused::unavailable)?;
        let before = webhook.taken;
        if went.error.is_none() {
            webhook.delivery.taken();
            rows.webhook_went(before, event.event, &webhook).await.map_err(Refused::unavailable)?;
            return Ok(true);
        }
        let [spread] = draw::<1>().map_err(Refused::unavailable)?;
        let settings = self.accounts.settings();
        let next = match went.status {
            Some(GONE) => Next::Disable { since: at },
            Some(_) | None => webhook.delivery.failed(wall(), spread, &settings.webhooks),
        };
        match next {
            Next::Again { .. } => {
                rows.webhook_went(before, before, &webhook).await.map_err(Refused::unavailable)?;
            }
            Next::Disable { since } => self.disable(webhook, since).await?,
        }
        Ok(false)
    }

    async fn send(&self, webhook: &Webhook, event: &OutboxEvent, at: Wall) -> Went {
        let settings = self.accounts.settings();
        let url = match Url::parse(&webhook.url) {
            Ok(url) => url,
            Err(error) => return Went { status: None, error: Some(error.to_string()) },
        };
        let asking = Asking {
            method: Method::POST,
            url: &url,
            content_type: "application/json",
            headers: headers(&webhook.secret, event, at),
            body: event.body.clone(),
        };
        match self.outgoing.ask(asking, &settings.inside, settings.webhooks.timeout).await {
            Ok(answer) if (200..300).contains(&answer.status) => Went { status: Some(answer.status), error: None },
            Ok(answer) => {
                let text = String::from_utf8_lossy(&answer.body);
                let error = format!("status {}: {}", answer.status, text.trim());
                Went { status: Some(answer.status), error: Some(error.chars().take(ERROR_MAX).collect()) }
            }
            Err(error) => Went { status: None, error: Some(error.to_string()) },
        }
    }

    /// Nothing was taken for too long, or the receiver says that it is gone: it is told nothing any more, and whoever set it
    /// up hears of that.
    async fn disable(&self, mut webhook: Webhook, since: Wall) -> Result<(), Refused> {
        let now = wall();
        let mut change = self.accounts.begin().await?;
        webhook.state = WebhookState::Failed;
        change.put_webhook(&webhook).await.map_err(Refused::unavailable)?;
        let who = bell_access::audit::Who::System("webhooks".to_owned());
        let entry = done(now, (who, None), "webhook.disable", format!("webhook {}", webhook.webhook));
        change.tell(entry).await.map_err(Refused::unavailable)?;
        let content = NoticeContent::WebhookDisabled { name: webhook.name.clone(), since: since.to_string() };
        let told = notices::for_person(webhook.person, now, &content)?;
        change.tell_owner(&told).await.map_err(Refused::unavailable)?;
        self.accounts.commit(change).await?;
        tracing::warn!(webhook = webhook.webhook, name = %webhook.name, "a webhook is told nothing any more");
        self.accounts.tell_noticed(webhook.person);
        Ok(())
    }

    async fn tidy(&self) -> Result<(), Refused> {
        let keep = self.accounts.settings().webhooks.keep;
        let db = self.accounts.db().await?;
        let gone = outbox::forget(db, TENANT, wall().before(keep)).await.map_err(Refused::unavailable)?;
        tracing::debug!(gone, "forgot events that were told long ago");
        Ok(())
    }
}

/// What a receiver checks a message by (Standard Webhooks). The id stays the same when it is sent again.
fn headers(secret: &WebhookSecret, event: &OutboxEvent, at: Wall) -> Vec<(&'static str, String)> {
    let (id, seconds) = (format!("evt_{}", event.event), at.as_micros().div_euclid(1_000_000));
    let signature = secret.sign(&id, seconds, &event.body);
    vec![("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signature)]
}
