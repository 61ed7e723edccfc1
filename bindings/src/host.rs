//! What every object of the boundary holds: the open app, and the runtime that its calls run on.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use tokio::task::{JoinError, JoinHandle};
use vremena_core::{
    app::{self, Vremena},
    ports::{self, LogLevel, LogSink},
};

use crate::{error::CoreError, runtime::Runtime};

const TARGET: &str = "boundary";

pub(crate) struct Host {
    pub(crate) app: Vremena,
    pub(crate) log: Arc<dyn LogSink>,
    runtime: Arc<Runtime>,
}

impl Host {
    pub(crate) async fn open(config: app::Config, ports: ports::Ports) -> Result<Arc<Self>, CoreError> {
        let runtime =
            Runtime::new(config.work).map_err(|error| CoreError::Configuration { detail: error.to_string() })?;
        let runtime = Arc::new(runtime);
        let (log, owner) = (Arc::clone(&ports.log), Arc::clone(&runtime));
        let opening = runtime.spawn(async move {
            let log = Arc::clone(&ports.log);
            let app = Vremena::open(config, ports).await?;
            Ok(Arc::new(Self { app, log, runtime: owner }))
        });
        ended(opening, log.as_ref()).await
    }

    /// Runs `work` as a task of its own: a caller who is cancelled stops waiting, and the work is done to its end.
    pub(crate) async fn call<T, F>(self: &Arc<Self>, work: impl FnOnce(Arc<Self>) -> F) -> Result<T, CoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, CoreError>> + Send + 'static,
    {
        ended(self.runtime.spawn(work(Arc::clone(self))), self.log.as_ref()).await
    }

    /// Runs `work` on the caller's own thread.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> Result<T, CoreError>) -> Result<T, CoreError> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| Err(panicked(self.log.as_ref())))
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.runtime.spawn(work)
    }
}

async fn ended<T>(task: JoinHandle<Result<T, CoreError>>, log: &dyn LogSink) -> Result<T, CoreError> {
    task.await.unwrap_or_else(|error: JoinError| {
        // A task that is ended and has not panicked was ended with its runtime.
        Err(if error.is_panic() { panicked(log) } else { CoreError::Paused })
    })
}

/// The panic's own text may quote anything, so it is left out.
fn panicked(log: &dyn LogSink) -> CoreError {
    log.log(LogLevel::Error, TARGET, "a call panicked");
    CoreError::Internal
}
