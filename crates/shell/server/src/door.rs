//! Where the network's input enters the node's inbox, and how much of it waits there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};

use bell_net::Inbox;

use crate::driver::Message;

/// The network's way into the inbox. It counts what went in; the driver tells it what came out.
#[derive(Clone)]
pub struct Door {
    inbox: SyncSender<Message>,
    waiting: Arc<AtomicUsize>,
    crowded_at: usize,
}

impl Door {
    /// A door that is crowded with so many messages waiting behind it.
    pub fn new(inbox: &SyncSender<Message>, crowded_at: usize) -> Self {
        Self { inbox: inbox.clone(), waiting: Arc::default(), crowded_at }
    }

    /// A message of the network was taken out.
    pub fn taken(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Inbox for Door {
    fn put(&self, input: bell_sip::Input) -> Result<(), bell_sip::Input> {
        // Counted before it can be taken out.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let Err(refused) = self.inbox.try_send(Message::Sip(input)) else { return Ok(()) };
        self.taken();
        match refused {
            TrySendError::Full(Message::Sip(input)) | TrySendError::Disconnected(Message::Sip(input)) => Err(input),
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Ok(()),
        }
    }

    fn is_crowded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) >= self.crowded_at
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn it_is_crowded_by_what_waits_and_not_by_what_was_refused_or_taken() {
        let (inbox, messages) = sync_channel(3);
        let door = Door::new(&inbox, 2);
        let put = || door.put(bell_sip::Input::Tick).is_ok();
        assert!(put() && !door.is_crowded());
        assert!(put() && door.is_crowded());
        assert!(put() && !put() && door.is_crowded());
        for _ in 0..2 {
            assert!(matches!(messages.recv(), Ok(Message::Sip(_))));
            door.taken();
        }
        assert!(!door.is_crowded());
    }
}
