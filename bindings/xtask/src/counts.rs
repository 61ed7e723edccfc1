//! What the closing lines of test runners say.

use std::ops::AddAssign;

/// How many tests ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Reads a closing line of cargo's test harness, of which a run prints one for each binary:
/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s`.
pub fn of_cargo(line: &str) -> Option<Counts> {
    let line = anstream::adapter::strip_str(line).to_string();
    let (_, figures) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = Counts::default();
    for figure in figures.split("; ") {
        match figure.split_once(' ') {
            Some((number, "passed")) => counts.passed = number.parse().ok()?,
            Some((number, "failed")) => counts.failed = number.parse().ok()?,
            Some((number, "ignored")) => counts.ignored = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// Whether a line of cargo's test harness is of a test that failed: `test a::b ... FAILED`.
pub fn names_failure_of_cargo(line: &str) -> bool {
    let line = anstream::adapter::strip_str(line).to_string();
    line.starts_with("test ") && line.ends_with("... FAILED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_closing_line() {
        let line = "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 7 filtered out; finished in 0.01s";
        assert_eq!(of_cargo(line), Some(Counts { passed: 12, failed: 0, ignored: 3 }));
    }

    #[test]
    fn reads_a_failed_and_coloured_one() {
        let line = "test result: \u{1b}[31mFAILED\u{1b}[m. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(of_cargo(line), Some(Counts { passed: 1, failed: 2, ignored: 0 }));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "running 3 tests", "test result", "test a ... ok", "error: test failed", "3 passed"] {
            assert_eq!(of_cargo(line), None, "{line}");
        }
    }

    #[test]
    fn knows_what_failed() {
        assert!(names_failure_of_cargo("test a::b ... \u{1b}[31mFAILED\u{1b}[m"));
        for line in ["test a::b ... ok", "test result: FAILED. 1 passed; 2 failed", "... FAILED"] {
            assert!(!names_failure_of_cargo(line), "{line}");
        }
    }

    #[test]
    fn adds_up() {
        let mut sum = Counts { passed: 1, failed: 2, ignored: 3 };
        sum += Counts { passed: 10, failed: 20, ignored: 30 };
        assert_eq!(sum, Counts { passed: 11, failed: 22, ignored: 33 });
    }
}
