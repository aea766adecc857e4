//! The door to knowledge, lines to say and tickets.

use bell_access::audit::Detail;
use bell_api::doors::{
    Aids, ArticleFoundView, ArticleView, ArticleWanted, ArticlesView, Business, Doing, Field, LinesView, Refused,
    ScriptPlace, ScriptsView, SignedIn, TicketChangeView, TicketView, TicketWanted, TicketsAsked, TicketsPage, Visible,
};
use bell_api::time::rfc3339;
use bell_customer::{
    Code, NotChanged, Phase, Promise, PromiseError, Said, Search, Stage, Ticket, TicketChange, TicketState,
};
use bell_store::TenantId;
use bell_store::knowledge::{self, Article, Put};
use bell_store::scripts::{self, Lines, Place};
use bell_store::tickets::{self, Behind, Changing, TicketChangeRow, TicketId, TicketRow, TicketsWanted};
use bell_types::{AgentName, CallId, Number, QueueName, Wall};

use super::customers::entry;
use super::records::{RecordsDoor, seen};
use crate::clock::wall;

const TENANT: TenantId = TenantId::FIRST;
/// How much of an article is shown where it was found, in characters.
const EXCERPT_CHARS: usize = 120;

impl RecordsDoor {
    async fn written_article(&self, who: &SignedIn, wanted: ArticleWanted) -> Result<ArticleView, Refused> {
        let mut article = Article {
            article: wanted.article,
            title: wanted.title,
            text: wanted.text,
            standard: wanted.standard,
            queues: wanted.queues,
            version: 0,
            changed_at: wall(),
            changed_by: who.name.clone(),
        };
        let articles_max = self.customer_policy()?.articles_max;
        let details = vec![("title".to_owned(), Detail::Words(article.title.clone()))];
        let entry = entry(who, "knowledge.write", format!("article {}", article.article), details);
        let put = knowledge::put(self.db().await?, TENANT, &article, wanted.changed_from, articles_max, entry).await;
        article.version = match put.map_err(Refused::unavailable)? {
            Put::Done(version) => version,
            Put::Changed(_) => return Err(Refused::Changed),
            Put::TooMany => {
                return Err(Refused::Business(Business {
                    code: "too_many_articles",
                    detail: format!("there are {articles_max} articles: take one away that nobody needs first"),
                    detail_zh: format!("知识已达 {articles_max} 篇上限：请先删除不再需要的"),
                }));
            }
        };
        Ok(article_view(article))
    }

