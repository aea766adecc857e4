//! Requests that are refused once and repeated better: with credentials (RFC 3261 §22.2), or with the session interval
//! the other side can bear (RFC 4028 §7.3).

use bytes::Bytes;

use crate::config::Config;
use crate::config::trunk::Account;
use crate::desk::Desk;
use crate::dialog::{Dialog, Reply};
use crate::digest::client::Answerer;
use crate::flow::Hop;
use crate::msg::message::{Request, Response};
use crate::msg::name::HeaderName;
use crate::msg::status::Status;
use crate::msg::value::SessionExpires;
use crate::stack::vocabulary::Peer;
use crate::txn::{ClientKey, Owner};

impl Dialog {
    /// Repeats a request, if its response says how.
    pub(super) fn repeat(&mut self, desk: &mut Desk, hop: Hop, reply: &Reply<'_>) -> Option<ClientKey> {
        let bytes = reply.request.as_ref()?;
        let config = desk.wire.config.clone();
        let account = account_for(&config, &self.peer);
        let changed = match reply.response.status() {
            Status::INTERVAL_TOO_SMALL => longer_interval(desk, reply.response, bytes)?,
            _ => vec![credentials(desk, account?, reply.response, bytes)?],
        };
        let cseq = self.next_cseq();
        desk.send_again(Owner::Dialog(self.id), bytes, hop, cseq, &changed)
    }
}

fn account_for<'c>(config: &'c Config, peer: &Peer) -> Option<&'c Account> {
    match peer {
        Peer::Trunk(trunk) => config.trunks.get(trunk)?.outbound.as_ref(),
        Peer::Endpoint(_) => None,
    }
}

/// The header that answers a challenge. None for another response, and if credentials were refused already: the nonce
/// may be stale once, the password does not become right by repeating it.
pub(crate) fn credentials(
    desk: &mut Desk,
    account: &Account,
    response: &Response,
    request: &Bytes,
) -> Option<(HeaderName, String)> {
    let (challenge, answer) = match response.status() {
        Status::UNAUTHORIZED => (HeaderName::WwwAuthenticate, HeaderName::Authorization),
        Status::PROXY_AUTHENTICATION_REQUIRED => (HeaderName::ProxyAuthenticate, HeaderName::ProxyAuthorization),
        _ => return None,
    };
    let request: Request = desk.read_own(request)?;
    let refused = request.first(answer).is_some();
    if refused && !response.challenges(challenge).any(|challenge| challenge.is_stale()) {
        return None;
    }
    let mut answerer = Answerer::choose(response.challenges(challenge))?;
    let cnonce = desk.wire.random.token();
    let credentials = answerer.authorize(&account.user, &account.secret, request.method(), request.uri(), &cnonce)?;
    Some((answer, credentials.to_string()))
}

/// The interval the other side asks for; it must be longer than what we asked.
fn longer_interval(desk: &Desk, response: &Response, request: &Bytes) -> Option<Vec<(HeaderName, String)>> {
    let min = response.seconds(HeaderName::MinSe).ok().flatten()?;
    let asked = desk.read_own(request)?.session_expires().ok().flatten();
    if asked.is_some_and(|asked| min <= asked.seconds) {
        return None;
    }
    let refresher = asked.and_then(|asked| asked.refresher);
    let longer = SessionExpires { seconds: min, refresher };
    Some(vec![(HeaderName::SessionExpires, longer.to_string()), (HeaderName::MinSe, min.to_string())])
}
