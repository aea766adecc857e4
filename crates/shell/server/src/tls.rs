//! TLS towards the services that flows ask: whom we trust, and what was wrong if we do not.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use bell_engine::Trust;
use bell_ivr::LookUpFailure;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Connectors that are kept; more are only needed while configurations follow each other.
const KEPT_MAX: usize = 64;

/// Why certificates cannot be used.
#[derive(Debug, Error)]
pub(crate) enum TlsError {
    /// The text is no PEM.
    #[error("the file cannot be read as PEM")]
    Pem(#[source] pem::Error),
    /// It is, and what is in it is no certificate.
    #[error("one of them is no certificate")]
    Certificate(#[source] rustls::Error),
    /// There is none in it.
    #[error("there is none")]
    Empty,
    /// The library offers no version of TLS.
    #[error("no version of TLS can be spoken")]
    Versions(#[source] rustls::Error),
}

/// Whether a service can be asked with this.
pub(crate) fn check(trust: &Trust) -> Result<(), TlsError> {
    match trust {
        Trust::System => Ok(()),
        Trust::Own(pem) => own_roots(pem).map(drop),
    }
}

/// What speaks TLS, by who must have signed. Made when it is first needed: the machine's certificates are read once.
#[derive(Default)]
pub(crate) struct Connectors {
    kept: BTreeMap<Trust, TlsConnector>,
}

impl Connectors {
    /// The one for this.
    pub(crate) fn connector(&mut self, trust: &Trust) -> Result<TlsConnector, TlsError> {
        if let Some(known) = self.kept.get(trust) {
            return Ok(known.clone());
        }
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        let connector = TlsConnector::from(Arc::new(client(trust)?));
        self.kept.insert(trust.clone(), connector.clone());
        Ok(connector)
    }
}

/// Speaks TLS over a connection, once the host has shown that it is the one.
pub(crate) async fn connect(
    connector: &TlsConnector,
    host: &str,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, LookUpFailure> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| LookUpFailure::Forbidden)?;
    connector.connect(name, stream).await.map_err(|error| failure(&error))
}

fn client(trust: &Trust) -> Result<ClientConfig, TlsError> {
    let roots = match trust {
        Trust::System => system_roots(),
        Trust::Own(pem) => own_roots(pem)?,
    };
    // Named, for the crate's default would be whichever a dependency switches on.
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(TlsError::Versions)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Those whom the machine trusts. Without any, every service shows a certificate of nobody we trust.
fn system_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates of the machine could not be read");
    }
    let mut roots = RootCertStore::empty();
    let (_, broken) = roots.add_parsable_certificates(found.certs);
    tracing::info!(trusted = roots.len(), broken, "read the certificates of the machine");
    roots
}

fn own_roots(pem: &str) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        roots.add(certificate.map_err(TlsError::Pem)?).map_err(TlsError::Certificate)?;
    }
    if roots.is_empty() { Err(TlsError::Empty) } else { Ok(roots) }
}

/// What went wrong, in the words of flows.
fn failure(error: &io::Error) -> LookUpFailure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(inner) = inner else { return LookUpFailure::Unreachable };
    let rustls::Error::InvalidCertificate(wrong) = inner else { return LookUpFailure::Tls };
    // The library may add kinds: to us they are certificates that we do not trust.
    match wrong {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => LookUpFailure::CertificateExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            LookUpFailure::CertificateOfOther
        }
        _ => LookUpFailure::CertificateUntrusted,
    }
}
