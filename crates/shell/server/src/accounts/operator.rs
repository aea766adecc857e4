//! What the operator at the machine asks: the same service, without a screen. He owns the directory and could write the
//! database, so no second person is asked; all he does stands in the log under his name.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bell_access::audit::Record;
use bell_access::{Actor, Chosen, DeviceId, Grant, Listing, LoginId, Place, Proof, User, UserId};
use bell_api::Language;
use bell_api::doors::{
    AuditWanted, Created, Field, Granted, LoginRefused, NewUser, Person as Seen, PersonState, Refused, SignedIn,
    UserAct, UserChange, UsersWanted, Via,
};
use bell_store::accounts::Device;
use bell_types::{AgentName, RoleName, Wall};
use serde::{Deserialize, Serialize};

use super::people::{seen, super_admin};
use super::{Accounts, done, logged, newcomer, plain};
use crate::clock::wall;

/// How many devices are shown.
const DEVICES_MAX: u64 = 1000;

/// The operator at the machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Operator {
    /// Who that is there: the name of his account on the machine.
    pub name: String,
}

/// What he asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "account", rename_all = "snake_case")]
pub enum OperatorAsk {
    /// A new person.
    Add(Box<Add>),
    /// People, by a part of their names.
    List {
        /// The part.
        text: Option<String>,
    },
    /// Something is done to an account.
    Act {
        /// Whose.
        name: String,
        /// What.
        act: OperatorAct,
        /// Why.
        reason: Option<String>,
    },
    /// Somebody gets a role, or loses it.
    Role {
        /// Who.
        name: String,
        /// Which.
        role: RoleName,
        /// Gets or loses.
        gets: bool,
    },
    /// Whether somebody would be let in.
    CheckLogin {
        /// Who.
        name: String,
        /// From where.
        address: IpAddr,
        /// When; none: now.
        at: Option<Wall>,
    },
    /// The devices that somebody logged in with.
    Devices,
    /// A device is listed, or no longer, for rules that ask for a listed one.
    ListDevice {
        /// Which.
        device: u64,
        /// Whether it is.
        listed: bool,
    },
    /// Whether the log is whole.
    VerifyAudit,
    /// Records of the log, the newest first.
    SearchAudit {
        /// Not before.
        from: Option<Wall>,
        /// Before.
        to: Option<Wall>,
        /// Of whom.
        who: Option<String>,
        /// What: the beginning of an action.
        what: Option<String>,
        /// Before this place.
        before: Option<u64>,
        /// At most so many.
        limit: usize,
    },
}

/// A new person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Add {
    /// The name to sign in with.
    pub name: String,
    /// What others call him.
    pub display_name: Option<String>,
    /// The roles.
    pub roles: Vec<RoleName>,
    /// The agent he is.
    pub agent: Option<AgentName>,
    /// The unit he works in, by its name; none: the top one.
    pub unit: Option<String>,
    /// The password; none: one is drawn.
    pub password: Option<String>,
    /// Whether he chose it himself, and need not change it.
    pub keep_password: bool,
    /// What the company is called, if it is not set up yet.
    pub company: String,
}

/// What is done to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorAct {
    /// The person has left.
    Disable,
    /// He works here again.
    Enable,
    /// A lock-out or freeze ends.
    Unlock,
    /// He gets a password for one sign-in.
    ResetPassword,
    /// His authenticator and recovery codes go.
    ResetSecondFactor,
}

/// What he is answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "accounts", rename_all = "snake_case")]
pub enum OperatorAnswer {
    /// A person, and the password that was drawn.
    Person {
        /// The person.
        person: PersonLine,
        /// The password, shown once.
        password: Option<String>,
    },
    /// People.
    People {
        /// They.
        people: Vec<PersonLine>,
        /// Whether there are more.
        more: bool,
    },
    /// What would come of a login.
    Admission {
        /// Whether he gets in, at once or after another step.
        let_in: bool,
        /// Each rule, then the outcome.
        why: Vec<String>,
    },
    /// Devices.
    Devices {
        /// They.
        devices: Vec<DeviceLine>,
    },
    /// Whether the log is whole.
    Verified {
        /// How many records were looked at.
        records: u64,
        /// Its end.
        head: Option<String>,
        /// Where it is broken.
        broken: Option<String>,
        /// The first bad record.
        first_bad: Option<u64>,
    },
    /// Records of the log.
    Records {
        /// They.
        records: Vec<RecordLine>,
        /// Whether there are more.
        more: bool,
    },
    /// It was not done: why, with what to do.
    Refused {
        /// Why.
        why: String,
    },
}

