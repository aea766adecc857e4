//! The parts of the product that a centre can do without (TEL-23).

use std::fmt;

/// A part that is switched on by itself. Calls, queues, recording, calls to the outside and one report are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// Reports beside that of calls by time, and exports.
    Reports,
    /// Entries of lists of callers.
    Lists,
    /// Who calls: customers with their data and history.
    Customers,
    /// What was promised to a customer.
    Tickets,
    /// Articles to answer from.
    Knowledge,
    /// Lines to say, by phase of a call.
    Scripts,
    /// Scores of calls.
    Quality,
    /// Events for other programs.
    Webhooks,
}

impl Module {
    /// All of them, in the order screens show them.
    pub const ALL: [Self; 8] = [
        Self::Reports,
        Self::Lists,
        Self::Customers,
        Self::Tickets,
        Self::Knowledge,
        Self::Scripts,
        Self::Quality,
        Self::Webhooks,
    ];

    /// As the configuration and programs name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reports => "reports",
            Self::Lists => "lists",
            Self::Customers => "customers",
            Self::Tickets => "tickets",
            Self::Knowledge => "knowledge",
            Self::Scripts => "scripts",
            Self::Quality => "quality",
            Self::Webhooks => "webhooks",
        }
    }

    /// The module of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.code() == code)
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
