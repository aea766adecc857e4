//! Who may ask what: the rule that every end point is declared with, and the layer that keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::RequestExt;
use axum::extract::{ConnectInfo, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bell_access::audit::{Entry, Who};
use bell_access::{Decision, Object, Permission, decide, first_denied};
use bell_types::{CallId, Module, Number};

use crate::api::Desk;
use crate::doors::{AgentsSeen, Parties, SignedIn, Via, Visible};
use crate::guard::count;
use crate::rate::Key;
use crate::visit::{Peer, Way, bearer, cookie, visit};
use crate::words::Code;
use crate::{Listener, Problem, once};

/// The rule of an end point. There is no way to add one without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Where it is served: what is for the desk is served at both listeners.
    pub at: Listener,
    /// Who may ask.
    pub who: Whom,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Anybody: it is how one signs in.
    Anybody,
    /// Whoever is signed in: it is about his own account.
    SignedIn,
    /// Who holds this permission, for objects that are found like this.
    May(Permission, Of),
    /// Who holds any of these; which one is needed, what he asks for says.
    MayAny(&'static [Permission], Of),
    /// Who holds all of these for the whole centre.
    MayAll(&'static [Permission]),
}

/// How the object is found that a permission must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// It is the centre as a whole.
    Centre,
    /// It is the configuration, which is one for all: whoever holds the permission at all reads it.
    Shared,
    /// It is his own: his desk, his state, his calls.
    Own,
    /// The door to accounts finds it and decides by the actor.
    Account,
    /// It is a list of what agents did or do: those whom the filter reaches.
    Agents,
    /// It is the call that the path names, running or ended: one of an agent whom the filter reaches.
    Call,
    /// The same for an end point that finds by itself that a call is not there: for who sees every call, none is looked up
    /// before, and read twice.
    CallRead,
    /// It is the customer whose number the path names: of a call or a ticket of an agent whom the filter reaches, for nobody
    /// sees a customer's data without a purpose.
    Customer,
}

impl Rule {
    /// At the desk, for anybody.
    pub const ANYBODY: Self = Self { at: Listener::Desk, who: Whom::Anybody };
    /// At the desk, for whoever is signed in.
    pub const SIGNED_IN: Self = Self { at: Listener::Desk, who: Whom::SignedIn };

    /// At the desk, for who holds a permission.
    pub const fn desk(permission: Permission, of: Of) -> Self {
        Self { at: Listener::Desk, who: Whom::May(permission, of) }
    }

    /// At the administration listener only.
    pub const fn admin(permission: Permission, of: Of) -> Self {
        Self { at: Listener::Admin, who: Whom::May(permission, of) }
    }
}

impl Of {
    /// What the permission is asked about before anything is looked up; none: the filter alone decides.
    pub(crate) fn object(self, who: &SignedIn) -> Option<Object> {
        let tenant = who.actor.tenant();
        match self {
            Self::Centre => Some(Object::of_tenant(tenant)),
            Self::Own => Some(Object::of_user(tenant, who.actor.user(), who.unit)),
            Self::Shared | Self::Account | Self::Agents | Self::Call | Self::CallRead | Self::Customer => None,
        }
    }
}

/// Whom a request comes from; the layer puts it there.
pub(crate) struct Signed(pub(crate) Arc<SignedIn>);

/// Whose things a list shows; the layer puts it there.
#[derive(Clone, Debug)]
pub(crate) struct Seen(pub(crate) Visible);

/// The call that the path names, which may be seen if it is there; the layer puts it there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallSeen(pub(crate) CallId);

/// The call that the path names and that may be seen; the layer puts it there.
#[derive(Clone, Debug)]
pub(crate) struct OfCall {
    pub(crate) call: CallId,
    pub(crate) parties: Parties,
}

/// The customer that the path names and whose data may be seen; the layer puts his number there.
#[derive(Clone, Debug)]
pub(crate) struct OfCustomer(pub(crate) Number);

impl<S: Send + Sync> FromRequestParts<S> for OfCustomer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::of(Code::Broken))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Arc<SignedIn>>().cloned().map(Self).ok_or_else(|| Problem::of(Code::NotSignedIn))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        // A handler that asks for it behind a rule without a list is broken: nobody gets anything.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::of(Code::Broken))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CallSeen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().copied().ok_or_else(|| Problem::of(Code::Broken))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfCall {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::of(Code::Broken))
    }
}

