//! Other people's accounts: who there is, new people, changes, leavers.

use bell_access::{
    Account, Act, Decision, Freeze, Grant, Guard, Object, Permission, Place, SUPER_ADMIN, Shut, User, UserId,
    check_change, check_grant, decide, may_take_calls_alone, weaknesses,
};
use bell_api::doors::{
    Business, Created, Field, Granted, NewUser, Person as Seen, PersonState, Refused, SignedIn, UserAct, UserActed,
    UserChange, UsersPage, UsersWanted,
};
use bell_store::accounts::{Changing, PeopleWanted, Person};
use bell_types::{AgentName, RoleName, Wall};

use super::approve::{Eyes, Guarded, decided};
use super::own::factors;
use super::settings::Settings;
use super::{Accounts, Operator, World, draw, plain};
use crate::clock::wall;

/// How long the name to sign in with may be, in characters.
const NAME_MAX: usize = 64;
/// How long the name that others see may be.
const DISPLAY_NAME_MAX: usize = 64;
/// The symbols of passwords that are given: none that is taken for another.
const SYMBOLS: &[u8; 56] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
/// How often a password is drawn before it has every kind of sign.
const DRAWS_MAX: usize = 100;

impl Accounts {
    pub(super) async fn users(&self, who: &SignedIn, wanted: UsersWanted) -> Result<UsersPage, Refused> {
        let filter = who.actor.filter(Permission::UserRead)?;
        let (world, settings) = (self.world().await?, self.settings());
        let units = wanted.unit.map(|unit| world.org.below(unit));
        let limit = wanted.limit.clamp(1, 200);
        let people = PeopleWanted {
            named: wanted.text.as_deref().map(str::trim).filter(|text| !text.is_empty()),
            units: units.as_ref(),
            role: wanted.role.as_ref(),
            after: wanted.after.unwrap_or(UserId(0)),
            rows_max: limit as u64 + 1,
        };
        let found = self.rows().await?.people(&filter, &people).await.map_err(Refused::unavailable)?;
        let more = found.len() > limit;
        let now = wall();
        let people = found.iter().take(limit).map(|person| seen(now, person, &settings)).collect();
        Ok(UsersPage { people, more })
    }

    pub(super) async fn user(&self, who: &SignedIn, user: UserId) -> Result<Seen, Refused> {
        let person = self.person(user).await?;
        allowed(decide(&who.actor, Permission::UserRead, &person.user.as_object()))?;
        Ok(seen(wall(), &person, &self.settings()))
    }

    pub(super) async fn create_user(&self, who: &SignedIn, wanted: NewUser) -> Result<Created, Refused> {
        let (world, settings) = (self.world().await?, self.settings());
        let NewUser { name, display_name, unit, projects, roles, agent } = wanted;
        let name = checked_name(&name)?;
        let display_name = checked_display_name(&display_name, &name)?;
        world.org.unit(unit).ok_or(Field::unknown("unit"))?;
        if projects.iter().any(|project| world.org.run_by(*project).is_none()) {
            return Err(Field::unknown("projects").into());
        }
        let password = draw_password(&[&name, &display_name, world.company()], &settings)?;
        let hash = self.inner.hasher.hash(&password).await?;
        let now = wall();
        let mut change = self.begin().await?;
        let user = change.next_person().await.map_err(Refused::unavailable)?;
        let object = Object { projects: projects.clone(), ..Object::of_user(who.actor.tenant(), user, unit) };
        let decision = allowed(decide(&who.actor, Permission::UserWrite, &object))?;
        self.check_free(&change, &name, agent.as_ref(), (user, &settings)).await?;
        let mut person = Person {
            user: User { user, tenant: who.actor.tenant(), home: unit, projects, grants: Vec::new() },
            name,
            display_name,
            language: who.language.tag().to_owned(),
            agent,
            made_at: now,
            last_login: None,
            account: Account::new(user, now, hash),
        };
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        tell(&mut change, now, who, &person, Permission::UserWrite, &decision, &[("did", "create")]).await?;
        let waits_for = self.give(&mut change, who, &mut person, &roles, Some("new account")).await?;
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        Ok(Created { person: seen(now, &person, &settings), password, waits_for })
    }

