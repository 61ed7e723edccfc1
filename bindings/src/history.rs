//! The history of receipts, and what each tells of itself.

use std::fmt;

use vremena_core::{money::Kopecks, programme::TierName, receipts};
pub use vremena_core::{programme::EffectSide, receipts::ReceiptStep};

use crate::{
    error::CoreError,
    receipts::{Receipt, ReceiptReason, ReceiptSource, ReceiptState, Receipts},
    values::{Day, Instant},
};

#[uniffi::export]
impl Receipts {
    /// The receipts that fit `filter` after `after` (nothing = from the newest), at most `limit` (200), with the sums of
    /// their months. Works offline.
    ///
    /// # Errors
    /// `SignInNeeded`, `Storage`, `Paused`
    pub async fn history(
        &self,
        filter: HistoryFilter,
        after: Option<ReceiptPlace>,
        limit: u32,
    ) -> Result<HistoryPage, CoreError> {
        let after = after.map(|place| receipts::HistoryCursor { issued_at: place.issued_at, local_id: place.local_id });
        self.host
            .call(
                move |host| async move { Ok(host.app.receipts().history(&filter.into(), after, limit).await?.into()) },
            )
            .await
    }

    /// The shops of the member's receipts by name, to choose a filter from.
    ///
    /// # Errors
    /// `SignInNeeded`, `Storage`, `Paused`
    pub async fn shops(&self) -> Result<Vec<String>, CoreError> {
        self.host.call(|host| async move { Ok(host.app.receipts().shops().await?) }).await
    }

    /// The whole story of a receipt: what was bought, how far it came, and what a return has changed. Works offline.
    ///
    /// # Errors
    /// `NotFound` where the member has no such receipt; `SignInNeeded`, `Storage`, `Paused`
    pub async fn story(&self, local_id: i64) -> Result<ReceiptStory, CoreError> {
        self.host.call(move |host| async move { Ok(host.app.receipts().story(local_id).await?.into()) }).await
    }
}

/// Which receipts; an empty part asks for all.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct HistoryFilter {
    /// In one of these states.
    #[uniffi(default)]
    pub states: Vec<ReceiptState>,
    /// From one of these shops, by their names as `shops` gives them.
    #[uniffi(default)]
    pub shops: Vec<String>,
    /// From one of these sources.
    #[uniffi(default)]
    pub sources: Vec<ReceiptSource>,
    /// With a part of each of these words in the shop, in what was bought, in the sum or in the document's number; case,
    /// ё and the point of a sum make no difference.
    #[uniffi(default)]
    pub text: String,
}

impl fmt::Debug for HistoryFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistoryFilter({:?} {:?})", self.states, self.sources)
    }
}

impl From<HistoryFilter> for receipts::HistoryFilter {
    fn from(filter: HistoryFilter) -> Self {
        let HistoryFilter { states, shops, sources, text } = filter;
        Self { states, shops, sources, text }
    }
}

/// Some of the receipts that fit a filter.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HistoryPage {
    /// The months of these receipts, the latest first. A month that goes on on the next page stands there again.
    pub months: Vec<HistoryMonth>,
    /// The newest first.
    pub receipts: Vec<Receipt>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<ReceiptPlace>,
}

impl From<receipts::HistoryPage> for HistoryPage {
    fn from(page: receipts::HistoryPage) -> Self {
        let next = page.next.map(|next| ReceiptPlace { issued_at: next.issued_at, local_id: next.local_id });
        Self {
            months: page.months.into_iter().map(HistoryMonth::from).collect(),
            receipts: page.receipts.into_iter().map(Receipt::from).collect(),
            next,
        }
    }
}

/// Where a page of receipts ended: `issued_at` and `local_id` of its last receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptPlace {
    /// By the till's clock.
    pub issued_at: Instant,
    /// Names the receipt on this phone.
    pub local_id: i64,
}

/// A month on Moscow's calendar.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct HistoryMonth {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// The same for the member.
    pub title: String,
    /// How many receipts of it fit the filter, also those beyond this page.
    pub receipt_count: u32,
    /// What of these counts.
    pub counted: Kopecks,
}

impl From<receipts::HistoryMonth> for HistoryMonth {
    fn from(month: receipts::HistoryMonth) -> Self {
        let receipts::HistoryMonth { year, month, title, receipt_count, counted } = month;
        Self { year, month, title, receipt_count, counted }
    }
}

