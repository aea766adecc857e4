//! Rules about where, when and with what somebody signs in.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use bell_access::{Group, LoginRule, Must, Next, Otherwise, Says, Step, UnitId, UserId};
use bell_types::{Cidr, Date, OpenSpan, OpeningHours, RoleName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::people::{find, number};
use crate::Problem;
use crate::access::Signed;
use crate::api::Desk;
use crate::body::Sent;
use crate::doors::{Field, LoginRules};
use crate::language::Text;
use crate::page;
use crate::time::read_rfc3339;

/// The days of a week, as rules name them.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The rules, in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct RulesView {
    /// Which state of them this is: who changes them brings it back.
    version: String,
    /// They.
    rules: Vec<RuleView>,
}

/// Rules as they are to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RulesSent {
    /// The state they were changed from.
    version: String,
    /// They.
    rules: Vec<RuleView>,
    /// Why.
    reason: String,
}

/// A rule.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct RuleView {
    /// What it is called; every answer names it.
    name: String,
    /// Who it is for.
    of: GroupView,
    /// What must be so.
    must: MustView,
    /// What if it is not: `refuse` or `second_factor`.
    otherwise: OtherwiseView,
}

/// Who a rule is for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum GroupView {
    /// Everybody.
    Everybody,
    /// Whoever has this role.
    Role {
        /// Its name.
        id: String,
    },
    /// Whoever works in this unit or below it.
    Unit {
        /// Its id.
        id: String,
    },
    /// One person.
    User {
        /// The id of the account.
        id: String,
    },
}

/// What must be so.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum MustView {
    /// The sign-in comes from one of these networks.
    ComeFrom {
        /// `192.0.2.0/24`.
        networks: Vec<String>,
    },
    /// It comes within these hours, in the centre's zone.
    ComeWithin {
        /// `{"mon": "09:00-12:00 13:30-18:00"}`; what is left out is closed.
        week: BTreeMap<String, String>,
        /// Days that are not like their weekday: `{"2026-10-01": ""}`.
        #[serde(default)]
        exceptions: BTreeMap<String, String>,
    },
    /// It comes by a device that an administrator has listed.
    UseListedDevice,
}

/// What if a rule is not met.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OtherwiseView {
    /// The sign-in is refused.
    Refuse,
    /// A second factor is needed.
    SecondFactor,
}

/// Who would come from where, and when.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LoginSimulationSent {
    /// The name of the account, or its id.
    user: String,
    /// From where.
    ip: String,
    /// When; now if nothing is said.
    at: Option<String>,
}

/// Whether somebody would be let in, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginSimulatedView {
    /// `yes`, `no`, or `second_factor`: with one.
    let_in: &'static str,
    /// What each rule says, and what comes of it.
    why: Vec<SaidView>,
}

/// What a rule says.
#[derive(Serialize, ToSchema)]
pub(crate) struct SaidView {
    /// Which rule; none: it is what comes of all of them.
    rule: Option<String>,
    /// In words.
    text: String,
}

/// The rules of sign-in.
#[utoipa::path(get, path = "/v1/login-rules", tag = "login rules", responses((status = 200, body = RulesView)))]
pub(crate) async fn list(State(desk): State<Arc<Desk>>, Signed(who): Signed) -> Result<Json<RulesView>, Problem> {
    desk.doors.accounts.login_rules(&who).await.map(|rules| Json(view(rules))).map_err(Problem::from)
}

/// Changes them as a whole. A second person approves it; nobody saves rules that keep himself out.
#[utoipa::path(put, path = "/v1/login-rules", tag = "login rules", request_body = RulesSent,
    responses((status = 200, body = RulesView)))]
pub(crate) async fn put(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<RulesSent>,
) -> Result<Json<RulesView>, Problem> {
    let rules = LoginRules {
        version: number("version", &sent.version)?,
        rules: sent.rules.into_iter().map(rule).collect::<Result<_, _>>()?,
    };
    desk.doors
        .accounts
        .put_login_rules(&who, rules, sent.reason)
        .await
        .map(|rules| Json(view(rules)))
        .map_err(Problem::from)
}

