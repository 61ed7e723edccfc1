//! `vremena torture`: a proof that nothing acknowledged is lost or doubled, however often the app is killed.

mod ending;
mod phone;
mod plan;
mod round;
mod verdict;
pub mod worker;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use vremena_core::app::{Config, Vremena, Work};
use vremena_qa::{
    admin::Admin,
    consents,
    platform::{Desktop, LogLines},
};
use vremena_sandbox::{Config as SandboxConfig, Sandbox};

use self::{
    plan::{Plan, Target},
    round::{Ended, Round},
    verdict::Verdict,
    worker::Lie,
};
use crate::sandbox::made_up_token;

/// Nobody's number.
const PHONE: &str = "+79000000000";
/// Between two rounds so much passes for the phone and for the gallery: whatever asked to wait may go.
const BETWEEN_ROUNDS: TimeDelta = TimeDelta::minutes(1);
/// What makes a folder one of ours, whose content may be removed.
const MARK: &str = "torture.lock";
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/torture");

#[derive(clap::Args)]
pub struct Arguments {
    /// How often the app is killed
    #[arg(long, default_value_t = 300)]
    rounds: u32,
    /// The moments of the kills and the network's state follow from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the databases go; what an earlier run left there is removed [default: target/torture]
    #[arg(long, default_value = DIRECTORY, hide_default_value = true)]
    directory: PathBuf,
    /// The apps say what is not so: a proof that it would be found
    #[arg(long, value_enum, hide = true)]
    lie: Option<Lie>,
}

/// All that a run needs.
struct Torture {
    sandbox: Sandbox,
    admin: Admin,
    desktop: Desktop,
    /// The member's folder.
    member: PathBuf,
    /// The folder of phones that are new in some rounds.
    new_phone: PathBuf,
}

/// What the rounds came to.
#[derive(Default)]
struct Tally {
    kills: [u32; 3],
    acknowledged: Vec<u32>,
    /// What went wrong besides lost and doubled receipts, in sentences.
    findings: Vec<String>,
}

