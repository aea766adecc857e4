//! For what a customer's data is seen: a call or a ticket. Who reads the whole centre sees it without, and the log knows.

use bell_api::doors::{Field, Records, Refused, SignedIn, Visible};
use bell_customer::{Look, TicketState};
use bell_store::TenantId;
use bell_store::calls::{self, Filter};
use bell_store::tickets::{self, TicketsWanted};
use bell_types::{CallId, Number};

use super::board;
use super::records::{RecordsDoor, seen};
use crate::clock::wall;

const TENANT: TenantId = TenantId::FIRST;

impl RecordsDoor {
    /// Whether somebody's look at a customer is let through; the log is told first of one that must stand there.
    pub(super) async fn looks(&self, who: &SignedIn, number: &Number, visible: &Visible) -> Result<bool, Refused> {
        match Look::new(self.has_purpose(number, visible).await?, *visible == Visible::All) {
            Look::Let => Ok(true),
            Look::LetIfLogged => {
                self.tell(who, "customer.look", format!("customer {}", number.masked()), Vec::new()).await?;
                Ok(true)
            }
            Look::Hidden => Ok(false),
        }
    }

    /// Whether a customer may be seen where what is done with him is logged by itself.
    pub(super) async fn may_see(&self, number: &Number, visible: &Visible) -> Result<bool, Refused> {
        Ok(*visible == Visible::All || self.has_purpose(number, visible).await?)
    }

    /// Who is called with in a call that may be seen; none: he withheld his number.
    pub(super) async fn party_seen(&self, call: CallId, visible: &Visible) -> Result<Option<Number>, Refused> {
        let running = {
            let live = self.context.windows.live();
            let record = live.calls().find(|record| record.call == call);
            record.map(|record| board::parties(record, &live))
        };
        let parties = match running {
            Some(parties) => Some(parties),
            None => Records::parties(self, call).await?,
        };
        if !parties.is_some_and(|parties| visible.lets(&parties)) {
            return Err(Field::unknown("call").into());
        }
        self.party(call).await
    }

    /// Whether there is a call with him that may be seen, now or not long ago, or an open ticket.
    async fn has_purpose(&self, number: &Number, visible: &Visible) -> Result<bool, Refused> {
        if self.is_called_with(number, visible) {
            return Ok(true);
        }
        let (db, seen) = (self.db().await?, seen(visible));
        let wanted = TicketsWanted {
            state: Some(TicketState::Open),
            number: Some(number.clone()),
            of: seen.as_ref().map(|seen| seen.agents.clone()),
            ..TicketsWanted::default()
        };
        if !tickets::list(db, TENANT, &wanted, None, 1).await.map_err(Refused::unavailable)?.is_empty() {
            return Ok(true);
        }
        let from = Some(wall().before(self.customer_policy()?.open_for));
        let filter = Filter { from, number: Some(number.clone()), seen, ..Filter::ALL };
        let page = calls::list(db, TENANT, &filter, None, 1).await.map_err(Refused::unavailable)?;
        Ok(!page.rows.is_empty())
    }

    /// Whether one of these agents is in a running call with this number, or it waits in one of these queues.
    fn is_called_with(&self, number: &Number, visible: &Visible) -> bool {
        let live = self.context.windows.live();
        let mut with = live.calls().filter(|record| record.caller.number.as_ref() == Some(number));
        with.any(|record| visible.lets(&board::parties(record, &live)))
    }
}
