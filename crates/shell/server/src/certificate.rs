//! The certificate we show: to phones that speak SIP over TLS, and to browsers.
//!
//! The configuration names two files, and [`Certificate::watch`] reads them again when they change or when it names
//! others; so what renews certificates (ACME, an authority of the house) need only write them. Without any we make a
//! certificate for ourselves and keep it in the node's directory. Whoever listens asks for a [`ServerConfig`] once; it shows
//! what is current at each handshake. A node that shows it to nobody starts without one, and says what is wrong:
//!
//! ```text
//! let certificate = Certificate::open(&dirs, &snapshot)?;             // made once for the node
//! let acceptor = TlsAcceptor::from(certificate.server(Speaks::Web)?); // by each listener
//! ```

use std::fmt;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, SystemTime};

use bell_engine::{CertificateFiles, Snapshot};
use bell_types::Wall;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use sha2::{Digest, Sha256};
use thiserror::Error;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::clock::wall;
use crate::dirs::{Dirs, write_private};
use crate::driver::Windows;
use crate::serve::ServeError;

mod own;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long after one that we made, or failed to make, we try to make another.
const TRY_AGAIN: Duration = Duration::from_secs(3600);

/// Why a certificate cannot be shown. Each says which file.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("failed to read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// It is no PEM, or there is nothing in it of what should be.
    #[error("{} is no PEM with a {}", .path.display(), .of)]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        of: &'static str,
        /// Why.
        #[source]
        error: pem::Error,
    },
    /// The library cannot use them together.
    #[error("{} is not the certificate of this key", .0.display())]
    Pair(PathBuf, #[source] rustls::Error),
    /// What is in it is no certificate.
    #[error("{} holds something that is no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// Our own could not be made.
    #[error("failed to make a certificate")]
    Make(#[source] rcgen::Error),
    /// Our own could not be kept.
    #[error("failed to write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// The library offers no version of TLS.
    #[error("no version of TLS can be spoken")]
    Versions(#[source] rustls::Error),
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// Browsers: TLS 1.3.
    Web,
    /// Phones: TLS 1.3.
    Sip,
    /// Phones, old ones too: TLS 1.2 and 1.3.
    SipOfOld,
}

/// What is shown, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whether we made it ourselves: nobody vouches for it.
    pub own: bool,
    /// SHA-256 of it, in hex with colons, as phones and browsers show it.
    pub fingerprint: String,
    /// Until when it counts.
    pub until: Wall,
    /// The names and addresses it is for, if they can be read.
    pub names: Vec<String>,
}

/// How the certificate stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is shown; nothing, if there was never one that can be used.
    pub shown: Option<Shown>,
    /// Why what is configured now cannot be used; what is shown is from before.
    pub wrong: Option<String>,
}

impl Shown {
    /// How many days are left; 0 when it is over.
    pub fn days_left(&self, now: Wall) -> u64 {
        self.until.since(now).as_secs() / (24 * 3600)
    }
}

/// The certificate of a node.
pub struct Certificate {
    dirs: Dirs,
    current: RwLock<Current>,
}

/// How it stands, and what it was read from.
#[derive(Clone)]
struct Current {
    files: Option<CertificateFiles>,
    /// When the files were written.
    written: Written,
    key: Option<Arc<CertifiedKey>>,
    standing: Standing,
    /// When it was looked at last, for better or worse.
    read_at: Wall,
}

type Written = [Option<SystemTime>; 2];

