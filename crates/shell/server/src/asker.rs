//! Asks services for flows: one GET over HTTP, a small JSON answer, a few fields of it.
//!
//! Only what the configuration names is ever asked: the url's scheme, host and port must be one of its origins, and a
//! redirection is no answer. Which url, and what the answer means, is decided in the flow.

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
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::driver::Message;

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
    while let Some((call, asked)) = questions.recv().await {
        let inbox = inbox.clone();
        let permit = Arc::clone(&room).try_acquire_owned();
        // Each ends by its own time-out, so that none outlives the thread by more.
        tokio::spawn(async move {
            let answer = match permit {
                Ok(_permit) => answer(&asked).await,
                Err(_) => Err(LookUpFailure::Busy),
            };
            if let Err(why) = &answer {
                tracing::info!(%call, %why, "a look-up failed");
            }
            let _ = inbox.try_send(Message::Input(Input::Answered(call, asked.number, answer)));
        });
    }
}

/// Asks one question, within its time.
async fn answer(asked: &Asked) -> Answered {
    match tokio::time::timeout(asked.timeout, fetch(asked)).await {
        Ok(answer) => answer,
        Err(_) => Err(LookUpFailure::TimedOut),
    }
}

async fn fetch(asked: &Asked) -> Answered {
    let uri = allowed(asked).ok_or(LookUpFailure::Forbidden)?;
    let host = uri.host().ok_or(LookUpFailure::Forbidden)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let unreachable = |_| LookUpFailure::Unreachable;
    let stream = TcpStream::connect((bare, uri.port_u16().unwrap_or(80))).await.map_err(unreachable)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| LookUpFailure::Unreachable)?;
    tokio::spawn(connection);
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let authority = uri.authority().map_or(host, |authority| authority.as_str());
    let request = Request::get(target)
        .header(HOST, authority)
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
    Ok(asked.fields.iter().map(|field| json.pointer(field).and_then(word)).collect())
}

/// The url, if the configuration lets it be asked.
fn allowed(asked: &Asked) -> Option<Uri> {
    let begins = |origin: &str| {
        asked.url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    let named = asked.origins.iter().any(|origin| begins(origin));
    let uri: Uri = asked.url.parse().ok()?;
    (named && uri.scheme_str() == Some("http")).then_some(uri)
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
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};
    use std::time::Duration;

    use bell_ivr::LookUpNumber;

    use super::*;

    /// A service that answers one request with these octets, or never if there are none.
    fn service(response: String) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            if response.is_empty() {
                // Until the other side gives up.
                let _ = stream.read(&mut request);
                return;
            }
            let asked = String::from_utf8_lossy(&request[..read]).into_owned();
            assert!(asked.starts_with("GET /c/%2B861?x=1 HTTP/1.1\r\n"), "{asked}");
            let _ = stream.write_all(response.as_bytes());
        });
        address
    }

    fn json(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    }

    fn asked(origin: &str, allowed: &str) -> Asked {
        Asked {
            number: LookUpNumber(1),
            url: format!("{origin}/c/%2B861?x=1"),
            timeout: Duration::from_millis(500),
            fields: ["/level", "/balance", "/list", "/nothing"].map(Into::into).to_vec(),
            origins: Arc::new([allowed.into()].into()),
        }
    }

    fn run(asked: &Asked) -> Answered {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(answer(asked))
    }

    #[track_caller]
    fn says(response: &str, expected: &Answered) {
        let origin = format!("http://{}", service(response.to_owned()));
        assert_eq!(&run(&asked(&origin, &origin)), expected);
    }

    #[test]
    fn fields_of_an_answer_become_words() {
        let body = r#"{"level": "gold", "balance": 12.5, "list": [1], "nothing": null}"#;
        says(&json(body), &Ok(vec![Some("gold".into()), Some("12.5".into()), None, None]));
    }

    #[test]
    fn every_way_to_fail_has_its_reason() {
        says("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", &Err(LookUpFailure::Status(503)));
        says(
            "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
            &Err(LookUpFailure::Status(302)),
        );
        says(&json("no json"), &Err(LookUpFailure::NoJson));
        says(&json(&format!("\"{}\"", "x".repeat(70_000))), &Err(LookUpFailure::TooLarge));
        says("nonsense\r\n\r\n", &Err(LookUpFailure::Unreachable));
        says("", &Err(LookUpFailure::TimedOut));
        let gone = "http://127.0.0.1:9";
        assert_eq!(run(&asked(gone, gone)), Err(LookUpFailure::Unreachable));
    }

    /// Nothing but the configured services is ever asked, whatever a caller types.
    #[test]
    fn a_service_that_is_not_named_is_not_asked() {
        for (origin, allowed) in [
            ("http://169.254.169.254", "http://crm.example"),
            ("http://crm.example.evil.example", "http://crm.example"),
            ("http://crm.example@evil.example", "http://crm.example"),
            ("http://crm.example:81", "http://crm.example"),
            ("https://crm.example", "https://crm.example"),
        ] {
            assert_eq!(run(&asked(origin, allowed)), Err(LookUpFailure::Forbidden), "{origin}");
        }
    }
}
