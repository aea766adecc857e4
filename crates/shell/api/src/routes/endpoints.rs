//! Phones: what they are set up with.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_types::EndpointName;

use crate::Problem;
use crate::api::Desk;
use crate::body::Named;
use crate::doors::ProvisioningView;
use crate::words::Code;

/// What a phone is set up with, as a sheet and as a code to be scanned. The password is not in it: nobody knows it any more.
#[utoipa::path(get, path = "/v1/endpoints/{endpoint}/provisioning", tag = "endpoints", params(("endpoint" = String, Path)),
    responses((status = 200, body = ProvisioningView)))]
pub(crate) async fn provisioning(
    State(desk): State<Arc<Desk>>,
    Named(endpoint): Named<String>,
) -> Result<Json<ProvisioningView>, Problem> {
    Ok(Json(desk.doors.voice.provisioning(&named(&endpoint)?).await?))
}

/// Draws another password for a phone, shown this once; the old one counts no more.
#[utoipa::path(post, path = "/v1/endpoints/{endpoint}/reset-password", tag = "endpoints",
    params(("endpoint" = String, Path)), responses((status = 200, body = ProvisioningView)))]
pub(crate) async fn reset_password(
    State(desk): State<Arc<Desk>>,
    Named(endpoint): Named<String>,
) -> Result<Json<ProvisioningView>, Problem> {
    Ok(Json(desk.doors.voice.reset_password(&named(&endpoint)?).await?))
}

fn named(endpoint: &str) -> Result<EndpointName, Problem> {
    EndpointName::new(endpoint).map_err(|_| Problem::of(Code::NotFound))
}
