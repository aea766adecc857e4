//! Who may register: browsers by the keys of logins, and no phone of an agent who may not work.

use bell_sip::Key;
use bell_types::{AgentName, What};

use crate::node::Node;
use crate::vocabulary::Refused;

impl Node {
    /// Lets a login register as a browser. It takes the place of another login's, unless somebody talks there (SEC-11).
    pub(crate) fn give_key(&mut self, key: Key) -> Result<(), Refused> {
        let endpoint = &key.endpoint;
        if !self.snapshot.browsers.contains(endpoint) {
            return Err(Refused::NoBrowser);
        }
        if key.until <= self.now().wall {
            return Err(Refused::KeyOver);
        }
        let others = self.sip.holder(endpoint).is_some_and(|holder| holder != key.login);
        let owner = self.snapshot.owners.get(endpoint);
        if others && owner.is_some_and(|agent| self.calls.call_of(agent).is_some()) {
            return Err(Refused::VoiceInCall);
        }
        self.tell_sip(bell_sip::Input::Command(bell_sip::Command::GiveKey(key)));
        Ok(())
    }

    /// Lets the phones of an agent register no more, or again. He may be in no configuration any more.
    pub(crate) fn bar(&mut self, agent: AgentName, barred: bool) {
        let changed = if barred { self.barred.insert(agent.clone()) } else { self.barred.remove(&agent) };
        if changed {
            self.fact(What::AgentBarred { agent, barred });
            self.bar_phones();
        }
    }

    /// Tells the stack which phones may not register, as they belong to people now.
    pub(crate) fn bar_phones(&mut self) {
        let owners = self.snapshot.owners.iter().filter(|(_, agent)| self.barred.contains(*agent));
        let phones = owners.map(|(phone, _)| phone.clone()).collect();
        self.tell_sip(bell_sip::Input::Command(bell_sip::Command::Bar(phones)));
    }
}
