//! The ciphers of one direction, and how their keys come from the one that was told (RFC 3711 §4, RFC 7714).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, AES_256_KEY_LEN, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use bell_media::srtp::{RTCP_HEADER_LEN, RtcpIndex};

use super::keys::MasterKey;
use super::{Suite, Unfit};

const AUTH_KEY_LEN: usize = 20;

/// The salt of GCM, and its nonce (RFC 7714 §8.1).
const GCM_SALT_LEN: usize = 12;

/// What GCM authenticates by.
const GCM_TAG_LEN: usize = 16;

/// RTCP is authenticated by 80 bits in either suite of HMAC-SHA-1 (RFC 4568 §6.2.2).
const RTCP_TAG_LEN: usize = 10;

/// A session's keys, for RTP and for RTCP.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) rtp: Layer,
    pub(super) rtcp: Layer,
}

/// One cipher with its salt and its authentication.
pub(super) enum Layer {
    /// AES in counter mode, and HMAC-SHA-1 cut to so many octets.
    Sha1 {
        cipher: Box<EncryptingKey>,
        /// 112 bits.
        salt: u128,
        auth: Box<hmac::Key>,
        tag_len: usize,
    },
    /// AES-GCM.
    Gcm {
        key: Box<LessSafeKey>,
        /// 96 bits.
        salt: u128,
    },
}

/// What a master key comes to.
struct SessionKeys {
    key: Box<[u8]>,
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
    pub(super) fn of(master: &MasterKey, suite: Suite) -> Self {
        let [rtp, rtcp] = [Use::Rtp, Use::Rtcp].map(|usage| SessionKeys::derive(master, usage));
        match suite {
            Suite::Sha1 { tag_len } => Self { rtp: Layer::sha1(&rtp, tag_len), rtcp: Layer::sha1(&rtcp, RTCP_TAG_LEN) },
            Suite::Gcm => Self { rtp: Layer::gcm(&rtp), rtcp: Layer::gcm(&rtcp) },
        }
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
        let mut key = vec![0; master.key().len()].into_boxed_slice();
        let (mut auth, mut salt) = ([0; AUTH_KEY_LEN], [0; 16]);
        let first = usage as u8;
        derive(first, &mut key);
        derive(first + 1, &mut auth);
        derive(first + 2, &mut salt[2..]);
        Self { key, auth, salt: u128::from_be_bytes(salt) }
    }
}

