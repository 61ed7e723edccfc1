//! `vremena`: the product's core on a desktop, for quality assurance.

mod capture;
mod demo;
mod files;
mod fleet;
mod history;
mod programme;
mod receipt;
mod receipt_json;
mod reminders;
mod report;
mod rules;
mod sandbox;
mod scan;
mod scan_report;
mod simulate;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use vremena_core::locale::Language;

const EXAMPLES: &str = "\
Examples:
  vremena                                       the demo journey, in Russian
  vremena demo --lang en                        the same in English
  vremena scan --json tests/fixtures/pictures   the codes of pictures, one JSON line each
  vremena scan-report DIR                       how the scanner does on pictures whose codes are known
  vremena receipt 't=20260314T1352&s=18740.00&fn=7284440700915382&i=1&fp=2&n=1'
  vremena sandbox --listen 127.0.0.1:8080 --db target/sandbox/gallery.db --seed 1
  vremena capture --directory target/demo --base-url http://127.0.0.1:8080 receipt.jpg";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The core of the VREMENA GODA loyalty app, by hand. Without a subcommand the demo journey is played.
#[derive(Parser)]
#[command(name = "vremena", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Plays the product's main job from a photograph to a tier, each step checked, and writes a page about it
    #[command(after_help = "Example: vremena demo --lang en")]
    Demo(demo::Arguments),
    /// Reads the QR codes of pictures
    #[command(after_help = "Example: vremena scan --json tests/fixtures/pictures")]
    Scan(scan::Arguments),
    /// Tells how the scanner does on pictures whose codes are known, and writes a page of what it could not read
    #[command(after_help = "Example: vremena scan-report --peers peers.json pictures")]
    ScanReport(scan_report::Arguments),
    /// Reads the texts of receipts' codes, and receipts typed in by hand
    #[command(after_help = "Example: vremena receipt 't=20260314T1352&s=18740.00&fn=7284440700915382&i=1&fp=2&n=1'")]
    Receipt(receipt::Arguments),
    /// Tells where a member stands under rules, with a ledger, at an instant; or what is wrong with rules
    #[command(
        after_help = "Example: vremena programme --rules rules.json --ledger ledger.json --at 2026-03-14T12:00:00+03:00
         vremena programme check rules.json"
    )]
    Programme(programme::Arguments),
    /// Tells rules as a member reads them, and what changes from one document to another
    #[command(after_help = "Example: vremena rules --rules rules.json --lang en
         vremena rules --rules rules-1.json --compare rules-2.json
         vremena rules --directory target/demo --version 1")]
    Rules(rules::Arguments),
    /// Tells a member's receipts by month, or the whole story of one, from the files of a phone
    #[command(after_help = "Example: vremena history --directory target/demo --search шёлк
         vremena history --directory target/demo --story 1")]
    History(history::Arguments),
    /// Tells what a phone would remind its member of, and when, from its files
    #[command(after_help = "Example: vremena reminders --directory target/demo --now 2027-03-01T12:00:00+03:00")]
    Reminders(reminders::Arguments),
    /// Runs the gallery's backend for development and tests
    #[command(after_help = "Example: vremena sandbox --listen 127.0.0.1:8080 --db target/sandbox/gallery.db --seed 1")]
    Sandbox(sandbox::Arguments),
    /// Captures photographed receipts into a member's queue, as an app without any screen
    #[command(
        after_help = "Example: vremena capture --directory target/demo --base-url http://127.0.0.1:8080 receipt.jpg"
    )]
    Capture(capture::Arguments),
    /// Kills the app again and again while it works, and proves that nothing acknowledged is lost or doubled
    #[command(after_help = "Example: vremena torture --rounds 300 --seed 1")]
    Torture(torture::Arguments),
    /// Lives worlds in which everything goes wrong, each from a seed, and proves that nothing is lost in them
    #[command(after_help = "Example: vremena simulate --seeds 200\n         vremena simulate --from 7 --replay")]
    Simulate(simulate::Arguments),
    /// Plays an outage and an opening with a million phones, and draws what the gallery meets
    #[command(after_help = "Example: vremena fleet --phones 1000000 --out target/fleet")]
    Fleet(fleet::Arguments),
    /// The app that `torture` kills
    #[command(hide = true)]
    TortureWorker(torture::worker::Arguments),
}

/// The language of texts.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    Ru,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Ru => Self::Ru,
            Lang::En => Self::En,
        }
    }
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        // Whoever closed the pipe has heard enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("vremena: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command.unwrap_or(Command::Demo(demo::Arguments::default())) {
        Command::Scan(arguments) => scan::run(arguments),
        Command::ScanReport(arguments) => scan_report::run(arguments),
        Command::Receipt(arguments) => receipt::run(arguments),
        Command::Programme(arguments) => programme::run(arguments),
        Command::Rules(arguments) => block_on(rules::run(arguments)),
        Command::History(arguments) => block_on(history::run(arguments)),
        Command::Reminders(arguments) => block_on(reminders::run(arguments)),
        Command::Demo(arguments) => block_on(demo::run(arguments)),
        Command::Sandbox(arguments) => block_on(sandbox::run(arguments)),
        Command::Capture(arguments) => block_on(capture::run(arguments)),
        Command::Torture(arguments) => block_on(torture::run(arguments)),
        Command::Simulate(arguments) => simulate::run_command(&arguments),
        Command::Fleet(arguments) => fleet::run_command(&arguments),
        Command::TortureWorker(arguments) => block_on(torture::worker::run(arguments)),
    }
}

fn block_on(future: impl Future<Output = anyhow::Result<ExitCode>> + Send + 'static) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future)
}
