//! `vremena programme`: where a member stands under rules, with a ledger, at an instant.

mod page;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use vremena_core::{
    locale::Texts,
    programme::{engine::Engine, fault::Refused, ledger::Ledger, rules::Rules},
};

use crate::Lang;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
    #[command(subcommand)]
    chore: Option<Chore>,
    /// The rules document, as JSON
    #[arg(long, required = true)]
    rules: Option<PathBuf>,
    /// The member's ledger, as JSON
    #[arg(long, required = true)]
    ledger: Option<PathBuf>,
    /// When it is asked about, as 2026-03-14T12:00:00+03:00
    #[arg(long, required = true)]
    at: Option<DateTime<Utc>>,
    /// The answer as JSON, in the words of the specification
    #[arg(long)]
    json: bool,
    /// The language of the page
    #[arg(long, default_value = "ru")]
    lang: Lang,
}

#[derive(clap::Subcommand)]
enum Chore {
    /// Tells what is wrong with a rules document
    Check {
        /// The rules document, as JSON
        rules: PathBuf,
    },
}

/// Prints the answer. Documents that are not valid are told with all their faults.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments {
        Arguments { chore: Some(Chore::Check { rules }), .. } => {
            let Some(rules) = valid(&rules, Rules::read)? else { return Ok(ExitCode::FAILURE) };
            anstream::println!("version {} is valid, with {} tiers", rules.version, rules.tiers.len());
            Ok(ExitCode::SUCCESS)
        }
        Arguments { rules: Some(rules), ledger: Some(ledger), at: Some(at), json, lang, .. } => {
            // Both are read before anything is told: one run names what is wrong with either.
            let (Some(rules), Some(ledger)) = (valid(&rules, Rules::read)?, valid(&ledger, Ledger::read)?) else {
                return Ok(ExitCode::FAILURE);
            };
            let rules = Arc::new(rules);
            let report = Engine::new(Arc::clone(&rules), ledger).at(at);
            if json {
                anstream::println!("{}", serde_json::to_string_pretty(&report)?);
            } else {
                anstream::print!(
                    "{}",
                    page::Page { rules: &rules, texts: &Texts::new(lang.into()), report: &report, at }
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        Arguments { .. } => anyhow::bail!("--rules, --ledger and --at belong together"),
    }
}

/// Reads a document; `None`, and all faults told, where it is not valid.
pub fn valid<T>(path: &Path, read: impl FnOnce(&[u8]) -> Result<T, Refused>) -> anyhow::Result<Option<T>> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    match read(&bytes) {
        Ok(document) => Ok(Some(document)),
        Err(Refused(faults)) => {
            for fault in faults {
                anstream::eprintln!("{}: {fault}", path.display());
            }
            Ok(None)
        }
    }
}
