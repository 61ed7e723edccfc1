use serde_json::json;

use super::{
    super::{SentenceChange, changes},
    *,
};

fn changed(before: &Value, after: &Value) -> Vec<SentenceChange> {
    changes(&rulebook(before, Language::En), &rulebook(after, Language::En))
}

fn told(before: &Value, after: &Value) -> Vec<(String, Option<String>, Option<String>)> {
    changed(before, after).into_iter().map(|change| (change.key, change.before, change.after)).collect()
}

fn keys(before: &Value, after: &Value) -> Vec<String> {
    changed(before, after).into_iter().map(|change| change.key).collect()
}

#[test]
fn what_is_the_same_is_not_told() {
    let document = document(json!({}));
    assert_eq!(changed(&document, &document), []);
}

#[test]
fn each_sentence_is_told_with_what_it_said_before() {
    let before = document(json!({}));
    let mut after = document(json!({"version": 2, "effective_from": "2026-03-01", "grace_days": 14, "receipts": null}));
    after["tiers"][1]["require"]["at_least"] = json!(20_000_000);
    let text = |text: &str| Some(text.replace('_', "\u{a0}"));
    let days = |what: &str| text(what);
    assert_eq!(
        told(&before, &after),
        [
            (
                "tier:leto",
                text("Summer: purchases of at least 300,000_₽."),
                text("Summer: purchases of at least 200,000_₽.")
            ),
            (
                "grace",
                None,
                text("If a tier’s requirements are not met, it is kept for 14 more days and checked again.")
            ),
            ("max_age", days("Receipts up to 30 days old are taken."), None),
            ("not_found_after", days("A receipt that the tax service has not found for 30 days does not count."), None),
            (
                "effective_from",
                text("Version 1 applies from 1 January 2026."),
                text("Version 2 applies from 1 March 2026.")
            ),
        ]
        .map(|(key, before, after)| (key.to_owned(), before, after))
    );
}

#[test]
fn what_is_new_and_what_is_gone_stand_in_their_places() {
    let tier = |id: &str, at_least: i64| json!({"id": id, "name": {"ru": id, "en": id}, "require": {"metric": "sum", "at_least": at_least}});
    let tiers = |others: &[Value]| {
        let first = json!({"id": "first", "name": {"ru": "f", "en": "f"}});
        let tiers: Vec<_> = std::iter::once(&first).chain(others).collect();
        document(json!({"tiers": tiers, "benefits": null}))
    };
    let before = tiers(&[tier("a", 1), tier("b", 2), tier("c", 3)]);
    assert_eq!(keys(&before, &tiers(&[tier("a", 1), tier("c", 3)])), ["tier:b"]);
    assert_eq!(keys(&before, &tiers(&[tier("a", 1), tier("x", 2), tier("c", 3)])), ["tier:b", "tier:x"]);
    assert_eq!(keys(&before, &tiers(&[tier("x", 1), tier("b", 2), tier("c", 5)])), ["tier:a", "tier:x", "tier:c"]);
    assert_eq!(keys(&before, &tiers(&[])), ["tier:a", "tier:b", "tier:c", "upgrade", "validity", "downgrade"]);
    // Another order: each tier asks for something else then.
    let swapped = tiers(&[tier("b", 1), tier("a", 2), tier("d", 3)]);
    assert_eq!(keys(&before, &swapped), ["tier:b", "tier:a", "tier:c", "tier:d"]);
}

#[test]
fn changes_there_and_back_name_the_same_sentences() {
    let before = document(json!({"grace_days": 3}));
    let after = document(json!({"downgrade": "never", "counting": null, "version": 2}));
    let there: Vec<_> = changed(&before, &after);
    let mut back: Vec<_> = changed(&after, &before);
    for change in &mut back {
        std::mem::swap(&mut change.before, &mut change.after);
    }
    let sorted = |mut changes: Vec<SentenceChange>| {
        changes.sort_by(|a, b| a.key.cmp(&b.key));
        changes
    };
    assert_eq!(sorted(there), sorted(back));
}

#[test]
fn another_legal_document_is_told_also_where_its_text_is_the_same() {
    let with = |sha256: &str, text: &str| {
        document(json!({"legal": {"url": "https://gallery.example/rules.pdf", "sha256": sha256.repeat(64),
            "text": {"ru": text, "en": text}}}))
    };
    let legal = |before: Option<&str>, after: Option<&str>| {
        vec![("legal".to_owned(), before.map(str::to_owned), after.map(str::to_owned))]
    };
    assert_eq!(told(&with("a", "text"), &with("b", "text")), legal(Some("text"), Some("text")));
    assert_eq!(told(&with("a", "text"), &with("b", "other")), legal(Some("text"), Some("other")));
    assert_eq!(told(&document(json!({})), &with("a", "text")), legal(None, Some("text")));
    assert_eq!(told(&with("a", "text"), &with("a", "text")), []);
}
