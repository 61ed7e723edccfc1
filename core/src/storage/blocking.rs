//! Where SQLite's blocking work runs.

use super::StorageError;

/// On the runtime's pool for blocking work, or inline where a simulation must own every thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Blocking {
    /// Off the async threads; the work goes on to its end even if the caller stops waiting.
    #[default]
    Pool,
    /// At once, on the calling thread.
    Inline,
}

impl Blocking {
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StorageError> {
        match self {
            Self::Inline => Ok(work()),
            Self::Pool => tokio::task::spawn_blocking(work).await.map_err(|error| {
                if error.is_panic() {
                    StorageError::Sqlite("the work panicked".to_owned())
                } else {
                    StorageError::Paused
                }
            }),
        }
    }
}
