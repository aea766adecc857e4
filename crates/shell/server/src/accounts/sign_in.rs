//! Signing in, step by step. Each step is one change: what was tried, what came of it, and what the log says.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use bell_access::audit::{Detail, Entry as Told, Outcome, Who};
use bell_access::{
    Account, CODE_LEN, Chosen, Circumstances, Compared, Factor, InCall, Listing, Login, Method, Next, Notice,
    OTP_SECRET_LEN, Otp, PASSWORD_LEN_MAX, PasskeyOutcome, Proof, RECOVERY_CODES, Secret, Shut, Sighting, Spot, Step,
    Tried, UnlockRefusal, Unlocked, Unusual, UserId, WhyChange, admit, unusual, weaknesses,
};
use bell_api::doors::{
    Confirmed, Enrolment, Entry, LoginRefused, NextStep, Refused, SignedIn, Via, Visit, WhyPassword,
};
use bell_store::accounts::{Changing, Device, LoginRow, NoticeRow, Person};
use bell_types::Wall;
use sha2::{Digest, Sha256};

use super::notices;
use super::settings::Settings;
use super::single;
use super::tickets::{Begun, Ticket, Wanted};
use super::{Accounts, World, draw, draw_secret, language, open, plain};
use crate::clock::wall;

/// A step of somebody's sign-in, under way.
struct Attempt<'a> {
    accounts: &'a Accounts,
    visit: &'a Visit,
    now: Wall,
    change: Changing,
    person: Person,
    device: Option<Device>,
    world: Arc<World>,
    settings: Arc<Settings>,
    begun: Begun,
}

impl Accounts {
    /// Begins a sign-in.
    pub(super) async fn sign_in(&self, visit: &Visit, name: &str, password: &str) -> Result<NextStep, Refused> {
        let name = plain(name);
        // The hash must not be given a book; no password is as long.
        let password = if password.chars().count() > PASSWORD_LEN_MAX { "" } else { password };
        let found = self.rows().await?.person_named(&name).await.map_err(Refused::unavailable)?;
        let Some(person) = found else {
            self.inner.hasher.compare(password, None).await?;
            let settings = self.settings();
            let tried = open(&self.inner.strangers).try_password(wall(), &name, &settings.policy);
            return self.refuse_stranger(visit, &name, tried, |left| LoginRefused::Wrong { left }).await;
        };
        let hash = person.account.password.as_ref().map(|password| password.hash.clone());
        let compared = self.inner.hasher.compare(password, hash.as_ref()).await?;
        let mut attempt = self.attempt(visit, person.user.user).await?;
        let is_still = attempt.hash() == hash;
        let compared = if is_still { compared } else { Compared::Different };
        let tried = attempt.person.account.try_password(attempt.now, compared, &attempt.settings.policy);
        match tried {
            Tried::Right => attempt.go_on(Proof::Password).await,
            other => Err(attempt.refuse(refused(other, |left| LoginRefused::Wrong { left })).await),
        }
    }

    /// A second factor is shown.
    pub(super) async fn second_factor(
        &self,
        visit: &Visit,
        secret: &str,
        method: Method,
        code: &str,
    ) -> Result<NextStep, Refused> {
        let ticket = self.ticket(secret)?;
        let (Wanted::Factor, Some(factor)) = (&ticket.waits_for, factor(method, code)) else {
            return Err(LoginRefused::TicketOver.into());
        };
        let mut attempt = self.attempt_of(visit, &ticket).await?;
        match attempt.person.account.try_factor(attempt.now, factor, &attempt.settings.policy) {
            Tried::Right => {
                self.use_up(secret)?;
                attempt.go_on(Proof::TwoFactors).await
            }
            other => Err(attempt.refuse(refused(other, |left| LoginRefused::WrongCode { left })).await),
        }
    }

