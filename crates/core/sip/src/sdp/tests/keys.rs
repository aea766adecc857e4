//! Keys in session descriptions (RFC 4568), as references.

use bell_types::{KeyRef, SrtpKeys, SrtpSuite};

use super::*;
use crate::sdp::description::Crypto;

/// So many keys, as another side would tell them.
pub(super) fn offered(count: usize) -> Vec<Crypto> {
    let keys = SrtpSuite::ALL.into_iter().zip(1..).take(count);
    keys.map(|(suite, tag)| Crypto { tag, suite, key: KeyRef::Theirs(tag.into()) }).collect()
}

fn ours(srtp: Srtp) -> Local {
    Local { srtp, ..local() }
}

/// A phone's description with this profile and these lines about keys.
fn phone(profile: &str, lines: &[&str]) -> Description {
    let keys: String = lines.iter().map(|line| format!("a=crypto:{line}\r\n")).collect();
    let text = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 4000 {profile} 8\r\n{keys}"
    );
    read(text.as_bytes())
}

fn key(number: u64) -> KeyRef {
    KeyRef::Theirs(number)
}

fn line(tag: u32, suite: SrtpSuite, more: &str) -> String {
    format!("{tag} {} inline:{}{more}", suite.as_str(), key(tag.into()))
}

fn answered_with(offer: &Description, srtp: Srtp) -> Result<(String, Option<SrtpKeys>), Unacceptable> {
    let (answer, negotiated) = answer(offer, &ours(srtp), Preference::Theirs, Before::First { id: 9 })?;
    let text = text(&answer);
    let said = text.lines().filter(|line| line.starts_with("m=") || line.starts_with("a=crypto")).collect::<Vec<_>>();
    Ok((said.join("\n"), negotiated.srtp))
}

/// The first key that we can use is answered, by its number, in the profile of the offer.
#[test]
fn c_10_a_phone_that_encrypts_is_answered_with_a_key_whatever_we_would_have_offered() {
    let [long, short] = SrtpSuite::ALL;
    let lines = ["1 AES_256_CM_HMAC_SHA1_80 inline:****".to_owned(), line(3, short, "|2^31"), line(4, long, "")];
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    for (profile, srtp) in [("RTP/SAVP", Srtp::Off), ("RTP/SAVPF", Srtp::Offered), ("RTP/AVP", Srtp::Required)] {
        let (said, keys) = answered_with(&phone(profile, &lines), srtp).unwrap();
        let own = local().keys.key(short);
        assert_eq!(said, format!("m=audio 20000 {profile} 8\na=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:{own}"));
        assert_eq!(keys, Some(SrtpKeys { suite: short, ours: own, theirs: key(3) }));
    }
}

/// RFC 4568 §6.1 and §6.3: what we could not do is not answered.
#[test]
fn c_10_keys_that_are_of_no_use_are_passed_over() {
    let suite = SrtpSuite::Sha1Tag80;
    let stripped = format!("1 {} inline:{}", suite.as_str(), "*".repeat(40));
    for unusable in [
        line(1, suite, "|2^20|1:4"),
        line(1, suite, "|1:4"),
        line(1, suite, " UNENCRYPTED_SRTP"),
        line(1, suite, " KDR=1"),
        line(1, suite, ";inline:x"),
        "x AES_CM_128_HMAC_SHA1_80 inline:y".to_owned(),
        "1 AES_CM_128_HMAC_SHA1_80".to_owned(),
        stripped,
    ] {
        let refused = answered_with(&phone("RTP/SAVP", &[&unusable]), Srtp::Offered);
        assert_eq!(refused, Err(Unacceptable::NotEncrypted), "{unusable}");
        let (said, keys) = answered_with(&phone("RTP/AVP", &[&unusable]), Srtp::Offered).unwrap();
        assert_eq!((said.as_str(), keys), ("m=audio 20000 RTP/AVP 8", None), "{unusable}");
    }
    for usable in [line(1, suite, "|2^20"), line(1, suite, " WSH=64 -x=1")] {
        assert!(answered_with(&phone("RTP/SAVP", &[&usable]), Srtp::Off).is_ok(), "{usable}");
    }
}

