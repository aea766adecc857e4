//! Who sends a request that begins something, and whether that is proved. The default is to refuse.

use bell_types::{LoginId, RegistrationRefusal, TrunkName};

use crate::config::Config;
use crate::config::limits::Strangers;
use crate::config::trunk::Account;
use crate::digest::Secret;
use crate::digest::server::{Fault, Reason, Verdict};
use crate::flow::{Flow, Hop};
use crate::msg::auth::Credentials;
use crate::msg::build::MessageBuilder;
use crate::msg::message::Request;
use crate::msg::method::Method;
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::via::ReplyPort;
use crate::stack::Stack;
use crate::stack::vocabulary::{Peer, Refusal, StackEvent};
use crate::trunk::Trunks;

/// Somebody whose request is dealt with.
#[derive(Clone, Debug)]
pub(super) enum Sender {
    /// Proved, by address or digest; by the key of a login, if one is named.
    Peer(Peer, Option<LoginId>),
    /// On the flow of a phone that has registered; good enough for what changes nothing.
    Neighbour,
}

/// Who somebody claims to be.
struct Claim {
    peer: Peer,
    user: Box<str>,
    secret: Secret,
    login: Option<LoginId>,
}

impl Stack {
    /// Who sends a request outside a dialog. None if it was challenged, refused or passed over.
    pub(super) fn sender(&mut self, flow: Flow, request: &Request) -> Option<Sender> {
        let config = self.desk.wire.config.clone();
        let source = flow.remote().ip();
        // A carrier and a phone may share an address, as behind one NAT: what registers, or comes on the flow of a phone
        // that has, is a phone.
        let is_phone = *request.method() == Method::Register || self.registrar.knows(&flow);
        if !is_phone && let Some((name, trunk)) = Trunks::of_source(&config, source) {
            let Some(account) = &trunk.inbound else { return Some(Sender::Peer(Peer::Trunk(name.clone()), None)) };
            return self.prove(flow, request, trunk_claim(name, account));
        }
        let at_home = self.registrar.knows(&flow);
        let needs_proof = matches!(request.method(), Method::Register | Method::Invite);
        if at_home && !needs_proof {
            return Some(Sender::Neighbour);
        }
        if !at_home && !self.guard.admits(&self.desk.wire, source) {
            self.guard.refused(&mut self.desk.wire, source, Refusal::TooFast);
            return None;
        }
        match self.claim(&config, flow, request).filter(|_| needs_proof) {
            Some(claim) => self.prove(flow, request, claim),
            None => {
                self.turn_away(flow, request);
                None
            }
        }
    }

    /// Who a request claims to come from: by its credentials, else by its address.
    fn claim(&self, config: &Config, flow: Flow, request: &Request) -> Option<Claim> {
        let named = request.credentials(HeaderName::Authorization).map(|credentials| credentials.username());
        let named: Vec<_> = named.map(std::borrow::Cow::into_owned).collect();
        let address = match request.method() {
            Method::Register => request.to(),
            _ => request.from(),
        };
        let uri = address.uri().ok();
        let address = uri.as_ref().and_then(crate::Uri::user_decoded).map(std::borrow::Cow::into_owned);
        let names = named.iter().chain(&address);
        let key = named.iter().find_map(|user| Some((user, self.registrar.key(user)?)));
        if let Some((user, (name, login, secret))) = key {
            let endpoint = config.endpoints.get(name)?;
            let peer = Peer::Endpoint(name.clone());
            let claim = Claim { peer, user: user.as_str().into(), secret: secret.clone(), login: Some(login) };
            return endpoint.allows(flow.remote().ip()).then_some(claim);
        }
        let endpoint = names.clone().find_map(|name| self.registrar.endpoint(config, name));
        let endpoint = endpoint.and_then(|name| {
            let endpoint = config.endpoints.get(&name)?;
            endpoint.allows(flow.remote().ip()).then_some((name, endpoint))
        });
        match endpoint {
            Some((name, endpoint)) => {
                let secret = endpoint.secret.clone().unwrap_or(Secret::Nobody);
                Some(Claim { peer: Peer::Endpoint(name), user: endpoint.user.clone(), secret, login: None })
            }
            None => named.iter().find_map(|name| roaming_trunk(config, name)),
        }
    }

    /// Checks a digest, or asks for one.
    fn prove(&mut self, flow: Flow, request: &Request, claim: Claim) -> Option<Sender> {
        let source = flow.remote();
        let Claim { peer, user, secret, login } = claim;
        let at_home = match &peer {
            Peer::Endpoint(name) => self.registrar.is_at(name, source),
            Peer::Trunk(_) => true,
        };
        if self.guard.is_locked_out(&self.desk.wire, source.ip(), &user, at_home) {
            self.report(flow, &peer, RegistrationRefusal::LockedOut);
            return None;
        }
        let Some(credentials) = self.credentials(request, &user) else {
            if self.brings_key(&peer, request) {
                self.forbid(flow, request, &peer, RegistrationRefusal::KeyOver);
            } else {
                self.challenge(flow, request, Reason::First);
            }
            return None;
        };
        let now = self.desk.wire.now.wall;
        match self.registrar.authenticator.check(now, &credentials, request.method(), &secret) {
            Verdict::Right => {
                self.guard.right_password(source.ip(), &user);
                if matches!(&peer, Peer::Endpoint(name) if self.registrar.is_barred(name)) {
                    self.forbid(flow, request, &peer, RegistrationRefusal::Barred);
                    return None;
                }
                if !self.may_speak_over(&peer, flow) {
                    self.forbid(flow, request, &peer, RegistrationRefusal::InTheClear);
                    return None;
                }
                Some(Sender::Peer(peer, login))
            }
            // A nonce of ours from before a restart is none of ours any more; nobody is to blame.
            Verdict::Stale | Verdict::Wrong(Fault::Nonce) => {
                self.challenge(flow, request, Reason::Stale);
                None
            }
            Verdict::Wrong(Fault::Realm | Fault::Algorithm | Fault::Qop) => {
                self.challenge(flow, request, Reason::First);
                None
            }
            Verdict::Wrong(Fault::Response) => {
                let refusal = self.guard.wrong_password(&self.desk.wire, source.ip(), &user);
                // A phone that answers an old challenge may have the right password by now; one that has just been asked
                // has it wrong, and asked again would only try again (RFC 3261 §22.1).
                if self.registrar.authenticator.is_fresh(now, &credentials) {
                    self.forbid(flow, request, &peer, refusal);
                } else {
                    self.report(flow, &peer, refusal);
                    self.challenge(flow, request, Reason::First);
                }
                None
            }
        }
    }