/// Would this person be let in from there, at that time, and why: the answer of the function that lets people in.
#[utoipa::path(post, path = "/v1/login-rules/simulate", tag = "login rules", request_body = LoginSimulationSent,
    responses((status = 200, body = LoginSimulatedView)))]
pub(crate) async fn simulate(
    State(desk): State<Arc<Desk>>,
    Signed(who): Signed,
    Sent(sent): Sent<LoginSimulationSent>,
) -> Result<Json<LoginSimulatedView>, Problem> {
    let user = find(&desk, &who, &sent.user).await?;
    let address: IpAddr = sent.ip.trim().parse().map_err(|_| page::field(Field::malformed("ip")))?;
    let at = sent.at.map_or(Some(desk.now()), |at| read_rfc3339(&at));
    let at = at.ok_or_else(|| page::field(Field::malformed("at")))?;
    let admission = desk.doors.accounts.simulate_login(&who, user, address, at).await?.admission;
    let rules = desk.doors.accounts.login_rules(&who).await?.rules;
    let said = admission.findings.into_iter().map(|finding| {
        let must = rules.iter().find(|rule| rule.name == finding.rule).map(|rule| &rule.must);
        let text =
            Text::new(because_zh(must, finding.says, address), format!("{}: {}", says(finding.says), finding.because));
        SaidView { rule: Some(finding.rule), text: who.language.of(&text).to_owned() }
    });
    let (let_in, ends) = ends(&admission.step);
    let why = said.chain([SaidView { rule: None, text: who.language.of(&ends).to_owned() }]).collect();
    Ok(Json(LoginSimulatedView { let_in, why }))
}

const fn says(says: Says) -> &'static str {
    match says {
        Says::NotForThisPerson => "for others",
        Says::Met => "met",
        Says::NotMet(Otherwise::Refuse) => "not met, refused",
        Says::NotMet(Otherwise::SecondFactor) => "not met, a second factor is needed",
    }
}

/// What a rule says, and why, in Chinese. None: the rule has gone meanwhile.
fn because_zh(must: Option<&Must>, says: Says, address: IpAddr) -> String {
    let met = says == Says::Met;
    let because = match must {
        Some(Must::ComeFrom(networks)) => {
            let networks = networks.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            format!("{address} {}在 {networks} 内", if met { "" } else { "不" })
        }
        Some(Must::ComeWithin(_)) => format!("{}在允许的时段内", if met { "" } else { "不" }),
        Some(Must::UseListedDevice) => format!("设备{}登记", if met { "已" } else { "未" }),
        None => String::new(),
    };
    match says {
        Says::NotForThisPerson => "不适用于此人".to_owned(),
        Says::Met => format!("{because}，符合"),
        Says::NotMet(Otherwise::Refuse) => format!("{because}，拒绝登录"),
        Says::NotMet(Otherwise::SecondFactor) => format!("{because}，需要二次验证"),
    }
}

/// What comes of all rules.
fn ends(step: &Step) -> (&'static str, Text) {
    match step {
        Step::Shut(shut) => ("no", crate::words::shut(shut)),
        Step::RefusedBy(rule) => {
            ("no", Text::new(format!("规则「{rule}」拒绝登录"), format!("rule {rule} refuses the sign-in")))
        }
        Step::Goes(Next::LetIn(_)) => ("yes", Text::new("可以登录", "the sign-in is let in")),
        Step::Goes(Next::ChangePassword(_)) => {
            ("yes", Text::new("可以登录，但须先修改密码", "let in, after another password is chosen"))
        }
        Step::Goes(Next::SecondFactor(_)) => {
            ("second_factor", Text::new("需要二次验证", "a second factor must be shown"))
        }
        Step::Goes(Next::SetUpSecondFactor) => {
            ("second_factor", Text::new("须先设置二次验证", "a second factor must be set up first"))
        }
        Step::Goes(Next::Refuse) => {
            ("no", Text::new("需要二次验证，但此账号没有设置", "a second factor is needed, and the account has none"))
        }
    }
}

