//! Of which receipt there can be an appeal, and what may stand in it. Pure.

use chrono::{DateTime, Utc};

use super::AppealState;
use crate::{
    explanation::{Explanation, NextStep, message_id},
    fiscal::ReceiptOperation,
    locale::{Argument, Texts},
    receipts::{Receipt, ReceiptState},
    scan::ImageFault,
};

/// The most characters of a comment.
pub const LONGEST_COMMENT: u32 = 1_000;
/// The most photographs of an appeal.
pub const MOST_PHOTOGRAPHS: u32 = 3;

/// Why there can be no such appeal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppealFault {
    /// The gallery has not decided about the receipt yet.
    NotDecided,
    /// All of the receipt counts.
    NothingToAppeal,
    /// There is one already, without an answer.
    AppealOpen,
    /// There is one, answered, and the receipt has not been decided again since.
    AppealAnswered,
    /// The comment is longer than [`LONGEST_COMMENT`].
    CommentTooLong,
    /// There are more than [`MOST_PHOTOGRAPHS`].
    TooManyPhotographs,
    /// A photograph cannot be read.
    Photograph {
        /// Which, from 0, in [`super::NewAppeal::photographs`].
        number: u32,
        /// Why.
        fault: ImageFault,
    },
}

impl AppealFault {
    /// The name in the texts' ids, and for shells.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDecided => "not-decided",
            Self::NothingToAppeal => "nothing-to-appeal",
            Self::AppealOpen => "appeal-open",
            Self::AppealAnswered => "appeal-answered",
            Self::CommentTooLong => "comment-too-long",
            Self::TooManyPhotographs => "too-many-photographs",
            Self::Photograph { .. } => "photograph",
        }
    }

    /// The same for the member.
    #[must_use]
    pub fn explanation(&self, texts: &Texts) -> Explanation {
        let sentence = |arguments: &[_]| texts.text(&message_id("appeal-fault", self.code()), arguments);
        let (sentence, next_step) = match self {
            Self::NotDecided | Self::AppealOpen => (sentence(&[]), NextStep::Wait),
            Self::NothingToAppeal => (sentence(&[]), NextStep::Nothing),
            Self::AppealAnswered => (sentence(&[]), NextStep::ShowAtDesk),
            Self::CommentTooLong => (sentence(&[("most", Argument::Count(LONGEST_COMMENT.into()))]), NextStep::Shorten),
            Self::TooManyPhotographs => {
                (sentence(&[("most", Argument::Count(MOST_PHOTOGRAPHS.into()))]), NextStep::Shorten)
            }
            Self::Photograph { number, fault } => {
                let reason = Explanation::of_image(texts, fault).sentence;
                let arguments =
                    [("number", Argument::Count(i64::from(*number) + 1)), ("reason", Argument::Text(&reason))];
                (sentence(&arguments), NextStep::ChooseAnotherPicture)
            }
        };
        Explanation::new(texts, String::new(), sentence, next_step)
    }
}

/// The last appeal about a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastAppeal {
    /// How far it has come.
    pub state: AppealState,
    /// When the gallery answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Why there can be no appeal about `receipt`, of which `last` was the last one.
#[must_use]
pub fn refusal(receipt: &Receipt, last: Option<LastAppeal>) -> Option<AppealFault> {
    let counts_in_full = || {
        let is_return = receipt.operation == Some(ReceiptOperation::SaleReturn);
        is_return || receipt.counted >= receipt.total.saturating_sub(receipt.returned)
    };
    let fault = match (receipt.state, last) {
        (_, Some(LastAppeal { state: AppealState::Waiting | AppealState::Open, .. })) => AppealFault::AppealOpen,
        (ReceiptState::Captured | ReceiptState::Pending | ReceiptState::Unknown, _) => AppealFault::NotDecided,
        (ReceiptState::Credited, _) if counts_in_full() => AppealFault::NothingToAppeal,
        (_, Some(LastAppeal { state: AppealState::Accepted | AppealState::Declined, answered_at }))
            if receipt.decided_at <= answered_at =>
        {
            AppealFault::AppealAnswered
        }
        _ => return None,
    };
    Some(fault)
}

/// Why an appeal with `comment` and so many photographs cannot be sent.
#[must_use]
pub fn refused_content(comment: &str, photographs: usize) -> Option<AppealFault> {
    if comment.chars().count() > LONGEST_COMMENT as usize {
        Some(AppealFault::CommentTooLong)
    } else if photographs > MOST_PHOTOGRAPHS as usize {
        Some(AppealFault::TooManyPhotographs)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
