//! Swift on Linux, by SwiftPM, with Debian's toolchain in a folder of its own.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{library, succeed};
use crate::counts::Counts;
use crate::parts::Availability;

const SCRIPT: &str = "tests/swift/swift.sh";

/// What of the generated code was called, for the check of exports.
pub const COVERAGE: &str = "target/swift/debug/codecov/VremenaTests.json";

/// Sets the toolchain up where it can.
pub fn availability() -> Availability {
    for arguments in [&["setup"][..], &["run", "true"]] {
        match script(crate::workspace_root()).args(arguments).output() {
            Ok(output) if output.status.success() => {}
            Ok(output) => return Availability::Missing(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => return Availability::Missing(format!("{SCRIPT} does not start: {error}")),
        }
    }
    Availability::Ready
}

fn script(root: &Path) -> Command {
    let mut script = Command::new(root.join(SCRIPT));
    // Cargo leads libraries to its own folders, before those that a program was linked with.
    script.current_dir(root).env_remove("LD_LIBRARY_PATH");
    script
}

/// Builds what is needed, and runs the tests.
pub fn test(root: &Path) -> Result<()> {
    // What an earlier run covered must not speak for this one.
    let _nothing_there = std::fs::remove_file(root.join(COVERAGE));
    let built = library::with_sandbox(root)?;
    let mut swift = script(root);
    swift.args(["run", "env"]);
    swift.arg(format!("VREMENA_SANDBOX={}", built.sandbox().display()));
    swift.arg(format!("VREMENA_PICTURES={}", root.join("tests/fixtures/pictures").display()));
    swift.args(["swift", "test", "--package-path", "tests/swift", "--scratch-path", "target/swift"]);
    swift.args(["--disable-xctest", "--enable-code-coverage"]);
    for flag in linking(&built.folder) {
        swift.args(["-Xlinker", &flag]);
    }
    succeed(swift)
}

/// Builds the measuring program against the code generated in `work`, and gives the command that runs it.
pub fn bench(root: &Path, work: &Path, member: &Path, rounds: &str) -> Result<Command> {
    let mut swift = script(root);
    swift.args(["run", "env"]);
    swift.arg(format!("VREMENA_KIT={}", work.join("ios").display()));
    swift.args(["swift", "run", "--configuration", "release", "--package-path", "tests/swift"]);
    swift.arg("--scratch-path").arg(work.join("swift"));
    for flag in linking(&work.join("library")) {
        swift.args(["-Xlinker", &flag]);
    }
    swift.arg("Bench").arg(member).arg(rounds);
    Ok(swift)
}

/// The core is linked where it was built, and found there again when the tests run.
fn linking(folder: &Path) -> [String; 3] {
    [format!("-L{}", folder.display()), "-lvremena_ffi".to_owned(), format!("-rpath={}", folder.display())]
}

/// Reads the closing line: `Test run with 12 tests passed after 3.1 seconds.`, or
/// `Test run with 12 tests failed after 3.1 seconds with 2 issues.`
pub fn counts(line: &str) -> Option<Counts> {
    let (_, rest) = line.split_once("Test run with ")?;
    let (number, rest) = rest.split_once(" test")?;
    let run = number.parse().ok()?;
    let passed = rest.contains(" passed after ");
    Some(if passed { Counts { passed: run, ..Counts::default() } } else { Counts { failed: run, ..Counts::default() } })
}

/// Whether a line tells what went wrong in a test.
pub fn names_failure(line: &str) -> bool {
    line.contains("✘ Test ") && line.contains(" recorded an issue")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_closing_line() {
        let passed = "✔ Test run with 12 tests passed after 3.100 seconds.";
        assert_eq!(counts(passed), Some(Counts { passed: 12, ..Counts::default() }));
        let one = "✔ Test run with 1 test passed after 0.100 seconds.";
        assert_eq!(counts(one), Some(Counts { passed: 1, ..Counts::default() }));
        let failed = "✘ Test run with 12 tests failed after 3.100 seconds with 2 issues.";
        assert_eq!(counts(failed), Some(Counts { failed: 12, ..Counts::default() }));
        assert_eq!(counts("✔ Test aLine() passed after 0.001 seconds."), None);
    }

    #[test]
    fn knows_what_failed() {
        assert!(names_failure("✘ Test aLine() recorded an issue at LineTests.swift:12:9: Expectation failed: 1 == 2"));
        assert!(!names_failure("✘ Test aLine() failed after 0.001 seconds with 1 issue."));
        assert!(!names_failure("✔ Test aLine() passed after 0.001 seconds."));
    }
}
