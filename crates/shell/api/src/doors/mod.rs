//! What the desk is given: each door is a trait that the program implements. Values go through, not wire types.

mod accounts;
mod aids;
mod answers;
mod checks;
mod configs;
mod customers;
mod diagnosis;
mod first_run;
mod floor;
mod lists;
mod notices;
mod passkeys;
mod prompts;
mod records;
mod refused;
mod reports;
mod reviews;
mod single;
mod states;
mod webhooks;
mod work;

pub use accounts::{
    Accounts, AgentsSeen, ApprovalAnswer, ApprovalSeen, AuditPage, AuditWanted, Confirmed, Created, DeviceSeen,
    Enrolment, Entry, ExportApproved, Factors, Granted, LoginRules, LoginSimulated, Me, NewUser, NextStep, Person,
    PersonState, RolesSeen, ScanAnswer, SetUp, SignedIn, TokenMade, TokenWanted, UnitsWanted, UserAct, UserActed,
    UserChange, UsersPage, UsersWanted, Verified, Via, Visit, WhyPassword,
};
pub use aids::{
    Aids, ArticleFoundView, ArticleView, ArticleWanted, ArticlesView, LinesView, ScriptPlace, ScriptsView,
    TicketChangeView, TicketView, TicketWanted, TicketsAsked, TicketsPage,
};
pub use answers::{Answers, Begun, KeptAnswer, KeyedRequest, Ticket};
pub use checks::{CheckReport, CheckReportView, CheckReportsView, CheckResult, Checks, NetworkPolicyView};
pub use configs::{
    ConfigApplied, ConfigChecked, ConfigVersionView, ConfigView, ConfigWanted, Configs, CounterExampleView,
    DisorderView, EndView, FlowChecked, FlowRow, FlowStatsView, FlowTextView, FlowVersionView, FlowView, FlowWanted,
    HopView, Kind, MistakeView, NodeStatsView, NotApplied, PoliciesView, PolicyView, ProofView, SimulatedView,
    StepSent, StepView, TemplateView, ThingsView,
};
pub use customers::{
    ContactView, CrmView, CustomerChangeView, CustomerView, CustomerWanted, Customers, FoundPage, FoundView, PastView,
    RegionView, WordsView,
};
pub use diagnosis::{AddressView, CheckLevel, CheckSeen, Diagnoses, LostView, PhonePresenceView, PresenceView};
pub use first_run::{
    ArrivalView, ArrivalsView, CompanySent, FirstAdviceView, FirstAgentSent, FirstAgentView, FirstNumberSent,
    FirstNumberView, FirstRun, FirstRunStepView, FirstRunView, FirstRunWanted, FirstTrunkSent, FirstTrunkView,
    HoursSent,
};
pub use floor::{
    AgentView, AlertView, By, CallAct, CallView, CallingModeView, CallingModesView, DecisionView, DeskQueueView,
    DeskView, DialWanted, FiguresView, Floor, LegNowView, Live, Opening, Parties, PhoneLostView, PhoneThenView,
    PhoneView, ProvisioningView, QueueAgentsView, QueueView, ReasonView, SheetLine, ShiftView, Socket, StateWanted,
    SupervisorView, TargetSeen, TargetView, To, TodayView, TrunkView, Voice, VoiceKey, WhyNoCallsView, WhyView,
};
pub use lists::{
    BlockedRow, BlockedView, EntriesView, EntriesWanted, EntryAct, EntryView, EntryWanted, Lists, Numbers,
    ServiceWanted,
};
pub use notices::{NoticeContent, NoticeSeen, Notices};
pub use passkeys::{Challenge, Owner, PasskeyMade, PasskeyProof, PasskeySeen, Passkeys, Site};
pub use prompts::{
    Material, PromptChecked, PromptUnfit, PromptUseView, PromptView, PromptWanted, Prompts, PromptsView, SoundView,
};
pub use records::{
    ActionView, AdviceView, Audio, AudioForm, BundleWanted, CallRowView, CallWhole, CallsPage, CallsWanted, DigitView,
    Direction, ExportWanted, Exported, FactView, HintView, LegView, MessageView, MicrophoneView, Outcome, PeaksView,
    QualityView, Records, StageView, StoryView, TraceView, Visible, WorstView,
};
pub use refused::{Business, Field, LoginRefused, Refused};
pub use reports::{
    AgentReportRow, AgentSums, AgentsReport, DifferenceView, GroupedBy, HeatReport, HeatRow, PeriodRow, Reconciled,
    ReconciledFigures, ReportHead, ReportWanted, Reports, ScaleView, SheetForm, TallyView, VolumeReport, VotesView,
};
pub use reviews::{AccessReviewSeen, AccessReviewsSeen, ReviewItemSeen, ReviewSaid, Reviews};
pub use single::{Arrival, Departure, ProviderSeen, Return, Single, SingleRefusal};
pub use states::{Activity, AlertKind, CallStage, LegState, PartyRole, Presence, Supervising};
pub use webhooks::{AttemptSeen, ReplayFrom, WebhookChange, WebhookMade, WebhookSeen, WebhookWanted, Webhooks};
pub use work::{
    ChoiceView, DispositionView, DispositionsView, LackingPart, OwnerKind, OwnerSent, SummaryFieldView, SummaryIs,
    SummaryRuleView, SummarySent, SummaryView, Work,
};

use std::pin::Pin;
use std::sync::Arc;

/// What a door does, which may take a while.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + Send + 'a>>;

/// All doors.
#[derive(Clone)]
pub struct Doors {
    /// Accounts, logins, approvals, audit.
    pub accounts: Arc<dyn Accounts>,
    /// What people are told about their own accounts.
    pub notices: Arc<dyn Notices>,
    /// Passkeys.
    pub passkeys: Arc<dyn Passkeys>,
    /// Access reviews.
    pub reviews: Arc<dyn Reviews>,
    /// Signing in elsewhere.
    pub single: Arc<dyn Single>,
    /// Programs of others that are told events.
    pub webhooks: Arc<dyn Webhooks>,
    /// The node's health.
    pub node: Arc<dyn Node>,
    /// What goes on.
    pub floor: Arc<dyn Floor>,
    /// Answers to requests with a key.
    pub answers: Arc<dyn Answers>,
    /// What was checked at a desk.
    pub checks: Arc<dyn Checks>,
    /// What was.
    pub records: Arc<dyn Records>,
    /// Who calls.
    pub customers: Arc<dyn Customers>,
    /// What helps an agent: knowledge, lines to say, tickets.
    pub aids: Arc<dyn Aids>,
    /// What it comes to.
    pub reports: Arc<dyn Reports>,
    /// What is wrong.
    pub diagnoses: Arc<dyn Diagnoses>,
    /// The configuration and its flows.
    pub configs: Arc<dyn Configs>,
    /// What a new centre lacks.
    pub first_run: Arc<dyn FirstRun>,
    /// Who stands on lists of callers.
    pub lists: Arc<dyn Lists>,
    /// What callers hear of recordings and synthesisers.
    pub prompts: Arc<dyn Prompts>,
    /// The work after a call.
    pub work: Arc<dyn Work>,
    /// Voice in the browser.
    pub voice: Arc<dyn Voice>,
}

/// The node, as the desk asks about it.
pub trait Node: Send + Sync {
    /// How it is, layer by layer.
    fn health(&self) -> Doing<'_, serde_json::Value>;
}