/// Plays the rounds. Exit code 1 where anything was lost, doubled or wedged: it is named then.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let torture = Torture::open(&arguments.directory, arguments.seed).await?;
    let mut tally = Tally::default();
    torture.play(&arguments, &mut tally).await?;
    let verdict = torture.end(&mut tally).await?;
    let requests = torture.requests().await?;
    torture.sandbox.stop().await;
    let [opening, making, working] = tally.kills;
    anstream::println!(
        "seed          {}\nrounds        {}\nkills         {}: {opening} while opening, {making} while a new phone's \
         files were made, {working} while capturing and sending\nacknowledged  {}\narrived       {}\nlost          {}\n\
         doubled       {}\nrequests      {requests}\nduration      {:.1} s",
        arguments.seed,
        arguments.rounds,
        tally.kills.iter().sum::<u32>(),
        tally.acknowledged.len(),
        verdict.arrived,
        verdict.lost.len(),
        verdict.doubled.len(),
        started.elapsed().as_secs_f64(),
    );
    verdict.complaints().chain(tally.findings.iter().cloned()).for_each(|complaint| anstream::println!("{complaint}"));
    Ok(if verdict.is_good() && tally.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Torture {
    async fn open(directory: &Path, seed: u64) -> anyhow::Result<Self> {
        let directory = fresh(directory)?;
        let member = directory.join("member");
        std::fs::create_dir(&member)?;
        let admin_token = made_up_token()?;
        let localhost = ([127, 0, 0, 1], 0).into();
        let sandbox = Sandbox::start(SandboxConfig {
            listen: localhost,
            admin_listen: localhost,
            database: directory.join("gallery.db"),
            seed,
            start: Some(start()),
            admin_token: admin_token.clone(),
            tls: None,
        })
        .await
        .context("the sandbox gallery cannot start")?;
        let admin = Admin::new(sandbox.admin_url(), admin_token)?;
        let desktop = Desktop::new(&member, start()).logging_to(LogLines::to_file(&directory.join("core.log"))?);
        let torture = Self { sandbox, admin, desktop, member, new_phone: directory.join("new-phone") };
        let app = torture.app(&torture.member).await?;
        consents::give_required(app.account()).await?;
        app.account().request_code(PHONE).await?;
        app.account().sign_in(PHONE, &torture.admin.code(PHONE).await?).await?;
        app.sync().pull().await?;
        app.shut_down().await?;
        Ok(torture)
    }

    /// The core in this process, which works when it is asked to.
    async fn app(&self, folder: &Path) -> anyhow::Result<Vremena> {
        let config = Config { work: Work::OnDemand, ..Config::new(folder, self.sandbox.base_url()) };
        Ok(Vremena::open(config, self.desktop.ports()).await?)
    }

    async fn play(&self, arguments: &Arguments, tally: &mut Tally) -> anyhow::Result<()> {
        let mut plan = Plan::new(arguments.seed);
        let mut opening = None;
        for number in 1..=arguments.rounds {
            let step = plan.round(number);
            step.network.set(&self.admin).await?;
            let round = Round { step: &step, first: next(&tally.acknowledged), lie: arguments.lie, opening };
            let Ended { lines, own_end, opened_after } = self.kill_an_app(&round).await?;
            opening = opening.or(opened_after);
            tally.acknowledged.extend(lines);
            match (own_end, tally.kills.get_mut(step.target as usize)) {
                (None, Some(kills)) => *kills += 1,
                (told, _) => tally.findings.extend(told.map(|told| format!("round {number}: {told}"))),
            }
            if step.target == Target::NewPhone {
                let opened = self.opens_again(&self.new_phone).await;
                tally.findings.extend(opened.err().map(|error| format!("round {number}: {error:#}")));
            }
            self.time_passes(BETWEEN_ROUNDS).await?;
        }
        Ok(())
    }

    /// A file that was being made when the process was killed is finished by the next one.
    async fn opens_again(&self, folder: &Path) -> anyhow::Result<()> {
        let app = self.app(folder).await.context("a new phone's half-made files do not open")?;
        app.shut_down().await?;
        std::fs::remove_dir_all(folder)?;
        Ok(())
    }

    /// For the phone and for the gallery.
    async fn time_passes(&self, by: TimeDelta) -> anyhow::Result<()> {
        self.admin.advance(by.num_seconds()).await?;
        self.desktop.clock.advance(by);
        Ok(())
    }

    async fn end(&self, tally: &mut Tally) -> anyhow::Result<Verdict> {
        self.admin.network(true, &[]).await?;
        let app = self.app(&self.member).await?;
        let left = self.drained(&app).await?;
        tally.findings.extend(left);
        let verdict = self.compared(&app, &tally.acknowledged).await?;
        app.shut_down().await?;
        Ok(verdict)
    }

    async fn requests(&self) -> anyhow::Result<u64> {
        let counts = self.admin.call(http::Method::GET, "requests", None).await?;
        let counts = counts["requests"].as_array().context("counts")?;
        Ok(counts.iter().filter_map(|count| count["count"].as_u64()).sum())
    }
}

/// The number of the first receipt that no app has acknowledged. The one that an app was just capturing when it was
/// killed is captured again, as a member does who saw no answer.
fn next(acknowledged: &[u32]) -> u32 {
    acknowledged.iter().max().map_or(1, |last| last + 1)
}

/// Saturday, 14 March 2026, 15:00 in Moscow.
fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_489_600, 0).unwrap_or_default()
}

/// An empty folder. Emptied is only one that an earlier run has made.
fn fresh(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.join(MARK).is_file() {
        std::fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let folder = folder.canonicalize()?;
    ensure!(folder.read_dir()?.next().is_none(), "{} is neither empty nor of an earlier run", folder.display());
    std::fs::write(folder.join(MARK), [])?;
    Ok(folder)
}