    /// A passkey has signed: which, and how the check of that came out.
    pub(super) async fn passkey_shown(
        &self,
        visit: &Visit,
        secret: &str,
        (id, outcome): (&[u8], PasskeyOutcome),
    ) -> Result<NextStep, Refused> {
        let ticket = self.ticket(secret)?;
        let Wanted::Factor = ticket.waits_for else { return Err(LoginRefused::TicketOver.into()) };
        let mut attempt = self.attempt_of(visit, &ticket).await?;
        let factor = Factor::Passkey { id, outcome };
        match attempt.person.account.try_factor(attempt.now, factor, &attempt.settings.policy) {
            Tried::Right => {
                self.use_up(secret)?;
                attempt.change.passkey_used(id, attempt.now).await.map_err(Refused::unavailable)?;
                attempt.go_on(Proof::TwoFactors).await
            }
            other => Err(attempt.refuse(refused(other, |left| LoginRefused::WrongCode { left })).await),
        }
    }

    /// An authenticator that was offered shows its first code.
    pub(super) async fn enrol(&self, visit: &Visit, secret: &str, code: &str) -> Result<Confirmed, Refused> {
        let ticket = self.ticket(secret)?;
        let Wanted::FirstCode(otp) = ticket.waits_for.clone() else { return Err(LoginRefused::TicketOver.into()) };
        let mut attempt = self.attempt_of(visit, &ticket).await?;
        attempt.person.account.set_up_otp(attempt.now, otp, code, &attempt.settings.policy)?;
        let recovery_codes = draw_recovery(&mut attempt.person.account)?;
        self.use_up(secret)?;
        attempt.tell("factor.set_up", Outcome::Done, Vec::new()).await?;
        Ok(Confirmed { step: attempt.go_on(Proof::TwoFactors).await?, recovery_codes })
    }

    /// Another password is chosen during a sign-in.
    pub(super) async fn choose_password(
        &self,
        visit: &Visit,
        secret: &str,
        password: &str,
    ) -> Result<NextStep, Refused> {
        let ticket = self.ticket(secret)?;
        let Wanted::Password = ticket.waits_for else { return Err(LoginRefused::TicketOver.into()) };
        let person = self.person(ticket.user).await?;
        let (hash, compared) = self.new_password(&person, password).await?;
        let mut attempt = self.attempt_of(visit, &ticket).await?;
        let policy = &attempt.settings.policy;
        let changed = attempt.person.account.change_password(attempt.now, hash, &compared, policy);
        changed.map_err(|reused| Refused::Reused(reused.0))?;
        self.use_up(secret)?;
        attempt.tell("password.change", Outcome::Done, Vec::new()).await?;
        attempt.go_on(ticket.proof).await
    }

    /// The owner opens a locked account by a second factor.
    pub(super) async fn unlock(&self, visit: &Visit, name: &str, method: Method, code: &str) -> Result<(), Refused> {
        self.open_again(visit, name, method, code, Account::unlock).await.map(drop)
    }

    /// The owner has forgotten the password and shows something stronger than six digits; he chooses another at once.
    ///
    /// # Errors
    /// The code is not right, or only an administrator can help.
    pub async fn recover(&self, visit: &Visit, name: &str, code: &str) -> Result<NextStep, Refused> {
        let attempt = self.open_again(visit, name, Method::Recovery, code, Account::recover).await?;
        attempt.go_on(Proof::TwoFactors).await
    }

