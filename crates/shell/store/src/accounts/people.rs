//! People and their accounts: each is read and written as one.

use std::collections::{BTreeMap, BTreeSet};

use bell_access::{
    Account, Chosen, CodeHash, Failures, Filter, Freeze, Grant, Otp, OtpHash, Passkey, Password, PasswordHash, Place,
    ProjectId, Reach, Secret, UnitId, User, UserId,
};
use bell_types::{AgentName, RoleName, Wall};
use serde::{Deserialize, Serialize};

use super::org::{small, small_value};
use super::{Accounts, Changing};
use crate::db::DbError;
use crate::db::convert::{signed, unsigned};
use crate::db::sql::{Row, Value, hex, json, marks, text, unhex, when, when_or_none};

const TABLE: &str = "person";

/// How many people one page holds at most.
const PEOPLE_MAX: u64 = 1000;

const COLUMNS: &str = "person, name, display_name, language, agent, home, made_at, last_login, password, \
    password_set_at, password_chosen, passwords_old, otp_secret, otp_hash, otp_digits, otp_taken, passkeys, recovery, \
    wrong_passwords, wrong_passwords_at, wrong_codes, wrong_codes_at, frozen, frozen_at, frozen_reason";

/// Which people of a list; what is none does not matter.
#[derive(Clone, Copy, Debug)]
pub struct PeopleWanted<'a> {
    /// Those whose names contain this.
    pub named: Option<&'a str>,
    /// Those who work in one of these units.
    pub units: Option<&'a BTreeSet<UnitId>>,
    /// Those who have this role.
    pub role: Option<&'a RoleName>,
    /// Those behind this one, by their id.
    pub after: UserId,
    /// At most so many.
    pub rows_max: u64,
}

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Where the person works, and with which roles.
    pub user: User,
    /// What is typed to log in: small letters.
    pub name: String,
    /// What people call the person.
    pub display_name: String,
    /// The language of screens: `zh-CN`.
    pub language: String,
    /// The agent of the configuration that the person is.
    pub agent: Option<AgentName>,
    /// When the account was made.
    pub made_at: Wall,
    /// When the person last logged in.
    pub last_login: Option<Wall>,
    /// How the owner proves who he is.
    pub account: Account,
}

impl Accounts {
    /// The person of this id.
    pub async fn person(&self, person: UserId) -> Result<Option<Person>, DbError> {
        self.person_where("person = $2", signed(person.0).into()).await
    }

    /// The person who logs in by this name.
    pub async fn person_named(&self, name: &str) -> Result<Option<Person>, DbError> {
        self.person_where("name = $2", text(name)).await
    }

    /// The person who is this agent.
    pub async fn person_of_agent(&self, agent: &AgentName) -> Result<Option<Person>, DbError> {
        self.person_where("agent = $2", text(agent)).await
    }

    /// How many accounts there are.
    pub async fn people_count(&self) -> Result<u64, DbError> {
        let row = self.one(TABLE, "SELECT COUNT(*) AS people FROM person WHERE tenant = $1", vec![]).await?;
        Ok(row.map(|row| row.int("people")).transpose()?.map_or(0, unsigned))
    }