impl Layer {
    fn sha1(keys: &SessionKeys, tag_len: usize) -> Self {
        let auth = Box::new(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &keys.auth));
        Self::Sha1 { cipher: Box::new(ctr(&keys.key)), salt: keys.salt, auth, tag_len }
    }

    fn gcm(keys: &SessionKeys) -> Self {
        let algorithm = if keys.key.len() == AES_256_GCM.key_len() { &AES_256_GCM } else { &AES_128_GCM };
        let key = UnboundKey::new(algorithm, &keys.key).expect("its length is that of the algorithm");
        Self::Gcm { key: Box::new(LessSafeKey::new(key)), salt: keys.salt >> 16 }
    }

    /// How many octets a packet grows by.
    pub(super) const fn tag_len(&self) -> usize {
        match self {
            Self::Sha1 { tag_len, .. } => *tag_len,
            Self::Gcm { .. } => GCM_TAG_LEN,
        }
    }

    /// Encrypts a packet of RTP behind its header, and authenticates it (RFC 3711 §3.3, RFC 7714 §8.2).
    pub(super) fn seal(&self, ssrc: u32, index: u64, head: usize, packet: &mut Vec<u8>) {
        match self {
            Self::Sha1 { cipher, salt, auth, tag_len } => {
                crypt(cipher, counter(*salt, ssrc, index), &mut packet[head..]);
                let tag = tag(auth, [packet, &wraps(index)]);
                packet.extend_from_slice(&tag.as_ref()[..*tag_len]);
            }
            Self::Gcm { key, salt } => {
                let (clear, secret) = packet.split_at_mut(head);
                let tag = key.seal_in_place_separate_tag(nonce(*salt, ssrc, index), Aad::from(clear), secret);
                packet.extend_from_slice(tag.expect("a packet is short").as_ref());
            }
        }
    }

    /// Authenticates a packet of RTP and decrypts it where it lies; how long it is then. With HMAC-SHA-1, one that is not
    /// authentic stays as it was.
    pub(super) fn open(&self, ssrc: u32, index: u64, head: usize, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let end = datagram.len().checked_sub(self.tag_len()).ok_or(Unfit::Malformed)?;
        match self {
            Self::Sha1 { cipher, salt, auth, .. } => {
                let (packet, tag) = datagram.split_at_mut(end);
                verify(auth, [packet, &wraps(index)], tag)?;
                crypt(cipher, counter(*salt, ssrc, index), &mut packet[head..]);
            }
            Self::Gcm { key, salt } => {
                let (clear, secret) = datagram.split_at_mut(head);
                key.open_in_place(nonce(*salt, ssrc, index), Aad::from(clear), secret).map_err(|_| Unfit::Forged)?;
            }
        }
        Ok(end)
    }

    /// The same as [`seal`](Self::seal) for a compound packet of RTCP (RFC 3711 §3.4, RFC 7714 §9.2).
    pub(super) fn seal_rtcp(&self, ssrc: u32, index: u32, packet: &mut Vec<u8>) {
        let last = RtcpIndex { index, encrypted: true }.to_bytes();
        match self {
            Self::Sha1 { cipher, salt, auth, tag_len } => {
                crypt(cipher, counter(*salt, ssrc, u64::from(index)), &mut packet[RTCP_HEADER_LEN..]);
                packet.extend_from_slice(&last);
                let tag = tag(auth, [packet, &[]]);
                packet.extend_from_slice(&tag.as_ref()[..*tag_len]);
            }
            Self::Gcm { key, salt } => {
                let (clear, secret) = packet.split_at_mut(RTCP_HEADER_LEN);
                let clear = [&*clear, &last].concat();
                let nonce = nonce(*salt, ssrc, u64::from(index));
                let tag = key.seal_in_place_separate_tag(nonce, Aad::from(clear), secret);
                packet.extend_from_slice(tag.expect("a packet is short").as_ref());
                packet.extend_from_slice(&last);
            }
        }
    }

    /// The number of a packet of RTCP; none if it is too short to have one.
    pub(super) fn rtcp_index(&self, datagram: &[u8]) -> Option<RtcpIndex> {
        let behind = match self {
            Self::Sha1 { tag_len, .. } => *tag_len,
            Self::Gcm { .. } => 0,
        };
        let end = datagram.len().checked_sub(behind)?;
        let (rest, last) = datagram[..end].split_last_chunk()?;
        let is_whole = rest.len() >= RTCP_HEADER_LEN + self.tag_len() - behind;
        is_whole.then(|| RtcpIndex::from_bytes(*last))
    }

    /// The same as [`open`](Self::open) for a compound packet of RTCP of this [number](Self::rtcp_index).
    pub(super) fn open_rtcp(&self, ssrc: u32, last: RtcpIndex, datagram: &mut [u8]) -> Result<usize, Unfit> {
        let len = datagram.len().checked_sub(RtcpIndex::LEN + self.tag_len()).ok_or(Unfit::Malformed)?;
        let head = if last.encrypted { RTCP_HEADER_LEN } else { len };
        let index = u64::from(last.index);
        match self {
            Self::Sha1 { cipher, salt, auth, .. } => {
                let (packet, tag) = datagram.split_at_mut(len + RtcpIndex::LEN);
                verify(auth, [packet, &[]], tag)?;
                crypt(cipher, counter(*salt, ssrc, index), &mut packet[head..len]);
            }
            Self::Gcm { key, salt } => {
                let (clear, rest) = datagram.split_at_mut(head);
                let secret = &mut rest[..len - head + GCM_TAG_LEN];
                let clear = [&*clear, &last.to_bytes()].concat();
                key.open_in_place(nonce(*salt, ssrc, index), Aad::from(clear), secret).map_err(|_| Unfit::Forged)?;
            }
        }
        Ok(len)
    }
}

