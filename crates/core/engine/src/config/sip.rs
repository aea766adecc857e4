//! Trunks, endpoints and listeners: from the file to what the SIP stack goes by.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bell_sip::digest::Secret;
use bell_sip::{
    Account, CalledIn, CallerIn, Challenges, Config, Destination, Endpoint, GuardPolicy, IdentityIn, Limits,
    LocalSocket, NumberForm, NumberRules, Probe, Reach, RegistrarPolicy, Registration, Reliable, ReplyPort, Rewrite,
    Signalling, SocketId, StackLimits, Strangers, Timing, Transport, Trunk, Uri,
};
use bell_types::{Cidr, EndpointName, NumberPlan, Srtp, TrunkName};
use toml::Spanned;

use super::document::{self, Document, Policy};
use super::place::Mistakes;

/// What a SIP message may hold. Larger ones come from broken or hostile senders.
const MESSAGES: Limits = Limits {
    head_bytes_max: 16 * 1024,
    body_bytes_max: 32 * 1024,
    field_count_max: 128,
    uri_bytes_max: 512,
    stream_bytes_max: 64 * 1024,
};

/// How many keys a login holds of a browser: the page that was there before registers by the older one until it has left.
const KEYS_MAX: usize = 2;

/// Everything the stack goes by.
pub(crate) fn config(document: &Document, policy: &Policy, plan: &NumberPlan, mistakes: &mut Mistakes<'_>) -> Config {
    let sip = &document.sip;
    Config {
        product: concat!("Belltower/", env!("CARGO_PKG_VERSION")).into(),
        realm: sip.domain.as_str().into(),
        sockets: sockets(sip),
        timing: Timing::rfc(),
        messages: MESSAGES,
        limits: StackLimits {
            // An inbound call has an agent's dialog beside its own, and sometimes a third one.
            dialogs_max: policy.calls_max.saturating_mul(3),
            transactions_max: policy.calls_max.saturating_mul(20),
            outputs_max: 10_000,
            retry_after: Duration::from_secs(5),
            forks_max: 16,
            challenges_max: 2,
            routes_max: 16,
            notifies_max: 16,
        },
        guard: GuardPolicy {
            strangers: Strangers::Silence,
            requests_per_second_max: 20,
            burst_max: 60,
            sources_max: 10_000,
            wrong_passwords_max: policy.wrong_passwords_max,
            lock_out: policy.lockout.0,
            reports_per_second_max: 10,
        },
        registrar: RegistrarPolicy {
            expires_min: Duration::from_secs(30),
            expires_max: Duration::from_secs(3600),
            expires_default: Duration::from_secs(600),
            nonce_lifetime: Duration::from_secs(300),
            nonces_max: 10_000,
            challenges: match sip.digest {
                document::Digest::Md5 => Challenges::Md5,
                document::Digest::Sha256 => Challenges::Sha256AndMd5,
            },
        },
        endpoints: endpoints(document, plan, mistakes),
        trunks: trunks(document, plan, mistakes),
    }
}

fn sockets(sip: &document::Sip) -> Vec<LocalSocket> {
    let advertised = |listen: SocketAddr| SocketAddr::new(sip.advertise.unwrap_or(listen.ip()), listen.port());
    let udp = sip.udp.iter().map(|listen| (Transport::Udp, advertised(*listen)));
    let tcp = sip.tcp.iter().map(|listen| (Transport::Tcp, advertised(*listen)));
    let ws = sip.ws.iter().map(|listen| (Transport::Ws, advertised(*listen)));
    let tls = sip.tls.iter().map(|listen| (Transport::Tls, advertised(*listen)));
    let wss = sip.wss.iter().map(|listen| (Transport::Wss, advertised(*listen)));
    let numbered =
        udp.chain(tcp).chain(ws).chain(tls).chain(wss).zip(0..).map(|((transport, advertised), number)| LocalSocket {
            id: SocketId(number),
            transport,
            advertised,
        });
    numbered.collect()
}

