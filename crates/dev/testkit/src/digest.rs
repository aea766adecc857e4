//! Digest authentication, the client's half (RFC 2617, RFC 7616 with MD5).

use md5::{Digest, Md5};

use crate::message::{Message, unique};

/// Who a phone says it is.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Credentials {
    /// The header that answers the MD5 challenge in a 401 or 407, as name and value; `None` if there is no such
    /// challenge.
    pub(crate) fn answer(&self, challenged: &Message, method: &str, uri: &str) -> Option<(&'static str, String)> {
        let (asked, answer) = match challenged.status()? {
            401 => ("WWW-Authenticate", "Authorization"),
            407 => ("Proxy-Authenticate", "Proxy-Authorization"),
            _ => return None,
        };
        let is_md5 =
            |challenge: &&str| field(challenge, "algorithm").is_none_or(|name| name.eq_ignore_ascii_case("MD5"));
        let challenge = challenged.all(asked).find(is_md5)?;
        let (realm, nonce) = (field(challenge, "realm")?, field(challenge, "nonce")?);
        let Self { user, password } = self;
        let secret = md5(&format!("{user}:{realm}:{password}"));
        let target = md5(&format!("{method}:{uri}"));
        let common =
            format!(r#"Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5"#);
        let opaque = field(challenge, "opaque").map_or(String::new(), |opaque| format!(r#", opaque="{opaque}""#));
        let value = match field(challenge, "qop") {
            Some(offered) if offered.split(',').any(|qop| qop.trim() == "auth") => {
                let cnonce = unique();
                let response = md5(&format!("{secret}:{nonce}:00000001:{cnonce}:auth:{target}"));
                format!(r#"{common}{opaque}, qop=auth, nc=00000001, cnonce="{cnonce}", response="{response}""#)
            }
            _ => format!(r#"{common}{opaque}, response="{}""#, md5(&format!("{secret}:{nonce}:{target}"))),
        };
        Some((answer, value))
    }
}

/// The value of `name=value` or `name="value"` in a challenge.
fn field<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = challenge.trim().strip_prefix("Digest")?;
    while let Some((key, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if key.trim_matches([',', ' ']).eq_ignore_ascii_case(name) {
            return Some(value.trim());
        }
        rest = next;
    }
    None
}

fn md5(text: &str) -> String {
    let sum = Md5::digest(text.as_bytes());
    sum.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_2617_without_qop() {
        let challenge =
            Message::default().with("WWW-Authenticate", r#"Digest realm="x", nonce="n", algorithm=SHA-256"#).with(
                "WWW-Authenticate",
                r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#,
            );
        let challenge = Message { start: "SIP/2.0 401 Unauthorized".to_owned(), ..challenge };
        let credentials = Credentials { user: "Mufasa".to_owned(), password: "Circle Of Life".to_owned() };
        let (name, value) = credentials.answer(&challenge, "GET", "/dir/index.html").unwrap();
        assert_eq!(name, "Authorization");
        assert_eq!(field(&value, "response"), Some("670fd8c2df070c60b045671b8b24ff02"));
    }

    #[test]
    fn fields_with_commas_in_quotes_are_found() {
        let challenge = r#"Digest realm="a, b", qop="auth,auth-int", stale=true, nonce="n""#;
        assert_eq!(field(challenge, "qop"), Some("auth,auth-int"));
        assert_eq!(field(challenge, "stale"), Some("true"));
        assert_eq!(field(challenge, "nonce"), Some("n"));
        assert_eq!(field(challenge, "opaque"), None);
    }
}
