use std::collections::BTreeSet;

use super::*;
use crate::{
    fiscal::{self, ReceiptOperation},
    locale::Language,
};

fn both() -> [Texts; 2] {
    [Texts::new(Language::Ru), Texts::new(Language::En)]
}

/// One of each reason, with all that it can carry. The match makes a new reason a fault of this list.
fn every_reason() -> Vec<NotAReceipt> {
    let fields = ReceiptField::ALL;
    let one_of_each = [
        NotAReceipt::Empty,
        NotAReceipt::TooLong,
        NotAReceipt::NotText,
        NotAReceipt::ControlCharacters,
        NotAReceipt::OtherCode { link: true },
        NotAReceipt::OperatorLink { operator: "other", has: Requisites::default() },
        NotAReceipt::ForeignReceipt { country: "UZ" },
        NotAReceipt::BrokenGenerator,
        NotAReceipt::MissingField { field: ReceiptField::Total },
        NotAReceipt::BadField { field: ReceiptField::Total },
        NotAReceipt::ContradictoryField { field: ReceiptField::Total },
    ];
    let of = |reason: &NotAReceipt| match reason {
        NotAReceipt::Empty
        | NotAReceipt::TooLong
        | NotAReceipt::NotText
        | NotAReceipt::ControlCharacters
        | NotAReceipt::OtherCode { .. }
        | NotAReceipt::BrokenGenerator => vec![*reason],
        NotAReceipt::OperatorLink { has, .. } => {
            fiscal::operators().map(|operator| NotAReceipt::OperatorLink { operator, has: *has }).collect()
        }
        NotAReceipt::ForeignReceipt { .. } => {
            let countries: BTreeSet<&str> = fiscal::countries().collect();
            countries.into_iter().map(|country| NotAReceipt::ForeignReceipt { country }).collect()
        }
        NotAReceipt::MissingField { .. } => fields.map(|field| NotAReceipt::MissingField { field }).to_vec(),
        NotAReceipt::BadField { .. } => fields.map(|field| NotAReceipt::BadField { field }).to_vec(),
        NotAReceipt::ContradictoryField { .. } => {
            fields.map(|field| NotAReceipt::ContradictoryField { field }).to_vec()
        }
    };
    one_of_each.iter().flat_map(of).collect()
}

fn every_check_fault() -> Vec<CheckFault> {
    let one_of_each = [
        CheckFault::InTheFuture,
        CheckFault::TooOld { days: 31, limit: Some(30) },
        CheckFault::UnsupportedOperation { operation: ReceiptOperation::Payout },
        CheckFault::TotalOutOfRange,
    ];
    let of = |fault: &CheckFault| match fault {
        CheckFault::InTheFuture | CheckFault::UnsupportedOperation { .. } | CheckFault::TotalOutOfRange => vec![*fault],
        CheckFault::TooOld { .. } => vec![*fault, CheckFault::TooOld { days: 4000, limit: None }],
    };
    one_of_each.iter().flat_map(of).collect()
}

/// Every fault that a field of the form can have.
fn every_field_fault() -> Vec<FieldFault> {
    let of = |field, faults: &[EntryFault]| faults.iter().map(|fault| FieldFault { field, fault: *fault }).collect();
    let number = [EntryFault::Missing, EntryFault::Malformed, EntryFault::OutOfRange];
    let checks = every_check_fault().into_iter().map(|fault| {
        let field = match fault {
            CheckFault::InTheFuture | CheckFault::TooOld { .. } => ReceiptField::IssuedAt,
            CheckFault::TotalOutOfRange => ReceiptField::Total,
            CheckFault::UnsupportedOperation { .. } => ReceiptField::Operation,
        };
        FieldFault { field, fault: EntryFault::Check(fault) }
    });
    let mut faults: Vec<FieldFault> = ReceiptField::ALL
        .into_iter()
        .flat_map(|field| -> Vec<FieldFault> {
            match field {
                ReceiptField::IssuedAt => of(
                    field,
                    &[EntryFault::Missing, EntryFault::Malformed, EntryFault::Ambiguous, EntryFault::OutOfRange],
                ),
                ReceiptField::Total => of(field, &[EntryFault::Missing, EntryFault::Malformed, EntryFault::Ambiguous]),
                ReceiptField::DriveNumber | ReceiptField::DocumentNumber | ReceiptField::FiscalSign => {
                    of(field, &number)
                }
                ReceiptField::Operation => of(field, &[EntryFault::Malformed]),
            }
        })
        .collect();
    faults.extend(checks);
    faults
}

