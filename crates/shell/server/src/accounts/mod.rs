//! Accounts: signing in, what people may, and the log of what they did.
//!
//! `bell-access` decides; this stores what it says and carries it out. Each change is one transaction of the database with
//! its record of audit. Who is logged in is also in memory, where every request looks. A sign-in may wait for argon2 and for
//! the database; a request of somebody who is signed in waits for neither.

mod approve;
mod audit;
mod cutting;
mod door;
mod hasher;
mod node;
mod notices;
mod operator;
mod organise;
mod own;
mod passkeys;
mod people;
mod present;
mod promises;
mod reviews;
mod scans;
mod settings;
mod sign_in;
mod single;
mod telling;
mod tickets;
mod tokens;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bell_access::audit::{Entry, Outcome, Who};
use bell_access::{Book, CODE_LEN, Grant, LoginId, LoginRule, Org, Otp, Roles, Strangers, User, UserId};
use bell_api::Language;
use bell_api::doors::{Refused, SignedIn, Via, Visit};
use bell_engine::Snapshot;
use bell_store::accounts::{Accounts as Rows, Changing, Company};
use bell_store::{Db, DbConfig, DbError, TenantId};
use bell_types::{AgentName, Wall};
use tokio::sync::{OnceCell, broadcast};

use crate::dirs::Dirs;
use crate::driver::Windows;
use crate::serve::db_config;

use self::hasher::Hasher;
use self::passkeys::Ceremonies;
use self::present::Present;
use self::scans::Shown;
use self::settings::{Settings, Source};
use self::single::{Away, Providers};
use self::tickets::Tickets;

pub use node::Running;
pub use operator::{Add, DeviceLine, Operator, OperatorAct, OperatorAnswer, OperatorAsk, PersonLine, RecordLine};

/// The tenant of an installation that has one.
const TENANT: TenantId = TenantId::FIRST;
/// How many people may be setting up an authenticator; one more lets all begin anew.
const ENROLMENTS_MAX: usize = 10_000;

/// How many of those who are told something a viewer may be behind before it looks without being asked.
const NOTICED_MAX: usize = 256;

/// The accounts of a centre. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    inner: Arc<Inner>,
}

/// What accounts want of phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneOrder {
    /// A login is over: what it has registered ends.
    EndLogin(LoginId),
    /// Somebody may not in: the phones of the agent end, and register no more.
    Bar(AgentName),
    /// Somebody may in again.
    Allow(AgentName),
}

/// Whoever carries that out. He waits for nobody.
pub type Phones = Box<dyn Fn(PhoneOrder) + Send + Sync>;

struct Inner {
    config: DbConfig,
    db: OnceCell<Db>,
    settings: Source,
    hasher: Hasher,
    world: Mutex<Option<Arc<World>>>,
    present: Mutex<Present>,
    /// Whether memory may differ from the database: a change was not committed.
    stale: AtomicBool,
    strangers: Mutex<Strangers>,
    tickets: Mutex<Tickets>,
    scans: Shown,
    /// Browsers that sign in elsewhere, and where that is.
    away: Mutex<Away>,
    providers: Providers,
    /// What browsers were asked to let passkeys sign.
    ceremonies: Mutex<Ceremonies>,
    /// Authenticators that people who are signed in are setting up.
    enrolments: Mutex<BTreeMap<UserId, (Instant, Otp)>>,
    /// What the first administrator is set up with from elsewhere than this machine.
    set_up_code: String,
    phones: Phones,
    /// To whom something new was told about his account.
    noticed: broadcast::Sender<UserId>,
    /// Where the ends of the log are noted outside of the database.
    heads: PathBuf,
}

/// What everybody is judged by. Read anew when it changes.
#[derive(Debug)]
pub(crate) struct World {
    org: Org,
    roles: Roles,
    rules: Vec<LoginRule>,
    company: Option<Company>,
}

impl Accounts {
    /// Those of a node. The database may come later.
    ///
    /// # Errors
    /// The system's random source cannot be read.
    pub fn of_node(dirs: &Dirs, windows: Windows, phones: Phones) -> Result<Self, getrandom::Error> {
        Self::new(dirs, Source::of_node(windows), phones)
    }

    /// Those of a directory that no node serves: nobody is logged in.
    ///
    /// # Errors
    /// The system's random source cannot be read.
    pub fn kept(dirs: &Dirs, snapshot: Option<&Snapshot>) -> Result<Self, getrandom::Error> {
        Self::new(dirs, Source::kept(snapshot), Box::new(|_| {}))
    }

