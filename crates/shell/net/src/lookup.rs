//! Names to addresses: SRV first where no port is given, then A and AAAA (RFC 3263 §4.2).

use std::net::SocketAddr;
use std::sync::Arc;

use bell_sip::{Input, LookupId, Resolved, Transport};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::Shared;

/// How many addresses of a name are used.
const ADDRESSES_MAX: usize = 16;

/// Begins a look-up; its answer goes to the inbox.
pub(crate) fn start(
    shared: &Arc<Shared>,
    runtime: &Handle,
    lookup: LookupId,
    host: &str,
    port: Option<u16>,
    transport: Transport,
) {
    let shared = Arc::clone(shared);
    let host = host.to_owned();
    runtime.spawn(async move {
        let answer = timeout(shared.config.lookup_timeout, resolve(&host, port, transport)).await;
        let addresses = answer.unwrap_or_else(|_| {
            tracing::warn!(host, "the name service did not answer in time");
            Vec::new()
        });
        shared.tell(Input::LookedUp { lookup, addresses });
    });
}

async fn resolve(host: &str, port: Option<u16>, transport: Transport) -> Vec<Resolved> {
    let resolver = match TokioResolver::builder_tokio().and_then(hickory_resolver::ResolverBuilder::build) {
        Ok(resolver) => resolver,
        Err(error) => {
            tracing::error!(%error, "failed to read the system's name service configuration");
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    if port.is_none() {
        for (priority, weight, port, target) in services(&resolver, host, transport).await {
            let addresses = hosts(&resolver, &target, port).await;
            found.extend(addresses.into_iter().map(|address| Resolved { address, priority, weight }));
        }
    }
    if found.is_empty() {
        let port = port.unwrap_or(transport.default_port());
        let addresses = hosts(&resolver, host, port).await;
        found.extend(addresses.into_iter().map(|address| Resolved { address, priority: 0, weight: 0 }));
    }
    found.truncate(ADDRESSES_MAX);
    found
}

/// Priority, weight, port and target of each SRV record.
async fn services(resolver: &TokioResolver, host: &str, transport: Transport) -> Vec<(u16, u16, u16, String)> {
    let service = match transport {
        Transport::Udp => "_sip._udp",
        Transport::Tcp => "_sip._tcp",
        Transport::Tls => "_sips._tcp",
        // RFC 7118 §7 names no SRV for WebSocket.
        Transport::Ws | Transport::Wss => return Vec::new(),
    };
    let Ok(answer) = resolver.lookup(format!("{service}.{host}."), RecordType::SRV).await else {
        return Vec::new();
    };
    let records = answer.answers().iter().filter_map(|record| match &record.data {
        RData::SRV(srv) => Some((srv.priority, srv.weight, srv.port, srv.target.to_string())),
        _ => None,
    });
    records.take(ADDRESSES_MAX).collect()
}

async fn hosts(resolver: &TokioResolver, host: &str, port: u16) -> Vec<SocketAddr> {
    match resolver.lookup_ip(host).await {
        Ok(addresses) => addresses.iter().map(|address| SocketAddr::new(address, port)).collect(),
        Err(error) => {
            tracing::warn!(host, %error, "the name does not resolve");
            Vec::new()
        }
    }
}
