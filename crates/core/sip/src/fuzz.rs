//! What the fuzzers call: everything that reads bytes from the network, with what must hold of any bytes at all.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bell_types::{CallId, Codec, LegId, OwnKeys, Srtp};
use bytes::Bytes;

use crate::sdp::description::{Description, Direction};
use crate::sdp::parse::SdpLimits;
use crate::sdp::{Before, Local, Preference, answer, offer, read_answer};
use crate::{Envelope, Frame, Framer, HeaderName, Limits, Masked, Message, MessageBuilder, Status, reject};

const LIMITS: Limits = Limits {
    head_bytes_max: 16_384,
    body_bytes_max: 16_384,
    field_count_max: 100,
    uri_bytes_max: 1024,
    stream_bytes_max: 65_536,
};

const SOURCE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5060);

const SDP_LIMITS: SdpLimits = SdpLimits { media_count_max: 16, format_count_max: 64 };

/// Reads a message in every way there is. What was read can be answered, and the answer is about the same call.
pub fn fuzz_message(data: &[u8]) {
    let bytes = Bytes::copy_from_slice(data);
    let _ = Masked(data).to_string();
    fuzz_stream(data);
    let message = match Message::parse(bytes.clone(), &LIMITS) {
        Ok(message) => message,
        Err(error) => {
            let _ = reject(&bytes, error, SOURCE, "tag", &LIMITS);
            return;
        }
    };
    read_all(message.envelope());
    if let Message::Request(request) = message {
        let reply = MessageBuilder::response(&request, SOURCE, Status::OK, Some("tag")).finish();
        let limits = Limits { head_bytes_max: 32_768, ..LIMITS };
        let reply = match Message::parse(reply, &limits) {
            Ok(Message::Response(reply)) => reply,
            other => panic!("our own response cannot be read: {other:?}"),
        };
        assert_eq!(reply.call_id(), request.call_id());
        assert_eq!(reply.cseq(), request.cseq());
        assert_eq!(reply.from_tag(), request.from_tag());
        assert_eq!(reply.to_tag(), request.to_tag().or(Some("tag")));
        assert_eq!(reply.via().branch(), request.via().branch());
    }
}

fn fuzz_stream(data: &[u8]) {
    let mut framer = Framer::new(LIMITS);
    for piece in data.chunks(7) {
        if framer.push(piece).is_err() {
            return;
        }
        loop {
            match framer.next_frame() {
                Ok(Some(Frame::Message(bytes))) => drop(Message::parse(bytes, &LIMITS)),
                Ok(Some(Frame::Ping)) => {}
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

fn read_all(envelope: &Envelope) {
    let _ = (envelope.from().display(), envelope.from().uri(), envelope.to().uri());
    let _ = (envelope.contacts(), envelope.max_forwards(), envelope.rseq(), envelope.rack());
    let _ = (envelope.session_expires(), envelope.replaces(), envelope.event());
    let _ = (envelope.content_type(), envelope.vias().count());
    for reason in envelope.reasons() {
        let _ = reason.text();
    }
    for &name in HeaderName::ALL {
        let _ = (envelope.text(name), envelope.seconds(name), envelope.tokens(name).count());
        for address in envelope.addresses(name).flatten() {
            if let Ok(uri) = address.uri() {
                let _ = (uri.number(), uri.phone_context(), uri.host(), uri.header("Replaces"), uri.same_as(&uri));
            }
        }
        for challenge in envelope.challenges(name) {
            let _ = (challenge.realm(), challenge.qop().count());
        }
        for credentials in envelope.credentials(name) {
            let _ = (credentials.username(), credentials.nc());
        }
    }
}

/// Reads a session description, answers it as an offer and takes it as an answer. What was read prints to something
/// that reads as the same; an answer has the lines of its offer, and no payload type with two meanings.
pub fn fuzz_sdp(data: &[u8]) {
    let Ok(theirs) = Description::parse(data, &SDP_LIMITS) else {
        return;
    };
    let printed = theirs.to_string();
    let again = Description::parse(printed.as_bytes(), &SDP_LIMITS).expect("what we print can be read");
    assert_eq!(again.media.len(), theirs.media.len());
    assert_eq!(again.to_string(), printed);
    let local = Local {
        rtp: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 20_000),
        codecs: Codec::ALL.to_vec(),
        events: true,
        rtcp_mux: true,
        packet_time: Duration::from_millis(20),
        packet_time_max: Duration::from_millis(60),
        srtp: Srtp::Offered,
        keys: OwnKeys { leg: LegId { call: CallId::from_u64(1), number: 1 }, attempt: 0 },
        direction: Direction::SendRecv,
    };
    let ours = offer(&local, Before::First { id: 1 });
    let _ = read_answer(&ours, &theirs, &local);
    if let Ok((answered, negotiated)) = answer(&theirs, &local, Preference::Ours, Before::First { id: 1 }) {
        assert_eq!(answered.media.len(), theirs.media.len());
        assert_ne!(Some(negotiated.send.1), negotiated.send_events);
        let next = offer(&local, Before::Sent(&answered));
        let (_, audio) = next.audio().expect("our offer has audio");
        let mut payload_types: Vec<_> = audio.codecs.iter().map(|(_, payload_type)| *payload_type).collect();
        payload_types.extend(audio.events);
        payload_types.sort_unstable();
        assert!(payload_types.windows(2).all(|pair| pair[0] != pair[1]), "{payload_types:?}");
    }
}

/// Drives a stack with random requests, responses, commands, troubles and pauses. Every dialog ends once, and in the end
/// nothing is left.
pub fn fuzz_stack(data: &[u8]) {
    crate::stack::fuzz::run(data);
}
