//! How long the app takes to open on large files, in parts of what it takes on small ones.

use std::{path::Path, sync::Arc, time::Instant};

use tempfile::TempDir;
use vremena_bench::{
    filling::{Content, fill},
    phone::Phone,
    samples::Samples,
};
use vremena_core::storage::Blocking;

const ROUNDS: usize = 60;

const SMALL: Content = Content { receipts: 100, queued: 10, entries: 100, behind_a_wedge: 0 };
const LARGE: Content = Content { receipts: 10_000, queued: 1_000, entries: 10_000, behind_a_wedge: 0 };

struct Side {
    title: &'static str,
    folder: TempDir,
    phone: Arc<Phone>,
    samples: Samples,
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let mut sides = vec![
        side("100 receipts, 10 queued, 100 of the ledger", SMALL).await?,
        side("10,000 receipts, 1,000 queued, 10,000", LARGE).await?,
        side("10,000 receipts, else as the small one", Content { receipts: LARGE.receipts, ..SMALL }).await?,
        side("1,000 queued, else as the small one", Content { queued: LARGE.queued, ..SMALL }).await?,
        side("10,000 of the ledger, else as the small one", Content { entries: LARGE.entries, ..SMALL }).await?,
    ];
    let count = sides.len();
    for round in 0..=ROUNDS {
        for turn in 0..count {
            let side = &mut sides[(round + turn) % count];
            let took = opened(&side.phone, side.folder.path()).await?;
            // The first round warms up.
            if round > 0 {
                side.samples.add(took);
            }
        }
    }
    Samples::print_head("Vremena::open_with");
    sides.iter().for_each(|side| side.samples.print(side.title, &sides[0].samples));
    Ok(())
}

async fn side(title: &'static str, content: Content) -> anyhow::Result<Side> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (phone, _) = fill(folder.path(), content).await?;
    Ok(Side { title, folder, phone, samples: Samples::default() })
}

async fn opened(phone: &Arc<Phone>, folder: &Path) -> anyhow::Result<std::time::Duration> {
    let start = Instant::now();
    let app = phone.open(folder, Blocking::Pool).await?;
    let took = start.elapsed();
    app.shut_down().await?;
    Ok(took)
}