fn endpoints(document: &Document, plan: &NumberPlan, mistakes: &mut Mistakes<'_>) -> BTreeMap<EndpointName, Endpoint> {
    let mut endpoints = BTreeMap::new();
    for (name, endpoint) in &document.endpoint {
        let Ok(endpoint_name) = EndpointName::new(name.get_ref()) else { continue };
        super::srtp::check(&endpoint_name, endpoint, &document.sip, mistakes);
        let password = match (&endpoint.password, &endpoint.line) {
            (Some(password), None) => Some(password),
            (None, None) if endpoint.browser => None,
            (None, Some(line)) if endpoint.browser => {
                let problem = format!("endpoint {endpoint_name} is a browser and a line at once");
                mistakes.at(line, problem, "make two endpoints of it, and list both with their agent");
                continue;
            }
            (None, Some(_)) => continue,
            (None, None) => {
                let remedy = "let it be a browser (browser = true), give it a password to register by, or the number of a \
                              line that a trunk leads to (line)";
                mistakes.at(name, format!("endpoint {endpoint_name} is no phone, no browser and no line"), remedy);
                continue;
            }
            (Some(_), Some(line)) => {
                let problem = format!("endpoint {endpoint_name} is a phone and a line at once");
                mistakes.at(line, problem, "make two endpoints of it, and list both with their agent");
                continue;
            }
        };
        if password.is_some_and(|password| password.0.is_empty()) {
            mistakes.at(name, format!("endpoint {endpoint_name} has no password"), "give it one of its own");
        }
        if endpoint.contacts_max == 0 {
            mistakes.at(name, format!("endpoint {endpoint_name} may not register at all"), "set contacts_max to 1");
        }
        let srtp = super::srtp::of(endpoint);
        let endpoint = Endpoint {
            user: name.get_ref().as_str().into(),
            secret: password.map(secret),
            keys_max: if endpoint.browser { KEYS_MAX } else { 0 },
            contacts_max: endpoint.contacts_max,
            sources: Vec::new(),
            signalling: if srtp == Srtp::Off { Signalling::Any } else { Signalling::Secure },
            plan: plan.clone(),
            reliable: Reliable::IfRequired,
        };
        endpoints.insert(endpoint_name, endpoint);
    }
    endpoints
}

fn secret(password: &super::values::Secret) -> Secret {
    Secret::Password(password.0.as_str().into())
}

fn trunks(document: &Document, plan: &NumberPlan, mistakes: &mut Mistakes<'_>) -> BTreeMap<TrunkName, Trunk> {
    let mut trunks = BTreeMap::new();
    for (name, trunk) in &document.trunk {
        let Ok(trunk_name) = TrunkName::new(name.get_ref()) else { continue };
        if trunk.from.is_empty() && trunk.to.is_empty() {
            let remedy = "say where its calls come from (from) or where calls go (to)";
            mistakes.at(name, format!("trunk {trunk_name} carries nothing"), remedy);
        }
        let destinations: Vec<_> =
            trunk.to.iter().filter_map(|to| destination(to, trunk.transport, mistakes)).collect();
        let built = Trunk {
            registration: registration(name, trunk, destinations.first(), mistakes),
            sources: trunk.from.iter().filter_map(|from| source(from, mistakes)).collect(),
            inbound: None,
            outbound: account(trunk),
            probe: probe(trunk, &destinations),
            numbers: number_rules(trunk, plan),
            identity: identity(trunk.caller_in),
            from_host: None,
            calls_max: u32::try_from(trunk.calls_max).unwrap_or(u32::MAX),
            reply_port: if trunk.symmetric { ReplyPort::Source } else { ReplyPort::AsAsked },
            reach: Reach::Contact,
            reliable: Reliable::IfRequired,
            lookup_interval: Duration::from_secs(60),
            destinations,
        };
        trunks.insert(trunk_name, built);
    }
    trunks
}

