//! DTLS for peers, with what all of them share made once.
//!
//! The library validates its provider of cryptography, key exchanges included, whenever a configuration is built: 0.7 ms
//! for each call. Ours is built with the first.
//!
//! And the keys of the audio stay here: the library gets others, for it does nothing with audio that would leave.

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use dimpl::{Dtls, DtlsCertificate, KeyingMaterial, SrtpProfile};
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion};
use str0m::crypto::{CryptoError, from_feature_flags};

use crate::srtp::{Srtp, Suite};

static PROVIDER: Cached = Cached(OnceLock::new());

thread_local! {
    /// The library makes its handshakes by a provider that all share; this tells whose was made last.
    static LAST: RefCell<Secret> = RefCell::default();
}

/// What a handshake leads to.
#[derive(Clone, Default)]
pub(super) struct Secret(Arc<Mutex<Option<Srtp>>>);

/// What peers do their cryptography with.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider { dtls_provider: &PROVIDER, ..from_feature_flags() }
}

/// A certificate of this process: it stands for nobody, and its fingerprint goes out in our descriptions.
pub(super) fn certificate() -> Option<DtlsCert> {
    PROVIDER.generate_certificate()
}

impl Secret {
    /// That of the handshake which was made last on this thread.
    pub(super) fn last() -> Self {
        LAST.with_borrow(Clone::clone)
    }

    /// What encrypts the audio, once. The handshake may still turn out to be with somebody else: ask when the library says
    /// that it is connected.
    pub(super) fn take(&self) -> Option<Srtp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, srtp: Option<Srtp>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = srtp;
    }
}

#[derive(Debug)]
struct Cached(OnceLock<Arc<dimpl::Config>>);

impl Cached {
    fn config(&self) -> Result<Arc<dimpl::Config>, CryptoError> {
        if let Some(config) = self.0.get() {
            return Ok(Arc::clone(config));
        }
        // ICE has proved where the other side is before DTLS begins: cookies would prove it again.
        let config = dimpl::Config::builder().use_server_cookie(false).build();
        let config = config.map_err(|err| CryptoError::Other(err.to_string()))?;
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(config))))
    }
}

impl DtlsProvider for Cached {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        dimpl::certificate::generate_self_signed_certificate().ok()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        _mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        let certificate =
            DtlsCertificate { certificate: cert.certificate.clone(), private_key: cert.private_key.clone() };
        let config = self.config()?;
        let dtls = match version {
            DtlsVersion::Dtls12 => Dtls::new_12(config, certificate, now),
            DtlsVersion::Dtls13 => Dtls::new_13(config, certificate, now),
            DtlsVersion::Auto => Dtls::new_auto(config, certificate, now),
            // The library may learn more of them.
            other => return Err(CryptoError::Other(format!("DTLS version {other} is none we speak"))),
        };
        let secret = Secret::default();
        LAST.set(secret.clone());
        Ok(Box::new(Instance { dtls, secret }))
    }
}

struct Instance {
    dtls: Dtls,
    secret: Secret,
}

/// The keys and salts that were agreed on (RFC 5764 §4.2): the client's key comes first, then the server's, then the salts.
fn srtp(material: &[u8], profile: SrtpProfile, is_client: bool) -> Option<Srtp> {
    let (suite, key_len, salt_len) = match profile {
        SrtpProfile::AES128_CM_SHA1_80 => (Suite::Sha1 { tag_len: 10 }, 16, 14),
        SrtpProfile::AEAD_AES_128_GCM => (Suite::Gcm, 16, 12),
        SrtpProfile::AEAD_AES_256_GCM => (Suite::Gcm, 32, 12),
        // The library may learn more of them.
        _ => return None,
    };
    if material.len() != 2 * (key_len + salt_len) {
        return None;
    }
    let (keys, salts) = material.split_at(2 * key_len);
    let ((client, server), (client_salt, server_salt)) = (keys.split_at(key_len), salts.split_at(salt_len));
    let (client, server) = ((client, client_salt), (server, server_salt));
    let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
    Some(Srtp::of_handshake(suite, ours, theirs))
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dtls")
    }
}

impl DtlsInstance for Instance {
    fn set_active(&mut self, active: bool) {
        self.dtls.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.dtls.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        match self.dtls.poll_output(buf) {
            DtlsOutput::KeyingMaterial(material, profile) => {
                self.secret.put(srtp(&material, profile, self.dtls.is_active()));
                // What the library would encrypt with the same keys and numbers would give both away.
                DtlsOutput::KeyingMaterial(KeyingMaterial::new(&vec![0; material.len()]), profile)
            }
            other => other,
        }
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.dtls.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.dtls.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.dtls.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.dtls.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.dtls.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.dtls.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.dtls.close()
    }
}
