//! Listeners: the present snapshot at once, then each new one; the latest wins.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    sync::watch,
    task::{AbortHandle, spawn_blocking},
};

use vremena_core::{
    log::{Code, LogRecord},
    ports::LogLevel,
};

use crate::{error::CoreError, host::Host, ports::PortError};

const TARGET: &str = "observe";

/// A listener's place. It is called on threads of the core, never twice at once, and may take its time: what it
/// misses is skipped, the newest snapshot comes next. What it throws is logged, and it is called again with the next
/// snapshot. Dropping this ends it.
#[derive(uniffi::Object)]
pub struct Subscription {
    host: Arc<Host>,
    task: AbortHandle,
    ended: Arc<AtomicBool>,
}

#[uniffi::export]
impl Subscription {
    /// Ends it. A call that is under way on another thread may still come to its end. Twice is no error.
    ///
    /// # Errors
    /// `Internal`
    pub fn cancel(&self) -> Result<(), CoreError> {
        self.host.guarded(|| {
            self.end();
            Ok(())
        })
    }
}

impl Subscription {
    fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.task.abort();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.end();
    }
}

/// Calls `listener` with every snapshot until the subscription or the app ends.
pub(crate) fn subscribe<T, S>(
    host: &Arc<Host>,
    mut snapshots: watch::Receiver<Arc<T>>,
    listener: impl Fn(S) -> Result<(), PortError> + Send + Sync + 'static,
) -> Result<Arc<Subscription>, CoreError>
where
    T: Clone + Send + Sync + 'static,
    S: From<T> + 'static,
{
    host.guarded(|| {
        let ended = Arc::new(AtomicBool::new(false));
        let (listener, log, gone) = (Arc::new(listener), Arc::clone(&host.log), Arc::clone(&ended));
        let places = host.listeners();
        let ready = host.app.ready();
        let task = host.spawn(async move {
            ready.await;
            loop {
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                let snapshot = T::clone(&snapshots.borrow_and_update());
                let (listener, gone) = (Arc::clone(&listener), Arc::clone(&gone));
                // A listener that takes its time must not take it from the core.
                let called = spawn_blocking(move || {
                    let _until_it_returns = place;
                    if gone.load(Ordering::SeqCst) { Ok(()) } else { listener(S::from(snapshot)) }
                });
                match called.await {
                    Ok(Ok(())) => {}
                    Ok(Err(PortError::Failed { detail })) => {
                        let record = LogRecord::new(LogLevel::Warn, TARGET, "listener-failed");
                        log.log(&record.with("detail", Code::of(&detail)));
                    }
                    Err(error) if error.is_panic() => {
                        log.log(&LogRecord::new(LogLevel::Error, TARGET, "listener-panicked"));
                    }
                    Err(_ended) => return,
                }
                if snapshots.changed().await.is_err() {
                    return;
                }
            }
        });
        Ok(Arc::new(Subscription { host: Arc::clone(host), task: task.abort_handle(), ended }))
    })
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Mutex, mpsc},
        time::Duration,
    };

    use super::*;
    use crate::testing::{block_on, faults, host};

    const SOON: Duration = Duration::from_secs(60);

    #[test]
    fn the_present_comes_at_once_and_a_slow_listener_misses_all_but_the_latest() {
        let (host, _, _folder) = host();
        let (snapshots, receiver) = watch::channel(Arc::new(0));
        let (heard, hears) = mpsc::channel();
        let (let_go, lets_go) = mpsc::channel();
        let lets_go = Mutex::new(lets_go);
        let _subscription = subscribe(&host, receiver, move |number: i32| {
            heard.send(number).unwrap();
            lets_go.lock().unwrap().recv().unwrap();
            Ok(())
        })
        .unwrap();
        assert_eq!(hears.recv_timeout(SOON), Ok(0));
        for number in 1..=100 {
            snapshots.send(Arc::new(number)).unwrap();
        }
        let_go.send(()).unwrap();
        assert_eq!(hears.recv_timeout(SOON), Ok(100));
        let_go.send(()).unwrap();
    }

    #[test]
    fn a_listener_that_fails_or_panics_is_logged_and_called_again() {
        let (host, lines, _folder) = host();
        let (snapshots, receiver) = watch::channel(Arc::new(0));
        let (heard, hears) = mpsc::channel();
        let _subscription = subscribe(&host, receiver, move |number: i32| {
            heard.send(number).unwrap();
            match number {
                0 => Err(PortError::Failed { detail: "no-screen".to_owned() }),
                1 => panic!("a secret"),
                _ => Ok(()),
            }
        })
        .unwrap();
        for number in 0..=2 {
            assert_eq!(hears.recv_timeout(SOON), Ok(number));
            snapshots.send(Arc::new(number + 1)).unwrap();
        }
        assert_eq!(lines.all(), ["Warn observe: listener-failed detail=no-screen", "Error observe: listener-panicked"]);
        let told = ["observe: listener-failed detail=no-screen", "observe: listener-panicked"];
        assert_eq!(faults(&host), told, "support is told too");
    }

    #[test]
    fn one_that_was_cancelled_or_dropped_ends() {
        let (host, _, _folder) = host();
        for cancelled in [true, false] {
            let (snapshots, receiver) = watch::channel(Arc::new(0));
            let (heard, hears) = mpsc::channel();
            let subscription = subscribe(&host, receiver, move |number: i32| {
                heard.send(number).unwrap();
                Ok(())
            })
            .unwrap();
            assert_eq!(hears.recv_timeout(SOON), Ok(0));
            if cancelled {
                subscription.cancel().unwrap();
                subscription.cancel().unwrap();
            } else {
                drop(subscription);
            }
            // Its task goes with the listener and the place among the observers.
            assert_eq!(hears.recv_timeout(SOON), Err(mpsc::RecvTimeoutError::Disconnected));
            block_on(snapshots.closed());
        }
    }
}