    fn new(dirs: &Dirs, settings: Source, phones: Phones) -> Result<Self, getrandom::Error> {
        let inner = Inner {
            config: db_config(dirs),
            db: OnceCell::new(),
            settings,
            hasher: Hasher::new()?,
            world: Mutex::default(),
            present: Mutex::default(),
            stale: AtomicBool::new(false),
            strangers: Mutex::default(),
            tickets: Mutex::default(),
            scans: Shown::default(),
            away: Mutex::default(),
            providers: Providers::default(),
            ceremonies: Mutex::default(),
            enrolments: Mutex::default(),
            set_up_code: bell_access::write_code(draw::<CODE_LEN>()?),
            phones,
            noticed: broadcast::Sender::new(NOTICED_MAX),
            heads: dirs.audit_heads(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The code for setting up the first administrator from another machine.
    pub fn set_up_code(&self) -> &str {
        &self.inner.set_up_code
    }

    /// The database, opened when it is first needed, with what is in memory of it.
    async fn db(&self) -> Result<&Db, Refused> {
        let open = async || {
            let db = Db::open(&self.inner.config).await?;
            self.load(&db).await?;
            Ok::<Db, DbError>(db)
        };
        self.inner.db.get_or_try_init(open).await.map_err(Refused::unavailable)
    }

    async fn load(&self, db: &Db) -> Result<(), DbError> {
        let rows = Rows::of(db, TENANT);
        self.read_world(&rows).await?;
        let mut present = Present::default();
        for login in rows.open_logins().await? {
            if let Some(person) = rows.person(login.person).await? {
                present.add(&person, login);
            }
        }
        *self.present() = present;
        // A node that starts lets every phone register until it is told.
        for agent in rows.frozen_agents().await? {
            (self.inner.phones)(PhoneOrder::Bar(agent));
        }
        Ok(())
    }

    async fn read_world(&self, rows: &Rows) -> Result<(), DbError> {
        let world = World {
            org: rows.org().await?,
            roles: rows.roles().await?,
            rules: rows.login_rules().await?,
            company: rows.company().await?,
        };
        *open(&self.inner.world) = Some(Arc::new(world));
        Ok(())
    }

    async fn rows(&self) -> Result<Rows, Refused> {
        Ok(Rows::of(self.db().await?, TENANT))
    }

    /// Begins a change. What is in memory is changed while it lasts, so that both change in one order.
    async fn begin(&self) -> Result<Changing, Refused> {
        Changing::begin(self.db().await?, TENANT).await.map_err(Refused::unavailable)
    }

    /// What everybody is judged by.
    async fn world(&self) -> Result<Arc<World>, Refused> {
        self.db().await?;
        let world = open(&self.inner.world).clone();
        world.ok_or_else(|| Refused::unavailable("the organisation is not read yet"))
    }

    fn settings(&self) -> Arc<Settings> {
        self.inner.settings.now()
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        open(&self.inner.present)
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        open(&self.inner.tickets)
    }
}

impl World {
    fn book<'a>(&'a self, settings: &'a Settings) -> Book<'a> {
        Book { org: &self.org, roles: &self.roles, rules: &self.rules, policy: &settings.policy }
    }

    fn company(&self) -> &str {
        self.company.as_ref().map_or("Belltower", |company| &company.name)
    }
}

/// A reader that panicked while it looked has changed nothing.
fn open<T>(window: &Mutex<T>) -> MutexGuard<'_, T> {
    window.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Random bytes of the system.
fn draw<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A secret of 256 bits in hex: a cookie, a ticket.
fn draw_secret() -> Result<String, Refused> {
    let bytes: [u8; 32] = draw().map_err(Refused::unavailable)?;
    Ok(bytes.iter().map(|octet| format!("{octet:02x}")).collect())
}

/// A name as it is kept: what is typed may have capitals and blanks around it.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

/// How the log names somebody.
fn logged(who: &SignedIn) -> Who {
    match who.via {
        _ if who.actor.user() == Operator::USER => Who::System(who.name.clone()),
        Via::Login(_) => Who::User(who.actor.user(), who.name.clone()),
        Via::Token(_) => Who::Token(who.actor.user(), who.name.clone()),
    }
}

/// What somebody did to his own account, or the program by itself.
fn done(now: Wall, (who, visit): (Who, Option<&Visit>), action: &str, object: String) -> Entry {
    Entry {
        at: now,
        who,
        address: visit.map(|visit| visit.address),
        action: action.to_owned(),
        object,
        outcome: Outcome::Done,
        details: Vec::new(),
    }
}

fn language_tag(language: Language) -> String {
    language.tag().to_owned()
}

fn language(tag: &str) -> Language {
    if tag == Language::English.tag() { Language::English } else { Language::Chinese }
}

/// A person without roles in a unit.
fn newcomer(user: UserId, tenant: bell_access::TenantId, home: bell_access::UnitId, grants: Vec<Grant>) -> User {
    User { user, tenant, home, projects: BTreeSet::new(), grants }
}
