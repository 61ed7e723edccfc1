//! The project's own chores: `cargo xtask test` runs every test, `cargo xtask ci` every check there is.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks to the one who called it")]

mod budgets;
mod cargo;
mod counts;
mod exports;
mod languages;
mod licences;
mod parts;
mod steps;
mod summary;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use languages::bench::Effort;

/// The project's own chores.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Run all tests; with CI=true, what cannot run here is a failure
    Test,
    /// Run every check and then the tests; nothing stops at the first failure
    Ci,
    /// Check licences, sources and bans of all that is compiled in
    Licences,
    /// Check the sizes of sources and committed pictures
    Budgets,
    /// Generate Kotlin and Swift from the core's library, for android/ and ios/
    Bindings,
    /// Run the Kotlin tests alone
    Kotlin,
    /// Build the kit for a desktop's JVM, and install it in this machine's Maven repository
    Maven,
    /// Run the Swift tests alone
    Swift,
    /// Measure what calls across the boundary cost, beside the same calls inside Rust
    BenchBoundary {
        /// Only try the programs: a quick build, one round
        #[arg(long)]
        r#try: bool,
    },
    /// Check that the Kotlin and the Swift tests, run before, called every export
    Exports,
}

fn main() -> ExitCode {
    let root = workspace_root();
    let passed = match Arguments::parse().chore {
        Chore::Test => test(root),
        Chore::Ci => ci(root),
        Chore::Licences => one_step("licences", licences::check(root)),
        Chore::Budgets => one_step("budgets", budgets::check(root)),
        Chore::Bindings => one_step("bindings", languages::library::bindings(root).map(|_| "up to date".to_owned())),
        Chore::Kotlin => one_step("kotlin", languages::kotlin::test(root).map(|()| "passed".to_owned())),
        Chore::Maven => one_step("maven", languages::maven::install(root)),
        Chore::BenchBoundary { r#try } => {
            let effort = if r#try { Effort::Try } else { Effort::Measure };
            one_step("boundary", languages::bench::run(root, effort))
        }
        Chore::Exports => one_step("exports", exports::check(root)),
        Chore::Swift => one_step("swift", languages::swift::test(root).map(|()| "passed".to_owned())),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn test(root: &Path) -> bool {
    let reports = parts::run_all(&parts::all(), root, on_ci());
    let (table, failures) = (summary::of_parts(&reports), summary::failures(&reports));
    print!("\n{table}\n{failures}{}\n", summary::closing_line(&reports));
    reports.iter().all(parts::Report::passed)
}

fn ci(root: &Path) -> bool {
    let steps = steps::run_all(&steps::all(), root);
    let tests = parts::run_all(&parts::all(), root, on_ci());
    // The tests' own line stands last: it is the one that readers of a log look for.
    let (table, failures) = (summary::of_parts(&tests), summary::failures(&tests));
    print!("\n{}\n{table}\n{failures}{}\n", summary::of_steps(&steps), summary::closing_line(&tests));
    steps.iter().all(|step| step.outcome.is_ok()) && tests.iter().all(parts::Report::passed)
}

fn one_step(name: &str, outcome: anyhow::Result<String>) -> bool {
    match &outcome {
        Ok(note) => println!("{name}: {note}"),
        Err(reason) => eprintln!("{name}: {reason:#}"),
    }
    outcome.is_ok()
}

fn workspace_root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
