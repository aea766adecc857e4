//! The organisation: setting it up, its units, roles and rules of login.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bell_access::{
    Account, Act, Circumstances, Filter, Grant, Listing, LoginRule, Object, Org, Permission, Place, Proof, Reach, Role,
    Unit, UnitId, UnitKind, UserId, admit, check_rules, decide,
};
use bell_api::doors::{
    AgentsSeen, Field, LoginRules, LoginSimulated, NextStep, Refused, RolesSeen, SetUp, SignedIn, UnitsWanted, Visit,
};
use bell_store::accounts::{Changing, Company, Person, Project};
use bell_types::Wall;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::approve::{Eyes, Guarded, decided};
use super::people::{allowed, business, checked_name, super_admin};
use super::sign_in::{chosen_by_owner, hashed};
use super::{Accounts, done, language_tag, newcomer};
use crate::clock::wall;

/// How long the name of a company, a unit or a project may be, in characters.
const NAME_MAX: usize = 100;
/// The unit that a company begins with.
const FIRST_UNIT: UnitId = UnitId(1);

impl Accounts {
    pub(super) async fn is_empty(&self) -> Result<bool, Refused> {
        Ok(self.rows().await?.people_count().await.map_err(Refused::unavailable)? == 0)
    }

    /// The first administrator: once, and only by who is at the machine or has read what it printed.
    pub(super) async fn set_up(&self, visit: &Visit, wanted: SetUp) -> Result<NextStep, Refused> {
        let code = wanted.code.as_deref().unwrap_or_default().trim().to_uppercase();
        let knows_code: bool = code.as_bytes().ct_eq(self.set_up_code().as_bytes()).into();
        if !visit.is_local && !knows_code {
            return Err(Refused::SetUpElsewhere);
        }
        let company = checked(&wanted.company, "company")?;
        let name = checked_name(&wanted.name)?;
        let settings = self.settings();
        let weak = bell_access::weaknesses(&wanted.password, &[&name, &company], &settings.policy);
        if !weak.is_empty() {
            return Err(Refused::Weak(weak));
        }
        let hash = self.inner.hasher.hash(&wanted.password).await?;
        let now = wall();
        let mut change = self.begin().await?;
        if change.rows().people_count().await.map_err(Refused::unavailable)? > 0 {
            return Err(Refused::SetUpDone);
        }
        self.found(&change, &company, now).await?;
        let user = change.next_person().await.map_err(Refused::unavailable)?;
        let grant = Grant { role: super_admin(), place: Place::Home, by: None, since: now, confirmed: now };
        let person = Person {
            user: newcomer(user, change.rows().tenant(), FIRST_UNIT, vec![grant]),
            name: name.clone(),
            display_name: name.clone(),
            language: language_tag(wanted.language),
            agent: None,
            made_at: now,
            last_login: None,
            account: chosen_by_owner(Account::new(user, now, hash)),
        };
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        let who = bell_access::audit::Who::User(user, name.clone());
        change
            .tell(done(now, (who, Some(visit)), "set_up", format!("user {name}")))
            .await
            .map_err(Refused::unavailable)?;
        self.commit(change).await?;
        self.read_world(&self.rows().await?).await.map_err(Refused::unavailable)?;
        self.let_in_as(visit, user, Proof::Password).await
    }

    /// The company with one organisation, if there is none yet.
    pub(super) async fn found(&self, change: &Changing, name: &str, now: Wall) -> Result<UnitId, Refused> {
        let units = change.rows().units().await.map_err(Refused::unavailable)?;
        if let Some(top) = units.iter().find(|unit| unit.parent.is_none()) {
            return Ok(top.unit);
        }
        let unit = Unit { unit: FIRST_UNIT, parent: None, kind: UnitKind::Organisation, name: name.to_owned() };
        change.put_company(&Company { name: name.to_owned(), begun_at: now }).await.map_err(Refused::unavailable)?;
        change.put_unit(&unit).await.map_err(Refused::unavailable)?;
        Ok(FIRST_UNIT)
    }

    pub(super) async fn roles(&self) -> Result<RolesSeen, Refused> {
        Ok(RolesSeen { roles: self.world().await?.roles.iter().cloned().collect() })
    }

