//! The node's health.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::Problem;
use crate::api::Desk;

/// How the node is, layer by layer.
#[utoipa::path(get, path = "/v1/health", tag = "node", responses((status = 200, body = Object)))]
pub(crate) async fn health(State(desk): State<Arc<Desk>>) -> Result<Json<Value>, Problem> {
    Ok(Json(desk.doors.node.health().await?))
}
