//! Who may look at a customer's data, and what the log is told of it.

/// What becomes of a look at a customer's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is for a call or a ticket.
    Let,
    /// It has no such purpose, and is let through once the log knows of it; if the log cannot be told, it is not.
    LetIfLogged,
    /// There is no such customer for whoever asks.
    Hidden,
}

impl Look {
    /// At a customer with whom there is a call or a ticket that whoever asks sees (`has_purpose`), by somebody who reads all
    /// of the centre or only a part.
    pub const fn new(has_purpose: bool, reads_all: bool) -> Self {
        match (has_purpose, reads_all) {
            (true, _) => Self::Let,
            (false, true) => Self::LetIfLogged,
            (false, false) => Self::Hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_03_a_look_without_a_purpose_is_only_for_who_reads_all_and_is_logged() {
        assert_eq!(Look::new(true, false), Look::Let);
        assert_eq!(Look::new(true, true), Look::Let, "the call or ticket is on record itself");
        assert_eq!(Look::new(false, true), Look::LetIfLogged);
        assert_eq!(Look::new(false, false), Look::Hidden);
    }
}
