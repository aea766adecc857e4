//! Signing in elsewhere: browsers come here by links and redirections, so that every answer is another one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::Desk;
use crate::body::{Asked, Named};
use crate::doors::{Arrival, LoginRefused, NextStep, ProviderSeen, Refused, Return};
use crate::routes::passkeys::At;
use crate::routes::session::{Asking, MethodView};
use crate::visit::cookie;
use crate::words;

/// What a browser keeps while it is away. `Lax`: it comes back by a link of another site.
const AWAY: &str = "bell_away";
/// How long it may be away, in seconds.
const AWAY_SECS: u32 = 600;

/// Where else one may sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProvidersView {
    /// The places; none, if the configuration names none.
    items: Vec<ProviderView>,
}

/// A place where one may sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderView {
    /// Its name.
    provider: String,
    /// What it is called in Chinese.
    zh: String,
    /// And in English.
    en: String,
}

/// Where one goes afterwards.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DepartAsked {
    /// A path of the console.
    to: Option<String>,
}

/// What the provider sends one back with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReturnAsked {
    /// What one was sent away with.
    state: Option<String>,
    /// The code.
    code: Option<String>,
    /// Why there is none.
    error: Option<String>,
}

/// Where else one may sign in.
#[utoipa::path(get, path = "/v1/session/providers", tag = "session",
    responses((status = 200, body = ProvidersView)))]
pub(crate) async fn providers(State(desk): State<Arc<Desk>>) -> Json<ProvidersView> {
    let view = |seen: ProviderSeen| ProviderView { provider: seen.provider, zh: seen.zh, en: seen.en };
    Json(ProvidersView { items: desk.doors.single.providers().into_iter().map(view).collect() })
}

/// Sends the browser there.
#[utoipa::path(get, path = "/v1/session/oidc/{provider}", tag = "session",
    params(("provider" = String, Path), DepartAsked),
    responses((status = 303, description = "to the provider, or back to the sign-in with `failed`")))]
pub(crate) async fn depart(
    from: Asking,
    At(site): At,
    Named(provider): Named<String>,
    Asked(asked): Asked<DepartAsked>,
) -> Response {
    let back = format!("{}/v1/session/oidc/{provider}/return", site.origin);
    // Only into the console, and nowhere else.
    let to = asked.to.filter(|to| is_inside(to));
    match from.desk.doors.single.depart(&provider, back, to).await {
        Ok(departure) => {
            let kept = away(&from, &departure.cookie, AWAY_SECS);
            see_other(&departure.url, [kept].into())
        }
        Err(refused) => failed(&refused),
    }
}

/// The browser is back.
#[utoipa::path(get, path = "/v1/session/oidc/{provider}/return", tag = "session",
    params(("provider" = String, Path), ReturnAsked),
    responses((status = 303, description = "into the console, or back to the sign-in with `failed` or `ticket`")))]
pub(crate) async fn arrive(
    from: Asking,
    headers: HeaderMap,
    Named(provider): Named<String>,
    Asked(asked): Asked<ReturnAsked>,
) -> Response {
    let returned = Return {
        state: asked.state.unwrap_or_default(),
        cookie: cookie(&headers, AWAY).unwrap_or_default(),
        code: asked.code.ok_or_else(|| asked.error.unwrap_or_default()),
    };
    let arrived = from.desk.doors.single.arrive(&from.visit, &provider, returned).await;
    let gone = away(&from, "", 0);
    match arrived {
        Ok(arrival) => entered(&from, arrival, gone),
        Err(refused) => failed(&refused),
    }
}

fn entered(from: &Asking, arrival: Arrival, gone: String) -> Response {
    let encoded = |text: &str| text.bytes().map(escaped).collect::<String>();
    let location = match arrival.step {
        NextStep::SignedIn(entry) => {
            let cookies = from.cookies(&entry).into_iter().chain([gone]).collect();
            return see_other(&arrival.to.unwrap_or_else(|| "/".to_owned()), cookies);
        }
        NextStep::SecondFactor { methods, ticket } => {
            let methods: Vec<&str> = methods.into_iter().map(|method| MethodView::from(method).code()).collect();
            let to = arrival.to.map(|to| format!("&to={}", encoded(&to))).unwrap_or_default();
            format!("/sign-in?ticket={}&methods={}{to}", encoded(&ticket), methods.join(","))
        }
        // What a password needs, whoever comes without one does not.
        NextStep::Enrol { .. } => "/sign-in?failed=factor_missing".to_owned(),
        NextStep::ChangePassword { .. } => "/sign-in?failed=change_password".to_owned(),
    };
    see_other(&location, [gone].into())
}

/// Back to the sign-in, which says why.
fn failed(refused: &Refused) -> Response {
    let code = match refused {
        Refused::Single(refusal) => refusal.code(),
        Refused::Login(LoginRefused::Shut(shut)) => shut.code(),
        Refused::Login(login) => words::login_code(login),
        other => {
            tracing::warn!(?other, "a sign-in elsewhere failed");
            "unavailable"
        }
    };
    see_other(&format!("/sign-in?failed={code}"), Vec::new())
}

fn see_other(location: &str, cookies: Vec<String>) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let cookies = cookies.into_iter().filter_map(|cookie| Some((SET_COOKIE, HeaderValue::try_from(cookie).ok()?)));
    let cookies: Vec<_> = cookies.collect();
    (StatusCode::SEE_OTHER, [(LOCATION, location)], AppendHeaders(cookies)).into_response()
}

fn away(from: &Asking, value: &str, age: u32) -> String {
    let secure = if from.way.scheme() == "https://" { "; Secure" } else { "" };
    format!("{AWAY}={value}; Path=/v1/session/oidc; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// A path of the console: not `//host`, which is an address of another, nor what a browser makes one of.
fn is_inside(to: &str) -> bool {
    let is_plain = to.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'\\');
    to.starts_with('/') && !to.starts_with("//") && is_plain && to.len() <= 500
}

fn escaped(octet: u8) -> String {
    if octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet) {
        char::from(octet).to_string()
    } else {
        format!("%{octet:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn one_is_sent_into_the_console_and_nowhere_else() {
        for to in ["/", "/calls?from=2026-11-01", "/call/1"] {
            assert!(is_inside(to), "{to}");
        }
        for to in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x", "calls"] {
            assert!(!is_inside(to), "{to}");
        }
    }
}
