//! What a member reads about a receipt: its state, why, and the one next step. Pure.

mod decided;
mod fiscal;

use decided::Decision;

use super::{Receipt, ReceiptReason, ReceiptState, ReceiptStep, changes::StoredChange};
use crate::{
    appeals::AppealState,
    explanation::{Explanation, NextStep, message_id},
    fiscal::ReceiptOperation,
    locale::{Argument, Texts},
    programme::rules::Rules,
    scan::{Advice, ImageFault},
};

impl Explanation {
    /// Of a receipt that the member has; `rules` are those that decided about it, where they are on the phone.
    #[must_use]
    pub fn of_receipt(texts: &Texts, receipt: &Receipt, rules: Option<&Rules>) -> Self {
        let state = if is_credited_return(receipt) { "credited-return" } else { receipt.state.code() };
        let state = texts.text(&message_id("state", state), &[]);
        let (sentence, next_step) = match (&receipt.wedged_reason, receipt.reason) {
            (Some(code), _) => return Self::of_wedged(texts, state, code),
            (None, Some(reason)) => {
                let (version, at) = (receipt.rules_version, receipt.decided_at);
                let decision = Decision { reason, version, rules, at };
                (decision.sentence(texts, receipt), step_of(receipt.state, reason))
            }
            (None, None) => state_sentence(texts, receipt),
        };
        let (next_step, instead) = appealed(receipt, next_step);
        let explanation = Self::new(texts, state, sentence, next_step);
        match (instead, receipt.next_check_at) {
            (Some(instead), _) => Self { next_step_sentence: texts.text(instead, &[]), ..explanation },
            (None, Some(at)) if next_step == NextStep::Wait => {
                let at = texts.instant(at);
                let next_step_sentence = texts.text("step-wait-until", &[("at", Argument::Text(&at))]);
                Self { next_step_sentence, ..explanation }
            }
            _ => explanation,
        }
    }

    /// Of a picture in which no code was found, with what would help the next one.
    #[must_use]
    pub fn of_no_code(texts: &Texts, advice: Option<Advice>) -> Self {
        let sentence = texts.text("code-no-code", &[]);
        let advised = advice.map(|advice| texts.text(&message_id("advice", advice.code()), &[]));
        let explanation = Self::new(texts, String::new(), sentence, NextStep::ScanAgain);
        Self { next_step_sentence: advised.unwrap_or(explanation.next_step_sentence), ..explanation }
    }

    /// Of a file that is no picture.
    #[must_use]
    pub fn of_image(texts: &Texts, fault: &ImageFault) -> Self {
        let sentence = texts.text(&message_id("image", fault.code()), &[]);
        Self::new(texts, String::new(), sentence, NextStep::ChooseAnotherPicture)
    }
}

fn state_sentence(texts: &Texts, receipt: &Receipt) -> (String, NextStep) {
    let kept = texts.money(receipt.counted);
    let returned = texts.money(receipt.returned);
    match receipt.state {
        ReceiptState::Captured => (texts.text("state-captured-sentence", &[]), NextStep::Wait),
        ReceiptState::Pending => match receipt.next_check_at {
            Some(at) => {
                let at = texts.instant(at);
                (texts.text("state-pending-check-sentence", &[("at", Argument::Text(&at))]), NextStep::Wait)
            }
            None => (texts.text("state-pending-sentence", &[]), NextStep::Wait),
        },
        ReceiptState::Credited if is_credited_return(receipt) => {
            let amount = texts.money(receipt.total);
            (texts.text("state-credited-return-sentence", &[("amount", Argument::Text(&amount))]), NextStep::Nothing)
        }
        ReceiptState::Credited if receipt.returned.get() > 0 && receipt.counted.get() == 0 => {
            let left = texts.money(receipt.total.saturating_sub(receipt.returned));
            let arguments = [("left", Argument::Text(&left)), ("returned", Argument::Text(&returned))];
            (texts.text("state-credited-too-little-sentence", &arguments), NextStep::Nothing)
        }
        ReceiptState::Credited if receipt.returned.get() > 0 => {
            let arguments = [("amount", Argument::Text(&kept)), ("returned", Argument::Text(&returned))];
            (texts.text("state-credited-partly-sentence", &arguments), NextStep::Nothing)
        }
        ReceiptState::Credited if receipt.is_known_before => {
            (texts.text("state-credited-before-sentence", &[("amount", Argument::Text(&kept))]), NextStep::Nothing)
        }
        ReceiptState::Credited => {
            (texts.text("state-credited-sentence", &[("amount", Argument::Text(&kept))]), NextStep::Nothing)
        }
        ReceiptState::Reversed => (texts.text("state-reversed-sentence", &[]), NextStep::Nothing),
        ReceiptState::Rejected => (texts.text("reason-unknown", &[]), NextStep::UpdateApp),
        ReceiptState::Unknown => (texts.text("state-unknown", &[]), NextStep::UpdateApp),
    }
}

