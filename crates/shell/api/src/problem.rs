//! What went wrong, as RFC 9457 has it, in the language of who asked.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bell_access::{Denied, Shut};
use serde_json::{Value, json};

use crate::Language;
use crate::doors::{Business, Field, FlowChecked, LackingPart, LoginRefused, MistakeView, NotApplied, Refused};
use crate::language::Text;
use crate::time::rfc3339;
use crate::words::{self, Code};

/// What went wrong. Handlers return it; in which language it is told, the request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(Box<Told>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    status: StatusCode,
    code: &'static str,
    title: Text,
    detail: Option<Text>,
    remedy: Option<Text>,
    fields: Vec<Field>,
    more: BTreeMap<&'static str, Value>,
}

/// What went wrong, in the language of who asked (RFC 9457).
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes what `Problem::json` writes")]
pub(crate) struct ProblemView {
    /// Always `about:blank`: the code tells what it is.
    r#type: String,
    /// What it is in general.
    title: String,
    /// The status of the answer.
    status: u16,
    /// What it is this time.
    detail: String,
    /// As programs know it; never renamed.
    code: String,
    /// What to do about it.
    remedy: Option<String>,
    /// The fields that are not as they must be.
    fields: Option<Vec<FieldView>>,
}

/// A field that is not as it must be.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes what `Problem::json` writes")]
pub(crate) struct FieldView {
    /// Its name.
    field: String,
    /// What is wrong with it: a code.
    problem: String,
}

impl Problem {
    /// One of the catalogue.
    pub(crate) fn of(code: Code) -> Self {
        let entry = code.entry();
        let remedy = Text::new(entry.remedy_zh, entry.remedy);
        Self(Box::new(Told {
            status: StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: entry.code,
            title: Text::new(entry.title_zh, entry.title),
            detail: None,
            remedy: (!remedy.en.is_empty()).then_some(remedy),
            fields: Vec::new(),
            more: BTreeMap::new(),
        }))
    }

    pub(crate) fn detail(mut self, detail: Text) -> Self {
        self.0.detail = Some(detail);
        self
    }

    pub(crate) fn remedy(mut self, remedy: Text) -> Self {
        self.0.remedy = Some(remedy);
        self
    }

    pub(crate) fn field(mut self, field: Field) -> Self {
        self.0.fields.push(field);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.more.insert(name, value.into());
        self
    }

