//! Signing in, step by step, and out.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Extension, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Json, http};
use bell_access::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Signed;
use crate::api::Desk;
use crate::body::Sent;
use crate::doors::{Entry, Field, NextStep, Refused, SetUp, WhyPassword};
use crate::page;
use crate::routes::me::{MeView, view};
use crate::routes::passkeys::{At, ProofSent, proof};
use crate::visit::{Peer, Way, visit};
use crate::{Language, Listener, Problem};

/// For how long a browser is known again, in seconds.
const DEVICE_SECS: u32 = 365 * 86_400;

/// Whether the centre still waits for its first administrator.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpView {
    /// Whether it does.
    needed: bool,
    /// Where this page is served. The first administrator is created at `admin`.
    listener: Listener,
    /// Whether the code is needed that the program printed at its start.
    code_needed: bool,
}

/// What the first administrator is created with.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetUpSent {
    /// What the company is called.
    company: String,
    /// The name to sign in with.
    name: String,
    /// The password.
    password: String,
    /// The code that the program printed at its start.
    code: Option<String>,
    /// The language of the screen.
    language: Option<Language>,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignInSent {
    /// The name of the account.
    name: String,
    /// Its password. Case matters.
    password: String,
}

/// A second factor.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FactorSent {
    /// What the step before gave.
    ticket: String,
    /// Which factor.
    method: MethodView,
    /// Its code, unless it is a passkey.
    code: Option<String>,
    /// What a passkey has signed (`POST /v1/session/passkey` says what is to be signed).
    credential: Option<ProofSent>,
}

/// The first code of an authenticator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EnrolSent {
    /// What the step before gave.
    ticket: String,
    /// The code.
    code: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordSent {
    /// What the step before gave.
    ticket: String,
    /// The password.
    password: String,
}

/// A second factor that opens a locked account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UnlockSent {
    /// The name of the account.
    name: String,
    /// Which factor.
    method: MethodView,
    /// Its code.
    code: String,
}

/// The link that says: that was not me.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NotMeSent {
    /// What the notice gave.
    link: String,
}

/// A kind of second factor.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodView {
    /// The authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

/// How far a sign-in is.
#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum SignInStepView {
    /// It is done; the cookie is set.
    SignedIn {
        /// Who he is.
        me: Box<MeView>,
        /// Recovery codes that were just drawn, shown once.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        recovery_codes: Vec<String>,
    },
    /// A second factor is to be shown.
    SecondFactor {
        /// Which kinds the account has.
        methods: Vec<MethodView>,
        /// What the next request must bring.
        ticket: String,
    },
    /// An authenticator is to be set up first.
    EnrolTotp {
        /// What the next request must bring.
        ticket: String,
        /// The secret in base 32.
        secret: String,
        /// The same for who scans it.
        uri: String,
    },
    /// Another password is to be chosen first.
    ChangePassword {
        /// Why.
        why: WhyPassword,
        /// What the next request must bring.
        ticket: String,
        /// Recovery codes that were just drawn, shown once.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        recovery_codes: Vec<String>,
    },
}

/// Whether the centre still waits for its first administrator.
#[utoipa::path(get, path = "/v1/setup", tag = "session", responses((status = 200, body = SetUpView)))]
pub(crate) async fn setup(
    State(desk): State<Arc<Desk>>,
    Extension(listener): Extension<Listener>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    headers: HeaderMap,
) -> Result<Json<SetUpView>, Problem> {
    let needed = desk.doors.accounts.is_empty().await?;
    let code_needed = !visit(peer, &headers, &desk.settings).is_local;
    Ok(Json(SetUpView { needed, listener, code_needed }))
}

/// Creates the first administrator, from the machine itself or with the code that the program printed at its start.
#[utoipa::path(post, path = "/v1/setup", tag = "session", request_body = SetUpSent,
    responses((status = 200, body = SignInStepView)))]
pub(crate) async fn set_up(from: Asking, Sent(sent): Sent<SetUpSent>) -> Result<Response, Problem> {
    let SetUpSent { company, name, password, code, language } = sent;
    let language = language.unwrap_or(from.language);
    let wanted = SetUp { company, name, password, code, language };
    let step = from.desk.doors.accounts.set_up(&from.visit, wanted).await?;
    from.answer(step, Vec::new()).await
}

/// Begins a sign-in with name and password.
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = SignInSent,
    responses((status = 200, body = SignInStepView)))]
pub(crate) async fn sign_in(from: Asking, Sent(sent): Sent<SignInSent>) -> Result<Response, Problem> {
    let step = from.desk.doors.accounts.sign_in(&from.visit, &sent.name, &sent.password).await?;
    from.answer(step, Vec::new()).await
}

/// Shows a second factor.
#[utoipa::path(post, path = "/v1/session/second-factor", tag = "session", request_body = FactorSent,
    responses((status = 200, body = SignInStepView)))]
pub(crate) async fn second_factor(
    from: Asking,
    At(site): At,
    Sent(sent): Sent<FactorSent>,
) -> Result<Response, Problem> {
    let doors = &from.desk.doors;
    let step = match (sent.method, sent.code, sent.credential) {
        (MethodView::Passkey, _, Some(credential)) => {
            doors.passkeys.prove(&from.visit, site, &sent.ticket, proof(&credential)?).await?
        }
        (MethodView::Passkey, _, None) => return Err(page::field(Field::missing("credential"))),
        (method @ (MethodView::Totp | MethodView::RecoveryCode), Some(code), _) => {
            doors.accounts.second_factor(&from.visit, &sent.ticket, method.into(), &code).await?
        }
        (MethodView::Totp | MethodView::RecoveryCode, None, _) => return Err(page::field(Field::missing("code"))),
    };
    from.answer(step, Vec::new()).await
}

