//! What agents look up and say: knowledge and scripts.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::Permission;
use bell_customer::{Code, Phase, Said, prose};
use bell_types::QueueName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::{OfCall, Seen, Signed};
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{
    ArticleView, ArticleWanted, ArticlesView, Field, LinesView, Refused, ScriptPlace, ScriptsView, Visible,
};
use crate::page;
use crate::routes::customers::{code, query, written, written_or_none};
use crate::words;

/// Who reads knowledge: who is at a desk, and who writes it.
pub(crate) const READ_KNOWLEDGE: &[Permission] = &[Permission::DeskUse, Permission::KnowledgeWrite];
/// Who reads scripts.
pub(crate) const READ_SCRIPTS: &[Permission] = &[Permission::DeskUse, Permission::ScriptWrite];

/// The longest id of an article.
const ID_CHARS_MAX: usize = 64;
/// The longest title, in characters.
const TITLE_CHARS_MAX: usize = 200;
/// The longest article.
const TEXT_CHARS_MAX: usize = 20_000;
/// The longest lines of a phase.
const LINES_CHARS_MAX: usize = 4_000;
/// The most queues an article is for.
const QUEUES_MAX: usize = 100;
/// Stands in a path for all queues that have no lines of their own.
const EVERY_QUEUE: &str = "*";

/// Which articles.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ArticlesAsked {
    /// Words that are in a title or a text.
    q: Option<String>,
    /// For this queue.
    queue: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// An article as it is to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ArticleSent {
    /// What it is about, in one line.
    title: String,
    /// What it says.
    text: String,
    /// Whether it is the answer that was agreed on.
    #[serde(default)]
    standard: bool,
    /// The queues it is for; none: all.
    #[serde(default)]
    queues: Vec<String>,
    /// The version it was changed from, 0 for a new one; if it is another one meanwhile, nothing changes.
    version: Option<u64>,
}

/// An article that was used.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UsedSent {
    /// Its id.
    article: String,
}

/// Whose lines.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ScriptsAsked {
    /// The queue of the call.
    queue: Option<String>,
    /// The class of the customer.
    class: Option<String>,
}

/// Of which class.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClassAsked {
    /// The class of customers; all that have no lines of their own, if none is given.
    class: Option<String>,
}

/// Lines as they are to be; empty ones take them away.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LinesSent {
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
    /// For this class of customers alone.
    class: Option<String>,
}

/// Every version of some lines.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScriptVersionsView {
    /// The newest first.
    items: Vec<LinesView>,
}

/// Articles that fit, standard answers first.
#[utoipa::path(get, path = "/v1/knowledge", tag = "knowledge", params(ArticlesAsked),
    responses((status = 200, body = ArticlesView)))]
pub(crate) async fn articles(
    State(desk): State<Arc<Desk>>,
    Asked(asked): Asked<ArticlesAsked>,
) -> Result<Json<ArticlesView>, Problem> {
    let search = query(asked.q.as_deref().unwrap_or_default())?;
    let queue = queue_or_none(asked.queue.as_deref())?;
    Ok(Json(desk.doors.aids.articles(search, queue, page::limit(asked.limit)?).await?))
}

/// One article.
#[utoipa::path(get, path = "/v1/knowledge/{article}", tag = "knowledge", params(("article" = String, Path)),
    responses((status = 200, body = ArticleView)))]
pub(crate) async fn article(
    State(desk): State<Arc<Desk>>,
    Named(article): Named<String>,
) -> Result<Json<ArticleView>, Problem> {
    Ok(Json(desk.doors.aids.article(&article).await?))
}

/// Writes an article, or makes it. Who leads some queues writes for these alone.
#[utoipa::path(put, path = "/v1/knowledge/{article}", tag = "knowledge", params(("article" = String, Path)),
    request_body = ArticleSent, responses((status = 200, body = ArticleView)))]
pub(crate) async fn put_article(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Named(article): Named<String>,
    Sent(sent): Sent<ArticleSent>,
) -> Result<Json<ArticleView>, Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if article.len() > ID_CHARS_MAX || article.is_empty() || !article.chars().all(plain) {
        return Err(page::field(Field::malformed("article")));
    }
    if sent.queues.len() > QUEUES_MAX {
        return Err(page::field(Field { field: "queues", problem: "too_many" }));
    }
    let queues = sent.queues.iter().map(|name| known(&desk, name)).collect::<Result<Vec<_>, _>>()?;
    let title = written("title", prose::line(&sent.title, TITLE_CHARS_MAX))?;
    let text = written("text", prose::block(&sent.text, TEXT_CHARS_MAX))?;
    leads(&visible, &queues)?;
    // What is there already may be for other queues.
    match desk.doors.aids.article(&article).await {
        Ok(before) => leads(&visible, &names(&before.queues)?)?,
        Err(Refused::NotThere) => {}
        Err(refused) => return Err(refused.into()),
    }
    let (standard, changed_from) = (sent.standard, sent.version);
    let wanted = ArticleWanted { article, title, text, standard, queues, changed_from };
    let written = desk.doors.aids.put_article(&who, wanted).await?;
    desk.hub.notify("knowledge");
    Ok(Json(written))
}