fn says_why_and_what_to_do(explained: impl Iterator<Item = Explanation>) {
    let mut sentences = BTreeSet::new();
    for Explanation { sentence, next_step, next_step_sentence, .. } in explained {
        // A text that is missing shows its id.
        assert!(sentence.contains(' ') && sentence.ends_with('.'), "{sentence}");
        assert!(!sentence.contains(['{', '$']), "{sentence}");
        assert_ne!(next_step, NextStep::Nothing, "{sentence}");
        assert!(next_step_sentence.contains(' ') && next_step_sentence.ends_with('.'), "{next_step_sentence}");
        assert!(sentences.insert(sentence.clone()), "said twice: {sentence}");
    }
}

#[test]
fn every_reason_why_a_code_is_no_receipt_has_its_own_sentence_and_step_in_both_languages() {
    for texts in both() {
        says_why_and_what_to_do(every_reason().iter().map(|reason| Explanation::of_code(&texts, reason)));
    }
}

#[test]
fn every_check_has_its_own_sentence_and_step_in_both_languages() {
    for texts in both() {
        says_why_and_what_to_do(every_check_fault().iter().map(|fault| Explanation::of_check(&texts, fault)));
    }
}

#[test]
fn every_fault_of_every_field_has_its_own_sentence_and_step_in_both_languages() {
    for texts in both() {
        says_why_and_what_to_do(every_field_fault().iter().map(|fault| Explanation::of_entry(&texts, fault)));
    }
}

#[test]
fn a_country_is_called_by_its_name() {
    for texts in both() {
        for country in fiscal::countries() {
            let sentence = Explanation::of_code(&texts, &NotAReceipt::ForeignReceipt { country }).sentence;
            assert!(!sentence.contains(country), "{sentence}");
        }
    }
}

#[test]
fn an_operators_link_is_told_by_its_operator_and_by_what_it_lacks() {
    let has = Requisites { total: true, fiscal_sign: true, ..Requisites::default() };
    let [ru, en] = both().map(|texts| {
        let said = |operator| Explanation::of_code(&texts, &NotAReceipt::OperatorLink { operator, has }).sentence;
        (said("taxcom.ru"), said("other"))
    });
    assert!(ru.0.contains("(taxcom.ru)") && ru.0.ends_with(": дата и время, ФН, ФД."), "{}", ru.0);
    assert!(en.0.contains("(taxcom.ru)") && en.0.ends_with(": date and time, ФН, ФД."), "{}", en.0);
    assert!(!ru.1.contains("other") && !en.1.contains("other"), "{} {}", ru.1, en.1);
    let all = Requisites { issued_at: true, total: true, drive_number: true, document_number: true, fiscal_sign: true };
    for texts in both() {
        let link = |operator| NotAReceipt::OperatorLink { operator, has: all };
        let said = fiscal::operators().map(link).map(|reason| Explanation::of_code(&texts, &reason));
        says_why_and_what_to_do(said);
    }
}

#[test]
fn a_field_is_called_as_on_paper() {
    let ru = Texts::new(Language::Ru);
    let said = |field| Explanation::of_code(&ru, &NotAReceipt::MissingField { field }).sentence;
    assert_eq!(said(ReceiptField::DriveNumber), "В коде не хватает реквизита «ФН».");
    assert_eq!(said(ReceiptField::IssuedAt), "В коде не хватает реквизита «дата и время».");
}
