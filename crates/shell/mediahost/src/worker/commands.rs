//! Commands, carried out.

use bell_media::control::{CommandId, MediaAction, MediaCommand, MediaNews};
use bell_types::LegId;
use rustix::event::epoll;

use super::legs::place_of;
use super::memory::Recall;
use super::{Studio, Worker};
use crate::leg::{Carrier, Leg};
use crate::port::Sockets;

impl Worker {
    pub(super) fn command(&mut self, command: MediaCommand) {
        let MediaCommand { id, leg, what } = command;
        match self.memory.recall(id) {
            Recall::New => self.carry_out(id, leg, what),
            Recall::Done => self.answer_again(leg, &what),
            Recall::Failed(reason) => self.studio.tell(leg, MediaNews::Failed { reason }),
        }
    }

    fn carry_out(&mut self, id: CommandId, leg: LegId, what: MediaAction) {
        match what {
            MediaAction::Open => self.open(id, leg),
            MediaAction::SetRemote(remote) => self.with(leg, |leg, studio| leg.set_remote(remote, studio)),
            MediaAction::SetPlan(plan) => {
                self.with(leg, |leg, studio| leg.set_plan(plan, studio));
                self.legs.rewire(leg.call);
            }
            MediaAction::SendDigits(digits) => self.with(leg, |leg, _| leg.send_digits(&digits)),
            MediaAction::Record(recording) => self.with(leg, |leg, studio| leg.record(recording, studio)),
            MediaAction::Close => self.close(leg),
            MediaAction::Keep(keeping) => self.with(leg, |leg, studio| leg.keep(keeping, studio)),
            MediaAction::Seal(recording) => self.studio.takes.seal(recording, leg),
            MediaAction::OpenWebrtc(opening) => self.open_webrtc(leg, opening),
            MediaAction::Negotiate(step) => self.negotiate(leg, step),
        }
    }

    /// Only these commands have an answer.
    fn answer_again(&mut self, leg: LegId, what: &MediaAction) {
        match what {
            MediaAction::Open => self.ready(leg),
            MediaAction::Seal(recording) => self.studio.takes.seal(*recording, leg),
            MediaAction::OpenWebrtc(_) | MediaAction::Negotiate(_) => {
                self.with(leg, |leg, studio| leg.describe_again(studio));
            }
            MediaAction::SetRemote(_)
            | MediaAction::SetPlan(_)
            | MediaAction::SendDigits(_)
            | MediaAction::Record(_)
            | MediaAction::Keep(_)
            | MediaAction::Close => {}
        }
    }

    fn open(&mut self, id: CommandId, leg: LegId) {
        if self.legs.key(leg).is_none()
            && let Err(reason) = self.try_open(leg)
        {
            tracing::error!(%leg, reason, "a leg cannot be opened");
            self.memory.failed(id, reason.clone());
            self.studio.tell(leg, MediaNews::Failed { reason });
            return;
        }
        self.ready(leg);
    }

    fn try_open(&mut self, id: LegId) -> Result<(), String> {
        let max = self.studio.config.legs.per_worker_max;
        if self.legs.len() >= max {
            return Err(format!("a media worker takes no more than {max} legs"));
        }
        let sockets = self.ports.open(&self.studio.config).map_err(|err| err.to_string())?;
        let key = self.legs.next_key();
        if let Err(err) = watch(&self.epoll, &sockets, key) {
            self.ports.close(sockets);
            return Err(format!("a media socket cannot be watched: {err}"));
        }
        let leg = Leg::open(id, Carrier::Sockets(sockets), &mut self.studio);
        self.legs.insert(leg);
        self.legs.rewire(id.call);
        self.publish_legs();
        Ok(())
    }

    fn ready(&mut self, leg: LegId) {
        let address =
            self.legs.key(leg).and_then(|key| self.legs.get_mut(key)).and_then(|leg| leg.address(&self.studio));
        let news = match address {
            Some(rtp) => MediaNews::Ready { rtp },
            None => MediaNews::Failed { reason: "the leg is closed".to_owned() },
        };
        self.studio.tell(leg, news);
    }

    /// Lets a leg do something, and gives it a place on the wheel if it needs one then.
    pub(super) fn with(&mut self, id: LegId, action: impl FnOnce(&mut Leg, &mut Studio)) {
        let Some(key) = self.legs.key(id) else {
            tracing::debug!(leg = %id, "a command for a leg that is not open");
            return;
        };
        if let Some(leg) = self.legs.get_mut(key) {
            action(leg, &mut self.studio);
        }
        self.let_turn(key);
    }

    pub(super) fn close(&mut self, id: LegId) {
        let key = self.legs.key(id);
        if let Some(leg) = self.legs.remove(id) {
            match leg.close(&mut self.studio) {
                Carrier::Sockets(sockets) => self.ports.close(sockets),
                Carrier::Peer(mut peer) => {
                    peer.close(self.studio.instant());
                    key.into_iter().for_each(|key| self.forget_browser(key));
                }
            }
            self.legs.rewire(id.call);
            self.publish_legs();
        }
    }
}

/// Closing a socket ends this.
fn watch(epoll: &rustix::fd::OwnedFd, sockets: &Sockets, key: super::Key) -> rustix::io::Result<()> {
    for (socket, rtcp) in [(&sockets.rtp, false), (&sockets.rtcp, true)] {
        let place = epoll::EventData::new_u64(place_of(key, rtcp));
        epoll::add(epoll, socket, place, epoll::EventFlags::IN)?;
    }
    Ok(())
}
