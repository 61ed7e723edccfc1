//! The real transport: reqwest with a rustls configuration of our own.
//!
//! The platform's verifier needs an initialised JVM on Android and panics without one, so the roots are
//! webpki's, plus those of the configuration (a gallery's own authority, a sandbox's).

use std::{sync::Arc, time::Duration};

use ::http::{Request, Response};
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};

use super::{MAX_BODY_BYTES, Transport, TransportError, transport::TransportFuture};

/// How long the network is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// Between two pieces of an answer: a large answer on a slow network is no fault, silence is.
    pub silence: Duration,
    /// For one request and its whole answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), silence: Duration::from_secs(20), total: Duration::from_secs(60) }
    }
}

/// HTTP over the phone's network.
#[derive(Clone, Debug)]
pub struct NetworkTransport {
    client: reqwest::Client,
}

/// The configuration of TLS was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the TLS configuration is invalid: {0}")]
pub struct TlsError(String);

impl NetworkTransport {
    /// A transport that trusts webpki's roots and `extra_roots` (DER).
    ///
    /// # Errors
    /// [`TlsError`] where a root is no certificate.
    pub fn new(extra_roots: &[Vec<u8>], timeouts: Timeouts) -> Result<Self, TlsError> {
        let invalid = |error: &dyn std::fmt::Display| TlsError(error.to_string());
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in extra_roots {
            roots.add(CertificateDer::from(root.clone())).map_err(|error| invalid(&error))?;
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| invalid(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.silence)
            .timeout(timeouts.total)
            .build()
            .map_err(|error| invalid(&error))?;
        Ok(Self { client })
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Unreachable)?;
        let mut answer = self.client.execute(request).await.map_err(|error| explain(&error))?;
        let mut response = Response::new(Vec::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        while let Some(piece) = answer.chunk().await.map_err(|error| explain(&error))? {
            if response.body().len() + piece.len() > MAX_BODY_BYTES {
                return Err(TransportError::TooLarge);
            }
            response.body_mut().extend_from_slice(&piece);
        }
        Ok(response)
    }
}

impl Transport for NetworkTransport {
    fn send(&self, request: Request<Vec<u8>>) -> TransportFuture<'_> {
        Box::pin(self.exchange(request))
    }
}

fn explain(error: &reqwest::Error) -> TransportError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<rustls::Error>() {
            return TransportError::Insecure;
        }
        // A TLS failure arrives wrapped in an I/O error whose `source` skips the wrapped error itself.
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && io.get_ref().is_some_and(|wrapped| wrapped.is::<rustls::Error>())
        {
            return TransportError::Insecure;
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        TransportError::TimedOut
    } else if error.is_connect() {
        TransportError::Unreachable
    } else {
        TransportError::Cut
    }
}