    pub(super) async fn change_user(&self, who: &SignedIn, user: UserId, wanted: UserChange) -> Result<Seen, Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let mut change = self.begin().await?;
        let mut person = self.changing(&change, user).await?;
        let guard = self.may_change(who, Permission::UserWrite, &person.user, &world)?;
        let decision = decide(&who.actor, Permission::UserWrite, &person.user.as_object());
        let before = person.clone();
        change_fields(&mut person, &wanted, &world)?;
        if person.user != before.user {
            // As he will stand, too: nobody moves somebody to where he does not reach.
            self.may_change(who, Permission::UserWrite, &person.user, &world)?;
        }
        if person.agent != before.agent {
            self.check_free(&change, &person.name, person.agent.as_ref(), (user, &settings)).await?;
        }
        let is_wanted = |grant: &Grant, roles: &[Granted]| {
            roles.iter().any(|wanted| wanted.role == grant.role && wanted.place == grant.place)
        };
        let taken: Vec<Grant> = match &wanted.roles {
            Some(roles) => person.user.grants.iter().filter(|grant| !is_wanted(grant, roles)).cloned().collect(),
            None => Vec::new(),
        };
        let reason = wanted.reason.as_deref();
        let subject = format!("change user {}: {}", person.name, described(&before, &person, &taken));
        let is_changed = person != before || !taken.is_empty();
        if guard == Guard::FourEyes && is_changed && !self.is_open(&mut change, who, &before, &subject, reason).await? {
            return self.asked(change, who, &subject).await;
        }
        for grant in &taken {
            self.take(&mut change, who, (&mut person, &world), grant).await?;
        }
        let waits_for = match &wanted.roles {
            Some(roles) => {
                let has = |wanted: &&Granted| {
                    !person.user.grants.iter().any(|has| has.role == wanted.role && has.place == wanted.place)
                };
                let new: Vec<Granted> = roles.iter().filter(has).cloned().collect();
                self.give(&mut change, who, &mut person, &new, reason).await?
            }
            None => None,
        };
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        let details = [("did", subject.as_str()), ("reason", reason.unwrap_or_default())];
        tell(&mut change, now, who, &person, Permission::UserWrite, &decision, &details).await?;
        self.present().update(&person);
        self.commit(change).await?;
        match waits_for {
            Some(approval) => Err(Refused::ApprovalNeeded(approval)),
            None => Ok(seen(now, &person, &settings)),
        }
    }

    pub(super) async fn act_on_user(
        &self,
        who: &SignedIn,
        user: UserId,
        act: UserAct,
        reason: Option<&str>,
    ) -> Result<UserActed, Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let permission = match act {
            UserAct::Unlock => Permission::UserUnlock,
            UserAct::Disable | UserAct::Enable | UserAct::ResetPassword | UserAct::ResetSecondFactor => {
                Permission::UserWrite
            }
        };
        if act == UserAct::Unlock && reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Refused::ReasonNeeded);
        }
        let password = match act {
            UserAct::ResetPassword => {
                let person = self.person(user).await?;
                let drawn = draw_password(&[&person.name, &person.display_name, world.company()], &settings)?;
                let hash = self.inner.hasher.hash(&drawn).await?;
                Some((drawn, hash))
            }
            UserAct::Disable | UserAct::Enable | UserAct::Unlock | UserAct::ResetSecondFactor => None,
        };
        let mut change = self.begin().await?;
        let mut person = self.changing(&change, user).await?;
        let guard = self.may_change(who, permission, &person.user, &world)?;
        if user == who.actor.user() && act != UserAct::Enable {
            return Err(business(
                "own_account",
                "your own account is changed on your own page",
                "请在个人设置中修改自己的账号",
            ));
        }
        if act == UserAct::Disable {
            self.check_not_last(&change, &person.user).await?;
        }
        let decision = decide(&who.actor, permission, &person.user.as_object());
        let subject = format!("{} user {}", word(act), person.name);
        let before = person.clone();
        if guard == Guard::FourEyes && !self.is_open(&mut change, who, &before, &subject, reason).await? {
            return self.asked(change, who, &subject).await;
        }
        self.carry_out(&change, now, &mut person, act).await?;
        let password = password.map(|(drawn, hash)| {
            person.account.reset_password(now, hash, &settings.policy);
            drawn
        });
        if matches!(act, UserAct::ResetPassword | UserAct::ResetSecondFactor) {
            self.end_others(&change, now, user, who.via).await?;
        }
        change.put_person(&person).await.map_err(Refused::unavailable)?;
        let details = [("did", word(act)), ("reason", reason.unwrap_or_default())];
        tell(&mut change, now, who, &person, permission, &decision, &details).await?;
        self.present().update(&person);
        self.commit(change).await?;
        Ok(UserActed { person: seen(now, &person, &settings), password })
    }

    async fn carry_out(&self, change: &Changing, now: Wall, person: &mut Person, act: UserAct) -> Result<(), Refused> {
        match act {
            UserAct::Disable => self.freeze(change, now, person, Freeze::Left { at: now }).await?,
            UserAct::Enable => person.account.freeze = None,
            UserAct::Unlock => person.account.unlock_by_administrator(),
            // The hash was made before the change began.
            UserAct::ResetPassword => {}
            UserAct::ResetSecondFactor => {
                person.account.otp = None;
                person.account.passkeys.clear();
                person.account.recovery.clear();
            }
        }
        if matches!(act, UserAct::Enable | UserAct::Unlock) {
            self.let_phones_in(person);
        }
        Ok(())
    }

    /// The person as he is now.
    pub(super) async fn person(&self, user: UserId) -> Result<Person, Refused> {
        let person = self.rows().await?.person(user).await.map_err(Refused::unavailable)?;
        person.ok_or(Refused::NotThere)
    }

    /// The same within a change, where he stays as he is.
    pub(super) async fn changing(&self, change: &Changing, user: UserId) -> Result<Person, Refused> {
        let person = change.rows().person(user).await.map_err(Refused::unavailable)?;
        person.ok_or(Refused::NotThere)
    }

    pub(super) fn may_change(
        &self,
        who: &SignedIn,
        permission: Permission,
        user: &User,
        world: &World,
    ) -> Result<Guard, Refused> {
        let guard = check_change(&who.actor, permission, user, (&world.org, &world.roles));
        guard.map_err(|refusal| match refusal {
            bell_access::GrantRefusal::Denied(denied) => Refused::Denied(denied),
            other => Refused::Grant(other),
        })
    }

    /// Gives roles, or asks a second person where one must approve; then the id of the request.
    async fn give(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        person: &mut Person,
        roles: &[Granted],
        reason: Option<&str>,
    ) -> Result<Option<bell_access::ApprovalId>, Refused> {
        let (world, settings, now) = (self.world().await?, self.settings(), wall());
        let mut waits_for = None;
        for Granted { role, place } in roles {
            let by = Some(who.actor.user()).filter(|user| *user != Operator::USER);
            let grant = Grant { role: role.clone(), place: *place, by, since: now, confirmed: now };
            let others = change.rows().holders(SUPER_ADMIN, person.user.user).await.map_err(Refused::unavailable)?;
            let book = (&world.org, &world.roles, &settings.policy);
            let granting = check_grant(&who.actor, &person.user, &grant, book, others)?;
            if granting.needs_approval {
                let subject = format!("role {role} for user {}", person.name);
                let guarded = Guarded { act: Act::MakeSuperAdmin, subject, object: person.user.as_object() };
                if let Eyes::Asked(id) = self.four_eyes(change, who, guarded, reason).await? {
                    waits_for = Some(id);
                    continue;
                }
            }
            if let Some(count) = granting.super_admins {
                tracing::warn!(count, max = settings.policy.super_admins_max, "there are many super administrators");
            }
            person.user.grants.push(grant);
            let decision = decide(&who.actor, Permission::RoleGrant, &person.user.as_object());
            let details = [("did", "grant"), ("role", role.as_str())];
            tell(change, now, who, person, Permission::RoleGrant, &decision, &details).await?;
        }
        Ok(waits_for)
    }

    pub(super) async fn take(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        (person, world): (&mut Person, &World),
        grant: &Grant,
    ) -> Result<(), Refused> {
        self.may_change(who, Permission::RoleGrant, &person.user, world)?;
        if grant.role.as_str() == SUPER_ADMIN {
            self.check_not_last(change, &person.user).await?;
        }
        let decision = decide(&who.actor, Permission::RoleGrant, &person.user.as_object());
        person.user.grants.retain(|has| has.role != grant.role || has.place != grant.place);
        let details = [("did", "revoke"), ("role", grant.role.as_str())];
        tell(change, wall(), who, person, Permission::RoleGrant, &decision, &details).await
    }

    /// The last who may give everything back stays.
    async fn check_not_last(&self, change: &Changing, user: &User) -> Result<(), Refused> {
        let is_super = user.grants.iter().any(|grant| grant.role.as_str() == SUPER_ADMIN);
        if !is_super {
            return Ok(());
        }
        let others = change.rows().holders(SUPER_ADMIN, user.user).await.map_err(Refused::unavailable)?;
        if others > 0 {
            return Ok(());
        }
        Err(business(
            "last_super_admin",
            "this is the last super administrator; give the role to somebody else first",
            "这是最后一位超级管理员，请先将该角色授予他人",
        ))
    }

    /// Somebody who may take calls becomes an agent whom nobody else is. A super administrator who is alone gets the role
    /// for it with that.
    pub(super) async fn be_agent(&self, who: &SignedIn, agent: AgentName) -> Result<(), Refused> {
        let settings = self.settings();
        let change = self.begin().await?;
        let mut person = self.changing(&change, who.actor.user()).await?;
        if let Decision::Denied(denied) = decide(&who.actor, Permission::DeskUse, &person.user.as_object()) {
            let others = change.rows().holders(SUPER_ADMIN, person.user.user).await.map_err(Refused::unavailable)?;
            if !may_take_calls_alone(&person.user, others) {
                return Err(Refused::Denied(denied));
            }
            let now = wall();
            let grant = Grant { role: agent_role(), place: Place::Home, by: None, since: now, confirmed: now };
            person.user.grants.push(grant);
        }
        if person.agent.as_ref() == Some(&agent) {
            return Ok(());
        }
        self.check_free(&change, &person.name, Some(&agent), (person.user.user, &settings)).await?;
        person.agent = Some(agent);
        self.finish_own(change, who, &person, "agent.become").await
    }

    async fn check_free(
        &self,
        change: &Changing,
        name: &str,
        agent: Option<&AgentName>,
        (user, settings): (UserId, &Settings),
    ) -> Result<(), Refused> {
        let other = change.rows().person_named(name).await.map_err(Refused::unavailable)?;
        if other.is_some_and(|other| other.user.user != user) {
            return Err(Field::taken("name").into());
        }
        let Some(agent) = agent else { return Ok(()) };
        if !settings.agents.contains(agent) {
            return Err(Field::unknown("agent").into());
        }
        let other = change.rows().person_of_agent(agent).await.map_err(Refused::unavailable)?;
        if other.is_some_and(|other| other.user.user != user) { Err(Field::taken("agent").into()) } else { Ok(()) }
    }

    /// Whether a change of a guarded account may be made now.
    async fn is_open(
        &self,
        change: &mut Changing,
        who: &SignedIn,
        person: &Person,
        subject: &str,
        reason: Option<&str>,
    ) -> Result<bool, Refused> {
        let (act, object) = (Act::ChangeGuardedAccount, person.user.as_object());
        let guarded = Guarded { act, subject: subject.to_owned(), object };
        Ok(matches!(self.four_eyes(change, who, guarded, reason).await?, Eyes::Open(_)))
    }

    /// A second person was asked: that is all that is changed.
    async fn asked<T>(&self, change: Changing, who: &SignedIn, subject: &str) -> Result<T, Refused> {
        let since = wall().before(self.settings().policy.approval_wait);
        let open = change.rows().open_approvals(since).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        let is_this = |one: &bell_access::Approval| one.asked_by == who.actor.user() && one.subject == subject;
        let asked = open.iter().rev().find(|one| is_this(one));
        Err(asked.map_or(Refused::Changed, |asked| Refused::ApprovalNeeded(asked.approval)))
    }
}

