//! Kotlin on a desktop's JVM, by Maven.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{library, maven, succeed};
use crate::counts::Counts;
use crate::parts::{Availability, told};

/// What of the generated code was called, for the check of exports.
pub const COVERAGE: &str = "target/kotlin/vremena-tests-boundary/site/jacoco/jacoco.xml";

/// What of the kit was called.
pub const KIT_COVERAGE: &str = "target/kotlin/vremena-tests-kit/site/jacoco/jacoco.xml";

/// The tests are compiled to its bytecode.
const OLDEST_JDK: u32 = 17;

/// Installs the JDK and Maven where it can.
pub fn availability() -> Availability {
    let Err(reason) = ready() else { return Availability::Ready };
    println!("{reason}: installing the JDK and Maven from the system's packages");
    let script = "apt-get update -qq && apt-get install -y -qq default-jdk-headless maven >/dev/null";
    let outcome = match Command::new("sh").args(["-c", script]).status() {
        Ok(status) if status.success() => ready(),
        _ => Err(reason),
    };
    match outcome {
        Ok(()) => Availability::Ready,
        Err(reason) => Availability::Missing(format!(
            "{reason}; install Maven and a JDK of {OLDEST_JDK} or newer, and let PATH and JAVA_HOME lead to them"
        )),
    }
}

/// The JDK that is called by its name and the one that Maven takes, which JAVA_HOME may lead elsewhere.
fn ready() -> Result<(), String> {
    for (program, argument, before) in [("javac", "-version", "javac "), ("mvn", "--version", "Java version: ")] {
        new_enough(program, &told(program, argument)?, before)?;
    }
    Ok(())
}

/// Whether the version behind `before` is one that the tests run on.
fn new_enough(program: &str, told: &str, before: &str) -> Result<(), String> {
    let version = told.lines().find_map(|line| line.strip_prefix(before)).and_then(major);
    match version {
        Some(OLDEST_JDK..) => Ok(()),
        Some(version) => Err(format!("`{program}` is of Java {version}")),
        None => Err(format!("`{program}` does not say of which Java it is")),
    }
}

/// Of `17.0.15`, of `21-ea`, of the old form `1.8.0_292`.
fn major(version: &str) -> Option<u32> {
    let mut numbers = version.split(|character: char| !character.is_ascii_digit()).map(str::parse);
    match numbers.next()?.ok()? {
        1 => numbers.next()?.ok(),
        major => Some(major),
    }
}

/// Builds what is needed, and runs the tests.
pub fn test(root: &Path) -> Result<()> {
    // What an earlier run covered must not speak for this one, and a test that is gone must not run.
    let _nothing_there = std::fs::remove_dir_all(root.join("target/kotlin"));
    let built = library::with_sandbox(root)?;
    maven::pack(root, &built.folder.join(library::library_name()))?;
    let mut maven = maven::command(root, "tests/kotlin");
    maven.arg(format!("-Dvremena.library.folder={}", built.folder.display()));
    maven.arg(format!("-Dvremena.sandbox={}", built.sandbox().display()));
    maven.arg(format!("-Dvremena.pictures={}", root.join("tests/fixtures/pictures").display()));
    maven.arg("verify");
    succeed(maven)
}

/// Builds the measuring program against the code generated in `work`, and gives the command that runs it.
pub fn bench(root: &Path, work: &Path, member: &Path, rounds: &str) -> Command {
    let mut maven = maven::command(root, "tests/kotlin/bench");
    maven.arg("--quiet");
    maven.arg(format!("-Dvremena.library.folder={}", work.join("library").display()));
    maven.arg(format!("-Dvremena.generated={}", work.join("kotlin-source").display()));
    maven.arg(format!("-Dvremena.build={}", work.join("kotlin").display()));
    maven.arg(format!("-Dvremena.bench.member={}", member.display()));
    maven.arg(format!("-Dvremena.bench.rounds={rounds}"));
    maven.args(["compile", "exec:exec"]);
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

/// Whether a line is of the list that Maven's test runner closes with: `[ERROR]   ATest.name:42 what went wrong`.
pub fn names_failure(line: &str) -> bool {
    line.strip_prefix("[ERROR]   ").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jdk_of_each_age_is_known_by_what_it_says() {
        let jdk = |told: &str| new_enough("javac", told, "javac ");
        for told in ["javac 17.0.15\n", "javac 21-ea\n", "javac 25\n", "Picked up JAVA_TOOL_OPTIONS: -Xmx1g\njavac 17"]
        {
            assert_eq!(jdk(told), Ok(()), "{told}");
        }
        assert_eq!(jdk("javac 11.0.2"), Err("`javac` is of Java 11".to_owned()));
        assert_eq!(jdk("javac 1.8.0_292"), Err("`javac` is of Java 8".to_owned()));
        for told in ["", "javac", "javac \n", "javac seventeen", "javac 99999999999"] {
            assert_eq!(jdk(told), Err("`javac` does not say of which Java it is".to_owned()), "{told}");
        }
    }

    #[test]
    fn maven_tells_which_java_it_takes() {
        let maven = |java: &str| {
            let told = format!("\u{1b}[1mApache Maven 3.8.7\u{1b}[m\nMaven home: /usr/share/maven\n{java}");
            new_enough("mvn", &told, "Java version: ")
        };
        let old = maven("Java version: 11.0.23, vendor: Debian, runtime: /usr/lib/jvm/java-11-openjdk-amd64\n");
        assert_eq!(old, Err("`mvn` is of Java 11".to_owned()));
        assert_eq!(maven("Java version: 17.0.15, vendor: Debian\n"), Ok(()));
        assert!(maven("").is_err());
    }

    #[test]
    fn reads_the_closing_line_alone() {
        let closing = "[ERROR] Tests run: 12, Failures: 1, Errors: 2, Skipped: 3";
        assert_eq!(counts(closing), Some(Counts { passed: 6, failed: 3, ignored: 3 }));
        let class = "[INFO] Tests run: 5, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in ALineTest";
        assert_eq!(counts(class), None);
        assert_eq!(counts("[INFO] BUILD SUCCESS"), None);
    }

    #[test]
    fn knows_what_failed() {
        for line in ["[ERROR]   ALineTest.counts:12 expected: <1> but was: <2>", "[ERROR]   ALineTest.b » Timeout"] {
            assert!(names_failure(line), "{line}");
        }
        for line in ["[ERROR] Failures: ", "[ERROR] Tests run: 12, Failures: 1", "[INFO]   ALineTest", "[ERROR] "] {
            assert!(!names_failure(line), "{line}");
        }
    }
}
