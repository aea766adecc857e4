//! Phones whose audio is encrypted (SRTP, RFC 3711) under keys that travel in the signalling (SDES, RFC 4568).

use std::collections::BTreeMap;

use bell_types::{EndpointName, Srtp};

use super::document::{Document, Endpoint, Sip};
use super::place::Mistakes;

/// Those for which it is not off.
pub(super) fn endpoints(document: &Document) -> BTreeMap<EndpointName, Srtp> {
    let phones = document.endpoint.iter().map(|(name, endpoint)| (EndpointName::new(name.get_ref()), of(endpoint)));
    phones.filter_map(|(name, srtp)| Some((name.ok()?, srtp))).filter(|(_, srtp)| *srtp != Srtp::Off).collect()
}

/// What is set for one.
pub(super) fn of(endpoint: &Endpoint) -> Srtp {
    endpoint.srtp.as_ref().map(|srtp| *srtp.get_ref()).unwrap_or_default()
}

/// Keys must not cross the network in the clear.
pub(super) fn check(name: &EndpointName, endpoint: &Endpoint, sip: &Sip, mistakes: &mut Mistakes<'_>) {
    let Some(srtp) = endpoint.srtp.as_ref().filter(|srtp| *srtp.get_ref() != Srtp::Off) else { return };
    if endpoint.browser {
        let problem = format!("endpoint {name} is a browser, whose audio is always encrypted");
        mistakes.at(srtp, problem, "leave srtp out");
    } else if endpoint.line.is_some() {
        let problem = format!("endpoint {name} is a line, whose audio is the carrier's");
        mistakes.at(srtp, problem, "leave srtp out");
    } else if sip.tls.is_empty() && sip.wss.is_empty() {
        let problem = format!("the keys of endpoint {name}'s audio would cross the network in the clear");
        mistakes.at(srtp, problem, "listen for phones under TLS ([sip] tls = [\"0.0.0.0:5061\"]), or leave srtp out");
    }
}
