//! The door to reports: calls that came to queues, summed up, and exports of the records they are sums of.

use axum::body::Bytes;
use bell_types::{QueueName, Wall};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::records::{CallsWanted, Visible};
use crate::Language;
use crate::doors::Doing;

/// Which calls a report sums up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportWanted {
    /// Those that may be seen.
    pub visible: Visible,
    /// Arrived then or later.
    pub from: Wall,
    /// Arrived before.
    pub to: Wall,
    /// Last in this queue.
    pub queue: Option<QueueName>,
}

/// By what a report is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupedBy {
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Months.
    Month,
}

/// Calls that came to a queue, summed up: `offered = answered + abandoned + left`. A call counts once, for the last queue it
/// was in and the last agent who talked with its caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TallyView {
    /// Calls that came to a queue.
    pub offered: u64,
    /// Those with whose caller an agent talked.
    pub answered: u64,
    /// Of these, those that had waited no longer than the service level allows.
    pub answered_within: u64,
    /// Those whose caller gave up.
    pub abandoned: u64,
    /// Of these, those that gave up too early to count for the service level.
    pub abandoned_early: u64,
    /// Those that went on otherwise.
    pub left: u64,
    /// How long agents talked.
    pub talk_ms: u64,
    /// How long callers were on hold.
    pub hold_ms: u64,
    /// How long callers waited.
    pub wait_ms: u64,
    /// `answered_within / (offered - abandoned_early)`, in thousandths; none if nothing counts.
    pub service_level_permille: Option<u64>,
}

/// What every report tells of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportHead {
    /// Calls that arrived then or later.
    pub from: String,
    /// Calls that arrived before.
    pub to: String,
    /// The zone whose hours and days these are.
    pub zone: String,
    /// The wait within which an answer counts for the service level.
    pub within_ms: u64,
    /// Who gives up within this time does not count for it.
    pub abandoned_within_ms: u64,
    /// What the service level should be, in thousandths.
    pub target_permille: u64,
}

/// Calls over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VolumeReport {
    /// What it is about.
    #[serde(flatten)]
    pub head: ReportHead,
    /// Hours, days, weeks or months, those without a call too.
    pub rows: Vec<PeriodRow>,
    /// Their sum.
    pub totals: TallyView,
}

/// An hour, a day, a week or a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeriodRow {
    /// When it begins.
    pub at: String,
    /// Its calls.
    #[serde(flatten)]
    pub tally: TallyView,
}

/// Calls by agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentsReport {
    /// What it is about.
    #[serde(flatten)]
    pub head: ReportHead,
    /// Agents, by name.
    pub rows: Vec<AgentReportRow>,
    /// Their sum: what the queues' calls that were answered come to.
    pub totals: AgentSums,
}

/// An agent's calls and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentReportRow {
    /// The agent.
    pub agent: String,
    /// What others call him, if that is not his name.
    pub display_name: Option<String>,
    /// What he did.
    #[serde(flatten)]
    pub sums: AgentSums,
}

/// What agents did. Times are of calls that count for them; those of their states are left out for long periods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentSums {
    /// Calls of whose caller they were the last to talk with.
    pub answered: u64,
    /// Offers they did not take.
    pub missed: Option<u64>,
    /// How long was talked in these calls.
    pub talk_ms: u64,
    /// How long their callers were on hold.
    pub hold_ms: u64,
    /// Wrapping up.
    pub wrap_up_ms: Option<u64>,
    /// Signed in.
    pub signed_in_ms: Option<u64>,
    /// On a break.
    pub break_ms: Option<u64>,
    /// Summaries that were not written in time (AGT-04): of each call they had a part in, whoever talked last.
    pub not_filled: u64,
    /// What callers said of them: of each survey, those who talked last before it.
    pub votes: VotesView,
}

/// What callers were asked in surveys, and what they said (RPT-02).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct VotesView {
    /// How often they were asked.
    pub asked: u64,
    /// How often they answered, by whatever scale.
    pub given: u64,
    /// Their answers, by question and best score: those of two scales have no common mean.
    pub scales: Vec<ScaleView>,
}

/// The answers by one scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScaleView {
    /// What was asked, as the flow names it.
    pub question: String,
    /// The best score there is.
    pub best: u8,
    /// How many scores were given.
    pub given: u64,
    /// Their sum; the mean is `score_sum / given`.
    pub score_sum: u64,
    /// How many of them were the best.
    pub best_given: u64,
}

/// Calls by their place in the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeatReport {
    /// What it is about.
    #[serde(flatten)]
    pub head: ReportHead,
    /// Quarters of hours with calls.
    pub rows: Vec<HeatRow>,
    /// Their sum.
    pub totals: TallyView,
}

/// A quarter of an hour of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeatRow {
    /// 1 is Monday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0, 15, 30 or 45.
    pub minute: u8,
    /// Its calls.
    #[serde(flatten)]
    pub tally: TallyView,
}

/// Figures that are counted in two ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReconciledFigures {
    /// Calls that came to a queue.
    pub offered: u64,
    /// Those with whose caller an agent talked.
    pub answered: u64,
    /// Those whose caller gave up.
    pub abandoned: u64,
    /// How long agents talked.
    pub talk_ms: u64,
    /// Summaries that were not written in time.
    pub not_filled: u64,
    /// Questions of surveys that callers were asked.
    pub votes_asked: u64,
    /// Those they answered.
    pub votes_given: u64,
    /// The sum of the scores, of all scales: it proves the figures, and is no measure of anything.
    pub votes_score_sum: u64,
}

/// Whether the reports are what the records come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reconciled {
    /// What the reports say: the sums of the database.
    pub reports: ReconciledFigures,
    /// What the records come to, read one after the other.
    pub records: ReconciledFigures,
    /// Whether they are equal.
    pub equal: bool,
    /// Where they are not.
    pub differences: Vec<DifferenceView>,
}

/// A figure that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DifferenceView {
    /// Which.
    pub figure: &'static str,
    /// What the reports say.
    pub report: u64,
    /// What the records come to.
    pub records: u64,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetForm {
    /// A workbook.
    Xlsx,
    /// Comma-separated values in UTF-8, with the mark that Excel knows them by.
    Csv,
}

/// Reports and exports.
pub trait Reports: Send + Sync {
    /// Calls over time.
    fn volume<'a>(&'a self, wanted: ReportWanted, by: GroupedBy) -> Doing<'a, VolumeReport>;
    /// Calls by agent.
    fn agents<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, AgentsReport>;
    /// Calls by their place in the week.
    fn heat<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, HeatReport>;
    /// Whether the reports are what the records come to.
    fn reconcile<'a>(&'a self, wanted: ReportWanted) -> Doing<'a, Reconciled>;
    /// Calls as a table.
    fn sheet<'a>(&'a self, wanted: CallsWanted, form: SheetForm, language: Language) -> Doing<'a, Bytes>;
}
