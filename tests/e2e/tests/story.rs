//! What each receipt tells of itself, and the history by month: on the phone, offline, as the gallery has it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

use http::Method;
use serde_json::{Value, json};
use vremena_core::{
    error::CoreError,
    explanation::NextStep,
    fiscal::{self, FiscalIdentity},
    receipts::{HistoryFilter, Receipt, ReceiptReason, ReceiptState, ReceiptStep, ReceiptStory},
};
use vremena_e2e::{Gallery, OTHER_PHONE, PHONE, Phone, receipt_text};

fn identity(text: &str) -> FiscalIdentity {
    fiscal::parse(text).unwrap().identity()
}

fn by_number(receipts: &[Receipt], number: u32) -> &Receipt {
    receipts.iter().find(|receipt| receipt.identity.as_ref().unwrap().document_number == number).unwrap()
}

async fn story(phone: &Phone, local_id: i64) -> ReceiptStory {
    phone.app.receipts().story(local_id).await.unwrap()
}

fn steps(story: &ReceiptStory) -> Vec<(ReceiptStep, Option<ReceiptReason>)> {
    story.changes.iter().map(|change| (change.step, change.reason)).collect()
}

async fn publish_rules(gallery: &Gallery, change: impl FnOnce(&mut Value)) {
    let mut rules: Value = serde_json::from_str(include_str!("../../sandbox/src/rules.json")).unwrap();
    rules["version"] = json!(3);
    change(&mut rules);
    gallery.admin.call(Method::PUT, "rules", Some(rules)).await.unwrap();
}

