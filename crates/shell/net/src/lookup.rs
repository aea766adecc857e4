//! Names to addresses: SRV first where no port is given, then A and AAAA (RFC 3263 §4.2).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bell_sip::{Input, LookupId, Resolved, Transport};
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{ResolverBuilder, TokioResolver};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::{Config, Shared, StartError};

/// How many addresses of a name are used.
const ADDRESSES_MAX: usize = 16;

/// What somebody wants to know.
pub(crate) struct Question {
    pub(crate) lookup: LookupId,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) transport: Transport,
}

/// Who is asked, and how often at the same time.
pub(crate) struct Names {
    resolver: TokioResolver,
    lookups: Arc<Semaphore>,
    limit: Duration,
}

impl Names {
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let mut builder = match config.name_servers.as_slice() {
            [] => the_systems(),
            servers => these(servers),
        };
        let options = builder.options_mut();
        // Most carriers have IPv4 only.
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        // A lost datagram is repeated while there is time.
        options.timeout = config.lookup_timeout / 4;
        options.attempts = 1;
        options.max_active_requests = options.max_active_requests.max(2 * config.lookups_max);
        let resolver = builder.build().map_err(|error| StartError::Names(io::Error::other(error)))?;
        let lookups = Arc::new(Semaphore::new(config.lookups_max));
        Ok(Self { resolver, lookups, limit: config.lookup_timeout })
    }

    /// Begins a look-up; its answer goes to the inbox.
    pub(crate) fn ask(names: &Arc<Self>, shared: &Arc<Shared>, runtime: &Handle, question: Question) {
        let Question { lookup, host, port, transport } = question;
        let Ok(turn) = Arc::clone(&names.lookups).try_acquire_owned() else {
            tracing::warn!(host, "too many names are being looked up");
            return shared.tell(Input::LookedUp { lookup, addresses: Vec::new() });
        };
        let (names, shared) = (Arc::clone(names), Arc::clone(shared));
        runtime.spawn(async move {
            let mut addresses = names.answer(&host, port, transport).await;
            addresses.retain(|found| is_reachable(&shared.config, transport, found.address));
            addresses.truncate(ADDRESSES_MAX);
            shared.deliver(Input::LookedUp { lookup, addresses }).await;
            drop(turn);
        });
    }

    /// What was found when the time was over.
    pub(crate) async fn answer(&self, host: &str, port: Option<u16>, transport: Transport) -> Vec<Resolved> {
        let mut found = Vec::new();
        if timeout(self.limit, self.find(&mut found, host, port, transport)).await.is_err() {
            tracing::warn!(host, "the name service did not answer in time");
        }
        found
    }

    async fn find(&self, found: &mut Vec<Resolved>, host: &str, port: Option<u16>, transport: Transport) {
        let default = port.unwrap_or(transport.default_port());
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            found.push(Resolved { address: (address, default).into(), priority: 0, weight: 0 });
            return;
        }
        let services = if port.is_none() { self.services(host, transport).await } else { Vec::new() };
        if services.is_empty() {
            let addresses = self.addresses(host).await;
            let resolved = |address| Resolved { address: (address, default).into(), priority: 0, weight: 0 };
            found.extend(addresses.into_iter().map(resolved));
        }
        // A target of `.` says that there is no such service (RFC 2782).
        for SRV { priority, weight, port, target, .. } in services.into_iter().filter(|srv| !srv.target.is_root()) {
            let addresses = self.addresses(&target.to_string()).await;
            let resolved = |address| Resolved { address: (address, port).into(), priority, weight };
            found.extend(addresses.into_iter().map(resolved));
        }
    }

    /// The SRV records, the first to try first. Half of the time is kept for the addresses.
    async fn services(&self, host: &str, transport: Transport) -> Vec<SRV> {
        let service = match transport {
            Transport::Udp => "_sip._udp",
            Transport::Tcp => "_sip._tcp",
            Transport::Tls => "_sips._tcp",
            // RFC 7118 §7 names no SRV for WebSocket.
            Transport::Ws | Transport::Wss => return Vec::new(),
        };
        let name = format!("{service}.{}.", host.trim_end_matches('.'));
        let Ok(Ok(answer)) = timeout(self.limit / 2, self.resolver.lookup(name, RecordType::SRV)).await else {
            return Vec::new();
        };
        let records = answer.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(srv.clone()),
            _ => None,
        });
        let mut records: Vec<SRV> = records.collect();
        records.sort_by_key(|srv| srv.priority);
        records.truncate(ADDRESSES_MAX);
        records
    }

    async fn addresses(&self, host: &str) -> Vec<IpAddr> {
        match self.resolver.lookup_ip(host).await {
            Ok(addresses) => addresses.iter().collect(),
            Err(error) => {
                tracing::warn!(host, %error, "the name does not resolve");
                Vec::new()
            }
        }
    }
}

fn these(servers: &[SocketAddr]) -> ResolverBuilder<TokioRuntimeProvider> {
    let server = |address: &SocketAddr| {
        let mut ways = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
        for way in &mut ways {
            way.port = address.port();
        }
        NameServerConfig::new(address.ip(), true, ways)
    };
    let config = ResolverConfig::from_name_servers(servers.iter().map(server).collect());
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
}

fn the_systems() -> ResolverBuilder<TokioRuntimeProvider> {
    TokioResolver::builder_tokio().unwrap_or_else(|error| {
        tracing::warn!(%error, "the system has no name service: only its list of hosts is used");
        these(&[])
    })
}

/// Whether we have a socket to send there. Connections find their own.
fn is_reachable(config: &Config, transport: Transport, address: SocketAddr) -> bool {
    transport.is_reliable() || config.udp.iter().any(|(_, own)| own.is_ipv4() == address.is_ipv4())
}