/// A person as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLine {
    /// The id.
    pub user: u64,
    /// The name to sign in with.
    pub name: String,
    /// What others call him.
    pub display_name: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The agent he is.
    pub agent: Option<String>,
    /// How the account stands.
    pub state: String,
    /// Whether there is a second factor.
    pub second_factor: bool,
    /// When he last signed in.
    pub last_sign_in: Option<Wall>,
}

/// A device as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    /// The id.
    pub device: u64,
    /// What its browser called itself.
    pub name: String,
    /// Whether it is listed.
    pub listed: bool,
    /// When it was last seen.
    pub seen_at: Wall,
}

/// A record of the log as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordLine {
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: Wall,
    /// Who.
    pub who: String,
    /// From where.
    pub address: Option<IpAddr>,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// How it came out.
    pub outcome: String,
    /// What else.
    pub details: Vec<(String, String)>,
    /// Its hash.
    pub hash: String,
}

/// Without the password.
impl fmt::Debug for Add {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Add").field("name", &self.name).field("roles", &self.roles).finish_non_exhaustive()
    }
}

impl Operator {
    /// The id that no account has: the operator's.
    pub const USER: UserId = UserId(0);

    /// Who runs this command.
    pub fn here() -> Self {
        let named = ["SUDO_USER", "LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok());
        let uid = || format!("uid {}", rustix::process::getuid().as_raw());
        Self { name: named.filter(|name| !name.is_empty()).unwrap_or_else(uid) }
    }
}

impl Accounts {
    /// Does what the operator asks.
    pub async fn operate(&self, operator: &Operator, ask: OperatorAsk) -> OperatorAnswer {
        match self.try_operate(operator, ask).await {
            Ok(answer) => answer,
            Err(refused) => OperatorAnswer::Refused { why: said(&refused) },
        }
    }

    async fn try_operate(&self, operator: &Operator, ask: OperatorAsk) -> Result<OperatorAnswer, Refused> {
        if let OperatorAsk::Add(add) = &ask {
            self.found_for(&add.company).await?;
        }
        let who = self.operator(operator).await?;
        match ask {
            OperatorAsk::Add(add) => self.add(&who, *add).await,
            OperatorAsk::List { text } => {
                let wanted = UsersWanted { text, limit: 200, ..UsersWanted::default() };
                let page = self.users(&who, wanted).await?;
                Ok(OperatorAnswer::People { people: page.people.iter().map(line).collect(), more: page.more })
            }
            OperatorAsk::Act { name, act, reason } => {
                let user = self.named(&name).await?.user.user;
                let reason = reason.unwrap_or_else(|| "by the operator".to_owned());
                let acted = self.act_on_user(&who, user, act.into(), Some(&reason)).await?;
                Ok(OperatorAnswer::Person { person: line(&acted.person), password: acted.password })
            }
            OperatorAsk::Role { name, role, gets } => self.change_role(&who, &name, role, gets).await,
            OperatorAsk::CheckLogin { name, address, at } => {
                let user = self.named(&name).await?.user.user;
                let simulated = self.simulate_login(&who, user, address, at.unwrap_or_else(wall)).await?;
                let text = simulated.admission.to_string();
                let let_in = text.lines().last().is_some_and(|last| last.starts_with("=> let in"));
                Ok(OperatorAnswer::Admission { let_in, why: text.lines().map(str::to_owned).collect() })
            }
            OperatorAsk::Devices => {
                let devices = self.rows().await?.devices(DeviceId(0), DEVICES_MAX).await;
                let devices = devices.map_err(Refused::unavailable)?.iter().map(device_line).collect();
                Ok(OperatorAnswer::Devices { devices })
            }
            OperatorAsk::ListDevice { device, listed } => self.list_device(&who, DeviceId(device), listed).await,
            OperatorAsk::VerifyAudit => {
                let verified = self.verify_audit(&who).await?;
                Ok(OperatorAnswer::Verified {
                    records: verified.records,
                    head: verified.head.map(|head| format!("{} {}", head.seq, head.hash)),
                    broken: verified.breaks.first().map(ToString::to_string),
                    first_bad: verified.breaks.first().map(|broken| broken.seq),
                })
            }
            OperatorAsk::SearchAudit { from, to, who: of, what, before, limit } => {
                let wanted = AuditWanted { from, to, who: of, what, before, limit };
                let page = self.audit(&who, wanted).await?;
                Ok(OperatorAnswer::Records { records: page.records.iter().map(record_line).collect(), more: page.more })
            }
        }
    }

