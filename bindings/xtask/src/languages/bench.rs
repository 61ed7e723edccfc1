//! What calls across the boundary cost: the same ones from Rust, Kotlin and Swift, one language after another.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::{kotlin, library, succeed, swift};
use crate::cargo::cargo;
use crate::counts::Counts;

/// In the order of the table.
const CALLS: [(&str, &str); 8] = [
    ("small", "a small call"),
    ("small_async", "the same, awaited"),
    ("echo", "a receipt in and out"),
    ("page", "a page of 50 receipts that lies ready"),
    ("page_from_disk", "a page of 50 receipts from SQLite, awaited"),
    ("frame", "a frame of 1280 × 960, one pixel looked at"),
    ("frame_scanned", "the same, scanned"),
    ("port", "a port called back"),
];

/// How the programs are built and how often they measure.
#[derive(Clone, Copy)]
pub enum Effort {
    /// As a phone's build: for numbers.
    Measure,
    /// As quickly as can be: whether the programs still work, and a panic stays inside.
    Try,
}

impl Effort {
    const fn rounds(self) -> &'static str {
        match self {
            Self::Measure => "51",
            Self::Try => "1",
        }
    }

    const fn profile(self) -> &'static str {
        match self {
            Self::Measure => "release",
            Self::Try => "dev",
        }
    }
}

type Numbers = BTreeMap<String, u64>;

/// Builds the three programs, runs them, and prints the table.
pub fn run(root: &Path, effort: Effort) -> Result<String> {
    let work = Work::new(root)?;
    let program = build_rust(root, effort)?;
    build_library(root, effort, &work)?;
    succeed(command(&program, &["prepare", &work.member().display().to_string()]))?;
    let rust = numbers(command(&program, &["measure", &work.member().display().to_string(), effort.rounds()]))?;
    let kotlin = numbers(kotlin::bench(root, &work.0, &work.member(), effort.rounds()))?;
    let swift = numbers(swift::bench(root, &work.0, &work.member(), effort.rounds())?)?;
    print!("{}", table(&rust, &kotlin, &swift)?);
    // Each program ends in a failure where a call brings something else than it must.
    println!("boundary: 3 passed, 0 failed");
    Ok("measured".to_owned())
}

/// Reads the closing line of [`run`].
pub fn counts(line: &str) -> Option<Counts> {
    let passed = line.strip_prefix("boundary: ")?.strip_suffix(" passed, 0 failed")?.parse().ok()?;
    Some(Counts { passed, ..Counts::default() })
}

/// Everything of one run: the library with the probe in it must never be taken for the one that ships.
struct Work(PathBuf);

impl Work {
    fn new(root: &Path) -> Result<Self> {
        let work = Self(root.join("target/boundary"));
        let _nothing_there = fs::remove_dir_all(work.member());
        fs::create_dir_all(work.0.join("library"))?;
        Ok(work)
    }

    fn member(&self) -> PathBuf {
        self.0.join("member")
    }
}

fn build_rust(root: &Path, effort: Effort) -> Result<PathBuf> {
    let profile = effort.profile();
    let arguments = ["build", "--locked", "--package", "vremena-ffi", "--features", "probe", "--example", "boundary"];
    let mut build = cargo(root, &arguments);
    build.args(["--profile", profile]);
    succeed(build)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(root.join("target").join(folder).join("examples/boundary"))
}

fn build_library(root: &Path, effort: Effort, work: &Work) -> Result<()> {
    let profile = effort.profile();
    let arguments = ["rustc", "--locked", "--package", "vremena-ffi", "--features", "probe", "--lib"];
    let mut build = cargo(root, &arguments);
    build.args(["--profile", profile, "--crate-type", "cdylib"]);
    succeed(build)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let built = root.join("target").join(folder).join(library::library_name());
    let library = work.0.join("library").join(library::library_name());
    fs::copy(&built, &library).with_context(|| built.display().to_string())?;
    fs::create_dir_all(work.0.join("ios"))?;
    fs::copy(root.join("ios/Package.swift"), work.0.join("ios/Package.swift"))?;
    let generated = library::Generated {
        kotlin: work.0.join("kotlin-source"),
        swift: work.0.join("ios/Generated/VremenaFFI"),
        swift_header: work.0.join("ios/Generated/CVremenaFFI"),
    };
    library::generate(root, &library, &generated)
}

fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Runs a program that prints names and nanoseconds; other lines are let through.
fn numbers(mut program: Command) -> Result<Numbers> {
    // The panics of the probe are meant; where they came from is of no interest.
    let output = program.env("RUST_BACKTRACE", "0").stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = Numbers::new();
    for line in anstream::adapter::strip_str(&text).to_string().lines() {
        match line.split_once(' ').map(|(name, number)| (name, number.parse())) {
            Some((name, Ok(number))) if CALLS.iter().any(|(call, _)| *call == name) => {
                numbers.insert(name.to_owned(), number);
            }
            _ => println!("{line}"),
        }
    }
    ensure!(output.status.success(), "{:?} ended with {}", program.get_program(), output.status);
    Ok(numbers)
}

/// Microseconds; Kotlin's and Swift's also as multiples of Rust's.
fn table(rust: &Numbers, kotlin: &Numbers, swift: &Numbers) -> Result<String> {
    let mut text = "| call | Rust, µs | Kotlin, µs | Swift, µs |\n|---|---|---|---|\n".to_owned();
    for (call, title) in CALLS {
        let of = |numbers: &Numbers| numbers.get(call).copied().with_context(|| format!("`{call}` was not measured"));
        let (rust, kotlin, swift) = (of(rust)?, of(kotlin)?, of(swift)?);
        let beside = |nanoseconds: u64| {
            let extra = nanoseconds.saturating_sub(rust);
            format!("{} (+{})", micros(nanoseconds), micros(extra))
        };
        text.push_str(&format!("| {title} | {} | {} | {} |\n", micros(rust), beside(kotlin), beside(swift)));
    }
    Ok(text)
}

fn micros(nanoseconds: u64) -> String {
    let micros = nanoseconds as f64 / 1_000.0;
    if micros < 100.0 { format!("{micros:.2}") } else { format!("{micros:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(nanoseconds: u64) -> Numbers {
        CALLS.iter().map(|(call, _)| ((*call).to_owned(), nanoseconds)).collect()
    }

    #[test]
    fn the_table_sets_each_language_beside_rust() {
        let table = table(&measured(1_000), &measured(250_000), &measured(3_500)).unwrap();
        assert!(table.contains("| a small call | 1.00 | 250 (+249) | 3.50 (+2.50) |"), "{table}");
        assert_eq!(table.lines().count(), 2 + CALLS.len());
    }

    #[test]
    fn a_call_that_was_not_measured_is_a_failure() {
        let mut swift = measured(1);
        swift.remove("port");
        assert!(table(&measured(1), &measured(1), &swift).is_err());
    }
}
