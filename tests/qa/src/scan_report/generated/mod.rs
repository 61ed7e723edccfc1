//! Pictures without a code, drawn by chance: whatever is read from one is a false payload.

mod finish;
mod font;
mod kinds;
mod pose;
mod symbols;

use std::{io::Write, path::Path, process::ExitCode};

use anyhow::Context;
use cpu_time::ThreadTime;
use image::{GrayImage, ImageFormat};
use vremena_core::scan::{LiveScanner, Picture, Rotation, scan_luma};

use super::run::{Outcome, milliseconds_since};
use super::sight::{self, Sight};
use super::statistics::Spread;
use super::summary::Part;
use super::table::{Table, milliseconds};
use super::truth::{Expected, Frame, Subject};
use super::{workers, write_page};
use kinds::Kind;

/// One camera sees so many of them: enough for all that it tries in turn.
const BATCH: usize = 50;

/// What was read from one picture, and how long it took.
struct Scanned {
    kind: Kind,
    name: String,
    false_payloads: Vec<String>,
    still_ms: f64,
    live_ms: f64,
    sight: Option<Sight>,
}

/// Scans `count` pictures, still and as frames of a camera. Fails if any text was read, and leaves a page of these.
pub fn run(count: usize, seed: u64, threads: usize, output: &Path) -> anyhow::Result<ExitCode> {
    let batches: Vec<usize> = (0..count.div_ceil(BATCH)).collect();
    let pictures = output.join("pictures");
    let scanned = workers::in_order(&batches, threads, |batch| {
        let first = batch * BATCH;
        self::batch(first..(first + BATCH).min(count), seed, &pictures)
    })?;
    let scanned: Vec<Scanned> = scanned.into_iter().flatten().collect();
    let part = part(&scanned);
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}\n{}", part.title, part.table)?;
    let wrong: Vec<Scanned> = scanned.into_iter().filter(|one| !one.false_payloads.is_empty()).collect();
    if wrong.is_empty() {
        writeln!(out, "no false payload in {count} pictures")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "false payloads")?;
    for one in &wrong {
        for text in &one.false_payloads {
            writeln!(out, "  {}: {text:?}", one.name)?;
        }
    }
    let source = format!("{count} pictures without a code, seed {seed}");
    let failed: Vec<(Subject, Outcome)> = wrong.into_iter().map(failed).collect();
    let pairs: Vec<(&Subject, &Outcome)> = failed.iter().map(|(subject, outcome)| (subject, outcome)).collect();
    let page = write_page(&source, &pairs, &[part], output)?;
    writeln!(out, "\n{}", page.display())?;
    Ok(ExitCode::FAILURE)
}

fn batch(indices: std::ops::Range<usize>, seed: u64, pictures: &Path) -> anyhow::Result<Vec<Scanned>> {
    let mut live = LiveScanner::new();
    indices.map(|index| scan(&mut live, index, seed, pictures)).collect()
}

fn scan(live: &mut LiveScanner, index: usize, seed: u64, pictures: &Path) -> anyhow::Result<Scanned> {
    let (kind, picture) = kinds::draw(index, seed);
    let (width, height) = picture.dimensions();
    let start = ThreadTime::now();
    let still = scan_luma(picture.as_raw(), width, height, width)?;
    let still_ms = milliseconds_since(start);
    let start = ThreadTime::now();
    let frame = live.frame(picture.as_raw(), width, height, width, Rotation::None)?;
    let live_ms = milliseconds_since(start);
    let name = format!("seed-{seed}-{index:05}.png");
    let false_payloads: Vec<String> = still.codes.into_iter().chain(frame.codes).map(|code| code.text).collect();
    let sight = if false_payloads.is_empty() { None } else { Some(seen(&picture, pictures, &name)?) };
    Ok(Scanned { kind, name, false_payloads, still_ms, live_ms, sight })
}

/// Of what was read wrongly, the exact pixels stay beside the page's picture.
fn seen(picture: &GrayImage, pictures: &Path, name: &str) -> anyhow::Result<Sight> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png)?;
    let sight = sight::of(&Picture::decode(file.get_ref())?, &[], pictures, name)?;
    let path = pictures.join(name);
    std::fs::write(&path, file.get_ref()).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(sight)
}

fn part(scanned: &[Scanned]) -> Part {
    let head =
        ["kind", "pictures", "false", "still median ms", "p95 ms", "max ms", "live median ms", "p95 ms", "max ms"];
    let row = |title: &str, of: &[&Scanned]| {
        let wrong: usize = of.iter().map(|one| one.false_payloads.len()).sum();
        let mut row = vec![title.to_owned(), of.len().to_string(), wrong.to_string()];
        let times = [|one: &Scanned| one.still_ms, |one: &Scanned| one.live_ms];
        for Spread { median, p95, max } in times.iter().filter_map(|time| Spread::of(of.iter().map(|one| time(one)))) {
            row.extend([median, p95, max].map(milliseconds));
        }
        row
    };
    let kinds = Kind::ALL.iter().filter_map(|kind| {
        let of: Vec<&Scanned> = scanned.iter().filter(|one| one.kind == *kind).collect();
        (!of.is_empty()).then(|| row(kind.name(), &of))
    });
    let mut rows: Vec<Vec<String>> = kinds.collect();
    rows.push(row("all", &scanned.iter().collect::<Vec<_>>()));
    Part { title: "generated".to_owned(), table: Table { head: head.map(str::to_owned).to_vec(), rows }, times: None }
}

fn failed(scanned: Scanned) -> (Subject, Outcome) {
    let Scanned { kind, name, false_payloads, still_ms, live_ms, sight } = scanned;
    let frames = vec![Frame { file: name.clone(), corners: Vec::new() }];
    let (set, category) = ("generated".to_owned(), kind.name().to_owned());
    let subject = Subject { set, category, name, expected: Expected::Nothing, frames, moving: false };
    let cpu_ms = vec![still_ms, live_ms];
    (subject, Outcome { false_payloads, cpu_ms, sight, ..Outcome::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_where_nothing_is() {
        let folder = tempfile::tempdir().unwrap();
        let scanned = batch(0..60, 1, folder.path()).unwrap();
        let wrong: Vec<_> = scanned.iter().filter(|one| !one.false_payloads.is_empty()).map(|one| &one.name).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(Kind::ALL.iter().all(|kind| scanned.iter().any(|one| one.kind == *kind)));
    }
}
