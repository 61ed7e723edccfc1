//! The tests as a list of parts, one for each language's runner.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::cargo;
use crate::counts::{self, Counts};
use crate::exports;
use crate::languages::{bench, kotlin, swift};
use crate::summary;

/// Tests of one language, run by its own runner.
pub struct Part {
    pub name: &'static str,
    /// Whether this machine has what the runner needs.
    pub availability: fn() -> Availability,
    /// The runner, with the workspace's root as its directory.
    pub command: fn(&Path) -> Command,
    /// What one line of the runner's output adds to the counts.
    pub read_line: fn(&str) -> Option<Counts>,
    /// Whether one line of the runner's output names a test that failed.
    pub names_failure: fn(&str) -> bool,
}

/// Whether a part can run here.
pub enum Availability {
    Ready,
    /// Why not, in words for a person.
    Missing(String),
}

/// What became of a part.
pub struct Report {
    pub name: &'static str,
    pub took: Duration,
    pub outcome: Outcome,
    /// What the runner said of the tests that failed, in its own words.
    pub failures: Vec<String>,
}

/// How a part ended.
pub enum Outcome {
    Passed(Counts),
    Failed {
        counts: Counts,
        reason: String,
    },
    /// Not here, and nobody demanded it.
    NotRun(String),
}

impl Report {
    /// Whether this part leaves the whole run green.
    pub fn passed(&self) -> bool {
        !matches!(self.outcome, Outcome::Failed { .. })
    }

    /// The tests that ran; a part that failed counts at least one failed test.
    pub fn counts(&self) -> Counts {
        match self.outcome {
            Outcome::Passed(counts) => counts,
            Outcome::Failed { counts, .. } => Counts { failed: counts.failed.max(1), ..counts },
            Outcome::NotRun(_) => Counts::default(),
        }
    }
}

/// Every part there is; a new language's tests are one more entry.
pub fn all() -> Vec<Part> {
    vec![
        Part {
            name: "Rust",
            availability: || tool("cargo", "--version"),
            command: |root| cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"]),
            read_line: counts::of_cargo,
            names_failure: counts::names_failure_of_cargo,
        },
        Part {
            name: "Kotlin",
            availability: kotlin::availability,
            command: |root| chore(root, &["kotlin"]),
            read_line: kotlin::counts,
            names_failure: kotlin::names_failure,
        },
        Part {
            name: "Swift",
            availability: swift::availability,
            command: |root| chore(root, &["swift"]),
            read_line: swift::counts,
            names_failure: swift::names_failure,
        },
        Part {
            name: "exports called",
            availability: both_languages,
            command: |root| chore(root, &["exports"]),
            read_line: exports::counts,
            names_failure: exports::names_failure,
        },
        Part {
            name: "boundary programs",
            availability: both_languages,
            command: |root| chore(root, &["bench-boundary", "--try"]),
            read_line: bench::counts,
            names_failure: |_| false,
        },
    ]
}

fn both_languages() -> Availability {
    match (kotlin::availability(), swift::availability()) {
        (Availability::Ready, Availability::Ready) => Availability::Ready,
        _ => Availability::Missing("it takes both Kotlin and Swift".to_owned()),
    }
}

/// This very program with another chore, so that its output can be read.
fn chore(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap_or_else(|_| "xtask".into()));
    command.current_dir(root).args(arguments);
    command
}

/// Runs the parts one after another; where `all_required`, one that cannot run has failed.
pub fn run_all(parts: &[Part], root: &Path, all_required: bool) -> Vec<Report> {
    parts.iter().map(|part| run(part, root, all_required)).collect()
}

fn run(part: &Part, root: &Path, all_required: bool) -> Report {
    summary::heading(&format!("tests: {}", part.name));
    let start = Instant::now();
    let mut failures = Vec::new();
    let outcome = match (part.availability)() {
        Availability::Missing(reason) if all_required => {
            Outcome::Failed { counts: Counts::default(), reason: format!("cannot run: {reason}") }
        }
        Availability::Missing(reason) => Outcome::NotRun(reason),
        Availability::Ready => stream((part.command)(root), part, &mut failures),
    };
    Report { name: part.name, took: start.elapsed(), outcome, failures }
}