/// A return is credited when it has taken its sum back.
fn is_credited_return(receipt: &Receipt) -> bool {
    receipt.state == ReceiptState::Credited && receipt.operation == Some(ReceiptOperation::SaleReturn)
}

/// What a member reads of a change; `rules` are those that decided it, where they are on the phone.
pub fn change_sentence(texts: &Texts, receipt: &Receipt, change: &StoredChange, rules: Option<&Rules>) -> String {
    let is_return = receipt.operation == Some(ReceiptOperation::SaleReturn);
    let id = match (change.step, change.reason) {
        (ReceiptStep::Sent, Some(ReceiptReason::AlreadyCounted)) => "change-sent-known".to_owned(),
        (_, Some(reason)) => {
            let decision = Decision { reason, version: change.rules_version, rules, at: Some(change.at) };
            return decision.sentence(texts, receipt);
        }
        (ReceiptStep::Credited, None) if is_return => "change-credited-return".to_owned(),
        (step, None) => message_id("change", step.code()),
    };
    texts.text(&id, &[])
}

/// The next step of a receipt about which there was an appeal, and its text where it is not the step's own.
fn appealed(receipt: &Receipt, otherwise: NextStep) -> (NextStep, Option<&'static str>) {
    let is_against = matches!(otherwise, NextStep::Appeal | NextStep::ShowAtDesk | NextStep::Nothing);
    match receipt.appeal {
        Some(AppealState::Waiting | AppealState::Open) if is_against => (NextStep::Wait, Some("step-wait-appeal")),
        Some(AppealState::Accepted | AppealState::Declined) if otherwise == NextStep::Appeal => {
            (NextStep::ShowAtDesk, None)
        }
        _ => (otherwise, None),
    }
}

fn step_of(state: ReceiptState, reason: ReceiptReason) -> NextStep {
    match reason {
        // A picture of the paper may show that the verdict is wrong.
        ReceiptReason::NotThisGallery | ReceiptReason::NotFound | ReceiptReason::DataDiffer => match state {
            ReceiptState::Rejected => NextStep::Appeal,
            _ => NextStep::ShowAtDesk,
        },
        // Whose it is, and what belongs together, is seen at the desk alone.
        ReceiptReason::CountedByAnother | ReceiptReason::ReturnUnlinked => NextStep::ShowAtDesk,
        ReceiptReason::TooOld
        | ReceiptReason::AlreadyCounted
        | ReceiptReason::BelowMinimum
        | ReceiptReason::ExcludedCategory
        | ReceiptReason::UnsupportedOperation => NextStep::Nothing,
        ReceiptReason::Unknown if state == ReceiptState::Pending => NextStep::Wait,
        ReceiptReason::Unknown => NextStep::UpdateApp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    fn both() -> [Texts; 2] {
        [Texts::new(Language::Ru), Texts::new(Language::En)]
    }

    #[test]
    fn every_refusal_of_a_picture_has_its_sentence_and_step() {
        let images = [
            ImageFault::Empty,
            ImageFault::NotAPicture,
            ImageFault::UnsupportedFormat,
            ImageFault::TooLarge { width: 30_000, height: 30_000 },
            ImageFault::Truncated,
            ImageFault::Damaged,
        ];
        for texts in both() {
            for fault in &images {
                let Explanation { sentence, next_step_sentence, .. } = Explanation::of_image(&texts, fault);
                // A text that is missing shows its id.
                assert!(sentence.contains(' ') && sentence.ends_with('.'), "{sentence}");
                assert!(next_step_sentence.contains(' '), "{next_step_sentence}");
            }
        }
    }

    #[test]
    fn every_advice_is_the_next_step_of_a_picture_without_a_code() {
        for texts in both() {
            let plain = Explanation::of_no_code(&texts, None);
            let mut told = vec![plain.next_step_sentence.clone()];
            for advice in Advice::ALL {
                let Explanation { sentence, next_step, next_step_sentence, .. } =
                    Explanation::of_no_code(&texts, Some(advice));
                assert_eq!((&sentence, next_step), (&plain.sentence, NextStep::ScanAgain));
                assert!(next_step_sentence.contains(' ') && next_step_sentence.ends_with('.'), "{next_step_sentence}");
                told.push(next_step_sentence);
            }
            told.sort();
            told.dedup();
            assert_eq!(told.len(), 1 + Advice::ALL.len());
        }
    }

    #[test]
    fn every_state_and_reason_has_its_text_in_both_languages() {
        for texts in both() {
            let states = ReceiptState::KNOWN.iter().map(|state| message_id("state", state.code()));
            let reasons = ReceiptReason::KNOWN.iter().map(|reason| message_id("reason", reason.code()));
            let unknown = ["reason-unknown", "state-unknown"].map(str::to_owned);
            let steps = ReceiptStep::KNOWN.iter().map(|step| message_id("change", step.code()));
            let more =
                ["change-unknown", "change-sent-known", "change-credited-return", "step-wait-until"].map(str::to_owned);
            for id in states.chain(reasons).chain(unknown).chain(steps).chain(more) {
                assert!(texts.find(&id).is_some(), "{id} is missing");
            }
        }
    }
}
