//! Voice in the browser: keys, and the sockets on which SIP is spoken.

use std::io;

use bell_api::Peer;
use bell_api::doors::{Business, Doing, Opening, Refused, Voice as VoiceOf, VoiceKey};
use bell_net::Below;
use bell_types::{AgentName, LoginId, Wall};

use super::voice::{Voice, VoiceError};
use crate::control::Context;

pub(super) struct VoiceDoor {
    context: Context,
    voice: Voice,
}

impl VoiceDoor {
    pub(super) fn new(context: Context) -> Self {
        let voice = Voice::new(context.inbox.clone(), context.windows.clone());
        Self { context, voice }
    }
}

impl VoiceOf for VoiceDoor {
    fn key<'a>(&'a self, agent: &'a AgentName, login: LoginId, until: Wall) -> Doing<'a, VoiceKey> {
        Box::pin(async move {
            let snapshot = self.context.windows.state().snapshot.clone();
            let snapshot = snapshot.ok_or_else(|| Refused::unavailable(VoiceError::Busy))?;
            let of_agent = snapshot.acd.agents.iter().find(|other| other.name == *agent);
            let phones = of_agent.map(|agent| agent.endpoints.as_slice()).unwrap_or_default();
            let Some(endpoint) = phones.iter().find(|phone| snapshot.browsers.contains(*phone)).cloned() else {
                return Err(no_browser(agent).into());
            };
            let (voice, phone) = (self.voice.clone(), endpoint.clone());
            let given = tokio::task::spawn_blocking(move || voice.give(phone, login, until)).await;
            let key = given.map_err(Refused::unavailable)?.map_err(|error| match error {
                VoiceError::Refused(no) => super::refused::refused(&no),
                VoiceError::Busy | VoiceError::Random(_) => Refused::unavailable(error),
            })?;
            let (user, password, realm, until) = (key.user, key.password, key.realm, key.until);
            Ok(VoiceKey { endpoint: endpoint.to_string(), user, password, realm, until })
        })
    }

    fn socket(&self, peer: Peer, request: axum::http::Request<()>, opening: Opening) -> axum::http::Response<String> {
        let answer = match bell_net::upgrade(&request) {
            Ok(answer) => answer,
            Err(refused) => return refused.map(Option::unwrap_or_default),
        };
        let below = if peer.tls { Below::Tls } else { Below::Tcp };
        let opening = async move { opening.await.map_err(io::Error::other) };
        match self.context.net.adopt(below, peer.address, opening) {
            Ok(()) => answer.map(|()| String::new()),
            Err(full) => {
                let mut answer = axum::http::Response::new(format!("{full}\n"));
                *answer.status_mut() = axum::http::StatusCode::SERVICE_UNAVAILABLE;
                answer
            }
        }
    }
}

fn no_browser(agent: &AgentName) -> Business {
    Business {
        code: "no_browser_endpoint",
        detail: format!("agent {agent} has no endpoint in the browser: set browser = true at one of his endpoints"),
        detail_zh: format!("坐席 {agent} 没有浏览器话机:请在配置中为其话机设置 browser = true"),
    }
}
