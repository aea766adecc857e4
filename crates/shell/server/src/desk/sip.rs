//! Voice in the browser: keys, and the sockets on which SIP is spoken.

use std::io;

use bell_api::Peer;
use bell_api::doors::{Business, Doing, Opening, ProvisioningView, Refused, Voice as VoiceOf, VoiceKey};
use bell_net::Below;
use bell_types::{AgentName, EndpointName, LoginId, Wall};

use super::provisioning::{draw_password, sheet};
use super::voice::{Voice, VoiceError};
use crate::clock::wall;
use crate::configure::{ConfigureError, Note, Wanted, with_password};
use crate::control::{Context, NotInForce};

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

impl VoiceDoor {
    fn sheet(&self, endpoint: &EndpointName, password: Option<&str>) -> Result<ProvisioningView, Refused> {
        let snapshot = self.context.windows.state().snapshot.clone();
        let snapshot = snapshot.ok_or_else(|| Refused::unavailable(VoiceError::Busy))?;
        if !snapshot.sip.endpoints.contains_key(endpoint) && !snapshot.lines.contains_key(endpoint) {
            return Err(Refused::NotThere);
        }
        let sheet = sheet(&snapshot, &self.context.certificate.standing(), endpoint, password);
        sheet.ok_or_else(|| no_phone(endpoint).into())
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

    fn provisioning<'a>(&'a self, endpoint: &'a EndpointName) -> Doing<'a, ProvisioningView> {
        Box::pin(async move { self.sheet(endpoint, None) })
    }

    fn reset_password<'a>(&'a self, endpoint: &'a EndpointName) -> Doing<'a, ProvisioningView> {
        Box::pin(async move {
            // First, so that nothing is drawn for what takes no password.
            self.sheet(endpoint, None)?;
            let password = draw_password().map_err(Refused::unavailable)?;
            let (context, phone, drawn) = (self.context.clone(), endpoint.clone(), password.clone());
            let set = tokio::task::spawn_blocking(move || set_password(&context, &phone, &drawn));
            set.await.map_err(Refused::unavailable)??;
            self.sheet(endpoint, Some(&password))
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

/// Puts a configuration in force that differs by this password.
fn set_password(context: &Context, endpoint: &EndpointName, password: &str) -> Result<(), Refused> {
    let running = context.windows.state().snapshot.clone().ok_or_else(|| Refused::unavailable(VoiceError::Busy))?;
    let source = with_password(&running.source, endpoint, password).ok_or(Refused::NotThere)?;
    let note =
        Note { at: wall().as_micros(), by: "provisioning".to_owned(), comment: format!("password of {endpoint}") };
    match context.put_in_force(|versions| versions.put(Wanted { base: Some(source.version), source, note })) {
        Ok(_) => Ok(()),
        Err(NotInForce::Refused(ConfigureError::Changed(_))) => Err(Refused::Changed),
        Err(NotInForce::Refused(error)) => Err(Refused::unavailable(error)),
        Err(NotInForce::Busy) => Err(Refused::unavailable(VoiceError::Busy)),
    }
}

fn no_phone(endpoint: &EndpointName) -> Business {
    Business {
        code: "no_desk_phone",
        detail: format!("{endpoint} registers by no password: it is a browser or a line"),
        detail_zh: format!("话机 {endpoint} 不使用密码注册：它是浏览器或外线号码"),
    }
}

fn no_browser(agent: &AgentName) -> Business {
    Business {
        code: "no_browser_endpoint",
        detail: format!("agent {agent} has no endpoint in the browser: set browser = true at one of his endpoints"),
        detail_zh: format!("坐席 {agent} 没有浏览器话机：请在配置中为其话机设置 browser = true"),
    }
}