/// Takes an article away; in which calls it was used stays.
#[utoipa::path(delete, path = "/v1/knowledge/{article}", tag = "knowledge", params(("article" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn remove_article(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Named(article): Named<String>,
) -> Result<StatusCode, Problem> {
    let before = desk.doors.aids.article(&article).await?;
    leads(&visible, &names(&before.queues)?)?;
    desk.doors.aids.remove_article(&who, &article).await?;
    desk.hub.notify("knowledge");
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps that an article was used in a call.
#[utoipa::path(post, path = "/v1/calls/{call}/articles", tag = "knowledge", params(("call" = String, Path)),
    request_body = UsedSent, responses((status = 204)))]
pub(crate) async fn use_article(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    of: OfCall,
    Sent(sent): Sent<UsedSent>,
) -> Result<StatusCode, Problem> {
    desk.doors.aids.use_article(&who, of.call, &sent.article).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The lines to say in calls of a queue with a customer of this class.
#[utoipa::path(get, path = "/v1/scripts", tag = "scripts", params(ScriptsAsked),
    responses((status = 200, body = ScriptsView)))]
pub(crate) async fn scripts(
    State(desk): State<Arc<Desk>>,
    Asked(asked): Asked<ScriptsAsked>,
) -> Result<Json<ScriptsView>, Problem> {
    let class = class(asked.class.as_deref())?;
    Ok(Json(desk.doors.aids.scripts(queue_or_none(asked.queue.as_deref())?, class).await?))
}

/// Every version of the lines of a phase.
#[utoipa::path(get, path = "/v1/scripts/{queue}/{phase}", tag = "scripts",
    params(("queue" = String, Path, description = "`*` for all that have none of their own"), ("phase" = String, Path),
        ClassAsked), responses((status = 200, body = ScriptVersionsView)))]
pub(crate) async fn script_versions(
    State(desk): State<Arc<Desk>>,
    Named((queue, phase)): Named<(String, String)>,
    Asked(asked): Asked<ClassAsked>,
) -> Result<Json<ScriptVersionsView>, Problem> {
    let place = place(&desk, &queue, &phase, asked.class.as_deref())?;
    Ok(Json(ScriptVersionsView { items: desk.doors.aids.script_versions(place).await? }))
}

/// Writes the lines of a phase: every desk has them at once. The first line of `vip`, `complaint` and `transferred` is also
/// the greeting that the agent is shown with the customer.
#[utoipa::path(put, path = "/v1/scripts/{queue}/{phase}", tag = "scripts",
    params(("queue" = String, Path, description = "`*` for all that have none of their own"), ("phase" = String, Path)),
    request_body = LinesSent, responses((status = 200, body = LinesView)))]
pub(crate) async fn put_script(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Seen(visible): Seen,
    Named((queue, phase)): Named<(String, String)>,
    Sent(sent): Sent<LinesSent>,
) -> Result<Json<LinesView>, Problem> {
    let place = place(&desk, &queue, &phase, sent.class.as_deref())?;
    leads(&visible, place.queue.as_slice())?;
    let lines = |field, text: &str| {
        let read = written_or_none(field, Some(text), |text| prose::block(text, LINES_CHARS_MAX))?;
        Ok::<_, Problem>(read.unwrap_or_default())
    };
    let said = Said { zh: lines("zh", &sent.zh)?, en: lines("en", &sent.en)? };
    let written = desk.doors.aids.put_script(&who, place, said).await?;
    desk.hub.notify("scripts");
    Ok(Json(written))
}

/// Whether all of these queues are his to write for; what is for all queues is for who leads the centre.
fn leads(visible: &Visible, queues: &[QueueName]) -> Result<(), Problem> {
    let his = !queues.is_empty() && queues.iter().all(|queue| visible.has_queue(queue.as_str()));
    if *visible == Visible::All || his {
        return Ok(());
    }
    Err(Problem::of(words::Code::Forbidden).with("why", "other_queues").detail(words::other_queues()))
}

fn names(queues: &[String]) -> Result<Vec<QueueName>, Problem> {
    queues.iter().map(|name| queue(name)).collect()
}

fn queue(name: &str) -> Result<QueueName, Problem> {
    QueueName::new(name).map_err(|_| page::field(Field::malformed("queue")))
}

fn queue_or_none(name: Option<&str>) -> Result<Option<QueueName>, Problem> {
    name.filter(|name| !name.is_empty()).map(queue).transpose()
}

fn known(desk: &Desk, name: &str) -> Result<QueueName, Problem> {
    let queue = queue(name)?;
    if desk.doors.aids.has_queue(&queue) { Ok(queue) } else { Err(page::field(Field::unknown("queue"))) }
}

fn class(text: Option<&str>) -> Result<Option<Code>, Problem> {
    text.filter(|text| !text.is_empty()).map(|text| code("class", text)).transpose()
}

fn place(desk: &Desk, queue: &str, phase: &str, of_class: Option<&str>) -> Result<ScriptPlace, Problem> {
    let not_there = || Problem::of(words::Code::NotFound);
    let queue = match queue {
        EVERY_QUEUE => None,
        name => Some(known(desk, name).map_err(|_| not_there())?),
    };
    Ok(ScriptPlace { queue, phase: Phase::of_code(phase).ok_or_else(not_there)?, class: class(of_class)? })
}
