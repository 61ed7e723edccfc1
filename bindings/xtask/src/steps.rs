//! The checks of `cargo xtask ci` that stand before the tests.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::cargo::cargo;
use crate::{budgets, licences, summary};

/// One check; it gives a note for the summary, or the reason it failed.
pub struct Step {
    pub name: &'static str,
    pub run: fn(&Path) -> anyhow::Result<String>,
}

/// What became of a step.
pub struct Report {
    pub name: &'static str,
    pub took: Duration,
    pub outcome: anyhow::Result<String>,
}

/// The quick checks stand first, so that a log tells of them early.
pub fn all() -> Vec<Step> {
    vec![
        Step { name: "fmt", run: |root| succeed(cargo(root, &["fmt", "--all", "--check"])) },
        Step { name: "licences", run: licences::check },
        Step { name: "budgets", run: budgets::check },
        Step { name: "clippy", run: clippy },
        Step { name: "rustdoc", run: rustdoc },
        Step { name: "demo", run: |root| succeed(cargo(root, &["run", "--locked", "--", "demo"])) },
    ]
}

/// Runs every step, also after one has failed: one run tells all there is to mend.
pub fn run_all(steps: &[Step], root: &Path) -> Vec<Report> {
    steps.iter().map(|step| run(step, root)).collect()
}

fn run(step: &Step, root: &Path) -> Report {
    summary::heading(step.name);
    let start = Instant::now();
    let outcome = (step.run)(root);
    match &outcome {
        Ok(note) if note.is_empty() => {}
        Ok(note) => println!("{note}"),
        Err(reason) => println!("failed: {reason:#}"),
    }
    Report { name: step.name, took: start.elapsed(), outcome }
}

fn clippy(root: &Path) -> anyhow::Result<String> {
    succeed(cargo(root, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
}

fn rustdoc(root: &Path) -> anyhow::Result<String> {
    let mut command = cargo(root, &["doc", "--workspace", "--no-deps", "--locked"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    succeed(command)
}

fn succeed(mut command: Command) -> anyhow::Result<String> {
    let status = command.status().with_context(|| format!("{:?} does not start", command.get_program()))?;
    if !status.success() {
        bail!("{status}");
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_runs_and_every_failure_is_kept() {
        let steps = [
            Step { name: "breaks", run: |_| succeed(Command::new("false")) },
            Step { name: "is not there", run: |_| succeed(Command::new("no-such-program-of-ours")) },
            Step { name: "works", run: |_| succeed(Command::new("true")) },
        ];
        let reports = run_all(&steps, Path::new("."));
        let passed: Vec<_> = reports.iter().map(|report| (report.name, report.outcome.is_ok())).collect();
        assert_eq!(passed, [("breaks", false), ("is not there", false), ("works", true)]);
    }
}
