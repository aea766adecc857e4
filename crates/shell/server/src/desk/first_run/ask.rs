//! Asking a carrier whether he is there: a question of its own from a socket of its own, which changes nothing. With a
//! user name it is a REGISTER without Contact, which only asks what is registered (RFC 3261 §10.2.3), and shows whether the
//! password is right; without one it is OPTIONS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bell_api::doors::{Field, FirstTrunkSent, Refused};
use bell_engine::Snapshot;
use bell_engine::first_run::Heard;
use bell_net::Net;
use bell_sip::digest::Secret;
use bell_sip::digest::client::Answerer;
use bell_sip::{HeaderName, Limits, Message, Method, Response, Transport, Uri};
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a carrier may take for one answer.
const ANSWER_MAX: Duration = Duration::from_secs(4);
/// When a datagram is sent again: it may have been lost (RFC 3261 §17.1.2.1).
const AGAIN: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2)];
/// So many of his addresses are tried.
const ADDRESSES_MAX: usize = 3;
/// The longest answer.
const ANSWER_BYTES_MAX: usize = 65_535;

/// The addresses that a carrier's server leads to.
pub(super) async fn addresses(net: &Net, address: &str, transport: &str) -> Vec<SocketAddr> {
    let Some((host, port)) = host_and_port(address) else { return Vec::new() };
    net.find(&host, port, transport_of(transport)).await
}

/// The password that is kept for the first trunk.
pub(super) fn password(snapshot: &Snapshot) -> Option<Secret> {
    let trunk = snapshot.sip.trunks.values().next()?;
    trunk.outbound.as_ref().map(|account| account.secret.clone())
}

/// What the carrier says.
///
/// # Errors
/// A field is missing or malformed.
pub(super) async fn ask(
    net: &Net,
    snapshot: &Snapshot,
    trunk: &FirstTrunkSent,
    kept: Option<Secret>,
) -> Result<Heard, Refused> {
    let (host, _) = host_and_port(&trunk.address).ok_or(Field::malformed("address"))?;
    let account = if trunk.register {
        let user = trunk.username.as_deref().map(str::trim).filter(|user| !user.is_empty());
        let user = user.ok_or(Field { field: "username", problem: "missing" })?.to_owned();
        let sent = trunk.password.as_deref().filter(|password| !password.is_empty());
        let secret = sent.map(|password| Secret::Password(password.into())).or(kept);
        Some((user, secret.ok_or(Field { field: "password", problem: "missing" })?))
    } else {
        None
    };
    let found = addresses(net, &trunk.address, &trunk.transport).await;
    let mut heard = Heard::NoSuchName;
    for address in found.into_iter().take(ADDRESSES_MAX) {
        let from = snapshot.listen.udp.first().map(SocketAddr::ip);
        let (transport, limits) = (transport_of(&trunk.transport), snapshot.sip.messages);
        let asked = Question { host: &host, account: account.as_ref(), transport, limits };
        heard = asked.ask(address, from).await;
        if !matches!(heard, Heard::Silence | Heard::Unreachable) {
            return Ok(heard);
        }
    }
    Ok(heard)
}

struct Question<'a> {
    host: &'a str,
    account: Option<&'a (String, Secret)>,
    transport: Transport,
    limits: Limits,
}

impl Question<'_> {
    async fn ask(&self, to: SocketAddr, from: Option<IpAddr>) -> Heard {
        let Ok(mut line) = Line::open(self, to, from).await else { return Heard::Unreachable };
        let method = if self.account.is_some() { Method::Register } else { Method::Options };
        let first = match line.exchange(&self.request(&method, &line, 1, None)).await {
            Ok(answer) => answer,
            Err(heard) => return heard,
        };
        let status = first.status().code();
        let Some((user, secret)) = self.account else { return Heard::Options(status) };
        let Some(proof) = self.proof(&first, user, secret) else { return Heard::Registration { status, asked: false } };
        match line.exchange(&self.request(&method, &line, 2, Some(&proof))).await {
            Ok(second) => Heard::Registration { status: second.status().code(), asked: true },
            Err(heard) => heard,
        }
    }

    /// Our answer to his challenge; none if there is none that we can answer.
    fn proof(&self, answer: &Response, user: &str, secret: &Secret) -> Option<String> {
        let (challenge, name) = match answer.status().code() {
            401 => (HeaderName::WwwAuthenticate, "Authorization"),
            407 => (HeaderName::ProxyAuthenticate, "Proxy-Authorization"),
            _ => return None,
        };
        let mut answerer = Answerer::choose(answer.challenges(challenge))?;
        let uri = Uri::parse(&self.uri()).ok()?;
        let proof = answerer.authorize(user, secret, &Method::Register, &uri, &word().ok()?)?;
        Some(format!("{name}: {proof}\r\n"))
    }

    fn uri(&self) -> String {
        match self.host.parse::<IpAddr>() {
            Ok(IpAddr::V6(address)) => format!("sip:[{address}]"),
            Ok(IpAddr::V4(_)) | Err(_) => format!("sip:{}", self.host),
        }
    }

    fn request(&self, method: &Method, line: &Line, number: u32, proof: Option<&str>) -> String {
        let (uri, local, way) = (self.uri(), line.local, if line.is_stream() { "TCP" } else { "UDP" });
        let us = match self.account {
            Some((user, _)) => uri.replacen("sip:", &format!("sip:{user}@"), 1),
            None => format!("sip:{local}"),
        };
        let to = if self.account.is_some() { &us } else { &uri };
        let (branch, tag, id) = (&line.word, &line.word[..8], &line.word);
        format!(
            "{} {uri} SIP/2.0\r\nVia: SIP/2.0/{way} {local};branch=z9hG4bK{branch}{number};rport\r\n\
             Max-Forwards: 70\r\nFrom: <{us}>;tag={tag}\r\nTo: <{to}>\r\nCall-ID: {id}\r\nCSeq: {number} {}\r\n\
             User-Agent: Belltower\r\n{}Content-Length: 0\r\n\r\n",
            method.as_str(),
            method.as_str(),
            proof.unwrap_or_default(),
        )
    }
}

