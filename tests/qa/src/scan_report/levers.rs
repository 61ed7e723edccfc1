//! What each lever of the still effort brings and costs: all of them, then all but one.

use std::path::Path;

use cpu_time::ThreadTime;
use vremena_core::scan::{Lever, Levers, Picture, examine};

use super::run::{load, milliseconds_since};
use super::statistics::Spread;
use super::table::{Table, milliseconds};
use super::truth::{Expected, Subject};
use super::workers::in_order;

/// One scan of one picture.
#[derive(Default)]
struct Trial {
    read: bool,
    false_payloads: usize,
    cpu_ms: f64,
}

/// All that was measured with one choice of levers.
struct Total {
    read: usize,
    false_payloads: usize,
    cpu_ms: Spread,
}

/// Measures the pictures among the subjects. Sequences are left out: the live effort has no levers.
pub fn table(subjects: &[Subject], folder: &Path, threads: usize) -> anyhow::Result<Table> {
    let stills: Vec<&Subject> = subjects.iter().filter(|subject| !subject.moving).collect();
    let choices: Vec<Levers> =
        [Levers::ALL].into_iter().chain(Lever::ALL.map(|lever| Levers::ALL.without(lever))).collect();
    // All choices on one picture before the next, so that a busy machine troubles all alike.
    let trials = in_order(&stills, threads, |subject| {
        let picture = match subject.frames.first() {
            Some(frame) => load(frame, folder)?.ok(),
            None => None,
        };
        let Some(picture) = picture else { return Ok(choices.iter().map(|_| Trial::default()).collect()) };
        Ok(choices.iter().map(|levers| trial(&picture, &subject.expected, *levers)).collect::<Vec<_>>())
    })?;
    let totals: Vec<Total> = (0..choices.len()).filter_map(|choice| total(&trials, choice)).collect();
    let with_code = stills.iter().filter(|subject| subject.has_code()).count();
    Ok(rows(&totals, with_code))
}

fn trial(picture: &Picture, expected: &Expected, levers: Levers) -> Trial {
    let start = ThreadTime::now();
    let seen = examine(picture, levers);
    let cpu_ms = milliseconds_since(start);
    let judged = expected.judge(seen.outcome.codes.iter().map(|code| code.text.as_str()));
    Trial { read: judged.read, false_payloads: judged.false_payloads.len(), cpu_ms }
}

fn total(trials: &[Vec<Trial>], choice: usize) -> Option<Total> {
    let of = || trials.iter().filter_map(|trials| trials.get(choice));
    Some(Total {
        read: of().filter(|trial| trial.read).count(),
        false_payloads: of().map(|trial| trial.false_payloads).sum(),
        cpu_ms: Spread::of(of().map(|trial| trial.cpu_ms))?,
    })
}

fn rows(totals: &[Total], with_code: usize) -> Table {
    let head = ["lever", "read without it", "brings", "false without it", "costs, median ms", "costs, p95 ms"];
    let mut rows = Vec::new();
    if let [all, without @ ..] = totals {
        rows.push(vec![
            "all".to_owned(),
            format!("{} of {with_code} with all", all.read),
            String::new(),
            format!("{} with all", all.false_payloads),
            format!("{} in all", milliseconds(all.cpu_ms.median)),
            format!("{} in all", milliseconds(all.cpu_ms.p95)),
        ]);
        rows.extend(Lever::ALL.iter().zip(without).map(|(lever, without)| {
            vec![
                format!("`{}`", lever.name()),
                without.read.to_string(),
                format!("{:+}", all.read as i64 - without.read as i64),
                without.false_payloads.to_string(),
                milliseconds(all.cpu_ms.median - without.cpu_ms.median),
                milliseconds(all.cpu_ms.p95 - without.cpu_ms.p95),
            ]
        }));
    }
    Table { head: head.map(str::to_owned).to_vec(), rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lever_brings_what_is_not_read_without_it_and_costs_the_difference() {
        let total = |read, false_payloads, median, p95| Total {
            read,
            false_payloads,
            cpu_ms: Spread { median, p95, max: p95 },
        };
        let mut totals = vec![total(90, 0, 20.0, 60.0), total(70, 1, 15.5, 70.0)];
        totals.extend(Lever::ALL.iter().skip(1).map(|_| total(90, 0, 20.0, 60.0)));
        let table = rows(&totals, 100).markdown();
        assert!(table.contains("| all | 90 of 100 with all |  | 0 with all | 20.0 in all | 60.0 in all |"), "{table}");
        assert!(table.contains("| `pyramid` | 70 | +20 | 1 | 4.50 | -10.0 |"), "{table}");
        assert!(table.contains("| `soft_decoding` | 90 | +0 | 0 | 0.00 | 0.00 |"), "{table}");
    }
}
