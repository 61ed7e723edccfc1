//! Calls that do next to nothing: what the boundary itself costs is measured with them, and that a panic stays inside is
//! shown. They are built with the feature `probe` alone, and are in no app.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use vremena_core::{explanation::Explanation, ids::ReceiptId, money::Kopecks};

use crate::{
    core::VremenaCore,
    error::CoreError,
    fiscal::{FiscalIdentity, ReceiptOperation},
    host::Host,
    ports::Clock,
    receipts::{Receipt, ReceiptSource, ReceiptState},
    values::Instant,
};

/// Calls that do next to nothing.
#[derive(uniffi::Object)]
pub struct Probe {
    host: Arc<Host>,
    page: Vec<Receipt>,
}

#[uniffi::export]
impl Probe {
    /// Beside an open core.
    #[uniffi::constructor]
    pub fn beside(core: Arc<VremenaCore>) -> Result<Arc<Self>, CoreError> {
        Ok(Arc::new(Self { host: Arc::clone(core.host()), page: (0..50).map(receipt).collect() }))
    }

    /// A small call.
    pub fn small(&self, number: u32) -> Result<u32, CoreError> {
        self.host.guarded(|| Ok(number.wrapping_add(1)))
    }

    /// The same on the core's runtime.
    pub async fn small_async(&self, number: u32) -> Result<u32, CoreError> {
        self.host.call(move |_| async move { Ok(number.wrapping_add(1)) }).await
    }

    /// A record in and out.
    pub fn echo(&self, receipt: Receipt) -> Result<Receipt, CoreError> {
        self.host.guarded(|| Ok(receipt))
    }

    /// A page of 50 receipts that lies ready.
    pub fn page(&self) -> Result<Vec<Receipt>, CoreError> {
        self.host.guarded(|| Ok(self.page.clone()))
    }

    /// A camera's frame of which one pixel is looked at.
    pub fn frame(&self, luma: &[u8]) -> Result<u8, CoreError> {
        self.host.guarded(|| luma.last().copied().ok_or_else(|| CoreError::invalid("empty")))
    }

    /// Asks a port so many times, and gives its last answer.
    pub fn ask(&self, clock: Arc<dyn Clock>, times: u32) -> Result<Instant, CoreError> {
        self.host.guarded(|| {
            let mut last = DateTime::UNIX_EPOCH;
            for _ in 0..times {
                last = clock.now().map_err(|_| CoreError::invalid("clock"))?;
            }
            Ok(last)
        })
    }

    /// Panics on the caller's thread.
    #[allow(clippy::panic, reason = "that is its purpose")]
    pub fn panics(&self) -> Result<(), CoreError> {
        self.host.guarded(|| panic!("as asked"))
    }

    /// Panics on the core's runtime.
    #[allow(clippy::panic, reason = "that is its purpose")]
    pub async fn panics_async(&self) -> Result<(), CoreError> {
        self.host.call(|_| async { panic!("as asked") }).await
    }
}

/// A receipt with every field that one usually has.
fn receipt(number: u32) -> Receipt {
    let at = DateTime::<Utc>::from_timestamp(1_773_489_600 + i64::from(number), 0).unwrap_or_default();
    let identity = Some(FiscalIdentity {
        drive_number: "7380440801290534".to_owned(),
        document_number: number,
        fiscal_sign: 1_880_975_916,
    });
    Receipt {
        local_id: i64::from(number),
        receipt_id: Some(ReceiptId::new(format!("receipt-{number:08}"))),
        identity,
        operation: Some(ReceiptOperation::Sale),
        total: Kopecks::new(4_890_000 + i64::from(number)),
        issued_at: at,
        source: ReceiptSource::Scanned,
        state: ReceiptState::Credited,
        reason: None,
        next_check_at: None,
        captured_at: at,
        decided_at: Some(at),
        shop: Some("Бутик на втором этаже".to_owned()),
        category: Some("fashion".to_owned()),
        returned: Kopecks::ZERO,
        return_of: None,
        rules_version: Some(1),
        counted: Kopecks::new(4_890_000 + i64::from(number)),
        is_known_before: false,
        appeal: None,
        wedged_reason: None,
        explanation: Explanation {
            state: "Зачтён".to_owned(),
            sentence: "Сумма 48 900 ₽ учтена в вашем прогрессе.".to_owned(),
            ..Explanation::default()
        },
    }
}
