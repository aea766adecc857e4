//! Reading requests so that what cannot be read is a problem with its place.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Problem;
use crate::language::Text;
use crate::words::Code;

/// The body of a request.
pub(crate) struct Sent<T>(pub(crate) T);

/// What stands behind the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

/// What stands in the path. A path that names nothing is not there.
pub(crate) struct Named<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
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
