//! SIP as text: just enough of RFC 3261 to be a telephone in a test. Independent of `bell-sip` on purpose, so that
//! the two do not share their mistakes.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::KitError;

/// A request or a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// The request line or the status line.
    pub(crate) start: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn request(method: &str, uri: &str) -> Self {
        Self { start: format!("{method} {uri} SIP/2.0"), ..Self::default() }
    }

    /// The response to `request`, with the headers every response copies (RFC 3261 §8.2.6.2). `tag` is added to To
    /// unless it has one.
    pub(crate) fn response(request: &Self, status: u16, reason: &str, tag: &str) -> Self {
        let mut response = Self { start: format!("SIP/2.0 {status} {reason}"), ..Self::default() };
        for (name, value) in &request.headers {
            match name.as_str() {
                "To" if !value.contains(";tag=") => response.push(name, format!("{value};tag={tag}")),
                "Via" | "From" | "To" | "Call-ID" | "CSeq" | "Record-Route" => response.push(name, value.clone()),
                _ => {}
            }
        }
        response
    }

    pub(crate) fn push(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    pub(crate) fn with_body(mut self, content_type: &str, body: impl Into<String>) -> Self {
        self.push("Content-Type", content_type);
        self.body = body.into();
        self
    }

    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every header of this name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let matching = self.headers.iter().filter(move |(known, _)| known == name);
        matching.map(|(_, value)| value.as_str())
    }

    /// The status, if this is a response.
    pub(crate) fn status(&self) -> Option<u16> {
        self.start.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
    }

    /// The reason phrase of a response.
    pub(crate) fn reason(&self) -> &str {
        self.start.get(12..).unwrap_or_default()
    }

    /// The method: of the request line, or of CSeq if this is a response.
    pub(crate) fn method(&self) -> &str {
        let line = match self.status() {
            None => Some(self.start.as_str()),
            Some(_) => self.header("CSeq").and_then(|cseq| cseq.split_once(' ')).map(|(_, method)| method),
        };
        line.and_then(|line| line.split_whitespace().next()).unwrap_or_default()
    }

    /// The number in CSeq.
    pub(crate) fn cseq(&self) -> u32 {
        let number = self.header("CSeq").and_then(|cseq| cseq.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// The branch of the topmost Via.
    pub(crate) fn branch(&self) -> &str {
        self.header("Via").and_then(|via| parameter(via, "branch")).unwrap_or_default()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            // Writing to a String cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n{}", self.body.len(), self.body);
        text.into_bytes()
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, KitError> {
        let text = String::from_utf8_lossy(bytes);
        let not_understood = || KitError::malformed("SIP message", text.clone());
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(not_understood)?;
        let mut lines = head.split("\r\n");
        let mut message =
            Self { start: lines.next().unwrap_or_default().to_owned(), headers: Vec::new(), body: body.to_owned() };
        for line in lines {
            let (name, value) = line.split_once(':').ok_or_else(not_understood)?;
            let (name, value) = (full_name(name.trim()), value.trim());
            match name.as_str() {
                "Content-Length" => {}
                // A list in one header is the same as several headers (RFC 3261 §7.3.1).
                "Via" | "Record-Route" | "Route" => value.split(',').for_each(|one| message.push(&name, one.trim())),
                _ => message.push(&name, value),
            }
        }
        if message.status().is_none() && !message.start.ends_with(" SIP/2.0") {
            return Err(not_understood());
        }
        Ok(message)
    }
}

/// The full header name in its usual writing, whatever case or compact form was sent.
fn full_name(name: &str) -> String {
    let full = match name.to_ascii_lowercase().as_str() {
        "v" | "via" => "Via",
        "f" | "from" => "From",
        "t" | "to" => "To",
        "i" | "call-id" => "Call-ID",
        "m" | "contact" => "Contact",
        "c" | "content-type" => "Content-Type",
        "l" | "content-length" => "Content-Length",
        "cseq" => "CSeq",
        "rseq" => "RSeq",
        "www-authenticate" => "WWW-Authenticate",
        "record-route" => "Record-Route",
        "proxy-authenticate" => "Proxy-Authenticate",
        "require" => "Require",
        "expires" => "Expires",
        _ => name,
    };
    full.to_owned()
}

/// The value of `;name=value` in a header, without quotes.
pub(crate) fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|part| {
        let (known, value) = part.split_once('=').unwrap_or((part, ""));
        known.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

/// The URI of a name-addr or addr-spec: what stands between `<` and `>`, or everything before the parameters.
pub(crate) fn uri_of(value: &str) -> &str {
    match value.rsplit_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest),
        None => value.split(';').next().unwrap_or(value),
    }
}

/// `host:port` of a SIP URI, with port 5060 if it names none.
pub(crate) fn host_port(uri: &str) -> String {
    let uri = uri.strip_prefix("sip:").unwrap_or(uri);
    let host = uri.split_once('@').map_or(uri, |(_, host)| host);
    let host = host.split([';', '?']).next().unwrap_or(host);
    if host.contains(':') { host.to_owned() } else { format!("{host}:5060") }
}

/// A token no other call of this run has: for tags, branches and Call-IDs.
pub(crate) fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    format!("{started:x}{pid:x}x{count}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_prints_and_parses() {
        let text = "SIP/2.0 183 Session Progress\r\nv: SIP/2.0/UDP a;branch=z1, SIP/2.0/UDP b;branch=z2\r\n\
                    To: <sip:b@c>;tag=7\r\nCSEQ: 3 INVITE\r\nl: 4\r\n\r\nv=0\n";
        let message = Message::parse(text.as_bytes()).unwrap();
        assert_eq!((message.status(), message.reason()), (Some(183), "Session Progress"));
        assert_eq!((message.method(), message.cseq(), message.branch()), ("INVITE", 3, "z1"));
        assert_eq!(message.all("Via").count(), 2);
        assert_eq!(Message::parse(&message.to_bytes()).unwrap(), message);
        assert!(Message::parse(b"\r\n\r\n").is_err());
    }

    #[test]
    fn addresses_are_taken_apart() {
        let cases = [
            ("\"A\" <sip:1@127.0.0.1:5070;ob>;tag=x", "sip:1@127.0.0.1:5070;ob", "127.0.0.1:5070"),
            ("sip:127.0.0.2;tag=x", "sip:127.0.0.2", "127.0.0.2:5060"),
        ];
        for (value, uri, host) in cases {
            assert_eq!((uri_of(value), host_port(uri).as_str()), (uri, host));
            assert_eq!(parameter(value, "tag"), Some("x"));
        }
    }
}
