//! What a run has shown: a simulation that never comes to a place proves nothing about it.

use std::collections::BTreeMap;

use bell_types::{Fact, What};

/// How often each kind of fact came, with what tells its kinds apart.
#[derive(Default)]
pub(super) struct Coverage(BTreeMap<String, u64>);

impl Coverage {
    /// `line` is the fact as it stands in the journal.
    pub(super) fn fact(&mut self, fact: &Fact, line: &str) {
        let kind = line.split("\"what\":{\"what\":\"").nth(1).and_then(|rest| rest.split('"').next());
        let detail = match &fact.what {
            What::CallEnded { ending, .. } | What::LegEnded { ending, .. } => ending.cause.code().to_owned(),
            What::TransferEnded { failed, .. } => failed.map_or("answered", |cause| cause.code()).to_owned(),
            What::CallRefused { cause, .. } | What::EndpointGone { cause, .. } | What::TrunkDown { cause, .. } => {
                cause.code().to_owned()
            }
            What::OfferEnded { outcome, .. } => format!("{outcome:?}"),
            What::PromptEnded { how, .. } => format!("{how:?}"),
            What::LeftQueue { how, .. } => format!("{how:?}").split('(').next().unwrap_or_default().to_owned(),
            What::AgentChanged { activity, .. } => format!("{activity:?}"),
            What::RegistrationRefused { refusal, .. } => format!("{refusal:?}"),
            What::RecordingSealed { status, .. } => {
                format!("{status:?}").split(' ').next().unwrap_or_default().to_owned()
            }
            _ => String::new(),
        };
        *self.0.entry(format!("{} {detail}", kind.unwrap_or_default())).or_default() += 1;
    }

    pub(super) fn seen(&self) -> BTreeMap<String, u64> {
        self.0.clone()
    }
}