    /// Those whom a filter lets through, by their id.
    pub async fn people(&self, filter: &Filter, wanted: &PeopleWanted<'_>) -> Result<Vec<Person>, DbError> {
        let rows_max = wanted.rows_max.clamp(1, PEOPLE_MAX);
        let mut values: Vec<Value> = vec![signed(wanted.after.0).into(), signed(rows_max).into()];
        let mut conditions = vec!["tenant = $1 AND person > $2".to_owned()];
        conditions.push(format!("({})", reached(&filter.reach, &mut values)));
        if let Some(named) = wanted.named {
            values.push(text(named.to_lowercase()));
            let (names, mark) = ("name || ' ' || lower(display_name)", values.len() + 1);
            conditions.push(format!("replace({names}, ${mark}, '') <> {names}"));
        }
        if let Some(units) = wanted.units {
            let these = marks(values.len() + 1, units.len());
            values.extend(units.iter().map(|unit| small_value(unit.0)));
            conditions.push(if units.is_empty() { "1 = 0".to_owned() } else { format!("home IN ({these})") });
        }
        if let Some(role) = wanted.role {
            values.push(text(role));
            let mark = values.len() + 1;
            conditions.push(format!(
                "EXISTS (SELECT 1 FROM role_grant g WHERE g.tenant = person.tenant AND g.person = person.person \
                 AND g.role = ${mark})"
            ));
        }
        let conditions = conditions.join(" AND ");
        let sql = format!("SELECT {COLUMNS} FROM person WHERE {conditions} ORDER BY person LIMIT $3");
        let rows = self.all(TABLE, &sql, values).await?;
        self.whole(rows).await
    }

    /// The agents whom a filter reaches, each with the person who is him.
    pub async fn agents_within(&self, filter: &Filter) -> Result<Vec<(UserId, AgentName)>, DbError> {
        let mut values = Vec::new();
        let reach = reached(&filter.reach, &mut values);
        let sql = format!("SELECT person, agent FROM person WHERE tenant = $1 AND agent IS NOT NULL AND ({reach})");
        let agent = |row: &Row| Ok((UserId(unsigned(row.int("person")?)), row.parsed::<AgentName>("agent")?));
        self.all(TABLE, &sql, values).await?.iter().map(agent).collect()
    }

    /// The agents whose accounts are frozen, or who have left.
    pub async fn frozen_agents(&self) -> Result<Vec<AgentName>, DbError> {
        let sql = "SELECT agent FROM person WHERE tenant = $1 AND agent IS NOT NULL AND frozen IS NOT NULL";
        self.all(TABLE, sql, vec![]).await?.iter().map(|row| row.parsed("agent")).collect()
    }

    /// Whether anybody works in a unit.
    pub async fn is_home(&self, unit: UnitId) -> Result<bool, DbError> {
        let sql = "SELECT person FROM person WHERE tenant = $1 AND home = $2 LIMIT 1";
        Ok(self.one(TABLE, sql, vec![small_value(unit.0)]).await?.is_some())
    }

    /// How many people have a role and may log in, `but` this one.
    pub async fn holders(&self, role: &str, but: UserId) -> Result<usize, DbError> {
        let sql = "SELECT COUNT(DISTINCT g.person) AS people FROM role_grant g \
                   JOIN person p ON p.tenant = g.tenant AND p.person = g.person \
                   WHERE g.tenant = $1 AND g.role = $2 AND g.person <> $3 AND (p.frozen IS NULL OR p.frozen <> 'left')";
        let row = self.one("role_grant", sql, vec![role.into(), signed(but.0).into()]).await?;
        let count = row.map(|row| row.int("people")).transpose()?.map_or(0, unsigned);
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    async fn person_where(&self, condition: &str, value: Value) -> Result<Option<Person>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM person WHERE tenant = $1 AND {condition}");
        let rows = self.all(TABLE, &sql, vec![value]).await?;
        Ok(self.whole(rows).await?.into_iter().next())
    }