    pub(super) async fn put_role(&self, who: &SignedIn, role: Role) -> Result<(), Refused> {
        let decision = allowed(decide(&who.actor, Permission::RoleWrite, &Object::of_tenant(who.actor.tenant())))?;
        let mut change = self.begin().await?;
        let mut roles = change.rows().roles().await.map_err(Refused::unavailable)?;
        roles.put(role.clone())?;
        change.put_role(&role).await.map_err(Refused::unavailable)?;
        let permits: Vec<String> = role.permits().map(|(permission, scope)| format!("{permission}:{scope}")).collect();
        let (object, permits) = (format!("role {}", role.name()), permits.join(" "));
        self.tell(&mut change, who, (Permission::RoleWrite, &object), &decision, &[("permits", &permits)]).await?;
        self.commit_world(change).await
    }

    pub(super) async fn units(&self) -> Result<UnitsWanted, Refused> {
        let rows = self.rows().await?;
        let projects = rows.projects().await.map_err(Refused::unavailable)?;
        let projects = projects.into_iter().map(|project| (project.project, project.name, project.unit));
        Ok(UnitsWanted { units: rows.units().await.map_err(Refused::unavailable)?, projects: projects.collect() })
    }

    pub(super) async fn put_units(&self, who: &SignedIn, wanted: UnitsWanted) -> Result<(), Refused> {
        let decision = allowed(decide(&who.actor, Permission::UserWrite, &Object::of_tenant(who.actor.tenant())))?;
        let UnitsWanted { units, projects } = wanted;
        for unit in &units {
            checked(&unit.name, "units")?;
        }
        for (_, name, _) in &projects {
            checked(name, "projects")?;
        }
        let run_by: BTreeMap<_, _> = projects.iter().map(|(project, _, unit)| (*project, *unit)).collect();
        Org::new(who.actor.tenant(), units.clone(), run_by)?;
        let mut change = self.begin().await?;
        let wanted: BTreeSet<UnitId> = units.iter().map(|unit| unit.unit).collect();
        for gone in change.rows().units().await.map_err(Refused::unavailable)? {
            if wanted.contains(&gone.unit) {
                continue;
            }
            if change.rows().is_home(gone.unit).await.map_err(Refused::unavailable)? {
                let (detail, zh) =
                    (format!("people work in {}", gone.name), format!("「{}」中还有人员，请先将其移出", gone.name));
                return Err(business("unit_in_use", &detail, &zh));
            }
            change.remove_unit(gone.unit).await.map_err(Refused::unavailable)?;
        }
        for unit in &units {
            change.put_unit(unit).await.map_err(Refused::unavailable)?;
        }
        for (project, name, unit) in projects {
            change.put_project(&Project { project, unit, name }).await.map_err(Refused::unavailable)?;
        }
        let count = units.len().to_string();
        self.tell(&mut change, who, (Permission::UserWrite, "organisation"), &decision, &[("units", &count)]).await?;
        self.commit_world(change).await
    }

    pub(super) async fn login_rules(&self) -> Result<LoginRules, Refused> {
        let rules = self.rows().await?.login_rules().await.map_err(Refused::unavailable)?;
        Ok(LoginRules { version: version(&rules), rules })
    }

    pub(super) async fn put_login_rules(
        &self,
        who: &SignedIn,
        wanted: LoginRules,
        reason: &str,
    ) -> Result<LoginRules, Refused> {
        let permission = Permission::SecurityWrite;
        let object = Object::of_tenant(who.actor.tenant());
        let decision = allowed(decide(&who.actor, permission, &object))?;
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let mut change = self.begin().await?;
        if version(&change.rows().login_rules().await.map_err(Refused::unavailable)?) != wanted.version {
            return Err(Refused::Changed);
        }
        // Who stands at the machine is let in by no rule, and kept out by none.
        if who.actor.user() != super::Operator::USER {
            let saving = self.changing(&change, who.actor.user()).await?;
            let circumstances =
                Circumstances { address: who.address, at: settings.local(now), device: Listing::Unlisted };
            check_rules(&wanted.rules, &saving.user, &circumstances, &world.org)?;
        }
        let subject = described(&wanted.rules);
        let guarded = Guarded { act: Act::ChangeSecurity, subject: subject.clone(), object };
        if let Eyes::Asked(id) = self.four_eyes(&mut change, who, guarded, Some(reason)).await? {
            self.commit(change).await?;
            return Err(Refused::ApprovalNeeded(id));
        }
        change.put_login_rules(&wanted.rules).await.map_err(Refused::unavailable)?;
        let details = [("rules", subject.as_str()), ("reason", reason)];
        self.tell(&mut change, who, (permission, "login rules"), &decision, &details).await?;
        self.commit_world(change).await?;
        Ok(LoginRules { version: version(&wanted.rules), rules: wanted.rules })
    }

