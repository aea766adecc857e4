//! Reading requests so that what cannot be read is a problem with its place.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Problem;
use crate::api::BODY_BYTES_MAX;
use crate::language::Text;
use crate::words::Code;

/// How much of a body that is too large is read all the same.
const PASSED_OVER_BYTES_MAX: usize = 32 << 20;

/// The body of a request.
pub(crate) struct Sent<T>(pub(crate) T);

/// What stands behind the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

/// What stands in the path. A path that names nothing is not there.
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.body().size_hint().lower() > BODY_BYTES_MAX as u64 {
            pass_over(request.into_body()).await;
            return Err(Problem::of(Code::TooLarge));
        }
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(unread(&rejection)),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(malformed(Code::Malformed, &rejection.body_text())),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(named)| Self(named)).map_err(|_| Problem::of(Code::NotFound))
    }
}

/// Reads what is too large to be taken, within reason: an answer that overtakes what is sent is lost when the connection
/// closes, and nobody is told why.
async fn pass_over(mut body: Body) {
    let mut left = PASSED_OVER_BYTES_MAX;
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn unread(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Problem::of(Code::NotJson),
        JsonRejection::JsonDataError(error) => malformed(Code::Invalid, &error.body_text()),
        other if other.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => Problem::of(Code::TooLarge),
        other => malformed(Code::Malformed, &other.body_text()),
    }
}

/// What serde says names the place; it has no Chinese.
fn malformed(code: Code, text: &str) -> Problem {
    Problem::of(code).detail(Text::new(text, text))
}
