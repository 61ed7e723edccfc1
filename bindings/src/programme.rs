//! Tiers and progress.

use std::sync::Arc;

pub use vremena_core::programme::{ProgrammeSnapshot, Projection, Rung, TierName, ToNext};
use vremena_core::{ids::TierId, money::Kopecks};

use crate::{
    error::CoreError,
    host::Host,
    observe::{Subscription, subscribe},
    ports::PortError,
};

/// Progress in the programme.
#[derive(uniffi::Object)]
pub struct Programme {
    host: Arc<Host>,
}

impl Programme {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Programme {
    /// Where the member stands now.
    ///
    /// # Errors
    /// `Storage`, `Paused`
    pub async fn snapshot(&self) -> Result<ProgrammeSnapshot, CoreError> {
        self.host.call(|host| async move { Ok(host.app.programme().snapshot().await?) }).await
    }

    /// Where the member stands, now and whenever it changes.
    ///
    /// # Errors
    /// `Internal`
    pub fn observe(&self, listener: Arc<dyn ProgrammeListener>) -> Result<Arc<Subscription>, CoreError> {
        subscribe(&self.host, self.host.app.programme().observe(), move |snapshot| listener.on_programme(snapshot))
    }
}

/// Hears of the member's progress.
#[uniffi::export(foreign)]
pub trait ProgrammeListener: Send + Sync {
    /// The present snapshot at once, then each new one.
    fn on_programme(&self, snapshot: ProgrammeSnapshot) -> Result<(), PortError>;
}

/// Where the member stands.
#[uniffi::remote(Record)]
pub struct ProgrammeSnapshot {
    /// The member's tier, by the gallery's word; nothing while nobody is signed in.
    pub tier: Option<TierName>,
    /// All tiers, the lowest first; empty until rules are known that this version computes.
    pub ladder: Vec<Rung>,
    /// What counts today.
    pub sum: Kopecks,
    /// Nothing at the top, and without rules.
    pub to_next: Option<ToNext>,
    /// Nothing where nothing is pending.
    pub projected: Option<Projection>,
    /// All this in one sentence for the member; empty while nobody is signed in.
    pub sentence: String,
    /// Which rules.
    pub rules_version: Option<u32>,
}

/// A tier with its name in the app's language.
#[uniffi::remote(Record)]
pub struct TierName {
    /// Names the tier.
    pub id: TierId,
    /// For people.
    pub name: String,
}

/// A tier and what it takes.
#[uniffi::remote(Record)]
pub struct Rung {
    /// The tier.
    pub tier: TierName,
    /// Inclusive; zero for the first.
    pub at_least: Kopecks,
}

/// The way to the tier above the member's.
#[uniffi::remote(Record)]
pub struct ToNext {
    /// That tier.
    pub tier: TierName,
    /// What counts today.
    pub reached: Kopecks,
    /// What it takes.
    pub at_least: Kopecks,
    /// What is left; never negative.
    pub missing: Kopecks,
}

/// What it would be if all that is pending were credited. Never mixed with what is.
#[uniffi::remote(Record)]
pub struct Projection {
    /// The sum with pending purchases.
    pub sum: Kopecks,
    /// The tier of that sum.
    pub tier: TierName,
}
