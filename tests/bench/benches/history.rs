//! The first page of the history with many receipts, in parts of what it takes with a few.

use std::time::Instant;

use tempfile::TempDir;
use vremena_bench::{
    filling::{Content, fill},
    samples::Samples,
};
use vremena_core::{
    app::Vremena,
    receipts::{HistoryFilter, ReceiptSource, ReceiptState},
    storage::Blocking,
};

const ROUNDS: usize = 200;
const PAGE: u32 = 20;

struct Side {
    title: &'static str,
    _folder: TempDir,
    app: Vremena,
    samples: Vec<Samples>,
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

fn filters() -> [(&'static str, HistoryFilter); 4] {
    let all = HistoryFilter::default;
    [
        ("all", all()),
        ("of a state", HistoryFilter { states: vec![ReceiptState::Credited], ..all() }),
        ("of a source", HistoryFilter { sources: vec![ReceiptSource::Scanned], ..all() }),
        ("with a word", HistoryFilter { text: "1".to_owned(), ..all() }),
    ]
}

async fn run() -> anyhow::Result<()> {
    let mut sides = Vec::new();
    for (title, receipts) in [("100 receipts", 100), ("50,000 receipts", 50_000)] {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let (phone, _) = fill(folder.path(), Content { receipts, ..Content::default() }).await?;
        let app = phone.open(folder.path(), Blocking::Pool).await?;
        sides.push(Side { title, _folder: folder, app, samples: vec![Samples::default(); filters().len()] });
    }
    for round in 0..=ROUNDS {
        for side in &mut sides {
            for ((name, filter), samples) in filters().iter().zip(&mut side.samples) {
                let start = Instant::now();
                let page = side.app.receipts().history(filter, None, PAGE).await?;
                let took = start.elapsed();
                anyhow::ensure!(page.receipts.len() == PAGE as usize, "{name}: {} receipts", page.receipts.len());
                // The first round warms up.
                if round > 0 {
                    samples.add(took);
                }
            }
        }
    }
    for (place, (name, _)) in filters().iter().enumerate() {
        Samples::print_head(&format!("the first page, {name}"));
        sides.iter().for_each(|side| side.samples[place].print(side.title, &sides[0].samples[place]));
        println!();
    }
    Ok(())
}