/// How an account stands, as others see it.
pub(super) fn seen(now: Wall, person: &Person, settings: &Settings) -> Seen {
    let codes = person.account.wrong_codes.shut_until(now, &settings.policy);
    let state = match (person.account.shut(now, &settings.policy), codes) {
        (Some(Shut::Frozen(Freeze::Left { .. })), _) => PersonState::Disabled,
        (Some(Shut::WrongPasswords { until } | Shut::WrongCodes { until }), _) | (None, Some(until)) => {
            PersonState::Locked(until)
        }
        (Some(shut @ (Shut::Frozen(_) | Shut::GivenPasswordEnded { .. })), _) => {
            PersonState::Frozen(shut.code().to_owned())
        }
        (None, None) => PersonState::Active,
    };
    let granted = |grant: &Grant| Granted { role: grant.role.clone(), place: grant.place };
    Seen {
        user: person.user.user,
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        unit: person.user.home,
        projects: person.user.projects.clone(),
        roles: person.user.grants.iter().map(granted).collect(),
        agent: person.agent.clone(),
        state,
        factors: factors(person),
        last_sign_in: person.last_login,
    }
}

pub(super) fn allowed(decision: Decision) -> Result<Decision, Refused> {
    match decision {
        Decision::Denied(denied) => Err(Refused::Denied(denied)),
        Decision::Allowed(_) => Ok(decision),
    }
}