    /// Whether a phone may use the transport it comes by.
    fn may_speak_over(&self, peer: &Peer, flow: Flow) -> bool {
        match peer {
            Peer::Endpoint(name) => {
                let endpoint = self.desk.wire.config.endpoints.get(name);
                endpoint.is_none_or(|endpoint| endpoint.speaks_over(flow.transport()))
            }
            Peer::Trunk(_) => true,
        }
    }

    /// The credentials for our realm, under any user name: that of another user proves nothing, but counts as a try.
    fn credentials<'m>(&self, request: &'m Request, user: &str) -> Option<Credentials<'m>> {
        let ours = |credentials: &Credentials<'_>| credentials.realm() == self.registrar.authenticator.realm();
        let mut all = request.credentials(HeaderName::Authorization).filter(ours);
        all.find(|credentials| credentials.username() == user)
    }

    /// Whether a request for a browser's phone proves itself by another name than the phone's: by a key that we do not
    /// know, or no longer.
    fn brings_key(&self, peer: &Peer, request: &Request) -> bool {
        let ours = |credentials: Credentials<'_>| credentials.realm() == self.registrar.authenticator.realm();
        let takes_keys = match peer {
            Peer::Endpoint(name) => {
                self.desk.wire.config.endpoints.get(name).is_some_and(|endpoint| endpoint.keys_max > 0)
            }
            Peer::Trunk(_) => false,
        };
        takes_keys && request.credentials(HeaderName::Authorization).any(ours)
    }

    /// 403: to be asked once more would not help.
    fn forbid(&mut self, flow: Flow, request: &Request, peer: &Peer, why: RegistrationRefusal) {
        self.report(flow, peer, why);
        self.answer_statelessly(flow, request, Status::FORBIDDEN);
    }

    /// 401, without a transaction: a flood of requests without credentials leaves nothing behind.
    fn challenge(&mut self, flow: Flow, request: &Request, reason: Reason) {
        let challenges = self.registrar.authenticator.challenge(self.desk.wire.now.wall, reason);
        let tag = self.desk.txns.stateless_tag(&self.desk.wire, request);
        let mut builder = MessageBuilder::response(request, flow.remote(), Status::UNAUTHORIZED, Some(&tag));
        for challenge in challenges {
            builder = builder.header(HeaderName::WwwAuthenticate, challenge);
        }
        let reply = flow.towards(request.via().reply_to(flow.remote(), ReplyPort::AsAsked));
        self.desk.wire.transmit(Hop::Flow(reply), builder.finish(), None);
    }

    /// Somebody we do not know.
    fn turn_away(&mut self, flow: Flow, request: &Request) {
        let source = flow.remote();
        if *request.method() == Method::Register && self.guard.may_report(&self.desk.wire) {
            let uri = request.to().uri().ok();
            let endpoint = uri.as_ref().and_then(crate::Uri::user_decoded).unwrap_or_default().into_owned();
            let refusal = RegistrationRefusal::UnknownEndpoint;
            self.desk.event(StackEvent::RegistrationRefused { endpoint, source, refusal });
        } else {
            self.guard.refused(&mut self.desk.wire, source.ip(), Refusal::Stranger);
        }
        match self.desk.wire.config.guard.strangers {
            Strangers::Silence => {}
            Strangers::Forbidden => self.answer_statelessly(flow, request, Status::FORBIDDEN),
        }
    }

    fn report(&mut self, flow: Flow, peer: &Peer, refusal: RegistrationRefusal) {
        if !self.guard.may_report(&self.desk.wire) {
            return;
        }
        match peer {
            Peer::Endpoint(endpoint) => {
                let (endpoint, source) = (endpoint.to_string(), flow.remote());
                self.desk.event(StackEvent::RegistrationRefused { endpoint, source, refusal });
            }
            Peer::Trunk(_) => self.guard.refused(&mut self.desk.wire, flow.remote().ip(), Refusal::LockedOut),
        }
    }
}

/// A trunk that may call from anywhere and proves itself by digest alone.
fn roaming_trunk(config: &Config, user: &str) -> Option<Claim> {
    let found: Option<(&TrunkName, _)> = config.trunks.iter().find_map(|(name, trunk)| {
        let account = trunk.inbound.as_ref().filter(|account| trunk.sources.is_empty() && *account.user == *user)?;
        Some((name, account))
    });
    let (name, account) = found?;
    Some(trunk_claim(name, account))
}

fn trunk_claim(name: &TrunkName, account: &Account) -> Claim {
    let (user, secret) = (account.user.clone(), account.secret.clone());
    Claim { peer: Peer::Trunk(name.clone()), user, secret, login: None }
}
