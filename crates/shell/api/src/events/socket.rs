//! One viewer's WebSocket.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, close_code};
use bell_access::UserId;
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::hub::Begun;
use super::view::{ChangeMessage, Message};
use super::{Change, Eyes, desk_of};
use crate::api::Desk;
use crate::doors::{DeskView, Via};
use crate::time::rfc3339;

/// How often a viewer is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// After how long without a word it is not.
const SILENT_MAX: Duration = Duration::from_secs(65);
/// How long it may take to take a message.
const SEND_MAX: Duration = Duration::from_secs(10);
/// The close code of a login that is over: the console shows the sign-in, and does not come back by itself.
const SIGNED_OUT: u16 = 4401;
/// RFC 6455's registry: try again later. The viewer was too slow.
const TRY_AGAIN: u16 = 1013;

/// What a viewer says.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Said {
    /// It was there before, and knows everything up to this number.
    Resume { seq: u64 },
}

/// Why the talk ends.
enum End {
    /// The viewer has gone, or cannot be reached.
    Gone,
    /// We end it, with this code.
    Cut(u16),
}

/// Talks with a viewer until it goes. `known`: the number up to which it knows everything already.
pub(crate) async fn talk(mut socket: WebSocket, desk: Arc<Desk>, whose: (Via, UserId), eyes: Eyes, known: Option<u64>) {
    let Begun { seq, at, live, changes } = desk.hub.begin();
    let own = eyes.agent.as_ref().and_then(|agent| desk_of(&live, agent));
    let mut viewer = Viewer { socket: &mut socket, desk: &desk, eyes, own };
    let missed = known.and_then(|known| desk.hub.since(known));
    let begun = match missed {
        Some(missed) => viewer.catch_up(&missed).await,
        None => {
            let board = viewer.eyes.live(seq, rfc3339(at), &live).map(Box::new);
            let own = viewer.own.clone().map(Box::new);
            viewer.send(&Message::Snapshot { seq, live: board, desk: own }).await
        }
    };
    let end = match begun {
        Ok(()) => viewer.follow(changes, whose).await,
        Err(end) => end,
    };
    if let End::Cut(code) = end {
        let frame = CloseFrame { code, reason: "".into() };
        let _ = timeout(SEND_MAX, socket.send(Frame::Close(Some(frame)))).await;
    }
}

struct Viewer<'a> {
    socket: &'a mut WebSocket,
    desk: &'a Desk,
    eyes: Eyes,
    /// The own desk as it was told last.
    own: Option<DeskView>,
}

impl Viewer<'_> {
    async fn follow(&mut self, mut changes: Receiver<Arc<Change>>, (via, user): (Via, UserId)) -> End {
        let mut noticed = self.desk.doors.notices.noticed();
        let mut over = self.desk.doors.accounts.until_over(via);
        let mut notices = self.desk.hub.notices();
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let done = tokio::select! {
                change = changes.recv() => match change {
                    Ok(change) => self.tell(&change).await,
                    Err(RecvError::Lagged(_)) => Err(End::Cut(TRY_AGAIN)),
                    Err(RecvError::Closed) => Err(End::Cut(close_code::RESTART)),
                },
                told = noticed.recv() => match told {
                    Ok(other) if other != user => Ok(()),
                    // Whoever was too slow to hear whom it is about looks once too often.
                    Ok(_) | Err(RecvError::Lagged(_)) => self.send(&Message::Notice { notice: "notices" }).await,
                    Err(RecvError::Closed) => Err(End::Cut(close_code::RESTART)),
                },
                notice = notices.recv() => match notice {
                    Ok(notice) => self.send(&Message::Notice { notice }).await,
                    Err(RecvError::Lagged(_)) => Err(End::Cut(TRY_AGAIN)),
                    Err(RecvError::Closed) => Err(End::Cut(close_code::RESTART)),
                },
                said = self.socket.recv() => match said {
                    Some(Ok(frame)) => {
                        heard = Instant::now();
                        self.hear(frame).await
                    }
                    Some(Err(_)) | None => Err(End::Gone),
                },
                _ = pings.tick() => {
                    if heard.elapsed() > SILENT_MAX { Err(End::Gone) } else { self.give(Frame::Ping("".into())).await }
                }
                _ = &mut over => Err(End::Cut(SIGNED_OUT)),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn hear(&mut self, frame: Frame) -> Result<(), End> {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Close(_) => return Err(End::Gone),
            Frame::Binary(_) => return Err(End::Cut(close_code::UNSUPPORTED)),
            Frame::Ping(_) | Frame::Pong(_) => return Ok(()),
        };
        let Ok(Said::Resume { seq }) = serde_json::from_str(&text) else { return Err(End::Cut(close_code::POLICY)) };
        if let Some(missed) = self.desk.hub.since(seq) {
            return self.catch_up(&missed).await;
        }
        let Begun { seq, at, live, .. } = self.desk.hub.begin();
        let board = self.eyes.live(seq, rfc3339(at), &live).map(Box::new);
        self.own = self.eyes.agent.as_ref().and_then(|agent| desk_of(&live, agent));
        let own = self.own.clone().map(Box::new);
        self.send(&Message::Snapshot { seq, live: board, desk: own }).await
    }

    /// Tells what was missed; the own desk as it is now.
    async fn catch_up(&mut self, missed: &[Arc<Change>]) -> Result<(), End> {
        for change in missed {
            if let Some(told) = self.eyes.change(change) {
                self.send(&Message::Change(Box::new(told))).await?;
            }
        }
        let Begun { seq, at, .. } = self.desk.hub.begin();
        let own = self.own.clone().map(Box::new);
        let told = ChangeMessage { seq, at: rfc3339(at), desk: own, ..ChangeMessage::default() };
        self.send(&Message::Change(Box::new(told))).await
    }

    async fn tell(&mut self, change: &Change) -> Result<(), End> {
        let mut told = self.eyes.change(change);
        if let Some(agent) = &self.eyes.agent {
            let own = desk_of(&self.desk.hub.live(), agent);
            if own != self.own {
                self.own.clone_from(&own);
                let empty = || ChangeMessage { seq: change.seq, at: rfc3339(change.at), ..ChangeMessage::default() };
                told.get_or_insert_with(empty).desk = own.map(Box::new);
            }
        }
        match told {
            Some(told) => self.send(&Message::Change(Box::new(told))).await,
            None => Ok(()),
        }
    }

    async fn send(&mut self, message: &Message) -> Result<(), End> {
        match serde_json::to_string(message) {
            Ok(text) => self.give(Frame::Text(text.into())).await,
            Err(error) => {
                tracing::error!(%error, "a live message cannot be written");
                Err(End::Cut(close_code::ERROR))
            }
        }
    }

    /// A viewer that does not take its messages in time is cut: what waits for it must not grow.
    async fn give(&mut self, frame: Frame) -> Result<(), End> {
        match timeout(SEND_MAX, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Cut(TRY_AGAIN)),
        }
    }
}
