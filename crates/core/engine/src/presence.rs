//! When phones came and went: a fold over the facts about them (DIA-08).

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use bell_types::{Cause, EndpointName, Fact, KeyEnd, RegistrationRefusal, Wall, What};

/// How many addresses of a phone are remembered; the oldest goes first.
const ADDRESSES_MAX: usize = 20;

/// When phones came and went.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    phones: BTreeMap<EndpointName, PhonePresence>,
}

/// When a phone came and went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhonePresence {
    /// Since when it is registered; none: it is not.
    pub registered: Option<Wall>,
    /// When it last registered anew.
    pub last_register: Option<Wall>,
    /// When and why it was lost last.
    pub last_lost: Option<(Wall, Lost)>,
    /// When and why it was refused last.
    pub last_refused: Option<(Wall, RegistrationRefusal)>,
    /// Where it came from, whenever that changed, the newest last.
    pub addresses: VecDeque<(Wall, IpAddr)>,
    /// How often it was lost.
    pub lost: u32,
}

/// Why a phone was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// It went, or was not heard of any more.
    Gone(Cause),
    /// Its login is over.
    Key(KeyEnd),
    /// The node was started again: phones register anew.
    NodeStarted,
}

impl Presence {
    /// Nothing is known of these phones yet; of others nothing is kept.
    pub fn of(phones: impl IntoIterator<Item = EndpointName>) -> Self {
        Self { phones: phones.into_iter().map(|phone| (phone, PhonePresence::default())).collect() }
    }

    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        let at = fact.now.wall;
        match &fact.what {
            What::NodeStarted { .. } => {
                self.phones.values_mut().filter(|phone| phone.registered.is_some()).for_each(|phone| {
                    phone.lose(at, Lost::NodeStarted);
                });
            }
            What::EndpointRegistered { endpoint, source, .. } => {
                let Some(phone) = self.phones.get_mut(endpoint) else { return };
                phone.registered.get_or_insert(at);
                phone.last_register = Some(at);
                phone.come_from(at, source.ip());
            }
            What::EndpointGone { endpoint, cause } => {
                let Some(phone) = self.phones.get_mut(endpoint) else { return };
                // That its login is over was the reason, and was told before.
                let told = matches!(phone.last_lost, Some((_, Lost::Key(_)))) && phone.registered.is_none();
                if !told {
                    phone.lose(at, Lost::Gone(*cause));
                }
            }
            What::KeysEnded { endpoint, how, .. } => {
                if let Some(phone) = self.phones.get_mut(endpoint).filter(|phone| phone.registered.is_some()) {
                    phone.lose(at, Lost::Key(*how));
                }
            }
            What::RegistrationRefused { endpoint, refusal, .. } => {
                let phone = self.phones.iter_mut().find(|(name, _)| name.as_str() == endpoint);
                if let Some((_, phone)) = phone {
                    phone.last_refused = Some((at, *refusal));
                }
            }
            _ => {}
        }
    }

    /// The phones.
    pub fn phones(&self) -> impl Iterator<Item = (&EndpointName, &PhonePresence)> {
        self.phones.iter()
    }
}

impl PhonePresence {
    fn lose(&mut self, at: Wall, why: Lost) {
        self.registered = None;
        self.last_lost = Some((at, why));
        self.lost += 1;
    }

    fn come_from(&mut self, at: Wall, address: IpAddr) {
        if self.addresses.back().is_some_and(|(_, last)| *last == address) {
            return;
        }
        if self.addresses.len() == ADDRESSES_MAX {
            self.addresses.pop_front();
        }
        self.addresses.push_back((at, address));
    }
}

#[cfg(test)]
mod tests {
    use bell_types::{LoginId, NodeId, Now, Seq};

    use super::*;

    fn folded(facts: &[What]) -> PhonePresence {
        let alice = EndpointName::new("alice").unwrap();
        let mut presence = Presence::of([alice]);
        for (place, what) in facts.iter().enumerate() {
            let now = Now { wall: Wall::from_micros(place as i64 + 1), ..Now::default() };
            presence.apply(&Fact { seq: Seq(place as u64 + 1), now, what: what.clone() });
        }
        let (_, phone) = presence.phones().next().expect("alice");
        phone.clone()
    }

    fn registered(address: &str) -> What {
        let endpoint = EndpointName::new("alice").unwrap();
        What::EndpointRegistered { endpoint, source: address.parse().unwrap(), user_agent: None }
    }

    fn gone(cause: Cause) -> What {
        What::EndpointGone { endpoint: EndpointName::new("alice").unwrap(), cause }
    }

    #[test]
    fn dia_08_it_is_told_when_and_why_a_phone_was_lost_and_where_it_came_from() {
        let phone = folded(&[
            registered("192.0.2.1:5060"),
            registered("192.0.2.1:5062"),
            gone(Cause::TransportLost),
            registered("198.51.100.7:5060"),
        ]);
        let at = Wall::from_micros;
        assert_eq!((phone.registered, phone.last_register), (Some(at(4)), Some(at(4))));
        assert_eq!(phone.last_lost, Some((at(3), Lost::Gone(Cause::TransportLost))));
        let addresses: Vec<_> = phone.addresses.iter().map(|(at, ip)| (at.as_micros(), ip.to_string())).collect();
        assert_eq!(addresses, [(1, "192.0.2.1".to_owned()), (4, "198.51.100.7".to_owned())]);
        assert_eq!(phone.lost, 1);
    }

    #[test]
    fn dia_08_the_end_of_a_login_and_a_restart_are_reasons() {
        let ended = What::KeysEnded {
            endpoint: EndpointName::new("alice").unwrap(),
            login: LoginId(1),
            how: KeyEnd::LoginOver,
        };
        let phone = folded(&[registered("192.0.2.1:5060"), ended, gone(Cause::Forbidden)]);
        assert_eq!(phone.last_lost, Some((Wall::from_micros(2), Lost::Key(KeyEnd::LoginOver))));
        let started = What::NodeStarted { node: NodeId(0), version: String::new() };
        let phone = folded(&[registered("192.0.2.1:5060"), started]);
        assert_eq!((phone.registered, phone.last_lost), (None, Some((Wall::from_micros(2), Lost::NodeStarted))));
    }

    #[test]
    fn dia_08_a_wandering_phone_does_not_fill_memory() {
        let facts: Vec<What> = (0..100).map(|n| registered(&format!("192.0.2.{n}:5060"))).collect();
        let phone = folded(&facts);
        assert_eq!(phone.addresses.len(), ADDRESSES_MAX);
        assert_eq!(phone.addresses.back().map(|(_, ip)| ip.to_string()), Some("192.0.2.99".to_owned()));
    }
}