    async fn open_again<'a>(
        &'a self,
        visit: &'a Visit,
        name: &str,
        method: Method,
        code: &str,
        by: impl Fn(&mut Account, Wall, Factor<'_>, &bell_access::Policy) -> Result<Unlocked, UnlockRefusal>,
    ) -> Result<Attempt<'a>, Refused> {
        let name = plain(name);
        let Some(factor) = factor(method, code) else { return Err(LoginRefused::TicketOver.into()) };
        let found = self.rows().await?.person_named(&name).await.map_err(Refused::unavailable)?;
        let Some(person) = found else {
            let settings = self.settings();
            // Codes are counted apart from passwords, as for who has an account.
            let tried = open(&self.inner.strangers).try_password(wall(), &format!("code {name}"), &settings.policy);
            let tried = match tried {
                Tried::Shut(Shut::WrongPasswords { until }) => Tried::Shut(Shut::WrongCodes { until }),
                other => other,
            };
            return self.refuse_stranger(visit, &name, tried, |left| LoginRefused::WrongCode { left }).await;
        };
        let mut attempt = self.attempt(visit, person.user.user).await?;
        match by(&mut attempt.person.account, attempt.now, factor, &attempt.settings.policy) {
            Ok(_) => {
                attempt.tell("account.unlock", Outcome::Done, Vec::new()).await?;
                self.let_phones_in(&attempt.person);
                attempt.save().await
            }
            Err(refusal) => {
                let why = match refusal {
                    UnlockRefusal::Factor(tried) => refused(tried, |left| LoginRefused::WrongCode { left }),
                    UnlockRefusal::NotByOwner(shut) => LoginRefused::Shut(shut),
                    UnlockRefusal::TooWeak => LoginRefused::FactorMissing,
                };
                Err(attempt.refuse(why).await)
            }
        }
    }

    /// Somebody whom a phone let in.
    pub(super) async fn let_in_as(&self, visit: &Visit, user: UserId, proof: Proof) -> Result<NextStep, Refused> {
        self.attempt(visit, user).await?.go_on(proof).await
    }

    /// Somebody who has proved himself at a provider.
    pub(super) async fn let_in_from_elsewhere(
        &self,
        visit: &Visit,
        user: UserId,
        proof: Proof,
    ) -> Result<NextStep, Refused> {
        let attempt = Attempt { begun: Begun::Elsewhere, ..self.attempt(visit, user).await? };
        attempt.go_on(proof).await
    }

    /// A new password's hash, and how it compares with the last ones.
    pub(super) async fn new_password(
        &self,
        person: &Person,
        password: &str,
    ) -> Result<(bell_access::PasswordHash, Vec<Compared>), Refused> {
        let (settings, world) = (self.settings(), self.world().await?);
        let agent = person.agent.as_ref().map(ToString::to_string).unwrap_or_default();
        let personal = [&person.name, &person.display_name, agent.as_str(), world.company()];
        let weak = weaknesses(password, &personal, &settings.policy);
        if !weak.is_empty() {
            return Err(Refused::Weak(weak));
        }
        let last = person.account.last_passwords(&settings.policy).cloned().collect();
        let compared = self.inner.hasher.compare_all(password, last).await?;
        Ok((self.inner.hasher.hash(password).await?, compared))
    }

    async fn attempt<'a>(&'a self, visit: &'a Visit, user: UserId) -> Result<Attempt<'a>, Refused> {
        let world = self.world().await?;
        let change = self.begin().await?;
        let person = change.rows().person(user).await.map_err(Refused::unavailable)?.ok_or(Refused::NotThere)?;
        let device = match &visit.device {
            Some(secret) => change.rows().device(&hashed(secret)).await.map_err(Refused::unavailable)?,
            None => None,
        };
        let (now, settings) = (wall(), self.settings());
        Ok(Attempt { accounts: self, visit, now, change, person, device, world, settings, begun: Begun::Here })
    }

    /// The same for who goes on with a sign-in. His password must still be the one that he has shown.
    async fn attempt_of<'a>(&'a self, visit: &'a Visit, ticket: &Ticket) -> Result<Attempt<'a>, Refused> {
        let attempt = Attempt { begun: ticket.begun, ..self.attempt(visit, ticket.user).await? };
        if attempt.hash() == ticket.password { Ok(attempt) } else { Err(LoginRefused::TicketOver.into()) }
    }

    pub(super) fn ticket(&self, secret: &str) -> Result<Ticket, Refused> {
        self.tickets().find(Instant::now(), secret).ok_or_else(|| LoginRefused::TicketOver.into())
    }

    fn use_up(&self, secret: &str) -> Result<(), Refused> {
        if self.tickets().remove(secret) { Ok(()) } else { Err(LoginRefused::TicketOver.into()) }
    }

    async fn refuse_stranger<T>(
        &self,
        visit: &Visit,
        name: &str,
        tried: Tried,
        wrong: impl Fn(u32) -> LoginRefused,
    ) -> Result<T, Refused> {
        let why = refused(tried, wrong);
        let mut change = self.begin().await?;
        let entry = Told {
            at: wall(),
            who: Who::Stranger(name.to_owned()),
            address: Some(visit.address),
            action: "login".to_owned(),
            object: "nobody".to_owned(),
            outcome: Outcome::Refused(code(&why).to_owned()),
            details: Vec::new(),
        };
        change.tell(entry).await.map_err(Refused::unavailable)?;
        self.commit(change).await?;
        Err(why.into())
    }
}

