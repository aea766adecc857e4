//! The door to what helps an agent: knowledge, lines to say, and tickets for what is not resolved yet.

use bell_customer::{Code, Phase, Priority, Said, Search, TicketChange, TicketState};
use bell_types::{AgentName, CallId, Number, QueueName, Wall};
use serde::Serialize;
use utoipa::ToSchema;

use crate::doors::{Doing, SignedIn, Visible};

/// Articles that were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArticlesView {
    /// They, standard answers first.
    pub items: Vec<ArticleFoundView>,
}

/// An article that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArticleFoundView {
    /// Its id.
    pub article: String,
    /// What it is about.
    pub title: String,
    /// The piece of its text that was found.
    pub excerpt: String,
    /// Whether it is the answer that was agreed on.
    pub standard: bool,
}

/// An article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArticleView {
    /// Its id.
    pub article: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether it is the answer that was agreed on.
    pub standard: bool,
    /// The queues it is for; none: all.
    pub queues: Vec<String>,
    /// Counted from 1.
    pub version: u64,
    /// When it was changed last.
    pub updated: String,
    /// By whom.
    pub updated_by: String,
}

/// An article as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleWanted {
    /// Its id.
    pub article: String,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Whether it is the answer that was agreed on.
    pub standard: bool,
    /// The queues it is for; none: all.
    pub queues: Vec<QueueName>,
    /// The version it was changed from; none: whichever it is.
    pub changed_from: Option<u64>,
}

/// Lines to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScriptsView {
    /// By phase, in the order of a call.
    pub phases: Vec<LinesView>,
}

/// The lines of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinesView {
    /// `opening`, `vip`, `complaint`, `transferred`, `closing`.
    pub phase: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Counted from 1.
    pub version: u64,
    /// Since when.
    pub at: String,
    /// Who wrote them.
    pub by: String,
}

/// Whose lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptPlace {
    /// The queue; none: all that have none of their own.
    pub queue: Option<QueueName>,
    /// The phase.
    pub phase: Phase,
    /// The class of customers; none: all that have none of their own.
    pub class: Option<Code>,
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketView {
    /// Its id: `T-17`.
    pub ticket: String,
    /// Whose matter it is.
    pub number: String,
    /// The call it was opened in.
    pub call: Option<String>,
    /// In one line.
    pub subject: String,
    /// In full.
    pub text: String,
    /// `low`, `normal`, `high`, `urgent`.
    pub priority: &'static str,
    /// `open`, `done`, `cancelled`.
    pub state: &'static str,
    /// Until when the customer hears of it.
    pub promised_at: String,
    /// How the promise of an open one stands: `running`, `near`, `overdue`.
    pub stage: Option<&'static str>,
    /// Whether it was broken.
    pub overdue: bool,
    /// When it was opened.
    pub opened: String,
    /// By whom.
    pub opened_by: String,
    /// Who looks after it.
    pub agent: Option<String>,
    /// What was done; lists leave it empty.
    pub changes: Vec<TicketChangeView>,
}

/// Something that was done about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketChangeView {
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// In words.
    pub text: Option<String>,
    /// How it stands since then.
    pub state: Option<&'static str>,
    /// What is promised since then.
    pub promised_at: Option<String>,
    /// Who looks after it since then.
    pub agent: Option<String>,
}

/// Some tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketsPage {
    /// They, the next promise first.
    pub items: Vec<TicketView>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A ticket that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketWanted {
    /// The call it is opened in.
    pub call: Option<CallId>,
    /// Whose matter it is; none: that of who is called with.
    pub number: Option<Number>,
    /// In one line.
    pub subject: String,
    /// In full.
    pub text: String,
    /// How much it matters.
    pub priority: Priority,
    /// Until when the customer hears of it.
    pub promised_at: Wall,
    /// Who looks after it; none: who opens it.
    pub agent: Option<AgentName>,
    /// What this request is known by if it is sent again.
    pub request: Option<String>,
}

/// Which tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketsAsked {
    /// Those that may be seen.
    pub visible: Visible,
    /// In this state.
    pub state: Option<TicketState>,
    /// That this agent looks after.
    pub agent: Option<AgentName>,
    /// Whose promise was broken.
    pub overdue: bool,
    /// About this number.
    pub number: Option<Number>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// What helps an agent.
pub trait Aids: Send + Sync {
    /// Articles that fit, for this queue.
    fn articles<'a>(&'a self, search: Search, queue: Option<QueueName>, limit: usize) -> Doing<'a, ArticlesView>;
    /// One.
    fn article<'a>(&'a self, article: &'a str) -> Doing<'a, ArticleView>;
    /// Writes one.
    fn put_article<'a>(&'a self, who: &'a SignedIn, wanted: ArticleWanted) -> Doing<'a, ArticleView>;
    /// Takes one away.
    fn remove_article<'a>(&'a self, who: &'a SignedIn, article: &'a str) -> Doing<'a, ()>;
    /// One was used in a call.
    fn use_article<'a>(&'a self, who: &'a SignedIn, call: CallId, article: &'a str) -> Doing<'a, ()>;

    /// Whether there is such a queue.
    fn has_queue(&self, queue: &QueueName) -> bool;
    /// The lines that hold for a queue and a class of customers.
    fn scripts<'a>(&'a self, queue: Option<QueueName>, class: Option<Code>) -> Doing<'a, ScriptsView>;
    /// Every version of the lines of a place, the newest first.
    fn script_versions<'a>(&'a self, place: ScriptPlace) -> Doing<'a, Vec<LinesView>>;
    /// Writes lines; empty ones take them away.
    fn put_script<'a>(&'a self, who: &'a SignedIn, place: ScriptPlace, said: Said) -> Doing<'a, LinesView>;

    /// Opens a ticket.
    fn open_ticket<'a>(
        &'a self,
        who: &'a SignedIn,
        wanted: TicketWanted,
        visible: &'a Visible,
    ) -> Doing<'a, TicketView>;
    /// Some.
    fn tickets<'a>(&'a self, asked: TicketsAsked) -> Doing<'a, TicketsPage>;
    /// One with what was done, if it may be seen.
    fn ticket<'a>(&'a self, ticket: u64, visible: &'a Visible) -> Doing<'a, TicketView>;
    /// Changes one, if it may be seen.
    fn change_ticket<'a>(
        &'a self,
        who: &'a SignedIn,
        ticket: u64,
        change: TicketChange,
        visible: &'a Visible,
    ) -> Doing<'a, TicketView>;
}
