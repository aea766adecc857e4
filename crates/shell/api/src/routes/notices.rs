//! What one is told about one's own account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Signed;
use crate::api::Desk;
use crate::body::Named;
use crate::browser::browser_name;
use crate::doors::{NoticeContent, NoticeSeen};
use crate::language::Text;
use crate::time::rfc3339;
use crate::{Language, Problem};

/// Something one was told.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeView {
    /// Its id.
    notice: String,
    /// What it is about: `new_device`, `new_place`, `impossible_travel`, …
    kind: &'static str,
    /// When it happened.
    at: String,
    /// What happened, in the language that was asked for.
    text: String,
    /// What "that was not me" is said by (`POST /v1/session/not-me`), as long as it can be.
    link: Option<String>,
    /// The ticket it is about: `T-17`.
    ticket: Option<String>,
    /// The time that was promised there.
    promised_at: Option<String>,
    /// Whether one has looked at it, or need not any more: the ticket is closed, or promised anew.
    seen: bool,
}

/// What one was told, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticesView {
    /// At most 100 of logins, and 100 others.
    items: Vec<NoticeView>,
}

/// What one was told about one's own account. A login by a new device is not told of itself.
#[utoipa::path(get, path = "/v1/me/notices", tag = "me", responses((status = 200, body = NoticesView)))]
pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    headers: HeaderMap,
) -> Result<Json<NoticesView>, Problem> {
    let language = Language::asked_for(&headers);
    let view = |seen: NoticeSeen| NoticeView {
        notice: seen.notice.to_string(),
        kind: seen.content.code(),
        at: rfc3339(seen.at),
        text: language.of(&text(&seen.content)).to_owned(),
        link: seen.link,
        ticket: seen.content.promise().map(|(_, ticket, _)| format!("T-{ticket}")),
        promised_at: seen.content.promise().map(|(_, _, until)| rfc3339(until)),
        seen: seen.is_seen,
    };
    let notices = desk.doors.notices.own_notices(&who).await?;
    Ok(Json(NoticesView { items: notices.into_iter().map(view).collect() }))
}

/// One has looked at it.
#[utoipa::path(post, path = "/v1/me/notices/{notice}/seen", tag = "me", params(("notice" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn seen(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(notice): Named<u64>,
) -> Result<StatusCode, Problem> {
    desk.doors.notices.see_notice(&who, notice).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened, as one sentence.
fn text(content: &NoticeContent) -> Text {
    match content {
        NoticeContent::NewDevice { browser, address } => {
            let browser = browser_name(browser);
            Text::new(
                format!("在新设备上登录：{browser}，{address}"),
                format!("a sign-in by a new device: {browser}, {address}"),
            )
        }
        NoticeContent::NewPlace { browser, address, place } => {
            let browser = browser_name(browser);
            Text::new(
                format!("在新地点登录：{place}（{browser}，{address}）"),
                format!("a sign-in from a new place: {place} ({browser}, {address})"),
            )
        }
        NoticeContent::ImpossibleTravel { browser, address, from, to, km } => {
            let browser = browser_name(browser);
            Text::new(
                format!("异地登录：从 {from} 到 {to} 相距 {km} 公里，短时间内无法到达（{browser}，{address}）"),
                format!("a sign-in from {to}, {km} km from {from}, where nobody gets so fast ({browser}, {address})"),
            )
        }
        NoticeContent::AccessReview { open, ends } => Text::new(
            format!("权限复核：有 {open} 个角色等待您确认或取消，截止 {ends}"),
            format!("access review: {open} roles wait for you to confirm them or to take them away, until {ends}"),
        ),
        NoticeContent::PromiseNear { ticket, .. } => Text::new(
            format!("工单 T-{ticket} 对客户承诺的时间快到了：请按时答复，或另约时间"),
            format!("the time that ticket T-{ticket} promised to a customer is near: keep it, or promise another time"),
        ),
        NoticeContent::PromiseOverdue { ticket, .. } => Text::new(
            format!("工单 T-{ticket} 对客户承诺的时间已过：请尽快答复，并另约时间"),
            format!(
                "the time that ticket T-{ticket} promised to a customer has passed: answer him, and promise another time"
            ),
        ),
        NoticeContent::WebhookDisabled { name, since } => Text::new(
            format!("Webhook「{name}」自 {since} 起一直未能送达，已停用；修复后请重新启用"),
            format!(
                "webhook {name} has taken nothing since {since} and was switched off; switch it on once it is mended"
            ),
        ),
    }
}
