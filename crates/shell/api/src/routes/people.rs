//! People with accounts.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bell_access::{Place, ProjectId, UnitId, UserId};
use bell_types::{AgentName, RoleName};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::{Asked, Named, Sent};
use crate::doors::{Field, Granted, NewUser, Person, PersonState, SignedIn, UserAct, UserChange, UsersWanted};
use crate::page;
use crate::time::rfc3339;

/// Which people.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersAsked {
    /// Whose name contains this.
    text: Option<String>,
    /// Who work in this unit or below it.
    unit: Option<String>,
    /// Who have this role.
    role: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// At most so many, 200 at most.
    limit: Option<usize>,
}

/// A person with an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonView {
    /// The id of the account.
    user: String,
    /// The name to sign in with.
    name: String,
    /// What others call him.
    display_name: String,
    /// The unit he works in.
    unit: String,
    /// What it is called.
    unit_name: Option<String>,
    /// The projects he works for.
    projects: Vec<String>,
    /// His roles.
    roles: Vec<GrantedView>,
    /// The agent he is.
    agent: Option<String>,
    /// `active`, `locked`, `frozen` or `disabled`.
    state: &'static str,
    /// Until when it is locked.
    locked_until: Option<String>,
    /// Why it is frozen.
    frozen_because: Option<String>,
    /// Whether there is a second factor.
    second_factor: bool,
    /// When he last signed in.
    last_sign_in: Option<String>,
}

/// A role somebody has.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantedView {
    /// Which.
    role: String,
    /// From where its scopes are counted: `unit:7` or `project:3`; none: from the unit he works in.
    place: Option<String>,
}

/// Some people.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsersPageView {
    /// They, by id.
    items: Vec<PersonView>,
    /// Where the next page begins.
    next: Option<String>,
}

/// A role that is given.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GrantedSent {
    /// Which.
    role: String,
    /// From where its scopes are counted: `unit:7` or `project:3`; none: from the unit he works in.
    place: Option<String>,
}

/// A new person.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PersonSent {
    /// The name to sign in with.
    name: String,
    /// What others call him.
    display_name: Option<String>,
    /// The unit he works in; none: that of who creates him.
    unit: Option<String>,
    /// The projects he works for.
    #[serde(default)]
    projects: Vec<String>,
    /// His roles.
    roles: Vec<GrantedSent>,
    /// The agent he is.
    agent: Option<String>,
}

/// What is changed about a person; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PersonChangeSent {
    /// What others call him.
    display_name: Option<String>,
    /// The unit he works in.
    unit: Option<String>,
    /// The projects he works for.
    projects: Option<Vec<String>>,
    /// His roles, all of them.
    roles: Option<Vec<GrantedSent>>,
    /// The agent he is; `null`: none any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    agent: Option<Option<String>>,
    /// Why.
    reason: Option<String>,
}

/// Why something is done.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct ReasonSent {
    /// In words; it stands in the audit log.
    reason: Option<String>,
}

impl ReasonSent {
    /// The reason; empty if there is none.
    pub(super) fn into_words(self) -> String {
        self.reason.unwrap_or_default()
    }
}

/// A person was created, or something was done to an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActedView {
    /// How the person stands now.
    person: PersonView,
    /// A password for one sign-in, shown once.
    password: Option<String>,
    /// The request for approval, if a role waits for a second person.
    waits_for: Option<String>,
}

/// What is left out stays as it is; `null` is a value.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// People whom one may see.
#[utoipa::path(get, path = "/v1/users", tag = "users", params(UsersAsked),
    responses((status = 200, body = UsersPageView)))]
pub(crate) async fn list(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Asked(asked): Asked<UsersAsked>,
) -> Result<Json<UsersPageView>, Problem> {
    let id =
        |name, text: Option<String>| text.filter(|text| !text.is_empty()).map(|text| number(name, &text)).transpose();
    let role = asked.role.map(|role| RoleName::new(&role).map_err(|_| page::field(Field::unknown("role"))));
    let wanted = UsersWanted {
        text: asked.text.filter(|text| !text.is_empty()),
        unit: id("unit", asked.unit)?.map(UnitId),
        role: role.transpose()?,
        after: asked.cursor.map(|cursor| number("cursor", &cursor)).transpose()?.map(UserId),
        limit: page::limit(asked.limit)?,
    };
    let found = desk.doors.accounts.users(&who, wanted).await?;
    let next = found.people.last().filter(|_| found.more).map(|person| person.user.to_string());
    let units = Units::of(&desk, &who).await?;
    Ok(Json(UsersPageView { items: found.people.into_iter().map(|person| units.view(person)).collect(), next }))
}

