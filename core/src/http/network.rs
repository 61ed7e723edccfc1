//! The real transport: reqwest with a rustls configuration of our own.

use std::{error::Error, io, time::Duration};

use ::http::{Request, Response};

use super::{
    MAX_BODY_BYTES, Pinning, TlsError, Transport, TransportError, tls::client_config, transport::TransportFuture,
};

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

impl NetworkTransport {
    /// A transport that trusts webpki's roots and `extra_roots` (DER); with `pinning`, only servers with a pinned key.
    ///
    /// # Errors
    /// [`TlsError`] where a root is no certificate, or the pins are too few.
    pub fn new(extra_roots: &[Vec<u8>], pinning: Option<Pinning>, timeouts: Timeouts) -> Result<Self, TlsError> {
        let tls = client_config(extra_roots, pinning)?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.silence)
            .timeout(timeouts.total)
            .build()
            .map_err(TlsError::new)?;
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
    if is_of_tls(error) {
        TransportError::Insecure
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else if error.is_connect() {
        TransportError::Unreachable
    } else {
        TransportError::Cut
    }
}

/// Whether a failure of TLS lies under it. One arrives wrapped in I/O errors, whose `source` skips what they wrap.
fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if inner.is::<rustls::Error>() {
            return true;
        }
        cause = match inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => inner.source(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_tls_is_found_however_deep_it_is_wrapped() {
        let tls = || rustls::Error::General("x".to_owned());
        let once = io::Error::new(io::ErrorKind::InvalidData, tls());
        assert!(is_of_tls(&tls()) && is_of_tls(&once) && is_of_tls(&io::Error::other(once)));
        let cut = io::Error::other(io::Error::from(io::ErrorKind::UnexpectedEof));
        assert!(!is_of_tls(&cut));
    }
}
