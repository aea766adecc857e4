//! Prompts: what callers hear, uploaded, recorded in the browser, or spoken from words.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bell_access::Permission;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::configs::{comment, log};
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{ConfigApplied, Material, PromptChecked, PromptWanted, PromptsView};
use crate::words::Code;
use crate::{Language, Problem};

/// How large a file of audio may be that is sent: ten minutes of a telephone's quality as WAV, or an hour as MP3.
pub(crate) const FILE_BYTES_MAX: usize = 32 << 20;

/// Words to be spoken.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WordsSent {
    /// They, in Mandarin.
    say: String,
}

/// What is said of a change.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentAsked {
    /// It.
    #[serde(default)]
    comment: String,
}

/// Audio, or words as JSON: the type of the content tells.
pub(crate) struct Made(Material);

impl<S: Send + Sync> FromRequest<S> for Made {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/json") {
            let Sent(WordsSent { say }) = Sent::from_request(request, state).await?;
            return Ok(Self(Material::Words(say)));
        }
        let audio = Bytes::from_request(request, state).await.map_err(|_| Problem::of(Code::TooLarge))?;
        Ok(Self(Material::Audio(audio)))
    }
}

/// What callers hear: recordings and words, and who plays them.
#[utoipa::path(get, path = "/v1/prompts", tag = "prompts", responses((status = 200, body = PromptsView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>) -> Result<Json<PromptsView>, Problem> {
    Ok(Json(desk.doors.prompts.prompts().await?))
}

/// Whether a recording or words can become a prompt, and what could be better. Nothing changes.
#[utoipa::path(post, path = "/v1/prompts/{prompt}/check", tag = "prompts", params(("prompt" = String, Path)),
    request_body(content((Vec<u8> = "audio/wav"), (WordsSent = "application/json"))),
    responses((status = 200, body = PromptChecked)))]
pub(crate) async fn check(
    State(desk): State<Arc<Desk>>,
    Named(_): Named<String>,
    headers: HeaderMap,
    Made(material): Made,
) -> Result<Json<PromptChecked>, Problem> {
    Ok(Json(desk.doors.prompts.check_prompt(material, Language::asked_for(&headers)).await?))
}

/// A recording or words exactly as callers would hear them. Nothing changes.
#[utoipa::path(post, path = "/v1/prompts/{prompt}/preview", tag = "prompts", params(("prompt" = String, Path)),
    request_body(content((Vec<u8> = "audio/wav"), (WordsSent = "application/json"))),
    responses((status = 200, content_type = "audio/wav")))]
pub(crate) async fn preview(
    State(desk): State<Arc<Desk>>,
    Named(_): Named<String>,
    Made(material): Made,
) -> Result<Response, Problem> {
    Ok(wav(desk.doors.prompts.preview_prompt(material).await?))
}

/// A prompt exactly as callers hear it: G.711 A-law at 8 kHz, as WAV.
#[utoipa::path(get, path = "/v1/prompts/{prompt}/audio", tag = "prompts", params(("prompt" = String, Path)),
    responses((status = 200, content_type = "audio/wav")))]
pub(crate) async fn audio(State(desk): State<Arc<Desk>>, Named(prompt): Named<String>) -> Result<Response, Problem> {
    Ok(wav(desk.doors.prompts.prompt_audio(prompt).await?))
}

/// Lets callers hear a recording (WAV, MP3, Ogg Vorbis or FLAC) or words under this name from now on.
#[utoipa::path(put, path = "/v1/prompts/{prompt}", tag = "prompts", params(("prompt" = String, Path), CommentAsked),
    request_body(content((Vec<u8> = "audio/wav"), (WordsSent = "application/json"))),
    responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn put(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(prompt): Named<String>,
    Asked(asked): Asked<CommentAsked>,
    Made(material): Made,
) -> Result<Json<ConfigApplied>, Problem> {
    let said = comment(asked.comment)?;
    let wanted = PromptWanted { name: prompt.clone(), material, comment: said.clone(), by: who.name.clone() };
    let applied = desk.doors.prompts.put_prompt(wanted).await?;
    let object = format!("prompt {prompt}, configuration {}", applied.version);
    log(&desk, &who, Permission::FlowPublish, object, said).await?;
    Ok(Json(applied))
}

/// Takes a prompt away that nobody plays.
#[utoipa::path(delete, path = "/v1/prompts/{prompt}", tag = "prompts", params(("prompt" = String, Path)),
    responses((status = 200, body = ConfigApplied)))]
pub(crate) async fn delete(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(prompt): Named<String>,
) -> Result<Json<ConfigApplied>, Problem> {
    let applied = desk.doors.prompts.delete_prompt(prompt.clone(), who.name.clone()).await?;
    let object = format!("prompt {prompt}, configuration {}", applied.version);
    log(&desk, &who, Permission::FlowPublish, object, String::new()).await?;
    Ok(Json(applied))
}

/// Never kept by a browser: the name stays, and what it sounds like changes.
fn wav(audio: Bytes) -> Response {
    ([(CONTENT_TYPE, "audio/wav"), (CACHE_CONTROL, "no-store")], audio).into_response()
}
