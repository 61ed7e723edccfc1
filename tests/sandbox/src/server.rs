//! The listeners. The public one can be closed and opened again on the same port.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use chrono::{DateTime, Utc};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Mutex, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;

use crate::backend::{Backend, StartError};
use crate::clock::Clock;
use crate::network::Network;
use crate::tls::{self, Certificate, Trust};
use crate::{admin, faults, openapi};

/// How a sandbox is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the public API listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the administration listens; port 0 picks a free one.
    pub admin_listen: SocketAddr,
    /// The SQLite file, created when missing. `:memory:` keeps everything in memory.
    pub database: PathBuf,
    /// Where all chance comes from: codes, tokens, shops, the tax service's delays and failures.
    pub seed: u64,
    /// `None`: the machine's clock. `Some`: starts there and runs on in real time. `/admin/clock` moves either.
    pub start: Option<DateTime<Utc>>,
    /// What `/admin` asks for as `Authorization: Bearer`.
    pub admin_token: String,
    /// The public API over TLS, with such a certificate; the administration stays without.
    pub tls: Option<Certificate>,
}

/// A running sandbox. Dropping it closes both listeners.
#[derive(Debug)]
pub struct Sandbox {
    public: Arc<Public>,
    admin_address: SocketAddr,
    admin: Running,
    wallet_root: Vec<u8>,
    trust: Option<Trust>,
    tick: JoinHandle<()>,
}

impl Sandbox {
    /// Opens the database and both listeners.
    ///
    /// # Errors
    /// [`StartError`] when one of them cannot be opened.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let clock = config.start.map_or_else(Clock::machine, Clock::starting_at);
        let backend = Backend::open(&config.database, config.seed, clock)?;
        let tls = config.tls.map(|certificate| tls::set_up(certificate, config.listen.ip())).transpose()?;
        let (acceptor, trust) = tls.unzip();
        let public = Public::open(openapi::router(&backend), acceptor, config.listen).map_err(StartError::Listen)?;
        let public = Arc::new(public);
        let admin = admin::full_router(&backend, &config.admin_token, &public);
        let listener = bind(config.admin_listen).map_err(StartError::Listen)?;
        let admin_address = listener.local_addr().map_err(StartError::Listen)?;
        let admin = Running::start(listener, Wire { router: admin, network: None, tls: None });
        let wallet_root = backend.wallet_root();
        let tick = tokio::spawn(tick(backend));
        Ok(Self { public, admin_address, admin, wallet_root, trust, tick })
    }

    /// The public listener's address, the same while it is closed.
    pub fn address(&self) -> SocketAddr {
        self.public.address
    }

    /// The public API's base, without a slash at the end: `http://127.0.0.1:4080`.
    pub fn base_url(&self) -> String {
        let scheme = if self.trust.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.public.address)
    }

    /// The administration's base, without a slash at the end: paths begin with `/admin`.
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin_address)
    }

    /// The root certificate (DER) of the authority that signs the passes. Another one at every start.
    pub fn wallet_root(&self) -> Vec<u8> {
        self.wallet_root.clone()
    }

    /// What a client must know to trust the public listener; `None` without TLS. Another one at every start.
    pub const fn trust(&self) -> Option<&Trust> {
        self.trust.as_ref()
    }

    /// Closes both listeners and every connection, and waits until they are closed.
    pub async fn stop(mut self) {
        self.tick.abort();
        self.public.close().await;
        self.admin.stop().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tick.abort();
    }
}

/// The public listener.
#[derive(Debug)]
pub(crate) struct Public {
    address: SocketAddr,
    wire: Wire,
    pub(crate) network: Arc<Network>,
    port: Mutex<Port>,
}

#[derive(Debug)]
enum Port {
    Open(Running),
    /// Nothing listens. The bound socket keeps others from being given the port meanwhile, where it
    /// could be had.
    Closed {
        _reserved: Option<TcpSocket>,
    },
}

impl Public {
    fn open(router: Router, tls: Option<TlsAcceptor>, listen: SocketAddr) -> io::Result<Self> {
        let network = Arc::new(Network::default());
        let wire = Wire { router, network: Some(Arc::clone(&network)), tls };
        let listener = bind(listen)?;
        let address = listener.local_addr()?;
        let port = Mutex::new(Port::Open(Running::start(listener, wire.clone())));
        Ok(Self { address, wire, network, port })
    }

    /// Closes the socket and every connection, and returns when they are closed.
    pub(crate) async fn close(&self) {
        let mut port = self.port.lock().await;
        if let Port::Open(running) = &mut *port {
            running.stop().await;
            *port = Port::Closed { _reserved: socket(self.address).ok() };
        }
    }

    /// Listens again on the same port.
    pub(crate) async fn reopen(&self) -> io::Result<()> {
        let mut port = self.port.lock().await;
        if let Port::Open(_) = &*port {
            return Ok(());
        }
        let mut tries = 50;
        let listener = loop {
            match bind(self.address) {
                Ok(listener) => break listener,
                Err(error) if tries == 0 => return Err(error),
                Err(_) => tries -= 1,
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        *port = Port::Open(Running::start(listener, self.wire.clone()));
        Ok(())
    }
}

/// What answers on a listener: a router, behind a network that may spoil its answers, behind TLS.
#[derive(Clone)]
struct Wire {
    router: Router,
    network: Option<Arc<Network>>,
    tls: Option<TlsAcceptor>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

/// A listener with its connections.
#[derive(Debug)]
struct Running {
    /// Dropped or used, it ends the task.
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(listener: TcpListener, wire: Wire) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { stop: Some(stop), task: tokio::spawn(accept(listener, wire, stopped)) }
    }

    async fn stop(&mut self) {
        if self.stop.take().is_some() {
            // The task itself never fails, and what its connections died of is nobody's business.
            let _ = (&mut self.task).await;
        }
    }
}

async fn accept(listener: TcpListener, wire: Wire, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(converse(stream, wire.clone())); }
                // Out of file descriptors, most likely: trying again at once would spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn converse(stream: TcpStream, wire: Wire) {
    // Answers are small: waiting to fill a packet only makes tests slow.
    let _ = stream.set_nodelay(true);
    match wire.tls.clone() {
        None => serve(stream, wire).await,
        // A client that does not like the certificate has said so and gone.
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, wire).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, wire: Wire) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let Wire { mut router, network, .. } = wire.clone();
        async move {
            let request = request.map(Body::new);
            match network {
                Some(network) => faults::serve(router, &network, request).await,
                None => {
                    let Ok(response) = tower::Service::call(&mut router, request).await;
                    Ok(response)
                }
            }
        }
    });
    // An error here is a client that went away, or a fault that was asked for.
    let _ = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    socket(address)?.listen(1024)
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // The port must be had again at once, whatever connections are still dying on it.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn tick(backend: Backend) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        seconds.tick().await;
        backend.settle();
    }
}
