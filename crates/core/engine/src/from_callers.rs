//! Who calls: what the lists want and say, in the words of the others.

use std::sync::Arc;
use std::time::Duration;

use bell_acd::Wants;
use bell_callers::Change;
use bell_types::{ActorName, CallId, Cause, EntrySource, FlowName, Number, Reception, RegionName, Treatment, What};

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

/// What the lists and the number say of a caller, in the router's words: his own agent (INB-18), and his region, the city
/// before the province (INB-14). Several cities of one area code are no region by themselves.
pub(crate) fn wants(reception: &Reception, own_agent_for: Duration) -> Wants {
    let region = reception.region.region();
    let names = region.iter().flat_map(|region| [region.city.as_str(), region.province.as_str()]);
    let agent = match &reception.treatment {
        Treatment::Favoured { service, .. } => service.agent.clone(),
        Treatment::Usual | Treatment::Blocked { .. } => None,
    };
    Wants {
        skills: Vec::new(),
        regions: names.filter_map(|name| RegionName::new(name).ok()).collect(),
        preferred: agent.into_iter().map(|agent| (agent, own_agent_for)).collect(),
    }
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

    /// Tells what was decided about a caller, once his call has begun, and after the entries that led to it.
    pub(crate) fn received(&mut self, call: CallId, reception: Reception, place: usize) {
        self.later(place, bell_callers::Output::Fact(What::CallReceived { call, reception }));
    }

    pub(crate) fn callers_output(&mut self, output: bell_callers::Output) {
        let bell_callers::Output::Fact(what) = output;
        if let What::ListEntriesAdded { list, terms, entries } = &what
            && let EntrySource::Auto(calls) = &terms.source
        {
            let remedy = "see it with belltower alerts, take it back with belltower lists undo LIST NUMBER";
            tracing::warn!(%list, ?entries, ?calls, remedy, "a number that calls again and again was put on a list");
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

#[cfg(test)]
mod tests {
    use bell_types::{AgentName, ListName, Origin, Region, Service};

    use super::*;

    /// INB-14, INB-18: the caller's own agent and his region come with him into the queue.
    #[test]
    fn inb_18_the_own_agent_of_a_favoured_caller_comes_with_him() {
        let agent = AgentName::new("ann").unwrap();
        let region = Region { province: "浙江".to_owned(), city: "杭州市".to_owned(), carrier: None };
        let mut reception =
            Reception { region: Origin::Known(region), class: None, lists: Vec::new(), treatment: Treatment::Usual };
        let names = ["杭州市", "浙江"].map(|name| RegionName::new(name).unwrap());
        let wanted = wants(&reception, Duration::from_secs(20));
        assert_eq!((wanted.regions, wanted.preferred), (names.to_vec(), Vec::new()));
        reception.treatment = favoured(&agent);
        assert_eq!(wants(&reception, Duration::from_secs(20)).preferred, [(agent, Duration::from_secs(20))]);
    }

    fn favoured(agent: &AgentName) -> Treatment {
        let service = Service { agent: Some(agent.clone()), ..Service::default() };
        Treatment::Favoured { list: ListName::new("vip").unwrap(), entry: bell_types::EntryId(1), service }
    }
}