    /// Rows with their projects and roles.
    async fn whole(&self, rows: Vec<Row>) -> Result<Vec<Person>, DbError> {
        let ids: Result<Vec<Value>, DbError> = rows.iter().map(|row| Ok(row.int("person")?.into())).collect();
        let ids = ids?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let these = marks(1, ids.len());
        let sql = format!("SELECT person, project FROM person_project WHERE tenant = $1 AND person IN ({these})");
        let mut projects: BTreeMap<i64, BTreeSet<ProjectId>> = BTreeMap::new();
        for row in self.all("person_project", &sql, ids.clone()).await? {
            projects.entry(row.int("person")?).or_default().insert(ProjectId(small(row.int("project")?)));
        }
        let sql = format!(
            "SELECT person, role, place, given_by, since, confirmed FROM role_grant \
             WHERE tenant = $1 AND person IN ({these}) ORDER BY since, role, place"
        );
        let mut grants: BTreeMap<i64, Vec<Grant>> = BTreeMap::new();
        for row in self.all("role_grant", &sql, ids).await? {
            grants.entry(row.int("person")?).or_default().push(grant(&row)?);
        }
        let person = |row: &Row| {
            let id = row.int("person")?;
            let user = User {
                user: UserId(unsigned(id)),
                tenant: self.tenant(),
                home: UnitId(small(row.int("home")?)),
                projects: projects.remove(&id).unwrap_or_default(),
                grants: grants.remove(&id).unwrap_or_default(),
            };
            person(row, user)
        };
        rows.iter().map(person).collect()
    }
}

impl Changing {
    /// Writes a person with everything that belongs to the account.
    pub async fn put_person(&self, person: &Person) -> Result<(), DbError> {
        let id: Value = signed(person.user.user.0).into();
        self.put(TABLE, vec![("person", id.clone())], columns(person)).await?;
        for table in ["person_project", "role_grant"] {
            let sql = format!("DELETE FROM {table} WHERE tenant = $1 AND person = $2");
            self.run(table, &sql, vec![id.clone()]).await?;
        }
        for project in &person.user.projects {
            let key = vec![("person", id.clone()), ("project", small_value(project.0))];
            self.put("person_project", key, vec![]).await?;
        }
        for grant in &person.user.grants {
            let key =
                vec![("person", id.clone()), ("role", text(&grant.role)), ("place", text(place_text(grant.place)))];
            let by: Option<i64> = grant.by.map(|by| signed(by.0));
            let rest =
                vec![("given_by", by.into()), ("since", when(grant.since)), ("confirmed", when(grant.confirmed))];
            self.put("role_grant", key, rest).await?;
        }
        Ok(())
    }

    /// An id for a new person.
    pub async fn next_person(&self) -> Result<UserId, DbError> {
        self.next_id(TABLE, "person").await.map(UserId)
    }
}

/// A reach as the condition of a query.
pub(super) fn reached(reach: &Reach, values: &mut Vec<Value>) -> String {
    let Reach::Parts(parts) = reach else { return "1 = 1".to_owned() };
    let mut any = Vec::new();
    // The tenant is the first value of all.
    let mut add = |ids: Vec<Value>| {
        let these = marks(values.len() + 1, ids.len());
        values.extend(ids);
        these
    };
    if let Some(owner) = parts.owner {
        let these = add(vec![signed(owner.0).into()]);
        any.push(format!("person = {these}"));
    }
    if !parts.units.is_empty() {
        let these = add(parts.units.iter().map(|unit| small_value(unit.0)).collect());
        any.push(format!("home IN ({these})"));
    }
    if !parts.projects.is_empty() {
        let these = add(parts.projects.iter().map(|project| small_value(project.0)).collect());
        any.push(format!(
            "EXISTS (SELECT 1 FROM person_project pp WHERE pp.tenant = person.tenant AND pp.person = person.person \
             AND pp.project IN ({these}))"
        ));
    }
    if any.is_empty() { "1 = 0".to_owned() } else { any.join(" OR ") }
}

/// A passkey, as it is kept.
#[derive(Serialize, Deserialize)]
struct PasskeyText {
    id: String,
    name: String,
    counter: u32,
}