impl<'a> Attempt<'a> {
    fn hash(&self) -> Option<bell_access::PasswordHash> {
        self.person.account.password.as_ref().map(|password| password.hash.clone())
    }

    /// What comes after what has been proved.
    async fn go_on(self, proof: Proof) -> Result<NextStep, Refused> {
        let circumstances = Circumstances {
            address: self.visit.address,
            at: self.settings.local(self.now),
            device: self.device.as_ref().map_or(Listing::Unlisted, |device| device.listing),
        };
        let account = match self.begun {
            Begun::Here => self.person.account.clone(),
            Begun::Elsewhere => single::without_password(&self.person.account),
        };
        let who = (&self.person.user, &account);
        let admission = admit(self.now, who, proof, &circumstances, self.world.book(&self.settings));
        let next = match admission.step {
            Step::Shut(shut) => return Err(self.refuse(LoginRefused::Shut(shut)).await),
            Step::RefusedBy(rule) => return Err(self.refuse(LoginRefused::Rule(rule)).await),
            Step::Goes(next) => next,
        };
        match next {
            Next::LetIn(proof) => self.let_in(proof).await,
            Next::Refuse => Err(self.refuse(LoginRefused::FactorMissing).await),
            Next::SecondFactor(methods) => {
                let ticket = self.wait(proof, Wanted::Factor).await?;
                Ok(NextStep::SecondFactor { methods, ticket })
            }
            Next::SetUpSecondFactor => {
                let otp = new_otp()?;
                let enrolment = enrolment(&otp, self.world.company(), &self.person.name);
                let ticket = self.wait(proof, Wanted::FirstCode(otp)).await?;
                Ok(NextStep::Enrol { enrolment, ticket })
            }
            Next::ChangePassword(why) => {
                let why = match (why, self.person.last_login) {
                    (WhyChange::TooOld { .. }, _) => WhyPassword::Expired,
                    (WhyChange::ChosenByOther, None) => WhyPassword::FirstSignIn,
                    (WhyChange::ChosenByOther, Some(_)) => WhyPassword::Reset,
                };
                let ticket = self.wait(proof, Wanted::Password).await?;
                Ok(NextStep::ChangePassword { why, ticket })
            }
        }
    }

    /// Half-way: the next request brings the ticket.
    async fn wait(self, proof: Proof, waits_for: Wanted) -> Result<String, Refused> {
        let (user, begun) = (self.person.user.user, self.begun);
        let ticket = Ticket { user, proof, begun, password: self.hash(), waits_for };
        let secret = draw_secret()?;
        let accounts = self.accounts;
        self.finish().await?;
        accounts.tickets().put(Instant::now(), &secret, ticket);
        Ok(secret)
    }

