//! Asks services for flows: one GET over HTTP or HTTPS, a small JSON answer, a few fields of it.
//!
//! Only what the configuration names is ever asked: the url's scheme, host and port must be one of its origins, and a
//! redirection is no answer. A service asked by https must show a certificate that we trust. Which url, and what the answer means, is decided in the flow.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::thread;

use bell_engine::{Answered, Asked, Input};
use bell_ivr::LookUpFailure;
use bell_types::CallId;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::header::{ACCEPT, HOST, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_rustls::TlsConnector;

use crate::driver::Message;
use crate::tls::{self, Connectors};

/// Look-ups that wait to be begun; one more fails at once.
const WAITING_MAX: usize = 256;
/// Look-ups that are under way; one more fails at once, so that a slow service does not keep callers waiting in line.
const UNDER_WAY_MAX: usize = 128;
/// The longest answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The longest word a field is taken over with.
const WORD_CHARS_MAX: usize = 256;

/// What asks services. Dropping it ends its thread.
pub struct Asker {
    questions: Sender<(CallId, Asked)>,
    inbox: SyncSender<Message>,
}

impl Asker {
    /// Starts it. Answers go into the node's inbox.
    pub fn start(inbox: &SyncSender<Message>) -> io::Result<Self> {
        let (questions, taken) = channel(WAITING_MAX);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let to = inbox.clone();
        thread::Builder::new().name("bell-asker".to_owned()).spawn(move || runtime.block_on(serve(taken, to)))?;
        Ok(Self { questions, inbox: inbox.clone() })
    }

    /// Asks; the answer comes as an input.
    pub fn ask(&self, call: CallId, asked: Asked) {
        let number = asked.number;
        if self.questions.try_send((call, asked)).is_err() {
            // The flow goes on by its own deadline if the inbox is full as well.
            let _ = self.inbox.try_send(Message::Input(Input::Answered(call, number, Err(LookUpFailure::Busy))));
        }
    }
}

async fn serve(mut questions: Receiver<(CallId, Asked)>, inbox: SyncSender<Message>) {
    let room = Arc::new(Semaphore::new(UNDER_WAY_MAX));
    let mut connectors = Connectors::default();
    while let Some((call, asked)) = questions.recv().await {
        let inbox = inbox.clone();
        let permit = Arc::clone(&room).try_acquire_owned();
        let service = service(&asked, &mut connectors);
        // Each ends by its own time-out, so that none outlives the thread by more.
        tokio::spawn(async move {
            let answer = match permit {
                Ok(_permit) => answer(&asked, service).await,
                Err(_) => Err(LookUpFailure::Busy),
            };
            if let Err(why) = &answer {
                tracing::info!(%call, %why, "a look-up failed");
            }
            let _ = inbox.try_send(Message::Input(Input::Answered(call, asked.number, answer)));
        });
    }
}

/// Where a question goes, and how.
struct Service {
    uri: Uri,
    /// What speaks TLS with it; none: it is asked by http.
    tls: Option<TlsConnector>,
}

/// Asks one question, within its time.
async fn answer(asked: &Asked, service: Result<Service, LookUpFailure>) -> Answered {
    match tokio::time::timeout(asked.timeout, fetch(&service?, &asked.fields)).await {
        Ok(answer) => answer,
        Err(_) => Err(LookUpFailure::TimedOut),
    }
}

async fn fetch(service: &Service, fields: &[Box<str>]) -> Answered {
    let host = service.uri.host().ok_or(LookUpFailure::Forbidden)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let usual = if service.tls.is_some() { 443 } else { 80 };
    let unreachable = |_| LookUpFailure::Unreachable;
    let stream = TcpStream::connect((bare, service.uri.port_u16().unwrap_or(usual))).await.map_err(unreachable)?;
    match &service.tls {
        Some(connector) => exchange(tls::connect(connector, bare, stream).await?, &service.uri, fields).await,
        None => exchange(stream, &service.uri, fields).await,
    }
}

/// One request over a connection, and what its answer says.
async fn exchange<S>(stream: S, uri: &Uri, fields: &[Box<str>]) -> Answered
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| LookUpFailure::Unreachable)?;
    tokio::spawn(connection);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let authority = uri.authority().ok_or(LookUpFailure::Forbidden)?;
    let request = Request::get(target)
        .header(HOST, authority.as_str())
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("belltower/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|_| LookUpFailure::Forbidden)?;
    let response = sender.send_request(request).await.map_err(|_| LookUpFailure::Unreachable)?;
    if !response.status().is_success() {
        return Err(LookUpFailure::Status(response.status().as_u16()));
    }
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => LookUpFailure::TooLarge,
        None => LookUpFailure::Unreachable,
    })?;
    let json: serde_json::Value = serde_json::from_slice(&body.to_bytes()).map_err(|_| LookUpFailure::NoJson)?;
    Ok(fields.iter().map(|field| json.pointer(field).and_then(word)).collect())
}

/// The service that a url is about, if the configuration lets it be asked.
fn service(asked: &Asked, connectors: &mut Connectors) -> Result<Service, LookUpFailure> {
    let begins = |origin: &str| {
        asked.url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    let (_, trust) = asked.services.iter().find(|(origin, _)| begins(origin)).ok_or(LookUpFailure::Forbidden)?;
    let uri: Uri = asked.url.parse().map_err(|_| LookUpFailure::Forbidden)?;
    let tls = match uri.scheme_str() {
        Some("http") => None,
        Some("https") => Some(connectors.connector(trust).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "cannot speak TLS with a service");
            LookUpFailure::Tls
        })?),
        Some(_) | None => return Err(LookUpFailure::Forbidden),
    };
    Ok(Service { uri, tls })
}

/// What a field holds, as a word. A list or a table is none.
fn word(value: &serde_json::Value) -> Option<Box<str>> {
    use serde_json::Value;
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (text.chars().count() <= WORD_CHARS_MAX).then(|| text.into())
}

#[cfg(test)]
mod tests;
