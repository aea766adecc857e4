//! Who is logged in, in memory: every request asks it, and a database that is away lets nobody out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bell_access::{Actor, InCall, LoginId, Logins, Proof, Standing, Token, TokenId, UserId};
use bell_api::doors::{SignedIn, Via};
use bell_store::accounts::{LoginRow, Person};
use bell_types::Wall;
use tokio::sync::watch;

use super::World;
use super::settings::Settings;

/// How old what the database says of somebody's last activity may be.
const WRITTEN_EVERY: Duration = Duration::from_secs(60);
/// How many tokens are kept; beyond that, they are read again.
const TOKENS_MAX: usize = 10_000;

/// Everybody who is logged in, and the tokens that were used.
#[derive(Debug, Default)]
pub(super) struct Present {
    people: BTreeMap<UserId, Somebody>,
    cookies: HashMap<[u8; 32], (UserId, LoginId)>,
    tokens: HashMap<TokenId, HeldToken>,
}

/// Somebody who is logged in.
#[derive(Debug)]
struct Somebody {
    person: Person,
    logins: Logins,
    held: BTreeMap<LoginId, Held>,
    actors: BTreeMap<Proof, Made>,
}

/// A login with who waits for its end.
#[derive(Debug)]
struct Held {
    row: LoginRow,
    written: Wall,
    over: watch::Sender<()>,
}

#[derive(Debug)]
struct HeldToken {
    token: Token,
    person: Person,
    over: watch::Sender<()>,
}

/// What somebody may, with what it was made of.
#[derive(Clone, Debug)]
struct Made {
    world: Arc<World>,
    settings: Arc<Settings>,
    actor: Arc<Actor>,
}

/// Somebody by his cookie or token.
pub(super) struct Found {
    pub(super) person: Person,
    pub(super) actor: Arc<Actor>,
    /// What is to be written down of it.
    pub(super) active: Option<Wall>,
}

/// What may be done by a cookie.
pub(super) enum ByCookie {
    /// Nobody has it.
    Nobody,
    /// Its login is over, and is to be ended.
    Over(UserId, LoginId),
    /// It is somebody's.
    Is(LoginId, Box<Found>),
}

/// Whether a request is somebody's doing or a screen's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activity {
    Somebody,
    Screen,
}

impl Present {
    /// A login that goes on.
    pub(super) fn add(&mut self, person: &Person, row: LoginRow) {
        let (user, login) = (person.user.user, row.login.login);
        let nobody = || Somebody {
            person: person.clone(),
            logins: Logins::default(),
            held: BTreeMap::new(),
            actors: BTreeMap::new(),
        };
        let somebody = self.people.entry(user).or_insert_with(nobody);
        somebody.person = person.clone();
        self.cookies.insert(row.secret, (user, login));
        let held = Held { written: row.login.active, over: watch::Sender::new(()), row };
        somebody.held.insert(login, held);
        somebody.fold_anew();
    }

    /// What is known of a person has changed: what he may is added up anew.
    pub(super) fn update(&mut self, person: &Person) {
        if let Some(somebody) = self.people.get_mut(&person.user.user) {
            somebody.person = person.clone();
            somebody.actors.clear();
        }
        for held in self.tokens.values_mut().filter(|held| held.person.user.user == person.user.user) {
            held.person = person.clone();
        }
    }

    /// A login is over; whoever waits for that hears of it.
    pub(super) fn end(&mut self, login: LoginId) {
        let whose = self.people.iter().find(|(_, somebody)| somebody.held.contains_key(&login));
        let Some(user) = whose.map(|(user, _)| *user) else { return };
        let Some(somebody) = self.people.get_mut(&user) else { return };
        if let Some(held) = somebody.held.remove(&login) {
            self.cookies.remove(&held.row.secret);
            held.over.send_replace(());
        }
        somebody.fold_anew();
        if somebody.held.is_empty() {
            self.people.remove(&user);
        }
    }

    /// A token is over.
    pub(super) fn end_token(&mut self, token: TokenId) {
        if let Some(held) = self.tokens.remove(&token) {
            held.over.send_replace(());
        }
    }

    pub(super) fn by_cookie(
        &mut self,
        secret: &[u8; 32],
        (now, activity): (Wall, Activity),
        (world, settings): (&Arc<World>, &Arc<Settings>),
    ) -> ByCookie {
        let Some(&(user, login)) = self.cookies.get(secret) else { return ByCookie::Nobody };
        let Some(somebody) = self.people.get_mut(&user) else { return ByCookie::Nobody };
        let standing = match activity {
            Activity::Somebody => somebody.logins.touch(now, login, &settings.policy),
            Activity::Screen => somebody.logins.standing(now, login, &settings.policy),
        };
        if standing == Standing::Over {
            return ByCookie::Over(user, login);
        }
        let Some(proof) = somebody.held.get(&login).map(|held| held.row.login.proof) else { return ByCookie::Nobody };
        let actor = somebody.actor(proof, world, settings);
        let active = somebody.logins.iter().find(|one| one.login == login).map(|one| one.active);
        let held = somebody.held.get_mut(&login);
        let due = active.zip(held).and_then(|(active, held)| {
            (active >= held.written + WRITTEN_EVERY).then(|| {
                held.written = active;
                active
            })
        });
        ByCookie::Is(login, Box::new(Found { person: somebody.person.clone(), actor, active: due }))
    }