/// Authenticates the parts of a packet, in order (RFC 3711 §4.2).
fn tag(auth: &hmac::Key, parts: [&[u8]; 2]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(auth);
    parts.into_iter().for_each(|part| context.update(part));
    context.sign()
}

/// Whether a packet ends with what its parts are authenticated by; in the same time whatever it ends with.
fn verify(auth: &hmac::Key, parts: [&[u8]; 2], theirs: &[u8]) -> Result<(), Unfit> {
    let right = tag(auth, parts);
    let right = right.as_ref().get(..theirs.len()).unwrap_or_default();
    verify_slices_are_equal(right, theirs).map_err(|_| Unfit::Forged)
}

/// Where the key stream of a packet begins (RFC 3711 §4.1.1).
fn counter(salt: u128, ssrc: u32, index: u64) -> u128 {
    salt << 16 ^ u128::from(ssrc) << 64 ^ u128::from(index) << 16
}

/// The same for GCM (RFC 7714 §8.1, §9.1): that of RTCP differs by its salt.
fn nonce(salt: u128, ssrc: u32, index: u64) -> Nonce {
    let octets = (salt ^ u128::from(ssrc) << 48 ^ u128::from(index)).to_be_bytes();
    let nonce: &[u8; GCM_SALT_LEN] = octets.last_chunk().expect("16 octets hold 12");
    Nonce::assume_unique_for_key(*nonce)
}

/// The rollover counter, which is authenticated and not sent (RFC 3711 §4.2).
const fn wraps(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}

fn ctr(key: &[u8]) -> EncryptingKey {
    let algorithm = if key.len() == AES_256_KEY_LEN { &AES_256 } else { &AES_128 };
    let key = UnboundCipherKey::new(algorithm, key).and_then(EncryptingKey::ctr);
    key.expect("its length is that of the algorithm")
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
        assert_eq!(u128::from_be_bytes(*keys.key.first_chunk().unwrap()), 0xC61E_7A93_744F_39EE_1073_4AFE_3FF7_A087);
        assert_eq!(keys.salt, 0x30CB_BC08_863D_8C85_D49D_B34A_9AE1);
        let auth: String = keys.auth.iter().map(|octet| format!("{octet:02X}")).collect();
        assert_eq!(auth, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4");
    }

    fn octets(hex: &str) -> Vec<u8> {
        let digits: Vec<_> = hex.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
        let octet = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.as_chunks::<2>().0.iter().map(octet).collect()
    }

    fn gcm_of_the_standard(key: &str) -> Layer {
        let salt = 0x5175_6964_2070_726F_2071_756F << 16;
        Layer::gcm(&SessionKeys { key: octets(key).into(), auth: [0; AUTH_KEY_LEN], salt })
    }

    /// RFC 7714 §16.1.1 and §17.1.
    #[test]
    fn gcm_is_that_of_the_standard() {
        let layer = gcm_of_the_standard("00010203 04050607 08090a0b 0c0d0e0f");
        let mut packet = octets("8040f17b 8041f8d3 5501a0b2");
        packet.extend(b"Gallia est omnis divisa in partes tres");
        let plain = packet.clone();
        layer.seal(0x5501_A0B2, 0xF17B, 12, &mut packet);
        let wire = "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b \
                    36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce";
        assert_eq!(packet, octets(wire));
        assert_eq!(layer.open(0x5501_A0B2, 0xF17B, 12, &mut packet), Ok(plain.len()));
        assert_eq!(packet[..plain.len()], plain);

        let plain = octets(
            "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef \
             deadbeef deadbeef",
        );
        let mut packet = plain.clone();
        layer.seal_rtcp(0x4D61_7273, 0x5D4, &mut packet);
        let wire = "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 \
                    86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4";
        assert_eq!(packet, octets(wire));
        let last = layer.rtcp_index(&packet).unwrap();
        assert_eq!(last, RtcpIndex { index: 0x5D4, encrypted: true });
        assert_eq!(layer.open_rtcp(0x4D61_7273, last, &mut packet), Ok(plain.len()));
        assert_eq!(packet[..plain.len()], plain);
    }
}