    /// The login begins.
    async fn let_in(mut self, proof: Proof) -> Result<NextStep, Refused> {
        let (user, now) = (self.person.user.user, self.now);
        let (device, device_secret) = self.put_device().await?;
        let cookie = draw_secret()?;
        let login = Login {
            login: self.change.next_login().await.map_err(Refused::unavailable)?,
            device,
            proof,
            begun: now,
            active: now,
            call: InCall::Never,
        };
        let (_, rows) = self.change.rows().logins_of(user).await.map_err(Refused::unavailable)?;
        let mut logins = self.accounts.present().freshen(user, &rows);
        let ended = match logins.begin(now, login.clone(), &self.settings.policy) {
            Ok(ended) => ended,
            Err(full) => return Err(self.refuse(LoginRefused::TooManyDevices(full.devices.len())).await),
        };
        let row = LoginRow {
            person: user,
            login,
            secret: hashed(&cookie),
            address: self.visit.address,
            browser: self.visit.user_agent.clone(),
            place: place(self.visit.address),
            voice: false,
            ended_at: None,
        };
        let is_noticed = self.notice(&row).await?;
        self.change.put_login(&row).await.map_err(Refused::unavailable)?;
        self.accounts.end_logins(&self.change, now, &ended).await?;
        let details = vec![
            ("device".to_owned(), Detail::Plain(device.to_string())),
            ("browser".to_owned(), Detail::Words(self.visit.user_agent.clone())),
            ("ended".to_owned(), Detail::Plain(ended.len().to_string())),
        ];
        self.tell("login", Outcome::Done, details).await?;
        self.person.last_login = Some(now);
        let Self { accounts, visit, world, settings, person, .. } = &self;
        let actor = bell_access::Actor::new(&person.user, &world.org, &world.roles, proof, &settings.policy);
        let who = SignedIn {
            actor: Arc::new(actor),
            via: Via::Login(row.login.login),
            name: person.name.clone(),
            unit: person.user.home,
            agent: person.agent.clone(),
            language: language(&person.language),
            address: visit.address,
        };
        let (accounts, person) = (*accounts, person.clone());
        accounts.present().add(&person, row);
        self.finish().await?;
        if is_noticed {
            accounts.tell_noticed(person.user.user);
        }
        Ok(NextStep::SignedIn(Entry { cookie, device: device_secret, who }))
    }

    /// The device, a new one if it was never seen.
    async fn put_device(&mut self) -> Result<(bell_access::DeviceId, String), Refused> {
        let known = self.device.take().zip(self.visit.device.clone());
        let (device, secret) = match known {
            Some((device, secret)) => (Device { seen_at: self.now, ..device }, secret),
            None => {
                let secret = draw_secret()?;
                let device = Device {
                    device: self.change.next_device().await.map_err(Refused::unavailable)?,
                    secret: hashed(&secret),
                    name: self.visit.user_agent.clone(),
                    listing: Listing::Unlisted,
                    seen_at: self.now,
                };
                (device, secret)
            }
        };
        self.change.put_device(&device).await.map_err(Refused::unavailable)?;
        Ok((device.device, secret))
    }

    /// What is unusual about a login, its owner is told (SEC-13); whether there is anything.
    async fn notice(&self, row: &LoginRow) -> Result<bool, Refused> {
        let before = self.change.rows().sightings(row.person).await.map_err(Refused::unavailable)?;
        let sighting = Sighting { at: self.now, device: row.login.device, place: row.place.clone() };
        let found = unusual(&before, &sighting, &self.settings.policy);
        let random = draw::<CODE_LEN>().map_err(Refused::unavailable)?;
        let Some((notice, link)) = Notice::new(self.now, (row.person, row.login.login), found, random) else {
            return Ok(false);
        };
        let unusual: Vec<String> = notice.unusual.iter().map(told).collect();
        tracing::warn!(user = %self.person.name, address = %row.address, ?unusual, "an unusual login");
        self.change.put_notice(&NoticeRow { link, unusual }).await.map_err(Refused::unavailable)?;
        let Some(told) = notices::of_login(row, &notice) else { return Ok(false) };
        notices::write(&self.change, &self.person.name, &told).await?;
        Ok(true)
    }

    async fn refuse(mut self, why: LoginRefused) -> Refused {
        let outcome = Outcome::Refused(code(&why).to_owned());
        let told = self.tell("login", outcome, Vec::new()).await;
        match told {
            Ok(()) => self.finish().await.map_or_else(|error| error, |()| why.into()),
            Err(error) => error,
        }
    }

    async fn tell(&mut self, action: &str, outcome: Outcome, details: Vec<(String, Detail)>) -> Result<(), Refused> {
        let entry = Told {
            at: self.now,
            who: Who::User(self.person.user.user, self.person.name.clone()),
            address: Some(self.visit.address),
            action: action.to_owned(),
            object: format!("user {}", self.person.name),
            outcome,
            details,
        };
        self.change.tell(entry).await.map(drop).map_err(Refused::unavailable)
    }