impl fmt::Debug for HistoryMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistoryMonth({}-{:02} {})", self.year, self.month, self.receipt_count)
    }
}

/// A receipt with its whole story.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptStory {
    /// As it is now.
    pub receipt: Receipt,
    /// What was bought; empty until the tax service has answered, and where the gallery does not tell.
    pub positions: Vec<ReceiptPosition>,
    /// Each change, the first one first.
    pub changes: Vec<ReceiptChange>,
    /// Of a linked return, and of a purchase of which something was returned: what that has changed. Nothing of any other,
    /// and while the ledger or the rules that say it are not on the phone.
    pub effect: Option<ReturnEffect>,
}

impl From<receipts::ReceiptStory> for ReceiptStory {
    fn from(story: receipts::ReceiptStory) -> Self {
        Self {
            receipt: story.receipt.into(),
            positions: story.positions.into_iter().map(ReceiptPosition::from).collect(),
            changes: story.changes.into_iter().map(ReceiptChange::from).collect(),
            effect: story.effect.map(ReturnEffect::from),
        }
    }
}

/// A line of a receipt.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ReceiptPosition {
    /// As the till named it.
    pub name: String,
    /// In thousandths of its unit: 1000 is one piece, 250 a quarter of a kilogram.
    pub quantity_thousandths: i64,
    /// Of one unit.
    pub price: Kopecks,
    /// What was paid for it.
    pub sum: Kopecks,
}

impl From<receipts::ReceiptPosition> for ReceiptPosition {
    fn from(position: receipts::ReceiptPosition) -> Self {
        let receipts::ReceiptPosition { name, quantity_thousandths, price, sum } = position;
        Self { name, quantity_thousandths, price, sum }
    }
}

impl fmt::Debug for ReceiptPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptPosition(…)")
    }
}

/// A change of a receipt.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ReceiptChange {
    /// To what.
    pub step: ReceiptStep,
    /// When: by the phone's clock until it was sent, by the gallery's from then on.
    pub at: Instant,
    /// Why.
    pub reason: Option<ReceiptReason>,
    /// The rules that decided; nothing where none did.
    pub rules_version: Option<u32>,
    /// W3C Trace Context: under it both sides log what led to it, 32 hexadecimal digits. Nothing where nobody said.
    pub trace_id: Option<String>,
    /// The same for the member, in one sentence.
    pub sentence: String,
}

impl From<receipts::ReceiptChange> for ReceiptChange {
    fn from(change: receipts::ReceiptChange) -> Self {
        let receipts::ReceiptChange { step, at, reason, rules_version, trace_id, sentence } = change;
        Self { step, at, reason, rules_version, trace_id, sentence }
    }
}

impl fmt::Debug for ReceiptChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptChange({:?} {:?})", self.step, self.reason)
    }
}

/// A step on a receipt's way.
#[uniffi::remote(Enum)]
pub enum ReceiptStep {
    /// It was put on the phone.
    Captured,
    /// The phone sent it, and the gallery's answer followed.
    Sent,
    /// The gallery asks the tax service, or reception about a return.
    Pending,
    /// It counts; a return: it has taken its sum back.
    Credited,
    /// It does not count, for a reason.
    Rejected,
    /// It counted, and was returned in full.
    Reversed,
    /// One that a newer gallery knows.
    Unknown,
}

/// What a return has changed, when it was taken into account.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ReturnEffect {
    /// Without it.
    pub before: EffectSide,
    /// With it.
    pub after: EffectSide,
    /// Both for the member.
    pub sentence: String,
}

impl From<receipts::ReturnEffect> for ReturnEffect {
    fn from(effect: receipts::ReturnEffect) -> Self {
        let receipts::ReturnEffect { before, after, sentence } = effect;
        Self { before, after, sentence }
    }
}

impl fmt::Debug for ReturnEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnEffect(…)")
    }
}

/// Where the member stood.
#[uniffi::remote(Record)]
pub struct EffectSide {
    /// The tier.
    pub tier: TierName,
    /// What counted.
    pub sum: Kopecks,
    /// The last day of the tier; nothing where no day is known.
    pub valid_until: Option<Day>,
    /// The last day whose purchases still help to keep the tier; nothing where it does not end.
    pub keep_by: Option<Day>,
}
