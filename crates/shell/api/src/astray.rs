//! Plain HTTP at an address that speaks HTTPS: people leave out the scheme, and programs have an old address.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONNECTION, HOST, LOCATION};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::visit::text;
use crate::words::Code;
use crate::{Language, Problem};

/// How much of what was sent in the clear is waited for.
const BODY_BYTES_MAX: usize = 1 << 20;

/// What plain requests are answered with at an address that speaks HTTPS.
pub fn astray() -> Router {
    Router::new().fallback(to_https)
}

/// A page is shown from where it should have been asked. Anything else has sent in the clear what it had to say, passwords
/// and tokens perhaps, and must not get into the habit.
async fn to_https(method: Method, uri: Uri, headers: HeaderMap, body: Body) -> Response {
    // Read to its end: an answer that overtakes what is sent is lost when the connection closes.
    let _ = to_bytes(body, BODY_BYTES_MAX).await;
    let closes = [(CONNECTION, "close")];
    let rest = uri.path_and_query().map_or("/", |rest| rest.as_str());
    match text(&headers, &HOST) {
        Some(host) if method.is_safe() => {
            let there = format!("https://{host}{rest}");
            // Not for ever: a centre may go back to a proxy that speaks HTTPS for it.
            (StatusCode::TEMPORARY_REDIRECT, closes, [(LOCATION, there)]).into_response()
        }
        _ => {
            let problem = Problem::of(Code::SpeaksHttps).told(Language::asked_for(&headers));
            (closes, problem).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    async fn asked(method: Method, host: Option<&'static str>) -> (u16, Option<String>) {
        let headers = host.map(|host| (HOST, HeaderValue::from_static(host))).into_iter().collect();
        let answer = to_https(method, Uri::from_static("/calls?queue=sales"), headers, Body::empty()).await;
        (answer.status().as_u16(), text(answer.headers(), &LOCATION).map(str::to_owned))
    }

    #[tokio::test]
    async fn who_looks_is_sent_on_and_who_sends_is_told() {
        let there = "https://bell.example:8443/calls?queue=sales".to_owned();
        assert_eq!(asked(Method::GET, Some("bell.example:8443")).await, (307, Some(there)));
        assert_eq!(asked(Method::POST, Some("bell.example:8443")).await, (400, None));
        assert_eq!(asked(Method::GET, None).await, (400, None), "HTTP/1.0 says no host");
    }
}