    /// What would come of a login: by the function that lets people in (SEC-10).
    pub(super) async fn simulate_login(
        &self,
        who: &SignedIn,
        user: UserId,
        address: IpAddr,
        at: Wall,
    ) -> Result<LoginSimulated, Refused> {
        let person = self.person(user).await?;
        allowed(decide(&who.actor, Permission::UserRead, &person.user.as_object()))?;
        let (world, settings) = (self.world().await?, self.settings());
        let circumstances = Circumstances { address, at: settings.local(at), device: Listing::Unlisted };
        let book = world.book(&settings);
        let admission = admit(at, (&person.user, &person.account), Proof::Password, &circumstances, book);
        Ok(LoginSimulated { admission })
    }

    /// A unit and those above it, from below; nothing if it is not there.
    pub(crate) async fn units_above(&self, unit: UnitId) -> Result<Vec<UnitId>, Refused> {
        let world = self.world().await?;
        let above = std::iter::successors(world.org.unit(unit), |unit| world.org.unit(unit.parent?));
        Ok(above.map(|unit| unit.unit).collect())
    }

    pub(super) async fn agents_within(&self, filter: &Filter) -> Result<AgentsSeen, Refused> {
        let Reach::Parts(parts) = &filter.reach else { return Ok(AgentsSeen::All) };
        let found = self.rows().await?.agents_within(filter).await.map_err(Refused::unavailable)?;
        let own = found.iter().find(|(user, _)| Some(*user) == parts.owner).map(|(_, agent)| agent.clone());
        let led =
            Filter { tenant: filter.tenant, reach: Reach::Parts(bell_access::Parts { owner: None, ..parts.clone() }) };
        let led = self.rows().await?.agents_within(&led).await.map_err(Refused::unavailable)?;
        Ok(AgentsSeen::Some { own, led: led.into_iter().map(|(_, agent)| agent).collect() })
    }

    /// Commits what everybody is judged by, and lets it hold.
    async fn commit_world(&self, change: Changing) -> Result<(), Refused> {
        self.read_world(change.rows()).await.map_err(Refused::unavailable)?;
        self.commit(change).await
    }

    pub(super) async fn tell(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        what: (Permission, &str),
        decision: &bell_access::Decision,
        details: &[(&str, &str)],
    ) -> Result<(), Refused> {
        let Some(entry) = decided(wall(), who, what, decision, details) else { return Ok(()) };
        change.tell(entry).await.map(drop).map_err(Refused::unavailable)
    }
}

/// A name of something.
fn checked(name: &str, field: &'static str) -> Result<String, Refused> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Field::missing(field).into());
    }
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Field::malformed(field).into());
    }
    Ok(name.to_owned())
}

/// Which state of the rules this is. Six octets of a hash: a number that every program reads exactly.
fn version(rules: &[LoginRule]) -> u64 {
    let hash = hashed(&format!("{rules:?}"));
    hash[..6].iter().fold(0, |number, octet| number << 8 | u64::from(*octet))
}

/// The rules in words that a second person approves; of many, the beginning and a hash of all.
fn described(rules: &[LoginRule]) -> String {
    let words: Vec<String> = rules
        .iter()
        .map(|rule| format!("{}: for {}: {:?}, else {:?}", rule.name, rule.of, rule.must, rule.otherwise))
        .collect();
    let words = words.join("; ");
    if words.chars().count() <= 900 {
        return format!("login rules: {words}");
    }
    let hash: String = Sha256::digest(&words)[..8].iter().map(|octet| format!("{octet:02x}")).collect();
    let begin: String = words.chars().take(880).collect();
    format!("login rules {hash}: {begin}…")
}
