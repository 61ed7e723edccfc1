//! The tokio runtime that a core owns. UniFFI's own (`async_runtime`) would be global and never end.

use std::{future::Future, io, sync::Arc, time::Duration};

use tokio::{
    runtime::{Builder, Handle, Runtime as Tokio},
    sync::Semaphore,
    task::JoinHandle,
};

use crate::config::Work;

/// Idle threads go soon: a phone must not carry them in the background.
const KEEP_ALIVE: Duration = Duration::from_secs(2);

/// A runtime that ends with its last owner, wherever that is dropped.
pub(crate) struct Runtime {
    handle: Handle,
    tokio: Option<Tokio>,
    /// How many listeners may be called at once. They may take their time, on threads that the storage needs too.
    pub(crate) listeners: Arc<Semaphore>,
}

impl Runtime {
    /// A small one for extensions and background jobs, which have little memory and time.
    pub(crate) fn new(work: Work) -> io::Result<Self> {
        let (workers, blocking, listeners) = match work {
            Work::ByItself => (2, 32, 24),
            Work::OnDemand => (1, 8, 4),
        };
        let tokio = Builder::new_multi_thread()
            .worker_threads(workers)
            .max_blocking_threads(blocking)
            .thread_keep_alive(KEEP_ALIVE)
            .thread_name("vremena")
            .enable_all()
            .build()?;
        Ok(Self { handle: tokio.handle().clone(), tokio: Some(tokio), listeners: Arc::new(Semaphore::new(listeners)) })
    }

    /// Starts `future`; dropping the handle does not end it.
    pub(crate) fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.handle.spawn(future)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // The last owner may be a task of this very runtime, where waiting for it would panic.
        if let Some(tokio) = self.tokio.take() {
            tokio.shutdown_background();
        }
    }
}
