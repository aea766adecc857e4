//! DTLS for peers, with what all of them share made once.
//!
//! The library validates its provider of cryptography, key exchanges included, whenever a configuration is built: 0.7 ms
//! for each call. Ours is built with the first.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use dimpl::{Dtls, DtlsCertificate};
use str0m::config::{CryptoProvider, DtlsCert, DtlsVersion};
use str0m::crypto::dtls::{DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, ProtocolVersion};
use str0m::crypto::{CryptoError, from_feature_flags};

static PROVIDER: Cached = Cached(OnceLock::new());

/// What peers do their cryptography with.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider { dtls_provider: &PROVIDER, ..from_feature_flags() }
}

/// A certificate of this process: it stands for nobody, and its fingerprint goes out in our descriptions.
pub(super) fn certificate() -> Option<DtlsCert> {
    PROVIDER.generate_certificate()
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
        Ok(Box::new(Instance(dtls)))
    }
}

struct Instance(Dtls);

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dtls")
    }
}

impl DtlsInstance for Instance {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buf)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}