/// Lets the runner's output through line by line; counts on the way, and keeps what names a failure.
fn stream(mut command: Command, part: &Part, failures: &mut Vec<String>) -> Outcome {
    let mut counts = Counts::default();
    let mut child = match command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            return Outcome::Failed { counts, reason: format!("cannot start: {error}") };
        }
    };
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some(more) = (part.read_line)(&line) {
                counts += more;
            }
            if (part.names_failure)(&line) && !failures.iter().any(|known| known == &line) {
                failures.push(line.into_owned());
            }
        }
    }
    match child.wait() {
        Ok(status) if status.success() => judge(counts),
        Ok(status) => Outcome::Failed { counts, reason: format!("its runner ended with {status}") },
        Err(error) => Outcome::Failed { counts, reason: format!("its runner was lost: {error}") },
    }
}

/// A runner's word that all is well is believed only where it ran something.
fn judge(counts: Counts) -> Outcome {
    let failed = |reason: &str| Outcome::Failed { counts, reason: reason.to_owned() };
    match counts {
        Counts { failed: 1.., .. } => failed("tests failed, though its runner ended well"),
        Counts { passed: 0, .. } => failed("it ran no test"),
        _ => Outcome::Passed(counts),
    }
}

pub fn tool(program: &str, argument: &str) -> Availability {
    match told(program, argument) {
        Ok(_) => Availability::Ready,
        Err(reason) => Availability::Missing(reason),
    }
}

/// What a program says when it is asked for this, on either of its outputs; or why it says nothing.
pub fn told(program: &str, argument: &str) -> Result<String, String> {
    match Command::new(program).arg(argument).output() {
        Ok(output) if output.status.success() => {
            Ok([output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat())
        }
        Ok(output) => Err(format!("`{program} {argument}` ended with {}", output.status)),
        Err(error) => Err(format!("`{program}` does not start: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSING: &str = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
    const EMPTY: &str = "test result: ok. 0 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out";

    fn part(command: fn(&Path) -> Command) -> Part {
        Part {
            name: "a",
            availability: || Availability::Ready,
            command,
            read_line: counts::of_cargo,
            names_failure: counts::names_failure_of_cargo,
        }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn outcome(command: fn(&Path) -> Command) -> Report {
        run(&part(command), Path::new("."), false)
    }

    fn reason(report: &Report) -> &str {
        match &report.outcome {
            Outcome::Passed(_) => "",
            Outcome::Failed { reason, .. } | Outcome::NotRun(reason) => reason,
        }
    }

    #[test]
    fn adds_up_the_closing_lines() {
        let report = outcome(|_| shell(&format!("echo '{PASSING}'; echo noise; echo '{PASSING}'")));
        assert!(report.passed());
        assert_eq!(report.counts(), Counts { passed: 4, failed: 0, ignored: 2 });
    }

    #[test]
    fn no_test_is_a_failure() {
        let report = outcome(|_| shell(&format!("echo '{EMPTY}'")));
        assert!(!report.passed());
        assert_eq!(report.counts(), Counts { passed: 0, failed: 1, ignored: 4 });
        assert_eq!(reason(&report), "it ran no test");
    }

    #[test]
    fn a_runner_that_breaks_off_is_a_failure() {
        let report = outcome(|_| shell(&format!("echo '{PASSING}'; exit 3")));
        assert!(!report.passed());
        assert_eq!(report.counts(), Counts { passed: 2, failed: 1, ignored: 1 });
        assert!(reason(&report).contains('3'), "{}", reason(&report));
    }

    #[test]
    fn what_failed_is_kept_once() {
        let failed = "test a::b ... FAILED";
        let report = outcome(|_| shell("echo 'test a::b ... FAILED'; echo 'test a::b ... FAILED'; exit 1"));
        assert_eq!(report.failures, [failed]);
    }

    #[test]
    fn what_is_missing_is_told_and_fails_only_where_all_is_required() {
        let part = Part {
            availability: || tool("no-such-program-of-ours", "--version"),
            ..part(|_| Command::new("never-started"))
        };
        let here = run(&part, Path::new("."), false);
        assert!(here.passed());
        assert!(reason(&here).contains("no-such-program-of-ours"));
        assert_eq!(here.counts(), Counts::default());
        assert!(!run(&part, Path::new("."), true).passed());
    }
}
