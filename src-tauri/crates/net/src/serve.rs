//! A small server on this machine, for the practice provider.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use keybelt_primitives::bounds;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use crate::loopback::BindError;

/// Connections that are served at once.
const CONNECTIONS: usize = 64;
/// How long a request's head may take.
const HEAD: Duration = Duration::from_secs(10);

/// A port that is ours, nothing answering there yet.
pub struct Bound {
    socket: TcpListener,
    port: u16,
}

/// A server; it ends when this is dropped.
pub struct Served {
    _tasks: JoinSet<()>,
}

impl Bound {
    /// Takes a port of 127.0.0.1; 0 lets the system choose.
    ///
    /// # Errors
    /// The port is taken, or this machine has no loopback.
    #[expect(clippy::disallowed_methods, reason = "this crate opens the sockets")]
    pub async fn at(port: u16) -> Result<Self, BindError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let unbound = |error: std::io::Error| BindError::of(&error, port);
        let socket = TcpListener::bind(address).await.map_err(unbound)?;
        let port = socket.local_addr().map_err(unbound)?.port();
        Ok(Self { socket, port })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Answers by the router from now on.
    pub fn serve(self, router: axum::Router) -> Served {
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(self.socket, router));
        Served { _tasks: tasks }
    }
}

async fn accept(socket: TcpListener, router: axum::Router) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = socket.accept().await else {
            tokio::time::sleep(crate::loopback::BREATH).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let router = router.clone();
        connections.spawn(async move {
            attend(stream, router).await;
            drop(place);
        });
    }
}

async fn attend(stream: TcpStream, router: axum::Router) {
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(bounds::FORM)
        // A kept connection would hold its place.
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // Who hangs up in the middle has had what they wanted.
    let _ = tokio::time::timeout(bounds::EXCHANGE, served).await;
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests are the other side")]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn it_answers_until_it_is_dropped() {
        let bound = Bound::at(0).await.unwrap();
        let port = bound.port();
        assert_eq!(Bound::at(port).await.err(), Some(BindError::PortTaken { port }));
        let served = bound.serve(axum::Router::new().route("/", get(async || "hello")));
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
        drop(served);
        tokio::task::yield_now().await;
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    }
}
