//! The door to what is wrong: gathers what the cores decide by.

use std::net::IpAddr;
use std::time::Duration;

use bell_api::doors::{
    AddressView, CheckLevel, CheckSeen, Diagnoses, Doing, LostView, PhonePresenceView, PresenceView, Refused,
};
use bell_api::time::rfc3339;
use bell_engine::diagnosis::{Check, LastCall, Level, PhoneStanding, Picture, Standing, examine};
use bell_engine::presence::{Lost, PhonePresence, Presence};
use bell_engine::{Live, Snapshot};
use bell_store::calls::{self, Filter, Seen};
use bell_store::{TenantId, facts};
use bell_types::{AgentName, CallId, EndpointName, Fact, LegId, LegRole, RegistrationRefusal, Wall, What};

use super::records::RecordsDoor;
use crate::clock::wall;

/// How far back it is looked for phones that came and went.
const LOOK_BACK: Duration = Duration::from_secs(7 * 86_400);

impl Diagnoses for RecordsDoor {
    fn diagnose<'a>(&'a self, agent: Option<&'a AgentName>, visitor: IpAddr) -> Doing<'a, Vec<CheckSeen>> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            // Without the database everything else is still looked at.
            let last_call = match agent {
                Some(agent) => self.last_call(agent).await.unwrap_or_default(),
                None => None,
            };
            let state = self.context.windows.state().clone();
            let ports_free = self.context.host.gauges().ports_free;
            let live = self.context.windows.live();
            let picture = Picture {
                agent: agent.map(|agent| standing(agent, &snapshot, &live)),
                visitor,
                media: snapshot.listen.webrtc_advertised.clone(),
                ports_free,
                gate: state.gate,
                trunks: live.trunks().map(|(name, trunk)| (name.clone(), trunk.down)).collect(),
                numbers: snapshot.numbers.len(),
                last_call,
                weak_mos_centi: snapshot.weak_mos_centi,
            };
            Ok(examine(&picture).into_iter().map(seen).collect())
        })
    }

    fn presence<'a>(&'a self, agent: &'a AgentName) -> Doing<'a, PresenceView> {
        Box::pin(async move {
            let snapshot = self.snapshot()?;
            let config = snapshot.acd.agents.iter().find(|known| known.name == *agent).ok_or(Refused::NotThere)?;
            let since = Wall::from_micros(wall().as_micros() - LOOK_BACK.as_micros() as i64);
            let mut presence = Presence::of(config.endpoints.iter().cloned());
            let found = facts::of_phones(self.db().await?, TenantId::FIRST, since, &config.endpoints).await;
            found.map_err(Refused::unavailable)?.iter().for_each(|fact| presence.apply(fact));
            let live = self.context.windows.live();
            let phones = presence.phones().map(|(name, phone)| phone_view(name, phone, &live)).collect();
            Ok(PresenceView { phones, since: rfc3339(since) })
        })
    }
}

impl RecordsDoor {
    /// How the agent's leg of his last call sounded.
    async fn last_call(&self, agent: &AgentName) -> Result<Option<LastCall>, Refused> {
        let seen = Seen { agents: [agent.clone()].into(), queues: std::collections::BTreeSet::new() };
        let filter = Filter { had_by: Some(agent.clone()), seen: Some(seen), ..Filter::ALL };
        let found = calls::list_whole(self.db().await?, TenantId::FIRST, &filter, None, 1).await;
        let (found, _) = found.map_err(Refused::unavailable)?;
        let Some(last) = found.first() else { return Ok(None) };
        let call = last.row.call;
        let facts = facts::of_call(self.db().await?, TenantId::FIRST, call).await.map_err(Refused::unavailable)?;
        Ok(Some(heard(call, agent, &facts)))
    }
}

/// How this agent's legs of a call sounded.
fn heard(call: CallId, agent: &AgentName, facts: &[Fact]) -> LastCall {
    let his = |what: &What| match what {
        What::LegOpened { leg, role: LegRole::Agent { agent: whose, .. }, .. } if whose == agent => Some(*leg),
        _ => None,
    };
    let legs: Vec<LegId> = facts.iter().filter_map(|fact| his(&fact.what)).collect();
    let report = |what: &What| match what {
        What::QualityMeasured { leg, quality } if legs.contains(leg) => Some(*quality),
        _ => None,
    };
    let voice = |what: &What| match what {
        What::VoiceMeasured { leg, voice } if legs.contains(leg) => Some(*voice),
        _ => None,
    };
    LastCall {
        call,
        reports: facts.iter().filter_map(|fact| report(&fact.what)).collect(),
        voice: facts.iter().filter_map(|fact| voice(&fact.what)).collect(),
    }
}

