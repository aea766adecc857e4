//! `belltower serve`.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::thread;

use bell_api::doors::Accounts as _;
use bell_engine::first_run::Addresses;
use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tracing_subscriber::EnvFilter;

use super::{Outcome, operate};

use crate::configure::{self, Versions};
use crate::dirs::Dirs;
use crate::driver::Message;
use crate::serve;

/// Serve a call centre.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Apply this configuration first, if its files have changed since they were applied last.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the database is: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE. Remembered.
    #[arg(long, env = "BELLTOWER_DATABASE")]
    database: Option<String>,
    #[command(flatten)]
    first: First,
    /// Log as lines of JSON.
    #[arg(long)]
    json_log: bool,
}

/// Where a centre listens that has no configuration yet. Afterwards the configuration says so.
#[derive(Debug, Args)]
struct First {
    /// At the first start: this machine's address, for carriers and phones; by default the one that leads outside.
    #[arg(long)]
    address: Option<IpAddr>,
    /// At the first start: the port for SIP.
    #[arg(long, default_value_t = 5060)]
    sip_port: u16,
    /// At the first start: the port of the console on this machine; administrators have the next one.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..65_535))]
    console_port: u16,
    /// At the first start: the port of the health page.
    #[arg(long, default_value_t = 8600)]
    health_port: u16,
}

impl First {
    fn addresses(&self) -> Addresses {
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Addresses {
            address: self.address.unwrap_or_else(address_outside),
            sip: self.sip_port,
            console: local(self.console_port),
            admin: local(self.console_port + 1),
            health: local(self.health_port),
        }
    }
}

/// The address by which this machine reaches others; loopback if it reaches nobody. Nothing is sent.
fn address_outside() -> IpAddr {
    let outside = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        // RFC 5737: an address of no machine.
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    };
    outside().map_or(Ipv4Addr::LOCALHOST.into(), |local| local.ip())
}

/// Says where the first administrator is created, while there is none.
fn invite(serving: &serve::Serving) {
    let Some(address) = serving.snapshot.listen.desk.admin.first() else { return };
    let accounts = serving.accounts().accounts();
    let nobody = serving.accounts().runtime().block_on(accounts.is_empty()).unwrap_or_default();
    if nobody {
        let scheme = if serving.snapshot.listen.desk.tls { "https" } else { "http" };
        println!("There is no administrator yet. Create the first one at {scheme}://{address}/setup");
        println!("From another machine this code is needed: {}", accounts.set_up_code());
        // Whoever started it may read from a pipe.
        let _ = io::stdout().flush();
    }
}

impl Serve {
    pub(super) fn run(self, dirs: &Dirs) -> Outcome {
        log(self.json_log);
        dirs.make()?;
        if let Some(url) = &self.database {
            dirs.remember_database(url)?;
        }
        if let Some(file) = &self.config {
            Versions::of(dirs).apply_changed_files(operate::load(file, dirs)?)?;
        }
        let versions = Versions::of(dirs);
        if versions.latest()?.is_none() {
            versions.apply(configure::begun(&self.first.addresses())?, "first start")?;
        }
        serve(dirs, invite)
    }
}

/// Serves until a signal comes. `ready` is told once everything listens.
pub(super) fn serve(dirs: &Dirs, ready: impl FnOnce(&serve::Serving)) -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let serving = serve::start(dirs)?;
    let inbox = serving.inbox();
    thread::Builder::new().name("bell-signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            tracing::info!("stopping: calls are ended, recordings sealed");
            // A full inbox empties in a moment.
            let _ = inbox.send(Message::Stop);
        }
    })?;
    tracing::info!(udp = ?serving.udp, dir = %dirs.root().display(), "serving");
    ready(&serving);
    serving.wait();
    tracing::info!("stopped");
    Ok(())
}

/// Logs to standard error. `RUST_LOG` says how much.
fn log(json: bool) {
    log_from("info,sqlx=warn,sea_orm=warn", json);
}

/// Logs only what somebody must know: for a terminal on which other things are to be read.
pub(super) fn log_warnings() {
    log_from("warn", false);
}

fn log_from(level: &str, json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second initialisation, as in tests, keeps the first.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}
