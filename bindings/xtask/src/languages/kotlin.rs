//! Kotlin on a desktop's JVM, by Maven.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{library, succeed};
use crate::counts::Counts;
use crate::parts::{Availability, tool};

/// What of the generated code was called, for the check of exports.
pub const COVERAGE: &str = "target/kotlin/site/jacoco/jacoco.xml";

/// Installs the JDK and Maven where it can.
pub fn availability() -> Availability {
    let ready = || match (tool("javac", "-version"), tool("mvn", "--version")) {
        (Availability::Ready, Availability::Ready) => Availability::Ready,
        (Availability::Missing(reason), _) | (_, Availability::Missing(reason)) => Availability::Missing(reason),
    };
    let Availability::Missing(reason) = ready() else { return Availability::Ready };
    println!("{reason}: installing the JDK and Maven from the system's packages");
    let script = "apt-get update -qq && apt-get install -y -qq default-jdk-headless maven >/dev/null";
    match Command::new("sh").args(["-c", script]).status() {
        Ok(status) if status.success() => ready(),
        _ => Availability::Missing(format!("{reason}; install a JDK (17 or newer) and Maven")),
    }
}

/// Builds what is needed, and runs the tests.
pub fn test(root: &Path) -> Result<()> {
    // What an earlier run covered must not speak for this one, and a test that is gone must not run.
    let _nothing_there = std::fs::remove_dir_all(root.join("target/kotlin"));
    let built = library::with_sandbox(root)?;
    let mut maven = maven(root, &built.folder);
    maven.arg(format!("-Dvremena.sandbox={}", built.sandbox().display()));
    maven.arg(format!("-Dvremena.pictures={}", root.join("tests/fixtures/pictures").display()));
    maven.arg("verify");
    succeed(maven)
}

/// Builds the measuring program against the code generated in `work`, and gives the command that runs it.
pub fn bench(root: &Path, work: &Path, member: &Path, rounds: &str) -> Result<Command> {
    let mut maven = maven(root, &work.join("library"));
    maven.args(["--quiet", "-Pbench", "-Dmaven.test.skip=true"]);
    maven.arg(format!("-Dvremena.generated={}", work.join("kotlin-source").display()));
    maven.arg(format!("-Dvremena.build={}", work.join("kotlin").display()));
    maven.arg(format!("-Dvremena.bench.arguments={} {rounds}", member.display()));
    maven.args(["compile", "exec:exec"]);
    Ok(maven)
}

fn maven(root: &Path, library_folder: &Path) -> Command {
    let mut maven = Command::new("mvn");
    maven.current_dir(root.join("tests/kotlin"));
    maven.args(["--batch-mode", "--no-transfer-progress", "-Dstyle.color=never"]);
    // The compiler's daemon would outlive the tests.
    maven.arg("-Dkotlin.compiler.daemon=false");
    maven.arg(format!("-Dvremena.library.folder={}", library_folder.display()));
    maven
}

/// Reads the closing line of Maven's test runner; those of single classes end in a time.
pub fn counts(line: &str) -> Option<Counts> {
    let (_, figures) = line.split_once("Tests run: ")?;
    if line.contains("Time elapsed") {
        return None;
    }
    let mut numbers = figures.split(", ").map(|figure| figure.rsplit(' ').next().unwrap_or(figure).parse::<u64>());
    let mut next = || numbers.next()?.ok();
    let (run, failures, errors, ignored) = (next()?, next()?, next()?, next()?);
    let failed = failures + errors;
    Some(Counts { passed: run.saturating_sub(failed + ignored), failed, ignored })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_closing_line_alone() {
        let closing = "[ERROR] Tests run: 12, Failures: 1, Errors: 2, Skipped: 3";
        assert_eq!(counts(closing), Some(Counts { passed: 6, failed: 3, ignored: 3 }));
        let class = "[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in ALineTest";
        assert_eq!(counts(class), None);
        assert_eq!(counts("[INFO] BUILD SUCCESS"), None);
    }
}