pub(super) fn business(code: &'static str, detail: &str, detail_zh: &str) -> Refused {
    Refused::Business(Business { code, detail: detail.to_owned(), detail_zh: detail_zh.to_owned() })
}

/// A name to sign in with: short, without blanks, in small letters.
pub(super) fn checked_name(name: &str) -> Result<String, Refused> {
    let name = plain(name);
    if name.is_empty() {
        return Err(Field::missing("name").into());
    }
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    if name.chars().count() > NAME_MAX || !name.chars().all(is_fit) {
        return Err(Field::malformed("name").into());
    }
    Ok(name)
}

fn checked_display_name(display_name: &str, name: &str) -> Result<String, Refused> {
    let display_name = display_name.trim();
    if display_name.chars().count() > DISPLAY_NAME_MAX || display_name.chars().any(char::is_control) {
        return Err(Field::malformed("display_name").into());
    }
    Ok(if display_name.is_empty() { name.to_owned() } else { display_name.to_owned() })
}

fn change_fields(person: &mut Person, wanted: &UserChange, world: &World) -> Result<(), Refused> {
    if let Some(display_name) = &wanted.display_name {
        person.display_name = checked_display_name(display_name, &person.name)?;
    }
    if let Some(unit) = wanted.unit {
        world.org.unit(unit).ok_or(Field::unknown("unit"))?;
        person.user.home = unit;
    }
    if let Some(projects) = &wanted.projects {
        if projects.iter().any(|project| world.org.run_by(*project).is_none()) {
            return Err(Field::unknown("projects").into());
        }
        person.user.projects = projects.clone();
    }
    if let Some(agent) = &wanted.agent {
        person.agent = agent.clone();
    }
    Ok(())
}

