//! Voice in the browser: keys by which a login's console registers as a phone (TEL-12).
//!
//! A key is random, is shown once, and counts for a while; the node and its journal know only what proves it. Whoever
//! ends the login ends what it has registered (SEC-06).

use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use bell_engine::{Command, Refused};
use bell_sip::Key;
use bell_sip::digest::Secret;
use bell_types::{AgentName, EndpointName, LoginId, Wall};
use thiserror::Error;

use crate::driver::{Message, Windows};

/// How long the node may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// The random bytes of a user name, and of a password: nobody guesses either.
const RANDOM_BYTES: usize = 16;

/// What a console registers by.
#[derive(Clone, PartialEq, Eq)]
pub struct VoiceKey {
    /// The user name of the digest, which is not the phone's name.
    pub user: String,
    /// The password of the digest. It is shown this once.
    pub password: String,
    /// The realm of the digest, which is the domain of the phones.
    pub realm: String,
    /// Until when it counts.
    pub until: Wall,
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// The node says no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It does not answer.
    #[error("the node is too busy to answer: try again, and see belltower health")]
    Busy,
    /// The system's random source.
    #[error("failed to read the system's random source")]
    Random(#[from] getrandom::Error),
}

/// The door to a node's voice.
#[derive(Clone)]
pub struct Voice {
    inbox: SyncSender<Message>,
    windows: Windows,
}

impl Voice {
    /// The door of this node.
    pub const fn new(inbox: SyncSender<Message>, windows: Windows) -> Self {
        Self { inbox, windows }
    }

    /// A new key for a login, which counts beside the one it had. Blocks until the node has taken it.
    ///
    /// # Errors
    /// The phone is no browser, another login talks by it, or the node does not answer.
    pub fn give(&self, endpoint: EndpointName, login: LoginId, until: Wall) -> Result<VoiceKey, VoiceError> {
        let snapshot = self.windows.state().snapshot.clone().ok_or(VoiceError::Busy)?;
        let realm = snapshot.sip.realm.to_string();
        let (user, password) = (random_word()?, random_word()?);
        let secret = Secret::hash(&user, &realm, &password);
        self.command(Command::GiveKey(Key { endpoint, login, user: user.as_str().into(), secret, until }))?;
        Ok(VoiceKey { user, password, realm, until })
    }

    /// A login is over: nobody registers by its keys any more, and what did is gone when this returns.
    ///
    /// # Errors
    /// The node does not answer.
    pub fn end(&self, login: LoginId) -> Result<(), VoiceError> {
        self.command(Command::EndLogin(login))
    }

    /// Lets the phones of an agent register no more, or again. A node that starts has to be told again.
    ///
    /// # Errors
    /// The node does not answer.
    pub fn bar(&self, agent: AgentName, barred: bool) -> Result<(), VoiceError> {
        self.command(Command::Bar { agent, barred })
    }

    fn command(&self, command: Command) -> Result<(), VoiceError> {
        let (reply, outcome) = sync_channel(1);
        self.inbox.try_send(Message::Ask(command, reply)).map_err(|_| VoiceError::Busy)?;
        Ok(outcome.recv_timeout(ANSWER_MAX).map_err(|_| VoiceError::Busy)??)
    }
}

/// 128 bits in hex.
fn random_word() -> Result<String, getrandom::Error> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
