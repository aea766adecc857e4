//! The names of header fields.

use std::fmt;

// Variant, name as we write it, compact form or nothing (RFC 3261 §7.3.3). Ordered by how often they arrive, because
// look-up goes through the list.
macro_rules! header_names {
    ($($variant:ident $name:literal $compact:literal;)+) => {
        /// The name of a header field that means something to us, or `Other`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HeaderName {
            $(#[doc = concat!("`", $name, "`.")] $variant,)+
            /// A field we only carry.
            Other,
        }

        impl HeaderName {
            /// Every name we know.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name as we write it; empty for `Other`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Other => "",
                }
            }

            /// Name, compact form, and what they stand for.
            const TABLE: &[(&str, &str, Self)] = &[$(($name, $compact, Self::$variant),)+];
        }
    };
}

header_names! {
    Via "Via" "v";
    From "From" "f";
    To "To" "t";
    CallId "Call-ID" "i";
    CSeq "CSeq" "";
    MaxForwards "Max-Forwards" "";
    Contact "Contact" "m";
    ContentLength "Content-Length" "l";
    ContentType "Content-Type" "c";
    Route "Route" "";
    RecordRoute "Record-Route" "";
    Allow "Allow" "";
    Supported "Supported" "k";
    Require "Require" "";
    UserAgent "User-Agent" "";
    Server "Server" "";
    Expires "Expires" "";
    Authorization "Authorization" "";
    ProxyAuthorization "Proxy-Authorization" "";
    WwwAuthenticate "WWW-Authenticate" "";
    ProxyAuthenticate "Proxy-Authenticate" "";
    PAssertedIdentity "P-Asserted-Identity" "";
    PPreferredIdentity "P-Preferred-Identity" "";
    RemotePartyId "Remote-Party-ID" "";
    Privacy "Privacy" "";
    XBellCall "X-Bell-Call" "";
    AnswerMode "Answer-Mode" "";
    Diversion "Diversion" "";
    SessionExpires "Session-Expires" "x";
    MinSe "Min-SE" "";
    RSeq "RSeq" "";
    RAck "RAck" "";
    Reason "Reason" "";
    ReferTo "Refer-To" "r";
    ReferredBy "Referred-By" "b";
    Replaces "Replaces" "";
    Event "Event" "o";
    SubscriptionState "Subscription-State" "";
    Accept "Accept" "";
    AllowEvents "Allow-Events" "u";
    Unsupported "Unsupported" "";
    ProxyRequire "Proxy-Require" "";
    MinExpires "Min-Expires" "";
    RetryAfter "Retry-After" "";
    Path "Path" "";
    ServiceRoute "Service-Route" "";
    Subject "Subject" "s";
    Date "Date" "";
    Timestamp "Timestamp" "";
    Warning "Warning" "";
    ContentDisposition "Content-Disposition" "";
    ContentEncoding "Content-Encoding" "e";
    CallInfo "Call-Info" "";
    AlertInfo "Alert-Info" "";
    AuthenticationInfo "Authentication-Info" "";
}

impl HeaderName {
    /// The field with this name, long or compact, in any case.
    pub fn from_bytes(name: &[u8]) -> Self {
        let mut known = Self::TABLE.iter();
        let found = known.find(|(long, compact, _)| is(long, name) || is(compact, name));
        found.map_or(Self::Other, |(_, _, known)| *known)
    }
}

fn is(known: &str, name: &[u8]) -> bool {
    known.len() == name.len() && !name.is_empty() && known.as_bytes().eq_ignore_ascii_case(name)
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case_and_in_its_compact_form() {
        for &name in HeaderName::ALL {
            assert_eq!(HeaderName::from_bytes(name.as_str().as_bytes()), name);
            assert_eq!(HeaderName::from_bytes(name.as_str().to_uppercase().as_bytes()), name);
        }
        for (_, compact, name) in HeaderName::TABLE {
            let expected = if compact.is_empty() { HeaderName::Other } else { *name };
            assert_eq!(HeaderName::from_bytes(compact.to_uppercase().as_bytes()), expected);
        }
        assert_eq!(HeaderName::from_bytes(b"NewFangledHeader"), HeaderName::Other);
    }
}