fn standing(agent: &AgentName, snapshot: &Snapshot, live: &Live) -> Standing {
    let config = snapshot.acd.agents.iter().find(|known| known.name == *agent);
    let state = live.agents().find(|(name, _)| *name == agent);
    let phone = |name: &EndpointName| {
        let known = live.endpoints().find(|(known, _)| *known == name).map(|(_, phone)| phone);
        let refused = live.refused().find(|(known, _)| *known == name.as_str()).map(|(_, refusal)| refusal.refusal);
        PhoneStanding {
            endpoint: name.clone(),
            browser: snapshot.browsers.contains(name),
            reached: known.is_some_and(|phone| phone.source.is_some() || (phone.line && phone.gone.is_none())),
            gone: known.and_then(|phone| phone.gone),
            refused,
        }
    };
    Standing {
        name: agent.clone(),
        configured: config.is_some(),
        state: state.map(|(_, live)| (live.presence.clone(), live.activity)),
        queues: snapshot.acd.queues.iter().filter(|queue| queue.members.contains(agent)).count(),
        phones: config.into_iter().flat_map(|config| &config.endpoints).map(phone).collect(),
    }
}

fn seen(check: Check) -> CheckSeen {
    let Check { check, level, code, found, remedy } = check;
    let level = match level {
        Level::Ok => CheckLevel::Ok,
        Level::Warning => CheckLevel::Warning,
        Level::Failed => CheckLevel::Failed,
        Level::Skipped => CheckLevel::Skipped,
    };
    CheckSeen { check, level, code, found: (found.zh, found.en), remedy: remedy.map(|words| (words.zh, words.en)) }
}

fn phone_view(name: &EndpointName, phone: &PhonePresence, live: &Live) -> PhonePresenceView {
    let known = live.endpoints().find(|(known, _)| *known == name).map(|(_, phone)| phone);
    let lost = phone.last_lost.map(|(at, lost)| lost_view(at, lost));
    let address = |(at, ip): &(Wall, IpAddr)| AddressView { at: rfc3339(*at), ip: ip.to_string() };
    PhonePresenceView {
        endpoint: name.to_string(),
        registered: known.is_some_and(|phone| phone.source.is_some() || (phone.line && phone.gone.is_none())),
        since: known.map(|phone| phone.since).or(phone.last_lost.map(|(at, _)| at)).map(rfc3339),
        last_register: phone.last_register.map(rfc3339),
        last_lost: lost,
        last_refused: phone.last_refused.map(|(at, refusal)| refused_view(at, refusal)),
        lost: phone.lost,
        addresses: phone.addresses.iter().rev().map(address).collect(),
    }
}

fn lost_view(at: Wall, lost: Lost) -> LostView {
    let (why, (zh, en)) = super::lost::why(lost);
    LostView { at: rfc3339(at), why: why.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}

fn refused_view(at: Wall, refusal: RegistrationRefusal) -> LostView {
    let (why, zh, en) = match refusal {
        RegistrationRefusal::WrongPassword { .. } => ("wrong_password", "密码错误", "the password is wrong"),
        RegistrationRefusal::LockedOut => ("locked_out", "密码错误过多", "too many wrong passwords"),
        RegistrationRefusal::UnknownEndpoint => ("unknown_endpoint", "没有这个分机", "there is no such endpoint"),
        RegistrationRefusal::TooManyContacts => ("too_many_contacts", "登录的设备过多", "too many devices"),
        RegistrationRefusal::KeyOver => ("key_over", "登录已结束", "the login is over"),
        RegistrationRefusal::Barred => ("barred", "坐席已被停用", "the agent may not work"),
        RegistrationRefusal::InTheClear => ("in_the_clear", "信令未加密", "its signalling is not encrypted"),
    };
    LostView { at: rfc3339(at), why: why.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}
