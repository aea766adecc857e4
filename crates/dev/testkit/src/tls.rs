//! A service that is asked by https: OpenSSL's own server, with a certificate of an authority made for the test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::error::KitError;
use crate::process::Process;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the service shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// A certificate for 127.0.0.1.
    Sound,
    /// One that held until yesterday.
    Expired,
    /// One for another host.
    OfAnotherHost,
}

/// Serves files over HTTPS on loopback until it is dropped.
#[derive(Debug)]
pub struct TlsService {
    port: u16,
    authority: String,
    // Ended before its directory goes.
    _process: Process,
    dir: TempDir,
}

impl TlsService {
    /// Makes the authority and the certificate, and serves these files, each a path without the first `/` and a text.
    pub fn start(certificate: Certificate, files: &[(&str, &str)]) -> Result<Self, KitError> {
        let dir = TempDir::with_prefix("bell-tls-").map_err(KitError::io("make a directory for a service"))?;
        make_certificates(dir.path(), certificate)?;
        for (path, text) in files {
            let path = dir.path().join(path);
            let parent = path.parent().unwrap_or(dir.path());
            fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(KitError::io("write a file"))?;
        }
        let authority = fs::read_to_string(dir.path().join("ca.pem")).map_err(KitError::io("read a certificate"))?;
        let mut command = Command::new("openssl");
        command.args(["s_server", "-WWW", "-accept", "127.0.0.1:0", "-cert", "own.pem", "-key", "own.key"]);
        let mut process = Process::start(command.current_dir(dir.path()))?;
        let line = process.wait_line("ACCEPT ", PATIENCE)?;
        let port = line.rsplit_once(':').and_then(|(_, port)| port.trim().parse().ok());
        let port = port.ok_or_else(|| KitError::malformed("the address of openssl", &line))?;
        Ok(Self { port, authority, _process: process, dir })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The certificate of its authority, as PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The file with that certificate.
    pub fn authority_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }
}

fn make_certificates(dir: &Path, certificate: Certificate) -> Result<(), KitError> {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let authority = ["-x509", "-days", "1", "-subj", "/CN=Authority of a test", "-keyout", "ca.key", "-out", "ca.pem"];
    openssl(dir, "req", &[&key[..], &authority].concat())?;
    let host = match certificate {
        Certificate::Sound | Certificate::Expired => "subjectAltName=IP:127.0.0.1",
        Certificate::OfAnotherHost => "subjectAltName=DNS:other.example",
    };
    let own = ["-new", "-subj", "/CN=A service", "-addext", host, "-keyout", "own.key", "-out", "own.csr"];
    openssl(dir, "req", &[&key[..], &own].concat())?;
    let days = if certificate == Certificate::Expired { "-1" } else { "1" };
    let signed = ["-req", "-in", "own.csr", "-out", "own.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", days];
    openssl(dir, "x509", &[&signed[..], &["-copy_extensions", "copy"]].concat())
}

fn openssl(dir: &Path, what: &str, arguments: &[&str]) -> Result<(), KitError> {
    let mut process = Process::start(Command::new("openssl").arg(what).args(arguments).current_dir(dir))?;
    let status = process.wait_exit(PATIENCE)?;
    if status.success() {
        return Ok(());
    }
    Err(KitError::Failed { program: format!("openssl {what}"), status: status.to_string(), log: process.log() })
}
