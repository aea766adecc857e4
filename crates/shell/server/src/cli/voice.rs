//! Who may register: keys for browsers, and agents whose phones may not.

use bell_types::{AgentName, EndpointName, LoginId, read_length};
use clap::Subcommand;
use serde_json::json;

use super::Outcome;
use super::operate::{ask_node, done};
use crate::control::{Answer, Request};
use crate::dirs::Dirs;

/// The longest that a key from the command line counts.
const KEY_SECONDS_MAX: u64 = 24 * 3600;

/// Who may register.
#[derive(Debug, Subcommand)]
pub(super) enum VoiceCommand {
    /// Make a key by which a browser, or a softphone in its place, registers for a while. It is shown this once.
    Key {
        /// The endpoint, which must be a browser.
        endpoint: EndpointName,
        /// The login that it belongs to.
        #[arg(long, default_value_t = 0)]
        login: u64,
        /// For how long it counts: 90s, 30m, 8h.
        #[arg(long = "for", default_value = "1h", value_parser = seconds)]
        seconds: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// End the keys of a login, and what has registered by them.
    End {
        /// The login.
        login: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let the phones of an agent register no more: those that have are gone at once.
    Bar {
        /// The agent.
        agent: AgentName,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let the phones of an agent register again.
    Allow {
        /// The agent.
        agent: AgentName,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl VoiceCommand {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        let (request, json) = match self {
            Self::Key { endpoint, login, seconds, json } => {
                let request = Request::GiveKey { endpoint, login: LoginId(login), seconds };
                return print_key(ask_node(dirs, &request)?, json);
            }
            Self::End { login, json } => (Request::EndLogin { login: LoginId(login) }, json),
            Self::Bar { agent, json } => (Request::Bar { agent, barred: true }, json),
            Self::Allow { agent, json } => (Request::Bar { agent, barred: false }, json),
        };
        done(ask_node(dirs, &request)?, json)
    }
}

fn print_key(answer: Answer, as_json: bool) -> Outcome {
    let Answer::Key { user, password, realm, until } = answer else { return done(answer, as_json) };
    if as_json {
        println!("{:#}", json!({ "user": user, "password": password, "realm": realm, "until": until }));
    } else {
        println!("user      {user}\npassword  {password}\nrealm     {realm}\nuntil     {until}");
    }
    Ok(())
}

fn seconds(text: &str) -> Result<u64, String> {
    let length = read_length(text).ok_or("write 90s, 30m or 8h")?.as_secs();
    if (1..=KEY_SECONDS_MAX).contains(&length) { Ok(length) } else { Err("a key counts for a day at most".to_owned()) }
}