    /// Writes what is known of the person, and goes on in a new change.
    async fn save(self) -> Result<Attempt<'a>, Refused> {
        let (accounts, visit, user) = (self.accounts, self.visit, self.person.user.user);
        self.finish().await?;
        accounts.attempt(visit, user).await
    }

    async fn finish(self) -> Result<(), Refused> {
        self.change.put_person(&self.person).await.map_err(Refused::unavailable)?;
        self.accounts.present().update(&self.person);
        self.accounts.commit(self.change).await
    }
}

/// A new authenticator.
pub(super) fn new_otp() -> Result<Otp, Refused> {
    let secret = draw::<OTP_SECRET_LEN>().map_err(Refused::unavailable)?;
    Ok(Otp::new(Secret::new(secret.to_vec())))
}

pub(super) fn enrolment(otp: &Otp, company: &str, name: &str) -> Enrolment {
    Enrolment { secret: otp.secret_text(), uri: otp.uri(company, name) }
}

/// New recovery codes, shown once.
pub(super) fn draw_recovery(account: &mut Account) -> Result<Vec<String>, Refused> {
    let mut random = [[0; CODE_LEN]; RECOVERY_CODES];
    for code in &mut random {
        *code = draw().map_err(Refused::unavailable)?;
    }
    Ok(account.draw_recovery(random))
}

/// What a second factor is, as it is typed. Passkeys are not typed.
pub(super) fn factor(method: Method, code: &str) -> Option<Factor<'_>> {
    match method {
        Method::Otp => Some(Factor::Otp(code)),
        Method::Recovery => Some(Factor::Recovery(code)),
        Method::Passkey => None,
    }
}

/// SHA-256 of a secret that a browser keeps.
pub(super) fn hashed(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// A password that its owner has chosen, when nobody else ever did.
pub(super) fn chosen_by_owner(mut account: Account) -> Account {
    if let Some(password) = &mut account.password {
        password.chosen = Chosen::ByOwner;
    }
    account
}

fn refused(tried: Tried, wrong: impl Fn(u32) -> LoginRefused) -> LoginRefused {
    match tried {
        Tried::Wrong { left } | Tried::Replayed { left } => wrong(left),
        Tried::Shut(shut) => LoginRefused::Shut(shut),
        Tried::NotSigned => LoginRefused::PasskeyWrong,
        Tried::Cloned => LoginRefused::PasskeyCopied,
        Tried::Right => LoginRefused::FactorMissing,
    }
}

/// A refusal as the log names it.
fn code(why: &LoginRefused) -> &str {
    match why {
        LoginRefused::Wrong { .. } => "wrong_password",
        LoginRefused::WrongCode { .. } => "wrong_code",
        LoginRefused::PasskeyWrong => "passkey_wrong",
        LoginRefused::PasskeyCopied => "passkey_copied",
        LoginRefused::Shut(shut) => shut.code(),
        LoginRefused::Rule(_) => "login_rule",
        LoginRefused::FactorMissing => "factor_missing",
        LoginRefused::TooManyDevices(_) => "too_many_devices",
        LoginRefused::TicketOver => "ticket_over",
        LoginRefused::Busy => "busy",
    }
}

fn told(unusual: &Unusual) -> String {
    match unusual {
        Unusual::NewDevice => "new_device".to_owned(),
        Unusual::NewPlace { place } => format!("new_place {place}"),
        Unusual::TooFast { from, to, km } => format!("too_fast {from} {to} {km}"),
    }
}

/// What an address says of where it is: the network of a provider. No table of places comes with the program, so that it
/// says that somebody came from elsewhere, and not how far that is. Addresses of a company's own networks say nothing.
fn place(address: IpAddr) -> Option<Spot> {
    let name = match address.to_canonical() {
        IpAddr::V4(v4) if v4.is_private() || v4.is_loopback() || v4.is_link_local() => return None,
        IpAddr::V4(v4) => {
            let [one, two, ..] = v4.octets();
            format!("{one}.{two}.0.0/16")
        }
        IpAddr::V6(v6) if v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() => return None,
        IpAddr::V6(v6) => {
            let [one, two, ..] = v6.segments();
            format!("{one:x}:{two:x}::/32")
        }
    };
    Some(Spot { name, latitude: 0.0, longitude: 0.0 })
}