    async fn open(&self, who: &SignedIn, wanted: TicketWanted, visible: &Visible) -> Result<TicketView, Refused> {
        let (now, policy) = (wall(), self.customer_policy()?);
        // A retry gets the first answer, whatever has become of the call and the promised time since then.
        if let Some(request) = &wanted.request {
            let opened = tickets::opened_by_request(self.db().await?, TENANT, request).await;
            if let Some(opened) = opened.map_err(Refused::unavailable)? {
                return Ok(ticket_view(&opened, Vec::new(), now, policy.promise_near_permille));
            }
        }
        let number = self.whose(wanted.call, wanted.number, visible).await?;
        let promise = Promise::new(now, wanted.promised_at, policy.promise_ahead_max).map_err(not_promised)?;
        let agent = wanted.agent.or_else(|| who.agent.clone());
        // What nobody looks after is for who leads the whole centre: another one would not see what he has opened.
        if agent.is_none() && *visible != Visible::All {
            return Err(Field::missing("agent").into());
        }
        agent.as_ref().map_or(Ok(()), |agent| self.is_agent(agent))?;
        let change = Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)?;
        if let Some(request) = &wanted.request {
            let opened = change.opened_by_request(request).await.map_err(Refused::unavailable)?;
            if let Some(opened) = opened {
                return Ok(ticket_view(&opened, Vec::new(), now, policy.promise_near_permille));
            }
        }
        let row = TicketRow {
            ticket: change.next_id().await.map_err(Refused::unavailable)?,
            number,
            call: wanted.call,
            subject: wanted.subject,
            text: wanted.text,
            priority: wanted.priority,
            decided: Ticket { state: TicketState::Open, promise, agent },
            opened_at: now,
            opened_by: who.name.clone(),
            opener: who.agent.clone(),
        };
        change.open(&row, wanted.request.as_deref()).await.map_err(Refused::unavailable)?;
        // An open ticket lets its holder see the customer: whom it is about stands in the log, or there is no ticket.
        let details = vec![("number".to_owned(), Detail::Number(row.number.clone()))];
        let entry = entry(who, "ticket.write", format!("ticket {}", row.ticket), details);
        change.commit_logged(entry).await.map_err(Refused::unavailable)?;
        Ok(ticket_view(&row, Vec::new(), now, policy.promise_near_permille))
    }

    /// Whose matter a new ticket is: that of who is called with in the call, or of a customer whose data may be seen.
    async fn whose(&self, call: Option<CallId>, number: Option<Number>, visible: &Visible) -> Result<Number, Refused> {
        let Some(call) = call else {
            let number = number.ok_or_else(|| Field::missing("number"))?;
            return if self.may_see(&number, visible).await? {
                Ok(number)
            } else {
                Err(Field::unknown("number").into())
            };
        };
        let party = self.party_seen(call, visible).await?;
        match (party, number) {
            (Some(party), Some(number)) if party != number => Err(Field::unknown("number").into()),
            (Some(party), _) => Ok(party),
            // He withheld his number, and told it.
            (None, Some(number)) => Ok(number),
            (None, None) => Err(Field::missing("number").into()),
        }
    }

    fn is_agent(&self, agent: &AgentName) -> Result<(), Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        let known = snapshot.is_some_and(|snapshot| snapshot.acd.agents.iter().any(|config| config.name == *agent));
        if known { Ok(()) } else { Err(Field::unknown("agent").into()) }
    }

    async fn one_ticket(&self, ticket: u64, visible: &Visible) -> Result<TicketView, Refused> {
        let (db, id) = (self.db().await?, TicketId(ticket));
        let row = tickets::get(db, TENANT, id).await.map_err(Refused::unavailable)?;
        let row = row.filter(|row| is_seen(row, visible)).ok_or(Refused::NotThere)?;
        let changes = tickets::changes(db, TENANT, id).await.map_err(Refused::unavailable)?;
        let permille = self.customer_policy()?.promise_near_permille;
        Ok(ticket_view(&row, changes, wall(), permille))
    }

    async fn changed_ticket(
        &self,
        who: &SignedIn,
        ticket: u64,
        wanted: TicketChange,
        visible: &Visible,
    ) -> Result<TicketView, Refused> {
        let (now, policy) = (wall(), self.customer_policy()?);
        let change = Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)?;
        let row = change.get(TicketId(ticket)).await.map_err(Refused::unavailable)?;
        let mut row = row.filter(|row| is_seen(row, visible)).ok_or(Refused::NotThere)?;
        wanted.agent.as_ref().map_or(Ok(()), |agent| self.is_agent(agent))?;
        let done = row.decided.change(now, wanted, policy.promise_ahead_max).map_err(not_changed)?;
        let told = TicketChangeRow { at: now, who: who.name.clone(), change: done };
        change.change(row.ticket, &row.decided, &told).await.map_err(Refused::unavailable)?;
        let number = ("number".to_owned(), Detail::Number(row.number.clone()));
        let handed_on = told.change.agent.as_ref().map(|agent| ("agent".to_owned(), Detail::Plain(agent.to_string())));
        let details = std::iter::once(number).chain(handed_on).collect();
        let entry = entry(who, "ticket.write", format!("ticket {}", row.ticket), details);
        change.commit_logged(entry).await.map_err(Refused::unavailable)?;
        // Whoever has handed it on still sees what came of it.
        let changes = tickets::changes(self.db().await?, TENANT, row.ticket).await.map_err(Refused::unavailable)?;
        Ok(ticket_view(&row, changes, now, policy.promise_near_permille))
    }

    async fn some_tickets(&self, asked: TicketsAsked) -> Result<TicketsPage, Refused> {
        let now = wall();
        let after = asked.after.as_deref().map(|text| behind(text).ok_or_else(|| Field::malformed("cursor")));
        let wanted = TicketsWanted {
            state: asked.state,
            due_by: asked.overdue.then_some(now),
            number: asked.number,
            of: seen(&asked.visible).map(|seen| seen.agents),
            agent: asked.agent,
        };
        let rows = tickets::list(self.db().await?, TENANT, &wanted, after.transpose()?, asked.limit as u64).await;
        let rows = rows.map_err(Refused::unavailable)?;
        let next = rows.last().filter(|_| rows.len() == asked.limit);
        let next = next.map(|row| format!("{}-{}", row.decided.promise.until().as_micros(), row.ticket.0));
        let permille = self.customer_policy()?.promise_near_permille;
        Ok(TicketsPage { items: rows.iter().map(|row| ticket_view(row, Vec::new(), now, permille)).collect(), next })
    }
}

