//! Callers who would rather be called back than wait (INB-30): whom, and how the call that was planned for him begins.

use std::sync::Arc;

use bell_acd::CallbackRefusal;
use bell_call::{Destination, First};
use bell_ivr::Event;
use bell_types::{CallId, Cause, Number, OfferId, QueueName, Wants, What};

use crate::flows::Opening;
use crate::gate::Gate;
use crate::moving::first;
use crate::node::Node;
use crate::vocabulary::KeptCallback;

/// Somebody who is to be called back.
pub(crate) struct Callback {
    /// His number.
    number: Number,
    /// The number of ours that he called, and will see.
    shown: Number,
    wants: Wants,
    /// The call that was placed for him, if one was.
    placed: Option<CallId>,
}

/// Why the call that was planned for somebody does not begin.
enum NotPlaced {
    /// There is no room for it now.
    Now(Cause),
    /// The number of ours that he called is gone, or no trunk leads outside any more.
    Ever,
}

impl Node {
    /// A flow asks it for its caller. The answer comes from the router, or at once if nothing can come of it.
    pub(crate) fn ask_callback(&mut self, call: CallId, queue: QueueName, number: &str) {
        let number = Number::parse(number, &self.snapshot.plan).map_err(|error| error.to_string());
        let number = number.and_then(|number| match self.outside(&number) {
            // A trunk that is down now may be up again when his turn comes.
            Ok(_) | Err(Cause::TrunkDown) => Ok(number),
            Err(cause) => Err(cause.summary().to_owned()),
        });
        let shown = self.flows.called(call);
        let (wished, ours) = (number.clone(), shown.clone());
        self.fact(What::CallbackWished { call, queue: queue.clone(), number: wished, shown: ours });
        let (number, shown) = match (number, shown) {
            (Ok(number), Some(shown)) => (number, shown),
            (Err(why), _) => return self.callback_refused(call, &why),
            (Ok(_), None) => return,
        };
        if self.callbacks.contains_key(&call) {
            return self.callback_refused(call, &CallbackRefusal::AskedAlready.to_string());
        }
        let wants = self.flows.wants(call);
        self.callbacks.insert(call, Callback { number, shown, wants: wants.clone(), placed: None });
        self.open_call_hours();
        let planned = self.calls.mint(self.now());
        self.tell_acd(bell_acd::Input::AskCallback { call, planned, queue: Some((queue, wants)) });
    }

    pub(crate) fn callback_refused(&mut self, call: CallId, why: &str) {
        let planned = self.acd.callbacks().any(|(asked, ..)| asked == call);
        if !planned {
            self.callbacks.remove(&call);
        }
        let now = self.now();
        let actions = self.flows.handle(now, call, |_| Event::CallbackRefused(why.into()));
        self.take_from_flow(call, actions);
    }

    /// What the router tells, and what follows from it for those who are to be called back.
    pub(crate) fn router_fact(&mut self, what: What) {
        let (noted, ended) = match &what {
            What::CallbackAsked { call, .. } => (Some(*call), None),
            What::CallbackEnded { call, .. } => (None, Some(*call)),
            _ => (None, None),
        };
        self.note_duty(&what);
        self.fact(what);
        if let Some(call) = noted {
            let now = self.now();
            let actions = self.flows.handle(now, call, |_| Event::CallbackNoted);
            self.take_from_flow(call, actions);
        }
        if let Some(Callback { placed: Some(placed), .. }) = ended.and_then(|call| self.callbacks.remove(&call)) {
            self.tell_call(bell_call::Input::GiveUp(placed));
        }
    }

    /// Takes over whom the node before this one was to call back. Each gets a new planned call: the last one may have
    /// begun.
    pub(crate) fn keep_callbacks(&mut self, kept: &[KeptCallback]) {
        if self.gate == Gate::Shut(Cause::ShuttingDown) {
            // They stay as open as they are, for the node after this one.
            return;
        }
        let now = self.now();
        for KeptCallback { call, number, shown, queue, priority, since, wants, attempts, failed } in
            kept.iter().cloned()
        {
            if self.callbacks.contains_key(&call) {
                continue;
            }
            self.callbacks.insert(call, Callback { number, shown, wants: wants.clone(), placed: None });
            self.open_call_hours();
            let (planned, waited) = (self.calls.mint(now), now.wall.since(since));
            let failed_ago = failed.map(|failed| now.wall.since(failed));
            self.tell_acd(bell_acd::Input::RestoreCallback {
                call,
                planned,
                queue,
                priority,
                waited,
                wants,
                attempts,
                failed_ago,
            });
            self.settle();
        }
    }

    /// The node stops: what was promised is for the next one to keep.
    pub(crate) fn leave_callbacks(&mut self) {
        self.callbacks.clear();
        self.tell_acd(bell_acd::Input::Stop);
        self.settle();
    }

    /// Whether the offered call is there: one that was planned begins when it is offered first.
    pub(crate) fn is_placed(&mut self, offer: OfferId) -> bool {
        let planned = offer.call;
        let Some(asked) = self.acd.callback_of(planned).filter(|_| !self.calls.lives(planned)) else { return true };
        let input = match self.place_callback(asked, planned) {
            Ok(()) => return true,
            Err(NotPlaced::Now(cause)) => {
                bell_acd::Input::HoldCallback { call: asked, because: cause.summary().to_owned() }
            }
            Err(NotPlaced::Ever) => {
                tracing::warn!(%asked, "somebody who is to be called back cannot be called any more");
                bell_acd::Input::WithdrawCallback(asked)
            }
        };
        self.answer_acd(input);
        false
    }

    fn place_callback(&mut self, asked: CallId, planned: CallId) -> Result<(), NotPlaced> {
        let snapshot = Arc::clone(&self.snapshot);
        let callback = self.callbacks.get(&asked).ok_or(NotPlaced::Ever)?;
        let (number, shown, wants) = (callback.number.clone(), callback.shown.clone(), callback.wants.clone());
        let flow = snapshot.numbers.get(&shown).and_then(|door| snapshot.flows.get(&door.flow));
        let flow = flow.map(Arc::clone).ok_or(NotPlaced::Ever)?;
        if let Some(cause) = self.gate.refuses(flow.recording()) {
            return Err(NotPlaced::Now(cause));
        }
        let customer = match self.outside(&number).ok().and_then(first) {
            Some(routes) => routes,
            // It will fail, and be tried again after a while.
            None => {
                let trunk = snapshot.outbound.first().ok_or(NotPlaced::Ever)?.clone();
                (Destination::Trunk { trunk, number: number.clone() }, vec![])
            }
        };
        let (context, placement) = self.to_customer(number, shown, &flow, customer, First::Offered);
        self.calls.place(self.now(), planned, placement).map_err(NotPlaced::Now)?;
        self.flows.open_placed(planned, Opening { snapshot, flow, context, ends_as: None, wants });
        if let Some(callback) = self.callbacks.get_mut(&asked) {
            callback.placed = Some(planned);
        }
        // What the call wants is taken with what the offer makes it want, in this order.
        Ok(())
    }

    /// The customer of a call that was placed did not answer. The router tries again under another id, or gives up.
    pub(crate) fn customer_missed(&mut self, placed: CallId) {
        let Some(asked) = self.acd.callback_of(placed) else { return };
        if let Some(callback) = self.callbacks.get_mut(&asked) {
            callback.placed = None;
        }
        let next = self.calls.mint(self.now());
        self.tell_acd(bell_acd::Input::CallbackFailed { planned: placed, next });
    }
}
