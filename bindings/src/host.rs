//! What every object of the boundary holds: the open app, and the runtime that its calls run on.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinHandle},
};
use vremena_core::{
    app::{self, Vremena},
    diagnostics::Recent,
    log::LogRecord,
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
    /// Opens the app; `recent` is the log of `ports`, or stands before it.
    pub(crate) async fn open(
        config: app::Config,
        ports: ports::Ports,
        recent: Arc<Recent>,
    ) -> Result<Arc<Self>, CoreError> {
        let runtime =
            Runtime::new(config.work).map_err(|error| CoreError::Configuration { detail: error.to_string() })?;
        let runtime = Arc::new(runtime);
        let (log, owner) = (Arc::clone(&ports.log), Arc::clone(&runtime));
        let opening = runtime.spawn(async move {
            let log = Arc::clone(&ports.log);
            let app = Vremena::open_remembering(config, ports, recent).await?;
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

    /// How many listeners may still be called at once.
    pub(crate) fn listeners(&self) -> Arc<Semaphore> {
        Arc::clone(&self.runtime.listeners)
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
    log.log(&LogRecord::new(LogLevel::Error, TARGET, "call-panicked"));
    CoreError::Internal
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, task, time::Duration};

    use super::*;
    use crate::testing::{block_on, faults, host};

    #[test]
    fn a_panic_is_an_error_and_a_line_without_its_text() {
        let (host, lines, _folder) = host();
        let on_the_runtime = block_on(host.call::<(), _>(|_| async { panic!("a secret") }));
        assert_eq!(on_the_runtime, Err(CoreError::Internal));
        assert_eq!(host.guarded::<()>(|| panic!("a secret")), Err(CoreError::Internal));
        assert_eq!(lines.all(), ["Error boundary: call-panicked"; 2]);
        assert_eq!(faults(&host), ["boundary: call-panicked"; 2], "support is told too");
        assert_eq!(block_on(host.call(|_| async { Ok(7) })), Ok(7), "the app goes on");
    }

    #[test]
    fn what_a_caller_gave_up_is_done_to_its_end() {
        let (host, _, _folder) = host();
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let (done, is_done) = mpsc::channel();
        let mut call = Box::pin(host.call(|_| async move {
            let _released = released.await;
            done.send(()).unwrap();
            Ok(())
        }));
        let mut nobody = task::Context::from_waker(task::Waker::noop());
        assert!(call.as_mut().poll(&mut nobody).is_pending());
        drop(call);
        release.send(()).unwrap();
        is_done.recv_timeout(Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn the_last_owner_may_be_a_task_of_the_runtime() {
        let (host, _, _folder) = host();
        let (ended, has_ended) = mpsc::channel();
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let owner = Arc::clone(&host);
        host.spawn(async move {
            let _released = released.await;
            drop(owner);
            ended.send(()).unwrap();
        });
        drop(host);
        release.send(()).unwrap();
        has_ended.recv_timeout(Duration::from_secs(60)).unwrap();
    }
}
