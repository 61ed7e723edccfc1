//! Money, days and instants in words, so that both platforms say the same.

use std::sync::Arc;

use chrono::NaiveDate;
use vremena_core::money::Kopecks;

use crate::{
    error::CoreError,
    host::Host,
    values::{CalendarDate, Instant},
};

/// The texts of the app's language.
#[derive(uniffi::Object)]
pub struct Texts {
    host: Arc<Host>,
}

impl Texts {
    pub(crate) const fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

#[uniffi::export]
impl Texts {
    /// An amount: `1 234,50 ₽` in Russian, `1,234.50 ₽` in English; no space at which a line could break.
    pub fn money(&self, amount: Kopecks) -> Result<String, CoreError> {
        self.host.guarded(|| Ok(self.host.app.texts().money(amount)))
    }

    /// A day with its month's name: `31 марта 2026`, `31 March 2026`.
    ///
    /// # Errors
    /// `InvalidArgument`, `date`
    pub fn day(&self, day: CalendarDate) -> Result<String, CoreError> {
        self.host.guarded(|| Ok(self.host.app.texts().day(NaiveDate::try_from(day)?)))
    }

    /// An instant on Moscow's calendar and clocks: `31 марта 2026, 14:05`.
    pub fn instant(&self, instant: Instant) -> Result<String, CoreError> {
        self.host.guarded(|| Ok(self.host.app.texts().instant(instant)))
    }
}
