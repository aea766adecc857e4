//! One-time codes of an authenticator app (RFC 6238), each taken once.

use std::fmt::Write as _;
use std::time::Duration;

use bell_types::Wall;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::base32::base32;
use crate::secret::Secret;

/// How long a code is shown.
pub const OTP_STEP: Duration = Duration::from_secs(30);

/// How long a new secret should be, in octets (RFC 4226 §4).
pub const OTP_SECRET_LEN: usize = 20;

/// What an authenticator app and we share, and the last code that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Otp {
    /// The secret.
    pub secret: Secret,
    /// The hash function. Many apps know SHA-1 only, and HMAC does not suffer from its weakness.
    pub hash: OtpHash,
    /// How many digits a code has, 6 to 8.
    pub digits: u32,
    /// The step of the last code that was taken: it and those before are not taken again.
    pub taken: Option<u64>,
}

/// The hash function of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpHash {
    /// What every app knows.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpVerdict {
    /// Right, and now taken.
    Right,
    /// It was taken before, or an earlier one is tried after a later one: somebody may have looked over a shoulder.
    Replayed,
    /// Not a code of now.
    Wrong,
}

impl Otp {
    /// A new one, from random bytes of [`OTP_SECRET_LEN`].
    pub const fn new(secret: Secret) -> Self {
        Self { secret, hash: OtpHash::Sha1, digits: 6, taken: None }
    }

    /// Takes a code of now, or of `skew` steps before or after, as clocks differ.
    pub fn take(&mut self, now: Wall, code: &str, skew: u64) -> OtpVerdict {
        let step = step_at(now);
        let steps = step.saturating_sub(skew)..=step.saturating_add(skew);
        // Every step is compared, so that the time it takes says nothing about which was right.
        let right = steps.fold(None, |found, step| if self.is_code(code, step) { Some(step) } else { found });
        match right {
            None => OtpVerdict::Wrong,
            Some(step) if self.taken.is_some_and(|taken| step <= taken) => OtpVerdict::Replayed,
            Some(step) => {
                self.taken = Some(step);
                OtpVerdict::Right
            }
        }
    }

    /// The code of a step.
    fn code(&self, step: u64) -> String {
        let mac = match self.hash {
            OtpHash::Sha1 => mac::<Hmac<Sha1>>(self.secret.reveal(), step),
            OtpHash::Sha256 => mac::<Hmac<Sha256>>(self.secret.reveal(), step),
            OtpHash::Sha512 => mac::<Hmac<Sha512>>(self.secret.reveal(), step),
        };
        // RFC 4226 §5.3: the last four bits say which four octets are the number.
        let offset = usize::from(mac.last().map_or(0, |last| last & 0x0F));
        let number = mac[offset..offset + 4].iter().fold(0_u32, |number, octet| number << 8 | u32::from(*octet));
        let number = (number & 0x7FFF_FFFF) % 10_u32.pow(self.digits.clamp(6, 8));
        format!("{number:0width$}", width = self.digits.clamp(6, 8) as usize)
    }

    fn is_code(&self, code: &str, step: u64) -> bool {
        self.code(step).as_bytes().ct_eq(code.as_bytes()).into()
    }

    /// The secret as it is typed into an app that cannot scan: base 32.
    pub fn secret_text(&self) -> String {
        base32(self.secret.reveal())
    }

    /// What the QR code of the app says. `issuer` is the centre, `account` the person.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent(issuer), percent(account));
        let hash = match self.hash {
            OtpHash::Sha1 => "SHA1",
            OtpHash::Sha256 => "SHA256",
            OtpHash::Sha512 => "SHA512",
        };
        let (secret, digits, step) = (self.secret_text(), self.digits, OTP_STEP.as_secs());
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm={hash}&digits={digits}&period={step}"
        )
    }
}

/// RFC 6238 §4.2, with T0 = 0.
fn step_at(now: Wall) -> u64 {
    u64::try_from(now.as_secs()).unwrap_or(0) / OTP_STEP.as_secs()
}

fn mac<M: Mac + KeyInit>(key: &[u8], step: u64) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Everything but letters and digits as `%XX`.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Wall {
        Wall::from_micros(secs * 1_000_000)
    }

    /// RFC 6238 appendix B, all three functions.
    #[test]
    fn sec_09_the_test_vectors_of_rfc_6238() {
        let key = |length: usize| Secret::new(b"1234567890".iter().copied().cycle().take(length).collect());
        let cases = [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ];
        for (secs, sha1, sha256, sha512) in cases {
            let functions = [(OtpHash::Sha1, 20, sha1), (OtpHash::Sha256, 32, sha256), (OtpHash::Sha512, 64, sha512)];
            for (hash, length, code) in functions {
                let mut otp = Otp { secret: key(length), hash, digits: 8, taken: None };
                assert_eq!(otp.code(step_at(at(secs))), code, "{hash:?} at {secs}");
                assert_eq!(otp.take(at(secs), code, 0), OtpVerdict::Right);
            }
        }
    }

    #[test]
    fn sec_09_a_code_is_taken_once_and_none_before_it() {
        let mut otp = Otp::new(Secret::new(vec![7; OTP_SECRET_LEN]));
        let code = |otp: &Otp, secs: i64| otp.code(step_at(at(secs)));
        let (early, now) = (code(&otp, 970), code(&otp, 1000));
        assert_eq!(otp.take(at(1000), &now, 1), OtpVerdict::Right);
        assert_eq!(otp.take(at(1001), &now, 1), OtpVerdict::Replayed);
        assert_eq!(otp.take(at(1001), &early, 1), OtpVerdict::Replayed, "somebody noted it down");
        let next = code(&otp, 1030);
        assert_eq!(otp.take(at(1030), &next, 1), OtpVerdict::Right);
    }

    #[test]
    fn clocks_may_differ_by_the_skew_and_no_more() {
        for (secs, skew, verdict) in [
            (1000, 0, OtpVerdict::Right),
            (970, 0, OtpVerdict::Wrong),
            (970, 1, OtpVerdict::Right),
            (1030, 1, OtpVerdict::Right),
            (940, 1, OtpVerdict::Wrong),
            (1060, 1, OtpVerdict::Wrong),
            (1060, 2, OtpVerdict::Right),
        ] {
            let mut otp = Otp::new(Secret::new(vec![7; OTP_SECRET_LEN]));
            let code = otp.code(step_at(at(secs)));
            assert_eq!(otp.take(at(1000), &code, skew), verdict, "a code of {secs} with skew {skew}");
        }
    }

    #[test]
    fn what_is_no_code_is_wrong() {
        let mut otp = Otp::new(Secret::new(vec![7; OTP_SECRET_LEN]));
        for code in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(otp.take(at(1000), code, 1), OtpVerdict::Wrong, "{code:?}");
        }
        assert_eq!(otp.take(at(-5), "", 1), OtpVerdict::Wrong, "a clock before 1970");
    }

    #[test]
    fn an_app_reads_the_secret_from_the_uri() {
        let otp = Otp::new(Secret::new(b"12345678901234567890".to_vec()));
        let uri = otp.uri("钟楼", "wang@shop");
        assert_eq!(
            uri,
            "otpauth://totp/%E9%92%9F%E6%A5%BC:wang%40shop?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=%E9%92%9F%E6%A5%BC&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(otp.secret_text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(format!("{:?}", otp.secret), "Secret of 20 bytes");
    }
}
