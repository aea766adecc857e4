//! Tells who looks after a ticket that the time it promised is near or has passed, and who leads him (AGT-08).
//!
//! `bell-customer` says what is to be told, `bell-access` who leads. What is told stands in one transaction with the note that
//! it was: a node that dies tells it after its next start, and never twice.

use std::time::Duration;

use bell_access::{Actor, Object, Permission, Proof, TenantId, UserId, leads};
use bell_api::doors::{NoticeContent, NoticeSeen, Refused};
use bell_customer::Stage;
use bell_store::accounts::Person;
use bell_store::tickets::{self, Behind, Changing, TicketId, TicketRow, Watched};
use tokio::time::{MissedTickBehavior, interval};

use super::reviews::is_here;
use super::{Accounts, TENANT, notices};
use crate::clock::wall;
use crate::webhooks;

/// How often it is looked which promises are near or overdue.
const LOOK: Duration = Duration::from_secs(2);
/// How many tickets are looked at in one turn; the next turn goes on behind them.
const PAGE: u64 = 200;

/// Everybody who can be told, with what he may.
struct Everybody {
    tenant: TenantId,
    people: Vec<(Person, Actor)>,
}

impl Accounts {
    /// Tells of promises, for ever: whoever serves runs it beside.
    pub async fn tell_promises(self) {
        let (mut look, mut behind) = (interval(LOOK), None);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            match self.look_at_promises(behind).await {
                Ok(next) => behind = next,
                Err(error) => tracing::debug!(?error, "promises cannot be looked at now; it is tried again"),
            }
        }
    }

    /// Looks at one page of tickets, and says where the next begins.
    async fn look_at_promises(&self, behind: Option<Behind>) -> Result<Option<Behind>, Refused> {
        let (now, permille) = (wall(), self.settings().promise_near_permille);
        let page = tickets::watched(self.db().await?, TENANT, behind, PAGE).await.map_err(Refused::unavailable)?;
        let is_due = |watched: &&Watched| watched.decided.tells(now, permille, watched.told).is_some();
        let due: Vec<TicketId> = page.iter().filter(is_due).map(|watched| watched.ticket).collect();
        if !due.is_empty() {
            let everybody = self.everybody_told().await?;
            for ticket in due {
                self.tell_promise(ticket, &everybody).await?;
            }
        }
        let last = page.last().filter(|_| page.len() as u64 == PAGE);
        Ok(last.map(|last| Behind(last.decided.promise.until(), last.ticket)))
    }

    async fn everybody_told(&self) -> Result<Everybody, Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        let with_actor = |person: Person| {
            let actor = Actor::new(&person.user, &world.org, &world.roles, Proof::TwoFactors, &settings.policy);
            (person, actor)
        };
        let everybody = self.everybody().await?.into_values().filter(is_here);
        Ok(Everybody { tenant: world.org.tenant(), people: everybody.map(with_actor).collect() })
    }

    /// Tells of one promise, if that is still to be done once nobody else changes the ticket.
    async fn tell_promise(&self, ticket: TicketId, everybody: &Everybody) -> Result<(), Refused> {
        let (now, permille) = (wall(), self.settings().promise_near_permille);
        let change = Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)?;
        let Some(row) = change.get(ticket).await.map_err(Refused::unavailable)? else { return Ok(()) };
        let told = change.told(&row).await.map_err(Refused::unavailable)?;
        let Some(stage) = row.decided.tells(now, permille, told) else { return Ok(()) };
        let content = NoticeContent::of_promise(stage, row.ticket.0, row.decided.promise.until());
        let Some(content) = content else { return Ok(()) };
        let change = change.tell(&row, stage).await.map_err(Refused::unavailable)?;
        let hearers = everybody.hearers(&row, stage);
        for person in &hearers {
            let notice = notices::for_person(*person, now, &content)?;
            change.tell_owner(&notice).await.map_err(Refused::unavailable)?;
        }
        let event = webhooks::of_promise(now, &row, stage);
        change.put_events(event.as_slice()).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        tracing::info!(ticket = %row.ticket, stage = stage.code(), hearers = hearers.len(), "a promise was told of");
        hearers.into_iter().for_each(|person| self.tell_noticed(person));
        Ok(())
    }

    /// A notice of a promise need not be looked at any more once the ticket is closed, promised anew, or told of further.
    pub(super) async fn settle_promises(&self, notices: &mut [NoticeSeen]) -> Result<(), Refused> {
        let (now, permille) = (wall(), self.settings().promise_near_permille);
        let open = notices.iter().filter(|notice| !notice.is_seen);
        let ids: Vec<TicketId> = open.filter_map(|notice| Some(TicketId(notice.content.promise()?.1))).collect();
        let standing = tickets::standing(self.db().await?, TENANT, &ids).await.map_err(Refused::unavailable)?;
        for notice in notices {
            let Some((stage, ticket, until)) = notice.content.promise() else { continue };
            let stands = standing
                .get(&TicketId(ticket))
                .is_some_and(|ticket| ticket.promise.until() == until && ticket.stage(now, permille) == Some(stage));
            notice.is_seen |= !stands;
        }
        Ok(())
    }
}

impl Everybody {
    /// Who is told: who looks after the ticket, or has opened it where nobody does; and who leads him.
    fn hearers(&self, row: &TicketRow, stage: Stage) -> Vec<UserId> {
        let is_owner = |person: &Person| match &row.decided.agent {
            Some(agent) => person.agent.as_ref() == Some(agent),
            None => person.name == row.opened_by,
        };
        let owner = self.people.iter().map(|(person, _)| person).find(|person| is_owner(person));
        let mut hearers: Vec<UserId> = owner.map(|owner| owner.user.user).into_iter().collect();
        if stage.is_for_leads(owner.is_some()) {
            let object = owner.map_or_else(|| Object::of_tenant(self.tenant), |owner| owner.user.as_object());
            hearers.extend(leads(self.people.iter().map(|(_, actor)| actor), Permission::TicketWrite, &object));
        }
        hearers
    }
}
