//! `vremena torture-worker`: the app that is killed. It captures receipts, each once, and works by itself meanwhile.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use vremena_core::{
    app::{Config, Vremena},
    fiscal::{self, FiscalIdentity},
    receipts::Capture,
};
use vremena_qa::platform::{Desktop, LogLines};

/// An app captures so many, and then only sends.
const RECEIPTS: u32 = 12;
/// After so many it is suspended and comes back, so that kills meet checkpoints too.
const SUSPENDED_AFTER: u32 = 5;
/// Receipts that are captured begin at 1.
const NEVER_CAPTURED: u32 = 0;

#[derive(clap::Args)]
pub struct Arguments {
    /// The folder of the databases; nothing is captured where nobody is signed in
    #[arg(long)]
    directory: PathBuf,
    /// The gallery's API
    #[arg(long)]
    base_url: String,
    /// What the phone's clock shows, RFC 3339
    #[arg(long)]
    now: DateTime<Utc>,
    /// The number of the first receipt
    #[arg(long)]
    first: u32,
    /// Say what is not so
    #[arg(long, value_enum)]
    lie: Option<Lie>,
}

/// What a worker says that is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Lie {
    /// It acknowledges a receipt that it has not captured.
    Invented,
    /// It acknowledges each receipt before it captures it.
    Early,
}

/// Prints the identity of each receipt, a line each, after the core has acknowledged it; never ends by itself.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.directory;
    let log = LogLines::to_file(&folder.with_extension("log"))?;
    let desktop = Desktop::new(folder, arguments.now).logging_to(log);
    let app = Vremena::open(Config::new(folder, &arguments.base_url), desktop.ports()).await?;
    if arguments.lie == Some(Lie::Invented) {
        acknowledge(NEVER_CAPTURED)?;
    }
    if app.account().member().await?.is_some() {
        for number in (arguments.first..).take(usize::try_from(RECEIPTS)?) {
            if arguments.lie == Some(Lie::Early) {
                acknowledge(number)?;
            }
            match app.receipts().capture_text(&text(number)).await? {
                Capture::Captured(_) | Capture::AlreadyKnown(_) => acknowledge(number)?,
                Capture::NotAccepted { reason, .. } => bail!("receipt {number} is not accepted: {reason}"),
            }
            if number.is_multiple_of(SUSPENDED_AFTER) {
                app.pause().await?;
                app.resume().await?;
            }
        }
    }
    std::future::pending::<()>().await;
    Ok(ExitCode::SUCCESS)
}

/// Flushed: what is said before a kill must be heard.
fn acknowledge(number: u32) -> anyhow::Result<()> {
    let identity = fiscal::parse(&text(number)).context("the text of a receipt")?.identity();
    let mut output = std::io::stdout().lock();
    writeln!(output, "{identity}")?;
    Ok(output.flush()?)
}

/// The text of a receipt of 13 March 2026; `number` tells receipts apart.
fn text(number: u32) -> String {
    format!("t=20260313T1200&s=100.00&fn=7380440801290534&i={number}&fp=1880975916&n=1")
}

/// The number of the receipt whose identity this is.
pub fn number_of(identity: &str) -> Option<u32> {
    let identity: FiscalIdentity = identity.parse().ok()?;
    Some(identity.document_number)
}

/// The identity of the receipt of this number, as it is printed.
pub fn identity_of(number: u32) -> String {
    fiscal::parse(&text(number)).map(|receipt| receipt.identity().to_string()).unwrap_or_default()
}