    /// As programs know it.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    fn json(&self, language: Language) -> Value {
        let told = &*self.0;
        let title = language.of(&told.title);
        let detail = told.detail.as_ref().map_or(title, |detail| language.of(detail));
        let mut json = json!({
            "type": "about:blank", "title": title, "status": told.status.as_u16(), "detail": detail, "code": told.code,
        });
        if let Some(remedy) = &told.remedy {
            json["remedy"] = language.of(remedy).into();
        }
        if !told.fields.is_empty() {
            let field = |field: &Field| json!({ "field": field.field, "problem": field.problem });
            json["fields"] = told.fields.iter().map(field).collect();
        }
        for (name, value) in &told.more {
            json[*name] = value.clone();
        }
        json
    }

    /// The answer in a language.
    pub(crate) fn told(&self, language: Language) -> Response {
        let body = Body::from(self.json(language).to_string());
        let mut response = (self.0.status, [(CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(secs) = self.0.more.get("retry_after_secs").and_then(Value::as_u64) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

/// The body is written when the language of the request is known again: see `guard`.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotSignedIn => Self::of(Code::NotSignedIn),
            Refused::Denied(denied) => denied.into(),
            Refused::NotThere => Self::of(Code::NotFound),
            Refused::Login(refused) => refused.into(),
            Refused::Field(field) => Self::of(Code::Invalid).detail(words::field(&field)).field(field),
            Refused::Weak(weaknesses) => {
                let detail = words::joined(weaknesses.iter().map(words::weakness));
                let codes: Vec<_> = weaknesses.iter().map(words::weakness_code).collect();
                Self::of(Code::PasswordWeak).detail(detail).with("weaknesses", codes)
            }
            Refused::Reused(last) => Self::of(Code::PasswordReused).with("last", last),
            Refused::Factor(refusal) => Self::of(Code::FactorRefused).detail(words::factor(refusal)),
            Refused::Grant(refusal) => Self::of(Code::GrantRefused).detail(words::grant(&refusal)),
            Refused::Approval(refusal) => Self::of(Code::ApprovalRefused).detail(words::approval(&refusal)),
            Refused::ApprovalNeeded(approval) => Self::of(Code::ApprovalNeeded).with("approval", approval.to_string()),
            Refused::Role(error) => Self::of(Code::RoleRefused).detail(words::english(&error)),
            Refused::Org(error) => Self::of(Code::UnitsRefused).detail(words::english(&error)),
            Refused::Rules(refusal) => Self::of(Code::RulesRefused).detail(words::english(&refusal)),
            Refused::Token(refusal) => Self::of(Code::TokenRefused).detail(words::token(&refusal)),
            Refused::Scan(refusal) => {
                Self::of(Code::ScanRefused).detail(words::scan(refusal)).with("why", words::scan_code(refusal))
            }
            Refused::SummaryIncomplete(parts) => Self::of(Code::SummaryIncomplete).with("fields", lacking(&parts)),
            Refused::SummaryMissing(parts) => Self::of(Code::SummaryMissing).with("fields", lacking(&parts)),
            Refused::Single(refusal) => Self::of(Code::LoginRefused).with("why", refusal.code()),
            Refused::ReasonNeeded => Self::of(Code::ReasonNeeded).field(Field::missing("reason")),
            Refused::SetUpDone => Self::of(Code::SetUpDone),
            Refused::SetUpElsewhere => Self::of(Code::SetUpElsewhere),
            Refused::Changed => Self::of(Code::Changed),
            Refused::Business(business) => business.into(),
            Refused::Config(why) => (*why).into(),
            Refused::Prompt(unfit) => Self::of(Code::PromptUnfit)
                .detail(Text::new(unfit.detail_zh, unfit.detail))
                .remedy(Text::new(unfit.remedy_zh, unfit.remedy)),
            Refused::Unavailable(error) => {
                tracing::error!(error = &*error as &dyn std::error::Error, "a request cannot be answered");
                Self::of(Code::Unavailable).with("retry_after_secs", 5)
            }
        }
    }
}

/// Names of fields that the configuration gives.
fn lacking(parts: &[LackingPart]) -> Vec<Value> {
    parts.iter().map(|part| json!({ "field": part.field, "problem": part.problem })).collect()
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        if denied.status() == 404 {
            return Self::of(Code::NotFound);
        }
        let problem = Self::of(Code::Forbidden).detail(words::denied(&denied)).with("why", denied.code());
        problem.remedy(words::denied_remedy(&denied))
    }
}

impl From<NotApplied> for Problem {
    fn from(why: NotApplied) -> Self {
        let places = |mistakes: &[MistakeView]| {
            let place = |one: &MistakeView| format!("{}:{} {}", one.line, one.column, one.problem);
            let places = mistakes.iter().map(place).collect::<Vec<_>>().join("; ");
            Text::new(places.clone(), places)
        };
        match why {
            NotApplied::Changed { version, difference } => {
                Self::of(Code::ConfigChanged).with("version", version).with("difference", difference)
            }
            NotApplied::Wrong(mistakes) => {
                Self::of(Code::ConfigWrong).detail(places(&mistakes)).with("mistakes", json!(mistakes))
            }
            NotApplied::Broken(FlowChecked { mistakes, proof }) => {
                let problem = Self::of(Code::FlowBroken).with("mistakes", json!(mistakes)).with("proof", json!(proof));
                if mistakes.is_empty() { problem } else { problem.detail(places(&mistakes)) }
            }
        }
    }
}

impl From<Business> for Problem {
    fn from(business: Business) -> Self {
        let Business { code, detail, detail_zh } = business;
        let mut problem = Self::of(Code::Refused).detail(Text::new(detail_zh, detail));
        problem.0.code = code;
        problem
    }
}

impl From<LoginRefused> for Problem {
    fn from(refused: LoginRefused) -> Self {
        let problem =
            Self::of(Code::LoginRefused).detail(words::login(&refused)).with("why", words::login_code(&refused));
        let problem = problem.remedy(words::login_remedy(&refused));
        match refused {
            LoginRefused::Wrong { left } | LoginRefused::WrongCode { left } => problem.with("attempts_left", left),
            LoginRefused::Shut(Shut::WrongPasswords { until } | Shut::WrongCodes { until }) => {
                problem.with("locked_until", rfc3339(until))
            }
            LoginRefused::Rule(rule) => problem.with("rule", rule),
            LoginRefused::TooManyDevices(devices) => problem.with("devices", devices),
            LoginRefused::Shut(Shut::GivenPasswordEnded { .. } | Shut::Frozen(_))
            | LoginRefused::PasskeyWrong
            | LoginRefused::PasskeyCopied
            | LoginRefused::FactorMissing
            | LoginRefused::TicketOver
            | LoginRefused::Busy => problem,
        }
    }
}
