//! New snapshots for observers after every change.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    appeals::Appeals,
    error::CoreError,
    events::Events,
    feed::Feed,
    home::Home,
    log::LogRecord,
    notices::Notices,
    outbox::Outbox,
    ports::{LogLevel, Ports},
    programme::Programme,
    receipts::Receipts,
    reminders::Reminders,
    wallet::Wallet,
};

const LET_SETTLE: Duration = Duration::from_millis(20);
/// For so long observers may be shown what time has changed since: midnight in Moscow moves the window of what counts,
/// and nobody rings.
const STALE: Duration = Duration::from_secs(5 * 60);

/// Makes new snapshots.
pub(super) struct Publisher {
    pub(super) programme: Arc<Programme>,
    pub(super) receipts: Arc<Receipts>,
    pub(super) feed: Arc<Feed>,
    pub(super) appeals: Arc<Appeals>,
    pub(super) events: Arc<Events>,
    pub(super) wallet: Arc<Wallet>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) home: Arc<Home>,
    pub(super) notices: Arc<Notices>,
    pub(super) reminders: Arc<Reminders>,
    pub(super) ports: Ports,
    /// Whether every snapshot was made once.
    pub(super) ready: watch::Sender<bool>,
}

impl Publisher {
    pub(super) async fn run(self: Arc<Self>, mut changes: watch::Receiver<u64>) {
        self.publish().await;
        loop {
            tokio::select! {
                biased;
                changed = changes.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    // Many changes at once are one snapshot: a long queue must not be counted after each entry.
                    tokio::time::sleep(LET_SETTLE).await;
                    changes.mark_unchanged();
                }
                // Whoever begins to observe rings.
                () = tokio::time::sleep(STALE) => if !self.is_observed() { continue },
            }
            self.publish().await;
        }
    }

    fn is_observed(&self) -> bool {
        [
            self.home.snapshots.is_observed(),
            self.outbox.snapshots.is_observed(),
            self.receipts.snapshots.is_observed(),
            self.programme.snapshots.is_observed(),
            self.feed.snapshots.is_observed(),
            self.appeals.snapshots.is_observed(),
            self.events.snapshots.is_observed(),
            self.wallet.snapshots.is_observed(),
            self.notices.snapshots.is_observed(),
            self.reminders.snapshots.is_observed(),
        ]
        .contains(&true)
    }

    async fn publish(&self) {
        let member = self.home.member().await;
        let parts = [
            // First, for it looks at the file.
            self.outbox.publish().await,
            self.receipts.publish().await,
            self.programme.publish().await,
            self.feed.publish().await,
            self.appeals.publish().await,
            self.events.publish().await,
            self.wallet.publish().await,
            self.notices.publish().await,
            self.reminders.publish().await,
        ];
        // Of parts that could not be made anew none is shown for new.
        let published_for = member.ok().flatten().filter(|_| parts.iter().all(Result::is_ok));
        let home = self.home.publish(published_for).await;
        let published: Vec<_> = parts.into_iter().chain([home]).collect();
        if !published.iter().any(|result| matches!(result, Err(CoreError::Paused))) {
            self.ready.send_replace(true);
        }
        for result in published {
            match result {
                // Observers keep what they have; resuming rings again.
                Ok(()) | Err(CoreError::Paused) => {}
                Err(error) => {
                    let record = LogRecord::new(LogLevel::Error, "app", "snapshot-failed");
                    self.ports.log.log(&record.with("error", error.code()));
                }
            }
        }
    }
}
