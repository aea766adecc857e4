//! Requests to addresses that people typed: names are resolved here, every address is checked before it is asked, and no
//! answer sends us elsewhere.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bell_engine::Trust;
use bell_ivr::LookUpFailure;
use bell_types::Cidr;
use bell_webhook::{ReachRefusal, Scheme, may_reach};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::tls::{self, Connectors, TlsError};

/// The longest answer that is read.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// How long an address may be, in characters.
const URL_LEN_MAX: usize = 2_000;

/// Asks services outside. Cheap to share.
#[derive(Default)]
pub(crate) struct Outgoing {
    connectors: Mutex<Connectors>,
}

/// What is asked.
pub(crate) struct Asking<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// An address that may be asked, as far as it says that by itself.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    uri: Uri,
    scheme: Scheme,
    host: String,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum OutgoingError {
    /// It is no address that could be asked.
    #[error("it must be https://HOST/PATH, without a user name, of at most {URL_LEN_MAX} characters")]
    Url,
    /// The name says nothing.
    #[error("the name cannot be resolved")]
    Resolve(#[source] io::Error),
    /// The address may not be asked.
    #[error(transparent)]
    Reach(#[from] ReachRefusal),
    /// Nobody is there.
    #[error("nobody answers there")]
    Connect(#[source] io::Error),
    /// TLS cannot be spoken at all.
    #[error("TLS cannot be spoken")]
    Tls(#[from] TlsError),
    /// The other side is not who it should be.
    #[error("the certificate or TLS of the other side: {0}")]
    Certificate(LookUpFailure),
    /// It is not HTTP.
    #[error("the answer is no HTTP")]
    Http(#[source] hyper::Error),
    /// The request cannot be written.
    #[error("the request cannot be written")]
    Request(#[source] hyper::http::Error),
    /// The answer has no end.
    #[error("the answer is longer than {ANSWER_BYTES_MAX} octets, or breaks off")]
    Body,
    /// It took too long.
    #[error("there was no answer in time")]
    Timeout,
}

impl Url {
    /// Reads an address that somebody typed. Where its name leads is seen when it is asked.
    pub(crate) fn parse(text: &str) -> Result<Self, OutgoingError> {
        let uri: Uri = text.parse().map_err(|_| OutgoingError::Url)?;
        let scheme = match uri.scheme_str() {
            Some("https") => Scheme::Https,
            Some("http") => Scheme::Http,
            Some(_) | None => return Err(OutgoingError::Url),
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'));
        let host = authority.map(|authority| authority.host().trim_matches(['[', ']']).to_owned());
        let host = host.filter(|host| !host.is_empty() && text.len() <= URL_LEN_MAX).ok_or(OutgoingError::Url)?;
        Ok(Self { uri, scheme, host })
    }

    /// Refuses at once what its text shows to be refused later.
    pub(crate) fn check(&self, inside: &[Cidr]) -> Result<(), OutgoingError> {
        match self.host.parse() {
            Ok(address) => Ok(may_reach(self.scheme, address, inside)?),
            Err(_) if self.scheme == Scheme::Http && self.host != "localhost" => Err(ReachRefusal::InTheClear.into()),
            Err(_) => Ok(()),
        }
    }

    fn port(&self) -> u16 {
        let usual = match self.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        self.uri.port_u16().unwrap_or(usual)
    }
}

impl Outgoing {
    /// Asks, and waits for the answer. A redirection is an answer like any other.
    pub(crate) async fn ask(
        &self,
        asking: Asking<'_>,
        inside: &[Cidr],
        within: Duration,
    ) -> Result<Answer, OutgoingError> {
        let asked = tokio::time::timeout(within, self.ask_unhurried(asking, inside));
        asked.await.unwrap_or(Err(OutgoingError::Timeout))
    }

    async fn ask_unhurried(&self, asking: Asking<'_>, inside: &[Cidr]) -> Result<Answer, OutgoingError> {
        let url = asking.url;
        let stream = connect(url, inside).await?;
        match url.scheme {
            Scheme::Http => exchange(stream, asking).await,
            Scheme::Https => {
                let connector = self.connector()?;
                let secured = tls::connect(&connector, &url.host, stream).await.map_err(OutgoingError::Certificate)?;
                exchange(secured, asking).await
            }
        }
    }

    fn connector(&self) -> Result<TlsConnector, TlsError> {
        self.connectors.lock().unwrap_or_else(PoisonError::into_inner).connector(&Trust::System)
    }
}

/// Connects with the first of a name's addresses that may be asked and answers. It is the address that was checked: a name
/// that says something else the next time changes nothing.
async fn connect(url: &Url, inside: &[Cidr]) -> Result<TcpStream, OutgoingError> {
    let found = tokio::net::lookup_host((url.host.as_str(), url.port())).await.map_err(OutgoingError::Resolve)?;
    let mut why = OutgoingError::Resolve(io::ErrorKind::NotFound.into());
    for address in found.collect::<Vec<SocketAddr>>() {
        why = match may_reach(url.scheme, address.ip(), inside) {
            Err(refusal) => refusal.into(),
            Ok(()) => match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => OutgoingError::Connect(error),
            },
        };
    }
    Err(why)
}

async fn exchange<S>(stream: S, asking: Asking<'_>) -> Result<Answer, OutgoingError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(OutgoingError::Http)?;
    // It ends with the sender, which is dropped with the answer or its time-out.
    tokio::spawn(connection);
    let uri = &asking.url.uri;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let mut request = Request::builder()
        .method(asking.method)
        .uri(target)
        .header(HOST, host)
        .header(CONTENT_TYPE, asking.content_type)
        .header("accept", "application/json")
        .header(USER_AGENT, concat!("belltower/", env!("CARGO_PKG_VERSION")));
    for (name, value) in asking.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(asking.body))).map_err(OutgoingError::Request)?;
    let response = sender.send_request(request).await.map_err(OutgoingError::Http)?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|error| {
        tracing::debug!(too_long = error.is::<LengthLimitError>(), "an answer from outside cannot be read");
        OutgoingError::Body
    })?;
    Ok(Answer { status, body: body.to_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_asked_is_refused_as_it_is_typed() {
        for text in ["ftp://a.example/", "https://", "a.example/x", "https://u:p@a.example/", "javascript:alert(1)", ""]
        {
            assert!(Url::parse(text).is_err(), "{text}");
        }
        assert!(Url::parse(&format!("https://a.example/{}", "x".repeat(URL_LEN_MAX))).is_err());
        let inside = ["127.0.0.0/8".parse().unwrap()];
        for (text, is_asked) in [
            ("https://a.example/hook?x=1", true),
            ("http://a.example/", false),
            ("http://127.0.0.1:9/", true),
            ("http://localhost:9/", true),
            ("https://10.0.0.1/", false),
            ("https://[::1]:9/", false),
            ("https://[fe80::1]/", false),
        ] {
            assert_eq!(Url::parse(text).unwrap().check(&inside).is_ok(), is_asked, "{text}");
        }
    }
}
