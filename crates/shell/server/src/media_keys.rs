//! The keys of encrypted audio (RFC 4568) leave a message before anybody reads it, and come into it when it has left
//! everybody behind: journal, traces and core see references.

use bell_mediahost::KeyRing;
use bell_sip::{Hop, Input, replace_media_keys};
use bytes::Bytes;

/// So many keys of one message are kept; phones offer two or three. More are struck out.
const KEYS_MAX: usize = 8;

/// An input whose message holds references in place of keys. What everybody on the way could read is no key any more.
pub(crate) fn hidden(ring: &KeyRing, input: Input) -> Input {
    let Input::Received { flow, bytes } = input else { return input };
    let mut left = if flow.transport().is_secure() { KEYS_MAX } else { 0 };
    let bytes = replace_media_keys(&bytes, |key| match left {
        0 => KeyRing::strike(key),
        _ => {
            left -= 1;
            ring.hide(key);
        }
    });
    Input::Received { flow, bytes }
}

/// A message with our keys in it, if it leaves under encryption. Otherwise the references leave, which are of no use.
pub(crate) fn revealed(ring: &KeyRing, to: Hop, message: &Bytes) -> Bytes {
    if to.transport().is_secure() { replace_media_keys(message, |key| ring.reveal(key)) } else { message.clone() }
}

#[cfg(test)]
mod tests {
    use bell_sip::{ConnectionId, Flow, Transport};
    use bell_types::{CallId, KeyRef, LegId, OwnKeys, SrtpSuite};

    use super::*;

    const LINE: &str = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20\r\n";

    fn flow(transport: Transport) -> Flow {
        Flow::Stream { transport, connection: ConnectionId(1), remote: "192.0.2.7:5061".parse().unwrap() }
    }

    fn seen(transport: Transport, message: &str) -> String {
        let bytes = Bytes::copy_from_slice(message.as_bytes());
        match hidden(&KeyRing::new(), Input::Received { flow: flow(transport), bytes }) {
            Input::Received { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_that_came_encrypted_is_a_reference_and_one_in_the_clear_is_nothing() {
        let told = |transport| seen(transport, LINE).split("inline:").nth(1).unwrap()[..40].to_owned();
        for transport in [Transport::Tls, Transport::Wss] {
            assert_eq!(told(transport).parse(), Ok(KeyRef::Theirs(0)));
        }
        for transport in [Transport::Tcp, Transport::Ws] {
            assert_eq!(told(transport), "*".repeat(40));
        }
        assert_eq!(seen(Transport::Tls, LINE).len(), LINE.len());
        assert_eq!(seen(Transport::Tls, &LINE.repeat(9)).matches("inline:*t").count(), KEYS_MAX);
    }

    #[test]
    fn our_keys_leave_under_encryption_alone() {
        let leg = LegId { call: CallId::from_u64(1), number: 1 };
        let reference = OwnKeys { leg, attempt: 0 }.key(SrtpSuite::Sha1Tag80);
        let message = Bytes::from(format!("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{reference}\r\n"));
        let ring = KeyRing::new();
        assert_eq!(revealed(&ring, Hop::Flow(flow(Transport::Tcp)), &message), message);
        let told = revealed(&ring, Hop::Flow(flow(Transport::Tls)), &message);
        assert!(told.len() == message.len() && !told.contains(&KeyRef::MARK), "{told:?}");
    }
}
