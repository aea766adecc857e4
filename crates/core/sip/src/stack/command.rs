//! What the stack is told to do.

use bell_types::{CallId, Caller, Cause, EndpointName, Number, TrunkName};
use bytes::Bytes;
use smallvec::SmallVec;

use crate::config::trunk::{IdentityIn, Reach, Trunk};
use crate::dialog::{Dialog, End, Plan};
use crate::flow::Hop;
use crate::msg::address::Address;
use crate::msg::host::Host;
use crate::msg::name::HeaderName;
use crate::msg::uri::Uri;
use crate::stack::Stack;
use crate::stack::vocabulary::{Command, DialogId, Peer, StackEvent, Taking, Target};

type Headers = SmallVec<[(HeaderName, String); 1]>;

impl Stack {
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Invite { dialog, to, caller, offer, call, taking } => {
                let headers = headers(call, taking);
                self.invite(dialog, to, &caller, offer, headers);
            }
            Command::Progress { dialog, status, sdp } => self.with(dialog, |desk, d| d.progress(desk, status, sdp)),
            Command::Answer { dialog, sdp } => self.with(dialog, |desk, d| d.accept(desk, sdp)),
            Command::Reject { dialog, status, cause } => self.with(dialog, |desk, d| {
                d.leave(desk, End { cause, status: None, q850: None }, Some(status));
            }),
            Command::End { dialog, cause } => self.with(dialog, |desk, d| d.end(desk, cause)),
            Command::Offer { dialog, sdp } => self.with(dialog, |desk, d| d.offer(desk, sdp)),
            Command::AnswerOffer { dialog, sdp } => self.with(dialog, |desk, d| d.answer_offer(desk, sdp)),
            Command::RejectOffer { dialog, status } => self.with(dialog, |desk, d| d.reject_offer(desk, status)),
            Command::GiveKey(key) => self.registrar.give_key(&mut self.desk, key),
            Command::EndLogin(login) => self.registrar.end_login(&mut self.desk, login),
            Command::Bar(phones) => self.registrar.bar(&mut self.desk, phones),
            Command::ReferProgress { dialog, status } => self.with(dialog, |desk, d| d.report(desk, status)),
        }
    }

    fn invite(&mut self, dialog: DialogId, to: Target, caller: &Caller, offer: Option<Bytes>, headers: Headers) {
        let planned = match to {
            Target::Endpoint(endpoint) => {
                self.plan_endpoint(dialog, endpoint, caller, offer).map(|plan| Plan { headers, ..plan })
            }
            Target::Trunk { trunk, number } => self.plan_trunk(dialog, trunk, &number, caller, offer),
        };
        match planned {
            Ok(plan) => {
                let carried = match &plan.peer {
                    Peer::Trunk(trunk) => Some(trunk.clone()),
                    Peer::Endpoint(_) => None,
                };
                let (tag, call_id) = (self.desk.wire.random.token(), self.desk.wire.random.token());
                let dialog = Dialog::call(&mut self.desk, plan, tag, call_id);
                self.insert(dialog, carried);
            }
            Err(cause) => {
                self.desk.event(StackEvent::Ended { dialog, cause, sip_status: None, q850: None });
            }
        }
    }

    fn plan_endpoint(
        &mut self,
        id: DialogId,
        endpoint: EndpointName,
        caller: &Caller,
        offer: Option<Bytes>,
    ) -> Result<Plan, Cause> {
        let paths = self.registrar.paths(&endpoint);
        let first = paths.front().ok_or(Cause::Unreachable)?;
        let shown = caller.number.as_ref().map(ToString::to_string);
        let from = self.from(&first.hop, shown.as_deref(), caller, None);
        Ok(Plan {
            id,
            to: format!("<{}>", first.uri),
            peer: Peer::Endpoint(endpoint),
            from,
            headers: SmallVec::new(),
            contact_user: shown.unwrap_or_default().into(),
            reach: Reach::Source,
            offer,
            paths,
            at_once: true,
        })
    }

    fn plan_trunk(
        &mut self,
        id: DialogId,
        name: TrunkName,
        number: &Number,
        caller: &Caller,
        offer: Option<Bytes>,
    ) -> Result<Plan, Cause> {
        let config = self.desk.wire.config.clone();
        let trunk = config.trunks.get(&name).ok_or(Cause::NoRoute)?;
        let paths = self.trunks.paths(&mut self.desk, &name, trunk, number);
        let first = paths.front().ok_or(Cause::TrunkDown)?;
        if self.trunks.is_down(&name) {
            return Err(Cause::TrunkDown);
        }
        if !self.trunks.take_call(&name, trunk) {
            return Err(Cause::TrunkFull);
        }
        let shown = caller.number.as_ref().map(|number| trunk.numbers.shown(number));
        let from = self.from(&first.hop, shown.as_deref(), caller, trunk.from_host.as_deref());
        Ok(Plan {
            id,
            to: format!("<{}>", first.uri),
            headers: identity(trunk, &from),
            peer: Peer::Trunk(name),
            from,
            contact_user: shown.unwrap_or_default().into(),
            reach: trunk.reach,
            offer,
            paths,
            at_once: false,
        })
    }

    /// The value of From, without a tag (RFC 3323 §4.1 for a caller who is not shown).
    fn from(&self, hop: &Hop, number: Option<&str>, caller: &Caller, host: Option<&str>) -> String {
        let Some(number) = number else { return "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned() };
        let local = self.desk.wire.config.local(hop).map(|local| local.advertised);
        let ours = local.map_or(Host::Name("anonymous.invalid"), |local| Host::Ip(local.ip()));
        let host = host.and_then(Host::parse).unwrap_or(ours);
        let display = caller.name.as_deref().unwrap_or_default();
        match Uri::sip(Some(number), host, None) {
            Ok(uri) => Address { display, uri: &uri, tag: None }.to_string(),
            Err(_) => "\"Anonymous\" <sip:anonymous@anonymous.invalid>".to_owned(),
        }
    }
}

/// What a phone of ours is told beside the call itself.
fn headers(call: Option<CallId>, taking: Taking) -> Headers {
    let of_call = call.map(|call| (HeaderName::XBellCall, call.to_string()));
    let answers = (taking == Taking::ByItself).then(|| (HeaderName::AnswerMode, "Auto".to_owned()));
    of_call.into_iter().chain(answers).collect()
}

fn identity(trunk: &Trunk, from: &str) -> SmallVec<[(HeaderName, String); 1]> {
    match trunk.identity {
        IdentityIn::From => SmallVec::new(),
        IdentityIn::PAssertedIdentity => SmallVec::from_iter([(HeaderName::PAssertedIdentity, from.to_owned())]),
        IdentityIn::RemotePartyId => {
            let value = format!("{from};party=calling;screen=yes;privacy=off");
            SmallVec::from_iter([(HeaderName::RemotePartyId, value)])
        }
    }
}
