//! Tokens of programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::{Permission, Token, TokenId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{Field, TokenWanted};
use crate::page;
use crate::time::{read_rfc3339, rfc3339};

/// A token.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// Its id.
    token: String,
    /// What it is for.
    name: String,
    /// What it permits, as far as its owner may.
    permissions: Vec<&'static str>,
    /// Since when.
    made: String,
    /// Until when.
    ends: String,
    /// When somebody revoked it.
    revoked: Option<String>,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokensView {
    /// They.
    items: Vec<TokenView>,
}

/// A token that is to be made.
#[derive(Deserialize, ToSchema)]
pub(crate) struct TokenSent {
    /// What it is for.
    name: String,
    /// What it is to permit; no more than its owner may.
    permissions: BTreeSet<String>,
    /// Until when.
    ends: String,
}

/// A token was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenMadeView {
    /// It.
    token: TokenView,
    /// What a program sends as `Authorization: Bearer …`; shown once.
    text: String,
}

/// One's own tokens.
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", responses((status = 200, body = TokensView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<TokensView>, Problem> {
    let tokens = desk.doors.accounts.tokens(&who).await?;
    Ok(Json(TokensView { items: tokens.into_iter().map(view).collect() }))
}

/// Makes one.
#[utoipa::path(post, path = "/v1/tokens", tag = "tokens", request_body = TokenSent,
    responses((status = 201, body = TokenMadeView)))]
pub(crate) async fn make(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<TokenSent>,
) -> Result<(StatusCode, Json<TokenMadeView>), Problem> {
    let permission =
        |code: &String| Permission::of_code(code).ok_or_else(|| page::field(Field::unknown("permissions")));
    let wanted = TokenWanted {
        name: sent.name,
        permissions: sent.permissions.iter().map(permission).collect::<Result<_, _>>()?,
        ends: read_rfc3339(&sent.ends).ok_or_else(|| page::field(Field::malformed("ends")))?,
    };
    let made = desk.doors.accounts.make_token(&who, wanted).await?;
    Ok((StatusCode::CREATED, Json(TokenMadeView { token: view(made.token), text: made.text })))
}

/// Revokes one: it permits nothing from now on.
#[utoipa::path(delete, path = "/v1/tokens/{token}", tag = "tokens", params(("token" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn revoke(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(token): Named<u64>,
) -> Result<StatusCode, Problem> {
    desk.doors.accounts.revoke_token(&who, TokenId(token)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(token: Token) -> TokenView {
    TokenView {
        token: token.token.to_string(),
        name: token.name,
        permissions: token.permissions.iter().map(|permission| permission.code()).collect(),
        made: rfc3339(token.made),
        ends: rfc3339(token.ends),
        revoked: token.revoked.map(rfc3339),
    }
}
