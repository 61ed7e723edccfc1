//! The member's receipts by month: filtered, searched, page by page.

pub(super) mod store;

use chrono::{DateTime, Utc};

use super::{Receipt, ReceiptSource, ReceiptState, Receipts, search};
use crate::{
    account,
    error::CoreError,
    ids::MemberId,
    locale::{Argument, Texts},
    money::Kopecks,
    storage::StorageError,
};

/// The longest page that is handed out.
const LONGEST_PAGE: u32 = 200;

/// Which receipts; an empty part asks for all.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// In one of these states.
    pub states: Vec<ReceiptState>,
    /// From one of these shops, by their names as [`Receipts::shops`] gives them.
    pub shops: Vec<String>,
    /// From one of these sources.
    pub sources: Vec<ReceiptSource>,
    /// With a part of each of these words in the shop, in what was bought, in the sum or in the document's number; case,
    /// ё and the point of a sum make no difference.
    pub text: String,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryCursor {
    /// Of its last receipt, by the till's clock.
    pub issued_at: DateTime<Utc>,
    /// Names its last receipt on this phone.
    pub local_id: i64,
}

/// Some of the receipts that fit a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPage {
    /// The months of these receipts, the latest first. A month that goes on on the next page stands there again.
    pub months: Vec<HistoryMonth>,
    /// The newest first.
    pub receipts: Vec<Receipt>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<HistoryCursor>,
}

/// A month on Moscow's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryMonth {
    /// The year.
    pub year: i32,
    /// 1 … 12.
    pub month: u32,
    /// The same for the member.
    pub title: String,
    /// How many receipts of it fit the filter, also those beyond this page.
    pub receipt_count: u32,
    /// What of these counts.
    pub counted: Kopecks,
}

impl HistoryMonth {
    fn of(texts: &Texts, sum: &store::MonthSum) -> Self {
        let (year, month) = (sum.month / 100, sum.month % 100);
        let year_text = year.to_string();
        let arguments = [("month", Argument::Count(month)), ("year", Argument::Text(&year_text))];
        Self {
            year: i32::try_from(year).unwrap_or_default(),
            month: u32::try_from(month).unwrap_or_default(),
            title: texts.text("month", &arguments),
            receipt_count: sum.receipt_count,
            counted: sum.counted,
        }
    }
}

impl Receipts {
    /// The receipts that fit `filter` after the place `after` (`None`: from the newest), at most `limit` (200), with the
    /// sums of their months. Works offline.
    ///
    /// # Errors
    /// [`CoreError::SignInNeeded`], [`CoreError::Storage`], [`CoreError::Paused`]
    pub async fn history(
        &self,
        filter: &HistoryFilter,
        after: Option<HistoryCursor>,
        limit: u32,
    ) -> Result<HistoryPage, CoreError> {
        let limit = limit.clamp(1, LONGEST_PAGE);
        let wanted = store::Wanted::of(filter, search::words(&filter.text));
        let (rows, sums) = self
            .member(move |tx, member| {
                // One more tells whether there is a next page.
                let mut rows = store::page(tx, &member, &wanted, after, limit + 1)?;
                let is_last = rows.len() <= limit as usize;
                rows.truncate(limit as usize);
                let mut months: Vec<i64> = rows.iter().map(|row| row.month).collect();
                months.dedup();
                let sums = months.into_iter().map(|month| store::month_sum(tx, &member, &wanted, month));
                let sums = sums.collect::<Result<Vec<_>, _>>()?;
                Ok(((rows, is_last), sums))
            })
            .await?;
        let (rows, is_last) = rows;
        let receipts = self.explained(rows.into_iter().map(|row| row.receipt).collect()).await?;
        let last = receipts.last().filter(|_| !is_last);
        let next = last.map(|last| HistoryCursor { issued_at: last.issued_at, local_id: last.local_id });
        let months = sums.iter().map(|sum| HistoryMonth::of(&self.texts, sum)).collect();
        Ok(HistoryPage { months, receipts, next })
    }

    /// The shops of the member's receipts by name, to choose a filter from.
    ///
    /// # Errors
    /// As [`Receipts::history`].
    pub async fn shops(&self) -> Result<Vec<String>, CoreError> {
        let mut shops = self.member(|tx, member| store::shops(tx, &member)).await?;
        shops.sort_by_cached_key(|shop| shop.to_lowercase());
        Ok(shops)
    }

    /// Reads what is the active member's.
    pub(super) async fn member<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Transaction<'_>, MemberId) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, CoreError> {
        let found = self.member_db.read(move |tx| match account::store::active_member_id(tx)? {
            Some(member) => read(tx, member).map(Some),
            None => Ok::<_, StorageError>(None),
        });
        found.await?.ok_or(CoreError::SignInNeeded)
    }
}

// A search is the member's own words.
impl std::fmt::Debug for HistoryFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shops = self.shops.len();
        write!(f, "HistoryFilter({:?} {:?} {shops} shops, text: {})", self.states, self.sources, !self.text.is_empty())
    }
}
