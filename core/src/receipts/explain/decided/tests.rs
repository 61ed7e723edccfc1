use serde_json::{Value, json};

use super::*;
use crate::receipts::ReceiptState;
use crate::{explanation::Explanation, fiscal::ReceiptOperation, locale::Language, receipts::ReceiptSource};

fn rules(change: Value) -> Rules {
    let mut document = json!({
        "version": 3, "effective_from": "2026-01-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
        "downgrade": "by_balance", "grace_days": 0, "returns": "original_date",
        "counting": {"min_receipt": 50_000, "excluded_categories": ["restaurants"]}, "campaigns": [],
        "tiers": [{"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}}],
        "receipts": {"max_age_days": 30, "not_found_after_days": 21},
    });
    document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Rules::read(document.to_string().as_bytes()).unwrap()
}

/// Of 320 ₽, from 1 March 2026; rejected on 14 April.
fn rejected(reason: ReceiptReason, version: Option<u32>) -> Receipt {
    Receipt {
        local_id: 1,
        receipt_id: None,
        identity: None,
        operation: Some(ReceiptOperation::Sale),
        total: Kopecks::new(32_000),
        issued_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        source: ReceiptSource::Scanned,
        state: ReceiptState::Rejected,
        reason: Some(reason),
        next_check_at: None,
        captured_at: "2026-03-01T12:00:00Z".parse().unwrap(),
        decided_at: Some("2026-04-14T12:00:00Z".parse().unwrap()),
        shop: None,
        category: Some("restaurants".to_owned()),
        returned: Kopecks::ZERO,
        return_of: None,
        rules_version: version,
        counted: Kopecks::ZERO,
        is_known_before: false,
        wedged_reason: None,
        appeal: None,
        explanation: Explanation::default(),
    }
}

fn sentence(language: Language, receipt: &Receipt, rules: Option<&Rules>) -> String {
    Explanation::of_receipt(&Texts::new(language), receipt, rules).sentence
}

#[test]
fn a_rejection_names_the_rule_its_number_and_its_version() {
    let rules = rules(json!({}));
    for (reason, ru, en) in [
        (
            ReceiptReason::BelowMinimum,
            "Правила, версия 3: чеки принимаются от 500\u{a0}₽, в этом 320\u{a0}₽.",
            "Rules, version 3: receipts are taken from 500\u{a0}₽, and this one is of 320\u{a0}₽.",
        ),
        (
            ReceiptReason::TooOld,
            "Правила, версия 3: принимаются чеки не старше 30 дней, а этому 44 дня.",
            "Rules, version 3: receipts are taken up to 30 days old, and this one is 44 days old.",
        ),
        (
            ReceiptReason::NotFound,
            "Правила, версия 3: чек ищут 21 день, и налоговая служба его так и не нашла.",
            "Rules, version 3: a receipt is looked for during 21 days, and the tax service has not found this one.",
        ),
        (
            ReceiptReason::ExcludedCategory,
            "Правила, версия 3: покупки категории «рестораны» не засчитываются.",
            "Rules, version 3: purchases of the category “restaurants” do not count.",
        ),
    ] {
        let receipt = rejected(reason, Some(3));
        assert_eq!(sentence(Language::Ru, &receipt, Some(&rules)), ru);
        assert_eq!(sentence(Language::En, &receipt, Some(&rules)), en);
    }
}

#[test]
fn every_rejection_says_what_is_known_in_both_languages() {
    let (with_numbers, without) = (rules(json!({})), rules(json!({"receipts": {}})));
    for reason in ReceiptReason::KNOWN {
        for language in [Language::Ru, Language::En] {
            let plain = sentence(language, &rejected(*reason, None), None);
            assert!(plain.contains(' ') && plain.ends_with('.') && !plain.contains('3'), "{plain}");
            for rules in [Some(&with_numbers), Some(&without), None] {
                let told = sentence(language, &rejected(*reason, Some(3)), rules);
                assert!(told.contains(' ') && told.ends_with('.') && told.contains('3'), "{told}");
                assert!(!told.contains("{") && !told.contains("rule-"), "{told}");
            }
        }
    }
}

#[test]
fn without_the_rules_of_that_version_the_sentence_stands_without_the_number() {
    let receipt = rejected(ReceiptReason::BelowMinimum, Some(3));
    let told = sentence(Language::Ru, &receipt, None);
    assert_eq!(told, "Сумма чека меньше минимальной по правилам программы. Решено по правилам версии 3.");
}

#[test]
fn numbers_take_their_plural_forms() {
    let receipt = rejected(ReceiptReason::TooOld, Some(3));
    for (limit, words) in [(1, "1 дня"), (2, "2 дней"), (5, "5 дней"), (11, "11 дней"), (21, "21 дня")]
    {
        let rules = rules(json!({"receipts": {"max_age_days": limit}}));
        let told = sentence(Language::Ru, &receipt, Some(&rules));
        assert!(told.contains(&format!("не старше {words},")), "{told}");
    }
}

#[test]
fn a_category_that_this_version_cannot_name_is_shown_as_it_came() {
    let receipt = Receipt { category: Some("cinema".to_owned()), ..rejected(ReceiptReason::ExcludedCategory, Some(3)) };
    assert!(sentence(Language::Ru, &receipt, None).contains("«cinema»"));
}

#[test]
fn a_receipt_that_waits_says_until_when() {
    let receipt = Receipt {
        state: ReceiptState::Pending,
        reason: None,
        decided_at: None,
        next_check_at: Some("2026-03-14T12:05:00Z".parse().unwrap()),
        ..rejected(ReceiptReason::NotFound, None)
    };
    let told = Explanation::of_receipt(&Texts::new(Language::Ru), &receipt, None);
    assert_eq!(told.next_step_sentence, "Подождите до 14 марта 2026, 15:05: приложение проверит само.");
}