/// What is changed, in words that a second person approves.
fn described(before: &Person, after: &Person, taken: &[Grant]) -> String {
    let mut words = Vec::new();
    if before.display_name != after.display_name {
        words.push(format!("is called {}", after.display_name));
    }
    if before.user.home != after.user.home {
        words.push(format!("moves from unit {} to unit {}", before.user.home, after.user.home));
    }
    if before.user.projects != after.user.projects {
        let projects: Vec<String> = after.user.projects.iter().map(ToString::to_string).collect();
        words.push(format!("works for projects {}", projects.join(", ")));
    }
    if before.agent != after.agent {
        words.push(format!("is agent {}", after.agent.as_ref().map_or("none", |agent| agent.as_str())));
    }
    words.extend(taken.iter().map(|grant| format!("loses role {}", grant.role)));
    words.join("; ")
}

const fn word(act: UserAct) -> &'static str {
    match act {
        UserAct::Disable => "disable",
        UserAct::Enable => "enable",
        UserAct::Unlock => "unlock",
        UserAct::ResetPassword => "reset the password of",
        UserAct::ResetSecondFactor => "reset the second factors of",
    }
}

async fn tell(
    change: &mut Changing,
    now: Wall,
    who: &SignedIn,
    person: &Person,
    permission: Permission,
    decision: &Decision,
    details: &[(&str, &str)],
) -> Result<(), Refused> {
    let object = format!("user {}", person.name);
    let Some(entry) = decided(now, who, (permission, &object), decision, details) else { return Ok(()) };
    change.tell(entry).await.map(drop).map_err(Refused::unavailable)
}

/// A password for one sign-in, that every rule lets through.
pub(super) fn draw_password(personal: &[&str], settings: &Settings) -> Result<String, Refused> {
    for _ in 0..DRAWS_MAX {
        let bytes: [u8; 32] = draw().map_err(Refused::unavailable)?;
        // 224 is four times as many as there are symbols: each is drawn equally often.
        let symbols = bytes.iter().filter(|byte| **byte < 224).map(|byte| char::from(SYMBOLS[usize::from(*byte % 56)]));
        let symbols: Vec<char> = symbols.take(16).collect();
        let password = symbols.chunks(4).map(String::from_iter).collect::<Vec<String>>().join("-");
        let is_long = password.len() == 19;
        if is_long && weaknesses(&password, personal, &settings.policy).is_empty() {
            return Ok(password);
        }
    }
    Err(Refused::unavailable("no password could be drawn that the policy takes"))
}

/// The role of super administrators.
/// The role of whoever takes calls.
pub(super) fn agent_role() -> RoleName {
    RoleName::new("agent").expect("the core composes a role of this name")
}

pub(super) fn super_admin() -> RoleName {
    RoleName::new(SUPER_ADMIN).expect("the core composes a role of this name")
}
