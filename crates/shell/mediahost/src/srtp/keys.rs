//! Where keys are: nowhere but here, in memory, and in messages on their way over an encrypted connection.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bell_types::KeyRef;

/// 128 bits of key and 112 of salt.
const MASTER_LEN: usize = 30;
const SDES_KEY_LEN: usize = 16;

/// So many keys of others wait to be used; of more, the oldest is forgotten, and its call has no audio.
const WAITING_MAX: usize = 16_384;
/// So long a key waits. Between the message that tells it and the command that uses it lie milliseconds; the rest is for keys
/// that were told and not chosen.
const WAITING_TIME: Duration = Duration::from_secs(60);

/// The keys of encrypted audio. Everybody else knows them by references.
pub struct KeyRing {
    /// Keys of ours follow from it: none is kept, and each call has others.
    secret: hmac::Key,
    theirs: Mutex<Waiting>,
}

/// Keys that others told and nobody has used yet, by number: the oldest first.
#[derive(Default)]
struct Waiting {
    keys: BTreeMap<u64, (Instant, MasterKey)>,
    told: u64,
}

/// The key that both sides know, with its salt.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct MasterKey {
    /// 128 bits, or 256.
    key: Box<[u8]>,
    /// 112 bits; a salt of 96 stands above 16 that are zero (RFC 7714 §11).
    salt: u128,
}

