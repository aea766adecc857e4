//! The stack: transactions, dialogs, registrations and trunks as one state machine.

pub mod vocabulary;