fn columns(person: &Person) -> Vec<(&'static str, Value)> {
    let account = &person.account;
    let (password, otp) = (account.password.as_ref(), account.otp.as_ref());
    let old: Vec<&str> = password.iter().flat_map(|password| &password.old).map(PasswordHash::as_str).collect();
    let passkeys = account.passkeys.iter();
    let passkey = |key: &Passkey| PasskeyText { id: hex(&key.id), name: key.name.clone(), counter: key.counter };
    let passkeys: Vec<PasskeyText> = passkeys.map(passkey).collect();
    let recovery: Vec<String> = account.recovery.iter().map(|code| hex(code.as_bytes())).collect();
    let (freeze, freeze_at, freeze_reason) = freeze_columns(account.freeze.as_ref());
    let option = |text: Option<String>| Value::from(text.map(|text| text.replace('\0', "\u{fffd}")));
    vec![
        ("name", text(&person.name)),
        ("display_name", text(&person.display_name)),
        ("language", text(&person.language)),
        ("agent", option(person.agent.as_ref().map(ToString::to_string))),
        ("home", small_value(person.user.home.0)),
        ("made_at", when(person.made_at)),
        ("last_login", when_or_none(person.last_login)),
        ("password", option(password.map(|password| password.hash.as_str().to_owned()))),
        ("password_set_at", when_or_none(password.map(|password| password.set_at))),
        ("password_chosen", option(password.map(|password| chosen(password.chosen).to_owned()))),
        ("passwords_old", json(&old)),
        ("otp_secret", option(otp.map(|otp| hex(otp.secret.reveal())))),
        ("otp_hash", option(otp.map(|otp| otp_hash(otp.hash).to_owned()))),
        ("otp_digits", otp.map(|otp| i64::from(otp.digits)).into()),
        ("otp_taken", otp.and_then(|otp| otp.taken).map(signed).into()),
        ("passkeys", json(&passkeys)),
        ("recovery", json(&recovery)),
        ("wrong_passwords", i64::from(account.wrong_passwords.count).into()),
        ("wrong_passwords_at", when(account.wrong_passwords.last)),
        ("wrong_codes", i64::from(account.wrong_codes.count).into()),
        ("wrong_codes_at", when(account.wrong_codes.last)),
        ("frozen", freeze.map(str::to_owned).into()),
        ("frozen_at", when_or_none(freeze_at)),
        ("frozen_reason", option(freeze_reason)),
    ]
}

fn person(row: &Row, user: User) -> Result<Person, DbError> {
    let agent = row.text_or_none("agent")?;
    let agent = agent.map(|name| AgentName::new(&name).map_err(|_| row.strange("agent", &name))).transpose()?;
    Ok(Person {
        account: account(row, user.user)?,
        user,
        name: row.text("name")?,
        display_name: row.text("display_name")?,
        language: row.text("language")?,
        agent,
        made_at: row.wall("made_at")?,
        last_login: row.wall_or_none("last_login")?,
    })
}

fn account(row: &Row, user: UserId) -> Result<Account, DbError> {
    let failures = |count, last| {
        let count = u32::try_from(row.int(count)?).unwrap_or(u32::MAX);
        Ok::<_, DbError>(Failures { count, last: row.wall(last)? })
    };
    let code = |text: &String| {
        let bytes = unhex(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(CodeHash::from_bytes).ok_or_else(|| row.strange("recovery", "a code"))
    };
    let recovery: Vec<String> = row.json("recovery")?;
    let passkeys: Vec<PasskeyText> = row.json("passkeys")?;
    let passkey = |key: PasskeyText| {
        let id = unhex(&key.id).ok_or_else(|| row.strange("passkeys", &key.id))?;
        Ok::<_, DbError>(Passkey { id, name: key.name, counter: key.counter })
    };
    Ok(Account {
        user,
        password: password(row)?,
        otp: otp(row)?,
        passkeys: passkeys.into_iter().map(passkey).collect::<Result<_, _>>()?,
        recovery: recovery.iter().map(code).collect::<Result<_, _>>()?,
        wrong_passwords: failures("wrong_passwords", "wrong_passwords_at")?,
        wrong_codes: failures("wrong_codes", "wrong_codes_at")?,
        freeze: freeze(row)?,
    })
}

fn password(row: &Row) -> Result<Option<Password>, DbError> {
    let Some(hash) = row.text_or_none("password")? else { return Ok(None) };
    let old: Vec<String> = row.json("passwords_old")?;
    let chosen = row.known("password_chosen", |value| match value {
        "by_owner" => Some(Chosen::ByOwner),
        "by_other" => Some(Chosen::ByOther),
        _ => None,
    })?;
    let old = old.into_iter().map(PasswordHash::new).collect();
    Ok(Some(Password { hash: PasswordHash::new(hash), set_at: row.wall("password_set_at")?, chosen, old }))
}

const fn chosen(chosen: Chosen) -> &'static str {
    match chosen {
        Chosen::ByOwner => "by_owner",
        Chosen::ByOther => "by_other",
    }
}

