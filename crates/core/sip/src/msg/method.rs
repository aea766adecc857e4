//! Request methods.

use std::fmt;

use crate::msg::scan;

/// The method of a request. Methods compare with case (RFC 3261 §7.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Begins a call, or changes it.
    Invite,
    /// Acknowledges the final response to an INVITE.
    Ack,
    /// Ends a call.
    Bye,
    /// Takes back a request that has no final response yet.
    Cancel,
    /// Asks whether a peer is there and what it can do.
    Options,
    /// Binds an address to a contact.
    Register,
    /// Acknowledges a reliable provisional response (RFC 3262).
    Prack,
    /// Changes a call that may not be answered yet (RFC 3311).
    Update,
    /// Carries application data within a call (RFC 6086).
    Info,
    /// Asks us to call somebody (RFC 3515).
    Refer,
    /// Reports on a subscription (RFC 6665).
    Notify,
    /// Asks for reports (RFC 6665).
    Subscribe,
    /// Carries a text (RFC 3428).
    Message,
    /// Publishes a state (RFC 3903).
    Publish,
    /// A method we do not know; a token.
    Other(Box<str>),
}

impl Method {
    /// The methods we know.
    pub const KNOWN: [Self; 14] = [
        Self::Invite,
        Self::Ack,
        Self::Bye,
        Self::Cancel,
        Self::Options,
        Self::Register,
        Self::Prack,
        Self::Update,
        Self::Info,
        Self::Refer,
        Self::Notify,
        Self::Subscribe,
        Self::Message,
        Self::Publish,
    ];

    /// The method with this name; `None` if it is no token.
    pub fn from_bytes(name: &[u8]) -> Option<Self> {
        let known = Self::KNOWN.into_iter().find(|method| method.as_str().as_bytes() == name);
        known.or_else(|| scan::token(name).map(|token| Self::Other(token.into())))
    }

    /// The name: `INVITE`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Invite => "INVITE",
            Self::Ack => "ACK",
            Self::Bye => "BYE",
            Self::Cancel => "CANCEL",
            Self::Options => "OPTIONS",
            Self::Register => "REGISTER",
            Self::Prack => "PRACK",
            Self::Update => "UPDATE",
            Self::Info => "INFO",
            Self::Refer => "REFER",
            Self::Notify => "NOTIFY",
            Self::Subscribe => "SUBSCRIBE",
            Self::Message => "MESSAGE",
            Self::Publish => "PUBLISH",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_method_is_found_and_an_unknown_token_is_kept() {
        for method in Method::KNOWN {
            assert_eq!(Method::from_bytes(method.as_str().as_bytes()), Some(method));
        }
        assert_eq!(Method::from_bytes(b"invite"), Some(Method::Other("invite".into())));
        assert_eq!(Method::from_bytes(b"<sip:a>"), None);
        assert_eq!(Method::from_bytes(b""), None);
    }
}
