//! How long the scanner takes, in parts of what the peer takes on the same frames in the same run.
//!
//! Processor time, one thread each. Beside criterion, which measures one side after the other.

use anyhow::Context;
use vremena_bench::compare::{Comparison, compare};
use vremena_bench::{Frame, drawing, folder, peer};
use vremena_core::scan::{LiveScanner, Rotation, scan_luma};

fn main() -> anyhow::Result<()> {
    println!("CPU time in ms, median and p95            vremena      {}      ratio   read", peer::NAME);
    live("live, no code, drawn", &drawing::frames_without_code(12), 8)?;
    let negatives = folder::frames_without_code()?;
    if negatives.is_empty() {
        println!("(with {} set to a folder with truth.json, its pictures without a code too)", folder::VARIABLE);
    }
    for (set, frames) in &negatives {
        live(&format!("live, no code, {set}"), frames, 4)?;
    }
    live("live, code in view", &drawing::frames_with_code(12), 8)?;
    let photographs = drawing::photographs(6);
    let still = |frame: &Frame| Ok(!scan_luma(&frame.pixels, frame.width, frame.height, frame.width)?.codes.is_empty());
    print("still, 12 MP with a code", &against_peer(&photographs, 4, still)?)
}

fn live(title: &str, frames: &[Frame], rounds: usize) -> anyhow::Result<()> {
    let mut scanner = LiveScanner::new();
    let ours = |frame: &Frame| {
        let seen = scanner.frame(&frame.pixels, frame.width, frame.height, frame.width, Rotation::None)?;
        Ok(!seen.codes.is_empty())
    };
    print(title, &against_peer(frames, rounds, ours)?)
}

fn against_peer(
    frames: &[Frame],
    rounds: usize,
    ours: impl FnMut(&Frame) -> anyhow::Result<bool>,
) -> anyhow::Result<Comparison> {
    let reader = peer::reader();
    compare(frames, rounds, ours, |frame| Ok(!peer::read(&reader, frame)?.is_empty()))
}

fn print(title: &str, Comparison { ours, theirs }: &Comparison) -> anyhow::Result<()> {
    let both = [0.5, 0.95].map(|part| (ours.quantile(part), theirs.quantile(part)));
    let [median, p95] = both;
    let ratio = |(ours, theirs): (f64, f64)| (theirs > 0.0).then(|| ours / theirs).context("the peer took no time");
    println!(
        "{title:<32} {:>8.2} {:>8.2}   {:>8.2} {:>8.2}   {:>5.2} {:>5.2}   {} and {} of {}",
        median.0,
        p95.0,
        median.1,
        p95.1,
        ratio(median)?,
        ratio(p95)?,
        ours.read,
        theirs.read,
        ours.count()
    );
    Ok(())
}
