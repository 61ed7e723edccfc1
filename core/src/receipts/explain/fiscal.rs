//! What a member reads about a code that is no receipt, a receipt that cannot be taken, and a wrong field of the form.

use crate::{
    explanation::{Explanation, NextStep, message_id},
    fiscal::{CheckFault, EntryFault, FieldFault, NotAReceipt, ReceiptField, Requisites},
    locale::{Argument, Texts},
};

impl Explanation {
    /// Of a code that is no receipt.
    #[must_use]
    pub fn of_code(texts: &Texts, fault: &NotAReceipt) -> Self {
        let id = message_id("code", fault.code());
        let (sentence, next_step) = match fault {
            NotAReceipt::OperatorLink { operator, has } => {
                (operator_sentence(texts, &id, operator, *has), NextStep::ScanPaperReceipt)
            }
            NotAReceipt::ForeignReceipt { country } => {
                (texts.text(&id, &[("country", Argument::Text(country))]), NextStep::ScanAnotherReceipt)
            }
            NotAReceipt::MissingField { field }
            | NotAReceipt::BadField { field }
            | NotAReceipt::ContradictoryField { field } => {
                (texts.text(&id, &[("field", Argument::Text(&named(texts, *field)))]), NextStep::EnterByHand)
            }
            NotAReceipt::BrokenGenerator => (texts.text(&id, &[]), NextStep::EnterByHand),
            NotAReceipt::Empty
            | NotAReceipt::TooLong
            | NotAReceipt::NotText
            | NotAReceipt::ControlCharacters
            | NotAReceipt::OtherCode { .. } => (texts.text(&id, &[]), NextStep::ScanPaperReceipt),
        };
        Self::new(texts, String::new(), sentence, next_step)
    }

    /// Of a receipt that the programme cannot take now.
    #[must_use]
    pub fn of_check(texts: &Texts, fault: &CheckFault) -> Self {
        let id = message_id("check", fault.code());
        let (sentence, next_step) = match *fault {
            CheckFault::TooOld { days, limit } => {
                let age = texts.text("days", &[("count", Argument::Count(days))]);
                let age = ("age", Argument::Text(&age));
                let sentence = match limit {
                    Some(limit) => texts.text(&id, &[age, ("limit", Argument::Count(i64::from(limit)))]),
                    None => texts.text("check-too-old-for-programme", &[age]),
                };
                (sentence, NextStep::ScanAnotherReceipt)
            }
            CheckFault::InTheFuture => (texts.text(&id, &[]), NextStep::CheckClock),
            CheckFault::TotalOutOfRange => (texts.text(&id, &[]), NextStep::ShowAtDesk),
            CheckFault::UnsupportedOperation { .. } => (texts.text(&id, &[]), NextStep::ScanAnotherReceipt),
        };
        Self::new(texts, String::new(), sentence, next_step)
    }

    /// Of a wrong field of a receipt that is typed in by hand, to be shown at that field.
    #[must_use]
    pub fn of_entry(texts: &Texts, FieldFault { field, fault }: &FieldFault) -> Self {
        match fault {
            // A slip of the finger is likelier than a clock that is wrong.
            EntryFault::Check(fault @ (CheckFault::InTheFuture | CheckFault::TotalOutOfRange)) => {
                Self::new(texts, String::new(), Self::of_check(texts, fault).sentence, NextStep::EnterByHand)
            }
            EntryFault::Check(fault) => Self::of_check(texts, fault),
            EntryFault::Missing | EntryFault::Malformed | EntryFault::Ambiguous | EntryFault::OutOfRange => {
                let id = message_id(&message_id("entry", field.name()), fault.code());
                Self::new(texts, String::new(), texts.text(&id, &[]), NextStep::EnterByHand)
            }
        }
    }
}

fn operator_sentence(texts: &Texts, id: &str, operator: &str, has: Requisites) -> String {
    let missing: Vec<String> = has.missing().map(|field| named(texts, field)).collect();
    let operator = ("operator", Argument::Text(operator));
    if missing.is_empty() {
        return texts.text("code-operator-link-unreadable", &[operator]);
    }
    texts.text(id, &[operator, ("missing", Argument::Text(&missing.join(", ")))])
}

/// A field as it is called on paper.
fn named(texts: &Texts, field: ReceiptField) -> String {
    texts.text("requisite", &[("field", Argument::Text(field.name()))])
}

#[cfg(test)]
mod tests;
