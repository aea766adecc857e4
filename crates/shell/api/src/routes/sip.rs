//! SIP over WebSocket, on the console's own address (RFC 7118).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http;
use axum::response::{IntoResponse, Response};
use hyper_util::rt::TokioIo;

use crate::Peer;
use crate::api::Desk;
use crate::doors::Opening;
use crate::guard::count;
use crate::rate::Key;
use crate::visit::visit;

/// Hands the socket over. Who speaks on it, the registrar finds out: a key of a login, and nothing else, lets a browser in.
pub(crate) async fn sip(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
) -> Response {
    let from = visit(peer, request.headers(), &desk.settings);
    if let Err(problem) = count(&desk, Key::of(from.address), desk.settings.rates.strangers) {
        return problem.into_response();
    }
    let upgrade = hyper::upgrade::on(&mut request);
    let opening: Opening = Box::pin(async move {
        let stream = upgrade.await.map_err(std::io::Error::other)?;
        Ok(Box::new(TokioIo::new(stream)) as Box<dyn crate::doors::Socket>)
    });
    let (parts, _) = request.into_parts();
    let mut asked = http::Request::new(());
    *asked.method_mut() = parts.method;
    *asked.uri_mut() = parts.uri;
    *asked.version_mut() = parts.version;
    *asked.headers_mut() = parts.headers;
    let far = Peer { address: std::net::SocketAddr::new(from.address, peer.address.port()), ..peer };
    desk.doors.voice.socket(far, asked, opening).map(Body::from)
}