/// It holds a key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("standing", &self.standing()).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads the certificate that the configuration names, or makes one.
    ///
    /// # Errors
    /// The files cannot be used, or nothing can be written, and somebody is to be shown a certificate.
    pub fn open(dirs: &Dirs, snapshot: &Snapshot) -> Result<Arc<Self>, CertificateError> {
        let listen = &snapshot.listen;
        let current = match read(dirs, snapshot) {
            Ok(current) => current,
            Err(error) if !listen.secure().is_empty() => return Err(error),
            Err(error) => Current::without(dirs, listen.certificate.as_ref(), &error),
        };
        if let Some(Shown { own, fingerprint, until, .. }) = &current.standing.shown {
            tracing::info!(%fingerprint, %until, own, "the certificate that is shown (SHA-256)");
        }
        Ok(Arc::new(Self { dirs: dirs.clone(), current: RwLock::new(current) }))
    }

    /// What a listener speaks. It shows what is current when somebody comes.
    ///
    /// # Errors
    /// The library offers no such version.
    pub fn server(self: &Arc<Self>, speaks: Speaks) -> Result<Arc<ServerConfig>, CertificateError> {
        let versions: &[&SupportedProtocolVersion] = match speaks {
            Speaks::Web | Speaks::Sip => &[&TLS13],
            Speaks::SipOfOld => &[&TLS13, &TLS12],
        };
        let builder = ServerConfig::builder_with_provider(provider()).with_protocol_versions(versions);
        let builder = builder.map_err(CertificateError::Versions)?.with_no_client_auth();
        let mut server = builder.with_cert_resolver(Arc::<Self>::clone(self));
        if speaks == Speaks::Web {
            server.alpn_protocols = vec![b"http/1.1".to_vec()];
        }
        Ok(Arc::new(server))
    }

    /// How it stands now.
    pub fn standing(&self) -> Standing {
        self.now().standing
    }

    /// Reads the files again whenever they or their names have changed, for as long as somebody shows the certificate.
    pub fn watch(self: &Arc<Self>, windows: Windows) -> Result<(), ServeError> {
        let weak = Arc::downgrade(self);
        let watch = move || {
            loop {
                thread::sleep(LOOK_EVERY);
                let Some(certificate) = weak.upgrade() else { return };
                let snapshot = windows.state().snapshot.clone();
                if let Some(snapshot) = snapshot {
                    certificate.look(&snapshot);
                }
            }
        };
        thread::Builder::new().name("bell-cert".to_owned()).spawn(watch).map(drop).map_err(ServeError::Thread)
    }

    /// Reads the files again if something has changed. What cannot be used leaves the one from before, and says so.
    fn look(&self, snapshot: &Snapshot) {
        let before = self.now();
        let files = &snapshot.listen.certificate;
        let changed = before.files != *files || before.written != written(&self.dirs, files.as_ref());
        let is_for_the_next = before.is_due(snapshot.listen.certificate_warn) && before.is_rested();
        if !changed && !is_for_the_next {
            return;
        }
        let after = match read(&self.dirs, snapshot) {
            Ok(after) => {
                if let Some(Shown { fingerprint, until, .. }) = &after.standing.shown {
                    tracing::info!(%fingerprint, %until, "another certificate is shown from now on (SHA-256)");
                }
                after
            }
            Err(error) => {
                let Current { standing, key, .. } = before;
                let without = Current::without(&self.dirs, files.as_ref(), &error);
                let standing = Standing { shown: standing.shown, ..without.standing };
                Current { key, standing, ..without }
            }
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = after;
    }

    fn now(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Current {
    /// There is none that can be used, and this is why.
    fn without(dirs: &Dirs, files: Option<&CertificateFiles>, error: &CertificateError) -> Self {
        let error: &dyn std::error::Error = error;
        tracing::error!(error, "the certificate as it is configured cannot be used");
        let standing = Standing { shown: None, wrong: Some(crate::cli::told(error)) };
        Self { files: files.cloned(), written: written(dirs, files), key: None, standing, read_at: wall() }
    }

    /// Whether we must make one: what we have made ends soon, or could not be made.
    fn is_due(&self, warn_before: Duration) -> bool {
        let ends = |shown: &Shown| shown.own && own::ends_soon(shown, warn_before);
        self.files.is_none() && self.standing.shown.as_ref().is_none_or(ends)
    }

    /// Whether it is long enough ago that we tried.
    fn is_rested(&self) -> bool {
        wall().since(self.read_at) >= TRY_AGAIN
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.now().key
    }
}

/// Named, for the crate's default would be whichever a dependency switches on.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// What would be shown from these files, without making any.
///
/// # Errors
/// They cannot be used.
pub fn look_at(dirs: &Dirs, files: &CertificateFiles) -> Result<Shown, CertificateError> {
    let (certificate, key) = (dirs.root().join(&files.certificate), dirs.root().join(&files.key));
    load(&certificate, &key, false).map(|(_, shown)| shown)
}

/// The certificate that the node has made for itself, if it has.
pub fn look_at_own(dirs: &Dirs) -> Option<Shown> {
    let (certificate, key) = paths(dirs, None);
    load(&certificate, &key, true).ok().map(|(_, shown)| shown)
}

fn read(dirs: &Dirs, snapshot: &Snapshot) -> Result<Current, CertificateError> {
    let files = snapshot.listen.certificate.clone();
    let (certificate, key) = paths(dirs, files.as_ref());
    if files.is_none() {
        own::make_if_needed(&certificate, &key, snapshot)?;
    }
    // Before they are read: what is written meanwhile is read again.
    let written = written(dirs, files.as_ref());
    let (key, shown) = load(&certificate, &key, files.is_none())?;
    let standing = Standing { shown: Some(shown), wrong: None };
    Ok(Current { files, written, key: Some(key), standing, read_at: wall() })
}

fn paths(dirs: &Dirs, files: Option<&CertificateFiles>) -> (PathBuf, PathBuf) {
    match files {
        Some(files) => (dirs.root().join(&files.certificate), dirs.root().join(&files.key)),
        None => (dirs.tls().join("own.pem"), dirs.tls().join("own.key")),
    }
}

fn written(dirs: &Dirs, files: Option<&CertificateFiles>) -> Written {
    let (certificate, key) = paths(dirs, files);
    [certificate, key].map(|path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok())
}

fn load(certificate: &Path, key: &Path, own: bool) -> Result<(Arc<CertifiedKey>, Shown), CertificateError> {
    let wrong = |path: &Path, of| {
        let path = path.to_owned();
        move |error| CertificateError::Pem { path, of, error }
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(certificate)?).collect();
    let chain = chain.map_err(wrong(certificate, "certificate"))?;
    let Some(first) = chain.first() else {
        return Err(wrong(certificate, "certificate")(pem::Error::NoItemsFound));
    };
    let shown = shown(first, own).ok_or_else(|| CertificateError::NoCertificate(certificate.to_owned()))?;
    let key_der = PrivateKeyDer::from_pem_slice(&bytes(key)?).map_err(wrong(key, "private key"))?;
    let pair = CertifiedKey::from_der(chain, key_der, &provider());
    let pair = pair.map_err(|error| CertificateError::Pair(certificate.to_owned(), error))?;
    Ok((Arc::new(pair), shown))
}

fn bytes(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|error| CertificateError::Read(path.to_owned(), error))
}

fn shown(certificate: &CertificateDer<'_>, own: bool) -> Option<Shown> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let until = Wall::from_micros(parsed.validity().not_after.timestamp().checked_mul(1_000_000)?);
    let digest = Sha256::digest(certificate);
    let fingerprint = digest.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    Some(Shown { own, fingerprint, until, names: names(&parsed) })
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes).map(|address| address.to_string()),
        // Of people and directories: nobody connects by these.
        _ => None,
    };
    let names = certificate.subject_alternative_name().ok().flatten();
    names.map(|names| names.value.general_names.iter().filter_map(name).collect()).unwrap_or_default()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

#[cfg(test)]
mod tests;