fn otp(row: &Row) -> Result<Option<Otp>, DbError> {
    let Some(secret) = row.text_or_none("otp_secret")? else { return Ok(None) };
    // The secret does not stand in the message.
    let secret = unhex(&secret).ok_or_else(|| row.strange("otp_secret", "a secret"))?;
    let hash = row.known("otp_hash", |value| {
        [OtpHash::Sha1, OtpHash::Sha256, OtpHash::Sha512].into_iter().find(|known| otp_hash(*known) == value)
    })?;
    let digits = u32::try_from(row.int("otp_digits")?).unwrap_or(6);
    Ok(Some(Otp { secret: Secret::new(secret), hash, digits, taken: row.int_or_none("otp_taken")?.map(unsigned) }))
}

const fn otp_hash(hash: OtpHash) -> &'static str {
    match hash {
        OtpHash::Sha1 => "sha1",
        OtpHash::Sha256 => "sha256",
        OtpHash::Sha512 => "sha512",
    }
}

fn freeze_columns(freeze: Option<&Freeze>) -> (Option<&'static str>, Option<Wall>, Option<String>) {
    match freeze {
        None => (None, None, None),
        Some(Freeze::NotMe { at }) => (Some("not_me"), Some(*at), None),
        Some(Freeze::ByAdministrator { at, reason }) => (Some("by_administrator"), Some(*at), Some(reason.clone())),
        Some(Freeze::Left { at }) => (Some("left"), Some(*at), None),
    }
}

fn freeze(row: &Row) -> Result<Option<Freeze>, DbError> {
    let Some(freeze) = row.text_or_none("frozen")? else { return Ok(None) };
    let at = row.wall("frozen_at")?;
    match freeze.as_str() {
        "not_me" => Ok(Some(Freeze::NotMe { at })),
        "by_administrator" => {
            Ok(Some(Freeze::ByAdministrator { at, reason: row.text_or_none("frozen_reason")?.unwrap_or_default() }))
        }
        "left" => Ok(Some(Freeze::Left { at })),
        _ => Err(row.strange("frozen", &freeze)),
    }
}

fn grant(row: &Row) -> Result<Grant, DbError> {
    Ok(Grant {
        role: row.parsed::<RoleName>("role")?,
        place: row.known("place", place)?,
        by: row.int_or_none("given_by")?.map(|by| UserId(unsigned(by))),
        since: row.wall("since")?,
        confirmed: row.wall("confirmed")?,
    })
}

pub(super) fn place_text(place: Place) -> String {
    match place {
        Place::Home => "home".to_owned(),
        Place::Unit(unit) => format!("unit {unit}"),
        Place::Project(project) => format!("project {project}"),
    }
}

pub(super) fn place(text: &str) -> Option<Place> {
    match text.split_once(' ') {
        None => (text == "home").then_some(Place::Home),
        Some(("unit", id)) => id.parse().ok().map(|id| Place::Unit(UnitId(id))),
        Some(("project", id)) => id.parse().ok().map(|id| Place::Project(ProjectId(id))),
        Some(_) => None,
    }
}
