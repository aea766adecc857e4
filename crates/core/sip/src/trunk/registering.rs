//! Our registrations with carriers (RFC 3261 §10.2).

use std::time::Duration;

use bell_types::{Cause, Mono, TrunkName};
use bytes::Bytes;

use crate::config::trunk::Registration;
use crate::desk::Desk;
use crate::dialog::credentials;
use crate::flow::Hop;
use crate::msg::address::NameAddr;
use crate::msg::message::Response;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::value::CSeq;
use crate::trunk::{Chore, Trunks};
use crate::txn::{ClientKey, Failure, Owner};
use crate::wire::Wake;

/// How far we are with one.
#[derive(Debug, Default)]
pub(super) struct Registering {
    asked: Option<(ClientKey, Hop)>,
    /// One Call-ID for all of them (RFC 3261 §10.2).
    call_id: Option<Box<str>>,
    cseq: u32,
    /// How often this request was repeated with credentials or another time.
    repeats: u8,
    failures: u32,
    registered_until: Option<Mono>,
}

impl Registering {
    pub(super) const fn is_registered(&self) -> bool {
        self.registered_until.is_some()
    }
}

impl Trunks {
    /// Whether we are registered with a trunk, or about to be.
    pub(super) fn is_registering(&self, name: &TrunkName) -> bool {
        let state = self.states.get(name);
        state.is_some_and(|state| state.registration.asked.is_some() || state.registration.is_registered())
    }

    /// Registers with a trunk, or refreshes the registration.
    pub(crate) fn register(&mut self, desk: &mut Desk, name: &TrunkName) {
        let config = desk.wire.config.clone();
        let Some(trunk) = config.trunks.get(name) else { return };
        let Some(registration) = &trunk.registration else { return };
        let paths = self.hops(desk, name, trunk, None);
        let Some(state) = self.states.get_mut(name) else { return };
        let registering = &mut state.registration;
        let Some(path) = paths.get(registering.failures as usize % paths.len().max(1)) else {
            // Its name has not been looked up yet.
            return desk.wire.wake_in(Wake::Trunk(name.clone(), Chore::Register), registration.retry_min);
        };
        registering.cseq += 1;
        registering.repeats = 0;
        let call_id = registering.call_id.get_or_insert_with(|| desk.wire.random.token()).clone();
        let key = send_register(desk, name, registration, path.hop, &call_id, registering.cseq);
        registering.asked = Some((key, path.hop));
    }

    /// A response to our REGISTER. False if it is none.
    pub(super) fn registered(
        &mut self,
        desk: &mut Desk,
        name: &TrunkName,
        key: ClientKey,
        response: &Response,
        request: Option<&Bytes>,
    ) -> bool {
        let config = desk.wire.config.clone();
        let Some(trunk) = config.trunks.get(name) else { return false };
        let (Some(registration), Some(state)) = (&trunk.registration, self.states.get_mut(name)) else { return false };
        let registering = &mut state.registration;
        let Some((_, hop)) = registering.asked.take_if(|(asked, _)| *asked == key) else { return false };
        if response.status().is_provisional() {
            registering.asked = Some((key, hop));
            return true;
        }
        if response.status().is_success() {
            let granted = granted(response, registration);
            registering.failures = 0;
            registering.registered_until = Some(desk.wire.now.mono + granted);
            // Early enough for a second try before it runs out.
            let refresh = granted - (granted / 10).max(Duration::from_secs(5)).min(granted / 2);
            desk.wire.wake_in(Wake::Trunk(name.clone(), Chore::Register), refresh);
            self.judge(desk, name, trunk, None);
            return true;
        }
        if registering.repeats < config.limits.challenges_max
            && let Some(request) = request
            && let Some(changed) = better(desk, trunk, response, request)
        {
            registering.repeats += 1;
            registering.cseq += 1;
            let again = desk.send_again(Owner::Trunk(name.clone()), request, hop, registering.cseq, &changed);
            registering.asked = again.map(|key| (key, hop));
            if registering.asked.is_some() {
                return true;
            }
        }
        self.not_registered(desk, name, Cause::from_sip_status(response.status().code()));
        true
    }

