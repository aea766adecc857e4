//! Messages as somebody outside the house may see them.

/// Fields that are shown. What another one says may be about a person or open a door: only its name is shown.
const SHOWN: [&str; 49] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "allow",
    "allow-events",
    "call-id",
    "contact",
    "content-encoding",
    "content-length",
    "content-type",
    "cseq",
    "date",
    "diversion",
    "event",
    "expires",
    "from",
    "history-info",
    "max-forwards",
    "min-expires",
    "min-se",
    "p-asserted-identity",
    "p-early-media",
    "p-preferred-identity",
    "path",
    "privacy",
    "proxy-require",
    "rack",
    "reason",
    "record-route",
    "refer-to",
    "referred-by",
    "remote-party-id",
    "replaces",
    "require",
    "retry-after",
    "route",
    "rseq",
    "server",
    "service-route",
    "session-expires",
    "subscription-state",
    "supported",
    "timestamp",
    "to",
    "unsupported",
    "user-agent",
    "via",
    "warning",
    "x-bell-call",
];
/// Their compact forms (RFC 3261 §7.3.3 and later).
const SHORT: [&str; 13] = ["i", "m", "e", "l", "c", "o", "f", "r", "b", "x", "k", "t", "v"];
/// Lines of a description of media that name people.
const PEOPLE_IN_SDP: [&str; 4] = ["i=", "e=", "p=", "u="];

const HIDDEN: &str = "***";

/// A message that [`Masked`](super::Masked) has written, without anything that opens a door or is about a person: of its
/// fields only those that say how calls are set up, names and passwords out of addresses, and of its body only what
/// describes media. Telephone numbers stay: who knows which they are hides them.
pub fn anonymous(message: &str) -> String {
    let (head, body) = message.split_once("\r\n\r\n").unwrap_or((message, ""));
    let mut out = String::with_capacity(message.len());
    let mut lines = head.split("\r\n");
    out.push_str(&without_passwords(lines.next().unwrap_or_default()));
    out.push_str("\r\n");
    let (mut is_shown, mut kind) = (true, Body::Other);
    for line in lines {
        let is_folded = line.starts_with([' ', '\t']);
        let field = line.split_once(':').filter(|_| !is_folded);
        match field {
            Some((name, value)) => {
                let name = name.trim().to_ascii_lowercase();
                is_shown = SHOWN.contains(&name.as_str()) || SHORT.contains(&name.as_str());
                if matches!(name.as_str(), "content-type" | "c") {
                    kind = Body::of(value);
                }
                let shown = if is_shown { without_names(value) } else { format!(" {HIDDEN}") };
                out.push_str(&format!("{}:{shown}\r\n", &line[..line.len() - value.len() - 1]));
            }
            None if is_shown => out.push_str(&format!("{}\r\n", without_names(line))),
            None => {}
        }
    }
    out.push_str("\r\n");
    out.push_str(&kind.shown(body));
    out
}

/// What a body is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    /// A description of media.
    Sdp,
    /// The status of a transfer.
    Fragment,
    /// Anything else: keys that were pressed, messages.
    Other,
}

impl Body {
    fn of(content_type: &str) -> Self {
        match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/sdp" => Self::Sdp,
            "message/sipfrag" => Self::Fragment,
            _ => Self::Other,
        }
    }

    fn shown(self, body: &str) -> String {
        match self {
            _ if body.is_empty() => String::new(),
            Self::Sdp => {
                let is_shown = |line: &&str| !PEOPLE_IN_SDP.iter().any(|person| line.starts_with(person));
                body.split_inclusive('\n').filter(is_shown).collect()
            }
            // Only the status line: fields behind it are those of another message.
            Self::Fragment => body.lines().next().unwrap_or_default().to_owned(),
            Self::Other => HIDDEN.to_owned(),
        }
    }
}

/// What a field says, without the names before its addresses.
fn without_names(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut parts = value.split('<').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            out.push_str(part);
            break;
        }
        // Before it stands the end of the address before, if there is one, then a comma, then the name.
        let begin = part.find('>').map_or(0, |end| part[end..].find(',').map_or(part.len(), |comma| end + comma + 1));
        let (before, name) = part.split_at(begin);
        out.push_str(before);
        out.push_str(if name.trim().is_empty() { name } else { " \"***\" " });
        out.push('<');
    }
    without_passwords(&out)
}

/// A text without the passwords of the addresses in it: `sip:alice:secret@host`.
fn without_passwords(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let begin =
        |text: &str| ["sip:", "sips:"].into_iter().filter_map(|scheme| Some(text.find(scheme)? + scheme.len())).min();
    while let Some(begin) = begin(rest) {
        let (before, address) = rest.split_at(begin);
        out.push_str(before);
        let end = address.find(['>', ' ', ',', '\r', '"']).unwrap_or(address.len());
        let user = address[..end].find('@').unwrap_or(0);
        let shown = address[..user].find(':').map(|password| format!("{}:{HIDDEN}", &address[..password]));
        out.push_str(shown.as_deref().unwrap_or(&address[..user]));
        rest = &address[user..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dia_19_credentials_names_and_keys_are_not_shown() {
        let message = "INVITE sip:alice:Alice-1@192.0.2.10 SIP/2.0\r\n\
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
            From: \"Wang, Xiaoming\" <sip:013800138000@192.0.2.1>;tag=1\r\n\
            P-Asserted-Identity: Wang <sip:1@a>, \"Li\" <tel:+861>\r\n\
            Authorization: Digest username=\"alice\",\r\n nonce=\"abc\"\r\n\
            Identity: eyJhbGciOi\r\n\
            X-Customer: 330106199001011234\r\n\
            Content-Type: application/dtmf-relay\r\n\r\n\
            Signal=5\r\nDuration=160\r\n";
        let expected = "INVITE sip:alice:***@192.0.2.10 SIP/2.0\r\n\
            Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
            From: \"***\" <sip:013800138000@192.0.2.1>;tag=1\r\n\
            P-Asserted-Identity: \"***\" <sip:1@a>, \"***\" <tel:+861>\r\n\
            Authorization: ***\r\n\
            Identity: ***\r\n\
            X-Customer: ***\r\n\
            Content-Type: application/dtmf-relay\r\n\r\n\
            ***";
        assert_eq!(anonymous(message), expected);
    }

    #[test]
    fn dia_19_what_describes_media_is_shown() {
        let sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\ne=wang@example.com\r\nm=audio 40000 RTP/AVP 8\r\n";
        let message = format!("SIP/2.0 200 OK\r\nc: application/sdp\r\n\r\n{sdp}");
        assert_eq!(anonymous(&message), message.replace("e=wang@example.com\r\n", ""));
        assert_eq!(anonymous("garbage"), "garbage\r\n\r\n");
    }
}
