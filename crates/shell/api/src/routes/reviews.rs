//! Access reviews: whether people still need what they may.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::UserId;
use bell_types::RoleName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Named, Sent};
use crate::doors::{AccessReviewSeen, Field, ReviewItemSeen, ReviewSaid};
use crate::page;
use crate::routes::people::{number, place_of, place_text};
use crate::time::rfc3339;

/// An access review, as far as one answers for people in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewView {
    /// Its number.
    review: String,
    /// When it was opened.
    opened: String,
    /// By whom.
    opened_by: String,
    /// Until when it can be answered.
    ends: String,
    /// When it was closed.
    closed: Option<String>,
    /// How many roles it asks one about.
    asked: usize,
    /// Of how many something was said.
    decided: usize,
    /// How many were taken away.
    removed: usize,
}

/// All access reviews.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewsView {
    /// They, the newest first.
    items: Vec<ReviewView>,
    /// How many roles nobody has confirmed for longer than the policy wants.
    due: usize,
}

/// A role that is asked about.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItemView {
    /// Whose.
    user: String,
    /// His name.
    name: String,
    /// What others call him.
    display_name: String,
    /// Which role.
    role: String,
    /// From where it counts: `unit:3`, `project:1`; none: from where he works.
    place: Option<String>,
    /// Since when he has it; none: he has it no more.
    since: Option<String>,
    /// When it was last confirmed.
    confirmed: Option<String>,
    /// `kept`, `removed`, `lapsed`; none: nothing was said yet.
    verdict: Option<&'static str>,
    /// Who said it.
    decided_by: Option<String>,
    /// When.
    decided_at: Option<String>,
    /// Whether one is asked oneself.
    can: bool,
}

/// The roles that are asked about.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewItemsView {
    /// Those of the people one answers for.
    items: Vec<ReviewItemView>,
}

/// What one says of a role.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReviewItemSent {
    /// Whose.
    user: String,
    /// Which.
    role: String,
    /// From where it counts.
    place: Option<String>,
    /// Whether it stays.
    verdict: VerdictSent,
}

/// Whether a role stays.
#[derive(Clone, Copy, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerdictSent {
    /// He needs it.
    Keep,
    /// It is taken away at once.
    Remove,
}

/// All access reviews, as far as one answers for people in them.
#[utoipa::path(get, path = "/v1/access-reviews", tag = "reviews", responses((status = 200, body = ReviewsView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<ReviewsView>, Problem> {
    let seen = desk.doors.reviews.reviews(&who).await?;
    Ok(Json(ReviewsView { items: seen.reviews.into_iter().map(view).collect(), due: seen.due }))
}

/// Opens one: everybody's roles are asked about, and whoever answers for people is told.
#[utoipa::path(post, path = "/v1/access-reviews", tag = "reviews", responses((status = 201, body = ReviewView)))]
pub(crate) async fn open(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
) -> Result<(StatusCode, Json<ReviewView>), Problem> {
    let seen = desk.doors.reviews.open_review(&who).await?;
    Ok((StatusCode::CREATED, Json(view(seen))))
}

/// The roles that one asks about.
#[utoipa::path(get, path = "/v1/access-reviews/{review}/items", tag = "reviews", params(("review" = String, Path)),
    responses((status = 200, body = ReviewItemsView)))]
pub(crate) async fn items(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(review): Named<u64>,
) -> Result<Json<ReviewItemsView>, Problem> {
    let items = desk.doors.reviews.review_items(&who, review).await?;
    Ok(Json(ReviewItemsView { items: items.into_iter().map(item_view).collect() }))
}

/// Confirms a role, or takes it away at once.
#[utoipa::path(post, path = "/v1/access-reviews/{review}/items", tag = "reviews", params(("review" = String, Path)),
    request_body = ReviewItemSent, responses((status = 204)))]
pub(crate) async fn say(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(review): Named<u64>,
    Sent(sent): Sent<ReviewItemSent>,
) -> Result<StatusCode, Problem> {
    let said = ReviewSaid {
        user: number("user", &sent.user).map(UserId)?,
        role: RoleName::new(&sent.role).map_err(|_| page::field(Field::unknown("role")))?,
        place: sent.place.as_deref().map_or(Ok(bell_access::Place::Home), place_of)?,
        keep: sent.verdict == VerdictSent::Keep,
    };
    desk.doors.reviews.say_of_role(&who, review, said).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes one before its time. What nobody confirmed lapses as at its end.
#[utoipa::path(post, path = "/v1/access-reviews/{review}/close", tag = "reviews", params(("review" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn close(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(review): Named<u64>,
) -> Result<StatusCode, Problem> {
    desk.doors.reviews.close_review(&who, review).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(seen: AccessReviewSeen) -> ReviewView {
    ReviewView {
        review: seen.review.to_string(),
        opened: rfc3339(seen.opened),
        opened_by: seen.opened_by,
        ends: rfc3339(seen.ends),
        closed: seen.closed.map(rfc3339),
        asked: seen.asked,
        decided: seen.decided,
        removed: seen.removed,
    }
}

fn item_view(seen: ReviewItemSeen) -> ReviewItemView {
    ReviewItemView {
        user: seen.user.to_string(),
        name: seen.name,
        display_name: seen.display_name,
        role: seen.role.to_string(),
        place: place_text(seen.place),
        since: seen.since.map(rfc3339),
        confirmed: seen.confirmed.map(rfc3339),
        verdict: seen.verdict.map(bell_access::Verdict::code),
        decided_by: seen.decided_by,
        decided_at: seen.decided_at.map(rfc3339),
        can: seen.can,
    }
}
