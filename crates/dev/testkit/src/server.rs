//! The built `belltower`, in a directory of its own, on ports of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::time::Duration;

use tempfile::TempDir;

use crate::error::KitError;
use crate::port::free_port;
use crate::process::{Process, poll_until};

/// How long a server may take to become ready, and to stop.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// How a server says that it takes calls. Placeholders as in [`ServerPlan`].
#[derive(Clone, Debug)]
pub enum Ready {
    /// This HTTP URL answers, whatever it says of the machine it runs on: `http://127.0.0.1:{port:health}/health`.
    Http(String),
    /// This file exists: `{dir}/ready`.
    File(String),
    /// It prints a line with this text.
    Line(String),
}

/// What to start and how. In arguments, configuration and readiness, `{dir}` stands for the server's directory,
/// `{config}` for its configuration file and `{port:NAME}` for a free port, the same wherever the name is the same.
#[derive(Clone, Debug)]
pub struct ServerPlan {
    program: PathBuf,
    args: Vec<String>,
    config: String,
    env: Vec<(String, String)>,
    ready: Ready,
}

impl ServerPlan {
    /// A server from this program: `env!("CARGO_BIN_EXE_belltower")`.
    pub fn new(program: impl Into<PathBuf>, ready: Ready) -> Self {
        Self { program: program.into(), args: Vec::new(), config: String::new(), env: Vec::new(), ready }
    }

    /// Its arguments.
    pub fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|arg| (*arg).to_owned()));
        self
    }

    /// The text of its configuration file.
    pub fn config(mut self, text: &str) -> Self {
        text.clone_into(&mut self.config);
        self
    }

    /// An environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running server. Dropped, it is killed and its directory removed.
#[derive(Debug)]
pub struct Server {
    plan: ServerPlan,
    dir: TempDir,
    ports: BTreeMap<String, u16>,
    process: Process,
}

impl Server {
    /// Starts a server in a new directory and waits until it is ready.
    pub fn start(plan: ServerPlan) -> Result<Self, KitError> {
        let dir = TempDir::with_prefix("bell-server-").map_err(KitError::io("make a directory for the server"))?;
        let mut ports = BTreeMap::new();
        let config = fill(&plan.config, dir.path(), &mut ports);
        fs::write(dir.path().join("config.toml"), config).map_err(KitError::io("write the configuration"))?;
        let process = launch(&plan, dir.path(), &mut ports)?;
        Ok(Self { plan, dir, ports, process })
    }

    /// Starts it again in the same directory, on the same ports, after [`Server::kill`] or [`Server::stop`].
    pub fn restart(&mut self) -> Result<(), KitError> {
        self.process = launch(&self.plan, self.dir.path(), &mut self.ports)?;
        Ok(())
    }

    /// Ends it as a power cut does: SIGKILL.
    pub fn kill(&mut self) -> Result<(), KitError> {
        self.process.kill().map(drop)
    }

    /// Ends it as an operator does: SIGTERM, and waits until it has ended.
    pub fn stop(&mut self) -> Result<ExitStatus, KitError> {
        self.process.terminate(START_PATIENCE)
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The port that stood for `{port:name}`.
    ///
    /// # Panics
    ///
    /// If the plan has no port of this name.
    pub fn port(&self, name: &str) -> u16 {
        self.ports[name]
    }

    /// The address of a port: `127.0.0.1:5060`.
    pub fn address(&self, name: &str) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port(name)))
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Waits until it prints a line that contains `text`.
    pub fn wait_line(&mut self, text: &str, patience: Duration) -> Result<String, KitError> {
        self.process.wait_line(text, patience)
    }

    /// Gets a page over HTTP and returns its status and body.
    pub fn get(&self, port: &str, path: &str) -> Result<(u16, String), KitError> {
        http_get(self.address(port), path).map_err(KitError::io(format!("get {path}")))
    }

    /// Runs another command of the same program beside it: `server.run(&["calls", "--json", "--data", "{dir}"])`.
    pub fn run(&self, args: &[&str]) -> Result<Output, KitError> {
        let mut ports = self.ports.clone();
        let args = args.iter().map(|arg| fill(arg, self.dir.path(), &mut ports));
        let mut command = Command::new(&self.plan.program);
        command.args(args).output().map_err(KitError::io("run a command of the server"))
    }
}