impl KeyRing {
    /// A ring with a secret of its own.
    pub fn new() -> Self {
        let secret = hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new());
        let secret = secret.expect("a system without random numbers ends the process before");
        Self { secret, theirs: Mutex::default() }
    }

    /// Keeps a key that the other side tells, and writes a reference in its place. What is no key is struck out.
    pub fn hide(&self, text: &mut [u8]) {
        match MasterKey::from_text(text) {
            Some(key) => write(text, KeyRef::Theirs(self.waiting().add(Instant::now(), key)).to_string().as_bytes()),
            None => Self::strike(text),
        }
    }

    /// Strikes out a key that came where everybody could read it: it is of no use.
    pub fn strike(text: &mut [u8]) {
        text.fill(KeyRef::MARK);
    }

    /// Writes a key of ours in the place of its reference. Others' keys stay what they are here.
    pub fn reveal(&self, text: &mut [u8]) {
        if let Some(key @ KeyRef::Ours { .. }) = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) {
            write(text, STANDARD.encode(self.draw(key)).as_bytes());
        }
    }

    /// A key of ours.
    pub(super) fn own(&self, key: KeyRef) -> MasterKey {
        MasterKey::of_sdes(&self.draw(key))
    }

    fn draw(&self, key: KeyRef) -> [u8; MASTER_LEN] {
        let tag = hmac::sign(&self.secret, key.to_string().as_bytes());
        *tag.as_ref().first_chunk().expect("32 octets hold 30")
    }

    /// A key of the other side, once.
    pub(super) fn take(&self, key: KeyRef) -> Option<MasterKey> {
        match key {
            KeyRef::Theirs(number) => self.waiting().keys.remove(&number).map(|(_, key)| key),
            KeyRef::Ours { .. } => None,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing panics while it is held.
        self.theirs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for KeyRing {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing")
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

impl Waiting {
    fn add(&mut self, now: Instant, key: MasterKey) -> u64 {
        while let Some(oldest) = self.keys.first_entry() {
            if self.told - *oldest.key() < WAITING_MAX as u64 && now - oldest.get().0 < WAITING_TIME {
                break;
            }
            oldest.remove();
        }
        let number = self.told;
        self.told += 1;
        self.keys.insert(number, (now, key));
        number
    }
}

impl MasterKey {
    /// A key with its salt behind it, of which what is not there is zero.
    pub(super) fn of(key: &[u8], salt: &[u8]) -> Self {
        let mut octets = [0; 16];
        octets[2..2 + salt.len()].copy_from_slice(salt);
        Self { key: key.into(), salt: u128::from_be_bytes(octets) }
    }

    /// As SDES tells it (RFC 4568 §6.1).
    fn of_sdes(octets: &[u8; MASTER_LEN]) -> Self {
        let (key, salt) = octets.split_at(SDES_KEY_LEN);
        Self::of(key, salt)
    }

    fn from_text(text: &[u8]) -> Option<Self> {
        let mut octets = [0; MASTER_LEN];
        let decoded = (text.len() == KeyRef::TEXT_LEN).then(|| STANDARD.decode_slice(text, &mut octets))?;
        (decoded == Ok(MASTER_LEN)).then(|| Self::of_sdes(&octets))
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// 112 bits.
    pub(super) const fn salt(&self) -> u128 {
        self.salt
    }
}

#[cfg(test)]
impl MasterKey {
    /// RFC 3711 appendix B.3.
    pub(super) fn of_the_standard() -> Self {
        let (key, salt) = (0xE1F9_7A0D_3E01_8BE0_D64F_A32C_06DE_4139_u128, 0x0EC6_75AD_498A_FEEB_B696_0B3A_ABE6_u128);
        Self::of(&key.to_be_bytes(), &salt.to_be_bytes()[2..])
    }
}

/// Writes as much as was there: a key and its reference have one length.
fn write(place: &mut [u8], text: &[u8]) {
    debug_assert_eq!(place.len(), text.len());
    place.iter_mut().zip(text).for_each(|(place, text)| *place = *text);
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    fn hidden(ring: &KeyRing, text: &str) -> String {
        let mut text = text.as_bytes().to_vec();
        ring.hide(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_key_is_kept_until_it_is_used_once() {
        let ring = KeyRing::new();
        let (first, second) = (hidden(&ring, KEY), hidden(&ring, KEY));
        assert_ne!(first, second);
        let key = ring.take(first.parse().unwrap()).unwrap();
        assert!(Some(&key) == MasterKey::from_text(KEY.as_bytes()).as_ref());
        assert!(ring.take(first.parse().unwrap()).is_none());
        assert!(ring.take(second.parse().unwrap()).is_some());
        assert_eq!(format!("{key:?} {ring:?}"), "MasterKey KeyRing");
    }

    #[test]
    fn what_is_no_key_is_struck_out_and_no_reference_can_be_told() {
        let ring = KeyRing::new();
        let told = hidden(&ring, KEY);
        let longer = format!("{KEY}AAAA");
        for text in [told.as_str(), &KEY[1..], &longer, "", "x", &format!("{}=", &KEY[1..])] {
            assert_eq!(hidden(&ring, text), "*".repeat(text.len()));
        }
    }

    #[test]
    fn keys_of_ours_differ_by_process_and_are_told_alone() {
        let leg = bell_types::LegId { call: bell_types::CallId::from_u64(7), number: 1 };
        let keys = bell_types::OwnKeys { leg, attempt: 0 };
        let (ring, other) = (KeyRing::new(), KeyRing::new());
        let told = |ring: &KeyRing, key: KeyRef| {
            let mut text = key.to_string().into_bytes();
            ring.reveal(&mut text);
            String::from_utf8(text).unwrap()
        };
        let [long, short] = bell_types::SrtpSuite::ALL.map(|suite| keys.key(suite));
        assert!(MasterKey::from_text(told(&ring, long).as_bytes()) == Some(ring.own(long)));
        assert_ne!(told(&ring, long), told(&ring, short));
        assert_ne!(told(&ring, long), told(&other, long));
        let theirs: KeyRef = hidden(&ring, KEY).parse().unwrap();
        assert_eq!(told(&ring, theirs), theirs.to_string());
        assert!(ring.take(long).is_none());
    }

    #[test]
    fn keys_that_nobody_uses_are_forgotten() {
        let (begin, mut waiting) = (Instant::now(), Waiting::default());
        let key = || MasterKey::of(&[0; SDES_KEY_LEN], &[]);
        for _ in 0..WAITING_MAX + 10 {
            waiting.add(begin, key());
        }
        assert_eq!((waiting.keys.len(), *waiting.keys.first_key_value().unwrap().0), (WAITING_MAX, 10));
        waiting.add(begin + WAITING_TIME, key());
        assert_eq!(waiting.keys.len(), 1);
    }
}