    /// The operator as somebody who may everything.
    async fn operator(&self, operator: &Operator) -> Result<SignedIn, Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        let now = wall();
        let grant = Grant { role: super_admin(), place: Place::Home, by: None, since: now, confirmed: now };
        let home = bell_access::UnitId(1);
        let user: User = newcomer(Operator::USER, world.org.tenant(), home, vec![grant]);
        let actor = Actor::new(&user, &world.org, &world.roles, Proof::TwoFactors, &settings.policy);
        Ok(SignedIn {
            actor: Arc::new(actor),
            via: Via::Login(LoginId(0)),
            name: format!("operator {}", operator.name),
            unit: home,
            agent: None,
            language: Language::default(),
            address: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        })
    }

    /// The company, before its first person.
    async fn found_for(&self, company: &str) -> Result<(), Refused> {
        if !self.rows().await?.units().await.map_err(Refused::unavailable)?.is_empty() {
            return Ok(());
        }
        let change = self.begin().await?;
        self.found(&change, company, wall()).await?;
        self.read_world(change.rows()).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    async fn add(&self, who: &SignedIn, add: Add) -> Result<OperatorAnswer, Refused> {
        let unit = self.unit_named(add.unit.as_deref()).await?;
        if let Some(password) = &add.password {
            let (world, settings) = (self.world().await?, self.settings());
            let name = plain(&add.name);
            let weak = bell_access::weaknesses(password, &[&name, world.company()], &settings.policy);
            if !weak.is_empty() {
                return Err(Refused::Weak(weak));
            }
        }
        let wanted = NewUser {
            display_name: add.display_name.unwrap_or_default(),
            unit,
            projects: std::collections::BTreeSet::new(),
            roles: add.roles.into_iter().map(|role| Granted { role, place: Place::Home }).collect(),
            agent: add.agent,
            name: add.name,
        };
        let Created { person, password: drawn, .. } = self.create_user(who, wanted).await?;
        if add.password.is_none() && !add.keep_password {
            return Ok(OperatorAnswer::Person { person: line(&person), password: Some(drawn) });
        }
        let is_drawn = add.password.is_none();
        let password = add.password.unwrap_or(drawn);
        let hash = self.inner.hasher.hash(&password).await?;
        let change = self.begin().await?;
        let mut kept = self.changing(&change, person.user).await?;
        if let Some(own) = &mut kept.account.password {
            own.hash = hash;
            own.chosen = if add.keep_password { Chosen::ByOwner } else { Chosen::ByOther };
        }
        change.put_person(&kept).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        let person = line(&seen(wall(), &kept, &self.settings()));
        Ok(OperatorAnswer::Person { person, password: is_drawn.then_some(password) })
    }

    async fn unit_named(&self, name: Option<&str>) -> Result<bell_access::UnitId, Refused> {
        let units = self.rows().await?.units().await.map_err(Refused::unavailable)?;
        let found = match name {
            Some(name) => units.iter().find(|unit| unit.name == name || unit.unit.to_string() == name),
            None => units.iter().find(|unit| unit.parent.is_none()),
        };
        Ok(found.ok_or(Field::unknown("unit"))?.unit)
    }

    async fn change_role(
        &self,
        who: &SignedIn,
        name: &str,
        role: RoleName,
        gets: bool,
    ) -> Result<OperatorAnswer, Refused> {
        let person = self.named(name).await?;
        let granted = |grant: &Grant| Granted { role: grant.role.clone(), place: grant.place };
        let mut roles: Vec<Granted> = person.user.grants.iter().map(granted).collect();
        match (gets, roles.iter().position(|has| has.role == role)) {
            (true, Some(_)) => return Err(Refused::Grant(bell_access::GrantRefusal::Twice(role))),
            (false, None) => return Err(Field::unknown("role").into()),
            (true, None) => roles.push(Granted { role, place: Place::Home }),
            (false, Some(_)) => roles.retain(|has| has.role != role),
        }
        let wanted = UserChange { roles: Some(roles), ..UserChange::default() };
        let changed = self.change_user(who, person.user.user, wanted).await?;
        Ok(OperatorAnswer::Person { person: line(&changed), password: None })
    }

    /// Lists a device that is there, or takes it off the list (SEC-10).
    async fn list_device(&self, who: &SignedIn, id: DeviceId, listed: bool) -> Result<OperatorAnswer, Refused> {
        let mut change = self.begin().await?;
        let found = change.rows().devices(DeviceId(id.0.saturating_sub(1)), 1).await.map_err(Refused::unavailable)?;
        let found = found.into_iter().find(|device| device.device == id).ok_or(Field::unknown("device"))?;
        let listing = if listed { Listing::Listed } else { Listing::Unlisted };
        let device = Device { listing, ..found };
        change.put_device(&device).await.map_err(Refused::unavailable)?;
        let action = if listed { "device.list" } else { "device.unlist" };
        let entry = done(wall(), (logged(who), None), action, format!("device {id}"));
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        Ok(OperatorAnswer::Devices { devices: vec![device_line(&device)] })
    }

    async fn named(&self, name: &str) -> Result<bell_store::accounts::Person, Refused> {
        let found = self.rows().await?.person_named(&plain(name)).await.map_err(Refused::unavailable)?;
        found.ok_or(Refused::NotThere)
    }

    /// Whether a password is still that of a person: a demo that starts again says whether what it printed holds.
    pub async fn is_password(&self, name: &str, password: &str) -> bool {
        let Ok(person) = self.named(name).await else { return false };
        let hash = person.account.password.as_ref().map(|password| &password.hash);
        self.inner.hasher.compare(password, hash).await.is_ok_and(|same| same == bell_access::Compared::Same)
    }
}

impl From<OperatorAct> for UserAct {
    fn from(act: OperatorAct) -> Self {
        match act {
            OperatorAct::Disable => Self::Disable,
            OperatorAct::Enable => Self::Enable,
            OperatorAct::Unlock => Self::Unlock,
            OperatorAct::ResetPassword => Self::ResetPassword,
            OperatorAct::ResetSecondFactor => Self::ResetSecondFactor,
        }
    }
}

fn line(person: &Seen) -> PersonLine {
    let state = match &person.state {
        PersonState::Active => "active".to_owned(),
        PersonState::Locked(until) => format!("locked until {until}"),
        PersonState::Frozen(why) => format!("frozen: {why}"),
        PersonState::Disabled => "disabled".to_owned(),
    };
    let role = |granted: &Granted| match granted.place {
        Place::Home => granted.role.to_string(),
        Place::Unit(unit) => format!("{} in unit {unit}", granted.role),
        Place::Project(project) => format!("{} in project {project}", granted.role),
    };
    PersonLine {
        user: person.user.0,
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        roles: person.roles.iter().map(role).collect(),
        agent: person.agent.as_ref().map(ToString::to_string),
        state,
        second_factor: person.factors.totp || person.factors.passkeys > 0,
        last_sign_in: person.last_sign_in,
    }
}

fn device_line(device: &Device) -> DeviceLine {
    DeviceLine {
        device: device.device.0,
        name: device.name.clone(),
        listed: device.listing == Listing::Listed,
        seen_at: device.seen_at,
    }
}

fn record_line(record: &Record) -> RecordLine {
    use bell_access::audit::{Outcome, Who};
    let who = match &record.who {
        Who::User(_, name) => name.clone(),
        Who::Token(_, name) => format!("{name} (token)"),
        Who::Stranger(name) => format!("{name} (no account)"),
        Who::System(name) => name.clone(),
    };
    let outcome = match &record.outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Refused(why) => format!("refused: {why}"),
        Outcome::Failed(why) => format!("failed: {why}"),
    };
    RecordLine {
        seq: record.seq,
        at: record.at,
        who,
        address: record.address,
        action: record.action.clone(),
        object: record.object.clone(),
        outcome,
        details: record.details.clone(),
        hash: record.hash.to_string(),
    }
}

