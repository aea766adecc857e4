//! From where a request comes, and what it brings to say who asks.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{AUTHORIZATION, COOKIE, HOST, USER_AGENT};
use axum::http::{HeaderMap, HeaderName};

use crate::Settings;
use crate::doors::Visit;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// How much of what a browser calls itself is kept, in characters.
const USER_AGENT_MAX: usize = 200;

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Whether TLS ends here.
    pub tls: bool,
}

/// Whether a request came by TLS, here or at a proxy that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Tls,
    Plain,
}

/// The cookie of a login where nothing is encrypted: on the machine itself only.
pub(crate) const LOGIN_COOKIE: &str = "bell_session";

impl Way {
    pub(crate) fn of(peer: Peer, headers: &HeaderMap, settings: &Settings) -> Self {
        let by_proxy = || is_proxy(peer, settings) && text(headers, &FORWARDED_PROTO) == Some("https");
        if peer.tls || by_proxy() { Self::Tls } else { Self::Plain }
    }

    /// `__Host-` lets a browser take the cookie by TLS from this very host only.
    pub(crate) const fn login_cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-bell_session",
            Self::Plain => LOGIN_COOKIE,
        }
    }

    /// What an address of this console begins with.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Tls => "https://",
            Self::Plain => "http://",
        }
    }

    pub(crate) const fn device_cookie(self) -> &'static str {
        match self {
            Self::Tls => "__Host-bell_device",
            Self::Plain => "bell_device",
        }
    }

    /// A `Set-Cookie`. `age`: seconds; none: until the browser is closed.
    pub(crate) fn cookie(self, name: &str, value: &str, age: Option<u32>) -> String {
        let secure = match self {
            Self::Tls => "; Secure",
            Self::Plain => "",
        };
        let age = age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}")
    }
}

/// From where and with what a request comes.
pub(crate) fn visit(peer: Peer, headers: &HeaderMap, settings: &Settings) -> Visit {
    let way = Way::of(peer, headers, settings);
    let proxied = is_proxy(peer, settings);
    let forwarded = || {
        // The last one is what our proxy saw; what stands before it anybody can write.
        let mut all = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        all.next_back()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = if proxied { forwarded() } else { None }.unwrap_or(peer.address.ip()).to_canonical();
    let user_agent = text(headers, &USER_AGENT).unwrap_or_default().chars().take(USER_AGENT_MAX).collect();
    let is_local = !proxied
        && address.is_loopback()
        && !headers.contains_key(FORWARDED_FOR)
        && text(headers, &HOST).is_some_and(is_local_name);
    Visit { address, user_agent, device: cookie(headers, way.device_cookie()), is_local }
}

fn is_proxy(peer: Peer, settings: &Settings) -> bool {
    settings.proxies.contains(&peer.address.ip().to_canonical())
}

/// A name that no page of another site can have: it could point its own name at this machine.
fn is_local_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A cookie's value.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// The token of a program.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, &AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn peer(address: &str) -> Peer {
        Peer { address: address.parse().unwrap(), tls: false }
    }

    #[test]
    fn only_a_proxy_that_is_named_says_for_whom_it_asks() {
        let from = headers(&[(FORWARDED_FOR, "203.0.113.9, 198.51.100.7"), (FORWARDED_PROTO, "https")]);
        let settings = Settings { proxies: vec!["192.0.2.1".parse().unwrap()], ..Settings::default() };
        let named = peer("192.0.2.1:4000");
        assert_eq!(visit(named, &from, &settings).address.to_string(), "198.51.100.7");
        assert_eq!(Way::of(named, &from, &settings), Way::Tls);
        let other = peer("192.0.2.2:4000");
        assert_eq!(visit(other, &from, &settings).address.to_string(), "192.0.2.2");
        assert_eq!(Way::of(other, &from, &settings), Way::Plain);
    }

    /// A page of another site whose name points here (DNS rebinding) is not this machine.
    #[test]
    fn this_machine_is_who_comes_from_it_by_a_name_of_its_own() {
        let local = |address: &str, host: &'static str| {
            visit(peer(address), &headers(&[(HOST, host)]), &Settings::default()).is_local
        };
        for host in ["localhost:8081", "127.0.0.1:8081", "[::1]:8081", "LOCALHOST"] {
            assert!(local("127.0.0.1:4000", host), "{host}");
        }
        for host in ["evil.example:8081", "localhost.evil.example", "192.0.2.1", ""] {
            assert!(!local("127.0.0.1:4000", host), "{host}");
        }
        assert!(!local("192.0.2.1:4000", "localhost"));
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let all = headers(&[(COOKIE, "a=1; xbell_session=2; bell_session=3")]);
        assert_eq!(cookie(&all, "bell_session").as_deref(), Some("3"));
        assert_eq!(cookie(&all, "__Host-bell_session"), None);
        let cookie = Way::Tls.cookie("__Host-bell_session", "x", None);
        assert_eq!(cookie, "__Host-bell_session=x; Path=/; HttpOnly; SameSite=Strict; Secure");
    }
}