fn source(text: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> Option<Cidr> {
    match text.get_ref().parse() {
        Ok(range) => Some(range),
        Err(error) => {
            let problem = format!("{:?} is no network: {error}", text.get_ref());
            mistakes.at(text, problem, "write 203.0.113.0/24, or one address");
            None
        }
    }
}

/// `sip.carrier.example`, `sip.carrier.example:5080`, `198.51.100.7`, `[2001:db8::7]:5060`.
fn destination(
    text: &Spanned<String>,
    transport: document::Transport,
    mistakes: &mut Mistakes<'_>,
) -> Option<Destination> {
    let transport = match transport {
        document::Transport::Udp => Transport::Udp,
        document::Transport::Tcp => Transport::Tcp,
    };
    let written = text.get_ref().as_str();
    if let Ok(address) = written.parse::<SocketAddr>() {
        let host = address.ip().to_string().into();
        return Some(Destination { host, port: Some(address.port()), transport });
    }
    if written.parse::<IpAddr>().is_ok() {
        return Some(Destination { host: written.into(), port: Some(transport.default_port()), transport });
    }
    let (host, port) = match written.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().map(Some)),
        None => (written, Some(None)),
    };
    let is_name = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let Some(port) = port.filter(|_| is_name) else {
        mistakes.at(text, format!("{written:?} is no destination"), "write host, host:port or an address");
        return None;
    };
    Some(Destination { host: host.into(), port, transport })
}

fn account(trunk: &document::Trunk) -> Option<Account> {
    let (user, password) = (trunk.username.as_ref()?, trunk.password.as_ref()?);
    Some(Account { user: user.as_str().into(), secret: secret(password) })
}

fn registration(
    name: &Spanned<String>,
    trunk: &document::Trunk,
    destination: Option<&Destination>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Registration> {
    if !trunk.register {
        return None;
    }
    let (Some(user), Some(_), Some(destination)) = (&trunk.username, &trunk.password, destination) else {
        let problem = format!("trunk {} is to register and lacks something", name.get_ref());
        mistakes.at(name, problem, "set username, password and to");
        return None;
    };
    let parse = |text: String| Uri::parse(&text).ok();
    let address = parse(format!("sip:{user}@{}", destination.host));
    let Some((address, registrar)) = address.zip(parse(format!("sip:{}", destination.host))) else {
        mistakes.at(name, format!("{user:?} cannot stand in a SIP address"), "use letters and digits");
        return None;
    };
    Some(Registration {
        address,
        registrar,
        expires: Duration::from_secs(600),
        retry_min: Duration::from_secs(5),
        retry_max: Duration::from_secs(300),
    })
}

fn probe(trunk: &document::Trunk, destinations: &[Destination]) -> Option<Probe> {
    let interval = trunk.options_interval.0;
    let probed = !interval.is_zero() && !destinations.is_empty();
    probed.then_some(Probe { interval, failures_max: 2, successes_min: 1 })
}

fn number_rules(trunk: &document::Trunk, plan: &NumberPlan) -> NumberRules {
    let strip = || match trunk.strip.as_str() {
        "" => Vec::new(),
        prefix => vec![Rewrite { prefix: prefix.into(), replacement: "".into() }],
    };
    let form = match trunk.number_format {
        document::NumberFormat::Plus => NumberForm::Plus,
        document::NumberFormat::International => NumberForm::Digits,
        document::NumberFormat::National => NumberForm::National,
    };
    let caller_in = match trunk.caller_in {
        document::CallerIn::From => vec![CallerIn::From],
        document::CallerIn::PAssertedIdentity => vec![CallerIn::PAssertedIdentity, CallerIn::From],
        document::CallerIn::RemotePartyId => vec![CallerIn::RemotePartyId, CallerIn::From],
    };
    NumberRules {
        plan: plan.clone(),
        called_in: match trunk.called_in {
            document::CalledIn::RequestUri => CalledIn::RequestUri,
            document::CalledIn::To => CalledIn::To,
        },
        caller_in,
        called_rules: strip(),
        caller_rules: strip(),
        dial_as: form,
        show_as: form,
        dial_rules: Vec::new(),
    }
}

fn identity(caller_in: document::CallerIn) -> IdentityIn {
    match caller_in {
        document::CallerIn::From => IdentityIn::From,
        document::CallerIn::PAssertedIdentity => IdentityIn::PAssertedIdentity,
        document::CallerIn::RemotePartyId => IdentityIn::RemotePartyId,
    }
}
