//! Plays pieces of encoded audio one after the other.

use std::sync::Arc;

use bell_media::control::{AudioId, BargeIn, Play, PlayId, Repeat};
use bell_types::{Codec, LegId, PromptEnd};

use super::kept::Kept;
use crate::library::{Load, Loaded, Wanted};
use crate::worker::Studio;

/// A play that is carried out.
#[derive(Debug)]
pub(super) struct Player {
    play: Play,
    codec: Option<Codec>,
    pieces: Vec<Piece>,
    /// The piece that plays, and how many of its octets have been played. Every codec has one octet per tick, so the
    /// place survives a change of codec.
    current: usize,
    at: usize,
    /// Whether anything was heard since the last round began: a round of nothing would never end.
    heard: bool,
}

#[derive(Debug)]
enum Piece {
    Wanted,
    Here(Arc<[u8]>),
    Broken,
}

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Playing {
    /// What was written.
    Sounds,
    /// Nothing yet: the piece is being loaded.
    Waits,
    /// Nothing more.
    Ended(PromptEnd),
}

impl Player {
    pub(super) fn new(mut play: Play, pieces_max: usize) -> Self {
        if play.pieces.len() > pieces_max {
            tracing::warn!(pieces = play.pieces.len(), "a play has too many pieces: the last are left out");
            play.pieces.truncate(pieces_max);
        }
        Self {
            pieces: play.pieces.iter().map(|_| Piece::Wanted).collect(),
            play,
            codec: None,
            current: 0,
            at: 0,
            heard: false,
        }
    }

    pub(super) const fn id(&self) -> PlayId {
        self.play.id
    }

    pub(super) const fn barge_in(&self) -> BargeIn {
        self.play.barge_in
    }

    /// Asks the library for every piece in this codec, unless that was done; what the leg has said is at hand.
    pub(super) fn request(&mut self, leg: LegId, codec: Codec, kept: Option<&Kept>, studio: &Studio) {
        if self.codec == Some(codec) {
            return;
        }
        self.codec = Some(codec);
        let own = AudioId::own_speech();
        for (index, piece) in self.pieces.iter_mut().enumerate() {
            if self.play.pieces[index] == own {
                *piece = kept.and_then(|kept| kept.speech(codec)).map_or(Piece::Broken, Piece::Here);
                continue;
            }
            let load = Load {
                door: studio.door.clone(),
                audio: self.play.pieces[index].clone(),
                wanted: Wanted { leg, play: self.play.id, piece: index, codec },
            };
            *piece = if studio.library.ask(load) { Piece::Wanted } else { Piece::Broken };
        }
    }

    pub(super) fn loaded(&mut self, loaded: Loaded) {
        let wanted = loaded.wanted;
        if wanted.play != self.play.id || Some(wanted.codec) != self.codec {
            return;
        }
        if let Some(piece) = self.pieces.get_mut(wanted.piece) {
            *piece = match loaded.audio {
                Some(audio) => Piece::Here(audio),
                None => Piece::Broken,
            };
        }
    }

    /// Appends the next `octets`, across the ends of pieces; the last packet is filled up with silence.
    pub(super) fn next(&mut self, octets: usize, silence: u8, out: &mut Vec<u8>) -> Playing {
        while out.len() < octets {
            let state = self.advance(octets - out.len(), out);
            if state == Playing::Sounds {
                continue;
            }
            if out.is_empty() {
                return state;
            }
            out.resize(octets, silence);
        }
        Playing::Sounds
    }

    /// Appends up to `octets` of the current piece, or goes to the next.
    fn advance(&mut self, octets: usize, out: &mut Vec<u8>) -> Playing {
        match self.pieces.get(self.current) {
            Some(Piece::Wanted) => Playing::Waits,
            Some(Piece::Broken) => Playing::Ended(PromptEnd::Failed),
            Some(Piece::Here(audio)) => {
                let rest = audio.get(self.at..).unwrap_or_default();
                let some = rest.len().min(octets);
                out.extend_from_slice(&rest[..some]);
                self.at += some;
                self.heard |= some > 0;
                if some == rest.len() {
                    (self.current, self.at) = (self.current + 1, 0);
                }
                Playing::Sounds
            }
            None => self.end_round(),
        }
    }

    fn end_round(&mut self) -> Playing {
        match self.play.repeat {
            Repeat::Once => Playing::Ended(PromptEnd::Completed),
            Repeat::Forever if !self.heard => Playing::Ended(PromptEnd::Failed),
            Repeat::Forever => {
                self.current = 0;
                self.heard = false;
                Playing::Sounds
            }
        }
    }
}
