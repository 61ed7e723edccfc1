//! Background work that goes on after a panic: a queue that silently ends would be a queue that loses.

use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};

use crate::{
    log::LogRecord,
    ports::{LogLevel, Ports},
};

const PAUSE: Duration = Duration::from_secs(30);

/// Runs `work` until it returns; anew, after a pause, whenever it panics. Aborting the handle ends it.
pub(super) fn supervise<F>(name: &'static str, ports: &Ports, work: impl Fn() -> F + Send + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let log = ports.log.clone();
    tokio::spawn(async move {
        // A set, and no bare handle: what is in it is aborted with it.
        let mut running = JoinSet::new();
        loop {
            running.spawn(work());
            match running.join_next().await {
                Some(Err(error)) if error.is_panic() => {
                    log.log(&LogRecord::new(LogLevel::Error, "app", "work-panicked").with("work", name));
                    tokio::time::sleep(PAUSE).await;
                }
                _ => return,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;
    use crate::app::tests::ports;

    #[tokio::test(start_paused = true)]
    async fn work_that_panics_is_begun_anew_until_it_returns() {
        let begun = Arc::new(AtomicU32::new(0));
        let counted = begun.clone();
        let handle = supervise("work", &ports(), move || {
            let counted = counted.clone();
            async move {
                assert!(counted.fetch_add(1, Ordering::SeqCst) >= 2, "not yet");
            }
        });
        handle.await.unwrap();
        assert_eq!(begun.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_aborted_supervisor_takes_its_work_along() {
        let alive = Arc::new(());
        let held = alive.clone();
        let handle = supervise("work", &ports(), move || {
            let held = held.clone();
            async move {
                std::future::pending::<()>().await;
                drop(held);
            }
        });
        tokio::task::yield_now().await;
        handle.abort();
        assert!(handle.await.unwrap_err().is_cancelled());
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
