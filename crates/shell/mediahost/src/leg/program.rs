//! What a leg hears, as it is carried out.

use bell_media::codec;
use bell_media::control::{Plan, Tone};
use bell_types::{Codec, LegId};
use smallvec::{SmallVec, smallvec};

use super::Leg;
use super::player::{Player, Playing};
use super::voices::{SupervisionTone, Voices};
use crate::Config;
use crate::worker::Studio;

/// How much softer than the tones of the network the tone of supervision is: speech goes on over it.
const SOFTER_DB: f64 = 10.0;

/// A plan that is carried out.
#[derive(Debug)]
pub(super) enum Program {
    Silence,
    Play(Box<Player>),
    Tone(ToneProgram),
    Hear(Hearing),
    Mix(Box<Voices>),
}

/// Another leg, or itself: relayed as long as both speak the same codec.
#[derive(Debug)]
pub(super) struct Hearing {
    peer: LegId,
    /// What it takes to hear another codec, while another one is spoken.
    pub(super) decoded: Option<Box<Voices>>,
}

/// A tone of the network, and how far it got.
#[derive(Debug)]
pub(super) struct ToneProgram {
    tone: Tone,
    at: usize,
}

impl Program {
    pub(super) fn of(plan: Plan, own: LegId, config: &Config) -> Self {
        match plan {
            Plan::Silence => Self::Silence,
            Plan::Play(play) => Self::Play(Box::new(Player::new(play, config.legs.pieces_max))),
            Plan::Tone(tone) => Self::Tone(ToneProgram { tone, at: 0 }),
            Plan::Leg(peer) => Self::Hear(Hearing { peer, decoded: None }),
            Plan::Echo => Self::Hear(Hearing { peer: own, decoded: None }),
            Plan::Mix(voices) => Self::Mix(Box::new(Voices::several(&others(voices, own, config)))),
            Plan::Supervised { voices, every } => {
                let level_dbov = config.tone_dbov - SOFTER_DB;
                let voices = Voices::several(&others(voices, own, config));
                Self::Mix(Box::new(voices.with_tone(SupervisionTone::new(every, level_dbov))))
            }
        }
    }

    pub(super) fn speakers(&self) -> SmallVec<[LegId; 4]> {
        match self {
            Self::Silence | Self::Play(_) | Self::Tone(_) => smallvec![],
            Self::Hear(hearing) => smallvec![hearing.peer],
            Self::Mix(voices) => voices.speakers(),
        }
    }

    /// Whether it makes packets now, or passes on what comes.
    pub(super) fn makes_packets(&self) -> bool {
        match self {
            Self::Silence => false,
            Self::Play(_) | Self::Tone(_) | Self::Mix(_) => true,
            Self::Hear(hearing) => hearing.decoded.as_ref().is_some_and(|voice| voice.are_heard()),
        }
    }

    pub(super) const fn is_conversation(&self) -> bool {
        match self {
            Self::Silence | Self::Play(_) | Self::Tone(_) => false,
            Self::Hear(_) | Self::Mix(_) => true,
        }
    }
}

/// Nobody hears himself in a mix.
fn others(mut voices: Vec<(LegId, u16)>, own: LegId, config: &Config) -> Vec<(LegId, u16)> {
    voices.retain(|voice| voice.0 != own);
    voices.truncate(config.legs.voices_max);
    voices
}

impl Hearing {
    /// The peer's voice, to be decoded for a leg of this codec.
    pub(super) fn voice(&mut self, codec: Codec) -> &mut Voices {
        self.decoded.get_or_insert_with(|| Box::new(Voices::one(self.peer, codec)))
    }
}

impl Leg {
    /// Makes the packet that is due. Called once per packet time while the leg [wants](Self::wants_turn) it.
    pub(crate) fn turn(&mut self, studio: &mut Studio) {
        let Some(remote) = &self.remote else { return };
        let (codec, events) = (remote.send.0, remote.send_events);
        // One octet per tick, for every codec we speak.
        let octets = self.packet_time(studio).as_millis() as usize * 8;
        if self.keys.are_busy() {
            self.send_keys(studio, codec, events, octets);
            return;
        }
        let mut payload = std::mem::take(&mut studio.payload);
        payload.clear();
        let made = match &mut self.program {
            Program::Silence => false,
            Program::Play(player) => match player.next(octets, codec::silence(codec), &mut payload) {
                Playing::Sounds => true,
                Playing::Waits => {
                    self.outbound.begin_spurt();
                    false
                }
                Playing::Ended(how) => {
                    self.end_play(how, studio);
                    self.settle(studio);
                    false
                }
            },
            Program::Tone(program) => {
                let tone = studio.tones.of(program.tone, codec, studio.config.tone_dbov);
                program.at = copy_round(&tone, program.at, octets, &mut payload);
                true
            }
            Program::Hear(Hearing { decoded: None, .. }) => false,
            Program::Hear(Hearing { decoded: Some(voices), .. }) | Program::Mix(voices) => {
                voices.mix(studio, codec, octets, &mut payload);
                true
            }
        };
        if made {
            self.send_made(studio, &payload);
        }
        studio.payload = payload;
    }

    /// The wheel was held up for so long that packets were left out.
    pub(crate) const fn was_late(&mut self) {
        self.outbound.begin_spurt();
    }
}

/// Appends `count` octets of something that goes round, and returns where it goes on.
fn copy_round(round: &[u8], mut at: usize, mut count: usize, out: &mut Vec<u8>) -> usize {
    while count > 0 && !round.is_empty() {
        let some = count.min(round.len() - at);
        out.extend_from_slice(&round[at..at + some]);
        at = (at + some) % round.len();
        count -= some;
    }
    at
}
