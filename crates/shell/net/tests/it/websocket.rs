//! SIP over WebSocket (RFC 7118).

use std::net::TcpStream;
use std::time::Duration;

use bell_net::Config;
use bell_sip::{Hop, Transport};
use bytes::Bytes;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::HandshakeError;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

use crate::support::{Bench, SOON, config, connect, request};

type Client = WebSocket<TcpStream>;

/// What comes of asking for these subprotocols.
fn ask(bench: &Bench, protocols: Option<&str>) -> Result<Client, Error> {
    let stream = connect(bench.ws());
    let mut wanted = format!("ws://{}/", bench.ws()).into_client_request().unwrap();
    if let Some(protocols) = protocols {
        wanted.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_str(protocols).unwrap());
    }
    match client(wanted, stream) {
        Ok((client, _)) => Ok(client),
        Err(HandshakeError::Failure(error)) => Err(error),
        Err(HandshakeError::Interrupted(_)) => panic!("the stream blocks"),
    }
}

fn open(bench: &Bench) -> Client {
    ask(bench, Some("chat, sip")).unwrap()
}

#[test]
fn a_message_of_the_socket_is_a_message_of_sip_both_ways() {
    let bench = Bench::start(config());
    let mut client = open(&bench);
    for message in [Message::text(request("OPTIONS", 1)), Message::binary(request("OPTIONS", 1))] {
        client.send(message).unwrap();
        let (flow, arrived) = bench.message();
        assert_eq!(arrived, request("OPTIONS", 1));
        assert_eq!(flow.transport(), Transport::Ws);
        assert_eq!(flow.remote(), client.get_ref().local_addr().unwrap());
        bench.net.transmit(Hop::Flow(flow), &Bytes::from_static("SIP/2.0 200 OK\r\nSubject: 好\r\n\r\n".as_bytes()));
        assert_eq!(client.read().unwrap(), Message::text("SIP/2.0 200 OK\r\nSubject: 好\r\n\r\n"));
    }
    client.close(None).unwrap();
    bench.closed();
}

#[test]
fn who_does_not_ask_for_sip_is_told_what_is_spoken_here() {
    let bench = Bench::start(config());
    for protocols in [None, Some("chat"), Some("sipx")] {
        let Err(Error::Http(refused)) = ask(&bench, protocols) else { panic!("{protocols:?} was let in") };
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
        let said = String::from_utf8(refused.into_body().unwrap()).unwrap();
        assert!(said.contains("subprotocol sip"), "{said}");
        bench.closed();
    }
}

#[test]
fn the_keep_alive_of_plain_connections_is_answered_too() {
    let bench = Bench::start(config());
    let mut client = open(&bench);
    client.send(Message::text("\r\n\r\n")).unwrap();
    assert_eq!(client.read().unwrap(), Message::text("\r\n"));
    client.send(Message::Ping(Bytes::from_static(b"there?"))).unwrap();
    assert_eq!(client.read().unwrap(), Message::Pong(Bytes::from_static(b"there?")));
    assert_eq!(bench.count(|counters| &counters.received), 0);
}

#[test]
fn a_message_longer_than_sip_may_be_closes_the_socket() {
    let bench = Bench::start(config());
    let mut client = open(&bench);
    let most = config().messages;
    client.send(Message::text("x".repeat(most.head_bytes_max + most.body_bytes_max + 1))).unwrap();
    bench.closed();
}

#[test]
fn who_answers_pings_stays_and_who_does_not_is_gone() {
    let bench = Bench::start(Config { ping_interval: SOON, ..config() });
    let (mut lively, silent) = (open(&bench), open(&bench));
    let gone = silent.get_ref().local_addr().unwrap();
    // Reading answers the pings.
    lively.get_ref().set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let closed = loop {
        let _ = lively.read();
        if let Some(input) = bench.try_next() {
            break input;
        }
    };
    let bell_sip::Input::FlowClosed(flow) = closed else { panic!("not a closed flow: {closed:?}") };
    assert_eq!(flow.remote(), gone);
    lively.get_ref().set_read_timeout(None).unwrap();
    lively.send(Message::text(request("OPTIONS", 2))).unwrap();
    assert_eq!(bench.message().1, request("OPTIONS", 2));
}

#[test]
fn who_opens_a_connection_and_says_nothing_loses_it() {
    let bench = Bench::start(Config { handshake_timeout: SOON, ..config() });
    let silent = connect(bench.ws());
    bench.closed();
    drop(silent);
}

#[test]
fn a_new_call_gets_503_when_the_inbox_is_crowded() {
    let bench = Bench::with_room(config(), 1);
    let mut client = open(&bench);
    client.send(Message::text(request("OPTIONS", 1))).unwrap();
    client.send(Message::text(request("INVITE", 2))).unwrap();
    let Message::Text(reply) = client.read().unwrap() else { panic!("a message of SIP is text") };
    assert!(reply.starts_with("SIP/2.0 503 "), "{reply}");
    assert_eq!(bench.message().1, request("OPTIONS", 1));
}
