//! What a dialog waits for.

/// Each has one timer per dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deadline {
    /// Timer C, and how long an incoming call may wait for us.
    Ring,
    /// The destination that was tried last has not said a word.
    Silence,
    /// A provisional response is due once more, because proxies forget calls that are silent for three minutes
    /// (RFC 3261 §13.3.1.1).
    StillRinging,
    /// A reliable provisional response without its PRACK is sent again (RFC 3262).
    Reliable,
    /// A 2xx without its ACK is sent again.
    Ack,
    /// Our own side owes an answer to an offer.
    OfferWait,
    /// An offer of ours that met one of theirs may be tried again (RFC 3261 §14.1).
    Glare,
    /// The session is to be refreshed, or has run out (RFC 4028).
    Session,
    /// The connection is gone; nothing came on another.
    Flow,
}

impl Deadline {
    /// All of them.
    pub(crate) const ALL: [Self; 9] = [
        Self::Ring,
        Self::Silence,
        Self::StillRinging,
        Self::Reliable,
        Self::Ack,
        Self::OfferWait,
        Self::Glare,
        Self::Session,
        Self::Flow,
    ];
}