    /// No response to our REGISTER. False if it was none.
    pub(super) fn unregistered(&mut self, desk: &mut Desk, name: &TrunkName, key: ClientKey, failure: Failure) -> bool {
        let Some(state) = self.states.get_mut(name) else { return false };
        let asked = state.registration.asked.take_if(|(asked, _)| *asked == key);
        if asked.is_some() {
            let cause = match failure {
                Failure::Timeout => Cause::Timeout,
                Failure::Transport => Cause::TransportLost,
            };
            self.not_registered(desk, name, cause);
        }
        asked.is_some()
    }

    /// Tries again later, and later each time.
    fn not_registered(&mut self, desk: &mut Desk, name: &TrunkName, cause: Cause) {
        let config = desk.wire.config.clone();
        let Some(trunk) = config.trunks.get(name) else { return };
        let (Some(registration), Some(state)) = (&trunk.registration, self.states.get_mut(name)) else { return };
        let registering = &mut state.registration;
        let now = desk.wire.now.mono;
        // A refusal ends what was granted; silence only when its time is over.
        let silent = matches!(cause, Cause::Timeout | Cause::TransportLost);
        registering.registered_until = registering.registered_until.filter(|until| silent && *until > now);
        let doubled = registration.retry_min.saturating_mul(1 << registering.failures.min(16));
        registering.failures = registering.failures.saturating_add(1);
        desk.wire.wake_in(Wake::Trunk(name.clone(), Chore::Register), doubled.min(registration.retry_max));
        self.judge(desk, name, trunk, Some(cause));
    }
}

/// What makes a refused REGISTER better: credentials, or a longer time.
fn better(
    desk: &mut Desk,
    trunk: &crate::Trunk,
    response: &Response,
    request: &Bytes,
) -> Option<Vec<(HeaderName, String)>> {
    if response.status() == Status::INTERVAL_TOO_BRIEF {
        let min = response.seconds(HeaderName::MinExpires).ok().flatten()?;
        return Some(vec![(HeaderName::Expires, min.to_string())]);
    }
    Some(vec![credentials(desk, trunk.outbound.as_ref()?, response, request)?])
}

/// For how long we are registered: as our contact says, else the response, else as we asked.
fn granted(response: &Response, registration: &Registration) -> Duration {
    let contact = response.contact().ok().flatten().as_ref().and_then(NameAddr::expires);
    let header = || response.seconds(HeaderName::Expires).ok().flatten();
    let seconds = contact.or_else(header).map(|seconds| Duration::from_secs(seconds.into()));
    seconds.filter(|granted| !granted.is_zero()).unwrap_or(registration.expires)
}

fn send_register(
    desk: &mut Desk,
    name: &TrunkName,
    registration: &Registration,
    hop: Hop,
    call_id: &str,
    number: u32,
) -> ClientKey {
    let tag = desk.wire.random.token();
    let user = registration.address.user().unwrap_or_default();
    let contact = desk.wire.contact(&hop, user);
    let owner = Owner::Trunk(name.clone());
    desk.send(owner, &Method::Register, &registration.registrar, hop, |wire, builder| {
        builder
            .header(HeaderName::From, format_args!("<{}>;tag={tag}", registration.address))
            .header(HeaderName::To, format_args!("<{}>", registration.address))
            .header(HeaderName::CallId, call_id)
            .header(HeaderName::CSeq, CSeq { number, method: Method::Register })
            .header(HeaderName::Contact, contact)
            .header(HeaderName::Expires, registration.expires.as_secs())
            .header(HeaderName::UserAgent, &wire.config.product)
            .finish()
    })
}