/// A way to the carrier.
struct Line {
    way: Way,
    local: SocketAddr,
    /// What nobody guesses, so that an answer is one to us.
    word: String,
    limits: Limits,
}

enum Way {
    Datagrams(UdpSocket),
    Stream(TcpStream),
}

impl Line {
    async fn open(question: &Question<'_>, to: SocketAddr, from: Option<IpAddr>) -> io::Result<Self> {
        let word = word().map_err(io::Error::other)?;
        let any = SocketAddr::new(if to.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() }, 0);
        let bound = from.filter(|from| from.is_ipv4() == to.is_ipv4()).map_or(any, |from| SocketAddr::new(from, 0));
        let (way, local) = if question.transport == Transport::Tcp {
            let stream = timeout(ANSWER_MAX, TcpStream::connect(to)).await.map_err(io::Error::other)??;
            let local = stream.local_addr()?;
            (Way::Stream(stream), local)
        } else {
            let socket = UdpSocket::bind(bound).await?;
            socket.connect(to).await?;
            let local = socket.local_addr()?;
            (Way::Datagrams(socket), local)
        };
        Ok(Self { way, local, word, limits: question.limits })
    }

    const fn is_stream(&self) -> bool {
        matches!(self.way, Way::Stream(_))
    }

    /// Sends a request and waits for its final answer.
    async fn exchange(&mut self, request: &str) -> Result<Response, Heard> {
        let deadline = Instant::now() + ANSWER_MAX;
        let (word, limits) = (&self.word, self.limits);
        let is_ours = |bytes: &[u8]| answer(bytes, word, &limits);
        let found = match &mut self.way {
            Way::Datagrams(socket) => by_datagrams(socket, request, is_ours, deadline).await,
            Way::Stream(stream) => by_stream(stream, request, is_ours, deadline).await,
        };
        found.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => Heard::Silence,
            _ => Heard::Unreachable,
        })
    }
}

async fn by_datagrams(
    socket: &UdpSocket,
    request: &str,
    is_ours: impl Fn(&[u8]) -> Option<Response>,
    deadline: Instant,
) -> io::Result<Response> {
    let mut bytes = vec![0; ANSWER_BYTES_MAX];
    for again in AGAIN.into_iter().chain([ANSWER_MAX]) {
        socket.send(request.as_bytes()).await?;
        let until = deadline.min(Instant::now() + again);
        while let Ok(read) = timeout_at(until, socket.recv(&mut bytes)).await {
            if let Some(answer) = is_ours(&bytes[..read?]) {
                return Ok(answer);
            }
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

async fn by_stream(
    stream: &mut TcpStream,
    request: &str,
    is_ours: impl Fn(&[u8]) -> Option<Response>,
    deadline: Instant,
) -> io::Result<Response> {
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let mut piece = vec![0; 4096];
    while bytes.len() < ANSWER_BYTES_MAX {
        let read = timeout_at(deadline, stream.read(&mut piece)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        if read == 0 {
            break;
        }
        bytes.extend_from_slice(&piece[..read]);
        // Answers to a question have no body; a provisional one is followed by the final one.
        while let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let one: Vec<u8> = bytes.drain(..end + 4).collect();
            if let Some(answer) = is_ours(&one) {
                return Ok(answer);
            }
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// A final answer to our question.
fn answer(bytes: &[u8], word: &str, limits: &Limits) -> Option<Response> {
    match Message::parse(Bytes::copy_from_slice(bytes), limits).ok()? {
        Message::Response(response) if response.status().is_final() && response.call_id() == word => Some(response),
        Message::Response(_) | Message::Request(_) => None,
    }
}

fn transport_of(transport: &str) -> Transport {
    if transport == "tcp" { Transport::Tcp } else { Transport::Udp }
}

/// `sip.carrier.example`, `sip.carrier.example:5080`, `198.51.100.7`, `[2001:db8::7]:5060`.
fn host_and_port(address: &str) -> Option<(String, Option<u16>)> {
    let address = address.trim();
    if let Ok(socket) = address.parse::<SocketAddr>() {
        return Some((socket.ip().to_string(), Some(socket.port())));
    }
    if let Ok(ip) = address.parse::<IpAddr>() {
        return Some((ip.to_string(), None));
    }
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (address, None),
    };
    let is_name = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    is_name.then(|| (host.to_owned(), port))
}

/// 128 bits in hex.
fn word() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
