//! The end of the journey: verdicts, a return, and the tier.

use std::{collections::BTreeSet, time::Instant};

use anyhow::Context as _;
use chrono::TimeDelta;
use http::Method;
use serde_json::json;
use vremena_core::{
    appeals::{AppealState, AppealSubmission, AppealsSnapshot, NewAppeal},
    explanation::NextStep,
    money::Kopecks,
    receipts::{ReceiptReason, ReceiptState, ReceiptsSnapshot},
};

use super::{
    journey::{Journey, wait_for},
    story::{self, Expected},
    teller::{Teller, check},
    words::fill,
};

/// A fresh receipt is unknown to the tax service for a while, and some of its look-ups fail.
const MOST_HALF_HOURS: usize = 8;

/// Hours pass on the story's clocks until every receipt is decided.
pub async fn tax_service_answers(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    teller.begin(teller.words.verifying, 0);
    until_decided(journey, |receipt| receipt.state != ReceiptState::Pending).await?;
    let snapshot = journey.receipts_until("verdicts", |snapshot| snapshot.undecided() == 0).await?;
    let credited: Vec<_> = snapshot.recent.iter().filter(|receipt| receipt.state == ReceiptState::Credited).collect();
    check("credited receipts", 9, credited.len())?;
    let sum = credited.iter().fold(Kopecks::ZERO, |sum, receipt| sum.saturating_add(receipt.total));
    let sum = journey.app.texts().money(sum);
    teller.step(
        teller.words.verdicts.0,
        &fill(teller.words.verdicts.1, &[&journey.counted(credited.len()), &sum]),
        step.elapsed(),
    );
    Ok(())
}

/// The receipt of another gallery has a reason and a next step.
pub async fn rejected(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let receipt = journey.receipt(&journey.identity_of(story::OTHER_MALL)?).await?;
    let came = (receipt.state, receipt.reason, receipt.explanation.next_step);
    check(story::OTHER_MALL, (ReceiptState::Rejected, Some(ReceiptReason::NotThisGallery), NextStep::Appeal), came)?;
    let detail =
        fill(teller.words.rejected.1, &[&receipt.explanation.sentence, &receipt.explanation.next_step_sentence]);
    teller.step(teller.words.rejected.0, &detail, step.elapsed());
    Ok(())
}

/// The member asks the gallery to look again, with the picture that the phone has kept; the gallery stays with its word.
pub async fn appealed(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let receipt = journey.receipt(&journey.identity_of(story::OTHER_MALL)?).await?;
    let new = NewAppeal { comment: teller.words.appeal.to_owned(), photographs: Vec::new(), with_picture: true };
    let submission = journey.app.appeals().submit(receipt.local_id, new).await?;
    let AppealSubmission::Queued(appeal) = submission else { anyhow::bail!("{submission:?}") };
    check("the picture goes along", 1, appeal.photographs_waiting)?;
    let has_arrived = |snapshot: &AppealsSnapshot| {
        snapshot.appeals.iter().any(|appeal| appeal.state == AppealState::Open && appeal.photographs_waiting == 0)
    };
    wait_for(journey.app.appeals().observe(), "the appeal has arrived", has_arrived).await?;
    let path = format!("appeals/{}", appeal.appeal_id.as_str());
    let picture = journey.admin.bytes(&format!("{path}/photographs/0")).await?;
    check("the picture arrived whole", true, vremena_core::scan::scan_image(&picture).is_ok())?;
    let answer = json!({ "state": "declined", "answer": teller.words.appeal_answer });
    journey.admin.call(Method::POST, &format!("{path}/answer"), Some(answer)).await?;
    journey.time_passes(TimeDelta::minutes(2)).await?;
    let is_answered = |snapshot: &AppealsSnapshot| snapshot.appeals.iter().any(|appeal| appeal.answer.is_some());
    let snapshot = wait_for(journey.app.appeals().observe(), "the gallery's answer", is_answered).await?;
    let answered = snapshot.appeals.first().context("the appeal")?;
    let next_step = &answered.explanation.next_step_sentence;
    let detail = fill(teller.words.appealed.1, &[answered.answer.as_deref().unwrap_or_default(), next_step]);
    teller.step(teller.words.appealed.0, &detail, step.elapsed());
    Ok(())
}

