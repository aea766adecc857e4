//! Requests with an `Idempotency-Key`: the same one is carried out once, however often it is sent.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::{BODY_BYTES_MAX, Desk};
use crate::doors::{Begun, Field, KeptAnswer, KeyedRequest, SignedIn};
use crate::words::Code;
use crate::{Language, Problem, page};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Tells that an answer is the one that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// How long a key is, in characters.
const KEY_LEN_MAX: usize = 128;
/// How long an answer is that is kept.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// What these answer holds a password, a token or a key, and is shown once: that it was done is kept, and not what it was.
const SHOWN_ONCE: [&str; 10] = [
    "/v1/users",
    "/v1/users/{user}/reset-password",
    "/v1/tokens",
    "/v1/endpoints/{endpoint}/reset-password",
    "/v1/webhooks",
    "/v1/webhooks/{webhook}",
    "/v1/me/totp",
    "/v1/me/passkeys",
    "/v1/me/voice",
    "/v1/first-run/test-call",
];

/// Answers a request of somebody who was let in: once, if it has a key.
pub(crate) async fn answer(desk: &Arc<Desk>, request: Request, next: Next) -> Response {
    match keyed(&request) {
        Ok(None) => next.run(request).await,
        Ok(Some((who, key))) => {
            let begun = begin(desk, who, key, request, next).await;
            begun.unwrap_or_else(IntoResponse::into_response)
        }
        Err(problem) => problem.into_response(),
    }
}

/// Who asks, and under which key; none where there is none, or it says nothing: reading and deleting twice is no harm.
fn keyed(request: &Request) -> Result<Option<(Arc<SignedIn>, String)>, Problem> {
    let changes = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
    let (Some(key), true) = (request.headers().get(KEY), changes) else { return Ok(None) };
    let Some(who) = request.extensions().get::<Arc<SignedIn>>() else { return Ok(None) };
    let key = key.to_str().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > KEY_LEN_MAX {
        return Err(page::field(Field::malformed("Idempotency-Key")));
    }
    Ok(Some((Arc::clone(who), key.to_owned())))
}

async fn begin(
    desk: &Arc<Desk>,
    who: Arc<SignedIn>,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::of(Code::TooLarge))?;
    let asked = KeyedRequest { person: who.actor.user().0, key, request: whole(&parts, &body) };
    let desk = Arc::clone(desk);
    // It goes on when whoever asked has hung up: he comes back for the answer.
    let carried_out = tokio::spawn(async move {
        match desk.doors.answers.begin(asked).await? {
            Begun::First(ticket) => {
                let language = Language::asked_for(&parts.headers);
                let shown_once = is_shown_once(&parts);
                let response = next.run(Request::from_parts(parts, Body::from(body))).await;
                let (response, kept) = keep(response, language, shown_once).await;
                if let Err(problem) = desk.doors.answers.end(ticket, kept).await.map_err(Problem::from) {
                    tracing::error!(
                        code = problem.code(),
                        "an answer under a key was not kept: asked again, it is unknown"
                    );
                }
                Ok(response)
            }
            Begun::Answered(kept) => again(kept),
            Begun::Running => Err(Problem::of(Code::KeyRunning).with("retry_after_secs", 1)),
            Begun::Unknown => Err(Problem::of(Code::KeyUnknown)),
            Begun::Other => Err(Problem::of(Code::KeyReused)),
            Begun::Full => Err(Problem::of(Code::Unavailable).with("retry_after_secs", 60)),
        }
    });
    carried_out.await.unwrap_or_else(|_| Err(Problem::of(Code::Broken)))
}

/// What tells this request from another one.
fn whole(parts: &Parts, body: &Bytes) -> Vec<u8> {
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let head = format!("{} {path}\n", parts.method);
    [head.as_bytes(), body].concat()
}

fn is_shown_once(parts: &Parts) -> bool {
    parts.extensions.get::<MatchedPath>().is_some_and(|path| SHOWN_ONCE.contains(&path.as_str()))
}

/// The answer, and what is kept of it. One that is longer than what is kept goes on as it is.
async fn keep(response: Response, language: Language, shown_once: bool) -> (Response, KeptAnswer) {
    let told = response.extensions().get::<Problem>().map(|problem| problem.told(language));
    let status = response.status().as_u16();
    if let Some(told) = told {
        let body = to_bytes(told.into_body(), ANSWER_BYTES_MAX).await.unwrap_or_default();
        let body = String::from_utf8(body.to_vec()).ok();
        return (response, KeptAnswer { status, kind: "application/problem+json".to_owned(), body });
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let is_short = response.body().size_hint().upper().is_some_and(|length| length <= ANSWER_BYTES_MAX as u64);
    if shown_once || !is_short {
        return (response, KeptAnswer { status, kind, body: None });
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await.unwrap_or_default();
    let kept = KeptAnswer { status, kind, body: String::from_utf8(body.to_vec()).ok() };
    (Response::from_parts(parts, Body::from(body)), kept)
}

fn again(kept: KeptAnswer) -> Result<Response, Problem> {
    let body = kept.body.ok_or_else(|| Problem::of(Code::ShownOnce))?;
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Body::from(body)).into_response();
    if let Ok(kind) = HeaderValue::from_str(&kept.kind)
        && !kept.kind.is_empty()
    {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_once_is_served() {
        let served = crate::end_points();
        for path in SHOWN_ONCE {
            assert!(served.iter().any(|end_point| end_point.path == path), "{path}");
        }
    }
}