/// The layer before every end point.
pub(crate) async fn enforce(
    State((desk, rule, module)): State<(Arc<Desk>, Rule, Option<Module>)>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&desk, rule, peer, &mut request).await {
        Ok(()) if module.is_some_and(|module| !desk.doors.floor.modules().contains(&module)) => {
            Problem::of(Code::ModuleOff).with("module", module.map(Module::code)).into_response()
        }
        Ok(()) => once::answer(&desk, request, next).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(desk: &Desk, rule: Rule, peer: Peer, request: &mut Request) -> Result<(), Problem> {
    let from = visit(peer, request.headers(), &desk.settings);
    if rule.who == Whom::Anybody {
        return count(desk, Key::of(from.address), desk.settings.rates.strangers);
    }
    let accounts = &desk.doors.accounts;
    let found = if let Some(token) = bearer(request.headers()) {
        accounts.by_token(&from, token).await
    } else {
        let way = Way::of(peer, request.headers(), &desk.settings);
        let Some(cookie) = cookie(request.headers(), way.login_cookie()) else {
            return Err(Problem::of(Code::NotSignedIn));
        };
        // What a screen asks for by itself is no activity, or nobody would ever be idle.
        accounts.by_cookie(&from, &cookie, !request.headers().contains_key("x-bell-idle")).await
    };
    let Some(who) = found? else {
        // Guessing tokens is as slow as guessing passwords.
        count(desk, Key::of(from.address), desk.settings.rates.strangers)?;
        return Err(Problem::of(Code::NotSignedIn));
    };
    count(desk, Key::Signed(who.via), desk.settings.rates.signed_in)?;
    let who = Arc::new(who);
    match rule.who {
        Whom::Anybody | Whom::SignedIn => {}
        Whom::May(permission, of) => permit(desk, &who, permission, of, request).await?,
        Whom::MayAny(permissions, of) => {
            let held = permissions.iter().find(|permission| who.actor.furthest(**permission).is_ok());
            // The first one tells what is missing.
            let permission = held.or(permissions.first()).copied().ok_or_else(|| Problem::of(Code::Broken))?;
            permit(desk, &who, permission, of, request).await?;
        }
        Whom::MayAll(permissions) => {
            let denied = first_denied(&who.actor, permissions, &Object::of_tenant(who.actor.tenant()));
            // What is missing is told and logged; who has all of them is logged by the first.
            let permission = denied.or(permissions.first().copied());
            permit(desk, &who, permission.ok_or_else(|| Problem::of(Code::Broken))?, Of::Centre, request).await?;
        }
    }
    request.extensions_mut().insert(who);
    Ok(())
}

async fn permit(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    of: Of,
    request: &mut Request,
) -> Result<(), Problem> {
    let decision = match of.object(who) {
        Some(object) => decide(&who.actor, permission, &object),
        None => who.actor.furthest(permission).map_or_else(Decision::Denied, Decision::Allowed),
    };
    let found = match (&decision, of) {
        (Decision::Denied(denied), _) => Err(denied.clone().into()),
        (Decision::Allowed(_), Of::Agents) => seen(desk, who, permission).await.map(|seen| {
            request.extensions_mut().insert(Seen(seen));
        }),
        (Decision::Allowed(_), Of::Call | Of::CallRead) => find(desk, who, permission, of, request).await,
        (Decision::Allowed(_), Of::Customer) => find_customer(desk, who, permission, request).await,
        (Decision::Allowed(_), Of::Centre | Of::Shared | Of::Own | Of::Account) => Ok(()),
    };
    // Whoever stands behind the door to accounts writes the log with what it does; a refusal never gets there. A list
    // shows what its permission shows, and a look at one of it is logged where that is guarded.
    let is_logged_here = found.is_err() || !matches!(of, Of::Account | Of::Agents | Of::Shared | Of::Customer);
    if is_logged_here {
        let object = match of {
            // The path has his number in it, which the log does not keep.
            Of::Customer => format!("{} customer", request.method()),
            Of::Centre | Of::Shared | Of::Own | Of::Account | Of::Agents | Of::Call | Of::CallRead => {
                format!("{} {}", request.method(), request.uri().path())
            }
        };
        log(desk, who, permission, &object, &decision).await?;
    }
    found
}

/// Writes down how something was decided, if that is logged.
pub(crate) async fn log(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    object: &str,
    decision: &Decision,
) -> Result<(), Problem> {
    let by = (as_logged(who), Some(who.address));
    if let Some(entry) = Entry::decided(desk.now(), by, permission, object, decision, Vec::new()) {
        desk.doors.accounts.log(Some(who), entry).await?;
    }
    Ok(())
}

/// Whose things somebody sees by a permission: agents he reaches, and the queues that the agents of his units serve.
pub(crate) async fn seen(desk: &Desk, who: &SignedIn, permission: Permission) -> Result<Visible, Problem> {
    let filter = who.actor.filter(permission)?;
    Ok(match desk.doors.accounts.agents_within(&filter).await? {
        AgentsSeen::All => Visible::All,
        AgentsSeen::Some { own, led } => {
            let queues = desk.doors.floor.queues_of(&led);
            Visible::Some { agents: led.into_iter().chain(own).collect(), queues }
        }
    })
}

async fn find(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    of: Of,
    request: &mut Request,
) -> Result<(), Problem> {
    let visible = seen(desk, who, permission).await?;
    let not_there = || Problem::of(Code::NotFound);
    // The call stands behind `/v1/calls/` or `/v1/recordings/`.
    let call: CallId =
        request.uri().path().split('/').nth(3).and_then(|call| call.parse().ok()).ok_or_else(not_there)?;
    if of == Of::CallRead {
        request.extensions_mut().insert(CallSeen(call));
        if matches!(visible, Visible::All) {
            return Ok(());
        }
    }
    let parties = match desk.doors.floor.parties(call) {
        Some(parties) => parties,
        None => desk.doors.records.parties(call).await?.ok_or_else(not_there)?,
    };
    if !visible.lets(&parties) {
        return Err(not_there());
    }
    request.extensions_mut().insert(OfCall { call, parties });
    request.extensions_mut().insert(Seen(visible));
    Ok(())
}

async fn find_customer(
    desk: &Desk,
    who: &SignedIn,
    permission: Permission,
    request: &mut Request,
) -> Result<(), Problem> {
    let not_there = || Problem::of(Code::NotFound);
    let Path(named): Path<BTreeMap<String, String>> = request.extract_parts().await.map_err(|_| not_there())?;
    let number = named.get("number").and_then(|text| desk.doors.customers.number(text)).ok_or_else(not_there)?;
    let visible = seen(desk, who, permission).await?;
    if !desk.doors.customers.looks(who, &number, &visible).await? {
        return Err(not_there());
    }
    request.extensions_mut().insert(OfCustomer(number));
    request.extensions_mut().insert(Seen(visible));
    Ok(())
}

/// How the log names somebody.
pub(crate) fn as_logged(who: &SignedIn) -> Who {
    match who.via {
        Via::Login(_) => Who::User(who.actor.user(), who.name.clone()),
        Via::Token(_) => Who::Token(who.actor.user(), who.name.clone()),
    }
}
