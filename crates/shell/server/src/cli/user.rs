//! Accounts of people: `belltower user`.

use bell_types::{AgentName, RoleName};
use clap::{Args, Subcommand};
use serde_json::json;

use super::Outcome;
use super::accounts::{operate, password};
use super::width::fit;
use crate::accounts::{Add, OperatorAct, OperatorAnswer, OperatorAsk, PersonLine};
use crate::dirs::Dirs;

/// Accounts of people.
#[derive(Debug, Args)]
pub(super) struct User {
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a person. A password is drawn and shown once, unless you type one.
    Add(AddUser),
    /// List people: their roles, and how their accounts stand.
    List {
        /// Only those whose names contain this.
        text: Option<String>,
    },
    /// Say that a person has left: logins, phones and tokens end at once.
    Disable(Act),
    /// Let somebody in again who had left.
    Enable(Act),
    /// Open an account again that is locked or frozen.
    Unlock(Act),
    /// Draw a password for one sign-in.
    ResetPassword(Act),
    /// Take authenticator, passkeys and recovery codes away.
    ResetSecondFactor(Act),
    /// Give a person a role.
    Grant {
        /// The person.
        name: String,
        /// The role: super_admin, dept_admin, supervisor, qa, auditor, agent, …
        role: RoleName,
    },
    /// Take a role from a person.
    Revoke {
        /// The person.
        name: String,
        /// The role.
        role: RoleName,
    },
}

/// Add a person.
#[derive(Debug, Args)]
struct AddUser {
    /// The name to sign in with.
    name: String,
    /// What others call the person.
    #[arg(long)]
    display_name: Option<String>,
    /// A role; several may be given. The first person should be super_admin.
    #[arg(long = "role")]
    roles: Vec<RoleName>,
    /// The agent of the configuration that the person is.
    #[arg(long)]
    agent: Option<AgentName>,
    /// The unit the person works in; the top one if none is named.
    #[arg(long)]
    unit: Option<String>,
    /// Ask for the password: at the terminal, or as the first line of what is piped in.
    #[arg(long)]
    ask_password: bool,
    /// The account is your own: the password need not be changed at the first sign-in.
    #[arg(long)]
    keep_password: bool,
    /// What the company is called, for the first person.
    #[arg(long, default_value = "Belltower")]
    company: String,
}

#[derive(Debug, Args)]
struct Act {
    /// The person.
    name: String,
    /// Why: it stands in the log.
    #[arg(long)]
    reason: Option<String>,
}

impl User {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let ask = match self.what {
            What::Add(add) => OperatorAsk::Add(Box::new(add.read()?)),
            What::List { text } => OperatorAsk::List { text },
            What::Disable(act) => act.ask(OperatorAct::Disable),
            What::Enable(act) => act.ask(OperatorAct::Enable),
            What::Unlock(act) => act.ask(OperatorAct::Unlock),
            What::ResetPassword(act) => act.ask(OperatorAct::ResetPassword),
            What::ResetSecondFactor(act) => act.ask(OperatorAct::ResetSecondFactor),
            What::Grant { name, role } => OperatorAsk::Role { name, role, gets: true },
            What::Revoke { name, role } => OperatorAsk::Role { name, role, gets: false },
        };
        print(&operate(dirs, ask)?, self.json);
        Ok(())
    }
}

impl AddUser {
    fn read(self) -> Result<Add, Box<dyn std::error::Error>> {
        let password = if self.ask_password { Some(password()?) } else { None };
        let Self { name, display_name, roles, agent, unit, keep_password, company, .. } = self;
        Ok(Add { name, display_name, roles, agent, unit, password, keep_password, company })
    }
}

impl Act {
    fn ask(self, act: OperatorAct) -> OperatorAsk {
        OperatorAsk::Act { name: self.name, act, reason: self.reason }
    }
}

fn print(answer: &OperatorAnswer, as_json: bool) {
    match answer {
        OperatorAnswer::Person { person, password } if as_json => {
            println!("{:#}", json!({ "user": person, "password": password }));
        }
        OperatorAnswer::Person { person, password } => {
            println!("{}", line(person));
            if let Some(password) = password {
                println!("password  {password}");
                println!("It is shown this once.");
            }
        }
        OperatorAnswer::People { people, more } if as_json => {
            println!("{:#}", json!({ "users": people, "more": more }));
        }
        OperatorAnswer::People { people, more } => {
            people.iter().for_each(|person| println!("{}", line(person)));
            if people.is_empty() {
                println!("there is nobody: belltower user add NAME --role super_admin");
            }
            if *more {
                println!("there are more: name a part of the name");
            }
        }
        OperatorAnswer::Admission { .. }
        | OperatorAnswer::Devices { .. }
        | OperatorAnswer::Verified { .. }
        | OperatorAnswer::Records { .. }
        | OperatorAnswer::Refused { .. } => {}
    }
}

fn line(person: &PersonLine) -> String {
    let factor = if person.second_factor { "2 factors" } else { "password" };
    let roles = if person.roles.is_empty() { "no role".to_owned() } else { person.roles.join(", ") };
    let agent = person.agent.as_ref().map(|agent| format!(", agent {agent}")).unwrap_or_default();
    let seen = person.last_sign_in.map_or_else(|| "never signed in".to_owned(), |at| format!("last here {at}"));
    let (name, state, factor) = (fit(&person.name, 20), fit(&person.state, 10), fit(factor, 9));
    format!("{name} {state} {factor} {roles}{agent}, {seen}")
}
