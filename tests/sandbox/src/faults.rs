//! Faults that happen on the wire, below what a well-behaved server would do.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use tower::Service;

use crate::network::Network;

/// How long a request that is never answered is held.
const NEVER: Duration = Duration::from_secs(120);

/// One thing that goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// None: for the requests before the one that is meant.
    Pass,
    /// Carried out, and the connection closed instead of an answer.
    DropAnswer,
    /// Carried out, and the answer's JSON cut in half, well-formed as HTTP.
    HalfJson,
    /// Carried out, and the connection closed in the middle of the announced body.
    CutBody,
    /// Carried out, and answered with JSON of another shape.
    WrongShape,
    /// Not carried out: a 200 page, as from a hotel's portal.
    Html,
    /// Not carried out: this status and `Retry-After`, as from a proxy.
    Status(StatusCode, Option<HeaderValue>),
    /// Not carried out: hangs until the client gives up.
    Never,
    /// Not carried out: a 200 whose body does not end.
    HugeBody,
    /// Not carried out: a problem sent as a 200.
    SuccessProblem,
}

/// The connection ends here, without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub(crate) struct Hangup;

impl Fault {
    /// Reads the administration's word for it.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "pass" => Self::Pass,
            "drop_answer" => Self::DropAnswer,
            "half_json" => Self::HalfJson,
            "cut_body" => Self::CutBody,
            "wrong_shape" => Self::WrongShape,
            "html" => Self::Html,
            "never" => Self::Never,
            "huge_body" => Self::HugeBody,
            "success_problem" => Self::SuccessProblem,
            _ => {
                let (status, retry_after) = match word.strip_prefix("status:")?.split_once(':') {
                    Some((status, retry_after)) => (status, Some(HeaderValue::from_str(retry_after).ok()?)),
                    None => (word.strip_prefix("status:")?, None),
                };
                // Below 200 it would be no final answer.
                let status = status.parse().ok().filter(|status| (200..600).contains(status))?;
                Self::Status(StatusCode::from_u16(status).ok()?, retry_after)
            }
        })
    }
}

/// Serves one request through whatever the network has in store for it.
pub(crate) async fn serve(router: Router, network: &Network, request: Request) -> Result<Response, Hangup> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    // Taken on arrival, or concurrent requests would swap faults while they are delayed.
    let fault = network.next_fault();
    let delay = network.delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if fault == Some(Fault::Never) {
        network.count(&method, &path, 0);
        tokio::time::sleep(NEVER).await;
        return Err(Hangup);
    }
    let response = spoil(router, fault, request).await;
    network.count(&method, &path, response.as_ref().map_or(0, |response| response.status().as_u16()));
    response
}

async fn spoil(router: Router, fault: Option<Fault>, request: Request) -> Result<Response, Hangup> {
    let Some(fault) = fault else { return Ok(carry_out(router, request).await) };
    Ok(match fault {
        Fault::Pass => carry_out(router, request).await,
        Fault::DropAnswer => {
            carry_out(router, request).await;
            return Err(Hangup);
        }
        Fault::HalfJson => halve(carry_out(router, request).await, Rest::Missing).await?,
        Fault::CutBody => halve(carry_out(router, request).await, Rest::Announced).await?,
        Fault::WrongShape => {
            carry_out(router, request).await;
            json(StatusCode::OK, "application/json", r#"{"unexpected":["shape"]}"#)
        }
        Fault::Html => json(StatusCode::OK, "text/html; charset=utf-8", "<!doctype html><title>Wi-Fi</title><p>Вход"),
        Fault::Status(status, retry_after) => {
            let body = format!(r#"{{"type":"about:blank","status":{}}}"#, status.as_u16());
            let mut response = json(status, "application/problem+json", body);
            response.headers_mut().extend(retry_after.map(|value| (header::RETRY_AFTER, value)));
            response
        }
        Fault::HugeBody => {
            let chunk = Bytes::from_static(&[b' '; 64 * 1024]);
            let endless = stream::repeat(chunk).map(Ok::<_, Infallible>);
            ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(endless)).into_response()
        }
        Fault::SuccessProblem => json(
            StatusCode::OK,
            "application/problem+json",
            r#"{"type":"urn:vremena:problem:internal","title":"Internal error","status":500,"detail":""}"#,
        ),
        Fault::Never => return Err(Hangup),
    })
}

async fn carry_out(mut router: Router, request: Request) -> Response {
    // A Router is always ready and never fails.
    let Ok(response) = router.call(request).await;
    response
}

#[derive(Clone, Copy)]
enum Rest {
    Missing,
    Announced,
}

async fn halve(response: Response, rest: Rest) -> Result<Response, Hangup> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|_| Hangup)?;
    let half = body.slice(..body.len() / 2);
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = match rest {
        Rest::Missing => Body::from(half),
        Rest::Announced => {
            if body.is_empty() {
                return Err(Hangup);
            }
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            Body::from_stream(cut_after(half))
        }
    };
    Ok(Response::from_parts(parts, body))
}

/// The bytes, and then an error that closes the connection. The pause lets the bytes out first.
fn cut_after(half: Bytes) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    let cut = async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    };
    stream::iter([Ok(half)]).chain(stream::once(cut))
}

fn json(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body.into()).into_response()
}
