//! The door to answers that are kept, so that a request with a key is carried out once.

use crate::doors::Doing;

/// Answers that are kept.
pub trait Answers: Send + Sync {
    /// Begins a request, unless one stands under its key.
    fn begin(&self, asked: KeyedRequest) -> Doing<'_, Begun>;
    /// Keeps what was answered.
    fn end(&self, ticket: Ticket, answer: KeptAnswer) -> Doing<'_, ()>;
}

/// A request with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Who asks: keys of two people are two.
    pub person: u64,
    /// The key.
    pub key: String,
    /// What is asked: method, path and body.
    pub request: Vec<u8>,
}

/// What names a request that was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Who asks.
    pub person: u64,
    /// The key.
    pub key: String,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The status.
    pub status: u16,
    /// The type of the body.
    pub kind: String,
    /// The body; none: it showed something that is shown once.
    pub body: Option<String>,
}

/// How a request with a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is the first: it is carried out.
    First(Ticket),
    /// It was carried out.
    Answered(KeptAnswer),
    /// It is being carried out.
    Running,
    /// The program stopped while it was carried out: nobody knows whether it was.
    Unknown,
    /// Another request stands under the key.
    Other,
    /// There are as many answers as are kept.
    Full,
}
