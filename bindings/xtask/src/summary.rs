//! The tables and the closing line at a run's end.

use std::io::Write;
use std::time::Duration;

use crate::counts::Counts;
use crate::parts::{self, Outcome};
use crate::steps;

/// Of one part.
const MOST_FAILURES: usize = 20;

/// Marks in a long log where a check begins.
pub fn heading(text: &str) {
    println!("\n== {text} ==");
    // What a child process writes next must stand below its heading, also in a file.
    let _ = std::io::stdout().flush();
}

/// The steps, with their times, and why one failed.
pub fn of_steps(reports: &[steps::Report]) -> String {
    let mut rows = vec![row(["step", "result", "time", ""])];
    for report in reports {
        let (result, note) = match &report.outcome {
            Ok(note) => ("ok", note.clone()),
            Err(reason) => ("FAILED", format!("{reason:#}")),
        };
        let note = note.lines().next().unwrap_or_default();
        rows.push(row([report.name, result, &seconds(report.took), note]));
    }
    table(&rows)
}

/// The parts of the tests, with their counts, and why one did not run.
pub fn of_parts(reports: &[parts::Report]) -> String {
    let mut rows = vec![row(["tests", "result", "passed", "failed", "ignored", "time", ""])];
    for report in reports {
        let (result, note) = match &report.outcome {
            Outcome::Passed(_) => ("ok", ""),
            Outcome::Failed { reason, .. } => ("FAILED", reason.as_str()),
            Outcome::NotRun(reason) => ("not run", reason.as_str()),
        };
        let Counts { passed, failed, ignored } = report.counts();
        let [passed, failed, ignored] = [passed, failed, ignored].map(|number| number.to_string());
        rows.push(row([report.name, result, &passed, &failed, &ignored, &seconds(report.took), note]));
    }
    table(&rows)
}

/// What the runners said of the tests that failed, a line each: in a long log nobody finds them otherwise.
pub fn failures(reports: &[parts::Report]) -> String {
    let mut text = String::new();
    for report in reports {
        for failure in report.failures.iter().take(MOST_FAILURES) {
            text.push_str(&format!("{}: {failure}\n", report.name));
        }
        if let more @ 1.. = report.failures.len().saturating_sub(MOST_FAILURES) {
            text.push_str(&format!("{}: and {more} more\n", report.name));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// `N passed, N failed`, with `, N skipped` where tests were ignored.
pub fn closing_line(reports: &[parts::Report]) -> String {
    let mut sum = Counts::default();
    for report in reports {
        sum += report.counts();
    }
    let skipped = if sum.ignored > 0 { format!(", {} skipped", sum.ignored) } else { String::new() };
    format!("{} passed, {} failed{skipped}", sum.passed, sum.failed)
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &'static str, outcome: Outcome) -> parts::Report {
        parts::Report { name, took: Duration::from_millis(1250), outcome, failures: Vec::new() }
    }

    #[test]
    fn the_closing_line_adds_up_all_parts() {
        let passed = part("Rust", Outcome::Passed(Counts { passed: 7, failed: 0, ignored: 0 }));
        assert_eq!(closing_line(std::slice::from_ref(&passed)), "7 passed, 0 failed");
        let failed =
            Outcome::Failed { counts: Counts { passed: 1, failed: 2, ignored: 3 }, reason: "ended early".to_owned() };
        assert_eq!(closing_line(&[passed, part("Kotlin", failed)]), "8 passed, 2 failed, 3 skipped");
    }

    #[test]
    fn what_failed_stands_at_the_end_but_not_without_bound() {
        let ended = || Outcome::Failed { counts: Counts::default(), reason: "ended early".to_owned() };
        let all = |number: usize| (0..number).map(|test| format!("test {test} ... FAILED")).collect();
        let one = parts::Report { failures: all(1), ..part("Swift", ended()) };
        assert_eq!(failures(&[one]), "Swift: test 0 ... FAILED\n\n");
        let many = parts::Report { failures: all(MOST_FAILURES + 2), ..part("Rust", ended()) };
        assert!(failures(&[many]).ends_with("Rust: test 19 ... FAILED\nRust: and 2 more\n\n"));
        assert_eq!(failures(&[]), "");
    }

    #[test]
    fn a_part_that_did_not_run_says_why() {
        let reports = [
            part("Rust", Outcome::Passed(Counts { passed: 7, failed: 0, ignored: 1 })),
            part("Swift", Outcome::NotRun("no swift here".to_owned())),
        ];
        let expected = "\
tests  result   passed  failed  ignored  time
Rust   ok       7       0       1        1.2 s
Swift  not run  0       0       0        1.2 s  no swift here
";
        assert_eq!(of_parts(&reports), expected);
    }

    #[test]
    fn a_step_tells_the_first_line_of_its_reason() {
        let reports = [
            steps::Report { name: "fmt", took: Duration::from_secs(1), outcome: Ok(String::new()) },
            steps::Report {
                name: "budgets",
                took: Duration::from_secs(2),
                outcome: Err(anyhow::anyhow!("too long\nby far")),
            },
        ];
        let expected = "\
step     result  time
fmt      ok      1.0 s
budgets  FAILED  2.0 s  too long
";
        assert_eq!(of_steps(&reports), expected);
    }
}
