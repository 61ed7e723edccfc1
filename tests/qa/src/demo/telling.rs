//! What the phone tells by itself when the journey is over, offline: a receipt's story, the history, the rules with their
//! numbers, the reminders.

use std::time::Instant;

use anyhow::Context as _;
use http::Method;
use serde_json::json;
use vremena_core::receipts::{HistoryFilter, ReceiptStory};

use super::{
    journey::Journey,
    story,
    teller::{Teller, check},
    words::fill,
};
use crate::report::{Chapter, Line};

/// The most lines of a section of the rules.
const MOST_SENTENCES: usize = 4;

/// Looks at everything, and keeps it for the page.
pub async fn everything(journey: &mut Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    let receipt = journey.receipt(&journey.identity_of(story::RETURNED)?).await?;
    let told = journey.app.receipts().story(receipt.local_id).await?;
    check("one trace on both sides", true, told.changes.iter().all(|change| change.trace_id.is_some()))?;
    let effect = told.effect.as_ref().context("the return has an effect")?.sentence.clone();
    let history = journey.app.receipts().history(&HistoryFilter::default(), None, 1).await?;
    let month = history.months.first().context("a month with receipts")?;
    let texts = journey.app.texts();
    let month = fill(
        teller.words.month,
        &[&month.title, &journey.counted(usize::try_from(month.receipt_count)?), &texts.money(month.counted)],
    );
    teller.step(teller.words.told.0, &fill(teller.words.told.1, &[&effect, &month]), step.elapsed());

    let step = Instant::now();
    let rulebook = journey.app.programme().rulebook(None).await?;
    let all = || rulebook.sections.iter().flat_map(|section| &section.sentences);
    let tier = &all().find(|sentence| sentence.key == "tier:leto").context("the second tier's rule")?.text;
    let detail = fill(teller.words.rules.1, &[&rulebook.version.to_string(), &all().count().to_string(), tier]);
    teller.step(teller.words.rules.0, &detail, step.elapsed());

    let step = Instant::now();
    let member = journey.app.account().member().await?.context("a member")?.member_id;
    let points = json!({ "kind": "points", "points": 300, "expires": "2026-03-31" });
    journey.admin.call(Method::POST, &format!("members/{}/ledger", member.as_str()), Some(points)).await?;
    journey.app.sync().pull().await?;
    let plan = journey.app.reminders().plan().await?;
    let next = plan.first().context("something to remind of")?;
    let detail = fill(teller.words.reminders.1, &[&texts.instant(next.fire_at), &next.text]);
    teller.step(teller.words.reminders.0, &detail, step.elapsed());

    let rules = rulebook.sections.iter().flat_map(|section| section.sentences.iter().take(MOST_SENTENCES));
    let reminders = plan.iter().map(|reminder| Line::new(texts.instant(reminder.fire_at), reminder.text.clone()));
    let chapters = vec![
        Chapter::new(teller.words.told, &month, lines_of(&told, journey)),
        Chapter::new(
            teller.words.rules,
            teller.words.rules_story,
            rules.map(|sentence| Line::new(String::new(), sentence.text.clone())).collect(),
        ),
        Chapter::new(teller.words.reminders, teller.words.reminders_story, reminders.collect()),
    ];
    journey.chapters.extend(chapters);
    Ok(())
}

/// A receipt's story, line by line.
fn lines_of(story: &ReceiptStory, journey: &Journey) -> Vec<Line> {
    let texts = journey.app.texts();
    let positions = story.positions.iter().map(|position| Line::new(texts.money(position.sum), position.name.clone()));
    let changes = story.changes.iter().map(|change| Line::new(texts.instant(change.at), change.sentence.clone()));
    let effect = story.effect.iter().map(|effect| Line::new(String::new(), effect.sentence.clone()));
    positions.chain(changes).chain(effect).collect()
}
