//! What the shop itself serves: the provider's pushes, and a sign of life.
//!
//! Connections are served below axum's own server, because a kill must end them with the shop, and a slow one must not
//! stay for ever. Knows nothing of what a push says.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use bot_core::clock::Clock;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

pub use self::{
    hook::{Counts, Hook},
    route::Route,
};

mod hook;
pub mod registration;
mod route;

/// The largest body that is read, in bytes. The documented ones are below one kilobyte.
const LARGEST_BODY: usize = 64 * 1024;

/// Connections served at once; more wait to be accepted.
const MOST_CONNECTIONS: usize = 256;

/// How long a connection may take to send the head of its next request; idle ones end by this.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// How long nothing is accepted after the machine refused to.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// A server that listens. Dropping it closes every connection at once.
pub struct Server {
    address: SocketAddr,
    hook: Arc<Hook>,
    tasks: JoinSet<()>,
}

impl Server {
    /// Serves until it is told to stop, and then finishes what it has begun.
    pub async fn start(
        listen: SocketAddr,
        hook: Arc<Hook>,
        clock: Clock,
        stopping: watch::Receiver<bool>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/healthz", get(async || "ok"))
            .route("/hooks/{provider}/{path}", post(hook::receive))
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .with_state(Arc::clone(&hook));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, router, clock, stopping));
        Ok(Self { address, hook, tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has come so far.
    pub fn counts(&self) -> Counts {
        self.hook.counts()
    }

    /// Returns once it was told to stop and everything under way is answered.
    pub async fn ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    clock: Clock,
    mut stopping: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let stop = stopping.clone();
        tokio::select! {
            () = told_to(&mut stopping) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, router.clone(), stop));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    clock.sleep(ACCEPT_AGAIN_AFTER).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Returns when it is time to stop, also because the shop is gone.
async fn told_to(stopping: &mut watch::Receiver<bool>) {
    // Either way it is time.
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn converse(stream: TcpStream, router: Router, mut stopping: watch::Receiver<bool>) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let service = TowerToHyperService::new(router);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = told_to(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests;
