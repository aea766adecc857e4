//! Who calls: what the lists want and say, in the words of the others.

use std::sync::Arc;

use bell_callers::Change;
use bell_types::{ActorName, CallId, Cause, EntrySource, FlowName, Number, Reception, Treatment, What};

use crate::node::Node;
use crate::vocabulary::{KeptEntries, Refused};

/// How a call is greeted.
pub(crate) struct Greeting {
    /// What was decided about the caller.
    pub(crate) reception: Reception,
    /// The flow that greets him.
    pub(crate) flow: Arc<bell_ivr::Flow>,
    /// Why the call ends when its flow ends it, if that is no usual end.
    pub(crate) ends_as: Option<Cause>,
}

impl Node {
    /// Who greets a caller: the flow of the number he called, unless a list knows better.
    pub(crate) fn greet(&mut self, call: CallId, caller: Option<&Number>, usual: &FlowName) -> Result<Greeting, Cause> {
        let reception = self.callers.receive(self.now(), call, caller);
        self.take_from_callers();
        let usual = || self.snapshot.flows.get(usual).cloned();
        let (flow, ends_as) = match &reception.treatment {
            Treatment::Usual => (usual(), None),
            Treatment::Blocked { how, .. } => (self.snapshot.refusing_flow(how), Some(Cause::Blocked)),
            Treatment::Favoured { list, service, .. } => {
                (self.snapshot.favouring_flow(list, service).or_else(usual), None)
            }
        };
        Ok(Greeting { reception, flow: flow.ok_or(Cause::Internal)?, ends_as })
    }

    /// Tells what was decided about a caller, once his call has begun.
    pub(crate) fn received(&mut self, call: CallId, reception: Reception) {
        self.later(bell_callers::Output::Fact(What::CallReceived { call, reception }));
    }

    pub(crate) fn callers_output(&mut self, output: bell_callers::Output) {
        let bell_callers::Output::Fact(what) = output;
        if let What::ListEntriesAdded { list, terms, entries } = &what
            && let EntrySource::Auto(calls) = &terms.source
        {
            tracing::warn!(%list, ?entries, ?calls, "a number that calls again and again was put on a list");
        }
        self.fact(what);
    }

    pub(crate) fn change_lists(&mut self, by: &ActorName, change: &Change) -> Result<(), Refused> {
        self.callers.change(self.now(), by, change)?;
        self.take_from_callers();
        self.settle();
        Ok(())
    }

    pub(crate) fn take_back_lists(&mut self, kept: &KeptEntries) {
        match kept.next {
            Some(next) => self.callers.loaded(&kept.kept, next),
            None => self.callers.keep(&kept.kept),
        }
    }
}
