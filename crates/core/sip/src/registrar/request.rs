//! One REGISTER, from a phone that has proved who it is.

use std::time::Duration;

use bell_types::{Cause, EndpointName, LoginId, RegistrationRefusal};

use crate::config::endpoint::Endpoint;
use crate::desk::Desk;
use crate::msg::address::NameAddr;
use crate::msg::build::MessageBuilder;
use crate::msg::envelope::Contacts;
use crate::msg::message::Request;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::registrar::{Binding, Registrar};
use crate::stack::vocabulary::StackEvent;
use crate::txn::Arrival;

/// What a REGISTER asks for.
enum Wish {
    /// Tell what is bound.
    Query,
    /// Unbind everything.
    Clear,
    /// Bind and unbind these.
    Change(Vec<Change>),
}

struct Change {
    binding: Binding,
    /// Bound for no time at all: unbound.
    gone: bool,
}

/// Why it is refused.
enum Refused {
    Malformed,
    TooBrief,
    OutOfOrder,
    TooMany,
}

impl Registrar {
    /// Does what a REGISTER asks for, and answers it (RFC 3261 §10.3).
    /// `login` is whose key proved it.
    pub(crate) fn register(
        &mut self,
        desk: &mut Desk,
        arrival: &Arrival,
        (name, endpoint): (&EndpointName, &Endpoint),
        login: Option<LoginId>,
    ) {
        let done = read(desk, arrival, login).and_then(|wish| self.apply(desk, arrival, name, endpoint, wish));
        let Err(refused) = done else {
            return self.answer_bound(desk, arrival, name);
        };
        match refused {
            Refused::Malformed => desk.answer(arrival, Status::BAD_REQUEST),
            Refused::TooBrief => {
                let min = desk.wire.config.registrar.expires_min.as_secs().to_string();
                desk.answer_with(arrival, Status::INTERVAL_TOO_BRIEF, &[(HeaderName::MinExpires, &min)]);
            }
            Refused::OutOfOrder => desk.answer(arrival, Status::SERVER_ERROR),
            Refused::TooMany => {
                desk.answer(arrival, Status::FORBIDDEN);
                desk.event(StackEvent::RegistrationRefused {
                    endpoint: name.to_string(),
                    source: arrival.source(),
                    refusal: RegistrationRefusal::TooManyContacts,
                });
            }
        }
    }

    fn apply(
        &mut self,
        desk: &mut Desk,
        arrival: &Arrival,
        name: &EndpointName,
        endpoint: &Endpoint,
        wish: Wish,
    ) -> Result<(), Refused> {
        let changes = match wish {
            Wish::Query => return Ok(()),
            Wish::Clear => {
                self.drop_bindings(desk, name, Cause::Moved, |_| true);
                return Ok(());
            }
            Wish::Change(changes) => changes,
        };
        let mut bindings = self.bindings.get(name).cloned().unwrap_or_default();
        let before = bindings.clone();
        for Change { binding, gone } in changes {
            let same = |other: &Binding| is_same(other, &binding);
            // A request that was overtaken by a later one of the same phone changes nothing.
            if bindings.iter().any(|other| same(other) && is_later(other, &binding)) {
                return Err(Refused::OutOfOrder);
            }
            bindings.retain(|other| !same(other));
            if !gone {
                bindings.push(binding);
            }
        }
        // Who proved to be the phone has moved: its old places give way, the one that registered longest ago first. The
        // contacts of one request are one place, since they share their Call-ID, so the new one always stays.
        let over = bindings.len().saturating_sub(endpoint.contacts_max);
        if over > 0 && endpoint.contacts_max == 0 {
            return Err(Refused::TooMany);
        }
        let replaced: Vec<Binding> = bindings.drain(..over).collect();
        let moved =
            bindings.iter().any(|new| !before.iter().any(|old| old.flow == new.flow && old.contact == new.contact));
        let left = self.change(desk, name, |kept| *kept = bindings);
        for Binding { flow, .. } in replaced {
            let (endpoint, source) = (name.clone(), flow.remote());
            desk.event(StackEvent::ContactReplaced { endpoint, source, cause: Cause::Moved });
        }
        if moved {
            desk.event(StackEvent::EndpointUp {
                endpoint: name.clone(),
                source: arrival.source(),
                user_agent: arrival.request.text(HeaderName::UserAgent).map(std::borrow::Cow::into_owned),
            });
        } else if left == 0 && !before.is_empty() {
            desk.event(StackEvent::EndpointDown { endpoint: name.clone(), cause: Cause::Moved });
        }
        Ok(())
    }

