//! The certificate that we make where none is named: nobody vouches for it, so people compare its fingerprint.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use bell_engine::Snapshot;
use bell_types::Wall;
use chrono::{DateTime, Datelike, Days, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::{CertificateError, Shown, load, write_private};
use crate::clock::wall;

/// For how long it counts. Apple's devices refuse longer ones (HT211025), and we make it anew before.
const DAYS: u64 = 398;

/// Whether it is time for the next one. However early a centre wants to be warned, each serves half of its time.
pub(super) fn ends_soon(shown: &Shown, warn_before: Duration) -> bool {
    shown.until.since(wall()) < warn_before.min(Duration::from_secs(DAYS / 2 * 24 * 3600))
}

/// Makes it, unless there is one that counts for a while and is for every name we have.
pub(super) fn make_if_needed(certificate: &Path, key: &Path, snapshot: &Snapshot) -> Result<(), CertificateError> {
    let names = names(snapshot);
    let is_good = |shown: &Shown| {
        !ends_soon(shown, snapshot.listen.certificate_warn) && names.iter().all(|name| shown.names.contains(name))
    };
    if load(certificate, key, true).is_ok_and(|(_, shown)| is_good(&shown)) {
        return Ok(());
    }
    let (pem, key_pem) = make(wall(), &names).map_err(CertificateError::Make)?;
    let kept_in = certificate.parent().unwrap_or(certificate);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(kept_in);
    made.map_err(|error| CertificateError::Write(kept_in.to_owned(), error))?;
    for (path, text) in [(key, key_pem), (certificate, pem)] {
        write_private(path, text.as_bytes()).map_err(|error| CertificateError::Write(path.to_owned(), error))?;
    }
    Ok(())
}

/// Under what we may be reached.
fn names(snapshot: &Snapshot) -> Vec<String> {
    let listen = &snapshot.listen;
    let secure = listen.secure().into_iter().map(|address| address.ip());
    let addresses = secure.chain([listen.media_advertised]).chain(listen.webrtc_advertised.iter().copied());
    let addresses = addresses.filter(|address| !address.is_unspecified()).map(|address| address.to_string());
    let own = [snapshot.sip.realm.to_string(), "localhost".to_owned(), "127.0.0.1".to_owned()];
    let all = own.into_iter().chain(listen.certificate_names.iter().cloned()).chain(addresses);
    // What is no name and no address cannot be certified: a realm may be anything.
    let mut names: Vec<_> = all.filter(|name| name.is_ascii() && !name.is_empty()).collect();
    names.sort();
    names.dedup();
    names
}

fn make(now: Wall, names: &[String]) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Belltower");
    let today = DateTime::<Utc>::from_timestamp(now.as_secs(), 0).unwrap_or_default();
    let day = |date: DateTime<Utc>| {
        let (month, day) = (u8::try_from(date.month()).unwrap_or(1), u8::try_from(date.day()).unwrap_or(1));
        rcgen::date_time_ymd(date.year(), month, day)
    };
    // A clock that is a little behind must not take it for one of tomorrow.
    params.not_before = day(today.checked_sub_days(Days::new(1)).unwrap_or(today));
    params.not_after = day(today.checked_add_days(Days::new(DAYS)).unwrap_or(today));
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
}