/// A return takes nothing before reception has linked it, and exactly its sum afterwards.
pub async fn returned(journey: &mut Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    journey.show(story::RETURN, Expected::Captured, teller).await?;
    let identity = journey.identity_of(story::RETURN)?;
    let has = |snapshot: &ReceiptsSnapshot, state: ReceiptState| {
        snapshot.recent.iter().any(|receipt| receipt.identity.as_ref() == Some(&identity) && receipt.state == state)
    };
    journey.receipts_until("the return is sent", |snapshot| has(snapshot, ReceiptState::Pending)).await?;
    until_decided(journey, |receipt| {
        receipt.identity.as_ref() != Some(&identity) || receipt.reason == Some(ReceiptReason::ReturnUnlinked)
    })
    .await?;
    let unlinked = journey.receipt(&identity).await?;
    check(
        "an unlinked return",
        (ReceiptState::Pending, NextStep::ShowAtDesk),
        (unlinked.state, unlinked.explanation.next_step),
    )?;
    let full = wait_for(journey.app.programme().observe(), "all purchases in the sum", |snapshot| {
        snapshot.sum.get() == story::SUM_IN_THE_END + unlinked.total.get()
    });
    full.await?;

    let (returned, purchase) = (journey.receipt_id(story::RETURN).await?, journey.receipt_id(story::RETURNED).await?);
    journey.admin.link(returned.as_str(), purchase.as_str()).await?;
    journey.time_passes(TimeDelta::minutes(1)).await?;
    journey.receipts_until("the return counts", |snapshot| has(snapshot, ReceiptState::Credited)).await?;
    let purchase = journey.receipt(&journey.identity_of(story::RETURNED)?).await?;
    check("what was returned", (ReceiptState::Reversed, purchase.total), (purchase.state, purchase.returned))?;
    let taken = journey.app.texts().money(unlinked.total);
    let detail = fill(teller.words.returned.1, &[&unlinked.explanation.sentence, &taken]);
    teller.step(teller.words.returned.0, &detail, step.elapsed());
    Ok(())
}

/// The gallery's own list, not the phone's, shows each receipt once.
pub async fn counted_once(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let at_the_gallery = journey.admin.receipts().await?;
    let identities: BTreeSet<String> = at_the_gallery
        .iter()
        .map(|receipt| format!("{}:{}:{}", receipt["drive_number"], receipt["document_number"], receipt["fiscal_sign"]))
        .collect();
    let on_the_phone = journey.app.receipts().page(None, 200).await?;
    check("receipts at the gallery", on_the_phone.len(), at_the_gallery.len())?;
    check("different receipts at the gallery", at_the_gallery.len(), identities.len())?;
    let detail = fill(teller.words.once.1, &[&journey.counted(at_the_gallery.len())]);
    teller.step(teller.words.once.0, &detail, step.elapsed());
    Ok(())
}

/// The server's tier has risen, and what the phone computes agrees with it.
pub async fn tier_has_risen(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let snapshot =
        wait_for(journey.app.programme().observe(), "the tier Лето with the sum that counts", |snapshot| {
            let tier = snapshot.tier.as_ref().map(|tier| tier.id.as_str());
            tier == Some("leto") && snapshot.sum.get() == story::SUM_IN_THE_END
        })
        .await?;
    let next = snapshot.to_next.as_ref().context("there is a tier above")?;
    check(
        "the way to the next tier",
        ("osen", Some(story::MISSING_IN_THE_END)),
        (next.tier.id.as_str(), next.missing.map(Kopecks::get)),
    )?;
    check("nothing is pending any more", None, snapshot.projected.clone())?;
    let tier = snapshot.tier.as_ref().map(|tier| tier.name.clone()).unwrap_or_default();
    let detail = fill(teller.words.tier.1, &[&journey.app.texts().money(snapshot.sum), &snapshot.sentence]);
    teller.step(&fill(teller.words.tier.0, &[&tier]), &detail, step.elapsed());
    Ok(())
}

/// Half hours pass until `decided` holds for every receipt.
async fn until_decided(
    journey: &Journey,
    decided: impl Fn(&vremena_core::receipts::Receipt) -> bool,
) -> anyhow::Result<()> {
    for _ in 0..MOST_HALF_HOURS {
        journey.time_passes(TimeDelta::minutes(30)).await?;
        journey.app.sync().pull().await?;
        if journey.app.receipts().page(None, 200).await?.iter().all(&decided) {
            return Ok(());
        }
    }
    anyhow::bail!("the tax service has not answered within {MOST_HALF_HOURS} half hours")
}
