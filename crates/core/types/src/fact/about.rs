//! What a fact is about, and which call it belongs to.

use crate::{CallId, What};

impl What {
    /// What this is about, in one word: `call`, `leg`, `queue`.
    pub const fn about(&self) -> &'static str {
        match self {
            Self::CallArrived { .. }
            | Self::CallPlaced { .. }
            | Self::DialledBy { .. }
            | Self::CallCommanded { .. }
            | Self::CallReceived { .. }
            | Self::CallEnded { .. }
            | Self::CallRefused { .. } => "call",
            Self::ListEntriesAdded { .. } | Self::ListEntriesApproved { .. } | Self::ListEntriesEnded { .. } => "list",
            Self::LegOpened { .. }
            | Self::LegRinging { .. }
            | Self::LegAnswered { .. }
            | Self::LegHeld { .. }
            | Self::LegResumed { .. }
            | Self::LegEnded { .. }
            | Self::LineCalled { .. }
            | Self::ConfirmAsked { .. }
            | Self::Confirmed { .. } => "leg",
            Self::Bridged { .. } | Self::Unbridged { .. } => "bridge",
            Self::ConsultBegan { .. } | Self::ConsultSwitched { .. } | Self::ConsultEnded { .. } => "consult",
            Self::RouteChanged { .. } => "route",
            Self::Parked { .. } | Self::Unparked { .. } => "park",
            Self::AgentMissing { .. } | Self::AgentMissingEnded { .. } => "absence",
            Self::Supervised { .. } | Self::HelpAsked { .. } => "supervision",
            Self::TransferAsked { .. } | Self::TransferEnded { .. } | Self::TransfersWatched { .. } => "transfer",
            Self::FlowEntered { .. } | Self::FlowDecided { .. } | Self::FlowRedirected { .. } => "flow",
            Self::SurveyBegan { .. } | Self::Scored { .. } => "survey",
            Self::MessageBegan { .. } | Self::MessageEnded { .. } => "message",
            Self::CallbackWished { .. } => "callback",
            Self::EmergencySwitched { .. } => "number",
            Self::PromptStarted { .. } | Self::PromptEnded { .. } => "prompt",
            Self::DigitPressed { .. } => "digit",
            Self::Enqueued { .. }
            | Self::PositionAnnounced { .. }
            | Self::LeftQueue { .. }
            | Self::Overflowed { .. }
            | Self::QueueAlertBegan { .. }
            | Self::QueueAlertEnded { .. } => "queue",
            Self::CallbackAsked { .. }
            | Self::CallbackKept { .. }
            | Self::CallbackHeld { .. }
            | Self::CallbackAttempted { .. }
            | Self::CallbackPutOff { .. }
            | Self::CallbackEnded { .. } => "callback",
            Self::Routed { .. } => "decision",
            Self::Offered { .. } | Self::OfferRang { .. } | Self::OfferEnded { .. } => "offer",
            Self::RecordingStarted { .. } | Self::RecordingSealed { .. } => "recording",
            Self::QualityMeasured { .. }
            | Self::VoiceMeasured { .. }
            | Self::SilenceBegan { .. }
            | Self::SilenceEnded { .. } => "media",
            Self::AgentChanged { .. } | Self::AgentBarred { .. } => "agent",
            Self::EndpointRegistered { .. }
            | Self::ContactReplaced { .. }
            | Self::EndpointGone { .. }
            | Self::RegistrationRefused { .. }
            | Self::KeyGiven { .. }
            | Self::KeysEnded { .. }
            | Self::LineReached { .. } => "phone",
            Self::TrunkUp { .. } | Self::TrunkDown { .. } => "trunk",
            Self::NodeStarted { .. } | Self::NodeStopped { .. } | Self::ConfigApplied { .. } => "node",
        }
    }

    /// The call this fact belongs to, if it belongs to one.
    pub fn call(&self) -> Option<CallId> {
        match self {
            Self::CallArrived { call, .. }
            | Self::CallReceived { call, .. }
            | Self::CallPlaced { call, .. }
            | Self::CallEnded { call, .. }
            | Self::FlowEntered { call, .. }
            | Self::FlowDecided { call, .. }
            | Self::FlowRedirected { call, .. }
            | Self::SurveyBegan { call, .. }
            | Self::Scored { call, .. }
            | Self::CallbackWished { call, .. }
            | Self::MessageBegan { call, .. }
            | Self::MessageEnded { call, .. }
            | Self::Enqueued { call, .. }
            | Self::PositionAnnounced { call, .. }
            | Self::LeftQueue { call, .. }
            | Self::Overflowed { call, .. }
            | Self::CallbackAsked { call, .. }
            | Self::CallbackKept { call, .. }
            | Self::CallbackHeld { call, .. }
            | Self::CallbackAttempted { call, .. }
            | Self::CallbackPutOff { call, .. }
            | Self::CallbackEnded { call, .. }
            | Self::CallCommanded { call, .. }
            | Self::HelpAsked { call, .. }
            | Self::Routed { call, .. } => Some(*call),
            Self::LegOpened { leg, .. }
            | Self::LegRinging { leg, .. }
            | Self::LegAnswered { leg, .. }
            | Self::LegHeld { leg }
            | Self::LegResumed { leg }
            | Self::LegEnded { leg, .. }
            | Self::Bridged { a: leg, .. }
            | Self::Unbridged { a: leg, .. }
            | Self::TransferAsked { by: leg, .. }
            | Self::TransferEnded { by: leg, .. }
            | Self::ConsultBegan { by: leg, .. }
            | Self::ConsultSwitched { by: leg, .. }
            | Self::ConsultEnded { by: leg, .. }
            | Self::RouteChanged { leg, .. }
            | Self::Supervised { leg, .. }
            | Self::PromptStarted { leg, .. }
            | Self::PromptEnded { leg, .. }
            | Self::DigitPressed { leg, .. }
            | Self::QualityMeasured { leg, .. }
            | Self::VoiceMeasured { leg, .. } => Some(leg.call),
            Self::SilenceBegan { leg, .. } | Self::SilenceEnded { leg, .. } => Some(leg.call),
            Self::AgentMissing { call, .. } | Self::AgentMissingEnded { call, .. } => Some(*call),
            Self::Parked { call, .. } | Self::Unparked { call, .. } | Self::DialledBy { call, .. } => Some(*call),
            Self::LineCalled { leg, .. } | Self::ConfirmAsked { leg, .. } | Self::Confirmed { leg } => Some(leg.call),
            Self::Offered { offer, .. } | Self::OfferRang { offer, .. } => Some(offer.call),
            Self::OfferEnded { offer, .. } => Some(offer.call),
            Self::RecordingStarted { recording } | Self::RecordingSealed { recording, .. } => Some(recording.0),
            Self::NodeStarted { .. } | Self::NodeStopped { .. } | Self::ConfigApplied { .. } => None,
            Self::KeyGiven { .. } | Self::KeysEnded { .. } | Self::AgentBarred { .. } => None,
            Self::QueueAlertBegan { .. } | Self::QueueAlertEnded { .. } | Self::TransfersWatched { .. } => None,
            Self::LineReached { .. } | Self::TrunkUp { .. } | Self::TrunkDown { .. } => None,
            Self::EmergencySwitched { .. }
            | Self::AgentChanged { .. }
            | Self::EndpointRegistered { .. }
            | Self::ContactReplaced { .. }
            | Self::EndpointGone { .. }
            | Self::RegistrationRefused { .. }
            | Self::CallRefused { .. }
            | Self::ListEntriesAdded { .. }
            | Self::ListEntriesApproved { .. }
            | Self::ListEntriesEnded { .. } => None,
        }
    }
}
