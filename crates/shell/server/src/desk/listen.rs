//! The addresses where the desk is served, in the clear or under TLS, and the thread that serves it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bell_api::{Api, Listener, Peer};
use bell_engine::Desk;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::certificate::{Certificate, Speaks};
use crate::serve::ServeError;

/// How long somebody may take to agree on TLS.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// The first octet of TLS: a record of a handshake (RFC 8446 §5.1). No method of HTTP begins with it.
const HANDSHAKE: u8 = 0x16;
/// How long nothing is accepted after the system refused: it is out of sockets, and others must end first.
const REFUSED_WAIT: Duration = Duration::from_millis(100);
/// Threads for requests. Calls have their own, and go first.
const WORKERS: usize = 2;

/// What is spoken below HTTP.
#[derive(Clone)]
enum Below {
    Tcp,
    Tls(TlsAcceptor),
}

/// Serves until the program ends.
///
/// `connections_max`: how many connections there may be at one time; more wait in the system's queue.
pub(super) fn start(
    api: Api,
    desk: &Desk,
    connections_max: usize,
    certificate: &Arc<Certificate>,
) -> Result<(), ServeError> {
    let below = if desk.tls { Below::Tls(certificate.server(Speaks::Web)?.into()) } else { Below::Tcp };
    let mut sockets = Vec::new();
    for address in &desk.admin {
        sockets.push((Listener::Admin, bind(*address, &below)?));
    }
    // One address for everything is the administrators'.
    for address in desk.console.iter().filter(|address| !desk.admin.contains(address)) {
        sockets.push((Listener::Desk, bind(*address, &below)?));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("bell-desk")
        .enable_all()
        .build()
        .map_err(ServeError::Thread)?;
    let serve = move || {
        runtime.block_on(async move {
            let connections = Arc::new(Semaphore::new(connections_max));
            for (listener, socket) in sockets {
                let router = api.router(listener);
                tokio::spawn(accept(socket, router, below.clone(), Arc::clone(&connections)));
            }
            api.watch().await;
        });
    };
    thread::Builder::new().name("bell-desk".to_owned()).spawn(serve).map_err(ServeError::Thread)?;
    Ok(())
}

fn bind(address: SocketAddr, below: &Below) -> Result<std::net::TcpListener, ServeError> {
    let scheme = match below {
        Below::Tcp => "http",
        Below::Tls(_) => "https",
    };
    let listen = |error| ServeError::Listen(format!("{scheme}://{address}"), error);
    let listener = std::net::TcpListener::bind(address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    tracing::info!(%address, scheme, "the desk listens");
    Ok(listener)
}

async fn accept(socket: std::net::TcpListener, router: axum::Router, below: Below, connections: Arc<Semaphore>) {
    let socket = match TcpListener::from_std(socket) {
        Ok(socket) => socket,
        Err(error) => return tracing::error!(%error, "an address of the desk is not served"),
    };
    loop {
        // It is closed by nobody.
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else { return };
        match socket.accept().await {
            Ok((stream, address)) => {
                let _ = stream.set_nodelay(true);
                let (router, below) = (router.clone(), below.clone());
                tokio::spawn(async move {
                    match below {
                        Below::Tcp => bell_api::serve(router, stream, Peer { address, tls: false }).await,
                        Below::Tls(acceptor) => serve_secured(router, stream, address, acceptor).await,
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection of the desk was not accepted");
                tokio::time::sleep(REFUSED_WAIT).await;
            }
        }
    }
}

/// Serves under TLS. Who speaks plain HTTP is told where to go: people leave out the scheme.
async fn serve_secured(router: axum::Router, stream: TcpStream, address: SocketAddr, acceptor: TlsAcceptor) {
    let mut first = [0];
    let secured = timeout(HANDSHAKE_MAX, async {
        match stream.peek(&mut first).await {
            Ok(1) if first == [HANDSHAKE] => acceptor.accept(stream).await.map(Ok),
            Ok(1) => Ok(Err(stream)),
            // Gone without a word, as whoever only looks whether somebody listens.
            Ok(_) => Err(std::io::ErrorKind::UnexpectedEof.into()),
            Err(error) => Err(error),
        }
    });
    match secured.await {
        Ok(Ok(Ok(stream))) => bell_api::serve(router, stream, Peer { address, tls: true }).await,
        Ok(Ok(Err(stream))) => bell_api::serve(bell_api::astray(), stream, Peer { address, tls: false }).await,
        Ok(Err(error)) => tracing::debug!(%error, %address, "TLS was not agreed on at the desk"),
        Err(_) => tracing::debug!(%address, "a silent connection of the desk is closed"),
    }
}
