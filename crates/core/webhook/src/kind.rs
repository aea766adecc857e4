//! What can be told.

// Variant, code, whether people are told about their accounts. A code is never renamed once released.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $code:literal;)+) => {
        /// What an event is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $variant,)+ }

        impl Kind {
            /// All of them, in the order screens show them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As programs know it: `call.ended`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

kinds! {
    /// A call came in, or is placed.
    CallStarted "call.started";
    /// An agent has answered it.
    CallAnswered "call.answered";
    /// It has ended.
    CallEnded "call.ended";
    /// Its recording is complete.
    RecordingReady "recording.ready";
    /// The time that a ticket promised is near.
    TicketPromiseNear "ticket.promise_near";
    /// It has passed, and the ticket is still open.
    TicketPromiseOverdue "ticket.promise_overdue";
    /// Somebody is told something about his account.
    AccountNotice "account.notice";
}

impl Kind {
    /// The one of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}
