//! Why a receipt was not counted, with the rule that decided, its number and its version. Pure.

use chrono::{DateTime, Utc};

use crate::{
    explanation::message_id,
    locale::{Argument, Texts},
    money::Kopecks,
    programme::rules::Rules,
    receipts::{Receipt, ReceiptReason},
    time::moscow_date,
};

/// A decision about a receipt.
#[derive(Clone, Copy)]
pub struct Decision<'a> {
    pub reason: ReceiptReason,
    /// The rules that decided.
    pub version: Option<u32>,
    /// The same, where they are on the phone.
    pub rules: Option<&'a Rules>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

impl Decision<'_> {
    /// One sentence. What the rules of the decision say stands in it as far as they are known.
    pub fn sentence(&self, texts: &Texts, receipt: &Receipt) -> String {
        let plain = texts.text(&message_id("reason", self.reason.code()), &[]);
        let Some(version) = self.version else { return plain };
        let version = version.to_string();
        let version = ("version", Argument::Text(&version));
        let Some(said) = self.said(texts, receipt) else {
            let arguments = [version, ("sentence", Argument::Text(&plain))];
            return texts.text("rule-unnamed", &arguments);
        };
        let mut arguments = vec![version];
        arguments.extend(said.iter().map(|(name, value)| (*name, value.argument())));
        texts.text(&message_id("rule", self.reason.code()), &arguments)
    }

    /// The numbers of the rule and of the receipt; `None` where the rules are not on the phone, say nothing of it, or
    /// are not what decided.
    fn said(&self, texts: &Texts, receipt: &Receipt) -> Option<Vec<(&'static str, Said)>> {
        match self.reason {
            ReceiptReason::TooOld => {
                let limit = self.rules?.receipts.max_age_days?;
                let age = moscow_date(self.at?).signed_duration_since(moscow_date(receipt.issued_at)).num_days();
                Some(vec![("limit", Said::Count(limit.into())), ("age", Said::Count(age))])
            }
            ReceiptReason::BelowMinimum => {
                let least = Kopecks::new(self.rules?.counting.min_receipt.max(1));
                let amounts = [("least", least), ("amount", receipt.total)];
                Some(amounts.map(|(name, amount)| (name, Said::Text(texts.money(amount)))).to_vec())
            }
            ReceiptReason::NotFound => {
                let limit = self.rules?.receipts.not_found_after_days?;
                Some(vec![("limit", Said::Count(limit.into()))])
            }
            ReceiptReason::ExcludedCategory => {
                let code = receipt.category.as_deref()?;
                let category = texts.text("category", &[("id", Argument::Text(code))]);
                Some(vec![("category", Said::Text(category))])
            }
            ReceiptReason::NotThisGallery | ReceiptReason::DataDiffer | ReceiptReason::UnsupportedOperation => {
                Some(Vec::new())
            }
            ReceiptReason::AlreadyCounted
            | ReceiptReason::CountedByAnother
            | ReceiptReason::ReturnUnlinked
            | ReceiptReason::Unknown => None,
        }
    }
}

#[derive(Clone)]
enum Said {
    Count(i64),
    Text(String),
}

impl Said {
    fn argument(&self) -> Argument<'_> {
        match self {
            Self::Count(count) => Argument::Count(*count),
            Self::Text(text) => Argument::Text(text),
        }
    }
}

#[cfg(test)]
mod tests;