/// One of them.
#[utoipa::path(get, path = "/v1/users/{user}", tag = "users", params(("user" = String, Path)),
    responses((status = 200, body = PersonView)))]
pub(crate) async fn one(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(user): Named<u64>,
) -> Result<Json<PersonView>, Problem> {
    let person = desk.doors.accounts.user(&who, UserId(user)).await?;
    Ok(Json(Units::of(&desk, &who).await?.view(person)))
}

/// Creates an account. Its password lets in once.
#[utoipa::path(post, path = "/v1/users", tag = "users", request_body = PersonSent,
    responses((status = 201, body = ActedView)))]
pub(crate) async fn create(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<PersonSent>,
) -> Result<(StatusCode, Json<ActedView>), Problem> {
    let wanted = NewUser {
        display_name: sent.display_name.unwrap_or_else(|| sent.name.clone()),
        name: sent.name,
        unit: sent.unit.map_or(Ok(who.unit), |unit| number("unit", &unit).map(UnitId))?,
        projects: projects(&sent.projects)?,
        roles: granted(sent.roles)?,
        agent: sent.agent.map(|agent| agent_named(&agent)).transpose()?,
    };
    let created = desk.doors.accounts.create_user(&who, wanted).await?;
    let view = ActedView {
        person: Units::of(&desk, &who).await?.view(created.person),
        password: Some(created.password),
        waits_for: created.waits_for.map(|approval| approval.to_string()),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Changes what is known of a person, his unit, his roles.
#[utoipa::path(patch, path = "/v1/users/{user}", tag = "users", params(("user" = String, Path)),
    request_body = PersonChangeSent, responses((status = 200, body = PersonView)))]
pub(crate) async fn change(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(user): Named<u64>,
    Sent(sent): Sent<PersonChangeSent>,
) -> Result<Json<PersonView>, Problem> {
    let agent = sent.agent.map(|agent| agent.map(|agent| agent_named(&agent)).transpose());
    let change = UserChange {
        display_name: sent.display_name,
        unit: sent.unit.map(|unit| number("unit", &unit)).transpose()?.map(UnitId),
        projects: sent.projects.as_deref().map(projects).transpose()?,
        roles: sent.roles.map(granted).transpose()?,
        agent: agent.transpose()?,
        reason: sent.reason,
    };
    let person = desk.doors.accounts.change_user(&who, UserId(user), change).await?;
    Ok(Json(Units::of(&desk, &who).await?.view(person)))
}

/// The person has left: logins, phones and tokens are cut within 5 seconds.
#[utoipa::path(post, path = "/v1/users/{user}/disable", tag = "users", params(("user" = String, Path)),
    request_body = ReasonSent, responses((status = 200, body = ActedView)))]
pub(crate) async fn disable(
    state: State<Arc<Desk>>,
    who: Signed,
    user: Named<u64>,
    sent: Sent<ReasonSent>,
) -> Result<Json<ActedView>, Problem> {
    act(state, who, user, sent, UserAct::Disable).await
}

/// The person works here again.
#[utoipa::path(post, path = "/v1/users/{user}/enable", tag = "users", params(("user" = String, Path)),
    request_body = ReasonSent, responses((status = 200, body = ActedView)))]
pub(crate) async fn enable(
    state: State<Arc<Desk>>,
    who: Signed,
    user: Named<u64>,
    sent: Sent<ReasonSent>,
) -> Result<Json<ActedView>, Problem> {
    act(state, who, user, sent, UserAct::Enable).await
}

/// A lock-out or freeze ends.
#[utoipa::path(post, path = "/v1/users/{user}/unlock", tag = "users", params(("user" = String, Path)),
    request_body = ReasonSent, responses((status = 200, body = ActedView)))]
pub(crate) async fn unlock(
    state: State<Arc<Desk>>,
    who: Signed,
    user: Named<u64>,
    sent: Sent<ReasonSent>,
) -> Result<Json<ActedView>, Problem> {
    act(state, who, user, sent, UserAct::Unlock).await
}

/// The person gets a password that lets in once.
#[utoipa::path(post, path = "/v1/users/{user}/reset-password", tag = "users", params(("user" = String, Path)),
    request_body = ReasonSent, responses((status = 200, body = ActedView)))]
pub(crate) async fn reset_password(
    state: State<Arc<Desk>>,
    who: Signed,
    user: Named<u64>,
    sent: Sent<ReasonSent>,
) -> Result<Json<ActedView>, Problem> {
    act(state, who, user, sent, UserAct::ResetPassword).await
}

