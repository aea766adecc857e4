//! The ciphers of one direction, and how their keys come from the one that was told (RFC 3711 §4).

use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::hmac;

use super::keys::MasterKey;

const KEY_LEN: usize = 16;
const AUTH_KEY_LEN: usize = 20;

/// A session's keys, for RTP and for RTCP.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) rtp: Layer,
    pub(super) rtcp: Layer,
}

/// One cipher with its salt and its authentication.
pub(super) struct Layer {
    cipher: EncryptingKey,
    /// 112 bits.
    salt: u128,
    auth: hmac::Key,
}

/// What a master key comes to.
struct SessionKeys {
    key: [u8; KEY_LEN],
    auth: [u8; AUTH_KEY_LEN],
    /// 112 bits.
    salt: u128,
}

/// What keys are for (RFC 3711 §4.3.1, §4.3.2): the first of three labels in a row.
#[derive(Clone, Copy)]
enum Use {
    Rtp = 0,
    Rtcp = 3,
}

impl Layers {
    pub(super) fn of(master: &MasterKey) -> Self {
        let layer = |usage| Layer::new(&SessionKeys::derive(master, usage));
        Self { rtp: layer(Use::Rtp), rtcp: layer(Use::Rtcp) }
    }
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Layer")
    }
}

impl SessionKeys {
    /// Keys are derived once: we take nobody who asks for more (`KDR`, RFC 4568 §6.3.1).
    fn derive(master: &MasterKey, usage: Use) -> Self {
        let from = ctr(master.key());
        let derive = |label: u8, out: &mut [u8]| {
            // RFC 3711 §4.3.1: the label stands above the 48 bits of the index, which is 0.
            crypt(&from, (master.salt() ^ u128::from(label) << 48) << 16, out);
        };
        let (mut key, mut auth, mut salt) = ([0; KEY_LEN], [0; AUTH_KEY_LEN], [0; 16]);
        let first = usage as u8;
        derive(first, &mut key);
        derive(first + 1, &mut auth);
        derive(first + 2, &mut salt[2..]);
        Self { key, auth, salt: u128::from_be_bytes(salt) }
    }
}

impl Layer {
    fn new(keys: &SessionKeys) -> Self {
        Self {
            cipher: ctr(&keys.key),
            salt: keys.salt,
            auth: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &keys.auth),
        }
    }

    /// Encrypts or decrypts what a packet holds (RFC 3711 §4.1.1).
    pub(super) fn crypt(&self, ssrc: u32, index: u64, octets: &mut [u8]) {
        crypt(&self.cipher, self.salt << 16 ^ u128::from(ssrc) << 64 ^ u128::from(index) << 16, octets);
    }

    /// Authenticates the parts of a packet, in order (RFC 3711 §4.2).
    pub(super) fn tag(&self, parts: [&[u8]; 2]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.auth);
        parts.into_iter().for_each(|part| context.update(part));
        context.sign()
    }
}

fn ctr(key: &[u8; KEY_LEN]) -> EncryptingKey {
    let key = UnboundCipherKey::new(&AES_128, key).and_then(EncryptingKey::ctr);
    key.expect("AES-128 takes 16 octets")
}

fn crypt(cipher: &EncryptingKey, counter: u128, octets: &mut [u8]) {
    let counter = EncryptionContext::Iv128(counter.to_be_bytes().into());
    cipher.less_safe_encrypt(octets, counter).expect("a counter has 128 bits");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3711 appendix B.2.
    #[test]
    fn the_key_stream_is_that_of_the_standard() {
        let key = 0x2B7E_1516_28AE_D2A6_ABF7_1588_09CF_4F3C_u128.to_be_bytes();
        let mut stream = [0; 48];
        crypt(&ctr(&key), 0xF0F1_F2F3_F4F5_F6F7_F8F9_FAFB_FCFD_0000, &mut stream);
        let blocks = stream.as_chunks::<16>().0.iter().map(|block| u128::from_be_bytes(*block));
        let expected = [
            0xE03E_AD09_35C9_5E80_E166_B16D_D92B_4EB4,
            0xD235_1316_2B02_D0F7_2A43_A2FE_4A5F_97AB,
            0x41E9_5B3B_B0A2_E8DD_4779_01E4_FCA8_94C0,
        ];
        assert_eq!(blocks.collect::<Vec<_>>(), expected);
    }

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_are_those_of_the_standard() {
        let keys = SessionKeys::derive(&MasterKey::of_the_standard(), Use::Rtp);
        assert_eq!(u128::from_be_bytes(keys.key), 0xC61E_7A93_744F_39EE_1073_4AFE_3FF7_A087);
        assert_eq!(keys.salt, 0x30CB_BC08_863D_8C85_D49D_B34A_9AE1);
        let auth: String = keys.auth.iter().map(|octet| format!("{octet:02X}")).collect();
        assert_eq!(auth, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4");
    }
}