fn launch(plan: &ServerPlan, dir: &Path, ports: &mut BTreeMap<String, u16>) -> Result<Process, KitError> {
    let args: Vec<String> = plan.args.iter().map(|arg| fill(arg, dir, ports)).collect();
    if let Ready::File(path) = &plan.ready {
        // An earlier run's file would say ready too soon. There is none before the first.
        let _ = fs::remove_file(fill(path, dir, ports));
    }
    let mut command = Command::new(&plan.program);
    let env = plan.env.iter().map(|(name, value)| (name, value));
    let mut process = Process::start(command.args(args).envs(env).current_dir(dir))?;
    match &plan.ready {
        Ready::Line(text) => {
            process.wait_line(&fill(text, dir, ports), START_PATIENCE)?;
        }
        Ready::File(path) => {
            let path = PathBuf::from(fill(path, dir, ports));
            poll_until("the ready file", START_PATIENCE, || {
                process.check_alive()?;
                Ok(path.exists().then_some(()))
            })?;
        }
        Ready::Http(url) => {
            let url = fill(url, dir, ports);
            let (address, path) = split_url(&url).ok_or_else(|| KitError::malformed("URL", url.clone()))?;
            poll_until("the health page", START_PATIENCE, || {
                process.check_alive()?;
                Ok(http_get(address, &path).is_ok().then_some(()))
            })?;
        }
    }
    Ok(process)
}

/// Replaces the placeholders, giving a port to every name that has none yet.
fn fill(text: &str, dir: &Path, ports: &mut BTreeMap<String, u16>) -> String {
    let dir = dir.display().to_string();
    let mut filled = text.replace("{config}", "{dir}/config.toml").replace("{dir}", &dir);
    while let Some((before, rest)) = filled.split_once("{port:") {
        let Some((name, after)) = rest.split_once('}') else {
            break;
        };
        let port = *ports.entry(name.to_owned()).or_insert_with(free_port);
        filled = format!("{before}{port}{after}");
    }
    filled
}

fn split_url(url: &str) -> Option<(SocketAddr, String)> {
    let (address, path) = url.strip_prefix("http://")?.split_once('/')?;
    Some((address.parse().ok()?, format!("/{path}")))
}

fn http_get(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(START_PATIENCE))?;
    // In one piece: formatting into the socket would send a segment per argument.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    // One who hangs up without a word has not answered.
    let status = status.ok_or(std::io::ErrorKind::InvalidData)?;
    Ok((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn a_name_has_one_port_everywhere() {
        let mut ports = BTreeMap::new();
        let filled = fill("{port:sip} {port:rtp} {port:sip} {config}", Path::new("/d"), &mut ports);
        let (sip, rtp) = (ports["sip"], ports["rtp"]);
        assert_eq!(filled, format!("{sip} {rtp} {sip} /d/config.toml"));
        assert_ne!(sip, rtp);
    }

    /// A server of one line that counts its starts.
    #[test]
    fn a_server_is_awaited_killed_and_started_again() {
        let script = "echo started >> starts; cat {config}; touch ready; exec tail -f /dev/null";
        let plan = ServerPlan::new("sh", Ready::File("{dir}/ready".to_owned()))
            .args(&["-c", script])
            .config("here = \"{dir}\"\n");
        let mut server = Server::start(plan).unwrap();
        let here = format!("here = \"{}\"", server.dir().display());
        assert_eq!(server.wait_line("here", START_PATIENCE).unwrap(), here);
        server.kill().unwrap();
        server.restart().unwrap();
        assert!(!server.stop().unwrap().success());
        let starts = fs::read_to_string(server.dir().join("starts")).unwrap();
        assert_eq!(starts, "started\nstarted\n");
    }

    #[test]
    fn a_health_page_is_asked_until_it_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/health", listener.local_addr().unwrap());
        let page = thread::spawn(move || {
            drop(listener.accept().unwrap());
            let mut stream = listener.accept().unwrap().0;
            let mut request = [0; 512];
            let len = stream.read(&mut request).unwrap();
            assert!(request[..len].starts_with(b"GET /health HTTP/1.0"));
            // The disk of the machine may be short of room: the server is there all the same.
            write!(stream, "HTTP/1.0 503 Service Unavailable\r\n\r\nwell").unwrap();
        });
        let plan = ServerPlan::new("sh", Ready::Http(url)).args(&["-c", "exec tail -f /dev/null"]);
        Server::start(plan).unwrap();
        page.join().unwrap();
    }

    #[test]
    fn a_server_that_cannot_start_fails_with_its_words() {
        let plan = ServerPlan::new("sh", Ready::File("{dir}/ready".to_owned()))
            .args(&["-c", "echo port 5060 is in use >&2; exit 1"]);
        let err = Server::start(plan).unwrap_err().to_string();
        assert!(err.contains("exit status: 1"), "{err}");
    }
}
