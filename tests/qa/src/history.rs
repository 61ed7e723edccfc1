//! `vremena history`: a member's receipts by month, and the story of one of them, from the files of a phone alone.

use std::process::ExitCode;

use clap::ValueEnum;
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};
use vremena_core::{
    app::Vremena,
    locale::Texts,
    receipts::{HistoryFilter, HistoryPage, Receipt, ReceiptSource, ReceiptState, ReceiptStory},
};

use crate::files::Files;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// Only those in this state; may stand several times
    #[arg(long)]
    state: Vec<State>,
    /// Only those of this shop, by its whole name; may stand several times
    #[arg(long)]
    shop: Vec<String>,
    /// Only those from this source; may stand several times
    #[arg(long)]
    source: Vec<Source>,
    /// Only those with these words, or parts of them
    #[arg(long, default_value = "")]
    search: String,
    /// At most so many
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// The whole story of the receipt with this number of the list, and nothing else
    #[arg(long, value_name = "NUMBER")]
    story: Option<i64>,
    /// The same as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    Captured,
    Pending,
    Credited,
    Rejected,
    Reversed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Source {
    Scanned,
    Manual,
    Reception,
}

impl From<State> for ReceiptState {
    fn from(state: State) -> Self {
        match state {
            State::Captured => Self::Captured,
            State::Pending => Self::Pending,
            State::Credited => Self::Credited,
            State::Rejected => Self::Rejected,
            State::Reversed => Self::Reversed,
        }
    }
}

impl From<Source> for ReceiptSource {
    fn from(source: Source) -> Self {
        match source {
            Source::Scanned => Self::Scanned,
            Source::Manual => Self::Manual,
            Source::Reception => Self::Reception,
        }
    }
}

/// Prints a page, or a story. Nothing is sent or asked for.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let app = arguments.files.open().await?;
    let told = tell(&app, &arguments).await;
    app.shut_down().await?;
    told
}

async fn tell(app: &Vremena, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(local_id) = arguments.story {
        let story = app.receipts().story(local_id).await?;
        if arguments.json {
            print_json(&story_json(&story))?
        } else {
            print_story(app.texts(), &story)
        }
        return Ok(ExitCode::SUCCESS);
    }
    let filter = HistoryFilter {
        states: arguments.state.iter().copied().map(ReceiptState::from).collect(),
        shops: arguments.shop.clone(),
        sources: arguments.source.iter().copied().map(ReceiptSource::from).collect(),
        text: arguments.search.clone(),
    };
    let page = app.receipts().history(&filter, None, arguments.limit).await?;
    if arguments.json {
        print_json(&page_json(&page))?
    } else {
        print_page(app.texts(), &page)
    }
    Ok(ExitCode::SUCCESS)
}

fn print_json(value: &Value) -> anyhow::Result<()> {
    anstream::println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

fn print_page(texts: &Texts, page: &HistoryPage) {
    let mut months = page.months.iter();
    let mut title = None;
    for receipt in &page.receipts {
        let month = receipt.issued_at.with_timezone(&vremena_core::time::MOSCOW).format("%Y-%m").to_string();
        if title.as_ref() != Some(&month) {
            if let Some(month) = months.next() {
                let counted = texts.money(month.counted);
                anstream::println!("{}  {counted} ({})", month.title.bold(), month.receipt_count);
            }
            title = Some(month);
        }
        anstream::println!("  {}", line(texts, receipt));
    }
    if page.next.is_some() {
        anstream::println!("…");
    }
}

fn line(texts: &Texts, receipt: &Receipt) -> String {
    let (at, total) = (texts.instant(receipt.issued_at), texts.money(receipt.total));
    let shop = receipt.shop.as_deref().unwrap_or("—");
    format!("{:>4}  {at}  {total}  {shop}  {}", receipt.local_id, receipt.explanation.state)
}

fn print_story(texts: &Texts, story: &ReceiptStory) {
    anstream::println!("{}", line(texts, &story.receipt).bold());
    anstream::println!("{} {}", story.receipt.explanation.sentence, story.receipt.explanation.next_step_sentence);
    for position in &story.positions {
        let (whole, part) = (position.quantity_thousandths / 1_000, position.quantity_thousandths % 1_000);
        let (price, sum) = (texts.money(position.price), texts.money(position.sum));
        anstream::println!("  {}  {whole}.{part:03} × {price} = {sum}", position.name);
    }
    for change in &story.changes {
        let trace = change.trace_id.as_deref().unwrap_or("—");
        anstream::println!("  {}  {}  {}", texts.instant(change.at), change.sentence, trace.dimmed());
    }
    if let Some(effect) = &story.effect {
        anstream::println!("{}", effect.sentence);
    }
}

fn page_json(page: &HistoryPage) -> Value {
    let months = page.months.iter().map(|month| {
        json!({ "year": month.year, "month": month.month, "title": month.title, "receipt_count": month.receipt_count,
            "counted_kopecks": month.counted.get() })
    });
    json!({
        "months": months.collect::<Vec<_>>(),
        "receipts": page.receipts.iter().map(receipt_json).collect::<Vec<_>>(),
        "is_last": page.next.is_none(),
    })
}

fn receipt_json(receipt: &Receipt) -> Value {
    json!({
        "number": receipt.local_id, "issued_at": receipt.issued_at, "total_kopecks": receipt.total.get(),
        "counted_kopecks": receipt.counted.get(), "shop": receipt.shop, "category": receipt.category,
        "source": receipt.source.code(), "state": receipt.state.code(),
        "reason": receipt.reason.map(|reason| reason.code()), "rules_version": receipt.rules_version,
        "sentence": receipt.explanation.sentence, "next_step": receipt.explanation.next_step_sentence,
    })
}

fn story_json(story: &ReceiptStory) -> Value {
    let positions = story.positions.iter().map(|position| {
        json!({ "name": position.name, "quantity_thousandths": position.quantity_thousandths,
            "price_kopecks": position.price.get(), "sum_kopecks": position.sum.get() })
    });
    let changes = story.changes.iter().map(|change| {
        json!({ "step": change.step.code(), "at": change.at, "reason": change.reason.map(|reason| reason.code()),
            "rules_version": change.rules_version, "trace_id": change.trace_id, "sentence": change.sentence })
    });
    json!({
        "receipt": receipt_json(&story.receipt),
        "positions": positions.collect::<Vec<_>>(),
        "changes": changes.collect::<Vec<_>>(),
        "effect": story.effect.as_ref().map(|effect| effect.sentence.clone()),
    })
}
