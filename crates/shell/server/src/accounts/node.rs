//! The accounts of a running node: a runtime that the desk shares, and a thread that carries out what they want of phones.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use bell_access::CUT_WITHIN;
use bell_types::{AgentActivity, AgentName};
use tokio::runtime::{Handle, Runtime};

use super::{Accounts, PhoneOrder};
use crate::desk::voice::{Voice, VoiceError};
use crate::dirs::Dirs;
use crate::driver::{Message, Windows};
use crate::serve::ServeError;

/// How many orders about phones may wait.
const ORDERS_MAX: usize = 10_000;
/// How soon an order is given again that the node was too busy to take.
const AGAIN: Duration = Duration::from_millis(200);
/// How long what is under way may take when the node stops.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// The accounts of a node, running.
pub struct Running {
    accounts: Accounts,
    runtime: Option<Runtime>,
}

impl Running {
    /// Lets them run. The database may come later; nobody signs in before.
    ///
    /// # Errors
    /// There is no thread for them, or the system's random source cannot be read.
    pub fn start(dirs: &Dirs, windows: &Windows, inbox: &SyncSender<Message>) -> Result<Self, ServeError> {
        let (orders, taken) = sync_channel(ORDERS_MAX);
        let voice = Voice::new(inbox.clone(), windows.clone());
        let carry_out = move || carry_out(&taken, &voice);
        thread::Builder::new().name("bell-cuts".to_owned()).spawn(carry_out).map_err(ServeError::Thread)?;
        let order = move |order: PhoneOrder| match orders.try_send(order) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(order)) => tracing::error!(?order, "too many phones are to be cut at one time"),
        };
        let accounts = Accounts::of_node(dirs, windows.clone(), Box::new(order))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("bell-desk")
            .enable_all()
            .build()
            .map_err(ServeError::Thread)?;
        let windows = windows.clone();
        runtime.spawn(accounts.clone().look_after(move |agent: &AgentName| is_in_call(&windows, agent)));
        runtime.spawn(accounts.clone().tell_webhooks());
        runtime.spawn(accounts.clone().tell_promises());
        Ok(Self { accounts, runtime: Some(runtime) })
    }

    /// They.
    pub fn accounts(&self) -> Accounts {
        self.accounts.clone()
    }

    /// The runtime that the desk runs on.
    ///
    /// # Panics
    /// Never: it is taken only when this is dropped.
    pub fn runtime(&self) -> Handle {
        self.runtime.as_ref().expect("it is taken only when this is dropped").handle().clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(STOP_WITHIN);
        }
    }
}

/// Whether an agent talks: then his login goes on (SEC-26).
fn is_in_call(windows: &Windows, agent: &AgentName) -> bool {
    let live = windows.live();
    let found = live.agents().find(|(name, _)| *name == agent).map(|(_, live)| live.activity);
    found == Some(AgentActivity::Talking)
}

fn carry_out(orders: &Receiver<PhoneOrder>, voice: &Voice) {
    while let Ok(order) = orders.recv() {
        let begin = Instant::now();
        let done = loop {
            let done = match &order {
                PhoneOrder::EndLogin(login) => voice.end(*login),
                PhoneOrder::Bar(agent) => voice.bar(agent.clone(), true),
                PhoneOrder::Allow(agent) => voice.bar(agent.clone(), false),
            };
            match done {
                Err(VoiceError::Busy) if begin.elapsed() < CUT_WITHIN => thread::sleep(AGAIN),
                done => break done,
            }
        };
        if let Err(error) = done {
            tracing::error!(?order, %error, "phones were not cut in time");
        }
    }
}
