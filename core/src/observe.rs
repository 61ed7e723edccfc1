//! Snapshots for observers: the present one at once, then each new one, the latest wins.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::{Notify, RwLock, watch};

use crate::sync::topic::{Reason, Topic};

/// A value that others observe. It tells them only when it has really changed.
#[derive(Debug)]
pub struct Observable<T> {
    sender: watch::Sender<Arc<T>>,
    changes: Changes,
}

impl<T: PartialEq> Observable<T> {
    /// Starts with `initial`, and is made anew after each of `changes`.
    pub fn new(initial: T, changes: Changes) -> Self {
        Self { sender: watch::Sender::new(Arc::new(initial)), changes }
    }

    /// The present snapshot.
    #[must_use]
    pub fn get(&self) -> Arc<T> {
        self.sender.borrow().clone()
    }

    /// Whether anybody observes it.
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// A stream of snapshots; dropping the receiver ends it.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<T>> {
        // What time alone has changed since, nobody was shown.
        if !self.is_observed() {
            self.changes.ring();
        }
        self.sender.subscribe()
    }

    /// Replaces the snapshot, and wakes observers if it differs.
    pub fn publish(&self, value: T) {
        self.sender.send_if_modified(|present| {
            let differs = **present != value;
            if differs {
                *present = Arc::new(value);
            }
            differs
        });
    }
}

/// Rung after every commit that changed what a member sees; the publisher then makes new snapshots.
#[derive(Clone, Debug)]
pub struct Changes(Arc<watch::Sender<u64>>);

impl Changes {
    /// Nothing has changed yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }

    /// Something has changed.
    pub fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Hears each change from now on; several at once are heard as one.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self::new()
    }
}

/// Why waiting entries may be tried before their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hope {
    /// The gallery has answered something else.
    Heard,
    /// The network is back, the app is in the foreground, somebody signed in: what failed before counts no longer.
    Anew,
}

/// Wakes the two background workers. Several calls before a worker looks are one.
#[derive(Debug, Default)]
pub struct Wake {
    /// Read by whoever writes what a member wants, and written while their account is being deleted: what is acknowledged
    /// meanwhile would be lost.
    pub(crate) intents: RwLock<()>,
    queue: Notify,
    pull: Notify,
    heard: AtomicBool,
    anew: AtomicBool,
    told: Mutex<Vec<Topic>>,
    returned: AtomicBool,
}

impl Wake {
    /// Try the queue at once.
    pub fn queue(&self) {
        self.queue.notify_one();
    }

    /// Pull `topics` soon: they have changed.
    pub fn pull(&self, topics: &[Topic]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever drains on demand never looks: it must not grow with what was sent.
        let news: Vec<Topic> = topics.iter().filter(|topic| !told.contains(topic)).copied().collect();
        told.extend(news);
        self.pull.notify_one();
    }

    /// The gallery has answered a pull: what waits for it may go.
    pub fn heard(&self) {
        self.heard.store(true, Ordering::SeqCst);
        self.queue();
    }

    /// Both workers, and with [`Hope::Anew`].
    pub fn all(&self) {
        self.anew.store(true, Ordering::SeqCst);
        self.returned.store(true, Ordering::SeqCst);
        self.queue();
        self.pull.notify_one();
    }

    pub(crate) async fn queue_called(&self) {
        self.queue.notified().await;
    }

    /// What has given hope since the last look.
    pub(crate) fn take_hope(&self) -> Option<Hope> {
        let heard = self.heard.swap(false, Ordering::SeqCst);
        if self.anew.swap(false, Ordering::SeqCst) { Some(Hope::Anew) } else { heard.then_some(Hope::Heard) }
    }

    pub(crate) async fn pull_called(&self) {
        self.pull.notified().await;
    }

    /// Why there is to be a pull, of all that was said since the last look.
    pub(crate) fn take_reason(&self) -> Option<Reason> {
        let told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        match (self.returned.swap(false, Ordering::SeqCst), told.is_empty()) {
            (true, true) => Some(Reason::Returned),
            (false, false) => Some(Reason::Told(told)),
            // Rare enough for a little too much.
            (true, false) => Some(Reason::Everything),
            (false, true) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_twice_is_one_reason() {
        let wake = Wake::default();
        for _ in 0..100 {
            wake.pull(&[Topic::Receipts, Topic::Member]);
        }
        assert_eq!(wake.take_reason(), Some(Reason::Told(vec![Topic::Receipts, Topic::Member])));
        assert_eq!(wake.take_reason(), None);
    }

    #[test]
    fn an_equal_snapshot_wakes_nobody() {
        let observable = Observable::new(1, Changes::new());
        let mut receiver = observable.subscribe();
        observable.publish(1);
        assert!(!receiver.has_changed().unwrap());
        observable.publish(2);
        observable.publish(3);
        assert!(receiver.has_changed().unwrap());
        assert_eq!(**receiver.borrow_and_update(), 3);
    }

    #[test]
    fn whoever_is_the_first_to_look_is_shown_what_time_has_changed() {
        let changes = Changes::new();
        let observable = Observable::new(1, changes.clone());
        let mut heard = changes.subscribe();
        let first = observable.subscribe();
        assert!(heard.has_changed().unwrap());
        heard.mark_unchanged();
        let second = observable.subscribe();
        assert!(!heard.has_changed().unwrap(), "another looks already");
        drop((first, second));
        let _third = observable.subscribe();
        assert!(heard.has_changed().unwrap());
    }
}
