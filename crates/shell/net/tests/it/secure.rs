//! SIP over TLS, plain and as WebSockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use bell_net::{Config, Secure};
use bell_sip::{Hop, Transport};
use bytes::Bytes;
use rcgen::generate_simple_self_signed;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, StreamOwned, SupportedProtocolVersion};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, client};

use crate::support::{Bench, SOON, config, connect, loopback, request, wait_until};

type Secured = StreamOwned<ClientConnection, TcpStream>;

/// A bench that listens under TLS too, and whom its peers must trust for that.
fn start(config: Config) -> (Bench, RootCertStore) {
    let made = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate: CertificateDer<'static> = made.cert.into();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let server = Arc::new(server.with_single_cert(vec![certificate.clone()], key).unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let secure = Some(Secure { tls: vec![loopback()], wss: vec![loopback()], server });
    (Bench::start(Config { secure, ..config }), roots)
}

fn secured(to: SocketAddr, roots: RootCertStore, version: &'static SupportedProtocolVersion) -> Secured {
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let client = client.with_protocol_versions(&[version]).unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(client), name).unwrap(), connect(to))
}

#[test]
fn messages_go_both_ways_under_tls() {
    let (bench, roots) = start(config());
    for version in [&TLS12, &TLS13] {
        let mut client = secured(bench.net.tls_addresses()[0], roots.clone(), version);
        client.write_all(request("OPTIONS", 1).as_bytes()).unwrap();
        let (flow, arrived) = bench.message();
        assert_eq!(arrived, request("OPTIONS", 1));
        assert_eq!((flow.transport(), flow.remote()), (Transport::Tls, client.sock.local_addr().unwrap()));
        bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
        let mut answer = [0; 18];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"SIP/2.0 200 OK\r\n\r\n");
        client.write_all(b"\r\n\r\n").unwrap();
        let mut pong = [0; 2];
        client.read_exact(&mut pong).unwrap();
        assert_eq!(&pong, b"\r\n");
        drop(client);
        assert_eq!(bench.closed(), flow);
    }
}

#[test]
fn a_web_socket_under_tls_is_one_too() {
    let (bench, roots) = start(config());
    let stream = secured(bench.net.wss_addresses()[0], roots, &TLS13);
    let mut wanted = "wss://localhost/".into_client_request().unwrap();
    wanted.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("sip"));
    let (mut client, _) = client(wanted, stream).unwrap();
    client.send(Message::text(request("OPTIONS", 1))).unwrap();
    let (flow, arrived) = bench.message();
    assert_eq!((flow.transport(), arrived), (Transport::Wss, Bytes::from(request("OPTIONS", 1))));
    bench.net.transmit(Hop::Flow(flow), &Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n"));
    assert_eq!(client.read().unwrap(), Message::text("SIP/2.0 200 OK\r\n\r\n"));
}

#[test]
fn who_speaks_no_tls_or_says_nothing_is_closed() {
    let (bench, _) = start(Config { handshake_timeout: SOON, ..config() });
    for said in [request("OPTIONS", 1), String::new()] {
        let mut client = connect(bench.net.tls_addresses()[0]);
        client.write_all(said.as_bytes()).unwrap();
        bench.closed();
    }
    wait_until(|| bench.count(|counters| &counters.handshakes_failed) == 2);
    assert_eq!(bench.count(|counters| &counters.received), 0);
}

/// A phone that must be sure whom it talks to does not talk to us if it does not know our certificate.
#[test]
fn who_does_not_trust_the_certificate_leaves() {
    let (bench, _) = start(config());
    let mut client = secured(bench.net.tls_addresses()[0], RootCertStore::empty(), &TLS13);
    client.write_all(request("OPTIONS", 1).as_bytes()).unwrap_err();
    drop(client);
    bench.closed();
    assert_eq!(bench.count(|counters| &counters.received), 0);
}