fn view(rules: LoginRules) -> RulesView {
    RulesView { version: rules.version.to_string(), rules: rules.rules.into_iter().map(rule_view).collect() }
}

fn rule_view(rule: LoginRule) -> RuleView {
    RuleView {
        name: rule.name,
        of: match rule.of {
            Group::Everybody => GroupView::Everybody,
            Group::Role(role) => GroupView::Role { id: role.to_string() },
            Group::Unit(unit) => GroupView::Unit { id: unit.to_string() },
            Group::User(user) => GroupView::User { id: user.to_string() },
        },
        must: match rule.must {
            Must::ComeFrom(networks) => {
                MustView::ComeFrom { networks: networks.iter().map(ToString::to_string).collect() }
            }
            Must::ComeWithin(hours) => {
                let week = DAYS.iter().zip(&hours.week).filter(|(_, spans)| !spans.is_empty());
                MustView::ComeWithin {
                    week: week.map(|(day, spans)| ((*day).to_owned(), spans_text(spans))).collect(),
                    exceptions: hours
                        .exceptions
                        .iter()
                        .map(|(day, spans)| (day.to_string(), spans_text(spans)))
                        .collect(),
                }
            }
            Must::UseListedDevice => MustView::UseListedDevice,
        },
        otherwise: match rule.otherwise {
            Otherwise::Refuse => OtherwiseView::Refuse,
            Otherwise::SecondFactor => OtherwiseView::SecondFactor,
        },
    }
}

fn rule(view: RuleView) -> Result<LoginRule, Problem> {
    let of = match view.of {
        GroupView::Everybody => Group::Everybody,
        GroupView::Role { id } => Group::Role(RoleName::new(&id).map_err(|_| page::field(Field::unknown("role")))?),
        GroupView::Unit { id } => Group::Unit(number("unit", &id).map(UnitId)?),
        GroupView::User { id } => Group::User(number("user", &id).map(UserId)?),
    };
    let must = match view.must {
        MustView::ComeFrom { networks } => {
            let network = |text: &String| text.parse::<Cidr>().map_err(|_| page::field(Field::malformed("networks")));
            Must::ComeFrom(networks.iter().map(network).collect::<Result<_, _>>()?)
        }
        MustView::ComeWithin { week, exceptions } => Must::ComeWithin(hours(&week, &exceptions)?),
        MustView::UseListedDevice => Must::UseListedDevice,
    };
    let otherwise = match view.otherwise {
        OtherwiseView::Refuse => Otherwise::Refuse,
        OtherwiseView::SecondFactor => Otherwise::SecondFactor,
    };
    Ok(LoginRule { name: view.name, of, must, otherwise })
}

fn hours(week: &BTreeMap<String, String>, exceptions: &BTreeMap<String, String>) -> Result<OpeningHours, Problem> {
    let mut hours = OpeningHours::default();
    for (day, text) in week {
        let place = DAYS.iter().position(|known| known == day);
        let place = place.ok_or_else(|| page::field(Field::malformed("week")))?;
        hours.week[place] = spans("week", text)?;
    }
    for (day, text) in exceptions {
        let day = Date::parse(day).ok_or_else(|| page::field(Field::malformed("exceptions")))?;
        hours.exceptions.insert(day, spans("exceptions", text)?);
    }
    Ok(hours)
}

/// `09:00-12:00 13:30-18:00`.
fn spans_text(spans: &[OpenSpan]) -> String {
    spans.iter().map(|span| format!("{}-{}", span.from, span.to)).collect::<Vec<_>>().join(" ")
}

fn spans(field: &'static str, text: &str) -> Result<Vec<OpenSpan>, Problem> {
    let span = |text| OpenSpan::parse(text).ok_or_else(|| page::field(Field::malformed(field)));
    text.split_whitespace().map(span).collect()
}