/// Confirms an authenticator by its first code.
#[utoipa::path(post, path = "/v1/session/totp", tag = "session", request_body = EnrolSent,
    responses((status = 200, body = SignInStepView)))]
pub(crate) async fn enrol(from: Asking, Sent(sent): Sent<EnrolSent>) -> Result<Response, Problem> {
    let confirmed = from.desk.doors.accounts.enrol(&from.visit, &sent.ticket, &sent.code).await?;
    from.answer(confirmed.step, confirmed.recovery_codes).await
}

/// Chooses another password.
#[utoipa::path(post, path = "/v1/session/password", tag = "session", request_body = PasswordSent,
    responses((status = 200, body = SignInStepView)))]
pub(crate) async fn choose_password(from: Asking, Sent(sent): Sent<PasswordSent>) -> Result<Response, Problem> {
    let step = from.desk.doors.accounts.choose_password(&from.visit, &sent.ticket, &sent.password).await?;
    from.answer(step, Vec::new()).await
}

/// Opens one's own locked account by a second factor.
#[utoipa::path(post, path = "/v1/session/unlock", tag = "session", request_body = UnlockSent,
    responses((status = 204)))]
pub(crate) async fn unlock(from: Asking, Sent(sent): Sent<UnlockSent>) -> Result<StatusCode, Problem> {
    from.desk.doors.accounts.unlock(&from.visit, &sent.name, sent.method.into(), &sent.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says of a login: that was not me. Everything of the account is cut and frozen.
#[utoipa::path(post, path = "/v1/session/not-me", tag = "session", request_body = NotMeSent,
    responses((status = 204)))]
pub(crate) async fn not_me(from: Asking, Sent(sent): Sent<NotMeSent>) -> Result<StatusCode, Problem> {
    from.desk.doors.accounts.not_me(&from.visit, &sent.link).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out.
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses((status = 204)))]
pub(crate) async fn sign_out(from: Asking, Signed(who): Signed) -> Result<Response, Problem> {
    from.desk.doors.accounts.sign_out(&who).await?;
    let gone = from.way.cookie(from.way.login_cookie(), "", Some(0));
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, gone)]).into_response())
}

/// What each step of a sign-in needs of its request.
pub(crate) struct Asking {
    pub(crate) desk: Arc<Desk>,
    pub(crate) visit: crate::doors::Visit,
    pub(crate) way: Way,
    listener: Listener,
    language: Language,
}

impl axum::extract::FromRequestParts<Arc<Desk>> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut http::request::Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        let broken = || Problem::of(crate::words::Code::Broken);
        let ConnectInfo(peer) = *parts.extensions.get::<ConnectInfo<Peer>>().ok_or_else(broken)?;
        let listener = *parts.extensions.get::<Listener>().ok_or_else(broken)?;
        Ok(Self {
            visit: visit(peer, &parts.headers, &desk.settings),
            way: Way::of(peer, &parts.headers, &desk.settings),
            language: Language::asked_for(&parts.headers),
            desk: Arc::clone(desk),
            listener,
        })
    }
}

impl Asking {
    pub(crate) async fn answer(self, step: NextStep, recovery_codes: Vec<String>) -> Result<Response, Problem> {
        let step = match step {
            NextStep::SignedIn(entry) => {
                let me = Box::new(view(&self.desk, self.listener, &entry.who).await?);
                let cookies = self.cookies(&entry).into_iter();
                let cookies = cookies.map(|cookie| HeaderValue::try_from(cookie).map(|cookie| (SET_COOKIE, cookie)));
                let cookies: Vec<_> = cookies.collect::<Result<_, _>>().map_err(Refused::unavailable)?;
                let step = Json(SignInStepView::SignedIn { me, recovery_codes });
                return Ok((AppendHeaders(cookies), step).into_response());
            }
            NextStep::SecondFactor { methods, ticket } => {
                let methods = methods.into_iter().map(MethodView::from).collect();
                SignInStepView::SecondFactor { methods, ticket }
            }
            NextStep::Enrol { enrolment, ticket } => {
                SignInStepView::EnrolTotp { ticket, secret: enrolment.secret, uri: enrolment.uri }
            }
            NextStep::ChangePassword { why, ticket } => SignInStepView::ChangePassword { why, ticket, recovery_codes },
        };
        Ok(Json(step).into_response())
    }

    /// What a browser that is let in keeps.
    pub(crate) fn cookies(&self, entry: &Entry) -> [String; 2] {
        let login = self.way.cookie(self.way.login_cookie(), &entry.cookie, None);
        [login, self.way.cookie(self.way.device_cookie(), &entry.device, Some(DEVICE_SECS))]
    }
}

impl MethodView {
    /// As the console knows it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

impl From<MethodView> for Method {
    fn from(method: MethodView) -> Self {
        match method {
            MethodView::Totp => Self::Otp,
            MethodView::Passkey => Self::Passkey,
            MethodView::RecoveryCode => Self::Recovery,
        }
    }
}

impl From<Method> for MethodView {
    fn from(method: Method) -> Self {
        match method {
            Method::Otp => Self::Totp,
            Method::Passkey => Self::Passkey,
            Method::Recovery => Self::RecoveryCode,
        }
    }
}
