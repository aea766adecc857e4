//! The end points put together: one table, from which the routes of both listeners and the description come.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::DefaultBodyLimit;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use bell_types::Wall;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::openapi::{OpenApi, OpenApiBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Rule, enforce};
use crate::doors::Doors;
use crate::events::Hub;
use crate::modules::module_of;
use crate::rate::{Buckets, Rates};
use crate::words::Code;
use crate::{Problem, console, guard, routes};

/// How long a request's body may be; end points that take more say so.
pub(crate) const BODY_BYTES_MAX: usize = 1 << 20;

/// One of the two addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    /// For agents and supervisors.
    Desk,
    /// The same, and what administers.
    Admin,
}

impl Listener {
    /// As the console knows it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Admin => "admin",
        }
    }
}

/// What the desk goes by.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Settings {
    /// The proxies that say for whom they ask, and whether by TLS.
    pub proxies: Vec<IpAddr>,
    /// How often somebody may ask.
    pub rates: Rates,
    /// The version of the program.
    pub version: &'static str,
}

/// What every end point has at hand.
pub(crate) struct Desk {
    pub(crate) doors: Doors,
    pub(crate) settings: Settings,
    pub(crate) buckets: Mutex<Buckets>,
    pub(crate) hub: Hub,
    /// Every end point.
    table: Vec<EndPoint>,
}

impl Desk {
    /// The paths that a listener serves, so that a screen draws nothing that has no effect there.
    pub(crate) fn offers(&self, listener: Listener) -> BTreeSet<String> {
        let modules = self.doors.floor.modules();
        let is_on = |path: &str| module_of(path).is_none_or(|module| modules.contains(&module));
        let served = self.table.iter().filter(|end_point| end_point.rule.at <= listener && is_on(&end_point.path));
        served.map(|end_point| end_point.path.clone()).collect()
    }

    /// The clock on the wall.
    pub(crate) fn now(&self) -> Wall {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Wall::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The desk over HTTP.
pub struct Api {
    desk: Arc<Desk>,
}

/// An end point, as the matrix and the description list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndPoint {
    /// `GET`.
    pub method: &'static str,
    /// `/v1/calls/{call}`.
    pub path: String,
    /// Who may ask.
    pub rule: Rule,
}

impl Api {
    /// A desk with these doors.
    pub fn new(doors: Doors, settings: Settings) -> Self {
        let (buckets, hub, table) = (Mutex::default(), Hub::new(), end_points());
        let desk = Arc::new(Desk { doors, settings, buckets, hub, table });
        // Whoever comes first sees the floor as it is, too.
        desk.hub.look(desk.now(), desk.doors.floor.live());
        Self { desk }
    }

    /// Looks at the floor for everybody who looks, for ever: whoever serves runs it beside.
    pub async fn watch(&self) {
        self.desk.hub.watch(&*self.desk.doors.floor).await;
    }

    /// What a listener serves, to be given to [`crate::serve`]. Requests say by an extension [`ConnectInfo`] of [`Peer`]
    /// where they come from.
    ///
    /// [`ConnectInfo`]: axum::extract::ConnectInfo
    /// [`Peer`]: crate::Peer
    pub fn router(&self, listener: Listener) -> Router {
        let state = Arc::clone(&self.desk);
        let end_points = routes::all(EndPoints::new(Some((Arc::clone(&state), listener))));
        let (router, _) = end_points.router.split_for_parts();
        let v1 = || async { Problem::of(Code::NoSuchPath) };
        router
            .route("/v1", axum::routing::any(v1))
            .route("/v1/{*rest}", axum::routing::any(v1))
            .method_not_allowed_fallback(|| async { Problem::of(Code::NotAllowed) })
            .route("/sip", axum::routing::get(routes::sip))
            .fallback(console::serve)
            .layer(axum::Extension(listener))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(CatchPanicLayer::custom(|_| broken()))
            .layer(middleware::from_fn_with_state(Arc::clone(&state), guard::answer))
            .layer(CompressionLayer::new().compress_when(is_text))
            .with_state(state)
    }
}

/// Every end point with its rule.
pub fn end_points() -> Vec<EndPoint> {
    described().table
}

/// The description of all end points: OpenAPI 3.1. Each says by what one signs in, which permission it asks for, at which
/// listener it is, and how it fails.
pub fn open_api() -> OpenApi {
    let EndPoints { router, table, .. } = described();
    describe::completed(router.into_openapi(), &table)
}

fn described() -> EndPoints {
    routes::all(EndPoints::new(None))
}

fn broken() -> Response {
    tracing::error!("an end point panicked");
    Problem::of(Code::Broken).into_response()
}

/// Audio is small already, and its ranges are of what is stored.
fn is_text(status: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_text = ["text/", "application/json", "application/problem+json", "image/svg"];
    status != StatusCode::PARTIAL_CONTENT && is_text.iter().any(|text| kind.starts_with(text))
}

/// End points as they are added.
pub(crate) struct EndPoints {
    /// Who guards them, and where they are served; none: they are only described.
    served: Option<(Arc<Desk>, Listener)>,
    router: OpenApiRouter<Arc<Desk>>,
    table: Vec<EndPoint>,
}

impl EndPoints {
    fn new(served: Option<(Arc<Desk>, Listener)>) -> Self {
        let api = OpenApiBuilder::new().info(routes::info()).build();
        Self { served, router: OpenApiRouter::with_openapi(api), table: Vec::new() }
    }

    /// Adds end points of one path that have the same rule: the only way to add any.
    pub(crate) fn add(mut self, rule: Rule, (schemas, paths, methods): UtoipaMethodRouter<Arc<Desk>>) -> Self {
        // Those of one path.
        let module = paths.paths.keys().next().and_then(|path| module_of(path));
        for (path, item) in &paths.paths {
            let of_method = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let declared = of_method.into_iter().filter(|(_, operation)| operation.is_some());
            self.table.extend(declared.map(|(method, _)| EndPoint { method, path: path.clone(), rule }));
        }
        let methods = match &self.served {
            Some((_, listener)) if rule.at > *listener => return self,
            Some((desk, _)) => methods.layer(middleware::from_fn_with_state((Arc::clone(desk), rule, module), enforce)),
            None => methods,
        };
        self.router = self.router.routes((schemas, paths, methods));
        self
    }
}

mod describe;

#[cfg(test)]
mod tests;
