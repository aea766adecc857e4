//! The accounts of a demo: an administrator, a supervisor, and agents, each with a password that is drawn and printed once.

use std::fmt;

use bell_engine::Snapshot;
use bell_types::{AgentName, RoleName};
use serde::Serialize;

use super::super::calls::block_on;
use crate::accounts::{Accounts, Add, Operator, OperatorAnswer, OperatorAsk};
use crate::dirs::Dirs;

/// So many agents get accounts: those that somebody tries.
const AGENTS_MAX: usize = 6;

/// Who can sign in, with which password.
#[derive(Debug, Serialize)]
pub(super) struct People(Vec<DemoAccount>);

#[derive(Debug, Serialize)]
struct DemoAccount {
    name: String,
    roles: Vec<String>,
    agent: Option<AgentName>,
    password: String,
}

impl People {
    /// Adds them if nobody is there yet; none: they were printed before.
    pub(super) fn add(dirs: &Dirs, snapshot: &Snapshot) -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let accounts = Accounts::kept(dirs, Some(snapshot))?;
        let operator = Operator::here();
        block_on(async {
            let there = accounts.operate(&operator, OperatorAsk::List { text: None }).await;
            if !matches!(&there, OperatorAnswer::People { people, .. } if people.is_empty()) {
                return Ok(None);
            }
            let mut added = Vec::new();
            for (name, roles, agent) in wanted(snapshot) {
                let add = Add {
                    name: name.clone(),
                    display_name: None,
                    roles: roles.iter().map(|role| RoleName::new(role)).collect::<Result<_, _>>()?,
                    agent: agent.clone(),
                    unit: None,
                    password: None,
                    keep_password: true,
                    company: snapshot.name.clone(),
                };
                match accounts.operate(&operator, OperatorAsk::Add(Box::new(add))).await {
                    OperatorAnswer::Person { password: Some(password), .. } => {
                        let roles = roles.into_iter().map(str::to_owned).collect();
                        added.push(DemoAccount { name, roles, agent, password });
                    }
                    OperatorAnswer::Refused { why } => return Err(format!("{name}: {why}").into()),
                    other => return Err(format!("{name}: {other:?}").into()),
                }
            }
            Ok(Some(Self(added)))
        })
    }
}

fn wanted(snapshot: &Snapshot) -> Vec<(String, Vec<&'static str>, Option<AgentName>)> {
    let agent = |name: &AgentName| {
        let leads = snapshot.supervises.contains_key(name);
        let roles = if leads { vec!["agent", "supervisor"] } else { vec!["agent"] };
        (name.to_string(), roles, Some(name.clone()))
    };
    let mut wanted = vec![
        ("admin".to_owned(), vec!["super_admin"], None),
        ("lead".to_owned(), vec!["dept_admin", "supervisor"], None),
    ];
    wanted.extend(snapshot.may_transfer.keys().take(AGENTS_MAX).map(agent));
    wanted
}

impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  people   name, password and roles; printed this once:")?;
        for DemoAccount { name, roles, password, .. } in &self.0 {
            writeln!(f, "           {name:<11} {password}   {}", roles.join(", "))?;
        }
        writeln!(f, "           later: belltower user reset-password NAME\n")
    }
}