/// Authenticator, passkeys and recovery codes go.
#[utoipa::path(post, path = "/v1/users/{user}/reset-second-factor", tag = "users", params(("user" = String, Path)),
    request_body = ReasonSent, responses((status = 200, body = ActedView)))]
pub(crate) async fn reset_second_factor(
    state: State<Arc<Desk>>,
    who: Signed,
    user: Named<u64>,
    sent: Sent<ReasonSent>,
) -> Result<Json<ActedView>, Problem> {
    act(state, who, user, sent, UserAct::ResetSecondFactor).await
}

async fn act(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Named(user): Named<u64>,
    Sent(sent): Sent<ReasonSent>,
    act: UserAct,
) -> Result<Json<ActedView>, Problem> {
    let acted = desk.doors.accounts.act_on_user(&who, UserId(user), act, sent.reason).await?;
    let person = Units::of(&desk, &who).await?.view(acted.person);
    Ok(Json(ActedView { person, password: acted.password, waits_for: None }))
}

/// The account of this name, or of this id, that `who` may see.
pub(super) async fn find(desk: &Desk, who: &SignedIn, named: &str) -> Result<UserId, Problem> {
    let wanted = UsersWanted { text: Some(named.to_owned()), limit: 200, ..UsersWanted::default() };
    let found = desk.doors.accounts.users(who, wanted).await?;
    if let Some(person) = found.people.iter().find(|person| person.name == named) {
        return Ok(person.user);
    }
    let user: u64 = named.parse().map_err(|_| page::field(Field::unknown("user")))?;
    Ok(desk.doors.accounts.user(who, UserId(user)).await?.user)
}

/// An id that a request names.
pub(super) fn number<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| page::field(Field::unknown(field)))
}

fn agent_named(name: &str) -> Result<AgentName, Problem> {
    AgentName::new(name).map_err(|_| page::field(Field::malformed("agent")))
}

fn projects(ids: &[String]) -> Result<BTreeSet<ProjectId>, Problem> {
    ids.iter().map(|id| number("projects", id).map(ProjectId)).collect()
}

fn granted(roles: Vec<GrantedSent>) -> Result<Vec<Granted>, Problem> {
    let one = |GrantedSent { role, place }: GrantedSent| {
        let role = RoleName::new(&role).map_err(|_| page::field(Field::unknown("roles")))?;
        Ok(Granted { role, place: place.as_deref().map_or(Ok(Place::Home), place_of)? })
    };
    roles.into_iter().map(one).collect()
}

pub(super) fn place_of(text: &str) -> Result<Place, Problem> {
    match text.split_once(':') {
        Some(("unit", unit)) => number("place", unit).map(|unit| Place::Unit(UnitId(unit))),
        Some(("project", project)) => number("place", project).map(|project| Place::Project(ProjectId(project))),
        Some(_) | None => Err(page::field(Field::malformed("place"))),
    }
}

/// What units are called.
struct Units(Vec<(UnitId, String)>);

impl Units {
    async fn of(desk: &Desk, who: &SignedIn) -> Result<Self, Problem> {
        let units = desk.doors.accounts.units(who).await?.units;
        Ok(Self(units.into_iter().map(|unit| (unit.unit, unit.name)).collect()))
    }

    fn view(&self, person: Person) -> PersonView {
        let unit_name = self.0.iter().find(|(unit, _)| *unit == person.unit).map(|(_, name)| name.clone());
        let (state, locked_until, frozen_because) = match person.state {
            PersonState::Active => ("active", None, None),
            PersonState::Locked(until) => ("locked", Some(rfc3339(until)), None),
            PersonState::Frozen(why) => ("frozen", None, Some(why)),
            PersonState::Disabled => ("disabled", None, None),
        };
        PersonView {
            user: person.user.to_string(),
            name: person.name,
            display_name: person.display_name,
            unit: person.unit.to_string(),
            unit_name,
            projects: person.projects.iter().map(ToString::to_string).collect(),
            roles: person.roles.iter().map(granted_view).collect(),
            agent: person.agent.map(|agent| agent.to_string()),
            state,
            locked_until,
            frozen_because,
            second_factor: person.factors.totp || person.factors.passkeys > 0,
            last_sign_in: person.last_sign_in.map(rfc3339),
        }
    }
}

fn granted_view(granted: &Granted) -> GrantedView {
    GrantedView { role: granted.role.to_string(), place: place_text(granted.place) }
}

pub(super) fn place_text(place: Place) -> Option<String> {
    match place {
        Place::Home => None,
        Place::Unit(unit) => Some(format!("unit:{unit}")),
        Place::Project(project) => Some(format!("project:{project}")),
    }
}
