//! Requests outside any dialog, and calls that begin with them.

use bell_types::{Caller, Number, NumberPlan, TrunkName};

use crate::config::Config;
use crate::config::endpoint::Reliable;
use crate::config::number::{CalledIn, CallerIn, NumberRules, rewrite};
use crate::config::trunk::{Reach, Trunk};
use crate::dialog::{Body, Dialog, body};
use crate::flow::Flow;
use crate::msg::address::NameAddr;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::uri::Uri;
use crate::stack::Stack;
use crate::stack::proof::Sender;
use crate::stack::receive::{answer_options, refuse_method};
use crate::stack::vocabulary::{Called, DialogId, Peer, Refusal, StackEvent};
use crate::txn::Arrival;

impl Stack {
    /// A request that begins something.
    pub(super) fn outside(&mut self, flow: Flow, request: Request) {
        if self.is_full() && *request.method() == Method::Invite {
            return self.overloaded(flow, &request);
        }
        let Some(sender) = self.sender(flow, &request) else { return };
        if self.desk.txns.is_merged(&self.desk.wire, &request) {
            return self.answer_statelessly(flow, &request, Status::LOOP_DETECTED);
        }
        let arrival = self.open(flow, request);
        let config = self.desk.wire.config.clone();
        match (arrival.request.method(), sender) {
            (Method::Options, _) => answer_options(&mut self.desk, &arrival),
            (Method::Invite, Sender::Peer(Peer::Trunk(name), _)) => {
                let trunk = config.trunks.get(&name);
                self.invited(arrival, Peer::Trunk(name), trunk);
            }
            (Method::Invite, Sender::Peer(peer, _)) => self.invited(arrival, peer, None),
            (Method::Register, Sender::Peer(Peer::Endpoint(name), login)) => {
                if !self.demands_too_much(&arrival)
                    && let Some(endpoint) = config.endpoints.get(&name)
                {
                    self.registrar.register(&mut self.desk, &arrival, (&name, endpoint), login);
                    self.follow(&name);
                }
            }
            (method, _) => refuse_method(&mut self.desk, &arrival, &method.clone()),
        }
    }

    /// 503 without a trace of it, so that the calls we have are served. Strangers learn nothing even now.
    fn overloaded(&mut self, flow: Flow, request: &Request) {
        if self.is_known(&flow) {
            self.answer_statelessly(flow, request, Status::SERVICE_UNAVAILABLE);
        }
        self.guard.refused(&mut self.desk.wire, flow.remote().ip(), Refusal::Overloaded);
    }

    /// Whether we hold as much as we may.
    fn is_full(&self) -> bool {
        let limits = &self.desk.wire.config.limits;
        self.calls.len() >= limits.dialogs_max
            || self.desk.txns.len() >= limits.transactions_max
            || self.desk.wire.outputs.len() >= limits.outputs_max
    }

    /// An INVITE of somebody who may call us.
    pub(super) fn invited(&mut self, arrival: Arrival, peer: Peer, trunk: Option<&Trunk>) {
        if self.refuses_invite(&arrival) {
            return;
        }
        let carried = match (&peer, trunk) {
            (Peer::Trunk(name), Some(trunk)) if self.trunks.take_call(name, trunk) => Some(name.clone()),
            (Peer::Trunk(_), _) => {
                self.guard.refused(&mut self.desk.wire, arrival.source().ip(), Refusal::TrunkFull);
                let wait = self.desk.wire.config.limits.retry_after.as_secs().to_string();
                let fields = [(HeaderName::RetryAfter, &*wait)];
                return self.desk.answer_with(&arrival, Status::SERVICE_UNAVAILABLE, &fields);
            }
            (Peer::Endpoint(_), _) => None,
        };
        let id = self.mint_dialog();
        self.desk.txns.set_owner(arrival.key, id);
        self.begin(arrival, peer, id, carried);
    }

    fn begin(&mut self, arrival: Arrival, peer: Peer, id: DialogId, carried: Option<TrunkName>) {
        let config = self.desk.wire.config.clone();
        let (called, caller) = who_calls_whom(&config, &peer, &arrival.request);
        let replaces = self.replaced(&arrival.request);
        let tag = self.desk.wire.random.token();
        let contact_user = uri_user(&called.dialled);
        let habits = habits(&config, &peer);
        let dialog = Dialog::receive(&mut self.desk, arrival, peer.clone(), (id, tag), habits, contact_user);
        dialog.announce(&mut self.desk, |dialog, offer| StackEvent::Incoming {
            dialog,
            peer,
            called,
            caller,
            offer,
            replaces,
        });
        self.insert(dialog, carried);
    }

    /// What is wrong with an INVITE whoever sends it. Whether it was refused.
    fn refuses_invite(&mut self, arrival: &Arrival) -> bool {
        if self.demands_too_much(arrival) || self.goes_in_circles(arrival) {
            return true;
        }
        if let Body::Foreign = body(&arrival.request) {
            let accept = [(HeaderName::Accept, "application/sdp")];
            self.desk.answer_with(arrival, Status::UNSUPPORTED_MEDIA_TYPE, &accept);
            return true;
        }
        // RFC 3891 §3: to take the place of a call that is not there is a mistake, not a new call.
        let replaces = arrival.request.first(HeaderName::Replaces).is_some();
        if replaces && self.replaced(&arrival.request).is_none() {
            self.desk.answer(arrival, Status::NO_SUCH_CALL);
            return true;
        }
        Dialog::refuses_interval(&mut self.desk, arrival)
    }

