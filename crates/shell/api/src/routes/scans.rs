//! Signing in by a code that a phone scans.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bell_access::{ScanRefusal, Waiting};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{Refused, ScanAnswer};
use crate::routes::session::{Asking, SignInStepView};
use crate::time::rfc3339;
use crate::visit::text;

/// A code that a browser shows.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownView {
    /// Its id, which stands in the picture.
    scan: String,
    /// What the picture contains: the address at which a phone answers.
    uri: String,
    /// What the page keeps for itself: without it, the code lets nobody in.
    secret: String,
    /// Until when it is valid: at most 60 s.
    expires_at: String,
}

/// What the page asks by.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageAsked {
    /// The secret of the page.
    secret: String,
}

/// How a code stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScanView {
    /// How.
    state: ScanState,
}

/// How a code stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScanState {
    /// Nobody has scanned it.
    Waiting,
    /// Somebody has, who has not answered yet.
    Seen,
    /// He said yes: the page may begin the sign-in.
    Confirmed,
    /// He said no.
    Refused,
    /// Its time is over.
    Expired,
}

/// What the page begins the sign-in by.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TakeSent {
    /// The secret of the page.
    secret: String,
}

/// Who asks to be let in, for the phone.
#[derive(Serialize, ToSchema)]
pub(crate) struct WhoAsksView {
    /// What the browser calls itself.
    device: String,
    /// Its address.
    ip: String,
    /// When it showed the code.
    at: String,
    /// Until when it can be answered.
    expires_at: String,
}

/// Shows a code that a phone scans.
#[utoipa::path(post, path = "/v1/session/scan", tag = "session", responses((status = 200, body = ShownView)))]
pub(crate) async fn show(from: Asking, headers: HeaderMap) -> Result<Json<ShownView>, Problem> {
    let (shown, ends) = from.desk.doors.accounts.show_scan(&from.visit).await?;
    // Only he who asks reads it; a wrong name sends nobody but his own phone elsewhere.
    let host = text(&headers, &HOST).unwrap_or_default();
    let uri = format!("{}{host}/scan/{}", from.way.scheme(), shown.code);
    Ok(Json(ShownView { scan: shown.code, uri, secret: shown.page, expires_at: rfc3339(ends) }))
}

/// Waits up to 25 s until a code stands otherwise than the page was told.
#[utoipa::path(get, path = "/v1/session/scan/{scan}", tag = "session", params(("scan" = String, Path), PageAsked),
    responses((status = 200, body = ScanView)))]
pub(crate) async fn wait(
    from: Asking,
    Named(scan): Named<String>,
    Asked(page): Asked<PageAsked>,
) -> Result<Json<ScanView>, Problem> {
    let state = match from.desk.doors.accounts.wait_for_scan(&from.visit, &scan, &page.secret).await {
        Ok(Waiting::ForScan) => ScanState::Waiting,
        Ok(Waiting::ForAnswer) => ScanState::Seen,
        Ok(Waiting::ForPage) => ScanState::Confirmed,
        Err(Refused::Scan(ScanRefusal::Refused)) => ScanState::Refused,
        Err(Refused::Scan(ScanRefusal::Expired)) => ScanState::Expired,
        Err(other) => return Err(other.into()),
    };
    Ok(Json(ScanView { state }))
}

/// Begins the sign-in that a phone has confirmed, once.
#[utoipa::path(post, path = "/v1/session/scan/{scan}/take", tag = "session", params(("scan" = String, Path)),
    request_body = TakeSent, responses((status = 200, body = SignInStepView)))]
pub(crate) async fn take(
    from: Asking,
    Named(scan): Named<String>,
    Sent(sent): Sent<TakeSent>,
) -> Result<Response, Problem> {
    let step = from.desk.doors.accounts.take_scan(&from.visit, &scan, &sent.secret).await?;
    from.answer(step, Vec::new()).await
}

/// Scans a code: who asks to be let in.
#[utoipa::path(get, path = "/v1/scans/{scan}", tag = "session", params(("scan" = String, Path)),
    responses((status = 200, body = WhoAsksView)))]
pub(crate) async fn see(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(scan): Named<String>,
) -> Result<Json<WhoAsksView>, Problem> {
    let asks = desk.doors.accounts.see_scan(&who, &scan).await?;
    Ok(Json(WhoAsksView {
        device: asks.browser,
        ip: asks.address.to_string(),
        at: rfc3339(asks.since),
        expires_at: rfc3339(asks.ends),
    }))
}

/// Lets the browser in that shows a code.
#[utoipa::path(post, path = "/v1/scans/{scan}/confirm", tag = "session", params(("scan" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn confirm(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(scan): Named<String>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.answer_scan(&who, &scan, ScanAnswer::Confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does not let it in.
#[utoipa::path(post, path = "/v1/scans/{scan}/refuse", tag = "session", params(("scan" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn refuse(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(scan): Named<String>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.answer_scan(&who, &scan, ScanAnswer::Refuse).await?;
    Ok(StatusCode::NO_CONTENT)
}