#[test]
fn c_10_nothing_is_in_the_clear_where_it_is_required() {
    let plain = phone("RTP/AVP", &[]);
    assert_eq!(answered_with(&plain, Srtp::Required), Err(Unacceptable::NotEncrypted));
    assert!(answered_with(&plain, Srtp::Offered).is_ok());
    let offer = offer(&ours(Srtp::Required), Before::First { id: 1 });
    let said = text(&offer);
    assert!(said.contains("m=audio 20000 RTP/SAVP ") && said.matches("a=crypto:").count() == 2, "{said}");
    for profile in ["RTP/AVP", "RTP/SAVP"] {
        let why = read_answer(&offer, &phone(profile, &[]), &ours(Srtp::Required));
        assert_eq!(why, Err(Unacceptable::NotEncrypted), "{profile}");
    }
    let answer = phone("RTP/SAVP", &[&line(1, SrtpSuite::Sha1Tag80, "")]);
    let agreed = read_answer(&offer, &answer, &ours(Srtp::Required)).unwrap();
    assert_eq!(agreed.srtp.map(|keys| keys.theirs), Some(key(1)));
}

/// RFC 8643: keys in the plain profile; who does not know them answers without.
#[test]
fn c_10_what_is_offered_may_be_left_out() {
    let offer = offer(&ours(Srtp::Offered), Before::First { id: 1 });
    assert!(text(&offer).contains("m=audio 20000 RTP/AVP "));
    let taken = read_answer(&offer, &phone("RTP/AVP", &[]), &ours(Srtp::Offered)).unwrap();
    assert_eq!(taken.srtp, None);
    let short = phone("RTP/AVP", &[&line(2, SrtpSuite::Sha1Tag32, "")]);
    let taken = read_answer(&offer, &short, &ours(Srtp::Offered)).unwrap();
    assert_eq!(taken.srtp.map(|keys| keys.suite), Some(SrtpSuite::Sha1Tag32));
    assert!(!text(&offer_off()).contains("crypto"));
}

fn offer_off() -> Description {
    offer(&ours(Srtp::Off), Before::First { id: 1 })
}

/// Another offer of ours in a call that is encrypted keeps it so, under the same keys.
#[test]
fn c_10_a_later_offer_stays_encrypted() {
    let theirs = phone("RTP/SAVP", &[&line(1, SrtpSuite::Sha1Tag80, "")]);
    let (sent, first) = answer(&theirs, &ours(Srtp::Off), Preference::Theirs, Before::First { id: 1 }).unwrap();
    let again = offer(&ours(Srtp::Off), Before::Sent(&sent));
    assert!(text(&again).contains("RTP/SAVP"));
    let answered = phone("RTP/SAVP", &[&line(1, SrtpSuite::Sha1Tag80, "")]);
    let second = read_answer(&again, &answered, &ours(Srtp::Off)).unwrap();
    assert_eq!(second.srtp, first.srtp);
}

/// Of two lines the encrypted one is taken if the other may not be, and nothing is taken twice.
#[test]
fn c_10_of_two_lines_the_one_with_keys_is_taken_where_it_is_required() {
    let text = format!(
        "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n\
         m=audio 4002 RTP/SAVP 8\r\na=crypto:{}\r\n",
        line(1, SrtpSuite::Sha1Tag80, "")
    );
    let (said, keys) = answered_with(&read(text.as_bytes()), Srtp::Required).unwrap();
    assert!(said.starts_with("m=audio 0 RTP/AVP 0\nm=audio 20000 RTP/SAVP 8\n") && keys.is_some(), "{said}");
    let (said, keys) = answered_with(&read(text.as_bytes()), Srtp::Off).unwrap();
    assert_eq!((said.as_str(), keys), ("m=audio 20000 RTP/AVP 8\nm=audio 0 RTP/SAVP 0", None));
}
