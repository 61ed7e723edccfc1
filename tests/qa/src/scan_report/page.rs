//! The page: tables, and every failure as a picture with what was seen drawn over it.

use askama::Template;

use super::run::Outcome;
use super::sight::Sight;
use super::summary::Part;
use super::truth::{Expected, Subject};

/// A failure as the page shows it.
pub struct Failure<'a> {
    pub set: &'a str,
    pub category: &'a str,
    pub name: &'a str,
    pub fault: Option<String>,
    /// The texts that would have been right.
    pub expected: &'a [String],
    /// Texts that are in no code.
    pub false_payloads: &'a [String],
    /// Texts of which nobody knows.
    pub unnamed: &'a [String],
    pub sight: Option<&'a Sight>,
    pub milliseconds: String,
    /// Of a sequence.
    pub frames: Option<usize>,
}

/// The failures of one category.
struct Group<'a> {
    title: String,
    failures: Vec<&'a Failure<'a>>,
}

#[derive(Template)]
#[template(path = "scan_report.html")]
struct Page<'a> {
    source: &'a str,
    figures: [(&'static str, usize); 4],
    parts: &'a [Part],
    groups: Vec<Group<'a>>,
}

/// What went wrong with a subject, if anything did.
pub fn failure<'a>(subject: &'a Subject, outcome: &'a Outcome) -> Option<Failure<'a>> {
    let unread = subject.has_code() && outcome.read_at.is_none();
    let failed = unread || !outcome.false_payloads.is_empty() || outcome.fault.is_some();
    failed.then(|| Failure {
        set: &subject.set,
        category: &subject.category,
        name: &subject.name,
        fault: outcome.fault.map(|fault| fault.to_string()),
        expected: match &subject.expected {
            Expected::OneOf { texts, .. } => texts,
            Expected::Any | Expected::Nothing => &[],
        },
        false_payloads: &outcome.false_payloads,
        unnamed: &outcome.unnamed,
        sight: outcome.sight.as_ref(),
        milliseconds: format!("{:.1}", outcome.cpu_ms.iter().sum::<f64>()),
        frames: subject.moving.then_some(outcome.cpu_ms.len()),
    })
}

/// Writes the page. `source` says what was scanned; pictures stand in `pictures/` beside it.
pub fn render(
    source: &str,
    subjects: usize,
    read: usize,
    parts: &[Part],
    failures: &[Failure<'_>],
) -> Result<String, askama::Error> {
    let wrong = failures.iter().map(|failure| failure.false_payloads.len()).sum();
    let figures = [("scanned", subjects), ("read", read), ("failures", failures.len()), ("false payloads", wrong)];
    Page { source, figures, parts, groups: groups(failures) }.render()
}

fn groups<'a>(failures: &'a [Failure<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for failure in failures {
        let title = format!("{} · {}", failure.set, failure.category);
        match groups.iter_mut().find(|group| group.title == title) {
            Some(group) => group.failures.push(failure),
            None => groups.push(Group { title, failures: vec![failure] }),
        }
    }
    groups
}
