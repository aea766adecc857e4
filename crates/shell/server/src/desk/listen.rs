//! The addresses where the desk is served, and the thread that serves it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bell_api::{Api, Listener, Peer};
use bell_engine::Desk;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::serve::ServeError;

/// How many connections there may be at one time. More wait in the system's queue.
const CONNECTIONS_MAX: usize = 4_000;
/// How long nothing is accepted after the system refused: it is out of sockets, and others must end first.
const REFUSED_WAIT: Duration = Duration::from_millis(100);
/// Threads for requests. Calls have their own, and go first.
const WORKERS: usize = 2;

/// Serves until the program ends.
pub(super) fn start(api: Api, desk: &Desk) -> Result<(), ServeError> {
    let mut sockets = Vec::new();
    for address in &desk.admin {
        sockets.push((Listener::Admin, bind(*address)?));
    }
    // One address for everything is the administrators'.
    for address in desk.console.iter().filter(|address| !desk.admin.contains(address)) {
        sockets.push((Listener::Desk, bind(*address)?));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("bell-desk")
        .enable_all()
        .build()
        .map_err(ServeError::Thread)?;
    let serve = move || {
        runtime.block_on(async move {
            let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
            for (listener, socket) in sockets {
                let router = api.router(listener);
                tokio::spawn(accept(socket, router, Arc::clone(&connections)));
            }
            api.watch().await;
        });
    };
    thread::Builder::new().name("bell-desk".to_owned()).spawn(serve).map_err(ServeError::Thread)?;
    Ok(())
}

fn bind(address: SocketAddr) -> Result<std::net::TcpListener, ServeError> {
    let listen = |error| ServeError::Listen(format!("http://{address}"), error);
    let listener = std::net::TcpListener::bind(address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    tracing::info!(%address, "the desk listens");
    Ok(listener)
}

async fn accept(socket: std::net::TcpListener, router: axum::Router, connections: Arc<Semaphore>) {
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
                let router = router.clone();
                tokio::spawn(async move {
                    bell_api::serve(router, stream, Peer { address, tls: false }).await;
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