    /// 483 for a request that may not go on, 482 for one that went out from here.
    fn goes_in_circles(&mut self, arrival: &Arrival) -> bool {
        let request = &arrival.request;
        let status = if matches!(request.max_forwards(), Ok(Some(0))) {
            Status::TOO_MANY_HOPS
        } else if self.went_out_here(request) {
            Status::LOOP_DETECTED
        } else {
            return false;
        };
        self.desk.answer(arrival, status);
        true
    }

    fn went_out_here(&self, request: &Request) -> bool {
        let ours = |via: crate::Via<'_>| {
            let address = via.host.at(via.port_or_default());
            self.desk.wire.config.sockets.iter().any(|socket| Some(socket.advertised) == address)
        };
        request.vias().flatten().any(ours)
    }

    fn replaced(&self, request: &Request) -> Option<DialogId> {
        let replaces = request.replaces().ok().flatten()?;
        self.find(&replaces.call_id, &replaces.to_tag, &replaces.from_tag)
    }
}

/// Only what needs no escaping stands in a Contact of ours.
fn uri_user(dialled: &str) -> Box<str> {
    dialled.chars().filter(|c| c.is_ascii_alphanumeric() || "+-_.*".contains(*c)).collect::<String>().into()
}

fn habits(config: &Config, peer: &Peer) -> (Reach, Reliable) {
    match peer {
        Peer::Trunk(name) => {
            let trunk = config.trunks.get(name);
            trunk.map_or((Reach::Source, Reliable::IfRequired), |trunk| (trunk.reach, trunk.reliable))
        }
        Peer::Endpoint(name) => {
            let endpoint = config.endpoints.get(name);
            (Reach::Source, endpoint.map_or(Reliable::IfRequired, |endpoint| endpoint.reliable))
        }
    }
}

fn who_calls_whom(config: &Config, peer: &Peer, request: &Request) -> (Called, Caller) {
    match peer {
        Peer::Trunk(name) => match config.trunks.get(name) {
            Some(trunk) => (called_by_trunk(&trunk.numbers, request), caller_by_trunk(&trunk.numbers, request)),
            None => (called_as(request, None), caller_as(&request.from(), None)),
        },
        Peer::Endpoint(name) => {
            let plan = config.endpoints.get(name).map(|endpoint| &endpoint.plan);
            (called_as(request, plan), caller_as(&request.from(), plan))
        }
    }
}

fn called_as(request: &Request, plan: Option<&NumberPlan>) -> Called {
    let dialled = request.uri().number().unwrap_or_default().into_owned();
    let number = plan.and_then(|plan| Number::parse(&dialled, plan).ok());
    Called { dialled, number, request_uri: request.uri().clone(), to: request.to().uri().ok() }
}

fn called_by_trunk(rules: &NumberRules, request: &Request) -> Called {
    let to = request.to().uri().ok();
    let uri = match (rules.called_in, &to) {
        (CalledIn::To, Some(to)) => to,
        (CalledIn::To, None) | (CalledIn::RequestUri, _) => request.uri(),
    };
    let dialled = rewrite(&uri.number().unwrap_or_default(), &rules.called_rules);
    let number = Number::parse(&dialled, &rules.plan).ok();
    Called { dialled, number, request_uri: request.uri().clone(), to }
}

fn caller_by_trunk(rules: &NumberRules, request: &Request) -> Caller {
    let shown = rules.caller_in.iter().find_map(|header| match header {
        CallerIn::PAssertedIdentity => request.address(HeaderName::PAssertedIdentity).ok().flatten(),
        CallerIn::RemotePartyId => request.address(HeaderName::RemotePartyId).ok().flatten(),
        CallerIn::From => Some(request.from()),
    });
    let shown = shown.unwrap_or_else(|| request.from());
    let withheld = request.has_token(HeaderName::Privacy, "id");
    let mut caller = caller_as(&shown, None);
    if let Some(text) = shown.uri().ok().as_ref().and_then(Uri::number).filter(|_| !withheld) {
        caller.number = Number::parse(&rewrite(&text, &rules.caller_rules), &rules.plan).ok();
    }
    if caller.name.is_none() {
        caller.name = name_of(&request.from());
    }
    caller
}

fn caller_as(address: &NameAddr<'_>, plan: Option<&NumberPlan>) -> Caller {
    let uri = address.uri().ok();
    let text = uri.as_ref().and_then(Uri::number);
    let number = plan.zip(text).and_then(|(plan, text)| Number::parse(&text, plan).ok());
    Caller { number, name: name_of(address) }
}

fn name_of(address: &NameAddr<'_>) -> Option<String> {
    Some(address.display().into_owned()).filter(|name| !name.is_empty())
}
