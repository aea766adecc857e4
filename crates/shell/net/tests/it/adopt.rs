//! WebSockets that another listener accepts, as the console's does, and hands over.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use bell_net::{Below, Config, Net, TooMany, upgrade};
use bell_sip::{Hop, Transport};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::HandshakeError;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

use crate::support::{Bench, SOON, config, connect, loopback, request};

/// A web server that hands its WebSockets over, with the address of each peer.
fn web_server(net: Arc<Net>) -> SocketAddr {
    let listener = TcpListener::bind(loopback()).unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    thread::spawn(move || {
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let Ok((stream, remote)) = listener.accept().await else { return };
                let net = Arc::clone(&net);
                let answer = service_fn(move |request| {
                    let response = answer(&net, remote, request);
                    async { Ok::<_, Infallible>(response) }
                });
                let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(served.with_upgrades());
            }
        });
    });
    address
}

fn answer(net: &Net, remote: SocketAddr, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
    let opening = hyper::upgrade::on(&mut request);
    let opening = async { opening.await.map(TokioIo::new).map_err(std::io::Error::other) };
    let (parts, _) = request.into_parts();
    match upgrade(&Request::from_parts(parts, ())) {
        Err(refused) => refused.map(|why| Full::from(why.unwrap_or_default())),
        Ok(response) => match net.adopt(Below::Tcp, remote, opening) {
            Ok(()) => response.map(|()| Full::default()),
            Err(TooMany) => Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).body(Full::default()).unwrap(),
        },
    }
}

fn ask(server: SocketAddr, protocol: &str) -> Result<WebSocket<TcpStream>, Error> {
    let mut wanted = format!("ws://{server}/sip").into_client_request().unwrap();
    wanted.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_str(protocol).unwrap());
    match client(wanted, connect(server)) {
        Ok((client, _)) => Ok(client),
        Err(HandshakeError::Failure(error)) => Err(error),
        Err(HandshakeError::Interrupted(_)) => panic!("the stream blocks"),
    }
}

fn status(refused: Result<WebSocket<TcpStream>, Error>) -> StatusCode {
    match refused {
        Err(Error::Http(response)) => response.status(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_web_socket_of_another_listener_is_carried_like_our_own() {
    let bench = Bench::start(config());
    let mut client = ask(web_server(bench.net()), "sip").unwrap();
    client.send(Message::text(request("OPTIONS", 1))).unwrap();
    let (flow, arrived) = bench.message();
    assert_eq!(arrived, request("OPTIONS", 1));
    assert_eq!((flow.transport(), flow.remote()), (Transport::Ws, client.get_ref().local_addr().unwrap()));
    bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    assert_eq!(client.read().unwrap(), Message::text("SIP/2.0 200 OK\r\n\r\n"));
    client.close(None).unwrap();
    assert_eq!(bench.closed(), flow);
}

#[test]
fn who_does_not_speak_sip_or_no_web_socket_is_told_so() {
    let bench = Bench::start(config());
    let server = web_server(bench.net());
    assert_eq!(status(ask(server, "chat")), StatusCode::BAD_REQUEST);
    let plain = upgrade(&Request::builder().uri("/sip").body(()).unwrap()).unwrap_err();
    assert_eq!(plain.status(), StatusCode::BAD_REQUEST);
    assert!(plain.body().as_ref().unwrap().contains("no WebSocket"));
    assert_eq!(bench.net.connections(), 0);
}

#[test]
fn an_adopted_socket_counts_and_is_refused_at_the_limit() {
    let bench = Bench::start(Config { connections_per_source_max: 1, ..config() });
    let server = web_server(bench.net());
    let first = ask(server, "sip").unwrap();
    assert_eq!(status(ask(server, "sip")), StatusCode::SERVICE_UNAVAILABLE);
    drop(first);
    bench.closed();
}

#[test]
fn what_is_never_opened_gives_its_place_back() {
    let bench = Bench::start(Config { handshake_timeout: SOON, ..config() });
    let remote = "192.0.2.7:40000".parse().unwrap();
    bench.net.adopt(Below::Tls, remote, std::future::pending::<std::io::Result<tokio::io::DuplexStream>>()).unwrap();
    let flow = bench.closed();
    assert_eq!((flow.transport(), flow.remote()), (Transport::Wss, remote));
}
