//! The header fields and the body of a message, and the values a user agent asks for.

use std::borrow::Cow;

use bell_types::never;
use bytes::Bytes;
use smallvec::SmallVec;

use crate::msg::address::NameAddr;
use crate::msg::auth::{Challenge, Credentials};
use crate::msg::decode;
use crate::msg::error::HeaderError;
use crate::msg::field::Index;
use crate::msg::name::HeaderName;
use crate::msg::scan;
use crate::msg::value::{CSeq, Event, MediaType, RAck, Reason, Replaces, SessionExpires};
use crate::msg::via::Via;

/// Everything of a message after its start line. Via, From, To, Call-ID and CSeq have been checked when the message
/// was read, so they are always there; other values are parsed when they are asked for.
#[derive(Clone, Debug)]
pub struct Envelope {
    bytes: Bytes,
    index: Index,
}

/// The contacts of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contacts<'m> {
    /// `*`: all of them, when a registration is removed.
    Every,
    /// These, perhaps none.
    These(SmallVec<[NameAddr<'m>; 2]>),
}

impl Envelope {
    pub(crate) const fn new(bytes: Bytes, index: Index) -> Self {
        Self { bytes, index }
    }

    /// The message as it arrived, without what followed its body.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.bytes[self.index.body..]
    }

    /// The body as a slice that keeps the message alive.
    pub fn body_bytes(&self) -> Bytes {
        self.bytes.slice(self.index.body..)
    }

    /// Every field in order: name as it was written, and value.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let fields = self.index.fields.iter();
        fields.map(|field| (field.name_in(&self.bytes), field.value_in(&self.bytes)))
    }

    /// The value of every field of this name, without white space around it; folds are still in it.
    pub fn all(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        let fields = self.index.fields.iter();
        fields.filter(move |field| field.name == name).map(|field| field.value_in(&self.bytes))
    }

    /// The value of the first field of this name.
    pub fn first(&self, name: HeaderName) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The value of the first field with a name that we do not know: `X-Tenant`.
    pub fn first_other(&self, name: &str) -> Option<&[u8]> {
        let mut fields = self.fields();
        fields.find(|(written, _)| written.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| value)
    }

    /// The members of a comma-separated list, over all fields of this name, without empty ones.
    pub fn list(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        let members = self.all(name).flat_map(|value| scan::split(value, b','));
        members.filter(|member| !member.is_empty())
    }

    /// The tokens of a list such as Supported or Allow; what is no token is passed over.
    pub fn tokens(&self, name: HeaderName) -> impl Iterator<Item = &str> {
        self.list(name).filter_map(scan::token)
    }

    /// Whether a list holds this token. Option tags compare without case, methods never differ in case only.
    pub fn has_token(&self, name: HeaderName, token: &str) -> bool {
        self.tokens(name).any(|member| member.eq_ignore_ascii_case(token))
    }

    /// A text for people, such as User-Agent, Server or Subject, decoded.
    pub fn text(&self, name: HeaderName) -> Option<Cow<'_, str>> {
        self.first(name).map(decode::text)
    }

    /// The topmost Via.
    pub fn via(&self) -> Via<'_> {
        let top = self.vias().next();
        never!(top.is_none(), "a message without a Via was read");
        top.and_then(Result::ok).unwrap_or(Via::NONE)
    }

    /// Every Via, topmost first. An error where one is malformed; the topmost never is.
    pub fn vias(&self) -> impl Iterator<Item = Result<Via<'_>, HeaderError>> {
        let values = self.all(HeaderName::Via).flat_map(|value| scan::split(value, b','));
        values.map(|value| Via::parse(value).ok_or(HeaderError::Malformed(HeaderName::Via)))
    }

    /// Who the request comes from, as it says.
    pub fn from(&self) -> NameAddr<'_> {
        self.checked_address(HeaderName::From)
    }

    /// Whom the request was meant for first.
    pub fn to(&self) -> NameAddr<'_> {
        self.checked_address(HeaderName::To)
    }

    fn checked_address(&self, name: HeaderName) -> NameAddr<'_> {
        let address = self.first(name).and_then(NameAddr::parse);
        never!(address.is_none(), "a message without a good {name} was read");
        address.unwrap_or_default()
    }

    /// The tag of From.
    pub fn from_tag(&self) -> Option<&str> {
        self.from().tag()
    }

    /// The tag of To.
    pub fn to_tag(&self) -> Option<&str> {
        self.to().tag()
    }

    /// The Call-ID.
    pub fn call_id(&self) -> &str {
        let call_id = self.first(HeaderName::CallId).and_then(scan::word);
        never!(call_id.is_none(), "a message without a good Call-ID was read");
        call_id.unwrap_or_default()
    }

    /// The CSeq.
    pub fn cseq(&self) -> CSeq {
        let cseq = self.first(HeaderName::CSeq).and_then(CSeq::parse);
        never!(cseq.is_none(), "a message without a good CSeq was read");
        cseq.unwrap_or(CSeq::NONE)
    }

    /// The contacts.
    pub fn contacts(&self) -> Result<Contacts<'_>, HeaderError> {
        if self.list(HeaderName::Contact).eq([b"*"]) {
            return Ok(Contacts::Every);
        }
        let contacts: Result<_, _> = self.addresses(HeaderName::Contact).collect();
        contacts.map(Contacts::These)
    }

    /// The first contact: where requests within the dialog go.
    pub fn contact(&self) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.addresses(HeaderName::Contact).next().transpose()
    }

    /// A list of addresses, such as Route, Record-Route, Path, P-Asserted-Identity or Diversion, in order. An error
    /// where one is malformed.
    pub fn addresses(&self, name: HeaderName) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> {
        let values = self.all(name).flat_map(|value| scan::split(value, b','));
        values.map(move |value| NameAddr::parse(value).ok_or(HeaderError::Malformed(name)))
    }

    /// The first of a list of addresses, such as Refer-To, Referred-By or Remote-Party-ID.
    pub fn address(&self, name: HeaderName) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.addresses(name).next().transpose()
    }

    /// A number of seconds, such as Expires, Min-Expires, Min-SE or Retry-After; too large a one is the largest.
    /// Parameters and comments after it are passed over.
    pub fn seconds(&self, name: HeaderName) -> Result<Option<u32>, HeaderError> {
        self.parsed(name, |value| {
            let end = value.iter().position(|byte| matches!(byte, b';' | b'('));
            scan::number(&value[..end.unwrap_or(value.len())])
        })
    }

    /// How many more hops the request may take (RFC 3261 §20.22).
    pub fn max_forwards(&self) -> Result<Option<u8>, HeaderError> {
        self.parsed(HeaderName::MaxForwards, |value| u8::try_from(scan::number(value)?).ok())
    }

    /// The sequence number of a reliable provisional response (RFC 3262).
    pub fn rseq(&self) -> Result<Option<u32>, HeaderError> {
        self.parsed(HeaderName::RSeq, scan::number)
    }

    /// What a PRACK acknowledges (RFC 3262).
    pub fn rack(&self) -> Result<Option<RAck>, HeaderError> {
        self.parsed(HeaderName::RAck, RAck::parse)
    }

    /// The session interval (RFC 4028).
    pub fn session_expires(&self) -> Result<Option<SessionExpires>, HeaderError> {
        self.parsed(HeaderName::SessionExpires, SessionExpires::parse)
    }

    /// The call this one takes the place of (RFC 3891).
    pub fn replaces(&self) -> Result<Option<Replaces>, HeaderError> {
        self.parsed(HeaderName::Replaces, Replaces::parse)
    }

    /// The event package of a SUBSCRIBE or NOTIFY.
    pub fn event(&self) -> Result<Option<Event<'_>>, HeaderError> {
        self.parsed(HeaderName::Event, Event::parse)
    }

    /// Why the call ended, as the peer says (RFC 3326); malformed reasons are passed over.
    pub fn reasons(&self) -> impl Iterator<Item = Reason<'_>> {
        self.list(HeaderName::Reason).filter_map(Reason::parse)
    }

    /// The type of the body.
    pub fn content_type(&self) -> Result<Option<MediaType<'_>>, HeaderError> {
        self.parsed(HeaderName::ContentType, MediaType::parse)
    }

    /// The credentials in Authorization or Proxy-Authorization fields; malformed ones are passed over.
    pub fn credentials(&self, name: HeaderName) -> impl Iterator<Item = Credentials<'_>> {
        self.all(name).filter_map(Credentials::parse)
    }

    /// The challenges in WWW-Authenticate or Proxy-Authenticate fields; malformed ones are passed over.
    pub fn challenges(&self, name: HeaderName) -> impl Iterator<Item = Challenge<'_>> {
        self.all(name).filter_map(Challenge::parse)
    }

    fn parsed<'m, T>(
        &'m self,
        name: HeaderName,
        parse: impl FnOnce(&'m [u8]) -> Option<T>,
    ) -> Result<Option<T>, HeaderError> {
        let Some(value) = self.first(name) else {
            return Ok(None);
        };
        parse(value).map(Some).ok_or(HeaderError::Malformed(name))
    }
}
