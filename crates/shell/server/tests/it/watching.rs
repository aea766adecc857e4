//! Whoever looks at what goes on over the WebSocket of the console.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many messages are passed over at most.
const PASSED_MAX: usize = 200;

/// A viewer.
pub(crate) struct Events {
    socket: WebSocket<TcpStream>,
}

impl Events {
    pub(crate) fn open(address: SocketAddr, cookie: &str) -> Self {
        let mut wanted = format!("ws://{address}/v1/events").into_client_request().expect("an address");
        let text = |text: &str| HeaderValue::from_str(text).expect("a header");
        wanted.headers_mut().insert("cookie", text(cookie));
        wanted.headers_mut().insert("origin", text(&format!("http://{address}")));
        let stream = TcpStream::connect(address).expect("the console listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        let (socket, _) = client(wanted, stream).expect("a viewer is let in");
        Self { socket }
    }

    /// The next message.
    pub(crate) fn next(&mut self) -> Value {
        for _ in 0..PASSED_MAX {
            if let Message::Text(text) = self.socket.read().expect("a message in time") {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
        panic!("nothing is said");
    }

    /// The next message that is like this.
    pub(crate) fn until(&mut self, is: impl Fn(&Value) -> bool) -> Value {
        let mut all = (0..PASSED_MAX).map(|_| self.next());
        all.find(is).expect("it is said in time")
    }

    /// With which code the server closes.
    pub(crate) fn closed(&mut self) -> Option<u16> {
        for _ in 0..PASSED_MAX {
            if let Message::Close(frame) = self.socket.read().expect("a message in time") {
                return frame.map(|frame| frame.code.into());
            }
        }
        None
    }
}