    /// 200 with everything that is bound, and for how long still.
    fn answer_bound(&self, desk: &mut Desk, arrival: &Arrival, name: &EndpointName) {
        let tag = desk.txns.stateless_tag(&desk.wire, &arrival.request);
        let mut builder: MessageBuilder = arrival.response(Status::OK, Some(&tag));
        for binding in self.bindings.get(name).into_iter().flatten() {
            let left = binding.expires.since(desk.wire.now.mono).as_secs();
            builder = builder.header(HeaderName::Contact, format_args!("<{}>;expires={left}", binding.contact));
        }
        desk.respond(arrival.key, Status::OK, builder.finish());
    }
}

fn read(desk: &Desk, arrival: &Arrival, login: Option<LoginId>) -> Result<Wish, Refused> {
    let request = &arrival.request;
    let expires = request.seconds(HeaderName::Expires).map_err(|_| Refused::Malformed)?;
    match request.contacts().map_err(|_| Refused::Malformed)? {
        Contacts::Every if expires == Some(0) => Ok(Wish::Clear),
        Contacts::Every => Err(Refused::Malformed),
        Contacts::These(contacts) if contacts.is_empty() => Ok(Wish::Query),
        Contacts::These(contacts) => {
            let changes = contacts.iter().map(|contact| read_contact(desk, arrival, contact, expires, login));
            changes.collect::<Result<_, _>>().map(Wish::Change)
        }
    }
}

fn read_contact(
    desk: &Desk,
    arrival: &Arrival,
    contact: &NameAddr<'_>,
    expires: Option<u32>,
    login: Option<LoginId>,
) -> Result<Change, Refused> {
    let policy = &desk.wire.config.registrar;
    let asked = contact.expires().or(expires).map(|seconds| Duration::from_secs(seconds.into()));
    let gone = asked == Some(Duration::ZERO);
    let asked = asked.unwrap_or(policy.expires_default);
    if !gone && asked < policy.expires_min {
        return Err(Refused::TooBrief);
    }
    let request: &Request = &arrival.request;
    let binding = Binding {
        contact: contact.uri().map_err(|_| Refused::Malformed)?,
        flow: arrival.flow,
        login,
        instance: instance(contact),
        call_id: request.call_id().into(),
        cseq: request.cseq().number,
        q: preference(contact.params().value("q")),
        expires: desk.wire.now.mono + asked.min(policy.expires_max),
    };
    Ok(Change { binding, gone })
}

/// Whether two bindings are of the same phone: by its instance, by its Call-ID, which it keeps from boot to boot, or by
/// its address.
fn is_same(one: &Binding, other: &Binding) -> bool {
    let instance = one.instance.is_some() && one.instance == other.instance;
    instance || one.call_id == other.call_id || one.contact.same_as(&other.contact)
}

fn is_later(one: &Binding, other: &Binding) -> bool {
    one.call_id == other.call_id && one.cseq > other.cseq
}

fn instance(contact: &NameAddr<'_>) -> Option<Box<str>> {
    let instance = contact.params().value("+sip.instance")?;
    let reg_id = contact.params().value("reg-id").unwrap_or_default();
    Some(format!("{instance};{reg_id}").into())
}

/// `0.7` in thousandths; 1.0 if there is none.
fn preference(q: Option<&str>) -> u16 {
    let Some(q) = q else { return 1000 };
    let (whole, part) = q.split_once('.').unwrap_or((q, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(thousandths)) => thousandths,
        _ => 1000,
    }
}
