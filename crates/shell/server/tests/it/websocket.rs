//! A phone whose SIP comes over a WebSocket, as a browser's does (RFC 7118).

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

use bell_testkit::KitError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client};

use crate::centre::{ALICE_HZ, CALLER_HZ, Centre, choose};

/// How long either side is waited for before the other is looked at.
const TURN: Duration = Duration::from_millis(5);

/// Carries what a phone sends to the address that is given back over a WebSocket, and what comes from there to the phone.
/// It ends with the socket.
pub(crate) fn bridge(centre: SocketAddr) -> SocketAddr {
    let phones = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = phones.local_addr().expect("it is bound");
    let mut wanted = format!("ws://{centre}/").into_client_request().expect("an address");
    wanted.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("sip"));
    let stream = TcpStream::connect(centre).expect("the centre listens");
    let (mut socket, _) = client(wanted, stream).expect("it speaks SIP");
    phones.set_read_timeout(Some(TURN)).expect("a time");
    socket.get_ref().set_read_timeout(Some(TURN)).expect("a time");
    thread::spawn(move || while carry(&phones, &mut socket) {});
    address
}

/// One turn; false when the socket is closed.
fn carry(phones: &UdpSocket, socket: &mut WebSocket<TcpStream>) -> bool {
    let mut datagram = [0; 4096];
    if let Ok((length, phone)) = phones.recv_from(&mut datagram) {
        phones.connect(phone).expect("the phone is there");
        let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
        if socket.send(Message::text(text)).is_err() {
            return false;
        }
    }
    match socket.read() {
        Ok(Message::Text(text)) => phones.send(text.as_bytes()).is_ok(),
        Ok(_) => true,
        Err(Error::Io(error)) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        Err(_) => false,
    }
}

/// TEL-07: an agent registers over a WebSocket and takes a call from the queue, which finds him by his connection alone.
#[test]
fn tel_07_a_phone_behind_a_websocket_takes_a_call_from_the_queue() -> Result<(), KitError> {
    let udp = "udp = [\"127.0.0.1:{port:sip}\"]";
    let centre = Centre::changed(&[(udp, &format!("{udp}\nws = [\"127.0.0.1:{{port:ws}}\"]"))])?;
    let near = bridge(centre.server.address("ws"));
    let mut phone = bell_testkit::TonePhone::new(ALICE_HZ)?.number("alice").credentials("alice", "Alice-1");
    phone.register(&near.to_string())?;
    let (_customer, mut call) = centre.customer()?;
    choose(&mut call, "1")?;
    let mut offer = phone.wait_call()?;
    let contact = offer.invite_header("Contact").unwrap_or_default();
    assert!(contact.contains(";transport=ws"), "{contact}");
    offer.answer()?;
    assert!(call.hears(ALICE_HZ)?, "the customer hears the agent");
    assert!(offer.hears(CALLER_HZ)?, "the agent hears the customer");
    call.hang_up()?;
    offer.wait_ended()?;
    centre.assert_quiet();
    centre.assert_replays();
    Ok(())
}
