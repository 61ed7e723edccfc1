//! How the journey is told: lines on a terminal, or one JSON event a line.

use std::{io::Write as _, path::Path, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize as _;
use serde_json::{Value, json};

use super::words::Words;
use crate::{Lang, report::Step};

// Whoever closes the pipe has heard enough: that is no reason to panic.
macro_rules! say {
    ($($text:tt)*) => {{ let _closed = writeln!(anstream::stdout(), $($text)*); }};
}
macro_rules! complain {
    ($($text:tt)*) => {{ let _closed = writeln!(anstream::stderr(), $($text)*); }};
}

/// A step that did not bring what it should.
#[derive(Debug, thiserror::Error)]
#[error("{what}: expected {expected}, came {came}")]
pub struct Mismatch {
    pub what: String,
    pub expected: String,
    pub came: String,
}

/// Checks one thing of a step.
pub fn check<T: PartialEq + std::fmt::Debug>(what: impl Into<String>, expected: T, came: T) -> Result<(), Mismatch> {
    if expected == came {
        return Ok(());
    }
    Err(Mismatch { what: what.into(), expected: format!("{expected:?}"), came: format!("{came:?}") })
}

pub struct Teller {
    json: bool,
    pub words: &'static Words,
    pub steps: Vec<Step>,
    bar: Option<ProgressBar>,
}

impl Teller {
    pub fn new(lang: Lang, json: bool) -> Self {
        Self { json, words: Words::of(lang), steps: Vec::new(), bar: None }
    }

    /// Begins something that takes a while; `length` 0 where nobody knows how much there is to do.
    pub fn begin(&mut self, what: &str, length: u64) {
        if self.json {
            return;
        }
        // Drawn on a terminal only, and removed when it is done.
        let bar = if length == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(length) };
        let template = if length == 0 { "  {spinner} {msg}" } else { "  {bar:30} {pos}/{len} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        self.bar = Some(bar);
    }

    /// One of `length` is done.
    pub fn progress(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// A step brought what it should.
    pub fn step(&mut self, title: &str, detail: &str, took: Duration) {
        self.end();
        let number = self.steps.len() + 1;
        if self.json {
            event(&json!({ "event": "step", "number": number, "title": title, "detail": detail, "ms": millis(took) }));
        } else {
            let time = format!("{:>6.1} ms", took.as_secs_f64() * 1e3);
            say!("{} {:>2}  {}  {}  {}", "✓".green(), number, time.dimmed(), title.bold(), detail);
        }
        self.steps.push(Step { number, title: title.to_owned(), detail: detail.to_owned(), took });
    }

    /// A photograph was shown to the scanner.
    pub fn photograph(&self, title: &str, file: &str, (code, outcome): (&str, &str), took: Duration) {
        if self.json {
            event(
                &json!({ "event": "photograph", "file": file, "title": title, "code": code, "outcome": outcome, "ms": millis(took) }),
            );
            return;
        }
        let time = format!("{:>6.1} ms", took.as_secs_f64() * 1e3);
        let line = || say!("      {}  {}: {}", time.dimmed(), title, outcome);
        match &self.bar {
            Some(bar) => bar.suspend(line),
            None => line(),
        }
    }

    /// The end, as it should be.
    pub fn done(&mut self, page: &Path) {
        self.end();
        if self.json {
            event(&json!({ "event": "done", "report": page.display().to_string() }));
        } else {
            say!("\n{} {}", self.words.report.bold(), page.display());
        }
    }

    /// The end, at the first step that did not bring what it should.
    pub fn failed(&mut self, error: &anyhow::Error) {
        self.end();
        let number = self.steps.len() + 1;
        let mismatch = error.downcast_ref::<Mismatch>();
        if self.json {
            let (expected, came) = match mismatch {
                Some(mismatch) => (Value::from(mismatch.expected.clone()), Value::from(mismatch.came.clone())),
                None => (Value::Null, Value::Null),
            };
            let reason = format!("{error:#}");
            event(&json!({ "event": "failed", "step": number, "reason": reason, "expected": expected, "came": came }));
            return;
        }
        match mismatch {
            Some(mismatch) => {
                complain!("{} {:>2}  {}", "✗".red(), number, mismatch.what.bold());
                complain!("       {} {}", self.words.expected, mismatch.expected);
                complain!("       {} {}", self.words.came, mismatch.came);
            }
            None => complain!("{} {:>2}  {error:#}", "✗".red(), number),
        }
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn event(event: &Value) {
    say!("{event}");
}

fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e4).round() / 10.0
}