/// A refusal in a sentence with what to do.
fn said(refused: &Refused) -> String {
    match refused {
        Refused::NotSignedIn => "nobody is signed in".to_owned(),
        Refused::Denied(denied) => format!("{denied}: {}", denied.remedy()),
        Refused::NotThere => "there is no such account: see belltower user list".to_owned(),
        Refused::Login(login) => said_login(login),
        Refused::Field(field) => format!("the field {} is {}", field.field, field.problem.replace('_', " ")),
        Refused::Weak(weak) => {
            let weak: Vec<String> = weak.iter().map(ToString::to_string).collect();
            format!("the password is too weak: {}", weak.join("; "))
        }
        Refused::Reused(count) => format!("it is one of the last {count} passwords"),
        Refused::Factor(refusal) => refusal.to_string(),
        Refused::Grant(refusal) => refusal.to_string(),
        Refused::Approval(refusal) => refusal.to_string(),
        Refused::ApprovalNeeded(id) => format!("a second person must approve it first: request {id} was made"),
        Refused::Role(refusal) => refusal.to_string(),
        Refused::Org(refusal) => refusal.to_string(),
        Refused::Rules(refusal) => refusal.to_string(),
        Refused::Token(refusal) => refusal.to_string(),
        Refused::Scan(refusal) => refusal.to_string(),
        // No command of an operator is about summaries.
        Refused::SummaryIncomplete(_) | Refused::SummaryMissing(_) => {
            "the summary of a call is not complete".to_owned()
        }
        Refused::Single(refusal) => format!("the sign-in elsewhere failed: {}", refusal.code()),
        Refused::ReasonNeeded => "say why: --reason".to_owned(),
        Refused::SetUpDone => "the first administrator is there already".to_owned(),
        Refused::SetUpElsewhere => "the first administrator is set up from this machine".to_owned(),
        Refused::Changed => "somebody else has changed it meanwhile: look again".to_owned(),
        Refused::Business(business) => business.detail.clone(),
        Refused::Config(_) => "the configuration was not changed".to_owned(),
        Refused::Prompt(unfit) => format!("{}: {}", unfit.detail, unfit.remedy),
        Refused::Unavailable(error) => {
            let mut text = format!("the accounts cannot be reached: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                text.push_str(&format!(": {error}"));
                cause = error.source();
            }
            text
        }
    }
}

fn said_login(refused: &LoginRefused) -> String {
    match refused {
        LoginRefused::Wrong { left } => format!("name or password is wrong, {left} attempts left"),
        LoginRefused::WrongCode { left } => format!("the code is wrong, {left} attempts left"),
        LoginRefused::Shut(shut) => format!("{shut}: {}", shut.remedy()),
        LoginRefused::Rule(rule) => format!("rule {rule} refuses it"),
        LoginRefused::PasskeyWrong | LoginRefused::PasskeyCopied => "the passkey proves nothing".to_owned(),
        LoginRefused::FactorMissing => "a second factor is needed, and there is none".to_owned(),
        LoginRefused::TooManyDevices(count) => format!("signed in on {count} devices already"),
        LoginRefused::TicketOver => "it began too long ago: begin again".to_owned(),
        LoginRefused::Busy => "too many people sign in at this moment: try again".to_owned(),
    }
}
