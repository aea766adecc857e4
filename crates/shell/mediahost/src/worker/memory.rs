//! Commands that were carried out, so that a repeated one is answered again and not done again.

use std::collections::{HashMap, VecDeque};

use bell_media::control::CommandId;

/// The last commands, and why they failed if they did.
#[derive(Debug)]
pub(super) struct Memory {
    max: usize,
    commands: HashMap<CommandId, Option<String>>,
    order: VecDeque<CommandId>,
}

/// Whether a command is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recall {
    New,
    Done,
    Failed(String),
}

impl Memory {
    pub(super) fn new(max: usize) -> Self {
        Self { max, commands: HashMap::new(), order: VecDeque::new() }
    }

    /// Whether the command was seen before; from now on it was.
    pub(super) fn recall(&mut self, id: CommandId) -> Recall {
        match self.commands.get(&id) {
            Some(None) => Recall::Done,
            Some(Some(reason)) => Recall::Failed(reason.clone()),
            None => {
                self.commands.insert(id, None);
                self.order.push_back(id);
                if self.order.len() > self.max
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.commands.remove(&oldest);
                }
                Recall::New
            }
        }
    }

    pub(super) fn failed(&mut self, id: CommandId, reason: String) {
        if let Some(outcome) = self.commands.get_mut(&id) {
            *outcome = Some(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_new_once_until_it_is_forgotten() {
        let mut memory = Memory::new(2);
        assert_eq!(memory.recall(CommandId(1)), Recall::New);
        memory.failed(CommandId(1), "no port".to_owned());
        assert_eq!(memory.recall(CommandId(1)), Recall::Failed("no port".to_owned()));
        assert_eq!(memory.recall(CommandId(2)), Recall::New);
        assert_eq!(memory.recall(CommandId(2)), Recall::Done);
        assert_eq!(memory.recall(CommandId(3)), Recall::New);
        assert_eq!(memory.recall(CommandId(1)), Recall::New, "the oldest is forgotten");
    }
}
