//! What sending one entry costs, however long the queue is: from one request to the next, with a gallery that answers at
//! once, so that all of it is the core's.

use std::{sync::Arc, time::Instant};

use tempfile::TempDir;
use vremena_bench::{
    filling::{Content, fill},
    gallery::Gallery,
    samples::Samples,
};
use vremena_core::{app::Vremena, outbox::DrainBudget, storage::Blocking};

const ROUNDS: usize = 30;
/// Each drain sends so many, and then the phone has no network.
const SENDS: u32 = 5;

struct Side {
    title: String,
    _folder: TempDir,
    gallery: Arc<Gallery>,
    app: Vremena,
    /// The next receipt to capture.
    next: u32,
    /// From one request of a drain to the next.
    between: Samples,
    /// A whole drain that sends one entry, as after each capture.
    single: Samples,
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let mut sides = Vec::new();
    for queued in [10, 1_000, 100_000] {
        sides.push(side(format!("{queued} queued"), Content { queued, ..Content::default() }).await?);
    }
    for behind_a_wedge in [10, 1_000, 100_000] {
        let content = Content { queued: 1_000, behind_a_wedge, ..Content::default() };
        sides.push(side(format!("1000 queued, {behind_a_wedge} more behind a wedge"), content).await?);
    }
    let count = sides.len();
    for round in 0..=ROUNDS {
        for turn in 0..count {
            sides[(round + turn) % count].measure(round > 0).await?;
        }
    }
    Samples::print_head("from one request of a drain to the next");
    sides.iter().for_each(|side| side.between.print(&side.title, &sides[0].between));
    println!();
    Samples::print_head("a whole drain that sends one entry");
    sides.iter().for_each(|side| side.single.print(&side.title, &sides[0].single));
    Ok(())
}

async fn side(title: String, content: Content) -> anyhow::Result<Side> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let (phone, gallery) = fill(folder.path(), content).await?;
    let app = phone.open(folder.path(), Blocking::Pool).await?;
    let next = content.queued.max(1) + 1;
    Ok(Side { title, _folder: folder, gallery, app, next, between: Samples::default(), single: Samples::default() })
}

impl Side {
    /// Sends `SENDS` entries in one drain and one in another, and puts as many into the queue again.
    async fn measure(&mut self, counts: bool) -> anyhow::Result<()> {
        self.drain(SENDS).await?;
        let asked = self.gallery.asked();
        anyhow::ensure!(asked.len() == SENDS as usize, "{}: {} sent", self.title, asked.len());
        let start = Instant::now();
        self.drain(1).await?;
        let single = start.elapsed();
        anyhow::ensure!(self.gallery.asked().len() == 1, "{}: not one sent", self.title);
        if counts {
            asked.windows(2).for_each(|pair| self.between.add(pair[1] - pair[0]));
            self.single.add(single);
        }
        for _ in 0..=SENDS {
            vremena_bench::phone::capture(&self.app, self.next).await?;
            self.next += 1;
        }
        Ok(())
    }

    async fn drain(&self, sends: u32) -> anyhow::Result<()> {
        self.gallery.allow(sends);
        self.app.outbox().drain(DrainBudget::default()).await?;
        Ok(())
    }
}
