//! The accounts of a demo: an administrator, a supervisor, and agents, each with a password that is drawn. The first agent's
//! is the one that is printed, and it lets in once; a file has the others.

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
pub(super) struct DemoAccount {
    pub(super) name: String,
    roles: Vec<String>,
    agent: Option<AgentName>,
    pub(super) password: String,
    /// The password lets in once: a new one is chosen then.
    once: bool,
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
            let first = snapshot.may_transfer.keys().next();
            for (name, roles, agent) in wanted(snapshot) {
                let once = agent.is_some() && agent.as_ref() == first;
                let add = Add {
                    name: name.clone(),
                    display_name: None,
                    roles: roles.iter().map(|role| RoleName::new(role)).collect::<Result<_, _>>()?,
                    agent: agent.clone(),
                    unit: None,
                    password: None,
                    keep_password: !once,
                    company: snapshot.name.clone(),
                };
                match accounts.operate(&operator, OperatorAsk::Add(Box::new(add))).await {
                    OperatorAnswer::Person { password: Some(password), .. } => {
                        let roles = roles.into_iter().map(str::to_owned).collect();
                        added.push(DemoAccount { name, roles, agent, password, once });
                    }
                    OperatorAnswer::Refused { why } => return Err(format!("{name}: {why}").into()),
                    other => return Err(format!("{name}: {other:?}").into()),
                }
            }
            Ok(Some(Self(added)))
        })
    }

    /// Whose password is printed.
    pub(super) fn first(&self) -> Option<&DemoAccount> {
        self.0.iter().find(|account| account.once)
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