async fn cut_off(gallery: &Gallery) {
    gallery.admin.call(Method::PUT, "network", Some(json!({ "listening": false }))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credited_receipt_tells_its_positions_and_every_step_under_one_trace() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let captured = phone.capture(&receipt_text(1, 1_000)).await.unwrap();
    let fresh = story(&phone, captured.local_id).await;
    assert_eq!((steps(&fresh), fresh.positions.len()), (vec![(ReceiptStep::Captured, None)], 0));
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    cut_off(&gallery).await;

    let told = story(&phone, captured.local_id).await;
    use ReceiptStep::{Captured, Credited, Pending, Sent};
    assert_eq!(steps(&told), [Captured, Sent, Pending, Credited].map(|step| (step, None)));
    let at: Vec<_> = told.changes.iter().map(|change| change.at).collect();
    // Two clocks: the phone's until it was sent, then the gallery's.
    assert!(at[..2].is_sorted() && at[2..].is_sorted(), "{at:?}");
    let trace = told.changes[0].trace_id.clone().unwrap();
    assert_eq!(trace.len(), 32);
    assert!(told.changes.iter().all(|change| change.trace_id.as_ref() == Some(&trace)), "{:?}", told.changes);
    let versions: Vec<_> = told.changes.iter().map(|change| change.rules_version).collect();
    assert_eq!(versions, [None, None, None, Some(1)]);
    assert!(told.changes.iter().all(|change| change.sentence.ends_with('.')));
    let sum: i64 = told.positions.iter().map(|position| position.sum.get()).sum();
    assert_eq!((sum, told.receipt.counted.get()), (100_000, 100_000));
    assert!(told.positions.iter().all(|position| position.quantity_thousandths > 0 && !position.name.is_empty()));
    assert_eq!(told.effect, None);
    assert!(matches!(phone.app.receipts().story(captured.local_id + 1).await, Err(CoreError::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_names_the_rule_its_number_and_its_version_also_when_others_apply() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    publish_rules(&gallery, |rules| rules["counting"]["min_receipt"] = json!(50_000)).await;
    phone.app.sync().pull().await.unwrap();
    phone.capture(&receipt_text(1, 320)).await.unwrap();
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    publish_rules(&gallery, |rules| {
        rules["version"] = json!(4);
        rules["counting"]["min_receipt"] = json!(1_000);
    })
    .await;
    phone.app.sync().pull().await.unwrap();
    let rejected = phone.only_receipt().await.unwrap();
    assert_eq!((rejected.state, rejected.reason), (ReceiptState::Rejected, Some(ReceiptReason::BelowMinimum)));
    let sentence = "Правила, версия 3: чеки принимаются от 500\u{a0}₽, в этом 320\u{a0}₽.";
    assert_eq!(rejected.explanation.sentence, sentence);
    let told = story(&phone, rejected.local_id).await;
    let last = told.changes.last().unwrap();
    assert_eq!((last.step, last.rules_version, last.sentence.as_str()), (ReceiptStep::Rejected, Some(3), sentence));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_the_tax_service_does_not_know_yet_says_when_it_is_checked_again() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let text = receipt_text(1, 500);
    gallery.admin.tax_ticket(&identity(&text), json!({ "known": false })).await.unwrap();
    phone.capture(&text).await.unwrap();
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let pending = phone.only_receipt().await.unwrap();
    assert_eq!((pending.state, pending.explanation.next_step), (ReceiptState::Pending, NextStep::Wait));
    let until = phone.app.texts().instant(pending.next_check_at.unwrap());
    let told = &pending.explanation.next_step_sentence;
    assert!(told.contains(&until), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_reception_registered_counts_once_and_nobody_learns_whose_it_is() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let member = phone.app.account().member().await.unwrap().unwrap().member_id;
    let text = receipt_text(1, 1_000);
    let receipt = fiscal::parse(&text).unwrap();
    let at_desk = json!({
        "total_kopecks": 100_000, "issued_at": format!("{}+03:00", receipt.issued_at.format("%Y-%m-%dT%H:%M:%S")), "shop": "Колибри",
        "category": "kids", "drive_number": receipt.drive_number.as_str(),
        "document_number": receipt.document_number, "fiscal_sign": receipt.fiscal_sign,
    });
    let path = format!("members/{}/purchases", member.as_str());
    gallery.admin.call(Method::POST, &path, Some(at_desk)).await.unwrap();

    phone.capture(&text).await.unwrap();
    phone.drained().await.unwrap();
    phone.app.sync().pull().await.unwrap();
    let known = phone.only_receipt().await.unwrap();
    assert_eq!((known.state, known.is_known_before), (ReceiptState::Credited, true));
    assert!(known.explanation.sentence.starts_with("Этот чек уже учтён у вас"), "{}", known.explanation.sentence);
    let sum = phone.app.programme().snapshot().await.unwrap().sum;
    assert_eq!(sum.get(), 100_000, "once");

    let other = gallery.phone().await.unwrap();
    gallery.sign_in(&other, OTHER_PHONE).await.unwrap();
    other.capture(&text).await.unwrap();
    other.drained().await.unwrap();
    other.app.sync().pull().await.unwrap();
    let refused = other.only_receipt().await.unwrap();
    assert_eq!((refused.state, refused.reason), (ReceiptState::Rejected, Some(ReceiptReason::CountedByAnother)));
    let told = story(&other, refused.local_id).await;
    assert_eq!(told.changes.last().unwrap().step, ReceiptStep::Rejected);
    assert!(told.positions.is_empty() && told.receipt.shop.is_none() && told.receipt.receipt_id.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linked_return_tells_what_it_changed_on_both_receipts() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    phone.capture(&receipt_text(1, 300_000)).await.unwrap();
    phone.capture(&receipt_text(2, 1_000).replace("n=1", "n=2")).await.unwrap();
    phone.drained().await.unwrap();
    let receipts = gallery.decided(&phone).await.unwrap();
    let (purchase, returned) = (by_number(&receipts, 1).clone(), by_number(&receipts, 2).clone());
    assert_eq!(story(&phone, returned.local_id).await.effect, None, "unlinked, it has changed nothing");
    let (return_id, purchase_id) = (returned.receipt_id.unwrap(), purchase.receipt_id.unwrap());
    gallery.admin.link(return_id.as_str(), purchase_id.as_str()).await.unwrap();
    phone.app.sync().pull().await.unwrap();
    cut_off(&gallery).await;
    for local_id in [purchase.local_id, returned.local_id] {
        let effect = story(&phone, local_id).await.effect.unwrap();
        let sides = (&effect.before, &effect.after);
        assert_eq!((sides.0.tier.id.as_str(), sides.0.sum.get()), ("leto", 30_000_000));
        assert_eq!((sides.1.tier.id.as_str(), sides.1.sum.get()), ("vesna", 29_900_000));
        assert_eq!(
            effect.sentence,
            "Уровень был «Лето», стал «Весна»; в зачёте было 300\u{a0}000\u{a0}₽, стало 299\u{a0}000\u{a0}₽."
        );
    }
    let told = story(&phone, returned.local_id).await;
    assert_eq!(told.changes.last().unwrap().sentence, "Возврат связан с покупкой и снял свою сумму из зачёта.");
    assert_eq!(told.receipt.counted.get(), 0);
    assert_eq!(story(&phone, purchase.local_id).await.receipt.counted.get(), 29_900_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_by_month_is_filtered_and_searched_offline() {
    let gallery = Gallery::open().await.unwrap();
    let phone = gallery.signed_in(PHONE).await.unwrap();
    let truths = [
        (1, json!({ "shop": "Северный шёлк" })),
        (2, json!({ "shop": "Дом" })),
        (3, json!({ "shop": "Дом", "in_gallery": false })),
    ];
    for (number, truth) in truths {
        let text = receipt_text(number, 1_000 * number);
        gallery.admin.tax_ticket(&identity(&text), truth).await.unwrap();
        phone.capture(&text).await.unwrap();
    }
    phone.drained().await.unwrap();
    gallery.decided(&phone).await.unwrap();
    cut_off(&gallery).await;
    let receipts = phone.app.receipts();

    let all = receipts.history(&HistoryFilter::default(), None, 200).await.unwrap();
    let [month] = &all.months[..] else { panic!("{:?}", all.months) };
    assert_eq!((month.title.as_str(), month.receipt_count, month.counted.get()), ("Март 2026", 3, 300_000));
    assert_eq!((all.receipts.len(), all.next), (3, None));

    let numbers = async |filter: HistoryFilter| {
        let page = receipts.history(&filter, None, 200).await.unwrap();
        let numbers = page.receipts.iter().map(|receipt| receipt.identity.as_ref().unwrap().document_number);
        let counted: i64 = page.months.iter().map(|month| month.counted.get()).sum();
        (numbers.collect::<Vec<_>>(), counted)
    };
    let filter = HistoryFilter::default;
    let text = |text: &str| HistoryFilter { text: text.to_owned(), ..filter() };
    assert_eq!(numbers(HistoryFilter { states: vec![ReceiptState::Rejected], ..filter() }).await, (vec![3], 0));
    assert_eq!(numbers(HistoryFilter { shops: vec!["Дом".to_owned()], ..filter() }).await, (vec![2], 200_000));
    assert_eq!(numbers(text("ШЕЛК")).await, (vec![1], 100_000));
    assert_eq!(numbers(text("2000.00 дом")).await, (vec![2], 200_000));
    assert_eq!(numbers(text("нигде")).await, (vec![], 0));
    assert_eq!(receipts.shops().await.unwrap(), ["Дом", "Северный шёлк"]);

    let first = receipts.history(&filter(), None, 2).await.unwrap();
    assert_eq!((first.receipts.len(), first.months[0].receipt_count), (2, 3), "the month's sum is of all of it");
    let second = receipts.history(&filter(), first.next, 2).await.unwrap();
    assert_eq!((second.receipts.len(), second.next), (1, None));
}