impl Aids for RecordsDoor {
    fn articles<'a>(&'a self, search: Search, queue: Option<QueueName>, limit: usize) -> Doing<'a, ArticlesView> {
        Box::pin(async move {
            let found = knowledge::search(self.db().await?, TENANT, &search, queue.as_ref(), limit as u64).await;
            let view = |article: Article| ArticleFoundView {
                excerpt: search.excerpt(&article.text, EXCERPT_CHARS),
                article: article.article,
                title: article.title,
                standard: article.standard,
            };
            Ok(ArticlesView { items: found.map_err(Refused::unavailable)?.into_iter().map(view).collect() })
        })
    }

    fn article<'a>(&'a self, article: &'a str) -> Doing<'a, ArticleView> {
        Box::pin(async move {
            let found = knowledge::get(self.db().await?, TENANT, article).await.map_err(Refused::unavailable)?;
            found.map(article_view).ok_or(Refused::NotThere)
        })
    }

    fn put_article<'a>(&'a self, who: &'a SignedIn, wanted: ArticleWanted) -> Doing<'a, ArticleView> {
        Box::pin(self.written_article(who, wanted))
    }

    fn remove_article<'a>(&'a self, who: &'a SignedIn, article: &'a str) -> Doing<'a, ()> {
        Box::pin(async move {
            let details = vec![("removed".to_owned(), Detail::Plain("yes".to_owned()))];
            let entry = entry(who, "knowledge.write", format!("article {article}"), details);
            let gone = knowledge::remove(self.db().await?, TENANT, article, entry).await;
            if gone.map_err(Refused::unavailable)? { Ok(()) } else { Err(Refused::NotThere) }
        })
    }

    fn use_article<'a>(&'a self, who: &'a SignedIn, call: CallId, article: &'a str) -> Doing<'a, ()> {
        Box::pin(async move {
            let db = self.db().await?;
            if knowledge::get(db, TENANT, article).await.map_err(Refused::unavailable)?.is_none() {
                return Err(Field::unknown("article").into());
            }
            let used_max = self.customer_policy()?.call_articles_max;
            let noted = knowledge::used(db, TENANT, (call, article), (wall(), who.name.as_str()), used_max).await;
            if noted.map_err(Refused::unavailable)? {
                return Ok(());
            }
            Err(Refused::Business(Business {
                code: "too_many_used",
                detail: format!("{used_max} articles are noted for this call, and no more can be (call_articles_max)"),
                detail_zh: format!("本次通话已记录 {used_max} 篇知识，达到上限（call_articles_max）"),
            }))
        })
    }

    fn has_queue(&self, queue: &QueueName) -> bool {
        let snapshot = self.context.windows.state().snapshot.clone();
        snapshot.is_some_and(|snapshot| snapshot.acd.queues.iter().any(|config| config.name == *queue))
    }

    fn scripts<'a>(&'a self, queue: Option<QueueName>, class: Option<Code>) -> Doing<'a, ScriptsView> {
        Box::pin(async move {
            let all =
                scripts::of_queue(self.db().await?, TENANT, queue.as_ref()).await.map_err(Refused::unavailable)?;
            let of_class = |phase: Phase, class: Option<&Code>| {
                all.iter().find(|lines| lines.place.phase == phase && lines.place.class.as_ref() == class)
            };
            let own = |phase| class.as_ref().and_then(|class| of_class(phase, Some(class)));
            let phases = Phase::ALL.into_iter().filter_map(|phase| own(phase).or_else(|| of_class(phase, None)));
            Ok(ScriptsView { phases: phases.map(lines_view).collect() })
        })
    }

    fn script_versions<'a>(&'a self, place: ScriptPlace) -> Doing<'a, Vec<LinesView>> {
        Box::pin(async move {
            let found = scripts::versions(self.db().await?, TENANT, &of_place(place), scripts::ROWS_MAX).await;
            Ok(found.map_err(Refused::unavailable)?.iter().map(lines_view).collect())
        })
    }

    fn put_script<'a>(&'a self, who: &'a SignedIn, place: ScriptPlace, said: Said) -> Doing<'a, LinesView> {
        Box::pin(async move {
            let (place, at) = (of_place(place), wall());
            let queue = place.queue.as_ref().map_or("*", QueueName::as_str);
            let object = format!("script {queue} {}", place.phase.code());
            let version_of = |version: u64| vec![("version".to_owned(), Detail::Plain(version.to_string()))];
            let entry_of = |version| entry(who, "script.write", object, version_of(version));
            let (by, places_max) = ((at, who.name.as_str()), self.customer_policy()?.script_places_max);
            let put = scripts::put(self.db().await?, TENANT, &place, &said, by, places_max, entry_of).await;
            match put.map_err(Refused::unavailable)? {
                scripts::Put::Done(version) => {
                    Ok(lines_view(&Lines { place, version, said, at, who: who.name.clone() }))
                }
                scripts::Put::TooMany => Err(Refused::Business(Business {
                    code: "too_many_scripts",
                    detail: format!("there are lines for {places_max} queues, phases and classes: use those there are"),
                    detail_zh: format!("话术已达 {places_max} 处上限（队列、环节、客户类别）：请修改已有的话术"),
                })),
            }
        })
    }

    fn open_ticket<'a>(
        &'a self,
        who: &'a SignedIn,
        wanted: TicketWanted,
        visible: &'a Visible,
    ) -> Doing<'a, TicketView> {
        Box::pin(self.open(who, wanted, visible))
    }

    fn tickets<'a>(&'a self, asked: TicketsAsked) -> Doing<'a, TicketsPage> {
        Box::pin(self.some_tickets(asked))
    }

    fn ticket<'a>(&'a self, ticket: u64, visible: &'a Visible) -> Doing<'a, TicketView> {
        Box::pin(self.one_ticket(ticket, visible))
    }

    fn change_ticket<'a>(
        &'a self,
        who: &'a SignedIn,
        ticket: u64,
        change: TicketChange,
        visible: &'a Visible,
    ) -> Doing<'a, TicketView> {
        Box::pin(self.changed_ticket(who, ticket, change, visible))
    }
}