    /// The token of this id with its owner, if it was used before.
    pub(super) fn token(&self, id: TokenId) -> Option<(Token, Person)> {
        self.tokens.get(&id).map(|held| (held.token.clone(), held.person.clone()))
    }

    pub(super) fn keep_token(&mut self, token: Token, person: Person) {
        if self.tokens.len() >= TOKENS_MAX {
            // Whoever waits for the end of one hears nothing; he is asked again when it is used.
            self.tokens.clear();
        }
        self.tokens.insert(token.token, HeldToken { token, person, over: watch::Sender::new(()) });
    }

    /// What tells when a login is over.
    pub(super) fn over(&self, login: LoginId) -> Option<watch::Receiver<()>> {
        let held = self.people.values().find_map(|somebody| somebody.held.get(&login))?;
        Some(held.over.subscribe())
    }

    /// What tells when a token is over, and when it ends by itself.
    pub(super) fn token_over(&self, token: TokenId) -> Option<(watch::Receiver<()>, Wall)> {
        self.tokens.get(&token).map(|held| (held.over.subscribe(), held.token.ends))
    }

    /// The logins of somebody, with what the database does not know: the last minute, and who is in a call.
    pub(super) fn freshen(&self, user: UserId, rows: &BTreeMap<LoginId, LoginRow>) -> Logins {
        let known = self.people.get(&user);
        let fresh = |row: &LoginRow| {
            let here = known.and_then(|somebody| somebody.logins.iter().find(|one| one.login == row.login.login));
            here.unwrap_or(&row.login).clone()
        };
        let voice = rows.values().find(|row| row.voice).map(|row| row.login.login);
        Logins::new(rows.values().map(fresh).collect(), voice)
    }

    /// Who is signed in, as every change has left him; none if what he is signed in by was ended meanwhile.
    pub(super) fn person(&self, who: &SignedIn) -> Option<Person> {
        match who.via {
            Via::Login(_) => self.people.get(&who.actor.user()).map(|somebody| &somebody.person),
            Via::Token(token) => self.tokens.get(&token).map(|held| &held.person),
        }
        .cloned()
    }

    /// The logins of somebody as they are here, for his own screen.
    pub(super) fn rows(&self, user: UserId) -> Vec<LoginRow> {
        let Some(somebody) = self.people.get(&user) else { return Vec::new() };
        let fresh = |login: &bell_access::Login| {
            let row = somebody.held.get(&login.login)?.row.clone();
            Some(LoginRow { login: login.clone(), ..row })
        };
        somebody.logins.iter().filter_map(fresh).collect()
    }

    /// How well a login was proved, while it lasts.
    pub(super) fn proof(&self, user: UserId, login: LoginId) -> Option<Proof> {
        self.people.get(&user)?.held.get(&login).map(|held| held.row.login.proof)
    }

    /// The voice of somebody went to this login.
    pub(super) fn give_voice(&mut self, user: UserId, login: Option<LoginId>) {
        let Some(somebody) = self.people.get_mut(&user) else { return };
        for (id, held) in &mut somebody.held {
            held.row.voice = Some(*id) == login;
        }
        somebody.fold_anew();
    }

    /// Tells logins whether their agents are in calls, and says which are over.
    pub(super) fn sweep(
        &mut self,
        now: Wall,
        settings: &Settings,
        is_in_call: impl Fn(&bell_types::AgentName) -> bool,
    ) -> Vec<(UserId, LoginId)> {
        let mut over = Vec::new();
        for (user, somebody) in &mut self.people {
            let in_call = somebody.person.agent.as_ref().is_some_and(&is_in_call);
            let logins: Vec<(LoginId, InCall)> =
                somebody.logins.iter().map(|login| (login.login, login.call)).collect();
            for (login, call) in logins {
                match (in_call, call) {
                    (true, InCall::Never | InCall::Until(_)) => somebody.logins.call_began(login),
                    (false, InCall::Now) => somebody.logins.call_ended(now, login),
                    (true, InCall::Now) | (false, InCall::Never | InCall::Until(_)) => {}
                }
                if somebody.logins.standing(now, login, &settings.policy) == Standing::Over {
                    over.push((*user, login));
                }
            }
        }
        over
    }
}

impl Somebody {
    fn actor(&mut self, proof: Proof, world: &Arc<World>, settings: &Arc<Settings>) -> Arc<Actor> {
        if let Some(made) = self.actors.get(&proof)
            && Arc::ptr_eq(&made.world, world)
            && Arc::ptr_eq(&made.settings, settings)
        {
            return Arc::clone(&made.actor);
        }
        let actor = Arc::new(Actor::new(&self.person.user, &world.org, &world.roles, proof, &settings.policy));
        let (world, settings) = (Arc::clone(world), Arc::clone(settings));
        self.actors.insert(proof, Made { world, settings, actor: Arc::clone(&actor) });
        actor
    }

    /// What the core judges, of the rows there are; what it has noted of them stays.
    fn fold_anew(&mut self) {
        let fresh = |held: &Held| {
            let known = self.logins.iter().find(|one| one.login == held.row.login.login);
            known.unwrap_or(&held.row.login).clone()
        };
        let voice = self.held.values().find(|held| held.row.voice).map(|held| held.row.login.login);
        self.logins = Logins::new(self.held.values().map(fresh).collect(), voice);
    }
}
