//! Session descriptions with one audio stream (RFC 4566, RFC 3264).

use std::net::SocketAddr;

use crate::g711::Law;

/// The payload type the kit's phones offer for RFC 4733 events.
pub(crate) const EVENT_PAYLOAD_TYPE: u8 = 101;

/// Who sends, seen from the writer of the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Flow {
    fn attribute(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// The most an answer may say to an offer of this (RFC 3264 §6.1).
    pub(crate) fn answer(self) -> Self {
        match self {
            Self::SendRecv => Self::SendRecv,
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            Self::Inactive => Self::Inactive,
        }
    }

    pub(crate) fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }
}

/// What a description says about its audio stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Audio {
    pub(crate) address: SocketAddr,
    pub(crate) law: Law,
    pub(crate) event_payload_type: Option<u8>,
    pub(crate) flow: Flow,
}

impl Audio {
    /// Prints the description; `version` counts up with every change (RFC 3264 §8).
    pub(crate) fn print(&self, version: u32) -> String {
        let (ip, port) = (self.address.ip(), self.address.port());
        let (payload_type, name) = (self.law.payload_type(), self.law.encoding_name());
        let flow = self.flow.attribute();
        let (events, event_lines) = match self.event_payload_type {
            Some(event) => {
                (format!(" {event}"), format!("a=rtpmap:{event} telephone-event/8000\r\na=fmtp:{event} 0-15\r\n"))
            }
            None => (String::new(), String::new()),
        };
        format!(
            "v=0\r\no=- {port} {version} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP {payload_type}{events}\r\na=rtpmap:{payload_type} {name}/8000\r\n\
             {event_lines}a=ptime:20\r\na={flow}\r\n"
        )
    }

    /// Reads the first audio stream; `None` if there is none, it is refused (port 0), or it has no G.711.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut session_ip, mut media_ip, mut media, mut event) = (None, None, None, None);
        let mut flow = Flow::SendRecv;
        for line in text.lines().map(str::trim_end) {
            match line.split_once('=')? {
                ("c", value) if media.is_none() => session_ip = value.strip_prefix("IN IP4 "),
                ("c", value) => media_ip = value.strip_prefix("IN IP4 "),
                ("m", _) if media.is_some() => break,
                ("m", value) => media = value.strip_prefix("audio "),
                ("a", "sendrecv") => flow = Flow::SendRecv,
                ("a", "sendonly") => flow = Flow::SendOnly,
                ("a", "recvonly") => flow = Flow::RecvOnly,
                ("a", "inactive") => flow = Flow::Inactive,
                ("a", value) if value.to_ascii_lowercase().ends_with(" telephone-event/8000") => {
                    event = value.strip_prefix("rtpmap:").and_then(|map| map.split(' ').next()?.parse().ok());
                }
                _ => {}
            }
        }
        let mut words = media?.split(' ');
        let port: u16 = words.next()?.parse().ok().filter(|port| *port != 0)?;
        let law = words.skip(1).find_map(|format| Law::of_payload_type(format.parse().ok()?))?;
        Some(Self {
            address: SocketAddr::new(media_ip.or(session_ip)?.parse().ok()?, port),
            law,
            event_payload_type: event,
            flow,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_prints_and_parses() {
        let audio = Audio {
            address: SocketAddr::from(([127, 0, 0, 1], 4000)),
            law: Law::A,
            event_payload_type: Some(101),
            flow: Flow::SendOnly,
        };
        assert_eq!(Audio::parse(&audio.print(1)), Some(audio));
        let refused = Audio { address: SocketAddr::from(([127, 0, 0, 1], 0)), ..audio };
        assert_eq!(Audio::parse(&refused.print(1)), None);
        assert_eq!(Audio::parse("v=0\r\n"), None);
    }
}