/// Whether one of the agents looks after it or has opened it. What nobody looks after is for who leads the centre.
fn is_seen(row: &TicketRow, visible: &Visible) -> bool {
    let of = [row.decided.agent.as_ref(), row.opener.as_ref()];
    *visible == Visible::All || of.into_iter().flatten().any(|agent| visible.has_agent(agent.as_str()))
}

fn behind(cursor: &str) -> Option<Behind> {
    let (at, ticket) = cursor.rsplit_once('-')?;
    Some(Behind(Wall::from_micros(at.parse().ok()?), TicketId(ticket.parse().ok()?)))
}

fn not_promised(error: PromiseError) -> Refused {
    let problem = match error {
        PromiseError::Passed => "passed",
        PromiseError::TooFar => "too_far",
    };
    Field { field: "promised_at", problem }.into()
}

fn not_changed(why: NotChanged) -> Refused {
    let business =
        |code, zh: &str| Refused::Business(Business { code, detail: why.to_string(), detail_zh: zh.to_owned() });
    match why {
        NotChanged::Nothing => business("nothing_changed", "没有任何更改"),
        NotChanged::Closed => business("ticket_closed", "工单已关闭：请先重新打开"),
        NotChanged::PromiseMissing => Field::missing("promised_at").into(),
        NotChanged::Promise(error) => not_promised(error),
    }
}

fn article_view(article: Article) -> ArticleView {
    ArticleView {
        article: article.article,
        title: article.title,
        text: article.text,
        standard: article.standard,
        queues: article.queues.iter().map(ToString::to_string).collect(),
        version: article.version,
        updated: rfc3339(article.changed_at),
        updated_by: article.changed_by,
    }
}

fn of_place(place: ScriptPlace) -> Place {
    Place { queue: place.queue, phase: place.phase, class: place.class }
}

fn lines_view(lines: &Lines) -> LinesView {
    LinesView {
        phase: lines.place.phase.code(),
        zh: lines.said.zh.clone(),
        en: lines.said.en.clone(),
        version: lines.version,
        at: rfc3339(lines.at),
        by: lines.who.clone(),
    }
}

/// A ticket as it is shown; that its promise was broken is a matter of the clock.
pub(super) fn ticket_view(row: &TicketRow, changes: Vec<TicketChangeRow>, now: Wall, permille: u32) -> TicketView {
    let decided = &row.decided;
    let stage = decided.stage(now, permille);
    TicketView {
        ticket: row.ticket.to_string(),
        number: row.number.to_string(),
        call: row.call.map(|call| call.to_string()),
        subject: row.subject.clone(),
        text: row.text.clone(),
        priority: row.priority.code(),
        state: decided.state.code(),
        promised_at: rfc3339(decided.promise.until()),
        stage: stage.map(Stage::code),
        overdue: stage == Some(Stage::Overdue),
        opened: rfc3339(row.opened_at),
        opened_by: row.opened_by.clone(),
        agent: decided.agent.as_ref().map(ToString::to_string),
        changes: changes.into_iter().map(change_view).collect(),
    }
}

fn change_view(row: TicketChangeRow) -> TicketChangeView {
    TicketChangeView {
        at: rfc3339(row.at),
        by: row.who,
        text: row.change.text,
        state: row.change.state.map(TicketState::code),
        promised_at: row.change.promised_at.map(rfc3339),
        agent: row.change.agent.map(|agent| agent.to_string()),
    }
}
