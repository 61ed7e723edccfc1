use super::*;
use crate::{
    locale::Language,
    money::Kopecks,
    receipts::{ReceiptReason, ReceiptSource},
};

fn at(hour: u32) -> DateTime<Utc> {
    format!("2026-03-14T{hour:02}:00:00Z").parse().unwrap()
}

fn receipt(state: ReceiptState) -> Receipt {
    Receipt {
        local_id: 1,
        receipt_id: None,
        identity: None,
        operation: Some(ReceiptOperation::Sale),
        total: Kopecks::new(500_000),
        issued_at: at(1),
        source: ReceiptSource::Scanned,
        state,
        reason: Some(ReceiptReason::NotFound),
        next_check_at: None,
        captured_at: at(2),
        decided_at: Some(at(10)),
        shop: None,
        category: None,
        returned: Kopecks::new(0),
        return_of: None,
        rules_version: None,
        counted: Kopecks::new(0),
        is_known_before: false,
        appeal: None,
        wedged_reason: None,
        explanation: Explanation::default(),
    }
}

fn last(state: AppealState, hour: u32) -> Option<LastAppeal> {
    Some(LastAppeal { state, answered_at: Some(at(hour)) })
}

#[test]
fn what_was_decided_against_the_member_can_be_appealed() {
    for state in [ReceiptState::Rejected, ReceiptState::Reversed] {
        assert_eq!(refusal(&receipt(state), None), None, "{state:?}");
    }
    for state in [ReceiptState::Captured, ReceiptState::Pending, ReceiptState::Unknown] {
        assert_eq!(refusal(&receipt(state), None), Some(AppealFault::NotDecided), "{state:?}");
    }
}

#[test]
fn of_what_counts_there_is_an_appeal_about_the_rest_alone() {
    let counted = |kopecks, returned| {
        let credited = receipt(ReceiptState::Credited);
        Receipt { counted: Kopecks::new(kopecks), returned: Kopecks::new(returned), ..credited }
    };
    assert_eq!(refusal(&counted(500_000, 0), None), Some(AppealFault::NothingToAppeal));
    assert_eq!(refusal(&counted(499_999, 0), None), None);
    assert_eq!(refusal(&counted(400_000, 100_000), None), Some(AppealFault::NothingToAppeal));
    let credited_return = Receipt { operation: Some(ReceiptOperation::SaleReturn), ..counted(0, 0) };
    assert_eq!(refusal(&credited_return, None), Some(AppealFault::NothingToAppeal));
}

#[test]
fn there_is_one_appeal_at_a_time_and_one_for_each_decision() {
    let rejected = receipt(ReceiptState::Rejected);
    for state in [AppealState::Waiting, AppealState::Open] {
        let open = Some(LastAppeal { state, answered_at: None });
        assert_eq!(refusal(&rejected, open), Some(AppealFault::AppealOpen));
    }
    for state in [AppealState::Accepted, AppealState::Declined] {
        assert_eq!(refusal(&rejected, last(state, 10)), Some(AppealFault::AppealAnswered));
        assert_eq!(refusal(&rejected, last(state, 9)), None, "it was decided again since");
    }
    assert_eq!(refusal(&rejected, last(AppealState::Refused, 11)), None, "the gallery never had it");
}

#[test]
fn a_comment_and_photographs_have_their_limits() {
    let longest = "ё".repeat(LONGEST_COMMENT as usize);
    assert_eq!(refused_content(&longest, MOST_PHOTOGRAPHS as usize), None);
    assert_eq!(refused_content(&format!("{longest}!"), 0), Some(AppealFault::CommentTooLong));
    assert_eq!(refused_content("", 4), Some(AppealFault::TooManyPhotographs));
}

#[test]
fn every_fault_says_what_to_do_in_both_languages() {
    let faults = [
        AppealFault::NotDecided,
        AppealFault::NothingToAppeal,
        AppealFault::AppealOpen,
        AppealFault::AppealAnswered,
        AppealFault::CommentTooLong,
        AppealFault::TooManyPhotographs,
        AppealFault::Photograph { number: 1, fault: ImageFault::NotAPicture },
    ];
    for texts in [Texts::new(Language::Ru), Texts::new(Language::En)] {
        for fault in &faults {
            let Explanation { sentence, next_step_sentence, .. } = fault.explanation(&texts);
            assert!(sentence.contains(' ') && sentence.ends_with('.') && !sentence.contains('{'), "{sentence}");
            assert!(next_step_sentence.contains(' '), "{next_step_sentence}");
        }
        for state in AppealState::KNOWN {
            for group in ["appeal", "appeal-sentence"] {
                assert!(texts.find(&message_id(group, state.code())).is_some(), "{group} {state:?}");
            }
        }
    }
    let named = faults.last().unwrap().explanation(&Texts::new(Language::Ru)).sentence;
    assert!(named.contains("Фотография 2"), "{named}");
}

#[test]
fn photographs_on_their_way_are_counted_in_both_languages() {
    let counted = |language, count| {
        Texts::new(language).text("appeal-sentence-open-photographs", &[("count", Argument::Count(count))])
    };
    for (count, words) in
        [(1, "ещё 1 фотография"), (2, "ещё 2 фотографии"), (5, "ещё 5 фотографий"), (21, "ещё 21 фотография")]
    {
        assert!(counted(Language::Ru, count).contains(words), "{}", counted(Language::Ru, count));
    }
    assert!(
        counted(Language::En, 1).contains("1 photograph is") && counted(Language::En, 2).contains("2 photographs are")
    );
}
