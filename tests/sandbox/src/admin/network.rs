use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Extension, Json, Router};
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::extract::Body;
use crate::faults::Fault;
use crate::network::Count;
use crate::problem::{Kind, Problem};
use crate::server::Public;

/// The whole state of the wire: what is absent is as on a healthy network.
#[derive(Debug, Deserialize)]
struct NewNetwork {
    #[serde(default = "yes")]
    listening: bool,
    #[serde(default)]
    delay_ms: u32,
    #[serde(default)]
    faults: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Requests {
    requests: Vec<Count>,
}

fn yes() -> bool {
    true
}

/// The part of the administration that needs a listening sandbox.
pub(super) fn routes(public: &Arc<Public>) -> Router<Backend> {
    Router::new()
        .route("/admin/network", put(set))
        .route("/admin/requests", get(requests))
        .layer(Extension(Arc::clone(public)))
}

async fn set(Extension(public): Extension<Arc<Public>>, Body(new): Body<NewNetwork>) -> Result<StatusCode, Problem> {
    let faults = new.faults.iter().map(|word| Fault::parse(word)).collect::<Option<Vec<_>>>();
    let faults = faults.ok_or_else(|| Problem::new(Kind::Malformed))?;
    public.network.set(Duration::from_millis(new.delay_ms.into()), faults);
    if new.listening {
        public.reopen().await.map_err(|_| Problem::new(Kind::Conflict))?;
    } else {
        public.close().await;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn requests(Extension(public): Extension<Arc<Public>>) -> Json<Requests> {
    Json(Requests { requests: public.network.counts() })
}
