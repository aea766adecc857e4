//! What stands before every end point: limits, the check that a change comes from our own page, the language of problems.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::Desk;
use crate::headers;
use crate::rate::{Key, Rate};
use crate::visit::{Peer, Way, bearer, text};
use crate::words::Code;
use crate::{Language, Problem};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How long an end point may take to begin its answer.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// The outermost: everything an answer must have, whoever made it.
pub(crate) async fn answer(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let language = Language::asked_for(request.headers());
    let way = Way::of(peer, request.headers(), &desk.settings);
    let refused = is_foreign(request.method(), request.headers(), way).then(|| Problem::of(Code::OtherOrigin));
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => match tokio::time::timeout(ANSWER_MAX, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::of(Code::TooSlow).with("retry_after_secs", 5).into_response(),
        },
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let mut told = problem.told(language);
        told.headers_mut().extend(std::mem::take(response.headers_mut()).into_iter().filter_map(kept));
        response = told;
    }
    headers::guard(response.headers_mut(), way);
    response
}

/// What a problem's answer keeps of the headers it had: not those of the empty body.
fn kept((name, value): (Option<HeaderName>, axum::http::HeaderValue)) -> Option<(HeaderName, axum::http::HeaderValue)> {
    let name = name?;
    let of_body = name == axum::http::header::CONTENT_LENGTH || name == axum::http::header::CONTENT_TYPE;
    (!of_body).then_some((name, value))
}

/// Whether a request that may change something, or opens a socket, comes from another site's page (CSRF). Programs with a
/// token bring no cookie, so that nobody can borrow it.
fn is_foreign(method: &Method, headers: &HeaderMap, way: Way) -> bool {
    let opens_socket = headers.contains_key(axum::http::header::UPGRADE);
    if (method.is_safe() && !opens_socket) || bearer(headers).is_some() {
        return false;
    }
    if let Some(site) = text(headers, &FETCH_SITE) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(headers, &ORIGIN), text(headers, &HOST)) {
        (Some(origin), Some(host)) => {
            origin.strip_prefix(way.scheme()).is_none_or(|origin| !origin.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => true,
        // Not a browser, or one so old that it sends neither: SameSite keeps the cookie back.
        (None, _) => false,
    }
}

/// Counts a request, or says how long to wait.
pub(crate) fn count(desk: &Desk, key: Key, rate: Rate) -> Result<(), Problem> {
    let mut buckets = desk.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    buckets.take(Instant::now(), key, rate).map_err(|wait| {
        let secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Problem::of(Code::TooMany).with("retry_after_secs", secs)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::{AUTHORIZATION, UPGRADE};

    use super::*;

    #[test]
    fn a_change_comes_from_our_own_page_or_from_a_program() {
        let foreign = |method: Method, pairs: &[(HeaderName, &'static str)]| {
            let pairs = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            let mut headers: HeaderMap = pairs.collect();
            headers.insert(HOST, HeaderValue::from_static("bell.example:8080"));
            is_foreign(&method, &headers, Way::Plain)
        };
        assert!(!foreign(Method::POST, &[(FETCH_SITE, "same-origin")]));
        assert!(foreign(Method::POST, &[(FETCH_SITE, "cross-site")]));
        assert!(foreign(Method::POST, &[(FETCH_SITE, "same-site")]), "another port is another site's");
        assert!(!foreign(Method::DELETE, &[(ORIGIN, "http://bell.example:8080")]));
        assert!(foreign(Method::DELETE, &[(ORIGIN, "http://bell.example:8081")]));
        assert!(foreign(Method::DELETE, &[(ORIGIN, "https://bell.example:8080")]));
        assert!(foreign(Method::DELETE, &[(ORIGIN, "null")]));
        assert!(!foreign(Method::GET, &[(ORIGIN, "http://evil.example")]), "what only shows is guarded by the browser");
        assert!(foreign(Method::GET, &[(ORIGIN, "http://evil.example"), (UPGRADE, "websocket")]));
        assert!(!foreign(Method::POST, &[(ORIGIN, "http://evil.example"), (AUTHORIZATION, "Bearer bell_1_x")]));
        assert!(!foreign(Method::POST, &[]));
    }
}
