//! SIP over WebSocket (RFC 7118): each message of the socket is one message of SIP, without framing of its own.

use bell_sip::{Flow, Limits, PONG};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::handshake::server::{Callback, ErrorResponse, Request, Response, create_response};
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::Shared;
use crate::connection::{Pipe, Stream, hand_over, reply};

/// The name of SIP among the protocols of WebSockets (RFC 7118 §4.1).
const SUBPROTOCOL: &str = "sip";
/// For how many pings a peer may say nothing.
const PINGS_MISSED_MAX: u32 = 3;

/// What to answer somebody who asks for a WebSocket at a listener that is not ours: 101 for whoever wants to speak SIP,
/// and what [`Net::adopt`](crate::Net::adopt) then takes over; else why not.
#[allow(clippy::result_large_err, reason = "the library's own callbacks answer by these two")]
pub fn upgrade(request: &Request) -> Result<Response, ErrorResponse> {
    let response = create_response(request).map_err(|error| refused(format!("this is no WebSocket: {error}\n")))?;
    OnlySip.on_request(request, response)
}

/// Opens a WebSocket on a connection, and carries messages until either side is done. The handshake has to be over in
/// time.
pub(crate) async fn accept(stream: impl Stream, flow: Flow, pipe: Pipe, shared: &Shared) {
    let config = &shared.config;
    let opened = accept_hdr_async_with_config(stream, OnlySip, Some(limits(&config.messages)));
    match timeout(config.handshake_timeout, opened).await {
        Ok(Ok(socket)) => carry(socket, flow, pipe, shared).await,
        Ok(Err(error)) => tracing::info!(remote = %flow.remote(), %error, "no WebSocket was opened"),
        Err(_) => tracing::info!(remote = %flow.remote(), "a silent connection is closed"),
    }
}

/// Carries the messages of a WebSocket that somebody else has opened.
pub(crate) async fn take_over(stream: impl Stream, flow: Flow, pipe: Pipe, shared: &Shared) {
    let limits = limits(&shared.config.messages);
    let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(limits)).await;
    carry(socket, flow, pipe, shared).await;
}

async fn carry(socket: WebSocketStream<impl Stream>, flow: Flow, pipe: Pipe, shared: &Shared) {
    let (sink, stream) = socket.split();
    let read = Reading { stream, flow, queue: pipe.queue, shared };
    tokio::select! {
        () = read.run() => {}
        () = write(sink, pipe.outbox, shared) => {}
    }
}

/// A message that is longer than SIP may be is not read to its end.
fn limits(messages: &Limits) -> WebSocketConfig {
    let longest = messages.head_bytes_max + messages.body_bytes_max;
    WebSocketConfig::default().max_message_size(Some(longest)).max_frame_size(Some(longest))
}

/// Takes those who come to speak SIP, and tells the others.
struct OnlySip;

impl Callback for OnlySip {
    fn on_request(self, request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
        let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
        if offered.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case(SUBPROTOCOL)) {
            response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
            return Ok(response);
        }
        Err(refused("SIP is spoken here: ask for the subprotocol sip (RFC 7118)\n".to_owned()))
    }
}

fn refused(why: String) -> ErrorResponse {
    let mut refused = ErrorResponse::new(Some(why));
    *refused.status_mut() = StatusCode::BAD_REQUEST;
    refused
}

struct Reading<'a, S> {
    stream: SplitStream<WebSocketStream<S>>,
    flow: Flow,
    queue: mpsc::Sender<Bytes>,
    shared: &'a Shared,
}

impl<S: Stream> Reading<'_, S> {
    async fn run(mut self) {
        let patience = self.shared.config.ping_interval.saturating_mul(PINGS_MISSED_MAX);
        loop {
            let message = match timeout(patience, self.stream.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => {
                    return tracing::info!(remote = %self.flow.remote(), %error, "a WebSocket is closed");
                }
                Ok(None) => return,
                Err(_) => return tracing::info!(remote = %self.flow.remote(), "a silent WebSocket is closed"),
            };
            match message {
                Message::Text(text) => self.arrived(&Bytes::from(text)).await,
                Message::Binary(bytes) => self.arrived(&bytes).await,
                Message::Close(_) => return,
                // Pings are answered by the library. A lone frame is what only a raw reader gets.
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    async fn arrived(&self, bytes: &Bytes) {
        // Some clients send the keep-alive of plain connections (RFC 5626 §4.4.1) and wait for its answer.
        if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return reply(&self.queue, Bytes::from_static(PONG)).await;
        }
        hand_over(self.shared, self.flow, bytes, &self.queue).await;
    }
}

/// Writes what is queued, and pings meanwhile. A peer that takes nothing for so long is gone.
async fn write(
    mut sink: SplitSink<WebSocketStream<impl Stream>, Message>,
    mut outbox: mpsc::Receiver<Bytes>,
    shared: &Shared,
) {
    let every = shared.config.ping_interval;
    // Not at once: whoever has just opened it is there.
    let mut pings = interval_at(Instant::now() + every, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            queued = outbox.recv() => match queued {
                Some(bytes) => message(bytes),
                None => return,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        if !matches!(timeout(shared.config.idle_timeout, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// As text if it is text: clients show it so to whoever looks for mistakes.
fn message(bytes: Bytes) -> Message {
    match Utf8Bytes::try_from(bytes.clone()) {
        Ok(text) => Message::Text(text),
        Err(_) => Message::Binary(bytes),
    }
}
